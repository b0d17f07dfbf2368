//! Trying rules and telling what they did, over the API and on pages.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::TestWeb;

#[tokio::test]
async fn rules_are_tried_and_their_work_is_told() {
    let web = TestWeb::start().await;
    let (_, token) = web.door("door").await;
    web.search("Acme", "acme").await;
    let posts = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"My acme kettle never arrived, I want a refund!\"}\n\
        {\"id\":\"x:2\",\"network\":\"x\",\"text\":\"My acme coupon does not work, terrible!\"}\n";
    web.ingest(&token, "application/x-ndjson", posts).await;
    let rule = json!({"name": "coupons", "when": "coupon", "dismisses": true});
    let tried = web.json(Method::POST, "/api/v1/rules/try", json!({"rule": rule})).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert_eq!((tried.data()["posts"].clone(), tried.data()["changed"].clone()), (json!(2), json!(1)));
    assert_eq!(tried.data()["changes"][0]["after"]["dismissed"], "coupons");
    let both = web.json(Method::POST, "/api/v1/rules/try", json!({"rule": rule, "rules": [rule]})).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = web.form("/settings/rules/try", "name=coupons&when=coupon&dismisses=on&is_enabled=on").await;
    assert!(
        page.body.contains("Would have moved 1 of 2") && page.body.contains("coupon does not work"),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"coupons\""), "what was typed stays: {}", page.body);
    let refused = web.form("/settings/rules/try", "name=coupons&when=coupon").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web.json(Method::POST, "/api/v1/rules", rule).await.status, StatusCode::CREATED);
    let trace = web.get("/api/v1/cases/1/trace").await.data();
    let told = trace["rules"].as_array().expect("rules").iter().find(|rule| rule["name"] == "coupons");
    assert_eq!(told, None, "the rule is younger than the case");
    assert!(trace["rule_set"]["number"].is_i64(), "{trace}");
    assert!(web.get("/cases/1").await.body.contains("Which rules looked at it"));
    assert_eq!(web.get("/api/v1/cases/9/trace").await.status, StatusCode::NOT_FOUND);
}

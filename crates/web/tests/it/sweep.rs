//! Dismissals and the orphan sweep, over the API and on pages.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::{TestWeb, request};

#[tokio::test]
async fn mentions_are_dismissed_and_the_sweep_reports() {
    let web = TestWeb::start().await;
    let (_, token) = web.door("door").await;
    web.search("Acme", "acme").await;
    let posts = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"My acme kettle never arrived, I want a refund!\"}\n\
        {\"id\":\"x:2\",\"network\":\"x\",\"text\":\"acme opened a shop\"}\n";
    web.ingest(&token, "application/x-ndjson", posts).await;
    let two = "/api/v1/posts/x%3A2/dismissal";
    assert_eq!(web.get(two).await.status, StatusCode::NOT_FOUND);
    let bad = web.json(Method::POST, two, json!({"reason": "rule"})).await;
    assert_eq!(bad.error(), (StatusCode::UNPROCESSABLE_ENTITY, "bad_field".to_owned()));
    let in_case = web.json(Method::POST, "/api/v1/posts/x%3A1/dismissal", json!({"reason": "spam"})).await;
    assert_eq!(in_case.error(), (StatusCode::CONFLICT, "in_case".to_owned()));
    let done = web.json(Method::POST, two, json!({"reason": "off_topic", "note": "another acme"})).await;
    assert_eq!((done.status, done.data()["reason"].clone()), (StatusCode::CREATED, json!("off_topic")));
    let page = web.get("/posts/x%3A2").await;
    assert!(page.body.contains("another acme") && page.body.contains("Take that back"), "{}", page.body);
    let reopened = web.send(request(Method::DELETE, two).body(Body::empty()).expect("a request")).await;
    assert_eq!(reopened.data(), json!({"case": null}));
    let wrong = web.form("/posts/x%3A2/dismiss", "reason=none&note=It+is+%3Cb%3Enoise").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("What you typed") && wrong.body.contains("It is &#60;b&#62;noise"), "{}", wrong.body);
    let form = web.form("/posts/x%3A2/dismiss", "reason=spam&note=").await;
    assert_eq!(form.status, StatusCode::SEE_OTHER, "{}", form.body);
    assert_eq!(web.form("/posts/x%3A2/reopen", "").await.status, StatusCode::SEE_OTHER);
    assert!(web.get("/desk/sweep").await.body.contains("No sweep yet"));
    assert_eq!(web.form("/desk/sweep", "").await.status, StatusCode::SEE_OTHER);
    let swept = web.json(Method::POST, "/api/v1/sweeps", json!({})).await;
    let counts = ["mentions", "owned", "orphans"].map(|name| swept.data()[name].clone());
    assert_eq!((swept.status, counts), (StatusCode::CREATED, [json!(1), json!(1), json!(0)]));
    let listed = web.get("/api/v1/sweeps?limit=1").await;
    assert_eq!(listed.data().as_array().map(Vec::len), Some(1));
    assert!(listed.value()["next"].is_i64(), "{}", listed.body);
    assert_eq!(web.get("/api/v1/sweeps?limit=0").await.status, StatusCode::BAD_REQUEST);
    assert!(web.get("/desk/sweep").await.body.contains("Nobody is forgotten"));
}

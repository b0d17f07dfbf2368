//! What routing has learnt, over the API and on its page.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::{TestWeb, request};

#[tokio::test]
async fn routing_is_taught_trusted_and_told() {
    let web = TestWeb::start().await;
    assert!(web.get("/settings/routing").await.body.contains("Nothing learnt yet"));
    let departments = web.get("/api/v1/departments").await.data();
    let [one, other] = [0, 1].map(|place| departments[place]["id"].clone());
    let texts = |word: &str| (0..5).map(|n| format!("{word} number {n}, please")).collect::<Vec<_>>();
    let path = "/api/v1/routing/examples";
    for (department, word) in [(&one, "hinge"), (&other, "glitterbox")] {
        let taught = web.json(Method::POST, path, json!({"department": department, "texts": texts(word)})).await;
        assert_eq!(taught.status, StatusCode::CREATED, "{}", taught.body);
    }
    for wrong in [json!({"department": one, "texts": []}), json!({"department": one, "texts": [" "]})] {
        assert_eq!(web.json(Method::POST, path, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = web.json(Method::PUT, "/api/v1/routing", json!({"confidence": 12})).await;
    assert_eq!(refused.error(), (StatusCode::UNPROCESSABLE_ENTITY, "bad_field".to_owned()));
    let set = web.json(Method::PUT, "/api/v1/routing", json!({"confidence": 50})).await;
    assert_eq!((set.data()["confidence"].clone(), set.data()["lessons"].clone()), (json!(50), json!(10)));
    // A post is decided by it, and the case says so.
    let (_, token) = web.door("door").await;
    web.search("Acme", "acme").await;
    let post = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"acme glitterbox number 7, please? who can I ask?\"}\n";
    web.ingest(&token, "application/x-ndjson", post).await;
    let trace = web.get("/api/v1/cases/1/trace").await.data();
    assert_eq!(trace["proposal"]["department"], other, "{trace}");
    assert_eq!(trace["proposal"]["near"][0]["kind"], "example", "{trace}");
    let page = web.get("/cases/1").await;
    assert!(page.body.contains("Past cases speak for") && page.body.contains("an example"), "{}", page.body);
    // The page: its figures, its forms, and what they refuse.
    let settings = web.get("/settings/routing").await;
    assert!(settings.body.contains("Proposals decide from 50 % on"), "{}", settings.body);
    let wrong = web.form("/settings/routing", "confidence=many").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"many\"") && wrong.body.contains("50 to 99"), "{}", wrong.body);
    assert_eq!(web.form("/settings/routing", "confidence=").await.status, StatusCode::SEE_OTHER);
    assert!(web.get("/api/v1/routing").await.data()["confidence"].is_null());
    let lines = format!("department={}&texts=one+more%0A%0Aand+another", one.as_str().expect("an id"));
    assert_eq!(web.form("/settings/routing/examples", &lines).await.status, StatusCode::SEE_OTHER);
    let empty = web.form("/settings/routing/examples", "department=&texts=x").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    let listed = web.get(path).await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(12));
    let id = listed[0]["id"].as_i64().expect("a number");
    assert_eq!(web.form(&format!("/settings/routing/examples/{id}/remove"), "").await.status, StatusCode::SEE_OTHER);
    let gone = web.send(request(Method::DELETE, &format!("{path}/{id}")).body(Body::empty()).expect("a request")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // Saying yes sends the case there.
    let confirmed = web.json(Method::POST, "/api/v1/cases/1/confirm", json!({})).await;
    assert_eq!((confirmed.status, confirmed.data()["department"].clone()), (StatusCode::OK, other));
}

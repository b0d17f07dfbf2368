//! Handing in posts.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::test_web::{TestWeb, request};

#[tokio::test]
async fn tokens_open_the_door_and_nothing_else_does() {
    let web = TestWeb::start().await;
    web.door("forum").await;
    let naked = request(Method::POST, "/api/v1/ingest").header(header::CONTENT_TYPE, "application/json");
    let naked = web.send(naked.body(Body::from("[]")).expect("a request")).await;
    assert_eq!(naked.error(), (StatusCode::UNAUTHORIZED, "unauthorized".to_owned()));
    assert!(naked.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(web.ingest("sbi_wrong", "application/json", "[]").await.error().0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_paused_source_takes_nothing() {
    let web = TestWeb::start().await;
    let (id, token) = web.door("forum").await;
    web.json(Method::PATCH, &format!("/api/v1/sources/{id}"), json!({"is_enabled": false})).await;
    assert_eq!(web.ingest(&token, "application/json", "[]").await.error().0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn all_forms_are_taken_and_counted_once() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let check = async |media_type: &str, body: &str, expected: serde_json::Value| {
        let answer = web.ingest(&token, media_type, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let data = answer.data();
        assert_eq!(data["fates"], expected, "{data}");
        let sum: u64 = data["fates"].as_object().expect("counts").values().filter_map(|count| count.as_u64()).sum();
        assert_eq!(data["posts"], sum, "posts in are fates out");
        data
    };
    let one = r#"{"id":"1","network":"forum","text":"acme"}"#;
    check("application/json", one, json!({"new": 1})).await;
    check("application/json", &format!("[{one},{one}]"), json!({"same_id": 2})).await;
    check("application/x-ndjson", &format!("{one}\n\n{one}"), json!({"same_id": 2})).await;
    check("application/json; charset=utf-8", "[]", json!({})).await;
    let mixed =
        format!("{one}\nnonsense\n{{\"id\":\"2\",\"network\":\"forum\",\"text\":\"other\",\"rating\":\"five\"}}\n");
    let data = check("application/x-ndjson", &mixed, json!({"malformed": 1, "no_search": 1, "same_id": 1})).await;
    let at: Vec<_> = data["problems"].as_array().expect("a list").iter().map(|problem| problem["at"].clone()).collect();
    assert_eq!(at, ["line 2", "line 3, field 'rating'"]);
    let data = check("application/json", "[7]", json!({"malformed": 1})).await;
    assert_eq!(data["problems"][0]["at"], "post 1");
    assert_eq!(web.get("/api/v1/fates").await.data().as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn what_is_no_post_at_all_is_refused_whole() {
    let web = TestWeb::start().await;
    let (_, token) = web.door("forum").await;
    for body in ["", "7", "null", "\"x\"", "[", "{\"id\":"] {
        assert_eq!(web.ingest(&token, "application/json", body).await.error().0, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(web.ingest(&token, "text/csv", "x").await.error().0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn hostile_lines_cost_only_themselves() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let mut body = Vec::new();
    body.extend(format!("{{\"id\":\"1\",\"network\":\"f\",\"text\":\"{}\"}}\n", "x".repeat(5 << 20)).into_bytes());
    body.extend(b"{\"id\":\"2\",\"network\":\"f\",\"text\":\"acme \xff\"}\n");
    body.extend(b"{\"id\":\"3\",\"network\":\"f\",\"text\":\"acme \\u0000 \\ud800\"}\n");
    body.extend("[".repeat(100_000).into_bytes());
    let answer = web.ingest(&token, "application/x-ndjson", body).await;
    assert_eq!(answer.data()["fates"], json!({"malformed": 1, "new": 2, "too_large": 1}), "{}", answer.body);
    assert_eq!(web.get("/mentions").await.status, StatusCode::OK);
}

#[tokio::test]
async fn many_lines_are_stored_in_batches_with_the_cursor_last() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let source = web.json(Method::POST, "/api/v1/sources", json!({"name": "import x", "kind": "file"})).await;
    let id = source.data()["id"].as_str().expect("an id").to_owned();
    let lines: String =
        (0..1_200).map(|n| format!("{{\"id\":\"{n}\",\"network\":\"forum\",\"text\":\"acme\"}}\n")).collect();
    let path = format!("/api/v1/sources/{id}/posts?cursor=1200&first_line=5");
    let post = request(Method::POST, &path).header(header::CONTENT_TYPE, "application/x-ndjson");
    let answer = web.send(post.body(Body::from(lines + "broken")).expect("a request")).await;
    assert_eq!(answer.data()["fates"], json!({"malformed": 1, "new": 1_200}), "{}", answer.body);
    assert_eq!(answer.data()["problems"][0]["at"], "line 1205");
    assert_eq!(web.get(&format!("/api/v1/sources/{id}")).await.data()["cursor"], "1200");
}

#[tokio::test]
async fn followed_sources_take_nothing() {
    let web = TestWeb::start().await;
    let new = json!({"name": "Blog", "kind": "feed", "settings": {"url": "https://blog.example/feed"}});
    let source = web.json(Method::POST, "/api/v1/sources", new).await;
    let path = format!("/api/v1/sources/{}/posts", source.data()["id"].as_str().expect("an id"));
    assert_eq!(
        web.json(Method::POST, &path, json!([])).await.error(),
        (StatusCode::CONFLICT, "not_handed_in".to_owned())
    );
}

//! Sources, searches and posts over the API.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::test_web::{TestWeb, request};

#[tokio::test]
async fn a_search_lives() {
    let web = TestWeb::start().await;
    let id = web.search("Acme", "acme").await;
    let path = format!("/api/v1/searches/{id}");
    assert_eq!(web.get(&path).await.data()["type"], "brand");
    let change = json!({"name": "Acme 2", "query": "acme OR akme", "type": "rival", "is_enabled": false});
    let changed = web.json(Method::PUT, &path, change).await;
    assert_eq!(changed.data()["query"], "acme OR akme");
    assert_eq!(web.get("/api/v1/searches").await.data().as_array().map(Vec::len), Some(1));
    let removed = web.send(request(Method::DELETE, &path).body(Body::empty()).expect("a request")).await;
    assert_eq!((removed.status, removed.body.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(web.get(&path).await.error().0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_searches_say_where() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let check = async |body: serde_json::Value, status: StatusCode, code: &str| {
        let answer = web.json(Method::POST, "/api/v1/searches", body).await;
        assert_eq!(answer.error(), (status, code.to_owned()), "{}", answer.body);
        answer.value()["error"].clone()
    };
    let error = check(json!({"name": "b", "query": "żółw ("}), StatusCode::UNPROCESSABLE_ENTITY, "bad_query").await;
    assert_eq!((error["field"].as_str(), error["column"].is_u64()), (Some("query"), true));
    check(json!({"name": "Acme", "query": "x"}), StatusCode::CONFLICT, "name_taken").await;
    check(json!({"name": " ", "query": "x"}), StatusCode::UNPROCESSABLE_ENTITY, "bad_name").await;
    check(json!({"name": "c"}), StatusCode::BAD_REQUEST, "bad_request").await;
    check(json!({"name": "c", "query": 7}), StatusCode::BAD_REQUEST, "bad_request").await;
    check(json!({"name": "c", "query": "x", "colour": 1}), StatusCode::BAD_REQUEST, "bad_request").await;
    check(json!({"name": "c", "query": "a\u{0}b"}), StatusCode::UNPROCESSABLE_ENTITY, "bad_text").await;
    check(json!([]), StatusCode::BAD_REQUEST, "bad_request").await;
}

#[tokio::test]
async fn queries_are_checked_without_saving() {
    let web = TestWeb::start().await;
    let good = web.json(Method::POST, "/api/v1/searches/check", json!({"query": "acme kettle"})).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
    assert!(good.data()["parsed"].as_str().is_some_and(|parsed| parsed.contains("acme")));
    let bad = web.json(Method::POST, "/api/v1/searches/check", json!({"query": "acme langauge:en"})).await;
    assert_eq!(bad.error().1, "bad_query");
    assert_eq!(bad.value()["error"]["column"], 6);
    assert!(web.get("/api/v1/searches").await.data().as_array().is_some_and(Vec::is_empty));
}

#[tokio::test]
async fn bodies_must_be_json_and_small() {
    let web = TestWeb::start().await;
    let post = |media_type: &str, body: String| {
        let request = request(Method::POST, "/api/v1/searches").header(header::CONTENT_TYPE, media_type);
        web.send(request.body(Body::from(body)).expect("a request"))
    };
    assert_eq!(post("text/plain", "{}".to_owned()).await.error().0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post("application/json", "{".to_owned()).await.error().0, StatusCode::BAD_REQUEST);
    assert_eq!(post("application/json", "x".repeat(2 << 20)).await.error().0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post("application/json", "[".repeat(100_000)).await.error().0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_source_lives() {
    let web = TestWeb::start().await;
    let new = json!({"name": "Blog", "kind": "feed", "settings": {"url": "https://blog.example/feed"}});
    let source = web.json(Method::POST, "/api/v1/sources", new.clone()).await;
    assert_eq!(source.status, StatusCode::CREATED, "{}", source.body);
    assert_eq!(source.data()["health"]["state"], "new");
    assert_eq!(web.json(Method::POST, "/api/v1/sources", new).await.error().1, "name_taken");
    let bad = json!({"name": "Other", "kind": "feed", "settings": {}});
    assert_eq!(web.json(Method::POST, "/api/v1/sources", bad).await.error().1, "bad_settings");
    let path = format!("/api/v1/sources/{}", source.data()["id"].as_str().expect("an id"));
    let paused = web.json(Method::PATCH, &path, json!({"is_enabled": false, "name": "Log"})).await;
    assert_eq!((&paused.data()["health"]["state"], &paused.data()["name"]), (&json!("paused"), &json!("Log")));
    assert_eq!(web.json(Method::PATCH, &path, json!({"name": null})).await.error().0, StatusCode::BAD_REQUEST);
    assert_eq!(web.get(&format!("{path}/fates")).await.data(), json!([]));
    let checked =
        web.send(request(Method::POST, &format!("{path}/check")).body(Body::empty()).expect("a request")).await;
    assert_eq!(checked.status, StatusCode::OK);
    let token =
        web.send(request(Method::POST, &format!("{path}/tokens")).body(Body::empty()).expect("a request")).await;
    assert_eq!(token.error().0, StatusCode::UNPROCESSABLE_ENTITY, "a feed takes no token");
    let gone = web.send(request(Method::DELETE, &path).body(Body::empty()).expect("a request")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&path).await.error().0, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/api/v1/sources/not-an-id").await.error().0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn links_become_proposals() {
    let web = TestWeb::start().await;
    let ask = |link: &str| web.json(Method::POST, "/api/v1/sources/propose", json!({"link": link}));
    assert_eq!(ask("https://blog.example/").await.data()[0]["kind"], "feed");
    assert_eq!(
        ask("https://elsewhere.example/").await.error(),
        (StatusCode::UNPROCESSABLE_ENTITY, "unreachable".to_owned())
    );
}

#[tokio::test]
async fn posts_are_paged_by_key_both_ways() {
    let web = TestWeb::start().await;
    let search = web.search("Acme", "acme").await;
    let (source, token) = web.door("forum").await;
    let lines: String =
        (0..25).map(|n| format!("{{\"id\":\"{n}\",\"network\":\"forum\",\"text\":\"acme {n}\"}}\n")).collect();
    assert_eq!(web.ingest(&token, "application/x-ndjson", lines).await.status, StatusCode::OK);
    let mut texts = Vec::new();
    let mut path = format!("/api/v1/posts?search={search}&source={source}&network=forum&limit=10");
    loop {
        let page = web.get(&path).await.value();
        texts.extend(page["data"].as_array().expect("a list").iter().map(|post| post["post"]["text"].clone()));
        let Some(next) = page["next"].as_i64() else { break };
        path = format!("/api/v1/posts?search={search}&limit=10&before={next}");
    }
    let expected: Vec<_> = (0..25).rev().map(|n| json!(format!("acme {n}"))).collect();
    assert_eq!(texts, expected);
    let after = web.get("/api/v1/posts?after=0&limit=2").await.value();
    assert_eq!(after["data"][0]["post"]["text"], "acme 0");
    assert_eq!(after["next"], after["data"][1]["seq"]);
    for bad in
        ["limit=0", "limit=501", "limit=x", "before=-1", "search=x", "network=A", "colour=red", "limit=1&limit=2"]
    {
        assert_eq!(web.get(&format!("/api/v1/posts?{bad}")).await.error().0, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn ids_with_slashes_are_found() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let id = "mastodon:https://social.example/users/ana/statuses/1?x=ż";
    let post = json!({"id": id, "network": "mastodon", "text": "acme", "edited_at": "2026-01-01T00:00:00Z"});
    web.ingest(&token, "application/json", post.to_string()).await;
    let edit = json!({"id": id, "network": "mastodon", "text": "acme again", "edited_at": "2026-01-02T00:00:00Z"});
    web.ingest(&token, "application/json", edit.to_string()).await;
    let encoded = "mastodon%3Ahttps%3A%2F%2Fsocial.example%2Fusers%2Fana%2Fstatuses%2F1%3Fx%3D%C5%BC";
    let found = web.get(&format!("/api/v1/posts/{encoded}")).await;
    assert_eq!((found.data()["post"]["id"].as_str(), found.data()["version"].as_u64()), (Some(id), Some(2)));
    let versions = web.get(&format!("/api/v1/posts/{encoded}/versions")).await.data();
    assert_eq!(versions[0]["text"], "acme", "{versions}");
    assert_eq!(web.get("/api/v1/posts/x%3A1").await.error().0, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/api/v1/posts/x%3A%00").await.error().0, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/api/v1/posts/%ff").await.error().0, StatusCode::BAD_REQUEST);
    assert_eq!(web.get(&format!("/posts/{encoded}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_public_is_asked_for_by_name() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let post = json!({"id": "1", "network": "forum", "text": "acme", "visibility": "direct"});
    web.ingest(&token, "application/json", post.to_string()).await;
    assert_eq!(web.get("/api/v1/posts").await.data(), json!([]));
    assert_eq!(web.get("/api/v1/posts?private=true").await.data()[0]["post"]["visibility"], "direct");
}

#[tokio::test]
async fn the_document_is_served() {
    let web = TestWeb::start().await;
    let served = web.get("/api/v1/openapi.json").await;
    assert_eq!(served.body, switchboard_web::openapi_json());
    assert!(served.value()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
}

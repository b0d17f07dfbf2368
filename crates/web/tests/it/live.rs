//! Server-sent events.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use serde_json::json;
use tower::ServiceExt;

use crate::setup::{TestWeb, request};

async fn listen(web: &TestWeb) -> (StatusCode, BodyDataStream) {
    let asked = request(Method::GET, "/api/v1/events").header("accept-encoding", "gzip, br").body(Body::empty());
    let asked = web.signed(asked.expect("a request"));
    let answer = web.router.clone().oneshot(asked).await.expect("an answer");
    let is_compressed = answer.headers().contains_key("content-encoding");
    assert!(!answer.status().is_success() || !is_compressed, "a compressed stream arrives late");
    (answer.status(), answer.into_body().into_data_stream())
}

async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let chunk = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.expect("an event within 5 seconds");
    chunk.map(|bytes| String::from_utf8_lossy(&bytes.expect("a chunk")).into_owned())
}

#[tokio::test]
async fn what_happens_is_told() {
    let web = TestWeb::start().await;
    let (status, mut stream) = listen(&web).await;
    assert_eq!(status, StatusCode::OK);
    assert!(next(&mut stream).await.expect("hello").contains("event: hello"));
    web.search("Acme", "acme").await;
    assert!(next(&mut stream).await.expect("an event").contains("event: search"));
    let (_, token) = web.door("forum").await;
    assert!(next(&mut stream).await.expect("an event").contains("event: source"));
    web.ingest(&token, "application/json", json!({"id": "1", "network": "f", "text": "acme"}).to_string()).await;
    let event = next(&mut stream).await.expect("an event");
    assert!(event.contains("event: posts") && event.contains("\"newest\":1"), "{event}");
    let (_, mut second) = listen(&web).await;
    assert!(next(&mut second).await.expect("hello").contains("{\"newest\":1}"));
}

#[tokio::test]
async fn streams_are_counted_and_end_with_the_installation() {
    let web = TestWeb::start().await;
    let (_, mut first) = listen(&web).await;
    let (_, second) = listen(&web).await;
    assert_eq!(listen(&web).await.0, StatusCode::SERVICE_UNAVAILABLE);
    drop(second);
    let (status, _third) = listen(&web).await;
    assert_eq!(status, StatusCode::OK, "a closed stream makes room");
    next(&mut first).await.expect("hello");
    web.app.stopping().cancel();
    assert_eq!(next(&mut first).await, None);
}

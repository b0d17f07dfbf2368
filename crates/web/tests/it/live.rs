//! Server-sent events.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, StatusCode};
use futures_util::StreamExt;
use serde_json::json;
use switchboard_app::rights::Actor;
use tower::ServiceExt;

use crate::test_web::{EMAIL, PASSWORD, TestWeb, request};

async fn listen(web: &TestWeb) -> (StatusCode, BodyDataStream) {
    let asked = request(Method::GET, "/api/v1/events").header("accept-encoding", "gzip, br").body(Body::empty());
    ask(web, web.signed(asked.expect("a request"))).await
}

/// The events that the browser with a session hears.
pub(crate) async fn listen_as(web: &TestWeb, session: &str) -> BodyDataStream {
    let asked = request(Method::GET, "/api/v1/events").header("cookie", format!("switchboard_session={session}"));
    let (status, stream) = ask(web, asked.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::OK);
    stream
}

async fn ask(web: &TestWeb, asked: Request<Body>) -> (StatusCode, BodyDataStream) {
    let answer = web.router.clone().oneshot(asked).await.expect("an answer");
    let is_compressed = answer.headers().contains_key("content-encoding");
    assert!(!answer.status().is_success() || !is_compressed, "a compressed stream arrives late");
    (answer.status(), answer.into_body().into_data_stream())
}

pub(crate) async fn next(stream: &mut BodyDataStream) -> Option<String> {
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

#[tokio::test]
async fn a_stream_ends_with_the_session_or_the_key_it_was_opened_with() {
    let web = TestWeb::start().await;
    let other = web.app.log_in(EMAIL, PASSWORD).await.expect("a second browser").token;
    let (mut leaves, mut stays) = (listen_as(&web, &other).await, listen(&web).await.1);
    for stream in [&mut leaves, &mut stays] {
        assert!(next(stream).await.expect("hello").contains("event: hello"));
    }
    web.app.log_out(&other).await.expect("logged out");
    assert!(next(&mut leaves).await.expect("an event").contains("event: ended"));
    assert_eq!(next(&mut leaves).await, None);
    // The other browser of the same user goes on.
    web.search("Acme", "acme").await;
    assert!(next(&mut stays).await.expect("an event").contains("event: search"));

    let user = web.app.users().first().cloned().expect("the administrator");
    let (id, actor) = (user.id, Actor::User(user.into()));
    let (key, text) = web.app.add_key(&actor, "robot").await.expect("a key");
    let asked = request(Method::GET, "/api/v1/events").header("authorization", format!("Bearer {text}"));
    let (_, mut program) = ask(&web, asked.body(Body::empty()).expect("a request")).await;
    assert!(next(&mut program).await.expect("hello").contains("event: hello"));
    web.app.remove_key(&actor, id, key.id).await.expect("removed");
    assert!(next(&mut program).await.expect("an event").contains("event: ended"));

    web.app
        .change_password(&actor, PASSWORD, "a new battery horse staple", Some("another session"), None)
        .await
        .expect("new");
    assert!(next(&mut stays).await.expect("an event").contains("event: ended"), "a new password ends what was open");
    assert_eq!(next(&mut stays).await, None);
}

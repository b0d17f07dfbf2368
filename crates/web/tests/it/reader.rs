//! For whom pages are: their language, their zone, and the words of their scripts.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::test_web::{Answer, TestWeb, request};

async fn mirrored(web: &TestWeb, method: Method, path: &str) -> Answer {
    let request = request(method, path)
        .header(header::COOKIE, "locale=ar-XB")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    web.send_bare(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn pages_are_in_the_language_of_who_asks() {
    let web = TestWeb::start().await;
    // One page that is open, one refusal without a route, one after a change that is spawned.
    for (method, path) in [(Method::GET, "/log-in"), (Method::GET, "/nowhere"), (Method::POST, "/log-in")] {
        let page = mirrored(&web, method.clone(), path).await;
        assert!(page.body.contains("<html lang=\"ar-XB\" dir=\"rtl\""), "{method} {path}: {}", page.body);
    }
    let answer = mirrored(&web, Method::GET, "/api/v1/nowhere").await;
    assert!(answer.body.contains("there is nothing at this address"), "programs read English: {}", answer.body);
    assert!(web.get("/desk").await.body.contains("<html lang=\"en\" dir=\"ltr\""));
}

#[tokio::test]
async fn scripts_get_their_words_and_keep_them() {
    let web = TestWeb::start().await;
    let page = mirrored(&web, Method::GET, "/log-in").await;
    let address = page.body.split('"').find(|part| part.starts_with("/words/ar-XB/")).expect("words").to_owned();
    let words = mirrored(&web, Method::GET, &address).await;
    assert_eq!((words.status, words.header("content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"));
    assert!(words.header("cache-control").contains("immutable"), "{}", words.header("cache-control"));
    assert!(words.body.starts_with("window.words = {"), "{}", words.body);
    let old = web.get("/words/en/old.js").await;
    assert_eq!(old.header("cache-control"), "no-cache");
    assert!(old.body.contains("{count} new case: show"), "{}", old.body);
    for path in ["/words/tlh/1.js", "/words/en/1.css"] {
        assert_eq!(web.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

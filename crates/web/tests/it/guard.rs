//! Who is let in, and what everybody is told.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::test_web::{OPERATOR_KEY, TestWeb, request};

#[tokio::test]
async fn a_foreign_name_is_refused() {
    let web = TestWeb::start().await;
    let ask = |host: &str, path: &str| {
        let request = Request::builder().uri(path).header(header::HOST, host).body(Body::empty());
        web.send(request.expect("a request"))
    };
    assert_eq!(ask("attacker.example", "/api/v1/sources").await.error().0, StatusCode::MISDIRECTED_REQUEST);
    let page = ask("attacker.example:8400", "/").await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(page.body.contains("attacker.example:8400") && page.header("content-type").starts_with("text/html"));
    for host in ["localhost:8400", "127.0.0.1", "[::1]:8400"] {
        assert_eq!(ask(host, "/healthz").await.status, StatusCode::OK, "{host}");
    }
    let nameless = Request::builder().uri("/api/v1/sources").body(Body::empty()).expect("a request");
    assert_eq!(web.send(nameless).await.error().0, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn foreign_pages_cannot_make_a_browser_do_things() {
    let web = TestWeb::start().await;
    let post = |name: &'static str, value: &'static str, path: &'static str| {
        let request = request(Method::POST, path).header(name, value);
        web.send(request.body(Body::empty()).expect("a request"))
    };
    assert_eq!(post("sec-fetch-site", "cross-site", "/searches").await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("sec-fetch-site", "same-site", "/searches").await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("origin", "https://attacker.example", "/searches").await.status, StatusCode::FORBIDDEN);
    let api = post("sec-fetch-site", "cross-site", "/api/v1/searches").await;
    assert_eq!(api.error(), (StatusCode::FORBIDDEN, "cross_site".to_owned()));
    assert_ne!(post("sec-fetch-site", "same-origin", "/searches").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let web = TestWeb::start().await;
    for path in ["/", "/nowhere", "/api/v1/nowhere", "/static/switchboard.css", "/healthz"] {
        let answer = web.get(path).await;
        assert!(
            answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("x-request-id").len(), 32);
    }
}

#[tokio::test]
async fn refusals_have_the_form_that_fits_the_path() {
    let web = TestWeb::start().await;
    assert_eq!(web.get("/api/v1/nothing").await.error(), (StatusCode::NOT_FOUND, "not_found".to_owned()));
    let page = web.get("/nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("Not here"));
    let wrong = web.send(request(Method::TRACE, "/api/v1/sources").body(Body::empty()).expect("a request")).await;
    assert_eq!(wrong.error(), (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed".to_owned()));
    assert!(wrong.header("allow").contains("GET"), "{:?}", wrong.headers);
    let wrong = web.send(request(Method::DELETE, "/").body(Body::empty()).expect("a request")).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn programs_and_secrets_are_for_the_operator() {
    let web = TestWeb::start().await;
    let program = json!({"name": "p", "kind": "exec", "settings": {"command": ["true"]}});
    let refused = web.json(Method::POST, "/api/v1/sources", program.clone()).await;
    assert_eq!(refused.error(), (StatusCode::FORBIDDEN, "operator_only".to_owned()));
    let as_operator = |method, path: &str, body: &serde_json::Value| {
        request(method, path)
            .header(header::AUTHORIZATION, format!("Bearer {OPERATOR_KEY}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request")
    };
    assert_eq!(web.send(as_operator(Method::POST, "/api/v1/sources", &program)).await.status, StatusCode::CREATED);

    let secret =
        json!({"name": "m", "kind": "mastodon", "settings": {"instance": "social.example", "token": "hunter2"}});
    let source = web.json(Method::POST, "/api/v1/sources", secret).await;
    assert!(!source.body.contains("hunter2"), "{}", source.body);
    let path = format!("/api/v1/sources/{}", source.data()["id"].as_str().expect("an id"));
    assert!(!web.get(&path).await.body.contains("hunter2"));
    assert!(!web.get(&path.replace("/api/v1", "")).await.body.contains("hunter2"));
    let shown = web.send(as_operator(Method::GET, &path, &json!(null))).await;
    let kept = shown.data()["settings"]["token"].clone();
    assert!(kept["sealed"].is_string() && !shown.body.contains("hunter2"), "it lies sealed: {}", shown.body);
    let renamed = web.json(Method::PATCH, &path, json!({"name": "n", "settings": source.data()["settings"]})).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.body);
    let shown = web.send(as_operator(Method::GET, &path, &json!(null))).await;
    assert_eq!(shown.data()["settings"]["token"], kept, "who reads settings and writes them back loses no secret");
}

#[tokio::test]
async fn static_files_are_kept_by_browsers() {
    let web = TestWeb::start().await;
    let page = web.get("/mentions").await.body;
    let address = page.split('"').find(|part| part.starts_with("/static/switchboard.css?v=")).expect("a style sheet");
    let file = web.get(address).await;
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    assert!(file.header("cache-control").contains("immutable"));
    let again = request(Method::GET, address).header(header::IF_NONE_MATCH, file.header("etag"));
    let again = web.send(again.body(Body::empty()).expect("a request")).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(web.get("/static/switchboard.css?v=old").await.header("cache-control"), "no-cache");
    assert_eq!(web.get("/static/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/static/%2e%2e%2fCargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn monitors_are_answered() {
    let web = TestWeb::start().await;
    assert_eq!(web.get("/healthz").await.body, "ok\n");
    assert_eq!(web.get("/readyz").await.body, "ready\n");
    web.door("forum").await;
    let metrics = web.get("/metrics").await;
    assert_eq!(
        web.send_bare(request(Method::GET, "/metrics").body(Body::empty()).expect("a request")).await.status,
        401
    );
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    for name in ["switchboard_sources{", "switchboard_http_request_duration_seconds_bucket{", "switchboard_line_held "]
    {
        assert!(metrics.body.contains(name), "{name}: {}", metrics.body);
    }
    web.app.stopping().cancel();
    assert_eq!(web.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

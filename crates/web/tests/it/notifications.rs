//! The bell, the page of notifications and their settings.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use switchboard_app::rights::Actor;
use switchboard_model::CaseFilter;

use crate::live::{listen_as, next};
use crate::test_web::{TestWeb, request};

/// A case of the administrator on which the operator left a note.
pub(crate) async fn noted(web: &TestWeb) -> i64 {
    web.app.tell_events().await.expect("told");
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let post = json!({"id": "1", "network": "forum", "text": "my acme kettle is broken, terrible, I want a refund"});
    web.ingest(&token, "application/json", post.to_string()).await;
    let filter = CaseFilter { with_private: true, limit: 1, ..CaseFilter::default() };
    let case = web.app.cases(&Actor::Operator, filter).await.expect("cases").cases[0].case.id;
    web.app.note_on_case(&Actor::Operator, case, None, "@mara, <b>look</b>").await.expect("noted");
    web.app.tell_events().await.expect("told");
    case.0
}

#[tokio::test]
async fn the_bell_counts_and_the_page_tells() {
    let web = TestWeb::start().await;
    let empty = web.get("/notifications").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.body.contains("Nothing has happened"), "{}", empty.body);
    let mut stream = listen_as(&web, &web.session).await;
    next(&mut stream).await.expect("hello");
    let case = noted(&web).await;
    let mut heard = String::new();
    while !heard.contains("event: notified") {
        heard = next(&mut stream).await.expect("an event");
    }
    let page = web.get("/notifications").await.body;
    assert!(page.contains("named you in a note"), "{page}");
    assert!(page.contains("Notifications, 1 not read"), "{page}");
    let listed = web.get("/api/v1/notifications?unread=true").await.data();
    assert_eq!((listed[0]["kind"].as_str(), listed[0]["case"].as_i64()), (Some("mentioned"), Some(case)));
    let id = listed[0]["id"].as_i64().expect("a number");
    let read = web.form("/notifications/read", &format!("id={id}&case={case}")).await;
    assert_eq!((read.status, read.header("location")), (StatusCode::SEE_OTHER, format!("/cases/{case}").as_str()));
    assert!(web.get("/notifications").await.body.contains("Notifications, all read"));
    assert_eq!(web.get("/api/v1/notifications?unread=true").await.data(), json!([]));
    let answer = web.json(Method::POST, "/api/v1/notifications/read", json!({})).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_question_is_answered_on_its_page_without_logging_in() {
    let web = TestWeb::start().await;
    let case = noted(&web).await;
    let form = "to=guest&email=ann%40lab.example&name=Ann&text=Is+%3Cb%3Eit%3C%2Fb%3E+safe%3F&shows=1";
    let asked = web.form(&format!("/cases/{case}/question"), form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = web.get(&format!("/cases/{case}")).await.body;
    assert!(page.contains("asks Ann, beside the conversation"), "{page}");
    let listed = web.get(&format!("/api/v1/cases/{case}/questions")).await.data();
    let address = listed[0]["address"].as_str().expect("an address");
    let path = &address[address.find("/question/").expect("a path")..];
    let outside = web.send_bare(request(Method::GET, path).body(Body::empty()).expect("a request")).await;
    assert_eq!(outside.status, StatusCode::OK);
    assert!(outside.body.contains("Is &#60;b&#62;it&#60;/b&#62; safe?"), "{}", outside.body);
    assert!(outside.body.contains("my acme kettle is broken") && !outside.body.contains("look"), "{}", outside.body);
    let post = async |text: &'static str| {
        let request = request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        web.send_bare(request.body(Body::from(text)).expect("a request")).await
    };
    let refused = post("text=+").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answered = post("text=It+is.").await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "loading the page again sends nothing twice");
    let then = request(Method::GET, answered.header("location")).body(Body::empty()).expect("a request");
    let then = web.send_bare(then).await;
    assert!(then.body.contains("Your answer is with"), "{}", then.body);
    assert!(web.get(&format!("/cases/{case}")).await.body.contains("It is."));
    let number = listed[0]["number"].as_u64().expect("a number");
    let path = format!("/api/v1/cases/{case}/questions/{number}");
    let told = web.json(Method::POST, &format!("{path}/answers"), json!({"text": "He says no"})).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let withdrawn = web.json(Method::POST, &format!("{path}/withdraw"), json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::OK);
    let late = web.json(Method::POST, &format!("{path}/answers"), json!({"text": "late"})).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert_eq!(web.get("/question/question.1.2.00").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn settings_are_said_by_form_and_by_program() {
    let web = TestWeb::start().await;
    assert_eq!(web.get("/settings/notifications").await.status, StatusCode::OK);
    let fields = "offered.mail=daily&offered.page=never&from=22%3A00&to=07%3A00&digest_at=09%3A30&digest_day=5";
    let answer = web.form("/settings/notifications", fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("Saved."), "{}", answer.body);
    let expected = json!({"paces": {"offered": {"page": "never", "mail": "daily"}},
        "quiet": {"from": 1320, "to": 420}, "digest_at": 570, "digest_day": 5});
    assert_eq!(web.get("/api/v1/notifications/settings").await.data(), expected);
    let refused = web.form("/settings/notifications", "from=22%3A00&to=&digest_at=09%3A30&digest_day=5").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web.get("/api/v1/notifications/settings").await.data(), expected, "nothing has changed");
    let usual = web.json(Method::PUT, "/api/v1/notifications/settings", json!({})).await.data();
    assert_eq!(usual, json!({"paces": {}, "quiet": null, "digest_at": 480, "digest_day": 1}));
}

#[tokio::test]
async fn the_server_for_mail_is_named_on_its_page() {
    let web = TestWeb::start().await;
    assert_eq!(web.get("/settings/mail").await.status, StatusCode::OK);
    let fields = "host=mail.acme.example&port=465&security=tls&user=desk&password=hunter2&from=desk%40acme.example";
    assert_eq!(web.form("/settings/mail", fields).await.status, StatusCode::SEE_OTHER);
    let page = web.get("/settings/mail").await.body;
    assert!(page.contains("mail.acme.example") && !page.contains("hunter2"), "{page}");
    let tried = web.form("/settings/mail/try", "to=mara%40acme.example").await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tried.body.contains("did not take it"), "{}", tried.body);
    let refused = web.form("/settings/mail", &fields.replace("465", "none")).await;
    assert!(refused.body.contains("1 to 65535"), "{}", refused.body);
    assert_eq!(web.form("/settings/mail/deliveries/7/retry", "").await.status, StatusCode::NOT_FOUND);
    for forged in ["x", "claim.00000000000000000000000000000001.1.1.99999999999.00"] {
        let answer = web.get(&format!("/act/{forged}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains("not one of ours"), "{}", answer.body);
    }
}

#[tokio::test]
async fn browsers_are_registered_once_an_administrator_wants_it() {
    let web = TestWeb::start().await;
    let page = web.get("/settings/notifications").await.body;
    assert!(!page.contains("id=\"browsers\"") && !page.contains("offered.push"), "{page}");
    let browser = "endpoint=https%3A%2F%2Fpush.example%2Fsecret&p256dh=k&auth=a";
    assert_eq!(web.form("/settings/notifications/browsers", browser).await.status, StatusCode::CONFLICT);
    assert_eq!(web.get("/settings/push").await.status, StatusCode::OK);
    let refused = web.form("/settings/push", "is_on=1&contact=nobody").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("how push services reach you"), "{}", refused.body);
    let saved = web.form("/settings/push", "is_on=1&shows_texts=1&contact=").await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
    let settings = web.get("/api/v1/push").await.data();
    let expected = json!({"is_on": true, "shows_texts": true, "contact": "mara@acme.example", "public_key": "BPublic"});
    assert_eq!(settings, expected);
    let page = web.get("/settings/notifications").await.body;
    assert!(page.contains("data-key=\"BPublic\"") && page.contains("offered.push"), "{page}");
    let added = web.form("/settings/notifications/browsers", browser).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = web.get("/settings/notifications").await.body;
    assert!(page.contains("A browser") && !page.contains("push.example"), "{page}");
    let listed = web.get("/api/v1/push/browsers").await.data();
    let id = listed[0]["id"].as_str().expect("an id");
    let tried = web.form(&format!("/settings/notifications/browsers/{id}/try"), "").await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tried.body);
    assert!(web.get("/api/v1/push/browsers").await.data()[0]["trouble"].as_str().is_some_and(|why| !why.is_empty()));
    assert_eq!(web.form("/settings/notifications/browsers/x/remove", "").await.status, StatusCode::NOT_FOUND);
    let removed = web.form(&format!("/settings/notifications/browsers/{id}/remove"), "").await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    let body = json!({"endpoint": "https://push.example/x", "p256dh": "k", "auth": "a", "name": "A program"});
    let added = web.json(Method::POST, "/api/v1/push/browsers", body).await;
    assert_eq!((added.status, &added.data()["name"]), (StatusCode::CREATED, &json!("A program")));
    let path = format!("/api/v1/push/browsers/{}", added.data()["id"].as_str().expect("an id"));
    assert_eq!(web.json(Method::DELETE, &path, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.json(Method::DELETE, &path, json!({})).await.status, StatusCode::NOT_FOUND);
    // What browsers run while no page is open: at the root, checked anew each time, under the same policy.
    let worker = web.send_bare(request(Method::GET, "/sw.js").body(Body::empty()).expect("a request")).await;
    assert_eq!(worker.status, StatusCode::OK);
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(worker.header("content-security-policy").contains("worker-src 'self'"));
}

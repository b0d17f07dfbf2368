//! What is done by links out of messages, as browsers and scanners of mail open them.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_app::rights::Actor;
use switchboard_model::CaseId;

use crate::notifications::noted;
use crate::test_web::{Answer, EMAIL, TestWeb, request};

async fn open(web: &TestWeb, method: Method, path: &str) -> Answer {
    web.send_bare(request(method, path).body(Body::empty()).expect("a request")).await
}

async fn press(web: &TestWeb, path: &str, fields: &str) -> Answer {
    let request = request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    web.send_bare(request.body(Body::from(fields.to_owned())).expect("a request")).await
}

/// An installation that sends mail, with a case of the administrator.
async fn with_mail() -> (TestWeb, CaseId) {
    let web = TestWeb::start().await;
    let server = json!({"host": "post.example", "port": 465, "security": "tls", "from": "desk@acme.example"});
    assert_eq!(web.json(Method::PUT, "/api/v1/mail", server).await.status, StatusCode::OK);
    web.app.set_public_url("https://desk.acme.example");
    let case = CaseId(noted(&web).await);
    (web, case)
}

/// The path of the first link in the letter that tells the administrator that the case is hers.
async fn link(web: &TestWeb, case: CaseId) -> String {
    let mara = web.app.users().iter().find(|user| user.email == EMAIL).expect("a user").id;
    web.app.release_case(&Actor::Operator, case, None, "for a test").await.ok();
    web.app.assign_case(&Actor::Operator, case, None, mara).await.expect("assigned");
    web.app.tell_events().await.expect("told");
    web.app.deliver().await.expect("sent");
    let text = web.last_letter().text;
    let address = text.split_whitespace().find(|word| word.contains("/act/transfer.")).expect("a link");
    address.strip_prefix("https://desk.acme.example").expect("ours").to_owned()
}

async fn case_of(web: &TestWeb, case: CaseId) -> Value {
    web.get(&format!("/api/v1/cases/{case}")).await.data()
}

#[tokio::test]
async fn a_case_is_transferred_by_a_link_once_and_never_by_opening_it() {
    let (web, case) = with_mail().await;
    let path = link(&web, case).await;
    let before = case_of(&web, case).await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let opened = open(&web, method, &path).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
        assert_eq!((opened.header("referrer-policy"), opened.header("cache-control")), ("same-origin", "no-store"));
        assert!(!opened.headers.contains_key("set-cookie"), "it opens no session");
    }
    assert_eq!(case_of(&web, case).await, before, "opening it does nothing");
    let page = open(&web, Method::GET, &path).await.body;
    assert!(page.contains(&format!("Transfer case {case}")) && page.contains("Mara Lindqvist"), "{page}");
    let sales = web.app.departments().iter().find(|department| department.key == "sales").expect("sales").id;
    // The same rules as on the page of the case.
    let refused = press(&web, &path, &format!("to={sales}&reason=expertise&note=")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("note is empty"), "{}", refused.body);
    let nowhere = press(&web, &path, "to=&reason=expertise&note=n").await;
    assert!(nowhere.body.contains("Choose the department"), "{}", nowhere.body);
    let fields = format!("to={sales}&reason=expertise&note=They+know+%3Cb%3Eit&watch=1");
    let done = press(&web, &path, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(done.body.contains("The case is offered"), "{}", done.body);
    let after = case_of(&web, case).await;
    assert_eq!(after["case"]["offer"]["department"], json!(sales.to_string()), "{after}");
    let events = after["events"].as_array().expect("a history");
    let offered = events.iter().find(|event| event["kind"] == "offered").expect("an offer");
    assert_eq!((&offered["via"], &offered["reason"]), (&json!("mail"), &json!("expertise")));
    let told = web.get(&format!("/cases/{case}")).await.body;
    assert!(told.contains("by a link in a mail"), "{told}");
    let typed = press(&web, &path, &fields).await.body;
    assert!(typed.contains("They know &#60;b&#62;it"), "what was typed is still there: {typed}");
    for again in [press(&web, &path, &fields).await, open(&web, Method::GET, &path).await] {
        assert_eq!(again.status, StatusCode::GONE);
        assert!(
            again.body.contains("This link was used on") && again.body.contains("Look at the case"),
            "{}",
            again.body
        );
    }
    // Somebody changes it.
    let forged = open(&web, Method::GET, &path.replacen("transfer", "claim", 1)).await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn where_it_is_said_so_somebody_logs_in_first() {
    let (web, case) = with_mail().await;
    let path = link(&web, case).await;
    assert_eq!(web.get("/api/v1/mail/links").await.data(), json!({"needs_log_in": false}));
    let said = web.form("/settings/mail/links", "needs_log_in=1").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    assert_eq!(web.get("/api/v1/mail/links").await.data(), json!({"needs_log_in": true}));
    let stranger = open(&web, Method::GET, &path).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert!(stranger.body.contains(&format!("/log-in?to={path}")), "{}", stranger.body);
    assert!(!stranger.body.contains("Mara"), "nobody is named to a stranger: {}", stranger.body);
    let sales = web.app.departments().iter().find(|department| department.key == "sales").expect("sales").id;
    let fields = format!("to={sales}&reason=expertise&note=n");
    assert_eq!(press(&web, &path, &fields).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(web.get(&path).await.status, StatusCode::OK, "she is logged in");
    assert_eq!(web.form(&path, &fields).await.status, StatusCode::OK);
    // What ends mail needs nobody to log in.
    let out = web.last_letter().unsubscribe.expect("a way out");
    let out = out.strip_prefix("https://desk.acme.example").expect("ours");
    for _ in 0..2 {
        assert_eq!(
            press(&web, out, "List-Unsubscribe=One-Click").await.status,
            StatusCode::OK,
            "as often as it is pressed"
        );
    }
}

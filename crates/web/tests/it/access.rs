//! Getting in: set-up, log-in, links, and what happens to words that were being written when a session ended.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::test_web::{Answer, EMAIL, PASSWORD, TestWeb, request};

const FORM: &str = "application/x-www-form-urlencoded";

/// From a browser that is not logged in.
async fn stranger(web: &TestWeb, method: Method, path: &str, fields: &str) -> Answer {
    let request = request(method, path).header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, FORM);
    web.send_bare(request.body(Body::from(fields.to_owned())).expect("a request")).await
}

/// The session that an answer begins.
fn session(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    let token = cookie.strip_prefix("switchboard_session=").and_then(|rest| rest.split(';').next());
    token.unwrap_or_else(|| panic!("no session in {cookie:?}: {}", answer.body)).to_owned()
}

fn log_in_fields(password: &str) -> String {
    format!("email={}&password={}", EMAIL.replace('@', "%40"), password.replace(' ', "+"))
}

/// The value of a hidden field, as a browser reads it.
fn hidden(body: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = body.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {body}")).1;
    let value = rest.split_once('"').expect("an end").0;
    value.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn before_the_set_up_only_the_set_up_works() {
    let web = TestWeb::start_bare().await;
    for path in ["/", "/mentions", "/settings/users", "/api/v1/sources"] {
        let answer = stranger(&web, Method::GET, path, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.body.contains("not set up yet") && answer.body.contains("terminal"), "{}", answer.body);
    }
    assert_eq!(stranger(&web, Method::GET, "/healthz", "").await.status, StatusCode::OK);
    let asked = request(Method::GET, "/api/v1/sources")
        .header(header::AUTHORIZATION, format!("Bearer {}", crate::test_web::OPERATOR_KEY));
    assert_eq!(web.send_bare(asked.body(Body::empty()).expect("a request")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_ask_for_the_log_in_and_lead_back() {
    let web = TestWeb::start().await;
    let asked = stranger(&web, Method::GET, "/mentions?network=forum", "").await;
    assert_eq!(asked.header("location"), "/log-in?to=%2Fmentions%3Fnetwork%3Dforum");
    assert_eq!(stranger(&web, Method::GET, "/", "").await.header("location"), "/log-in");
    assert_eq!(stranger(&web, Method::GET, "/api/v1/posts", "").await.error().0, StatusCode::UNAUTHORIZED);
    let script = request(Method::GET, "/mentions/list").header("sec-fetch-mode", "cors");
    let script = web.send_bare(script.body(Body::empty()).expect("a request")).await;
    assert_eq!(script.status, StatusCode::UNAUTHORIZED, "a script must not put the log-in into its page");
    let page = stranger(&web, Method::GET, asked.header("location"), "").await;
    assert!(page.body.contains("name=\"to\" value=\"/mentions?network=forum\""), "{}", page.body);
    let evil = stranger(&web, Method::GET, "/log-in?to=%2F%2Fattacker.example", "").await;
    assert!(!evil.body.contains("attacker"), "{}", evil.body);

    let fields = format!("{}&to=%2Fmentions%3Fnetwork%3Dforum", log_in_fields(PASSWORD));
    let done = stranger(&web, Method::POST, "/log-in", &fields).await;
    assert_eq!(done.header("location"), "/mentions?network=forum");
    let mine =
        request(Method::GET, "/mentions").header(header::COOKIE, format!("switchboard_session={}", session(&done)));
    let mine = web.send_bare(mine.body(Body::empty()).expect("a request")).await;
    assert_eq!(mine.status, StatusCode::OK);
    assert!(web.get("/directory").await.body.contains("Mara Lindqvist"));
}

#[tokio::test]
async fn wrong_passwords_are_answered_and_lock() {
    let web = TestWeb::start().await;
    for _ in 0..5 {
        let wrong = stranger(&web, Method::POST, "/log-in", &log_in_fields("not this one")).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("E-mail address or password is wrong."), "{}", wrong.body);
        assert!(wrong.body.contains(EMAIL) && !wrong.body.contains("not this one"));
    }
    let locked = stranger(&web, Method::POST, "/log-in", &log_in_fields(PASSWORD)).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(locked.body.contains("Too many wrong passwords"), "{}", locked.body);
}

#[tokio::test]
async fn a_log_in_replaces_the_session_and_a_log_out_ends_it() {
    let web = TestWeb::start().await;
    let first = session(&stranger(&web, Method::POST, "/log-in", &log_in_fields(PASSWORD)).await);
    let as_first = |method, path: &str| {
        let request = request(method, path).header(header::CONTENT_TYPE, FORM).header("sec-fetch-site", "same-origin");
        request.header(header::COOKIE, format!("switchboard_session={first}"))
    };
    let again = as_first(Method::POST, "/log-in").body(Body::from(log_in_fields(PASSWORD))).expect("a request");
    let second = session(&web.send_bare(again).await);
    assert_ne!(first, second);
    let old = web.send_bare(as_first(Method::GET, "/mentions").body(Body::empty()).expect("a request")).await;
    assert!(old.header("location").starts_with("/log-in"), "the session before is over");
    let as_second = |method, path: &str| {
        let request = request(method, path).header("sec-fetch-site", "same-origin");
        let request = request.header(header::COOKIE, format!("switchboard_session={second}"));
        request.body(Body::empty()).expect("a request")
    };
    assert_eq!(web.send_bare(as_second(Method::GET, "/mentions")).await.status, StatusCode::OK);
    let out = web.send_bare(as_second(Method::POST, "/log-out")).await;
    assert_eq!(out.header("location"), "/log-in");
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert!(web.send_bare(as_second(Method::GET, "/mentions")).await.header("location").starts_with("/log-in"));
}

#[tokio::test]
async fn what_was_written_when_a_session_ended_survives() {
    let web = TestWeb::start().await;
    let id = web.search("Acme", "acme").await;
    let path = format!("/searches/{id}");
    let written = "query=acme+OR+%22%3Cb%3E+kettle%22%0D%0AOR+akme&name=Acme+%26+others&type=brand&is_enabled=on";
    let page = stranger(&web, Method::POST, &path, &format!("{written}&password=secret")).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.body.contains("What you wrote is kept on this page"), "{}", page.body);
    assert!(!page.body.contains("secret"), "passwords are not carried");
    let carried = |body: &str| {
        let (to, fields) = (hidden(body, "carried_to"), hidden(body, "carried"));
        assert_eq!(to, path);
        format!("carried_to={}&carried={}", encoded(&to), encoded(&fields))
    };
    // A wrong password loses nothing either.
    let wrong = format!("{}&{}", log_in_fields("not this one"), carried(&page.body));
    let page = stranger(&web, Method::POST, "/log-in", &wrong).await;
    let right = format!("{}&{}", log_in_fields(PASSWORD), carried(&page.body));
    let again = stranger(&web, Method::POST, "/log-in", &right).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.body.contains(&format!("action=\"{path}\"")) && again.body.contains("Send it now"), "{}", again.body);
    assert!(again.body.contains("&#60;b&#62; kettle"), "it is shown: {}", again.body);
    assert_eq!(web.get(&format!("/api/v1{path}")).await.data()["query"], "acme", "nothing was done yet");

    let fields =
        ["query", "name", "type", "is_enabled"].map(|name| format!("{name}={}", encoded(&hidden(&again.body, name))));
    let send = request(Method::POST, &path)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::COOKIE, format!("switchboard_session={}", session(&again)))
        .header("sec-fetch-site", "same-origin");
    let done = web.send_bare(send.body(Body::from(fields.join("&"))).expect("a request")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let search = web.get(&format!("/api/v1{path}")).await.data();
    assert_eq!(search["query"], "acme OR \"<b> kettle\"\r\nOR akme");
    assert_eq!(search["name"], "Acme & others");
}

#[tokio::test]
async fn what_is_too_long_to_be_carried_is_said() {
    let web = TestWeb::start().await;
    let page = stranger(&web, Method::POST, "/searches", &format!("query={}", "x".repeat(100_000))).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.body.contains("too long to be kept"), "{}", &page.body[..2_000]);
    assert!(page.body.len() < 20_000);
}

#[tokio::test]
async fn a_form_without_a_word_where_it_comes_from_is_refused() {
    let web = TestWeb::start().await;
    let bare = |header: Option<(&'static str, &'static str)>| {
        let mut request = request(Method::POST, "/searches").header(header::CONTENT_TYPE, FORM);
        request = request.header(header::COOKIE, format!("switchboard_session={}", web.session));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        web.send_bare(request.body(Body::from("query=acme&name=&type=brand")).expect("a request"))
    };
    assert_eq!(bare(None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(bare(Some(("origin", "http://attacker.example"))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(bare(Some(("origin", "http://localhost:8400"))).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn invited_colleagues_choose_a_password_and_are_in() {
    let web = TestWeb::start().await;
    let page = web.form("/settings/users", "name=Rui&email=Rui%40acme.example&role=member&time_zone=UTC").await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    let link = page.body.split("http://localhost:8400").nth(1).and_then(|rest| rest.split('<').next());
    let link = link.expect("a link").to_owned();
    assert!(link.starts_with("/links/") && page.header("cache-control") == "no-store");
    assert!(stranger(&web, Method::GET, &link, "").await.body.contains("Welcome, Rui"));
    let differ = stranger(&web, Method::POST, &link, "password=four+calm+green+owls&again=x").await;
    assert_eq!(differ.status, StatusCode::UNPROCESSABLE_ENTITY);
    let short = stranger(&web, Method::POST, &link, "password=short&again=short").await;
    assert!(short.body.contains("id=\"password-wrong\""), "{}", short.body);
    let fields = "password=four+calm+green+owls&again=four+calm+green+owls";
    let done = stranger(&web, Method::POST, &link, fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(stranger(&web, Method::POST, &link, fields).await.status, StatusCode::NOT_FOUND, "it works once");
    let rui = |path: &str| {
        let request =
            request(Method::GET, path).header(header::COOKIE, format!("switchboard_session={}", session(&done)));
        web.send_bare(request.body(Body::empty()).expect("a request"))
    };
    assert_eq!(rui("/mentions").await.status, StatusCode::OK);
    assert_eq!(rui("/settings").await.header("location"), "/settings/you");
    let refused = rui("/settings/users").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Only an administrator may do this."), "{}", refused.body);
    assert!(refused.body.contains("aria-label=\"Pages\""), "who is known keeps the navigation");
}

#[tokio::test]
async fn a_key_acts_for_its_user() {
    let web = TestWeb::start().await;
    let page = web.form("/settings/keys", "name=cron").await;
    assert_eq!(page.status, StatusCode::CREATED);
    let key = page.body.split("<code class=\"token\">").nth(1).and_then(|rest| rest.split('<').next());
    let key = key.expect("a key").to_owned();
    assert!(key.starts_with("swb_") && !web.get("/settings/keys").await.body.contains(&key));
    let ask = |key: &str| {
        let asked = request(Method::GET, "/api/v1/sources").header(header::AUTHORIZATION, format!("Bearer {key}"));
        web.send_bare(asked.body(Body::empty()).expect("a request"))
    };
    assert_eq!(ask(&key).await.status, StatusCode::OK);
    assert_eq!(ask("swb_0").await.error().0, StatusCode::UNAUTHORIZED);
    let id = web.get("/settings/keys").await.body;
    let id = id.split("/settings/keys/").nth(1).and_then(|rest| rest.split('/').next()).expect("an id").to_owned();
    assert_eq!(web.form(&format!("/settings/keys/{id}/remove"), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&key).await.error().0, StatusCode::UNAUTHORIZED);
}

//! Calls and mails by seniors: the page on which one is asked for, the list, the one page by a signed link, and the API.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::notifications::noted;
use crate::test_web::{Answer, EMAIL, TestWeb, request};

async fn bare(web: &TestWeb, method: Method, path: &str, form: &'static str) -> Answer {
    let request = request(method, path).header("content-type", "application/x-www-form-urlencoded");
    web.send_bare(request.body(Body::from(form)).expect("a request")).await
}

/// A case, with its administrator as a senior.
async fn begun(web: &TestWeb) -> (i64, String) {
    let case = noted(web).await;
    let user = web.app.people().user_by_email(EMAIL).expect("there").id.to_string();
    let senior = json!({ "title": "VP Care", "channels": ["call"], "most_open": 1 });
    let set = web.json(Method::PUT, &format!("/api/v1/outreaches/seniors/{user}"), senior).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    (case, user)
}

#[tokio::test]
async fn a_call_is_asked_for_and_done_by_its_link() {
    let web = TestWeb::start().await;
    let (case, user) = begun(&web).await;
    let page = web.get(&format!("/cases/{case}")).await.body;
    assert!(page.contains(&format!("/cases/{case}/outreach")) && page.contains("data-key=\",\""), "{page}");
    let asking = web.get(&format!("/cases/{case}/outreach")).await.body;
    assert!(asking.contains("VP Care") && asking.contains("fits best") && asking.contains("Apology call"), "{asking}");
    // What was typed comes back.
    let form = format!("channel=call&senior={user}&reason=Two+%3Cb%3Eburns&contact=");
    let refused = web.form(&format!("/cases/{case}/outreach"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Two &#60;b&#62;burns"), "{}", refused.body);
    let asked = web.form(&format!("/cases/{case}/outreach"), &format!("{form}%2B43+555")).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = web.get(&format!("/cases/{case}")).await.body;
    assert!(page.contains("is asked to call") && !page.contains("+43 555"), "{page}");
    let closed = web.form(&format!("/cases/{case}/close"), "outcome=thanked").await;
    assert_eq!(closed.status, StatusCode::CONFLICT);
    assert!(closed.body.contains("close-withdraw"), "withdraw and close offers itself: {}", closed.body);
    let listed = web.get(&format!("/api/v1/cases/{case}/outreaches")).await.data();
    assert_eq!((listed[0]["state"].as_str(), listed[0]["contact"].as_str()), (Some("asked"), Some("+43 555")));
    let address = listed[0]["address"].as_str().expect("an address");
    let path = &address[address.find("/outreach/link/").expect("a path")..];
    let outside = bare(&web, Method::GET, path, "").await;
    assert_eq!(outside.status, StatusCode::OK);
    for part in ["Two &#60;b&#62;burns", "+43 555", "my acme kettle is broken", "I will do it"] {
        assert!(outside.body.contains(part), "{part}: {}", outside.body);
    }
    assert!(!outside.body.contains("look&"), "no notes: {}", outside.body);
    // What was written below the button is still there, to be gone on with.
    let begun = "act=accept&step=0&outcome=solved&note=Spoke+%3Ci%3Eonce&promised=a+red+lid";
    let begun = bare(&web, Method::POST, path, begun).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    for part in ["value=\"solved\" required checked", "Spoke &#60;i&#62;once</textarea>", "a red lid</textarea>"] {
        assert!(begun.body.contains(part) && !begun.body.contains("value=\"accept\""), "{part}: {}", begun.body);
    }
    let accepted = bare(&web, Method::POST, path, "act=accept").await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "loading the page again sends nothing twice");
    let unsaid = bare(&web, Method::POST, path, "act=outcome&outcome=solved&note=+&promised=a+new+lid").await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.body.contains("a new lid"), "{}", unsaid.body);
    let withdrawn = bare(&web, Method::POST, path, "act=withdraw").await;
    assert_eq!(withdrawn.status, StatusCode::UNPROCESSABLE_ENTITY, "that is for who asked");
    let done = bare(&web, Method::POST, path, "act=outcome&outcome=solved&note=Spoke&promised=a+new+lid").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = bare(&web, Method::GET, done.header("location"), "").await;
    assert_eq!(after.status, StatusCode::OK);
    assert!(after.body.contains("written down"), "{}", after.body);
    // Spent: it does nothing more, and what is typed is not lost.
    assert_eq!(bare(&web, Method::GET, path, "").await.status, StatusCode::GONE);
    let late = bare(&web, Method::POST, path, "act=decline&why=too+%3Ci%3Elate").await;
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.body.contains("too &#60;i&#62;late"), "{}", late.body);
    for forged in ["/outreach/link/outreach.1.2.x.00", "/outreach/link/x", &path.replace("outreach.", "question.")] {
        assert_eq!(bare(&web, Method::GET, forged, "").await.status, StatusCode::NOT_FOUND, "{forged}");
        assert_eq!(bare(&web, Method::POST, forged, "act=accept").await.status, StatusCode::NOT_FOUND, "{forged}");
    }
    let list = web.get("/outreach?list=done").await.body;
    assert!(list.contains("reached, and it is solved") && !list.contains("+43 555"), "{list}");
    assert!(web.get(&format!("/cases/{case}")).await.body.contains("a new lid"));
}

#[tokio::test]
async fn what_somebody_does_is_no_obstacle_before_it_is_chosen() {
    let web = TestWeb::start().await;
    let (case, user) = begun(&web).await;
    let senior = json!({ "title": "VP Care", "channels": ["mail"], "most_open": 1 });
    web.json(Method::PUT, &format!("/api/v1/outreaches/seniors/{user}"), senior).await;
    let path = format!("/cases/{case}/outreach");
    let asking = web.get(&path).await.body;
    assert!(asking.contains("fits best") && !asking.contains("makes no calls"), "{asking}");
    assert!(asking.contains("value=\"mail\" required checked"), "what who is proposed does: {asking}");
    let refused = web.form(&path, &format!("channel=call&senior={user}&reason=r&contact=c")).await.body;
    assert!(refused.contains("makes no calls") && refused.contains("value=\"call\" required checked"), "{refused}");
}

#[tokio::test]
async fn who_writes_down_what_a_senior_told_is_not_spoken_to_as_the_senior() {
    let web = TestWeb::start().await;
    let (case, user) = begun(&web).await;
    let body = json!({ "senior": user, "channel": "call", "reason": "r", "contact": "c" });
    let asked = web.json(Method::POST, &format!("/api/v1/cases/{case}/outreaches"), body).await.data();
    let path = format!("/outreach/{}", asked["outreaches"][0].as_str().expect("an id"));
    assert!(web.get(&path).await.body.contains("You are <bdi>"));
    // What was begun below is kept on this page as well.
    let begun = web.form(&path, "act=accept&note=Spoke+once&next=").await;
    assert!(begun.status == StatusCode::OK && begun.body.contains("Spoke once</textarea>"), "{}", begun.body);
    assert!(begun.body.contains("is saved once you press"), "{}", begun.body);
}

#[tokio::test]
async fn the_api_keeps_seniors_scripts_and_outcomes() {
    let web = TestWeb::start().await;
    let (case, user) = begun(&web).await;
    let post = async |path: String, body: serde_json::Value| web.json(Method::POST, &path, body).await;
    let at = format!("/api/v1/cases/{case}/outreaches");
    let best = web.get(&format!("{at}/seniors?channel=call")).await.data();
    assert_eq!((best[0]["user"].as_str(), best[0]["obstacle"].is_null()), (Some(user.as_str()), true));
    let body = json!({ "senior": user, "channel": "call", "reason": "r", "contact": "c" });
    let asked = post(at.clone(), body.clone()).await;
    let id = asked.data()["outreaches"][0].as_str().expect("an id").to_owned();
    let full = post(at.clone(), body).await.error();
    assert_eq!(full.0, StatusCode::UNPROCESSABLE_ENTITY, "{full:?}");
    let one = format!("/api/v1/outreaches/{id}");
    let tried = post(format!("{one}/attempts"), json!({ "result": "not_reached", "note": "engaged" })).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert_eq!(post(format!("{one}/attempts"), json!({ "result": "solved", "note": "n" })).await.error().0, 422);
    assert_eq!(web.get(&one).await.data()["attempts"][0]["note"], "engaged");
    assert_eq!(web.get("/api/v1/outreaches?mine=true").await.data().as_array().map(Vec::len), Some(1));
    assert_eq!(web.get("/api/v1/outreaches?state=sometime").await.status, StatusCode::BAD_REQUEST);
    let close = post(format!("/api/v1/cases/{case}/close"), json!({ "outcome": "thanked" })).await.error();
    assert_eq!(close, (StatusCode::CONFLICT, "outreach_open".to_owned()));
    let body = json!({ "outcome": "thanked", "withdraw_outreach": true });
    assert_eq!(post(format!("/api/v1/cases/{case}/close"), body).await.data()["state"], "closed");
    let over = post(format!("{one}/done"), json!({ "outcome": "solved", "note": "n" })).await.error();
    assert_eq!(over, (StatusCode::GONE, "outreach_over".to_owned()));
    assert_eq!(web.get("/api/v1/outreaches/figures").await.data()["asked"], 1);
    let unknown = format!("/api/v1/outreaches/{}/accept", uuid::Uuid::nil());
    assert_eq!(post(unknown, json!({})).await.status, StatusCode::NOT_FOUND);
    let script = json!({ "name": "Short", "language": "en", "text": "Dear {autor}" });
    let refused = post("/api/v1/outreaches/scripts".into(), script).await;
    assert!(refused.body.contains("{autor}") && refused.status == 422, "{}", refused.body);
    let script = json!({ "name": "Short", "language": "en", "text": "Dear {author}" });
    let kept = post("/api/v1/outreaches/scripts".into(), script.clone()).await.data();
    let path = format!("/api/v1/outreaches/scripts/{}", kept["id"].as_str().expect("an id"));
    assert_eq!(post("/api/v1/outreaches/scripts".into(), script.clone()).await.status, StatusCode::CONFLICT);
    assert_eq!(web.json(Method::PUT, &path, script).await.status, StatusCode::OK);
    assert_eq!(web.json(Method::DELETE, &path, json!({})).await.status, StatusCode::NO_CONTENT);
    let times = json!({ "due_within_min": 60, "warn_before_min": 90, "keep_contact_days": 7 });
    assert_eq!(web.json(Method::PUT, "/api/v1/outreaches/settings", times).await.status, 422);
    let gone = web.json(Method::DELETE, &format!("/api/v1/outreaches/seniors/{user}"), json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert!(web.get("/settings/outreach").await.body.contains("Nobody yet"));
    let form = format!("user={user}&title=VP&channels=call&most_open=nine");
    let refused = web.form("/settings/outreach/seniors", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("whole number"), "{}", refused.body);
}

#[tokio::test]
async fn where_it_is_said_so_the_senior_logs_in_first() {
    let web = TestWeb::start().await;
    let (case, user) = begun(&web).await;
    let body = json!({ "senior": user, "channel": "call", "reason": "two burns", "contact": "+43 555" });
    let asked = web.json(Method::POST, &format!("/api/v1/cases/{case}/outreaches"), body).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    let listed = web.get(&format!("/api/v1/cases/{case}/outreaches")).await.data();
    let address = listed[0]["address"].as_str().expect("an address");
    let path = &address[address.find("/outreach/link/").expect("a path")..];
    let open = bare(&web, Method::GET, path, "").await;
    assert_eq!(open.status, StatusCode::OK);
    // The senior's zone, though nobody is logged in.
    assert!(open.body.contains("Europe/Lisbon") && !open.body.contains("clock, UTC"), "{}", open.body);
    assert_eq!(web.form("/settings/mail/links", "needs_log_in=1").await.status, StatusCode::SEE_OTHER);
    let stranger = bare(&web, Method::GET, path, "").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert!(stranger.body.contains(&format!("/log-in?to={path}")), "{}", stranger.body);
    let refused = bare(&web, Method::POST, path, "act=decline&why=too+%3Ci%3Emuch").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.body.contains("too &#60;i&#62;much"), "what was typed is kept: {}", refused.body);
    for told in ["two burns", "+43 555", "kettle", "VP Care", &format!("/cases/{case}")] {
        assert!(!stranger.body.contains(told) && !refused.body.contains(told), "{told}: {}", stranger.body);
    }
    let state = web.get(&format!("/api/v1/cases/{case}/outreaches")).await.data();
    assert_eq!(state[0]["state"], "asked", "nothing was done");
    // The senior, logged in, has it as before; a link that we did not make stays unknown.
    assert_eq!(web.get(path).await.status, StatusCode::OK);
    assert_eq!(web.form(path, "act=accept").await.status, StatusCode::SEE_OTHER);
    assert_eq!(bare(&web, Method::GET, "/outreach/link/outreach.1.2.x.00", "").await.status, StatusCode::NOT_FOUND);
    let done = "act=outcome&outcome=solved&note=Spoke&promised=";
    for _ in 0..2 {
        let saved = web.form(path, done).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "pressed twice: {}", saved.body);
    }
}

//! Taking back what one did to a case: over the API and from the page.

use axum::http::{Method, StatusCode};
use serde_json::json;
use switchboard_model::Role;

use crate::desk::{Desk, owner};

#[tokio::test]
async fn every_answer_of_the_api_says_what_can_be_taken_back() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let act = async |verb: &str, body| desk.web.json(Method::POST, &format!("/api/v1/cases/{id}/{verb}"), body).await;
    let waits = act("wait", json!({})).await.data();
    let noted = act("notes", json!({ "text": "a private note" })).await.data();
    let taken = act("undo", json!({ "event": waits["version"] })).await;
    assert_eq!((taken.status, &taken.data()["state"]), (StatusCode::OK, &json!("open")), "{}", taken.body);
    let taken = act("undo", json!({ "version": taken.data()["version"] })).await.data();
    assert_eq!(taken["version"], json!(5));
    let view = desk.web.get(&format!("/api/v1/cases/{id}")).await.data();
    assert_eq!(view["undone"], json!([waits["version"], noted["version"]]));
    assert_eq!(view["events"][2]["text"], json!("a private note"), "the history keeps it");
    let last = &view["events"][4];
    assert_eq!((&last["kind"], &last["event"]), (&json!("undone"), &noted["version"]));
    assert_eq!(last["restored"]["state"], json!("open"));

    let check = async |body, expected: StatusCode, code: &str, words: &str| {
        let refused = act("undo", body).await;
        assert_eq!(refused.error(), (expected, code.to_owned()), "{}", refused.body);
        assert!(refused.body.contains(words), "{}", refused.body);
    };
    check(json!({}), StatusCode::CONFLICT, "not_undone", "nothing that you did here").await;
    check(json!({ "event": 2 }), StatusCode::CONFLICT, "not_undone", "taken back already").await;
    check(json!({ "event": 1 }), StatusCode::CONFLICT, "not_undone", "not something that can be taken back").await;
    check(json!({ "event": 5, "version": 2 }), StatusCode::CONFLICT, "stale", "you saw version 2").await;
    let nowhere = desk.web.json(Method::POST, "/api/v1/cases/99/undo", json!({})).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    // What was taken back holds again.
    assert_eq!(act("undo", json!({ "event": 4 })).await.data()["state"], json!("waiting"));
}

#[tokio::test]
async fn a_page_takes_back_what_was_done_and_shows_it_quietly() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let rui = desk.colleague("Rui Carvalho", Role::Member, &[&home]).await;
    let act = async |who, verb: &str, fields: &str| {
        let fields = format!("version={}&{fields}", desk.version(id).await);
        desk.post(who, &format!("/cases/{id}/{verb}"), &fields).await
    };
    act(&ines, "claim", "").await;
    act(&ines, "note", "text=a+private+note").await;
    act(&ines, "close", "outcome=no_answer&reason=noise").await;
    let done = act(&ines, "undo", &format!("event=4&back=%2Fdesk%3Fqueue%3Dall%26case%3D{id}")).await;
    assert_eq!(
        (done.status, done.header("location")),
        (StatusCode::SEE_OTHER, &*format!("/desk?queue=all&case={id}")),
        "{}",
        done.body
    );
    let page = desk.get(&ines, &format!("/cases/{id}")).await;
    assert_eq!(owner(&page), "you");
    assert!(page.body.contains("took back: closed it") && page.body.contains("class=\"undone\""), "{}", page.body);
    assert!(page.body.contains("data-state=\"open\"") && page.body.contains("a private note"), "{}", page.body);
    act(&ines, "undo", "").await;
    let page = desk.get(&ines, &format!("/cases/{id}")).await;
    assert!(!page.body.contains("a private note") && page.body.contains("noted something"), "{}", page.body);
    assert!(page.body.contains("took back: noted something"), "{}", page.body);
    // Who was overtaken is told by whom, and what happened.
    let seen = desk.version(id).await;
    act(&rui, "tag", "tags=lid").await;
    let refused = desk.post(&ines, &format!("/cases/{id}/undo"), &format!("version={seen}&event=2")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("stays as it is: since then Rui Carvalho tagged it."), "{}", refused.body);
    assert!(!refused.body.contains("What you typed"), "{}", refused.body);
    let olga = desk.colleague("Olga Novak", Role::Observer, &[&home]).await;
    assert_eq!(act(&olga, "undo", "").await.status, StatusCode::FORBIDDEN);
    let seen = desk.get(&olga, &format!("/cases/{id}")).await;
    assert!(seen.body.contains("took back: closed it") && !seen.body.contains("noted"), "{}", seen.body);
}

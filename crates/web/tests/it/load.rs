//! The load and the hand-over, over the API and on pages.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::test_web::{EMAIL, TestWeb};

async fn with_a_case() -> TestWeb {
    let web = TestWeb::start().await;
    let (_, token) = web.door("door").await;
    web.search("Acme", "acme").await;
    let post = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"My acme kettle never arrived, I want a refund!\"}\n";
    web.ingest(&token, "application/x-ndjson", post).await;
    web
}

fn own(load: &Value) -> Value {
    load["people"][0].clone()
}

#[tokio::test]
async fn heads_say_how_cases_find_an_owner_and_see_who_has_how_much() {
    let web = with_a_case().await;
    let load = web.get("/api/v1/load").await.data();
    let you = own(&load);
    assert_eq!((&you["cases"], &you["most_cases"], &you["is_led"]), (&json!(0), &Value::Null, &json!(true)), "{load}");
    let waits = |desk: &&Value| desk["waiting"] == json!(1);
    let desk = load["desks"].as_array().and_then(|desks| desks.iter().find(waits)).expect("it waits").clone();
    let (user, department) = (you["user"].as_str().expect("an id"), desk["department"].as_str().expect("an id"));
    let path = format!("/api/v1/load/departments/{department}");
    let bad = web.json(Method::PUT, &path, json!({"assignment": "magic"})).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST, "{}", bad.body);
    let done = web.json(Method::PUT, &path, json!({"assignment": "round_robin"})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    web.app.give_out().await.expect("given");
    assert_eq!(own(&web.get("/api/v1/load").await.data())["cases"], json!(1));
    let case = web.get("/api/v1/cases/1").await;
    assert!(case.body.contains("given in turn: on duty"), "{}", case.body);
    assert!(web.get("/cases/1").await.body.contains("given in turn: on duty"));
    let path = format!("/api/v1/load/users/{user}");
    let bad = web.json(Method::PUT, &path, json!({"most_cases": 0})).await;
    assert_eq!(bad.error(), (StatusCode::UNPROCESSABLE_ENTITY, "bad_field".to_owned()));
    let done = web.json(Method::PUT, &path, json!({"most_cases": 1})).await;
    assert_eq!(own(&done.data())["most_cases"], json!(1));
    let page = web.get("/desk/load").await;
    assert!(page.body.contains("1 of 1") && page.body.contains("no room"), "{}", page.body);
    let form = web.form(&format!("/desk/load/users/{user}"), "most_cases=").await;
    assert_eq!(form.status, StatusCode::SEE_OTHER, "{}", form.body);
    let form = web.form(&format!("/desk/load/users/{user}"), "most_cases=many").await;
    assert!(form.status == StatusCode::UNPROCESSABLE_ENTITY && form.body.contains("role=\"alert\""), "{}", form.body);
    let form = web.form(&format!("/desk/load/departments/{department}"), "assignment=pull").await;
    assert_eq!(form.status, StatusCode::SEE_OTHER, "{}", form.body);
    let exposure = json!({"tags": ["Abuse", "threat"], "warn_at": 30, "half_life_days": 14});
    let set = web.json(Method::PUT, "/api/v1/load/exposure", exposure).await.data();
    assert_eq!(set, json!({"tags": ["abuse", "threat"], "warn_at": 30, "half_life_days": 14}));
    let form = web.form("/desk/load/exposure", "tags=abuse&warn_at=&half_life_days=7").await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = web.form("/desk/load/exposure", "tags=abuse&warn_at=40&half_life_days=7").await;
    assert_eq!(form.status, StatusCode::SEE_OTHER, "{}", form.body);
    assert!(web.get("/desk").await.body.contains("href=\"/desk/load\""));
}

#[tokio::test]
async fn a_shift_hands_over() {
    let web = with_a_case().await;
    let empty = web.get("/desk/handover").await;
    assert!(empty.body.contains("You have no open cases"), "{}", empty.body);
    let claimed = web.json(Method::POST, "/api/v1/cases/1/claim", json!({})).await;
    assert_eq!(claimed.status, StatusCode::OK, "{}", claimed.body);
    let list = web.get("/api/v1/handover").await.data();
    assert_eq!(
        (&list["ends_at"], &list["cases"][0]["then"]),
        (&Value::Null, &json!("nothing")),
        "always on duty: {list}"
    );
    assert!(web.get("/desk/handover").await.body.contains("name=\"note-1\""));
    let user = claimed.data()["owner"]["user"].clone();
    let both = json!({"cases": [{"id": 1}], "to": user, "to_desk": true});
    assert_eq!(web.json(Method::POST, "/api/v1/handover", both).await.error().0, StatusCode::UNPROCESSABLE_ENTITY);
    let none = web.form("/desk/handover", "to=desk&verb=hand").await;
    assert!(none.body.contains("role=\"alert\""), "{}", none.body);
    let noted = web.form("/desk/handover", "case=1.2&note-1=asked+twice&verb=note").await;
    assert!(noted.body.contains("1 case is done"), "{}", noted.body);
    assert!(web.get("/cases/1").await.body.contains("asked twice"));
    // Whatever note is written is left, with or without a mark, and none twice.
    let unmarked = web.form("/desk/handover", "seen-1=3&note-1=no+mark&verb=note").await;
    assert!(unmarked.body.contains("1 case is done") && !unmarked.body.contains(">no mark<"), "{}", unmarked.body);
    assert!(web.get("/cases/1").await.body.contains("no mark"));
    let again = web.form("/desk/handover", "seen-1=3&note-1=no+mark&verb=note").await;
    assert!(again.body.contains("1 could not be") && again.body.contains(">no mark</textarea>"), "{}", again.body);
    let unwritten = web.form("/desk/handover", "case=1.4&note-1=+&verb=note").await;
    assert_eq!(unwritten.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unwritten.body);
    // What was written for a case that is refused, that is not marked, or that is gone from the list stays on the page.
    let refused = "case=1.1&case=9.1&note-1=stale&note-9=gone&to=desk&verb=hand";
    let refused = web.form("/desk/handover", refused).await;
    assert!(refused.body.contains("2 could not be handed over"), "{}", refused.body);
    assert!(
        refused.body.contains(">stale</textarea>") && refused.body.contains(">gone</textarea>"),
        "{}",
        refused.body
    );
    let other = web.form("/desk/handover", "case=9.1&note-1=kept&to=desk&verb=hand").await;
    assert!(other.body.contains(">kept</textarea>"), "{}", other.body);
    let done =
        web.json(Method::POST, "/api/v1/handover", json!({"cases": [{"id": 1}, {"id": 9}], "to_desk": true})).await;
    let changed = done.data().as_array().map(|list| list.iter().map(|one| one["changed"].clone()).collect::<Vec<_>>());
    assert_eq!(changed, Some(vec![json!(true), json!(false)]), "{EMAIL}: {}", done.body);
    assert_eq!(web.get("/api/v1/cases/1").await.data()["case"]["owner"], json!("desk"));
}

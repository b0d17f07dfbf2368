//! Trying searches, filling them, and finding things: pages and API.

use axum::http::{Method, StatusCode};
use serde_json::json;
use switchboard_model::Role;

use crate::desk::Desk;
use crate::test_web::TestWeb;

async fn with_talk() -> TestWeb {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let line = |id: &str, text: &str| json!({"id": id, "network": "forum", "text": text}).to_string() + "\n";
    let lines = line("1", "my acme kettle") + &line("2", "a kettle of <b>globex</b>") + &line("3", "tea");
    assert_eq!(web.ingest(&token, "application/x-ndjson", lines).await.status, StatusCode::OK);
    web
}

#[tokio::test]
async fn a_search_is_tried_before_it_is_saved() {
    let web = with_talk().await;
    let answer = web.json(Method::POST, "/api/v1/searches/preview", json!({"query": "kettle"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let preview = answer.data();
    assert_eq!((&preview["stored"]["found"], &preview["heard"]["found"]), (&json!(1), &json!(1)));
    assert_eq!(preview["sample"].as_array().map(Vec::len), Some(2));
    let bad = web.json(Method::POST, "/api/v1/searches/preview", json!({"query": "kettle ("})).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = web.form("/searches/preview", "query=kettle&name=&type=brand").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("a <mark>kettle</mark> of &#60;b&#62;globex"), "{}", page.body);
    assert!(page.body.contains("kettle</textarea>") && page.body.contains("heard, not kept"));
    let part = web.form("/searches/preview/part", "query=kettle").await;
    assert!(part.body.contains("<mark>kettle</mark>") && !part.body.contains("<html"));
    let unreadable = web.form("/searches/preview/part", "query=(").await;
    assert!(
        unreadable.body.contains("It cannot be read yet") && !unreadable.body.contains("<html"),
        "{}",
        unreadable.body
    );
    assert_eq!(web.form("/searches/preview/part", "query=+").await.status, StatusCode::NO_CONTENT);
    let marked = web.form("/searches/preview", "query=kettle+(&name=&type=brand").await;
    assert_eq!(marked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(marked.body.contains("class=\"here\""), "{}", marked.body);
}

#[tokio::test]
async fn a_saved_search_takes_in_what_was_said() {
    let web = with_talk().await;
    let added = web.form("/searches", "query=kettle&name=Kettles&type=product&back_fill=on").await;
    let page = added.header("location").to_owned();
    let id = page.strip_prefix("/searches/").expect("its page").to_owned();
    let state = format!("/api/v1/searches/{id}/back-fill");
    for _ in 0..200 {
        if web.get(&state).await.data()["is_done"] == true {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let filled = web.get(&state).await.data();
    assert_eq!((&filled["found"], &filled["new"], &filled["failure"]), (&json!(2), &json!(1), &json!(null)));
    assert!(web.get(&page).await.body.contains("What was said before is taken in: 2 posts match"));
    assert_eq!(web.get(&format!("/mentions?search={id}")).await.body.matches("<li class=\"mention\"").count(), 2);
    assert_eq!(web.json(Method::POST, &state, json!({})).await.status, StatusCode::ACCEPTED);
    let unknown = "/api/v1/searches/00000000-0000-0000-0000-000000000000/back-fill";
    assert_eq!(web.get(unknown).await.status, StatusCode::NOT_FOUND);
    assert_eq!(web.json(Method::POST, unknown, json!({})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everything_is_found_on_one_page() {
    let web = with_talk().await;
    let page = web.get("/find?q=kettle").await;
    assert_eq!(page.body.matches("<li class=\"mention\"").count(), 1, "only what is kept: {}", page.body);
    assert!(page.body.contains("<mark>kettle</mark>"));
    assert!(web.get("/find").await.body.contains("name=\"q\""));
    assert!(web.get("/find?q=nowhere").await.body.contains("Nothing was found"));
    let colleague = web.get("/find?q=mara").await;
    assert!(colleague.body.contains("Mara Lindqvist"), "{}", colleague.body);
    let bad = web.get("/find?q=(").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("id=\"q-wrong\""));
    let found = web.get("/api/v1/find?q=acme%20kettle").await.data();
    assert_eq!((found["posts"].as_array().map(Vec::len), &found["next"]), (Some(1), &json!(null)));
    assert_eq!(found["posts"][0]["spans"].as_array().map(Vec::len), Some(2));
    assert_eq!(web.get("/api/v1/find?q=a&limit=0").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(web.get("/api/v1/find?q=(").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn lists_hold_everything() {
    let web = with_talk().await;
    let searches = web.get("/searches").await;
    assert!(searches.body.contains("1 search listening") && searches.body.contains(">Acme<"), "{}", searches.body);
    let sources = web.get("/sources").await;
    assert!(sources.body.contains("forum") && sources.body.contains("paste any link"), "{}", sources.body);
}

#[tokio::test]
async fn a_case_is_found_by_what_is_said_in_it() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let olga = desk.colleague("Olga Novak", Role::Observer, &[&home]).await;
    let act = async |verb: &str, fields: &str| {
        let fields = format!("version={}&{fields}", desk.version(id).await);
        desk.post(&ines, &format!("/cases/{id}/{verb}"), &fields).await
    };
    act("claim", "").await;
    act("note", "text=%3Cb%3Ethe%3C%2Fb%3E+courier+%22lost%22+it").await;
    act("tag", "tags=walrus").await;

    let page = desk.get(&ines, "/find?q=courier").await;
    assert!(
        page.body.contains(&format!("<a href=\"/cases/{id}#event-3\">In a note by Ines Okafor</a>")),
        "{}",
        page.body
    );
    assert!(page.body.contains("&#60;b&#62;the&#60;/b&#62; <mark>courier</mark> &#34;lost&#34; it"), "{}", page.body);
    let case = desk.get(&ines, &format!("/cases/{id}")).await;
    assert!(case.body.contains("id=\"event-3\""), "{}", case.body);
    let palette = desk.get(&ines, "/palette?q=courie").await;
    assert!(palette.body.contains(&format!("href=\"/cases/{id}#event-3\"")), "{}", palette.body);
    assert!(palette.body.contains("data-note=\"In a note by Ines Okafor\""), "{}", palette.body);

    // Observers find what they may read, and hear of nothing else.
    for path in ["/find?q=courier", "/palette?q=courier", "/api/v1/find?q=courier"] {
        let seen = desk.get(&olga, path).await;
        assert!(seen.status.is_success() && !seen.body.contains(&format!("/cases/{id}")), "{path}: {}", seen.body);
        assert!(!seen.body.contains("lost") && !seen.body.contains("In a note"), "{path}: {}", seen.body);
    }
    assert!(desk.get(&olga, "/find?q=walrus").await.body.contains(&format!("/cases/{id}#event-4")));

    let found = desk.web.get("/api/v1/find?q=courier").await.data();
    let text = &found["texts"][0];
    assert_eq!((&text["place"], &text["who"], &text["event"]), (&json!("note"), &json!("Ines Okafor"), &json!(3)));
    assert_eq!((&text["case"], &text["of"], &text["reply"]), (&json!(id), &json!(id), &json!(null)));
    assert_eq!((&found["cases"][0]["id"], &found["texts_are_cut"]), (&json!(id), &json!(false)));
}

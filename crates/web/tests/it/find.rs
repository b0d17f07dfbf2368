//! Trying searches, filling them, and finding things: pages and API.

use axum::http::{Method, StatusCode};
use serde_json::json;

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

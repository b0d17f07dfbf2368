//! Pages without a script: reading, paging, forms.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::TestWeb;

async fn with_mentions(count: usize) -> TestWeb {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let lines: String = (0..count)
        .map(|n| {
            json!({"id": n.to_string(), "network": "forum", "text": format!("the acme <b>{n}</b>")}).to_string() + "\n"
        })
        .collect();
    assert_eq!(web.ingest(&token, "application/x-ndjson", lines).await.status, StatusCode::OK);
    web
}

#[tokio::test]
async fn mentions_are_shown_with_marked_words_and_paged() {
    let web = with_mentions(60).await;
    let page = web.get("/mentions").await;
    assert!(page.body.contains("the <mark>acme</mark> &#60;b&#62;59&#60;/b&#62;"), "{}", page.body);
    assert_eq!(page.body.matches("<li class=\"mention\"").count(), 50);
    let older = page.body.split('"').find(|part| part.starts_with("/mentions?before=")).expect("a link to older ones");
    let page = web.get(older).await;
    assert_eq!(page.body.matches("<li class=\"mention\"").count(), 10);
    assert!(page.body.contains("Back to the newest") && !page.body.contains("rel=\"next\""));
}

#[tokio::test]
async fn choosing_a_search_or_source_filters() {
    let web = with_mentions(3).await;
    let other = web.search("Other", "nothing").await;
    let page = web.get(&format!("/mentions?search={other}")).await;
    assert!(page.body.contains("Nobody has said this yet") && !page.body.contains("<li class=\"mention\""));
    let source = web.get("/api/v1/sources").await.data()[0]["id"].as_str().expect("an id").to_owned();
    assert!(web.get(&format!("/mentions?source={source}")).await.body.contains("<li class=\"mention\""));
    assert_eq!(web.get("/mentions?search=00000000-0000-0000-0000-000000000000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/mentions?search=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_script_gets_what_came_since() {
    let web = with_mentions(3).await;
    let page = web.get("/mentions/list?after=2").await;
    assert!(page.body.contains("data-newest=\"3\"") && !page.body.contains("<html"), "{}", page.body);
    assert_eq!(page.body.matches("<li class=\"mention\"").count(), 1);
    assert!(web.get("/mentions/overview").await.body.contains("id=\"sources\""));
}

#[tokio::test]
async fn an_empty_installation_says_what_to_do() {
    let web = TestWeb::start().await;
    assert!(web.get("/mentions").await.body.contains("Nothing is followed yet"));
}

#[tokio::test]
async fn a_search_is_added_changed_and_removed_by_forms() {
    let web = TestWeb::start().await;
    let added = web.form("/searches", "query=acme&name=&type=product").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let id = added.header("location").strip_prefix("/mentions?search=").expect("the new search").to_owned();
    assert!(web.get(&format!("/searches/{id}")).await.body.contains("value=\"acme\""));
    let changed = web.form(&format!("/searches/{id}"), "query=acme+OR+akme&name=Acme&type=rival").await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    let search = web.get(&format!("/api/v1/searches/{id}")).await.data();
    assert_eq!((&search["name"], &search["is_enabled"]), (&json!("Acme"), &json!(false)));
    assert_eq!(web.form(&format!("/searches/{id}/remove"), "").await.header("location"), "/searches");
    assert_eq!(web.get(&format!("/searches/{id}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_bad_query_comes_back_with_a_marker() {
    let web = TestWeb::start().await;
    let page = web.form("/searches", "query=acme+langauge%3Aen&name=A&type=brand").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("acme <span class=\"here\">l</span>angauge:en"), "{}", page.body);
    assert!(page.body.contains("did you mean") && page.body.contains("acme langauge:en</textarea>"), "{}", page.body);
    web.search("A", "x").await;
    let taken = web.form("/searches", "query=y&name=A&type=brand").await;
    assert!(taken.body.contains("id=\"name-wrong\""), "{}", taken.body);
}

#[tokio::test]
async fn a_pasted_link_becomes_a_source() {
    let web = TestWeb::start().await;
    let page = web.form("/sources/find", "link=https%3A%2F%2Fblog.example%2F").await;
    assert!(page.body.contains("Blog &#60;of&#62; Ana"), "{}", page.body);
    let settings = "%7B%22url%22%3A%22https%3A%2F%2Fblog.example%2Ffeed%22%7D";
    let added = web.form("/sources", &format!("name=Blog&kind=feed&settings={settings}")).await;
    assert!(added.header("location").starts_with("/mentions?source="), "{}", added.body);
    let again = web.form("/sources", &format!("name=Blog&kind=feed&settings={settings}&link=x")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nothing = web.form("/sources/find", "link=https%3A%2F%2Fempty.example%2F").await;
    assert!(nothing.body.contains("Nothing to follow behind this link"));
    let broken = web.form("/sources/find", "link=https%3A%2F%2Felsewhere.example%2F").await;
    assert!(broken.body.contains("elsewhere.example answered 404."), "{}", broken.body);
    assert_eq!(web.form("/sources", "name=P&kind=exec&settings=%7B%7D").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_source_is_paused_resumed_and_removed_by_forms() {
    let web = TestWeb::start().await;
    let made = web.form("/sources", "name=Forum&kind=ingest").await;
    let path = made.header("location").to_owned();
    assert!(web.get(&path).await.body.contains("Make a token"));
    let token = web.form(&format!("{path}/tokens"), "").await;
    assert!(token.body.contains("sbi_"), "{}", token.body);
    assert_eq!(token.header("cache-control"), "no-store");
    assert!(!web.get(&path).await.body.contains("sbi_"), "a token is shown once");
    web.form(&format!("{path}/pause"), "").await;
    assert!(web.get(&path).await.body.contains("Go on"));
    web.form(&format!("{path}/resume"), "").await;
    assert!(web.get(&path).await.body.contains("Pause"));
    web.form(&format!("{path}/check"), "").await;
    assert_eq!(web.form(&format!("{path}/remove"), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_of_a_post_explains_it() {
    let web = TestWeb::start().await;
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let post = json!({"id": "1", "network": "forum", "text": "my acme kettle is broken, I want a refund", "raw": {"a": "</pre>"},
        "url": "javascript:alert(1)", "author": {"name": "Ana", "followers": 1200}});
    web.ingest(&token, "application/json", post.to_string()).await;
    let page = web.get("/posts/forum%3A1").await;
    for part in ["Why it matched", "<mark dir=\"auto\">acme</mark>", "How it was read", "1,200", "&#60;/pre&#62;"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("href=\"javascript:"));
    let edit =
        json!({"id": "1", "network": "forum", "text": "my acme kettle works", "edited_at": "2026-02-01T00:00:00Z"});
    web.ingest(&token, "application/json", edit.to_string()).await;
    let page = web.get("/posts/forum%3A1").await;
    assert!(page.body.contains("Earlier versions") && page.body.contains("I want a refund"), "{}", page.body);
    let gone = json!({"id": "1", "network": "forum", "text": "", "deleted": true});
    web.ingest(&token, "application/json", gone.to_string()).await;
    let page = web.get("/posts/forum%3A1").await;
    assert!(page.body.contains("Deleted on its network") && !page.body.contains("I want a refund"), "{}", page.body);
    assert_eq!(web.json(Method::POST, "/posts/forum%3A1", json!({})).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

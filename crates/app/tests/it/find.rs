//! Trying a query, filling a search from what was heard before, and looking for something in everything.

use std::sync::Arc;

use switchboard_app::find::{FindError, Question};
use switchboard_app::rights::Actor;
use switchboard_app::searches::SearchError;
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::preview::Preview;
use switchboard_model::{Author, Captured, Duty, Post, Preferences, Role, SourceKind, User, UserId, Visibility};
use switchboard_testkit::app::{TestApp, heard};

async fn arrive(test: &TestApp, posts: Vec<Captured>) {
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    test.app.hand_in(&source, posts, None).await.expect("taken");
}

async fn preview(test: &TestApp, query: &str) -> Preview {
    test.app.preview_search(&Actor::Operator, query).await.expect("a preview")
}

fn texts(preview: &Preview) -> Vec<(&str, bool)> {
    preview.sample.iter().map(|example| (example.post.post.text.as_str(), example.is_stored)).collect()
}

fn observer() -> Actor {
    Actor::User(Arc::new(User {
        id: UserId(uuid::Uuid::from_u128(7)),
        name: "Olga".into(),
        email: "olga@acme.example".into(),
        role: Role::Observer,
        is_active: true,
        has_password: true,
        departments: Vec::new(),
        languages: Vec::new(),
        time_zone: "UTC".into(),
        duty: Duty::default(),
        profile: switchboard_model::Profile::default(),
        preferences: Preferences::default(),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        failures: 0,
        locked_until: None,
    }))
}

#[tokio::test]
async fn a_query_is_tried_on_what_is_stored_and_what_was_heard() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    arrive(&test, vec![heard("1", "acme kettle broke"), heard("2", "a kettle of globex"), heard("3", "tea")]).await;
    test.clock.advance(3 * 3_600);
    arrive(&test, vec![heard("4", "kettle on sale")]).await;
    let tried = preview(&test, "kettle").await;
    assert_eq!(texts(&tried), [("kettle on sale", false), ("acme kettle broke", true), ("a kettle of globex", false)]);
    assert_eq!((tried.stored.found, tried.heard.map(|heard| heard.found)), (1, Some(2)));
    let estimate = tried.estimate.expect("three hours are enough");
    assert!(estimate.is_of_everything && (estimate.per_day - 24.0).abs() < 0.01, "{estimate:?}");
    assert_eq!(tried.per_day.iter().map(|(_, posts)| posts).sum::<u64>(), 3);
    assert_eq!(tried.per_day.len(), 31);
    assert_eq!(tried.sample[0].spans.len(), 1);
    assert!(!tried.stored.is_cut && !tried.heard.expect("kept").is_cut);
    let refused = test.app.preview_search(&Actor::Operator, "kettle (").await;
    assert!(matches!(refused, Err(SearchError::BadQuery(error)) if error.column > 1));
    // What signals say counts for what was never read as well.
    arrive(&test, vec![heard("5", "this kettle is terrible, the worst ever")]).await;
    assert_eq!(texts(&preview(&test, "kettle sentiment:negative -acme").await).len(), 1);
}

#[tokio::test]
async fn what_was_deleted_or_hidden_is_in_no_preview() {
    let test = TestApp::new().await;
    let hidden = Post { visibility: Visibility::Followers, ..Post::new("x", "2", "kettle for friends") };
    arrive(&test, vec![heard("1", "kettle"), Captured::heard(hidden), heard("3", "kettle three")]).await;
    arrive(&test, vec![Captured::heard(Post::deletion("x", "1"))]).await;
    assert_eq!(texts(&preview(&test, "kettle").await), [("kettle three", false)]);
}

#[tokio::test]
async fn a_search_takes_in_what_it_would_have_found() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    let posts = vec![heard("1", "acme kettle broke"), heard("2", "a kettle of globex"), heard("3", "tea")];
    arrive(&test, posts).await;
    let before = test.app.now();
    test.clock.advance(600);
    let search = test.search("kettles", "kettle").await;
    let filled = test.app.back_fill_whole(search.id).await.expect("filled");
    assert_eq!((filled.found, filled.new, filled.joined, filled.is_done), (2, 1, 1, true), "{filled:?}");
    assert_eq!(filled.failure, None);
    assert_eq!(test.app.find_back_fill(search.id), Some(filled));
    assert_eq!(test.app.get_search(search.id).await.expect("there").mentions, 2);
    assert_eq!(test.stored().await, ["x:1", "x:2"]);
    let stored = test.app.store().posts_after(0, 10).await.expect("readable");
    assert!(stored.iter().all(|post| post.captured_at == before), "it reached us when it reached us");
    assert!(stored[0].matches.iter().all(|found| !found.spans.is_empty()));
    // A second time there is nothing new, and nothing counts twice.
    let again = test.app.back_fill_whole(search.id).await.expect("filled");
    assert_eq!(again.new, 0);
    assert_eq!(test.app.get_search(search.id).await.expect("there").mentions, 2);
    let check = test.app.store().check().await.expect("a check");
    assert_eq!(check.findings, []);
    // What is stored counts once in a preview.
    let tried = preview(&test, "kettle").await;
    assert_eq!((tried.stored.found, tried.heard.map(|heard| heard.found)), (2, Some(0)));
}

#[tokio::test]
async fn a_paused_search_takes_nothing_in() {
    let test = TestApp::new().await;
    let search = test.search("kettles", "kettle").await;
    let paused = SearchText { name: "kettles".into(), query: "kettle".into(), ..SearchText::default() };
    test.app.change_search(search.id, paused).await.expect("paused");
    assert!(matches!(test.app.back_fill(search.id).await, Err(SearchError::NotListening(_))));
}

#[tokio::test]
async fn everything_stored_can_be_looked_through() {
    let test = TestApp::new().await;
    test.search("all", "network:x").await;
    let ana =
        Author { id: "x:ana".into(), handle: "Ana.example".into(), name: "Ana Lopes".into(), ..Author::default() };
    let by_ana = Post { author: Some(ana), ..Post::new("x", "1", "the lid of my kettle") };
    let private = Post { visibility: Visibility::Direct, ..Post::new("x", "2", "kettle, between us") };
    let mut posts = vec![Captured::heard(by_ana), Captured::heard(private)];
    posts.extend((0..600).map(|number| heard(&format!("n{number}"), &format!("post {number} of many"))));
    arrive(&test, posts).await;
    let ask = async |actor: &Actor, text: &str, before: Option<i64>| {
        let question = Question { text: text.into(), before, limit: 50 };
        test.app.find(actor, &question).await.expect("found")
    };
    let found = ask(&Actor::Operator, "kettle", None).await;
    let texts: Vec<&str> = found.posts.found.iter().map(|found| found.post.post.text.as_str()).collect();
    assert_eq!(texts, ["kettle, between us", "the lid of my kettle"]);
    assert_eq!((found.posts.next, found.posts.found[0].spans.len()), (None, 1));
    assert_eq!(ask(&observer(), "kettle", None).await.posts.found.len(), 1, "observers see what is public");
    assert_eq!(ask(&Actor::Operator, "ana", None).await.authors.len(), 1);
    assert_eq!(
        ask(&Actor::Operator, "ana*", None).await.authors.len(),
        1,
        "the last word of a field that searches while one types"
    );
    assert_eq!(ask(&Actor::Operator, "@ana.ex", None).await.authors[0].1.name, "Ana Lopes");
    // Page by page, each post once.
    let (mut seen, mut before, mut looks) = (0, None, 0);
    loop {
        let page = ask(&Actor::Operator, "many", before).await;
        seen += page.posts.found.len();
        looks += 1;
        before = page.posts.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!((seen, looks), (600, 12));
    // Without words the index cannot help, and the answer is the same.
    assert_eq!(ask(&Actor::Operator, "network:x -many", None).await.posts.found.len(), 2);
    let question = Question { text: "(".into(), ..Question::default() };
    assert!(matches!(test.app.find(&Actor::Operator, &question).await, Err(FindError::BadQuery(_))));
}

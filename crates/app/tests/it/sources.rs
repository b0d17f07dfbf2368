//! Sources: refusals, tokens, proposals.

use switchboard_app::sources::SourceError;
use switchboard_app::sources::add::NewSource;
use switchboard_model::SourceKind;
use switchboard_testkit::app::TestApp;

fn new(name: &str, kind: SourceKind) -> NewSource {
    NewSource { name: name.into(), kind, settings: serde_json::json!({}) }
}

#[tokio::test]
async fn what_cannot_be_added_is_refused_with_the_reason() {
    let test = TestApp::new().await;
    test.app.add_source(new("news", SourceKind::Feed)).await.expect("added");
    assert!(matches!(test.app.add_source(new("news", SourceKind::Feed)).await, Err(SourceError::NameTaken(_))));
    assert!(matches!(test.app.add_source(new("a\nb", SourceKind::Feed)).await, Err(SourceError::BadName)));
    let bad = NewSource { settings: serde_json::json!({"bad": 1}), ..new("other", SourceKind::Feed) };
    let refused = test.app.add_source(bad).await.expect_err("refused");
    assert_eq!(refused.to_string(), "setting 'bad' is not known");
}

#[tokio::test]
async fn a_token_opens_its_own_source_only() {
    let test = TestApp::new().await;
    let door = test.app.add_source(new("door", SourceKind::Ingest)).await.expect("added");
    let feed = test.app.add_source(new("news", SourceKind::Feed)).await.expect("added");
    let token = test.app.make_token(door.id).await.expect("made");
    let found = test.app.find_token_source(&token).await.expect("readable").expect("known");
    assert_eq!(found.id, door.id);
    assert_eq!(test.app.find_token_source("sbi_0000").await.expect("readable").map(|source| source.id), None);
    assert!(test.app.make_token(feed.id).await.is_err());
    assert!(test.app.hand_in(&feed, Vec::new(), None).await.is_err(), "a followed source takes no posts from others");
}

#[tokio::test]
async fn a_link_is_looked_at() {
    let test = TestApp::new().await;
    assert_eq!(test.app.propose_sources("https://news.example").await.expect("found").len(), 1);
    let nothing = test.app.propose_sources("https://nothing.example").await.expect_err("nothing");
    assert_eq!(nothing.to_string(), "https://nothing.example has nothing to follow");
}

//! From captured posts to stored ones.

use switchboard_app::notices::Notice;
use switchboard_app::pipeline::embedded::Arrival;
use switchboard_model::{Captured, Cursor, FateReason, Post, PostId, SignalName, SourceKind};
use switchboard_testkit::app::{TestApp, heard};

async fn arrive(test: &TestApp, posts: Vec<Captured>) -> Vec<(FateReason, u64)> {
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let outcome = test.app.hand_in(&source, posts, None).await.expect("taken");
    outcome.fates.into_iter().collect()
}

#[tokio::test]
async fn every_post_meets_one_fate() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    let posts = vec![
        heard("1", "acme!"),
        heard("1", "acme!"),
        heard("2", "somebody else"),
        Captured::addressed(Post::new("x", "3", "hello you")),
        Captured::refused(FateReason::NoId),
        Captured::heard(Post::deletion("x", "9")),
    ];
    let fates = arrive(&test, posts).await;
    let expected = [
        (FateReason::New, 2),
        (FateReason::SameId, 1),
        (FateReason::NoSearch, 1),
        (FateReason::UnknownDeletion, 1),
        (FateReason::NoId, 1),
    ];
    assert_eq!(fates, expected);
    assert_eq!(test.stored().await, ["x:1", "x:3"]);
    let counted = test.app.store().fates(None).await.expect("readable");
    assert_eq!(counted.iter().map(|count| count.posts).sum::<u64>(), 6);
}

#[tokio::test]
async fn a_stored_post_says_why_it_matched_and_how_it_was_read() {
    let test = TestApp::new().await;
    let search = test.search("brand", "acme").await;
    arrive(&test, vec![heard("1", "My Acme kettle never arrived, I want a refund!")]).await;
    let stored = test.app.store().find_post(&PostId("x:1".into())).await.expect("readable").expect("there");
    assert_eq!(stored.matches[0].search, search.id);
    assert_eq!((stored.matches[0].spans[0].start, stored.matches[0].spans[0].end), (3, 7));
    assert!(stored.signals.has(SignalName::Sentiment, "negative"), "{:?}", stored.signals);
    assert!(stored.signals.has(SignalName::Intent, "complaint"));
    assert!(stored.signals.0.iter().all(|signal| signal.model == "rules-1"));
}

#[tokio::test]
async fn edits_make_versions_and_deletions_leave_the_fact() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    arrive(&test, vec![heard("1", "acme is fine")]).await;
    let edited_at = "2026-05-04T10:00:00Z".parse().ok();
    let edited = Post { edited_at, ..Post::new("x", "1", "forget it") };
    // The edit itself matches nothing any more, but the post was wanted once.
    assert_eq!(arrive(&test, vec![Captured::heard(edited)]).await, [(FateReason::Version, 1)]);
    let id = PostId("x:1".into());
    let stored = test.app.store().find_post(&id).await.expect("readable").expect("there");
    assert_eq!((stored.version, stored.post.text.as_str()), (2, "forget it"));
    assert_eq!(arrive(&test, vec![Captured::heard(Post::deletion("x", "1"))]).await, [(FateReason::Deletion, 1)]);
    let stored = test.app.store().find_post(&id).await.expect("readable").expect("there");
    assert_eq!(stored.post.text, "");
    assert!(stored.deleted_at.is_some());
    let versions = test.app.store().versions(stored.seq).await.expect("readable");
    assert!(versions.iter().all(|version| version.text.is_empty()), "{versions:?}");
}

#[tokio::test]
async fn a_search_with_a_signal_is_decided_after_understanding() {
    let test = TestApp::new().await;
    test.search("angry", "acme sentiment:negative").await;
    let posts =
        vec![heard("1", "acme is wonderful, I love it"), heard("2", "acme is terrible, the worst service ever")];
    let fates = arrive(&test, posts).await;
    assert_eq!(fates, [(FateReason::New, 1), (FateReason::NoSearch, 1)]);
    assert_eq!(test.stored().await, ["x:2"]);
}

#[tokio::test]
async fn the_cursor_moves_with_the_posts() {
    let test = TestApp::new().await;
    let source = test.app.source_named("door", SourceKind::File).await.expect("a source");
    let cursor = Some(Cursor("17".into()));
    test.app.hand_in(&source, vec![heard("1", "nobody wants this")], cursor.clone()).await.expect("taken");
    assert_eq!(test.app.get_source(source.id).await.expect("there").cursor, cursor);
}

#[tokio::test]
async fn open_pages_are_told() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    let mut notices = test.app.notices().listen();
    arrive(&test, vec![heard("1", "acme"), heard("2", "acme too")]).await;
    loop {
        if let Notice::Posts { posts, newest, .. } = notices.recv().await.expect("told") {
            assert_eq!((posts, newest), (2, 2));
            break;
        }
    }
}

#[tokio::test]
async fn batches_that_arrive_together_are_all_answered() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let deliveries = (0..50).map(|batch| {
        let posts = (0..20).map(|post| heard(&format!("{batch}-{post}"), "acme")).collect();
        let arrival = Arrival { source: source.id, posts, cursor: None, settings: None, opens_cases: true };
        test.app.line().deliver(test.app.triage(), arrival)
    });
    for outcome in futures_util::future::join_all(deliveries).await {
        assert_eq!(outcome.expect("taken").new.len(), 20);
    }
    assert_eq!(test.app.store().count_posts().await.expect("readable"), 1_000);
}

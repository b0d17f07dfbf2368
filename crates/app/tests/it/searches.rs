//! Saved searches: refusals, and that a change holds from the next batch on.

use switchboard_app::searches::SearchError;
use switchboard_app::searches::change::SearchText;
use switchboard_model::SourceKind;
use switchboard_testkit::app::{TestApp, heard};

fn text(name: &str, query: &str) -> SearchText {
    SearchText { name: name.into(), query: query.into(), is_enabled: true, ..SearchText::default() }
}

#[tokio::test]
async fn a_change_holds_from_the_next_batch_on() {
    let test = TestApp::new().await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let hand_in = async |id: &str, words: &str| {
        test.app.hand_in(&source, vec![heard(id, words)], None).await.expect("taken").new.len()
    };
    assert_eq!(hand_in("1", "acme").await, 0);
    let search = test.search("brand", "acme").await;
    assert_eq!(hand_in("2", "acme").await, 1);
    test.app.change_search(search.id, text("brand", "kettner")).await.expect("changed");
    assert_eq!((hand_in("3", "acme").await, hand_in("4", "kettner").await), (0, 1));
    assert_eq!(test.app.get_search(search.id).await.expect("there").mentions, 2);
    test.app.remove_search(search.id).await.expect("removed");
    assert_eq!(hand_in("5", "kettner").await, 0);
    assert_eq!(test.stored().await, ["x:2", "x:4"], "posts stay");
}

#[tokio::test]
async fn what_cannot_be_saved_is_refused_with_the_reason() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    assert!(matches!(test.app.add_search(text("brand", "other")).await, Err(SearchError::NameTaken(_))));
    assert!(matches!(test.app.add_search(text(" ", "other")).await, Err(SearchError::BadName)));
    match test.app.add_search(text("new", "acme OR")).await {
        Err(SearchError::BadQuery(error)) => assert_eq!(error.column, 8),
        other => panic!("{other:?}"),
    }
    let unchanged = test.app.put_search(text("brand", "acme")).await.expect("the same");
    assert_eq!(unchanged.created_at, unchanged.updated_at);
}

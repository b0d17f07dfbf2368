//! Following sources: cursors, failures, restarts.

use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{CaptureErrorKind, HealthState, Source, SourceKind};
use switchboard_testkit::app::{Answer, TestApp, heard};

async fn feed(test: &TestApp, name: &str) -> Source {
    let new = NewSource { name: name.into(), kind: SourceKind::Feed, settings: serde_json::json!({}) };
    test.app.add_source(new).await.expect("added")
}

#[tokio::test]
async fn a_source_is_asked_from_the_committed_cursor_also_after_a_restart() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    test.networks
        .script("news", [Answer::Posts(vec![heard("1", "acme")], "a"), Answer::Posts(vec![heard("2", "acme")], "b")]);
    feed(&test, "news").await;
    test.app.follow();
    test.until("two posts", || async { test.stored().await.len() == 2 }).await;
    let test = test.restarted().await;
    test.networks.script("news", [Answer::Posts(vec![heard("2", "acme"), heard("3", "acme")], "c")]);
    test.app.follow();
    test.until("the third post", || async { test.stored().await == ["x:1", "x:2", "x:3"] }).await;
    let cursors: Vec<_> = test.networks.asked().into_iter().map(|(_, cursor)| cursor).collect();
    let expected = [None, Some("a"), Some("b"), Some("b"), Some("c")];
    assert_eq!(cursors.iter().map(Option::as_deref).take(5).collect::<Vec<_>>(), expected);
    test.app.clone().stop().await;
}

#[tokio::test]
async fn a_failing_source_says_why_is_tried_again_and_stops_nobody() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    test.networks
        .script("bad", [Answer::Fails(CaptureErrorKind::Broken, "bad.example answered 410: the feed is gone")]);
    test.networks.script("good", [Answer::Posts(vec![heard("1", "acme")], "a")]);
    let (bad, good) = (feed(&test, "bad").await, feed(&test, "good").await);
    test.app.follow();
    test.until("both known", || async {
        let bad = test.app.get_source(bad.id).await.expect("there").health;
        let good = test.app.get_source(good.id).await.expect("there").health;
        bad.state == HealthState::Broken && good.state == HealthState::Ok
    })
    .await;
    let health = test.app.get_source(bad.id).await.expect("there").health;
    assert_eq!((health.message.as_str(), health.failures), ("bad.example answered 410: the feed is gone", 1));
    assert!(health.next_check_at > health.checked_at);
    // Asking again and again while it fails does not make it wait longer.
    for _ in 0..3 {
        test.networks.script("bad", [Answer::Fails(CaptureErrorKind::Retry, "bad.example answered 500")]);
        let asked = test.networks.asked().len();
        test.app.check_source(bad.id).await.expect("there");
        test.until("asked", || async { test.networks.asked().len() > asked }).await;
    }
    test.until("known", || async {
        test.app.get_source(bad.id).await.expect("there").health.message == "bad.example answered 500"
    })
    .await;
    assert_eq!(test.app.get_source(bad.id).await.expect("there").health.failures, 1);
    // Somebody mends it and does not want to wait.
    test.networks.script("bad", [Answer::Posts(vec![heard("2", "acme")], "a")]);
    test.app.check_source(bad.id).await.expect("there");
    test.until("mended", || async { test.stored().await.len() == 2 }).await;
    assert_eq!(test.app.get_source(bad.id).await.expect("there").health.failures, 0);
    test.app.clone().stop().await;
}

#[tokio::test]
async fn a_fault_of_ours_in_one_source_is_contained() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    test.networks.script("faulty", [Answer::Panics]);
    let source = feed(&test, "faulty").await;
    test.app.follow();
    test.until("failing", || async {
        test.app.get_source(source.id).await.expect("there").health.state == HealthState::Failing
    })
    .await;
    test.networks.script("faulty", [Answer::Posts(vec![heard("1", "acme")], "a")]);
    test.app.check_source(source.id).await.expect("there");
    test.until("back", || async { test.stored().await == ["x:1"] }).await;
    test.app.clone().stop().await;
}

#[tokio::test]
async fn a_paused_source_is_left_alone_and_goes_on_where_it_stood() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    test.networks.script("news", [Answer::Posts(vec![heard("1", "acme")], "a")]);
    let source = feed(&test, "news").await;
    test.app.follow();
    test.until("one post", || async { test.stored().await.len() == 1 }).await;
    let pause = SourceChange { is_enabled: Some(false), ..SourceChange::default() };
    let paused = test.app.change_source(source.id, pause).await.expect("paused");
    assert_eq!(paused.health.state, HealthState::Paused);
    test.networks.script("news", [Answer::Posts(vec![heard("2", "acme")], "b")]);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let resume = SourceChange { is_enabled: Some(true), ..SourceChange::default() };
    test.app.change_source(source.id, resume).await.expect("resumed");
    test.until("two posts", || async { test.stored().await.len() == 2 }).await;
    assert_eq!(test.networks.asked().last(), Some(&("news".to_owned(), Some("b".to_owned()))));
    test.app.clone().stop().await;
}

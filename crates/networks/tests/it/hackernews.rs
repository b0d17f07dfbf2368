use serde_json::json;
use switchboard_model::{CaptureErrorKind, SourceKind};
use switchboard_testkit::hackernews::FakeHackerNews;

use crate::{Line, NOW, config, networks, networks_with, time};

const KIND: SourceKind = SourceKind::HackerNews;

#[tokio::test]
async fn items_come_once_although_the_index_is_late() {
    let server = FakeHackerNews::start().await;
    let now = time(NOW).as_second();
    server.add(1, now - 300, false, "Acme kettle teardown");
    server.add(2, now - 200, true, "my acme kettle leaks");
    server.add(3, now - 100, true, "nothing to see");
    let networks = networks();
    let settings = json!({"api": server.api(), "query": "acme"});
    let mut line = Line::open(&networks, KIND, settings.clone());
    let posts = line.posts(2).await;
    assert_eq!(posts.iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), ["hackernews:1", "hackernews:2"]);
    assert!(line.pull().await.expect("batch").posts.is_empty(), "known ones do not come again");
    // Written before the newest known one, indexed after it.
    server.add(4, now - 250, true, "late acme");
    assert_eq!(line.texts(1).await, ["late acme"]);
    let mut line = line.reopen(&networks, KIND, settings);
    server.add(5, now - 10, true, "acme again");
    assert!(line.posts(1).await.iter().any(|post| post.text == "acme again"), "the cursor survives a crash");
}

#[tokio::test]
async fn what_was_not_committed_comes_again() {
    let server = FakeHackerNews::start().await;
    server.add(1, time(NOW).as_second() - 300, false, "acme");
    let mut line = Line::open(&networks(), KIND, json!({"api": server.api(), "query": "acme"}));
    let lost = line.capture.next(None).await.expect("batch");
    assert_eq!(lost.posts.len(), 1);
    assert_eq!(line.posts(1).await.len(), 1);
}

#[tokio::test]
async fn thousands_of_items_come_in_windows() {
    let server = FakeHackerNews::start().await;
    let now = time(NOW).as_second();
    for id in 0..4_500 {
        server.add(id, now - 40_000 + (id as i64) * 8, true, "everything");
    }
    let mut line = Line::open(&networks(), KIND, json!({"api": server.api()}));
    let posts = line.posts(4_500).await;
    let mut ids: Vec<_> = posts.iter().map(|post| post.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), posts.len()), (4_500, 4_500));
    assert!(server.asked() < 60, "{}", server.asked());
}

#[tokio::test]
async fn mishaps_have_their_words() {
    let server = FakeHackerNews::start().await;
    let networks = networks();
    let mut line = Line::open(&networks, KIND, json!({"api": server.api()}));
    use CaptureErrorKind::{Broken, Retry, RetryAfter};
    let cases = [
        (401, "", Broken, "401"),
        (403, "", Broken, "403"),
        (404, "", Broken, "check 'api'"),
        (410, "", Broken, "gone"),
        (429, "", RetryAfter(std::time::Duration::from_secs(300)), "slow down"),
        (500, "", Retry, "in trouble"),
        (200, "", Retry, "with nothing"),
        (200, "{\"hits\":[{\"objec", Retry, "breaks off"),
        (200, "<html>", Retry, "web page"),
        (200, "{\"hits\":7}", Retry, "cannot be understood"),
    ];
    for (status, body, kind, words) in cases {
        server.fail(Some((status, body)));
        let error = line.error().await;
        assert_eq!(error.kind, kind, "{status} {body}");
        assert!(error.message.contains(words) && error.message.contains("127.0.0.1"), "{error}");
    }
    server.fail(None);
    assert!(line.pull().await.is_ok());
    let mut line = Line::open(&networks_with(&config(), "1970-01-01T00:01:00Z"), KIND, json!({"api": server.api()}));
    assert!(line.error().await.message.contains("set the clock"));
}

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use switchboard_model::{CaptureErrorKind, FateReason, SourceKind};
use switchboard_testkit::mastodon::{FakeMastodon, TOKEN};

use crate::{Line, networks, refused, texts};

const KIND: SourceKind = SourceKind::Mastodon;
const TODAY: &str = "2026-05-04T09:00:00.000Z";

fn hashtag(server: &FakeMastodon, streaming: bool) -> serde_json::Value {
    json!({"instance": server.origin(), "what": "hashtag", "tag": "acme", "streaming": streaming})
}

async fn until_listening(server: &FakeMastodon) {
    for _ in 0..500 {
        if server.listeners() > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody opened the stream");
}

#[tokio::test]
async fn a_timeline_is_polled_page_by_page() {
    let server = FakeMastodon::start().await;
    server.post("ana", "ancient #acme", "2020-05-04T09:00:00.000Z");
    server.post("ana", "first #acme", TODAY);
    server.post("ana", "something else", TODAY);
    let networks = networks();
    let mut line = Line::open(&networks, KIND, hashtag(&server, false));
    let batch = line.pull().await.expect("batch");
    assert_eq!((texts(&batch), refused(&batch)), (vec!["first #acme"], vec![FateReason::TooOld]));
    assert_eq!((batch.wait.as_secs(), batch.budget.and_then(|budget| budget.limit)), (60, Some(300)));
    for n in 0..100 {
        server.post("bob", &format!("more {n} #acme"), TODAY);
    }
    let more = line.texts(100).await;
    assert_eq!(more.len(), 100);
    assert_eq!((more[0].as_str(), more[99].as_str()), ("more 0 #acme", "more 99 #acme"), "oldest first");
    let mut line = line.reopen(&networks, KIND, hashtag(&server, false));
    server.post("cleo", "after the crash #acme", TODAY);
    let mut seen = Vec::new();
    while !seen.contains(&"after the crash #acme".to_owned()) {
        seen.extend(line.texts(1).await);
    }
}

#[tokio::test]
async fn pages_work_without_links_and_limits() {
    let server = FakeMastodon::start().await;
    server.misbehave(|faults| (faults.without_links, faults.without_limits) = (true, true));
    server.post("ana", "0 #acme", TODAY);
    let mut line = Line::open(&networks(), KIND, hashtag(&server, false));
    line.posts(1).await;
    for n in 1..=90 {
        server.post("ana", &format!("{n} #acme"), TODAY);
    }
    assert_eq!(line.texts(90).await.len(), 90);
    assert_eq!(line.pull().await.expect("batch").budget, None);
}

#[tokio::test]
async fn posts_that_arrive_late_are_found_behind_the_cursor() {
    let server = FakeMastodon::start().await;
    for n in 0..5 {
        server.post("ana", &format!("{n} #acme"), TODAY);
    }
    let mut line = Line::open(&networks(), KIND, hashtag(&server, false));
    line.posts(5).await;
    server.post("ana", "5 #acme", TODAY);
    line.posts(1).await;
    server.post_late("zoe@far.example", "late #acme", "2026-05-04T08:00:00.000Z", 1);
    assert_eq!(line.texts(1).await, ["late #acme"]);
}

#[tokio::test]
async fn the_stream_tells_of_posts_edits_and_deletions() {
    let server = FakeMastodon::start().await;
    server.post("ana", "before #acme", TODAY);
    let mut line = Line::open(&networks(), KIND, hashtag(&server, true));
    assert_eq!(line.texts(1).await, ["before #acme"]);
    let listening = tokio::spawn(async move { line.posts(3).await });
    until_listening(&server).await;
    let id = server.post("bob", "it broke #acme", TODAY);
    server.post("bob", "not about it", TODAY);
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.edit(&id, "it broke twice #acme", "2026-05-04T09:20:00.000Z");
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.delete(&id);
    let posts = listening.await.expect("no panic");
    let uri = format!("mastodon:{}", server.uri("bob", &id));
    assert!(posts.iter().all(|post| post.id.as_str() == uri), "{posts:?}");
    assert_eq!(posts[0].text, "it broke #acme");
    assert_eq!(posts[0].author.as_ref().map(|author| author.handle.as_str()), Some("bob@social.example"));
    assert_eq!((posts[1].text.as_str(), posts[1].edited_at.is_some()), ("it broke twice #acme", true));
    assert!(posts[2].deleted);
}

#[tokio::test]
async fn a_cut_stream_and_a_crash_lose_nothing() {
    let server = FakeMastodon::start().await;
    let networks = networks();
    server.post("ana", "start #acme", TODAY);
    let mut line = Line::open(&networks, KIND, hashtag(&server, true));
    let mut seen: BTreeSet<String> = line.texts(1).await.into_iter().collect();
    for round in 0..8 {
        for n in 0..10 {
            server.post("ana", &format!("{round}.{n} #acme"), TODAY);
        }
        match round % 4 {
            1 => server.cut(),
            2 => line = line.reopen(&networks, KIND, hashtag(&server, true)),
            3 => drop(line.capture.next(line.cursor.as_ref()).await),
            _ => {}
        }
        for _ in 0..100 {
            if seen.len() > (round + 1) * 10 {
                break;
            }
            let batch = line.pull().await.expect("batch");
            seen.extend(texts(&batch).into_iter().map(str::to_owned));
        }
    }
    assert_eq!(seen.len(), 81);
}

#[tokio::test]
async fn dropped_futures_lose_nothing() {
    let server = FakeMastodon::start().await;
    server.post("ana", "start #acme", TODAY);
    let mut line = Line::open(&networks(), KIND, hashtag(&server, true));
    line.posts(1).await;
    let mut seen = BTreeSet::new();
    for n in 0..60 {
        server.post("ana", &format!("{n} #acme"), TODAY);
        let patience = Duration::from_millis(n % 9);
        if let Ok(batch) = tokio::time::timeout(patience, line.pull()).await {
            seen.extend(texts(&batch.expect("batch")).into_iter().map(str::to_owned));
        }
    }
    while seen.len() < 60 {
        seen.extend(line.texts(1).await);
    }
}

#[tokio::test]
async fn refused_streaming_means_polling() {
    let server = FakeMastodon::start().await;
    for status in [401, 403, 404, 410, 500] {
        server.misbehave(|faults| faults.no_streaming = Some(status));
        server.post("ana", &format!("{status} #acme"), TODAY);
        let mut line = Line::open(&networks(), KIND, hashtag(&server, true));
        let batch = line.pull().await.expect("batch");
        assert!(!batch.posts.is_empty() && batch.wait.as_secs() == 60, "{status}");
    }
}

#[tokio::test]
async fn mentions_are_addressed_and_know_their_thread() {
    let server = FakeMastodon::start().await;
    let root = server.post("ana", "my kettle", TODAY);
    let answer = server.reply("bob", "which one?", TODAY, &root);
    server.reply("ana", "@acme yours", TODAY, &answer);
    server.post("zoe", "nothing to us", TODAY);
    let settings = json!({"instance": server.origin(), "what": "notifications", "token": TOKEN});
    let mut line = Line::open(&networks(), KIND, settings);
    let batch = line.pull().await.expect("batch");
    assert!(batch.posts.len() == 1 && batch.posts[0].is_addressed, "{:?}", batch.posts);
    let post = batch.posts[0].post.as_ref().expect("post");
    assert_eq!(post.thread, Some(format!("mastodon:{}", server.uri("ana", &root))));
    assert_eq!(post.in_reply_to, Some(format!("mastodon:{}", server.uri("bob", &answer))));
    let listening = tokio::spawn(async move { line.texts(1).await });
    until_listening(&server).await;
    server.post("ana", "@acme hello?", TODAY);
    assert_eq!(listening.await.expect("no panic"), ["@acme hello?"]);
}

#[tokio::test]
async fn a_search_finds_what_is_new() {
    let server = FakeMastodon::start().await;
    server.post("ana", "acme kettle one", TODAY);
    let settings = json!({"instance": server.origin(), "what": "search", "query": "acme kettle", "token": TOKEN});
    let networks = networks();
    let mut line = Line::open(&networks, KIND, settings.clone());
    assert_eq!(line.texts(1).await, ["acme kettle one"]);
    for n in 0..60 {
        server.post("ana", &format!("acme kettle {n}"), TODAY);
    }
    let found: BTreeSet<_> = line.texts(60).await.into_iter().collect();
    let missing: Vec<_> = (0..60).map(|n| format!("acme kettle {n}")).filter(|text| !found.contains(text)).collect();
    assert_eq!(missing, Vec::<String>::new());
    assert!(line.pull().await.expect("batch").posts.is_empty());
    let mut line = line.reopen(&networks, KIND, settings);
    server.post("ana", "acme kettle last", TODAY);
    assert!(line.texts(1).await.contains(&"acme kettle last".to_owned()));
}

#[tokio::test]
async fn mishaps_have_their_words() {
    let server = FakeMastodon::start().await;
    let networks = networks();
    use CaptureErrorKind::{Broken, Retry, RetryAfter};
    let limits = RetryAfter(Duration::from_secs(300));
    let cases = [
        (401, "{\"error\":\"The access token is invalid\"}", None, Broken, "'token'"),
        (403, "", None, Broken, "'token'"),
        (404, "", None, Broken, "check that 'instance'"),
        (410, "", None, Broken, "gone"),
        (422, "{\"error\":\"This method requires an authenticated user\"}", None, Broken, "only to its own users"),
        (429, "", Some("17"), RetryAfter(Duration::from_secs(17)), "17 s"),
        (429, "", None, limits, "slow down"),
        (500, "", None, Retry, "in trouble"),
        (503, "", Some("120"), RetryAfter(Duration::from_secs(120)), "pause"),
        (200, "", None, Retry, "with nothing"),
        (200, "[{\"id\":\"1\"", None, Retry, "breaks off"),
        (200, "<!doctype html><html>", None, Retry, "web page"),
        (200, "{\"error\":\"odd\"}", None, Retry, "cannot be understood"),
    ];
    let mut line = Line::open(&networks, KIND, hashtag(&server, false));
    for (status, body, wait, kind, words) in cases {
        server.misbehave(|faults| {
            faults.answer = Some((status, body.to_owned()));
            faults.retry_after = wait.map(str::to_owned);
        });
        let error = line.error().await;
        assert_eq!(error.kind, kind, "{status} {body}: {error}");
        assert!(error.message.contains(words) && error.message.contains("127.0.0.1"), "{error}");
    }
    server.misbehave(|faults| faults.answer = None);
    server.post("ana", "well again #acme", TODAY);
    assert_eq!(line.texts(1).await, ["well again #acme"]);
    let settings = json!({"instance": server.origin(), "what": "notifications", "token": "wrong-secret"});
    let error = Line::open(&networks, KIND, settings).error().await;
    assert!(error.kind == Broken && error.message.contains("'token'") && !error.message.contains("secret"), "{error}");
}

/// Moves the clock of waiting on, while the stand-in keeps answering in real time.
async fn later(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn where_nothing_streams_recent_posts_are_looked_at_again() {
    let server = FakeMastodon::start().await;
    let edited = server.post("ana", "it broke #acme", TODAY);
    let deleted = server.post("bob", "mine too #acme", TODAY);
    let mut line = Line::open(&networks(), KIND, hashtag(&server, false));
    assert_eq!(line.posts(2).await.len(), 2);
    server.edit(&edited, "it broke twice #acme", "2026-05-04T09:20:00.000Z");
    server.delete(&deleted);
    let mut told = Vec::new();
    for _ in 0..4 {
        later(601).await;
        for _ in 0..3 {
            told.extend(line.pull().await.expect("batch").posts.into_iter().filter_map(|captured| captured.post.ok()));
        }
    }
    let version = told.iter().find(|post| post.text == "it broke twice #acme").expect("the edit");
    assert!(version.edited_at.is_some() && version.id.as_str().ends_with(&edited));
    let deletions: Vec<_> = told.iter().filter(|post| post.deleted).collect();
    assert!(
        !deletions.is_empty() && deletions.iter().all(|post| post.id.as_str().ends_with(&deleted)),
        "{deletions:?}"
    );
    let asked = server.asked().iter().filter(|asked| asked.contains("/statuses/")).count();
    assert!(asked <= 8, "one look a minute at most: {asked}");
}

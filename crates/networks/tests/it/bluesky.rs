use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_model::{CaptureErrorKind, FateReason, SourceKind};
use switchboard_testkit::faults::{Fault, FaultServer};
use switchboard_testkit::jetstream::FakeJetstream;

use crate::{Line, NOW, networks, networks_with, refused, time};

const KIND: SourceKind = SourceKind::Bluesky;

fn us(seconds_ago: i64) -> i64 {
    time(NOW).as_microsecond() - seconds_ago * 1_000_000
}

fn settings(server: &FakeJetstream) -> serde_json::Value {
    json!({"what": "jetstream", "jetstream": server.url()})
}

#[tokio::test]
async fn posts_edits_and_deletions_come_as_they_happen() {
    let server = FakeJetstream::start().await;
    let mut line = Line::open(&networks(), KIND, settings(&server));
    let listening = tokio::spawn(async move {
        let posts = line.posts(4).await;
        (posts, line)
    });
    while server.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let did = "did:plc:ana";
    server.say(&json!({"did": did, "time_us": us(9), "kind": "identity", "identity": {"did": did, "handle": "ana.example", "seq": 1}}).to_string());
    server.post(us(8), did, "3a", "my acme kettle");
    server.say(&json!({"did": did, "time_us": us(7), "kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "x", "record": {"subject": 1}}}).to_string());
    server.say(&json!({"did": did, "time_us": us(6), "kind": "commit", "commit": {"operation": "update", "collection": "app.bsky.feed.post", "rkey": "3a", "record": {"text": "my acme kettle!"}}}).to_string());
    server.say(&json!({"did": did, "time_us": us(5), "kind": "commit", "commit": {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": "3a"}}).to_string());
    server.post(us(4), "did:plc:bob", "3b", "another");
    let (posts, line) = listening.await.expect("no panic");
    assert_eq!(posts[0].text, "my acme kettle");
    assert_eq!(posts[0].author.as_ref().map(|author| author.handle.as_str()), Some("ana.example"));
    assert_eq!((posts[1].edited_at.is_some(), posts[1].text.as_str()), (true, "my acme kettle!"));
    assert!(
        posts[2].deleted
            && posts[2].id == posts[0].id
            && posts[0].id.as_str() == "bluesky:at://did:plc:ana/app.bsky.feed.post/3a"
    );
    assert_eq!(posts[3].author.as_ref().map(|author| author.handle.as_str()), Some("did:plc:bob"));
    assert_eq!(line.cursor.expect("cursor").0, us(4).to_string());
}

#[tokio::test]
async fn cuts_and_crashes_lose_nothing() {
    let server = FakeJetstream::start().await;
    let networks = networks();
    server.post(us(100), "did:plc:ana", "0", "before");
    let mut line = Line::open(&networks, KIND, settings(&server));
    line.cursor = Some(switchboard_model::Cursor(us(100).to_string()));
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..6_i64 {
        for n in 0..20 {
            let id = round * 20 + n;
            server.post(us(90) + id * 1_000, "did:plc:ana", &format!("r{id}"), "x");
        }
        match round {
            1 | 3 => server.cut(),
            2 => line = line.reopen(&networks, KIND, settings(&server)),
            4 => {
                // A batch that is handed out and not committed.
                let _ = line.capture.next(line.cursor.as_ref()).await;
            }
            _ => {}
        }
        for _ in 0..50 {
            if seen.len() as i64 > (round + 1) * 20 {
                break;
            }
            if let Ok(batch) = line.pull().await {
                seen.extend(batch.posts.into_iter().filter_map(|post| post.post.ok()).map(|post| post.id));
            }
        }
    }
    assert_eq!(seen.len(), 121);
    let replayed = server.asked().iter().filter(|query| query.contains("cursor=")).count();
    assert!(replayed >= 4, "{:?}", server.asked());
}

#[tokio::test]
async fn broken_events_cost_only_themselves() {
    let server = FakeJetstream::start().await;
    for event in [
        "not json",
        r#"{"did":"d","time_us":"soon"}"#,
        r#"{"did":"did:plc:a","time_us":1777886990000000,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"1","record":{"text":7}}}"#,
        r#"{"did":"did:plc:a","time_us":9223372036854775807,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"2","record":{"text":"from the far future"}}}"#,
    ] {
        server.say(event);
    }
    server.post(us(1), "did:plc:a", "3", "fine");
    let mut line = Line::open(&networks(), KIND, settings(&server));
    line.cursor = Some(switchboard_model::Cursor("0".into()));
    let batch = line.pull().await.expect("batch");
    assert!(refused(&batch).contains(&FateReason::Malformed));
    assert!(crate::texts(&batch).contains(&"fine"));
    assert!(batch.problems.len() >= 2, "{:?}", batch.problems);
    assert_eq!(batch.cursor.expect("cursor").0, us(1).to_string(), "an absurd time does not move the cursor");
}

#[tokio::test]
async fn refusals_of_the_stream_have_their_words() {
    let server = FakeJetstream::start().await;
    let networks = networks();
    use CaptureErrorKind::{Broken, Retry, RetryAfter};
    let minute = RetryAfter(Duration::from_secs(60));
    for (status, kind) in [(401, Broken), (403, Broken), (404, Broken), (429, minute), (500, Retry)] {
        server.refuse(Some(status));
        let error = Line::open(&networks, KIND, settings(&server)).error().await;
        assert!(error.kind == kind && error.message.contains("127.0.0.1"), "{status}: {error}");
    }
    let strict = networks_with(&switchboard_networks::NetworkConfig::default(), NOW);
    let error = Line::open(&strict, KIND, settings(&server)).error().await;
    assert!(error.kind == Broken && error.message.contains("not a public address"), "{error}");
    let error = Line::open(&networks, KIND, json!({"what": "jetstream", "jetstream": "ws://127.0.0.1:9/subscribe"}))
        .error()
        .await;
    assert!(error.kind == Retry && error.message.contains("cannot be reached"), "{error}");
}

/// The stream carries about 2,000 events a second in its busiest hours; reading them must leave the machine free.
#[tokio::test]
async fn a_busy_stream_is_read_quickly() {
    let server = FakeJetstream::start().await;
    let recorded = include_str!("../../src/bluesky/testdata/jetstream.ndjson");
    let post: serde_json::Value = recorded
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .find(|event: &serde_json::Value| event["commit"]["collection"] == "app.bsky.feed.post")
        .expect("a recorded post");
    let count = 10_000;
    for n in 0..count {
        let mut event = post.clone();
        event["time_us"] = json!(us(50) + n);
        event["commit"]["rkey"] = json!(format!("k{n}"));
        server.say(&event.to_string());
    }
    let mut line = Line::open(&networks(), KIND, settings(&server));
    line.cursor = Some(switchboard_model::Cursor(us(50).to_string()));
    let start = Instant::now();
    let posts = line.posts(count as usize).await;
    println!("{count} posts through socket and parser in {:?} (unoptimised build, sender included)", start.elapsed());
    assert_eq!(posts.len(), count as usize);
}

fn view(n: i64, seconds_ago: i64, reason: Option<&str>) -> serde_json::Value {
    let at = jiff::Timestamp::from_microsecond(us(seconds_ago)).expect("time").to_string();
    json!({"uri": format!("at://did:plc:ana/app.bsky.feed.post/{n}"), "cid": format!("c{n}"), "indexedAt": at, "reason": reason,
        "author": {"did": "did:plc:ana", "handle": "ana.example", "displayName": "Ana"},
        "record": {"$type": "app.bsky.feed.post", "text": format!("post {n}"), "createdAt": at}})
}

#[tokio::test]
async fn a_search_is_paged_back_to_what_is_known() {
    let server = FaultServer::start().await;
    let json_answer = |body: serde_json::Value| {
        Fault::Answer(200, vec![("content-type", "application/json".into())], body.to_string().into_bytes())
    };
    let path = "/xrpc/app.bsky.feed.searchPosts";
    server.set(path, json_answer(json!({"posts": [view(2, 10, None), view(1, 20, None), view(0, 400_000, None)]})));
    let networks = networks();
    let settings = json!({"what": "search", "query": "acme", "api": server.origin()});
    let mut line = Line::open(&networks, KIND, settings.clone());
    let batch = line.pull().await.expect("batch");
    assert_eq!((crate::texts(&batch), refused(&batch)), (vec!["post 1", "post 2"], vec![FateReason::TooOld]));
    assert_eq!(batch.wait.as_secs(), 60);
    assert!(line.pull().await.expect("batch").posts.is_empty());
    server.set(path, json_answer(json!({"posts": [view(3, 5, None), view(2, 10, None)], "cursor": "100"})));
    let batch = line.pull().await.expect("batch");
    assert_eq!((crate::texts(&batch), batch.wait.as_secs()), (vec!["post 3"], 0), "there is another page");
    line.pull().await.expect("batch");
    let asked: Vec<_> = server.asked().into_iter().map(|asked| asked.target).collect();
    assert!(asked.last().is_some_and(|target| target.contains("cursor=100")), "{asked:?}");
    server.set(path, Fault::status(403));
    let error = line.error().await;
    assert!(error.message.contains("'app_password'"), "{error}");
}

#[tokio::test]
async fn notifications_need_a_login_that_is_renewed() {
    let server = FaultServer::start().await;
    let json_answer = |status: u16, body: serde_json::Value| {
        Fault::Answer(status, vec![("content-type", "application/json".into())], body.to_string().into_bytes())
    };
    let session = json!({"accessJwt": "access-secret", "refreshJwt": "refresh-secret", "did": "did:plc:us", "handle": "us.example"});
    let (create, refresh, list) = (
        "/xrpc/com.atproto.server.createSession",
        "/xrpc/com.atproto.server.refreshSession",
        "/xrpc/app.bsky.notification.listNotifications",
    );
    let settings = json!({"what": "notifications", "handle": "@us.example", "app_password": "pass-secret", "service": server.origin()});
    let networks = networks();
    server.set(
        create,
        json_answer(401, json!({"error": "AuthenticationRequired", "message": "Invalid identifier or password"})),
    );
    let error = Line::open(&networks, KIND, settings.clone()).error().await;
    assert_eq!(error.kind, CaptureErrorKind::Broken);
    assert!(
        error.message.contains("us.example")
            && error.message.contains("App passwords")
            && !error.message.contains("secret"),
        "{error}"
    );

    server.set(create, json_answer(200, session.clone()));
    server.set(refresh, json_answer(200, session));
    server.set(
        list,
        json_answer(200, json!({"notifications": [view(2, 10, Some("like")), view(1, 20, Some("mention"))]})),
    );
    let mut line = Line::open(&networks, KIND, settings);
    let batch = line.pull().await.expect("batch");
    assert_eq!(crate::texts(&batch), ["post 1"]);
    assert!(batch.posts[0].is_addressed);
    let bearer = server.asked().last().and_then(|asked| asked.headers.get("authorization").cloned());
    assert_eq!(
        bearer.and_then(|value| value.to_str().map(str::to_owned).ok()).as_deref(),
        Some("Bearer access-secret")
    );

    server.set(list, json_answer(400, json!({"error": "ExpiredToken", "message": "Token has expired"})));
    let error = line.error().await;
    assert!(!error.message.contains("secret"), "{error}");
    let asked: Vec<_> = server.asked().into_iter().map(|asked| asked.target).collect();
    assert!(asked.iter().any(|target| target == refresh), "{asked:?}");
}

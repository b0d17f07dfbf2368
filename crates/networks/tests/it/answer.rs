//! Answering: what leaves, what is said of each failure, and what is found again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_model::{
    Account, AccountId, Author, Outgoing, PostId, Publish, PublishErrorKind, SourceKind, Target, Visibility,
};
use switchboard_testkit::mastodon::{FakeMastodon, Posting, TOKEN};

use crate::{config, networks, networks_with};

fn account(settings: Value) -> Account {
    Account {
        id: AccountId(uuid::Uuid::from_u128(1)),
        network: SourceKind::Mastodon,
        handle: "acme@social.example".into(),
        author: String::new(),
        settings,
        departments: vec![],
        is_enabled: true,
        trouble: String::new(),
        created_at: crate::time(crate::NOW),
    }
}

fn publisher(server: &FakeMastodon) -> Arc<dyn Publish> {
    let settings = json!({"instance": server.origin(), "token": TOKEN});
    networks().publisher(&account(settings)).expect("usable settings")
}

fn outgoing(to: &str, text: &str) -> Outgoing {
    let author = Author { handle: "ana@social.example".into(), ..Author::default() };
    Outgoing {
        key: format!("key of {text}"),
        to: Target {
            id: PostId(format!("mastodon:{to}")),
            url: None,
            author: Some(author),
            thread: None,
            visibility: Visibility::Unlisted,
        },
        text: text.into(),
        lang: Some("en-GB".into()),
        queued_at: crate::time(crate::NOW),
    }
}

const TODAY: &str = "2026-05-04T09:00:00.000Z";

#[tokio::test]
async fn an_answer_stands_below_its_post_and_is_found_again() {
    let server = FakeMastodon::start().await;
    let local = server.post("ana", "the kettle broke", TODAY);
    let publisher = publisher(&server);
    let who = publisher.identify().await.expect("let in");
    assert_eq!(who.handle, "acme@social.example");
    assert_eq!(who.id, format!("mastodon:{}/users/acme", server.origin()));
    let outgoing = outgoing(&server.uri("ana", &local), "Sorry, see https://acme.example/help.");
    assert_eq!(publisher.find(&outgoing).await.expect("looked"), None);
    let published = publisher.publish(&outgoing).await.expect("published");
    assert!(published.id.as_str().starts_with(&format!("mastodon:{}/users/acme/statuses/", server.origin())));
    let text = "@ana@social.example Sorry, see https://acme.example/help.";
    assert_eq!(server.said_by_us(), [(Some(local.clone()), text.to_owned())]);
    assert_eq!(publisher.find(&outgoing).await.expect("looked"), Some(published.clone()));
    // Another answer to the same post, and the same answer to another post, are others.
    let mut other = outgoing.clone();
    other.text = "Something else".into();
    assert_eq!(publisher.find(&other).await.expect("looked"), None);
    let second = server.post("ana", "the lid broke", TODAY);
    let mut other = outgoing.clone();
    other.to.id = PostId(format!("mastodon:{}", server.uri("ana", &second)));
    assert_eq!(publisher.find(&other).await.expect("looked"), None);
    // The same key makes no second one.
    assert_eq!(publisher.publish(&outgoing).await.expect("the same"), published);
    assert_eq!(server.said_by_us().len(), 1);
}

#[tokio::test]
async fn posts_of_other_instances_are_fetched_by_their_address() {
    let server = FakeMastodon::start().await;
    let uri = server.post_elsewhere("zoe", "hello from elsewhere", TODAY);
    publisher(&server).publish(&outgoing(&uri, "hello")).await.expect("published");
    assert_eq!(server.said_by_us().len(), 1);
    let error = publisher(&server).publish(&outgoing("https://gone.example/1", "hello")).await.expect_err("nowhere");
    assert!(error.kind == PublishErrorKind::Refused && error.message.contains("deleted"), "{error:?}");
}

#[tokio::test]
async fn every_failure_says_whether_it_may_have_left() {
    use PublishErrorKind::{Account, Refused, Retry, RetryAfter, Unsure};
    let server = FakeMastodon::start().await;
    let local = server.post("ana", "the kettle broke", TODAY);
    let uri = server.uri("ana", &local);
    let quick = switchboard_networks::NetworkConfig { total_timeout_s: 1, ..config() };
    let settings = json!({"instance": server.origin(), "token": TOKEN});
    let publisher = networks_with(&quick, crate::NOW).publisher(&account(settings)).expect("usable settings");
    let check = async |posting: Posting, kind: PublishErrorKind, words: &str, posts: usize| {
        let before = server.said_by_us().len();
        server.misbehave(|faults| faults.posting = posting.clone());
        let outgoing = outgoing(&uri, &format!("answer {words} {before}"));
        let error = publisher.publish(&outgoing).await.expect_err(words);
        assert_eq!(error.kind, kind, "{posting:?} {error:?}");
        assert!(error.message.contains(words) && !error.message.contains(TOKEN), "{error:?}");
        assert_eq!(server.said_by_us().len() - before, posts, "{posting:?}");
    };
    let refused = |status: u16| Posting::Refused(status, json!({"error": "the reason"}).to_string());
    check(refused(401), Account, "make a new access token", 0).await;
    check(refused(422), Refused, "the reason", 0).await;
    check(refused(404), Refused, "deleted", 0).await;
    check(refused(429), RetryAfter(Duration::from_secs(300)), "slow down", 0).await;
    check(refused(500), Unsure, "does not say whether", 0).await;
    // It may look around but not say this here: not the account is at fault, but the answer.
    check(refused(403), Refused, "the reason", 0).await;
    let scope = json!({"error": "This action is outside the authorized scopes"}).to_string();
    check(Posting::Refused(403, scope), Account, "scopes", 0).await;
    check(Posting::Cut, Unsure, "", 1).await;
    check(Posting::Silent, Unsure, "did not answer", 1).await;
    server.misbehave(|faults| (faults.posting, faults.is_revoked) = (Posting::Taken, true));
    let error = publisher.publish(&outgoing(&uri, "hello")).await.expect_err("revoked");
    assert_eq!(error.kind, Account, "{error:?}");
    let origin = server.origin().to_owned();
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let settings = json!({"instance": origin, "token": TOKEN});
    let publisher = networks().publisher(&account(settings)).expect("usable settings");
    let error = publisher.publish(&outgoing(&uri, "hello")).await.expect_err("gone");
    assert_eq!(error.kind, Retry, "{error:?}");
}

#[tokio::test]
async fn a_deleted_post_is_not_answered() {
    let server = FakeMastodon::start().await;
    let local = server.post("ana", "the kettle broke", TODAY);
    server.delete(&local);
    let error = publisher(&server).publish(&outgoing(&server.uri("ana", &local), "hello")).await.expect_err("gone");
    assert!(error.kind == PublishErrorKind::Refused && error.message.contains("deleted"), "{error:?}");
    assert!(server.said_by_us().is_empty());
}

#[tokio::test]
async fn only_mastodon_itself_is_asked_again() {
    let server = FakeMastodon::start().await;
    let at = |time: &str| crate::time(time);
    let check = async |first: &str, last: &str, expected: bool| {
        assert_eq!(publisher(&server).repeats_safely(at(first), at(last)).await, Ok(expected), "{first} {last}");
    };
    check("2026-05-04T09:29:00Z", "2026-05-04T09:29:20Z", true).await;
    check("2026-05-04T09:29:00Z", "2026-05-04T09:29:50Z", false).await;
    check("2026-05-04T08:30:00Z", "2026-05-04T09:29:00Z", false).await;
    server.misbehave(|faults| faults.is_another_kind = true);
    check("2026-05-04T09:29:00Z", "2026-05-04T09:29:20Z", false).await;
}

#[test]
fn settings_of_accounts_say_what_is_missing() {
    let check = |network: SourceKind, settings: Value, expected: &str| {
        let account = Account { network, ..account(settings) };
        let error = networks().publisher(&account).err().expect("unusable").to_string();
        assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
    };
    check(SourceKind::Mastodon, json!({"token": "hunter2"}), "instance");
    check(SourceKind::Mastodon, json!({"instance": "https://a.example"}), "token");
    check(SourceKind::Mastodon, json!({"instance": "ftp://a", "token": "hunter2"}), "begins with https://");
    check(SourceKind::Mastodon, json!({"instance": "a", "tokn": "hunter2"}), "mastodon account; did you mean 'token'");
    check(SourceKind::Bluesky, json!({"handle": " ", "app_password": "hunter2"}), "which account");
    check(SourceKind::Bluesky, json!({"handle": "a.test"}), "app_password");
    check(SourceKind::Feed, json!({}), "use mastodon or bluesky");
}

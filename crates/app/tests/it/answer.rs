//! Answering: accounts with sealed secrets, drafts that become one reply, and an outbox that never sends twice.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use switchboard_app::answer::AnswerError;
use switchboard_app::answer::account::{AccountChange, NewAccount};
use switchboard_app::answer::draft::DraftText;
use switchboard_app::answer::outbox::OutboxConfig;
use switchboard_app::answer::reply::NewReply;
use switchboard_app::pipeline::embedded::Arrival;
use switchboard_app::rights::Actor;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{
    Account, Author, Awaited, Captured, CaseId, CaseState, Happening, Post, PublishErrorKind, Reply, ReplyId,
    ReplyState, Role, SourceKind, Then,
};
use switchboard_testkit::app::TestApp;
use switchboard_testkit::outlet::Sending;

use crate::access::{new_user, set_up};

const OPERATOR: Actor = Actor::Operator;
const QUICK: OutboxConfig = OutboxConfig { settle: Duration::from_secs(60), limit: Duration::from_millis(40) };

async fn account(test: &TestApp) -> Account {
    let new = NewAccount {
        network: SourceKind::Mastodon,
        settings: json!({"instance": "https://social.example", "token": "hunter2"}),
        departments: vec![],
    };
    test.app.add_account(&OPERATOR, new).await.expect("added")
}

/// Somebody says something to us; the case that it opens.
async fn case(test: &TestApp, number: u32) -> CaseId {
    let source = test.app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let address = format!("https://a.example/users/ana/statuses/{number}");
    let author = Author {
        id: "mastodon:https://a.example/users/ana".into(),
        handle: "ana@a.example".into(),
        ..Author::default()
    };
    let post = Post { author: Some(author), ..Post::new("mastodon", &address, &format!("is it broken {number}?")) };
    let id = post.id.clone();
    let posts = vec![Captured::addressed(post)];
    let arrival = Arrival { source: source.id, posts, cursor: None, settings: None, opens_cases: true };
    test.app.line().deliver(test.app.triage(), arrival).await.expect("stored");
    let stored = test.app.store().find_post(&id).await.expect("read").expect("stored");
    test.app.store().find_case_of_post(stored.seq).await.expect("read").expect("a case").id
}

fn text(account: &Account, text: &str) -> NewReply {
    NewReply {
        account: account.id,
        to: None,
        text: text.into(),
        then: Then::Wait,
        seen: None,
        draft_version: None,
        client_key: None,
        despite: None,
        send_after_s: 0,
    }
}

async fn now(test: &TestApp, id: ReplyId) -> Reply {
    test.app.store().find_reply(id).await.expect("read").expect("there")
}

async fn kinds(test: &TestApp, case: CaseId) -> Vec<&'static str> {
    let events = test.app.store().case_events(case).await.expect("read");
    events.iter().map(|event| event.what.kind()).collect()
}

/// Lets time pass until nothing is on its way any more.
async fn until_over(test: &TestApp) {
    for _ in 0..3_000 {
        test.app.send_due_replies(QUICK).await.expect("sent");
        let counts = test.app.store().count_replies().await.expect("counted");
        if counts.iter().all(|(state, _)| !matches!(state, ReplyState::Queued | ReplyState::Sending)) {
            return;
        }
        test.clock.advance(30);
    }
    panic!("replies are still on their way");
}

#[tokio::test]
async fn a_reply_leaves_once_and_the_case_says_so() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let draft = DraftText { account: Some(account.id), to: None, text: "Sorry\r\nabout that".into() };
    let (draft, measured) = test.app.save_draft(&OPERATOR, case, draft, None).await.expect("saved");
    assert_eq!((draft.version, measured.lead.as_str(), measured.problems.len()), (1, "@ana@a.example ", 0));
    let new = NewReply { draft_version: Some(1), ..text(&account, &draft.text) };
    let reply = test.app.reply(&OPERATOR, case, new.clone()).await.expect("queued");
    assert!(matches!(test.app.reply(&OPERATOR, case, new).await, Err(AnswerError::AlreadySent)));
    let kept = test.app.draft(&OPERATOR, case).await.expect("read").expect("for its version");
    assert_eq!((kept.version, kept.text.as_str()), (2, ""));
    until_over(&test).await;
    let held = test.networks.outlet().held();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].key.as_str(), held[0].text.as_str()), (reply.key.as_str(), "Sorry\nabout that"));
    let sent = now(&test, reply.id).await;
    assert!(sent.state == ReplyState::Sent && sent.published.is_some() && sent.attempts == 1, "{sent:?}");
    assert_eq!(kinds(&test, case).await, ["opened", "reply_queued", "reply_sent", "waiting"]);
    let found = test.app.store().find_case(case).await.expect("read").expect("there");
    assert!(found.replied_at.is_some() && found.state == (CaseState::Waiting { on: Awaited::Author }), "{found:?}");

    // Our answer comes back on a stream, then the author answers it: both join the case.
    let source = test.app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let published = sent.published.expect("known").id;
    let author = Author { id: account.author.clone(), ..Author::default() };
    let ours = Post { author: Some(author), ..Post::new("mastodon", published.as_str(), "Sorry") };
    let thanks = Post { in_reply_to: Some(published.0.clone()), ..Post::new("mastodon", "https://a.example/9", "ok") };
    let posts = vec![Captured::heard(ours), Captured::heard(thanks)];
    let arrival = Arrival { source: source.id, posts, cursor: None, settings: None, opens_cases: true };
    test.app.line().deliver(test.app.triage(), arrival).await.expect("stored");
    let events = test.app.store().case_events(case).await.expect("read");
    let joined: Vec<bool> = events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Joined { is_ours, .. } => Some(is_ours),
            _ => None,
        })
        .collect();
    assert_eq!(joined, [true, false]);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let test = TestApp::new().await;
    let ada = set_up(&test).await.user;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let observer = test.app.invite(&OPERATOR, new_user("Oda", Role::Observer)).await.expect("invited").0;
    let check = async |actor: &Actor, new: NewReply, words: &str| {
        let error = test.app.reply(actor, case, new).await.expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
    };
    check(&Actor::User(observer.into()), text(&account, "hello"), "observers read only").await;
    check(&OPERATOR, text(&account, " "), "write something first").await;
    check(&OPERATOR, text(&account, &"x".repeat(501)), "1 characters too long").await;
    check(&OPERATOR, text(&account, &"x".repeat(1_000_000)), "no network takes more than").await;
    check(&OPERATOR, NewReply { send_after_s: 90_000, ..text(&account, "hello") }, "86400 seconds").await;
    check(&OPERATOR, NewReply { client_key: Some("\n".into()), ..text(&account, "hello") }, "control characters").await;
    let foreign = NewReply { to: Some(Post::new("x", "9", "").id), ..text(&account, "hello") };
    check(&OPERATOR, foreign, "no such post").await;
    assert!(matches!(
        test.app.reply(&OPERATOR, CaseId(99), text(&account, "hello")).await,
        Err(AnswerError::UnknownCase(CaseId(99)))
    ));
    test.app.remove_account(&OPERATOR, account.id).await.expect("removed");
    check(&Actor::User(ada), text(&account, "hello"), "there is no account").await;
    assert!(test.networks.outlet().held().is_empty());
}

#[tokio::test]
async fn one_name_makes_one_reply_and_a_reply_can_be_withdrawn() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let new = NewReply { client_key: Some("job 7".into()), send_after_s: 10, ..text(&account, "hello") };
    let reply = test.app.reply(&OPERATOR, case, new.clone()).await.expect("queued");
    assert_eq!(test.app.reply(&OPERATOR, case, new).await.expect("the same").id, reply.id);
    test.app.send_due_replies(QUICK).await.expect("nothing yet");
    let withdrawn = test.app.withdraw_reply(&OPERATOR, reply.id).await.expect("withdrawn");
    assert_eq!(withdrawn.state, ReplyState::Withdrawn);
    assert!(matches!(test.app.withdraw_reply(&OPERATOR, reply.id).await, Err(AnswerError::TooLate("withdrawn"))));
    test.clock.advance(60);
    until_over(&test).await;
    assert!(test.networks.outlet().held().is_empty());
    assert_eq!(kinds(&test, case).await, ["opened", "reply_queued", "reply_withdrawn"]);
}

#[tokio::test]
async fn a_revoked_token_stops_the_account_and_a_new_one_lets_it_go_on() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, first, second) = (account(&test).await, case(&test, 1).await, case(&test, 2).await);
    test.networks.outlet().revoke(true);
    let one = test.app.reply(&OPERATOR, first, text(&account, "one")).await.expect("queued");
    let other = test.app.reply(&OPERATOR, second, text(&account, "other")).await.expect("queued");
    for _ in 0..5 {
        test.app.send_due_replies(QUICK).await.expect("sent");
        test.clock.advance(3_600);
    }
    assert_eq!(test.networks.outlet().counts().0, 1, "nobody knocks on a closed door");
    assert_eq!(now(&test, one.id).await.state, ReplyState::Queued);
    let shown = test.app.account(&OPERATOR, account.id).expect("there");
    assert!(shown.trouble.contains("make a new token"), "{shown:?}");
    assert!(!format!("{shown:?}").contains("hunter2"));
    let change = || AccountChange { settings: Some(json!({"token": "new"})), departments: None };
    let error = test.app.change_account(&OPERATOR, account.id, change()).await.expect_err("still revoked");
    assert!(matches!(error, AnswerError::NotLetIn(_)), "{error}");
    test.networks.outlet().revoke(false);
    let changed = test.app.change_account(&OPERATOR, account.id, change()).await.expect("changed");
    assert_eq!(changed.trouble, "");
    until_over(&test).await;
    assert_eq!(test.networks.outlet().held().len(), 2);
    assert_eq!(now(&test, other.id).await.state, ReplyState::Sent);
}

#[tokio::test]
async fn what_is_not_confirmed_is_looked_for_and_then_told() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let account = account(&test).await;
    let outlet = test.networks.outlet();
    let check = async |number: u32, keeps: bool, sending: Sending, state: ReplyState, held: usize, sendings: u32| {
        let before = (outlet.held().len(), outlet.counts().0);
        outlet.keep_keys(keeps);
        outlet.script([sending]);
        let case = case(&test, number).await;
        let reply = test.app.reply(&OPERATOR, case, text(&account, &format!("{number}"))).await.expect("queued");
        until_over(&test).await;
        let after = (outlet.held().len(), outlet.counts().0);
        let reply = now(&test, reply.id).await;
        assert_eq!(
            (reply.state, after.0 - before.0, after.1 - before.1),
            (state, held, sendings),
            "{sending:?} {reply:?}"
        );
        reply
    };
    use ReplyState::{Failed, Sent};
    for (turn, keeps) in [true, false].into_iter().enumerate() {
        let number = u32::try_from(turn).expect("small") * 10;
        check(number + 1, keeps, Sending::Lost, Sent, 1, 1).await;
        check(number + 2, keeps, Sending::Silent, Sent, 1, 1).await;
        let refused = Sending::Refused(PublishErrorKind::Refused);
        let failed = check(number + 3, keeps, refused, Failed, 0, 1).await;
        assert!(failed.trouble.contains("refuses"), "{failed:?}");
        check(number + 4, keeps, Sending::Refused(PublishErrorKind::Retry), Sent, 1, 2).await;
        let pause = PublishErrorKind::RetryAfter(Duration::from_secs(90));
        check(number + 5, keeps, Sending::Refused(pause), Sent, 1, 2).await;
    }
    check(21, true, Sending::Dropped, Sent, 1, 2).await;
    let failed = check(22, false, Sending::Dropped, Failed, 0, 1).await;
    assert!(failed.trouble.starts_with("not confirmed"), "{failed:?}");
    assert_eq!(kinds(&test, failed.case).await, ["opened", "reply_queued", "reply_failed"]);
    // A person looked and sends it again.
    test.app.retry_reply(&OPERATOR, failed.id).await.expect("queued");
    until_over(&test).await;
    assert_eq!(now(&test, failed.id).await.state, Sent);
    // It arrives after it was given up; whoever sends it again makes no second one.
    let failed = check(23, false, Sending::Late, Failed, 0, 1).await;
    outlet.arrive();
    test.app.retry_reply(&OPERATOR, failed.id).await.expect("queued");
    until_over(&test).await;
    assert_eq!(now(&test, failed.id).await.state, Sent);
    assert_eq!(outlet.held().iter().filter(|held| held.text == "23").count(), 1);
}

/// Somebody says something in the conversation of a case.
async fn say(test: &TestApp, post: Post) {
    let source = test.app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let posts = vec![Captured::heard(post)];
    let arrival = Arrival { source: source.id, posts, cursor: None, settings: None, opens_cases: true };
    test.app.line().deliver(test.app.triage(), arrival).await.expect("stored");
}

#[tokio::test]
async fn nothing_stays_on_its_way_below_a_removed_account() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    test.networks.outlet().script([Sending::Dropped]);
    let reply = test.app.reply(&OPERATOR, case, text(&account, "one")).await.expect("queued");
    test.app.send_due_replies(QUICK).await.expect("unsure");
    let despite = Some("the first one may be lost".to_owned());
    let later = NewReply { send_after_s: 90, despite, ..text(&account, "other") };
    let later = test.app.reply(&OPERATOR, case, later).await.expect("queued");
    assert_eq!(now(&test, reply.id).await.state, ReplyState::Sending);
    // Killed after the account was removed and before its replies were failed.
    let removed =
        Account { is_enabled: false, ..test.app.store().find_account(account.id).await.expect("read").expect("there") };
    test.app.store().update_account(&removed).await.expect("written");
    let test = test.restarted().await;
    until_over(&test).await;
    for id in [reply.id, later.id] {
        let failed = now(&test, id).await;
        assert!(failed.state == ReplyState::Failed && failed.trouble.contains("was removed"), "{failed:?}");
    }
    assert!(test.networks.outlet().held().is_empty());
}

#[tokio::test]
async fn a_case_stays_where_its_author_brought_it_while_an_answer_was_on_its_way() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let new = NewReply { then: Then::Close, send_after_s: 30, ..text(&account, "here you are") };
    let reply = test.app.reply(&OPERATOR, case, new).await.expect("queued");
    test.clock.advance(5);
    let to = Some("mastodon:https://a.example/users/ana/statuses/1".to_owned());
    say(&test, Post { in_reply_to: to, ..Post::new("mastodon", "https://a.example/2", "and the lid?") }).await;
    until_over(&test).await;
    assert_eq!(now(&test, reply.id).await.state, ReplyState::Sent);
    let found = test.app.store().find_case(case).await.expect("read").expect("there");
    assert_eq!(found.state, CaseState::Open, "the author's newer words are not closed away");
}

#[tokio::test]
async fn what_may_have_arrived_is_never_called_withdrawn() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let outlet = test.networks.outlet();
    outlet.keep_keys(false);
    outlet.script([Sending::Late]);
    let reply = test.app.reply(&OPERATOR, case, text(&account, "one")).await.expect("queued");
    until_over(&test).await;
    assert_eq!(now(&test, reply.id).await.state, ReplyState::Failed);
    test.app.retry_reply(&OPERATOR, reply.id).await.expect("queued again");
    let back = test.app.withdraw_reply(&OPERATOR, reply.id).await.expect("taken back");
    assert!(back.state == ReplyState::Failed && back.trouble.contains("not confirmed"), "{back:?}");
    assert_eq!(kinds(&test, case).await.last(), Some(&"reply_failed"));
}

#[tokio::test]
async fn nobody_answers_unseen_what_a_colleague_answered() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let seen = test.app.case(&ada, case).await.expect("there").version;
    let new = |words: &str| NewReply { seen: Some(seen), ..text(&account, words) };
    test.app.reply(&OPERATOR, case, new("first")).await.expect("queued");
    assert!(matches!(test.app.reply(&ada, case, new("second")).await, Err(AnswerError::StaleCase)));
    let seen = test.app.case(&ada, case).await.expect("there").version;
    let new =
        NewReply { seen: Some(seen), despite: Some("it lacked the address".into()), ..text(&account, "seen now") };
    test.app.reply(&ada, case, new).await.expect("queued");
}

#[tokio::test]
async fn a_post_is_answered_a_second_time_only_with_a_reason() {
    let mut tests = vec![TestApp::new().await];
    if let Ok(server) = std::env::var("SWITCHBOARD_TEST_POSTGRES") {
        tests.push(TestApp::on_postgres(&server).await);
    }
    for test in tests {
        let ada = Actor::User(set_up(&test).await.user);
        let (account, case) = (account(&test).await, case(&test, 1).await);
        let first = test.app.reply(&ada, case, text(&account, "first")).await.expect("queued");
        for actor in [&OPERATOR, &ada] {
            match test.app.reply(actor, case, text(&account, "second")).await {
                Err(AnswerError::Answered { reply, state, .. }) => assert_eq!((reply, state), (first.id, "queued")),
                other => panic!("{other:?}"),
            }
        }
        let despite = |why: &str| NewReply { despite: Some(why.into()), ..text(&account, "second") };
        assert!(matches!(test.app.reply(&OPERATOR, case, despite(" \n")).await, Err(AnswerError::Answered { .. })));
        test.app.reply(&OPERATOR, case, despite("the link\nwas wrong")).await.expect("queued");
        let events = test.app.store().case_events(case).await.expect("read");
        let reasons: Vec<&str> = events
            .iter()
            .filter_map(|event| match &event.what {
                Happening::ReplyQueued { despite, .. } => Some(despite.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(reasons, ["", "the link was wrong"]);
        // What was taken back is no answer.
        let second = self::case(&test, 2).await;
        let taken = NewReply { send_after_s: 60, ..text(&account, "wait") };
        let taken = test.app.reply(&ada, second, taken).await.expect("queued");
        test.app.withdraw_reply(&ada, taken.id).await.expect("taken back");
        // Of several at once one leaves.
        let both = [&OPERATOR, &ada].map(|actor| test.app.reply(actor, second, text(&account, "at once")));
        let left = futures_util::future::join_all(both).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(left, 1);
    }
}

#[tokio::test]
async fn what_failed_is_not_sent_again_after_a_colleague_has_answered() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let outlet = test.networks.outlet();
    outlet.keep_keys(false);
    outlet.script([Sending::Late]);
    let failed = test.app.reply(&ada, case, text(&account, "one")).await.expect("queued");
    until_over(&test).await;
    test.app.reply(&OPERATOR, case, text(&account, "two")).await.expect("one that failed is no answer");
    let again = test.app.retry_reply(&ada, failed.id).await;
    assert!(matches!(again, Err(AnswerError::Answered { .. })), "{again:?}");
}

#[tokio::test]
async fn an_answer_is_seen_by_no_more_people_than_what_it_answers() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let observer = test.app.invite(&OPERATOR, new_user("Oda", Role::Observer)).await.expect("invited").0;
    let observer = Actor::User(observer.into());
    let direct = Post {
        in_reply_to: Some("mastodon:https://a.example/users/ana/statuses/1".to_owned()),
        visibility: switchboard_model::Visibility::Direct,
        ..Post::new("mastodon", "https://a.example/2", "my address is Elm Street 1")
    };
    let to = Some(direct.id.clone());
    say(&test, direct).await;
    test.app.reply(&OPERATOR, case, NewReply { to, ..text(&account, "to Elm Street then") }).await.expect("queued");
    until_over(&test).await;
    assert_eq!(test.app.replies(&OPERATOR, case).await.expect("listed").len(), 1);
    assert_eq!(test.app.replies(&observer, case).await.expect("listed"), []);
    let view = test.app.case_view(&observer, case).await.expect("seen");
    let told = serde_json::to_string(&view).expect("JSON");
    assert!(!told.contains("Elm Street") && !told.contains("/@acme/"), "{told}");
}

#[tokio::test]
async fn a_deleted_post_is_not_answered() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (account, case) = (account(&test).await, case(&test, 1).await);
    let late = NewReply { send_after_s: 30, ..text(&account, "hello") };
    let reply = test.app.reply(&OPERATOR, case, late).await.expect("queued");
    let source = test.app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let gone = Post::deletion("mastodon", "https://a.example/users/ana/statuses/1");
    let arrival = Arrival {
        source: source.id,
        posts: vec![Captured::heard(gone)],
        cursor: None,
        settings: None,
        opens_cases: true,
    };
    test.app.line().deliver(test.app.triage(), arrival).await.expect("stored");
    let error = test.app.reply(&OPERATOR, case, text(&account, "hello")).await.expect_err("gone");
    assert!(error.to_string().contains("deleted by its author"), "{error}");
    until_over(&test).await;
    let failed = now(&test, reply.id).await;
    assert!(failed.state == ReplyState::Failed && failed.trouble.contains("deleted"), "{failed:?}");
    assert_eq!(test.networks.outlet().counts().0, 0);
}

#[tokio::test]
async fn secrets_lie_sealed_in_the_store() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let account = account(&test).await;
    let new = NewSource {
        name: "notifications".into(),
        kind: SourceKind::Mastodon,
        settings: json!({"instance": "https://social.example", "token": "hunter2"}),
    };
    let source = test.app.add_source(new).await.expect("added");
    let stored = test.app.store().find_account(account.id).await.expect("read").expect("there");
    let stored_source = test.app.store().find_source(source.id).await.expect("read").expect("there");
    assert!(!format!("{stored:?}{stored_source:?}").contains("hunter2"), "{stored:?} {stored_source:?}");
    // Whoever was shown the settings hands the sealed secret back; it stays what it is.
    let mut settings = stored_source.settings.clone();
    settings["every_s"] = json!(90);
    let change = SourceChange { settings: Some(settings.clone()), ..SourceChange::default() };
    test.app.change_source(source.id, change).await.expect("changed");
    let changed = test.app.store().find_source(source.id).await.expect("read").expect("there");
    assert_eq!(changed.settings, settings);
    let foreign = NewSource { name: "other".into(), kind: SourceKind::Mastodon, settings: changed.settings.clone() };
    let other = test.app.add_source(foreign).await.expect("added");
    let change = SourceChange { settings: Some(settings), ..SourceChange::default() };
    let error = test.app.change_source(other.id, change).await.expect_err("sealed for another source");
    assert!(error.to_string().contains("sealed with another key"), "{error}");
    // What an earlier version wrote in the clear is sealed at the next start, and opens as before.
    let mut plain = changed;
    plain.settings = json!({"instance": "https://social.example", "token": "hunter2"});
    test.app.store().update_source(&plain).await.expect("written");
    let test = test.restarted().await;
    let sealed = test.app.store().find_source(source.id).await.expect("read").expect("there");
    assert!(!format!("{sealed:?}").contains("hunter2"), "{sealed:?}");
    let case = case(&test, 1).await;
    test.app.reply(&OPERATOR, case, text(&account, "hello")).await.expect("queued");
    until_over(&test).await;
    assert_eq!(test.networks.outlet().held().len(), 1, "the account opens after a restart");
}

fn sendings() -> impl Strategy<Value = Vec<Sending>> {
    let one = prop_oneof![
        3 => Just(Sending::Taken),
        3 => Just(Sending::Lost),
        3 => Just(Sending::Dropped),
        2 => Just(Sending::Silent),
        1 => Just(Sending::Late),
        1 => Just(Sending::Refused(PublishErrorKind::Retry)),
        1 => Just(Sending::Refused(PublishErrorKind::RetryAfter(Duration::from_secs(70)))),
        1 => Just(Sending::Refused(PublishErrorKind::Refused)),
    ];
    prop::collection::vec(one, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    /// Acknowledgements are lost, answers never come, the process is killed anywhere: never two, and never none without
    /// the case saying so.
    #[test]
    fn never_two_and_never_silently_none(
        script in sendings(),
        keeps in any::<bool>(),
        kills in prop::collection::vec(0u64..12, 0..14),
        failing_looks in 0u32..4,
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async move {
            let test = TestApp::new().await;
            set_up(&test).await;
            let account = account(&test).await;
            let outlet = test.networks.outlet().clone();
            outlet.keep_keys(keeps);
            outlet.script(script);
            outlet.fail_looks(failing_looks);
            let mut replies = HashMap::new();
            for number in 1..=4 {
                let case = case(&test, number).await;
                let reply = test.app.reply(&OPERATOR, case, text(&account, &format!("answer {number}"))).await;
                let reply = reply.expect("queued");
                replies.insert(reply.id, reply.text);
            }
            let mut test = test;
            for (turn, kill) in kills.into_iter().enumerate() {
                // Dropped at a random moment: what the store has is all that is left.
                let _ = tokio::time::timeout(Duration::from_millis(kill), test.app.send_due_replies(QUICK)).await;
                test.clock.advance(7);
                if turn % 5 == 4 {
                    outlet.arrive();
                    let clock = test.clock.clone();
                    test = test.restarted().await;
                    let behind = clock.now_s() - test.clock.now_s();
                    test.clock.advance(behind);
                }
            }
            until_over(&test).await;
            for (id, text) in replies {
                let reply = now(&test, id).await;
                let held = outlet.held().iter().filter(|held| held.text == text).count();
                assert!(held <= 1, "twice: {reply:?}");
                match reply.state {
                    ReplyState::Sent => assert_eq!(held, 1, "{reply:?}"),
                    ReplyState::Failed => assert!(!reply.trouble.is_empty(), "{reply:?}"),
                    other => panic!("{other:?}"),
                }
                let last = if reply.state == ReplyState::Sent { "reply_sent" } else { "reply_failed" };
                let kinds = kinds(&test, reply.case).await;
                assert_eq!(kinds.iter().filter(|kind| **kind == last).count(), 1, "{kinds:?}");
            }
        });
    }
}

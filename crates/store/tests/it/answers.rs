//! Accounts, drafts and the outbox: what is written with a case's history, and what is written once only.

use jiff::ToSpan;
use serde_json::json;
use switchboard_model::{
    Account, AccountId, Assessment, By, CaseId, Draft, Event, Happening, Opening, PostId, Priority, Published, Reply,
    ReplyId, ReplyState, SourceKind, Then, Visibility,
};
use switchboard_store::{Also, NewReply, Record, Recorded, ReplyMove, Store, StoreError};
use uuid::Uuid;

use crate::people::{department_id, found as furnish_people, user_id};
use crate::support::*;

fn account(number: u128) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(0x7000 + number)),
        network: SourceKind::Mastodon,
        handle: format!("acme{number}@social.example"),
        author: format!("mastodon:https://social.example/users/acme{number}"),
        settings: json!({"instance": "https://social.example", "token": {"sealed": "00"}}),
        departments: vec![department_id(1), department_id(2)],
        is_enabled: true,
        trouble: String::new(),
        created_at: at(i64::try_from(number).expect("small")),
    }
}

fn reply(number: u128, case: CaseId, minute: i64) -> Reply {
    Reply {
        id: ReplyId(Uuid::from_u128(0x8000 + number)),
        case,
        account: account(1).id,
        by: Some(user_id(1)),
        to: PostId("mastodon:1".into()),
        text: format!("answer {number}"),
        state: ReplyState::Queued,
        key: format!("key{number}"),
        then: Then::Wait,
        queued_at: at(minute),
        send_at: at(minute),
        attempts: 0,
        attempted_at: None,
        sent_at: None,
        published: None,
        trouble: String::new(),
    }
}

/// An installation with a case about the post `x:<number>`.
async fn case(store: &Store, number: i64) -> CaseId {
    let mut decided = wanted(post(&number.to_string(), "help"));
    decided.opening = Some(Opening {
        post: 0,
        network: "mastodon".into(),
        visibility: Visibility::Public,
        department: department_id(1),
        priority: Priority { score: 50, parts: vec![] },
        tags: vec![],
        rules: vec![],
        why: "addressed to us".into(),
        why_here: "by the rules".into(),
        risk: Assessment::default(),
        involved: Vec::new(),
        owner: None,
        proposal: None,
    });
    settle(store, batch(number, vec![decided])).await;
    let stored = store.find_post(&post(&number.to_string(), "").id).await.expect("looked").expect("stored");
    store.find_case_of_post(stored.seq).await.expect("looked").expect("a case").id
}

async fn record(store: &Store, case: CaseId, what: Happening, also: Also) -> Recorded {
    let version = store.find_case(case).await.expect("looked").expect("a case").version;
    let event = Event { case, number: version + 1, at: at(9), by: By::Outbox, via: None, what };
    store.record(&Record { case, seen: version, events: vec![event], also: vec![also] }).await.expect("recorded")
}

async fn queue(store: &Store, new: NewReply) -> Recorded {
    let what = Happening::ReplyQueued { reply: new.reply.id, despite: String::new() };
    record(store, new.reply.case, what, Also::Reply(Box::new(new))).await
}

fn plain(reply: Reply) -> NewReply {
    NewReply { reply, client_key: None, draft: None, may_be_second: true }
}

contract! {
    async fn accounts_come_back_as_they_went_in(store: Store) {
        let mut one = account(1);
        store.insert_account(&one).await.expect("added");
        assert_eq!(store.find_account(one.id).await.expect("looked"), Some(one.clone()));
        let twin = Account { id: account(9).id, ..one.clone() };
        assert!(matches!(store.insert_account(&twin).await, Err(StoreError::Conflict { .. })));
        (one.handle, one.departments, one.is_enabled) = ("other@social.example".into(), vec![], false);
        one.settings = json!({"instance": "https://social.example"});
        assert!(store.update_account(&one).await.expect("changed"));
        assert!(store.trouble_account(one.id, "revoked").await.expect("noted"));
        assert!(!store.trouble_account(one.id, "revoked").await.expect("known"));
        one.trouble = "revoked".into();
        store.insert_account(&account(2)).await.expect("added");
        assert_eq!(store.list_accounts().await.expect("listed"), [one, account(2)]);
        assert!(!store.update_account(&account(3)).await.expect("looked"));
    }

    async fn drafts_are_written_over_the_version_that_was_seen(store: Store) {
        furnish(&store).await;
        let case = case(&store, 1).await;
        let draft = |version: u32, text: &str| Draft {
            case, by: Some(user_id(1)), account: None, to: None, text: text.into(), version, updated_at: at(1),
        };
        assert!(store.save_draft(&draft(0, "one")).await.expect("saved"));
        assert!(!store.save_draft(&draft(0, "other")).await.expect("stale"));
        assert!(store.save_draft(&draft(1, "two\0")).await.expect("saved"));
        assert!(!store.save_draft(&draft(1, "other")).await.expect("stale"));
        let found = store.find_draft(case, Some(user_id(1))).await.expect("looked");
        assert_eq!(found, Some(draft(2, "two\u{fffd}")));
        assert_eq!(store.find_draft(case, None).await.expect("looked"), None);
    }

    async fn a_draft_becomes_one_reply(store: Store) {
        furnish(&store).await;
        store.insert_account(&account(1)).await.expect("added");
        let case = case(&store, 1).await;
        let of_draft = |number: u128| NewReply { draft: Some(0), ..plain(reply(number, case, 1)) };
        assert!(matches!(queue(&store, of_draft(1)).await, Recorded::Done(_)));
        assert_eq!(queue(&store, of_draft(2)).await, Recorded::Overtaken);
        assert_eq!(store.replies_of_case(case).await.expect("listed"), [reply(1, case, 1)]);
        assert_eq!(store.case_events(case).await.expect("read").len(), 2, "no event without its reply");
        let kept = store.find_draft(case, Some(user_id(1))).await.expect("looked").expect("for its version");
        assert_eq!((kept.version, kept.text.as_str()), (1, ""));
        let again = NewReply { draft: Some(1), client_key: Some("mine".into()), ..plain(reply(3, case, 2)) };
        assert!(matches!(queue(&store, again).await, Recorded::Done(_)));
        let found = store.find_reply_by_client_key(case, "mine").await.expect("looked");
        assert_eq!(found.map(|reply| reply.id), Some(reply(3, case, 2).id));
    }

    async fn a_reply_is_taken_once_and_ends_with_its_event(store: Store) {
        furnish(&store).await;
        store.insert_account(&account(1)).await.expect("added");
        let case = case(&store, 1).await;
        queue(&store, plain(reply(1, case, 5))).await;
        queue(&store, plain(reply(2, case, 6))).await;
        assert_eq!(store.due_replies(at(4), 9).await.expect("read"), []);
        assert_eq!(store.next_due_reply(at(4)).await.expect("read"), Some(at(5)));
        let due = store.due_replies(at(7), 9).await.expect("read");
        assert_eq!(due, [reply(1, case, 5)], "one of a case at a time");
        assert!(store.take_reply(due[0].id, at(4)).await.expect("early").is_none());
        let taken = store.take_reply(due[0].id, at(7)).await.expect("taken").expect("there");
        assert_eq!((taken.state, taken.attempts, taken.attempted_at), (ReplyState::Sending, 1, Some(at(7))));
        assert!(store.take_reply(due[0].id, at(7)).await.expect("looked").is_none());
        assert_eq!(store.due_replies(at(7), 9).await.expect("read"), std::slice::from_ref(&taken), "found after a crash");
        assert!(store.postpone_reply(taken.id, at(8), "wait").await.expect("put off"));
        assert_eq!(store.due_replies(at(7), 9).await.expect("read"), [], "the second waits for the first");
        store.trouble_account(account(1).id, "revoked").await.expect("noted");
        assert_eq!(store.due_replies(at(9), 9).await.expect("read"), []);
        store.trouble_account(account(1).id, "").await.expect("noted");

        let published = Published { id: PostId("mastodon:https://social.example/1".into()), url: None };
        let sent = Reply { state: ReplyState::Sent, sent_at: Some(at(9)), published: Some(published.clone()), ..taken };
        let change = || Also::Move(Box::new(ReplyMove { reply: sent.clone(), from: ReplyState::Sending }));
        let what = || Happening::ReplySent { reply: sent.id, url: None };
        assert!(matches!(record(&store, case, what(), change()).await, Recorded::Done(_)));
        assert_eq!(record(&store, case, what(), change()).await, Recorded::Overtaken);
        assert_eq!(store.find_reply(sent.id).await.expect("looked"), Some(sent.clone()));
        let found = store.find_reply_by_published(&published.id).await.expect("looked");
        assert_eq!(found.map(|reply| reply.id), Some(sent.id));
        assert_eq!(store.due_replies(at(9), 9).await.expect("read"), [reply(2, case, 6)]);
        let counted = store.count_replies().await.expect("counted");
        assert_eq!(counted, [(ReplyState::Queued, 1), (ReplyState::Sent, 1)]);
        let under_way = store.replies_under_way(account(1).id).await.expect("listed");
        assert_eq!(under_way.len(), 1);
        let later = at(9).checked_add(1.minute()).expect("a time");
        store.take_reply(under_way[0].id, at(9)).await.expect("taken");
        assert!(store.requeue_reply(under_way[0].id, later, "slow down").await.expect("put back"));
        let back = store.find_reply(under_way[0].id).await.expect("looked").expect("there");
        assert_eq!((back.state, back.send_at, back.trouble.as_str()), (ReplyState::Queued, later, "slow down"));
    }
}

async fn furnish(store: &Store) {
    furnish_people(store).await;
}

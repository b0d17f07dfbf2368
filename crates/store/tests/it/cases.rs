//! Cases: opened and joined by posts, changed by events, and always what their history says.

use proptest::prelude::*;
use sqlx::Connection;
use switchboard_model::{
    Assessment, Awaited, By, Case, CaseFilter, CaseId, CaseState, Decided, Event, Happening, Need, Offer, Opening,
    Outcome, Owner, Post, Priority, PriorityPart, SignalName, Standing, TransferReason, User, Visibility,
};
use switchboard_store::{Also, Engine, HandOpened, ListedCase, Location, Record, Recorded, Store, StoreConfig};

use crate::people::{department_id, household, user_id};
use crate::support::*;

pub(crate) fn opening(department: u128) -> Opening {
    Opening {
        post: 0,
        network: "mastodon".into(),
        visibility: Visibility::Public,
        department: department_id(department),
        priority: Priority {
            score: 40,
            parts: vec![PriorityPart { name: "need".into(), points: 40, why: "reads as a complaint".into() }],
        },
        tags: vec!["refund".into()],
        rules: vec!["refunds".into()],
        why: "reads as a complaint".into(),
        why_here: "rule 'refunds'".into(),
        risk: Assessment::default(),
        involved: Vec::new(),
        owner: None,
        proposal: None,
    }
}

/// A post that opens a case in department 1 unless it joins one.
pub(crate) fn opens(post: Post) -> Decided {
    let opening = Opening { visibility: post.visibility, ..opening(1) };
    Decided { opening: Some(opening), ..wanted(post) }
}

fn answer(identifier: &str, to: &str) -> Post {
    Post { in_reply_to: Some(format!("mastodon:{to}")), ..post(identifier, "and another thing") }
}

/// A store with a company of three departments and three users, and a first case.
pub(crate) async fn with_a_case(store: &Store) -> Case {
    furnish(store).await;
    household(store).await;
    settle(store, batch(1, vec![opens(post("1", "acme broke"))])).await;
    store.find_case(CaseId(1)).await.expect("readable").expect("a case")
}

pub(crate) async fn case(store: &Store, id: i64) -> Case {
    store.find_case(CaseId(id)).await.expect("readable").expect("there")
}

async fn append(store: &Store, case: &Case, by: By, what: Happening) -> Recorded {
    let events = vec![case.next_event(at(30), by, what)];
    store.record(&Record { case: case.id, seen: case.version, events, also: Vec::new() }).await.expect("answers")
}

async fn done(store: &Store, case: &Case, by: By, what: Happening) -> Case {
    match append(store, case, by, what).await {
        Recorded::Done(case) => case,
        other => panic!("{other:?}"),
    }
}

async fn kinds(store: &Store, id: i64) -> Vec<&'static str> {
    store.case_events(CaseId(id)).await.expect("readable").iter().map(|event| event.what.kind()).collect()
}

async fn assert_cases_sound(store: &Store) {
    let check = store.check_cases().await.expect("a check");
    assert_eq!(check.findings, [], "{check:?}");
}

contract! {
    async fn a_post_opens_a_case_and_its_answers_join_it(store: Store) {
        let first = with_a_case(&store).await;
        assert_eq!((first.department, first.owner, &first.state), (department_id(1), Owner::Desk, &CaseState::Open));
        assert_eq!((first.priority.score, first.tags.as_slice()), (40, ["refund".to_owned()].as_slice()));
        // An answer, an answer to that, and what our own account says: one conversation.
        let ours = Decided { is_ours: true, ..opens(answer("4", "1")) };
        settle(&store, batch(2, vec![opens(answer("2", "1")), wanted(answer("3", "2")), ours])).await;
        assert_eq!(kinds(&store, 1).await, ["opened", "joined", "joined", "joined"]);
        assert_eq!(store.find_case(CaseId(2)).await.expect("readable"), None);
        let posts = store.case_posts(CaseId(1), 200).await.expect("readable");
        assert_eq!(posts.iter().map(|post| post.post.id.as_str()).collect::<Vec<_>>(),
            ["mastodon:1", "mastodon:2", "mastodon:3", "mastodon:4"]);
        let now = case(&store, 1).await;
        assert_eq!(now.newest_post, posts[2].seq, "what we say ourselves is not what has to be answered");
        // Ours alone opens nothing, nor does what nobody has to decide about.
        settle(&store, batch(3, vec![Decided { is_ours: true, ..opens(post("5", "we are here")) }, wanted(post("6", "acme"))])).await;
        assert_eq!(store.find_case(CaseId(2)).await.expect("readable"), None);
        assert_cases_sound(&store).await;
    }

    async fn an_answer_brings_a_case_back(store: Store) {
        let first = with_a_case(&store).await;
        let closed = Happening::Closed { outcome: Outcome::SolvedPublicly, reason: String::new() };
        done(&store, &first, By::User(user_id(1)), closed).await;
        settle(&store, batch(40, vec![wanted(answer("2", "1"))])).await;
        let back = case(&store, 1).await;
        assert_eq!(back.state, CaseState::Open);
        let back = done(&store, &back, By::User(user_id(1)), Happening::Waiting { on: Awaited::Author }).await;
        settle(&store, batch(41, vec![Decided { is_ours: true, ..wanted(answer("3", "1")) }])).await;
        assert_eq!(case(&store, 1).await.state, CaseState::Waiting { on: Awaited::Author }, "our own answer wakes nobody");
        settle(&store, batch(42, vec![wanted(answer("4", "3"))])).await;
        assert_eq!(case(&store, 1).await.state, CaseState::Open);
        assert_eq!(back.version, 5);
        assert_eq!(kinds(&store, 1).await[5..], ["joined", "joined", "resumed"]);
        assert_cases_sound(&store).await;
    }

    async fn answers_that_come_before_what_they_answer_wait_for_it(store: Store) {
        furnish(&store).await;
        household(&store).await;
        let in_thread = |identifier: &str| Post { thread: Some("mastodon:root".into()), ..answer(identifier, "root") };
        settle(&store, batch(1, vec![opens(in_thread("2")), opens(in_thread("3")), opens(post("root", "acme"))])).await;
        assert_eq!(kinds(&store, 1).await, ["opened", "joined", "joined"]);
        assert_eq!(store.find_case(CaseId(2)).await.expect("readable"), None);
        assert_cases_sound(&store).await;
    }

    async fn copies_and_deletions_open_nothing_and_news_does(store: Store) {
        furnish(&store).await;
        household(&store).await;
        settle(&store, batch(1, vec![wanted(post("1", "acme")), wanted(post("2", "acme")), wanted(post("3", "acme"))])).await;
        // The same again, an edit that says nothing new to us, a deletion.
        let gone = Decided { opening: Some(opening(1)), ..wanted(Post::deletion("mastodon", "3")) };
        settle(&store, batch(2, vec![opens(post("1", "acme")), opens(edited("2", "acme!", 2)), gone])).await;
        assert_eq!(store.find_case(CaseId(1)).await.expect("readable"), None);
        // It turns out to be said to us; the edit is wanted by one more search.
        let said_to_us = Decided { is_addressed: true, ..opens(post("1", "acme")) };
        let more = Decided { matches: vec![found(1), found(2)], ..opens(edited("2", "acme!!", 3)) };
        settle(&store, batch(3, vec![said_to_us, more])).await;
        assert_eq!(kinds(&store, 1).await, ["opened"]);
        assert_eq!(kinds(&store, 2).await, ["opened"]);
        assert_cases_sound(&store).await;
    }

    async fn without_a_company_there_are_no_cases(store: Store) {
        furnish(&store).await;
        assert_eq!(settle(&store, batch(1, vec![opens(post("1", "acme"))])).await.len(), 1);
        assert_eq!(store.find_case(CaseId(1)).await.expect("readable"), None);
        let stored = store.find_post(&post("1", "").id).await.expect("readable").expect("there");
        let opened = store.open_case(stored.seq, &stored.post, &opening(1), By::Operator, at(2)).await;
        assert_eq!(opened.expect("answers"), None);
    }

    async fn a_department_that_is_gone_leaves_its_cases_to_the_fallback(store: Store) {
        furnish(&store).await;
        household(&store).await;
        let lost = Decided { opening: Some(opening(9)), ..wanted(post("1", "acme")) };
        settle(&store, batch(1, vec![lost])).await;
        let case = case(&store, 1).await;
        assert_eq!((case.department, case.why_here.as_str()), (department_id(1), "its department is closed: the fallback desk"));
        assert_cases_sound(&store).await;
    }

    async fn a_case_is_opened_by_hand_once(store: Store) {
        furnish(&store).await;
        household(&store).await;
        settle(&store, batch(1, vec![wanted(post("1", "acme"))])).await;
        let stored = store.find_post(&post("1", "").id).await.expect("readable").expect("there");
        let by = By::User(user_id(1));
        let opened = store.open_case(stored.seq, &stored.post, &opening(2), by, at(2)).await.expect("answers");
        let Some(HandOpened::Done { case: first, keys }) = opened else { panic!("{opened:?}") };
        assert_eq!((first.department, keys.as_slice()), (department_id(2), ["mastodon:1".to_owned()].as_slice()));
        let again = store.open_case(stored.seq, &stored.post, &opening(2), by, at(3)).await.expect("answers");
        assert_eq!(again, Some(HandOpened::Already(first)));
        assert_cases_sound(&store).await;
    }

    async fn what_was_not_seen_is_not_changed(store: Store) {
        let first = with_a_case(&store).await;
        let now = done(&store, &first, By::User(user_id(1)), Happening::Claimed).await;
        assert_eq!(append(&store, &first, By::User(user_id(2)), Happening::Claimed).await, Recorded::Stale(now.clone()));
        let again = append(&store, &now, By::User(user_id(1)), Happening::Claimed).await;
        assert!(matches!(again, Recorded::Contradiction(_)), "{again:?}");
        let unknown = Event { case: CaseId(99), ..now.next_event(at(31), By::Operator, Happening::Waiting { on: Awaited::Author }) };
        let record = Record { case: CaseId(99), seen: 2, events: vec![unknown], also: Vec::new() };
        assert_eq!(store.record(&record).await.expect("answers"), Recorded::Unknown);
        assert_eq!(case(&store, 1).await, now);
        assert_cases_sound(&store).await;
    }

    async fn of_many_who_claim_at_once_one_has_it(store: Store) {
        let first = with_a_case(&store).await;
        let claims = (0..12).map(|number| {
            let (store, first) = (store.clone(), first.clone());
            async move { append(&store, &first, By::User(user_id(1 + number % 3)), Happening::Claimed).await }
        });
        let claims: Vec<_> = claims.map(tokio::spawn).collect();
        let mut winners = 0;
        for claim in claims {
            winners += usize::from(matches!(claim.await.expect("answers"), Recorded::Done(_)));
        }
        assert_eq!(winners, 1);
        assert_eq!(kinds(&store, 1).await, ["opened", "claimed"]);
        assert_cases_sound(&store).await;
    }

    async fn hostile_words_are_read_back_as_their_history_tells(store: Store) {
        let first = with_a_case(&store).await;
        let text = "a\0b \u{202e} ' \" \\ \u{1f600}".to_owned();
        let nanos = at(90).checked_add(jiff::SignedDuration::from_nanos(123_456_789)).expect("a time");
        let now = done(&store, &first, By::Operator, Happening::Noted { text: text.clone() }).await;
        let now = done(&store, &now, By::Operator, Happening::Snoozed { until: nanos }).await;
        let offer = Offer {
            department: department_id(2),
            user: Some(user_id(2)),
            reason: TransferReason::Other,
            note: text.clone(),
            until: nanos,
            keeps_watching: false,
        };
        let now = done(&store, &now, By::User(user_id(1)), Happening::Offered(offer)).await;
        let tags = vec![text.clone(), "b".into()];
        let now = done(&store, &now, By::Operator, Happening::Tagged { added: tags, removed: vec!["refund".into()] }).await;
        let now = done(&store, &now, By::Operator, Happening::Resumed { why: text.clone() }).await;
        let closed = Happening::Closed { outcome: Outcome::NoAnswer, reason: text };
        let now = done(&store, &now, By::Operator, closed).await;
        assert_eq!(now, case(&store, 1).await);
        assert_cases_sound(&store).await;
    }

    async fn what_our_answer_became_leads_to_the_case(store: Store) {
        let first = with_a_case(&store).await;
        let events = vec![first.next_event(at(2), By::Outbox, Happening::Noted { text: "sent".into() })];
        let also = vec![Also::Key { id: "mastodon:ours".into(), answers: switchboard_model::PostId("mastodon:nobody".into()) }];
        store.record(&Record { case: first.id, seen: 1, events, also }).await.expect("recorded");
        settle(&store, batch(3, vec![wanted(answer("2", "ours"))])).await;
        assert_eq!(kinds(&store, 1).await, ["opened", "noted", "joined"]);
        assert_eq!(store.case_keys("", 10).await.expect("readable"), ["mastodon:1", "mastodon:2", "mastodon:ours"]);
    }

    async fn what_somebody_owned_goes_back_when_they_leave(store: Store) {
        let first = with_a_case(&store).await;
        settle(&store, batch(2, (2..5).map(|number| opens(post(&number.to_string(), "acme"))).collect())).await;
        done(&store, &first, By::User(user_id(3)), Happening::Claimed).await;
        let second = case(&store, 2).await;
        let offer = Offer {
            department: department_id(2), user: Some(user_id(3)), reason: TransferReason::Expertise, note: "yours".into(), until: at(99),
            keeps_watching: false,
        };
        done(&store, &second, By::User(user_id(1)), Happening::Offered(offer)).await;
        let third = done(&store, &case(&store, 3).await, By::User(user_id(3)), Happening::Claimed).await;
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        done(&store, &third, By::User(user_id(3)), closed).await;
        let leaver = User { is_active: false, ..crate::people::user(3) };
        let changed = store.retire_user(&leaver, By::Operator, at(50), "they left").await.expect("retired");
        let changed: Vec<_> = changed.iter().map(|case| (case.id, case.version, case.owner)).collect();
        assert_eq!(changed, [(CaseId(1), 3, None), (CaseId(2), 3, None)]);
        assert_eq!(case(&store, 1).await.owner, Owner::Desk);
        assert_eq!(case(&store, 2).await.offer, None);
        assert_cases_sound(&store).await;
        // The closed one remembers its owner, and begins again without.
        assert_eq!(case(&store, 3).await.owner, Owner::User(user_id(3)));
        settle(&store, batch(60, vec![wanted(answer("9", "3"))])).await;
        assert_eq!((case(&store, 3).await.owner, case(&store, 3).await.state), (Owner::Desk, CaseState::Open));
        assert_cases_sound(&store).await;
    }

    async fn lists_are_cut_by_place_and_show_what_may_be_seen(store: Store) {
        with_a_case(&store).await;
        let cases = (2..40).map(|number: u8| {
            let visibility = if number.is_multiple_of(10) { Visibility::Direct } else { Visibility::Public };
            let mut decided = opens(Post { visibility, ..post(&number.to_string(), "acme") });
            if let Some(opening) = &mut decided.opening {
                opening.priority.score = number % 7 * 10;
                opening.department = department_id(1 + u128::from(number % 2));
            }
            decided
        });
        settle(&store, batch(2, cases.collect())).await;
        for number in [3, 4, 5] {
            done(&store, &case(&store, number).await, By::User(user_id(2)), Happening::Claimed).await;
        }
        done(&store, &case(&store, 6).await, By::Operator, Happening::Waiting { on: Awaited::Author }).await;
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        done(&store, &case(&store, 7).await, By::Operator, closed).await;
        let pages = async |filter: CaseFilter| {
            let (mut all, mut filter) = (Vec::new(), CaseFilter { limit: 7, ..filter });
            loop {
                let page = store.list_cases(&filter).await.expect("readable");
                let Some(last) = page.last().map(|listed| &listed.case) else { return all };
                filter.after = Some(filter.place_of(last));
                all.extend(page);
            }
        };
        let everything = pages(CaseFilter { with_private: true, ..CaseFilter::default() }).await;
        assert_eq!(everything.len(), 38, "all but the closed one");
        let rank = |listed: &ListedCase| std::cmp::Reverse((listed.case.priority.score, listed.case.id));
        assert!(everything.is_sorted_by_key(rank));
        assert!(everything.iter().all(|one| one.newest.as_ref().is_some_and(|post| post.seq == one.case.newest_post)));
        let count = async |filter: CaseFilter| pages(filter).await.len();
        assert_eq!(count(CaseFilter::default()).await, 35);
        assert_eq!(count(CaseFilter { owner: Some(user_id(2)), ..CaseFilter::default() }).await, 3);
        assert_eq!(count(CaseFilter { is_unclaimed: true, with_private: true, ..CaseFilter::default() }).await, 35);
        assert_eq!(count(CaseFilter { state: Some("waiting"), ..CaseFilter::default() }).await, 1);
        assert_eq!(count(CaseFilter { state: Some("closed"), ..CaseFilter::default() }).await, 1);
        let second = CaseFilter { departments: vec![department_id(2)], with_private: true, ..CaseFilter::default() };
        assert_eq!(count(second).await, 18);
        assert_eq!(count(CaseFilter { tag: Some("refund".into()), with_private: true, ..CaseFilter::default() }).await, 38);
        assert_eq!(count(CaseFilter { tag: Some("other".into()), ..CaseFilter::default() }).await, 0);
        let queues = store.queues().await.expect("readable");
        assert_eq!(queues.iter().map(|queue| queue.public + queue.private).sum::<u64>(), 39);
        let mine: u64 = queues.iter().filter(|queue| queue.owner == Some(user_id(2))).map(|queue| queue.public).sum();
        assert_eq!(mine, 3);
        assert_cases_sound(&store).await;
    }

    async fn an_edit_that_asks_brings_a_case_back(store: Store) {
        let first = with_a_case(&store).await;
        let ines = By::User(user_id(2));
        let asking = |text: &str, minute| {
            let mut decided = opens(edited("1", text, minute));
            decided.need = Some(Need::Case);
            decided.signals.0[0].name = SignalName::Intent;
            decided.signals.0[0].label = "complaint".into();
            decided
        };
        let thanking = |text: &str, minute| {
            let mut decided = asking(text, minute);
            decided.signals.0[0].label = "thanks".into();
            decided
        };
        let waiting = done(&store, &first, ines, Happening::Waiting { on: Awaited::Author }).await;
        settle(&store, batch(31, vec![asking("acme broke, order 4711", 31)])).await;
        let now = case(&store, 1).await;
        assert_eq!((now.state.as_str(), now.version > waiting.version), ("open", true));
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        done(&store, &now, ines, closed).await;
        settle(&store, batch(32, vec![thanking("acme works, thanks", 32)])).await;
        assert_eq!(case(&store, 1).await.state.as_str(), "closed", "thanks ask for nothing");
        settle(&store, batch(33, vec![asking("acme still broken", 33)])).await;
        assert_eq!(case(&store, 1).await.state.as_str(), "open");
        settle(&store, batch(34, vec![asking("acme is still broken", 34)])).await;
        assert_cases_sound(&store).await;
    }

    async fn offers_are_listed_for_those_who_may_take_them(store: Store) {
        let first = with_a_case(&store).await;
        settle(&store, batch(2, vec![opens(post("2", "acme"))])).await;
        let offer = |user| Offer { department: department_id(2), user, reason: TransferReason::NotOurs, note: "n".into(), until: at(99), keeps_watching: false };
        done(&store, &first, By::User(user_id(1)), Happening::Offered(offer(None))).await;
        done(&store, &case(&store, 2).await, By::User(user_id(1)), Happening::Offered(offer(Some(user_id(2))))).await;
        let ids = async |departments: Vec<u128>, user: Option<u128>| {
            let filter = CaseFilter {
                offered_to: departments.into_iter().map(department_id).collect(),
                offered_to_user: user.map(user_id),
                limit: 10,
                ..CaseFilter::default()
            };
            let listed = store.list_cases(&filter).await.expect("readable");
            let ids = listed.iter().map(|listed| listed.case.id.0).collect::<Vec<_>>();
            for case in store.find_cases(&[CaseId(1), CaseId(2)]).await.expect("readable") {
                assert_eq!(filter.may_choose(&case), ids.contains(&case.id.0), "{filter:?}");
            }
            ids
        };
        assert_eq!(ids(vec![2], None).await, [2, 1]);
        assert_eq!(ids(vec![2], Some(3)).await, [1]);
        assert_eq!(ids(vec![2], Some(2)).await, [2, 1]);
        assert_eq!(ids(vec![], Some(2)).await, [2]);
        assert_eq!(ids(vec![3], None).await, [0_i64; 0]);
        assert_eq!(store.next_due().await.expect("readable"), Some(at(99)));
        assert_eq!(store.due_cases(at(98), 10).await.expect("readable"), []);
        assert_eq!(store.due_cases(at(99), 10).await.expect("readable"), [CaseId(1), CaseId(2)]);
    }
}

contract! {
    async fn what_is_taken_back_restores_tags_queues_and_what_is_due(store: Store) {
        let before = with_a_case(&store).await;
        let ines = By::User(user_id(2));
        let now = done(&store, &before, ines, Happening::Claimed).await;
        let tagged = Happening::Tagged { added: vec!["lid".into()], removed: vec!["refund".into()] };
        let now = done(&store, &now, ines, tagged).await;
        let odd = at(400).saturating_add(jiff::SignedDuration::from_nanos(7)).expect("a time");
        let slept = Standing { state: CaseState::Snoozed { until: odd }, ..before.standing() };
        let now = done(&store, &now, ines, Happening::Undone { event: 2, restored: slept }).await;
        assert_eq!((now.owner, &now.tags), (Owner::Desk, &before.tags));
        assert_eq!(store.due_cases(at(401), 10).await.expect("readable"), [before.id]);
        assert_eq!(store.case_tags().await.expect("readable"), [("refund".to_owned(), 1)]);
        let queues = store.queues().await.expect("readable");
        assert_eq!((queues.len(), queues[0].owner, queues[0].state), (1, None, "snoozed"));
        assert_eq!(kinds(&store, 1).await, ["opened", "claimed", "tagged", "undone"]);
        let refused = append(&store, &now, ines, Happening::Undone { event: 5, restored: before.standing() }).await;
        assert!(matches!(refused, Recorded::Contradiction(_)), "{refused:?}");
        // Whoever is gone by now does not get it back.
        let leaver = User { is_active: false, ..crate::people::user(3) };
        store.retire_user(&leaver, By::Operator, at(30), "they left").await.expect("retired");
        let owned = Standing { owner: Owner::User(user_id(3)), ..before.standing() };
        let now = done(&store, &now, ines, Happening::Undone { event: 4, restored: owned }).await;
        assert_eq!((now.owner, now.version), (Owner::Desk, 6));
        assert_cases_sound(&store).await;
    }
}

/// What no function of the store does, done by hand.
async fn damage(config: &StoreConfig, statement: &'static str) {
    match &config.location {
        Location::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("the file opens");
            sqlx::query(statement).execute(&mut connection).await.expect("a change by hand");
            connection.close().await.expect("closed");
        }
        Location::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.expect("the server answers");
            sqlx::query(statement).execute(&mut connection).await.expect("a change by hand");
        }
    }
}

async fn what_is_wrong_with_cases_is_found(engine: Engine) {
    on_database(engine, async |config| {
        let store = Store::open(&config).await.expect("a fresh database opens");
        with_a_case(&store).await;
        assert_cases_sound(&store).await;
        damage(&config, "update users set is_active = false where id = (select head from departments limit 1)").await;
        damage(&config, "update queues set cases = cases + 1").await;
        damage(&config, "update cases set priority = 41").await;
        let found: Vec<_> = store.check_cases().await.expect("a check").findings;
        let told: Vec<String> = found.iter().map(|finding| format!("{}: {}", finding.part, finding.message)).collect();
        let expected = [
            "owners: a queue counts other cases than it holds",
            "owners: the queues together count other cases than there are",
            "owners: case 1: its department has no active head",
            "history: case 1 is stored otherwise than its history tells",
        ];
        assert_eq!(told, expected);
        store.close().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_cases_is_found_on_sqlite() {
    what_is_wrong_with_cases_is_found(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_is_wrong_with_cases_is_found_on_postgres() {
    what_is_wrong_with_cases_is_found(Engine::Postgres).await;
}

/// Something that somebody tries.
#[derive(Debug, Clone)]
enum Step {
    Post { number: u8, answers: Option<u8>, is_ours: bool },
    Do { case: i64, by: By, lag: u32, what: Box<Happening> },
    Leaves(u128),
    Returns(u128),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let user = || (1..=3_u128).prop_map(user_id);
    let by = prop_oneof![4 => user().prop_map(By::User), 1 => Just(By::Operator), 1 => Just(By::Timer)];
    let offer = (1..=3_u128, prop::option::of(user())).prop_map(|(department, user)| {
        Happening::Offered(Offer {
            department: department_id(department),
            user,
            reason: TransferReason::Workload,
            note: "take it".into(),
            until: at(500),
            keeps_watching: false,
        })
    });
    let tag = || prop::collection::vec(prop_oneof![Just("a".to_owned()), Just("b".to_owned())], 0..2);
    let words = || Just("because".to_owned());
    let stood = prop_oneof![
        3 => Just(CaseState::Open),
        1 => Just(CaseState::Snoozed { until: at(400) }),
        1 => Just(CaseState::Closed { outcome: Outcome::NoAnswer, reason: "noise".into() }),
    ];
    // Also owners who are gone by now, and departments that are closed.
    let restored =
        (1..=3_u128, prop::option::of(user()), stood, tag()).prop_map(|(department, owner, state, tags)| Standing {
            department: department_id(department),
            owner: owner.map_or(Owner::Desk, Owner::User),
            state,
            priority: Priority { score: 7, parts: Vec::new() },
            tags,
            offer: None,
        });
    let what = prop_oneof![
        3 => Just(Happening::Claimed),
        2 => user().prop_map(Happening::assigned),
        2 => words().prop_map(|why| Happening::Released { why }),
        3 => offer,
        3 => Just(Happening::Accepted),
        1 => words().prop_map(|note| Happening::Declined { note }),
        1 => words().prop_map(|why| Happening::OfferEnded { why }),
        1 => (1..=3_u128).prop_map(|number| Happening::Moved { department: department_id(number), why: "moved".into(), is_confirmed: false }),
        1 => words().prop_map(|text| Happening::Noted { text }),
        1 => (tag(), tag()).prop_map(|(added, removed)| Happening::Tagged { added, removed }),
        1 => (0..=100_u8).prop_map(|score| Happening::Prioritised { priority: Priority { score, parts: Vec::new() }, why: String::new() }),
        1 => Just(Happening::Waiting { on: Awaited::Author }),
        1 => Just(Happening::Snoozed { until: at(400) }),
        1 => words().prop_map(|why| Happening::Resumed { why }),
        2 => Just(Happening::Closed { outcome: Outcome::NoAnswer, reason: "noise".into() }),
        2 => words().prop_map(|why| Happening::Reopened { why }),
        3 => (1..12_u32, restored).prop_map(|(event, restored)| Happening::Undone { event, restored }),
    ];
    let step = prop_oneof![
        3 => (0..30_u8, prop::option::weighted(0.6, 0..30_u8), prop::bool::weighted(0.2))
            .prop_map(|(number, answers, is_ours)| Step::Post { number, answers, is_ours }),
        12 => (1..8_i64, by, prop_oneof![5 => Just(0_u32), 1 => Just(1)], what)
            .prop_map(|(case, by, lag, what)| Step::Do { case, by, lag, what: Box::new(what) }),
        1 => (2..=3_u128).prop_map(Step::Leaves),
        1 => (2..=3_u128).prop_map(Step::Returns),
    ];
    prop::collection::vec(step, 1..60)
}

async fn play(store: Store, steps: Vec<Step>) {
    furnish(&store).await;
    household(&store).await;
    for (minute, step) in (1..).zip(steps) {
        match step {
            Step::Post { number, answers, is_ours } => {
                let number = number.to_string();
                let post = answers.map_or_else(|| post(&number, "acme"), |to| answer(&number, &to.to_string()));
                settle(&store, batch(minute, vec![Decided { is_ours, ..opens(post) }])).await;
            }
            Step::Do { case, by, lag, what } => {
                let Some(case) = store.find_case(CaseId(case)).await.expect("readable") else { continue };
                let seen = case.version.saturating_sub(lag);
                let event = Event { number: seen + 1, ..case.next_event(at(minute), by, *what) };
                let record = Record { case: case.id, seen, events: vec![event], also: Vec::new() };
                let recorded = store.record(&record).await.expect("answers");
                match (lag, &recorded) {
                    (0, Recorded::Done(now)) => assert!(now.version > case.version),
                    (0, Recorded::Contradiction(_)) | (1, Recorded::Stale(_)) => {}
                    (1, Recorded::Contradiction(_)) if seen == case.version => {}
                    _ => panic!("{recorded:?}"),
                }
            }
            Step::Leaves(number) => {
                let leaver = User { is_active: false, ..crate::people::user(number) };
                store.retire_user(&leaver, By::Operator, at(minute), "they left").await.expect("retired");
            }
            Step::Returns(number) => {
                store.update_user(&crate::people::user(number)).await.expect("active again");
            }
        }
    }
    let check = store.check_cases().await.expect("a check");
    assert_eq!(check.findings, [], "{check:?}");
    let queues = store.queues().await.expect("readable");
    assert_eq!(queues.iter().map(|queue| queue.public + queue.private).sum::<u64>(), check.cases);
}

fn play_many(engine: Engine, cases: u32) {
    if engine == Engine::Postgres && postgres_url().is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        runtime.block_on(on_engine(engine, |store| play(store, steps)));
    });
}

#[test]
fn whatever_is_tried_history_and_cases_agree_on_sqlite() {
    play_many(Engine::Sqlite, 60);
}

#[test]
fn whatever_is_tried_history_and_cases_agree_on_postgres() {
    play_many(Engine::Postgres, 12);
}

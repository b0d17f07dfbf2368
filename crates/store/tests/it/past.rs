//! What an author did before counts in the case that a post of theirs opens, however the stream was cut.

use std::sync::Arc;

use proptest::prelude::*;
use switchboard_model::{
    Author, By, CaseId, CustomerPoints, Decided, Dismissal, DismissalReason, FanPoints, Formula, Happening,
    IgnoredPoints, Need, Opening, Outcome, Post, TagPoints, Weighing,
};
use switchboard_store::{CaseClock, Engine, Record, Recorded, Store};

use crate::cases::{case, opening};
use crate::people::{household, user_id};
use crate::support::*;

fn formula() -> Arc<Formula> {
    let customer = CustomerPoints { tags: vec![TagPoints { tag: "vip".into(), points: 20 }], most: 30 };
    let (fan, ignored) = (FanPoints { posts: 2, points: 5 }, IgnoredPoints { says: 10, past: 7, most: 15 });
    Arc::new(Formula { customer, fan, ignored, ..Formula::default() })
}

fn by(who: &str, post: Post) -> Post {
    Post { author: Some(Author { id: who.into(), handle: who.into(), ..Author::default() }), ..post }
}

/// A post of an author that opens a case unless it joins one.
fn opens(post: Post) -> Decided {
    let weighing = Weighing { formula: formula(), says_ignored: None };
    let opening = Some(Opening { tags: Vec::new(), ..opening(1) });
    Decided { need: Some(Need::Case), opening, weighing: Some(weighing), ..wanted(post) }
}

fn praises(post: Post) -> Decided {
    Decided { signals: sentiment("positive"), ..wanted(post) }
}

/// Name and points of what the past says of a case.
async fn parts(store: &Store, id: i64) -> Vec<(String, i32)> {
    let case = case(store, id).await;
    let sum: i32 = case.priority.parts.iter().map(|part| part.points).sum();
    assert_eq!(sum, i32::from(case.priority.score));
    let is_past = |name: &str| ["customer", "fan", "ignored"].contains(&name);
    let parts = case.priority.parts.into_iter().filter(|part| is_past(&part.name));
    parts.map(|part| (part.name, part.points)).collect()
}

async fn does(store: &Store, id: i64, minute: i64, what: Happening) {
    let case = case(store, id).await;
    let events = vec![case.next_event(at(minute), By::User(user_id(1)), what)];
    let done = store.record(&Record { case: case.id, seen: case.version, events, also: Vec::new() }).await;
    assert!(matches!(done, Ok(Recorded::Done(_))), "{done:?}");
}

fn told(parts: &[(&str, i32)]) -> Vec<(String, i32)> {
    parts.iter().map(|(name, points)| ((*name).to_owned(), *points)).collect()
}

contract! {
    async fn the_past_of_an_author_counts(store: Store) {
        furnish(&store).await;
        household(&store).await;
        // Two praises in the same batch as the question; somebody else's do not count.
        settle(&store, batch(1, vec![
            praises(by("a", post("1", "acme is great"))),
            praises(by("b", post("2", "acme is great"))),
            praises(by("a", post("3", "acme is so great"))),
            opens(by("a", post("4", "acme broke"))),
            opens(by("b", post("5", "acme broke"))),
        ])).await;
        assert_eq!(parts(&store, 1).await, told(&[("fan", 5)]));
        assert_eq!(parts(&store, 2).await, []);
        // An earlier case was tagged, and closed without an answer.
        does(&store, 2, 2, Happening::Tagged { added: vec!["vip".into()], removed: Vec::new() }).await;
        does(&store, 2, 3, Happening::Closed { outcome: Outcome::NoAnswer, reason: "no time".into() }).await;
        settle(&store, batch(4, vec![opens(by("b", post("6", "acme broke again")))])).await;
        assert_eq!(parts(&store, 3).await, told(&[("customer", 20), ("ignored", 7)]));
        // What was spam needed no answer.
        settle(&store, batch(5, vec![opens(by("c", post("7", "acme")))])).await;
        does(&store, 4, 6, Happening::Closed { outcome: Outcome::NoAnswer, reason: "Spam".into() }).await;
        settle(&store, batch(7, vec![opens(by("c", post("8", "acme")))])).await;
        assert_eq!(parts(&store, 5).await, []);
        // A clock that has run out.
        let due = switchboard_model::Due { clock: switchboard_model::ClockKind::FirstResponse, at: at(60), since: at(7), warn_at: None };
        let clock = CaseClock { case: CaseId(5), due: Some(due), rings_at: None, counts_at: Some(at(61)) };
        store.set_clocks(&[clock], None).await.expect("wound");
        assert_eq!(store.counting_cases(at(60), 9).await.expect("read"), []);
        assert_eq!(store.counting_cases(at(61), 9).await.expect("read"), [CaseId(5)]);
        assert_eq!(store.next_count().await.expect("read"), Some(at(61)));
        settle(&store, batch(50, vec![opens(by("c", post("9", "acme")))])).await;
        assert_eq!(parts(&store, 6).await, []);
        settle(&store, batch(60, vec![opens(by("c", post("10", "acme")))])).await;
        assert_eq!(parts(&store, 7).await, told(&[("ignored", 7)]));
        // Dismissed though it could have been answered.
        let listed = settled(&store, batch(61, vec![wanted(by("d", post("11", "acme")))])).await;
        let seq = listed.first().and_then(|settled| settled.seq).expect("stored");
        let dismissal = Dismissal { reason: DismissalReason::Spam, note: String::new(), by: By::Operator, at: at(62) };
        store.dismiss(seq, &dismissal).await.expect("dismissed");
        settle(&store, batch(63, vec![opens(by("d", post("12", "acme")))])).await;
        assert_eq!(parts(&store, 8).await, []);
        store.dismiss(seq, &Dismissal { reason: DismissalReason::Other, ..dismissal }).await.expect("dismissed");
        settle(&store, batch(64, vec![opens(by("d", post("13", "acme")))])).await;
        assert_eq!(parts(&store, 9).await, told(&[("ignored", 7)]));
        // The same is told to whoever asks later.
        let all: Vec<i64> = (1..=13).collect();
        let pasts = store.pasts_of(&all, at(70)).await.expect("read");
        let formula = formula();
        for id in [1, 2, 3, 9] {
            let case = case(&store, id).await;
            let past = pasts.get(&case.post).cloned().unwrap_or_default();
            let priority = formula.with_past(&case.priority, &[], &past, None);
            assert_eq!(priority.score, case.priority.score, "{id}: {past:?}");
        }
    }
}

contract! {
    async fn an_old_post_that_asks_only_now_finds_what_came_before_it(store: Store) {
        furnish(&store).await;
        household(&store).await;
        let said = |who: &str| -> Vec<Decided> {
            let praise = (0..2).map(|n| praises(by(who, post(&format!("{who}{n}"), "acme is great"))));
            let rest = (2..60).map(|n| wanted(by(who, post(&format!("{who}{n}"), "acme"))));
            praise.chain(rest).collect()
        };
        let asks = |who: &str| opens(by(who, edited(&format!("{who}3"), "acme broke", 2)));
        // The newest fifty of its author came after it, in batches of their own or not.
        settle(&store, batch(1, said("a"))).await;
        settle(&store, batch(2, vec![asks("a")])).await;
        settle(&store, batch(3, said("b").into_iter().chain([asks("b")]).collect())).await;
        assert_eq!(parts(&store, 1).await, told(&[("fan", 5)]));
        assert_eq!(parts(&store, 2).await, told(&[("fan", 5)]));
    }
}

contract! {
    async fn a_formula_is_kept_by_version(store: Store) {
        furnish(&store).await;
        household(&store).await;
        assert_eq!(store.load_household().await.expect("loaded").formula, None);
        let first = store.keep_formula(&formula(), By::Operator, at(1)).await.expect("kept");
        assert_eq!((first.number, &first.formula), (1, &*formula()));
        let again = store.keep_formula(&formula(), By::Operator, at(2)).await.expect("kept");
        assert_eq!(again, first, "nothing has changed");
        let second = store.keep_formula(&Formula::suggested(), By::User(user_id(1)), at(3)).await.expect("kept");
        assert_eq!((second.number, second.at, second.by), (2, at(3), By::User(user_id(1))));
        assert_eq!(store.load_household().await.expect("loaded").formula, Some(second));
    }
}

/// A stream of two authors who praise, ask, and change what they said; of some posts nobody knows by whom they are.
fn stream() -> impl Strategy<Value = Vec<Decided>> {
    let who = prop_oneof![4 => Just(Some("a")), 4 => Just(Some("b")), 1 => Just(None)];
    let step = (0..4_u8, who, 0..12_u8, prop::option::weighted(0.3, 1..9_i64), prop::bool::ANY);
    let step = step.prop_map(|(kind, who, id, edited, is_positive)| {
        let said = Post { edited_at: edited.map(at), ..post(&id.to_string(), "acme") };
        let said = who.map(|who| by(who, said.clone())).unwrap_or(said);
        let decided = if kind == 0 { opens(said) } else { wanted(said) };
        if is_positive { Decided { signals: sentiment("positive"), ..decided } } else { decided }
    });
    prop::collection::vec(step, 1..25)
}

async fn priorities(store: &Store, steps: &[Decided], cuts: &[bool]) -> Vec<Vec<(String, i32)>> {
    furnish(store).await;
    household(store).await;
    let mut batches: Vec<Vec<Decided>> = vec![Vec::new()];
    for (step, cut) in steps.iter().zip(cuts) {
        if *cut {
            batches.push(Vec::new());
        }
        if let Some(last) = batches.last_mut() {
            last.push(step.clone());
        }
    }
    for posts in batches {
        settle(store, batch(1, posts)).await;
    }
    let count = store.open_cases(CaseId(0), 1_000).await.expect("read").len();
    let mut all = Vec::new();
    for id in 1..=i64::try_from(count).expect("small") {
        all.push(parts(store, id).await);
    }
    all
}

async fn seen(engine: Engine, steps: Vec<Decided>, cuts: Vec<bool>) -> Option<Vec<Vec<(String, i32)>>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    on_engine(engine, |store| async move {
        let _ = sender.send(priorities(&store, &steps, &cuts).await);
    })
    .await;
    receiver.await.ok()
}

fn cutting_does_not_matter(engine: Engine, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in stream(), cuts in prop::collection::vec(prop::bool::ANY, 25))| {
        let whole = runtime.block_on(seen(engine, steps.clone(), vec![false; steps.len()]));
        let single = runtime.block_on(seen(engine, steps.clone(), vec![true; steps.len()]));
        let random = runtime.block_on(seen(engine, steps.clone(), cuts));
        prop_assert_eq!(&whole, &single);
        prop_assert_eq!(&whole, &random);
    });
}

#[test]
fn what_the_past_says_does_not_depend_on_cuts_on_sqlite() {
    cutting_does_not_matter(Engine::Sqlite, 40);
}

#[test]
fn what_the_past_says_does_not_depend_on_cuts_on_postgres() {
    cutting_does_not_matter(Engine::Postgres, 5);
}

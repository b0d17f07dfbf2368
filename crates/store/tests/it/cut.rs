//! However a stream is cut into batches and transactions, and on whichever engine, the same is stored.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use switchboard_model::{
    Author, Decided, Delivery, Engagement, FateCount, FateReason, Post, PostVersion, Signals, StoredPost,
};
use switchboard_store::{Engine, Store};

use crate::support::*;

/// One post of a stream, with the source and the moment that brought it.
#[derive(Debug, Clone)]
struct Step {
    source: u128,
    minute: i64,
    decided: Decided,
}

fn engagement() -> impl Strategy<Value = Engagement> {
    (proptest::option::of(0..9_u64), proptest::option::of(0..9_u64)).prop_map(|(likes, views)| Engagement {
        likes,
        views,
        ..Engagement::default()
    })
}

fn author() -> impl Strategy<Value = Option<Author>> {
    let one =
        (0..3_u8, proptest::option::of(0..9_u64), "[ab]?", any::<bool>()).prop_map(|(who, followers, bio, has_id)| {
            let id = if has_id { format!("x:{who}") } else { String::new() };
            Author { id, handle: format!("h{who}"), bio, followers, ..Author::default() }
        });
    proptest::option::of(one)
}

fn post() -> impl Strategy<Value = Post> {
    let words =
        ("[abc]{0,2}", prop_oneof![3 => Just("A".to_owned()), 2 => Just(" a ".to_owned()), 1 => Just("b".to_owned())]);
    let place = (prop::bool::weighted(0.6), 0..6_u8);
    (place, words, proptest::option::of(0..4_i64), prop::bool::weighted(0.15), author(), engagement()).prop_map(
        |((is_feed, id), (text, title), edited, deleted, author, engagement)| Post {
            title,
            edited_at: edited.map(at),
            deleted,
            author,
            engagement,
            ..Post::new(if is_feed { "feed" } else { "x" }, &id.to_string(), &text)
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let matches = proptest::collection::btree_set(1..=4_u128, 0..3);
    let signals = prop_oneof![Just(Signals::default()), Just(sentiment("negative")), Just(sentiment("positive"))];
    let rest = (proptest::option::weighted(0.7, 0..2_u8), prop::bool::weighted(0.2), matches, signals);
    (1..=2_u128, prop_oneof![Just(0_i64), Just(1), Just(61)], post(), rest).prop_map(
        |(source, minute, post, (url, is_addressed, matches, signals))| Step {
            source,
            minute,
            decided: Decided {
                words: post.text.to_lowercase(),
                post,
                canonical_url: url.map(|url| format!("https://a.example/{url}")),
                is_addressed,
                // Search 4 does not exist.
                matches: matches.into_iter().map(found).collect(),
                signals,
                is_ours: false,
                opening: None,
                weighing: None,
                need: None,
            },
        },
    )
}

/// Everything that can be seen of a store, without the numbers that engines give.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    posts: Vec<(StoredPost, Vec<PostVersion>)>,
    fates: BTreeMap<u128, Vec<FateCount>>,
    mentions: Vec<u64>,
    settled: Vec<(FateReason, Option<usize>)>,
}

/// Delivers a stream; `cuts` says before which steps a new batch and a new transaction begin.
async fn deliver(store: &Store, steps: &[Step], cuts: &[(bool, bool)]) -> Seen {
    furnish(store).await;
    let mut transactions: Vec<Vec<Delivery>> = vec![Vec::new()];
    for (step, (new_batch, new_transaction)) in steps.iter().zip(cuts) {
        if *new_transaction {
            transactions.push(Vec::new());
        }
        let open = transactions.last_mut().expect("never empty");
        let fits = |delivery: &Delivery| {
            !new_batch && delivery.source == source_id(step.source) && delivery.captured_at == at(step.minute)
        };
        match open.last_mut().filter(|delivery| fits(delivery)) {
            Some(delivery) => delivery.posts.push(step.decided.clone()),
            None => {
                open.push(Delivery { source: source_id(step.source), ..batch(step.minute, vec![step.decided.clone()]) })
            }
        }
    }
    let mut settled = Vec::new();
    for deliveries in transactions {
        settled.extend(store.commit(&deliveries).await.expect("a commit").settled.into_iter().flatten());
    }
    assert_sound(store).await;
    let stored = store.posts_after(0, 1_000).await.expect("an export");
    let seqs: Vec<i64> = stored.iter().map(|post| post.seq).collect();
    let mut posts = Vec::new();
    for (place, post) in (0..).zip(stored) {
        let versions = store.versions(post.seq).await.expect("versions");
        posts.push((StoredPost { seq: place, ..post }, versions));
    }
    let mut fates = BTreeMap::new();
    for source in 1..=2 {
        fates.insert(source, store.fates(Some(source_id(source))).await.expect("fates"));
    }
    let sum: u64 = fates.values().flatten().map(|count| count.posts).sum();
    assert_eq!(sum, u64::try_from(steps.len()).expect("small"), "posts in = fates out");
    let place = |seq: Option<i64>| seq.and_then(|seq| seqs.iter().position(|stored| *stored == seq));
    Seen {
        posts,
        fates,
        mentions: store.list_searches().await.expect("searches").iter().map(|search| search.mentions).collect(),
        settled: settled.iter().map(|settled| (settled.reason, place(settled.seq))).collect(),
    }
}

async fn seen(engine: Engine, steps: &[Step], cuts: &[(bool, bool)]) -> Option<Seen> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let (steps, cuts) = (steps.to_vec(), cuts.to_vec());
    on_engine(engine, |store| async move {
        let _ = sender.send(deliver(&store, &steps, &cuts).await);
    })
    .await;
    receiver.await.ok()
}

/// `PROPTEST_CASES` asks for more.
fn agree(cases: u32, engine: Engine) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stream = proptest::collection::vec((step(), any::<bool>(), prop::bool::weighted(0.3)), 1..60);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let met = std::cell::RefCell::new(BTreeSet::new());
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let agreed = runner.run(&stream, |stream| {
        let steps: Vec<Step> = stream.iter().map(|(step, ..)| step.clone()).collect();
        let random: Vec<(bool, bool)> = stream.iter().map(|(_, batch, transaction)| (*batch, *transaction)).collect();
        let apart = vec![(true, true); steps.len()];
        let together = vec![(false, false); steps.len()];
        runtime.block_on(async {
            let expected = seen(Engine::Sqlite, &steps, &apart).await;
            met.borrow_mut().extend(expected.iter().flat_map(|seen| &seen.settled).map(|(reason, _)| *reason));
            for cuts in [&random, &together] {
                if let Some(found) = seen(engine, &steps, cuts).await {
                    prop_assert_eq!(Some(found), expected.clone());
                }
            }
            Ok(())
        })
    });
    if let Err(error) = agreed {
        panic!("{error}");
    }
    use FateReason::{Deletion, New, NoSearch, SameId, SameUrl, UnknownDeletion, Version};
    let every = [New, Version, Deletion, SameId, SameUrl, NoSearch, UnknownDeletion];
    assert_eq!(met.into_inner(), BTreeSet::from(every), "the streams meet every fate that the store gives");
}

#[test]
fn sqlite_stores_the_same_however_the_stream_is_cut() {
    agree(16, Engine::Sqlite);
}

#[test]
fn postgres_stores_the_same_as_sqlite_however_the_stream_is_cut() {
    if postgres_url().is_some() {
        agree(8, Engine::Postgres);
    }
}

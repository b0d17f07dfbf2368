//! The feed of events: everything that happens to cases, once, in the order of its commits.

use switchboard_model::{By, CaseId, Happening};
use switchboard_store::{Record, Store};

use crate::cases::{case, with_a_case};
use crate::support::*;

async fn note(store: &Store, text: &str) {
    let case = case(store, 1).await;
    let what = Happening::Noted { text: text.into() };
    let events = vec![case.next_event(at(30), By::Operator, what)];
    store.record(&Record { case: case.id, seen: case.version, events, also: Vec::new() }).await.expect("answers");
}

async fn numbers(store: &Store, after: i64, limit: u32) -> Vec<u32> {
    let feed = store.event_feed(after, limit).await.expect("readable");
    assert!(feed.windows(2).all(|pair| pair[0].place < pair[1].place));
    assert!(feed.iter().all(|entry| entry.event.case == CaseId(1)));
    feed.into_iter().map(|entry| entry.event.number).collect()
}

contract! {
    async fn events_are_read_once_and_in_their_order(store: Store) {
        with_a_case(&store).await;
        note(&store, "one").await;
        note(&store, "two").await;
        assert_eq!(numbers(&store, 0, 10).await, [1, 2, 3]);
        assert_eq!(numbers(&store, 0, 2).await, [1, 2]);
        let newest = store.newest_feed_place().await.expect("readable");
        assert_eq!(numbers(&store, newest, 10).await, [0u32; 0]);
        note(&store, "three").await;
        assert_eq!(numbers(&store, newest, 10).await, [4]);
    }

    async fn each_consumer_has_a_place_of_its_own(store: Store) {
        with_a_case(&store).await;
        note(&store, "one").await;
        assert_eq!(store.feed_place("clocks").await.expect("readable"), None);
        assert_eq!(store.trim_feed().await.expect("trimmed"), 0, "nobody has read anything");
        let newest = store.newest_feed_place().await.expect("readable");
        store.set_feed_place("clocks", newest).await.expect("kept");
        store.set_feed_place("learn", 0).await.expect("kept");
        assert_eq!(store.trim_feed().await.expect("trimmed"), 0, "one has still to read it");
        store.set_feed_place("learn", newest).await.expect("kept");
        assert_eq!(store.trim_feed().await.expect("trimmed"), 1);
        assert_eq!(store.newest_feed_place().await.expect("readable"), newest);
        assert_eq!(store.feed_place("learn").await.expect("readable"), Some(newest));
        note(&store, "two").await;
        assert_eq!(numbers(&store, newest, 10).await, [3]);
        assert_sound(&store).await;
    }
}

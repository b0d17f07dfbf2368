//! Mentions by the hour: what is counted where, and that it stays in step.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Decided, Post};
use switchboard_store::Store;

use crate::support::*;

fn said(identifier: &str, posted_at: Option<Timestamp>) -> Decided {
    wanted(Post { posted_at, ..post(identifier, "acme never delivers") })
}

fn hour(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

async fn hours(store: &Store) -> Vec<(Timestamp, u64)> {
    let (from, until) = (hour("2000-01-01T00:00:00Z"), hour("2100-01-01T00:00:00Z"));
    store.hours_of_search(search(1).id, from, until).await.expect("read")
}

contract! {
    async fn mentions_count_in_the_hour_of_their_publication(store: Store) {
        furnish(&store).await;
        let (first, second) = (hour("2026-09-20T10:00:00Z"), hour("2026-09-20T11:00:00Z"));
        let last = second - SignedDuration::from_micros(1);
        let old = hour("1969-12-31T23:00:00Z");
        let before = Some(old + SignedDuration::from_mins(59));
        let posts = vec![said("1", Some(first)), said("2", Some(last)), said("3", Some(second)), said("4", before)];
        settle(&store, batch(1, posts)).await;
        settle(&store, batch(2, vec![said("5", Some(second)), said("1", Some(first))])).await;
        let all = store.hours_of_search(search(1).id, old, hour("2100-01-01T00:00:00Z")).await.expect("read");
        assert_eq!(all, [(old, 1), (first, 2), (second, 2)]);
        let one = store.hours_of_search(search(1).id, first, second).await.expect("read");
        assert_eq!(one, [(first, 2)], "the end is not part of it");
        assert_eq!(store.hours_of_search(search(2).id, old, second).await.expect("read"), []);
        assert_sound(&store).await;
    }

    async fn what_is_known_later_moves_what_was_counted(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![said("1", None)])).await;
        let captured = hours(&store).await;
        assert_eq!(captured.len(), 1, "without a time it counts when it was captured");
        let published = hour("2026-09-01T08:00:00Z");
        let edited = Post { posted_at: Some(published), edited_at: Some(at(3)), ..post("1", "acme delivers at last") };
        settle(&store, batch(2, vec![wanted(edited)])).await;
        let counted: Vec<_> = hours(&store).await.into_iter().filter(|(_, mentions)| *mentions > 0).collect();
        assert_eq!(counted, [(published, 1)]);
        assert_sound(&store).await;
    }

    async fn days_are_cut_where_they_are_asked_for(store: Store) {
        furnish(&store).await;
        let from = hour("2026-09-18T22:00:00Z");
        let posts = ["2026-09-18T21:59:59Z", "2026-09-18T22:00:00Z", "2026-09-19T21:59:59Z", "2026-09-20T22:30:00Z"];
        let posts = posts.iter().zip(1..).map(|(at, number)| said(&number.to_string(), Some(hour(at)))).collect();
        settle(&store, batch(1, posts)).await;
        let days = store.days_of_searches(from, from + SignedDuration::from_hours(72)).await.expect("read");
        assert_eq!(days.len(), 1);
        assert_eq!(days[&search(1).id].clone().into_iter().collect::<Vec<_>>(), [(0, 2), (2, 1)]);
    }

    async fn a_removed_search_takes_its_hours_along(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![said("1", None)])).await;
        assert!(store.delete_search(search(1).id).await.expect("deleted"));
        assert_eq!(hours(&store).await, []);
    }
}

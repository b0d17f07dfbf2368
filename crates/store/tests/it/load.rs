//! Turns, what people have had to read, and what they are warned of.

use jiff::SignedDuration;
use switchboard_model::{By, CaseId, Exposure, Happening, NotificationKind};
use switchboard_store::{Also, NewNotification, Record, Recorded, Storm, TakenTurn, Warning};

use crate::cases::{case, with_a_case};
use crate::people::{department_id, user_id};
use crate::support::*;

const STORM: Storm = Storm { most: 5, within: SignedDuration::from_mins(10) };

contract! {
    async fn a_turn_is_taken_with_the_case_and_only_with_room(store: Store) {
        let first = with_a_case(&store).await;
        let waiting = store.waiting_at(first.department, None, 10).await.expect("answers");
        assert_eq!(waiting.len(), 1);
        assert_eq!(store.waiting_at(first.department, Some((first.priority.score, first.id)), 10).await.expect("answers"), []);
        let give = async |most: Option<u32>, second: i64| {
            let now = case(&store, 1).await;
            let what = Happening::Assigned { to: user_id(1), why: "given in turn".into() };
            let turn = TakenTurn { user: user_id(1), most, at: at(second) };
            let events = vec![now.next_event(at(second), By::Rules, what)];
            let record = Record { case: now.id, seen: now.version, events, also: vec![Also::Turn(turn)] };
            store.record(&record).await.expect("answers")
        };
        assert_eq!(give(Some(0), 31).await, Recorded::Overtaken);
        assert!(store.turns().await.expect("answers").is_empty(), "nothing is written");
        assert!(matches!(give(Some(1), 32).await, Recorded::Done(_)));
        assert_eq!(store.turns().await.expect("answers").get(&user_id(1)), Some(&at(32)));
        assert_eq!(store.oldest_cases().await.expect("answers").get(&user_id(1)).map(|(id, _)| *id), Some(CaseId(1)));
        assert_eq!(store.waiting_at(first.department, None, 10).await.expect("answers"), []);
    }
}

contract! {
    async fn exposures_are_counted_once_and_forgotten(store: Store) {
        with_a_case(&store).await;
        let one = Exposure { user: user_id(1), case: CaseId(1), event: 1, at: at(10), points: 4 };
        let other = Exposure { event: 2, at: at(20), points: 1, ..one };
        store.add_exposures(&[one, other], at(0), "exposure", 1).await.expect("answers");
        store.add_exposures(&[one], at(0), "exposure", 1).await.expect("answers");
        assert_eq!(store.exposures(at(0)).await.expect("answers"), [one, other]);
        assert_eq!(store.exposures(at(10)).await.expect("answers"), [other]);
        store.add_exposures(&[], at(10), "exposure", 2).await.expect("answers");
        assert_eq!(store.exposures(at(0)).await.expect("answers"), [other]);
        assert_eq!(store.feed_place("exposure").await.expect("answers"), Some(2));
    }
}

contract! {
    async fn a_warning_is_told_once_also_of_an_event_that_was_told(store: Store) {
        with_a_case(&store).await;
        let new = |kind| NewNotification {
            user: user_id(2),
            kind,
            department: Some(department_id(1)),
            case: CaseId(1),
            event: 1,
            by: By::User(user_id(1)),
            at: at(10),
            is_shown: true,
            deliveries: Vec::new(),
        };
        store.notify(&[new(NotificationKind::Involved)], &[], STORM, "notify", (0, 1)).await.expect("answers");
        let kind = NotificationKind::Exposed;
        let warning = |second, since| Warning { user: user_id(1), kind, at: at(second), not_since: at(since) };
        assert_eq!(store.warn(&warning(10, 0), &[new(kind)], STORM).await.expect("answers"), [user_id(2)]);
        assert_eq!(store.warned_at(user_id(1), kind).await.expect("answers"), Some(at(10)));
        assert_eq!(store.warn(&warning(15, 5), &[new(kind)], STORM).await.expect("answers"), []);
        assert_eq!(store.warned_at(user_id(1), kind).await.expect("answers"), Some(at(10)), "nothing is written");
        assert_eq!(store.list_notifications(user_id(2), false, i64::MAX, 10).await.expect("answers").len(), 2);
    }
}

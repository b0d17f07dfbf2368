//! What people are told: once for each user and event, with the place in the feed, and in great numbers as one.

use jiff::SignedDuration;
use switchboard_model::{
    By, CaseId, Channel, DeliveryState, Notification, NotificationDelivery, NotificationKind, NotificationSettings,
    Pace,
};
use switchboard_store::{NewDelivery, NewNotification, Notified, Store, Storm};
use uuid::Uuid;

use crate::cases::with_a_case;
use crate::people::{department_id, user_id};
use crate::support::*;

const STORM: Storm = Storm { most: 3, within: SignedDuration::from_mins(10) };

fn mail(event: u32, pace: Pace, due: i64) -> NewDelivery {
    NewDelivery {
        id: Uuid::from_u128(u128::from(event)),
        channel: Channel::Mail,
        target: String::new(),
        pace,
        due_at: at(due),
        created_at: at(1),
        about: None,
    }
}

/// An offer to user 1 at a minute.
fn offered(event: u32, minute: i64, deliveries: Vec<NewDelivery>) -> NewNotification {
    NewNotification {
        user: user_id(1),
        kind: NotificationKind::Offered,
        department: Some(department_id(1)),
        case: CaseId(1),
        event,
        by: By::User(user_id(2)),
        at: at(minute),
        is_shown: true,
        deliveries,
    }
}

async fn told(store: &Store, new: &[NewNotification], place: i64) -> usize {
    let since = store.feed_place("notify").await.expect("readable").unwrap_or(0);
    told_since(store, new, (since, place)).await.expect("it stands there")
}

/// How many are told; nothing if somebody else read that part of the feed.
async fn told_since(store: &Store, new: &[NewNotification], places: (i64, i64)) -> Option<usize> {
    match store.notify(new, &[], STORM, "notify", places).await.expect("written") {
        Notified::Told(users) => Some(users.len()),
        Notified::Behind => None,
    }
}

async fn listed(store: &Store) -> Vec<Notification> {
    store.list_notifications(user_id(1), false, i64::MAX, 50).await.expect("readable")
}

async fn due(store: &Store, minute: i64) -> Vec<NotificationDelivery> {
    store.due_deliveries(Channel::Mail, at(minute), 50).await.expect("readable")
}

contract! {
    async fn each_user_hears_of_an_event_once(store: Store) {
        with_a_case(&store).await;
        assert_eq!(told(&store, &[offered(1, 1, vec![mail(1, Pace::AtOnce, 1)])], 7).await, 1);
        assert_eq!(store.feed_place("notify").await.expect("readable"), Some(7));
        // Whoever reads the same part of the feed once more is too late; and what is there stays one.
        assert_eq!(told_since(&store, &[offered(2, 1, Vec::new())], (6, 7)).await, None);
        assert_eq!(told_since(&store, &[offered(2, 1, Vec::new())], (6, 9)).await, None);
        assert_eq!(told(&store, &[offered(1, 1, vec![mail(9, Pace::AtOnce, 1)])], 8).await, 0);
        let found = listed(&store).await;
        assert_eq!((found.len(), found[0].event, found[0].count, found[0].by), (1, 1, 1, By::User(user_id(2))));
        assert_eq!(due(&store, 1).await.len(), 1);
        assert_eq!(store.unread_counts().await.expect("counted"), [(user_id(1), 1)].into());
        assert!(!store.read_notification(user_id(2), found[0].id, at(2)).await.expect("answers"), "somebody else's");
        assert!(store.read_notification(user_id(1), found[0].id, at(2)).await.expect("answers"));
        assert_eq!(store.unread_count(user_id(1)).await.expect("counted"), 0);
        assert_eq!(listed(&store).await[0].read_at, Some(at(2)));
        assert_sound(&store).await;
    }

    async fn a_storm_is_told_as_one(store: Store) {
        with_a_case(&store).await;
        for event in 1..=3 {
            told(&store, &[offered(event, 1, vec![mail(event, Pace::AtOnce, 1)])], i64::from(event)).await;
        }
        assert_eq!((listed(&store).await.len(), due(&store, 1).await.len()), (3, 3));
        // The first mail has left before the storm is seen.
        assert!(store.take_delivery(Uuid::from_u128(1)).await.expect("taken"));
        store.read_notifications(user_id(1), i64::MAX, at(1)).await.expect("read");
        for event in 4..=40 {
            told(&store, &[offered(event, 2, vec![mail(event, Pace::AtOnce, 2)])], i64::from(event)).await;
        }
        let found = listed(&store).await;
        assert_eq!((found.len(), found[0].count, found[0].read_at), (1, 40, None));
        assert_eq!(store.unread_count(user_id(1)).await.expect("counted"), 1);
        assert_eq!(due(&store, 11).await, [], "it waits for the rest");
        let late = due(&store, 12).await;
        assert_eq!(late.len(), 1, "{late:?}");
        assert_eq!(store.notifications_of_delivery(late[0].id).await.expect("readable").len(), 39);
        // Another kind, another department, and what comes later are no part of it.
        told(&store, &[NewNotification { kind: NotificationKind::Assigned, ..offered(41, 2, Vec::new()) }], 41).await;
        told(&store, &[offered(42, 30, Vec::new())], 42).await;
        assert_eq!(listed(&store).await.iter().map(|one| one.count).collect::<Vec<_>>(), [1, 1, 40]);
        store.read_notifications(user_id(1), i64::MAX, at(40)).await.expect("read");
        assert!(store.list_all_notifications(user_id(1)).await.expect("readable").iter().all(|one| one.read_at.is_some()));
        assert!(store.trim_notifications(at(50)).await.expect("trimmed") > 0);
        assert_eq!(store.list_all_notifications(user_id(1)).await.expect("readable"), []);
        assert_sound(&store).await;
    }

    async fn a_digest_gathers_until_it_leaves(store: Store) {
        with_a_case(&store).await;
        for event in 1..=2 {
            let new = offered(event, 1, vec![mail(event, Pace::Daily, 60)]);
            told(&store, &[new], i64::from(event)).await;
        }
        assert_eq!(due(&store, 59).await, []);
        assert_eq!(store.next_due_delivery(Channel::Mail).await.expect("readable"), Some(at(60)));
        let digest = due(&store, 60).await.remove(0);
        assert_eq!(store.notifications_of_delivery(digest.id).await.expect("readable").len(), 2);
        assert!(store.take_delivery(digest.id).await.expect("taken"));
        assert!(!store.take_delivery(digest.id).await.expect("answers"), "once");
        assert_eq!(store.recover_deliveries(Channel::Mail).await.expect("recovered"), 1);
        assert!(store.take_delivery(digest.id).await.expect("taken"));
        let state = DeliveryState::Dead;
        let dead = NotificationDelivery { state, trouble: "mail.example: no such user".into(), ..digest.clone() };
        assert!(store.settle_delivery(&dead).await.expect("settled"));
        let found = store.list_deliveries(state, 10).await.expect("listed");
        assert_eq!((found[0].attempts, found[0].trouble.as_str()), (2, "mail.example: no such user"));
        assert_eq!(store.count_deliveries().await.expect("counted"), [(Channel::Mail, DeliveryState::Dead, 1)]);
        assert!(store.retry_delivery(digest.id, at(61)).await.expect("queued"));
        assert!(!store.retry_delivery(digest.id, at(61)).await.expect("answers"));
        assert_eq!(store.find_delivery(digest.id).await.expect("readable").expect("there").attempts, 0);
        // The next one of that day is another message once this one has left.
        store.take_delivery(digest.id).await.expect("taken");
        told(&store, &[offered(3, 1, vec![mail(3, Pace::Daily, 60)])], 3).await;
        assert_eq!(due(&store, 60).await[0].id, Uuid::from_u128(3));
    }

    async fn settings_are_kept_by_the_user(store: Store) {
        with_a_case(&store).await;
        assert_eq!(store.notification_settings(user_id(1)).await.expect("readable"), None);
        let mut settings = NotificationSettings::default();
        settings.set_pace(NotificationKind::Offered, Channel::Mail, Pace::Weekly);
        for day in [2, 3] {
            settings.digest_day = day;
            store.set_notification_settings(user_id(1), &settings).await.expect("kept");
        }
        assert_eq!(store.notification_settings(user_id(1)).await.expect("readable"), Some(settings.clone()));
        assert_eq!(store.list_notification_settings().await.expect("readable"), [(user_id(1), settings)].into());
    }
}

//! What needs an answer, and who has it.

use switchboard_model::{By, Decided, Dismissal, DismissalReason, Need, PostId, Sweep, SweepCounts, SweepFinding};
use switchboard_store::{Dismissed, HandOpened, Store};

use crate::cases::{opening, with_a_case};
use crate::support::*;

fn needy(number: &str) -> Decided {
    Decided { need: Some(Need::Case), ..wanted(post(number, "acme broke")) }
}

fn dismissal(reason: DismissalReason) -> Dismissal {
    Dismissal { reason, note: "seen \u{0}elsewhere".into(), by: By::Operator, at: at(9) }
}

async fn counts(store: &Store) -> [u64; 5] {
    let SweepCounts { mentions, owned, answered, dismissed, orphans } = store.count_needs().await.expect("counted");
    [mentions, owned, answered, dismissed, orphans]
}

async fn orphans(store: &Store) -> Vec<String> {
    store.orphans().await.expect("read").into_iter().map(|(_, id)| id.0).collect()
}

async fn seq(store: &Store, number: &str) -> i64 {
    let id = PostId(format!("mastodon:{number}"));
    store.find_post(&id).await.expect("readable").expect("there").seq
}

contract! {
    async fn what_nobody_has_is_found_and_nothing_else(store: Store) {
        with_a_case(&store).await;
        assert_eq!(counts(&store).await, [0; 5], "its post was not said to need an answer");
        let past = Need::Dismissed { reason: DismissalReason::BackFill, note: String::new() };
        settle(&store, batch(2, vec![
            needy("2"),
            Decided { opening: Some(opening(1)), ..needy("3") },
            Decided { need: Some(past), ..wanted(post("4", "acme broke")) },
            Decided { is_ours: true, ..needy("5") },
            wanted(post("6", "acme opened a shop")),
        ])).await;
        assert_eq!(counts(&store).await, [3, 1, 0, 1, 1]);
        assert_eq!(orphans(&store).await, ["mastodon:2"]);
        assert!(store.needs_answer(seq(&store, "2").await).await.expect("read"));
        assert!(!store.needs_answer(seq(&store, "6").await).await.expect("read"));
        // Said again nothing changes; edited into a question it needs an answer, and opens its case.
        let again = Decided { need: Some(Need::Case), ..wanted(post("6", "acme opened a shop")) };
        settle(&store, batch(3, vec![again])).await;
        assert_eq!(counts(&store).await[0], 3);
        let asks = |post| Decided { need: Some(Need::Case), opening: Some(opening(1)), ..wanted(post) };
        settle(&store, batch(4, vec![asks(edited("6", "where is the acme shop?", 4))])).await;
        assert_eq!(counts(&store).await, [4, 2, 0, 1, 1]);
        settle(&store, batch(5, vec![asks(edited("6", "where is that acme shop?", 5))])).await;
        assert_eq!(counts(&store).await, [4, 2, 0, 1, 1], "one case for one post");
    }

    async fn dismissals_are_kept_and_taken_back(store: Store) {
        let case = with_a_case(&store).await;
        settle(&store, batch(2, vec![needy("2")])).await;
        let two = seq(&store, "2").await;
        assert_eq!(store.dismiss(two, &dismissal(DismissalReason::Spam)).await.expect("done"), Dismissed::Done);
        assert_eq!(counts(&store).await, [1, 0, 0, 1, 0]);
        let known = store.find_dismissal(two).await.expect("read").expect("there");
        assert_eq!((known.reason, known.by, known.at), (DismissalReason::Spam, By::Operator, at(9)));
        store.dismiss(two, &dismissal(DismissalReason::OffTopic)).await.expect("another reason");
        let known = store.find_dismissal(two).await.expect("read").expect("there");
        assert_eq!(known.reason, DismissalReason::OffTopic);
        // An edit of what somebody dismissed opens nothing.
        let asks = Decided {
            need: Some(Need::Case),
            opening: Some(opening(1)),
            ..wanted(edited("2", "acme broke, why?", 3))
        };
        settle(&store, batch(3, vec![asks])).await;
        assert_eq!(counts(&store).await, [1, 0, 0, 1, 0]);
        assert!(store.take_back_dismissal(two).await.expect("done"));
        assert!(!store.take_back_dismissal(two).await.expect("done"), "once");
        assert_eq!(orphans(&store).await, ["mastodon:2"]);
        store.dismiss(two, &dismissal(DismissalReason::Spam)).await.expect("done");
        let opened = store.open_case(two, &post("2", "acme broke"), &opening(1), By::Timer, at(4)).await.expect("opened");
        assert!(matches!(opened, Some(HandOpened::Done { .. })));
        assert_eq!(store.find_dismissal(two).await.expect("read"), None);
        assert_eq!(counts(&store).await, [1, 1, 0, 0, 0]);
        let in_case = store.dismiss(case.post, &dismissal(DismissalReason::Spam)).await.expect("answered");
        assert_eq!(in_case, Dismissed::InCase(case.id));
    }

    async fn what_was_said_before_opens_a_case_when_it_is_said_to_us(store: Store) {
        with_a_case(&store).await;
        let past = Need::Dismissed { reason: DismissalReason::BackFill, note: String::new() };
        settle(&store, batch(2, vec![Decided { need: Some(past), ..wanted(post("2", "acme broke")) }])).await;
        let addressed = Decided { is_addressed: true, opening: Some(opening(1)), ..needy("2") };
        settle(&store, batch(3, vec![addressed])).await;
        assert_eq!(counts(&store).await, [1, 1, 0, 0, 0]);
        assert_eq!(store.find_dismissal(seq(&store, "2").await).await.expect("read"), None);
    }

    async fn the_newest_reports_are_kept(store: Store) {
        let finding = SweepFinding { post: PostId("x:1".into()), case: None, dismissed: None, what: "left".into() };
        let counts = SweepCounts { mentions: 3, owned: 1, answered: 0, dismissed: 1, orphans: 1 };
        let mut sweep = Sweep { id: 0, at: at(1), took_ms: 12, counts, findings: vec![finding] };
        sweep.id = store.keep_sweep(&sweep).await.expect("kept");
        let second = Sweep { at: at(2), ..sweep.clone() };
        let second = Sweep { id: store.keep_sweep(&second).await.expect("kept"), ..second };
        assert_eq!(store.sweeps(None, 10).await.expect("read"), [second.clone(), sweep.clone()]);
        assert_eq!(store.sweeps(Some(second.id), 10).await.expect("read"), [sweep]);
    }
}

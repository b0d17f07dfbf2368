//! Calls and mails by seniors: rows that follow from events, rooms, contacts that are forgotten, seniors and scripts.

use switchboard_model::{
    By, Case, CaseId, Happening, OutreachAsk, OutreachChannel, OutreachEnd, OutreachId, OutreachOutcome,
    OutreachScript, OutreachScriptId, OutreachState, Senior, UserId,
};
use switchboard_store::{Also, NewOutreach, Record, Recorded, Store};
use uuid::Uuid;

use crate::cases::with_a_case;
use crate::people::user_id;
use crate::support::*;

fn id(number: u128) -> OutreachId {
    OutreachId(Uuid::from_u128(0x7000 + number))
}

/// Odd ones are calls, even ones mails.
fn channel(number: u128) -> OutreachChannel {
    if number % 2 == 1 { OutreachChannel::Call } else { OutreachChannel::Mail }
}

fn ask(number: u128, senior: UserId) -> Happening {
    Happening::OutreachAsked(Box::new(OutreachAsk {
        id: id(number),
        senior,
        title: "VP\u{0}".into(),
        channel: channel(number),
        reason: "many read it".into(),
        script: String::new(),
        text: String::new(),
        steps: Vec::new(),
        may: String::new(),
        may_not: String::new(),
        warn_at: at(50),
        due_at: at(100),
    }))
}

async fn happens(store: &Store, case: CaseId, at_second: i64, what: Happening, also: Vec<Also>) -> Recorded {
    let known: Case = store.find_case(case).await.expect("read").expect("there");
    let event = known.next_event(at(at_second), By::Operator, what);
    let record = Record { case, seen: known.version, events: vec![event], also };
    store.record(&record).await.expect("written")
}

async fn asked(store: &Store, case: CaseId, number: u128, most_open: u32) -> Recorded {
    let senior = user_id(1);
    let new = NewOutreach {
        id: id(number),
        case,
        senior,
        channel: channel(number),
        most_open,
        contact: "+43 \u{0}555".into(),
    };
    happens(store, case, 10, ask(number, senior), vec![Also::Outreach(new)]).await
}

contract! {
    async fn a_row_is_what_its_events_say(store: Store) {
        let case = with_a_case(&store).await.id;
        let Recorded::Done(now) = asked(&store, case, 1, 2).await else { panic!("there is room") };
        assert_eq!(now.outreaches, [id(1)]);
        assert_eq!(store.find_case(case).await.expect("read").expect("there").outreaches, [id(1)]);
        assert_eq!(asked(&store, case, 2, 1).await, Recorded::Overtaken, "one is all that they can have");
        assert_eq!(asked(&store, case, 3, 9).await, Recorded::Overtaken, "they are asked to call in it already");
        assert!(matches!(asked(&store, case, 2, 2).await, Recorded::Done(_)));
        assert_eq!(store.count_open_outreaches().await.expect("counted")[&user_id(1)], 2);
        let one = store.find_outreach(id(1)).await.expect("read").expect("there");
        assert_eq!((one.case, one.state, one.ask.title.as_str()), (case, OutreachState::Asked, "VP\u{fffd}"));
        assert_eq!(store.outreach_contact(id(1)).await.expect("read").as_deref(), Some("+43 \u{fffd}555"));
        // It stands in no event.
        let events = store.case_events(case).await.expect("read");
        assert!(!format!("{events:?}").contains("555"));
        // What is closed over one is refused, and so is what happens to one that has ended.
        let closed = Happening::Closed { outcome: switchboard_model::Outcome::Thanked, reason: String::new() };
        assert!(matches!(happens(&store, case, 11, closed, vec![]).await, Recorded::Contradiction(_)));
        let ring = store.ringing_outreaches(at(49), 10).await.expect("read");
        assert!(ring.is_empty() && store.next_outreach_ring().await.expect("read") == Some(at(50)));
        let warned = Happening::OutreachWarned { outreach: id(1), senior: user_id(1), due: at(100), why: String::new() };
        happens(&store, case, 50, warned, vec![]).await;
        let ring: Vec<_> = store.ringing_outreaches(at(60), 10).await.expect("read").iter().map(|one| one.id()).collect();
        assert_eq!(ring, [id(2)], "the other one was told");
        let end = OutreachEnd {
            outreach: id(1),
            outcome: OutreachOutcome::Solved,
            note: "n".into(),
            promised: String::new(),
            ticked: Vec::new(),
        };
        happens(&store, case, 70, Happening::OutreachDone(Box::new(end)), vec![]).await;
        let late = Happening::OutreachAccepted { outreach: id(1) };
        assert!(matches!(happens(&store, case, 71, late, vec![]).await, Recorded::Contradiction(_)));
        let open = store.open_outreaches(Some(user_id(1)), 10).await.expect("read");
        assert_eq!((open.len(), open[0].id()), (1, id(2)));
        assert_eq!(store.open_outreaches(Some(user_id(2)), 10).await.expect("read"), []);
        let ended = store.ended_outreaches(None, 10).await.expect("read");
        assert_eq!((ended.len(), ended[0].outcome, ended[0].ended_at), (1, Some(OutreachOutcome::Solved), Some(at(70))));
        assert_eq!(store.outreaches_of_case(case).await.expect("read").len(), 2);
        assert_eq!(store.outreaches_since(at(10), 10).await.expect("read").len(), 2);
        assert_eq!(store.outreaches_since(at(11), 10).await.expect("read").len(), 0);
        // Only of what ended long enough ago it is forgotten how to reach somebody, once.
        assert_eq!(store.erase_outreach_contacts(at(70)).await.expect("erased"), 0);
        assert_eq!(store.erase_outreach_contacts(at(71)).await.expect("erased"), 1);
        assert_eq!(store.erase_outreach_contacts(at(71)).await.expect("erased"), 0);
        assert_eq!(store.outreach_contact(id(1)).await.expect("read"), None);
        assert!(store.outreach_contact(id(2)).await.expect("read").is_some());
        assert_eq!(store.check_cases().await.expect("checked").findings, []);
    }

    async fn seniors_and_scripts_are_kept(store: Store) {
        with_a_case(&store).await;
        let senior = |most_open| Senior {
            user: user_id(1),
            title: "VP".into(),
            channels: vec![OutreachChannel::Mail],
            departments: Vec::new(),
            most_open,
        };
        store.set_senior(&senior(1)).await.expect("kept");
        store.set_senior(&senior(2)).await.expect("changed");
        assert_eq!(store.list_seniors().await.expect("read"), [senior(2)]);
        assert!(store.delete_senior(user_id(1)).await.expect("removed"));
        assert!(!store.delete_senior(user_id(1)).await.expect("looked"));
        let script = |number, name: &str| OutreachScript {
            id: OutreachScriptId(Uuid::from_u128(number)),
            name: name.into(),
            channel: None,
            language: "en".into(),
            text: "Dear {author}".into(),
            steps: vec!["one".into()],
            may: String::new(),
            may_not: String::new(),
        };
        store.set_outreach_script(&script(1, "b")).await.expect("kept");
        store.set_outreach_script(&script(2, "a")).await.expect("kept");
        assert!(store.set_outreach_script(&script(3, "a")).await.is_err(), "a name is one script's");
        let names: Vec<String> =
            store.list_outreach_scripts().await.expect("read").into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(store.delete_outreach_script(script(1, "b").id).await.expect("removed"));
        assert!(!store.delete_outreach_script(script(1, "b").id).await.expect("looked"));
    }
}

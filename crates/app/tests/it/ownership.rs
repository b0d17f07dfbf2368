//! Someone always has it: what clocks, shifts, transfers to and fro and people who follow do to a case.

use jiff::SignedDuration;
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::directory::duty;
use switchboard_app::directory::sla::PolicyText;
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::Actor;
use switchboard_model::{By, Case, CaseId, Clock, ClockKind, Happening, Owner, SlaTargets};

use crate::cases::{Office, office};

impl Office {
    async fn last(&self, id: CaseId) -> (By, Happening) {
        let view = self.test.app.case_view(&self.ada, id).await.expect("there");
        let last = view.events.into_iter().next_back().expect("events");
        (last.by, last.what)
    }

    async fn goes_to(&self, from: &Actor, to: &Actor, transfer: Transfer, id: CaseId) -> Case {
        self.test.app.transfer_case(from, id, None, transfer).await.expect("offered");
        self.test.app.accept_case(to, id, None).await.expect("accepted")
    }

    async fn time_passes(&self, minutes: i64) -> usize {
        self.test.clock.advance(minutes * 60);
        let app = &self.test.app;
        app.ring().await.expect("rings");
        app.wind_clocks().await.expect("wound");
        app.ring_clocks().await.expect("rings") + app.hand_back_off_duty().await.expect("handed back")
    }
}

#[tokio::test]
async fn clocks_warn_break_and_tell_further_up_once() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    assert_eq!(office.time_passes(0).await, 0);
    let (clocks, _) = app.clocks_of(case.id).await.expect("read");
    let first = clocks.running.first().expect("a clock").clone();
    assert_eq!((clocks.policy.as_deref(), first.kind), (Some("Everything else"), ClockKind::FirstResponse));
    let stored = app.store().case_clocks(&[case.id]).await.expect("read")[&case.id];
    let due = stored.due.expect("a clock runs");
    assert_eq!((due.clock, due.at), (ClockKind::FirstResponse, first.due_at.expect("due")));
    assert_eq!((due.since, due.warn_at), (first.started_at, first.warn_at));
    assert_eq!(office.time_passes(179).await, 0);
    assert_eq!(office.time_passes(1).await, 1);
    assert!(matches!(office.last(case.id).await, (By::Timer, Happening::ClockWarned { .. })));
    assert_eq!(office.time_passes(0).await, 0, "once");
    assert_eq!(office.time_passes(60).await, 1);
    assert_eq!(office.kinds(case.id).await, ["opened", "clock_warned", "clock_breached", "escalated"]);
    // Ada heads the department and the team.
    assert_eq!(office.case(case.id).await.watchers, [office.ada.user_id().expect("a user")]);
    // Whoever looked before may go on: clocks decide nothing.
    let claimed = app.claim_case(&office.ines, case.id, Some(case.version)).await.expect("as it was seen");
    assert_eq!(claimed.owner.user(), office.ines.user_id());
    assert!(app.claim_case(&office.tom, case.id, Some(case.version)).await.is_err());
    office.is_sound().await;
}

#[tokio::test]
async fn service_levels_are_checked_and_count_at_once() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    office.time_passes(0).await;
    let levels: Vec<PolicyText> = app.sla().iter().cloned().map(PolicyText::from).collect();
    let refused = async |change: fn(&mut PolicyText)| {
        let mut levels = levels.clone();
        change(&mut levels[1]);
        app.set_sla(&office.ada, levels).await.err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(refused(|level| level.name = "urgent ".into()).await.contains("two policies are called 'urgent'"));
    assert!(refused(|level| level.targets = SlaTargets::default()).await.contains("promises nothing"));
    assert!(refused(|level| level.targets.accept_min = Some(20_000)).await.contains("7 days"));
    assert!(refused(|level| level.targets.resolution_min = Some(0)).await.contains("a target is"));
    assert!(refused(|level| level.warn_at_percent = 99).await.contains("10 to 95"));
    assert!(refused(|level| level.least_priority = 101).await.contains("0 to 100"));
    assert!(app.set_sla(&office.ines, levels.clone()).await.is_err(), "administrators keep them");
    let mut quicker = levels;
    quicker[1].targets = SlaTargets { first_response_min: Some(10), accept_min: Some(7), ..SlaTargets::default() };
    app.set_sla(&office.ada, quicker).await.expect("set");
    app.wind_all_clocks().await.expect("wound");
    let due = app.store().case_clocks(&[case.id]).await.expect("read")[&case.id].due.expect("due").at;
    assert_eq!(due.duration_since(case.opened_at).as_mins(), 10);
    let offered = app.transfer_case(&office.ines, case.id, None, office.transfer()).await.expect("offered");
    let stands = offered.offer.expect("an offer").until.duration_since(office.test.clock.now());
    assert_eq!(stands.as_mins(), 7);
}

#[tokio::test]
async fn clocks_that_slept_for_days_say_everything_once() {
    let office = office().await;
    let case = office.complaint("1").await;
    assert_eq!(office.time_passes(9 * 24 * 60).await, 1);
    let told = office.kinds(case.id).await;
    assert_eq!(
        told,
        ["opened", "clock_breached", "escalated", "escalated", "clock_breached", "escalated", "escalated"]
    );
    assert_eq!(office.time_passes(60).await, 0);
    office.is_sound().await;
}

#[tokio::test]
async fn what_cannot_be_done_in_time_goes_back_at_the_end_of_a_shift() {
    let office = office().await;
    let app = &office.test.app;
    let ines = office.ines.user_id().expect("a user");
    let soon = office.complaint("1").await;
    let answered = office.complaint("2").await;
    for id in [soon.id, answered.id] {
        app.claim_case(&office.ines, id, None).await.expect("claimed");
    }
    // What waits for its author has no clock that runs.
    app.wait_case(&office.ines, answered.id, None, switchboard_model::Awaited::Author).await.expect("waits");
    let now = office.test.clock.now().to_zoned(jiff::tz::TimeZone::UTC);
    let day = now.date().weekday().to_monday_one_offset();
    let name = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][usize::try_from(day - 1).expect("a day")];
    let start = u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).expect("a minute");
    assert!(start + 120 < 1440, "the test's clock stands before the evening");
    let end = start + 60;
    let hours = format!("{name} {:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60);
    let change = UserChange { duty: Some(duty::parse(&hours).expect("hours")), ..UserChange::default() };
    app.change_user(&office.ada, ines, change).await.expect("changed");
    assert_eq!(office.time_passes(59).await, 0);
    assert_eq!(office.time_passes(2).await, 1);
    assert!(matches!(office.last(soon.id).await, (By::Timer, Happening::Released { .. })));
    assert_eq!(office.case(soon.id).await.owner, Owner::Desk);
    assert_eq!(office.case(answered.id).await.owner, Owner::User(ines), "nothing runs out on it");
    // Who works beyond their hours keeps what they take.
    app.claim_case(&office.ines, soon.id, None).await.expect("claimed");
    assert_eq!(office.time_passes(5).await, 0);
    assert_eq!(office.time_passes(40).await, 1);
    office.is_sound().await;
}

#[tokio::test]
async fn to_and_fro_is_seen_at_the_third_time() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    app.claim_case(&office.ines, id, None).await.expect("claimed");
    let back = |office: &Office| Transfer { department: office.service, ..office.transfer() };
    let there = Transfer { keeps_watching: true, ..office.transfer() };
    let moved = office.goes_to(&office.ines, &office.sam, there, id).await;
    assert_eq!(moved.watchers, [office.ines.user_id().expect("a user")], "the sender follows it");
    office.goes_to(&office.sam, &office.ines, back(&office), id).await;
    assert!(!office.kinds(id).await.contains(&"ping_pong"));
    let third = office.goes_to(&office.ines, &office.sam, office.transfer(), id).await;
    assert_eq!(office.kinds(id).await.last(), Some(&"ping_pong"));
    assert_eq!(third.involved, [office.service], "the department that does not have it sees it");
    assert!(third.watchers.contains(&office.ada.user_id().expect("a user")), "its head follows it");
    office.goes_to(&office.sam, &office.ines, back(&office), id).await;
    let said = office.kinds(id).await.iter().filter(|kind| **kind == "ping_pong").count();
    assert_eq!(said, 1, "not every time");
    office.is_sound().await;
}

#[tokio::test]
async fn an_offer_nobody_accepts_goes_where_the_department_wants() {
    let office = office().await;
    let app = &office.test.app;
    let ines = office.ines.user_id().expect("a user");
    let id = office.complaint("1").await.id;
    app.claim_case(&office.ines, id, None).await.expect("claimed");
    app.transfer_case(&office.ines, id, None, office.transfer()).await.expect("offered");
    office.time_passes(31).await;
    assert_eq!((office.case(id).await.owner, office.case(id).await.department), (Owner::User(ines), office.service));
    let mut sales = app.department(office.sales).expect("there");
    sales.office.unaccepted = switchboard_model::Unaccepted::Head;
    sales.office.accept_within_min = Some(10);
    assert!(app.store().update_department(&sales).await.expect("changed"));
    app.change_company(&office.ada, Default::default()).await.expect("read anew");
    app.transfer_case(&office.ines, id, None, office.transfer()).await.expect("offered");
    office.time_passes(11).await;
    let case = office.case(id).await;
    assert_eq!((case.owner.user(), case.department), (office.ada.user_id(), office.sales), "its head has it there");
    assert_eq!(office.kinds(id).await[5..], ["offer_ended", "moved", "assigned"]);
    office.is_sound().await;
}

#[tokio::test]
async fn who_follows_a_case_owns_nothing_of_it() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    let watched = app.watch_case(&office.sam, case.id, None).await.expect("follows");
    assert_eq!((watched.owner, watched.watchers.len()), (Owner::Desk, 1));
    assert_eq!(app.watch_case(&office.sam, case.id, None).await.expect("follows").version, watched.version);
    assert!(app.watch_case(&office.olga, case.id, None).await.is_err(), "observers follow nothing");
    assert!(app.watch_case(&office.ada, case.id, office.olga.user_id()).await.is_err());
    assert!(app.claim_case(&office.sam, case.id, None).await.is_err(), "it is another department's");
    assert!(app.involve(&office.sam, case.id, office.sales, "").await.is_err());
    let involved = app.involve(&office.ines, case.id, office.sales, "a sale is at stake").await.expect("involved");
    assert_eq!(involved.involved, [office.sales]);
    let filter = switchboard_model::CaseFilter { involving: vec![office.sales], limit: 10, ..Default::default() };
    assert_eq!(app.cases(&office.sam, filter).await.expect("listed").cases.len(), 1);
    let filter = switchboard_model::CaseFilter { watched_by: office.sam.user_id(), limit: 10, ..Default::default() };
    assert_eq!(app.cases(&office.sam, filter.clone()).await.expect("listed").cases.len(), 1);
    app.excuse(&office.sam, case.id, office.sales).await.expect("excused");
    app.unwatch_case(&office.sam, case.id, None).await.expect("follows no more");
    assert_eq!(app.cases(&office.sam, filter).await.expect("listed").cases.len(), 0);
    let later = SignedDuration::from_hours(1);
    let until = office.test.clock.now().checked_add(later).expect("a time");
    app.snooze_case(&office.ines, case.id, Some(case.version), until).await.expect("nothing decided has changed");
    office.is_sound().await;
}

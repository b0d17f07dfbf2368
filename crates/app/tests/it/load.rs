//! Load: cases given in turn, what people have had to read, and the end of a shift.

use switchboard_app::cases::CaseError;
use switchboard_app::cases::bulk::Chosen;
use switchboard_app::cases::handover::{AtShiftEnd, HandOverTo, HandedOver};
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::duty;
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::Actor;
use switchboard_model::{
    Assignment, By, Case, Clock, ExposureSettings, Happening, NotificationKind, Owner, User, UserId,
};
use switchboard_testkit::app::{TestApp, heard};

use crate::cases::{Office, office_in, reply};

fn id(actor: &Actor) -> UserId {
    actor.user_id().expect("a user")
}

impl Office {
    async fn gives_in_turn(&self) {
        self.test.app.set_assignment(&self.ada, self.service, Assignment::RoundRobin).await.expect("changed");
    }

    async fn change(&self, actor: &Actor, change: impl FnOnce(&mut User)) {
        let app = &self.test.app;
        let mut user = app.user(id(actor)).expect("there").as_ref().clone();
        change(&mut user);
        assert!(app.store().update_user(&user).await.expect("changed"));
        app.change_company(&Actor::Operator, Default::default()).await.expect("read anew");
    }

    async fn works(&self, actor: &Actor, hours: &str) {
        let duty = duty::parse(hours).expect("hours");
        let change = UserChange { duty: Some(duty), ..UserChange::default() };
        self.test.app.change_user(&Actor::Operator, id(actor), change).await.expect("changed");
    }

    async fn owners(&self, cases: &[&Case]) -> Vec<Option<UserId>> {
        let mut owners = Vec::new();
        for case in cases {
            owners.push(self.case(case.id).await.owner.user());
        }
        owners
    }

    async fn last_event(&self, case: &Case) -> (By, Happening) {
        let view = self.test.app.case_view(&self.ada, case.id).await.expect("there");
        let last = view.events.into_iter().next_back().expect("events");
        (last.by, last.what)
    }
}

async fn cases_are_given_in_turn_to_who_has_room(test: TestApp) {
    let office = office_in(test).await;
    let app = &office.test.app;
    // The head heads, and is never on duty here.
    office.works(&office.ada, "sun 00:00-00:01").await;
    app.set_most_cases(&office.ada, id(&office.ines), Some(2)).await.expect("changed");
    app.set_most_cases(&office.ada, id(&office.tom), Some(3)).await.expect("changed");
    let first = office.complaint("1").await;
    assert_eq!(app.give_out().await.expect("given"), 0, "the desk does not give yet");
    office.gives_in_turn().await;
    assert_eq!(app.give_out().await.expect("given"), 1);
    assert_eq!(app.give_out().await.expect("given"), 0, "once");
    let (by, what) = office.last_event(&first).await;
    let Happening::Assigned { to, why } = what else { panic!("{what:?}") };
    assert_eq!((by, to), (By::Rules, id(&office.tom)), "who has most room");
    assert_eq!(why, "given in turn: on duty, speaks English, 0 of 3 cases");
    let mut cases = vec![first];
    for number in 2..=6 {
        cases.push(office.complaint(&number.to_string()).await);
    }
    assert_eq!(app.give_out().await.expect("given"), 4, "as many as they have room for");
    let owners = office.owners(&cases.iter().collect::<Vec<_>>()).await;
    let count = |who: Option<UserId>| owners.iter().filter(|owner| **owner == who).count();
    let counts = (count(Some(id(&office.ines))), count(Some(id(&office.tom))), count(None));
    assert_eq!(counts, (2, 3, 1), "the desk keeps what nobody has room for");
    // Room becomes free.
    let done = cases.iter().zip(&owners).find(|(_, owner)| **owner == Some(id(&office.ines))).expect("hers").0;
    app.close_case(&office.ines, done.id, None, switchboard_model::Outcome::SolvedPublicly, "").await.expect("closed");
    assert_eq!(app.give_out().await.expect("given"), 1);
    let load = app.load(&office.ada).await.expect("told");
    assert!(load.desks.iter().any(|desk| desk.waiting == 0 && desk.assignment == Assignment::RoundRobin));
    office.is_sound().await;
}

#[tokio::test]
async fn cases_are_given_in_turn() {
    cases_are_given_in_turn_to_who_has_room(TestApp::new().await).await;
}

#[tokio::test]
async fn cases_are_given_in_turn_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    cases_are_given_in_turn_to_who_has_room(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn only_who_is_on_duty_speaks_the_language_and_knows_it_is_given_a_case() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    office.works(&office.ada, "sun 00:00-00:01").await;
    office.works(&office.ines, "sun 00:00-00:01").await;
    office.change(&office.tom, |tom| tom.languages = vec!["de".to_owned()]).await;
    office.gives_in_turn().await;
    let english = office.complaint("1").await;
    assert_eq!(app.give_out().await.expect("given"), 0, "she is off duty, and he speaks no English");
    assert_eq!(office.case(english.id).await.owner, Owner::Desk);
    office.works(&office.ines, "").await;
    assert_eq!(app.give_out().await.expect("given"), 1, "she comes on duty");
    assert_eq!(office.case(english.id).await.owner, Owner::User(id(&office.ines)));
    // A tag that is the skill of somebody there asks for it.
    office.change(&office.ines, |ines| ines.profile.skills = vec!["warranty".to_owned()]).await;
    office.change(&office.tom, |tom| tom.languages.clear()).await;
    let broken = office.complaint("2").await;
    app.tag_case(&office.ada, broken.id, None, &["warranty".to_owned()], &[]).await.expect("tagged");
    assert_eq!(app.give_out().await.expect("given"), 1);
    assert_eq!(office.case(broken.id).await.owner, Owner::User(id(&office.ines)), "though he has fewer");
    let Happening::Assigned { why, .. } = office.last_event(&broken).await.1 else { panic!("assigned") };
    assert!(why.contains("knows warranty"), "{why}");
}

#[tokio::test]
async fn what_is_given_back_goes_to_somebody_else() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    office.works(&office.ada, "sun 00:00-00:01").await;
    office.gives_in_turn().await;
    let case = office.complaint("1").await;
    app.give_out().await.expect("given");
    let had = office.case(case.id).await.owner.user().expect("somebody");
    let (had, other) = if had == id(&office.ines) { (&office.ines, &office.tom) } else { (&office.tom, &office.ines) };
    // Undone by whoever was given it, as a claim is; nobody else can.
    assert!(matches!(app.undo(other, case.id, None, None).await, Err(CaseError::NotUndone { .. })));
    let undone = app.undo(had, case.id, None, None).await.expect("undone");
    assert_eq!(undone.owner, Owner::Desk);
    assert_eq!(app.give_out().await.expect("given"), 1);
    assert_eq!(office.case(case.id).await.owner, Owner::User(id(other)));
    app.release_case(other, case.id, None, "not mine either").await.expect("released");
    assert_eq!(app.give_out().await.expect("given"), 0, "both have given it back: the desk keeps it");
    app.claim_case(had, case.id, None).await.expect("anybody may still take it");
    office.is_sound().await;
}

#[tokio::test]
async fn abuse_is_counted_and_turns_away_and_the_head_is_warned_once() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    office.works(&office.ada, "sun 00:00-00:01").await;
    app.count_exposure().await.expect("counted");
    let settings = ExposureSettings { tags: vec!["Abuse".into()], warn_at: 8, half_life_days: 7 };
    assert!(app.set_exposure_settings(&office.ines, settings.clone()).await.is_err(), "for administrators");
    let settings = app.set_exposure_settings(&office.ada, settings).await.expect("set");
    assert_eq!(settings.tags, ["abuse"]);
    let harsh = office.complaint("1").await;
    app.tag_case(&office.ada, harsh.id, None, &["abuse".to_owned()], &[]).await.expect("tagged");
    app.claim_case(&office.ines, harsh.id, None).await.expect("claimed");
    app.count_exposure().await.expect("counted");
    assert_eq!(app.warn_of_load().await.expect("looked"), 0);
    office.arrive(vec![reply("2", "1", "you are all idiots")]).await;
    assert_eq!(app.count_exposure().await.expect("counted"), 1);
    assert_eq!(app.count_exposure().await.expect("counted"), 0, "each event once");
    let load = app.load(&office.ada).await.expect("told");
    let ines = load.people.iter().find(|one| one.user == id(&office.ines)).expect("there");
    assert!((ines.exposure - 8.0).abs() < 1e-6 && ines.is_exposed, "{ines:?}");
    assert_eq!(app.warn_of_load().await.expect("looked"), 1);
    assert_eq!(app.warn_of_load().await.expect("looked"), 0, "once");
    let told = app.notifications(&office.ada, false, None, 10).await.expect("listed").notifications;
    let warned = told.iter().find(|one| one.kind == NotificationKind::Exposed).expect("warned");
    assert_eq!((warned.by, warned.case), (By::User(id(&office.ines)), harsh.id));
    // The next one turns away from her, though she has more room than he.
    office.gives_in_turn().await;
    app.set_most_cases(&office.ada, id(&office.tom), Some(2)).await.expect("changed");
    let next = office.complaint("3").await;
    app.tag_case(&office.ada, next.id, None, &["abuse".to_owned()], &[]).await.expect("tagged");
    assert_eq!(app.give_out().await.expect("given"), 1);
    assert_eq!(office.case(next.id).await.owner, Owner::User(id(&office.tom)));
    // After a half-life it weighs half.
    office.test.clock.advance(7 * 86_400);
    let load = app.load(&office.ines).await.expect("told");
    assert!((load.people[0].exposure - 4.0).abs() < 1e-3, "{:?}", load.people);
}

#[tokio::test]
async fn the_load_is_told_to_heads_and_everybody_sees_their_own() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    let seen = async |actor: &Actor| -> Vec<UserId> {
        app.load(actor).await.expect("told").people.into_iter().map(|one| one.user).collect()
    };
    assert_eq!(seen(&office.ines).await, [id(&office.ines)]);
    assert_eq!(seen(&office.ada).await.len(), 4, "an observer has no load");
    assert!(matches!(app.load(&office.olga).await, Err(CaseError::Forbidden(_))));
    let refused = app.set_most_cases(&office.ines, id(&office.ines), Some(1)).await;
    assert!(matches!(refused, Err(DirectoryError::Forbidden(_))), "the head decides it");
    let refused = app.set_assignment(&office.ines, office.service, Assignment::RoundRobin).await;
    assert!(matches!(refused, Err(DirectoryError::Forbidden(_))));
    let refused = app.set_most_cases(&office.ada, id(&office.ines), Some(0)).await;
    assert!(matches!(refused, Err(DirectoryError::Bad { field: "most_cases", .. })));
}

#[tokio::test]
async fn a_shift_ends_with_a_list_and_a_reminder() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    // It is Monday, 09:30. First responses are due after four hours.
    office.works(&office.ines, "mon-fri 09:00-10:30").await;
    let (one, two, three) = (office.complaint("1").await, office.complaint("2").await, office.complaint("3").await);
    for case in [&one, &two, &three] {
        app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    }
    app.wait_case(&office.ines, three.id, None, switchboard_model::Awaited::Author).await.expect("waits");
    app.wind_clocks().await.expect("wound");
    assert_eq!(app.warn_of_load().await.expect("looked"), 0, "an hour is left");
    office.test.clock.advance(35 * 60);
    assert_eq!(app.warn_of_load().await.expect("looked"), 1);
    assert_eq!(app.warn_of_load().await.expect("looked"), 0, "once");
    let told = app.notifications(&office.ines, false, None, 10).await.expect("listed").notifications;
    assert_eq!(told.iter().filter(|told| told.kind == NotificationKind::ShiftEnds).count(), 1);
    let list = app.hand_over_list(&office.ines).await.expect("listed");
    let end = list.ends_at.expect("it ends");
    assert_eq!(end.duration_since(office.test.clock.now()).as_mins(), 25);
    let then = |case: &Case| list.cases.iter().find(|row| row.row.case.id == case.id).expect("listed").then;
    assert_eq!((then(&one), then(&three)), (AtShiftEnd::Returns, AtShiftEnd::Stays));
    assert!(list.colleagues.contains(&id(&office.tom)) && !list.colleagues.contains(&id(&office.sam)));
    // Handed over in one act, each with its note.
    let hand =
        |case: &Case, note: &str| HandedOver { chosen: Chosen { case: case.id, seen: None }, note: note.to_owned() };
    let handed = [hand(&one, "wants a call back"), hand(&two, "")];
    office.works(&office.tom, "sun 00:00-00:01").await;
    let to_tom = HandOverTo::User(id(&office.tom));
    let refused = app.hand_over_cases(&office.ines, &handed, to_tom).await;
    assert!(matches!(refused, Err(CaseError::Bad { field: "to", .. })), "he is off duty");
    office.works(&office.tom, "").await;
    let done = app.hand_over_cases(&office.ines, &handed, to_tom).await.expect("handed over");
    assert!(done.iter().all(|one| one.done.is_ok()), "{done:?}");
    assert_eq!(office.owners(&[&one, &two]).await, [Some(id(&office.tom)), Some(id(&office.tom))]);
    assert_eq!(office.kinds(one.id).await[2..4], ["noted", "assigned"]);
    let sam = app.hand_over_cases(&office.ines, &[hand(&three, "")], HandOverTo::User(id(&office.sam))).await;
    assert!(sam.expect("answered")[0].done.is_err(), "he works for another department");
    let desk = app.hand_over_cases(&office.ines, &[hand(&three, "left a voicemail")], HandOverTo::Desk).await;
    assert!(desk.expect("answered")[0].done.is_ok());
    assert_eq!(office.case(three.id).await.owner, Owner::Desk);
    office.arrive(vec![heard("9", "acme")]).await;
    office.is_sound().await;
}

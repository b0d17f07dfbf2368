//! Who fits and who is there now, the social team, holidays, and what becomes of the cases of somebody who is away.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::duty;
use switchboard_app::directory::find::Directory;
use switchboard_app::directory::office::OfficeChange;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_app::directory::team::{TeamChange, TeamWarning};
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::Actor;
use switchboard_model::{
    Absence, By, Clock, DepartmentId, Happening, Holiday, HolidayCalendar, Interest, Owner, UserId,
};

use crate::cases::{Office, office, office_in};

const OPERATOR: Actor = Actor::Operator;

fn id(actor: &Actor) -> UserId {
    actor.user_id().expect("a user")
}

fn field<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> (&'static str, String) {
    match result {
        Err(DirectoryError::Bad { field, message } | DirectoryError::Taken { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

fn names(found: &Directory) -> String {
    let departments = found.departments.iter().map(|one| one.department.name.as_str());
    let people = found.people.iter().map(|one| one.user.name.as_str());
    departments.chain(people).collect::<Vec<_>>().join(", ")
}

impl Office {
    async fn profile(&self, actor: &Actor, user: UserId, profile: ProfileChange) -> Result<(), DirectoryError> {
        let change = UserChange { profile, ..UserChange::default() };
        self.test.app.change_user(actor, user, change).await.map(drop)
    }

    async fn office(&self, department: DepartmentId, office: OfficeChange) -> Result<(), DirectoryError> {
        let change = DepartmentChange { office, ..DepartmentChange::default() };
        self.test.app.change_department(&OPERATOR, department, change).await.map(drop)
    }

    async fn found(&self, text: &str) -> Directory {
        self.test.app.directory(text).await.expect("looked for")
    }

    fn today(&self) -> Date {
        self.test.clock.now().to_zoned(TimeZone::UTC).date()
    }

    async fn away(&self, who: &Actor, from: Date, days: i64, stand_in: Option<&Actor>) {
        let absence = Absence { from, until: from + days.days(), stand_in: stand_in.map(id) };
        let profile = ProfileChange { absences: Some(vec![absence]), ..ProfileChange::default() };
        self.profile(who, id(who), profile).await.expect("everybody enters their own");
    }
}

fn extension(text: &str) -> ProfileChange {
    ProfileChange { extension: Some(Some(text.into())), ..ProfileChange::default() }
}

#[tokio::test]
async fn whoever_fits_and_is_there_comes_first() {
    // 2026-05-04 is a Monday, 09:30 in UTC.
    let office = office().await;
    let (ines, tom) = (id(&office.ines), id(&office.tom));
    office.profile(&OPERATOR, tom, extension("21")).await.expect("free");
    let change =
        ProfileChange { skills: Some(vec!["Maritime  Law".into()]), most_cases: Some(Some(1)), ..extension("212") };
    office.profile(&OPERATOR, ines, change).await.expect("free");
    let german = UserChange {
        languages: Some(vec!["de".into()]),
        time_zone: Some("Asia/Tokyo".into()),
        duty: Some(duty::parse("mon-fri 09:00-18:00").expect("hours")),
        ..UserChange::default()
    };
    office.test.app.change_user(&office.tom, tom, german).await.expect("changed");

    assert_eq!(names(&office.found("21").await), "Tom, Ines", "the whole extension comes first");
    assert_eq!(office.found("21").await.people[0].rank, 0);
    assert_eq!(names(&office.found("law").await), "Ines");
    assert_eq!(names(&office.found("german").await), "Tom");
    assert_eq!(names(&office.found("deutsch serv").await), "Tom", "each word fits");
    // It is 18:30 in Tokyo: whoever is there comes before him.
    let service = office.found("service").await;
    assert_eq!(names(&service), "Service, Ada, Ines, Olga, Tom");
    let tom_now = &service.people[3].duty;
    assert!(!tom_now.is_on_duty && tom_now.local.to_string().starts_with("2026-05-04T18:30"), "{tom_now:?}");
    assert_eq!(tom_now.from.expect("tomorrow").to_string(), "2026-05-05T00:00:00Z");
    // Whoever has no room comes after those who have.
    let case = office.complaint("1").await;
    office.test.app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    let full = office.found("law").await;
    assert_eq!((full.people[0].open_cases, full.people[0].room), (1, Some(0)));
    assert_eq!(names(&office.found("service").await), "Service, Ada, Olga, Ines, Tom");

    let app = &office.test.app;
    let to = app.find_destination("21", Some(office.sales)).await.expect("his");
    assert_eq!((to.department, to.user), (office.service, Some(tom)));
    let to = app.find_destination("sales", Some(office.service)).await.expect("the department");
    assert_eq!((to.department, to.user), (office.sales, None));
    for (text, expected) in [("21", "another department"), ("zzz", "nobody"), ("", "choose")] {
        let (at, message) = field(app.find_destination(text, Some(office.service)).await);
        assert!(at == "to" && message.contains(expected), "{text}: {message}");
    }
}

#[tokio::test]
async fn what_is_said_of_people_and_departments_is_checked() {
    let office = office().await;
    let (ines, tom) = (id(&office.ines), id(&office.tom));
    office.profile(&OPERATOR, tom, extension("21")).await.expect("free");
    let wrong = async |change: OfficeChange, at: &str, says: &str| {
        let (found, message) = field(office.office(office.service, change).await);
        assert!(found == at && message.contains(says), "{found}: {message}");
    };
    let change = OfficeChange::default;
    wrong(OfficeChange { extension: Some(Some("21".into())), ..change() }, "extension", "that of Tom").await;
    wrong(OfficeChange { extension: Some(Some("2".into())), ..change() }, "extension", "2 to 6 digits").await;
    wrong(OfficeChange { holidays: Some(Some("pt".into())), ..change() }, "holidays", "there is none yet").await;
    wrong(OfficeChange { cover: Some(Some(office.service)), ..change() }, "cover", "itself").await;
    wrong(OfficeChange { time_zone: Some(Some("Lisbon".into())), ..change() }, "time_zone", "IANA").await;
    wrong(OfficeChange { accept_within_min: Some(Some(0)), ..change() }, "accept_within_min", "1 minute").await;
    let away = |from: Date, until: Date, stand_in| {
        let absences = Some(vec![Absence { from, until, stand_in }, Absence { from: until, until, stand_in: None }]);
        ProfileChange { absences, ..ProfileChange::default() }
    };
    let (monday, friday) = (date(2026, 5, 4), date(2026, 5, 8));
    for (change, says) in [
        (away(friday, monday, None), "cannot end"),
        (away(monday, friday, Some(ines)), "themselves"),
        (away(monday, friday, Some(id(&office.olga))), "does not work on cases"),
        (away(monday, friday, None), "overlap"),
        (away(monday, date(2030, 1, 1), None), "three years"),
    ] {
        let (at, message) = field(office.profile(&office.ines, ines, change).await);
        assert!(at == "absences" && message.contains(says), "{message}");
    }
    let own = office.profile(&office.ines, ines, extension("22")).await;
    assert!(matches!(own, Err(DirectoryError::Forbidden(_))), "administrators give extensions: {own:?}");
    let other = office.profile(&office.ines, tom, away(monday, friday, None)).await;
    assert!(matches!(other, Err(DirectoryError::Forbidden(_))), "{other:?}");

    let calendar = HolidayCalendar {
        key: "pt".into(),
        name: "Portugal".into(),
        days: vec![Holiday { date: office.today(), name: "Feast".into() }],
    };
    office.test.app.set_holidays(&OPERATOR, calendar.clone()).await.expect("set");
    assert!(office.test.app.is_on_duty(&office.test.app.user(ines).expect("there"), office.test.clock.now()));
    let has = ProfileChange { holidays: Some(Some("pt".into())), ..ProfileChange::default() };
    office.profile(&office.ines, ines, has).await.expect("there is one");
    assert!(!office.test.app.is_on_duty(&office.test.app.user(ines).expect("there"), office.test.clock.now()));
    assert_eq!(office.found("ines").await.people[0].duty.holiday.as_deref(), Some("Feast"));
    let removed = office.test.app.remove_holidays(&OPERATOR, "pt").await;
    assert!(matches!(&removed, Err(DirectoryError::InUse(why)) if why.contains("Ines")), "{removed:?}");
    let twice = HolidayCalendar { days: [calendar.days.clone(), calendar.days.clone()].concat(), ..calendar };
    assert_eq!(field(office.test.app.set_holidays(&OPERATOR, twice).await).0, "days");
}

#[tokio::test]
async fn a_closed_department_is_covered_by_one_that_is_there() {
    let office = office().await;
    let new = NewDepartment {
        key: None,
        name: "Night watch".into(),
        head: id(&office.ada),
        deputy: None,
        intents: Vec::new(),
        keywords: Vec::new(),
    };
    let other = office.test.app.add_department(&OPERATOR, new).await.expect("added").id;
    office
        .office(other, OfficeChange { hours: Some(duty::parse("sun 9-10").expect("hours")), ..Default::default() })
        .await
        .expect("changed");
    let hours = |text: &str| Some(duty::parse(text).expect("hours"));
    let closed =
        |cover| OfficeChange { hours: hours("tue 09:00-17:00"), cover: Some(Some(cover)), ..Default::default() };
    office.office(office.service, closed(other)).await.expect("changed");
    // That one is closed as well, and its cover is open.
    office
        .office(other, OfficeChange { cover: Some(Some(office.sales)), ..Default::default() })
        .await
        .expect("changed");
    let found = office.found("service").await;
    let service = &found.departments[0];
    assert_eq!((service.hours.is_on_duty, service.cover), (false, Some(office.sales)));
    assert_eq!(service.hours.from.expect("tomorrow").to_string(), "2026-05-05T09:00:00Z");
    // A circle ends.
    office.office(office.sales, closed(office.service)).await.expect("changed");
    assert_eq!(office.found("service").await.departments[0].cover, Some(other), "nobody is anywhere");

    let calendar = office.test.app.duty_calendar(
        "2026-05-05T00:00:00Z".parse().expect("a time"),
        "2026-05-06T00:00:00Z".parse().expect("a time"),
    );
    let calendar = calendar.expect("a day");
    let week = calendar.departments.iter().find(|week| week.department == office.service).expect("there");
    assert_eq!((week.hours.len(), week.gaps.len()), (1, 0));
    for user in office.test.app.users().iter().filter(|user| user.departments.contains(&office.service)) {
        let noon =
            UserChange { duty: hours("mon-fri 12:00-15:00"), time_zone: Some("UTC".into()), ..UserChange::default() };
        office.test.app.change_user(&OPERATOR, user.id, noon).await.expect("changed");
    }
    let calendar = office.test.app.duty_calendar(calendar.from, calendar.until).expect("a day");
    let week = calendar.departments.iter().find(|week| week.department == office.service).expect("there");
    let gaps: Vec<String> = week.gaps.iter().map(|gap| format!("{} {}", gap.from, gap.until)).collect();
    assert_eq!(gaps, ["2026-05-05T09:00:00Z 2026-05-05T12:00:00Z", "2026-05-05T15:00:00Z 2026-05-05T17:00:00Z"]);
    let backwards = office.test.app.duty_calendar(calendar.until, calendar.from);
    assert_eq!(field(backwards).0, "until");
}

#[tokio::test]
async fn the_team_has_one_head_and_says_what_is_missing() {
    let office = office().await;
    let app = &office.test.app;
    let (ada, ines, sam) = (id(&office.ada), id(&office.ines), id(&office.sam));
    assert_eq!(app.team().head, Some(ada), "whoever founded the company");
    let service_seat = TeamWarning::ServiceSeat { department: office.service };
    assert!(app.team_warnings().contains(&service_seat), "the one called so, until one says that it does");
    let says = OfficeChange { interest: Some(Some(Interest::Service)), ..OfficeChange::default() };
    office.office(office.service, says).await.expect("changed");
    assert_eq!(app.team_warnings().first(), Some(&service_seat));
    let seat = |department, user| TeamChange { seats: [(department, user)].into(), ..TeamChange::default() };
    let (at, message) = field(app.change_team(&OPERATOR, seat(office.service, Some(sam))).await);
    assert!(at == "seats" && message.contains("does not work for 'Service'"), "{message}");
    app.change_team(&OPERATOR, seat(office.service, Some(ines))).await.expect("she works there");
    assert!(!app.team_warnings().contains(&service_seat));
    let deputy = TeamChange { deputy: Some(Some(ada)), ..TeamChange::default() };
    assert_eq!(field(app.change_team(&OPERATOR, deputy).await).0, "deputy");
    let head = TeamChange { head: Some(sam), ..TeamChange::default() };
    assert!(matches!(app.change_team(&office.ines, head.clone()).await, Err(DirectoryError::Forbidden(_))));
    app.change_team(&OPERATOR, head).await.expect("changed");
    let left = app.deactivate_user(&OPERATOR, sam).await;
    assert!(matches!(&left, Err(DirectoryError::InUse(why)) if why.contains("social team")), "{left:?}");
    // Who leaves a seat leaves it empty, and that is said.
    app.deactivate_user(&OPERATOR, ines).await.expect("she leads nothing");
    assert!(app.team_warnings().contains(&service_seat));
    let found = switchboard_app::doctor::examine(app.store(), office.test.clock.now()).await.expect("examined");
    assert!(found.iter().any(|one| one.about == "social team" && one.seen.contains("service seat")), "{found:?}");
}

async fn cases_of_the_absent_go_on(office: Office) {
    let app = &office.test.app;
    let (ines, tom) = (id(&office.ines), id(&office.tom));
    let (one, late) = (office.complaint("1").await, office.complaint("2").await);
    for case in [&one, &late] {
        app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    }
    let tomorrow = office.today().tomorrow().expect("a day");
    office.away(&office.ines, tomorrow, 2, Some(&office.tom)).await;
    let absence = app.user(ines).expect("there").profile.absences[0].clone();
    let planned = app.hand_over_of(&office.ines, ines, &absence).await.expect("her own");
    assert!(planned.len() == 2 && planned.iter().all(|one| one.to == Some(tom)), "{planned:?}");
    assert!(app.hand_over_of(&office.tom, ines, &absence).await.is_err(), "it is hers");
    assert_eq!(app.hand_over_absent().await.expect("looked"), 0, "she is still there");
    office.test.clock.advance(24 * 3600);
    // What she does all the same is hers.
    app.note_on_case(&office.ines, late.id, None, "I finish this").await.expect("noted");
    assert_eq!(app.hand_over_absent().await.expect("handed over"), 1);
    assert_eq!(office.case(one.id).await.owner, Owner::User(tom));
    assert_eq!(office.case(late.id).await.owner, Owner::User(ines));
    let view = app.case_view(&office.ada, one.id).await.expect("there");
    let why = view.events.iter().rev().find_map(|event| match (&event.what, event.by) {
        (Happening::Released { why }, By::Timer) => Some(why.clone()),
        _ => None,
    });
    assert_eq!(why.as_deref(), Some("Ines is away until 2026-05-07"));
    assert_eq!(app.hand_over_absent().await.expect("looked"), 0, "once");

    // A stand-in who is away as well leads on to theirs, or to the desk.
    office.away(&office.tom, tomorrow, 9, None).await;
    assert_eq!(app.hand_over_absent().await.expect("handed over"), 1);
    assert_eq!(office.case(one.id).await.owner, Owner::Desk);
    app.claim_case(&office.ada, one.id, None).await.expect("claimed");
    office.away(&office.ada, tomorrow, 3, Some(&office.sam)).await;
    office.test.clock.advance(SignedDuration::from_hours(2).as_secs());
    assert_eq!(app.hand_over_absent().await.expect("looked"), 0, "she took it today");
    office.is_sound().await;
}

#[tokio::test]
async fn when_an_absence_begins_cases_go_on() {
    cases_of_the_absent_go_on(office().await).await;
}

#[tokio::test]
async fn when_an_absence_begins_cases_go_on_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    let test = switchboard_testkit::app::TestApp::on_postgres(&server).await;
    cases_of_the_absent_go_on(office_in(test).await).await;
}

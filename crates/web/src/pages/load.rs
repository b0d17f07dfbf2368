//! The load: who has how much, how the cases of desks find an owner, what people have had to read.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::load::{DeskLoad, Load, PersonLoad};
use switchboard_model::{Assignment, CaseId, DepartmentId, ExposureSettings, UserId};

use super::case::load::colleagues;
use super::colleagues::Colleagues;
use super::failure::sentence;
use super::forms::Fields;
use super::words::{self, When};
use super::{Frame, Section, go, show};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "load.html")]
struct LoadPage {
    frame: Frame,
    /// Whether the visitor may change anything of somebody.
    leads: bool,
    complaint: Option<String>,
    people: Vec<PersonView>,
    desks: Vec<DeskView>,
    /// What counts as abuse, for who may change it.
    settings: Option<SettingsView>,
}

struct PersonView {
    id: UserId,
    name: String,
    is_you: bool,
    departments: String,
    is_on_duty: bool,
    duty: Cow<'static, str>,
    changes: Option<When>,
    /// "5 of 12".
    cases: Cow<'static, str>,
    /// Of what they can have, where that is a number.
    percent: Option<u64>,
    is_full: bool,
    /// How many of them somebody else has to do something about.
    waits: u64,
    oldest: Option<(CaseId, When)>,
    points: u64,
    is_exposed: bool,
    is_led: bool,
    /// How many they can have; empty for any number.
    most: String,
}

struct DeskView {
    id: DepartmentId,
    /// The queue of its cases.
    address: String,
    name: String,
    waiting: String,
    room: Cow<'static, str>,
    gives: bool,
    is_led: bool,
}

struct SettingsView {
    tags: String,
    warn_at: u32,
    half_life_days: u32,
}

impl LoadPage {
    fn new(load: &Load, colleagues: &Colleagues, visitor: &Visitor, now: Timestamp, wrong: Option<&Refusal>) -> Self {
        let frame = Frame::within(t!("load"), Section::Desk, visitor).with_style("lists.css").with_style("people.css");
        let settings = frame.may_administer().then(|| SettingsView {
            tags: load.exposure.tags.join(", "),
            warn_at: load.exposure.warn_at,
            half_life_days: load.exposure.half_life_days,
        });
        // Who has least room stands first, and within that who has most to read: where somebody has to look.
        let mut people: Vec<&PersonLoad> = load.people.iter().collect();
        people.sort_by_key(|one| (!one.is_on_duty, !one.is_exposed));
        Self {
            frame,
            leads: load.people.iter().any(|one| one.is_led),
            complaint: wrong.map(|refusal| sentence(&refusal.message)),
            people: people.into_iter().map(|one| person(one, colleagues, now)).collect(),
            desks: load.desks.iter().map(|one| desk(one, colleagues)).collect(),
            settings,
        }
    }
}

fn person(one: &PersonLoad, colleagues: &Colleagues, now: Timestamp) -> PersonView {
    let departments: Vec<String> = one.departments.iter().map(|id| colleagues.department(*id)).collect();
    let duty = match (one.is_on_duty, one.changes_at.is_some()) {
        (true, true) => t!("load-duty-until"),
        (true, false) => t!("load-duty-on"),
        (false, true) => t!("load-duty-from"),
        (false, false) => t!("load-duty-off"),
    };
    let most = one.most_cases.map(u64::from);
    PersonView {
        id: one.user,
        name: colleagues.full_name(one.user),
        is_you: colleagues.is_you(one.user),
        departments: departments.join(", "),
        is_on_duty: one.is_on_duty,
        duty,
        changes: one.changes_at.map(|at| When::new(at, now)),
        cases: match most {
            Some(most) => t!("load-cases-of", cases = words::count(one.cases), most = words::count(most)),
            None => t!("load-cases-any", cases = words::count(one.cases)),
        },
        percent: most.map(|most| (one.cases * 100).checked_div(most).unwrap_or(100).min(100)),
        is_full: most.is_some_and(|most| one.cases >= most),
        waits: one.cases.saturating_sub(one.open),
        oldest: one.oldest.zip(one.oldest_at).map(|(case, at)| (case, When::new(at, now))),
        // A score is never negative, and a cast takes what is too large as the largest.
        points: one.exposure.round() as u64,
        is_exposed: one.is_exposed,
        is_led: one.is_led,
        most: one.most_cases.map(|most| most.to_string()).unwrap_or_default(),
    }
}

fn desk(one: &DeskLoad, colleagues: &Colleagues) -> DeskView {
    let key = colleagues.find_department(one.department).map(|department| department.key.as_str()).unwrap_or_default();
    DeskView {
        id: one.department,
        address: format!("/desk?queue=desk:{key}"),
        name: colleagues.department(one.department),
        waiting: words::count(one.waiting),
        room: t!("load-with-room", on = words::count(one.on_duty), room = words::count(one.with_room)),
        gives: one.assignment == Assignment::RoundRobin,
        is_led: one.is_led,
    }
}

async fn page(web: &Web, visitor: &Visitor, wrong: Option<&Refusal>) -> Result<Response, PageError> {
    let load = web.app.load(&visitor.actor).await?;
    let page = LoadPage::new(&load, &colleagues(web, visitor), visitor, web.app.now(), wrong);
    show(wrong.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// Back to the page, or the page with what is wrong.
async fn changed(web: &Web, visitor: &Visitor, done: Result<(), Refusal>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(go("/desk/load")),
        Err(refusal) => page(web, visitor, Some(&refusal)).await,
    }
}

/// `GET /desk/load`
pub(crate) async fn load(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, None).await
}

/// `POST /desk/load/departments/{id}`
pub(crate) async fn set_assignment(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let done = match Assignment::from_word(fields.text("assignment")) {
        Some(way) => web.app.set_assignment(&visitor.actor, id, way).await.map(drop).map_err(Refusal::from),
        None => Err(Refusal::unprocessable("bad_field", t!("load-unknown")).about("assignment")),
    };
    changed(&web, &visitor, done).await
}

/// `POST /desk/load/users/{id}`
pub(crate) async fn set_most_cases(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let most = fields.filled("most_cases").map(|text| text.parse::<u32>()).transpose();
    let done = match most {
        Ok(most) => web.app.set_most_cases(&visitor.actor, id, most).await.map(drop).map_err(Refusal::from),
        Err(_) => Err(Refusal::unprocessable("bad_field", t!("load-number")).about("most_cases")),
    };
    changed(&web, &visitor, done).await
}

/// `POST /desk/load/exposure`
pub(crate) async fn set_exposure(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let number = |name: &'static str| {
        let wrong = |_| Refusal::unprocessable("bad_field", t!("load-number-of")).about(name);
        fields.text(name).trim().parse::<u32>().map_err(wrong)
    };
    let read = || {
        Ok(ExposureSettings {
            tags: fields.list("tags"),
            warn_at: number("warn_at")?,
            half_life_days: number("half_life_days")?,
        })
    };
    let done = match read() {
        Ok(settings) => web.app.set_exposure_settings(&visitor.actor, settings).await.map(drop).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    changed(&web, &visitor, done).await
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::Role;

    use super::*;
    use crate::pages::samples;

    pub(crate) fn sample() -> Load {
        let everybody = samples::colleagues();
        let person = |place: usize, cases: u64, most_cases: Option<u32>| {
            let user = &everybody.users[place];
            PersonLoad {
                user: user.id,
                departments: user.departments.clone(),
                is_on_duty: place != 1,
                changes_at: Some(samples::at(-3_600)).filter(|_| place > 0),
                cases,
                open: cases / 2,
                most_cases,
                oldest: Some(CaseId(42)).filter(|_| cases > 0),
                oldest_at: Some(samples::at(7_200)).filter(|_| cases > 0),
                exposure: cases as f64 * 4.0,
                is_exposed: cases > 10,
                last_turn_at: Some(samples::at(60)),
                is_led: true,
            }
        };
        let desk = |place: usize, assignment| DeskLoad {
            department: everybody.departments[place].id,
            assignment,
            waiting: 3,
            on_duty: 2,
            with_room: 1,
            is_led: place != 1,
        };
        Load {
            people: vec![person(0, 12, Some(12)), person(1, 5, Some(12)), person(2, 0, None)],
            desks: vec![
                desk(0, Assignment::RoundRobin),
                desk(1, Assignment::Pull),
                desk(1, Assignment::RoundRobin),
                desk(2, Assignment::Pull),
            ],
            exposure: ExposureSettings::default(),
        }
    }

    /// As an administrator sees it, with something refused, and as a member sees their own.
    pub(crate) fn samples() -> Vec<String> {
        let page = |load: &Load, role: Role, wrong: Option<&Refusal>| {
            let visitor = Visitor { actor: samples::actor(role), ..samples::visitor() };
            LoadPage::new(load, &samples::colleagues(), &visitor, samples::now(), wrong).render().expect("renders")
        };
        let mut own = sample();
        own.people.truncate(2);
        own.people.remove(0);
        own.people[0].is_led = false;
        own.desks.truncate(2);
        own.desks.iter_mut().for_each(|desk| desk.is_led = false);
        let refusal = Refusal::unprocessable("bad_field", t!("load-number"));
        vec![
            page(&sample(), Role::Administrator, None),
            page(&sample(), Role::Member, Some(&refusal)),
            page(&own, Role::Member, None),
        ]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let [all, refused, own] = <[String; 3]>::try_from(samples()).expect("three");
        samples::assert_harmless(&all);
        assert!(all.contains("12 of 12") && all.contains("no room") && all.contains("What counts as abuse"), "{all}");
        assert!(refused.contains("role=\"alert\"") && !refused.contains("What counts as abuse"), "{refused}");
        assert!(own.contains("only you, your head") && !own.contains("name=\"most_cases\""), "{own}");
    }
}

//! The directory: who does what, and who is on duty now by the clock where they are.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use switchboard_app::App;
use switchboard_app::directory::Names;
use switchboard_app::directory::duty;
use switchboard_app::directory::find::{Directory, Fit, FitBy, FoundDepartment, FoundUser};
use switchboard_app::directory::now::DutyNow;
use switchboard_app::directory::team::TeamWarning;
use switchboard_model::{Department, DepartmentId, Role, User, UserId};

use super::failure::sentence;
use super::words;
use super::{Frame, Section, show};
use crate::error::PageError;
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "directory.html")]
struct DirectoryPage {
    frame: Frame,
    asked: String,
    departments: Vec<DepartmentRow>,
    people: Vec<PersonRow>,
    /// "3 of 8 people on duty".
    summary: Cow<'static, str>,
    /// What is missing in the social team, in sentences.
    warnings: Vec<String>,
    may_change: bool,
}

struct DepartmentRow {
    id: DepartmentId,
    name: String,
    extension: Option<String>,
    head: String,
    deputy: Option<String>,
    seat: Option<String>,
    takes: String,
    languages: String,
    is_fallback: bool,
    /// How many of it are on duty, or that it is closed, in words.
    on_duty: String,
    is_staffed: bool,
    /// Who is asked instead.
    cover: Option<String>,
    hours: String,
    at_desk: u64,
    fits: String,
}

struct PersonRow {
    id: UserId,
    name: String,
    extension: Option<String>,
    email: String,
    is_you: bool,
    does: String,
    languages: String,
    skills: String,
    is_on_duty: bool,
    /// "on duty until 18:00".
    now: String,
    /// "14:05 in Lisbon".
    local: String,
    duty: String,
    /// "4 of 12 open cases".
    load: String,
    is_full: bool,
    role: Option<Cow<'static, str>>,
    fits: String,
}

/// Topics of a department that are shown; the rest is counted.
const SHOWN_TOPICS: usize = 8;

/// An end that is further off is not told.
const SOON: SignedDuration = SignedDuration::from_hours(36);

/// What was typed into the box.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

impl Asked {
    fn text(&self) -> String {
        self.q.chars().take(200).collect()
    }
}

/// The clock of somebody's time zone.
pub(crate) fn local_clock(time_zone: &str, now: Timestamp) -> String {
    let local = now.to_zoned(TimeZone::get(time_zone).unwrap_or(TimeZone::UTC));
    let place = time_zone.rsplit('/').next().unwrap_or(time_zone).replace('_', " ");
    t!("directory-local", time = words::time(local.time()), place = place).into_owned()
}

/// Hours of duty as they are written, or that there are none.
pub(crate) fn duty_words(user: &User) -> String {
    let hours = duty::print(&user.duty);
    if hours.is_empty() { t!("directory-always").into_owned() } else { hours }
}

/// A moment by the clock of another place: "18:00", "Tue 09:00", "4 Dec 09:00".
fn there(at: Timestamp, time_zone: &str, now: Timestamp) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone));
    let time = words::time(at.time());
    let days = at.date().since(now.date()).map_or(i32::MAX, |span| span.get_days());
    match days {
        0 => time.into_owned(),
        1..=6 => t!("directory-on-day", day = words::weekday(at.date().weekday()), time = time).into_owned(),
        _ => t!("directory-on-day", day = words::day(at.date()), time = time).into_owned(),
    }
}

/// How it stands with somebody's duty, in words: "on duty until 18:00", "away until 4 Dec; Mara Lindqvist stands in".
fn now_words(duty: &DutyNow, stand_in: Option<String>, now: Timestamp) -> String {
    let back = duty.from.map(|from| there(from, &duty.time_zone, now));
    if duty.is_on_duty {
        // That a holiday comes in some weeks is nothing that anybody waits for.
        return match duty.until.filter(|until| until.duration_since(now) < SOON) {
            Some(until) => t!("directory-until", time = there(until, &duty.time_zone, now)).into_owned(),
            None => t!("directory-on-duty").into_owned(),
        };
    }
    if let Some(away) = &duty.away {
        let until = words::day(away.until);
        return match stand_in {
            Some(name) => t!("directory-away-stand-in", until = until, name = name).into_owned(),
            None => t!("directory-away", until = until).into_owned(),
        };
    }
    match (&duty.holiday, back) {
        (Some(holiday), Some(back)) => t!("directory-holiday", holiday = holiday.as_str(), back = back).into_owned(),
        (_, Some(back)) => t!("directory-back", back = back).into_owned(),
        (_, None) => t!("directory-off-duty").into_owned(),
    }
}

/// What fits, in words; names speak for themselves.
fn fits_words(fits: &[Fit]) -> String {
    let fit = |fit: &Fit| match fit.by {
        FitBy::Skill => Some(t!("directory-fit-skill", text = fit.text.as_str()).into_owned()),
        FitBy::Topic => Some(t!("directory-fit-topic", text = words::intent(&fit.text)).into_owned()),
        FitBy::Language => Some(words::language(&fit.text)),
        FitBy::Department => Some(fit.text.clone()),
        FitBy::Extension | FitBy::Name | FitBy::Role => None,
    };
    fits.iter().filter_map(fit).collect::<Vec<_>>().join(", ")
}

fn load_words(open_cases: u64, most: Option<u32>) -> String {
    match most {
        Some(most) => t!("directory-load-of", open = words::count(open_cases), most = words::count(u64::from(most))),
        None => t!("directory-load", count = open_cases),
    }
    .into_owned()
}

fn tongues(tags: &[String]) -> String {
    tags.iter().map(|tag| words::language(tag)).collect::<Vec<_>>().join(", ")
}

/// What is known of everybody, as the page needs it.
pub(crate) struct Known<'a> {
    pub(crate) users: &'a [User],
    pub(crate) departments: &'a [Department],
    pub(crate) fallback: Option<DepartmentId>,
    pub(crate) you: Option<UserId>,
    pub(crate) now: Timestamp,
}

impl Known<'_> {
    fn name(&self, id: UserId) -> String {
        self.users.iter().find(|user| user.id == id).map_or_else(String::new, |user| user.name.clone())
    }

    fn department_name(&self, id: DepartmentId) -> String {
        self.departments.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone())
    }

    /// "3 of 5 on duty", "closed until Mon 08:00".
    fn staffed(&self, found: &FoundDepartment) -> String {
        let (on_duty, all) = (found.on_duty.len(), found.people);
        match (found.hours.is_on_duty, found.hours.from) {
            (false, Some(from)) => {
                t!("directory-closed-until", time = there(from, &found.hours.time_zone, self.now)).into_owned()
            }
            (false, None) => t!("directory-closed").into_owned(),
            (true, _) if all == 0 => t!("directory-nobody-yet").into_owned(),
            (true, _) => t!("directory-staffed", duty = on_duty, count = all).into_owned(),
        }
    }

    fn department(&self, found: &FoundDepartment) -> DepartmentRow {
        let department = &found.department;
        let mut takes: Vec<String> =
            department.intents.iter().map(|intent| words::intent(intent).into_owned()).collect();
        takes.extend(department.keywords.iter().take(SHOWN_TOPICS).cloned());
        let more = department.keywords.len().saturating_sub(SHOWN_TOPICS);
        if more > 0 {
            takes.push(t!("directory-more-topics", count = more).into_owned());
        }
        let hours = duty::print(&department.office.hours);
        DepartmentRow {
            id: department.id,
            name: department.name.clone(),
            extension: department.office.extension.clone(),
            head: self.name(department.head),
            deputy: department.deputy.map(|deputy| self.name(deputy)),
            seat: found.seat.map(|seat| self.name(seat)),
            takes: takes.join(", "),
            languages: tongues(&department.office.languages),
            is_fallback: self.fallback == Some(department.id),
            on_duty: self.staffed(found),
            is_staffed: found.hours.is_on_duty && !found.on_duty.is_empty(),
            cover: found.cover.map(|cover| self.department_name(cover)),
            hours: if hours.is_empty() {
                t!("directory-always-open").into_owned()
            } else {
                format!("{}, {hours}", local_clock(&found.hours.time_zone, self.now))
            },
            at_desk: found.at_desk,
            fits: fits_words(&found.fits),
        }
    }

    fn person(&self, found: &FoundUser) -> PersonRow {
        let user = &found.user;
        let (mut leads, mut stands_in, mut works): (Vec<&str>, Vec<&str>, Vec<&str>) = Default::default();
        for department in self.departments.iter().filter(|department| department.is_active) {
            if department.head == user.id {
                leads.push(&department.name);
            } else if department.deputy == Some(user.id) {
                stands_in.push(&department.name);
            } else if user.departments.contains(&department.id) {
                works.push(&department.name);
            }
        }
        let named = |names: Vec<&str>| (!names.is_empty()).then(|| names.join(", "));
        let parts = [
            named(leads).map(|names| t!("directory-leads", departments = names)),
            named(stands_in).map(|names| t!("directory-stands-in", departments = names)),
            named(works).map(|names| t!("directory-works", departments = names)),
        ];
        let does = sentence(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
        PersonRow {
            id: user.id,
            name: user.name.clone(),
            extension: user.profile.extension.clone(),
            email: user.email.clone(),
            is_you: self.you == Some(user.id),
            does,
            languages: tongues(&user.languages),
            skills: user.profile.skills.join(", "),
            is_on_duty: found.duty.is_on_duty,
            now: now_words(&found.duty, found.stand_in.map(|id| self.name(id)), self.now),
            local: local_clock(&user.time_zone, self.now),
            duty: duty_words(user),
            load: load_words(found.open_cases, user.profile.most_cases),
            is_full: found.room == Some(0),
            role: match user.role {
                Role::Member => None,
                role => Some(words::role(role)),
            },
            fits: fits_words(&found.fits),
        }
    }
}

/// What is missing in the team, in sentences.
pub(crate) fn team_warnings(warnings: &[TeamWarning], departments: &[Department]) -> Vec<String> {
    let name =
        |id: DepartmentId| departments.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone());
    let said = |warning: &TeamWarning| match warning {
        TeamWarning::NoHead => t!("team-no-head"),
        TeamWarning::ServiceSeat { department } => t!("team-no-service-seat", department = name(*department)),
        TeamWarning::Seat { department } => t!("team-no-seat", department = name(*department)),
    };
    warnings.iter().map(|warning| said(warning).into_owned()).collect()
}

impl DirectoryPage {
    fn new(frame: Frame, asked: String, known: &Known<'_>, found: &Directory, warnings: &[TeamWarning]) -> Self {
        let departments: Vec<DepartmentRow> = found.departments.iter().map(|one| known.department(one)).collect();
        let people: Vec<PersonRow> = found.people.iter().map(|one| known.person(one)).collect();
        let on_duty = people.iter().filter(|person| person.is_on_duty).count();
        let summary = t!("directory-summary", duty = on_duty, count = people.len());
        let matters: Vec<TeamWarning> = warnings.iter().filter(|warning| !warning.is_slight()).cloned().collect();
        let warnings = team_warnings(&matters, known.departments);
        let may_change = frame.may_administer();
        Self { frame, asked, departments, people, summary, warnings, may_change }
    }
}

/// `GET /directory`
pub(crate) async fn show_all(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let frame = Frame::within(t!("frame-directory"), Section::Directory, &visitor);
    let frame = frame.with_style("people.css").with_script("directory.js");
    let (text, app) = (asked.text(), &web.app);
    let found = app.directory(&text).await?;
    let (users, departments) = (app.users(), app.departments());
    let known = known(app, &visitor, &users, &departments);
    show(StatusCode::OK, &DirectoryPage::new(frame, text, &known, &found, &app.team_warnings()))
}

fn known<'a>(app: &App, visitor: &Visitor, users: &'a [User], departments: &'a [Department]) -> Known<'a> {
    Known {
        users,
        departments,
        fallback: app.company().map(|company| company.fallback),
        you: visitor.actor.user_id(),
        now: app.now(),
    }
}

/// A line of what is found while somebody types whom a case goes to.
struct PickRow {
    /// What a field that offers choices may call it, the most exact first.
    values: String,
    name: String,
    /// What a note calls them after `@`, if it is a person.
    handle: Option<String>,
    extension: Option<String>,
    is_on_duty: bool,
    /// How it stands with them now.
    now: String,
    /// What else tells whether they fit.
    about: String,
}

#[derive(Template)]
#[template(path = "_picks.html")]
struct Picks {
    rows: Vec<PickRow>,
}

impl Picks {
    fn new(known: &Known<'_>, found: &Directory) -> Self {
        let of_department = |one: &FoundDepartment| {
            let row = known.department(one);
            let deputy = row.deputy.map(|name| t!("directory-pick-deputy", name = name).into_owned());
            let cover = row.cover.map(|name| t!("directory-covers", name = name).into_owned());
            let parts = [cover, Some(t!("directory-pick-head", name = row.head).into_owned()), deputy, Some(row.fits)];
            PickRow {
                values: row.id.to_string(),
                name: row.name,
                handle: None,
                extension: row.extension,
                is_on_duty: row.is_staffed,
                now: row.on_duty,
                about: joined(parts),
            }
        };
        let names = Names::of(known.users);
        let of_user = |one: &FoundUser| {
            let row = known.person(one);
            let works = known.departments.iter().filter(|department| one.user.departments.contains(&department.id));
            let mut values: Vec<String> = works.map(|department| format!("{}/{}", department.id, row.id)).collect();
            values.push(row.id.to_string());
            // Languages and skills stand there anyway.
            let topics: Vec<Fit> = one.fits.iter().filter(|fit| fit.by == FitBy::Topic).cloned().collect();
            let load = if row.is_full { t!("directory-full", load = row.load).into_owned() } else { row.load };
            PickRow {
                values: values.join(" "),
                name: row.name,
                handle: names.handle(&one.user),
                extension: row.extension,
                is_on_duty: row.is_on_duty,
                now: row.now,
                about: joined([
                    Some(row.local),
                    Some(load),
                    Some(row.languages),
                    Some(row.skills),
                    Some(fits_words(&topics)),
                ]),
            }
        };
        let mut rows: Vec<(u8, PickRow)> = found.departments.iter().map(|one| (one.rank, of_department(one))).collect();
        let who_works = found.people.iter().filter(|one| one.user.role != Role::Observer);
        rows.extend(who_works.map(|one| (one.rank, of_user(one))));
        // Stable: departments before people who fit alike.
        rows.sort_by_key(|(rank, _)| *rank);
        Self { rows: rows.into_iter().map(|(_, row)| row).collect() }
    }
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `GET /directory/picks`: what is found, for a field beside choices. The script shows those that the field offers.
pub(crate) async fn picks(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let found = web.app.directory(&asked.text()).await?;
    let (users, departments) = (web.app.users(), web.app.departments());
    show(StatusCode::OK, &Picks::new(&known(&web.app, &visitor, &users, &departments), &found))
}

/// People and departments as *find or do* shows them: address, name, how it stands with them now.
pub(crate) async fn for_palette(
    app: &App,
    visitor: &Visitor,
    text: &str,
) -> Result<(Vec<(String, String, String)>, Vec<(String, String, String)>), PageError> {
    let (users, departments) = (app.users(), app.departments());
    let known = known(app, visitor, &users, &departments);
    let found = app.directory(text).await?;
    let person = |one: &FoundUser| {
        let row = known.person(one);
        let note = joined([row.extension, Some(row.now), Some(row.local)]);
        (format!("/directory?q={}", words::percent_encoded(&row.name)), row.name, note)
    };
    let department = |one: &FoundDepartment| {
        let row = known.department(one);
        let cover = row.cover.map(|name| t!("directory-covers", name = name).into_owned());
        (format!("/desk?queue={}", row.id), row.name, joined([row.extension, Some(row.on_duty), cover]))
    };
    Ok((found.people.iter().map(person).collect(), found.departments.iter().map(department).collect()))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use switchboard_model::Absence;

    use super::*;
    use crate::pages::samples;

    fn duty(is_on_duty: bool) -> DutyNow {
        DutyNow {
            is_on_duty,
            until: is_on_duty.then(|| samples::now() + jiff::SignedDuration::from_hours(2)),
            from: (!is_on_duty).then(|| samples::now() + jiff::SignedDuration::from_hours(40)),
            time_zone: "Europe/Lisbon".to_owned(),
            local: samples::now().to_zoned(TimeZone::UTC).datetime(),
            holiday: None,
            away: None,
        }
    }

    fn found() -> Directory {
        let fits = || vec![Fit { by: FitBy::Topic, text: samples::HOSTILE.to_owned() }];
        let (mut users, mut departments) = (samples::users(), samples::departments());
        users[0].profile.extension = Some("21".to_owned());
        users[1].profile.skills = vec![samples::HOSTILE.to_owned()];
        departments[0].office.extension = Some("20".to_owned());
        let department = |(number, department): (usize, Department)| FoundDepartment {
            hours: duty(number == 0),
            people: 2,
            on_duty: if number == 0 { vec![users[0].id] } else { Vec::new() },
            cover: Some(samples::departments()[0].id),
            at_desk: 7,
            seat: Some(users[0].id),
            fits: fits(),
            department,
            rank: 1,
        };
        let user = |(number, user): (usize, User)| FoundUser {
            user: Arc::new(user),
            duty: duty(number == 0),
            open_cases: 4,
            room: Some(0),
            stand_in: None,
            fits: fits(),
            rank: 2,
        };
        Directory {
            departments: departments.into_iter().enumerate().map(department).collect(),
            people: users.clone().into_iter().enumerate().map(user).collect(),
        }
    }

    fn known<'a>(users: &'a [User], departments: &'a [Department]) -> Known<'a> {
        Known { users, departments, fallback: Some(departments[0].id), you: Some(users[0].id), now: samples::now() }
    }

    /// Everybody, and nobody.
    pub(crate) fn samples() -> Vec<String> {
        let (users, departments) = (samples::users(), samples::departments());
        let frame = Frame::within(t!("frame-directory"), Section::Directory, &samples::visitor());
        let page = |asked: &str, found: &Directory, warnings: &[TeamWarning]| {
            let known = known(&users, &departments);
            DirectoryPage::new(frame.clone(), asked.to_owned(), &known, found, warnings).render().expect("renders")
        };
        let warnings = [TeamWarning::NoHead, TeamWarning::ServiceSeat { department: departments[1].id }];
        vec![page(samples::HOSTILE, &found(), &warnings), page("", &Directory::default(), &[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("Head of Service."), "{}", pages[0]);
        assert!(
            pages[0].contains("on duty until") && pages[0].contains("Nobody heads the social team"),
            "{}",
            pages[0]
        );
    }

    #[test]
    fn picks_are_rendered_and_escaped() {
        let (users, departments) = (samples::users(), samples::departments());
        let html = Picks::new(&known(&users, &departments), &found()).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains(&format!("data-to=\"{}/{}", departments[0].id, users[0].id)), "{html}");
        assert!(html.contains(" data-handle=\""), "{html}");
    }

    #[test]
    fn duty_is_said_by_the_clock_of_the_place() {
        let now = samples::now();
        let words = |duty: &DutyNow| now_words(duty, Some("Ines".to_owned()), now);
        assert_eq!(words(&duty(true)), "on duty until 17:13");
        assert_eq!(words(&duty(false)), "off duty, back Wed 07:13");
        let holiday = DutyNow { holiday: Some("All Saints".to_owned()), ..duty(false) };
        assert_eq!(words(&holiday), "holiday (All Saints), back Wed 07:13");
        let date = now.to_zoned(TimeZone::UTC).date();
        let away = DutyNow { away: Some(Absence { from: date, until: date, stand_in: None }), ..duty(false) };
        assert_eq!(words(&away), "away until 21 Sep, Ines stands in");
    }

    #[test]
    fn clocks_are_those_of_the_place() {
        let check = |zone: &str, expected: &str| {
            let noon = "2026-07-01T12:00:00Z".parse().expect("a time");
            assert_eq!(local_clock(zone, noon), expected);
        };
        check("Europe/Lisbon", "13:00 in Lisbon");
        check("America/New_York", "08:00 in New York");
        check("UTC", "12:00 in UTC");
        check("Nowhere/At_all", "12:00 in At all");
    }
}

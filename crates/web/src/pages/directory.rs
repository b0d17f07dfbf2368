//! The directory: who does what, and who is on duty now by the clock where they are.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use switchboard_app::App;
use switchboard_app::directory::duty;
use switchboard_app::directory::find::Entry;
use switchboard_app::rights::Right;
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
    may_change: bool,
}

struct DepartmentRow {
    id: DepartmentId,
    name: String,
    head: String,
    deputy: Option<String>,
    takes: String,
    is_fallback: bool,
    /// How many of it are on duty, in words.
    on_duty: Cow<'static, str>,
    is_staffed: bool,
}

struct PersonRow {
    id: UserId,
    name: String,
    email: String,
    is_you: bool,
    does: String,
    languages: String,
    is_on_duty: bool,
    /// "14:05 in Lisbon".
    local: String,
    duty: String,
    role: Option<Cow<'static, str>>,
}

/// Topics of a department that are shown; the rest is counted.
const SHOWN_TOPICS: usize = 8;

/// What was typed into the box.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
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

/// What is known of everybody, as the page needs it.
struct Known<'a> {
    users: &'a [User],
    departments: &'a [Department],
    fallback: Option<DepartmentId>,
    you: Option<UserId>,
    now: Timestamp,
}

impl Known<'_> {
    fn name(&self, id: UserId) -> String {
        self.users.iter().find(|user| user.id == id).map_or_else(String::new, |user| user.name.clone())
    }

    fn is_on_duty(&self, user: &User) -> bool {
        user.is_active && duty::is_on_duty(&user.duty, &user.time_zone, self.now)
    }

    fn department(&self, department: &Department) -> DepartmentRow {
        let of = self.users.iter().filter(|user| user.is_active && user.departments.contains(&department.id));
        let (on_duty, all) =
            of.fold((0_u64, 0_u64), |(on, all), user| (on + u64::from(self.is_on_duty(user)), all + 1));
        let mut takes: Vec<String> =
            department.intents.iter().map(|intent| words::intent(intent).into_owned()).collect();
        takes.extend(department.keywords.iter().take(SHOWN_TOPICS).cloned());
        let more = department.keywords.len().saturating_sub(SHOWN_TOPICS);
        if more > 0 {
            takes.push(t!("directory-more-topics", count = more).into_owned());
        }
        DepartmentRow {
            id: department.id,
            name: department.name.clone(),
            head: self.name(department.head),
            deputy: department.deputy.map(|deputy| self.name(deputy)),
            takes: takes.join(", "),
            is_fallback: self.fallback == Some(department.id),
            on_duty: match (on_duty, all) {
                (_, 0) => t!("directory-nobody-yet"),
                (on_duty, all) => t!("directory-staffed", duty = on_duty, count = all),
            },
            is_staffed: on_duty > 0,
        }
    }

    fn person(&self, user: &User) -> PersonRow {
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
            email: user.email.clone(),
            is_you: self.you == Some(user.id),
            does,
            languages: user.languages.iter().map(|tag| words::language(tag)).collect::<Vec<_>>().join(", "),
            is_on_duty: self.is_on_duty(user),
            local: local_clock(&user.time_zone, self.now),
            duty: duty_words(user),
            role: match user.role {
                Role::Member => None,
                role => Some(words::role(role)),
            },
        }
    }
}

impl DirectoryPage {
    fn new(frame: Frame, asked: String, known: &Known<'_>, found: Vec<Entry>, may_change: bool) -> Self {
        let (mut departments, mut people) = (Vec::new(), Vec::new());
        for entry in found {
            match entry {
                Entry::Department(department) => departments.push(known.department(&department)),
                Entry::User(user) => people.push(known.person(&user)),
            }
        }
        people.sort_by_key(|person| !person.is_on_duty);
        let on_duty = people.iter().filter(|person| person.is_on_duty).count();
        let summary = t!("directory-summary", duty = on_duty, count = people.len());
        Self { frame, asked, departments, people, summary, may_change }
    }
}

/// `GET /directory`
pub(crate) async fn show_all(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let frame = Frame::within(t!("frame-directory"), Section::Directory, &visitor).with_style("people.css");
    let page = load(&web.app, &visitor, frame, asked.q.chars().take(200).collect());
    show(StatusCode::OK, &page)
}

fn load(app: &App, visitor: &Visitor, frame: Frame, asked: String) -> DirectoryPage {
    let (users, departments) = (app.users(), app.departments());
    let known = Known {
        users: &users,
        departments: &departments,
        fallback: app.company().map(|company| company.fallback),
        you: visitor.actor.user_id(),
        now: app.now(),
    };
    let found = app.find_in_directory(&asked);
    DirectoryPage::new(frame, asked, &known, found, visitor.may(Right::Administer))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pages::samples;

    /// Everybody, and nobody.
    pub(crate) fn samples() -> Vec<String> {
        let (users, departments) = (samples::users(), samples::departments());
        let known = Known {
            users: &users,
            departments: &departments,
            fallback: Some(departments[0].id),
            you: Some(users[0].id),
            now: samples::now(),
        };
        let found = departments.iter().cloned().map(|department| Entry::Department(Box::new(department)));
        let found = found.chain(users.iter().cloned().map(|user| Entry::User(Arc::new(user)))).collect();
        let frame = Frame::within(t!("frame-directory"), Section::Directory, &samples::visitor());
        let everybody = DirectoryPage::new(frame.clone(), samples::HOSTILE.to_owned(), &known, found, true);
        let nobody = DirectoryPage::new(frame, String::new(), &known, Vec::new(), false);
        [everybody, nobody].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("Head of Service."), "{}", pages[0]);
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

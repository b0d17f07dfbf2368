//! The duty calendar: a week by the clock of who reads, for each department and its people, with whoever is away and the
//! hours in which nobody is there.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use switchboard_app::directory::week::{DayOff, DepartmentWeek, DutyCalendar, Stretch, UserWeek};
use switchboard_model::{ClockFace, Department, DepartmentId, User, UserId};

use super::forms::Choice;
use super::{Frame, Section, show, words};
use crate::error::PageError;
use crate::extract::PageQuery;
use crate::options::Web;
use crate::reader;
use crate::visitor::Visitor;

/// The days of a week.
const DAYS: usize = 7;

/// A bar is drawn on a line of this length.
const LENGTH: i64 = 1_000;

#[derive(Template)]
#[template(path = "duty.html")]
struct DutyPage {
    frame: Frame,
    /// "23 Nov to 29 Nov".
    week: Cow<'static, str>,
    zone: String,
    previous: String,
    next: String,
    today: String,
    days: Vec<DayHead>,
    /// Which of the days a phone shows.
    shown: usize,
    blocks: Vec<Block>,
    /// The departments to choose from, where they are many.
    choices: Vec<Choice>,
    day: Date,
    may_be_away: bool,
}

struct DayHead {
    name: String,
    href: String,
    is_today: bool,
    is_shown: bool,
}

/// A department with its people.
struct Block {
    name: String,
    extension: Option<String>,
    cover: Option<String>,
    /// How many are on duty now.
    now: Cow<'static, str>,
    is_staffed: bool,
    cells: Vec<Cell>,
    people: Vec<Line>,
}

/// Somebody's week.
struct Line {
    name: String,
    is_you: bool,
    is_on_duty: bool,
    cells: Vec<Cell>,
}

/// A day of somebody, or of a department.
struct Cell {
    bars: Vec<Bar>,
    words: String,
    /// When nobody is there.
    gaps: String,
    is_off: bool,
    /// Where now is.
    now: Option<i64>,
}

struct Bar {
    kind: &'static str,
    x: i64,
    width: i64,
}

/// A day by the clock of who reads.
#[derive(Debug, Clone, Copy)]
struct Day {
    date: Date,
    from: Timestamp,
    until: Timestamp,
}

impl Day {
    fn new(date: Date, zone: &TimeZone) -> Option<Self> {
        let begin = |date: Date| Some(zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).compatible().ok()?.timestamp());
        Some(Self { date, from: begin(date)?, until: begin(date.tomorrow().ok()?)? })
    }

    fn place(&self, at: Timestamp) -> i64 {
        let length = self.until.duration_since(self.from).as_secs().max(1);
        at.duration_since(self.from).as_secs().clamp(0, length) * LENGTH / length
    }

    /// What of some stretches lies in it.
    fn of(&self, stretches: &[Stretch]) -> Vec<Stretch> {
        let inside = stretches.iter().filter(|one| one.until > self.from && one.from < self.until);
        inside.map(|one| Stretch { from: one.from.max(self.from), until: one.until.min(self.until) }).collect()
    }

    fn bars(&self, kind: &'static str, stretches: &[Stretch]) -> Vec<Bar> {
        let bar = |one: &Stretch| {
            let x = self.place(one.from);
            Bar { kind, x, width: (self.place(one.until) - x).max(4) }
        };
        self.of(stretches).iter().map(bar).collect()
    }

    /// "09:00–12:00, 13:00–17:00".
    fn said(&self, stretches: &[Stretch]) -> String {
        let clock =
            |at: Timestamp| reader::ask(|reader| words::time(at.to_zoned(reader.zone.clone()).time()).into_owned());
        let end = |at: Timestamp| {
            let is_whole = at == self.until && reader::ask(|reader| reader.clock) == ClockFace::Day;
            if is_whole { "24:00".to_owned() } else { clock(at) }
        };
        let said = |one: &Stretch| {
            if (one.from, one.until) == (self.from, self.until) {
                t!("duty-always").into_owned()
            } else {
                format!("{}–{}", clock(one.from), end(one.until))
            }
        };
        self.of(stretches).iter().map(said).collect::<Vec<_>>().join(", ")
    }

    fn is_in(&self, off: &DayOff) -> bool {
        // More than half of it: a day off elsewhere begins and ends at other hours here.
        let both = off.until.min(self.until).duration_since(off.from.max(self.from));
        both > self.until.duration_since(self.from) / 2
    }

    fn now(&self, now: Timestamp) -> Option<i64> {
        (self.from <= now && now < self.until).then(|| self.place(now))
    }
}

/// What the page is made of.
struct Known<'a> {
    users: &'a [User],
    departments: &'a [Department],
    calendar: &'a DutyCalendar,
    days: &'a [Day],
    you: Option<UserId>,
    now: Timestamp,
}

impl Known<'_> {
    fn user_name(&self, id: UserId) -> &str {
        self.users.iter().find(|user| user.id == id).map_or("", |user| &user.name)
    }

    fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|one| one.id == id)
    }

    fn holds(&self, stretches: &[Stretch]) -> bool {
        stretches.iter().any(|one| one.from <= self.now && self.now < one.until)
    }

    fn line(&self, week: &UserWeek) -> Line {
        let cell = |day: &Day| {
            let off = week.off.iter().find(|off| day.is_in(off));
            let mut bars = off.map(|_| Bar { kind: "off", x: 0, width: LENGTH }).into_iter().collect::<Vec<_>>();
            bars.extend(day.bars("on", &week.on_duty));
            let said = day.said(&week.on_duty);
            let why = off.map(|off| match (&off.holiday, off.stand_in) {
                (Some(holiday), _) => holiday.clone(),
                (None, Some(stand_in)) => t!("duty-away-stand-in", name = self.user_name(stand_in)).into_owned(),
                (None, None) => t!("duty-away").into_owned(),
            });
            let words = match (why, said.is_empty()) {
                (Some(why), true) => why,
                (Some(why), false) => format!("{said}, {why}"),
                (None, true) => t!("duty-free").into_owned(),
                (None, false) => said,
            };
            Cell { bars, words, gaps: String::new(), is_off: off.is_some(), now: day.now(self.now) }
        };
        Line {
            name: self.user_name(week.user).to_owned(),
            is_you: self.you == Some(week.user),
            is_on_duty: self.holds(&week.on_duty),
            cells: self.days.iter().map(cell).collect(),
        }
    }

    fn block(&self, week: &DepartmentWeek) -> Option<Block> {
        let department = self.department(week.department)?;
        let people: Vec<Line> = self
            .calendar
            .people
            .iter()
            .filter(|one| week.people.contains(&one.user))
            .map(|one| self.line(one))
            .collect();
        let on_duty = people.iter().filter(|line| line.is_on_duty).count();
        let cell = |day: &Day| {
            let off = week.off.iter().find(|off| day.is_in(off)).and_then(|off| off.holiday.clone());
            let mut bars = day.bars("open", &week.hours);
            bars.extend(day.bars("gap", &week.gaps));
            let hours = day.said(&week.hours);
            let gaps = day.of(&week.gaps);
            let is_alone = !gaps.is_empty() && gaps == day.of(&week.hours);
            Cell {
                bars,
                words: match off {
                    Some(holiday) => holiday,
                    None if hours.is_empty() => t!("duty-closed").into_owned(),
                    None => hours,
                },
                gaps: match gaps.is_empty() {
                    true => String::new(),
                    false if is_alone => t!("duty-gap-all-day").into_owned(),
                    false => t!("duty-gap", times = day.said(&week.gaps)).into_owned(),
                },
                is_off: false,
                now: day.now(self.now),
            }
        };
        let is_open = self.holds(&week.hours);
        Some(Block {
            name: department.name.clone(),
            extension: department.office.extension.clone(),
            cover: week.cover.and_then(|cover| Some(self.department(cover)?.name.clone())),
            now: match on_duty {
                _ if !is_open => t!("duty-closed"),
                0 => t!("duty-nobody-now"),
                _ => t!("directory-staffed", duty = on_duty, count = people.len()),
            },
            is_staffed: is_open && on_duty > 0,
            cells: self.days.iter().map(cell).collect(),
            people,
        })
    }
}

/// What part of the calendar is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// A day of the week, and the day that a phone shows; today if missing.
    day: String,
    /// One department; all if missing.
    department: String,
}

/// More departments than these are chosen from.
const FEW: usize = 3;

impl DutyPage {
    fn new(frame: Frame, known: &Known<'_>, day: Date, department: Option<DepartmentId>) -> Self {
        let chosen = department.map(|id| id.to_string()).unwrap_or_default();
        let href = |day: Date| {
            let department = if chosen.is_empty() { String::new() } else { format!("&department={chosen}") };
            format!("/duty?day={day}{department}")
        };
        let move_by = |days: i64| href(day.checked_add(days.days()).unwrap_or(day));
        let today = reader::ask(|reader| known.now.to_zoned(reader.zone.clone()).date());
        let head = |one: &Day| DayHead {
            name: format!("{} {}", words::weekday(one.date.weekday()), words::day(one.date)),
            href: href(one.date),
            is_today: one.date == today,
            is_shown: one.date == day,
        };
        let (first, last) =
            (known.days.first().map_or(day, |one| one.date), known.days.last().map_or(day, |one| one.date));
        let blocks = known.calendar.departments.iter().filter(|week| department.is_none_or(|id| week.department == id));
        let mut choices = vec![Choice::new("", t!("duty-all-departments"), chosen.is_empty())];
        choices.extend(known.calendar.departments.iter().filter_map(|week| {
            let department = known.department(week.department)?;
            let id = department.id.to_string();
            Some(Choice::new(id.clone(), department.name.clone(), id == chosen))
        }));
        Self {
            week: t!("duty-week", from = words::day(first), until = words::day(last)),
            zone: reader::ask(|reader| reader.zone_name().to_owned()),
            previous: move_by(-7),
            next: move_by(7),
            today: href(today),
            days: known.days.iter().map(head).collect(),
            shown: known.days.iter().position(|one| one.date == day).unwrap_or_default(),
            blocks: blocks.filter_map(|week| known.block(week)).collect(),
            choices: if choices.len() > FEW { choices } else { Vec::new() },
            day,
            may_be_away: known.you.is_some(),
            frame,
        }
    }
}

/// The days of the week in which a day lies, Monday first, by the clock of who reads.
fn week_of(day: Date, zone: &TimeZone) -> Vec<Day> {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day.checked_sub(back.days()).unwrap_or(day);
    monday.series(1.day()).take(DAYS).filter_map(|date| Day::new(date, zone)).collect()
}

/// `GET /duty`
pub(crate) async fn show_week(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let now = web.app.now();
    let zone = reader::ask(|reader| reader.zone.clone());
    // What cannot be read is today.
    let today = now.to_zoned(zone.clone()).date();
    let is_near = |day: &Date| day.since(today).is_ok_and(|span| span.get_days().abs() < 4_000);
    let day = asked.day.parse().ok().filter(is_near).unwrap_or(today);
    let days = week_of(day, &zone);
    let (from, until) = (days.first().map_or(now, |one| one.from), days.last().map_or(now, |one| one.until));
    let calendar = web.app.duty_calendar(from, until)?;
    let (users, departments) = (web.app.users(), web.app.departments());
    let department = asked.department.parse().ok().filter(|id| departments.iter().any(|one| one.id == *id));
    let known = Known {
        users: &users,
        departments: &departments,
        calendar: &calendar,
        days: &days,
        you: visitor.actor.user_id(),
        now,
    };
    let frame = Frame::within(t!("duty"), Section::Directory, &visitor).with_style("people.css").with_style("duty.css");
    show(StatusCode::OK, &DutyPage::new(frame.with_script("duty.js"), &known, day, department))
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::pages::samples;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn stretch(from: &str, until: &str) -> Stretch {
        Stretch { from: at(from), until: at(until) }
    }

    fn calendar() -> DutyCalendar {
        let (users, departments) = (samples::users(), samples::departments());
        let off = DayOff {
            date: date(2026, 9, 23),
            from: at("2026-09-23T00:00:00Z"),
            until: at("2026-09-24T00:00:00Z"),
            holiday: None,
            stand_in: Some(users[1].id),
        };
        DutyCalendar {
            from: at("2026-09-21T00:00:00Z"),
            until: at("2026-09-28T00:00:00Z"),
            departments: vec![DepartmentWeek {
                department: departments[0].id,
                hours: vec![stretch("2026-09-21T09:00:00Z", "2026-09-21T17:00:00Z")],
                gaps: vec![stretch("2026-09-21T09:00:00Z", "2026-09-21T12:00:00Z")],
                cover: Some(departments[1].id),
                off: vec![DayOff { holiday: Some(samples::HOSTILE.to_owned()), stand_in: None, ..off.clone() }],
                people: users.iter().map(|user| user.id).collect(),
            }],
            people: users
                .iter()
                .map(|user| UserWeek {
                    user: user.id,
                    on_duty: vec![stretch("2026-09-21T12:00:00Z", "2026-09-22T02:00:00Z")],
                    off: vec![off.clone()],
                })
                .collect(),
        }
    }

    /// A week, and one without anybody.
    pub(crate) fn samples() -> Vec<String> {
        let (users, departments) = (samples::users(), samples::departments());
        let days = week_of(date(2026, 9, 22), &TimeZone::UTC);
        let page = |calendar: &DutyCalendar| {
            let known = Known {
                users: &users,
                departments: &departments,
                calendar,
                days: &days,
                you: Some(users[0].id),
                now: samples::now(),
            };
            let frame = Frame::within(t!("duty"), Section::Directory, &samples::visitor());
            DutyPage::new(frame, &known, date(2026, 9, 22), None).render().expect("renders")
        };
        let nobody = DutyCalendar { departments: Vec::new(), people: Vec::new(), ..calendar() };
        vec![page(&calendar()), page(&nobody)]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        for part in ["12:00–24:00", "00:00–02:00", "nobody 09:00–12:00", "day=2026-09-15", "day=2026-09-29"] {
            assert!(pages[0].contains(part), "{part}: {}", pages[0]);
        }
    }

    #[test]
    fn a_day_is_as_long_as_its_clocks_make_it() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let days = week_of(date(2026, 3, 29), &zone);
        assert_eq!((days.len(), days[0].date), (7, date(2026, 3, 23)));
        let short = days[6];
        assert_eq!(short.until.duration_since(short.from), jiff::SignedDuration::from_hours(23));
        assert_eq!((short.place(short.from), short.place(short.until)), (0, LENGTH));
        assert_eq!(short.place(at("2026-03-29T10:30:00Z")), 500);
    }
}

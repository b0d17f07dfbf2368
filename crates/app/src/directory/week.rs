//! The duty calendar: who is on duty when, who is away, and when a department has nobody.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Serialize, Serializer};
use switchboard_model::{DepartmentId, User, UserId};
pub use switchboard_route::calendar::Stretch;
use switchboard_route::duty::{joined, within, without};

use super::{DirectoryError, now::works};
use crate::App;
use crate::people::People;

/// The longest window that is looked at.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 62);

/// Who is on duty from one moment to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DutyCalendar {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub until: Timestamp,
    /// Open departments, in their order.
    pub departments: Vec<DepartmentWeek>,
    /// Everybody who works on cases, once each, by name.
    pub people: Vec<UserWeek>,
}

/// When a department works and when nobody is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DepartmentWeek {
    /// The department.
    pub department: DepartmentId,
    /// Its business hours.
    #[serde(serialize_with = "stretches")]
    pub hours: Vec<Stretch>,
    /// Business hours in which nobody of it is on duty.
    #[serde(serialize_with = "stretches")]
    pub gaps: Vec<Stretch>,
    /// Who is asked while it is closed or nobody is there.
    pub cover: Option<DepartmentId>,
    /// The holidays in it.
    pub off: Vec<DayOff>,
    /// Who works for it.
    pub people: Vec<UserId>,
}

/// When somebody is on duty and when they are away.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserWeek {
    /// The user.
    pub user: UserId,
    /// When they are on duty.
    #[serde(serialize_with = "stretches")]
    pub on_duty: Vec<Stretch>,
    /// The days on which they are away or have a holiday, by their own calendar.
    pub off: Vec<DayOff>,
}

/// A day on which somebody does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayOff {
    /// The day where they are.
    pub date: Date,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The name of the holiday; missing where somebody is away.
    pub holiday: Option<String>,
    /// Who stands in for somebody who is away.
    pub stand_in: Option<UserId>,
}

/// As `{"from": …, "until": …}`.
fn stretches<S: Serializer>(stretches: &[Stretch], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Written {
        from: Timestamp,
        until: Timestamp,
    }
    serializer.collect_seq(stretches.iter().map(|one| Written { from: one.from, until: one.until }))
}

impl App {
    /// Who is on duty from one moment to another, 62 days at most.
    pub fn duty_calendar(&self, from: Timestamp, until: Timestamp) -> Result<DutyCalendar, DirectoryError> {
        if until <= from {
            return Err(DirectoryError::bad("until", "it has to be later than from"));
        }
        if until.duration_since(from) > LONGEST {
            return Err(DirectoryError::bad("until", "62 days at most are looked at together"));
        }
        Ok(duty_calendar(&self.people(), from, until))
    }
}

fn duty_calendar(people: &People, from: Timestamp, until: Timestamp) -> DutyCalendar {
    let mut users: Vec<&User> = people.users().iter().filter(|user| works(user)).collect();
    users.sort_by_cached_key(|user| user.name.to_lowercase());
    let user_week = |user: &&User| UserWeek {
        user: user.id,
        on_duty: within(&people.calendar_of_user(user), from, until),
        off: days_off(people, Some(user), &user.time_zone, user.profile.holidays.as_deref(), from, until),
    };
    let weeks: Vec<UserWeek> = users.iter().map(user_week).collect();
    let department_week = |department: &switchboard_model::Department| {
        let hours = within(&people.calendar_of_department(department.id), from, until);
        let of: Vec<UserId> =
            users.iter().filter(|user| user.departments.contains(&department.id)).map(|user| user.id).collect();
        let there = weeks.iter().filter(|week| of.contains(&week.user)).flat_map(|week| week.on_duty.iter().copied());
        let office = &department.office;
        let zone = office.time_zone.as_deref().unwrap_or("UTC");
        DepartmentWeek {
            department: department.id,
            gaps: without(&hours, &joined(there.collect())),
            hours,
            cover: office.cover.filter(|cover| people.department(*cover).is_some_and(|cover| cover.is_active)),
            off: days_off(people, None, zone, office.holidays.as_deref(), from, until),
            people: of,
        }
    };
    let departments = people.departments().iter().filter(|one| one.is_active).map(department_week).collect();
    DutyCalendar { from, until, departments, people: weeks }
}

/// The days in a window on which somebody is away or has a holiday. Who is away on a holiday is away.
fn days_off(
    people: &People,
    user: Option<&User>,
    time_zone: &str,
    holidays: Option<&str>,
    from: Timestamp,
    until: Timestamp,
) -> Vec<DayOff> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let first = from.to_zoned(zone.clone()).date();
    let days = first.series(1.day()).map_while(|date| {
        let begins = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).compatible().ok()?.timestamp();
        let ends = zone.to_ambiguous_zoned(date.tomorrow().ok()?.at(0, 0, 0, 0)).compatible().ok()?.timestamp();
        (begins < until).then_some((date, begins, ends))
    });
    days.filter_map(|(date, begins, ends)| {
        let absences = user.map(|user| user.profile.absences.as_slice()).unwrap_or_default();
        let away = absences.iter().find(|absence| absence.from <= date && date <= absence.until);
        let holiday = if away.is_some() { None } else { people.holiday(holidays, date) };
        let is_off = away.is_some() || holiday.is_some();
        is_off.then(|| DayOff { date, from: begins, until: ends, holiday, stand_in: away.and_then(|one| one.stand_in) })
    })
    .collect()
}

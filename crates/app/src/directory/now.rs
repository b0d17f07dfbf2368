//! How it stands with people and departments at this moment: on duty or not, until when, by which clock, and who is there
//! instead.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;
use switchboard_model::{Absence, Department, DepartmentId, Role, User, UserId};
use switchboard_route::calendar::Calendar;

use crate::App;
use crate::people::People;

/// How it stands with somebody's hours, or a department's, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyNow {
    /// Whether they work at that moment.
    pub is_on_duty: bool,
    /// Until when they do; missing where nothing ends it.
    pub until: Option<Timestamp>,
    /// From when on they do again, if they do not; missing where that is beyond a year.
    pub from: Option<Timestamp>,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// What their clock shows.
    pub local: DateTime,
    /// Today's holiday where they are.
    pub holiday: Option<String>,
    /// Until when they are away, and who has their cases meanwhile.
    pub away: Option<Absence>,
}

impl People {
    /// How it stands with a user's duty.
    pub fn duty_of_user(&self, user: &User, now: Timestamp) -> DutyNow {
        let mut duty = duty_now(&self.calendar_of_user(user), &user.time_zone, now);
        let today = duty.local.date();
        duty.holiday = self.holiday(user.profile.holidays.as_deref(), today);
        duty.away = user.profile.absences.iter().find(|one| one.from <= today && today <= one.until).cloned();
        duty.is_on_duty &= user.is_active;
        duty
    }

    /// How it stands with a department's business hours.
    pub fn hours_of_department(&self, department: &Department, now: Timestamp) -> DutyNow {
        let zone = department.office.time_zone.as_deref().unwrap_or("UTC");
        let mut duty = duty_now(&self.calendar_of_department(department.id), zone, now);
        duty.holiday = self.holiday(department.office.holidays.as_deref(), duty.local.date());
        duty
    }

    /// Whether somebody works at that moment: in their hours, on no holiday, not away.
    pub fn is_on_duty(&self, user: &User, now: Timestamp) -> bool {
        user.is_active && self.calendar_of_user(user).is_open(now)
    }

    /// Active users who work on the cases of a department, in their order.
    pub fn workers(&self, department: DepartmentId) -> impl Iterator<Item = &User> {
        let works = move |user: &&User| works(user) && user.departments.contains(&department);
        self.users().iter().filter(works)
    }

    /// Whether a department is closed, or open with nobody there.
    pub fn is_unstaffed(&self, department: DepartmentId, now: Timestamp) -> bool {
        !self.calendar_of_department(department).is_open(now)
            || !self.workers(department).any(|user| self.is_on_duty(user, now))
    }

    /// Who is asked instead of a department in which nobody is: its cover, or that one's, the first where somebody is; the
    /// first of them if there is nobody anywhere.
    pub fn cover_of(&self, department: DepartmentId, now: Timestamp) -> Option<DepartmentId> {
        let next = |id: DepartmentId| {
            let cover = self.department(id)?.office.cover?;
            self.department(cover).filter(|cover| cover.is_active).map(|cover| cover.id)
        };
        let mut seen = vec![department];
        let first = next(department).filter(|cover| !seen.contains(cover))?;
        let mut cover = first;
        loop {
            if !self.is_unstaffed(cover, now) {
                return Some(cover);
            }
            seen.push(cover);
            match next(cover) {
                Some(other) if !seen.contains(&other) => cover = other,
                _ => return Some(first),
            }
        }
    }

    /// Who has the cases of somebody who is away: who stands in for them, or for that one while they are away as well.
    /// Nobody where none of them can: then it is the desk.
    pub fn stand_in_for(&self, user: UserId, absence: &Absence, now: Timestamp) -> Option<UserId> {
        let mut seen = vec![user];
        let mut next = absence.stand_in;
        while let Some(id) = next.filter(|id| !seen.contains(id)) {
            let stand_in = self.user(id).filter(|user| works(user))?;
            match self.duty_of_user(&stand_in, now).away {
                None => return Some(id),
                Some(away) => {
                    seen.push(id);
                    next = away.stand_in;
                }
            }
        }
        None
    }

    /// What a calendar of holidays calls a day.
    pub(super) fn holiday(&self, key: Option<&str>, day: Date) -> Option<String> {
        let calendar = self.company()?.holidays.iter().find(|calendar| Some(calendar.key.as_str()) == key)?;
        calendar.days.iter().find(|holiday| holiday.date == day).map(|holiday| holiday.name.clone())
    }
}

impl App {
    /// Whether a user works at that moment: in their hours, on no holiday, not away.
    pub fn is_on_duty(&self, user: &User, now: Timestamp) -> bool {
        self.people().is_on_duty(user, now)
    }
}

/// Whether somebody can own cases at all.
pub(super) fn works(user: &User) -> bool {
    user.is_active && user.role != Role::Observer
}

fn duty_now(calendar: &Calendar, time_zone: &str, now: Timestamp) -> DutyNow {
    let is_on_duty = calendar.is_open(now);
    DutyNow {
        is_on_duty,
        until: calendar.next_close(now).filter(|_| is_on_duty),
        from: calendar.next_open(now).filter(|_| !is_on_duty),
        time_zone: time_zone.to_owned(),
        local: now.to_zoned(TimeZone::get(time_zone).unwrap_or(TimeZone::UTC)).datetime(),
        holiday: None,
        away: None,
    }
}

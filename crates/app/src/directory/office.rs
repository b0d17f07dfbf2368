//! When and how a department works: what of it is to change, and what cannot be.

use switchboard_model::{Assignment, DepartmentId, Duty, Interest, Office, Unaccepted};

use super::user::{checked_languages, checked_time_zone};
use super::{DirectoryError, department};
use crate::people::People;

/// The longest that an offer stands, in minutes.
const LONGEST_OFFER: u32 = 10_080;

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfficeChange {
    /// A short number to reach its desk by; `Some(None)` for none.
    pub extension: Option<Option<String>>,
    /// The languages that it answers in, beside those of its users.
    pub languages: Option<Vec<String>>,
    /// Its business hours; none mean always.
    pub hours: Option<Duty>,
    /// IANA name of the time zone of its hours; `Some(None)` for UTC.
    pub time_zone: Option<Option<String>>,
    /// Key of the calendar whose holidays are its own; `Some(None)` for none.
    pub holidays: Option<Option<String>>,
    /// The department that is asked while it is closed; `Some(None)` for none.
    pub cover: Option<Option<DepartmentId>>,
    /// How its cases find an owner.
    pub assignment: Option<Assignment>,
    /// How many minutes offers to it stand; `Some(None)` for what is configured.
    pub accept_within_min: Option<Option<u32>>,
    /// Who has a case that nobody has accepted in time.
    pub unaccepted: Option<Unaccepted>,
    /// Which interest it answers for; `Some(None)` for none.
    pub interest: Option<Option<Interest>>,
}

impl OfficeChange {
    /// How the department of that id works after the change.
    pub(super) fn applied_to(
        self,
        people: &People,
        id: DepartmentId,
        before: Office,
    ) -> Result<Office, DirectoryError> {
        let mut office = before;
        if let Some(extension) = self.extension {
            office.extension =
                extension.map(|text| checked_extension(people, &text, Holder::Department(id))).transpose()?;
        }
        if let Some(languages) = self.languages {
            office.languages = checked_languages(&languages)?;
        }
        if let Some(hours) = self.hours {
            office.hours = hours;
        }
        if let Some(zone) = self.time_zone {
            office.time_zone = zone.map(|zone| checked_time_zone(&zone)).transpose()?;
        }
        if let Some(key) = self.holidays {
            office.holidays = key.map(|key| checked_holidays(people, &key)).transpose()?;
        }
        if let Some(cover) = self.cover {
            office.cover = cover.map(|cover| checked_cover(people, id, cover)).transpose()?;
        }
        if let Some(minutes) = self.accept_within_min {
            if minutes.is_some_and(|minutes| !(1..=LONGEST_OFFER).contains(&minutes)) {
                let message = "an offer stands for 1 minute to 7 days (10080 minutes)";
                return Err(DirectoryError::bad("accept_within_min", message));
            }
            office.accept_within_min = minutes;
        }
        office.assignment = self.assignment.unwrap_or(office.assignment);
        office.unaccepted = self.unaccepted.unwrap_or(office.unaccepted);
        office.interest = self.interest.unwrap_or(office.interest);
        Ok(office)
    }
}

/// Whose an extension is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Department(DepartmentId),
    User(switchboard_model::UserId),
}

/// Two to six digits that nobody else has.
pub(super) fn checked_extension(people: &People, text: &str, holder: Holder) -> Result<String, DirectoryError> {
    let text = text.trim();
    if !(2..=6).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DirectoryError::bad("extension", "an extension has 2 to 6 digits, like 21"));
    }
    let has_it = |extension: &Option<String>| extension.as_deref() == Some(text);
    let of_department =
        people.departments().iter().find(|one| has_it(&one.office.extension) && holder != Holder::Department(one.id));
    let of_user = people.users().iter().find(|one| has_it(&one.profile.extension) && holder != Holder::User(one.id));
    match of_department.map(|one| &one.name).or_else(|| of_user.map(|one| &one.name)) {
        Some(name) => Err(DirectoryError::Taken {
            field: "extension",
            message: format!("the extension {text} is that of {name}; choose another"),
        }),
        None => Ok(text.to_owned()),
    }
}

/// The key of a calendar of holidays that is there.
pub(super) fn checked_holidays(people: &People, key: &str) -> Result<String, DirectoryError> {
    let key = key.trim();
    let calendars = people.company().map(|company| company.holidays.as_slice()).unwrap_or_default();
    if calendars.iter().any(|calendar| calendar.key == key) {
        return Ok(key.to_owned());
    }
    let known: Vec<&str> = calendars.iter().map(|calendar| calendar.key.as_str()).collect();
    let known =
        if known.is_empty() { "there is none yet".to_owned() } else { format!("there are: {}", known.join(", ")) };
    Err(DirectoryError::bad("holidays", format!("there is no calendar of holidays '{key}'; {known}")))
}

fn checked_cover(people: &People, id: DepartmentId, cover: DepartmentId) -> Result<DepartmentId, DirectoryError> {
    let found = department::get(people, cover)?;
    if cover == id {
        return Err(DirectoryError::bad("cover", "a department cannot stand in for itself; choose another one"));
    }
    if !found.is_active {
        let message = format!("'{}' is closed and cannot stand in; choose an open department", found.name);
        return Err(DirectoryError::bad("cover", message));
    }
    Ok(cover)
}

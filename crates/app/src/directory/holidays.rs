//! Calendars of holidays: the days on which people of one place do not work.

use jiff::civil::Date;
use switchboard_model::{Company, Holiday, HolidayCalendar};

use super::{DirectoryError, checked_name, department};
use crate::App;
use crate::people::People;
use crate::rights::{Actor, Right};

/// Calendars of one company.
const MOST_CALENDARS: usize = 100;
/// Days of one calendar: those of fifty years.
const MOST_DAYS: usize = 1_000;

impl App {
    /// Adds a calendar of holidays, or replaces the one of that key.
    pub async fn set_holidays(
        &self,
        actor: &Actor,
        calendar: HolidayCalendar,
    ) -> Result<HolidayCalendar, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let mut company = self.company().ok_or(DirectoryError::NotSetUp)?.as_ref().clone();
        let calendar = HolidayCalendar {
            key: department::checked_key(&calendar.key)?,
            name: checked_name("name", &calendar.name)?,
            days: checked_days(calendar.days)?,
        };
        company.holidays.retain(|other| other.key != calendar.key);
        if company.holidays.len() == MOST_CALENDARS {
            let message = format!("there are {MOST_CALENDARS} calendars at most; remove one first");
            return Err(DirectoryError::InUse(message));
        }
        company.holidays.push(calendar.clone());
        company.holidays.sort_by(|one, other| one.key.cmp(&other.key));
        self.keep_holidays(&company).await?;
        Ok(calendar)
    }

    /// Removes a calendar of holidays that nobody has.
    pub async fn remove_holidays(&self, actor: &Actor, key: &str) -> Result<(), DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let mut company = people.company().ok_or(DirectoryError::NotSetUp)?.as_ref().clone();
        let before = company.holidays.len();
        company.holidays.retain(|calendar| calendar.key != key);
        if company.holidays.len() == before {
            return Err(DirectoryError::UnknownHolidays(key.to_owned()));
        }
        if let Some(name) = has_them(&people, key) {
            let message = format!("{name} has the holidays '{key}'; give them others first");
            return Err(DirectoryError::InUse(message));
        }
        self.keep_holidays(&company).await
    }

    async fn keep_holidays(&self, company: &Company) -> Result<(), DirectoryError> {
        self.store.update_company(company).await?;
        self.read_people_anew().await?;
        Ok(())
    }
}

/// Whoever has a calendar first.
fn has_them(people: &People, key: &str) -> Option<String> {
    let of_department =
        people.departments().iter().find(|one| one.office.holidays.as_deref() == Some(key)).map(|one| &one.name);
    let of_user =
        || people.users().iter().find(|one| one.profile.holidays.as_deref() == Some(key)).map(|one| &one.name);
    of_department.or_else(of_user).cloned()
}

fn checked_days(days: Vec<Holiday>) -> Result<Vec<Holiday>, DirectoryError> {
    let mut checked = Vec::with_capacity(days.len());
    for Holiday { date, name } in days {
        let name = checked_name("days", &name)?;
        checked.push(Holiday { date, name });
    }
    checked.sort_by_key(|day| day.date);
    if let Some([one, _]) = checked.windows(2).find(|pair| matches!(pair, [one, next] if one.date == next.date)) {
        return Err(DirectoryError::bad("days", format!("{} stands there twice; keep one of them", one.date)));
    }
    if checked.len() > MOST_DAYS {
        return Err(DirectoryError::bad("days", format!("a calendar has {MOST_DAYS} days at most")));
    }
    Ok(checked)
}

/// Reads days, one on a line: `2026-12-25 Christmas Day`.
///
/// # Errors
/// Says in a sentence which line cannot be read.
pub fn parse_days(text: &str) -> Result<Vec<Holiday>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let wrong =
                || format!("'{line}' cannot be read; write the day and its name, like 2026-12-25 Christmas Day");
            let (date, name) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
            let date: Date = date.parse().map_err(|_| wrong())?;
            Ok(Holiday { date, name: name.trim().to_owned() })
        })
        .collect()
}

/// The days as [`parse_days`] reads them.
pub fn print_days(days: &[Holiday]) -> String {
    days.iter().map(|day| format!("{} {}", day.date, day.name)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_printed() {
        let text = "2026-12-25 Christmas Day\n2027-01-01 New Year";
        let days = parse_days(&format!("\n {} \n\n", text.replace(' ', "   "))).expect("can be read");
        assert_eq!(print_days(&parse_days(text).expect("can be read")), text);
        assert_eq!(days.len(), 2);
        for wrong in ["2026-12-25", "25.12.2026 Christmas", "2026-02-30 No day"] {
            assert!(parse_days(wrong).is_err_and(|error| error.contains("like 2026-12-25")), "{wrong}");
        }
    }
}

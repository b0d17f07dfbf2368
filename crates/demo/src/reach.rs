//! How everybody is reached: extensions, skills, hours of departments, holidays, the social team, and who is away.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use switchboard_app::App;
use switchboard_app::directory::department::DepartmentChange;
use switchboard_app::directory::holidays::parse_days;
use switchboard_app::directory::office::OfficeChange;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_app::directory::team::TeamChange;
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::Actor;
use switchboard_model::{Absence, HolidayCalendar};

use crate::data::CompanyText;
use crate::founding::{Founded, shifted};
use crate::seed::{SeedError, because};

/// Years of holidays, from the one of the start: a demonstration may run over New Year.
const YEARS: i16 = 2;

/// Says how everybody is reached, as of the day on which people look at it.
pub(crate) async fn reach(app: &App, founded: &Founded, company: &CompanyText, start: Date) -> Result<(), SeedError> {
    let today = start.weekday();
    for holidays in &company.holidays {
        let years = (start.year()..start.year().saturating_add(YEARS)).map(|year| year.to_string());
        let days: Vec<String> =
            years.flat_map(|year| holidays.days.iter().map(move |day| format!("{year}-{day}"))).collect();
        let days = parse_days(&days.join("\n")).map_err(because(&holidays.key))?;
        let calendar = HolidayCalendar { key: holidays.key.clone(), name: holidays.name.clone(), days };
        app.set_holidays(&Actor::Operator, calendar).await.map_err(because(&holidays.key))?;
    }
    for department in &company.department {
        let Some(id) = founded.departments.get(&department.key).copied() else { continue };
        let office = OfficeChange {
            extension: Some(Some(department.extension.clone())),
            hours: Some(shifted(&department.key, &department.hours, today)?),
            time_zone: department.zone.clone().map(Some),
            cover: department.cover.as_ref().map(|cover| founded.departments.get(cover).copied()),
            ..OfficeChange::default()
        };
        let change = DepartmentChange { office, ..DepartmentChange::default() };
        app.change_department(&Actor::Operator, id, change).await.map_err(because(&department.key))?;
    }
    for person in &company.person {
        let Some(id) = founded.people.get(&person.key).copied() else { continue };
        let absence = |away: &crate::data::AwayText| Absence {
            from: start.saturating_add(away.from.days()),
            until: start.saturating_add(away.until.days()),
            stand_in: founded.people.get(&away.stand_in).copied(),
        };
        let profile = ProfileChange {
            extension: Some(Some(person.extension.clone())),
            skills: Some(person.skills.clone()),
            most_cases: Some(person.most_cases),
            holidays: Some(person.holidays.clone()),
            absences: Some(person.away.iter().map(absence).collect()),
        };
        let change = UserChange { profile, ..UserChange::default() };
        app.change_user(&Actor::Operator, id, change).await.map_err(because(&person.key))?;
    }
    let seats = company.team.seats.iter().filter_map(|(department, person)| {
        Some((founded.departments.get(department).copied()?, founded.people.get(person).copied()))
    });
    let team = TeamChange {
        head: None,
        deputy: Some(founded.people.get(&company.team.deputy).copied()),
        seats: seats.collect::<BTreeMap<_, _>>(),
    };
    app.change_team(&Actor::Operator, team).await.map_err(because("the social team"))?;
    Ok(())
}

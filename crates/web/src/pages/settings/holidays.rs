//! Calendars of holidays, each with its days.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use switchboard_app::App;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::holidays::{parse_days, print_days};
use switchboard_model::{Department, HolidayCalendar, User};

use super::form::{Act, Form};
use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/holidays.html")]
struct HolidaysPage {
    frame: Frame,
    places: Places,
    calendars: Vec<CalendarRow>,
}

struct CalendarRow {
    key: String,
    name: String,
    days: u64,
    /// The next day of it: "25 Dec, Christmas Day".
    next: Option<String>,
    /// Whose it is, in words.
    of: String,
}

impl HolidaysPage {
    fn new(visitor: &Visitor, calendars: &[HolidayCalendar], people: (&[Department], &[User]), today: Date) -> Self {
        let row = |calendar: &HolidayCalendar| {
            let has = |key: &Option<String>| key.as_deref() == Some(calendar.key.as_str());
            let departments = people.0.iter().filter(|one| has(&one.office.holidays)).count();
            let users = people.1.iter().filter(|one| has(&one.profile.holidays)).count();
            let next = calendar.days.iter().find(|day| day.date >= today);
            CalendarRow {
                key: calendar.key.clone(),
                name: calendar.name.clone(),
                days: calendar.days.len() as u64,
                next: next.map(|day| format!("{}, {}", words::day(day.date), day.name)),
                of: t!("holidays-of", departments = departments, people = users).into_owned(),
            }
        };
        Self {
            frame: frame(t!("holidays"), visitor),
            places: Places::new(visitor, Place::Holidays),
            calendars: calendars.iter().map(row).collect(),
        }
    }
}

/// `GET /settings/holidays`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let company = web.app.company();
    let calendars = company.as_ref().map(|company| company.holidays.as_slice()).unwrap_or_default();
    let (departments, users) = (web.app.departments(), web.app.users());
    let today = web.app.now().to_zoned(TimeZone::UTC).date();
    show(StatusCode::OK, &HolidaysPage::new(&visitor, calendars, (&departments, &users), today))
}

fn entries(known: Option<&HolidayCalendar>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    let name = value("name", known.map(|known| known.name.clone()));
    let mut entries = vec![Entry::line("name", t!("settings-name"), name).required().help(t!("holidays-name-help"))];
    if known.is_none() {
        let key = value("key", None);
        entries.push(Entry::line("key", t!("holidays-key"), key).required().help(t!("holidays-key-help")));
    }
    let days = value("days", known.map(|known| print_days(&known.days)));
    entries.push(
        Entry::area("days", t!("holidays-days"), days).note(t!("holidays-days-note")).help(t!("holidays-days-help")),
    );
    entries
}

fn new_form(typed: Option<&Fields>) -> Form {
    Form {
        title: t!("holidays-new").into_owned(),
        about: t!("holidays-about").into_owned(),
        action: "/settings/holidays".to_owned(),
        submit: t!("settings-add"),
        back: Some("/settings/holidays"),
        entries: entries(None, typed),
        ..Form::default()
    }
}

/// `GET /settings/holidays/new`
pub(crate) async fn new(visitor: Visitor) -> Result<Response, PageError> {
    new_form(None).show(StatusCode::OK, &visitor, Place::Holidays)
}

fn read(fields: &Fields, key: &str) -> Result<HolidayCalendar, Refusal> {
    let days = parse_days(fields.text("days"));
    let days = days.map_err(|message| Refusal::unprocessable("bad_field", message).about("days"))?;
    Ok(HolidayCalendar { key: key.trim().to_owned(), name: fields.text("name").to_owned(), days })
}

async fn set(app: &App, visitor: &Visitor, fields: &Fields, key: &str) -> Result<HolidayCalendar, Refusal> {
    Ok(app.set_holidays(&visitor.actor, read(fields, key)?).await?)
}

/// `POST /settings/holidays`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let key = fields.text("key").trim().to_owned();
    let added = match get(&web.app, &key) {
        Ok(other) => {
            Err(Refusal::unprocessable("taken", t!("holidays-taken", name = other.name.as_str())).about("key"))
        }
        Err(_) => set(&web.app, &visitor, &fields, &key).await,
    };
    match added {
        Ok(_) => Ok(go("/settings/holidays")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            new_form(Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Holidays)
        }
    }
}

fn get(app: &App, key: &str) -> Result<HolidayCalendar, DirectoryError> {
    let company = app.company();
    let found = company.iter().flat_map(|company| &company.holidays).find(|calendar| calendar.key == key);
    found.cloned().ok_or_else(|| DirectoryError::UnknownHolidays(key.to_owned()))
}

fn one_form(calendar: &HolidayCalendar, typed: Option<&Fields>) -> Form {
    let action = format!("/settings/holidays/{}", calendar.key);
    Form {
        title: calendar.name.clone(),
        acts: vec![Act {
            title: t!("holidays-removing"),
            about: t!("holidays-removing-about").into_owned(),
            action: format!("{action}/remove"),
            submit: t!("holidays-remove"),
            entries: Vec::new(),
        }],
        action,
        submit: t!("settings-save"),
        back: Some("/settings/holidays"),
        entries: entries(Some(calendar), typed),
        ..Form::default()
    }
}

/// `GET /settings/holidays/{key}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, PageError> {
    one_form(&get(&web.app, &key)?, None).show(StatusCode::OK, &visitor, Place::Holidays)
}

/// `POST /settings/holidays/{key}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let calendar = get(&web.app, &key)?;
    match set(&web.app, &visitor, &fields, &key).await {
        Ok(_) => Ok(go("/settings/holidays")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            one_form(&calendar, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Holidays)
        }
    }
}

/// `POST /settings/holidays/{key}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, PageError> {
    let calendar = get(&web.app, &key)?;
    match web.app.remove_holidays(&visitor.actor, &key).await {
        Ok(()) => Ok(go("/settings/holidays")),
        Err(error) => {
            let refusal = about_form(error)?;
            one_form(&calendar, None).refused(&refusal).show(refusal.status, &visitor, Place::Holidays)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;
    use switchboard_model::Holiday;

    use super::*;
    use crate::pages::samples;

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let calendar = HolidayCalendar {
            key: "pt".to_owned(),
            name: samples::HOSTILE.to_owned(),
            days: vec![Holiday { date: date(2026, 12, 25), name: samples::HOSTILE.to_owned() }],
        };
        let (departments, users) = (samples::departments(), samples::users());
        let page = |calendars: &[HolidayCalendar]| {
            let page = HolidaysPage::new(&samples::visitor(), calendars, (&departments, &users), date(2026, 11, 1));
            page.render().expect("renders")
        };
        vec![page(&[calendar]), page(&[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("25 Dec"), "{}", pages[0]);
    }
}

//! The fields of when and how a department works.

use switchboard_app::App;
use switchboard_app::directory::duty;
use switchboard_app::directory::office::OfficeChange;
use switchboard_model::{Assignment, Department, DepartmentId, HolidayCalendar, Interest, Office, Unaccepted};

use crate::error::Refusal;
use crate::pages::forms::{Choice, Entry, Fields};

/// The calendars of holidays to choose from, and none.
pub(super) fn holiday_choices(calendars: &[HolidayCalendar], chosen: Option<&str>) -> Vec<Choice> {
    let none = Choice::new("", t!("settings-no-holidays"), chosen.is_none());
    let choice =
        |one: &HolidayCalendar| Choice::new(one.key.clone(), one.name.clone(), chosen == Some(one.key.as_str()));
    std::iter::once(none).chain(calendars.iter().map(choice)).collect()
}

pub(super) fn entries(app: &App, department: &Department, typed: Option<&Fields>) -> Vec<Entry> {
    let office: &Office = &department.office;
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    let line = |name: &'static str, label, known: Option<String>| {
        Entry::line(name, label, value(name, known)).note(t!("settings-may-stay-empty"))
    };
    let cover = value("cover", office.cover.map(|cover| cover.to_string()));
    let mut covers = vec![Choice::new("", t!("settings-office-no-cover"), cover.is_empty())];
    let departments = app.departments();
    let others = departments.iter().filter(|one| one.is_active && one.id != department.id);
    covers.extend(others.map(|one| Choice::new(one.id.to_string(), one.name.clone(), one.id.to_string() == cover)));
    let company = app.company();
    let calendars = company.as_ref().map(|company| company.holidays.as_slice()).unwrap_or_default();
    let holidays = Some(value("holidays", office.holidays.clone())).filter(|key| !key.is_empty());
    let assignment = value("assignment", Some(office.assignment.as_str().to_owned()));
    let unaccepted = value("unaccepted", Some(office.unaccepted.as_str().to_owned()));
    let interest = value("interest", office.interest.map(|interest| interest.as_str().to_owned()));
    let assignments = Assignment::ALL.map(|one| {
        let words = match one {
            Assignment::Pull => t!("settings-office-pull"),
            Assignment::RoundRobin => t!("settings-office-round-robin"),
        };
        Choice::new(one.as_str(), words, one.as_str() == assignment)
    });
    let receivers = Unaccepted::ALL.map(|one| {
        let words = match one {
            Unaccepted::Sender => t!("settings-office-sender"),
            Unaccepted::Head => t!("settings-office-head"),
        };
        Choice::new(one.as_str(), words, one.as_str() == unaccepted)
    });
    let mut interests = vec![Choice::new("", t!("settings-office-no-interest"), interest.is_empty())];
    interests.extend(Interest::ALL.map(|one| {
        let words = match one {
            Interest::Service => t!("settings-office-service"),
            Interest::Sale => t!("settings-office-sale"),
            Interest::Press => t!("settings-office-press"),
        };
        Choice::new(one.as_str(), words, one.as_str() == interest)
    }));
    vec![
        line("extension", t!("settings-extension"), office.extension.clone()).help(t!("settings-extension-help")),
        line("languages", t!("settings-office-languages"), Some(office.languages.join(", ")))
            .help(t!("settings-you-languages-help")),
        line("hours", t!("settings-office-hours"), Some(duty::print(&office.hours)))
            .help(t!("settings-office-hours-help")),
        line("time_zone", t!("settings-office-zone"), office.time_zone.clone())
            .list("time-zones")
            .help(t!("settings-office-zone-help")),
        Entry::one("holidays", t!("settings-holidays-of"), holiday_choices(calendars, holidays.as_deref())),
        Entry::one("cover", t!("settings-office-cover"), covers).help(t!("settings-office-cover-help")),
        Entry::one("assignment", t!("settings-office-assignment"), assignments.into()),
        line(
            "accept_within_min",
            t!("settings-office-accept"),
            office.accept_within_min.map(|minutes| minutes.to_string()),
        )
        .help(t!("settings-office-accept-help")),
        Entry::one("unaccepted", t!("settings-office-unaccepted"), receivers.into()),
        Entry::one("interest", t!("settings-office-interest"), interests).help(t!("settings-office-interest-help")),
    ]
}

/// A number, if anything is typed.
pub(super) fn read_number(fields: &Fields, name: &'static str) -> Result<Option<u32>, Refusal> {
    let bad = || Refusal::unprocessable("bad_number", t!("settings-bad-number")).about(name);
    fields.filled(name).map(|text| text.parse().map_err(|_| bad())).transpose()
}

pub(super) fn read(fields: &Fields) -> Result<OfficeChange, Refusal> {
    // A form without them (made before there were any) leaves all of it as it is.
    if fields.find("assignment").is_none() {
        return Ok(OfficeChange::default());
    }
    let hours = duty::parse(fields.text("hours"));
    let cover: Option<DepartmentId> = fields
        .filled("cover")
        .map(|id| id.parse())
        .transpose()
        .map_err(|_| Refusal::unprocessable("bad_cover", t!("settings-no-department")).about("cover"))?;
    Ok(OfficeChange {
        extension: Some(fields.filled("extension")),
        languages: Some(fields.list("languages")),
        hours: Some(hours.map_err(|message| Refusal::unprocessable("bad_duty", message).about("hours"))?),
        time_zone: Some(fields.filled("time_zone")),
        holidays: Some(fields.filled("holidays")),
        cover: Some(cover),
        assignment: Assignment::from_word(fields.text("assignment")),
        accept_within_min: Some(read_number(fields, "accept_within_min")?),
        unaccepted: Unaccepted::from_word(fields.text("unaccepted")),
        interest: Some(Interest::from_word(fields.text("interest"))),
    })
}

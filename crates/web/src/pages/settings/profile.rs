//! The fields of what somebody knows and can take on.

use switchboard_app::App;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_model::User;

use super::office::{holiday_choices, read_number};
use crate::error::Refusal;
use crate::pages::forms::{Entry, Fields};

fn value(typed: Option<&Fields>, name: &str, known: Option<String>) -> String {
    match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    }
}

/// What everybody may say about themselves.
pub(super) fn personal(app: &App, user: &User, typed: Option<&Fields>) -> Vec<Entry> {
    let company = app.company();
    let calendars = company.as_ref().map(|company| company.holidays.as_slice()).unwrap_or_default();
    let holidays = Some(value(typed, "holidays", user.profile.holidays.clone())).filter(|key| !key.is_empty());
    vec![
        Entry::line("skills", t!("settings-skills"), value(typed, "skills", Some(user.profile.skills.join(", "))))
            .note(t!("settings-may-stay-empty"))
            .help(t!("settings-skills-help")),
        Entry::one("holidays", t!("settings-holidays-of"), holiday_choices(calendars, holidays.as_deref())),
    ]
}

/// What administrators say about somebody.
pub(super) fn kept(user: &User, typed: Option<&Fields>) -> Vec<Entry> {
    let most = user.profile.most_cases.map(|most| most.to_string());
    vec![
        Entry::line("extension", t!("settings-extension"), value(typed, "extension", user.profile.extension.clone()))
            .note(t!("settings-may-stay-empty"))
            .help(t!("settings-extension-help")),
        Entry::line("most_cases", t!("settings-most-cases"), value(typed, "most_cases", most))
            .note(t!("settings-may-stay-empty"))
            .help(t!("settings-most-cases-help")),
    ]
}

/// What a form with the personal fields says.
pub(super) fn read_personal(fields: &Fields) -> ProfileChange {
    ProfileChange {
        skills: fields.find("skills").map(|_| fields.list("skills")),
        holidays: fields.find("holidays").map(|_| fields.filled("holidays")),
        ..ProfileChange::default()
    }
}

/// What a form with all fields says.
pub(super) fn read(fields: &Fields) -> Result<ProfileChange, Refusal> {
    let most_cases = read_number(fields, "most_cases")?;
    Ok(ProfileChange {
        extension: fields.find("extension").map(|_| fields.filled("extension")),
        most_cases: fields.find("most_cases").map(|_| most_cases),
        ..read_personal(fields)
    })
}

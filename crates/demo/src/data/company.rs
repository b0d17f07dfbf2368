//! The company as it is written down.

use std::collections::BTreeMap;

use serde::Deserialize;
use switchboard_model::OutreachChannel;

/// `company.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyText {
    /// Its name.
    pub name: String,
    /// Its handles.
    pub handles: Vec<String>,
    /// Its site.
    pub website: String,
    /// What heads write when they hand a case to those whose it is.
    pub hand_over: Vec<String>,
    /// Why heads put a case aside that nobody acted on.
    pub put_aside: Vec<String>,
    /// The conversation with which the tour begins.
    pub tour_begins_with: String,
    /// Its calendars of holidays.
    pub holidays: Vec<HolidaysText>,
    /// Its social team.
    pub team: TeamText,
    /// Its departments.
    pub department: Vec<DepartmentText>,
    /// Its people.
    pub person: Vec<PersonText>,
    /// Who calls and writes to authors when they are asked.
    pub senior: Vec<SeniorText>,
    /// The accounts it answers with.
    pub account: Vec<AccountText>,
    /// What it listens for.
    pub search: Vec<SearchTextFile>,
}

/// A calendar of holidays whose days come back every year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidaysText {
    /// What people name it by.
    pub key: String,
    /// The place.
    pub name: String,
    /// Month and day, and what it is called: `12-25 Christmas Day`.
    pub days: Vec<String>,
}

/// The social team; whoever founded the company heads it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamText {
    /// Who stands in for its head, a person.
    pub deputy: String,
    /// Who sits in it, by department.
    pub seats: BTreeMap<String, String>,
}

/// Somebody who calls and writes to authors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeniorText {
    /// Who, a person.
    pub person: String,
    /// What they are to the outside.
    pub title: String,
    /// What they do.
    pub channels: Vec<OutreachChannel>,
    /// The departments that they stand for; all if there are none.
    #[serde(default)]
    pub departments: Vec<String>,
    /// How many they can have open at once.
    pub most_open: u32,
}

/// Days on which somebody is away, counted from the start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwayText {
    /// The first day.
    pub from: i64,
    /// The last day.
    pub until: i64,
    /// Who stands in, a person.
    pub stand_in: String,
}

/// A department.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentText {
    /// What the files call it.
    pub key: String,
    /// The key of the shipped department that it is.
    pub shipped: String,
    /// Its name, where it is not the shipped one's.
    pub name: Option<String>,
    /// Its head, a person.
    pub head: String,
    /// Who stands in.
    pub deputy: String,
    /// How its cases find an owner.
    #[serde(default)]
    pub assignment: switchboard_model::Assignment,
    /// Words of its topics, beside the shipped ones.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Its extension.
    pub extension: String,
    /// When it is open; always, without any.
    #[serde(default)]
    pub hours: Vec<String>,
    /// The time zone of its hours.
    pub zone: Option<String>,
    /// Which department is asked while it is closed.
    pub cover: Option<String>,
}

/// Somebody who works there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonText {
    /// What the files call them.
    pub key: String,
    /// Their name.
    pub name: String,
    /// What they log in with.
    pub email: String,
    /// What they may do.
    pub role: switchboard_model::Role,
    /// Where they work.
    pub departments: Vec<String>,
    /// In which languages they answer.
    pub languages: Vec<String>,
    /// Their time zone.
    pub zone: String,
    /// When they are on duty; always, without any.
    #[serde(default)]
    pub hours: Vec<String>,
    /// Who they are, in a few words.
    pub about: String,
    /// Their extension.
    pub extension: String,
    /// What they know.
    #[serde(default)]
    pub skills: Vec<String>,
    /// How many open cases they can have.
    pub most_cases: Option<u32>,
    /// The calendar of their holidays.
    pub holidays: Option<String>,
    /// When they are away.
    pub away: Option<AwayText>,
}

/// An account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountText {
    /// The network it is on.
    pub network: switchboard_model::SourceKind,
    /// Its handle.
    pub handle: String,
}

/// A saved search.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchTextFile {
    /// Its name.
    pub name: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub search_type: switchboard_model::SearchType,
    /// The department it leans to.
    pub department: String,
    /// Its query.
    pub query: String,
}

impl CompanyText {
    /// A person by their key.
    pub fn person(&self, key: &str) -> Option<&PersonText> {
        self.person.iter().find(|person| person.key == key)
    }

    /// A department by its key.
    pub fn department(&self, key: &str) -> Option<&DepartmentText> {
        self.department.iter().find(|department| department.key == key)
    }
}

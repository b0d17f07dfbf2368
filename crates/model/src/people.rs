//! Who works here: the company, its departments, its users.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, DepartmentId, Preferences, UserId};

/// The company that this installation belongs to. There is one once the set-up is done, and none before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// What it is called.
    pub name: String,
    /// Its handles on networks, as people write them (`@acme`, `acme.example`).
    pub handles: Vec<String>,
    /// Its own site, if it has one.
    pub website: Option<String>,
    /// The department whose desk takes what nothing else decides.
    pub fallback: DepartmentId,
    /// Who leads those who answer in public, and who speaks for each department.
    #[serde(default)]
    pub team: Team,
    /// The holidays of the places where people work.
    #[serde(default)]
    pub holidays: Vec<HolidayCalendar>,
}

/// Everybody who answers in public, as one team across the departments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Team {
    /// Its head; there is exactly one as soon as somebody was named.
    pub head: Option<UserId>,
    /// Who stands in for the head.
    pub deputy: Option<UserId>,
    /// Who sits in the team for a department. A department without a seat has nobody to ask there.
    pub seats: BTreeMap<DepartmentId, UserId>,
}

/// Days on which people of one place do not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayCalendar {
    /// What users and departments name it by: `a-z 0-9 -`. Unique.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The days, in their order.
    pub days: Vec<Holiday>,
}

/// One day on which nobody of a place works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What it is called.
    pub name: String,
}

/// Somebody of the company who can log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Identifier in this installation.
    pub id: UserId,
    /// What colleagues call them.
    pub name: String,
    /// E-mail address in lower case; what they log in with. Unique.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may log in and own cases.
    pub is_active: bool,
    /// Whether they have chosen a password yet.
    pub has_password: bool,
    /// The departments they work for.
    pub departments: Vec<DepartmentId>,
    /// BCP 47 tags of the languages they answer in.
    pub languages: Vec<String>,
    /// IANA name of their time zone, for example `Europe/Lisbon`.
    pub time_zone: String,
    /// When they are on duty, by the clock of their time zone.
    pub duty: Duty,
    /// How they can be reached and what they can take on.
    #[serde(default)]
    pub profile: Profile,
    /// What they prefer about the pages.
    #[serde(default)]
    pub preferences: Preferences,
    /// When they were added.
    pub created_at: Timestamp,
    /// Wrong passwords in a row.
    pub failures: u32,
    /// Until when no password is looked at, after too many wrong ones.
    pub locked_until: Option<Timestamp>,
}

/// How a user can be reached, what they know, and when they are away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// A short number to reach them by, of 2 to 6 digits. No user or department shares it.
    pub extension: Option<String>,
    /// What they know beside languages, in lower case, sorted.
    pub skills: Vec<String>,
    /// How many open cases they can have before they are given no more; as many as come if missing.
    pub most_cases: Option<u32>,
    /// Key of the calendar whose holidays are theirs.
    pub holidays: Option<String>,
    /// When they are away, in their order.
    pub absences: Vec<Absence>,
}

/// Days on which somebody is away, by the clock of their time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Who gets their cases meanwhile; the desk where nobody is named.
    pub stand_in: Option<UserId>,
}

/// What a user may do. Rights are decided in one place, `app::rights`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads what is public; changes nothing.
    Observer,
    /// Works on cases.
    Member,
    /// Also keeps users, departments, rules, sources, searches and accounts.
    Administrator,
}

impl Role {
    /// All roles, the most restricted first.
    pub const ALL: [Self; 3] = [Self::Observer, Self::Member, Self::Administrator];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::Member => "member",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Weekly hours of duty. Without any, somebody is on duty at all times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duty(pub Vec<DutyHours>);

/// One stretch of duty that repeats every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyHours {
    /// The day on which it begins, 1 for Monday to 7 for Sunday (ISO 8601).
    pub day: u8,
    /// Minute of that day at which it begins, 0 to 1439.
    pub from: u16,
    /// Minute at which it ends, 1 to 2879; above 1440 it ends on the following day.
    pub to: u16,
}

/// A department: a desk with exactly one head, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Identifier in this installation.
    pub id: DepartmentId,
    /// What programs and rules call it: `a-z 0-9 -`. Unique.
    pub key: String,
    /// What people call it. Unique.
    pub name: String,
    /// Its head: an active user. There is always exactly one.
    pub head: UserId,
    /// Who stands in for the head.
    pub deputy: Option<UserId>,
    /// The intents of posts that it takes.
    pub intents: Vec<String>,
    /// Words and phrases of its topics.
    pub keywords: Vec<String>,
    /// Whether posts are routed to it; one that is not keeps its history and owns nothing.
    pub is_active: bool,
    /// Order in lists, and between departments that fit equally.
    pub place: i64,
    /// When and how it works.
    #[serde(default)]
    pub office: Office,
    /// When it was made.
    pub created_at: Timestamp,
}

/// When and how a department works.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Office {
    /// A short number to reach its desk by, of 2 to 6 digits. No user or department shares it.
    pub extension: Option<String>,
    /// BCP 47 tags of the languages that it answers in, beside those of its users.
    pub languages: Vec<String>,
    /// Its business hours: clocks of cases run in them. At all times if there are none.
    pub hours: Duty,
    /// IANA name of the time zone of its hours; UTC if missing.
    pub time_zone: Option<String>,
    /// Key of the calendar whose holidays are its own.
    pub holidays: Option<String>,
    /// The department that is asked instead while it is closed.
    pub cover: Option<DepartmentId>,
    /// How its cases find an owner among its users.
    pub assignment: Assignment,
    /// How many minutes offers to it stand; what is configured if missing.
    pub accept_within_min: Option<u32>,
    /// Who has a case when nobody has accepted it in time.
    pub unaccepted: Unaccepted,
    /// Which interest of the company it answers for.
    pub interest: Option<Interest>,
}

/// How cases at a desk find an owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// Users take them.
    #[default]
    Pull,
    /// They are given in turn to whoever is on duty, speaks the language and has most room.
    RoundRobin,
}

impl Assignment {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Pull, Self::RoundRobin];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::RoundRobin => "round_robin",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// Who has a case whose offer to a department has ended without an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unaccepted {
    /// Whoever offered it: it was theirs all along.
    #[default]
    Sender,
    /// The head of the department that it was offered to, who becomes its owner there.
    Head,
}

impl Unaccepted {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Sender, Self::Head];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Head => "head",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// What a post can be about for the company at once: each has its gauge on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interest {
    /// Somebody needs help.
    Service,
    /// Somebody may buy, or stop buying.
    Sale,
    /// It may harm the company in public.
    Press,
}

impl Interest {
    /// All three, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Service, Self::Sale, Self::Press];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Sale => "sale",
            Self::Press => "press",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interest| interest.as_str() == word)
    }
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkPurpose {
    /// To set the installation up.
    Setup,
    /// To choose a first password.
    Invitation,
    /// To choose a new password.
    Reset,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: [Self; 3] = [Self::Setup, Self::Invitation, Self::Reset];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// A key with which a program acts for a user, as it is listed. The key itself is shown once and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Identifier in this installation.
    pub id: ApiKeyId,
    /// The user that it acts for.
    pub user: UserId,
    /// What it is for; unique among the user's keys.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub used_at: Option<Timestamp>,
}

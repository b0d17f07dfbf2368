//! Who works here: the company, its departments, its users.

use jiff::Timestamp;
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
    /// When it was made.
    pub created_at: Timestamp,
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

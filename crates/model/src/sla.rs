//! Service levels: how soon an author is to hear from us, and who is told when that fails.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Case, DepartmentId, SlaPolicyId};

/// A clock that runs on a case. The clock of an offer stands in the offer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the opening to our first answer.
    FirstResponse,
    /// From what the author says after an answer to our next one.
    NextResponse,
    /// From the opening to the end.
    Resolution,
}

impl ClockKind {
    /// All clocks.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|clock| clock.as_str() == word)
    }
}

/// The clock of a case that runs out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Which.
    pub clock: ClockKind,
    /// When it runs out, or ran out.
    pub at: Timestamp,
    /// When it was started.
    pub since: Timestamp,
    /// From when on it is soon.
    pub warn_at: Option<Timestamp>,
}

/// What is promised to the cases that it is about. Of several the first in their order counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicy {
    /// Identifier in this installation.
    #[serde(default = "nobody")]
    pub id: SlaPolicyId,
    /// What people call it. Unique.
    pub name: String,
    /// Only cases of these departments; of all if there are none.
    #[serde(default)]
    pub departments: Vec<DepartmentId>,
    /// Only cases of these networks; of all if there are none.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Only cases of at least this priority.
    #[serde(default)]
    pub least_priority: u8,
    /// Only cases that carry this tag: the class of the customer.
    #[serde(default)]
    pub tag: Option<String>,
    /// Minutes until each clock runs out; a clock without any does not run.
    #[serde(default)]
    pub targets: SlaTargets,
    /// Whether only the business hours of the department count; else all time does.
    #[serde(default)]
    pub in_business_hours: bool,
    /// What part of a target may pass before a warning, in per cent, 10 to 95.
    #[serde(default = "usual_warning")]
    pub warn_at_percent: u8,
    /// Who is told after a clock ran out, one after the other.
    #[serde(default)]
    pub escalation: Vec<EscalationStep>,
}

/// What is read without an identifier gets one where it is kept.
fn nobody() -> SlaPolicyId {
    SlaPolicyId(uuid::Uuid::nil())
}

fn usual_warning() -> u8 {
    75
}

/// Minutes until clocks run out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SlaTargets {
    /// To our first answer.
    pub first_response_min: Option<u32>,
    /// To our next answer.
    pub next_response_min: Option<u32>,
    /// To the end.
    pub resolution_min: Option<u32>,
    /// For offers to be accepted.
    pub accept_min: Option<u32>,
}

impl SlaTargets {
    /// Minutes until a clock runs out, if it runs.
    pub fn of(&self, clock: ClockKind) -> Option<u32> {
        match clock {
            ClockKind::FirstResponse => self.first_response_min,
            ClockKind::NextResponse => self.next_response_min,
            ClockKind::Resolution => self.resolution_min,
        }
    }
}

/// One step up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationStep {
    /// How many minutes after the clock ran out, as its policy counts them.
    pub after_min: u32,
    /// Who is told.
    pub to: EscalateTo,
}

/// Who is told of a clock that ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalateTo {
    /// The head of the case's department.
    Head,
    /// Who stands in for that head; the head where nobody does.
    Deputy,
    /// The head of the team across the departments; the department's where there is none.
    TeamHead,
}

impl EscalateTo {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Head, Self::Deputy, Self::TeamHead];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Deputy => "deputy",
            Self::TeamHead => "team_head",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|to| to.as_str() == word)
    }
}

impl SlaPolicy {
    /// Whether it is about a case as it stands.
    pub fn is_about(&self, case: &Case) -> bool {
        (self.departments.is_empty() || self.departments.contains(&case.department))
            && (self.networks.is_empty() || self.networks.contains(&case.network))
            && case.priority.score >= self.least_priority
            && self.tag.as_ref().is_none_or(|tag| case.tags.contains(tag))
    }
}

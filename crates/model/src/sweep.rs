//! What keeps a mention that needs an answer from being forgotten: it is in a case, or somebody said why not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{By, CaseId, PostId};

/// What a post that needs an answer gets when it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A case: whoever finds it without one opens one.
    Case,
    /// None, for a reason that is written down with it.
    Dismissed {
        /// Why not.
        reason: DismissalReason,
        /// What else there is to say about it.
        note: String,
    },
}

/// That a mention needs no case after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// Why.
    pub reason: DismissalReason,
    /// What else there is to say about it; may be empty.
    pub note: String,
    /// Who said so.
    pub by: By,
    /// When.
    pub at: Timestamp,
}

/// Why a mention needs no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DismissalReason {
    /// There is nothing in it that somebody could answer.
    NothingToAnswer,
    /// It is not about the company.
    OffTopic,
    /// Advertising, fraud, machines.
    Spam,
    /// Somebody answered it elsewhere, or it stands in another case.
    Handled,
    /// It is better not answered.
    Provocation,
    /// Something else, told in the note.
    Other,
    /// A rule says so; the note names it.
    Rule,
    /// It was taken in from the past: a new search found it, or it was imported.
    BackFill,
    /// It was stored before there was a company to answer it.
    BeforeSetUp,
    /// It was deleted on its network before anybody had it.
    Deleted,
    /// One of our own accounts said it.
    OwnAccount,
}

impl DismissalReason {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::NothingToAnswer,
        Self::OffTopic,
        Self::Spam,
        Self::Handled,
        Self::Provocation,
        Self::Other,
        Self::Rule,
        Self::BackFill,
        Self::BeforeSetUp,
        Self::Deleted,
        Self::OwnAccount,
    ];

    /// Those that a person gives.
    pub const OF_PEOPLE: [Self; 6] =
        [Self::NothingToAnswer, Self::OffTopic, Self::Spam, Self::Handled, Self::Provocation, Self::Other];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NothingToAnswer => "nothing_to_answer",
            Self::OffTopic => "off_topic",
            Self::Spam => "spam",
            Self::Handled => "handled",
            Self::Provocation => "provocation",
            Self::Other => "other",
            Self::Rule => "rule",
            Self::BackFill => "back_fill",
            Self::BeforeSetUp => "before_set_up",
            Self::Deleted => "deleted",
            Self::OwnAccount => "own_account",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether it only says when the post came.
    pub fn is_of_the_past(self) -> bool {
        matches!(self, Self::BackFill | Self::BeforeSetUp)
    }

    /// Whether a person gave it, and not a rule or the time at which the post came.
    pub fn is_of_a_person(self) -> bool {
        Self::OF_PEOPLE.contains(&self)
    }
}

/// One run of the orphan sweep: every mention that needs an answer was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Its number; 0 until it is kept.
    pub id: i64,
    /// When it began.
    pub at: Timestamp,
    /// How long the look took, in milliseconds, without what was done about orphans.
    pub took_ms: u64,
    /// What it counted.
    #[serde(flatten)]
    pub counts: SweepCounts,
    /// What became of the orphans, the first [`Sweep::MOST_FINDINGS`] of them.
    pub findings: Vec<SweepFinding>,
}

impl Sweep {
    /// So many findings are kept of one run. All orphans are counted and seen to.
    pub const MOST_FINDINGS: usize = 1_000;
    /// So many runs are kept.
    pub const MOST_KEPT: u32 = 1_000;
}

/// How many mentions need an answer, and who has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepCounts {
    /// All that need an answer: those that follow together.
    pub mentions: u64,
    /// In a case that is open, waiting or snoozed, which has an owner.
    pub owned: u64,
    /// In a case that ended with an outcome.
    pub answered: u64,
    /// In none, for a reason that is written down.
    pub dismissed: u64,
    /// Forgotten: none of these.
    pub orphans: u64,
}

/// One orphan, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepFinding {
    /// The post.
    pub post: PostId,
    /// The case that has it now.
    pub case: Option<CaseId>,
    /// Why it was dismissed instead.
    pub dismissed: Option<DismissalReason>,
    /// What was done, in words, or why nothing could be.
    pub what: String,
}

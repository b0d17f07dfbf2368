//! What routing learns from: texts as programs compare them, labels, and what is proposed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{By, CaseId, DepartmentId};

/// A text as a program compares it with others.
///
/// `terms` is what every version of the reader gives. A better one may add `meaning`; whoever compares uses it where both
/// texts have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Hashes of what the text is made of: words, pairs of words, pieces of words. Sorted, each once, all below
    /// [`Features::TERMS`].
    pub terms: Vec<u32>,
    /// Where the text stands among meanings: a vector of length one, or empty where nobody can tell.
    pub meaning: Vec<f32>,
}

impl Features {
    /// How many different terms there can be.
    pub const TERMS: u32 = 1 << 18;
    /// A text has no more terms than these.
    pub const MOST_TERMS: usize = 1_024;
}

/// What told a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelSource {
    /// A transfer to another department was accepted.
    Transfer,
    /// Somebody made a user of the department the owner.
    Assignment,
    /// Somebody said yes to what was proposed.
    Confirmation,
    /// The department answered.
    Answer,
    /// The department closed the case.
    Closing,
}

impl LabelSource {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Transfer, Self::Assignment, Self::Confirmation, Self::Answer, Self::Closing];

    /// The word for it, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Assignment => "assignment",
            Self::Confirmation => "confirmation",
            Self::Answer => "answer",
            Self::Closing => "closing",
        }
    }

    /// The source of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

/// Where a case belongs, as what people did to it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The case.
    pub case: CaseId,
    /// `seq` of the post that opened it.
    pub post: i64,
    /// The version of that post.
    pub version: u32,
    /// Where it belongs.
    pub department: DepartmentId,
    /// What told it.
    pub source: LabelSource,
    /// When.
    pub at: Timestamp,
    /// Where it went first.
    pub first: DepartmentId,
    /// What was proposed before any of that was known.
    pub proposed: Option<Proposed>,
}

/// A department with how sure the proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// The department.
    pub department: DepartmentId,
    /// How sure the learner was, from 0 to 1, before that was held against what came of its proposals.
    pub score: f64,
    /// How probable it is, from 0 to 1.
    pub probability: f64,
}

/// What is learnt from: a case that people put where it belongs, or an example that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Lesson {
    /// A case.
    Case(CaseId),
    /// An example, by its number.
    Example(i64),
}

/// The department that past cases speak for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which, and how sure.
    #[serde(flatten)]
    pub proposed: Proposed,
    /// How probable it had to be to decide; `None` where it was only shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The nearest past cases and examples, the nearest first: the reason.
    #[serde(default)]
    pub near: Vec<Near>,
}

/// A past case or example that is near to a text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Which.
    #[serde(flatten)]
    pub lesson: Lesson,
    /// Where it belongs.
    pub department: DepartmentId,
    /// How near, from 0 to 1.
    pub nearness: f64,
}

/// A text that an administrator gave as an example of what a department takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Its number; 0 until it is kept.
    pub id: i64,
    /// The department.
    pub department: DepartmentId,
    /// What it says.
    pub text: String,
    /// Who gave it.
    pub by: By,
    /// When.
    pub at: Timestamp,
}

impl Example {
    /// The characters of one at most.
    pub const LONGEST: usize = 2_000;
    /// So many examples are kept of all departments together.
    pub const MOST: usize = 2_000;
}

//! An exclusion pack: a query under a name, which searches and rules include by `in:name`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::By;

/// A pack as somebody writes it, and as it is handed on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackText {
    /// By which queries name it: letters a–z, digits and `-`. Unique.
    pub name: String,
    /// What it is called in words.
    pub title: String,
    /// What it finds, and what not.
    #[serde(default)]
    pub description: String,
    /// What it is for.
    #[serde(default)]
    pub kind: PackKind,
    /// The languages that it knows, as primary tags of BCP 47.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What it finds.
    pub query: String,
}

/// What a pack is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackKind {
    /// Advertisements for jobs.
    Jobs,
    /// What nobody wants to read.
    Spam,
    /// Codes and vouchers.
    Coupons,
    /// Prize draws.
    Giveaways,
    /// The other meaning of a word.
    Homonym,
    /// Anything else.
    #[default]
    Other,
}

impl PackKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Jobs, Self::Spam, Self::Coupons, Self::Giveaways, Self::Homonym, Self::Other];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Spam => "spam",
            Self::Coupons => "coupons",
            Self::Giveaways => "giveaways",
            Self::Homonym => "homonym",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A pack that a company keeps: its own, or a shipped one that it has adapted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What it says.
    pub text: PackText,
    /// Of a shipped one that was adapted: the version that it was adapted from.
    pub based_on: Option<u32>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub by: By,
}

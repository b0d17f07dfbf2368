//! What became of a captured post. Posts in = fates out, always.

use serde::{Deserialize, Serialize};

/// The one fate of a captured post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It, its new version or the fact of its deletion is in the store.
    Stored,
    /// It was there already and says nothing new.
    Duplicate,
    /// Nobody wants it.
    Dropped,
    /// It could not be taken.
    Refused,
}

impl Fate {
    /// All fates.
    pub const ALL: [Self; 4] = [Self::Stored, Self::Duplicate, Self::Dropped, Self::Refused];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Dropped => "dropped",
            Self::Refused => "refused",
        }
    }
}

/// Why a post met its fate. Each reason belongs to exactly one [`Fate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FateReason {
    /// Stored: first time seen.
    New,
    /// Stored: a later version of a known post.
    Version,
    /// Stored: the fact that a known post was deleted.
    Deletion,
    /// Duplicate: the same id, nothing newer.
    SameId,
    /// Duplicate: another feed carried the same article (canonical URL and title).
    SameUrl,
    /// Dropped: no search matches and it is not addressed to us.
    NoSearch,
    /// Dropped: older than the first-run cut-off of its source.
    TooOld,
    /// Dropped: the deletion of a post that was never stored.
    UnknownDeletion,
    /// Refused: no identifier.
    NoId,
    /// Refused: not readable as a post.
    Malformed,
    /// Refused: larger than the store takes.
    TooLarge,
}

impl FateReason {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::New,
        Self::Version,
        Self::Deletion,
        Self::SameId,
        Self::SameUrl,
        Self::NoSearch,
        Self::TooOld,
        Self::UnknownDeletion,
        Self::NoId,
        Self::Malformed,
        Self::TooLarge,
    ];

    /// The fate that this reason belongs to.
    pub fn fate(self) -> Fate {
        match self {
            Self::New | Self::Version | Self::Deletion => Fate::Stored,
            Self::SameId | Self::SameUrl => Fate::Duplicate,
            Self::NoSearch | Self::TooOld | Self::UnknownDeletion => Fate::Dropped,
            Self::NoId | Self::Malformed | Self::TooLarge => Fate::Refused,
        }
    }

    /// The word for it, as stored and shown in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Version => "version",
            Self::Deletion => "deletion",
            Self::SameId => "same_id",
            Self::SameUrl => "same_url",
            Self::NoSearch => "no_search",
            Self::TooOld => "too_old",
            Self::UnknownDeletion => "unknown_deletion",
            Self::NoId => "no_id",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How many posts of a source met a fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FateCount {
    /// Why, and thereby which fate.
    pub reason: FateReason,
    /// How many posts.
    pub posts: u64,
}

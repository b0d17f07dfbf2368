//! What people have had to read, and what waits to be given to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Case, CaseId, UserId};

/// Something hard to read that came to somebody: they got the case, or its author wrote again while it was theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Who had to read it.
    pub user: UserId,
    /// The case.
    pub case: CaseId,
    /// The number of the event by which it came to them.
    pub event: u32,
    /// When.
    pub at: Timestamp,
    /// How hard it was.
    pub points: u32,
}

/// What counts as abuse, how long it weighs, and when a head is warned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExposureSettings {
    /// Cases with one of these tags are abusive. Rules and people put them there.
    pub tags: Vec<String>,
    /// So many points are too much: the heads of whoever has them are warned.
    pub warn_at: u32,
    /// After so many days a point weighs half.
    pub half_life_days: u32,
}

impl Default for ExposureSettings {
    fn default() -> Self {
        Self { tags: vec!["abuse".to_owned()], warn_at: 40, half_life_days: 7 }
    }
}

/// A case that waits at a desk to be given to somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The case.
    pub case: Case,
    /// What its newest post reads as, a tag of BCP 47.
    pub language: Option<String>,
    /// How its newest post reads: `positive`, `neutral`, `negative`.
    pub sentiment: Option<String>,
}

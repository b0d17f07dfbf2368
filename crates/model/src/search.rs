//! What the installation listens for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::SearchId;

/// A named query with a type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Identifier in this installation.
    pub id: SearchId,
    /// Name, unique in the installation.
    pub name: String,
    /// The query in the saved-search language.
    pub query: String,
    /// What the search is about; drives routing and reports.
    #[serde(rename = "type", default)]
    pub search_type: SearchType,
    /// The department it leans to.
    #[serde(default)]
    pub department: Option<String>,
    /// Whether it listens.
    #[serde(default = "enabled")]
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How many posts it has matched so far.
    #[serde(default)]
    pub mentions: u64,
}

fn enabled() -> bool {
    true
}

/// What a search is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchType {
    /// The company or one of its brands.
    #[default]
    Brand,
    /// One product or service.
    Product,
    /// A competing company or product.
    Rival,
    /// What the company sells, without a name.
    Category,
    /// Somebody who stands for the company.
    Person,
}

impl SearchType {
    /// All types.
    pub const ALL: [Self; 5] = [Self::Brand, Self::Product, Self::Rival, Self::Category, Self::Person];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Product => "product",
            Self::Rival => "rival",
            Self::Category => "category",
            Self::Person => "person",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|search_type| search_type.as_str() == word)
    }
}

/// A stretch of a post's original text that made a search match, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Where it stands.
    pub part: SpanPart,
    /// First character.
    pub start: u32,
    /// The character after the last.
    pub end: u32,
}

/// A part of a post that free terms look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpanPart {
    /// `title`
    Title,
    /// `text`
    Text,
}

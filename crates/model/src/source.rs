//! One configured way in, and how it is doing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Budget, Cursor, SourceId};

/// One configured way in: a hashtag stream, an account's notifications, a feed, a program that prints posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Identifier in this installation.
    pub id: SourceId,
    /// Name, unique in the installation.
    pub name: String,
    /// How it is followed; decides which settings it takes.
    pub kind: SourceKind,
    /// What is followed, in the shape that the kind documents (`docs/reference/sources.md`).
    pub settings: serde_json::Value,
    /// Whether it is followed.
    pub is_enabled: bool,
    /// When it was made. Also the base of the first-run cut-off.
    pub created_at: Timestamp,
    /// Where it stands; moves in the transaction that stores its posts.
    pub cursor: Option<Cursor>,
    /// How it is doing.
    pub health: Health,
}

/// How a source is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A Mastodon-compatible instance.
    Mastodon,
    /// Bluesky: Jetstream, search or notifications.
    Bluesky,
    /// Hacker News search.
    HackerNews,
    /// A program that prints posts as JSON Lines.
    Exec,
    /// Posts handed in over HTTP with a token.
    Ingest,
    /// A file of posts (import and replay).
    File,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Feed, Self::Mastodon, Self::Bluesky, Self::HackerNews, Self::Exec, Self::Ingest, Self::File];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::HackerNews => "hackernews",
            Self::Exec => "exec",
            Self::Ingest => "ingest",
            Self::File => "file",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether Switchboard fetches by itself (the others are handed in).
    pub fn is_followed(self) -> bool {
        !matches!(self, Self::Ingest | Self::File)
    }
}

/// How a source is doing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// The state in one word.
    pub state: HealthState,
    /// What is wrong and what to do, for a person; empty when all is well.
    pub message: String,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// When the source was last asked.
    pub checked_at: Option<Timestamp>,
    /// When it last answered well.
    pub succeeded_at: Option<Timestamp>,
    /// When it last gave a post.
    pub last_post_at: Option<Timestamp>,
    /// When it will be asked next.
    pub next_check_at: Option<Timestamp>,
    /// What the network allows, where it tells.
    pub budget: Option<Budget>,
}

/// The state of a source in one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthState {
    /// Not asked yet.
    #[default]
    New,
    /// Answers.
    Ok,
    /// Fails, and is tried again by itself.
    Failing,
    /// Fails in a way that waiting does not mend (revoked token, gone feed, wrong settings).
    Broken,
    /// Switched off.
    Paused,
}

impl HealthState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Broken => "broken",
            Self::Paused => "paused",
        }
    }
}

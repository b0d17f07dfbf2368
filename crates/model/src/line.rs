//! What travels along the line from capture to the store and back out to readers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Cursor, FateCount, FateReason, Need, Opening, Post, SearchId, SignalName, Signals, SourceId, Span, Weighing,
};

/// One batch of one source, decided and ready to be stored together with the source's cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Whose batch it is.
    pub source: SourceId,
    /// Where the source stands afterwards; `None` leaves its cursor as it is.
    pub cursor: Option<Cursor>,
    /// Settings that the network asked to change, for example the new address of a moved feed.
    pub settings: Option<serde_json::Value>,
    /// When the posts reached us. Clocks start here.
    pub captured_at: Timestamp,
    /// Posts whose fate depends on what is already stored.
    pub posts: Vec<Decided>,
    /// Fates that were clear before (dropped, refused); counted in the same transaction.
    pub fates: Vec<FateCount>,
}

/// A post with everything that was decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The post.
    pub post: Post,
    /// See [`crate::Captured::canonical_url`].
    pub canonical_url: Option<String>,
    /// It is addressed to us.
    pub is_addressed: bool,
    /// The searches that match.
    pub matches: Vec<Match>,
    /// What was understood; empty if nothing wants the post.
    pub signals: Signals,
    /// Its words as the index of words holds them: folded, each once, with a space between each two.
    pub words: String,
    /// Our own account said it: it opens no case, and in the conversation of one it changes nothing.
    pub is_ours: bool,
    /// The case that it opens unless it belongs to one; its `post` is known once it is stored.
    pub opening: Option<Opening>,
    /// What its author's past is weighed by when it opens that case; `None` where that adds nothing.
    pub weighing: Option<Weighing>,
    /// What it gets because it needs an answer; `None` where it needs none. Said apart from `opening`, so that a sweep can
    /// find out where one is missing.
    pub need: Option<Need>,
}

impl Decided {
    /// Whether the post is wanted for its own sake. An unwanted one is stored only as the new version or the deletion of a known post.
    pub fn is_wanted(&self) -> bool {
        self.is_addressed || !self.matches.is_empty()
    }

    /// Whether it asks something of us, which mere thanks do not.
    pub fn asks(&self) -> bool {
        self.signals.0.iter().any(|signal| signal.name == SignalName::Intent && signal.label != "thanks")
    }
}

/// That a search matches a post, and which words made it match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The search.
    pub search: SearchId,
    /// The stretches of the original text.
    pub spans: Vec<Span>,
}

/// What the store made of one [`Decided`] post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// Its fate.
    pub reason: FateReason,
    /// Its place in the store, if it is there.
    pub seq: Option<i64>,
}

/// A post as it stands in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPost {
    /// Order of arrival in this installation; pages are cut by it.
    pub seq: i64,
    /// The newest version; its text is empty once the post was deleted on its network.
    pub post: Post,
    /// When the first version reached us.
    pub captured_at: Timestamp,
    /// How many versions there were, from 1.
    pub version: u32,
    /// When we heard that it was deleted on its network.
    pub deleted_at: Option<Timestamp>,
    /// The source that brought it first; `None` once that source was removed.
    pub source: Option<SourceId>,
    /// It is addressed to us.
    pub is_addressed: bool,
    /// The searches that match.
    pub matches: Vec<Match>,
    /// What was understood.
    pub signals: Signals,
}

impl StoredPost {
    /// How it begins: title and text on one line, so many characters at most.
    pub fn excerpt(&self, most: usize) -> String {
        let words = format!("{} {}", self.post.title, self.post.text);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(most).collect()
    }
}

/// An earlier version of a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostVersion {
    /// From 1.
    pub version: u32,
    /// Its title.
    pub title: String,
    /// Its text; empty once the post was deleted on its network.
    pub text: String,
    /// When the author made this version, as far as the network tells.
    pub edited_at: Option<Timestamp>,
    /// When it reached us.
    pub captured_at: Timestamp,
}

/// Which stored posts are asked for. Newest first, unless `after` is given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PostFilter {
    /// Only mentions of this search.
    pub search: Option<SearchId>,
    /// Only posts that this source brought first.
    pub source: Option<SourceId>,
    /// Only posts of this network.
    pub network: Option<String>,
    /// Also posts that are not public (never on observers' views).
    pub with_private: bool,
    /// Only posts with a smaller `seq`: the next page of a list.
    pub before: Option<i64>,
    /// Only posts with a greater `seq`, oldest first: what came since.
    pub after: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

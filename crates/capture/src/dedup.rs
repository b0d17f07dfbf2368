//! Where a feed stands: what of it was already sent down the line, and how to ask for changes only.
//!
//! A feed gives the same entries at every poll. The cursor remembers each by its id and by what it said, so that only
//! new and changed ones travel. It is small, bounded, and losing it costs nothing but duplicates, which the store knows.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use switchboard_model::{Captured, Cursor, Post};

/// How many entries that have left the feed are remembered.
const MAX_GONE: usize = 500;
/// How often an entry may change its words without a word about it. Pages with counters in them change for ever.
const MAX_SILENT_EDITS: u8 = 5;
/// Longer headers are not kept; the feed is then asked for as a whole.
const MAX_HEADER: usize = 1_024;

/// The cursor of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedCursor {
    /// `ETag` of the last answer, for `If-None-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer, for `If-Modified-Since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Hash of the last answer's bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Entries that were sent, those of the last answer first.
    #[serde(with = "compact")]
    seen: Vec<Seen>,
}

/// An entry that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    id: u64,
    said: u64,
    silent_edits: u8,
}

impl FeedCursor {
    /// Reads a cursor. One that cannot be read is an empty one.
    pub fn read(cursor: Option<&Cursor>) -> Self {
        cursor.and_then(|cursor| serde_json::from_str(&cursor.0).ok()).unwrap_or_default()
    }

    /// As text for the source.
    pub fn to_cursor(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }

    /// Remembers how to ask for changes only.
    pub fn remember_headers(&mut self, etag: Option<&str>, last_modified: Option<&str>) {
        let keep = |value: Option<&str>| {
            value.map(str::trim).filter(|value| !value.is_empty() && value.len() <= MAX_HEADER).map(str::to_owned)
        };
        (self.etag, self.last_modified) = (keep(etag), keep(last_modified));
    }

    /// Whether an answer is the same as the last one, byte for byte; remembers it. Many servers never say "not modified".
    pub fn is_same_answer(&mut self, bytes: &[u8]) -> bool {
        let answer = format!("{:016x}", short_hash(&[bytes]));
        self.answer.replace(answer.clone()) == Some(answer)
    }

    /// Keeps of an answer's posts what is new or says something new, and remembers all of them.
    ///
    /// An entry that changed its words without a later `edited_at` gets `now` as one, so that the change is a version.
    pub fn only_news(&mut self, posts: Vec<Captured>, now: Timestamp) -> Vec<Captured> {
        let known: HashMap<u64, Seen> = self.seen.iter().map(|seen| (seen.id, *seen)).collect();
        let mut current: Vec<Seen> = Vec::with_capacity(posts.len());
        let mut met: HashSet<u64> = HashSet::new();
        let mut news = Vec::new();
        for mut captured in posts {
            let Ok(post) = &mut captured.post else {
                news.push(captured);
                continue;
            };
            let mut seen = Seen { id: short_hash(&[post.id.0.as_bytes()]), said: said(post), silent_edits: 0 };
            if !met.insert(seen.id) {
                // The feed carries it twice; the line shall see both and count the second as a duplicate.
                news.push(captured);
                continue;
            }
            match known.get(&seen.id) {
                Some(before) if before.said == seen.said => {
                    current.push(*before);
                    continue;
                }
                Some(before) if post.edited_at.is_none() => {
                    seen.silent_edits = before.silent_edits.saturating_add(1);
                    if seen.silent_edits > MAX_SILENT_EDITS {
                        current.push(seen);
                        continue;
                    }
                    post.edited_at = Some(now);
                }
                _ => {}
            }
            current.push(seen);
            news.push(captured);
        }
        let gone = self.seen.iter().filter(|seen| !met.contains(&seen.id)).take(MAX_GONE).copied();
        current.extend(gone);
        self.seen = current;
        news
    }
}

/// What a post says, as far as a change of it is a new version. Counters change without anybody saying anything.
fn said(post: &Post) -> u64 {
    let edited_at = post.edited_at.map(|time| time.to_string()).unwrap_or_default();
    short_hash(&[post.title.as_bytes(), post.text.as_bytes(), edited_at.as_bytes(), &[u8::from(post.deleted)]])
}

fn short_hash(parts: &[&[u8]]) -> u64 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().take(8).fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
}

/// One string for all entries: 16 hex digits of the id, 16 of what it said, one of silent edits.
mod compact {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Seen;

    const WIDTH: usize = 33;

    pub(super) fn serialize<S: Serializer>(seen: &[Seen], serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = String::with_capacity(seen.len() * WIDTH);
        for one in seen {
            out.push_str(&format!("{:016x}{:016x}{:x}", one.id, one.said, one.silent_edits.min(15)));
        }
        serializer.serialize_str(&out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Seen>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = |chunk: &[u8]| u64::from_str_radix(std::str::from_utf8(chunk).ok()?, 16).ok();
        let read = |chunk: &[u8]| {
            let (id, rest) = chunk.split_at_checked(16)?;
            let (said, edits) = rest.split_at_checked(16)?;
            Some(Seen { id: number(id)?, said: number(said)?, silent_edits: number(edits)? as u8 })
        };
        Ok(text.as_bytes().chunks_exact(WIDTH).filter_map(read).collect())
    }
}

#[cfg(test)]
mod tests {
    use switchboard_model::FateReason;

    use super::*;

    fn now() -> Timestamp {
        "2026-05-04T12:00:00Z".parse().unwrap()
    }

    fn post(id: usize, text: &str) -> Captured {
        Captured::heard(Post::new("feed", &id.to_string(), text))
    }

    fn reopened(cursor: &FeedCursor) -> FeedCursor {
        FeedCursor::read(Some(&cursor.to_cursor()))
    }

    #[test]
    fn only_new_and_changed_entries_travel() {
        let mut cursor = FeedCursor::read(None);
        assert_eq!(cursor.only_news(vec![post(1, "a"), post(2, "b")], now()).len(), 2);
        let mut cursor = reopened(&cursor);
        assert!(cursor.only_news(vec![post(2, "b"), post(1, "a")], now()).is_empty());
        let mut cursor = reopened(&cursor);
        let news = cursor.only_news(vec![post(1, "a, changed"), post(2, "b"), post(3, "c")], now());
        let times: Vec<_> = news.iter().map(|captured| captured.post.as_ref().unwrap().edited_at).collect();
        assert_eq!(times, [Some(now()), None]);
        assert_eq!(cursor.only_news(vec![Captured::refused(FateReason::NoId)], now()).len(), 1);
    }

    #[test]
    fn what_changes_at_every_poll_is_left_alone() {
        let mut cursor = FeedCursor::default();
        let travelled: usize =
            (0..50).map(|poll| cursor.only_news(vec![post(1, &format!("seen {poll} times"))], now()).len()).sum();
        assert_eq!(travelled, 1 + usize::from(MAX_SILENT_EDITS));
    }

    #[test]
    fn what_the_first_run_drops_stays_dropped() {
        let poll = || (0..30).map(|id| post(id, "old")).collect::<Vec<_>>();
        let mut cursor = FeedCursor::read(None);
        let mut news = cursor.only_news(poll(), now());
        crate::schedule::FirstRun::of(now(), 48, None).unwrap().apply(&mut news);
        assert_eq!(news.iter().filter(|captured| captured.post.is_ok()).count(), 20);
        assert!(reopened(&cursor).only_news(poll(), now()).is_empty());
    }

    #[test]
    fn the_cursor_is_bounded() {
        let mut cursor = FeedCursor::default();
        for page in 0..20 {
            let posts = (0..100).map(|index| post(page * 100 + index, "x")).collect();
            assert_eq!(cursor.only_news(posts, now()).len(), 100);
        }
        assert_eq!(cursor.seen.len(), 100 + MAX_GONE);
        assert!(cursor.to_cursor().0.len() < 21_000);
        assert_eq!(reopened(&cursor), cursor);
    }

    #[test]
    fn a_broken_cursor_is_an_empty_one() {
        for text in ["", "{", "[]", r#"{"seen":3}"#, r#"{"seen":"zz"}"#] {
            assert!(FeedCursor::read(Some(&Cursor(text.into()))).seen.is_empty(), "{text}");
        }
    }

    #[test]
    fn knows_the_same_answer_again() {
        let mut cursor = FeedCursor::default();
        cursor.remember_headers(Some("\"x\""), Some(" "));
        assert_eq!((cursor.etag.as_deref(), cursor.last_modified.as_deref()), (Some("\"x\""), None));
        assert!(!cursor.is_same_answer(b"a"));
        let mut cursor = reopened(&cursor);
        assert!(cursor.is_same_answer(b"a"));
        assert!(!cursor.is_same_answer(b"b"));
    }
}

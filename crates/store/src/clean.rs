//! What comes from outside is brought into a form that both engines keep unchanged.
//!
//! PostgreSQL takes no U+0000 in text or JSON, no number beyond 64 bits and no index entry above about 2,700 bytes; both
//! engines keep times to the microsecond. Whatever is changed is changed alike for both, so that a stored post
//! compared with the same post arriving again is equal.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_model::{Author, Decided, FateReason, Post, Signals};

use crate::error::StoreError;

/// The most bytes of a text or title.
pub(crate) const MAX_TEXT: usize = 1_000_000;
/// The most bytes of everything else that a post carries: what the network sent, links, attachments.
const MAX_REST: usize = 4_000_000;
/// The most bytes of what stands in an index.
const MAX_KEY: usize = 1_024;
/// The deepest nesting that is read back without trouble.
const MAX_DEPTH: usize = 100;

/// Why a post cannot be taken, if so. Looks before anything is changed or copied.
pub(crate) fn refusal(decided: &Decided) -> Option<FateReason> {
    let post = &decided.post;
    if post.id.as_str().trim().is_empty() {
        return Some(FateReason::NoId);
    }
    let is_long = post.text.len() > MAX_TEXT
        || post.title.len() > MAX_TEXT
        || post.id.as_str().len() > MAX_KEY
        || post.network.len() > MAX_KEY
        || rest(post) > MAX_REST;
    is_long.then_some(FateReason::TooLarge)
}

/// About how many bytes a post carries beside its text.
fn rest(post: &Post) -> usize {
    let links: usize = post.links.iter().map(|link| link.len() + 3).sum();
    let media: usize = post.media.iter().map(|media| media.url.len() + media.alt.len() + 32).sum();
    let names = [&post.url, &post.lang, &post.in_reply_to, &post.thread];
    let names: usize = names.into_iter().flatten().map(String::len).sum();
    let author = post.author.as_ref().map_or(0, |author| {
        author.id.len()
            + author.handle.len()
            + author.name.len()
            + author.bio.len()
            + author.url.len()
            + author.avatar.as_ref().map_or(0, String::len)
    });
    links + media + names + author + post.raw.as_ref().map_or(0, weight)
}

/// About how many bytes a JSON value takes.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 12,
        Value::String(text) => text.len() + 2,
        Value::Array(list) => 2 + list.iter().map(|value| weight(value) + 1).sum::<usize>(),
        Value::Object(object) => 2 + object.iter().map(|(key, value)| key.len() + 4 + weight(value)).sum::<usize>(),
    }
}

/// The post as it is kept.
pub(crate) fn clean_post(post: &Post) -> Post {
    let mut post = post.clone();
    clean_text(&mut post.id.0);
    clean_text(&mut post.network);
    clean_text(&mut post.title);
    clean_text(&mut post.text);
    for text in [&mut post.url, &mut post.lang, &mut post.in_reply_to, &mut post.thread] {
        clean_option(text);
    }
    post.links.iter_mut().for_each(clean_text);
    for media in &mut post.media {
        clean_text(&mut media.url);
        clean_text(&mut media.alt);
    }
    post.posted_at = post.posted_at.map(to_micros);
    post.edited_at = post.edited_at.map(to_micros);
    post.rating = post.rating.filter(|rating| rating.is_finite());
    post.raw = post.raw.filter(|raw| !raw.is_null());
    if let Some(raw) = &mut post.raw {
        clean_json(raw);
    }
    if let Some(author) = &mut post.author {
        clean_author(author);
    }
    post
}

/// A URL that can stand in an index, or none.
pub(crate) fn clean_key(url: Option<&str>) -> Option<String> {
    let mut url = url.filter(|url| !url.trim().is_empty() && url.len() <= MAX_KEY)?.to_owned();
    clean_text(&mut url);
    Some(url)
}

pub(crate) fn clean_author(author: &mut Author) {
    for text in [&mut author.id, &mut author.handle, &mut author.name, &mut author.bio, &mut author.url] {
        clean_text(text);
    }
    clean_option(&mut author.avatar);
    author.created_at = author.created_at.map(to_micros);
}

/// Signals as they are kept: numbers that are none become zero.
pub(crate) fn clean_signals(signals: &Signals) -> Signals {
    let mut signals = signals.clone();
    for signal in &mut signals.0 {
        clean_text(&mut signal.label);
        clean_text(&mut signal.model);
        clean_number(&mut signal.score);
        signal.scores = std::mem::take(&mut signal.scores)
            .into_iter()
            .map(|(mut label, mut score)| {
                clean_text(&mut label);
                clean_number(&mut score);
                (label, score)
            })
            .collect();
        for evidence in &mut signal.evidence {
            clean_text(&mut evidence.why);
            clean_number(&mut evidence.weight);
        }
    }
    signals
}

fn clean_number(number: &mut f64) {
    if !number.is_finite() {
        *number = 0.0;
    }
}

/// U+0000 becomes U+FFFD.
pub(crate) fn clean_text(text: &mut String) {
    if text.contains('\0') {
        *text = text.replace('\0', "\u{fffd}");
    }
}

/// The same for a text that may be missing.
pub(crate) fn clean_option(text: &mut Option<String>) {
    if let Some(text) = text {
        clean_text(text);
    }
}

/// A text without U+0000.
pub(crate) fn cleaned(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// JSON that both engines keep: no U+0000, no nesting without end.
pub(crate) fn clean_json(value: &mut Value) {
    fn walk(value: &mut Value, depth: usize) {
        if depth > MAX_DEPTH {
            *value = Value::Null;
            return;
        }
        match value {
            Value::String(text) => clean_text(text),
            Value::Array(list) => list.iter_mut().for_each(|value| walk(value, depth + 1)),
            Value::Object(object) => {
                if object.keys().any(|key| key.contains('\0')) {
                    let old = std::mem::take(object);
                    object.extend(old.into_iter().map(|(key, value)| (cleaned(&key), value)));
                }
                object.values_mut().for_each(|value| walk(value, depth + 1));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    walk(value, 0);
}

/// A time as it is kept: whole microseconds.
pub(crate) fn to_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// A time as a number.
pub(crate) fn micros(time: Option<Timestamp>) -> Option<i64> {
    time.map(|time| time.as_microsecond())
}

/// A time that was kept.
pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::damaged(format!("{micros} is not a time")))
}

/// A time that was kept, if it was.
pub(crate) fn time_of(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(time).transpose()
}

/// A count as both engines keep it.
pub(crate) fn count(count: Option<u64>) -> Option<i64> {
    count.map(|count| i64::try_from(count).unwrap_or(i64::MAX))
}

/// A count that was kept.
pub(crate) fn count_of(count: Option<i64>) -> Option<u64> {
    count.and_then(|count| u64::try_from(count).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decided(post: Post) -> Decided {
        Decided {
            post,
            canonical_url: None,
            is_addressed: true,
            matches: Vec::new(),
            signals: Signals::default(),
            words: String::new(),
            is_ours: false,
            opening: None,
            weighing: None,
            need: None,
        }
    }

    #[test]
    fn what_is_too_large_or_nameless_is_refused() {
        let check = |post: Post, expected: Option<FateReason>| assert_eq!(refusal(&decided(post)), expected);
        check(Post::new("x", "1", "short"), None);
        check(Post::new("x", "1", &"a".repeat(MAX_TEXT)), None);
        check(Post::new("x", "1", &"a".repeat(MAX_TEXT + 1)), Some(FateReason::TooLarge));
        check(Post::new("x", &"1".repeat(2_000), "t"), Some(FateReason::TooLarge));
        check(
            Post { raw: Some(json!(["a".repeat(MAX_REST)])), ..Post::new("x", "1", "t") },
            Some(FateReason::TooLarge),
        );
        check(Post { id: switchboard_model::PostId(" ".into()), ..Post::new("x", "1", "t") }, Some(FateReason::NoId));
    }

    #[test]
    fn json_loses_nuls_and_depth() {
        let mut value = json!({"a\0b": ["c\0", 1]});
        clean_json(&mut value);
        assert_eq!(value, json!({"a\u{fffd}b": ["c\u{fffd}", 1]}));
        let mut deep = json!(1);
        for _ in 0..120 {
            deep = json!([deep]);
        }
        clean_json(&mut deep);
        assert!(serde_json::from_str::<Value>(&deep.to_string()).is_ok());
    }

    #[test]
    fn times_are_cut_to_microseconds_downwards_and_upwards_alike() {
        let time: Timestamp = "2026-05-04T09:30:00.123456789Z".parse().expect("a time");
        assert_eq!(to_micros(time).as_microsecond(), time.as_microsecond());
        assert_eq!(to_micros(to_micros(time)), to_micros(time));
    }
}

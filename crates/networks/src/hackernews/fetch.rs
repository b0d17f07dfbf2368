//! Windows of time, oldest first: each call looks at one, and at a smaller one if it holds more than the index gives.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use switchboard_capture::text::{html_to_line, html_to_text};
use switchboard_model::{
    Author, Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, Engagement, FateReason, Post,
    PostId, PostKind, Problem,
};

use crate::Networks;
use crate::hackernews::client::{Found, search};
use crate::hackernews::{NETWORK, Plan};
use crate::http::{clock_is_plausible, spent};
use crate::seen::Seen;

/// Items appear in the index up to some minutes late: this much before the newest known one is asked for again.
const OVERLAP_S: i64 = 600;
/// How many items are remembered so that the overlap does not repeat them.
const REMEMBERED: usize = 5_000;
/// The smallest window. Hacker News never had a thousand items in one minute.
const SMALLEST_S: i64 = 60;

/// An item as the index tells it.
#[derive(Deserialize)]
struct Item {
    #[serde(rename = "objectID", deserialize_with = "text_or_number")]
    id: String,
    created_at_i: Option<i64>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    points: Option<u64>,
    #[serde(default)]
    num_comments: Option<u64>,
    #[serde(default)]
    story_text: Option<String>,
    #[serde(default)]
    comment_text: Option<String>,
    #[serde(default)]
    story_id: Option<u64>,
    #[serde(default)]
    parent_id: Option<u64>,
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("objectID is neither text nor number")),
    }
}

/// Where a source stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// Batches so far; makes every cursor differ from the one before.
    n: u64,
    /// Everything before this Unix second is known.
    since: Option<i64>,
}

/// A Hacker News search at work.
pub(crate) struct HackerNews {
    networks: Networks,
    plan: Plan,
    created_at: Timestamp,
    window_s: i64,
    seen: Seen,
}

impl HackerNews {
    pub(crate) fn new(networks: Networks, plan: Plan, created_at: Timestamp) -> Self {
        Self { networks, plan, created_at, window_s: i64::MAX, seen: Seen::new(REMEMBERED) }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        self.seen.settle(committed);
        let place: Place = committed.and_then(|cursor| serde_json::from_str(&cursor.0).ok()).unwrap_or_default();
        let now = self.networks.clock.now();
        if !clock_is_plausible(now) {
            let message = format!("this machine's clock says {now}, so a search by date finds nothing; set the clock");
            return Err(CaptureError::new(CaptureErrorKind::Retry, message));
        }
        let is_first = place.since.is_none();
        let since =
            place.since.unwrap_or_else(|| self.networks.http.config().first_run(self.created_at).since.as_second());
        let from = if is_first { since } else { since - OVERLAP_S };
        loop {
            // The last window is open at its end, so that a clock that is behind hides nothing.
            let until = since.checked_add(self.window_s).filter(|until| *until < now.as_second());
            let found = search(&self.networks.http, &self.plan, from, until).await?;
            let width = until.unwrap_or(now.as_second()) - since;
            if found.is_cut() && width > SMALLEST_S {
                self.window_s = (width / 2).max(SMALLEST_S);
                continue;
            }
            return Ok(self.read(&place, since, until, &found));
        }
    }

    fn read(&mut self, place: &Place, since: i64, until: Option<i64>, found: &Found) -> Batch {
        let now = self.networks.clock.now();
        let mut batch = Batch { budget: found.budget, ..Batch::default() };
        let mut keys = Vec::new();
        let mut newest = since;
        // The index answers newest first.
        for (at, raw) in found.hits.iter().enumerate().rev() {
            let item = match serde_json::from_str::<Item>(raw.get()) {
                Ok(item) if !item.id.is_empty() => item,
                Ok(_) => {
                    batch.posts.push(Captured::refused(FateReason::NoId));
                    continue;
                }
                Err(error) => {
                    batch.posts.push(Captured::refused(FateReason::Malformed));
                    batch.problems.push(Problem { at: format!("hit {}", at + 1), message: error.to_string() });
                    continue;
                }
            };
            newest = newest.max(item.created_at_i.unwrap_or(newest));
            if !self.seen.knows(&item.id) {
                keys.push(item.id.clone());
                batch.posts.push(Captured::heard(post(item)));
            }
        }
        batch.problems.truncate(20);
        let next = match until {
            Some(until) => until,
            // Times in the future would make us blind for everything until then.
            None => newest.min(now.as_second()).max(since),
        };
        if until.is_none() {
            batch.wait = Duration::from_secs(self.plan.every_s);
            self.window_s = i64::MAX;
        }
        if let Some(wait) = spent(found.budget, now) {
            batch.wait = batch.wait.max(wait);
        }
        if !keys.is_empty() || place.since != Some(next) {
            let cursor = Cursor(serde_json::json!(Place { n: place.n + 1, since: Some(next) }).to_string());
            self.seen.hand(cursor.clone(), keys);
            batch.cursor = Some(cursor);
        }
        batch
    }
}

fn post(item: Item) -> Post {
    let is_comment = item.comment_text.is_some() || (item.title.is_none() && item.parent_id.is_some());
    let body = item.comment_text.as_deref().or(item.story_text.as_deref()).unwrap_or_default();
    let body = html_to_text(body, None);
    let mut post = Post::new(NETWORK, &item.id, &body.text);
    post.kind = Some(if is_comment { PostKind::Comment } else { PostKind::Post });
    if !is_comment {
        post.title = html_to_line(item.title.as_deref().unwrap_or_default());
    }
    post.url = Some(format!("https://news.ycombinator.com/item?id={}", item.id));
    post.posted_at = item.created_at_i.and_then(|seconds| Timestamp::from_second(seconds).ok());
    post.in_reply_to = item.parent_id.filter(|_| is_comment).map(|id| PostId::new(NETWORK, &id.to_string()).0);
    post.thread = item.story_id.filter(|_| is_comment).map(|id| PostId::new(NETWORK, &id.to_string()).0);
    post.engagement = Engagement { likes: item.points, replies: item.num_comments, ..Engagement::default() };
    post.links = item.url.into_iter().filter(|url| !url.is_empty() && !is_comment).collect();
    for link in body.links {
        if !post.links.contains(&link) {
            post.links.push(link);
        }
    }
    post.author = item.author.filter(|name| !name.is_empty()).map(|name| Author {
        id: format!("{NETWORK}:{name}"),
        url: format!("https://news.ycombinator.com/user?id={name}"),
        name: name.clone(),
        handle: name,
        ..Author::default()
    });
    post
}

impl Capture for HackerNews {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_and_comments_are_read() {
        let found: Found = serde_json::from_str(include_str!("testdata/search_by_date.json")).expect("readable");
        let posts: Vec<_> = found.hits.iter().map(|raw| post(serde_json::from_str(raw.get()).expect("item"))).collect();
        assert_snapshot!("search_by_date", posts);
    }

    #[test]
    fn an_item_without_anything_is_still_an_item() {
        let item = serde_json::from_str::<Item>(r#"{"objectID":7,"author":null,"points":null}"#).expect("item");
        let post = post(item);
        assert_eq!((post.id.as_str(), post.author, post.posted_at), ("hackernews:7", None, None));
        assert!(serde_json::from_str::<Item>(r#"{"objectID":[]}"#).is_err());
    }
}

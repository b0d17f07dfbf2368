//! Search and notifications: pages from the newest back to what is known, one page a call.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_model::{
    Author, Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, Engagement, FateReason, Post,
    Problem,
};

use crate::Networks;
use crate::bluesky::client::{Ask, Client};
use crate::bluesky::{NETWORK, POSTS, Plan, What, record};
use crate::http::{Answer, spent};
use crate::seen::Seen;

/// The network indexes late: this much before the newest known post is looked at again.
const OVERLAP_S: i64 = 600;
/// How many posts are remembered so that the overlap does not repeat them.
const REMEMBERED: usize = 5_000;

#[derive(Deserialize)]
struct Page {
    #[serde(alias = "notifications")]
    posts: Vec<Box<RawValue>>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    uri: String,
    #[serde(default)]
    cid: String,
    author: Option<ViewedAuthor>,
    record: Box<RawValue>,
    indexed_at: Option<Timestamp>,
    reason: Option<String>,
    like_count: Option<u64>,
    reply_count: Option<u64>,
    repost_count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ViewedAuthor {
    did: String,
    #[serde(default)]
    handle: String,
    display_name: Option<String>,
    avatar: Option<String>,
    description: Option<String>,
    created_at: Option<Timestamp>,
    verification: Option<Verification>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    verified_status: Option<String>,
}

/// Where a polled source stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// Batches so far; makes every cursor differ from the one before.
    n: u64,
    /// Everything up to here is known.
    since: Option<Timestamp>,
    /// The newest seen in the round of pages that is under way.
    newest: Option<Timestamp>,
    /// The next page of that round.
    page: Option<String>,
}

/// A search or an account's notifications at work.
pub(crate) struct Polled {
    networks: Networks,
    client: Client,
    plan: Plan,
    created_at: Timestamp,
    seen: Seen,
}

impl Polled {
    pub(crate) fn new(networks: Networks, plan: Plan, created_at: Timestamp) -> Self {
        let client = Client::new(networks.http.clone(), plan.api.clone(), plan.login.clone());
        Self { networks, client, plan, created_at, seen: Seen::new(REMEMBERED) }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        self.seen.settle(committed);
        let mut place: Place = committed.and_then(|cursor| serde_json::from_str(&cursor.0).ok()).unwrap_or_default();
        let ask = match self.plan.what {
            What::Search => Ask::Search(&self.plan.query),
            What::Notifications | What::Jetstream => Ask::Notifications,
        };
        let answer = match self.client.ask(ask, place.page.as_deref()).await {
            // Pages may lose their validity between two calls; the round begins again from its top.
            Err(error) if place.page.is_some() && error.kind == CaptureErrorKind::Broken => {
                place.page = None;
                self.client.ask(ask, None).await?
            }
            answer => answer?,
        };
        self.read(place, &answer)
    }

    fn read(&mut self, mut place: Place, answer: &Answer) -> Result<Batch, CaptureError> {
        let (now, before) = (self.networks.clock.now(), place.clone());
        let page: Page = answer.json("the list of posts")?;
        let first_run = self.networks.http.config().first_run(self.created_at);
        let known_until = place.since.unwrap_or(first_run.since);
        let looked_at_until = Timestamp::from_second(known_until.as_second() - OVERLAP_S).unwrap_or(known_until);
        let mut batch = Batch { budget: answer.budget, ..Batch::default() };
        let mut keys = Vec::new();
        let mut newest_here = None;
        for (at, raw) in page.posts.iter().enumerate().rev() {
            let view = match serde_json::from_str::<View>(raw.get()) {
                Ok(view) => view,
                Err(error) => {
                    batch.posts.push(Captured::refused(FateReason::Malformed));
                    batch.problems.push(Problem { at: format!("post {}", at + 1), message: error.to_string() });
                    continue;
                }
            };
            newest_here = newest_here.max(view.indexed_at);
            let key = format!("{} {}", view.uri, view.cid);
            if !self.wants(&view) || self.seen.knows(&key) {
                continue;
            }
            match captured(view) {
                Ok(post) if self.plan.what == What::Notifications => batch.posts.push(Captured::addressed(post)),
                Ok(post) => batch.posts.push(Captured::heard(post)),
                Err(message) => {
                    batch.posts.push(Captured::refused(FateReason::Malformed));
                    batch.problems.push(Problem { at: format!("post {}", at + 1), message });
                }
            }
            keys.push(key);
        }
        if place.since.is_none() {
            first_run.apply(&mut batch.posts);
        }
        place.newest = place.newest.max(newest_here);
        let reaches_back = newest_here.is_none_or(|newest| newest < looked_at_until);
        let is_round_over = reaches_back || page.cursor.is_none() || page.cursor == place.page;
        place.page = page.cursor.filter(|_| !is_round_over);
        if is_round_over {
            // Times in the future would make us blind for everything until then.
            place.since = place.since.max(place.newest.take().map(|newest| newest.min(now)));
            place.since = place.since.or(Some(known_until));
            batch.wait = Duration::from_secs(self.plan.every_s);
        }
        if let Some(wait) = spent(answer.budget, now) {
            batch.wait = batch.wait.max(wait);
        }
        if !keys.is_empty() || place != before {
            place.n += 1;
            let cursor = Cursor(serde_json::json!(place).to_string());
            self.seen.hand(cursor.clone(), keys);
            batch.cursor = Some(cursor);
        }
        Ok(batch)
    }

    fn wants(&self, view: &View) -> bool {
        let is_addressed = || matches!(view.reason.as_deref(), Some("mention" | "reply" | "quote"));
        self.plan.what != What::Notifications || is_addressed()
    }
}

fn captured(view: View) -> Result<Post, String> {
    let Some((did, POSTS, rkey)) = record::parts(&view.uri) else {
        return Err("it has no identifier of a post".into());
    };
    let mut post = record::post(did, rkey, view.record.get(), view.indexed_at)?;
    post.engagement =
        Engagement { likes: view.like_count, replies: view.reply_count, reshares: view.repost_count, views: None };
    post.author = Some(match view.author {
        Some(author) => Author {
            id: format!("{NETWORK}:{}", author.did),
            url: record::profile(&author.did),
            handle: author.handle,
            name: author.display_name.unwrap_or_default(),
            bio: author.description.unwrap_or_default(),
            created_at: author.created_at,
            verified: author.verification.map(|seen| seen.verified_status.as_deref() == Some("valid")),
            avatar: author.avatar,
            ..Author::default()
        },
        None => Author { id: format!("{NETWORK}:{did}"), url: record::profile(did), ..Author::default() },
    });
    Ok(post)
}

impl Capture for Polled {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(answer: &str) -> Post {
        let page: Page = serde_json::from_str(answer).expect("page");
        captured(serde_json::from_str(page.posts[0].get()).expect("view")).expect("post")
    }

    #[test]
    fn a_found_post_is_read() {
        assert_snapshot!("search_posts", view(include_str!("testdata/searchPosts.json")));
    }

    #[test]
    fn an_author_brings_an_avatar_where_there_is_one() {
        let recorded = include_str!("testdata/searchPosts.json");
        let avatar = |answer: &str| view(answer).author.and_then(|author| author.avatar);
        assert_eq!(avatar(recorded), None);
        let url = "https://cdn.bsky.app/img/avatar/plain/did:plc:bob/bafk";
        let with = recorded.replacen(r#""handle":"#, &format!(r#""avatar":"{url}","handle":"#), 1);
        assert_eq!(avatar(&with).as_deref(), Some(url));
    }

    #[test]
    fn a_notification_is_the_same_post() {
        let found = view(include_str!("testdata/searchPosts.json"));
        let told = view(include_str!("testdata/listNotifications.json"));
        assert_eq!((&found.id, &found.text, &found.author), (&told.id, &told.text, &told.author));
    }
}

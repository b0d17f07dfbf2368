//! One feed at work: poll, leave out what is known, follow a move, come back at the right time.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CACHE_CONTROL, ETAG, LAST_MODIFIED};
use serde_json::Value;
use switchboard_capture::dedup::FeedCursor;
use switchboard_capture::feed::{ParsedFeed, captured};
use switchboard_capture::schedule::{Hints, max_age, next_wait};
use switchboard_model::{Batch, BoxFuture, Capture, CaptureError, Cursor, Problem, Source};

use crate::Networks;
use crate::feed::Plan;
use crate::feed::client::{fetch, read};
use crate::http::{Answer, spent};

/// A feed at work.
pub(crate) struct Feed {
    networks: Networks,
    plan: Plan,
    settings: Value,
    created_at: Timestamp,
    rhythm: Rhythm,
}

/// How often the feed speaks, as its last whole answer showed.
#[derive(Debug, Default)]
struct Rhythm {
    times: Vec<Timestamp>,
    asked: Option<Duration>,
}

impl Feed {
    pub(crate) fn new(networks: Networks, plan: Plan, source: &Source) -> Self {
        Self {
            networks,
            plan,
            settings: source.settings.clone(),
            created_at: source.created_at,
            rhythm: Rhythm::default(),
        }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        let before = FeedCursor::read(committed);
        let mut cursor = before.clone();
        let http = &self.networks.http;
        let (answer, is_changed) =
            fetch(http, &self.plan.url, cursor.etag.as_deref(), cursor.last_modified.as_deref()).await?;
        let mut batch = Batch { budget: answer.budget, ..Batch::default() };
        if is_changed {
            cursor.remember_headers(answer.header(ETAG), answer.header(LAST_MODIFIED));
            // Without a rhythm even a known answer is read once, to learn it.
            let is_same = cursor.is_same_answer(&answer.body);
            if !is_same || self.rhythm.times.is_empty() {
                let feed = read(&answer).await?;
                self.arrive(&feed, &answer, &mut cursor, &mut batch);
                if committed.is_none() {
                    self.networks.http.config().first_run(self.created_at).apply(&mut batch.posts);
                }
            }
            self.follow(&answer, &mut batch);
            batch.cursor = (cursor != before).then(|| cursor.to_cursor());
        }
        batch.wait = self.wait(&answer);
        Ok(batch)
    }

    fn arrive(&mut self, feed: &ParsedFeed, answer: &Answer, cursor: &mut FeedCursor, batch: &mut Batch) {
        let arrival = captured(feed, &answer.url);
        let time = |captured: &switchboard_model::Captured| captured.post.as_ref().ok().and_then(|post| post.posted_at);
        self.rhythm = Rhythm { times: arrival.posts.iter().filter_map(time).collect(), asked: feed.interval };
        batch.posts = cursor.only_news(arrival.posts, self.networks.clock.now());
        batch.problems.extend(feed.problems.iter().cloned());
        batch.problems.extend(arrival.problems);
        if let Some(moved_to) = feed.moved_to.as_deref().filter(|moved_to| *moved_to != self.plan.url.as_str()) {
            let message = format!("the feed says that it moved to {moved_to}; put that into 'url' if it is right");
            batch.problems.push(Problem { at: "feed".into(), message });
        }
        batch.problems.truncate(50);
    }

    /// Takes the new address of a feed that moved for good. It has just answered well.
    fn follow(&mut self, answer: &Answer, batch: &mut Batch) {
        let Some(moved_to) = answer.moved_to.as_ref().filter(|moved_to| **moved_to != self.plan.url) else { return };
        if let Value::Object(settings) = &mut self.settings {
            settings.insert("url".into(), moved_to.as_str().into());
            self.plan.url = moved_to.clone();
            batch.settings = Some(self.settings.clone());
        }
    }

    fn wait(&self, answer: &Answer) -> Duration {
        let now = self.networks.clock.now();
        let usual = match self.plan.every_s {
            Some(every_s) => Duration::from_secs(every_s),
            None => {
                let hints = Hints {
                    times: &self.rhythm.times,
                    max_age: answer.header(CACHE_CONTROL).and_then(max_age),
                    asked: self.rhythm.asked,
                };
                next_wait(self.networks.http.config().pace(), hints, now, self.networks.randomness.unit())
            }
        };
        usual.max(spent(answer.budget, now).unwrap_or_default())
    }
}

impl Capture for Feed {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

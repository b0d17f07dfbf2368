//! One feed at work: poll, leave out what is known, follow a move, come back at the right time.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_capture::feed::captured;
use switchboard_model::{Batch, BoxFuture, Capture, CaptureError, Cursor, Source};

use crate::Networks;
use crate::feed::Plan;
use crate::feed::client::{Fetched, fetch};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// A feed at work.
pub(crate) struct Feed {
    networks: Networks,
    plan: Plan,
    settings: Value,
    #[allow(dead_code)]
    created_at: Timestamp,
}

impl Feed {
    pub(crate) fn new(networks: Networks, plan: Plan, source: &Source) -> Self {
        Self { networks, plan, settings: source.settings.clone(), created_at: source.created_at }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        let place: Place = committed.and_then(|cursor| serde_json::from_str(&cursor.0).ok()).unwrap_or_default();
        let wait = Duration::from_secs(self.plan.every_s.unwrap_or(300));
        let fetched = fetch(&self.networks.http, &self.plan.url, place.etag.as_deref(), place.last_modified.as_deref());
        let (answer, feed) = match fetched.await? {
            Fetched::Unchanged(answer) => return Ok(Batch { wait, budget: answer.budget, ..Batch::default() }),
            Fetched::Feed(answer, feed) => (answer, feed),
        };
        let arrival = captured(&feed, &answer.url);
        let mut batch =
            Batch { posts: arrival.posts, problems: arrival.problems, wait, budget: answer.budget, ..Batch::default() };
        if let Some(moved_to) = &answer.moved_to
            && let Value::Object(mut settings) = self.settings.clone()
        {
            settings.insert("url".into(), moved_to.as_str().into());
            self.settings = Value::Object(settings);
            self.plan.url = moved_to.clone();
            batch.settings = Some(self.settings.clone());
        }
        Ok(batch)
    }
}

impl Capture for Feed {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

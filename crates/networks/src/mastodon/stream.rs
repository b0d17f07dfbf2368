//! The stream of an instance: a WebSocket that tells of posts, edits and deletions as they happen.
//!
//! The WebSocket is taken rather than server-sent events because every compatible server has it, and because it can be
//! asked for a sign of life. A deletion names only the instance's own id, so the ids of what was seen are remembered.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::Deserialize;
use switchboard_model::CaptureError;
use tokio::time::Instant;
use url::Url;

use crate::mastodon::client::Client;
use crate::mastodon::{Only, What};
use crate::websocket::{ConnectError, WebSocket};

/// Where streaming is refused, it is asked for again after this time.
const REFUSED: Duration = Duration::from_secs(3_600);
/// Where it fails, after a time between these, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How many local ids are remembered.
const IDS: usize = 5_000;

/// A message of the stream.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    #[serde(default)]
    pub(crate) event: String,
    #[serde(default)]
    pub(crate) payload: String,
}

/// Opens the stream and decides when to try again.
#[derive(Default)]
pub(crate) struct Opener {
    not_before: Option<Instant>,
    pause: Duration,
}

impl Opener {
    pub(crate) fn may_try(&self) -> bool {
        self.not_before.is_none_or(|time| Instant::now() >= time)
    }

    /// Opens the stream, or notes when to try again: polling goes on meanwhile.
    pub(crate) async fn open(
        &mut self,
        client: &Client,
        base: &Url,
        what: &What,
    ) -> Result<Option<WebSocket>, CaptureError> {
        let Some(url) = address(base, what) else { return Ok(None) };
        let bearer = client.bearer()?;
        match WebSocket::connect(client.http(), &url, bearer.as_deref()).await {
            Ok(socket) => {
                self.not_before = None;
                Ok(Some(socket))
            }
            Err(ConnectError::Status(400..=499)) => {
                tracing::info!(host = url.host_str(), "streaming is refused; polling instead");
                self.not_before = Some(Instant::now() + REFUSED);
                Ok(None)
            }
            Err(ConnectError::Status(status)) => {
                tracing::info!(host = url.host_str(), status, "the stream does not open; polling meanwhile");
                self.later();
                Ok(None)
            }
            Err(ConnectError::Failed(error)) => {
                tracing::info!(host = url.host_str(), %error, "the stream does not open; polling meanwhile");
                self.later();
                Ok(None)
            }
        }
    }

    /// A stream was cut.
    pub(crate) fn cut(&mut self, held: Duration) {
        if held >= LONGEST_PAUSE {
            self.pause = Duration::ZERO;
            self.not_before = None;
        } else {
            self.later();
        }
    }

    fn later(&mut self) {
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.not_before = Some(Instant::now() + self.pause);
    }
}

fn address(base: &Url, what: &What) -> Option<Url> {
    let mut url = base.clone();
    let mut query = url.query_pairs_mut();
    match what {
        What::Hashtag(tag, only) => {
            // There is no stream of a hashtag's remote posts; the caller leaves the local ones out.
            let stream = if *only == Some(Only::Local) { "hashtag:local" } else { "hashtag" };
            query.append_pair("stream", stream).append_pair("tag", tag);
        }
        What::Public(None) => {
            query.append_pair("stream", "public");
        }
        What::Public(Some(Only::Local)) => {
            query.append_pair("stream", "public:local");
        }
        What::Public(Some(Only::Remote)) => {
            query.append_pair("stream", "public:remote");
        }
        What::Notifications => {
            query.append_pair("stream", "user:notification");
        }
        What::Search(_) => return None,
    }
    drop(query);
    Some(url)
}

/// Which identifier belongs to a local id, for the last posts seen.
#[derive(Default)]
pub(crate) struct Ids {
    by_local: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Ids {
    pub(crate) fn learn(&mut self, local: &str, identifier: &str) {
        if self.by_local.insert(local.to_owned(), identifier.to_owned()).is_none() {
            self.order.push_back(local.to_owned());
            if self.order.len() > IDS
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_local.remove(&oldest);
            }
        }
    }

    pub(crate) fn find(&self, local: &str) -> Option<&str> {
        self.by_local.get(local).map(String::as_str)
    }
}

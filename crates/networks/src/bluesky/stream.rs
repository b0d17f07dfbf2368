//! The stream of all posts: Jetstream, plain JSON over a WebSocket, replayed from a cursor.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_model::{
    Author, Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, FateReason, Post, Problem,
};
use tokio::time::Instant;
use url::Url;

use crate::Networks;
use crate::bluesky::{NETWORK, POSTS, Plan, record};
use crate::http::{clock_is_plausible, host_of};
use crate::websocket::{ConnectError, Heard, WebSocket};

/// A batch is handed on with this many events …
const FULL: usize = 500;
/// … or this long after its first post …
const GATHER: Duration = Duration::from_millis(50);
/// … or, so that the cursor moves, this long after its first event of any kind.
const MOVE_ON: Duration = Duration::from_secs(1);
/// Without any event, the caller hears from us this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// The stream does not promise order to the microsecond: after a break it is replayed from a little earlier.
const OVERLAP_US: i64 = 5_000_000;
/// Jetstream keeps about a day of events, some instances more.
const KEPT_US: i64 = 24 * 3_600 * 1_000_000;
/// A connection that held this long is simply opened again when it is cut.
const STEADY: Duration = Duration::from_secs(10);
/// How many handles are remembered.
const HANDLES: usize = 50_000;
/// Problems beyond this number in one batch are not told one by one.
const PROBLEMS: usize = 20;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    did: Cow<'a, str>,
    time_us: i64,
    #[serde(borrow)]
    commit: Option<Commit<'a>>,
    #[serde(borrow)]
    identity: Option<Identity<'a>>,
}

#[derive(Deserialize)]
struct Commit<'a> {
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    collection: Cow<'a, str>,
    #[serde(borrow)]
    rkey: Cow<'a, str>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow)]
    handle: Option<Cow<'a, str>>,
}

/// A Jetstream source at work.
pub(crate) struct Jetstream {
    networks: Networks,
    plan: Plan,
    socket: Option<(WebSocket, Instant)>,
    handles: Handles,
    gathered: Batch,
    events: usize,
    /// The latest time on the stream; what the next cursor will say.
    last_us: i64,
    /// Where the stream was taken up again, until its first event shows whether that was possible.
    resumed_us: Option<i64>,
    /// The cursor that the caller should come back with.
    given: Option<Cursor>,
}

impl Jetstream {
    pub(crate) fn new(networks: Networks, plan: Plan) -> Self {
        Self {
            networks,
            plan,
            socket: None,
            handles: Handles::default(),
            gathered: Batch::default(),
            events: 0,
            last_us: 0,
            resumed_us: None,
            given: None,
        }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        if self.socket.is_some() && committed != self.given.as_ref() {
            // What was handed out was not committed: only the stream itself can give it again.
            self.socket = None;
        }
        loop {
            if self.socket.is_none() {
                self.connect(committed).await?;
            }
            match self.gather().await {
                Ok(()) => return Ok(self.hand()),
                Err(cut) => {
                    let held = self.socket.take().map(|(_, since)| since.elapsed());
                    if self.events > 0 {
                        return Ok(self.hand());
                    }
                    if held.is_none_or(|held| held < STEADY) {
                        return Err(cut);
                    }
                }
            }
        }
    }

    async fn connect(&mut self, committed: Option<&Cursor>) -> Result<(), CaptureError> {
        let cursor = committed.and_then(|cursor| cursor.0.parse::<i64>().ok());
        let url = self.address(cursor);
        let host = host_of(&url);
        let socket = WebSocket::connect(&self.networks.http, &url, None).await.map_err(|error| match error {
            ConnectError::Failed(error) => error,
            ConnectError::Status(404 | 410) => CaptureError::new(
                CaptureErrorKind::Broken,
                format!("{host} has no stream at {} (404); check 'jetstream'", url.path()),
            ),
            ConnectError::Status(429) => CaptureError::new(
                CaptureErrorKind::RetryAfter(Duration::from_secs(60)),
                format!("{host} asks us to slow down (429); asked again in 60 s"),
            ),
            ConnectError::Status(status @ (401 | 403)) => CaptureError::new(
                CaptureErrorKind::Broken,
                format!("{host} refuses the stream ({status}); choose another Jetstream server in 'jetstream'"),
            ),
            ConnectError::Status(status) => CaptureError::new(
                CaptureErrorKind::Retry,
                format!("{host} does not open the stream ({status}); it is tried again"),
            ),
        })?;
        self.gathered = Batch::default();
        self.events = 0;
        self.last_us = cursor.unwrap_or(0);
        self.resumed_us = cursor;
        self.given = committed.cloned();
        self.socket = Some((socket, Instant::now()));
        Ok(())
    }

    fn address(&self, cursor: Option<i64>) -> Url {
        let mut url = self.plan.jetstream.clone();
        let mut query = url.query_pairs_mut();
        query.append_pair("wantedCollections", POSTS).append_pair("maxMessageSizeBytes", "1000000");
        for did in &self.plan.authors {
            query.append_pair("wantedDids", did);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.saturating_sub(OVERLAP_US).max(0).to_string());
        }
        drop(query);
        url
    }

    /// Collects events. They are kept in `self`, so dropping the future loses nothing.
    async fn gather(&mut self) -> Result<(), CaptureError> {
        let mut deadline = Instant::now() + if self.events > 0 { GATHER } else { SIGN_OF_LIFE };
        while self.events < FULL {
            let Some((socket, _)) = &mut self.socket else { return Ok(()) };
            match socket.hear(deadline).await? {
                Heard::Nothing => return Ok(()),
                Heard::Text(text) => {
                    let posts = self.gathered.posts.len();
                    self.take(&text);
                    self.events += 1;
                    if self.events == 1 {
                        deadline = deadline.min(Instant::now() + MOVE_ON);
                    }
                    if posts == 0 && !self.gathered.posts.is_empty() {
                        deadline = deadline.min(Instant::now() + GATHER);
                    }
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, text: &str) {
        let event: Event<'_> = match serde_json::from_str(text) {
            Ok(event) => event,
            Err(error) => {
                self.gathered.posts.push(Captured::refused(FateReason::Malformed));
                return self.problem(format!("unreadable event: {error}"));
            }
        };
        self.move_on(event.time_us);
        if let Some(handle) = event.identity.as_ref().and_then(|identity| identity.handle.as_deref()) {
            self.handles.learn(&event.did, handle);
        }
        let Some(commit) = event.commit else { return };
        if commit.collection != POSTS {
            return;
        }
        let seen_at = Timestamp::from_microsecond(event.time_us).ok();
        match (commit.operation.as_ref(), commit.record) {
            ("delete", _) => {
                let uri = record::uri(&event.did, POSTS, &commit.rkey);
                self.gathered.posts.push(Captured::heard(Post::deletion(NETWORK, &uri)));
            }
            ("create" | "update", Some(raw)) => match record::post(&event.did, &commit.rkey, raw.get(), seen_at) {
                Ok(mut post) => {
                    if commit.operation == "update" {
                        post.edited_at = seen_at;
                    }
                    post.author = Some(self.author(&event.did));
                    self.gathered.posts.push(Captured::heard(post));
                }
                Err(error) => {
                    self.gathered.posts.push(Captured::refused(FateReason::Malformed));
                    self.problem(format!("post {} of {}: {error}", clip(&commit.rkey), clip(&event.did)));
                }
            },
            _ => {}
        }
    }

    fn author(&self, did: &str) -> Author {
        Author {
            id: format!("{NETWORK}:{did}"),
            handle: self.handles.find(did).unwrap_or(did).to_owned(),
            url: record::profile(did),
            ..Author::default()
        }
    }

    fn move_on(&mut self, time_us: i64) {
        let now = self.networks.clock.now();
        let is_absurd = clock_is_plausible(now) && time_us > now.as_microsecond().saturating_add(KEPT_US);
        if is_absurd {
            // A cursor in the far future would never be replayed from.
            return;
        }
        if let Some(resumed) = self.resumed_us.take() {
            let missing = time_us.saturating_sub(resumed);
            if missing > OVERLAP_US && now.as_microsecond().saturating_sub(resumed) > KEPT_US {
                let time = |us: i64| Timestamp::from_microsecond(us).map(|time| time.to_string()).unwrap_or_default();
                self.problem(format!(
                    "the stream no longer holds what was written between {} and {}; posts of that time are missing",
                    time(resumed),
                    time(time_us)
                ));
            }
        }
        self.last_us = self.last_us.max(time_us);
    }

    fn problem(&mut self, message: String) {
        if self.gathered.problems.len() < PROBLEMS {
            self.gathered.problems.push(Problem { at: "stream".into(), message });
        }
    }

    fn hand(&mut self) -> Batch {
        let mut batch = std::mem::take(&mut self.gathered);
        if std::mem::take(&mut self.events) > 0 && self.last_us > 0 {
            let cursor = Cursor(self.last_us.to_string());
            self.given = Some(cursor.clone());
            batch.cursor = Some(cursor);
        }
        batch
    }
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

impl Capture for Jetstream {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

/// The last handles that identity events told, by DID.
#[derive(Default)]
struct Handles {
    by_did: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Handles {
    fn learn(&mut self, did: &str, handle: &str) {
        // An account whose handle does not check out is told as this; it is no name.
        if handle == "handle.invalid" || handle.len() > 253 {
            return;
        }
        if self.by_did.insert(did.to_owned(), handle.to_owned()).is_none() {
            self.order.push_back(did.to_owned());
            if self.order.len() > HANDLES
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_did.remove(&oldest);
            }
        }
    }

    fn find(&self, did: &str) -> Option<&str> {
        self.by_did.get(did).map(String::as_str)
    }
}

//! One source at work: open the stream, fetch pages from the cursor until they meet it, then listen; or poll.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_model::{Batch, BoxFuture, Capture, CaptureError, Captured, Cursor, FateReason, Post, PostId, Problem};
use tokio::time::Instant;

use crate::Networks;
use crate::http::spent;
use crate::mastodon::client::{Client, Found, Instance, Page};
use crate::mastodon::recent::Recent;
use crate::mastodon::status::{Notification, Status};
use crate::mastodon::stream::{Ids, Message, Opener};
use crate::mastodon::{NETWORK, Only, Plan, What};
use crate::seen::Seen;
use crate::websocket::{Heard, WebSocket};

/// A batch of the stream is handed on with this many posts …
const FULL: usize = 200;
/// … or this long after its first one.
const GATHER: Duration = Duration::from_millis(50);
/// Without any event, the caller hears from us this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// Posts of other instances arrive late and are sorted in where they belong by their own time, behind the cursor.
/// Pages are therefore asked for from what was the newest this long ago.
const LATE_S: i64 = 300;
/// A search is not paged further than this.
const DEEPEST: usize = 400;
/// How many posts are remembered so that the overlap does not repeat them.
const REMEMBERED: usize = 5_000;
/// How many threads are asked for in one batch.
const THREADS: usize = 5;

/// Where a source stands. Ids are opaque and never compared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// Batches so far; makes every cursor differ from the one before.
    n: u64,
    /// The newest id known.
    id: Option<String>,
    /// What was the newest id some minutes before, and some minutes before that.
    mid: Option<String>,
    back: Option<String>,
    /// When `mid` was the newest (Unix seconds).
    mid_at: i64,
    /// For a search: everything up to here is known, and how far into the hits the round under way has come.
    since: Option<Timestamp>,
    newest: Option<Timestamp>,
    offset: usize,
}

impl Place {
    fn read(cursor: Option<&Cursor>) -> Self {
        let Some(Cursor(text)) = cursor else { return Self::default() };
        // A bare id is as good as a cursor.
        serde_json::from_str(text).unwrap_or_else(|_| Self { id: Some(text.clone()), ..Self::default() })
    }

    fn advance(&mut self, id: &str) {
        self.id = Some(id.to_owned());
    }

    fn age(&mut self, now: Timestamp) {
        if (now.as_second() - self.mid_at).abs() >= LATE_S {
            self.back = self.mid.take().or_else(|| self.id.clone());
            self.mid = self.id.clone();
            self.mid_at = now.as_second();
        }
    }
}

/// A Mastodon source at work.
pub(crate) struct Mastodon {
    networks: Networks,
    client: Client,
    plan: Plan,
    created_at: Timestamp,
    instance: Option<Instance>,
    opener: Opener,
    socket: Option<(WebSocket, Instant)>,
    /// Whether pages have met the stream.
    has_caught_up: bool,
    /// Where the round of pages under way goes on.
    round: Option<String>,
    seen: Seen,
    ids: Ids,
    recent: Recent,
    gathered: Gathered,
    /// The allowance as last told.
    budget: Option<switchboard_model::Budget>,
}

/// What the stream brought since the last batch.
#[derive(Default, Clone)]
struct Gathered {
    batch: Batch,
    keys: Vec<String>,
    newest: Option<String>,
    /// Places of answers in the batch, with their local ids.
    replies: Vec<(usize, String)>,
}

impl Mastodon {
    pub(crate) fn new(networks: Networks, plan: Plan, created_at: Timestamp) -> Self {
        Self {
            client: Client::new(networks.http.clone(), &plan),
            networks,
            plan,
            created_at,
            instance: None,
            opener: Opener::default(),
            socket: None,
            has_caught_up: false,
            round: None,
            seen: Seen::new(REMEMBERED),
            ids: Ids::default(),
            recent: Recent::default(),
            gathered: Gathered::default(),
            budget: None,
        }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        if !self.seen.settle(committed) {
            // What was handed out was not committed: pages give it again from the cursor.
            self.start_over();
        }
        let place = Place::read(committed);
        if let Some(batch) = self.look_again(&place).await {
            return Ok(batch);
        }
        if let What::Search(words) = self.plan.what.clone() {
            return self.search(place, &words).await;
        }
        let domain = self.open().await?;
        if !self.has_caught_up {
            let (page, round) = self.page(&place).await?;
            let is_more = round.is_some();
            let mut batch = self.read(&place, page, &domain).await;
            // Only now: had the future been dropped before, this page would be asked for again.
            self.round = round;
            self.has_caught_up = !is_more;
            if is_more || !batch.posts.is_empty() || self.socket.is_none() {
                if !is_more && self.socket.is_none() {
                    self.has_caught_up = false;
                    batch.wait = batch.wait.max(Duration::from_secs(self.plan.every_s));
                }
                return Ok(batch);
            }
        }
        self.listen(place, &domain).await
    }

    fn start_over(&mut self) {
        self.socket = None;
        self.has_caught_up = false;
        self.round = None;
        self.gathered = Gathered::default();
    }

    /// Opens the stream where there is one; returns what local account names end with.
    async fn open(&mut self) -> Result<String, CaptureError> {
        let instance = match &self.instance {
            Some(instance) => instance.clone(),
            None => {
                let (instance, was_asked) = self.client.instance().await;
                self.instance = was_asked.then(|| instance.clone());
                instance
            }
        };
        if self.plan.streaming && self.socket.is_none() && self.opener.may_try() {
            let socket = self.opener.open(&self.client, &instance.streaming, &self.plan.what).await?;
            if let Some(socket) = socket {
                self.socket = Some((socket, Instant::now()));
                self.has_caught_up = false;
                self.round = None;
            }
        }
        Ok(instance.domain)
    }

    /// The next page of the round, and where the round goes on if it does.
    async fn page(&mut self, place: &Place) -> Result<(Page, Option<String>), CaptureError> {
        // The federated timeline is too full to be read twice.
        let overlaps = !matches!(self.plan.what, What::Public(_));
        let back = place.back.as_deref().filter(|_| overlaps);
        let from = self.round.clone().or_else(|| back.or(place.id.as_deref()).map(str::to_owned));
        let page = self.client.page(&self.plan.what, from.as_deref()).await?;
        // A server that does not understand `min_id` gives the same page again and again.
        let is_new = page.newer.is_some() && page.newer != from;
        let round = page.newer.clone().filter(|_| is_new && from.is_some() && !page.items.is_empty());
        self.budget = page.budget.or(self.budget);
        Ok((page, round))
    }

    async fn read(&mut self, before: &Place, page: Page, domain: &str) -> Batch {
        let now = self.networks.clock.now();
        let (is_first, mut place) = (before.id.is_none(), before.clone());
        let mut gathered = Gathered { batch: Batch { budget: page.budget, ..Batch::default() }, ..Gathered::default() };
        for raw in page.items.iter().rev() {
            let Some(status) = self.item(raw, &mut gathered) else { continue };
            self.take(&status, domain, &mut gathered);
        }
        if is_first {
            self.networks.http.config().first_run(self.created_at).apply(&mut gathered.batch.posts);
        }
        self.complete_threads(&mut gathered).await;
        if let Some(wait) = spent(page.budget, now) {
            gathered.batch.wait = wait;
        }
        if let Some(newest) = page.newer.as_deref().filter(|_| !page.items.is_empty()) {
            place.advance(newest);
        }
        self.hand(before, place, gathered)
    }

    /// The status in an item of a list; what else the item says is noted.
    fn item(&self, raw: &RawValue, gathered: &mut Gathered) -> Option<Status> {
        let status = if self.plan.what == What::Notifications {
            serde_json::from_str::<Notification>(raw.get())
                .map(|told| if told.is_addressed() { told.status } else { None })
        } else {
            serde_json::from_str::<Status>(raw.get()).map(Some)
        };
        match status {
            Ok(status) => status,
            Err(error) => {
                gathered.batch.posts.push(Captured::refused(FateReason::Malformed));
                problem(&mut gathered.batch, format!("unreadable post: {error}"));
                None
            }
        }
    }

    fn take(&mut self, status: &Status, domain: &str, gathered: &mut Gathered) {
        let Some(mut post) = status.post(domain) else {
            gathered.batch.posts.push(Captured::refused(FateReason::NoId));
            return problem(&mut gathered.batch, "a post has no identifier; left out".into());
        };
        if let (Some(local), Some(identifier)) = (&status.id, status.identifier()) {
            self.ids.learn(local, identifier);
            if !matches!(self.plan.what, What::Public(_)) {
                self.recent.watch(local, identifier, status.edited_at);
            }
        }
        let key = format!("{} {:?}", post.id, post.edited_at);
        if self.seen.knows(&key) || gathered.keys.contains(&key) {
            return;
        }
        gathered.keys.push(key);
        if let Some(parent) = &status.in_reply_to_id {
            post.in_reply_to = self.ids.find(parent).map(|identifier| PostId::new(NETWORK, identifier).0);
        }
        if self.plan.what != What::Notifications {
            return gathered.batch.posts.push(Captured::heard(post));
        }
        if let (Some(_), Some(local)) = (&status.in_reply_to_id, &status.id) {
            gathered.replies.push((gathered.batch.posts.len(), local.clone()));
        }
        gathered.batch.posts.push(Captured::addressed(post));
    }

    /// An answer to us is of little use without what it answers; such posts are few, so their threads are asked for.
    async fn complete_threads(&self, gathered: &mut Gathered) {
        for (at, local) in std::mem::take(&mut gathered.replies).into_iter().take(THREADS) {
            let post = gathered.batch.posts.get_mut(at).and_then(|captured| captured.post.as_mut().ok());
            // Without its thread a post is as good as before.
            if let (Some(post), Ok(Some((first, parent)))) = (post, self.client.parents(&local).await) {
                post.thread = Some(PostId::new(NETWORK, &first).0);
                post.in_reply_to = Some(PostId::new(NETWORK, &parent).0);
            }
        }
    }

    fn hand(&mut self, before: &Place, mut place: Place, gathered: Gathered) -> Batch {
        place.n = before.n + 1;
        place.age(self.networks.clock.now());
        let mut batch = gathered.batch;
        let has_moved = Place { n: 0, mid_at: 0, ..before.clone() } != Place { n: 0, mid_at: 0, ..place.clone() };
        if !batch.posts.is_empty() || has_moved {
            let cursor = Cursor(serde_json::json!(place).to_string());
            self.seen.hand(cursor.clone(), gathered.keys);
            batch.cursor = Some(cursor);
        }
        batch
    }

    /// Listens to the stream. What it brings is kept in `self`, so dropping the future loses nothing.
    async fn listen(&mut self, before: Place, domain: &str) -> Result<Batch, CaptureError> {
        let has_news = |gathered: &Gathered| !gathered.batch.posts.is_empty() || gathered.newest.is_some();
        let mut deadline = Instant::now() + if has_news(&self.gathered) { GATHER } else { SIGN_OF_LIFE };
        while self.gathered.batch.posts.len() < FULL {
            let Some((socket, since)) = &mut self.socket else { break };
            match socket.hear(deadline).await {
                Ok(Heard::Nothing) => break,
                Ok(Heard::Text(text)) => {
                    let had_news = has_news(&self.gathered);
                    let mut gathered = std::mem::take(&mut self.gathered);
                    self.told(&text, domain, &mut gathered);
                    self.gathered = gathered;
                    if !had_news && has_news(&self.gathered) {
                        deadline = Instant::now() + GATHER;
                    }
                }
                Err(cut) => {
                    tracing::info!(error = %cut, "the stream was cut; pages fill the gap");
                    self.opener.cut(since.elapsed());
                    self.socket = None;
                    self.has_caught_up = false;
                    self.round = None;
                    break;
                }
            }
        }
        self.complete_gathered().await;
        let gathered = std::mem::take(&mut self.gathered);
        let mut place = before.clone();
        if let Some(newest) = &gathered.newest {
            place.advance(newest);
        }
        Ok(self.hand(&before, place, gathered))
    }

    async fn complete_gathered(&mut self) {
        // The batch stays in `self` while the network is asked, so that dropping the future loses nothing.
        if !self.gathered.replies.is_empty() {
            let mut gathered = self.gathered.clone();
            self.complete_threads(&mut gathered).await;
            self.gathered = gathered;
        }
    }

    fn told(&mut self, text: &str, domain: &str, gathered: &mut Gathered) {
        let message: Message = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => return problem(&mut gathered.batch, format!("unreadable message of the stream: {error}")),
        };
        let status = match message.event.as_str() {
            "update" | "status.update" if self.plan.what != What::Notifications => {
                serde_json::from_str::<Status>(&message.payload).map(|status| (status.id.clone(), Some(status)))
            }
            "notification" if self.plan.what == What::Notifications => {
                serde_json::from_str::<Notification>(&message.payload).map(|told| {
                    let is_addressed = told.is_addressed();
                    (told.id, told.status.filter(|_| is_addressed))
                })
            }
            "delete" => {
                if let Some(identifier) = self.ids.find(&message.payload) {
                    gathered.batch.posts.push(Captured::heard(Post::deletion(NETWORK, identifier)));
                    gathered.keys.push(format!("deleted {identifier}"));
                }
                self.recent.forget(&message.payload);
                return;
            }
            _ => return,
        };
        match status {
            Ok((id, status)) => {
                // An edited post is an old one: its id is no place to go on from.
                if message.event != "status.update" {
                    gathered.newest = id.or(gathered.newest.take());
                }
                if let Some(status) = status.filter(|_| self.is_wanted(&message.payload)) {
                    self.take(&status, domain, gathered);
                }
            }
            Err(error) => {
                gathered.batch.posts.push(Captured::refused(FateReason::Malformed));
                problem(&mut gathered.batch, format!("unreadable post: {error}"));
            }
        }
    }

    /// The stream of a hashtag cannot be asked for remote posts alone.
    fn is_wanted(&self, payload: &str) -> bool {
        if !matches!(self.plan.what, What::Hashtag(_, Some(Only::Remote))) {
            return true;
        }
        #[derive(Deserialize)]
        struct By {
            account: Acct,
        }
        #[derive(Deserialize)]
        struct Acct {
            acct: String,
        }
        serde_json::from_str::<By>(payload).is_ok_and(|by| by.account.acct.contains('@'))
    }

    /// Looks again at one recent post, where the stream does not tell of edits and deletions.
    async fn look_again(&mut self, place: &Place) -> Option<Batch> {
        let is_told = self.socket.is_some() && self.plan.what != What::Notifications;
        let is_scarce = self.budget.is_some_and(|budget| match (budget.left, budget.limit) {
            (Some(left), Some(limit)) => left < limit / 2,
            _ => false,
        });
        if is_told || is_scarce || self.round.is_some() || place.offset > 0 {
            return None;
        }
        let watched = self.recent.due()?;
        let domain = self.instance.as_ref().map(|instance| instance.domain.clone()).unwrap_or_default();
        let mut gathered = Gathered::default();
        match self.client.status(&watched.local).await {
            Ok((Found::Gone, budget)) => {
                self.budget = budget.or(self.budget);
                if self.recent.missed(&watched.local) {
                    gathered.batch.posts.push(Captured::heard(Post::deletion(NETWORK, &watched.identifier)));
                }
            }
            Ok((Found::There(raw), budget)) => {
                self.budget = budget.or(self.budget);
                let status = serde_json::from_str::<Status>(raw.get()).ok()?;
                if self.recent.found(&watched.local, status.edited_at) {
                    self.take(&status, &domain, &mut gathered);
                }
            }
            Ok((Found::Hidden, _)) => self.recent.forget(&watched.local),
            // The list itself will tell what is wrong with the instance.
            Err(_) => {}
        }
        if gathered.batch.posts.is_empty() {
            return None;
        }
        Some(self.hand(place, place.clone(), gathered))
    }

    /// One page of hits, from the newest back to what is known.
    async fn search(&mut self, before: Place, words: &str) -> Result<Batch, CaptureError> {
        let domain = self.open().await?;
        let page = self.client.found(words, before.offset).await?;
        let mut place = before.clone();
        let now = self.networks.clock.now();
        let is_first = place.since.is_none();
        let since = place.since.unwrap_or(self.networks.http.config().first_run(self.created_at).since);
        let looked_at_until = Timestamp::from_second(since.as_second() - LATE_S).unwrap_or(since);
        let mut gathered = Gathered { batch: Batch { budget: page.budget, ..Batch::default() }, ..Gathered::default() };
        let mut newest_here = None;
        for raw in page.items.iter().rev() {
            let Some(status) = self.item(raw, &mut gathered) else { continue };
            newest_here = newest_here.max(status.created_at);
            self.take(&status, &domain, &mut gathered);
        }
        if is_first {
            self.networks.http.config().first_run(self.created_at).apply(&mut gathered.batch.posts);
        }
        place.newest = place.newest.max(newest_here);
        place.offset += page.items.len();
        let reaches_back = newest_here.is_none_or(|newest| newest < looked_at_until);
        if reaches_back || gathered.keys.is_empty() || place.offset >= DEEPEST {
            if place.offset >= DEEPEST && !reaches_back && !is_first {
                let message = "more hits than a search gives; narrow the query or follow a hashtag";
                problem(&mut gathered.batch, message.into());
            }
            place.offset = 0;
            place.since = place.since.max(place.newest.take().map(|newest| newest.min(now))).or(Some(since));
            gathered.batch.wait = Duration::from_secs(self.plan.every_s);
        }
        if let Some(wait) = spent(page.budget, now) {
            gathered.batch.wait = gathered.batch.wait.max(wait);
        }
        Ok(self.hand(&before, place, gathered))
    }
}

fn problem(batch: &mut Batch, message: String) {
    if batch.problems.len() < 20 {
        batch.problems.push(Problem { at: "timeline".into(), message });
    }
}

impl Capture for Mastodon {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

//! What happens, while it happens: server-sent events.
//!
//! An event is a hint to look, never the truth. Hints that come faster than a reader can use are joined, and a reader who
//! missed some is told so.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde_json::json;
use switchboard_app::notices::Notice;
use switchboard_model::{CaseId, SearchId, SourceId, UserId, Whereabouts};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;

use super::Refusals;
use crate::error::{ApiError, Refusal};
use crate::extract::bearer;
use crate::options::Web;
use crate::pages::access::session_token;
use crate::visitor::Visitor;

/// Hints that come within this time are joined.
const GATHER: Duration = Duration::from_millis(100);

/// A listener hears at least this often that the stream lives.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Sessions end by themselves, and by other processes, without a notice; they are looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What happens, while it happens
///
/// Event types: `hello` first, with the `seq` of the newest post; `posts` with `newest` and `posts`, the number that
/// was stored or changed; `source` and `search` with the `id` of what changed; `case` with its `id`, the `version` that
/// it has now, the `department` that it belongs to, its `owner` (no one where a desk owns it) and to whom it is `offered`,
/// a `department` and perhaps one `user` of it; `presence` with the `case` on which somebody came, left, began or stopped writing;
/// `people` where users, departments, the company or rules changed; `views` where a saved view of the desk did;
/// `notified` where this user was told something or read it, with `unread`, the number that is not read; `missed`
/// where this reader was too slow and should look again at everything; `alive` after 15 seconds without any other. Ends
/// when the installation stops, when the role of whoever listens changes, and, after a last event `ended`, when the
/// session or key it was opened with has ended.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "listen",
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String),
        Refusals))]
pub(crate) async fn events(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response, ApiError> {
    let permit = web.streams.clone().try_acquire_owned().map_err(|_| {
        Refusal::unavailable("too many event streams are open; close one, or allow more with limits.event_streams")
    })?;
    let notices = web.app.notices().listen();
    let filter = switchboard_model::PostFilter { with_private: true, limit: 1, ..Default::default() };
    let newest = web.app.store().list_posts(&filter).await.map_err(switchboard_app::AppError::from)?;
    let newest = newest.first().map_or(0, |post| post.seq);
    let stop = web.app.stopping();
    let listener = Listener {
        proof: Proof::of(&visitor, &headers),
        web,
        visitor,
        notices,
        stop,
        look: interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY),
        ready: Vec::new(),
        is_over: false,
        _permit: permit,
    };
    let stream = follow(listener, newest);
    // An event and no comment, because scripts do not hear comments.
    let keep_alive = KeepAlive::new().interval(ALIVE_EVERY).event(event("alive", &json!({})));
    let mut response = Sse::new(stream).keep_alive(keep_alive).into_response();
    // Proxies that gather answers would hold events back.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

/// What a stream was opened with; it must not outlive it.
enum Proof {
    Session(String),
    Key(String),
    /// The installation's own key, which does not end.
    Machine,
}

impl Proof {
    fn of(visitor: &Visitor, headers: &HeaderMap) -> Self {
        match (visitor.actor.user(), bearer(headers), session_token(headers)) {
            (Some(_), Some(key), _) => Self::Key(key.to_owned()),
            (Some(_), None, Some(token)) => Self::Session(token.to_owned()),
            _ => Self::Machine,
        }
    }

    /// Whether it still opens anything. While the store cannot tell, it does.
    async fn stands(&self, web: &Web) -> bool {
        let stands = match self {
            Self::Session(token) => web.app.session_stands(token).await,
            Self::Key(key) => web.app.key_holder(key).await.map(|user| user.is_some()),
            Self::Machine => Ok(true),
        };
        stands.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a listener is still logged in is not known; it goes on");
            true
        })
    }
}

struct Listener {
    web: Web,
    visitor: Visitor,
    proof: Proof,
    notices: Receiver<Notice>,
    stop: CancellationToken,
    look: Interval,
    ready: Vec<Event>,
    /// The last event has been made.
    is_over: bool,
    _permit: OwnedSemaphorePermit,
}

fn follow(mut listener: Listener, newest: i64) -> impl Stream<Item = Result<Event, Infallible>> {
    listener.ready.push(event("hello", &json!({ "newest": newest })).retry(Duration::from_secs(2)));
    stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some(event) = listener.ready.pop() {
                return Some((Ok(event), listener));
            }
            if listener.is_over {
                return None;
            }
            listener.ready = listener.wait().await?;
        }
    })
}

impl Listener {
    /// Waits for a notice, gathers what follows closely, and returns them as events, the first one last.
    async fn wait(&mut self) -> Option<Vec<Event>> {
        let mut gathered = Gathered::default();
        tokio::select! {
            () = self.stop.cancelled() => return None,
            first = self.notices.recv() => match first {
                Ok(notice) => gathered.add(notice),
                Err(RecvError::Lagged(_)) => gathered.has_missed = true,
                Err(RecvError::Closed) => return None,
            },
            _ = self.look.tick() => gathered.is_time_to_look = true,
        }
        tokio::select! {
            () = self.stop.cancelled() => return None,
            () = tokio::time::sleep(GATHER) => {}
        }
        loop {
            match self.notices.try_recv() {
                Ok(notice) => gathered.add(notice),
                Err(TryRecvError::Lagged(_)) => gathered.has_missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let was_ended = self.visitor.actor.user_id().is_some_and(|user| gathered.ended.contains(&user));
        // A notice that was missed may have been the one that ends this.
        let is_to_look = was_ended || gathered.is_time_to_look || gathered.has_missed;
        if (gathered.has_people && !self.is_active()) || (is_to_look && !self.proof.stands(&self.web).await) {
            self.is_over = true;
            return Some(vec![event("ended", &json!({}))]);
        }
        if gathered.has_people && !self.has_same_role() {
            return None;
        }
        let (app, actor) = (&self.web.app, &self.visitor.actor);
        let ids: BTreeSet<CaseId> = gathered.cases.keys().chain(&gathered.presence).copied().collect();
        if !actor.sees_private() && !ids.is_empty() {
            match app.seen_cases(actor, &ids.into_iter().collect::<Vec<_>>()).await {
                Ok(seen) => {
                    gathered.cases.retain(|id, _| seen.contains(id));
                    gathered.presence.retain(|id| seen.contains(id));
                }
                Err(error) => {
                    tracing::warn!(%error, "what a listener may be told is not known; it looks again at everything");
                    gathered.cases.clear();
                    gathered.presence.clear();
                    gathered.has_missed = true;
                }
            }
        }
        let mut events = gathered.events();
        if let Some(user) = self.visitor.actor.user_id().filter(|user| gathered.notified.contains(user)) {
            events.push(event("notified", &json!({ "unread": self.web.app.unread(user) })));
        }
        Some(events)
    }

    fn is_active(&self) -> bool {
        let Some(began) = self.visitor.actor.user() else { return true };
        self.web.app.user(began.id).is_some_and(|now| now.is_active)
    }

    /// Whether the listener still has the role in which it came; with another one it comes in again.
    fn has_same_role(&self) -> bool {
        let Some(began) = self.visitor.actor.user() else { return true };
        self.web.app.user(began.id).is_some_and(|now| now.role == began.role)
    }
}

#[derive(Default)]
struct Gathered {
    posts: Option<(i64, u64)>,
    sources: BTreeSet<SourceId>,
    searches: BTreeSet<SearchId>,
    cases: BTreeMap<CaseId, Whereabouts>,
    /// Cases on which somebody came, left, began or stopped writing.
    presence: BTreeSet<CaseId>,
    /// Who was told something.
    notified: BTreeSet<UserId>,
    /// Whose sessions or keys were ended.
    ended: BTreeSet<UserId>,
    is_time_to_look: bool,
    has_people: bool,
    has_views: bool,
    has_missed: bool,
}

impl Gathered {
    fn add(&mut self, notice: Notice) {
        match notice {
            Notice::Posts { newest, posts, .. } => {
                let (known, sum) = self.posts.unwrap_or((newest, 0));
                self.posts = Some((known.max(newest), sum + posts));
            }
            Notice::Source(id) => drop(self.sources.insert(id)),
            Notice::Search(id) => drop(self.searches.insert(id)),
            Notice::Case(case) => drop(self.cases.insert(case.id, case)),
            Notice::Presence { case } => drop(self.presence.insert(case)),
            Notice::AccessEnded(user) => drop(self.ended.insert(user)),
            Notice::Notified(user) => drop(self.notified.insert(user)),
            // Nobody looks at what waits to be sent; a clock is wound because its case has changed, which is told.
            Notice::Queued | Notice::Clock(_) => {}
            Notice::People => self.has_people = true,
            Notice::Views => self.has_views = true,
        }
    }

    fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        events.extend(self.sources.iter().map(|id| event("source", &json!({ "id": id }))));
        events.extend(self.searches.iter().map(|id| event("search", &json!({ "id": id }))));
        events.extend(self.cases.values().map(|case| event("case", &json!(case))));
        events.extend(self.presence.iter().map(|case| event("presence", &json!({ "case": case }))));
        events.extend(self.posts.map(|(newest, posts)| event("posts", &json!({ "newest": newest, "posts": posts }))));
        events.extend(self.has_people.then(|| event("people", &json!({}))));
        events.extend(self.has_views.then(|| event("views", &json!({}))));
        events.extend(self.has_missed.then(|| event("missed", &json!({}))));
        events
    }
}

fn event(name: &str, data: &serde_json::Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_joined() {
        let mut gathered = Gathered::default();
        gathered.add(Notice::Posts { newest: 7, posts: 2, has_edits: false });
        gathered.add(Notice::Posts { newest: 5, posts: 1, has_edits: true });
        let id = SourceId(uuid::Uuid::nil());
        gathered.add(Notice::Source(id));
        gathered.add(Notice::Source(id));
        assert_eq!(gathered.posts, Some((7, 3)));
        assert_eq!(gathered.events().len(), 2);
    }
}

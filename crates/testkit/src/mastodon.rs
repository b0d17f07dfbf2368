//! A stateful stand-in for a Mastodon-compatible instance, in the shapes that a real server gave (`data/mastodon`).
//!
//! Statuses have opaque ids in no order, lists are paged by `min_id` and `Link`, streams are WebSockets that can be cut,
//! edits and deletions happen, and every answer can be spoilt. Full-text search finds only what it should; a status can
//! be sorted in behind the newest one, as posts of other instances are.

mod posting;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

/// The token that the instance takes.
pub const TOKEN: &str = "good-token";
/// The account that the token belongs to.
pub const ACCOUNT: &str = "acme";

/// How the instance misbehaves.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Every list answers with this status and body.
    pub answer: Option<(u16, String)>,
    /// `Retry-After` of that answer.
    pub retry_after: Option<String>,
    /// Every answer waits so long.
    pub delay: Duration,
    /// Rate-limit headers are missing.
    pub without_limits: bool,
    /// `Link` headers are missing.
    pub without_links: bool,
    /// Streaming is refused with this status.
    pub no_streaming: Option<u16>,
    /// The account's token is no longer good.
    pub is_revoked: bool,
    /// It says that it is another server than Mastodon itself.
    pub is_another_kind: bool,
    /// A second sending under one key makes a second status.
    pub forgets_keys: bool,
    /// What becomes of a status that is sent to it.
    pub posting: Posting,
}

/// What becomes of a status that is sent to the instance.
#[derive(Debug, Clone, Default)]
pub enum Posting {
    /// It is taken and confirmed.
    #[default]
    Taken,
    /// It is taken, and no answer ever comes.
    Silent,
    /// It is not taken, and no answer ever comes.
    Lost,
    /// It is taken, and the answer breaks off.
    Cut,
    /// It is not taken: status and body of the answer.
    Refused(u16, String),
}

/// The instance. Stops when dropped.
pub struct FakeMastodon {
    origin: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    origin: String,
    // The test and every request touch these for a moment each.
    state: Mutex<Instance>,
    stream: broadcast::Sender<Said>,
}

#[derive(Default)]
struct Instance {
    made: u64,
    /// Oldest first, in the order in which lists show them.
    statuses: Vec<Status>,
    faults: Faults,
    asked: Vec<String>,
    left: u64,
    /// Which status a key has made.
    keys: HashMap<String, String>,
}

#[derive(Debug, Clone)]
struct Status {
    id: String,
    author: String,
    text: String,
    tags: Vec<String>,
    created_at: String,
    edited_at: Option<String>,
    reply_to: Option<String>,
    visibility: &'static str,
    /// The instance it comes from, if it is another one.
    home: Option<String>,
}

#[derive(Debug, Clone)]
enum Said {
    Status { event: &'static str, status: Box<Status> },
    Deleted(String),
    Cut,
}

impl Drop for FakeMastodon {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeMastodon {
    /// An instance on which nothing was said yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let origin = format!("http://{address}");
        let shared = Arc::new(Shared {
            origin: origin.clone(),
            state: Mutex::new(Instance { left: 300, ..Instance::default() }),
            stream: broadcast::Sender::new(4_096),
        });
        let lists = Router::new()
            .route("/api/v1/timelines/tag/{tag}", get(tag))
            .route("/api/v1/timelines/public", get(public))
            .route("/api/v1/notifications", get(notifications))
            .route("/api/v2/search", get(search))
            .route("/api/v1/statuses", post(posting::create))
            .route("/api/v1/accounts/verify_credentials", get(posting::verify))
            .route("/api/v1/accounts/{id}/statuses", get(posting::own))
            .route("/api/v1/statuses/{id}", get(status))
            .route("/api/v1/statuses/{id}/context", get(context))
            .layer(from_fn_with_state(Arc::clone(&shared), misbehave));
        let router = lists
            .route("/api/v2/instance", get(about))
            .route("/api/v1/streaming", any(streaming))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // The test ends it by dropping the server.
            let _ = axum::serve(listener, router).await;
        });
        Self { origin, shared, task }
    }

    /// Its address.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Changes how it misbehaves.
    pub fn misbehave(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock().faults);
    }

    /// Somebody posts in public. Words that begin with `#` are its tags. Returns the status's local id.
    pub fn post(&self, author: &str, text: &str, created_at: &str) -> String {
        self.add(author, text, created_at, None, None)
    }

    /// Somebody answers a status.
    pub fn reply(&self, author: &str, text: &str, created_at: &str, to: &str) -> String {
        self.add(author, text, created_at, Some(to), None)
    }

    /// A post of another instance arrives late: lists show it this many places behind the newest.
    pub fn post_late(&self, author: &str, text: &str, created_at: &str, behind: usize) -> String {
        self.add(author, text, created_at, None, Some(behind))
    }

    fn add(&self, author: &str, text: &str, created_at: &str, to: Option<&str>, behind: Option<usize>) -> String {
        let mut state = self.lock();
        state.made += 1;
        // Ids in no order at all: whoever compares them fails.
        let id = format!("{:08X}", (state.made as u32).wrapping_mul(2_654_435_761));
        let tags = text.split_whitespace().filter_map(|word| word.strip_prefix('#')).map(str::to_lowercase).collect();
        let status = Status {
            id: id.clone(),
            author: author.to_owned(),
            text: text.to_owned(),
            tags,
            created_at: created_at.to_owned(),
            edited_at: None,
            reply_to: to.map(str::to_owned),
            visibility: "public",
            home: None,
        };
        let at = state.statuses.len().saturating_sub(behind.unwrap_or(0));
        state.statuses.insert(at, status.clone());
        drop(state);
        // Fails if nobody listens, which is no matter.
        let _ = self.shared.stream.send(Said::Status { event: "update", status: Box::new(status) });
        id
    }

    /// The author changes a status.
    pub fn edit(&self, id: &str, text: &str, edited_at: &str) {
        let mut state = self.lock();
        if let Some(status) = state.statuses.iter_mut().find(|status| status.id == id) {
            status.text = text.to_owned();
            status.edited_at = Some(edited_at.to_owned());
            let said = Said::Status { event: "status.update", status: Box::new(status.clone()) };
            let _ = self.shared.stream.send(said);
        }
    }

    /// The author deletes a status.
    pub fn delete(&self, id: &str) {
        self.lock().statuses.retain(|status| status.id != id);
        let _ = self.shared.stream.send(Said::Deleted(id.to_owned()));
    }

    /// Cuts every stream.
    pub fn cut(&self) {
        let _ = self.shared.stream.send(Said::Cut);
    }

    /// How many streams are open.
    pub fn listeners(&self) -> usize {
        self.shared.stream.receiver_count()
    }

    /// Paths and queries of the lists that were asked for.
    pub fn asked(&self) -> Vec<String> {
        self.lock().asked.clone()
    }

    /// Somebody of another instance posts; only who asks for its address finds it. Returns its identifier everywhere.
    pub fn post_elsewhere(&self, author: &str, text: &str, created_at: &str) -> String {
        let id = self.add(author, text, created_at, None, None);
        let mut state = self.lock();
        let status = state.statuses.iter_mut().find(|status| status.id == id);
        let status = status.expect("it was just added");
        status.home = Some("https://other.example".to_owned());
        let status = status.clone();
        drop(state);
        self.shared.uri(&status)
    }

    /// What our account has said, oldest first: the id of what it answers, and the text.
    pub fn said_by_us(&self) -> Vec<(Option<String>, String)> {
        let state = self.lock();
        let ours = state.statuses.iter().filter(|status| status.author == ACCOUNT);
        ours.map(|status| (status.reply_to.clone(), status.text.clone())).collect()
    }

    /// The identifier of a status everywhere.
    pub fn uri(&self, author: &str, id: &str) -> String {
        format!("{}/users/{author}/statuses/{id}", self.origin)
    }

    fn lock(&self) -> MutexGuard<'_, Instance> {
        self.shared.lock()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Instance> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uri(&self, status: &Status) -> String {
        let origin = status.home.as_ref().unwrap_or(&self.origin);
        format!("{origin}/users/{}/statuses/{}", status.author, status.id)
    }

    /// A status in the recorded shape.
    fn render(&self, status: &Status) -> Value {
        let mut shown: Value = serde_json::from_str(include_str!("../data/mastodon/status_post.json"))
            .expect("the recorded shape is JSON");
        let words = status.text.split_whitespace().map(|word| match word.strip_prefix('#') {
            Some(tag) => format!(
                "<a href=\"{}/tags/{tag}\" class=\"mention hashtag\" rel=\"tag\">#<span>{tag}</span></a>",
                self.origin
            ),
            None => word.replace('&', "&amp;").replace('<', "&lt;"),
        });
        let content = format!("<p>{}</p>", words.collect::<Vec<_>>().join(" "));
        let origin = status.home.as_ref().unwrap_or(&self.origin);
        let (author, id) = (&status.author, &status.id);
        let tags: Vec<_> =
            status.tags.iter().map(|tag| json!({"name": tag, "url": format!("{origin}/tags/{tag}")})).collect();
        let own = json!({
            "id": id, "created_at": status.created_at, "edited_at": status.edited_at, "visibility": status.visibility,
            "in_reply_to_id": status.reply_to, "uri": format!("{origin}/users/{author}/statuses/{id}"),
            "url": format!("{origin}/@{author}/{id}"), "content": content, "text": status.text, "tags": tags, "mentions": []
        });
        merge(&mut shown, own);
        let host = origin.trim_start_matches("https://");
        let acct = if status.home.is_some() { format!("{author}@{host}") } else { author.clone() };
        let account =
            json!({"username": author, "acct": acct, "display_name": author, "url": format!("{origin}/@{author}")});
        merge(&mut shown["account"], account);
        shown
    }

    fn notification(&self, status: &Status) -> Value {
        let shown = self.render(status);
        json!({"id": format!("N{}", status.id), "type": "mention", "created_at": status.created_at,
            "account": shown["account"], "status": shown})
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default = "twenty")]
    limit: usize,
    min_id: Option<String>,
    #[serde(default)]
    q: String,
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    resolve: bool,
    max_id: Option<String>,
}

fn twenty() -> usize {
    20
}

/// Notes the question, and spoils the answer if that is wanted.
async fn misbehave(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let (faults, left) = {
        let mut state = shared.lock();
        state.asked.push(target);
        state.left = state.left.saturating_sub(1);
        (state.faults.clone(), state.left)
    };
    tokio::time::sleep(faults.delay).await;
    let mut response = match faults.answer {
        Some((status, body)) => {
            let status = StatusCode::from_u16(status).expect("a test names real statuses");
            (status, [("content-type", "application/json")], body).into_response()
        }
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Some(wait) = faults.retry_after.and_then(|wait| wait.parse().ok()) {
        headers.insert("retry-after", wait);
    }
    if !faults.without_limits {
        headers.insert("x-ratelimit-limit", 300.into());
        headers.insert("x-ratelimit-remaining", left.into());
        headers.insert("x-ratelimit-reset", axum::http::HeaderValue::from_static("2026-05-04T09:35:00.000000Z"));
    }
    if faults.without_links {
        headers.remove("link");
    }
    response
}

async fn about(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let mut about: Value =
        serde_json::from_str(include_str!("../data/mastodon/instance_v2.json")).expect("the recorded shape is JSON");
    let host = shared.origin.trim_start_matches("http://");
    about["domain"] = json!("social.example");
    about["account_domain"] = json!("social.example");
    if !shared.lock().faults.is_another_kind {
        about["version"] = json!("4.4.2");
        about["source_url"] = json!("https://github.com/mastodon/mastodon");
        about["configuration"]["statuses"] = json!({"max_characters": 500, "characters_reserved_per_url": 23});
    }
    // The real server says wss here even where it speaks plain HTTP.
    about["configuration"]["urls"]["streaming"] = json!(format!("wss://{host}"));
    Json(about)
}

/// Whether the account may do something.
fn is_let_in(shared: &Shared, headers: &HeaderMap) -> bool {
    has_token(headers) && !shared.lock().faults.is_revoked
}

fn has_token(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| value == &format!("Bearer {TOKEN}"))
}

fn unauthorised() -> Response {
    let body = include_str!("../data/mastodon/error_401.json");
    (StatusCode::UNAUTHORIZED, [("content-type", "application/json")], body).into_response()
}

async fn tag(State(shared): State<Arc<Shared>>, Path(tag): Path<String>, Query(paging): Query<Paging>) -> Response {
    let path = format!("/api/v1/timelines/tag/{tag}");
    list(
        &shared,
        &path,
        &paging,
        |status| status.tags.contains(&tag.to_lowercase()),
        |status| (status.id.clone(), shared.render(status)),
    )
}

async fn public(State(shared): State<Arc<Shared>>, Query(paging): Query<Paging>) -> Response {
    list(&shared, "/api/v1/timelines/public", &paging, |_| true, |status| (status.id.clone(), shared.render(status)))
}

async fn notifications(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(paging): Query<Paging>,
) -> Response {
    if !has_token(&headers) {
        return unauthorised();
    }
    let show = |status: &Status| (format!("N{}", status.id), shared.notification(status));
    list(&shared, "/api/v1/notifications", &paging, is_to_us, show)
}

fn is_to_us(status: &Status) -> bool {
    status.text.split_whitespace().any(|word| word.strip_prefix('@') == Some(ACCOUNT))
}

/// A page of a list: with `min_id` the one right after it, otherwise the newest. Newest first, as the API does.
fn list(
    shared: &Shared,
    path: &str,
    paging: &Paging,
    wanted: impl Fn(&Status) -> bool,
    show: impl Fn(&Status) -> (String, Value),
) -> Response {
    let statuses = shared.lock().statuses.clone();
    let all: Vec<(String, Value)> = statuses.iter().filter(|status| wanted(status)).map(show).collect();
    let limit = paging.limit.clamp(1, 40);
    let page: Vec<_> = match &paging.min_id {
        // Real servers compare the id itself; a deleted one still has its place. Here it is then taken for the start.
        Some(id) => {
            let from = all.iter().position(|(known, _)| known == id).map_or(0, |at| at + 1);
            all.iter().skip(from).take(limit).rev().collect()
        }
        None => all.iter().rev().take(limit).collect(),
    };
    let items: Vec<_> = page.iter().map(|(_, item)| item.clone()).collect();
    let mut response = Json(items).into_response();
    if let (Some((newest, _)), Some((oldest, _))) = (page.first(), page.last()) {
        let url = format!("{}{path}?limit={limit}", shared.origin);
        let link = format!("<{url}&max_id={oldest}>; rel=\"next\", <{url}&min_id={newest}>; rel=\"prev\"");
        if let Ok(link) = link.parse() {
            response.headers_mut().insert("link", link);
        }
    }
    response
}

async fn search(State(shared): State<Arc<Shared>>, headers: HeaderMap, Query(paging): Query<Paging>) -> Response {
    if !has_token(&headers) {
        return unauthorised();
    }
    let statuses = shared.lock().statuses.clone();
    let words = paging.q.to_lowercase();
    let is_address = words.starts_with("http");
    let found = statuses.iter().rev().filter(|status| match is_address {
        true => paging.resolve && shared.uri(status) == paging.q,
        false => status.text.to_lowercase().contains(&words),
    });
    let page: Vec<_> =
        found.skip(paging.offset).take(paging.limit.min(40)).map(|status| shared.render(status)).collect();
    Json(json!({"accounts": [], "statuses": page, "hashtags": []})).into_response()
}

async fn status(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let found = shared.lock().statuses.iter().find(|status| status.id == id).cloned();
    match found {
        Some(status) => Json(shared.render(&status)).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "Record not found"}))).into_response(),
    }
}

async fn context(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let statuses = shared.lock().statuses.clone();
    let find = |id: &str| statuses.iter().find(|status| status.id == id);
    let mut ancestors = Vec::new();
    let mut at = find(&id).and_then(|status| status.reply_to.clone());
    while let Some(status) = at.as_deref().and_then(find) {
        ancestors.insert(0, shared.render(status));
        at = status.reply_to.clone();
    }
    Json(json!({"ancestors": ancestors, "descendants": []})).into_response()
}

#[derive(Deserialize)]
struct Listening {
    #[serde(default)]
    stream: String,
    #[serde(default)]
    tag: String,
}

async fn streaming(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(listening): Query<Listening>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Some(status) = shared.lock().faults.no_streaming {
        return StatusCode::from_u16(status).expect("a test names real statuses").into_response();
    }
    if listening.stream.starts_with("user") && !has_token(&headers) {
        return unauthorised();
    }
    let said = shared.stream.subscribe();
    upgrade.on_upgrade(move |socket| tell(socket, shared, listening, said))
}

async fn tell(mut socket: WebSocket, shared: Arc<Shared>, listening: Listening, mut said: broadcast::Receiver<Said>) {
    loop {
        let said = tokio::select! {
            said = said.recv() => said,
            received = socket.recv() => match received {
                Some(Ok(_)) => continue,
                _ => return,
            },
        };
        let (event, payload) = match said {
            Ok(Said::Status { event, status }) if listening.stream.starts_with("user") => {
                if event != "update" || !is_to_us(&status) {
                    continue;
                }
                ("notification", shared.notification(&status).to_string())
            }
            Ok(Said::Status { event, status }) => {
                if listening.stream.starts_with("hashtag") && !status.tags.contains(&listening.tag.to_lowercase()) {
                    continue;
                }
                (event, shared.render(&status).to_string())
            }
            Ok(Said::Deleted(id)) => ("delete", id),
            Ok(Said::Cut) | Err(_) => return,
        };
        let message = json!({"stream": [listening.stream], "event": event, "payload": payload}).to_string();
        if socket.send(Message::Text(message.into())).await.is_err() {
            return;
        }
    }
}

//! A stand-in for the search of Hacker News: items in memory, searched by date and word, with an index that lags.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The server. Stops when dropped.
pub struct FakeHackerNews {
    api: String,
    shared: Arc<Mutex<Index>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Index {
    items: Vec<Item>,
    fault: Option<(u16, String)>,
    asked: u64,
}

struct Item {
    id: u64,
    created_at: i64,
    is_comment: bool,
    text: String,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    query: String,
    #[serde(default)]
    tags: String,
    #[serde(rename = "numericFilters", default)]
    filters: String,
    #[serde(rename = "hitsPerPage", default = "twenty")]
    hits: usize,
}

fn twenty() -> usize {
    20
}

impl Drop for FakeHackerNews {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeHackerNews {
    /// A search that holds nothing yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Mutex::new(Index::default()));
        let router = Router::new().route("/api/v1/search_by_date", get(search)).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // The test ends it by dropping the server.
            let _ = axum::serve(listener, router).await;
        });
        Self { api: format!("http://{address}/api/v1"), shared, task }
    }

    /// The base address of the API.
    pub fn api(&self) -> &str {
        &self.api
    }

    /// Puts an item into the index.
    pub fn add(&self, id: u64, created_at: i64, is_comment: bool, text: &str) {
        self.lock().items.push(Item { id, created_at, is_comment, text: text.to_owned() });
    }

    /// Answers with this from now on, or well again.
    pub fn fail(&self, fault: Option<(u16, &str)>) {
        self.lock().fault = fault.map(|(status, body)| (status, body.to_owned()));
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.lock().asked
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Index> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn search(State(shared): State<Arc<Mutex<Index>>>, Query(asked): Query<Asked>) -> Response {
    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked += 1;
    if let Some((status, body)) = &state.fault {
        let status = StatusCode::from_u16(*status).expect("a test names real statuses");
        return (status, [("content-type", "application/json")], body.clone()).into_response();
    }
    let bound = |prefix: &str| asked.filters.split(',').find_map(|part| part.strip_prefix(prefix)?.parse::<i64>().ok());
    let (from, until) = (bound("created_at_i>=").unwrap_or(i64::MIN), bound("created_at_i<").unwrap_or(i64::MAX));
    let words: Vec<_> = asked.query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found: Vec<_> = state
        .items
        .iter()
        .filter(|item| (from..until).contains(&item.created_at))
        .filter(|item| asked.tags.contains(if item.is_comment { "comment" } else { "story" }))
        .filter(|item| words.iter().all(|word| item.text.to_lowercase().contains(word)))
        .collect();
    found.sort_by_key(|item| std::cmp::Reverse((item.created_at, item.id)));
    let hits: Vec<Value> = found.iter().take(asked.hits).map(|item| hit(item)).collect();
    let pages = found.len().div_ceil(asked.hits.max(1));
    Json(json!({"hits": hits, "nbHits": found.len(), "nbPages": pages, "page": 0, "hitsPerPage": asked.hits}))
        .into_response()
}

fn hit(item: &Item) -> Value {
    let mut hit = json!({"objectID": item.id.to_string(), "created_at_i": item.created_at, "author": "ana"});
    if item.is_comment {
        hit["comment_text"] = json!(format!("<p>{}", item.text));
        hit["parent_id"] = json!(1);
        hit["story_id"] = json!(1);
    } else {
        hit["title"] = json!(item.text);
        hit["points"] = json!(3);
    }
    hit
}

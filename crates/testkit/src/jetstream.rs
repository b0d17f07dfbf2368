//! A stand-in for Jetstream: scripted events over a WebSocket, replayed from a cursor, cut when the test says so.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The server. Stops when dropped.
pub struct FakeJetstream {
    url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    // The log grows by the test and is read by every connection.
    log: Mutex<Vec<(i64, Arc<str>)>>,
    asked: Mutex<Vec<String>>,
    refusal: Mutex<Option<u16>>,
    /// How many events there are, and how often connections were cut.
    news: watch::Sender<(usize, u64)>,
}

impl Drop for FakeJetstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeJetstream {
    /// A stream on which nothing was said yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            log: Mutex::default(),
            asked: Mutex::default(),
            refusal: Mutex::default(),
            news: watch::Sender::new((0, 0)),
        });
        let router = Router::new().route("/subscribe", any(subscribe)).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // The test ends it by dropping the server.
            let _ = axum::serve(listener, router).await;
        });
        Self { url: format!("ws://{address}/subscribe"), shared, task }
    }

    /// Where it streams.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Says an event as it stands; its time is read from it.
    pub fn say(&self, event: &str) {
        let time = serde_json::from_str::<Value>(event).ok().and_then(|event| event["time_us"].as_i64()).unwrap_or(0);
        let mut log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push((time, event.into()));
        let count = log.len();
        self.shared.news.send_modify(|news| news.0 = count);
    }

    /// Says that somebody posted.
    pub fn post(&self, time_us: i64, did: &str, rkey: &str, text: &str) {
        let event = serde_json::json!({"did": did, "time_us": time_us, "kind": "commit", "commit": {
            "rev": "r", "operation": "create", "collection": "app.bsky.feed.post", "rkey": rkey, "cid": "c",
            "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-05-04T09:29:00Z", "langs": ["en"]}}});
        self.say(&event.to_string());
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        self.shared.news.send_modify(|news| news.1 += 1);
    }

    /// Refuses connections with this status from now on, or takes them again.
    pub fn refuse(&self, status: Option<u16>) {
        *self.shared.refusal.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }

    /// The queries of the connections so far.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn subscribe(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query = query.unwrap_or_default();
    shared.asked.lock().unwrap_or_else(PoisonError::into_inner).push(query.clone());
    let refusal = *shared.refusal.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(status) = refusal {
        return StatusCode::from_u16(status).expect("a test names real statuses").into_response();
    }
    let cursor = query.split('&').find_map(|part| part.strip_prefix("cursor=")?.parse::<i64>().ok());
    upgrade.on_upgrade(move |socket| stream(socket, shared, cursor))
}

async fn stream(mut socket: WebSocket, shared: Arc<Shared>, cursor: Option<i64>) {
    let mut news = shared.news.subscribe();
    let (mut told, cuts) = *news.borrow_and_update();
    if let Some(cursor) = cursor {
        let log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        told = log.iter().position(|(time, _)| *time >= cursor).unwrap_or(log.len());
    }
    loop {
        let events: Vec<_> = {
            let log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
            log[told.min(log.len())..].iter().map(|(_, event)| Arc::clone(event)).collect()
        };
        told += events.len();
        for event in events {
            if socket.send(Message::Text(event.as_ref().into())).await.is_err() {
                return;
            }
        }
        tokio::select! {
            changed = news.changed() => {
                // Dropping the socket without a closing frame is how a network cuts.
                if changed.is_err() || news.borrow_and_update().1 != cuts {
                    return;
                }
            }
            received = socket.recv() => {
                if !matches!(received, Some(Ok(_))) {
                    return;
                }
            }
        }
    }
}

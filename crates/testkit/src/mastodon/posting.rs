//! What an account can do on the stand-in: say something, and look at what it has said.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use switchboard_app::SystemClock;
use switchboard_model::Clock;

use super::{ACCOUNT, Paging, Posting, Said, Shared, Status, is_let_in, unauthorised};

#[derive(Deserialize)]
pub(super) struct New {
    status: String,
    #[serde(default)]
    in_reply_to_id: Option<String>,
    #[serde(default)]
    visibility: Option<String>,
}

pub(super) async fn create(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(new): Json<New>) -> Response {
    if !is_let_in(&shared, &headers) {
        return unauthorised();
    }
    let faults = shared.lock().faults.clone();
    if let Posting::Refused(status, body) = faults.posting {
        let status = StatusCode::from_u16(status).expect("a test names real statuses");
        return (status, [("content-type", "application/json")], body).into_response();
    }
    if matches!(faults.posting, Posting::Lost) {
        return std::future::pending().await;
    }
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let Some(status) = take(&shared, new, key, faults.forgets_keys) else {
        return (StatusCode::NOT_FOUND, Json(json!({"error": "Record not found"}))).into_response();
    };
    match faults.posting {
        Posting::Silent | Posting::Lost => std::future::pending().await,
        Posting::Cut => {
            let half = Ok(Bytes::from_static(b"{\"id\":\""));
            let cut = Err(std::io::Error::other("cut"));
            Body::from_stream(stream::iter([half, cut])).into_response()
        }
        Posting::Taken | Posting::Refused(..) => Json(shared.render(&status)).into_response(),
    }
}

/// Takes a status, or finds the one that the key has made. `None`: what it answers is not there.
fn take(shared: &Shared, new: New, key: Option<String>, forgets_keys: bool) -> Option<Status> {
    let mut state = shared.lock();
    if let Some(made) = key.as_ref().filter(|_| !forgets_keys).and_then(|key| state.keys.get(key)) {
        return state.statuses.iter().find(|status| status.id == *made).cloned();
    }
    if let Some(parent) = &new.in_reply_to_id
        && !state.statuses.iter().any(|status| status.id == *parent)
    {
        return None;
    }
    state.made += 1;
    let status = Status {
        id: format!("{:08X}", (state.made as u32).wrapping_mul(2_654_435_761)),
        author: ACCOUNT.to_owned(),
        text: new.status,
        tags: Vec::new(),
        created_at: SystemClock.now().to_string(),
        edited_at: None,
        reply_to: new.in_reply_to_id,
        visibility: match new.visibility.as_deref() {
            Some("unlisted") => "unlisted",
            Some("private") => "private",
            Some("direct") => "direct",
            _ => "public",
        },
        home: None,
    };
    state.statuses.push(status.clone());
    if let Some(key) = key {
        state.keys.insert(key, status.id.clone());
    }
    drop(state);
    // Fails if nobody listens, which is no matter.
    let _ = shared.stream.send(Said::Status { event: "update", status: Box::new(status.clone()) });
    Some(status)
}

pub(super) async fn verify(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !is_let_in(&shared, &headers) {
        return unauthorised();
    }
    let origin = &shared.origin;
    let account = json!({
        "id": "OWN", "username": ACCOUNT, "acct": ACCOUNT, "display_name": "Acme",
        "url": format!("{origin}/@{ACCOUNT}"), "uri": format!("{origin}/users/{ACCOUNT}"),
    });
    Json(account).into_response()
}

/// The account's own statuses, newest first.
pub(super) async fn own(
    State(shared): State<Arc<Shared>>,
    Path(_): Path<String>,
    headers: HeaderMap,
    Query(paging): Query<Paging>,
) -> Response {
    if !is_let_in(&shared, &headers) {
        return unauthorised();
    }
    let statuses = shared.lock().statuses.clone();
    let ours: Vec<&Status> = statuses.iter().rev().filter(|status| status.author == ACCOUNT).collect();
    let from = match &paging.max_id {
        Some(id) => ours.iter().position(|status| status.id == *id).map_or(ours.len(), |at| at + 1),
        None => 0,
    };
    let page: Vec<_> =
        ours.iter().skip(from).take(paging.limit.clamp(1, 40)).map(|status| shared.render(status)).collect();
    Json(page).into_response()
}

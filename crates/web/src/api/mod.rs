//! The JSON API, version 1.
//!
//! One file for each noun. Every answer is an envelope: `data`, and in lists `next`, the place where the next page
//! begins; every refusal is `{"error": {"code", "message", "field", "column"}}` (see [`crate::error`]). The OpenAPI
//! document is made from the attributes above the functions and is committed as `openapi.json`; a test compares.
//!
//! What `switchboard-model` serializes is described in [`shapes`], because the model knows nothing of OpenAPI.

pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod answers;
pub(crate) mod bulk;
pub(crate) mod cases;
pub(crate) mod chat;
pub(crate) mod departments;
pub(crate) mod directory;
pub(crate) mod events;
pub(crate) mod fates;
pub(crate) mod find;
pub(crate) mod ingest;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod mail;
pub(crate) mod merge;
pub(crate) mod notifications;
pub(crate) mod outreach;
pub(crate) mod packs;
pub(crate) mod posts;
pub(crate) mod presence;
pub(crate) mod previews;
pub(crate) mod priority;
pub(crate) mod push;
pub(crate) mod questions;
pub(crate) mod routing;
pub(crate) mod rules;
pub(crate) mod searches;
pub(crate) mod setup;
pub(crate) mod shapes;
pub(crate) mod sla;
pub(crate) mod sources;
pub(crate) mod sweep;
pub(crate) mod team;
pub(crate) mod users;
pub(crate) mod views;
pub(crate) mod volume;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

use crate::error::ErrorBody;
use crate::options::Web;

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct One<T> {
    data: T,
}

/// A list, or a page of one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    data: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    next: Option<i64>,
}

pub(crate) fn one<T: Serialize>(data: T) -> Json<One<T>> {
    Json(One { data })
}

pub(crate) fn listed<T: Serialize>(data: Vec<T>, next: Option<i64>) -> Json<Listed<T>> {
    Json(Listed { data, next })
}

pub(crate) fn created<T: Serialize>(data: T) -> Response {
    (StatusCode::CREATED, one(data)).into_response()
}

/// Refusals that any operation may answer with. What an operation refuses for reasons of its own is named beside it.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let refusals = [
            ("400", "The request cannot be read"),
            ("403", "Not allowed: sent by a page of another site, or for the operator only"),
            ("421", "Sent to a name that is not this installation's"),
            ("500", "Failed inside; the log says why"),
            ("503", "Not at the moment: the store cannot answer, or switchboard is stopping"),
        ];
        refusals.into_iter().map(|(status, description)| (status.to_owned(), refusal(description))).collect()
    }
}

pub(crate) fn refusal(description: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorBody::name()))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build().into()
}

/// Refusals of an operation that takes a body.
pub(crate) struct BodyRefusals;

impl IntoResponses for BodyRefusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let refusals = [
            ("413", "The body is too large"),
            ("415", "The body is of another media type"),
            ("422", "Well formed, but it cannot be used; `field` and `column` say where"),
        ];
        refusals.into_iter().map(|(status, description)| (status.to_owned(), refusal(description))).collect()
    }
}

/// The parts of the OpenAPI document that stand above no function.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        description = "Sources, saved searches, posts and ingest of one installation. \
            Times are RFC 3339 in UTC. Lists are paged by `next`. Ids of posts hold slashes and colons: \
            percent-encode them in paths.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "sources", description = "The configured ways in"),
        (name = "searches", description = "What is wanted"),
        (name = "posts", description = "What was said"),
        (name = "people", description = "Who works here, and how posts reach them"),
        (name = "cases", description = "What somebody has to decide about"),
        (name = "notifications", description = "What people are told of what happens"),
        (name = "accounts", description = "The company's own accounts"),
        (name = "answers", description = "Drafts, and replies on their way out"),
        (name = "ingest", description = "Posts that others bring"),
        (name = "events", description = "What happens, while it happens")
    ),
    components(schemas(ErrorBody)),
    modifiers(&Security)
)]
pub(crate) struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = |description: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
            SecurityScheme::Http(scheme)
        };
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("ingest_token", bearer("A token of an ingest source"));
    }
}

/// The OpenAPI document as it is committed: pretty, with a line break at its end.
pub fn openapi_json() -> String {
    let mut json = crate::router::document().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// `GET /api/v1/openapi.json`
pub(crate) async fn openapi(State(_): State<Web>) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], openapi_json()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_today_s() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
        let current = openapi_json();
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(path, &current).expect("openapi.json can be written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == current,
            "openapi.json is stale; renew it with UPDATE_OPENAPI=1 cargo test -p switchboard-web committed_document"
        );
    }
}

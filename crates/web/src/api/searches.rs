//! Saved searches over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::check::CheckedQuery;
use switchboard_model::{SavedSearch, SearchId, SearchType};
use utoipa::ToSchema;

use super::shapes::{SearchShape, TypeShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::ApiError;
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;

/// A search as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteSearch {
    /// 1 to 200 characters, unique.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// In the saved-search language.
    #[schema(example = "acme OR \"acme kettle\"")]
    query: String,
    #[serde(default, rename = "type")]
    #[schema(value_type = TypeShape, required = false)]
    search_type: SearchType,
    /// The department it leans to.
    #[serde(default)]
    department: Option<String>,
    /// Whether it listens.
    #[serde(default = "yes")]
    is_enabled: bool,
}

fn yes() -> bool {
    true
}

impl From<WriteSearch> for SearchText {
    fn from(written: WriteSearch) -> Self {
        let WriteSearch { name, query, search_type, department, is_enabled } = written;
        Self { name, query, search_type, department, is_enabled }
    }
}

/// A query that may or may not be readable.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckQuery {
    #[schema(example = "acme NEAR/5 (kettle OR lid)")]
    pub(super) query: String,
}

/// How a query is read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Parsed {
    /// The query as it is understood, every operator and group written out.
    parsed: String,
    /// The same with each pack that it names written out.
    expanded: String,
}

/// All searches with their counts
#[utoipa::path(get, path = "/api/v1/searches", tag = "searches", operation_id = "list_searches",
    responses((status = 200, description = "All searches", body = Listed<SearchShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>) -> Result<Json<Listed<SavedSearch>>, ApiError> {
    Ok(listed(web.app.searches().await?, None))
}

/// One search
#[utoipa::path(get, path = "/api/v1/searches/{id}", tag = "searches", operation_id = "get_search",
    params(("id" = uuid::Uuid, Path, description = "Id of the search")),
    responses((status = 200, description = "The search", body = One<SearchShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    ApiId(id): ApiId<SearchId>,
) -> Result<Json<One<SavedSearch>>, ApiError> {
    Ok(one(web.app.get_search(id).await?))
}

/// Add a search
///
/// It listens from the next post on.
#[utoipa::path(post, path = "/api/v1/searches", tag = "searches", operation_id = "add_search",
    request_body = WriteSearch,
    responses((status = 201, description = "The new search", body = One<SearchShape>),
        (status = 409, description = "Another search has the name", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn add(State(web): State<Web>, ApiJson(written): ApiJson<WriteSearch>) -> Result<Response, ApiError> {
    Ok(created(web.app.add_search(written.into()).await?))
}

/// Replace a search
///
/// Mentions that it has made stay.
#[utoipa::path(put, path = "/api/v1/searches/{id}", tag = "searches", operation_id = "change_search",
    params(("id" = uuid::Uuid, Path, description = "Id of the search")), request_body = WriteSearch,
    responses((status = 200, description = "The search as it is now", body = One<SearchShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody),
        (status = 409, description = "Another search has the name", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    ApiId(id): ApiId<SearchId>,
    ApiJson(written): ApiJson<WriteSearch>,
) -> Result<Json<One<SavedSearch>>, ApiError> {
    Ok(one(web.app.change_search(id, written.into()).await?))
}

/// Remove a search and the mentions it made
///
/// The posts stay.
#[utoipa::path(delete, path = "/api/v1/searches/{id}", tag = "searches", operation_id = "remove_search",
    params(("id" = uuid::Uuid, Path, description = "Id of the search")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn remove(State(web): State<Web>, ApiId(id): ApiId<SearchId>) -> Result<StatusCode, ApiError> {
    web.app.remove_search(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a query is read, or where it cannot be
#[utoipa::path(post, path = "/api/v1/searches/check", tag = "searches", operation_id = "check_search",
    request_body = CheckQuery,
    responses((status = 200, description = "The parsed form", body = One<Parsed>), BodyRefusals, Refusals))]
pub(crate) async fn check(
    State(web): State<Web>,
    ApiJson(CheckQuery { query }): ApiJson<CheckQuery>,
) -> Result<Json<One<Parsed>>, ApiError> {
    let CheckedQuery { parsed, expanded } = web.app.check_query(&query)?;
    Ok(one(Parsed { parsed, expanded }))
}

//! Saved views of the desk over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::cases::views::ViewText;
use switchboard_model::{View, ViewFilter, ViewId};
use utoipa::ToSchema;

use super::actions::{As, acting};
use super::shapes::cases::{ViewFilterShape, ViewShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// A view as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteView {
    /// Unique among your own views, or among the shared ones.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Whether everybody has it; only administrators share.
    #[serde(default)]
    #[schema(required = false)]
    is_shared: bool,
    #[serde(default)]
    #[schema(value_type = ViewFilterShape, required = false)]
    filter: ViewFilter,
}

impl From<WriteView> for ViewText {
    fn from(WriteView { name, is_shared, filter }: WriteView) -> Self {
        Self { name, is_shared, filter }
    }
}

/// Your views of the desk and the shared ones
#[utoipa::path(get, path = "/api/v1/views", tag = "cases", operation_id = "list_views", params(As),
    responses((status = 200, description = "Your own, then the shared ones, by name", body = Listed<ViewShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<Listed<View>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(listed(web.app.views(&actor).await?, None))
}

/// Save a view of the desk
///
/// It holds which cases are shown, not the cases.
#[utoipa::path(post, path = "/api/v1/views", tag = "cases", operation_id = "add_view", params(As),
    request_body = WriteView,
    responses((status = 201, description = "The new view", body = One<ViewShape>),
        (status = 409, description = "Another one has the name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(written): ApiJson<WriteView>,
) -> Result<Response, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(created(web.app.add_view(&actor, written.into()).await?))
}

/// Replace a view of the desk
#[utoipa::path(put, path = "/api/v1/views/{id}", tag = "cases", operation_id = "change_view",
    params(("id" = uuid::Uuid, Path, description = "Id of the view"), As), request_body = WriteView,
    responses((status = 200, description = "The view as it is now", body = One<ViewShape>),
        (status = 404, description = "You have none of that id", body = ErrorBody),
        (status = 409, description = "Another one has the name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ViewId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(written): ApiJson<WriteView>,
) -> Result<Json<One<View>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.change_view(&actor, id, written.into()).await?))
}

/// Remove a view of the desk
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "cases", operation_id = "remove_view",
    params(("id" = uuid::Uuid, Path, description = "Id of the view"), As),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "You have none of that id", body = ErrorBody),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ViewId>,
    ApiQuery(named): ApiQuery<As>,
) -> Result<StatusCode, ApiError> {
    let actor = acting(&web, visitor, named)?;
    web.app.remove_view(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

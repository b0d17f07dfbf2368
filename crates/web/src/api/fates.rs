//! What became of captured posts, over the API.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use switchboard_app::AppError;
use switchboard_model::{FateCount, SourceId};
use utoipa::ToSchema;

use super::{Listed, Refusals, listed};
use crate::error::ApiError;
use crate::extract::ApiId;
use crate::options::Web;

/// How many posts met a fate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FateCount)]
pub(crate) struct FateBody {
    /// `stored`, `duplicate`, `dropped` or `refused`.
    fate: &'static str,
    /// Why; each reason belongs to one fate.
    reason: &'static str,
    posts: u64,
}

fn bodies(fates: Vec<FateCount>) -> Vec<FateBody> {
    let body = |FateCount { reason, posts }| FateBody { fate: reason.fate().as_str(), reason: reason.as_str(), posts };
    fates.into_iter().map(body).collect()
}

/// What became of all captured posts
///
/// Posts in equal fates out.
#[utoipa::path(get, path = "/api/v1/fates", tag = "posts", operation_id = "list_fates",
    responses((status = 200, description = "Counts by reason", body = Listed<FateBody>), Refusals))]
pub(crate) async fn all(State(web): State<Web>) -> Result<Json<Listed<FateBody>>, ApiError> {
    Ok(listed(bodies(web.app.store().fates(None).await.map_err(AppError::from)?), None))
}

/// What became of a source's posts
#[utoipa::path(get, path = "/api/v1/sources/{id}/fates", tag = "sources", operation_id = "list_source_fates",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")),
    responses((status = 200, description = "Counts by reason", body = Listed<FateBody>),
        (status = 404, description = "There is no such source", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn of_source(
    State(web): State<Web>,
    ApiId(id): ApiId<SourceId>,
) -> Result<Json<Listed<FateBody>>, ApiError> {
    web.app.get_source(id).await?;
    Ok(listed(bodies(web.app.store().fates(Some(id)).await.map_err(AppError::from)?), None))
}

//! The orphan sweep over the API, and what makes a mention need no case.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use switchboard_model::{CaseId, Dismissal, DismissalReason, PostId, Sweep};
use utoipa::{IntoParams, ToSchema};

use super::shapes::sweep::{DismissalShape, SweepShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiJson, ApiPostId, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Which sweeps, the newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSweeps {
    /// Only those before this one: `next` of the page before.
    #[param(nullable = false, minimum = 0)]
    before: Option<i64>,
    /// How many at most.
    #[serde(default = "twenty")]
    #[param(required = false, minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

fn twenty() -> u32 {
    20
}

/// The newest orphan sweeps
///
/// Each says how many mentions need an answer, who has them, and what became of those that nobody had.
#[utoipa::path(get, path = "/api/v1/sweeps", tag = "cases", operation_id = "list_sweeps", params(ListSweeps),
    responses((status = 200, description = "A page of sweeps", body = Listed<SweepShape>), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<ListSweeps>,
) -> Result<Json<Listed<Sweep>>, ApiError> {
    if !(1..=100).contains(&asked.limit) {
        return Err(Refusal::bad_request("limit is a number from 1 to 100").about("limit").into());
    }
    if asked.before.is_some_and(|before| before < 0) {
        return Err(Refusal::bad_request("before is a number from 0").about("before").into());
    }
    let mut sweeps = web.app.sweeps(&visitor.actor, asked.before, asked.limit + 1).await?;
    let has_more = sweeps.len() > asked.limit as usize;
    sweeps.truncate(asked.limit as usize);
    let next = sweeps.last().filter(|_| has_more).map(|sweep| sweep.id);
    Ok(listed(sweeps, next))
}

/// Sweep now
///
/// What nobody has gets its case, or is dismissed with the reason why it needs none.
#[utoipa::path(post, path = "/api/v1/sweeps", tag = "cases", operation_id = "sweep",
    responses((status = 201, description = "What it found", body = One<SweepShape>), Refusals))]
pub(crate) async fn sweep(State(web): State<Web>, visitor: Visitor) -> Result<Response, ApiError> {
    Ok(created(web.app.sweep(&visitor.actor).await?).into_response())
}

/// Why a mention needs no case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dismiss {
    /// `nothing_to_answer`, `off_topic`, `spam`, `handled`, `provocation`, or `other` with a note.
    #[schema(value_type = String, example = "off_topic",
        pattern = "^(nothing_to_answer|off_topic|spam|handled|provocation|other)$")]
    reason: DismissalReason,
    /// What else there is to say about it.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    note: String,
}

/// What taking a dismissal back led to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reopened {
    /// The case that was opened, because the mention needs an answer; `null` where it needs none.
    #[schema(required, value_type = Option<i64>)]
    case: Option<CaseId>,
}

/// Why a mention needs no case
#[utoipa::path(get, path = "/api/v1/posts/{id}/dismissal", tag = "posts", operation_id = "get_dismissal",
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1)),
    responses((status = 200, description = "The dismissal", body = One<DismissalShape>),
        (status = 404, description = "There is no such post, or nobody dismissed it", body = ErrorBody), Refusals))]
pub(crate) async fn dismissal(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPostId(id): ApiPostId,
) -> Result<Json<One<Dismissal>>, ApiError> {
    let found = web.app.dismissal(&visitor.actor, &PostId(id)).await?;
    Ok(one(found.ok_or_else(|| Refusal::not_found("nobody dismissed this post"))?))
}

/// Dismiss a mention
///
/// It needs no case, for the reason that is given. One that is in a case is not dismissed: close the case.
#[utoipa::path(post, path = "/api/v1/posts/{id}/dismissal", tag = "posts", operation_id = "dismiss_post",
    request_body = Dismiss,
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1)),
    responses((status = 201, description = "The dismissal", body = One<DismissalShape>),
        (status = 404, description = "There is no such post", body = ErrorBody),
        (status = 409, description = "It is in a case", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn dismiss(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPostId(id): ApiPostId,
    ApiJson(Dismiss { reason, note }): ApiJson<Dismiss>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.dismiss(&visitor.actor, &PostId(id), reason, &note).await?).into_response())
}

/// Take a dismissal back
///
/// A mention that needs an answer gets its case at once.
#[utoipa::path(delete, path = "/api/v1/posts/{id}/dismissal", tag = "posts", operation_id = "reopen_post",
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1)),
    responses((status = 200, description = "What it led to", body = One<Reopened>),
        (status = 404, description = "There is no such post, or nobody dismissed it", body = ErrorBody),
        (status = 409, description = "There is no company yet", body = ErrorBody), Refusals))]
pub(crate) async fn reopen(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPostId(id): ApiPostId,
) -> Result<Json<One<Reopened>>, ApiError> {
    let case = web.app.reopen_mention(&visitor.actor, &PostId(id)).await?;
    Ok(one(Reopened { case: case.map(|case| case.id) }))
}

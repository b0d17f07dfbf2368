//! Who is on a case at the moment, over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_app::presence::{Doing, Present};
use switchboard_model::CaseId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{BodyRefusals, Listed, Refusals, listed};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// What somebody does on a case.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Activity {
    Reading,
    Writing,
}

/// A sign of life.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sign {
    doing: Activity,
}

/// A colleague who is on a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Colleague {
    /// Id of the user.
    user: Uuid,
    name: String,
    doing: Activity,
    /// Since when they do that.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

fn colleagues(web: &Web, present: Vec<Present>) -> Json<Listed<Colleague>> {
    let colleague = |present: Present| {
        let user = web.app.user(present.user)?;
        let doing = if present.is_writing { Activity::Writing } else { Activity::Reading };
        Some(Colleague { user: user.id.0, name: user.name.clone(), doing, since: present.since })
    };
    listed(present.into_iter().filter_map(colleague).collect(), None)
}

/// Who else is on a case
///
/// Those who write first. Whoever gives no sign for 45 seconds is not there any more; you are not in the list.
#[utoipa::path(get, path = "/api/v1/cases/{id}/presence", tag = "cases", operation_id = "list_presence",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "Your colleagues there", body = Listed<Colleague>),
        (status = 404, description = "There is no such case", body = ErrorBody), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<Listed<Colleague>>, ApiError> {
    let present = web.app.presence(&visitor.actor, id).await?;
    Ok(colleagues(&web, present))
}

/// Say that you are on a case
///
/// Say it again at least every 45 seconds, as long as you are. Answers with who else is there.
#[utoipa::path(put, path = "/api/v1/cases/{id}/presence", tag = "cases", operation_id = "be_present",
    params(("id" = i64, Path, description = "Number of the case")), request_body = Sign,
    responses((status = 200, description = "Your colleagues there", body = Listed<Colleague>),
        (status = 404, description = "There is no such case", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn be(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiJson(Sign { doing }): ApiJson<Sign>,
) -> Result<Json<Listed<Colleague>>, ApiError> {
    let doing = match doing {
        Activity::Reading => Doing::Reading,
        Activity::Writing => Doing::Writing,
    };
    web.app.be_present(&visitor.actor, id, doing).await?;
    let present = web.app.presence(&visitor.actor, id).await?;
    Ok(colleagues(&web, present))
}

/// Say that you have left a case
#[utoipa::path(delete, path = "/api/v1/cases/{id}/presence", tag = "cases", operation_id = "leave",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 204, description = "You are not there"),
        (status = 404, description = "There is no such case", body = ErrorBody), Refusals))]
pub(crate) async fn leave(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<StatusCode, ApiError> {
    web.app.be_present(&visitor.actor, id, Doing::Gone).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Two cases that become one, and one that becomes two, over the API.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use switchboard_app::cases::bulk::Chosen;
use switchboard_app::cases::similar::Similar;
use switchboard_app::cases::split::{Split, SplitOwner};
use switchboard_model::{Case, CaseId, DepartmentId, PostId, UserId};
use utoipa::ToSchema;

use super::actions::{As, CaseRefusals, acting};
use super::shapes::cases::{CaseShape, SimilarShape};
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::ApiError;
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Which case goes into this one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// The case that ends in this one.
    #[schema(value_type = i64)]
    case: CaseId,
    /// The version of that case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    case_version: Option<u32>,
    /// Why the two are one; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    why: String,
}

/// Have another case go into this one
///
/// This one keeps its owner and gets everything that was said in the other one: posts, threads, notes, replies, questions,
/// tags and followers. The other one is closed as `merged`, with `merged_into`, until the two are taken apart.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge", tag = "cases", operation_id = "merge_case",
    params(("id" = i64, Path, description = "Number of the case that goes on"), As), request_body = Merge,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn merge(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Merge>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let from = Chosen { case: body.case, seen: body.case_version };
    Ok(one(web.app.merge_case(&actor, id, body.version, from, &body.why).await?))
}

/// Which case is taken out again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeApart {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// The case that went into this one.
    #[schema(value_type = i64)]
    case: CaseId,
}

/// Take a case out again that went into this one
///
/// It stands as it stood, with its posts, those that came in their threads since, and our answers to them.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge/undo", tag = "cases", operation_id = "take_case_apart",
    params(("id" = i64, Path, description = "Number of the case that it went into"), As), request_body = TakeApart,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn undo(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<TakeApart>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.take_apart(&actor, id, body.version, body.case).await?))
}

/// What becomes a case of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitBody {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// Ids of posts of the case. What answers them goes with them.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 200)]
    posts: Vec<PostId>,
    /// The department of the new case; that of the old one if left out.
    #[serde(default)]
    #[schema(value_type = uuid::Uuid, required = false)]
    department: Option<DepartmentId>,
    /// The user of it who owns the new case. If left out: whoever owns the old one, or the desk.
    #[serde(default)]
    #[schema(value_type = uuid::Uuid, required = false)]
    user: Option<UserId>,
    /// The desk owns it, whoever owns the old one.
    #[serde(default)]
    #[schema(required = false)]
    to_desk: bool,
    /// Why it is another matter.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Make a case of a part of this one
///
/// The new case begins with the chosen posts, and whoever goes on writing there is heard there. Merging the two takes it
/// back.
#[utoipa::path(post, path = "/api/v1/cases/{id}/split", tag = "cases", operation_id = "split_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = SplitBody,
    responses((status = 200, description = "The new case", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn split(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<SplitBody>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let owner = match (body.user, body.to_desk) {
        (Some(user), _) => SplitOwner::User(user),
        (None, true) => SplitOwner::Desk,
        (None, false) => SplitOwner::Same,
    };
    let split = Split { posts: body.posts, department: body.department, owner, why: body.why };
    Ok(one(web.app.split_case(&actor, id, body.version, &split).await?))
}

/// Cases that may be about the same
///
/// Of those that were opened at about the same time: by the same author, in the same thread, or with the same words within
/// a day. Only cases that you may work on.
#[utoipa::path(get, path = "/api/v1/cases/{id}/similar", tag = "cases", operation_id = "similar_cases",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "The most alike first", body = Listed<SimilarShape>),
        (status = 404, description = "There is none that you may see", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn similar(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<Listed<Similar>>, ApiError> {
    Ok(listed(web.app.similar_cases(&visitor.actor, id).await?, None))
}

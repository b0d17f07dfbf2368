//! Drafts and replies over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use switchboard_app::answer::draft::DraftText;
use switchboard_app::answer::reply::NewReply;
use switchboard_model::{AccountId, CaseId, Draft, Measured, PostId, Reply, ReplyId, Then};
use utoipa::ToSchema;

use super::actions::{As, acting};
use super::shapes::answers::{DraftShape, MeasuredShape, ReplyShape, ThenShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// A draft as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteDraft {
    /// The account it is meant for.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    account: Option<AccountId>,
    /// Id of the post it answers; else the newest of the case that is not ours.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to: Option<PostId>,
    #[schema(max_length = 100_000)]
    text: String,
    /// The version that you saw; a stale one is refused. Left out, whatever is there is replaced.
    #[serde(default)]
    version: Option<u32>,
}

/// A draft and what its network would make of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedDraft {
    #[schema(value_type = DraftShape)]
    draft: Draft,
    #[schema(value_type = MeasuredShape)]
    measured: Measured,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteReply {
    /// The account it leaves from.
    #[schema(value_type = Uuid)]
    account: AccountId,
    /// Id of the post it answers; else the newest of the case that is not ours.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to: Option<PostId>,
    #[schema(max_length = 100_000)]
    text: String,
    /// What becomes of the case once it is sent.
    #[serde(default)]
    #[schema(value_type = ThenShape, required = false)]
    then: Then,
    /// The version of the case that you saw: if a colleague has answered or closed it since, yours is refused.
    #[serde(default)]
    version: Option<u32>,
    /// The version of the draft that it was written from (0: there is none). The same one makes one reply only.
    #[serde(default)]
    draft_version: Option<u32>,
    /// What you call it: asked again under the same key, the first reply is given back.
    #[serde(default)]
    #[schema(max_length = 200)]
    key: Option<String>,
    /// Why it leaves although the post has an answer already: a second one is refused without a reason.
    #[serde(default)]
    #[schema(max_length = 2_000)]
    despite: Option<String>,
    /// Seconds in which it can still be withdrawn.
    #[serde(default)]
    #[schema(required = false, maximum = 86_400)]
    send_after_s: u32,
}

/// Your draft on a case
///
/// One that was sent or discarded is there with an empty text, for its version.
#[utoipa::path(get, path = "/api/v1/cases/{id}/draft", tag = "answers", operation_id = "get_draft",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "The draft", body = One<DraftShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn draft(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<One<Draft>>, ApiError> {
    let draft = web.app.draft(&visitor.actor, id).await?;
    Ok(one(draft.ok_or_else(|| Refusal::not_found(format!("you have no draft on case {id}")))?))
}

/// Save your draft on a case
#[utoipa::path(put, path = "/api/v1/cases/{id}/draft", tag = "answers", operation_id = "save_draft",
    params(("id" = i64, Path, description = "Number of the case")), request_body = WriteDraft,
    responses((status = 200, description = "The draft as it is now", body = One<SavedDraft>),
        (status = 404, description = "There is no such case", body = crate::error::ErrorBody),
        (status = 409, description = "It was changed elsewhere meanwhile", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn save_draft(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiJson(written): ApiJson<WriteDraft>,
) -> Result<Json<One<SavedDraft>>, ApiError> {
    let WriteDraft { account, to, text, version } = written;
    let (draft, measured) = web.app.save_draft(&visitor.actor, id, DraftText { account, to, text }, version).await?;
    Ok(one(SavedDraft { draft, measured }))
}

/// Throw your draft on a case away
#[utoipa::path(delete, path = "/api/v1/cases/{id}/draft", tag = "answers", operation_id = "discard_draft",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is no such case", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn discard_draft(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<StatusCode, ApiError> {
    web.app.discard_draft(&visitor.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replies of a case
///
/// Oldest first. Observers see those that were sent.
#[utoipa::path(get, path = "/api/v1/cases/{id}/replies", tag = "answers", operation_id = "list_replies",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "The replies", body = Listed<ReplyShape>),
        (status = 404, description = "There is no such case", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn replies(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<Listed<Reply>>, ApiError> {
    Ok(listed(web.app.replies(&visitor.actor, id).await?, None))
}

/// Answer
///
/// The reply goes into the outbox and leaves in its turn, at most once; its state says what became of it.
#[utoipa::path(post, path = "/api/v1/cases/{id}/replies", tag = "answers", operation_id = "reply",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = WriteReply,
    responses((status = 201, description = "The reply in the outbox", body = One<ReplyShape>),
        (status = 404, description = "There is no such case or account", body = crate::error::ErrorBody),
        (status = 409, description = "The draft was sent already, or the post has an answer", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn reply(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(written): ApiJson<WriteReply>,
) -> Result<Response, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let WriteReply { account, to, text, then, version, draft_version, key, despite, send_after_s } = written;
    let new =
        NewReply { account, to, text, then, seen: version, draft_version, client_key: key, despite, send_after_s };
    Ok(created(web.app.reply(&actor, id, new).await?))
}

/// One reply
#[utoipa::path(get, path = "/api/v1/replies/{id}", tag = "answers", operation_id = "get_reply",
    params(("id" = Uuid, Path, description = "Id of the reply")),
    responses((status = 200, description = "The reply", body = One<ReplyShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ReplyId>,
) -> Result<Json<One<Reply>>, ApiError> {
    Ok(one(web.app.reply_at_work(&visitor.actor, id).await?))
}

/// Take a reply back that has not left yet
#[utoipa::path(post, path = "/api/v1/replies/{id}/withdraw", tag = "answers", operation_id = "withdraw_reply",
    params(("id" = Uuid, Path, description = "Id of the reply")),
    responses((status = 200, description = "The reply, withdrawn", body = One<ReplyShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody),
        (status = 409, description = "It has gone on", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ReplyId>,
) -> Result<Json<One<Reply>>, ApiError> {
    Ok(one(web.app.withdraw_reply(&visitor.actor, id).await?))
}

/// Send a reply that failed once more
///
/// What has arrived after all is found, not repeated.
#[utoipa::path(post, path = "/api/v1/replies/{id}/retry", tag = "answers", operation_id = "retry_reply",
    params(("id" = Uuid, Path, description = "Id of the reply")),
    responses((status = 200, description = "The reply, in the outbox again", body = One<ReplyShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody),
        (status = 409, description = "It has not failed", body = crate::error::ErrorBody),
        (status = 422, description = "It can no longer leave", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn retry(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ReplyId>,
) -> Result<Json<One<Reply>>, ApiError> {
    Ok(one(web.app.retry_reply(&visitor.actor, id).await?))
}

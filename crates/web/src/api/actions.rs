//! What is done to a case over the API: one operation each, all with the version that was seen.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::rights::Actor;
use switchboard_model::{Awaited, Case, CaseId, DepartmentId, Outcome, TransferReason, UserId};
use utoipa::openapi::RefOr;
use utoipa::{IntoParams, IntoResponses, ToSchema};

use super::shapes::cases::{AwaitedShape, CaseShape, OutcomeShape, TransferReasonShape};
use super::{BodyRefusals, One, Refusals, one, refusal};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// For whom the operator of the machine acts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct As {
    /// E-mail address of the user for whom it is done. Only the operator of the machine may say so.
    #[serde(rename = "as")]
    #[param(rename = "as", nullable = false, max_length = 320)]
    user: Option<String>,
}

impl As {
    /// For the user of an address, if one was given.
    pub(crate) fn of(user: Option<String>) -> Self {
        Self { user }
    }
}

/// Who acts: the visitor, or the user that the operator names.
pub(crate) fn acting(web: &Web, visitor: Visitor, named: As) -> Result<Actor, Refusal> {
    let Some(email) = named.user else { return Ok(visitor.actor) };
    if visitor.actor != Actor::Operator {
        let message = "only the operator of the machine acts for others; leave out 'as'";
        return Err(Refusal::new(axum::http::StatusCode::FORBIDDEN, "forbidden", message).about("as"));
    }
    let user = web.app.people().user_by_email(&email.trim().to_lowercase());
    let user = user.filter(|user| user.is_active);
    let unknown = || Refusal::unprocessable("unknown_user", "no active user has this e-mail address").about("as");
    Ok(Actor::User(user.ok_or_else(unknown)?))
}

/// Refusals of everything that is done to a case.
pub(crate) struct CaseRefusals;

impl IntoResponses for CaseRefusals {
    fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let refusals = [
            ("404", "There is no such case that you may see"),
            ("409", "The case has changed since, somebody else owns it, or this cannot follow; the message says which"),
        ];
        refusals.into_iter().map(|(status, description)| (status.to_owned(), refusal(description))).collect()
    }
}

/// Which version was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
}

/// Make yourself the owner
#[utoipa::path(post, path = "/api/v1/cases/{id}/claim", tag = "cases", operation_id = "claim_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Seen,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn claim(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Seen>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.claim_case(&actor, id, body.version).await?))
}

/// Say yes to what past cases propose
///
/// The case goes to the desk of the proposed department, and routing learns that it belongs there.
#[utoipa::path(post, path = "/api/v1/cases/{id}/confirm", tag = "cases", operation_id = "confirm_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Seen,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Seen>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.confirm_case(&actor, id, body.version).await?))
}

/// Who is to own it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// The new owner.
    #[schema(value_type = uuid::Uuid)]
    to: UserId,
}

/// Make a user of the department the owner
#[utoipa::path(post, path = "/api/v1/cases/{id}/assign", tag = "cases", operation_id = "assign_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Assign,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn assign(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Assign>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.assign_case(&actor, id, body.version, body.to).await?))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// Why; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    why: String,
}

/// Give it back to the desk
#[utoipa::path(post, path = "/api/v1/cases/{id}/release", tag = "cases", operation_id = "release_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Why,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn release(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Why>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.release_case(&actor, id, body.version, &body.why).await?))
}

/// What is offered to whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferCase {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// The department.
    #[schema(value_type = uuid::Uuid)]
    department: DepartmentId,
    /// One user of it; whoever accepts first if left out.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, required = false)]
    user: Option<UserId>,
    /// Why, in one word.
    #[schema(value_type = TransferReasonShape)]
    reason: TransferReason,
    /// What the receiver has to know.
    #[schema(min_length = 1, max_length = 2000)]
    note: String,
    /// How many minutes the offer stands; as configured if left out.
    #[serde(default)]
    #[schema(required = false, minimum = 1, maximum = 10080)]
    accept_within_min: Option<u32>,
    /// Whether the sender follows the case after it was accepted.
    #[serde(default)]
    #[schema(required = false)]
    keeps_watching: bool,
}

/// Offer it to another department or user
#[utoipa::path(post, path = "/api/v1/cases/{id}/transfer", tag = "cases", operation_id = "transfer_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = TransferCase,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn transfer(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<TransferCase>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web
        .app
        .transfer_case(
            &actor,
            id,
            body.version,
            Transfer {
                department: body.department,
                user: body.user,
                reason: body.reason,
                note: body.note,
                accept_within_min: body.accept_within_min,
                keeps_watching: body.keeps_watching,
            },
        )
        .await?))
}

/// An offer that is accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accept {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// A note for whoever offered it.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    note: String,
}

/// Accept what is offered
#[utoipa::path(post, path = "/api/v1/cases/{id}/accept", tag = "cases", operation_id = "accept_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Accept,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Accept>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.accept_case_with(&actor, id, body.version, &body.note).await?))
}

/// An offer that is declined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decline {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// Why, for whoever offered it.
    #[schema(min_length = 1, max_length = 2000)]
    note: String,
}

/// Decline what is offered
#[utoipa::path(post, path = "/api/v1/cases/{id}/decline", tag = "cases", operation_id = "decline_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Decline,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn decline(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Decline>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.decline_case(&actor, id, body.version, &body.note).await?))
}

/// Take an offer back
#[utoipa::path(post, path = "/api/v1/cases/{id}/withdraw", tag = "cases", operation_id = "withdraw_offer",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Seen,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Seen>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.withdraw_offer(&actor, id, body.version).await?))
}

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// What it says.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

/// Leave a note among colleagues
#[utoipa::path(post, path = "/api/v1/cases/{id}/notes", tag = "cases", operation_id = "note_on_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Note,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn note(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Note>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.note_on_case(&actor, id, body.version, &body.text).await?))
}

/// Changes of tags.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tags {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// 1 to 40 characters each.
    #[serde(default)]
    #[schema(required = false)]
    added: Vec<String>,
    /// Tags that go.
    #[serde(default)]
    #[schema(required = false)]
    removed: Vec<String>,
}

/// Add and remove tags
#[utoipa::path(post, path = "/api/v1/cases/{id}/tags", tag = "cases", operation_id = "tag_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Tags,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn tag(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Tags>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.tag_case(&actor, id, body.version, &body.added, &body.removed).await?))
}

/// A priority.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prioritise {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    score: u8,
    /// Why; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    why: String,
}

/// Say how urgent it is
#[utoipa::path(post, path = "/api/v1/cases/{id}/priority", tag = "cases", operation_id = "prioritise_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Prioritise,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn prioritise(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Prioritise>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.prioritise_case(&actor, id, body.version, body.score, &body.why).await?))
}

/// A sleep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snooze {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// In the future, at most a year ahead.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// Let it sleep until a moment
#[utoipa::path(post, path = "/api/v1/cases/{id}/snooze", tag = "cases", operation_id = "snooze_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Snooze,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn snooze(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Snooze>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.snooze_case(&actor, id, body.version, body.until).await?))
}

/// For whom a case waits.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitFor {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// For whom; for the author if left out.
    #[serde(default)]
    #[schema(value_type = AwaitedShape, required = false)]
    on: Awaited,
}

/// Let it wait for its author, or for a colleague
#[utoipa::path(post, path = "/api/v1/cases/{id}/wait", tag = "cases", operation_id = "wait_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = WaitFor,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn wait(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<WaitFor>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.wait_case(&actor, id, body.version, body.on).await?))
}

/// Who follows a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Follower {
    /// The user; whoever asks if left out.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, required = false)]
    user: Option<UserId>,
}

/// Have a user follow it beside its owner
#[utoipa::path(post, path = "/api/v1/cases/{id}/watch", tag = "cases", operation_id = "watch_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Follower,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn watch(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Follower>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.watch_case(&actor, id, body.user).await?))
}

/// Have a user follow it no more
#[utoipa::path(post, path = "/api/v1/cases/{id}/unwatch", tag = "cases", operation_id = "unwatch_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Follower,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn unwatch(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Follower>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.unwatch_case(&actor, id, body.user).await?))
}

/// A department that is to follow a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Involve {
    /// The department.
    #[schema(value_type = uuid::Uuid)]
    department: DepartmentId,
    /// Why; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    why: String,
}

/// Have a department beside its own follow it
#[utoipa::path(post, path = "/api/v1/cases/{id}/involve", tag = "cases", operation_id = "involve_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Involve,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn involve(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Involve>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.involve(&actor, id, body.department, &body.why).await?))
}

/// A department that is to follow a case no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Excuse {
    /// The department.
    #[schema(value_type = uuid::Uuid)]
    department: DepartmentId,
}

/// Have a department follow it no more
#[utoipa::path(post, path = "/api/v1/cases/{id}/excuse", tag = "cases", operation_id = "excuse_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Excuse,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn excuse(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Excuse>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.excuse(&actor, id, body.department).await?))
}

/// Let it wait or sleep no longer
#[utoipa::path(post, path = "/api/v1/cases/{id}/resume", tag = "cases", operation_id = "resume_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Why,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn resume(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Why>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.resume_case(&actor, id, body.version, &body.why).await?))
}

/// An end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Close {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// How it ended.
    #[schema(value_type = OutcomeShape)]
    outcome: Outcome,
    /// Why; needed for `no_answer`.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    reason: String,
    /// Take back what seniors were asked for and have not done; else a case with such an outreach is not closed.
    #[serde(default)]
    #[schema(required = false)]
    withdraw_outreach: bool,
}

/// End it
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "cases", operation_id = "close_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Close,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Close>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let Close { version, outcome, reason, withdraw_outreach } = body;
    Ok(one(match withdraw_outreach {
        true => web.app.withdraw_and_close(&actor, id, version, outcome, &reason).await?,
        false => web.app.close_case(&actor, id, version, outcome, &reason).await?,
    }))
}

/// Begin it again
#[utoipa::path(post, path = "/api/v1/cases/{id}/reopen", tag = "cases", operation_id = "reopen_case",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Why,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn reopen(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Why>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.reopen_case(&actor, id, body.version, &body.why).await?))
}

/// What is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undo {
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
    /// The number of an event; the newest that you did and that still holds if left out.
    #[serde(default)]
    #[schema(required = false)]
    event: Option<u32>,
}

/// Take back what you did
///
/// What you did to the case in the last 10 minutes, as long as nobody has gone on from there. Replies, questions, and
/// following and involving have their own way back.
/// The `version` that an action answers with is the number of its event.
/// What takes something back is an event too: take that back by its number, and what was done holds again.
#[utoipa::path(post, path = "/api/v1/cases/{id}/undo", tag = "cases", operation_id = "undo",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Undo,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn undo(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Undo>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.undo(&actor, id, body.version, body.event).await?))
}

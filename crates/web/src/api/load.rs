//! The load over the API: who has how much, how cases find an owner, and what a shift hands over.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use switchboard_app::cases::bulk::Chosen;
use switchboard_app::cases::handover::{HandOver, HandOverTo, HandedOver};
use switchboard_app::cases::load::Load;
use switchboard_model::{Assignment, CaseId, DepartmentId, ExposureSettings, UserId};
use utoipa::ToSchema;

use super::actions::{As, acting};
use super::bulk::BulkOutcome;
use super::shapes::load::{ExposureSettingsShape, HandOverShape, LoadShape};
use super::shapes::people::AssignmentShape;
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Who has how much
///
/// You read of everybody in the departments that you lead, and of yourself.
#[utoipa::path(get, path = "/api/v1/load", tag = "people", operation_id = "get_load", params(As),
    responses((status = 200, description = "The load", body = One<LoadShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<One<Load>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.load(&actor).await?))
}

/// What counts as abuse.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetExposure {
    /// Cases with one of these tags are abusive.
    #[schema(max_items = 20)]
    tags: Vec<String>,
    /// So many points are too much.
    #[schema(minimum = 1, maximum = 100_000)]
    warn_at: u32,
    /// After so many days a point weighs half.
    #[schema(minimum = 1, maximum = 365)]
    half_life_days: u32,
}

/// Say what counts as abuse, how long it weighs, and when heads are warned
#[utoipa::path(put, path = "/api/v1/load/exposure", tag = "people", operation_id = "set_exposure",
    request_body = SetExposure,
    responses((status = 200, description = "What counts from now on", body = One<ExposureSettingsShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn set_exposure(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(SetExposure { tags, warn_at, half_life_days }): ApiJson<SetExposure>,
) -> Result<Json<One<ExposureSettings>>, ApiError> {
    let settings = ExposureSettings { tags, warn_at, half_life_days };
    Ok(one(web.app.set_exposure_settings(&visitor.actor, settings).await?))
}

/// How cases of a department find an owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetAssignment {
    #[schema(value_type = AssignmentShape)]
    assignment: Assignment,
}

/// Say how the cases of a department find an owner
///
/// Its head, the head's deputy and administrators may. In turn they are given to whoever is on duty, speaks the language,
/// has the skills and has most room; what nobody fits stays with the desk.
#[utoipa::path(put, path = "/api/v1/load/departments/{id}", tag = "people", operation_id = "set_assignment",
    params(("id" = uuid::Uuid, Path, description = "Id of the department")), request_body = SetAssignment,
    responses((status = 200, description = "The load with it", body = One<LoadShape>),
        (status = 404, description = "There is no such department", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_assignment(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<DepartmentId>,
    ApiJson(body): ApiJson<SetAssignment>,
) -> Result<Json<One<Load>>, ApiError> {
    web.app.set_assignment(&visitor.actor, id, body.assignment).await?;
    Ok(one(web.app.load(&visitor.actor).await?))
}

/// How many cases somebody can have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetMostCases {
    /// How many that are not closed; `null`, or left out, for as many as come.
    #[serde(default)]
    #[schema(required = false, minimum = 1, maximum = 10_000)]
    most_cases: Option<u32>,
}

/// Say how many cases somebody can have before they are given no more in turn
///
/// The heads of their departments and administrators may.
#[utoipa::path(put, path = "/api/v1/load/users/{id}", tag = "people", operation_id = "set_most_cases",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")), request_body = SetMostCases,
    responses((status = 200, description = "The load with it", body = One<LoadShape>),
        (status = 404, description = "There is no such user", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_most_cases(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
    ApiJson(body): ApiJson<SetMostCases>,
) -> Result<Json<One<Load>>, ApiError> {
    web.app.set_most_cases(&visitor.actor, id, body.most_cases).await?;
    Ok(one(web.app.load(&visitor.actor).await?))
}

/// What becomes of your cases when your shift ends
#[utoipa::path(get, path = "/api/v1/handover", tag = "cases", operation_id = "get_handover", params(As),
    responses((status = 200, description = "The list", body = One<HandOverShape>),
        (status = 422, description = "Only a user has a shift", body = ErrorBody), Refusals))]
pub(crate) async fn handover(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<One<HandOver>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.hand_over_list(&actor).await?))
}

/// What is handed over, and to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverBody {
    #[schema(min_items = 1, max_items = 500)]
    cases: Vec<HandOverCaseBody>,
    /// A colleague who is on duty and works for the department of the cases.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, required = false)]
    to: Option<UserId>,
    /// They go to the desks of their departments.
    #[serde(default)]
    #[schema(required = false)]
    to_desk: bool,
}

/// A case that is handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverCaseBody {
    #[schema(value_type = i64)]
    id: CaseId,
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false)]
    version: Option<u32>,
    /// What whoever gets it has to know; it is left as a note. One that is too long refuses the whole.
    #[serde(default)]
    #[schema(required = false, max_length = 10_000)]
    note: String,
}

/// Hand cases over
///
/// To a colleague or to the desks; with neither the notes are left and the cases stay. Each is handed over or refused by
/// itself; the answer tells of each, in the same order.
#[utoipa::path(post, path = "/api/v1/handover", tag = "cases", operation_id = "hand_over", params(As),
    request_body = HandOverBody,
    responses((status = 200, description = "What became of each", body = Listed<BulkOutcome>), BodyRefusals, Refusals))]
pub(crate) async fn hand_over(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<HandOverBody>,
) -> Result<Json<Listed<BulkOutcome>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let to = match (body.to, body.to_desk) {
        (Some(_), true) => {
            let message = "name a colleague or the desk, not both";
            return Err(Refusal::unprocessable("bad_field", message).about("to").into());
        }
        (Some(user), false) => HandOverTo::User(user),
        (None, true) => HandOverTo::Desk,
        (None, false) => HandOverTo::Nobody,
    };
    let one =
        |case: HandOverCaseBody| HandedOver { chosen: Chosen { case: case.id, seen: case.version }, note: case.note };
    let handed: Vec<HandedOver> = body.cases.into_iter().map(one).collect();
    let results = web.app.hand_over_cases(&actor, &handed, to).await?;
    Ok(listed(results.into_iter().map(BulkOutcome::from).collect(), None))
}

//! The formula by which priorities are counted, over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use switchboard_app::cases::formula::{FormulaPreview, RecountState};
use switchboard_model::{By, Formula, FormulaVersion};

use super::shapes::priority::{FormulaPreviewShape, FormulaShape, PriorityShape, RecountStateShape};
use super::{BodyRefusals, One, Refusals, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::options::Web;
use crate::visitor::Visitor;

/// The formula in force.
#[derive(Debug, Serialize)]
pub(crate) struct InForce {
    formula: Formula,
    usual: Formula,
    kept: Option<Kept>,
}

#[derive(Debug, Serialize)]
struct Kept {
    number: i64,
    at: Timestamp,
    by: By,
}

impl InForce {
    pub(crate) fn new(kept: Option<FormulaVersion>) -> Self {
        let formula = kept.as_ref().map(|kept| kept.formula.clone()).unwrap_or_default();
        let kept = kept.map(|kept| Kept { number: kept.number, at: kept.at, by: kept.by });
        Self { formula, usual: Formula::default(), kept }
    }
}

/// The formula by which priorities are counted
#[utoipa::path(get, path = "/api/v1/priority", tag = "people", operation_id = "get_priority_formula",
    responses((status = 200, description = "The formula in force", body = One<PriorityShape>), Refusals))]
pub(crate) async fn formula(State(web): State<Web>) -> Json<One<InForce>> {
    one(InForce::new(web.app.kept_formula()))
}

/// Change the formula
///
/// It counts from the next post on. Open cases keep their parts until something changes them.
#[utoipa::path(put, path = "/api/v1/priority", tag = "people", operation_id = "set_priority_formula",
    request_body = FormulaShape,
    responses((status = 200, description = "The formula in force", body = One<PriorityShape>),
        (status = 409, description = "Not set up yet", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(formula): ApiJson<Formula>,
) -> Result<Json<One<InForce>>, ApiError> {
    Ok(one(InForce::new(Some(web.app.set_formula(&visitor.actor, formula).await?))))
}

/// Try a formula on the open cases
///
/// Nothing is changed: the open cases as they stand are compared with what they would be if they were counted anew.
#[utoipa::path(post, path = "/api/v1/priority/preview", tag = "people", operation_id = "preview_priority_formula",
    request_body = FormulaShape,
    responses((status = 200, description = "What it would change", body = One<FormulaPreviewShape>),
        (status = 409, description = "Not set up yet", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(formula): ApiJson<Formula>,
) -> Result<Json<One<FormulaPreview>>, ApiError> {
    Ok(one(web.app.preview_formula(&visitor.actor, formula).await?))
}

/// How far counting anew is
#[utoipa::path(get, path = "/api/v1/priority/recount", tag = "people", operation_id = "get_recount",
    responses((status = 200, description = "How far it is", body = One<RecountStateShape>), Refusals))]
pub(crate) async fn recount_state(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Json<One<RecountState>>, ApiError> {
    Ok(one(web.app.recount_state(&visitor.actor)?))
}

/// Count all open cases anew
///
/// By the formula and the rules in force. It goes on in the background; each case that changes gets one event. While one is
/// under way there is no second.
#[utoipa::path(post, path = "/api/v1/priority/recount", tag = "people", operation_id = "recount_cases",
    responses((status = 202, description = "It has begun, or goes on", body = One<RecountStateShape>),
        (status = 409, description = "Not set up yet", body = ErrorBody), Refusals))]
pub(crate) async fn recount(State(web): State<Web>, visitor: Visitor) -> Result<Response, ApiError> {
    let state = web.app.recount_cases(&visitor.actor).await?;
    Ok((StatusCode::ACCEPTED, one(state)).into_response())
}

/// Stop counting anew
///
/// What was counted stays counted.
#[utoipa::path(delete, path = "/api/v1/priority/recount", tag = "people", operation_id = "stop_recount",
    responses((status = 200, description = "How far it came", body = One<RecountStateShape>), Refusals))]
pub(crate) async fn stop_recount(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Json<One<RecountState>>, ApiError> {
    Ok(one(web.app.stop_recount(&visitor.actor)?))
}

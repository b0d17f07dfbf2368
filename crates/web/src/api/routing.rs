//! What routing has learnt, over the API: how often it was right, from when on it decides, and examples.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use switchboard_app::routing::report::RoutingReport;
use switchboard_model::{DepartmentId, Example};
use utoipa::ToSchema;

use super::shapes::routing::{ExampleShape, RoutingReportShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiId, ApiJson, ExampleNumber};
use crate::options::Web;
use crate::visitor::Visitor;

/// What routing has learnt
///
/// How often its proposals were right in the last 28 days, each made before anybody had said where the case belongs, and
/// what they would have done in the last seven.
#[utoipa::path(get, path = "/api/v1/routing", tag = "people", operation_id = "get_routing",
    responses((status = 200, description = "What was learnt, and how well", body = One<RoutingReportShape>), Refusals))]
pub(crate) async fn report(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<RoutingReport>>, ApiError> {
    Ok(one(web.app.routing_report(&visitor.actor).await?))
}

/// From when on proposals decide.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteRouting {
    /// How probable a proposal has to be to decide, in percent; `null`: proposals are only shown. Below it, what nothing else
    /// is sure about goes to the fallback desk.
    #[serde(default)]
    #[schema(required = false, minimum = 50, maximum = 99)]
    confidence: Option<u8>,
}

/// Say from when on proposals decide
#[utoipa::path(put, path = "/api/v1/routing", tag = "people", operation_id = "set_routing", request_body = WriteRouting,
    responses((status = 200, description = "What was learnt, and how well", body = One<RoutingReportShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(written): ApiJson<WriteRouting>,
) -> Result<Json<One<RoutingReport>>, ApiError> {
    web.app.set_routing_confidence(&visitor.actor, written.confidence).await?;
    Ok(one(web.app.routing_report(&visitor.actor).await?))
}

/// All examples
///
/// Texts that administrators gave for departments, the oldest first.
#[utoipa::path(get, path = "/api/v1/routing/examples", tag = "people", operation_id = "list_examples",
    responses((status = 200, description = "All examples", body = Listed<ExampleShape>), Refusals))]
pub(crate) async fn examples(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<Example>>, ApiError> {
    Ok(listed(web.app.examples(&visitor.actor).await?, None))
}

/// Texts that say what a department takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteExamples {
    #[schema(value_type = uuid::Uuid)]
    department: DepartmentId,
    /// One text for each example. Five are enough for the department to be proposed.
    #[schema(min_items = 1, max_items = 100, example = json!(["Do you have a vacancy for a welder?"]))]
    texts: Vec<String>,
}

/// Teach a department by examples
///
/// They count from the next post on.
#[utoipa::path(post, path = "/api/v1/routing/examples", tag = "people", operation_id = "add_examples",
    request_body = WriteExamples,
    responses((status = 201, description = "The examples with their numbers", body = One<Vec<ExampleShape>>),
        BodyRefusals, Refusals))]
pub(crate) async fn add_examples(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(WriteExamples { department, texts }): ApiJson<WriteExamples>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.add_examples(&visitor.actor, department, &texts).await?).into_response())
}

/// Remove an example
///
/// It is as if it had never been given.
#[utoipa::path(delete, path = "/api/v1/routing/examples/{id}", tag = "people", operation_id = "remove_example",
    params(("id" = i64, Path, description = "Number of the example")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn remove_example(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ExampleNumber>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_example(&visitor.actor, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

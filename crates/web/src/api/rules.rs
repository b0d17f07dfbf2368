//! Rules of routing over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{DepartmentId, Rule, RuleId};
use utoipa::ToSchema;

use super::shapes::people::RuleShape;
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// A rule as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteRule {
    /// Shown as the reason of what it does; unique.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// A query that must match the post. `department:` in it sees the department decided so far.
    #[schema(example = "invoice OR refund")]
    when: Option<String>,
    /// An intent that the post must have.
    intent: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    department: Option<DepartmentId>,
    #[serde(default)]
    tags: Vec<String>,
    /// What is added to (or taken from) the priority.
    #[serde(default)]
    #[schema(minimum = -100, maximum = 100)]
    priority: i32,
    #[serde(default = "yes")]
    is_enabled: bool,
}

fn yes() -> bool {
    true
}

impl From<WriteRule> for RuleText {
    fn from(written: WriteRule) -> Self {
        let WriteRule { name, when, intent, department, tags, priority, is_enabled } = written;
        Self { name, when, intent, department, tags, priority, is_enabled }
    }
}

/// Where a rule is to stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveRule {
    /// 1 is looked at first.
    #[schema(minimum = 1)]
    place: u32,
}

/// All rules in their order
#[utoipa::path(get, path = "/api/v1/rules", tag = "people", operation_id = "list_rules",
    responses((status = 200, description = "All rules", body = Listed<RuleShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>) -> Json<Listed<Rule>> {
    listed(web.app.rules().to_vec(), None)
}

/// Add a rule after the others
///
/// It is in force from the next post on. Rules that would send in a circle are refused.
#[utoipa::path(post, path = "/api/v1/rules", tag = "people", operation_id = "add_rule", request_body = WriteRule,
    responses((status = 201, description = "The new rule", body = One<RuleShape>),
        (status = 409, description = "Another rule has the name, or not set up yet", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(written): ApiJson<WriteRule>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.add_rule(&visitor.actor, written.into()).await?))
}

/// Replace a rule
#[utoipa::path(put, path = "/api/v1/rules/{id}", tag = "people", operation_id = "change_rule",
    params(("id" = uuid::Uuid, Path, description = "Id of the rule")), request_body = WriteRule,
    responses((status = 200, description = "The rule as it is now", body = One<RuleShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Another rule has the name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<RuleId>,
    ApiJson(written): ApiJson<WriteRule>,
) -> Result<Json<One<Rule>>, ApiError> {
    Ok(one(web.app.change_rule(&visitor.actor, id, written.into()).await?))
}

/// Move a rule among the others
#[utoipa::path(post, path = "/api/v1/rules/{id}/move", tag = "people", operation_id = "move_rule",
    params(("id" = uuid::Uuid, Path, description = "Id of the rule")), request_body = MoveRule,
    responses((status = 200, description = "All rules in their new order", body = Listed<RuleShape>),
        (status = 404, description = "There is none", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn place(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<RuleId>,
    ApiJson(MoveRule { place }): ApiJson<MoveRule>,
) -> Result<Json<Listed<Rule>>, ApiError> {
    Ok(listed(web.app.move_rule(&visitor.actor, id, place as usize).await?.to_vec(), None))
}

/// Remove a rule
#[utoipa::path(delete, path = "/api/v1/rules/{id}", tag = "people", operation_id = "remove_rule",
    params(("id" = uuid::Uuid, Path, description = "Id of the rule")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<RuleId>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_rule(&visitor.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

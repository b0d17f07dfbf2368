//! Rules of routing over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::routing::dry_run::{self, DryRun, Extent, Proposed};
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{DepartmentId, Rule, RuleId, UserId};
use utoipa::ToSchema;

use super::shapes::people::RuleShape;
use super::shapes::rules::DryRunShape;
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
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
    /// A user of that department who gets the case. Who cannot own one any more does not: it stays with the desk.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, required = false)]
    owner: Option<UserId>,
    /// The post gets no case: it is dismissed with the name of the rule.
    #[serde(default)]
    #[schema(required = false)]
    dismisses: bool,
    /// The rules after it are not looked at.
    #[serde(default)]
    #[schema(required = false)]
    stops: bool,
    #[serde(default = "yes")]
    is_enabled: bool,
}

fn yes() -> bool {
    true
}

impl From<WriteRule> for RuleText {
    fn from(written: WriteRule) -> Self {
        let WriteRule { name, when, intent, department, tags, priority, owner, dismisses, stops, is_enabled } = written;
        Self { name, when, intent, department, tags, priority, owner, dismisses, stops, is_enabled }
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

/// Rules to try: one rule, or all of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryRules {
    /// The rule whose place `rule` takes; without it `rule` stands after all others.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, required = false)]
    id: Option<RuleId>,
    /// One rule; the others stay as they are.
    #[serde(default)]
    #[schema(required = false)]
    rule: Option<WriteRule>,
    /// All rules, in their order.
    #[serde(default)]
    #[schema(required = false, max_items = 1000)]
    rules: Option<Vec<WriteRule>>,
    /// How many days back.
    #[serde(default = "days")]
    #[schema(required = false, minimum = 1, maximum = 90, default = 14)]
    days: u32,
    /// How many changes are named.
    #[serde(default = "most")]
    #[schema(required = false, minimum = 0, maximum = 20000, default = 200)]
    most: u32,
    /// For how many seconds; posts that were not looked at by then are left out, and the answer says so.
    #[serde(default = "within")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 20)]
    within_s: u32,
}

fn days() -> u32 {
    dry_run::DAYS
}

fn within() -> u32 {
    dry_run::WITHIN_S
}

fn most() -> u32 {
    200
}

/// Try rules on the posts of the last days
///
/// Nothing is changed: what the rules of today decide is compared with what these would.
#[utoipa::path(post, path = "/api/v1/rules/try", tag = "people", operation_id = "try_rules", request_body = TryRules,
    responses((status = 200, description = "What would have been decided otherwise", body = One<DryRunShape>),
        (status = 404, description = "There is no rule of that id", body = ErrorBody),
        (status = 409, description = "Two rules have one name, or not set up yet", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn try_rules(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(TryRules { id, rule, rules, days, most, within_s }): ApiJson<TryRules>,
) -> Result<Json<One<DryRun>>, ApiError> {
    let proposed = match (rule, rules) {
        (Some(rule), None) => Proposed::Rule { id, text: rule.into() },
        (None, Some(rules)) if id.is_none() => Proposed::All(rules.into_iter().map(RuleText::from).collect()),
        _ => {
            let message = "give one rule (with the id that it replaces), or all rules";
            return Err(Refusal::unprocessable("bad_field", message).about("rule").into());
        }
    };
    if most > 20_000 {
        return Err(Refusal::bad_request("most is a number up to 20000").about("most").into());
    }
    let extent = Extent { days, most: most as usize, within_s };
    Ok(one(web.app.try_rules(&visitor.actor, proposed, extent).await?))
}

//! Service levels over the API.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use switchboard_app::directory::sla::PolicyText;
use switchboard_model::{DepartmentId, EscalationStep, SlaPolicy, SlaTargets};
use utoipa::ToSchema;

use super::shapes::people::{EscalationStepShape, SlaPolicyShape, SlaTargetsShape};
use super::{BodyRefusals, Listed, Refusals, listed};
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::options::Web;
use crate::visitor::Visitor;

/// All service levels, in the order in which they are looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetSla {
    /// Of several that are about a case the first counts.
    #[schema(max_items = 100)]
    policies: Vec<WritePolicy>,
}

/// A service level as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WritePolicy {
    /// What people call it; unique.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Only cases of these departments; of all if there are none.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>, required = false)]
    departments: Vec<DepartmentId>,
    /// Only cases of these networks; of all if there are none.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    networks: Vec<String>,
    /// Only cases of at least this priority.
    #[serde(default)]
    #[schema(required = false, maximum = 100)]
    least_priority: u8,
    /// Only cases with this tag: the class of the customer.
    #[serde(default)]
    #[schema(required = false)]
    tag: Option<String>,
    #[schema(value_type = SlaTargetsShape)]
    targets: SlaTargets,
    /// Whether only the business hours of the department count.
    #[serde(default)]
    #[schema(required = false)]
    in_business_hours: bool,
    /// What part of a target may pass before a warning, in per cent.
    #[serde(default = "three_quarters")]
    #[schema(required = false, minimum = 10, maximum = 95)]
    warn_at_percent: u8,
    /// Who is told after a clock ran out.
    #[serde(default)]
    #[schema(value_type = Vec<EscalationStepShape>, required = false, max_items = 10)]
    escalation: Vec<EscalationStep>,
}

fn three_quarters() -> u8 {
    75
}

impl From<WritePolicy> for PolicyText {
    fn from(written: WritePolicy) -> Self {
        let WritePolicy {
            name,
            departments,
            networks,
            least_priority,
            tag,
            targets,
            in_business_hours,
            warn_at_percent,
            escalation,
        } = written;
        Self {
            name,
            departments,
            networks,
            least_priority,
            tag,
            targets,
            in_business_hours,
            warn_at_percent,
            escalation,
        }
    }
}

/// The service levels
#[utoipa::path(get, path = "/api/v1/sla", tag = "people", operation_id = "list_sla",
    responses((status = 200, description = "In the order in which they are looked at", body = Listed<SlaPolicyShape>),
        Refusals))]
pub(crate) async fn list(State(web): State<Web>) -> Json<Listed<SlaPolicy>> {
    listed(web.app.sla().to_vec(), None)
}

/// Replace the service levels
///
/// The clocks of all cases go by them from then on.
#[utoipa::path(put, path = "/api/v1/sla", tag = "people", operation_id = "set_sla", request_body = SetSla,
    responses((status = 200, description = "As they are now", body = Listed<SlaPolicyShape>),
        (status = 404, description = "There is no such department", body = ErrorBody),
        (status = 409, description = "Two have one name, or not set up yet", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(written): ApiJson<SetSla>,
) -> Result<Json<Listed<SlaPolicy>>, ApiError> {
    let policies = written.policies.into_iter().map(PolicyText::from).collect();
    Ok(listed(web.app.set_sla(&visitor.actor, policies).await?.to_vec(), None))
}

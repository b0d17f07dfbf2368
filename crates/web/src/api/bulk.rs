//! One action on many cases over the API.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_app::cases::bulk::{BulkAct, BulkResult, Chosen};
use switchboard_app::cases::transfer::Transfer;
use switchboard_model::{Awaited, CaseId, DepartmentId, Outcome, TransferReason, UserId};
use utoipa::ToSchema;

use super::actions::{As, acting};
use super::shapes::cases::{AwaitedShape, OutcomeShape, TransferReasonShape};
use super::{BodyRefusals, Listed, Refusals, listed};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// What is done, and to which cases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bulk {
    /// The cases, in the order in which it is done.
    #[schema(min_items = 1, max_items = 500)]
    cases: Vec<BulkCase>,
    act: BulkActBody,
}

/// A case that is chosen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkCase {
    #[schema(value_type = i64)]
    id: CaseId,
    /// The version of the case that was seen; the newest if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    version: Option<u32>,
}

/// What is done to each of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub(crate) enum BulkActBody {
    /// You take it.
    Claim,
    /// A colleague takes it.
    Assign {
        #[schema(value_type = uuid::Uuid)]
        to: UserId,
    },
    /// It goes back to the desk.
    Release {
        #[serde(default)]
        #[schema(required = false, max_length = 2000)]
        why: String,
    },
    /// It is offered to a department or one of its users.
    Transfer {
        #[schema(value_type = uuid::Uuid)]
        department: DepartmentId,
        #[serde(default)]
        #[schema(value_type = uuid::Uuid, required = false)]
        user: Option<UserId>,
        #[schema(value_type = TransferReasonShape)]
        reason: TransferReason,
        #[schema(min_length = 1, max_length = 2000)]
        note: String,
        /// You go on following it.
        #[serde(default)]
        #[schema(required = false)]
        keeps_watching: bool,
    },
    /// Its tags change.
    Tag {
        #[serde(default)]
        #[schema(required = false)]
        add: Vec<String>,
        #[serde(default)]
        #[schema(required = false)]
        remove: Vec<String>,
    },
    /// It gets a priority.
    Prioritise {
        #[schema(minimum = 0, maximum = 100)]
        score: u8,
        #[schema(max_length = 2000)]
        why: String,
    },
    /// It sleeps.
    Snooze {
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// It waits.
    Wait {
        #[serde(default = "author")]
        #[schema(value_type = AwaitedShape, required = false)]
        on: Awaited,
    },
    /// It ends.
    Close {
        #[schema(value_type = OutcomeShape)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(required = false, max_length = 2000)]
        reason: String,
    },
    /// A note for colleagues.
    Note {
        #[schema(min_length = 1, max_length = 10_000)]
        text: String,
    },
    /// You follow it.
    Watch {},
    /// It goes into another case, which keeps its owner.
    Merge {
        /// The case that goes on.
        #[schema(value_type = i64)]
        into: CaseId,
    },
}

fn author() -> Awaited {
    Awaited::Author
}

impl From<BulkActBody> for BulkAct {
    fn from(body: BulkActBody) -> Self {
        match body {
            BulkActBody::Claim => Self::Claim,
            BulkActBody::Assign { to } => Self::Assign { to },
            BulkActBody::Release { why } => Self::Release { why },
            BulkActBody::Transfer { department, user, reason, note, keeps_watching } => {
                Self::Transfer(Transfer { department, user, reason, note, accept_within_min: None, keeps_watching })
            }
            BulkActBody::Tag { add, remove } => Self::Tag { added: add, removed: remove },
            BulkActBody::Prioritise { score, why } => Self::Prioritise { score, why },
            BulkActBody::Snooze { until } => Self::Snooze { until },
            BulkActBody::Wait { on } => Self::Wait { on },
            BulkActBody::Close { outcome, reason } => Self::Close { outcome, reason },
            BulkActBody::Note { text } => Self::Note { text },
            BulkActBody::Watch {} => Self::Watch,
            BulkActBody::Merge { into } => Self::Merge { into },
        }
    }
}

/// What became of one case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkOutcome {
    #[schema(value_type = i64)]
    case: CaseId,
    /// Its version by now; the number of the event to take back. `null` where it was refused.
    #[schema(required)]
    version: Option<u32>,
    /// Whether anything was changed.
    changed: bool,
    /// Why it was not done.
    #[schema(required)]
    error: Option<BulkRefusal>,
}

/// Why it was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkRefusal {
    code: String,
    message: String,
}

impl From<BulkResult> for BulkOutcome {
    fn from(result: BulkResult) -> Self {
        let BulkResult { case, done } = result;
        match done {
            Ok((now, changed)) => Self { case, version: Some(now.version), changed, error: None },
            Err(error) => {
                let refusal = Refusal::from(error);
                let error = BulkRefusal { code: refusal.code.to_string(), message: refusal.message.to_string() };
                Self { case, version: None, changed: false, error: Some(error) }
            }
        }
    }
}

/// Do one thing to many cases
///
/// Each is done or refused by itself; the answer tells of each, in the same order.
#[utoipa::path(post, path = "/api/v1/cases/bulk", tag = "cases", operation_id = "act_on_cases",
    params(As), request_body = Bulk,
    responses((status = 200, description = "What became of each", body = Listed<BulkOutcome>), BodyRefusals, Refusals))]
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Bulk>,
) -> Result<Json<Listed<BulkOutcome>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let chosen: Vec<Chosen> = body.cases.into_iter().map(|case| Chosen { case: case.id, seen: case.version }).collect();
    let results = web.app.act_on_cases(&actor, &chosen, &body.act.into()).await?;
    Ok(listed(results.into_iter().map(BulkOutcome::from).collect(), None))
}

/// What is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkUndo {
    #[schema(min_items = 1, max_items = 500)]
    events: Vec<BulkEvent>,
}

/// An event of a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkEvent {
    #[schema(value_type = i64)]
    case: CaseId,
    /// Its number: the version that the case had after it.
    event: u32,
}

/// Take back what was done to many cases
///
/// Each event is taken back if nothing was done to its case since; the answer tells of each.
#[utoipa::path(post, path = "/api/v1/cases/bulk/undo", tag = "cases", operation_id = "undo_on_cases",
    params(As), request_body = BulkUndo,
    responses((status = 200, description = "What became of each", body = Listed<BulkOutcome>), BodyRefusals, Refusals))]
pub(crate) async fn undo(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<BulkUndo>,
) -> Result<Json<Listed<BulkOutcome>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let events: Vec<(CaseId, u32)> = body.events.into_iter().map(|one| (one.case, one.event)).collect();
    let results = web.app.undo_on_cases(&actor, &events).await?;
    Ok(listed(results.into_iter().map(BulkOutcome::from).collect(), None))
}

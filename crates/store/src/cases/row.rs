//! A row of `cases`.

use sqlx::types::Json;
use switchboard_model::{
    Assessment, Awaited, Case, CaseId, CaseState, DepartmentId, Offer, Outcome, OutreachId, Owner, Priority,
    PriorityPart, UserId, Visibility,
};
use uuid::Uuid;

use crate::clean::{micros, time, time_of};
use crate::error::StoreError;
use crate::rows::unknown;

/// A row of `cases` as it is read. What stands in a column of its own only for an index is not read back.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct CaseRow {
    pub(crate) id: i64,
    pub(crate) post: i64,
    pub(crate) newest_post: i64,
    pub(crate) network: String,
    pub(crate) visibility: String,
    pub(crate) department: Uuid,
    pub(crate) owner: Option<Uuid>,
    pub(crate) state: String,
    pub(crate) awaits: Option<String>,
    pub(crate) snoozed_until: Option<i64>,
    pub(crate) outcome: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) priority: i64,
    pub(crate) parts: Json<Vec<PriorityPart>>,
    pub(crate) tags: Json<Vec<String>>,
    pub(crate) offer: Option<Json<Offer>>,
    pub(crate) risk: Json<Assessment>,
    pub(crate) involved: Json<Vec<DepartmentId>>,
    pub(crate) watchers: Json<Vec<UserId>>,
    pub(crate) outreaches: Json<Vec<OutreachId>>,
    pub(crate) why: String,
    pub(crate) why_here: String,
    pub(crate) opened_at: i64,
    pub(crate) changed_at: i64,
    pub(crate) replied_at: Option<i64>,
    pub(crate) merged_into: Option<i64>,
    pub(crate) version: i64,
}

impl CaseRow {
    /// The row of a case.
    pub(crate) fn of(case: &Case) -> Self {
        let (snoozed_until, outcome, reason) = match &case.state {
            CaseState::Open | CaseState::Waiting { .. } => (None, None, None),
            CaseState::Snoozed { until } => (Some(until.as_microsecond()), None, None),
            CaseState::Closed { outcome, reason } => (None, Some(outcome.as_str().to_owned()), Some(reason.clone())),
        };
        let awaits = match case.state {
            CaseState::Waiting { on } => Some(on.as_str().to_owned()),
            _ => None,
        };
        Self {
            id: case.id.0,
            post: case.post,
            newest_post: case.newest_post,
            network: case.network.clone(),
            visibility: case.visibility.as_str().to_owned(),
            department: case.department.0,
            owner: case.owner.user().map(|user| user.0),
            state: case.state.as_str().to_owned(),
            awaits,
            snoozed_until,
            outcome,
            reason,
            priority: i64::from(case.priority.score),
            parts: Json(case.priority.parts.clone()),
            tags: Json(case.tags.clone()),
            offer: case.offer.clone().map(Json),
            risk: Json(case.risk.clone()),
            involved: Json(case.involved.clone()),
            watchers: Json(case.watchers.clone()),
            outreaches: Json(case.outreaches.clone()),
            why: case.why.clone(),
            why_here: case.why_here.clone(),
            opened_at: case.opened_at.as_microsecond(),
            changed_at: case.changed_at.as_microsecond(),
            replied_at: micros(case.replied_at),
            merged_into: case.merged_into.map(|into| into.0),
            version: i64::from(case.version),
        }
    }

    /// The case of the row.
    pub(crate) fn into_case(self) -> Result<Case, StoreError> {
        let visibility = Visibility::from_word(&self.visibility);
        let state = match self.state.as_str() {
            "open" => CaseState::Open,
            "waiting" => {
                let word = self.awaits.as_deref().unwrap_or(Awaited::Author.as_str());
                CaseState::Waiting { on: Awaited::from_word(word).ok_or_else(|| unknown("cases.awaits", word))? }
            }
            "snoozed" => {
                let until = time_of(self.snoozed_until)?;
                CaseState::Snoozed { until: until.ok_or_else(|| unknown("cases.snoozed_until", "nothing"))? }
            }
            "closed" => {
                let word = self.outcome.unwrap_or_default();
                let outcome = Outcome::from_word(&word).ok_or_else(|| unknown("cases.outcome", &word))?;
                CaseState::Closed { outcome, reason: self.reason.unwrap_or_default() }
            }
            word => return Err(unknown("cases.state", word)),
        };
        let score = u8::try_from(self.priority).map_err(|_| unknown("cases.priority", &self.priority.to_string()))?;
        let version = u32::try_from(self.version).map_err(|_| unknown("cases.version", &self.version.to_string()))?;
        Ok(Case {
            id: CaseId(self.id),
            post: self.post,
            newest_post: self.newest_post,
            visibility: visibility.ok_or_else(|| unknown("cases.visibility", &self.visibility))?,
            network: self.network,
            department: DepartmentId(self.department),
            owner: self.owner.map_or(Owner::Desk, |user| Owner::User(UserId(user))),
            state,
            priority: Priority { score, parts: self.parts.0 },
            tags: self.tags.0,
            offer: self.offer.map(|offer| offer.0),
            risk: self.risk.0,
            involved: self.involved.0,
            watchers: self.watchers.0,
            outreaches: self.outreaches.0,
            why: self.why,
            why_here: self.why_here,
            opened_at: time(self.opened_at)?,
            changed_at: time(self.changed_at)?,
            replied_at: time_of(self.replied_at)?,
            merged_into: self.merged_into.map(CaseId),
            version,
        })
    }
}

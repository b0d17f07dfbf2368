//! The end of a case, and its beginning again.

use switchboard_model::{Case, CaseId, Happening, Outcome};

use super::{CaseError, REASON, within, written};
use crate::App;
use crate::rights::Actor;

impl App {
    /// The case ends. Not answering wants a reason.
    pub async fn close_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        outcome: Outcome,
        reason: &str,
    ) -> Result<Case, CaseError> {
        let reason = match outcome {
            Outcome::Merged => return Err(CaseError::bad("outcome", "say which case it goes into: merge the two")),
            Outcome::NoAnswer => written("reason", reason, REASON)?,
            _ => within("reason", reason, REASON)?,
        };
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::Closed { outcome, reason: reason.clone() }])
        })
        .await
    }

    /// The case begins again with its last owner, or a desk where that owner cannot have it any more.
    pub async fn reopen_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        why: &str,
    ) -> Result<Case, CaseError> {
        let why = within("why", why, REASON)?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::Reopened { why: why.clone() }])
        })
        .await
    }
}

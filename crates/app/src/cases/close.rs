//! The end of a case, and its beginning again.

use std::collections::BTreeMap;

use switchboard_model::{Case, CaseId, Happening, Outcome};

use super::{CaseError, REASON, within, written};
use crate::App;
use crate::rights::Actor;

impl App {
    /// The case ends. Not answering wants a reason, and a senior who is to call or write has to have done so.
    pub async fn close_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        outcome: Outcome,
        reason: &str,
    ) -> Result<Case, CaseError> {
        self.end_case(actor, id, seen, outcome, reason, false).await
    }

    /// Takes back what seniors were asked for, and ends the case.
    pub async fn withdraw_and_close(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        outcome: Outcome,
        reason: &str,
    ) -> Result<Case, CaseError> {
        self.end_case(actor, id, seen, outcome, reason, true).await
    }

    async fn end_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        outcome: Outcome,
        reason: &str,
        withdraws: bool,
    ) -> Result<Case, CaseError> {
        let reason = match outcome {
            Outcome::Merged => return Err(CaseError::bad("outcome", "say which case it goes into: merge the two")),
            Outcome::NoAnswer => written("reason", reason, REASON)?,
            _ => within("reason", reason, REASON)?,
        };
        let seniors: BTreeMap<_, _> =
            self.store.outreaches_of_case(id).await?.into_iter().map(|one| (one.id(), one.ask.senior)).collect();
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            let mut happens = Vec::new();
            for outreach in &case.outreaches {
                let senior = seniors.get(outreach).copied();
                let (true, Some(senior)) = (withdraws, senior) else {
                    let name = senior.map_or_else(|| "a senior".to_owned(), |senior| self.name_of(senior));
                    return Err(CaseError::OutreachOpen { case: id, name });
                };
                let why = "the case was closed".to_owned();
                happens.push(Happening::OutreachWithdrawn { outreach: *outreach, senior, why });
            }
            happens.push(Happening::Closed { outcome, reason: reason.clone() });
            Ok(happens)
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

//! Making a user of the department the owner.

use switchboard_model::{Case, CaseId, Happening, UserId};

use super::CaseError;
use crate::App;
use crate::rights::Actor;

impl App {
    /// The user owns the case from now on.
    pub async fn assign_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        to: UserId,
    ) -> Result<Case, CaseError> {
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            self.may_own(to, case.department)?;
            Ok(vec![Happening::assigned(to)])
        })
        .await
    }
}

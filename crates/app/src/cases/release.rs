//! Giving a case back to the desk of its department.

use switchboard_model::{Case, CaseId, Happening};

use super::{CaseError, REASON, within};
use crate::App;
use crate::rights::Actor;

impl App {
    /// The desk owns the case from now on.
    pub async fn release_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        why: &str,
    ) -> Result<Case, CaseError> {
        let why = within("why", why, REASON)?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::Released { why: why.clone() }])
        })
        .await
    }
}

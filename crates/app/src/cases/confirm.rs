//! Saying yes to what past cases propose: the case goes to the desk of that department, and that is a label.

use switchboard_model::{Case, CaseId, Happening, Proposal};

use super::CaseError;
use crate::App;
use crate::rights::Actor;

impl App {
    /// Sends the case where past cases would have it. Nobody has to accept: it goes to the desk of that department.
    pub async fn confirm_case(&self, actor: &Actor, id: CaseId, seen: Option<u32>) -> Result<Case, CaseError> {
        let proposal = self.proposal_of(id).await?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            let Some(proposal) = &proposal else {
                return Err(CaseError::bad("proposal", "nothing is proposed for it; transfer it instead"));
            };
            let to = proposal.proposed.department;
            let people = self.people();
            let Some(department) = people.department(to).filter(|department| department.is_active) else {
                return Err(CaseError::bad(
                    "proposal",
                    "the department that was proposed is closed; transfer it instead",
                ));
            };
            if case.is_closed() {
                return Err(CaseError::bad("proposal", "the case is closed; reopen it first"));
            }
            if case.department == to {
                let message = format!("the case is with {} already, as was proposed", department.name);
                return Err(CaseError::bad("proposal", message));
            }
            let percent = (proposal.proposed.probability * 100.0).round();
            let why = format!("past cases speak for it ({percent} %), and {} said yes", self.doer(actor.by()));
            Ok(vec![Happening::Moved { department: to, why, is_confirmed: true }])
        })
        .await
    }

    /// Where past cases would have a case, as it was told when it was opened.
    pub(super) async fn proposal_of(&self, id: CaseId) -> Result<Option<Proposal>, CaseError> {
        let opened = self.store.newest_case_events(id, 0).await?.into_iter().next();
        Ok(match opened.map(|event| event.what) {
            Some(Happening::Opened(opening)) => opening.proposal,
            _ => None,
        })
    }
}

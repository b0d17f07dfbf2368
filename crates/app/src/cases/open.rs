//! Making a case of a mention by hand.

use switchboard_model::{Case, PostId, StoredPost};
use switchboard_store::HandOpened;

use super::CaseError;
use crate::App;
use crate::notices::Notice;
use crate::rights::{Actor, Right};
use crate::triage::{Triage, Triaged};

impl App {
    /// Opens a case for a stored post, where the rules of today would send it. The case that it belongs to, if it does.
    pub async fn open_case(&self, actor: &Actor, post: &PostId) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let stored = self.store.find_post(post).await?;
        let stored = stored.ok_or_else(|| CaseError::UnknownPost(post.to_string()))?;
        if let Some(case) = self.store.find_case_of_post(stored.seq).await? {
            return Ok(case);
        }
        if stored.deleted_at.is_some() {
            return Err(CaseError::bad("post", "the post was deleted on its network; there is nothing left to answer"));
        }
        let triage = self.triage();
        let triaged = known(&triage, &stored);
        let opening = triage.opening_because(&stored.post, &triaged, "by hand".to_owned());
        let opening = opening.ok_or(CaseError::NotSetUp)?;
        let opened = self.store.open_case(stored.seq, &stored.post, &opening, actor.by(), self.now()).await?;
        match opened {
            None => Err(CaseError::NotSetUp),
            Some(HandOpened::Already(case)) => Ok(case),
            Some(HandOpened::Done { case, keys }) => {
                self.conversations.add(keys.iter().map(String::as_str));
                self.notices.tell(Notice::Case((&case).into()));
                Ok(case)
            }
        }
    }
}

/// What triage found when the post arrived, as it was stored.
pub(super) fn known(triage: &Triage, stored: &StoredPost) -> Triaged {
    triage.known(stored)
}

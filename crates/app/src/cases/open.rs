//! Making a case of a mention by hand.

use switchboard_model::{Case, Opening, PostId, StoredPost, Weighing};
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
        let opening = self.opening_for(&stored, "by hand".to_owned()).await?;
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

impl App {
    /// The case that a stored post opens for a reason of somebody's own, where the rules of today would send it.
    pub(super) async fn opening_for(&self, stored: &StoredPost, why: String) -> Result<Opening, CaseError> {
        let triage = self.triage();
        let opening = triage.opening_because(&stored.post, &known(&triage, stored), why);
        let (mut opening, weighing) = opening.ok_or(CaseError::NotSetUp)?;
        if let Some(Weighing { formula, says_ignored }) = weighing {
            let past = self.store.pasts_of(&[stored.seq], self.now()).await?.remove(&stored.seq).unwrap_or_default();
            opening.priority = formula.with_past(&opening.priority, &opening.tags, &past, says_ignored.as_deref());
        }
        Ok(opening)
    }
}

/// What triage found when the post arrived, as it was stored.
pub(super) fn known(triage: &Triage, stored: &StoredPost) -> Triaged {
    triage.known(stored)
}

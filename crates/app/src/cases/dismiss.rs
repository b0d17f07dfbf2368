//! Saying that a mention needs no case, and taking that back.

use switchboard_model::{Case, Dismissal, DismissalReason, PostId, StoredPost};
use switchboard_store::Dismissed;

use super::{CaseError, REASON, within};
use crate::App;
use crate::notices::Notice;
use crate::rights::{Actor, Right};

impl App {
    /// Dismisses a stored post with a reason: it needs no case. One that is in a case is not; that one can be closed.
    pub async fn dismiss(
        &self,
        actor: &Actor,
        post: &PostId,
        reason: DismissalReason,
        note: &str,
    ) -> Result<Dismissal, CaseError> {
        actor.may(Right::Work)?;
        let stored = self.get_mention(actor, post).await?;
        if !DismissalReason::OF_PEOPLE.contains(&reason) {
            let known: Vec<&str> = DismissalReason::OF_PEOPLE.into_iter().map(DismissalReason::as_str).collect();
            let message = format!("'{}' is no reason that a person gives; use {}", reason.as_str(), known.join(", "));
            return Err(CaseError::bad("reason", message));
        }
        let note = within("note", note, REASON)?;
        if reason == DismissalReason::Other && note.is_empty() {
            return Err(CaseError::bad("note", "another reason is told in the note; write a few words"));
        }
        let dismissal = Dismissal { reason, note, by: actor.by(), at: self.now() };
        match self.store.dismiss(stored.seq, &dismissal).await? {
            Dismissed::Done => {
                self.notices.tell(Notice::Posts { newest: stored.seq, posts: 1, has_edits: false });
                Ok(dismissal)
            }
            Dismissed::InCase(case) => Err(CaseError::InCase { case }),
        }
    }

    /// Takes a dismissal back. A post that needs an answer gets its case, in the same transaction; one that needs none is
    /// a mention like others again, and there is no case.
    pub async fn reopen_mention(&self, actor: &Actor, post: &PostId) -> Result<Option<Case>, CaseError> {
        actor.may(Right::Work)?;
        let stored = self.get_mention(actor, post).await?;
        if self.store.find_dismissal(stored.seq).await?.is_none() {
            return Err(CaseError::NotDismissed(post.to_string()));
        }
        if stored.deleted_at.is_none() && self.store.needs_answer(stored.seq).await? {
            return self.open_case(actor, post).await.map(Some);
        }
        self.store.take_back_dismissal(stored.seq).await?;
        self.notices.tell(Notice::Posts { newest: stored.seq, posts: 1, has_edits: false });
        Ok(None)
    }

    /// Why a stored post needs no case, if somebody said so and it is in none.
    pub async fn dismissal(&self, actor: &Actor, post: &PostId) -> Result<Option<Dismissal>, CaseError> {
        actor.may(Right::Work)?;
        let stored = self.get_mention(actor, post).await?;
        if self.store.find_case_of_post(stored.seq).await?.is_some() {
            return Ok(None);
        }
        Ok(self.store.find_dismissal(stored.seq).await?)
    }

    async fn get_mention(&self, actor: &Actor, post: &PostId) -> Result<StoredPost, CaseError> {
        let stored = self.store.find_post(post).await?.filter(|stored| actor.sees(stored.post.visibility));
        stored.ok_or_else(|| CaseError::UnknownPost(post.to_string()))
    }
}

//! Writing what happens to a reply together with the history of its case.

use switchboard_model::{By, Case, CaseId, Happening, Reply};
use switchboard_store::{Also, Record, Recorded, ReplyMove, StoreError};

use super::AnswerError;
use crate::App;
use crate::notices::Notice;

/// How often a case that others change meanwhile is tried again.
const TRIES: usize = 50;

/// What became of it.
pub(super) enum Written {
    Done,
    /// Somebody else has done or changed it meanwhile.
    Overtaken,
    /// The post has this answer already.
    Answered(Box<Reply>),
}

impl App {
    /// Appends `what` to a case's history, and after it what of `then` can follow, with what is written beside it.
    pub(super) async fn write(
        &self,
        id: CaseId,
        by: By,
        what: &Happening,
        then: impl Fn(&Case) -> Vec<Happening>,
        also: &[Also],
    ) -> Result<Written, AnswerError> {
        for _ in 0..TRIES {
            let id = self.reply_stands_in(id, also).await?;
            let case = self.store.find_case(id).await?.ok_or(AnswerError::UnknownCase(id))?;
            let (at, seen, mut now) = (self.now(), case.version, case.clone());
            let mut events = Vec::new();
            for (place, what) in std::iter::once(what.clone()).chain(then(&case)).enumerate() {
                let event = now.next_event(at, by, what);
                match now.apply(&event) {
                    Ok(()) => events.push(event),
                    Err(contradiction) if place == 0 => {
                        return Err(StoreError::Other(contradiction.to_string()).into());
                    }
                    // Somebody has brought the case elsewhere meanwhile: it stays there.
                    Err(_) => {}
                }
            }
            let record = Record { case: id, seen, events, also: also.to_vec() };
            match self.store.record(&record).await? {
                Recorded::Done(case) => {
                    self.notices.tell(Notice::Case((&case).into()));
                    return Ok(Written::Done);
                }
                Recorded::Stale(_) => {}
                Recorded::Overtaken | Recorded::Spent(_) => return Ok(Written::Overtaken),
                Recorded::Answered(reply) => return Ok(Written::Answered(reply)),
                Recorded::Unknown => return Err(AnswerError::UnknownCase(id)),
                Recorded::Contradiction(contradiction) => {
                    return Err(StoreError::Other(contradiction.to_string()).into());
                }
            }
        }
        Err(StoreError::Other(format!("case {id} changes all the time; try again")).into())
    }

    /// The case in whose history something about a reply is told: that of the reply, which may have gone to another one.
    async fn reply_stands_in(&self, id: CaseId, also: &[Also]) -> Result<CaseId, AnswerError> {
        let moved = also.iter().find_map(|also| match also {
            Also::Move(change) => Some(change.reply.id),
            _ => None,
        });
        let Some(reply) = moved else { return Ok(id) };
        Ok(self.store.find_reply(reply).await?.map_or(id, |reply| reply.case))
    }

    /// Moves a reply on and tells its case. False if it has gone on already.
    pub(super) async fn move_reply(
        &self,
        by: By,
        from: &Reply,
        to: Reply,
        what: Happening,
    ) -> Result<bool, AnswerError> {
        let also = [Also::Move(Box::new(ReplyMove { reply: to, from: from.state }))];
        match self.write(from.case, by, &what, |_| Vec::new(), &also).await? {
            Written::Done => Ok(true),
            Written::Overtaken => Ok(false),
            Written::Answered(reply) => Err(self.answered_by(&reply)),
        }
    }

    /// Has open pages look at a case again although its history says nothing new.
    pub(super) async fn tell_of(&self, id: CaseId) {
        if let Ok(Some(case)) = self.store.find_case(id).await {
            self.notices.tell(Notice::Case((&case).into()));
        }
    }
}

//! Reading cases: one with all that belongs to it, lists, and the counted queues.

use serde::Serialize;
use switchboard_model::{
    Case, CaseFilter, CaseId, CasePlace, Event, Happening, QueueCount, Reply, ReplyState, StoredPost, Visibility,
};

use super::CaseError;
use crate::App;
use crate::rights::{Actor, Right};

/// The most posts of a conversation that are shown.
const POSTS: u32 = 200;

/// A case with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Its conversation as far as we hold it, oldest first; the newest 200.
    pub posts: Vec<StoredPost>,
    /// Its history, oldest first. Observers do not read notes.
    pub events: Vec<Event>,
    /// Our answers, oldest first. Observers read those that were sent.
    pub replies: Vec<Reply>,
}

/// One case of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The newest post of its conversation that is not ours, as far as the reader may see it.
    pub post: Option<StoredPost>,
}

/// A page of a list of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct CasePage {
    /// The cases.
    pub cases: Vec<CaseRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<CasePlace>,
}

impl App {
    /// One case.
    pub async fn case(&self, actor: &Actor, id: CaseId) -> Result<Case, CaseError> {
        actor.may(Right::Read)?;
        let case = self.store.find_case(id).await?;
        let mut case = case.filter(|case| actor.sees_private() || !is_private(case)).ok_or(CaseError::Unknown(id))?;
        if let Some(offer) = case.offer.as_mut().filter(|_| !actor.sees_private()) {
            offer.note.clear();
        }
        Ok(case)
    }

    /// The case whose conversation a post belongs to, if the actor may see it.
    pub async fn case_of_post(&self, actor: &Actor, post: i64) -> Result<Option<Case>, CaseError> {
        actor.may(Right::Read)?;
        let case = self.store.find_case_of_post(post).await?;
        Ok(case.filter(|case| actor.sees_private() || !is_private(case)))
    }

    /// One case with all that belongs to it.
    pub async fn case_view(&self, actor: &Actor, id: CaseId) -> Result<CaseView, CaseError> {
        let case = self.case(actor, id).await?;
        let mut posts = self.store.case_posts(id, POSTS).await?;
        let mut events = self.store.case_events(id).await?;
        let mut replies = self.store.replies_of_case(id).await?;
        if !actor.sees_private() {
            posts.retain(|post| !is_hidden(post.post.visibility));
            events.retain(|event| !matches!(event.what, Happening::Noted { .. }));
            events.iter_mut().for_each(|event| hush(&mut event.what));
            // An answer is seen by no more people than what it answers.
            let is_seen = |reply: &Reply| posts.iter().any(|post| post.post.id == reply.to);
            replies.retain(|reply| reply.state == ReplyState::Sent && is_seen(reply));
        }
        Ok(CaseView { case, posts, events, replies })
    }

    /// Cases that the filter asks for, as far as the actor may see them.
    pub async fn cases(&self, actor: &Actor, filter: CaseFilter) -> Result<CasePage, CaseError> {
        actor.may(Right::Read)?;
        let with_private = filter.with_private && actor.sees_private();
        let filter = CaseFilter { with_private, ..filter };
        let found = self.store.list_cases(&filter).await?;
        let is_full = found.len() >= filter.limit as usize && filter.limit > 0;
        let next = found.last().filter(|_| is_full).map(|(case, _)| case.place_in(filter.state));
        Ok(CasePage { cases: found.into_iter().map(|(case, post)| CaseRow { case, post }).collect(), next })
    }

    /// How many cases each queue holds. Observers are told of public ones only.
    pub async fn queues(&self, actor: &Actor) -> Result<Vec<QueueCount>, CaseError> {
        actor.may(Right::Read)?;
        let mut queues = self.store.queues().await?;
        if !actor.sees_private() {
            queues.iter_mut().for_each(|queue| queue.private = 0);
            queues.retain(|queue| queue.public > 0);
        }
        Ok(queues)
    }

    /// All tags with how many cases carry them.
    pub async fn case_tags(&self, actor: &Actor) -> Result<Vec<(String, u64)>, CaseError> {
        actor.may(Right::Work)?;
        Ok(self.store.case_tags().await?)
    }

    /// Moves with every change that a page may show: whoever keeps a page keeps it as long as this stays.
    pub fn revision(&self) -> u64 {
        self.notices.revision()
    }
}

/// Takes out what colleagues tell each other.
fn hush(what: &mut Happening) {
    match what {
        Happening::Offered(offer) => offer.note.clear(),
        Happening::Declined { note } => note.clear(),
        _ => {}
    }
}

/// Whether observers may not see a case.
pub(super) fn is_private(case: &Case) -> bool {
    is_hidden(case.visibility)
}

fn is_hidden(visibility: Visibility) -> bool {
    matches!(visibility, Visibility::Followers | Visibility::Direct)
}

//! Reading cases: one with all that belongs to it, lists, and the counted queues.

use std::collections::BTreeSet;

use serde::Serialize;
use switchboard_model::{
    Case, CaseFilter, CaseId, CasePlace, Due, Event, Happening, LateCount, QueueCount, Reply, ReplyState, StoredPost,
    taken_back,
};
use switchboard_store::ListedCase;

use super::CaseError;
use super::clocks::CaseClocks;
use super::merge::MergedCase;
use crate::App;
use crate::rights::{Actor, Right};

/// The most posts of a conversation that are shown.
const POSTS: u32 = 200;
/// The most events of a history that are shown, beside how it began.
const EVENTS: u32 = 500;

/// A case with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Its conversation as far as we hold it, oldest first; the newest 200.
    pub posts: Vec<StoredPost>,
    /// Its history, oldest first: how it began and the newest 500 events. Observers do not read notes.
    pub events: Vec<Event>,
    /// The numbers of those events that were taken back and do not hold any more.
    pub undone: BTreeSet<u32>,
    /// The event that [`App::undo`] would take back for who looks, if there is one.
    pub undoable: Option<u32>,
    /// Our answers, oldest first. Observers read those that were sent.
    pub replies: Vec<Reply>,
    /// Its clocks, and where its time went.
    pub clocks: CaseClocks,
    /// The cases that went into it, in the order of their numbers.
    pub merged: Vec<MergedCase>,
}

/// One case of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The newest post of its conversation that is not ours, as far as the reader may see it.
    pub post: Option<StoredPost>,
    /// The post that it was opened for, where that is another one: whose case it is.
    pub first: Option<StoredPost>,
    /// The clock that runs out first.
    pub due: Option<Due>,
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
        case.and_then(|case| shown(actor, case)).ok_or(CaseError::Unknown(id))
    }

    /// Which of these cases the actor may see.
    pub async fn seen_cases(&self, actor: &Actor, ids: &[CaseId]) -> Result<Vec<CaseId>, CaseError> {
        actor.may(Right::Read)?;
        let cases = self.store.find_cases(ids).await?;
        Ok(cases.into_iter().filter_map(|case| shown(actor, case)).map(|case| case.id).collect())
    }

    /// The case whose conversation a post belongs to, if the actor may see it.
    pub async fn case_of_post(&self, actor: &Actor, post: i64) -> Result<Option<Case>, CaseError> {
        actor.may(Right::Read)?;
        let case = self.store.find_case_of_post(post).await?;
        Ok(case.and_then(|case| shown(actor, case)))
    }

    /// One case with all that belongs to it.
    pub async fn case_view(&self, actor: &Actor, id: CaseId) -> Result<CaseView, CaseError> {
        let case = self.case(actor, id).await?;
        let mut posts = self.store.case_posts(id, POSTS).await?;
        let mut events = self.store.newest_case_events(id, EVENTS).await?;
        let mut replies = self.store.replies_of_case(id).await?;
        let is_cut = events.len() < case.version as usize;
        let clocks = match is_cut {
            true => self.read_clocks_of(&self.store.case_events(id).await?).await?,
            false => self.read_clocks_of(&events).await?,
        };
        let mut merged = self.parts_of(&case).await?;
        if case.merged_into.is_some() {
            // What was said in it stands in the other one; what it was about is told by its first post.
            posts = self.store.find_posts(&[case.post]).await?;
        }
        if !actor.sees_private() {
            posts.retain(|post| post.post.visibility.is_open());
            retain_seen(&mut replies, &posts);
            merged.retain(|part| part.case.visibility.is_open());
            merged.iter_mut().for_each(|part| part.case.outreaches.clear());
            for events in std::iter::once(&mut events).chain(merged.iter_mut().map(|part| &mut part.events)) {
                leave_out_notes(events);
                events.iter_mut().for_each(|event| hush(&mut event.what, &replies));
            }
        }
        let undone = taken_back(&events);
        let undoable = self.undoable(actor, &case, &events);
        Ok(CaseView { case, posts, events, undone, undoable, replies, clocks, merged })
    }

    /// Our answers in a case, oldest first. Observers read those that were sent.
    pub async fn replies(&self, actor: &Actor, id: CaseId) -> Result<Vec<Reply>, CaseError> {
        self.case(actor, id).await?;
        let mut replies = self.store.replies_of_case(id).await?;
        if !actor.sees_private() {
            let mut posts = self.store.case_posts(id, POSTS).await?;
            posts.retain(|post| post.post.visibility.is_open());
            retain_seen(&mut replies, &posts);
        }
        Ok(replies)
    }

    /// Cases that the filter asks for, as far as the actor may see them.
    pub async fn cases(&self, actor: &Actor, filter: CaseFilter) -> Result<CasePage, CaseError> {
        actor.may(Right::Read)?;
        let with_private = filter.with_private && actor.sees_private();
        let filter = CaseFilter { with_private, ..filter };
        let found = self.store.list_cases(&filter).await?;
        let is_full = found.len() >= filter.limit as usize && filter.limit > 0;
        let next = found.last().filter(|_| is_full).map(|listed| filter.place_of(&listed.case));
        let row = |listed: ListedCase| {
            let ListedCase { case, newest: post, first, due } = listed;
            Some(CaseRow { case: shown(actor, case)?, post, first, due })
        };
        let rows = found.into_iter().filter_map(row);
        Ok(CasePage { cases: rows.collect(), next })
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

    /// How many cases of each queue are late. Observers are told of public ones only.
    pub async fn late_queues(&self, actor: &Actor) -> Result<Vec<LateCount>, CaseError> {
        actor.may(Right::Read)?;
        let mut late = self.store.late_queues(self.now()).await?;
        late.retain(|count| actor.sees_private() || !count.is_private);
        Ok(late)
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

/// A case as the actor may see it, if they may.
fn shown(actor: &Actor, mut case: Case) -> Option<Case> {
    if actor.sees_private() {
        return Some(case);
    }
    if let Some(offer) = &mut case.offer {
        offer.note.clear();
    }
    case.outreaches.clear();
    Some(case).filter(|case| case.visibility.is_open())
}

/// Leaves those that were sent, to posts that are seen: an answer is seen by no more people than what it answers.
fn retain_seen(replies: &mut Vec<Reply>, posts: &[StoredPost]) {
    let is_seen = |reply: &Reply| posts.iter().any(|post| post.post.id == reply.to);
    replies.retain(|reply| reply.state == ReplyState::Sent && is_seen(reply));
}

/// Takes out notes with what was taken back of them, and questions.
fn leave_out_notes(events: &mut Vec<Event>) {
    let mut notes = BTreeSet::new();
    events.retain(|event| {
        let is_note = match &event.what {
            Happening::Noted { .. }
            | Happening::QuestionAsked(_)
            | Happening::QuestionAnswered { .. }
            | Happening::QuestionWithdrawn { .. } => true,
            what if what.outreach().is_some() => true,
            Happening::Undone { event: undone, .. } => notes.contains(undone),
            _ => false,
        };
        if is_note {
            notes.insert(event.number);
        }
        !is_note
    });
}

/// Takes out what colleagues tell each other, and where answers stand that are not seen.
fn hush(what: &mut Happening, seen: &[Reply]) {
    match what {
        Happening::Offered(offer) => offer.note.clear(),
        Happening::Undone { restored, .. } => restored.offer.iter_mut().for_each(|offer| offer.note.clear()),
        Happening::Merged(merged) => {
            merged.whole.standing.offer.iter_mut().for_each(|offer| offer.note.clear());
            merged.whole.outreaches.clear();
        }
        Happening::TakenApart(apart) => {
            apart.whole.standing.offer.iter_mut().for_each(|offer| offer.note.clear());
            apart.whole.outreaches.clear();
        }
        Happening::Separated(separated) => separated.outreaches.clear(),
        Happening::Declined { note } => note.clear(),
        Happening::ReplyQueued { despite, .. } => despite.clear(),
        Happening::ReplySent { reply, url } if seen.iter().all(|seen| seen.id != *reply) => *url = None,
        _ => {}
    }
}

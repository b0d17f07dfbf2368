//! Two cases that are one: the same person on two networks, the same story told twice. One goes on with everything that
//! was said in both and with the owner that it has; the other one ends in it, until somebody takes the two apart again.
//!
//! What was written in a case stays in its own history. Whoever reads the case that goes on reads both.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{
    Case, CaseId, CaseState, Event, Happening, Merged, Separated, Standing, TakenApart, merge_of, without,
};
use switchboard_store::{Joint, JointlyRecorded, Shift};

use super::bulk::Chosen;
use super::{CaseError, REASON, within};
use crate::App;
use crate::notices::Notice;
use crate::rights::Actor;

/// How often it is tried on cases that others change meanwhile.
const TRIES: u32 = 16;
/// The most cases that are read as parts of one.
const MOST_PARTS: usize = 200;

/// A case that went into another one, with its own history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergedCase {
    /// The case, as it ended.
    pub case: Case,
    /// Its history, oldest first, with what was answered to its questions since. Observers do not read notes.
    pub events: Vec<Event>,
}

impl App {
    /// Has case `from` go into case `id`, which keeps its owner. Whoever may work on both may do it. A version that was seen
    /// of either is held against the one it has.
    pub async fn merge_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        from: impl Into<Chosen>,
        why: &str,
    ) -> Result<Case, CaseError> {
        let why = within("why", why, REASON)?;
        let Chosen { case: from, seen: seen_other } = from.into();
        let mut tried = 0;
        loop {
            let (case, other) = (self.case_to_change(actor, id).await?, self.case_to_change(actor, from).await?);
            may_be_one(&case, &other)?;
            self.is_fresh(&case, seen).await?;
            self.is_fresh(&other, seen_other).await?;
            let at = self.now();
            let mut ends = other.clone();
            let mut of_other = Vec::new();
            let offer_ended =
                other.offer.as_ref().map(|_| Happening::OfferEnded { why: format!("it went into case {id}") });
            for what in offer_ended.into_iter().chain([Happening::MergedInto { into: id }]) {
                let event = ends.next_event(at, actor.by(), what);
                ends.apply(&event).map_err(CaseError::Cannot)?;
                of_other.push(event);
            }
            let whole = case.with(&Case { offer: None, ..other.clone() });
            let merged = Merged { other: from, version: ends.version, whole, why: why.clone() };
            let merged = case.next_event(at, actor.by(), Happening::Merged(Box::new(merged)));
            let joint = Joint {
                records: vec![(id, case.version, vec![merged]), (from, other.version, of_other)],
                shift: Shift::Merge { from, into: id },
            };
            match self.jointly(&joint).await? {
                Some(case) => return Ok(case),
                None if tried == TRIES => return Err(self.changes_all_the_time(&case)),
                None => tried += 1,
            }
        }
    }

    /// Takes a case out again that went into case `id`: it stands as it stood, with its posts and those that came in their
    /// threads, and our answers to them. What came to `id` with it goes.
    pub async fn take_apart(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        other: CaseId,
    ) -> Result<Case, CaseError> {
        let mut tried = 0;
        loop {
            let case = self.case_to_change(actor, id).await?;
            self.is_fresh(&case, seen).await?;
            let gone = self.store.find_case(other).await?.filter(|other| actor.sees(other.visibility));
            let gone = gone.ok_or(CaseError::Unknown(other))?;
            if gone.merged_into != Some(id) {
                return Err(CaseError::bad("case", format!("case {other} is no part of case {id}")));
            }
            let joint = self.apart(actor, &case, &gone).await?;
            match self.jointly(&joint).await? {
                Some(case) => return Ok(case),
                None if tried == TRIES => return Err(self.changes_all_the_time(&case)),
                None => tried += 1,
            }
        }
    }

    /// The cases that are in one, and in those, each with its history; so many as somebody may read on one page.
    pub(super) async fn parts_of(&self, case: &Case) -> Result<Vec<MergedCase>, CaseError> {
        self.parts(case, MOST_PARTS).await
    }

    /// The same, all of them: whoever moves posts has to know of each where it came from.
    pub(super) async fn all_parts_of(&self, case: &Case) -> Result<Vec<MergedCase>, CaseError> {
        self.parts(case, usize::MAX).await
    }

    async fn parts(&self, case: &Case, most: usize) -> Result<Vec<MergedCase>, CaseError> {
        let mut parts: Vec<MergedCase> = Vec::new();
        let mut known = BTreeSet::from([case.id]);
        let mut ids = vec![case.id];
        let mut there: Option<Vec<Event>> = None;
        while let Some(id) = ids.pop() {
            for case_in_it in self.store.cases_merged_into(id).await? {
                if parts.len() == most || !known.insert(case_in_it.id) {
                    continue;
                }
                let root = match &there {
                    Some(there) => there,
                    None => there.insert(self.store.case_events(case.id).await?),
                };
                let events = self.store.case_events(case_in_it.id).await?;
                let events = switchboard_model::with_answers(&events, case_in_it.id, root);
                ids.push(case_in_it.id);
                parts.push(MergedCase { case: case_in_it, events });
            }
        }
        parts.sort_by_key(|part| part.case.id);
        Ok(parts)
    }

    /// The case in which one stands: itself, or the one that it went into.
    pub(crate) async fn stands_in(&self, id: CaseId) -> Result<CaseId, CaseError> {
        let mut id = id;
        loop {
            match self.store.find_case(id).await?.ok_or(CaseError::Unknown(id))?.merged_into {
                Some(into) => id = into,
                None => return Ok(id),
            }
        }
    }

    /// A case that the actor sees and may work on.
    pub(super) async fn case_to_change(&self, actor: &Actor, id: CaseId) -> Result<Case, CaseError> {
        let case = self.store.find_case(id).await?.filter(|case| actor.sees(case.visibility));
        let case = case.ok_or(CaseError::Unknown(id))?;
        actor.may_work_on(&case)?;
        Ok(case)
    }

    pub(super) async fn is_fresh(&self, case: &Case, seen: Option<u32>) -> Result<(), CaseError> {
        match seen {
            Some(seen) if !self.is_as_seen(case, seen).await? => {
                Err(CaseError::Stale { case: case.id, seen, now: case.version })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn changes_all_the_time(&self, case: &Case) -> CaseError {
        CaseError::Stale { case: case.id, seen: case.version, now: case.version }
    }

    /// Writes it and tells of it. `None` if somebody was faster.
    async fn jointly(&self, joint: &Joint) -> Result<Option<Case>, CaseError> {
        match self.store.record_jointly(joint).await? {
            JointlyRecorded::Done(cases) => {
                for case in &cases {
                    self.notices.tell(Notice::Case(case.into()));
                }
                Ok(cases.into_iter().next())
            }
            JointlyRecorded::Stale => Ok(None),
            JointlyRecorded::Contradiction(contradiction) => Err(CaseError::Cannot(contradiction)),
            JointlyRecorded::Unknown(id) => Err(CaseError::Unknown(id)),
        }
    }

    /// What is written when a case is taken out of another one.
    async fn apart(&self, actor: &Actor, case: &Case, gone: &Case) -> Result<Joint, CaseError> {
        let (at, by) = (self.now(), actor.by());
        let (here, there) = (self.store.case_events(case.id).await?, self.store.case_events(gone.id).await?);
        let stale = || CaseError::Stale { case: case.id, seen: case.version, now: case.version };
        let (merge, merged) = merge_of(&here, gone.id).ok_or_else(stale)?;
        let parts = self.all_parts_of(gone).await?;
        let homes: Vec<CaseId> = parts.iter().map(|part| part.case.id).chain([gone.id]).collect();
        let mut ours = our_posts(&here);
        parts.iter().for_each(|part| ours.extend(our_posts(&part.events)));
        ours.extend(our_posts(&there));

        let posts = self.store.posts_with_homes(case.id).await?;
        let goes = |home: Option<CaseId>| home.is_some_and(|home| homes.contains(&home));
        let newest = |is_going: bool, first: i64| {
            let asked = posts.iter().filter(|(post, home)| goes(*home) == is_going && !ours.contains(post));
            asked.map(|(post, _)| *post).max().unwrap_or(first)
        };
        let whole = without(&here, merge.number, newest(false, case.post)).ok_or_else(stale)?;
        let event = merge.number;
        // What came with it and has not ended goes with it.
        let outreaches = case.outreaches.iter().copied().filter(|id| !whole.outreaches.contains(id)).collect();
        let apart = Happening::TakenApart(Box::new(TakenApart { event, other: gone.id, whole }));

        let mut known: HashSet<i64> = said(&there);
        parts.iter().for_each(|part| known.extend(said(&part.events)));
        let returning: Vec<i64> = posts.iter().filter(|(_, home)| goes(*home)).map(|(post, _)| *post).collect();
        let came: Vec<i64> = returning.iter().copied().filter(|post| !known.contains(post)).collect();
        let answered = self.answered_meanwhile(case.id, &returning, merge.at).await?;
        let wrote: Vec<i64> = came.iter().copied().filter(|post| !ours.contains(post)).collect();
        let waits = self.waits_for_more(&wrote, answered, gone).await?;
        let version = merged.version;
        let restored = standing_before(&there, version).ok_or_else(stale)?;
        let mut happens = vec![Happening::Separated(Box::new(Separated {
            event: version,
            from: case.id,
            restored: restored.clone(),
            newest_post: newest(true, gone.post),
            replied_at: answered.map(|(first, _)| first),
            waits,
            outreaches,
        }))];
        happens.extend(came.iter().map(|post| Happening::Joined { post: *post, is_ours: ours.contains(post) }));
        if !wrote.is_empty() {
            let why = "a new post in its conversation while it was in another case".to_owned();
            match restored.state {
                CaseState::Open => {}
                CaseState::Closed { .. } => happens.push(Happening::Reopened { why }),
                CaseState::Waiting { .. } | CaseState::Snoozed { .. } => happens.push(Happening::Resumed { why }),
            }
        }
        // What was answered to its questions is its own again.
        let answers = here.iter().filter_map(|event| match &event.what {
            Happening::QuestionAnswered { question, text, of } if *of == Some(gone.id) => {
                Some((event.by, Happening::QuestionAnswered { question: *question, text: text.clone(), of: None }))
            }
            Happening::QuestionWithdrawn { question, of } if *of == Some(gone.id) => {
                Some((event.by, Happening::QuestionWithdrawn { question: *question, of: None }))
            }
            _ => None,
        });
        let (mut stands, mut of_gone) = (gone.clone(), Vec::new());
        for (by, what) in happens.into_iter().map(|what| (by, what)).chain(answers) {
            let event = stands.next_event(at, by, what);
            stands.apply(&event).map_err(CaseError::Cannot)?;
            of_gone.push(event);
        }
        Ok(Joint {
            records: vec![
                (case.id, case.version, vec![case.next_event(at, by, apart)]),
                (gone.id, gone.version, of_gone),
            ],
            shift: Shift::Part { from: case.id, case: gone.id, homes },
        })
    }

    /// When our first and our last answer to one of these posts was sent, after a moment.
    async fn answered_meanwhile(
        &self,
        case: CaseId,
        posts: &[i64],
        since: Timestamp,
    ) -> Result<Option<(Timestamp, Timestamp)>, CaseError> {
        let ids: HashSet<String> =
            self.store.find_posts(posts).await?.into_iter().map(|post| post.post.id.to_string()).collect();
        let replies = self.store.replies_of_case(case).await?;
        let sent = replies.iter().filter(|reply| ids.contains(reply.to.as_str())).filter_map(|reply| reply.sent_at);
        let sent: Vec<Timestamp> = sent.filter(|at| *at >= since).collect();
        Ok(sent.iter().min().copied().zip(sent.iter().max().copied()))
    }

    /// Whether the author waits for another answer after what was said meanwhile.
    async fn waits_for_more(
        &self,
        wrote: &[i64],
        answered: Option<(Timestamp, Timestamp)>,
        gone: &Case,
    ) -> Result<Option<bool>, CaseError> {
        let newest = self.store.find_posts(wrote).await?.into_iter().map(|post| post.captured_at).max();
        Ok(match (newest, answered) {
            (None, None) => None,
            (None, Some(_)) => Some(false),
            (Some(_), None) => Some(gone.replied_at.is_some()),
            (Some(wrote), Some((_, last))) => Some(wrote > last),
        })
    }
}

/// Whether one case can go into another.
fn may_be_one(case: &Case, other: &Case) -> Result<(), CaseError> {
    let refused = |message: String| Err(CaseError::bad("case", message));
    if case.id == other.id {
        return refused("a case does not go into itself; choose another one".to_owned());
    }
    for one in [case, other] {
        if let Some(into) = one.merged_into {
            return refused(format!("case {} went into case {into} already; choose that one", one.id));
        }
    }
    if case.is_closed() {
        return refused(format!("case {} is closed; reopen it, or merge the other way round", case.id));
    }
    Ok(())
}

/// The posts of a history that are our own.
pub(super) fn our_posts(history: &[Event]) -> HashSet<i64> {
    let ours = |event: &Event| match event.what {
        Happening::Joined { post, is_ours: true } => Some(post),
        _ => None,
    };
    history.iter().filter_map(ours).collect()
}

/// All posts that a history names.
fn said(history: &[Event]) -> HashSet<i64> {
    let post = |event: &Event| match &event.what {
        Happening::Opened(opening) => Some(opening.post),
        Happening::Joined { post, .. } => Some(*post),
        _ => None,
    };
    history.iter().filter_map(post).collect()
}

/// How a case stood before the event of that number, without what was offered then.
fn standing_before(history: &[Event], number: u32) -> Option<Standing> {
    let end = history.partition_point(|event| event.number < number);
    let case = Case::of_history(history.get(..end)?).ok()??;
    Some(Standing { offer: None, ..case.standing() })
}

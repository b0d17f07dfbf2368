//! Load, decide, append, tell: the way of every operation on a case.

use switchboard_model::{By, Case, CaseId, Event, Happening, LinkUse, SpentLink, Via};
use switchboard_store::{Also, Record, Recorded};

use super::CaseError;
use crate::App;
use crate::notices::Notice;
use crate::rights::Actor;

/// How often an operation that named no version is tried on a case that others change meanwhile.
pub(super) const TRIES: u32 = 16;

/// More than so many quiet events in between are looked at by whoever acts, too.
const MOST_QUIET: u32 = 50;

/// By whom something is done to a case, and by which way it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand<'a> {
    /// As whom it stands in the history.
    pub(super) by: By,
    /// By which message it was done, if by one.
    pub(super) via: Option<Via>,
    /// The link that is spent with it.
    pub(super) link: Option<&'a LinkUse>,
}

impl<'a> From<&'a Actor> for Hand<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { by: actor.by(), via: actor.link().map(|link| link.via), link: actor.link() }
    }
}

impl From<By> for Hand<'_> {
    fn from(by: By) -> Self {
        Self { by, via: None, link: None }
    }
}

impl App {
    /// Does to a case what `decide` says of it as it stands. With `seen`, only if that is still its version.
    pub async fn record(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        self.record_with(actor, id, seen, Vec::new(), decide).await
    }

    /// The same with something that is written in the same transaction.
    pub(super) async fn record_with(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        also: Vec<Also>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        let decide = |case: &Case| {
            if !actor.sees(case.visibility) {
                return Err(CaseError::Unknown(id));
            }
            decide(case)
        };
        self.record_as(actor.into(), id, seen, also, decide).await
    }

    /// The same for what happens by itself.
    pub(super) async fn record_by(
        &self,
        by: By,
        id: CaseId,
        seen: Option<u32>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        self.record_as(by.into(), id, seen, Vec::new(), decide).await
    }

    /// The same by any hand. A link out of a message is spent with it.
    pub(super) async fn record_as(
        &self,
        Hand { by, via, link }: Hand<'_>,
        id: CaseId,
        seen: Option<u32>,
        with: Vec<Also>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        // That it was used says more than what stands in the way of using it again.
        if let Some(link) = link
            && let Some(at) = self.store.spent_link(link).await?
        {
            return Err(CaseError::SpentLink { at });
        }
        let stale = |seen: u32, case: &Case| CaseError::Stale { case: id, seen, now: case.version };
        let mut tried = 0;
        loop {
            let case = self.store.find_case(id).await?.ok_or(CaseError::Unknown(id))?;
            // Decided before the version is looked at: that somebody else has it says more than that it has changed.
            let happenings = decide(&case)?;
            if let Some(seen) = seen
                && !self.is_as_seen(&case, seen).await?
            {
                return Err(stale(seen, &case));
            }
            if happenings.is_empty() {
                return Ok(case);
            }
            let now = self.now();
            let event = |(what, number)| Event { case: id, number, at: now, by, via, what };
            let events = happenings.into_iter().zip(case.version + 1..).map(event).collect();
            let spent = link.map(|link| Also::Link(SpentLink { link: *link, at: now }));
            let also = with.iter().cloned().chain(spent).collect();
            let record = Record { case: id, seen: case.version, events, also };
            match self.store.record(&record).await? {
                Recorded::Done(case) => {
                    self.notices.tell(Notice::Case((&case).into()));
                    return Ok(case);
                }
                Recorded::Contradiction(contradiction) => return Err(CaseError::Cannot(contradiction)),
                Recorded::Unknown => return Err(CaseError::Unknown(id)),
                Recorded::Spent(at) => return Err(CaseError::SpentLink { at }),
                // What is written with these events had no room any more: somebody was faster.
                Recorded::Overtaken | Recorded::Answered(_) => return Err(stale(case.version, &case)),
                // Somebody was faster: what may be said to that is decided anew.
                Recorded::Stale(now) => {
                    tried += 1;
                    if let Some(seen) = seen
                        && !self.is_as_seen(&now, seen).await?
                    {
                        decide(&now)?;
                        return Err(stale(seen, &now));
                    }
                    if tried == TRIES {
                        return Err(stale(case.version, &now));
                    }
                }
            }
        }
    }

    /// Whether a case is as it was at a version, but for what nobody decides by: clocks that rang, people who follow it.
    pub(super) async fn is_as_seen(&self, case: &Case, seen: u32) -> Result<bool, CaseError> {
        if seen == case.version {
            return Ok(true);
        }
        if seen > case.version || case.version - seen > MOST_QUIET {
            return Ok(false);
        }
        let since = self.store.newest_case_events(case.id, case.version - seen).await?;
        Ok(since.iter().filter(|event| event.number > seen).all(|event| event.what.is_quiet()))
    }
}

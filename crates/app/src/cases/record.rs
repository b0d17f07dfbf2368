//! Load, decide, append, tell: the way of every operation on a case.

use switchboard_model::{By, Case, CaseId, Event, Happening, LinkUse, SpentLink};
use switchboard_store::{Also, Record, Recorded};

use super::CaseError;
use crate::App;
use crate::notices::Notice;
use crate::rights::Actor;

/// How often an operation that named no version is tried on a case that others change meanwhile.
const TRIES: u32 = 16;

/// More than so many quiet events in between are looked at by whoever acts, too.
const MOST_QUIET: u32 = 50;

impl App {
    /// Does to a case what `decide` says of it as it stands. With `seen`, only if that is still its version.
    pub async fn record(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        self.record_as(actor.by(), actor.link(), id, seen, |case| {
            if !actor.sees(case.visibility) {
                return Err(CaseError::Unknown(id));
            }
            decide(case)
        })
        .await
    }

    /// The same for what happens by itself.
    pub(super) async fn record_by(
        &self,
        by: By,
        id: CaseId,
        seen: Option<u32>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        self.record_as(by, None, id, seen, decide).await
    }

    /// The same by a link out of a message, which is spent with it.
    async fn record_as(
        &self,
        by: By,
        link: Option<&LinkUse>,
        id: CaseId,
        seen: Option<u32>,
        decide: impl Fn(&Case) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        // That it was used says more than what stands in the way of using it again.
        if let Some(link) = link
            && let Some(at) = self.store.spent_link(link).await?
        {
            return Err(CaseError::SpentLink { at });
        }
        let via = link.map(|link| link.via);
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
            let also = link.map(|link| Also::Link(SpentLink { link: *link, at: now })).into_iter().collect();
            let record = Record { case: id, seen: case.version, events, also };
            match self.store.record(&record).await? {
                Recorded::Done(case) => {
                    self.notices.tell(Notice::Case((&case).into()));
                    return Ok(case);
                }
                Recorded::Contradiction(contradiction) => return Err(CaseError::Cannot(contradiction)),
                Recorded::Unknown => return Err(CaseError::Unknown(id)),
                Recorded::Spent(at) => return Err(CaseError::SpentLink { at }),
                // Nothing else is written with these events, so nobody can be faster with it.
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

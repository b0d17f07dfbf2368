//! The part of a priority that grows while the author waits for us: in steps, each of them one event.
//!
//! Since when somebody waits follows from the history ([`switchboard_route::waiting`]), how much a step adds from the
//! formula. When the next one is due is kept beside the case with its clocks and can be made anew at any time.

use jiff::Timestamp;
use switchboard_model::{By, CaseId, Event, Formula, Happening, Priority};
use switchboard_route::waiting::waits_since;

use super::CaseError;
use crate::App;

/// Cases that are looked at together.
const CASES: u32 = 200;

/// The name of the part.
const PART: &str = "waiting";

impl App {
    /// Counts the priority of each case anew whose author has by now waited longer than it says, or does not wait any more.
    /// Answers how many cases that changed.
    pub async fn count_waiting(&self) -> Result<usize, CaseError> {
        let mut changed = 0;
        loop {
            let now = self.now();
            let due = self.store.counting_cases(now, CASES).await?;
            for id in &due {
                // One case that cannot be changed is named, and stops no other.
                match self.count_waiting_of(*id, now).await {
                    Ok(has_changed) => changed += usize::from(has_changed),
                    Err(error) => tracing::error!(case.id = %id, %error, "how long an author waits cannot be counted"),
                }
            }
            // Also those that had nothing to count are wound anew, so that none is looked at for ever.
            let left = self.wind_again(&due, now).await?;
            if due.len() < CASES as usize || left == due.len() {
                return Ok(changed);
            }
        }
    }

    async fn count_waiting_of(&self, id: CaseId, now: Timestamp) -> Result<bool, CaseError> {
        let history = self.store.case_events(id).await?;
        let Some(wanted) = counted(&self.people().formula(), &history, now) else { return Ok(false) };
        let seen = history.last().map(|event| event.number).unwrap_or_default();
        let why = wanted.find(PART).map(|part| part.why.clone()).unwrap_or_default();
        // If the case goes on meanwhile it is wound, and counted, anew.
        let decide = |case: &switchboard_model::Case| {
            let is_same = case.version != seen;
            let happening = || Happening::Recounted { priority: wanted.clone(), why: why.clone() };
            Ok(if is_same { Vec::new() } else { vec![happening()] })
        };
        let case = self.record_by(By::Timer, id, None, decide).await?;
        Ok(case.version != seen)
    }
}

/// The priority of a case as it would be by how long its author has waited; `None` where it is so already.
fn counted(formula: &Formula, history: &[Event], now: Timestamp) -> Option<Priority> {
    let (case, since) = waits_since(history).ok().flatten()?;
    // What somebody said stays said, and what has ended stays as it was.
    if case.is_closed() || case.priority.is_by_hand() {
        return None;
    }
    let part = formula.waiting_part(since, now);
    let points = case.priority.find(PART).map_or(0, |known| known.points);
    (points != part.points).then(|| case.priority.with_part(PART, Some(part)))
}

/// When the priority of a case has to be counted anew because of the time that its author waits.
pub(super) fn counts_at(formula: &Formula, history: &[Event], now: Timestamp) -> Option<Timestamp> {
    let has_waited = || history.iter().any(|event| matches!(event.what, Happening::Recounted { .. }));
    if formula.waiting.step <= 0 && !has_waited() {
        return None;
    }
    if counted(formula, history, now).is_some() {
        return Some(now);
    }
    let (case, since) = waits_since(history).ok().flatten()?;
    formula.next_step(since?, now).filter(|_| !case.priority.is_by_hand())
}

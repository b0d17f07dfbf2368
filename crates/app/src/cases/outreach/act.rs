//! What is done about an outreach. It is decided by the outreach and its case as they stood at one version of the case, and
//! written only at that one: whoever was faster is looked at first.

use jiff::SignedDuration;
use switchboard_model::{
    By, Case, Happening, Outreach, OutreachEnd, OutreachId, OutreachOutcome, OutreachSettings, OutreachState,
    OutreachTry, Via,
};

use super::{NOTE, OutreachAct};
use crate::App;
use crate::cases::record::{Hand, TRIES};
use crate::cases::{CaseError, REASON, within, written};
use crate::rights::{Actor, Right};

/// The same attempt within so long is one that was sent twice.
const SENT_TWICE: SignedDuration = SignedDuration::from_mins(1);

impl App {
    /// Does something about an outreach: the senior, or who may work on the case and was told elsewhere; whoever asked may
    /// take it back. What is said twice is said once.
    pub async fn act_on_outreach(&self, actor: &Actor, id: OutreachId, act: OutreachAct) -> Result<Case, CaseError> {
        self.act_on_outreach_via(actor, None, id, act).await
    }

    /// The same by the page of a letter, which spends no link.
    pub(super) async fn act_on_outreach_via(
        &self,
        actor: &Actor,
        via: Option<Via>,
        id: OutreachId,
        act: OutreachAct,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let act = checked_act(act)?;
        let settings = self.read_outreach_settings().await?;
        let hand = Hand::from(actor);
        let hand = Hand { via: hand.via.or(via), ..hand };
        let decide = |case: &Case, outreach: &Outreach| {
            let is_theirs = actor.user_id() == Some(outreach.ask.senior)
                || (matches!(act, OutreachAct::Withdraw { .. }) && outreach.asked_by == actor.by());
            if !is_theirs {
                actor.may_work_on(case)?;
            }
            self.what_happens(settings, actor.by(), outreach, &act)
        };
        Ok(self.decide_outreach(hand, id, decide).await?.0)
    }

    /// Does to an outreach what `decide` says of it and its case, both as they stand when it is written. Answers whether
    /// anything was.
    pub(super) async fn decide_outreach(
        &self,
        hand: Hand<'_>,
        id: OutreachId,
        decide: impl Fn(&Case, &Outreach) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<(Case, bool), CaseError> {
        let unknown = || CaseError::UnknownOutreach(id);
        let mut tried = 0;
        loop {
            let known = self.store.find_outreach(id).await?.ok_or_else(unknown)?;
            // The version first: what changes after that is noticed when it is written.
            let seen = self.store.find_case(known.case).await?.ok_or(CaseError::Unknown(known.case))?;
            let outreach = self.store.find_outreach(id).await?.ok_or_else(unknown)?;
            let stale = |now: u32| CaseError::Stale { case: seen.id, seen: seen.version, now };
            let done = match outreach.case == seen.id {
                true => {
                    let decide = |case: &Case| match case.version == seen.version {
                        true => decide(case, &outreach),
                        false => Err(stale(case.version)),
                    };
                    self.record_as(hand, seen.id, None, Vec::new(), decide).await
                }
                // The case went into another one meanwhile, and the outreach with it.
                false => Err(stale(seen.version)),
            };
            match done {
                Err(CaseError::Stale { .. }) if tried < TRIES => tried += 1,
                Err(error) => return Err(error),
                Ok(case) => {
                    let is_written = case.version != seen.version;
                    return Ok((case, is_written));
                }
            }
        }
    }

    fn what_happens(
        &self,
        settings: OutreachSettings,
        by: By,
        outreach: &Outreach,
        act: &OutreachAct,
    ) -> Result<Vec<Happening>, CaseError> {
        let (id, ask) = (outreach.id(), &outreach.ask);
        if self.is_said(by, outreach, act) {
            return Ok(Vec::new());
        }
        if !outreach.state.is_open() {
            return Err(over(outreach));
        }
        let fits = |field: &'static str, outcome: OutreachOutcome| match outcome.fits(ask.channel) {
            true => Ok(()),
            false => Err(CaseError::bad(field, "this cannot come of the channel that was asked for")),
        };
        let steps = |ticked: &Option<Vec<u16>>| {
            let mut ticked = ticked.clone().unwrap_or_else(|| outreach.ticked.clone());
            ticked.retain(|step| usize::from(*step) < ask.steps.len());
            ticked.sort_unstable();
            ticked.dedup();
            ticked
        };
        Ok(match act {
            OutreachAct::Accept => vec![Happening::OutreachAccepted { outreach: id }],
            OutreachAct::Decline { why } => vec![Happening::OutreachDeclined { outreach: id, why: why.clone() }],
            OutreachAct::Withdraw { why } => {
                vec![Happening::OutreachWithdrawn { outreach: id, senior: ask.senior, why: why.clone() }]
            }
            OutreachAct::Try { result, note, ticked, next_at } => {
                fits("result", *result)?;
                let (warn_at, next_at) = self.times(settings, ask.senior, *next_at).map_err(|error| match error {
                    CaseError::Bad { message, .. } => CaseError::Bad { field: "next_at", message },
                    error => error,
                })?;
                let (note, ticked) = (note.clone(), steps(ticked));
                let tried = OutreachTry { outreach: id, result: *result, note, ticked, warn_at, next_at };
                vec![Happening::OutreachTried(Box::new(tried))]
            }
            OutreachAct::Done { outcome, note, promised, ticked } => {
                fits("outcome", *outcome)?;
                let (note, promised, ticked) = (note.clone(), promised.clone(), steps(ticked));
                let end = OutreachEnd { outreach: id, outcome: *outcome, note, promised, ticked };
                vec![Happening::OutreachDone(Box::new(end))]
            }
        })
    }

    /// Whether the same was said already: whoever presses twice has said it once.
    fn is_said(&self, by: By, outreach: &Outreach, act: &OutreachAct) -> bool {
        use OutreachState as State;
        match act {
            OutreachAct::Accept => outreach.state.is_open() && outreach.accepted_at.is_some(),
            OutreachAct::Decline { why } => outreach.state == State::Declined && outreach.why == *why,
            OutreachAct::Withdraw { why } => outreach.state == State::Withdrawn && outreach.why == *why,
            OutreachAct::Try { result, note, next_at, .. } => outreach.attempts.last().is_some_and(|last| {
                let is_same = last.by == by && last.result == *result && last.note == *note;
                let is_same_time = next_at.is_none_or(|next| next == outreach.ask.due_at);
                let is_now = self.now().duration_since(last.at) < SENT_TWICE;
                outreach.state.is_open() && is_same && is_same_time && is_now
            }),
            OutreachAct::Done { outcome, note, promised, .. } => {
                let is_same = outreach.outcome == Some(*outcome) && outreach.note == *note;
                outreach.state == State::Done && is_same && outreach.promised == *promised
            }
        }
    }

    /// The same for what was sent by a link, as it was sent.
    pub(super) fn is_said_by(&self, by: By, outreach: &Outreach, act: &OutreachAct) -> bool {
        checked_act(act.clone()).is_ok_and(|act| self.is_said(by, outreach, &act))
    }
}

fn checked_act(act: OutreachAct) -> Result<OutreachAct, CaseError> {
    Ok(match act {
        OutreachAct::Accept => OutreachAct::Accept,
        OutreachAct::Decline { why } => OutreachAct::Decline { why: written("why", &why, REASON)? },
        OutreachAct::Withdraw { why } => OutreachAct::Withdraw { why: within("why", &why, REASON)? },
        OutreachAct::Try { result, note, ticked, next_at } => {
            if !result.is_attempt() {
                let message = "an attempt that another one follows left a message or reached nobody";
                return Err(CaseError::bad("result", message));
            }
            OutreachAct::Try { result, note: written("note", &note, NOTE)?, ticked, next_at }
        }
        OutreachAct::Done { outcome, note, promised, ticked } => {
            let (note, promised) = (written("note", &note, NOTE)?, within("promised", &promised, NOTE)?);
            OutreachAct::Done { outcome, note, promised, ticked }
        }
    })
}

/// Why nothing can be done about an outreach that has ended.
pub(super) fn over(outreach: &Outreach) -> CaseError {
    use OutreachState as State;
    let at = outreach.ended_at.map(|at| at.strftime("on %Y-%m-%d at %H:%M UTC").to_string()).unwrap_or_default();
    let why = match outreach.state {
        State::Withdrawn => format!("it was taken back {at}"),
        State::Declined => format!("it was declined {at}"),
        State::Returned => format!("it went back to whoever asked {at}: {}", outreach.why),
        _ => format!("its outcome was written down {at}"),
    };
    CaseError::OutreachOver { why }
}

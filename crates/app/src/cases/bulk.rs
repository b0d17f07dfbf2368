//! One action on many cases. Each is done, refused and taken back by itself, exactly as if somebody had done them one after
//! the other; one that cannot be done stops no other.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{Awaited, Case, CaseId, Outcome, UserId};

use super::CaseError;
use super::transfer::Transfer;
use crate::App;
use crate::rights::{Actor, Right};

/// The most cases of one action.
pub const MOST_CASES: usize = 500;

/// What is done to each of them; written as the body of the API has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum BulkAct {
    /// The actor takes it.
    Claim,
    /// Somebody else takes it.
    Assign {
        /// Who.
        to: UserId,
    },
    /// It goes back to the desk.
    Release {
        /// Why.
        why: String,
    },
    /// It is offered.
    Transfer(Transfer),
    /// Its tags change.
    Tag {
        /// What it carries from now on.
        #[serde(rename = "add")]
        added: Vec<String>,
        /// What it carries no more.
        #[serde(rename = "remove")]
        removed: Vec<String>,
    },
    /// It gets a priority.
    Prioritise {
        /// 0 to 100.
        score: u8,
        /// Why.
        why: String,
    },
    /// It sleeps.
    Snooze {
        /// Until when.
        until: Timestamp,
    },
    /// It waits.
    Wait {
        /// For whom.
        on: Awaited,
    },
    /// It ends.
    Close {
        /// How.
        outcome: Outcome,
        /// Why.
        reason: String,
    },
    /// A note is left.
    Note {
        /// What it says.
        text: String,
    },
    /// The actor follows it.
    Watch,
    /// It goes into another case.
    Merge {
        /// The case that goes on.
        into: CaseId,
    },
}

/// A case that an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The case.
    pub case: CaseId,
    /// The version that was seen; whatever it has by now if `None`.
    pub seen: Option<u32>,
}

impl From<CaseId> for Chosen {
    fn from(case: CaseId) -> Self {
        Self { case, seen: None }
    }
}

/// What became of one case.
#[derive(Debug)]
pub struct BulkResult {
    /// The case.
    pub case: CaseId,
    /// The case as it is now, and whether anything was changed; or why not.
    pub done: Result<(Case, bool), CaseError>,
}

impl App {
    /// Does one thing to many cases, in their order. Answers for each of them.
    ///
    /// # Errors
    /// If nothing is chosen or too much, or the actor may not work at all.
    pub async fn act_on_cases(
        &self,
        actor: &Actor,
        chosen: &[Chosen],
        act: &BulkAct,
    ) -> Result<Vec<BulkResult>, CaseError> {
        actor.may(Right::Work)?;
        check_number(chosen.len())?;
        let mut results = Vec::with_capacity(chosen.len());
        for one in chosen {
            let done = self.act_on_one(actor, *one, act).await;
            results.push(BulkResult { case: one.case, done });
        }
        Ok(results)
    }

    /// Takes back what [`App::act_on_cases`] did: of each case the event of that number, if nothing was done since.
    pub async fn undo_on_cases(&self, actor: &Actor, events: &[(CaseId, u32)]) -> Result<Vec<BulkResult>, CaseError> {
        actor.may(Right::Work)?;
        check_number(events.len())?;
        let mut results = Vec::with_capacity(events.len());
        for (case, event) in events {
            let done = self.undo(actor, *case, Some(*event), Some(*event)).await.map(|case| (case, true));
            results.push(BulkResult { case: *case, done });
        }
        Ok(results)
    }

    async fn act_on_one(&self, actor: &Actor, one: Chosen, act: &BulkAct) -> Result<(Case, bool), CaseError> {
        let Chosen { case: id, seen } = one;
        let before = self.case(actor, id).await?.version;
        let case = match act {
            BulkAct::Claim => self.claim_case(actor, id, seen).await,
            BulkAct::Assign { to } => self.assign_case(actor, id, seen, *to).await,
            BulkAct::Release { why } => self.release_case(actor, id, seen, why).await,
            BulkAct::Transfer(transfer) => self.transfer_case(actor, id, seen, transfer.clone()).await,
            BulkAct::Tag { added, removed } => self.tag_case(actor, id, seen, added, removed).await,
            BulkAct::Prioritise { score, why } => self.prioritise_case(actor, id, seen, *score, why).await,
            BulkAct::Snooze { until } => self.snooze_case(actor, id, seen, *until).await,
            BulkAct::Wait { on } => self.wait_case(actor, id, seen, *on).await,
            BulkAct::Close { outcome, reason } => self.close_case(actor, id, seen, *outcome, reason).await,
            BulkAct::Note { text } => self.note_on_case(actor, id, seen, text).await,
            BulkAct::Watch => self.watch_case(actor, id, None).await,
            BulkAct::Merge { into } => {
                self.merge_case(actor, *into, None, one, "").await?;
                self.case(actor, id).await
            }
        }?;
        let has_changed = case.version > before;
        Ok((case, has_changed))
    }
}

pub(super) fn check_number(number: usize) -> Result<(), CaseError> {
    match number {
        0 => Err(CaseError::bad("cases", "choose at least one case")),
        1..=MOST_CASES => Ok(()),
        _ => Err(CaseError::bad("cases", format!("{MOST_CASES} cases are the most at a time; choose fewer"))),
    }
}

//! How far the set-up is: which steps were decided, and which searches it added. Kept under one key of the table `meta`;
//! an installation that was never set up on the pages has none.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use switchboard_model::SearchId;

use crate::notices::Notice;
use crate::rights::{Actor, Right};
use crate::{App, AppError};

use super::SetUpError;

const KEY: &str = "set_up";
/// A page that was left open for days says nothing about how long the set-up took.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// A step behind the first one, which is over once there is a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// What is listened for.
    Searches,
    /// Where.
    Sources,
    /// Whose desks there are.
    Departments,
    /// Who works at them.
    Colleagues,
}

/// What was done about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Something was decided.
    Kept,
    /// It was left for later.
    Skipped,
}

/// A search that the set-up added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Of the proposal; empty for one that was written by hand.
    pub key: String,
    /// The search.
    pub id: SearchId,
}

/// How far the set-up is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// When its link was opened.
    pub began_at: Option<Timestamp>,
    /// When the first mention was there.
    pub first_mention_at: Option<Timestamp>,
    /// What was decided.
    pub steps: BTreeMap<Step, Decision>,
    /// What it added.
    pub searches: Vec<Added>,
    /// Somebody wants to hear no more of it.
    pub is_left: bool,
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 4] = [Self::Searches, Self::Sources, Self::Departments, Self::Colleagues];

    /// The word for it, also in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Searches => "searches",
            Self::Sources => "sources",
            Self::Departments => "departments",
            Self::Colleagues => "colleagues",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

impl Progress {
    /// The first step about which nothing was decided.
    pub fn open_step(&self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.steps.contains_key(step))
    }

    /// How long it took from the link to the first mention.
    pub fn first_mention_after(&self) -> Option<SignedDuration> {
        let took = self.first_mention_at?.duration_since(self.began_at?);
        (took >= SignedDuration::ZERO && took <= LONGEST).then_some(took)
    }
}

impl App {
    /// How far the set-up is; `None` if this installation was never set up on the pages.
    pub async fn set_up_progress(&self) -> Result<Option<Progress>, AppError> {
        let kept = self.store.meta(KEY).await?;
        // What a later version wrote and this one cannot read is as good as nothing.
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Notes that the set-up has begun with a link that was opened at a time that the browser was given and gave back.
    pub async fn begin_progress(&self, opened_at: Option<Timestamp>) -> Result<(), AppError> {
        let now = self.now();
        let is_plausible = |at: &Timestamp| *at <= now && now.duration_since(*at) <= LONGEST;
        let began_at = opened_at.filter(is_plausible).unwrap_or(now);
        self.keep_progress(&Progress { began_at: Some(began_at), ..Progress::default() }).await
    }

    /// Notes what was done about a step. What was decided once is not undone by passing it over later.
    pub async fn decide_step(&self, actor: &Actor, step: Step, decision: Decision) -> Result<Progress, SetUpError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let mut progress = self.set_up_progress().await?.unwrap_or_default();
        if decision == Decision::Kept || !progress.steps.contains_key(&step) {
            progress.steps.insert(step, decision);
            self.keep_progress(&progress).await?;
        }
        Ok(progress)
    }

    /// Says no more that the set-up is not over.
    pub async fn leave_set_up(&self, actor: &Actor) -> Result<(), SetUpError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let progress = self.set_up_progress().await?.unwrap_or_default();
        Ok(self.keep_progress(&Progress { is_left: true, ..progress }).await?)
    }

    /// Notes when the first mention reached us, if that was not known yet.
    pub async fn note_first_mention(&self, at: Timestamp) -> Result<Option<Progress>, AppError> {
        let _turn = self.turn().await;
        match self.set_up_progress().await? {
            Some(progress) if progress.first_mention_at.is_none() => {
                let progress = Progress { first_mention_at: Some(at), ..progress };
                self.keep_progress(&progress).await?;
                Ok(Some(progress))
            }
            known => Ok(known),
        }
    }

    pub(super) async fn keep_progress(&self, progress: &Progress) -> Result<(), AppError> {
        let text = serde_json::to_string(progress).unwrap_or_default();
        self.store.set_meta(KEY, &text).await?;
        // The desk says how far it is.
        self.notices.tell(Notice::People);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other() {
        let mut progress = Progress::default();
        for step in Step::ALL {
            assert_eq!(progress.open_step(), Some(step));
            assert_eq!(Step::from_word(step.as_str()), Some(step));
            progress.steps.insert(step, Decision::Skipped);
        }
        assert_eq!((progress.open_step(), Step::Colleagues.next()), (None, None));
        let text = serde_json::to_string(&progress).expect("JSON");
        assert_eq!(serde_json::from_str::<Progress>(&text).expect("the same"), progress);
    }

    #[test]
    fn a_time_that_makes_no_sense_is_not_told() {
        let at = |second| Some(Timestamp::from_second(second).expect("in range"));
        let after = |began_at, first_mention_at| {
            let progress = Progress { began_at, first_mention_at, ..Progress::default() };
            progress.first_mention_after().map(|took| took.as_secs())
        };
        assert_eq!(after(at(100), at(141)), Some(41));
        assert_eq!(after(at(100), at(99)), None);
        assert_eq!(after(at(0), at(100_000)), None);
        assert_eq!(after(None, at(1)), None);
    }
}

//! Letting a case rest: until a moment, or until its author answers.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Awaited, Case, CaseId, Happening};

use super::{CaseError, REASON, within};
use crate::App;
use crate::rights::Actor;

/// The longest sleep.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

impl App {
    /// The case sleeps until a moment, at most a year ahead. A new post in its conversation wakes it before.
    pub async fn snooze_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        until: Timestamp,
    ) -> Result<Case, CaseError> {
        let now = self.now();
        if until <= now {
            return Err(CaseError::bad("until", format!("{until} is over; choose a moment to come")));
        }
        if until.duration_since(now) > LONGEST {
            return Err(CaseError::bad(
                "until",
                format!("{until} is more than a year ahead; choose an earlier moment"),
            ));
        }
        let case = self
            .record(actor, id, seen, |case| {
                actor.may_work_on(case)?;
                Ok(vec![Happening::Snoozed { until }])
            })
            .await?;
        Ok(case)
    }

    /// The case waits for its author, or for a colleague who was asked.
    pub async fn wait_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        on: Awaited,
    ) -> Result<Case, CaseError> {
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::Waiting { on }])
        })
        .await
    }

    /// The case waits or sleeps no longer.
    pub async fn resume_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        why: &str,
    ) -> Result<Case, CaseError> {
        let why = within("why", why, REASON)?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::Resumed { why: why.clone() }])
        })
        .await
    }
}

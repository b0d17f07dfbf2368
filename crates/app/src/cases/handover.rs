//! Hand-over: what becomes of one's open cases when the shift ends, and giving them to a colleague or the desk before that.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{Case, CaseFilter, Happening, Owner, UserId};

use super::bulk::{BulkResult, Chosen, check_number};
use super::note::NOTE;
use super::view::CaseRow;
use super::{CaseError, within};
use crate::App;
use crate::rights::{Actor, Right};

/// The most cases of a list; who has more hands over the most urgent ones first.
const MOST: u32 = 500;

/// What becomes of somebody's cases when their shift ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandOver {
    /// When the shift ends: now if they are off duty, never if they always are on duty.
    pub ends_at: Option<Timestamp>,
    /// When they are back after that.
    pub back_at: Option<Timestamp>,
    /// Whether they are on duty now.
    pub is_on_duty: bool,
    /// Their cases that are not closed, the most urgent first.
    pub cases: Vec<HandOverCase>,
    /// Colleagues who are on duty and work for a department of one of these cases.
    pub colleagues: Vec<UserId>,
}

/// A case, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandOverCase {
    /// The case, as in a list.
    #[serde(flatten)]
    pub row: CaseRow,
    /// What becomes of it when the shift ends.
    pub then: AtShiftEnd,
}

/// What becomes of a case when its owner's shift ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AtShiftEnd {
    /// It stays theirs, marked as off duty: nothing runs out before they are back.
    Stays,
    /// It goes to the desk: a clock runs out before they are back.
    Returns,
    /// Nothing: their shift never ends.
    Nothing,
}

/// One case that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The case, and the version that was seen.
    pub chosen: Chosen,
    /// What whoever gets it has to know; may be empty.
    pub note: String,
}

/// Who gets what is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOverTo {
    /// A colleague who is on duty.
    User(UserId),
    /// The desk of each case.
    Desk,
    /// Nobody yet: the notes are left, and the cases stay.
    Nobody,
}

impl App {
    /// What becomes of the actor's cases when their shift ends.
    pub async fn hand_over_list(&self, actor: &Actor) -> Result<HandOver, CaseError> {
        actor.may(Right::Work)?;
        let (people, now) = (self.people(), self.now());
        let user = actor.user_id().and_then(|id| people.user(id));
        let user = user.ok_or_else(|| CaseError::bad("as", "only a user has a shift; say as whom"))?;
        let calendar = people.calendar_of_user(&user);
        let is_on_duty = calendar.is_open(now);
        let ends_at = if is_on_duty { calendar.next_close(now) } else { Some(now) };
        let back_at = ends_at.and_then(|end| calendar.next_open(end));
        let filter = CaseFilter { owner: Some(user.id), limit: MOST, with_private: true, ..CaseFilter::default() };
        let page = self.cases(actor, filter).await?;
        let then = |row: &CaseRow| match (ends_at, row.due) {
            (None, _) => AtShiftEnd::Nothing,
            // Whoever does not come back within a year does not come back in time.
            (Some(_), Some(due)) if due.at < back_at.unwrap_or(Timestamp::MAX) => AtShiftEnd::Returns,
            (Some(_), _) => AtShiftEnd::Stays,
        };
        let cases: Vec<HandOverCase> =
            page.cases.into_iter().map(|row| HandOverCase { then: then(&row), row }).collect();
        let is_on_duty_too = |other: &switchboard_model::User| people.calendar_of_user(other).is_open(now);
        let can_take = |other: &&switchboard_model::User| {
            let can_own = |one: &HandOverCase| self.may_own(other.id, one.row.case.department).is_ok();
            other.id != user.id && is_on_duty_too(other) && cases.iter().any(can_own)
        };
        let colleagues = people.users().iter().filter(can_take).map(|other| other.id).collect();
        Ok(HandOver { ends_at, back_at, is_on_duty, cases, colleagues })
    }

    /// Hands cases over in one act, each with its note. Answers for each of them; one that cannot be handed over stops no
    /// other.
    pub async fn hand_over_cases(
        &self,
        actor: &Actor,
        handed: &[HandedOver],
        to: HandOverTo,
    ) -> Result<Vec<BulkResult>, CaseError> {
        actor.may(Right::Work)?;
        check_number(handed.len())?;
        // Words that are lost after half of the cases went would be looked for.
        handed.iter().try_for_each(|one| within("note", &one.note, NOTE).map(drop))?;
        if let HandOverTo::User(to) = to {
            let people = self.people();
            let known = people.user(to).ok_or_else(|| CaseError::bad("to", "there is no such user"))?;
            if !known.is_active || !people.calendar_of_user(&known).is_open(self.now()) {
                let message = format!("{} is not on duty; choose a colleague who is, or the desk", known.name);
                return Err(CaseError::bad("to", message));
            }
        }
        let mut results = Vec::with_capacity(handed.len());
        for one in handed {
            results.push(BulkResult { case: one.chosen.case, done: self.hand_over_one(actor, one, to).await });
        }
        Ok(results)
    }

    async fn hand_over_one(&self, actor: &Actor, one: &HandedOver, to: HandOverTo) -> Result<(Case, bool), CaseError> {
        let Chosen { case: id, seen } = one.chosen;
        let note = within("note", &one.note, NOTE)?;
        let before = self.case(actor, id).await?.version;
        let decide = |case: &Case| self.handed_over(actor, case, &note, to);
        let case = self.record(actor, id, seen, decide).await?;
        let has_changed = case.version > before;
        Ok((case, has_changed))
    }

    fn handed_over(&self, actor: &Actor, case: &Case, note: &str, to: HandOverTo) -> Result<Vec<Happening>, CaseError> {
        actor.may_work_on(case)?;
        let mut happens = if note.is_empty() { Vec::new() } else { self.noted(actor, case, note) };
        match to {
            HandOverTo::User(to) => {
                self.may_own(to, case.department)?;
                happens.push(Happening::assigned(to));
            }
            HandOverTo::Desk if case.owner == Owner::Desk => {}
            HandOverTo::Desk => {
                happens.push(Happening::Released { why: "handed over at the end of a shift".to_owned() })
            }
            HandOverTo::Nobody => {}
        }
        Ok(happens)
    }
}

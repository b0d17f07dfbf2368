//! Vacation hand-over: when an absence begins, each case of whoever is away goes to who stands in for them, or to the desk
//! of its department, so that it has an owner who is there.
//!
//! What somebody does with a case while they are away is left alone: they are at work after all.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_model::{Absence, By, Case, CaseFilter, CaseId, DepartmentId, Happening, Owner, User, UserId};

use super::CaseError;
use crate::App;
use crate::people::People;
use crate::rights::{Actor, Right};

/// Cases that are looked at together.
const BATCH: u32 = 500;

/// Who was just at work on a case keeps it: they are about to finish it.
const AT_WORK: SignedDuration = SignedDuration::from_mins(30);

/// Where a case of somebody who is away goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandOver {
    /// The case.
    pub case: CaseId,
    /// Its department, which it stays with.
    pub department: DepartmentId,
    /// Who gets it; the department's desk where there is nobody.
    pub to: Option<UserId>,
}

impl App {
    /// Where the open cases of a user would go if they were away now. For themselves and for administrators.
    pub async fn hand_over_of(&self, actor: &Actor, id: UserId, absence: &Absence) -> Result<Vec<HandOver>, CaseError> {
        if actor.user_id() != Some(id) {
            actor.may(Right::Administer)?;
        }
        let (people, now) = (self.people(), self.now());
        let stand_in = people.stand_in_for(id, absence, now);
        let cases = self.open_cases_of(id).await?;
        Ok(cases.iter().map(|case| hand_over(&people, case, stand_in)).collect())
    }

    /// Gives on what belongs to those whose absence has begun. Answers how many cases that were.
    pub async fn hand_over_absent(&self) -> Result<usize, CaseError> {
        let (people, now) = (self.people(), self.now());
        let mut handed = 0;
        for user in people.users().iter().filter(|user| user.is_active && !user.profile.absences.is_empty()) {
            let Some(absence) = people.duty_of_user(user, now).away else { continue };
            // A night that began before the first day is worked to its end.
            if people.is_on_duty(user, now) {
                continue;
            }
            let stand_in = people.stand_in_for(user.id, &absence, now);
            for case in self.open_cases_of(user.id).await? {
                let to = hand_over(&people, &case, stand_in).to;
                match self.hand_over_case(case.id, user, &absence, to, now).await {
                    Ok(has_changed) => handed += usize::from(has_changed),
                    Err(error) => tracing::error!(case.id = %case.id, %error, "a case cannot be handed over"),
                }
            }
        }
        Ok(handed)
    }

    /// Everything that is not closed and belongs to a user, the most urgent first.
    async fn open_cases_of(&self, owner: UserId) -> Result<Vec<Case>, CaseError> {
        let mut filter = CaseFilter { owner: Some(owner), with_private: true, limit: BATCH, ..CaseFilter::default() };
        let mut cases: Vec<Case> = Vec::new();
        loop {
            let page = self.store.list_cases(&filter).await?;
            let is_last = page.len() < BATCH as usize;
            cases.extend(page.into_iter().map(|listed| listed.case));
            match cases.last() {
                Some(last) if !is_last => filter.after = Some(filter.place_of(last)),
                _ => return Ok(cases),
            }
        }
    }

    async fn hand_over_case(
        &self,
        id: CaseId,
        user: &User,
        absence: &Absence,
        to: Option<UserId>,
        now: Timestamp,
    ) -> Result<bool, CaseError> {
        let history = self.store.case_events(id).await?;
        let seen = history.last().map(|event| event.number).unwrap_or_default();
        let zone = TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC);
        let began = zone.to_ambiguous_zoned(absence.from.at(0, 0, 0, 0)).compatible().map(|began| began.timestamp());
        let acted = history.iter().rev().find(|event| event.by == By::User(user.id)).map(|event| event.at);
        let is_at_work =
            acted.is_some_and(|acted| began.is_ok_and(|began| acted >= began) || now.duration_since(acted) < AT_WORK);
        if is_at_work {
            return Ok(false);
        }
        let why = format!("{} is away until {}", user.name, absence.until);
        let decide = |case: &Case| {
            if case.owner != Owner::User(user.id) || case.is_closed() {
                return Ok(Vec::new());
            }
            // Why it changes hands is said before it does.
            Ok(match to {
                Some(to) => vec![Happening::Released { why: why.clone() }, Happening::assigned(to)],
                None => vec![Happening::Released { why: why.clone() }],
            })
        };
        let case = self.record_by(By::Timer, id, None, decide).await?;
        Ok(case.version != seen)
    }
}

/// Where a case goes: to the stand-in if they work for its department, else to its desk.
fn hand_over(people: &People, case: &Case, stand_in: Option<UserId>) -> HandOver {
    let works_there = |id: &UserId| people.user(*id).is_some_and(|user| user.departments.contains(&case.department));
    HandOver { case: case.id, department: case.department, to: stand_in.filter(works_there) }
}

//! Transfer: ownership is offered with a reason and a note. Until somebody accepts, the sender stays the owner.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Case, CaseId, DepartmentId, Event, Happening, Offer, TransferReason, Unaccepted, UserId};

use super::{CaseError, REASON, within, written};
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

/// What is offered to whom, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Transfer {
    /// The department.
    pub department: DepartmentId,
    /// One user of it; `None` for whoever accepts first.
    pub user: Option<UserId>,
    /// Why, in one word.
    pub reason: TransferReason,
    /// What the receiver has to know, 1 to 2,000 characters.
    pub note: String,
    /// How many minutes the offer stands; `None` for what is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_within_min: Option<u32>,
    /// Whether the sender follows the case after it was accepted.
    pub keeps_watching: bool,
}

/// So often between the same two departments is to and fro.
const PING_PONG: usize = 3;

/// The departments that a case has been with, in their order.
pub(super) fn route_of(history: &[Event]) -> Vec<DepartmentId> {
    let mut been: Vec<DepartmentId> = Vec::new();
    let mut replayed: Option<Case> = None;
    for event in history {
        match &mut replayed {
            // What cannot follow is for the check of histories to tell.
            Some(case) => drop(case.apply(event)),
            None => replayed = Case::open(event).ok(),
        }
        if let Some(case) = &replayed
            && been.last() != Some(&case.department)
        {
            been.push(case.department);
        }
    }
    been
}

impl App {
    /// Offers the case.
    pub async fn transfer_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        transfer: Transfer,
    ) -> Result<Case, CaseError> {
        let note = written("note", &transfer.note, REASON)?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            self.may_receive(case, &transfer)?;
            let until = self.offer_until(case, &transfer)?;
            Ok(vec![Happening::Offered(Offer {
                department: transfer.department,
                user: transfer.user,
                reason: transfer.reason,
                note: note.clone(),
                until,
                keeps_watching: transfer.keeps_watching,
            })])
        })
        .await
    }

    /// When the offer ends: as the sender says, as the department wants it, as the service level of such a case there
    /// promises, as configured.
    fn offer_until(&self, case: &Case, transfer: &Transfer) -> Result<Timestamp, CaseError> {
        let people = self.people();
        let of_department = || people.department(transfer.department).and_then(|to| to.office.accept_within_min);
        let of_sla = || {
            let there = Case { department: transfer.department, ..case.clone() };
            people.sla().iter().find(|policy| policy.is_about(&there)).and_then(|policy| policy.targets.accept_min)
        };
        let minutes = transfer.accept_within_min.or_else(of_department).or_else(of_sla);
        let minutes = minutes.unwrap_or(self.case_options.accept_within_min);
        if !(1..=Offer::LONGEST_MIN).contains(&minutes) {
            return Err(CaseError::bad("accept_within_min", "an offer stands for 1 minute to 7 days (10080 minutes)"));
        }
        let until = self.now().saturating_add(SignedDuration::from_mins(i64::from(minutes)));
        until.map_err(|_| CaseError::bad("accept_within_min", "that is beyond the calendar"))
    }

    fn may_receive(&self, case: &Case, transfer: &Transfer) -> Result<(), CaseError> {
        let people = self.people();
        let Some(department) = people.department(transfer.department) else {
            return Err(CaseError::bad("department", "there is no such department"));
        };
        if !department.is_active {
            let message = format!("{} is closed; choose another department", department.name);
            return Err(CaseError::bad("department", message));
        }
        if case.department == transfer.department && transfer.user.is_none() {
            let message =
                format!("the case is with {} already; name a user of it, or another department", department.name);
            return Err(CaseError::bad("department", message));
        }
        if let Some(user) = transfer.user {
            if case.owner.user() == Some(user) {
                return Err(CaseError::bad("user", format!("{} has the case already", self.name_of(user))));
            }
            self.may_own(user, transfer.department)?;
        }
        Ok(())
    }

    /// Takes what was offered: the actor owns the case from now on, in the offered department.
    pub async fn accept_case(&self, actor: &Actor, id: CaseId, seen: Option<u32>) -> Result<Case, CaseError> {
        self.accept_case_with(actor, id, seen, "").await
    }

    /// The same with a note for whoever offered it, which may be empty.
    pub async fn accept_case_with(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        note: &str,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let note = within("note", note, REASON)?;
        if actor.user_id().is_none() {
            return Err(CaseError::bad("as", "only a user can own a case; say as whom"));
        }
        // The departments that it has been through; if it goes on meanwhile, its version tells.
        let history = self.store.case_events(id).await?;
        let been = route_of(&history);
        self.record(actor, id, seen, |case| {
            let offer = self.offer_to(actor, case)?;
            if !self.people().department(offer.department).is_some_and(|department| department.is_active) {
                return Err(CaseError::bad("department", "the department that it was offered to is closed"));
            }
            let mut happens = vec![Happening::Accepted];
            happens.extend(self.ping_pong(&been, case.department, offer.department));
            if !note.is_empty() {
                happens.extend(self.noted(actor, case, &note));
            }
            Ok(happens)
        })
        .await
    }

    /// What happens when a case goes from one department to another for the third time between the two, and every second
    /// time after that.
    fn ping_pong(&self, been: &[DepartmentId], from: DepartmentId, to: DepartmentId) -> Option<Happening> {
        if from == to {
            return None;
        }
        let is_hop = |pair: &&[DepartmentId]| **pair == [from, to] || **pair == [to, from];
        let hops = 1 + been.windows(2).filter(is_hop).count();
        if hops < PING_PONG || hops % 2 == 0 {
            return None;
        }
        let people = self.people();
        let mut heads: Vec<UserId> =
            [from, to].iter().filter_map(|id| people.department(*id)).map(|department| department.head).collect();
        heads.sort();
        heads.dedup();
        Some(Happening::PingPong { between: [from, to], hops: u32::try_from(hops).unwrap_or(u32::MAX), heads })
    }

    /// What follows when nobody has accepted an offer in time: the sender has the case as before, or, where the department
    /// wants it so, its head gets it there.
    pub(super) fn unaccepted(&self, case: &Case, offer: &Offer, been: &[DepartmentId], why: String) -> Vec<Happening> {
        let mut happens = vec![Happening::OfferEnded { why }];
        let people = self.people();
        let to = people.department(offer.department).filter(|department| department.is_active);
        let head = to.filter(|department| department.office.unaccepted == Unaccepted::Head).map(|to| to.head);
        if let Some(head) = head.filter(|head| self.may_own(*head, offer.department).is_ok()) {
            if offer.department != case.department {
                let why = "nobody there accepted it in time, so it is its head's".to_owned();
                happens.push(Happening::Moved { department: offer.department, why, is_confirmed: false });
                happens.push(Happening::assigned(head));
                happens.extend(self.ping_pong(been, case.department, offer.department));
            } else if case.owner.user() != Some(head) {
                happens.push(Happening::assigned(head));
            }
        }
        happens
    }

    /// Says no to what was offered; the owner keeps the case and reads why.
    pub async fn decline_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        note: &str,
    ) -> Result<Case, CaseError> {
        let note = written("note", note, REASON)?;
        self.record(actor, id, seen, |case| {
            self.offer_to(actor, case)?;
            Ok(vec![Happening::Declined { note: note.clone() }])
        })
        .await
    }

    /// Takes an offer back.
    pub async fn withdraw_offer(&self, actor: &Actor, id: CaseId, seen: Option<u32>) -> Result<Case, CaseError> {
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            Ok(vec![Happening::OfferEnded { why: "it was taken back".to_owned() }])
        })
        .await
    }

    /// The offer, if the actor may answer it: the user that it names, else everybody of its department.
    fn offer_to<'a>(&self, actor: &Actor, case: &'a Case) -> Result<&'a Offer, CaseError> {
        actor.may(Right::Work)?;
        let Some(offer) = &case.offer else { return Err(CaseError::bad("offer", "nothing is offered, or no longer")) };
        if let (Some(wanted), Some(user)) = (offer.user, actor.user_id())
            && wanted != user
        {
            let message = format!("it is offered to {}; only they can answer", self.name_of(wanted));
            return Err(CaseError::bad("offer", message));
        }
        let people = self.people();
        let leads = people.department(offer.department).is_some_and(|department| actor.may_lead(department).is_ok());
        if leads || actor.works_for(offer.department) { Ok(offer) } else { Err(Forbidden::NotYourDepartment.into()) }
    }
}

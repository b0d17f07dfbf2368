//! Transfer: ownership is offered with a reason and a note. Until somebody accepts, the sender stays the owner.

use jiff::SignedDuration;
use switchboard_model::{Case, CaseId, DepartmentId, Happening, Offer, TransferReason, UserId};

use super::{CaseError, REASON, written};
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

/// The longest time that an offer may stand.
const LONGEST_MIN: u32 = 7 * 24 * 60;

/// What is offered to whom, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub accept_within_min: Option<u32>,
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
        let minutes = transfer.accept_within_min.unwrap_or(self.case_options.accept_within_min);
        if !(1..=LONGEST_MIN).contains(&minutes) {
            return Err(CaseError::bad("accept_within_min", "an offer stands for 1 minute to 7 days (10080 minutes)"));
        }
        let until = self.now().saturating_add(SignedDuration::from_mins(i64::from(minutes)));
        let until = until.map_err(|_| CaseError::bad("accept_within_min", "that is beyond the calendar"))?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            self.may_receive(case, &transfer)?;
            Ok(vec![Happening::Offered(Offer {
                department: transfer.department,
                user: transfer.user,
                reason: transfer.reason,
                note: note.clone(),
                until,
            })])
        })
        .await
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
        actor.may(Right::Work)?;
        if actor.user_id().is_none() {
            return Err(CaseError::bad("as", "only a user can own a case; say as whom"));
        }
        self.record(actor, id, seen, |case| {
            let offer = self.offer_to(actor, case)?;
            if !self.people().department(offer.department).is_some_and(|department| department.is_active) {
                return Err(CaseError::bad("department", "the department that it was offered to is closed"));
            }
            Ok(vec![Happening::Accepted])
        })
        .await
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

//! Making oneself the owner of a case that a desk has.

use switchboard_model::{Case, CaseId, Happening, Owner, UserId};

use super::CaseError;
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

impl App {
    /// The actor owns the case from now on. Of several who claim at once one gets it, the others are told who has it.
    pub async fn claim_case(&self, actor: &Actor, id: CaseId, seen: Option<u32>) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let Some(user) = actor.user_id() else {
            return Err(CaseError::bad("as", "only a user can own a case; say as whom"));
        };
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            match case.owner {
                Owner::User(owner) if owner != user && !case.is_closed() => Err(self.already_owned(case, owner)),
                _ => Ok(vec![Happening::Claimed]),
            }
        })
        .await
    }

    fn already_owned(&self, case: &Case, by: UserId) -> CaseError {
        CaseError::AlreadyOwned { case: case.id, by, name: self.name_of(by) }
    }

    /// What a user is called.
    pub(crate) fn name_of(&self, user: UserId) -> String {
        self.people().user(user).map_or_else(|| "somebody".to_owned(), |user| user.name.clone())
    }

    /// Whether a user may own cases of a department: active, and one of those who work for it.
    pub(super) fn may_own(&self, user: UserId, department: switchboard_model::DepartmentId) -> Result<(), CaseError> {
        let people = self.people();
        let Some(known) = people.user(user) else { return Err(CaseError::bad("user", "there is no such user")) };
        if !known.is_active {
            return Err(CaseError::bad("user", format!("{} is not active; choose somebody else", known.name)));
        }
        let leads = people
            .department(department)
            .is_some_and(|department| department.head == user || department.deputy == Some(user));
        if leads || known.departments.contains(&department) {
            return if Actor::User(known.clone()).right() >= Right::Work {
                Ok(())
            } else {
                Err(CaseError::bad("user", format!("{}: {}", known.name, Forbidden::Role(Right::Work))))
            };
        }
        let name = people.department(department).map_or_else(String::new, |department| department.name.clone());
        let message =
            format!("{} does not work for {name}; choose somebody who does, or transfer the case", known.name);
        Err(CaseError::bad("user", message))
    }
}

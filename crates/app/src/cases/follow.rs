//! Who follows a case beside its owner: users who watch it, departments that have something at stake in it. Neither owns
//! anything, so none of it is in the way of whoever works on the case.

use switchboard_model::{Case, CaseId, DepartmentId, Happening, UserId};

use super::{CaseError, REASON, within};
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

impl App {
    /// A user follows the case from now on: the actor, or a colleague who is to know of it. Nothing changes where they do.
    pub async fn watch_case(&self, actor: &Actor, id: CaseId, user: Option<UserId>) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let user = self.follower(actor, user)?;
        let known = self.people().user(user).filter(|user| user.is_active);
        let Some(known) = known else { return Err(CaseError::bad("user", "there is no such active user")) };
        if Actor::User(known.clone()).may(Right::Work).is_err() {
            let message = format!("{} only reads; an administrator can make them a member", known.name);
            return Err(CaseError::bad("user", message));
        }
        self.record(actor, id, None, |case| {
            let follows = case.watchers.contains(&user);
            Ok(if follows { Vec::new() } else { vec![Happening::Watched { user }] })
        })
        .await
    }

    /// A user follows the case no more: the actor, or somebody else for whoever may work on it.
    pub async fn unwatch_case(&self, actor: &Actor, id: CaseId, user: Option<UserId>) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let user = self.follower(actor, user)?;
        self.record(actor, id, None, |case| {
            if actor.user_id() != Some(user) {
                actor.may_work_on(case)?;
            }
            let follows = case.watchers.contains(&user);
            Ok(if follows { vec![Happening::Unwatched { user }] } else { Vec::new() })
        })
        .await
    }

    /// A department beside its own follows the case from now on and sees it among its own.
    pub async fn involve(
        &self,
        actor: &Actor,
        id: CaseId,
        department: DepartmentId,
        why: &str,
    ) -> Result<Case, CaseError> {
        let why = within("why", why, REASON)?;
        self.record(actor, id, None, |case| {
            actor.may_work_on(case)?;
            if !self.people().department(department).is_some_and(|department| department.is_active) {
                return Err(CaseError::bad("department", "there is no such open department"));
            }
            if case.department == department {
                return Err(CaseError::bad("department", "the case is with this department already"));
            }
            let follows = case.involved.contains(&department);
            Ok(if follows { Vec::new() } else { vec![Happening::Involved { department, why: why.clone() }] })
        })
        .await
    }

    /// A department follows the case no more.
    pub async fn excuse(&self, actor: &Actor, id: CaseId, department: DepartmentId) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        self.record(actor, id, None, |case| {
            if actor.may_work_on(case).is_err() && !actor.works_for(department) {
                return Err(Forbidden::NotYourDepartment.into());
            }
            let follows = case.involved.contains(&department);
            Ok(if follows { vec![Happening::Excused { department }] } else { Vec::new() })
        })
        .await
    }

    fn follower(&self, actor: &Actor, user: Option<UserId>) -> Result<UserId, CaseError> {
        user.or(actor.user_id()).ok_or_else(|| CaseError::bad("user", "say who follows it"))
    }
}

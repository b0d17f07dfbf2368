//! How much people can have, and how a department's cases find an owner. The head of a department decides it, or an
//! administrator.

use std::sync::Arc;

use switchboard_model::{Assignment, Department, DepartmentId, User, UserId};

use super::DirectoryError;
use super::department::get as get_department;
use super::user::get as get_user;
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

/// The most cases that anybody can have at once.
pub const MOST_CASES: u32 = 10_000;

impl App {
    /// Says how the cases of a department find an owner.
    pub async fn set_assignment(
        &self,
        actor: &Actor,
        id: DepartmentId,
        assignment: Assignment,
    ) -> Result<Department, DirectoryError> {
        actor.may(Right::Work)?;
        let _turn = self.turn().await;
        let people = self.people();
        let mut department = get_department(&people, id)?.clone();
        actor.may_lead(&department)?;
        department.office.assignment = assignment;
        self.store.update_department(&department).await?;
        self.read_people_anew().await?;
        Ok(department)
    }

    /// Says how many cases that are not closed a user can have before they are given no more; as many as come if `None`.
    pub async fn set_most_cases(
        &self,
        actor: &Actor,
        id: UserId,
        most: Option<u32>,
    ) -> Result<Arc<User>, DirectoryError> {
        actor.may(Right::Work)?;
        let _turn = self.turn().await;
        let people = self.people();
        let mut user = get_user(&people, id)?.as_ref().clone();
        let departments = people.departments();
        let leads = |id: &DepartmentId| {
            departments.iter().any(|department| department.id == *id && actor.may_lead(department).is_ok())
        };
        if actor.right() < Right::Administer && !user.departments.iter().any(leads) {
            return Err(Forbidden::NotTheHead.into());
        }
        if most.is_some_and(|most| !(1..=MOST_CASES).contains(&most)) {
            let message = format!("somebody can have 1 to {MOST_CASES} cases; leave it empty for as many as come");
            return Err(DirectoryError::bad("most_cases", message));
        }
        user.profile.most_cases = most;
        self.store.update_user(&user).await?;
        let people = self.read_people_anew().await?;
        Ok(people.user(id).unwrap_or_else(|| Arc::new(user)))
    }
}

//! The social team: everybody who answers in public, across the departments. It has exactly one head once somebody was
//! named, a deputy, and a seat for each department; what is empty is said until somebody sits there.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_model::{Company, Department, DepartmentId, Interest, Team, UserId};

use super::{DirectoryError, department, now::works};
use crate::App;
use crate::doctor::Finding;
use crate::people::People;
use crate::rights::{Actor, Right};

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TeamChange {
    /// Its head. There is no way back to none.
    pub head: Option<UserId>,
    /// Who stands in for the head; `Some(None)` for nobody.
    pub deputy: Option<Option<UserId>>,
    /// Who sits in it for a department; `None` for nobody.
    pub seats: BTreeMap<DepartmentId, Option<UserId>>,
}

/// Something about the team that somebody should see to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TeamWarning {
    /// Nobody heads it.
    NoHead,
    /// A department that answers for service (the one called so, or the fallback, where none says that it does) has nobody in its seat.
    ServiceSeat {
        /// The department.
        department: DepartmentId,
    },
    /// Another department has none.
    Seat {
        /// The department.
        department: DepartmentId,
    },
}

impl TeamWarning {
    /// Whether it is about a seat that may stay empty.
    pub fn is_slight(&self) -> bool {
        matches!(self, Self::Seat { .. })
    }

    /// What is wrong, and the remedy, for programs.
    pub fn said(&self, people: &People) -> (String, String) {
        let name = |id: DepartmentId| people.department(id).map(|one| one.name.clone()).unwrap_or_default();
        match self {
            Self::NoHead => ("nobody heads it".into(), "name somebody: switchboard team set --head EMAIL".into()),
            Self::ServiceSeat { department } => (
                format!("the service seat is empty: nobody sits in it for '{}'", name(*department)),
                "name somebody: switchboard team set --seat KEY=EMAIL".into(),
            ),
            Self::Seat { department } => (
                format!("nobody sits in it for '{}'", name(*department)),
                "name somebody: switchboard team set --seat KEY=EMAIL".into(),
            ),
        }
    }
}

/// What is missing in the team, what matters most first. Nothing before the set-up.
pub fn warnings(people: &People) -> Vec<TeamWarning> {
    let Some(company) = people.company() else { return Vec::new() };
    let is_there = |id: UserId| people.user(id).is_some_and(|user| works(&user));
    let mut warnings = Vec::new();
    if !company.team.head.is_some_and(is_there) {
        warnings.push(TeamWarning::NoHead);
    }
    let open = || people.departments().iter().filter(|one| one.is_active);
    let is_service = |one: &Department| one.office.interest == Some(Interest::Service);
    let is_said = open().any(is_service);
    // Until one says so it is the one that the set-up calls so, and else the one that takes the rest.
    let named = open().find(|one| one.key == "service").map_or(company.fallback, |one| one.id);
    let serves = |one: &Department| if is_said { is_service(one) } else { one.id == named };
    let is_empty = |one: &&Department| !company.team.seats.get(&one.id).copied().is_some_and(is_there);
    let empty: Vec<&Department> = open().filter(is_empty).collect();
    warnings.extend(empty.iter().filter(|one| serves(one)).map(|one| TeamWarning::ServiceSeat { department: one.id }));
    warnings.extend(empty.iter().filter(|one| !serves(one)).map(|one| TeamWarning::Seat { department: one.id }));
    warnings
}

/// What the doctor says of the team; seats that may stay empty are one line.
pub(crate) fn examine(people: &People) -> Vec<Finding> {
    if people.company().is_none() {
        return Vec::new();
    }
    let warnings = warnings(people);
    let mut findings: Vec<Finding> = warnings
        .iter()
        .filter(|warning| !warning.is_slight())
        .map(|warning| {
            let (seen, remedy) = warning.said(people);
            Finding::warning("social team", seen, remedy)
        })
        .collect();
    if findings.is_empty() {
        let empty = warnings.len();
        let seats = if empty == 0 { "every seat is taken".to_owned() } else { format!("{empty} seats are empty") };
        findings.push(Finding::good("social team", format!("it has a head and a service seat; {seats}")));
    }
    findings
}

impl App {
    /// The team as it is; nobody before the set-up.
    pub fn team(&self) -> Team {
        self.company().map(|company| company.team.clone()).unwrap_or_default()
    }

    /// What is missing in the team.
    pub fn team_warnings(&self) -> Vec<TeamWarning> {
        warnings(&self.people())
    }

    /// Changes who leads the team and who sits in it.
    pub async fn change_team(&self, actor: &Actor, change: TeamChange) -> Result<Team, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let company = people.company().ok_or(DirectoryError::NotSetUp)?;
        let mut team = company.team.clone();
        if let Some(head) = change.head {
            team.head = Some(department::active(&people, "head", head)?);
        }
        if let Some(deputy) = change.deputy {
            team.deputy = deputy.map(|deputy| department::active(&people, "deputy", deputy)).transpose()?;
        }
        if team.deputy.is_some() && team.deputy == team.head {
            return Err(DirectoryError::bad("deputy", "the head cannot be their own deputy; choose somebody else"));
        }
        for (id, user) in change.seats {
            let department = department::get(&people, id)?;
            match user {
                None => drop(team.seats.remove(&id)),
                Some(user) => {
                    let user = department::active(&people, "seats", user)?;
                    if !people.user(user).is_some_and(|user| user.departments.contains(&id)) {
                        let name = people.user(user).map(|user| user.name.clone()).unwrap_or_default();
                        let message = format!(
                            "{name} does not work for '{}' and cannot sit in the team for it; choose one of its people",
                            department.name
                        );
                        return Err(DirectoryError::bad("seats", message));
                    }
                    team.seats.insert(id, user);
                }
            }
        }
        let company = Company { team: team.clone(), ..company.as_ref().clone() };
        self.store.update_company(&company).await?;
        self.read_people_anew().await?;
        Ok(team)
    }
}

/// Refuses to let go of the head of the team: there is exactly one.
pub(super) fn has_another_head(people: &People, user: UserId) -> Result<(), DirectoryError> {
    match people.company() {
        Some(company) if company.team.head == Some(user) => {
            let name = people.user(user).map(|user| user.name.clone()).unwrap_or_default();
            let message = format!("{name} is the head of the social team; give it another head first");
            Err(DirectoryError::InUse(message))
        }
        _ => Ok(()),
    }
}

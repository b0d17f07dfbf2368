//! Service levels as administrators keep them.

use std::sync::Arc;

use switchboard_model::{DepartmentId, EscalationStep, Offer, SlaPolicy, SlaPolicyId, SlaTargets};

use super::{DirectoryError, checked_name};
use crate::people::People;
use crate::rights::{Actor, Right};
use crate::{App, tags};

/// More policies than anybody keeps in mind.
const MOST_POLICIES: usize = 100;

/// The longest target: a year.
const LONGEST_MIN: u32 = 365 * 24 * 60;

/// The most steps of a chain.
const MOST_STEPS: usize = 10;

/// A policy as a person writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyText {
    /// What people call it. Unique.
    pub name: String,
    /// Only cases of these departments; of all if there are none.
    pub departments: Vec<DepartmentId>,
    /// Only cases of these networks; of all if there are none.
    pub networks: Vec<String>,
    /// Only cases of at least this priority.
    pub least_priority: u8,
    /// Only cases with this tag.
    pub tag: Option<String>,
    /// Minutes until each clock runs out.
    pub targets: SlaTargets,
    /// Whether only the business hours of the department count.
    pub in_business_hours: bool,
    /// What part of a target may pass before a warning, in per cent.
    pub warn_at_percent: u8,
    /// Who is told after a clock ran out.
    pub escalation: Vec<EscalationStep>,
}

impl From<SlaPolicy> for PolicyText {
    fn from(policy: SlaPolicy) -> Self {
        let SlaPolicy {
            id: _,
            name,
            departments,
            networks,
            least_priority,
            tag,
            targets,
            in_business_hours,
            warn_at_percent,
            escalation,
        } = policy;
        Self {
            name,
            departments,
            networks,
            least_priority,
            tag,
            targets,
            in_business_hours,
            warn_at_percent,
            escalation,
        }
    }
}

impl App {
    /// The service levels, in the order in which they are looked at.
    pub fn sla(&self) -> Arc<[SlaPolicy]> {
        self.people().sla().clone()
    }

    /// Replaces the service levels by these, in this order. The clocks of all cases go by them from then on.
    pub async fn set_sla(&self, actor: &Actor, policies: Vec<PolicyText>) -> Result<Arc<[SlaPolicy]>, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        if people.company().is_none() {
            return Err(DirectoryError::NotSetUp);
        }
        if policies.len() > MOST_POLICIES {
            return Err(DirectoryError::bad("policies", format!("there can be {MOST_POLICIES} policies at most")));
        }
        let mut checked: Vec<SlaPolicy> = Vec::new();
        for text in policies {
            let known = people.sla().iter().find(|policy| policy.name == text.name.trim());
            let id = known.map_or_else(|| SlaPolicyId(self.ids.next()), |policy| policy.id);
            let policy = self::checked(&people, id, text)?;
            if checked.iter().any(|other| other.name.to_lowercase() == policy.name.to_lowercase()) {
                let message = format!("two policies are called '{}'; choose another name for one", policy.name);
                return Err(DirectoryError::Taken { field: "name", message });
            }
            checked.push(policy);
        }
        self.store.set_sla(&checked).await?;
        Ok(self.read_people_anew().await?.sla().clone())
    }
}

fn checked(people: &People, id: SlaPolicyId, text: PolicyText) -> Result<SlaPolicy, DirectoryError> {
    let name = checked_name("name", &text.name)?;
    let wrong = |field: &'static str, what: String| Err(DirectoryError::bad(field, format!("'{name}': {what}")));
    if let Some(unknown) = text.departments.iter().find(|id| people.department(**id).is_none()) {
        return Err(DirectoryError::UnknownDepartment(unknown.to_string()));
    }
    let networks: Vec<String> =
        text.networks.iter().map(|network| network.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    if networks.len() > 50 || networks.iter().any(|network| network.chars().count() > 100) {
        return wrong("networks", "name 50 networks at most, each with up to 100 characters".to_owned());
    }
    if text.least_priority > 100 {
        return wrong("least_priority", "a priority is a number from 0 to 100".to_owned());
    }
    let tag = text.tag.filter(|tag| !tag.trim().is_empty());
    let tag = match tag.map(|tag| tags::tidied(&[tag])).transpose() {
        Ok(tags) => tags.and_then(|tags| tags.into_iter().next()),
        Err(message) => return wrong("tag", message),
    };
    let SlaTargets { first_response_min, next_response_min, resolution_min, accept_min } = text.targets;
    let all = [first_response_min, next_response_min, resolution_min, accept_min];
    if all.iter().all(Option::is_none) {
        return wrong("targets", "it promises nothing; give it at least one target".to_owned());
    }
    if all.into_iter().flatten().any(|minutes| !(1..=LONGEST_MIN).contains(&minutes)) {
        return wrong("targets", "a target is 1 minute to a year (525600 minutes)".to_owned());
    }
    if accept_min.is_some_and(|minutes| minutes > Offer::LONGEST_MIN) {
        return wrong("targets", "an offer stands for 7 days at most (10080 minutes)".to_owned());
    }
    if !(10..=95).contains(&text.warn_at_percent) {
        return wrong("warn_at_percent", "a warning comes after 10 to 95 per cent of the time".to_owned());
    }
    if text.escalation.len() > MOST_STEPS {
        return wrong("escalation", format!("a chain has {MOST_STEPS} steps at most"));
    }
    if text.escalation.iter().any(|step| step.after_min > LONGEST_MIN) {
        return wrong("escalation", "a step comes within a year".to_owned());
    }
    Ok(SlaPolicy {
        id,
        name,
        departments: text.departments,
        networks,
        least_priority: text.least_priority,
        tag,
        targets: text.targets,
        in_business_hours: text.in_business_hours,
        warn_at_percent: text.warn_at_percent,
        escalation: text.escalation,
    })
}

//! Adding, changing, ordering and removing a rule.

use std::sync::Arc;

use switchboard_match::Query;
use switchboard_model::{DepartmentId, Role, Rule, RuleId, User, UserId};
use switchboard_route::INTENTS;
use switchboard_store::StoreError;

use super::RuleError;
use crate::people::People;
use crate::rights::{Actor, Right};
use crate::triage::{BadRouting, Routing};
use crate::{App, tags};

/// More rules than anybody keeps in mind; each costs time for each post.
const MOST_RULES: usize = 1_000;

/// A rule as a person writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleText {
    /// Shown as the reason of what it does. Unique.
    pub name: String,
    /// A query that must match the post.
    pub when: Option<String>,
    /// An intent that the post must have.
    pub intent: Option<String>,
    /// The department that gets the post.
    pub department: Option<DepartmentId>,
    /// Tags that the case gets.
    pub tags: Vec<String>,
    /// What is added to (or taken from) the priority.
    pub priority: i32,
    /// The user of that department who gets the case.
    pub owner: Option<UserId>,
    /// Whether the post gets no case.
    pub dismisses: bool,
    /// Whether the rules after it are not looked at.
    pub stops: bool,
    /// Whether it is looked at.
    pub is_enabled: bool,
}

impl App {
    /// All rules in their order.
    pub fn rules(&self) -> Arc<[Rule]> {
        self.people().rules().clone()
    }

    /// Adds a rule after the others.
    pub async fn add_rule(&self, actor: &Actor, text: RuleText) -> Result<Rule, RuleError> {
        actor.may(Right::Administer)?;
        self.follow_packs().await?;
        let _turn = self.turn().await;
        let people = self.people();
        if people.rules().len() >= MOST_RULES {
            return Err(RuleError::bad(
                "name",
                format!("there are {MOST_RULES} rules already; join or remove some first"),
            ));
        }
        let last = people.rules().iter().map(|rule| rule.place).max().unwrap_or(0);
        let rule = checked(&people, RuleId(self.ids.next()), last.saturating_add(1), text)?;
        self.store.insert_rule(&rule).await.map_err(|error| taken(error, &rule))?;
        self.put_rules_in_force(actor).await?;
        Ok(rule)
    }

    /// Replaces a rule's text; its place stays.
    pub async fn change_rule(&self, actor: &Actor, id: RuleId, text: RuleText) -> Result<Rule, RuleError> {
        actor.may(Right::Administer)?;
        self.follow_packs().await?;
        let _turn = self.turn().await;
        let people = self.people();
        let rule = checked(&people, id, get(&people, id)?.place, text)?;
        self.store.update_rule(&rule).await.map_err(|error| taken(error, &rule))?;
        self.put_rules_in_force(actor).await?;
        Ok(rule)
    }

    /// Moves a rule to a place among the others: 1 is looked at first.
    pub async fn move_rule(&self, actor: &Actor, id: RuleId, place: usize) -> Result<Arc<[Rule]>, RuleError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        get(&people, id)?;
        let mut order: Vec<RuleId> = people.rules().iter().map(|rule| rule.id).filter(|other| *other != id).collect();
        order.insert(place.saturating_sub(1).min(order.len()), id);
        self.store.place_rules(&order).await?;
        Ok(self.put_rules_in_force(actor).await?.rules().clone())
    }

    /// Removes a rule. Cases that it opened keep what it decided.
    pub async fn remove_rule(&self, actor: &Actor, id: RuleId) -> Result<(), RuleError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        if !self.store.delete_rule(id).await? {
            return Err(RuleError::Unknown(id.to_string()));
        }
        self.put_rules_in_force(actor).await?;
        Ok(())
    }

    /// Has posts go by the rules as they are now, and keeps them for whoever asks later why one went where it did.
    async fn put_rules_in_force(&self, actor: &Actor) -> Result<Arc<People>, RuleError> {
        let people = self.read_people_anew().await?;
        self.store.keep_rule_set(people.rules(), actor.by(), self.now()).await?;
        Ok(people)
    }
}

fn get(people: &People, id: RuleId) -> Result<&Rule, RuleError> {
    people.rule(id).ok_or_else(|| RuleError::Unknown(id.to_string()))
}

fn taken(error: StoreError, rule: &Rule) -> RuleError {
    match error {
        StoreError::Conflict { .. } => RuleError::NameTaken(rule.name.clone()),
        error => error.into(),
    }
}

/// The rule as it would be kept, if it can be used together with the others.
pub(super) fn checked(people: &People, id: RuleId, place: i64, text: RuleText) -> Result<Rule, RuleError> {
    let rule = checked_alone(people, id, place, text)?;
    if people.rules().iter().any(|other| other.id != id && other.name == rule.name) {
        return Err(RuleError::NameTaken(rule.name));
    }
    let mut rules: Vec<Rule> = people.rules().iter().filter(|other| other.id != id).cloned().collect();
    rules.push(rule.clone());
    rules.sort_by_key(|rule| rule.place);
    together(people, &rules)?;
    Ok(rule)
}

/// All rules as they would be kept, if they can be used.
pub(super) fn checked_set(
    people: &People,
    texts: impl Iterator<Item = (RuleId, i64, RuleText)>,
) -> Result<Vec<Rule>, RuleError> {
    let mut rules: Vec<Rule> = Vec::new();
    for (id, place, text) in texts {
        if rules.len() >= MOST_RULES {
            return Err(RuleError::bad("rules", format!("{MOST_RULES} rules are the most")));
        }
        let rule = checked_alone(people, id, place, text)?;
        if rules.iter().any(|other| other.name == rule.name) {
            return Err(RuleError::NameTaken(rule.name));
        }
        rules.push(rule);
    }
    together(people, &rules)?;
    Ok(rules)
}

/// Whether rules can be used together.
fn together(people: &People, rules: &[Rule]) -> Result<(), RuleError> {
    let company = people.company().ok_or(RuleError::NotSetUp)?;
    match Routing::of_installation(people.departments(), company.fallback, rules, people.packs().compiled()) {
        Ok(_) => Ok(()),
        Err(error @ BadRouting::Circle(_)) => Err(RuleError::Circle(error.to_string())),
        Err(error) => Err(RuleError::bad("name", error.to_string())),
    }
}

/// The rule as it would be kept, without a look at the others.
fn checked_alone(people: &People, id: RuleId, place: i64, text: RuleText) -> Result<Rule, RuleError> {
    people.company().ok_or(RuleError::NotSetUp)?;
    let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let written: Vec<String> = text.tags.iter().filter(|tag| !tag.trim().is_empty()).cloned().collect();
    let tags = tags::tidied(&written).map_err(|message| RuleError::bad("tags", message))?;
    let rule = Rule {
        id,
        place,
        name: text.name.trim().to_owned(),
        when: filled(text.when),
        intent: filled(text.intent).map(|intent| intent.to_lowercase()),
        department: text.department,
        tags,
        priority: text.priority,
        owner: text.owner,
        dismisses: text.dismisses,
        stops: text.stops,
        is_enabled: text.is_enabled,
    };
    if rule.name.is_empty() || rule.name.chars().count() > 200 || rule.name.chars().any(char::is_control) {
        return Err(RuleError::bad("name", "a rule needs a name of 1 to 200 characters without control characters"));
    }
    if let Some(when) = &rule.when {
        Query::parse_with(when, people.packs().compiled()).map_err(RuleError::BadQuery)?;
    } else if rule.intent.is_none() {
        return Err(RuleError::bad("when", "the rule would always hold; give it a condition or an intent"));
    }
    if let Some(intent) = rule.intent.as_deref().filter(|intent| !INTENTS.contains(intent)) {
        let message = format!("there is no intent '{intent}'; choose among {}", INTENTS.join(", "));
        return Err(RuleError::bad("intent", message));
    }
    match rule.department.map(|id| people.department(id)) {
        Some(None) => return Err(RuleError::bad("department", "there is no such department; choose another")),
        Some(Some(department)) if !department.is_active => {
            let message = format!("the department '{}' is closed; choose another", department.name);
            return Err(RuleError::bad("department", message));
        }
        None if rule.tags.is_empty()
            && rule.priority == 0
            && rule.owner.is_none()
            && !rule.dismisses
            && !rule.stops =>
        {
            return Err(RuleError::bad(
                "department",
                "the rule does nothing; give it a department, tags or a priority",
            ));
        }
        _ => {}
    }
    if let Some(owner) = rule.owner {
        let Some(department) = rule.department.filter(|_| !rule.dismisses) else {
            let message = "an owner works for a department; choose that as well, and let the rule dismiss nothing";
            return Err(RuleError::bad("owner", message));
        };
        let works =
            |user: &User| user.is_active && user.role != Role::Observer && user.departments.contains(&department);
        if !people.user(owner).is_some_and(|user| works(&user)) {
            return Err(RuleError::bad(
                "owner",
                "nobody of that name works on the cases of the department; choose another",
            ));
        }
    }
    if !(-100..=100).contains(&rule.priority) {
        return Err(RuleError::bad("priority", "a rule adds -100 to 100 to the priority"));
    }
    Ok(rule)
}

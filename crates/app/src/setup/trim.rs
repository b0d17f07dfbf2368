//! Trimming the departments: what leads to one is led elsewhere, its open cases go to the desk that takes the rest, then
//! it is closed. At every moment in between each case has exactly one owner.

use switchboard_model::{Case, CaseFilter, Department, DepartmentId, Happening, Rule};

use super::SetUpError;
use crate::App;
use crate::directory::DirectoryError;
use crate::directory::department::NewDepartment;
use crate::rights::{Actor, Right};
use crate::routing::rule::RuleText;
use crate::searches::change::SearchText;

/// How many cases are moved before the list is read anew.
const CASES: u32 = 200;
/// A case that opens between the last one that was moved and the closing is moved as well; this often.
const TRIES: usize = 5;

impl App {
    /// Closes a department with everything that leads to it. Its open cases go to the desk that takes the rest.
    pub async fn trim_department(&self, actor: &Actor, id: DepartmentId) -> Result<u64, SetUpError> {
        actor.may(Right::Administer)?;
        let company = self.company().ok_or(DirectoryError::NotSetUp)?;
        let department = self.department(id).ok_or_else(|| DirectoryError::UnknownDepartment(id.to_string()))?;
        if company.fallback == id {
            let message = format!(
                "'{}' takes what nothing else decides, so it stays; let another one take the rest first",
                department.name
            );
            return Err(DirectoryError::InUse(message).into());
        }
        if !department.is_active {
            return Ok(0);
        }
        self.lead_elsewhere(actor, &department).await?;
        let mut moved = 0;
        for _ in 0..TRIES {
            moved += self.move_cases(actor, &department, company.fallback).await?;
            self.end_offers(actor, &department).await?;
            match self.close_department(actor, id).await {
                // A case may have come meanwhile.
                Err(DirectoryError::InUse(_)) => {}
                closed => return Ok(closed.map(|_| moved)?),
            }
        }
        let message = format!("'{}' cannot be closed while cases keep coming to it; try it again", department.name);
        Err(DirectoryError::InUse(message).into())
    }

    /// Adds a department of the template that is not there, headed by whoever asks.
    pub async fn add_from_template(&self, actor: &Actor, key: &str) -> Result<Department, SetUpError> {
        actor.may(Right::Administer)?;
        let unknown = || DirectoryError::UnknownDepartment(key.to_owned());
        let config = self.department_template().iter().find(|config| config.key == key).ok_or_else(unknown)?;
        let head = actor.user_id().ok_or_else(|| DirectoryError::Bad {
            field: "head",
            message: "a department has a head; log in as a user, or add it with its head".to_owned(),
        })?;
        let new = NewDepartment {
            key: Some(config.key.clone()),
            name: config.name.clone(),
            head,
            deputy: None,
            intents: config.intents.clone(),
            keywords: config.keywords.clone(),
        };
        Ok(self.add_department(actor, new).await?)
    }

    /// Rules and searches that lead to the department lead nowhere in particular; a rule that did nothing else goes.
    async fn lead_elsewhere(&self, actor: &Actor, department: &Department) -> Result<(), SetUpError> {
        for rule in self.rules().iter().filter(|rule| rule.department == Some(department.id)) {
            if rule.tags.is_empty() && rule.priority == 0 {
                self.remove_rule(actor, rule.id).await?;
            } else {
                self.change_rule(actor, rule.id, text_of(rule)).await?;
            }
        }
        let people = self.people();
        for search in self.searches().await? {
            let lean = search.department.as_deref().and_then(|lean| people.department_named(lean));
            if lean.is_some_and(|lean| lean.id == department.id) {
                let text = SearchText { department: None, ..SearchText::from(&search) };
                self.change_search(search.id, text).await?;
            }
        }
        Ok(())
    }

    async fn move_cases(&self, actor: &Actor, from: &Department, to: DepartmentId) -> Result<u64, SetUpError> {
        let mut moved = 0;
        loop {
            let filter =
                CaseFilter { departments: vec![from.id], limit: CASES, with_private: true, ..Default::default() };
            let page = self.cases(actor, filter).await?;
            if page.cases.is_empty() {
                return Ok(moved);
            }
            for row in page.cases {
                let why = format!("{} was closed", from.name);
                let decide = |case: &Case| {
                    let is_there = case.department == from.id && !case.is_closed();
                    let moves = Happening::Moved { department: to, why: why.clone(), is_confirmed: false };
                    Ok(if is_there { vec![moves] } else { Vec::new() })
                };
                self.record(actor, row.case.id, None, decide).await?;
                moved += 1;
            }
        }
    }

    /// Cases that others have and offered to it are theirs again.
    async fn end_offers(&self, actor: &Actor, department: &Department) -> Result<(), SetUpError> {
        loop {
            let offered_to = vec![department.id];
            let filter = CaseFilter { offered_to, limit: CASES, with_private: true, ..Default::default() };
            let page = self.cases(actor, filter).await?;
            if page.cases.is_empty() {
                return Ok(());
            }
            for row in page.cases {
                let why = format!("{} was closed", department.name);
                let decide = |case: &Case| {
                    let is_theirs = case.offer.as_ref().is_some_and(|offer| offer.department == department.id);
                    Ok(if is_theirs { vec![Happening::OfferEnded { why: why.clone() }] } else { Vec::new() })
                };
                self.record(actor, row.case.id, None, decide).await?;
            }
        }
    }
}

fn text_of(rule: &Rule) -> RuleText {
    RuleText {
        name: rule.name.clone(),
        when: rule.when.clone(),
        intent: rule.intent.clone(),
        department: None,
        tags: rule.tags.clone(),
        priority: rule.priority,
        // They went with the department.
        owner: None,
        dismisses: rule.dismisses,
        stops: rule.stops,
        is_enabled: rule.is_enabled,
    }
}

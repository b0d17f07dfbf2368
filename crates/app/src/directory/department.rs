//! Departments: adding, changing, closing.

use switchboard_model::{Department, DepartmentId, Office, Role, UserId};
use switchboard_store::{Fault, StoreError};

use super::office::OfficeChange;
use super::{DirectoryError, checked_name};
use crate::App;
use crate::people::People;
use crate::rights::{Actor, Right};

/// The intents that a department or rule may name.
pub const INTENTS: [&str; 5] = switchboard_route::INTENTS;

/// Words and phrases that one department may have.
const MOST_KEYWORDS: usize = 500;

/// A department that is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDepartment {
    /// What programs call it; made of the name if missing.
    pub key: Option<String>,
    /// What people call it.
    pub name: String,
    /// Its head: an active user.
    pub head: UserId,
    /// Who stands in.
    pub deputy: Option<UserId>,
    /// The intents of posts that it takes.
    pub intents: Vec<String>,
    /// Words and phrases of its topics.
    pub keywords: Vec<String>,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DepartmentChange {
    /// What programs call it.
    pub key: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// Its head.
    pub head: Option<UserId>,
    /// Who stands in; `Some(None)` for nobody.
    pub deputy: Option<Option<UserId>>,
    /// The intents of posts that it takes.
    pub intents: Option<Vec<String>>,
    /// Words and phrases of its topics.
    pub keywords: Option<Vec<String>>,
    /// Whether posts are routed to it. Closing is [`App::close_department`].
    pub reopen: bool,
    /// Order in lists, and between departments that fit equally.
    pub place: Option<i64>,
    /// When and how it works.
    pub office: OfficeChange,
}

impl App {
    /// Adds a department.
    pub async fn add_department(&self, actor: &Actor, new: NewDepartment) -> Result<Department, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        if people.company().is_none() {
            return Err(DirectoryError::NotSetUp);
        }
        let name = checked_name("name", &new.name)?;
        let key = match new.key.filter(|key| !key.trim().is_empty()) {
            Some(key) => key,
            None => key_of(&name),
        };
        let last = people.departments().iter().map(|department| department.place).max().unwrap_or(0);
        let department = Department {
            id: DepartmentId(self.ids.next()),
            key: checked_key(&key)?,
            name,
            head: active(&people, "head", new.head)?,
            deputy: new.deputy.map(|deputy| active(&people, "deputy", deputy)).transpose()?,
            intents: checked_intents(new.intents)?,
            keywords: checked_keywords(new.keywords)?,
            is_active: true,
            place: last.saturating_add(1),
            office: Office::default(),
            created_at: self.now(),
        };
        is_free(&people, &department)?;
        self.store.insert_department(&department).await.map_err(taken)?;
        self.read_people_anew().await?;
        Ok(department)
    }

    /// Changes a department.
    pub async fn change_department(
        &self,
        actor: &Actor,
        id: DepartmentId,
        change: DepartmentChange,
    ) -> Result<Department, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let mut department = get(&people, id)?.clone();
        if let Some(key) = change.key {
            department.key = checked_key(&key)?;
        }
        if let Some(name) = change.name {
            department.name = checked_name("name", &name)?;
        }
        if let Some(head) = change.head {
            department.head = active(&people, "head", head)?;
        }
        if let Some(deputy) = change.deputy {
            department.deputy = deputy.map(|deputy| active(&people, "deputy", deputy)).transpose()?;
        }
        if let Some(intents) = change.intents {
            department.intents = checked_intents(intents)?;
        }
        if let Some(keywords) = change.keywords {
            department.keywords = checked_keywords(keywords)?;
        }
        if change.reopen {
            active(&people, "head", department.head)?;
            department.is_active = true;
        }
        if let Some(place) = change.place {
            department.place = place;
        }
        department.office = change.office.applied_to(&people, id, department.office)?;
        is_free(&people, &department)?;
        self.store.update_department(&department).await.map_err(taken)?;
        self.read_people_anew().await?;
        Ok(department)
    }

    /// Closes a department: it keeps its history, and nothing is routed to it any more.
    pub async fn close_department(&self, actor: &Actor, id: DepartmentId) -> Result<Department, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let department = Department { is_active: false, ..get(&people, id)?.clone() };
        if people.company().is_some_and(|company| company.fallback == id) {
            return Err(Fault::Fallback(department.name).into());
        }
        let leads = |what: &str, name: &str| {
            let message = format!("the {what} '{name}' leads to '{}'; change it first", department.name);
            Err(DirectoryError::InUse(message))
        };
        if let Some(rule) = people.rules().iter().find(|rule| rule.department == Some(id)) {
            return leads("rule", &rule.name);
        }
        for search in self.store.list_searches().await? {
            let lean = search.department.as_deref().and_then(|lean| people.department_named(lean));
            if lean.is_some_and(|lean| lean.id == id) {
                return leads("search", &search.name);
            }
        }
        self.store.update_department(&department).await?;
        self.read_people_anew().await?;
        Ok(department)
    }
}

pub(super) fn get(people: &People, id: DepartmentId) -> Result<&Department, DirectoryError> {
    people.department(id).ok_or_else(|| DirectoryError::UnknownDepartment(id.to_string()))
}

pub(super) fn active(people: &People, field: &'static str, id: UserId) -> Result<UserId, DirectoryError> {
    match people.user(id) {
        Some(user) if user.is_active && user.role == Role::Observer => {
            let message = format!("{} only reads; make them a member first or choose somebody else", user.name);
            Err(DirectoryError::bad(field, message))
        }
        Some(user) if user.is_active => Ok(id),
        Some(user) => {
            let message = format!("{} is not active; activate them first or choose somebody else", user.name);
            Err(DirectoryError::bad(field, message))
        }
        None => Err(DirectoryError::UnknownUser(id.to_string())),
    }
}

/// Key and name tell departments apart, also from each other's: rules and searches may use either.
fn is_free(people: &People, department: &Department) -> Result<(), DirectoryError> {
    for other in people.departments().iter().filter(|other| other.id != department.id) {
        let taken = |field: &'static str, text: &str| {
            let message = format!("the department '{}' is called '{text}' already; choose another", other.name);
            Err(DirectoryError::Taken { field, message })
        };
        let is_other = |text: &str| {
            let text = text.to_lowercase();
            text == other.key || text == other.name.to_lowercase()
        };
        if is_other(&department.key) {
            return taken("key", &department.key);
        }
        if is_other(&department.name) {
            return taken("name", &department.name);
        }
    }
    Ok(())
}

fn taken(error: StoreError) -> DirectoryError {
    match error {
        StoreError::Conflict { what } => {
            let field = if what.ends_with("key") { "key" } else { "name" };
            DirectoryError::Taken { field, message: format!("there is {what} already; choose another") }
        }
        error => error.into(),
    }
}

/// `Public relations` → `public-relations`.
pub(crate) fn key_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(60).collect::<String>().trim_matches('-').to_owned()
}

pub(super) fn checked_key(key: &str) -> Result<String, DirectoryError> {
    let key = key.trim();
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if key.is_empty() || key.len() > 60 || !key.chars().all(is_key) {
        return Err(DirectoryError::bad("key", "a key has 1 to 60 characters of a-z, 0-9 and -"));
    }
    Ok(key.to_owned())
}

fn checked_intents(intents: Vec<String>) -> Result<Vec<String>, DirectoryError> {
    let mut checked: Vec<String> = Vec::new();
    for intent in intents.iter().map(|intent| intent.trim().to_lowercase()).filter(|intent| !intent.is_empty()) {
        if !INTENTS.contains(&intent.as_str()) {
            let message = format!("there is no intent '{intent}'; choose among {}", INTENTS.join(", "));
            return Err(DirectoryError::bad("intents", message));
        }
        if !checked.contains(&intent) {
            checked.push(intent);
        }
    }
    Ok(checked)
}

fn checked_keywords(keywords: Vec<String>) -> Result<Vec<String>, DirectoryError> {
    let mut checked: Vec<String> = Vec::new();
    for keyword in keywords.iter().map(|keyword| keyword.trim()).filter(|keyword| !keyword.is_empty()) {
        if !keyword.contains(char::is_alphanumeric) || keyword.chars().count() > 200 {
            let message = format!(
                "'{}' cannot be a keyword; it needs a letter or digit, and has 200 characters at most",
                keyword.chars().take(40).collect::<String>()
            );
            return Err(DirectoryError::bad("keywords", message));
        }
        if !checked.iter().any(|known| known == keyword) {
            checked.push(keyword.to_owned());
        }
    }
    if checked.len() > MOST_KEYWORDS {
        return Err(DirectoryError::bad("keywords", format!("a department has {MOST_KEYWORDS} keywords at most")));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_of_names() {
        let check = |name: &str, expected: &str| assert_eq!(key_of(name), expected);
        check("Public relations", "public-relations");
        check("R&D (Berlin)", "r-d-berlin");
        check("  Service  ", "service");
        check("客服", "");
    }
}

//! What the company says about itself, and which desk takes what nothing else decides.

use switchboard_model::{Company, DepartmentId};

use super::{DirectoryError, checked_name, department};
use crate::App;
use crate::rights::{Actor, Right};

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompanyChange {
    /// What it is called.
    pub name: Option<String>,
    /// Its handles.
    pub handles: Option<Vec<String>>,
    /// Its own site; `Some(None)` for none.
    pub website: Option<Option<String>>,
}

impl App {
    /// Changes what is known of the company.
    pub async fn change_company(&self, actor: &Actor, change: CompanyChange) -> Result<Company, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let mut company = self.company().ok_or(DirectoryError::NotSetUp)?.as_ref().clone();
        if let Some(name) = change.name {
            company.name = checked_name("name", &name)?;
        }
        if let Some(handles) = change.handles {
            company.handles = checked_handles(&handles)?;
        }
        if let Some(website) = change.website {
            company.website = checked_website(website.as_deref())?;
        }
        self.store.update_company(&company).await?;
        self.read_people_anew().await?;
        Ok(company)
    }

    /// Has another desk take what nothing else decides.
    pub async fn set_fallback(&self, actor: &Actor, id: DepartmentId) -> Result<Company, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let company = people.company().ok_or(DirectoryError::NotSetUp)?;
        let fallback = department::get(&people, id)?;
        if !fallback.is_active {
            let message = format!("'{}' is closed; open it first or choose another one", fallback.name);
            return Err(DirectoryError::bad("fallback", message));
        }
        let company = Company { fallback: id, ..company.as_ref().clone() };
        self.store.update_company(&company).await?;
        self.read_people_anew().await?;
        Ok(company)
    }
}

pub(crate) fn checked_company_name(name: &str) -> Result<String, DirectoryError> {
    checked_name("company", name)
}

/// How many handles a company may have.
const MOST_HANDLES: usize = 50;

pub(crate) fn checked_handles(handles: &[String]) -> Result<Vec<String>, DirectoryError> {
    let mut checked: Vec<String> = Vec::new();
    for handle in handles.iter().map(|handle| handle.trim()).filter(|handle| !handle.is_empty()) {
        if handle.chars().count() > 100 || handle.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let message = "a handle has no spaces and 100 characters at most, like @acme or acme.example";
            return Err(DirectoryError::bad("handles", message));
        }
        if !checked.iter().any(|known| known.eq_ignore_ascii_case(handle)) {
            if checked.len() == MOST_HANDLES {
                return Err(DirectoryError::bad("handles", format!("name {MOST_HANDLES} handles at most")));
            }
            checked.push(handle.to_owned());
        }
    }
    Ok(checked)
}

/// An address of the web; one without a scheme gets `https`.
pub(crate) fn checked_website(website: Option<&str>) -> Result<Option<String>, DirectoryError> {
    let Some(website) = website.map(str::trim).filter(|website| !website.is_empty()) else { return Ok(None) };
    let full = if website.contains("://") { website.to_owned() } else { format!("https://{website}") };
    let rest = full.strip_prefix("https://").or_else(|| full.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '@');
    if host.is_empty() || full.len() > 500 || full.contains(is_bad) {
        return Err(DirectoryError::bad("website", "a website looks like https://acme.example"));
    }
    Ok(Some(full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_are_addresses_of_the_web() {
        let check = |website: &str, expected: Option<Option<&str>>| {
            let found = checked_website(Some(website)).ok();
            assert_eq!(found, expected.map(|website| website.map(str::to_owned)), "{website}");
        };
        check("acme.example", Some(Some("https://acme.example")));
        check(" http://acme.example/blog ", Some(Some("http://acme.example/blog")));
        check("", Some(None));
        check("javascript://alert", None);
        check("https://", None);
        check("https://a b.example", None);
        check("https://user@acme.example", None);
    }
}

//! What names a pack: searches, rules and other packs.

use std::fmt;

use serde::Serialize;
use switchboard_match::{Packs, Query, named_packs};
use switchboard_model::{Rule, RuleId, SavedSearch, SearchId};

use super::PackError;
use crate::App;
use crate::people::People;
use crate::rights::{Actor, Right};

/// What names a pack itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackUses {
    /// Searches, oldest first.
    pub searches: Vec<UsingSearch>,
    /// Rules in their order.
    pub rules: Vec<UsingRule>,
    /// Names of other packs.
    pub packs: Vec<String>,
}

/// A search that names a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsingSearch {
    /// Its id.
    pub id: SearchId,
    /// Its name.
    pub name: String,
}

/// A rule that names a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsingRule {
    /// Its id.
    pub id: RuleId,
    /// Its name.
    pub name: String,
}

impl PackUses {
    /// Whether nothing names it.
    pub fn is_empty(&self) -> bool {
        self.searches.is_empty() && self.rules.is_empty() && self.packs.is_empty()
    }

    fn of(
        people: &People,
        searches: &[SavedSearch],
        is_meant: impl Fn(&str) -> bool,
        is_pack_meant: impl Fn(&str) -> bool,
    ) -> Self {
        let search = |search: &SavedSearch| UsingSearch { id: search.id, name: search.name.clone() };
        let rule = |rule: &Rule| UsingRule { id: rule.id, name: rule.name.clone() };
        let rules = people.rules().iter().filter(|rule| rule.when.as_deref().is_some_and(&is_meant));
        Self {
            searches: searches.iter().filter(|one| is_meant(&one.query)).map(search).collect(),
            rules: rules.map(rule).collect(),
            packs: people
                .packs()
                .list()
                .iter()
                .filter(|pack| is_pack_meant(&pack.text.name))
                .map(|pack| pack.text.name.clone())
                .collect(),
        }
    }

    /// What names a pack.
    pub(super) fn of_pack(people: &People, searches: &[SavedSearch], name: &str) -> Self {
        let names = |query: &str| named_packs(query).iter().any(|named| named == name);
        let pack_names = |other: &str| people.packs().find(other).is_some_and(|other| names(&other.text.query));
        Self::of(people, searches, names, pack_names)
    }

    /// What can be read with the packs of today and could not be with others.
    pub(super) fn broken_by(people: &People, searches: &[SavedSearch], then: &Packs) -> Self {
        let now = people.packs().compiled();
        let breaks = |query: &str| {
            !named_packs(query).is_empty()
                && Query::parse_with(query, now).is_ok()
                && Query::parse_with(query, then).is_err()
        };
        Self::of(people, searches, breaks, |name| now.has(name) && !then.has(name))
    }
}

/// "the searches 'a' and 'b', the rule 'c'".
impl fmt::Display for PackUses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More names than these say no more.
        const MOST: usize = 5;
        let said = |one: &str, several: &str, names: Vec<&str>| {
            let what = if names.len() == 1 { one } else { several };
            let more = names.len().saturating_sub(MOST);
            let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("'{name}'")).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!names.is_empty()).then(|| format!("the {what} {}{more}", shown.join(", ")))
        };
        let said = [
            said("search", "searches", self.searches.iter().map(|search| search.name.as_str()).collect()),
            said("rule", "rules", self.rules.iter().map(|rule| rule.name.as_str()).collect()),
            said("pack", "packs", self.packs.iter().map(String::as_str).collect()),
        ];
        f.write_str(&said.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl App {
    /// What names a pack.
    pub async fn pack_uses(&self, actor: &Actor, name: &str) -> Result<PackUses, PackError> {
        actor.may(Right::Read)?;
        let people = self.people();
        let pack = people.packs().find(name).ok_or_else(|| PackError::Unknown(name.to_owned()))?;
        let searches = self.store.list_searches().await?;
        Ok(PackUses::of_pack(&people, &searches, &pack.text.name))
    }
}

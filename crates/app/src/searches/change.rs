//! Adding, changing and removing a saved search.

use std::sync::Arc;

use switchboard_match::{Packs, Query};
use switchboard_model::{SavedSearch, SearchId, SearchType};
use switchboard_store::StoreError;

use super::SearchError;
use crate::App;
use crate::notices::Notice;

/// A search as a person writes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchText {
    /// Unique name.
    pub name: String,
    /// The query.
    pub query: String,
    /// What it is about.
    pub search_type: SearchType,
    /// The department it leans to.
    pub department: Option<String>,
    /// Whether it listens.
    pub is_enabled: bool,
}

impl From<&SavedSearch> for SearchText {
    fn from(search: &SavedSearch) -> Self {
        Self {
            name: search.name.clone(),
            query: search.query.clone(),
            search_type: search.search_type,
            department: search.department.clone(),
            is_enabled: search.is_enabled,
        }
    }
}

impl App {
    /// Adds a search; it listens from the next batch on.
    pub async fn add_search(&self, text: SearchText) -> Result<SavedSearch, SearchError> {
        self.follow_packs().await?;
        // A pack that the search names must not go while it is being added.
        let _turn = self.turn().await;
        self.add_search_in_turn(text).await
    }

    /// The same for whoever holds the turn to change people.
    pub(crate) async fn add_search_in_turn(&self, text: SearchText) -> Result<SavedSearch, SearchError> {
        let search = self.new_search(self.checked_search(text)?);
        match self.store.insert_search(&search).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => return Err(SearchError::NameTaken(search.name)),
            Err(error) => return Err(error.into()),
        }
        self.listen_anew(search.id).await?;
        Ok(search)
    }

    /// A search of checked text that stands nowhere yet.
    pub(crate) fn new_search(&self, text: SearchText) -> SavedSearch {
        let now = self.now();
        SavedSearch {
            id: SearchId(self.ids.next()),
            name: text.name,
            query: text.query,
            search_type: text.search_type,
            department: text.department,
            is_enabled: text.is_enabled,
            created_at: now,
            updated_at: now,
            mentions: 0,
        }
    }

    /// Replaces a search's text. Mentions that it has made stay.
    pub async fn change_search(&self, id: SearchId, text: SearchText) -> Result<SavedSearch, SearchError> {
        self.follow_packs().await?;
        let _turn = self.turn().await;
        self.change_search_in_turn(id, text).await
    }

    /// The same for whoever holds the turn to change people.
    pub(crate) async fn change_search_in_turn(
        &self,
        id: SearchId,
        text: SearchText,
    ) -> Result<SavedSearch, SearchError> {
        let text = self.checked_search(text)?;
        let before = self.get_search(id).await?;
        let search = SavedSearch {
            name: text.name,
            query: text.query,
            search_type: text.search_type,
            department: text.department,
            is_enabled: text.is_enabled,
            updated_at: self.now(),
            ..before
        };
        match self.store.update_search(&search).await {
            Ok(_) => {}
            Err(StoreError::Conflict { .. }) => return Err(SearchError::NameTaken(search.name)),
            Err(error) => return Err(error.into()),
        }
        self.listen_anew(id).await?;
        Ok(search)
    }

    /// Adds the search or replaces the one of the same name; unchanged text changes nothing.
    pub async fn put_search(&self, text: SearchText) -> Result<SavedSearch, SearchError> {
        match self.store.find_search_by_name(text.name.trim()).await? {
            None => self.add_search(text).await,
            Some(known) if is_same(&known, &text) => Ok(known),
            Some(known) => self.change_search(known.id, text).await,
        }
    }

    /// Removes a search and the mentions it made; the posts stay.
    pub async fn remove_search(&self, id: SearchId) -> Result<(), SearchError> {
        let search = self.get_search(id).await?;
        self.store.delete_search(search.id).await?;
        self.listen_anew(id).await
    }

    /// All searches with their counts.
    pub async fn searches(&self) -> Result<Vec<SavedSearch>, SearchError> {
        Ok(self.store.list_searches().await?)
    }

    /// One search.
    pub async fn get_search(&self, id: SearchId) -> Result<SavedSearch, SearchError> {
        self.store.find_search(id).await?.ok_or_else(|| SearchError::Unknown(id.to_string()))
    }

    /// The text as it would be kept, if its query can be read with the packs in force.
    pub(crate) fn checked_search(&self, text: SearchText) -> Result<SearchText, SearchError> {
        checked(text, self.people().packs().compiled())
    }

    async fn listen_anew(&self, changed: SearchId) -> Result<(), SearchError> {
        self.listen_anew_to_all().await?;
        self.notices.tell(Notice::Search(changed));
        Ok(())
    }

    /// Reads the searches anew; they listen from the next batch on.
    pub(crate) async fn listen_anew_to_all(&self) -> Result<(), StoreError> {
        let heard = self.people().packs_revision().map(|revision| Arc::new(revision.to_owned()));
        let searches = self.store.list_searches().await?;
        // Departments, rules and packs may be swapped at the same moment; neither may undo the other.
        self.triage.rcu(|triage| {
            let people = self.people();
            Arc::new(triage.with_searches(searches.clone(), people.packs().compiled()))
        });
        self.heard_packs.store(heard);
        Ok(())
    }
}

pub(crate) fn checked(mut text: SearchText, packs: &Packs) -> Result<SearchText, SearchError> {
    text.name = text.name.trim().to_owned();
    if text.name.is_empty() || text.name.chars().count() > 200 || text.name.chars().any(char::is_control) {
        return Err(SearchError::BadName);
    }
    text.department = text.department.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Query::parse_with(&text.query, packs).map_err(SearchError::BadQuery)?;
    Ok(text)
}

fn is_same(known: &SavedSearch, text: &SearchText) -> bool {
    known.query == text.query
        && known.search_type == text.search_type
        && known.department == text.department
        && known.is_enabled == text.is_enabled
}

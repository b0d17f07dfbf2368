//! Adding a source.

use serde_json::Value;
use switchboard_model::{Health, Source, SourceId, SourceKind};
use switchboard_store::StoreError;

use super::{Proposal, SourceError};
use crate::notices::Notice;
use crate::{App, AppError};

/// What is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSource {
    /// Unique name.
    pub name: String,
    /// How it is followed.
    pub kind: SourceKind,
    /// What is followed.
    pub settings: Value,
}

impl App {
    /// Adds a source; it is asked at once.
    pub async fn add_source(&self, new: NewSource) -> Result<Source, SourceError> {
        let name = checked_name(&new.name)?;
        if new.kind.is_followed() {
            self.networks.validate(new.kind, &new.settings).map_err(SourceError::BadSettings)?;
        }
        let mut source = Source {
            id: SourceId(self.ids.next()),
            name,
            kind: new.kind,
            settings: new.settings,
            is_enabled: true,
            created_at: self.now(),
            cursor: None,
            health: Health::default(),
        };
        self.seal_source(source.id, source.kind, &mut source.settings);
        match self.store.insert_source(&source).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => return Err(SourceError::NameTaken(source.name)),
            Err(error) => return Err(error.into()),
        }
        self.wakeups.list_changed();
        self.notices.tell(Notice::Source(source.id));
        Ok(source)
    }

    /// The source of that name, made if there is none. For files and pipes that come again under the same name.
    pub async fn source_named(&self, name: &str, kind: SourceKind) -> Result<Source, SourceError> {
        if let Some(source) = self.store.find_source_by_name(name).await? {
            return Ok(source);
        }
        match self.add_source(NewSource { name: name.to_owned(), kind, settings: Value::Null }).await {
            Err(SourceError::NameTaken(name)) => {
                self.store.find_source_by_name(&name).await?.ok_or(SourceError::Unknown(name))
            }
            added => added,
        }
    }

    /// What could be followed behind a pasted link, best first.
    pub async fn propose_sources(&self, link: &str) -> Result<Vec<Proposal>, SourceError> {
        let proposals = tokio::select! {
            () = self.stop.cancelled() => return Err(AppError::Stopping.into()),
            proposals = self.networks.propose(link) => proposals,
        };
        proposals.map_err(|error| SourceError::Unreachable(error.message))
    }

    /// All sources with their newest health.
    pub async fn sources(&self) -> Result<Vec<Source>, SourceError> {
        let mut sources = self.store.list_sources().await?;
        for source in &mut sources {
            self.health.overlay(source);
        }
        Ok(sources)
    }

    /// One source with its newest health.
    pub async fn get_source(&self, id: SourceId) -> Result<Source, SourceError> {
        let mut source = self.store.find_source(id).await?.ok_or_else(|| SourceError::Unknown(id.to_string()))?;
        self.health.overlay(&mut source);
        Ok(source)
    }
}

pub(crate) fn checked_name(name: &str) -> Result<String, SourceError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(SourceError::BadName);
    }
    Ok(name.to_owned())
}

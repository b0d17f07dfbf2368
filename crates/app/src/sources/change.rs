//! Changing, pausing, asking at once and removing a source.

use serde_json::Value;
use switchboard_model::{Source, SourceId};
use switchboard_store::StoreError;

use super::SourceError;
use super::add::checked_name;
use crate::App;
use crate::notices::Notice;

/// What is to be different; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceChange {
    /// Another name.
    pub name: Option<String>,
    /// Other settings; the cursor stays, so a change never floods.
    pub settings: Option<Value>,
    /// Follow or pause.
    pub is_enabled: Option<bool>,
}

impl App {
    /// Changes a source. A running one is opened anew with what changed.
    pub async fn change_source(&self, id: SourceId, change: SourceChange) -> Result<Source, SourceError> {
        let mut source = self.get_source(id).await?;
        if let Some(name) = change.name {
            source.name = checked_name(&name)?;
        }
        if let Some(mut settings) = change.settings {
            if source.kind.is_followed() {
                let clear = self.clear_settings(source.id, source.kind, &settings);
                let clear = clear.map_err(|error| SourceError::BadSettings(error.to_string()))?;
                self.networks.validate(source.kind, &clear).map_err(SourceError::BadSettings)?;
            }
            self.seal_source(id, source.kind, &mut settings);
            source.settings = settings;
        }
        if let Some(is_enabled) = change.is_enabled {
            source.is_enabled = is_enabled;
        }
        match self.store.update_source(&source).await {
            Ok(_) => {}
            Err(StoreError::Conflict { .. }) => return Err(SourceError::NameTaken(source.name)),
            Err(error) => return Err(error.into()),
        }
        self.wakeups.list_changed();
        self.notices.tell(Notice::Source(id));
        self.get_source(id).await
    }

    /// Asks a source now instead of at its next time.
    pub async fn check_source(&self, id: SourceId) -> Result<Source, SourceError> {
        let source = self.get_source(id).await?;
        self.wakeups.of(id).notify_one();
        Ok(source)
    }

    /// Removes a source. Its posts stay.
    pub async fn remove_source(&self, id: SourceId) -> Result<(), SourceError> {
        let source = self.get_source(id).await?;
        self.store.delete_source(source.id).await?;
        self.health.forget(id);
        self.wakeups.forget(id);
        self.wakeups.list_changed();
        self.notices.tell(Notice::Source(id));
        Ok(())
    }
}

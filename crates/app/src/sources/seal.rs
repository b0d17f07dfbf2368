//! Secrets in the settings of sources: sealed where they are written, opened where a source is.

use serde_json::Value;
use switchboard_model::{Capture, CaptureError, CaptureErrorKind, Source, SourceId, SourceKind};
use switchboard_store::StoreError;

use crate::App;
use crate::secrets::{Place, WrongKey};

impl App {
    /// Seals what is not sealed yet. Whether anything was.
    pub(crate) fn seal_source(&self, id: SourceId, kind: SourceKind, settings: &mut Value) -> bool {
        self.secrets.seal(Place::Source(id), self.networks.secrets(kind), settings)
    }

    /// The settings as a network takes them.
    pub(super) fn clear_settings(&self, id: SourceId, kind: SourceKind, settings: &Value) -> Result<Value, WrongKey> {
        self.secrets.open(Place::Source(id), self.networks.secrets(kind), settings)
    }

    /// A source at work.
    pub(super) fn open_source(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        let settings = self
            .clear_settings(source.id, source.kind, &source.settings)
            .map_err(|error| CaptureError::new(CaptureErrorKind::Broken, error.to_string()))?;
        self.networks.open(&Source { settings, ..source.clone() })
    }

    /// Seals what earlier versions, or others who write settings, left in the clear.
    pub(crate) async fn seal_old_secrets(&self) -> Result<(), StoreError> {
        for mut source in self.store.list_sources().await? {
            if self.seal_source(source.id, source.kind, &mut source.settings) {
                self.store.update_source(&source).await?;
            }
        }
        Ok(())
    }
}

//! Posts that others bring: HTTP ingest, files, pipes.

use switchboard_model::{Captured, Cursor, Source};

use super::SourceError;
use crate::App;
use crate::pipeline::embedded::{Arrival, Outcome};

impl App {
    /// Takes posts for a source that is not followed. The cursor, if any, moves with them.
    pub async fn hand_in(
        &self,
        source: &Source,
        posts: Vec<Captured>,
        cursor: Option<Cursor>,
    ) -> Result<Outcome, SourceError> {
        if source.kind.is_followed() {
            return Err(SourceError::NotHandedIn(source.name.clone()));
        }
        let arrival = Arrival { source: source.id, posts, cursor, settings: None };
        Ok(self.line.deliver(self.triage(), arrival).await?)
    }
}

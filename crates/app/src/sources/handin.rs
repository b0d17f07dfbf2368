//! Posts that others bring: HTTP ingest, files, pipes.

use switchboard_model::{Captured, Cursor, Source};

use super::SourceError;
use super::health::{after_success, is_worth_saving};
use crate::App;
use crate::notices::Notice;
use crate::pipeline::embedded::{Arrival, Outcome};

impl App {
    /// Takes posts for a source that is not followed. The cursor, if any, moves with them. They open cases.
    pub async fn hand_in(
        &self,
        source: &Source,
        posts: Vec<Captured>,
        cursor: Option<Cursor>,
    ) -> Result<Outcome, SourceError> {
        self.hand_in_as(source, posts, cursor, true).await
    }

    /// The same for posts that open cases or, from the past, do not.
    pub async fn hand_in_as(
        &self,
        source: &Source,
        posts: Vec<Captured>,
        cursor: Option<Cursor>,
        opens_cases: bool,
    ) -> Result<Outcome, SourceError> {
        if source.kind.is_followed() {
            return Err(SourceError::NotHandedIn(source.name.clone()));
        }
        let count = posts.len();
        let arrival = Arrival { source: source.id, posts, cursor, settings: None, opens_cases };
        let outcome = self.line.deliver(self.triage(), arrival).await?;
        self.heard_from(source, count).await;
        Ok(outcome)
    }

    /// Nobody asks such a source; that it brings posts is all there is to say of its health.
    async fn heard_from(&self, source: &Source, posts: usize) {
        let saved = self.health.find(source.id).unwrap_or_else(|| source.health.clone());
        let health = after_success(&saved, self.now(), posts, String::new(), None, None);
        // The posts are stored; a health that could not be written is written with the next ones.
        if is_worth_saving(&saved, &health) && self.store.save_health(source.id, &health).await.is_ok() {
            self.health.set(source.id, health);
            self.notices.tell(Notice::Source(source.id));
        }
    }
}

//! What goes on beside the line: the look-back buffer is kept within its hours, the feed of events is trimmed, and posts
//! and what was said in cases from before there was an index of words are taken into it.

use std::time::Duration;

use switchboard_match::{Prepared, index_words};
use switchboard_store::{PostWords, StoreError};

use crate::App;

/// How often the look-back buffer is pruned and the feed is trimmed.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
/// How many posts are taken into the index at once; between two such steps the line has its turn.
const STEP: u32 = 500;
/// How long to rest between two steps.
const REST: Duration = Duration::from_millis(50);
/// How long to wait when the store refuses.
const RETRY: Duration = Duration::from_secs(15);

impl App {
    /// Starts what goes on beside the line. Once for each running installation.
    pub fn tend(&self) {
        let app = self.clone();
        self.tasks.spawn(async move {
            let stop = app.stop.clone();
            while stop.run_until_cancelled(tokio::time::sleep(PRUNE_EVERY)).await.is_some() {
                app.look_back.prune(app.now());
                if let Err(error) = app.store.trim_feed().await {
                    tracing::warn!(%error, "the feed of events cannot be trimmed; tried again later");
                }
            }
        });
        let app = self.clone();
        self.tasks.spawn(async move {
            let stop = app.stop.clone();
            loop {
                let rest = match app.index_older().await {
                    Ok(true) => REST,
                    Ok(false) => return,
                    Err(error) => {
                        tracing::warn!(%error, "what is older cannot be taken into the index of words; tried again soon");
                        RETRY
                    }
                };
                if stop.run_until_cancelled(tokio::time::sleep(rest)).await.is_none() {
                    return;
                }
            }
        });
    }

    /// Takes something of what is older into the indexes of words. False once there is nothing left.
    async fn index_older(&self) -> Result<bool, StoreError> {
        // What was said in cases is less, and nobody else finds it.
        Ok(self.index_older_said(STEP).await? || self.index_older_posts().await?)
    }

    /// Takes some posts into the index of words. False once there are none left.
    async fn index_older_posts(&self) -> Result<bool, StoreError> {
        if self.store.words_before().await? == 0 {
            return Ok(false);
        }
        let posts = self.store.unindexed_posts(STEP).await?;
        let words = tokio::task::spawn_blocking(move || {
            let words = |post: switchboard_model::StoredPost| {
                let words = index_words(&Prepared::new(&post.post));
                PostWords { seq: post.seq, version: post.version, words }
            };
            posts.into_iter().map(words).collect::<Vec<_>>()
        })
        .await
        .unwrap_or_default();
        self.store.index_posts(&words).await?;
        Ok(!words.is_empty())
    }
}

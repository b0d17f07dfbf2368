//! What goes on beside the line: packs that another process changed are followed, the look-back buffer is kept within its hours, the feed of events is trimmed, and posts
//! and what was said in cases from before there was an index of words are taken into it.

use std::time::Duration;

use switchboard_match::{Prepared, index_words};
use switchboard_store::{PostWords, StoreError};

use crate::App;

/// How often the look-back buffer is pruned and the feed is trimmed.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
/// How often it is asked whether another process has changed the packs.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
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
            loop {
                // At once: whoever starts often would else keep longer than the settings say.
                if let Err(error) = app.erase_outreach_contacts().await {
                    tracing::warn!(%error, "how people can be reached cannot be forgotten; tried again later");
                }
                if stop.run_until_cancelled(tokio::time::sleep(PRUNE_EVERY)).await.is_none() {
                    return;
                }
                app.look_back.prune(app.now());
                if let Err(error) = app.store.trim_feed().await {
                    tracing::warn!(%error, "the feed of events cannot be trimmed; tried again later");
                }
            }
        });
        let app = self.clone();
        self.tasks.spawn(async move {
            let stop = app.stop.clone();
            while stop.run_until_cancelled(tokio::time::sleep(FOLLOW_EVERY)).await.is_some() {
                if let Err(error) = app.follow_packs().await {
                    tracing::warn!(%error, "the packs cannot be read; tried again soon");
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
        // One that cannot go on holds up no other.
        let (said, posts) = (self.index_older_said(STEP).await, self.index_older_posts().await);
        Ok(said? | posts?)
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

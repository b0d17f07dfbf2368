//! The conversations of cases, in memory: what belongs to one is addressed to us even if no search wants it.
//!
//! Filled from the store at the start and by the line after each commit, asked for each post that arrives. Ids are kept
//! as 128 bits each, hashed with keys of this process, so that nobody outside can make two of them meet.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use switchboard_model::Post;
use switchboard_store::{Store, StoreError, keys_for, keys_of};

/// Keys that are read together at the start.
const PAGE: u32 = 20_000;

/// What belongs to a case, and who we are ourselves.
#[derive(Debug, Default)]
pub struct Conversations {
    /// Readers are the threads that decide, the one writer is the line; nobody holds it for longer than a look.
    marks: RwLock<HashSet<u128>>,
    /// How often marks were added.
    count: AtomicU64,
    first: RandomState,
    second: RandomState,
    /// The ids of our own accounts, as they stand in [`switchboard_model::Author::id`].
    ours: RwLock<HashSet<String>>,
}

impl Conversations {
    /// All that the store knows.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        let conversations = Self::default();
        let mut after = String::new();
        loop {
            let keys = store.case_keys(&after, PAGE).await?;
            let Some(last) = keys.last() else { return Ok(conversations) };
            conversations.add(keys.iter().map(String::as_str));
            after.clone_from(last);
        }
    }

    /// Ids that lead to a case from now on.
    pub fn add<'a>(&self, keys: impl IntoIterator<Item = &'a str>) {
        let mut keys = keys.into_iter().peekable();
        if keys.peek().is_some() {
            self.marks.write().unwrap_or_else(PoisonError::into_inner).extend(keys.map(|key| self.mark(key)));
            self.count.fetch_add(1, Ordering::Release);
        }
    }

    /// Moves with every addition.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Whether a post belongs to the conversation of a case.
    pub fn has(&self, post: &Post) -> bool {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        !marks.is_empty() && self.marks_of(post).any(|mark| marks.contains(&mark))
    }

    /// The marks by which a post would find its conversation.
    pub(super) fn marks_of(&self, post: &Post) -> impl Iterator<Item = u128> {
        keys_of(post).map(|key| self.mark(&key))
    }

    /// The marks that a post would leave for others.
    pub(super) fn marks_for(&self, post: &Post) -> impl Iterator<Item = u128> {
        keys_for(post).map(|key| self.mark(&key))
    }

    /// Says who we are, as our accounts stand in [`switchboard_model::Author::id`].
    pub fn set_ours(&self, authors: impl IntoIterator<Item = String>) {
        *self.ours.write().unwrap_or_else(PoisonError::into_inner) = authors.into_iter().collect();
    }

    /// Whether one of our own accounts said it.
    pub fn is_ours(&self, post: &Post) -> bool {
        let Some(author) = &post.author else { return false };
        self.ours.read().unwrap_or_else(PoisonError::into_inner).contains(&author.id)
    }

    fn mark(&self, key: &str) -> u128 {
        u128::from(self.first.hash_one(key)) << 64 | u128::from(self.second.hash_one(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_find_their_conversation() {
        let conversations = Conversations::default();
        let reply = Post { in_reply_to: Some("x:1".into()), ..Post::new("x", "2", "text") };
        assert!(!conversations.has(&reply));
        conversations.add(["x:1"]);
        assert_eq!(conversations.count(), 1);
        assert!(conversations.has(&reply));
        assert!(conversations.has(&Post::new("x", "1", "text")));
        assert!(!conversations.has(&Post::new("y", "1", "text")));
    }
}

//! A second look at recent posts, where no stream tells of edits and deletions. Seldom, and never at the cost of new posts.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many posts are looked at again.
const KEPT: usize = 200;
/// How long after a post was captured it is still looked at.
const WATCHED: Duration = Duration::from_secs(48 * 3_600);
/// Pause between two looks at the same post.
const PAUSE: Duration = Duration::from_secs(600);
/// Pause between two looks at any post.
const PACE: Duration = Duration::from_secs(60);
/// A post must be missing this often before it counts as deleted: an instance in trouble misses posts that are there.
const MISSES: u32 = 2;

/// A post that is looked at again.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// Its id on the instance.
    pub(crate) local: String,
    /// Its identifier everywhere.
    pub(crate) identifier: String,
    /// Its version.
    pub(crate) edited_at: Option<jiff::Timestamp>,
    since: Instant,
    looked_at: Instant,
    misses: u32,
}

/// The posts that are looked at again, in the order of their turn.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    turn: VecDeque<Watched>,
    last: Option<Instant>,
}

impl Recent {
    pub(crate) fn watch(&mut self, local: &str, identifier: &str, edited_at: Option<jiff::Timestamp>) {
        let now = Instant::now();
        if let Some(known) = self.turn.iter_mut().find(|known| known.local == local) {
            known.edited_at = edited_at;
            return;
        }
        if self.turn.len() == KEPT {
            self.turn.pop_front();
        }
        self.turn.push_back(Watched {
            local: local.to_owned(),
            identifier: identifier.to_owned(),
            edited_at,
            since: now,
            looked_at: now,
            misses: 0,
        });
    }

    /// The post whose turn it is, if it is time for one.
    pub(crate) fn due(&mut self) -> Option<Watched> {
        let now = Instant::now();
        self.turn.retain(|watched| now.duration_since(watched.since) < WATCHED);
        if self.last.is_some_and(|last| now.duration_since(last) < PACE) {
            return None;
        }
        let at = self.turn.iter().position(|watched| now.duration_since(watched.looked_at) >= PAUSE)?;
        self.last = Some(now);
        let mut watched = self.turn.remove(at)?;
        watched.looked_at = now;
        self.turn.push_back(watched.clone());
        Some(watched)
    }

    /// The post was there in this version. True if that is news.
    pub(crate) fn found(&mut self, local: &str, edited_at: Option<jiff::Timestamp>) -> bool {
        let Some(watched) = self.turn.iter_mut().find(|watched| watched.local == local) else { return false };
        watched.misses = 0;
        std::mem::replace(&mut watched.edited_at, edited_at) != edited_at
    }

    /// The post was not there. True if it counts as deleted.
    ///
    /// That is told twice before the post is forgotten, in case the first telling was not committed.
    pub(crate) fn missed(&mut self, local: &str) -> bool {
        let Some(watched) = self.turn.iter_mut().find(|watched| watched.local == local) else { return false };
        watched.misses += 1;
        let misses = watched.misses;
        if misses > MISSES {
            self.forget(local);
        }
        misses >= MISSES
    }

    /// The post is not looked at any more.
    pub(crate) fn forget(&mut self, local: &str) {
        self.turn.retain(|watched| watched.local != local);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn posts_take_turns_and_are_forgotten() {
        let mut recent = Recent::default();
        recent.watch("1", "https://a.example/1", None);
        recent.watch("2", "https://a.example/2", None);
        assert!(recent.due().is_none(), "too early");
        tokio::time::advance(PAUSE).await;
        assert_eq!(recent.due().map(|watched| watched.local).as_deref(), Some("1"));
        assert!(recent.due().is_none(), "one a minute");
        tokio::time::advance(PACE).await;
        assert_eq!(recent.due().map(|watched| watched.local).as_deref(), Some("2"));
        assert!(!recent.missed("2") && recent.missed("2") && recent.missed("2") && !recent.missed("2"));
        let edited = "2026-05-04T09:30:00Z".parse().ok();
        assert!(recent.found("1", edited) && !recent.found("1", edited));
        tokio::time::advance(WATCHED).await;
        assert!(recent.due().is_none());
    }
}

//! How each source is doing, kept in memory for readers and written to the store when it says something new.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Budget, CaptureError, CaptureErrorKind, Health, HealthState, Source, SourceId};

/// A healthy stream tells its store so this often, not at every post.
const SAVE_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// The newest health of every followed source.
///
/// Written by the tasks that follow sources, read by pages; the lock is held for a copy only.
#[derive(Debug, Clone, Default)]
pub struct HealthBoard {
    board: Arc<Mutex<HashMap<SourceId, Health>>>,
}

impl HealthBoard {
    /// Replaces a source's stored health by the newest, where there is one.
    pub fn overlay(&self, source: &mut Source) {
        if let Some(health) = self.board.lock().unwrap_or_else(PoisonError::into_inner).get(&source.id) {
            source.health = health.clone();
        }
        if !source.is_enabled {
            source.health.state = HealthState::Paused;
            source.health.next_check_at = None;
        }
    }

    pub(super) fn find(&self, source: SourceId) -> Option<Health> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).get(&source).cloned()
    }

    pub(super) fn set(&self, source: SourceId, health: Health) {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).insert(source, health);
    }

    pub(super) fn forget(&self, source: SourceId) {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).remove(&source);
    }
}

/// What a good answer does to the health.
pub(super) fn after_success(
    health: &Health,
    now: Timestamp,
    posts: usize,
    message: String,
    budget: Option<Budget>,
    next_check_at: Option<Timestamp>,
) -> Health {
    Health {
        state: HealthState::Ok,
        message,
        failures: 0,
        checked_at: Some(now),
        succeeded_at: Some(now),
        last_post_at: if posts > 0 { Some(now) } else { health.last_post_at },
        next_check_at,
        budget: budget.or(health.budget),
    }
}

/// What a failure does to the health.
pub(super) fn after_failure(
    health: &Health,
    now: Timestamp,
    error: &CaptureError,
    failures: u32,
    next_check_at: Timestamp,
) -> Health {
    Health {
        state: if error.kind == CaptureErrorKind::Broken { HealthState::Broken } else { HealthState::Failing },
        message: error.message.clone(),
        failures,
        checked_at: Some(now),
        next_check_at: Some(next_check_at),
        ..health.clone()
    }
}

/// Whether the change is worth a write: a new state or message, or an old stamp.
pub(super) fn is_worth_saving(saved: &Health, current: &Health) -> bool {
    let stamp = |health: &Health| health.checked_at.unwrap_or(Timestamp::UNIX_EPOCH);
    saved.state != current.state
        || saved.message != current.message
        || stamp(current).duration_since(stamp(saved)) >= SAVE_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[test]
    fn failures_are_counted_and_a_success_clears_them() {
        let error = CaptureError::new(CaptureErrorKind::Retry, "news.example answered 500");
        let first = after_failure(&Health::default(), at(1), &error, 1, at(60));
        let second = after_failure(&first, at(60), &error, 2, at(180));
        assert_eq!((second.state, second.failures), (HealthState::Failing, 2));
        let mended = after_success(&second, at(180), 3, String::new(), None, Some(at(480)));
        assert_eq!((mended.state, mended.failures, mended.last_post_at), (HealthState::Ok, 0, Some(at(180))));
        assert_eq!(mended.message, "");
    }

    #[test]
    fn only_news_is_saved() {
        let first = after_success(&Health::default(), at(100), 1, String::new(), None, None);
        assert!(is_worth_saving(&Health::default(), &first));
        let soon = after_success(&first, at(110), 1, String::new(), None, None);
        assert!(!is_worth_saving(&first, &soon));
        let later = after_success(&first, at(130), 1, String::new(), None, None);
        assert!(is_worth_saving(&first, &later));
    }
}

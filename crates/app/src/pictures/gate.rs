//! How much is fetched at once: a picture once, a host by few, everything together by not many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Fetches at the same time.
const AT_ONCE: usize = 8;
/// Fetches from one host at the same time, once it has answered.
const OF_ONE_HOST: usize = 4;
/// Beyond so many names those are forgotten that nobody waits for.
const MOST_NAMES: usize = 1_000;

/// Who may fetch.
pub(super) struct Gate {
    at_once: Semaphore,
    // Both are held for a look-up only; the waiting happens outside.
    doors: Mutex<HashMap<String, Arc<Door>>>,
    flights: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { at_once: Semaphore::new(AT_ONCE), doors: Mutex::default(), flights: Mutex::default() }
    }
}

/// The way to one host.
pub(super) struct Door {
    turns: Semaphore,
    has_answered: AtomicBool,
}

impl Door {
    /// One at a time until the host has answered: one that is away costs one attempt, whatever number of its pictures a
    /// page shows.
    fn new() -> Self {
        Self { turns: Semaphore::new(1), has_answered: AtomicBool::new(false) }
    }

    /// The host has answered.
    pub(super) fn opens(&self) {
        if !self.has_answered.swap(true, Ordering::AcqRel) {
            self.turns.add_permits(OF_ONE_HOST - 1);
        }
    }
}

/// The right to fetch; given back when dropped.
pub(super) struct Turn<'a> {
    _host: SemaphorePermit<'a>,
    _all: SemaphorePermit<'a>,
}

impl Gate {
    /// What everybody holds who wants one picture, one after the other.
    pub(super) fn flight(&self, url: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        named(&mut flights, url, Arc::default)
    }

    /// The way to a host.
    pub(super) fn door(&self, host: &str) -> Arc<Door> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        named(&mut doors, host, || Arc::new(Door::new()))
    }

    /// The host is away: whoever asks it next asks alone.
    pub(super) fn close(&self, host: &str) {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner).remove(host);
    }

    /// Waits for a turn. The host's comes first, so that who waits for one host keeps nobody from others. `None` would
    /// mean that a semaphore was closed, which none ever is.
    pub(super) async fn turn<'a>(&'a self, door: &'a Door) -> Option<Turn<'a>> {
        let host = door.turns.acquire().await.ok()?;
        let all = self.at_once.acquire().await.ok()?;
        Some(Turn { _host: host, _all: all })
    }
}

fn named<T>(names: &mut HashMap<String, Arc<T>>, name: &str, make: impl FnOnce() -> Arc<T>) -> Arc<T> {
    if names.len() >= MOST_NAMES && !names.contains_key(name) {
        names.retain(|_, one| Arc::strong_count(one) > 1);
    }
    names.entry(name.to_owned()).or_insert_with(make).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_is_asked_by_one_until_it_answers_and_then_by_few() {
        let gate = Gate::default();
        let door = gate.door("a.example");
        let first = gate.turn(&door).await;
        assert_eq!(door.turns.available_permits(), 0);
        door.opens();
        door.opens();
        drop(first);
        assert_eq!(door.turns.available_permits(), OF_ONE_HOST);
        assert!(Arc::ptr_eq(&door, &gate.door("a.example")));
        gate.close("a.example");
        assert_eq!(gate.door("a.example").turns.available_permits(), 1);
    }

    #[test]
    fn names_that_nobody_waits_for_are_forgotten() {
        let gate = Gate::default();
        let held = gate.flight("held");
        for number in 0..MOST_NAMES {
            drop(gate.flight(&number.to_string()));
        }
        assert!(gate.flights.lock().expect("no panic").len() < 10);
        assert!(Arc::ptr_eq(&held, &gate.flight("held")));
    }
}

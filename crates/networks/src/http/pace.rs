//! Politeness: one request per host at a time, and a pause between two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// Who may ask which host when.
pub(crate) struct Pace {
    gap: Duration,
    // Touched by every request for a moment only: the wait itself happens on the host's own lock, outside of this one.
    hosts: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Instant>>>>>,
}

/// The right to ask a host; given back when dropped.
pub(crate) struct Turn {
    last: OwnedMutexGuard<Option<Instant>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.last = Some(Instant::now());
    }
}

impl Pace {
    pub(crate) fn new(gap: Duration) -> Self {
        Self { gap, hosts: Mutex::new(HashMap::new()) }
    }

    /// Waits until the host may be asked.
    pub(crate) async fn turn(&self, host: &str) -> Turn {
        let lock = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            if hosts.len() >= 1_000 && !hosts.contains_key(host) {
                let gap = self.gap;
                hosts.retain(|_, host| match host.try_lock() {
                    Ok(last) => last.is_some_and(|last| last.elapsed() < gap),
                    Err(_) => true,
                });
            }
            Arc::clone(hosts.entry(host.to_owned()).or_default())
        };
        let last = lock.lock_owned().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + self.gap).await;
        }
        Turn { last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_one_at_a_time_with_a_pause() {
        let pace = Arc::new(Pace::new(Duration::from_secs(1)));
        let start = Instant::now();
        let mut tasks = Vec::new();
        for host in ["a", "a", "b"] {
            let pace = Arc::clone(&pace);
            tasks.push(tokio::spawn(async move {
                let _turn = pace.turn(host).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
                start.elapsed().as_secs()
            }));
        }
        let mut ends = Vec::new();
        for task in tasks {
            ends.push(task.await.expect("no panic"));
        }
        assert_eq!(ends, [2, 5, 2]);
    }
}

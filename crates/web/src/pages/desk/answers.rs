//! Answers that are kept for a while, each asked for once however many want it in the same moment.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

/// Answers by what was asked. The lock is held only to look and to put, never while an answer is waited for.
#[derive(Debug)]
pub(super) struct Answers<K, T> {
    kept: Mutex<Kept<K, T>>,
    /// How much is kept, as `weigh` weighs it.
    most: usize,
    weigh: fn(&T) -> usize,
}

#[derive(Debug)]
struct Kept<K, T> {
    slots: HashMap<K, Slot<T>>,
    /// How often somebody has looked.
    looks: u64,
}

/// An answer, as soon as it is there. Who asks meanwhile waits for it.
#[derive(Debug)]
struct Slot<T> {
    answer: Arc<OnceCell<T>>,
    asked_at: Timestamp,
    /// The last look at it.
    used: u64,
}

impl<K: Eq + Hash, T: Clone> Answers<K, T> {
    pub(super) fn new(most: usize, weigh: fn(&T) -> usize) -> Self {
        Self { kept: Mutex::new(Kept { slots: HashMap::new(), looks: 0 }), most, weigh }
    }

    fn with<R>(&self, look: impl FnOnce(&mut Kept<K, T>) -> R) -> R {
        // Whoever panicked while holding the lock left answers that are whole.
        look(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was kept and is no older than `longest`, or what is read now. What cannot be read is not kept.
    pub(super) async fn get<E>(
        &self,
        key: K,
        now: Timestamp,
        longest: SignedDuration,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let answer = self.with(|kept| {
            kept.looks += 1;
            let used = kept.looks;
            let is_true =
                |slot: &&mut Slot<T>| (SignedDuration::ZERO..longest).contains(&now.duration_since(slot.asked_at));
            if let Some(slot) = kept.slots.get_mut(&key).filter(is_true) {
                slot.used = used;
                return slot.answer.clone();
            }
            self.make_room(kept);
            let answer = Arc::new(OnceCell::new());
            kept.slots.insert(key, Slot { answer: answer.clone(), asked_at: now, used });
            answer
        });
        answer.get_or_try_init(|| read).await.cloned()
    }

    /// Forgets all answers but those of which `stands` says that they are true. What is being read is forgotten: nobody knows
    /// whether it was read before or after.
    pub(super) fn retain(&self, stands: impl Fn(&K, &T) -> bool) {
        self.with(|kept| kept.slots.retain(|key, slot| slot.answer.get().is_some_and(|answer| stands(key, answer))));
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.with(|kept| kept.slots.clear());
    }

    /// Gives up those at which nobody has looked for the longest time, a quarter at once, so that this is rare.
    fn make_room(&self, kept: &mut Kept<K, T>) {
        let weight: usize = kept.slots.values().map(|slot| slot.answer.get().map_or(1, self.weigh)).sum();
        if weight < self.most {
            return;
        }
        let mut used: Vec<u64> = kept.slots.values().map(|slot| slot.used).collect();
        used.sort_unstable();
        let least = used.get(used.len() / 4).copied().unwrap_or_default();
        kept.slots.retain(|_, slot| slot.used > least);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const LONGEST: SignedDuration = SignedDuration::from_secs(5);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    /// Answers how often it was asked.
    async fn asked(answers: &Answers<&'static str, u32>, key: &'static str, now: i64, count: &AtomicU32) -> u32 {
        let read = async {
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(count.fetch_add(1, Ordering::Relaxed) + 1)
        };
        answers.get(key, at(now), LONGEST, read).await.expect("cannot fail")
    }

    #[tokio::test]
    async fn what_many_want_is_read_once() {
        let (answers, count) = (Answers::new(10, |_| 1), AtomicU32::new(0));
        let one = || asked(&answers, "a", 0, &count);
        assert_eq!(tokio::join!(one(), one(), one()), (1, 1, 1));
        assert_eq!(asked(&answers, "a", 4, &count).await, 1);
        assert_eq!(asked(&answers, "a", 5, &count).await, 2, "it was too old");
        assert_eq!(asked(&answers, "a", 1, &count).await, 3, "the clock was set back");
        answers.retain(|_, count| *count != 3);
        assert_eq!(asked(&answers, "a", 1, &count).await, 4);
        answers.clear();
        assert_eq!(asked(&answers, "a", 1, &count).await, 5);
    }

    #[tokio::test]
    async fn what_is_forgotten_while_it_is_read_is_read_again() {
        let (answers, count) = (Answers::new(10, |_| 1), AtomicU32::new(0));
        let forget = async { answers.retain(|_, _| true) };
        assert_eq!(tokio::join!(biased; asked(&answers, "a", 0, &count), forget).0, 1);
        assert_eq!(asked(&answers, "a", 0, &count).await, 2);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let answers: Answers<&str, u32> = Answers::new(10, |_| 1);
        assert_eq!(answers.get("a", at(0), LONGEST, async { Err("away") }).await, Err("away"));
        assert_eq!(answers.get("a", at(0), LONGEST, async { Ok::<_, &str>(1) }).await, Ok(1));
    }

    #[tokio::test]
    async fn what_nobody_looks_at_makes_room() {
        let (answers, count) = (Answers::new(4, |_| 1), AtomicU32::new(0));
        for key in ["a", "b", "c", "d", "a", "e"] {
            asked(&answers, key, 0, &count).await;
        }
        assert_eq!(asked(&answers, "a", 0, &count).await, 1, "it was looked at");
        assert_eq!(asked(&answers, "b", 0, &count).await, 6, "it was given up");
    }
}

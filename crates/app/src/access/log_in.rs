//! Logging in. A wrong password and an address that nobody has take as long, are answered alike and lock alike.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{User, UserId};
use switchboard_store::Hash;

use super::AccessError;
use super::session::NewSession;
use crate::{App, secret};

/// This many wrong passwords in a row lock an address.
const ALLOWED: u32 = 5;
/// For this long at first; each further one doubles it.
const FIRST_LOCK: SignedDuration = SignedDuration::from_mins(1);
/// At most for this long.
const LONGEST_LOCK: SignedDuration = SignedDuration::from_mins(30);
/// No password is longer; what is longer is not looked at.
const MOST_BYTES: usize = 1_000;
/// This many addresses that nobody has are remembered.
const MOST_STRANGERS: usize = 10_000;

/// Until when no password is looked at after this many wrong ones.
fn locked_until(failures: u32, now: Timestamp) -> Option<Timestamp> {
    let further = failures.checked_sub(ALLOWED)?;
    let lock = FIRST_LOCK.checked_mul(1 << further.min(10)).unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK);
    now.checked_add(lock).ok()
}

fn look_at_lock(until: Option<Timestamp>, now: Timestamp) -> Result<(), AccessError> {
    match until {
        Some(until) if until > now => Err(AccessError::Locked { until, for_s: until.duration_since(now).as_secs() }),
        _ => Ok(()),
    }
}

/// Wrong passwords for addresses that nobody has. They lock as those of users do, so that a lock tells nothing. The lock
/// is held for a look-up only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strangers(Arc<Mutex<HashMap<Hash, (u32, Timestamp)>>>);

impl Strangers {
    fn map(&self) -> MutexGuard<'_, HashMap<Hash, (u32, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_until(&self, email: &str) -> Option<Timestamp> {
        let (failures, last) = *self.map().get(&secret::hash(email))?;
        locked_until(failures, last)
    }

    fn note(&self, email: &str, now: Timestamp) {
        let mut map = self.map();
        if map.len() >= MOST_STRANGERS {
            // What is over first; if all are under way, everybody begins anew.
            map.retain(|_, (failures, last)| locked_until(*failures, *last).is_some_and(|until| until > now));
            if map.len() >= MOST_STRANGERS {
                map.clear();
            }
        }
        let (failures, last) = map.entry(secret::hash(email)).or_insert((0, now));
        *failures = failures.saturating_add(1);
        *last = now;
    }
}

impl App {
    /// Begins a session for whoever has this e-mail address and password.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<NewSession, AccessError> {
        let user = self.prove(email, password).await?;
        let session = self.begin_session(&user).await?;
        if user.failures > 0 {
            let _turn = self.turn().await;
            self.read_people_anew().await?;
        }
        Ok(session)
    }

    /// The active user with this e-mail address and password.
    pub(super) async fn prove(&self, email: &str, password: &str) -> Result<Arc<User>, AccessError> {
        let email = email.trim().to_lowercase();
        if password.len() > MOST_BYTES || email.len() > MOST_BYTES {
            return Err(AccessError::WrongPassword);
        }
        let _permit = self.passwords.turn().await?;
        // Looked at within the turn: what others got wrong while this one waited counts.
        let user = self.people().user_by_email(&email).filter(|user| user.is_active);
        match &user {
            Some(user) => look_at_lock(user.locked_until, self.now())?,
            None => look_at_lock(self.strangers.locked_until(&email), self.now())?,
        }
        let hash = match &user {
            Some(user) => self.store.find_password(user.id).await?,
            None => None,
        };
        let is_right = self.passwords.is_right(password, hash).await?;
        match user {
            Some(user) if is_right => return Ok(user),
            Some(user) => {
                let _turn = self.turn().await;
                let failures = self.user(user.id).map_or(0, |user| user.failures).saturating_add(1);
                let until = locked_until(failures, self.now());
                self.store.note_failures(user.id, failures, until).await?;
                self.read_people_anew().await?;
                if until.is_some() {
                    tracing::warn!(user.id = %user.id, failures, "a user is locked after wrong passwords");
                }
            }
            None => {
                self.strangers.note(&email, self.now());
                // The same work as for a user, so that the time it takes does not tell who is one.
                let _turn = self.turn().await;
                self.store.note_failures(UserId(uuid::Uuid::nil()), 0, None).await?;
                self.read_people_anew().await?;
            }
        }
        Err(AccessError::WrongPassword)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_half_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let check = |failures: u32, minutes: Option<i64>| {
            let expected = minutes.map(|minutes| now + SignedDuration::from_mins(minutes));
            assert_eq!(locked_until(failures, now), expected, "{failures}");
        };
        check(4, None);
        check(5, Some(1));
        check(6, Some(2));
        check(9, Some(16));
        check(10, Some(30));
        check(u32::MAX, Some(30));
    }

    #[test]
    fn strangers_are_remembered_within_bounds() {
        let (strangers, now) = (Strangers::default(), Timestamp::UNIX_EPOCH);
        for number in 0..MOST_STRANGERS + 5 {
            strangers.note(&number.to_string(), now);
        }
        assert!(strangers.map().len() <= MOST_STRANGERS);
        (0..5).for_each(|_| strangers.note("a@b.example", now));
        assert!(strangers.locked_until("a@b.example").is_some());
    }
}

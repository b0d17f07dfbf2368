//! Keys with which programs act for a user, with the user's rights.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{ApiKey, ApiKeyId, User, UserId};
use switchboard_store::{Hash, StoreError};

use super::AccessError;
use crate::notices::Notice;
use crate::rights::{Actor, Right};
use crate::{App, AppError, secret};

/// What keys begin with, so that people and scanners of leaked secrets know one.
pub const PREFIX: &str = "swb_";
/// A key in memory is read anew after this long, in case another process removed it.
const TRUSTED: SignedDuration = SignedDuration::from_mins(1);
/// That a key is in use is written down at most this often.
const WRITTEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
const MOST_CACHED: usize = 10_000;

#[derive(Debug, Clone)]
struct Cached {
    key: ApiKey,
    read_at: Timestamp,
}

/// Keys in use. The lock is held for a look-up only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<HashMap<Hash, Cached>>>);

impl Keys {
    fn map(&self) -> MutexGuard<'_, HashMap<Hash, Cached>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Makes a key for the actor and returns it with its only readable copy.
    pub async fn add_key(&self, actor: &Actor, name: &str) -> Result<(ApiKey, String), AccessError> {
        actor.may(Right::Read)?;
        let user = actor.user_id().ok_or(AccessError::NotAUser)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(AccessError::bad(
                "name",
                "a key needs a name of 1 to 200 characters without control characters",
            ));
        }
        let key = ApiKey {
            id: ApiKeyId(self.ids.next()),
            user,
            name: name.to_owned(),
            created_at: self.now(),
            used_at: None,
        };
        let text = format!("{PREFIX}{}", secret::fresh());
        match self.store.insert_key(&key, &secret::hash(&text)).await {
            Ok(()) => Ok((key, text)),
            Err(StoreError::Conflict { .. }) => {
                Err(AccessError::bad("name", format!("you have a key named '{name}' already; choose another name")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A user's keys, oldest first: one's own, or anybody's for an administrator.
    pub async fn list_keys(&self, actor: &Actor, user: UserId) -> Result<Vec<ApiKey>, AccessError> {
        own_or_administer(actor, user)?;
        Ok(self.store.list_keys(user).await?)
    }

    /// Removes a user's key: one's own, or anybody's for an administrator.
    pub async fn remove_key(&self, actor: &Actor, user: UserId, id: ApiKeyId) -> Result<(), AccessError> {
        own_or_administer(actor, user)?;
        if !self.store.delete_key(user, id).await? {
            return Err(AccessError::UnknownKey(id.to_string()));
        }
        self.keys.map().retain(|_, cached| cached.key.id != id);
        self.notices.tell(Notice::AccessEnded(user));
        Ok(())
    }

    /// The active user whose program sent this key.
    pub async fn key_holder(&self, text: &str) -> Result<Option<Arc<User>>, AppError> {
        if !text.starts_with(PREFIX) || text.len() > 200 {
            return Ok(None);
        }
        let (hash, now) = (secret::hash(text), self.now());
        let known = self.keys.map().get(&hash).cloned();
        let mut cached = match known {
            Some(known) if now.duration_since(known.read_at) < TRUSTED => known,
            _ => match self.store.find_key_by_hash(&hash).await? {
                Some(key) => Cached { key, read_at: now },
                None => {
                    self.keys.map().remove(&hash);
                    return Ok(None);
                }
            },
        };
        let Some(user) = self.user(cached.key.user).filter(|user| user.is_active) else { return Ok(None) };
        if cached.key.used_at.is_none_or(|used_at| now.duration_since(used_at) >= WRITTEN_EVERY) {
            match self.store.touch_key(cached.key.id, now).await {
                Ok(_) => cached.key.used_at = Some(now),
                Err(error) => tracing::warn!(%error, "that a key is in use cannot be written down"),
            }
        }
        let mut map = self.keys.map();
        if map.len() >= MOST_CACHED {
            map.clear();
        }
        map.insert(hash, cached);
        Ok(Some(user))
    }
}

fn own_or_administer(actor: &Actor, user: UserId) -> Result<(), AccessError> {
    if actor.user_id() != Some(user) {
        actor.may(Right::Administer)?;
    }
    Ok(())
}

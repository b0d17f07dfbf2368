//! Sessions: who is logged in. Kept in the store by hash, and in memory for those in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{User, UserId};
use switchboard_store::{Hash, Session};

use super::AccessError;
use crate::notices::Notice;
use crate::{App, AppError, secret};

/// A session ends this long after it began, whatever happens.
const LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// And this long after it was last used.
const IDLE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// That a session is in use is written down at most this often.
const WRITTEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// A session in memory is read anew after this long, in case another process ended it.
const TRUSTED: SignedDuration = SignedDuration::from_mins(1);
/// This many sessions are kept in memory.
const MOST_CACHED: usize = 10_000;

/// A session that was just begun.
#[derive(Clone)]
pub struct NewSession {
    /// Its only readable copy.
    pub token: String,
    /// Who is logged in.
    pub user: Arc<User>,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("user", &self.user.id).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
struct Cached {
    session: Session,
    /// When it was last used; ahead of what is written down.
    seen_at: Timestamp,
    /// When it was last read from the store.
    read_at: Timestamp,
}

/// Sessions in use. The lock is held for a look-up only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<Hash, Cached>>>);

impl Sessions {
    fn map(&self) -> MutexGuard<'_, HashMap<Hash, Cached>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, hash: Hash, cached: Cached) {
        let mut map = self.map();
        if map.len() >= MOST_CACHED && !map.contains_key(&hash) {
            // They are read again when they are used again.
            map.clear();
        }
        map.insert(hash, cached);
    }

    /// Forgets a session; tells whose it was, if that is known here.
    fn forget(&self, hash: &Hash) -> Option<UserId> {
        self.map().remove(hash).map(|cached| cached.session.user)
    }

    /// Forgets all sessions of a user but one.
    pub(crate) fn forget_user(&self, user: UserId, keep: Option<&Hash>) {
        self.map().retain(|hash, cached| cached.session.user != user || Some(hash) == keep);
    }
}

/// A session that begins now, with its token.
pub(crate) fn begin(user: UserId, now: Timestamp) -> (String, switchboard_store::NewSession) {
    let token = secret::fresh();
    let expires_at = now.checked_add(LASTS).unwrap_or(Timestamp::MAX);
    let session = switchboard_store::NewSession { hash: secret::hash(&token), user, created_at: now, expires_at };
    (token, session)
}

fn is_over(session: &Session, seen_at: Timestamp, now: Timestamp) -> bool {
    session.expires_at <= now || now.duration_since(seen_at) >= IDLE
}

impl App {
    pub(super) async fn begin_session(&self, user: &Arc<User>) -> Result<NewSession, AccessError> {
        let (token, session) = begin(user.id, self.now());
        self.store.insert_session(&session).await?;
        Ok(NewSession { token, user: user.clone() })
    }

    /// Lets an active user in without a password. Whoever calls it has decided that they may come in: the demonstration,
    /// where everybody may be anybody.
    pub async fn let_in(&self, id: UserId) -> Result<NewSession, AccessError> {
        let user = self.user(id).ok_or_else(|| AccessError::UnknownUser(id.to_string()))?;
        if !user.is_active {
            return Err(AccessError::Inactive(user.name.clone()));
        }
        self.begin_session(&user).await
    }

    /// The active user who is logged in with this token.
    pub async fn session(&self, token: &str) -> Result<Option<Arc<User>>, AppError> {
        if token.len() > 200 {
            return Ok(None);
        }
        let (hash, now) = (secret::hash(token), self.now());
        let known = self.sessions.map().get(&hash).copied();
        let cached = match known {
            Some(known) if now.duration_since(known.read_at) < TRUSTED => known,
            _ => match self.store.find_session(&hash).await? {
                Some(session) => {
                    let seen_at = known.map_or(session.seen_at, |known| known.seen_at.max(session.seen_at));
                    Cached { session, seen_at, read_at: now }
                }
                None => {
                    self.sessions.forget(&hash);
                    return Ok(None);
                }
            },
        };
        if is_over(&cached.session, cached.seen_at, now) {
            self.sessions.forget(&hash);
            self.store.delete_session(&hash).await?;
            return Ok(None);
        }
        let Some(user) = self.user(cached.session.user).filter(|user| user.is_active) else { return Ok(None) };
        let mut cached = Cached { seen_at: now, ..cached };
        if now.duration_since(cached.session.seen_at) >= WRITTEN_EVERY {
            // Who reads must get in even where nothing can be written at the moment.
            match self.store.touch_session(&hash, now).await {
                Ok(true) => cached.session.seen_at = now,
                Ok(false) => {
                    self.sessions.forget(&hash);
                    return Ok(None);
                }
                Err(error) => tracing::warn!(%error, "that a session is in use cannot be written down"),
            }
        }
        self.sessions.keep(hash, cached);
        Ok(Some(user))
    }

    /// Whether the session of this token still is one. To look is not to use it: whoever only listens falls idle.
    pub async fn session_stands(&self, token: &str) -> Result<bool, AppError> {
        let (hash, now) = (secret::hash(token), self.now());
        let known = self.sessions.map().get(&hash).copied();
        let (session, seen_at) = match known {
            Some(known) if now.duration_since(known.read_at) < TRUSTED => (known.session, known.seen_at),
            _ => match self.store.find_session(&hash).await? {
                Some(session) => (session, known.map_or(session.seen_at, |known| known.seen_at.max(session.seen_at))),
                None => return Ok(false),
            },
        };
        let is_active = self.user(session.user).is_some_and(|user| user.is_active);
        Ok(is_active && !is_over(&session, seen_at, now))
    }

    /// Ends the session of this token, and what listens with it.
    pub async fn log_out(&self, token: &str) -> Result<(), AppError> {
        let hash = secret::hash(token);
        let user = match self.sessions.forget(&hash) {
            Some(user) => Some(user),
            None => self.store.find_session(&hash).await?.map(|session| session.user),
        };
        self.store.delete_session(&hash).await?;
        // A request may have read it in between.
        self.sessions.forget(&hash);
        if let Some(user) = user {
            self.notices.tell(Notice::AccessEnded(user));
        }
        Ok(())
    }

    /// Removes sessions that are over; tells how many there were.
    pub async fn clear_sessions(&self) -> Result<u64, AppError> {
        let now = self.now();
        let unseen_since = now.checked_sub(IDLE).unwrap_or(Timestamp::MIN);
        Ok(self.store.delete_old_sessions(now, unseen_since).await?)
    }
}

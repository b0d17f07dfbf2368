//! Who is logged in.

use jiff::Timestamp;
use switchboard_model::UserId;
use uuid::Uuid;

use super::Hash;
use crate::clean::time;
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub hash: Hash,
    /// Who logged in.
    pub user: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Who is logged in.
    pub user: UserId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

pub(super) async fn insert(tx: &mut Tx, session: &NewSession) -> Result<(), StoreError> {
    let created_at = session.created_at.as_microsecond();
    let expires_at = session.expires_at.as_microsecond();
    execute!(tx, sql::INSERT_SESSION, session.hash.as_slice(), session.user.0, created_at, created_at, expires_at,);
    Ok(())
}

impl Store {
    /// Begins a session; the user's wrong passwords are forgotten.
    pub async fn insert_session(&self, session: &NewSession) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, session).await?;
        execute!(&mut tx, sql::NOTE_FAILURES, session.user.0, 0_i64, None::<i64>);
        tx.commit().await
    }

    /// The session of that token.
    pub async fn find_session(&self, hash: &Hash) -> Result<Option<Session>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<(Uuid, i64, i64, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_SESSION).bind(hash.as_slice()).fetch_optional(&mut *conn).await?
        });
        row.map(|(user, created_at, seen_at, expires_at)| {
            Ok(Session {
                user: UserId(user),
                created_at: time(created_at)?,
                seen_at: time(seen_at)?,
                expires_at: time(expires_at)?,
            })
        })
        .transpose()
    }

    /// Notes that a session is in use. False if it ended.
    pub async fn touch_session(&self, hash: &Hash, seen_at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TOUCH_SESSION, hash.as_slice(), seen_at.as_microsecond());
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Ends a session. False if it ended already.
    pub async fn delete_session(&self, hash: &Hash) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_SESSION, hash.as_slice());
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Removes sessions that ran out by `now` or were last used by `unseen_since`, and tells how many.
    pub async fn delete_old_sessions(&self, now: Timestamp, unseen_since: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_OLD_SESSIONS, now.as_microsecond(), unseen_since.as_microsecond());
        tx.commit().await?;
        Ok(rows)
    }
}

//! Keys with which programs act for users.

use jiff::Timestamp;
use switchboard_model::{ApiKey, ApiKeyId, UserId};
use uuid::Uuid;

use super::Hash;
use crate::clean::{cleaned, time, time_of};
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Uuid,
    user_id: Uuid,
    name: String,
    created_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ApiKeyId(row.id),
            user: UserId(row.user_id),
            name: row.name,
            created_at: time(row.created_at)?,
            used_at: time_of(row.used_at)?,
        })
    }
}

impl Store {
    /// Adds a key by the SHA-256 of its text; `used_at` is not taken over. A name that the user has already is a conflict.
    pub async fn insert_key(&self, key: &ApiKey, hash: &Hash) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let created_at = key.created_at.as_microsecond();
        execute!(&mut tx, sql::INSERT_KEY, key.id.0, key.user.0, cleaned(&key.name), hash.as_slice(), created_at);
        tx.commit().await
    }

    /// The key whose text has that SHA-256.
    pub async fn find_key_by_hash(&self, hash: &Hash) -> Result<Option<ApiKey>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<KeyRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_KEY_BY_HASH).bind(hash.as_slice()).fetch_optional(&mut *conn).await?
        });
        row.map(ApiKey::try_from).transpose()
    }

    /// A user's keys, oldest first.
    pub async fn list_keys(&self, user: UserId) -> Result<Vec<ApiKey>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<KeyRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_KEYS).bind(user.0).fetch_all(&mut *conn).await?);
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// Removes a user's key. False if the user has no such key.
    pub async fn delete_key(&self, user: UserId, id: ApiKeyId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_KEY, id.0, user.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Notes that a key was used. False if there is none.
    pub async fn touch_key(&self, id: ApiKeyId, used_at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TOUCH_KEY, id.0, used_at.as_microsecond());
        tx.commit().await?;
        Ok(rows > 0)
    }
}

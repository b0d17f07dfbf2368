//! What is known about the installation itself: table `meta`, and the counted fates.

use jiff::Timestamp;
use switchboard_model::{FateCount, FateReason, SourceId};
use uuid::Uuid;

use crate::clean::cleaned;
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements as sql};

const INSTALLATION_ID: &str = "installation_id";
const CREATED_AT: &str = "created_at";

/// An installation's own identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installation {
    /// Given once, kept through backup and restore.
    pub id: Uuid,
    /// When it was first started.
    pub created_at: Timestamp,
}

impl Store {
    /// The installation's identity; gives it this one if it has none yet.
    pub async fn found_installation(&self, id: Uuid, created_at: Timestamp) -> Result<Installation, StoreError> {
        if let Some(installation) = self.installation().await? {
            return Ok(installation);
        }
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SET_META_ONCE, INSTALLATION_ID, id.to_string());
        execute!(&mut tx, sql::SET_META_ONCE, CREATED_AT, created_at.to_string());
        tx.commit().await?;
        self.installation().await?.ok_or_else(|| StoreError::damaged("the table meta does not keep what is written"))
    }

    /// The installation's identity, if it was given one.
    pub async fn installation(&self) -> Result<Option<Installation>, StoreError> {
        let (Some(id), Some(created_at)) = (self.meta(INSTALLATION_ID).await?, self.meta(CREATED_AT).await?) else {
            return Ok(None);
        };
        let id = id.parse().map_err(|_| unknown("meta.installation_id", &id))?;
        let created_at = created_at.parse().map_err(|_| unknown("meta.created_at", &created_at))?;
        Ok(Some(Installation { id, created_at }))
    }

    /// A value by its key.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut tx = self.read().await?;
        Ok(on!(&mut tx, |conn| sqlx::query_scalar(sql::GET_META).bind(key).fetch_optional(&mut *conn).await?))
    }

    /// Sets a value.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SET_META, cleaned(key), cleaned(value));
        tx.commit().await
    }

    /// The newest migration that the database has.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        let mut tx = self.read().await?;
        Ok(on!(&mut tx, |conn| sqlx::query_scalar(sql::SCHEMA_VERSION).fetch_one(&mut *conn).await?))
    }

    /// What became of all posts of one source, or of all sources, removed ones included. Reasons without posts are left out.
    pub async fn fates(&self, source: Option<SourceId>) -> Result<Vec<FateCount>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, i64)> = match source {
            Some(source) => on!(&mut tx, |conn| {
                sqlx::query_as(sql::FATES_OF_SOURCE).bind(source.0).fetch_all(&mut *conn).await?
            }),
            None => on!(&mut tx, |conn| sqlx::query_as(sql::ALL_FATES).fetch_all(&mut *conn).await?),
        };
        let count = |(word, posts): (String, i64)| {
            let reason = FateReason::from_word(&word).ok_or_else(|| unknown("fates.reason", &word))?;
            Ok(FateCount { reason, posts: u64::try_from(posts).unwrap_or_default() })
        };
        let mut counts: Vec<FateCount> = rows.into_iter().map(count).collect::<Result<_, StoreError>>()?;
        counts.sort_by_key(|count| count.reason);
        Ok(counts)
    }

    /// How many posts are stored.
    pub async fn count_posts(&self) -> Result<u64, StoreError> {
        let mut tx = self.read().await?;
        let posts: i64 = on!(&mut tx, |conn| sqlx::query_scalar(sql::COUNT_POSTS).fetch_one(&mut *conn).await?);
        Ok(u64::try_from(posts).unwrap_or_default())
    }
}

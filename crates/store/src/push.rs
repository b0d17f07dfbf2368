//! Browsers that people want to be told things in: table `push_subscriptions`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use switchboard_model::UserId;
use switchboard_model::push::PushSubscription;
use uuid::Uuid;

use crate::Hash;
use crate::clean::{cleaned, micros, time, time_of};
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::{Store, statements as sql};

/// A browser with how it is written to, which is sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSubscription {
    /// The browser.
    pub browser: PushSubscription,
    /// SHA-256 of its endpoint.
    pub hash: Hash,
    /// Endpoint and keys.
    pub settings: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    hash: Vec<u8>,
    name: String,
    settings: Json<Value>,
    created_at: i64,
    succeeded_at: Option<i64>,
    trouble: String,
}

impl TryFrom<Row> for KeptSubscription {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let hash = row.hash.as_slice().try_into();
        Ok(Self {
            hash: hash.map_err(|_| StoreError::damaged("push_subscriptions.hash is no SHA-256"))?,
            settings: row.settings.0,
            browser: PushSubscription {
                id: row.id,
                user: UserId(row.user_id),
                name: row.name,
                created_at: time(row.created_at)?,
                succeeded_at: time_of(row.succeeded_at)?,
                trouble: row.trouble,
            },
        })
    }
}

impl Store {
    /// Keeps a browser. One that is known by its endpoint is the new user's from then on, under the new identifier: whoever
    /// sat there before is told nothing there any more.
    pub async fn add_push_subscription(&self, kept: &KeptSubscription) -> Result<(), StoreError> {
        let KeptSubscription { browser, hash, settings } = kept;
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::DELETE_PUSH_SUBSCRIPTION_OF, hash.as_slice());
        execute!(
            &mut tx,
            sql::INSERT_PUSH_SUBSCRIPTION,
            browser.id,
            browser.user.0,
            hash.as_slice(),
            cleaned(&browser.name),
            Json(settings),
            browser.created_at.as_microsecond(),
            micros(browser.succeeded_at),
            cleaned(&browser.trouble),
        );
        tx.commit().await
    }

    /// A user's browsers, the oldest first.
    pub async fn list_push_subscriptions(&self, user: UserId) -> Result<Vec<KeptSubscription>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<Row> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::LIST_PUSH_SUBSCRIPTIONS).bind(user.0).fetch_all(&mut *conn).await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The browser of that id.
    pub async fn find_push_subscription(&self, id: Uuid) -> Result<Option<KeptSubscription>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<Row> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_PUSH_SUBSCRIPTION).bind(id).fetch_optional(&mut *conn).await?
        });
        row.map(TryInto::try_into).transpose()
    }

    /// Everybody's browsers.
    pub async fn push_browsers(&self) -> Result<BTreeMap<UserId, Vec<Uuid>>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, Uuid)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::PUSH_BROWSERS).fetch_all(&mut *conn).await?);
        let mut browsers: BTreeMap<UserId, Vec<Uuid>> = BTreeMap::new();
        for (user, browser) in rows {
            browsers.entry(UserId(user)).or_default().push(browser);
        }
        Ok(browsers)
    }

    /// What came of a message to a browser: when it was taken, or what went wrong.
    pub async fn settle_push_subscription(
        &self,
        id: Uuid,
        succeeded_at: Option<Timestamp>,
        trouble: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SETTLE_PUSH_SUBSCRIPTION, id, micros(succeeded_at), cleaned(trouble));
        tx.commit().await
    }

    /// Forgets a browser of a user. False if it is not theirs, or not there.
    pub async fn remove_push_subscription(&self, user: UserId, id: Uuid) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_PUSH_SUBSCRIPTION, id, user.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Replaces the pair of keys by which push services know us, and forgets all browsers: they were registered for the one
    /// before.
    pub async fn replace_push_key(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::DELETE_PUSH_SUBSCRIPTIONS);
        execute!(&mut tx, sql::SET_META, cleaned(key), cleaned(value));
        tx.commit().await
    }

    /// Sets what is known about the installation under a key, unless something is there; answers what is there then.
    pub async fn set_meta_once(&self, key: &str, value: &str) -> Result<String, StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SET_META_ONCE, cleaned(key), cleaned(value));
        tx.commit().await?;
        self.meta(key).await?.ok_or_else(|| StoreError::damaged("the table meta does not keep what is written"))
    }
}

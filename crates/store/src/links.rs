//! Links out of messages that were used: table `spent_links`.
//!
//! A link is spent in the transaction of what is done by it, so that it acts once however many processes are asked at the
//! same moment. What was used is kept for as long as a link of the same event could still work.

use jiff::Timestamp;
use switchboard_model::{LinkUse, SpentLink};

use crate::Store;
use crate::clean::time;
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::statements as sql;

/// Writes down that a link is used. The moment of the first time if it was used before.
pub(crate) async fn spend_link(tx: &mut Tx, spent: &SpentLink) -> Result<Result<(), Timestamp>, StoreError> {
    let link = &spent.link;
    let rows = execute!(
        &mut *tx,
        sql::SPEND_LINK,
        link.user.0,
        link.case.0,
        i64::from(link.event),
        link.act.as_str(),
        spent.at.as_microsecond(),
    );
    if rows > 0 {
        return Ok(Ok(()));
    }
    Ok(Err(found(tx, link).await?.unwrap_or(spent.at)))
}

async fn found(tx: &mut Tx, link: &LinkUse) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = on!(&mut *tx, |conn| {
        sqlx::query_scalar(sql::FIND_SPENT_LINK)
            .bind(link.user.0)
            .bind(link.case.0)
            .bind(i64::from(link.event))
            .bind(link.act.as_str())
            .fetch_optional(&mut *conn)
            .await?
    });
    at.map(time).transpose()
}

impl Store {
    /// When a link was used; `None` if it was not.
    pub async fn spent_link(&self, link: &LinkUse) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        found(&mut tx, link).await
    }

    /// Forgets links that were used before a moment. Answers how many those were.
    pub async fn trim_spent_links(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TRIM_SPENT_LINKS, before.as_microsecond());
        tx.commit().await?;
        Ok(rows)
    }
}

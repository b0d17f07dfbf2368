//! Table `volume`: mentions of each search by the hour. Written where mentions are, in [`crate::commit`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use switchboard_model::SearchId;
use uuid::Uuid;

use crate::Store;
use crate::clean::time;
use crate::db::on;
use crate::error::StoreError;
use crate::statements as sql;

const DAY_US: i64 = 86_400_000_000;

impl Store {
    /// The hours from `from` on and before `until` in which a search has mentions, in their order.
    pub async fn hours_of_search(
        &self,
        search: SearchId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        let (from, until) = (from.as_microsecond(), until.as_microsecond());
        let mut tx = self.read().await?;
        let rows: Vec<(i64, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::HOURS_OF_SEARCH).bind(search.0).bind(from).bind(until).fetch_all(&mut *conn).await?
        });
        rows.into_iter()
            .map(|(hour, mentions)| Ok((time(hour)?, u64::try_from(mentions).unwrap_or_default())))
            .collect()
    }

    /// Mentions of all searches on each day of 24 hours, counted from `from` on and before `until`, by the number of the
    /// day, from zero. Days without a mention are left out.
    pub async fn days_of_searches(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<BTreeMap<SearchId, BTreeMap<usize, u64>>, StoreError> {
        let (from, until) = (from.as_microsecond(), until.as_microsecond());
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, i64, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::DAYS_OF_SEARCHES).bind(from).bind(until).bind(DAY_US).fetch_all(&mut *conn).await?
        });
        let mut searches: BTreeMap<SearchId, BTreeMap<usize, u64>> = BTreeMap::new();
        for (search, day, mentions) in rows {
            let day = usize::try_from(day).unwrap_or_default();
            searches.entry(SearchId(search)).or_default().insert(day, u64::try_from(mentions).unwrap_or_default());
        }
        Ok(searches)
    }
}

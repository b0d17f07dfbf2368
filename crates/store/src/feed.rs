//! The events of all cases in the order in which they were committed: tables `feed` and `feed_places`.
//!
//! What follows from events is done by consumers, each at its own pace: one reads what came after its place, does its work
//! durably, and then moves its place, in the same transaction where it can. Writers take turns, so that no event is
//! committed later than one with a greater place.

use switchboard_model::Event;

use crate::Store;
use crate::cases::EventRow;
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::statements as sql;

/// An event with its place among all.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEvent {
    /// Its place: greater than that of every event that was committed earlier. Places have gaps.
    pub place: i64,
    /// The event.
    pub event: Event,
}

#[derive(sqlx::FromRow)]
struct FeedRow {
    place: i64,
    #[sqlx(flatten)]
    event: EventRow,
}

impl Store {
    /// The events after a place, oldest first.
    pub async fn event_feed(&self, after: i64, limit: u32) -> Result<Vec<FeedEvent>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<FeedRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::EVENT_FEED).bind(after).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        let event = |row: FeedRow| Ok(FeedEvent { place: row.place, event: row.event.into_event()? });
        rows.into_iter().map(event).collect()
    }

    /// How far a consumer has read; `None` before its first time.
    pub async fn feed_place(&self, consumer: &str) -> Result<Option<i64>, StoreError> {
        let mut tx = self.read().await?;
        Ok(on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::FIND_FEED_PLACE).bind(consumer).fetch_optional(&mut *conn).await?
        }))
    }

    /// The place of the newest event: where a consumer begins that has no use for what was before it.
    pub async fn newest_feed_place(&self) -> Result<i64, StoreError> {
        let mut tx = self.read().await?;
        Ok(on!(&mut tx, |conn| sqlx::query_scalar(sql::NEWEST_FEED_PLACE).fetch_one(&mut *conn).await?))
    }

    /// Remembers how far a consumer has read.
    pub async fn set_feed_place(&self, consumer: &str, place: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        set_feed_place(&mut tx, consumer, place).await?;
        tx.commit().await
    }

    /// Forgets the places that every consumer has passed; answers how many. The events themselves stay.
    pub async fn trim_feed(&self) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let trimmed = execute!(&mut tx, sql::TRIM_FEED);
        tx.commit().await?;
        Ok(trimmed)
    }
}

/// The same in a transaction that does the consumer's work.
pub(crate) async fn set_feed_place(tx: &mut Tx, consumer: &str, place: i64) -> Result<(), StoreError> {
    execute!(tx, sql::SET_FEED_PLACE, consumer, place);
    Ok(())
}

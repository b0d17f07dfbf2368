//! How much everybody has: turns, the oldest cases, and what people have had to read. Tables `turns`, `exposures`,
//! `warnings`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use switchboard_model::{CaseId, Exposure, NotificationKind, UserId};
use uuid::Uuid;

use crate::Store;
use crate::clean::time;
use crate::db::{Tx, execute, fetch_in, insert_rows, on};
use crate::error::StoreError;
use crate::feed::set_feed_place;
use crate::statements as sql;

/// A user gets a case in turn, if they have room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenTurn {
    /// Who.
    pub user: UserId,
    /// How many cases that are not closed they can have.
    pub most: Option<u32>,
    /// When.
    pub at: Timestamp,
}

/// Notes the turn of a user. False if they have no room: it is counted in the transaction that fills it, so that nobody
/// gets more than they can have, however many give at once.
pub(crate) async fn take_turn(tx: &mut Tx, turn: &TakenTurn) -> Result<bool, StoreError> {
    if let Some(most) = turn.most {
        let cases: i64 = on!(&mut *tx, |conn| {
            sqlx::query_scalar(sql::COUNT_CASES_OF_OWNER).bind(turn.user.0).fetch_one(&mut *conn).await?
        });
        if cases >= i64::from(most) {
            return Ok(false);
        }
    }
    execute!(&mut *tx, sql::SET_TURN, turn.user.0, turn.at.as_microsecond());
    Ok(true)
}

/// Notes that somebody is warned of something, unless they were since `not_since`. False if they were.
pub(crate) async fn set_warning(tx: &mut Tx, warning: &Warning) -> Result<bool, StoreError> {
    let Warning { user, kind, at, not_since } = warning;
    let (at, since) = (at.as_microsecond(), not_since.as_microsecond());
    Ok(execute!(&mut *tx, sql::SET_WARNING, user.0, kind.as_str(), at, since) > 0)
}

/// That people are told something about a user which is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// The user whom it is about.
    pub user: UserId,
    /// What it is.
    pub kind: NotificationKind,
    /// For when: it is not told again for the same moment.
    pub at: Timestamp,
    /// Nothing is told if it was told for a moment after this one.
    pub not_since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ExposureRow {
    user_id: Uuid,
    case_id: i64,
    event: i64,
    at: i64,
    points: i64,
}

impl TryFrom<ExposureRow> for Exposure {
    type Error = StoreError;

    fn try_from(row: ExposureRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: UserId(row.user_id),
            case: CaseId(row.case_id),
            event: u32::try_from(row.event).unwrap_or(u32::MAX),
            at: time(row.at)?,
            points: u32::try_from(row.points).unwrap_or_default(),
        })
    }
}

impl Store {
    /// When users were last given a case in turn.
    pub async fn turns(&self) -> Result<BTreeMap<UserId, Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, i64)> = on!(&mut tx, |conn| sqlx::query_as(sql::LIST_TURNS).fetch_all(&mut *conn).await?);
        rows.into_iter().map(|(user, at)| Ok((UserId(user), time(at)?))).collect()
    }

    /// The oldest case of each user that is not closed, and since when it is open.
    pub async fn oldest_cases(&self) -> Result<BTreeMap<UserId, (CaseId, Timestamp)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, i64, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::OLDEST_CASES).fetch_all(&mut *conn).await?);
        rows.into_iter().map(|(owner, id, at)| Ok((UserId(owner), (CaseId(id), time(at)?)))).collect()
    }

    /// What people have had to read after a moment, oldest first.
    pub async fn exposures(&self, after: Timestamp) -> Result<Vec<Exposure>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<ExposureRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::LIST_EXPOSURES).bind(after.as_microsecond()).fetch_all(&mut *conn).await?
        });
        rows.into_iter().map(Exposure::try_from).collect()
    }

    /// Writes what people had to read by the events up to a place in the feed, and forgets what is older than `keep`.
    pub async fn add_exposures(
        &self,
        exposures: &[Exposure],
        keep: Timestamp,
        consumer: &str,
        place: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert_rows!(&mut tx, sql::INSERT_EXPOSURES_HEAD, exposures, sql::INSERT_EXPOSURES_TAIL, |list, row| {
            list.push_bind(row.user.0)
                .push_bind(row.case.0)
                .push_bind(i64::from(row.event))
                .push_bind(row.at.as_microsecond())
                .push_bind(i64::from(row.points))
        });
        execute!(&mut tx, sql::TRIM_EXPOSURES, keep.as_microsecond());
        set_feed_place(&mut tx, consumer, place).await?;
        tx.commit().await
    }

    /// How posts read, where anything is known of that.
    pub async fn sentiments(&self, posts: &[i64]) -> Result<BTreeMap<i64, String>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, String)> = fetch_in!(&mut tx, (i64, String), sql::SENTIMENTS_HEAD, posts);
        Ok(rows.into_iter().collect())
    }

    /// For when somebody was last warned of something.
    pub async fn warned_at(&self, user: UserId, kind: NotificationKind) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let at: Option<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::FIND_WARNING).bind(user.0).bind(kind.as_str()).fetch_optional(&mut *conn).await?
        });
        at.map(time).transpose()
    }
}

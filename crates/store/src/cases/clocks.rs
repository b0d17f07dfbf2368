//! What the clocks of cases do next. It follows from history, service levels and calendars, is kept beside the case for lists
//! and timers, and can be made anew at any time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use switchboard_model::{CaseId, ClockKind, DepartmentId, Due, Event, LateCount, UserId};
use uuid::Uuid;

use super::event::EventRow;
use crate::Store;
use crate::clean::{micros, time};
use crate::db::{Tx, execute, fetch_in, on};
use crate::error::StoreError;
use crate::feed::set_feed_place;
use crate::rows::unknown;
use crate::statements as sql;

/// What the clocks of one case do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseClock {
    /// The case.
    pub case: CaseId,
    /// The clock that runs out first, and when.
    pub due: Option<Due>,
    /// When there is something to do: to warn, to tell that a clock ran out.
    pub rings_at: Option<Timestamp>,
    /// When its priority has to be counted anew, because its author has waited longer or does not wait any more.
    pub counts_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ClockRow {
    id: i64,
    due_at: Option<i64>,
    due_clock: Option<String>,
    due_since: Option<i64>,
    due_warn_at: Option<i64>,
    clock_at: Option<i64>,
    count_at: Option<i64>,
}

impl Store {
    /// The whole histories of cases, each oldest first.
    pub async fn histories(&self, cases: &[CaseId]) -> Result<BTreeMap<CaseId, Vec<Event>>, StoreError> {
        let mut tx = self.read().await?;
        let mut ids: Vec<i64> = cases.iter().map(|case| case.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows: Vec<EventRow> = fetch_in!(&mut tx, EventRow, sql::HISTORIES_HEAD, ids);
        let mut histories: BTreeMap<CaseId, Vec<Event>> = BTreeMap::new();
        for row in rows {
            let event = row.into_event()?;
            histories.entry(event.case).or_default().push(event);
        }
        histories.values_mut().for_each(|history| history.sort_by_key(|event| event.number));
        Ok(histories)
    }

    /// Writes what clocks do next; with a place, also how far the consumer has read that asks for it. Answers the cases that
    /// are due at another time than before.
    pub async fn set_clocks(&self, clocks: &[CaseClock], read: Option<(&str, i64)>) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.write().await?;
        let known = clocks_of(&mut tx, &clocks.iter().map(|clock| clock.case).collect::<Vec<_>>()).await?;
        let mut moved = Vec::new();
        for clock in clocks {
            let before = known.get(&clock.case);
            if before == Some(clock) {
                continue;
            }
            if before.is_none_or(|before| before.due != clock.due) {
                moved.push(clock.case);
            }
            execute!(
                &mut tx,
                sql::SET_CASE_CLOCK,
                clock.case.0,
                clock.due.map(|due| due.at.as_microsecond()),
                clock.due.map(|due| due.clock.as_str()),
                micros(clock.rings_at),
                clock.due.map(|due| due.since.as_microsecond()),
                micros(clock.due.and_then(|due| due.warn_at)),
                micros(clock.counts_at),
            );
        }
        if let Some((consumer, place)) = read {
            set_feed_place(&mut tx, consumer, place).await?;
        }
        tx.commit().await?;
        Ok(moved)
    }

    /// What the clocks of cases do next, as far as they have anything to do.
    pub async fn case_clocks(&self, cases: &[CaseId]) -> Result<BTreeMap<CaseId, CaseClock>, StoreError> {
        clocks_of(&mut self.read().await?, cases).await
    }

    /// How many cases of each queue are late at a moment. A clock that ran out on a case that was closed meanwhile is
    /// stopped by whoever winds it.
    pub async fn late_queues(&self, now: Timestamp) -> Result<Vec<LateCount>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, Option<Uuid>, bool, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::LATE_QUEUES).bind(now.as_microsecond()).fetch_all(&mut *conn).await?
        });
        let count = |(department, owner, is_private, cases): (Uuid, Option<Uuid>, bool, i64)| LateCount {
            department: DepartmentId(department),
            owner: owner.map(UserId),
            is_private,
            cases: u64::try_from(cases).unwrap_or_default(),
        };
        Ok(rows.into_iter().map(count).collect())
    }

    /// Cases whose clocks have something to do by a moment, the longest overdue first.
    pub async fn ringing_cases(&self, now: Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let ids: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::RINGING_CASES)
                .bind(now.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// Cases whose priority has to be counted anew by a moment, the longest overdue first.
    pub async fn counting_cases(&self, now: Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let ids: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::COUNTING_CASES)
                .bind(now.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// When the next priority has to be counted anew.
    pub async fn next_count(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let next: Option<i64> = on!(&mut tx, |conn| sqlx::query_scalar(sql::NEXT_COUNT).fetch_one(&mut *conn).await?);
        next.map(time).transpose()
    }

    /// When the next clock has something to do.
    pub async fn next_ring(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let next: Option<i64> = on!(&mut tx, |conn| sqlx::query_scalar(sql::NEXT_RING).fetch_one(&mut *conn).await?);
        next.map(time).transpose()
    }

    /// Cases that a user owns and whose next clock runs out before a moment.
    pub async fn cases_due_before(
        &self,
        owner: UserId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let ids: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::CASES_DUE_BEFORE)
                .bind(owner.0)
                .bind(before.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// Cases that are not closed, by their numbers: the next piece after `after`.
    pub async fn open_cases(&self, after: CaseId, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let ids: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::OPEN_CASES_AFTER).bind(after.0).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        Ok(ids.into_iter().map(CaseId).collect())
    }
}

pub(super) async fn clocks_of(tx: &mut Tx, cases: &[CaseId]) -> Result<BTreeMap<CaseId, CaseClock>, StoreError> {
    let ids: Vec<i64> = cases.iter().map(|case| case.0).collect();
    let rows: Vec<ClockRow> = fetch_in!(tx, ClockRow, sql::CASE_CLOCKS_HEAD, ids);
    let mut clocks = BTreeMap::new();
    for row in rows {
        let due = match (row.due_at, row.due_clock) {
            (Some(at), Some(word)) => Some(Due {
                clock: ClockKind::from_word(&word).ok_or_else(|| unknown("cases.due_clock", &word))?,
                at: time(at)?,
                since: time(row.due_since.unwrap_or(at))?,
                warn_at: row.due_warn_at.map(time).transpose()?,
            }),
            _ => None,
        };
        let (rings_at, counts_at) = (row.clock_at.map(time).transpose()?, row.count_at.map(time).transpose()?);
        let clock = CaseClock { case: CaseId(row.id), due, rings_at, counts_at };
        clocks.insert(clock.case, clock);
    }
    Ok(clocks)
}

//! A look for cases that cannot be right: owners, histories that say something else than the row, counters.

use std::collections::BTreeMap;

use switchboard_model::{Case, Event};

use super::event::EventRow;
use super::row::CaseRow;
use crate::Store;
use crate::db::on;
use crate::error::StoreError;
use crate::operate::Finding;
use crate::statements as sql;

/// Cases whose histories are read together.
const BATCH: i64 = 500;

/// The most findings of one kind that are told; one who has more has one trouble, not many.
const MOST: usize = 20;

/// What a look through the cases has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCheck {
    /// How many cases were looked at.
    pub cases: u64,
    /// How many entries their histories have.
    pub events: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

impl Store {
    /// Looks through all cases: each that is not closed has exactly one owner, each history makes the case that is stored,
    /// each queue is counted right.
    pub async fn check_cases(&self) -> Result<CaseCheck, StoreError> {
        let mut check = CaseCheck { cases: 0, events: 0, findings: Vec::new() };
        let mut tx = self.read().await?;
        let wrong: Vec<(i64, String)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CHECK_OWNERSHIP).fetch_all(&mut *conn).await?);
        check.findings.extend(wrong.into_iter().take(MOST).map(|(case, why)| {
            let about = if case == 0 { String::new() } else { format!("case {case}: ") };
            Finding { part: "owners", message: format!("{about}{why}") }
        }));
        let mut after = 0;
        loop {
            let rows: Vec<CaseRow> = on!(&mut tx, |conn| {
                sqlx::query_as(sql::CASES_AFTER).bind(after).bind(BATCH).fetch_all(&mut *conn).await?
            });
            let Some(last) = rows.last().map(|row| row.id) else { break };
            let events: Vec<EventRow> = on!(&mut tx, |conn| {
                sqlx::query_as(sql::EVENTS_OF_CASES).bind(after).bind(last).fetch_all(&mut *conn).await?
            });
            check.events += events.len() as u64;
            let mut histories: BTreeMap<i64, Vec<EventRow>> = BTreeMap::new();
            for event in events {
                histories.entry(event.case_id).or_default().push(event);
            }
            for row in rows {
                check.cases += 1;
                let history = histories.remove(&row.id).unwrap_or_default();
                if let Some(message) = difference(row, history)
                    && check.findings.len() < 2 * MOST
                {
                    check.findings.push(Finding { part: "history", message });
                }
            }
            after = last;
        }
        Ok(check)
    }
}

/// In what a case differs from what its history makes of it.
fn difference(row: CaseRow, history: Vec<EventRow>) -> Option<String> {
    let id = row.id;
    let made = || -> Result<Option<Case>, String> {
        let events: Result<Vec<Event>, StoreError> = history.into_iter().map(EventRow::into_event).collect();
        Case::of_history(&events.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
    };
    match (row.into_case(), made()) {
        (Err(error), _) => Some(format!("case {id} cannot be read: {error}")),
        (_, Err(error)) => Some(format!("the history of case {id} contradicts itself: {error}")),
        (_, Ok(None)) => Some(format!("case {id} has no history")),
        (Ok(stored), Ok(Some(made))) if stored != made => {
            Some(format!("case {id} is stored otherwise than its history tells"))
        }
        _ => None,
    }
}

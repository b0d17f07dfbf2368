//! What needs an answer and who has it: tables `needs`, `dismissals` and `sweeps`.
//!
//! The line writes what needs an answer beside the cases that posts open, and not out of them; the sweep holds one
//! against the other, in one question.

use std::collections::{HashMap, HashSet};

use sqlx::types::Json;
use switchboard_model::{By, CaseId, Dismissal, DismissalReason, Need, PostId, Sweep, SweepCounts, SweepFinding};

use super::open::News;
use super::read::find_case_of_post;
use crate::Store;
use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, fetch_in, insert_rows, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::statements as sql;

/// What became of a dismissal.
#[derive(Debug, Clone, PartialEq)]
pub enum Dismissed {
    /// It is written down.
    Done,
    /// The post is in a case; that one can be closed.
    InCase(CaseId),
}

/// A post that needs an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedOf {
    /// `seq` of the post.
    pub post: i64,
    /// It is in no case, or in the one that it opened.
    pub is_own: bool,
    /// Why it was dismissed, if it was.
    pub dismissed: Option<DismissalReason>,
}

#[derive(sqlx::FromRow)]
struct DismissalRow {
    reason: String,
    note: String,
    actor: String,
    at: i64,
}

impl DismissalRow {
    fn into_dismissal(self) -> Result<Dismissal, StoreError> {
        Ok(Dismissal {
            reason: reason(&self.reason)?,
            note: self.note,
            by: self.actor.parse().map_err(|_| unknown("dismissals.actor", &self.actor))?,
            at: time(self.at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CountRow {
    mentions: i64,
    owned: i64,
    answered: i64,
    dismissed: i64,
}

#[derive(sqlx::FromRow)]
struct SweepRow {
    id: i64,
    at: i64,
    took_ms: i64,
    mentions: i64,
    owned: i64,
    answered: i64,
    dismissed: i64,
    orphans: i64,
    findings: Json<Vec<SweepFinding>>,
}

impl SweepRow {
    fn into_sweep(self) -> Result<Sweep, StoreError> {
        Ok(Sweep {
            id: self.id,
            at: time(self.at)?,
            took_ms: self.took_ms.unsigned_abs(),
            counts: SweepCounts {
                mentions: self.mentions.unsigned_abs(),
                owned: self.owned.unsigned_abs(),
                answered: self.answered.unsigned_abs(),
                dismissed: self.dismissed.unsigned_abs(),
                orphans: self.orphans.unsigned_abs(),
            },
            findings: self.findings.0,
        })
    }
}

fn reason(word: &str) -> Result<DismissalReason, StoreError> {
    DismissalReason::from_word(word).ok_or_else(|| unknown("dismissals.reason", word))
}

/// Writes down which posts need an answer, and which of them need none for a reason.
pub(crate) async fn write_needs(tx: &mut Tx, news: &[News<'_>], held: &HashSet<i64>) -> Result<(), StoreError> {
    let needy: Vec<(&News<'_>, &Need)> = news
        .iter()
        .filter(|one| !one.decided.is_ours && !one.decided.post.deleted)
        .filter_map(|one| Some((one, one.decided.need.as_ref()?)))
        .collect();
    insert_rows!(tx, sql::INSERT_NEEDS_HEAD, &needy, sql::INSERT_NEEDS_TAIL, |list, row| {
        list.push_bind(row.0.seq).push_bind(row.0.at.as_microsecond())
    });
    let dismissed: Vec<(&News<'_>, &DismissalReason, &String)> = needy
        .into_iter()
        .filter(|(one, _)| !held.contains(&one.seq))
        .filter_map(|(one, need)| match need {
            Need::Case => None,
            Need::Dismissed { reason, note } => Some((one, reason, note)),
        })
        .collect();
    let by = By::Rules.to_string();
    insert_rows!(tx, sql::INSERT_DISMISSALS_HEAD, &dismissed, sql::INSERT_DISMISSALS_TAIL, |list, row| {
        list.push_bind(row.0.seq)
            .push_bind(row.1.as_str())
            .push_bind(cleaned(row.2))
            .push_bind(&by)
            .push_bind(row.0.at.as_microsecond())
    });
    Ok(())
}

/// The reasons for which posts were dismissed.
pub(super) async fn dismissed_posts(tx: &mut Tx, seqs: &[i64]) -> Result<HashMap<i64, DismissalReason>, StoreError> {
    let rows: Vec<(i64, String)> = fetch_in!(&mut *tx, (i64, String), sql::DISMISSED_HEAD, seqs);
    rows.into_iter().map(|(post, word)| Ok((post, reason(&word)?))).collect()
}

/// Takes a dismissal back. False if there is none.
pub(super) async fn delete_dismissal(tx: &mut Tx, post: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sql::DELETE_DISMISSAL, post) > 0)
}

impl Store {
    /// Writes down that a post needs no case, in the place of what was said about that before; unless it is in one.
    pub async fn dismiss(&self, post: i64, dismissal: &Dismissal) -> Result<Dismissed, StoreError> {
        let mut tx = self.write().await?;
        if let Some(case) = find_case_of_post(&mut tx, post).await? {
            return Ok(Dismissed::InCase(case.id));
        }
        execute!(
            &mut tx,
            sql::SET_DISMISSAL,
            post,
            dismissal.reason.as_str(),
            cleaned(&dismissal.note),
            dismissal.by.to_string(),
            dismissal.at.as_microsecond(),
        );
        tx.commit().await?;
        Ok(Dismissed::Done)
    }

    /// Takes a dismissal back and leaves it at that. False if there is none.
    pub async fn take_back_dismissal(&self, post: i64) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let is_done = delete_dismissal(&mut tx, post).await?;
        tx.commit().await?;
        Ok(is_done)
    }

    /// Why a post needs no case, if somebody said so.
    pub async fn find_dismissal(&self, post: i64) -> Result<Option<Dismissal>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<DismissalRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_DISMISSAL).bind(post).fetch_optional(&mut *conn).await?);
        row.map(DismissalRow::into_dismissal).transpose()
    }

    /// Whether a post needed an answer when it was stored.
    pub async fn needs_answer(&self, post: i64) -> Result<bool, StoreError> {
        let mut tx = self.read().await?;
        let found: i64 =
            on!(&mut tx, |conn| sqlx::query_scalar(sql::FIND_NEED).bind(post).fetch_one(&mut *conn).await?);
        Ok(found > 0)
    }

    /// Those of these posts that need an answer.
    pub async fn needs_of(&self, seqs: &[i64]) -> Result<Vec<NeedOf>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, i64, String)> = fetch_in!(&mut tx, (i64, i64, String), sql::NEEDS_HEAD, seqs);
        let need = |(post, opener, word): (i64, i64, String)| {
            let dismissed = if word.is_empty() { None } else { Some(reason(&word)?) };
            Ok(NeedOf { post, is_own: opener == post, dismissed })
        };
        rows.into_iter().map(need).collect()
    }

    /// Counts what needs an answer and who has it. `orphans` is what is left over.
    pub async fn count_needs(&self) -> Result<SweepCounts, StoreError> {
        let mut tx = self.read().await?;
        let row: CountRow = on!(&mut tx, |conn| sqlx::query_as(sql::COUNT_NEEDS).fetch_one(&mut *conn).await?);
        let (mentions, owned) = (row.mentions.unsigned_abs(), row.owned.unsigned_abs());
        let (answered, dismissed) = (row.answered.unsigned_abs(), row.dismissed.unsigned_abs());
        let orphans = mentions.saturating_sub(owned + answered + dismissed);
        Ok(SweepCounts { mentions, owned, answered, dismissed, orphans })
    }

    /// Posts that need an answer and that nobody has, by `contrib/sql/orphans.sql`: their `seq` and ids, in order.
    pub async fn orphans(&self) -> Result<Vec<(i64, PostId)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, String)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CHECK_NEEDS).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(post, id)| (post, PostId(id))).collect())
    }

    /// Keeps the report of a sweep, and forgets the oldest. Answers its number.
    pub async fn keep_sweep(&self, sweep: &Sweep) -> Result<i64, StoreError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let counts = &sweep.counts;
        let mut tx = self.write().await?;
        let id: i64 = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::INSERT_SWEEP)
                .bind(sweep.at.as_microsecond())
                .bind(number(sweep.took_ms))
                .bind(number(counts.mentions))
                .bind(number(counts.owned))
                .bind(number(counts.answered))
                .bind(number(counts.dismissed))
                .bind(number(counts.orphans))
                .bind(Json(&sweep.findings))
                .fetch_one(&mut *conn)
                .await?
        });
        execute!(&mut tx, sql::TRIM_SWEEPS, id - i64::from(Sweep::MOST_KEPT));
        tx.commit().await?;
        Ok(id)
    }

    /// The newest sweeps, the last one first; those before a number.
    pub async fn sweeps(&self, before: Option<i64>, limit: u32) -> Result<Vec<Sweep>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<SweepRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::LIST_SWEEPS)
                .bind(before.unwrap_or(i64::MAX))
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        rows.into_iter().map(SweepRow::into_sweep).collect()
    }
}

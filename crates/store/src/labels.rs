//! What routing learns from: tables `labels` and `examples`.
//!
//! A case has one label or none: what people said last about where it belongs. What was learnt is not kept, it is made of
//! these rows and the posts that they name; so nothing of it can be out of date, and a text that is gone is gone from it.

use jiff::Timestamp;
use switchboard_model::{CaseId, DepartmentId, Example, Label, LabelSource, Proposed};
use uuid::Uuid;

use crate::Store;
use crate::clean::{cleaned, time};
use crate::db::{execute, fetch_in, on};
use crate::error::StoreError;
use crate::feed::set_feed_place;
use crate::rows::unknown;
use crate::statements as sql;

#[derive(sqlx::FromRow)]
struct LabelRow {
    case_id: i64,
    post: i64,
    version: i64,
    department: Uuid,
    source: String,
    at: i64,
    first: Uuid,
    proposed: Option<Uuid>,
    score: Option<f64>,
    probability: Option<f64>,
}

impl TryFrom<LabelRow> for Label {
    type Error = StoreError;

    fn try_from(row: LabelRow) -> Result<Self, StoreError> {
        let proposed = match (row.proposed, row.score, row.probability) {
            (Some(department), Some(score), Some(probability)) => {
                Some(Proposed { department: DepartmentId(department), score, probability })
            }
            _ => None,
        };
        Ok(Self {
            case: CaseId(row.case_id),
            post: row.post,
            version: u32::try_from(row.version).unwrap_or_default(),
            department: DepartmentId(row.department),
            source: LabelSource::from_word(&row.source).ok_or_else(|| unknown("labels.source", &row.source))?,
            at: time(row.at)?,
            first: DepartmentId(row.first),
            proposed,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ExampleRow {
    id: i64,
    department: Uuid,
    text: String,
    actor: String,
    at: i64,
}

impl TryFrom<ExampleRow> for Example {
    type Error = StoreError;

    fn try_from(row: ExampleRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            department: DepartmentId(row.department),
            text: row.text,
            by: row.actor.parse().map_err(|_| unknown("examples.actor", &row.actor))?,
            at: time(row.at)?,
        })
    }
}

fn labels(rows: Vec<LabelRow>) -> Result<Vec<Label>, StoreError> {
    rows.into_iter().map(Label::try_from).collect()
}

impl Store {
    /// Writes labels in the place of what the same cases had, takes those of other cases away, and moves the place of the
    /// consumer that does so, in one transaction.
    pub async fn set_labels(
        &self,
        labels: &[Label],
        gone: &[CaseId],
        place: Option<(&str, i64)>,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for label in labels {
            let proposed = label.proposed.as_ref();
            execute!(
                &mut tx,
                sql::SET_LABEL,
                label.case.0,
                label.post,
                i64::from(label.version),
                label.department.0,
                label.source.as_str(),
                label.at.as_microsecond(),
                label.first.0,
                proposed.map(|proposed| proposed.department.0),
                proposed.map(|proposed| proposed.score),
                proposed.map(|proposed| proposed.probability),
            );
        }
        for case in gone {
            execute!(&mut tx, sql::DELETE_LABEL, case.0);
        }
        if let Some((consumer, place)) = place {
            set_feed_place(&mut tx, consumer, place).await?;
        }
        tx.commit().await
    }

    /// The newest labels, the newest first.
    pub async fn newest_labels(&self, limit: u32) -> Result<Vec<Label>, StoreError> {
        let mut tx = self.read().await?;
        labels(on!(&mut tx, |conn| {
            sqlx::query_as(sql::NEWEST_LABELS).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        }))
    }

    /// The newest labels since a moment, the newest first.
    pub async fn labels_since(&self, from: Timestamp, limit: u32) -> Result<Vec<Label>, StoreError> {
        let mut tx = self.read().await?;
        labels(on!(&mut tx, |conn| {
            sqlx::query_as(sql::LABELS_SINCE)
                .bind(from.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        }))
    }

    /// The labels of these cases.
    pub async fn labels_of(&self, cases: &[CaseId]) -> Result<Vec<Label>, StoreError> {
        let ids: Vec<i64> = cases.iter().map(|case| case.0).collect();
        let mut tx = self.read().await?;
        labels(fetch_in!(&mut tx, LabelRow, sql::LABELS_OF_HEAD, ids))
    }

    /// The cases whose label was given to another text than their post has by now: it was changed, or deleted.
    pub async fn stale_labels(&self) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<i64> = on!(&mut tx, |conn| sqlx::query_scalar(sql::STALE_LABELS).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(CaseId).collect())
    }

    /// The cases with the next lower numbers, the highest first.
    pub async fn cases_before(&self, before: CaseId, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let ids: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::CASES_BEFORE).bind(before.0).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// How many cases have a label.
    pub async fn count_labels(&self) -> Result<u64, StoreError> {
        let mut tx = self.read().await?;
        let count: i64 = on!(&mut tx, |conn| sqlx::query_scalar(sql::COUNT_LABELS).fetch_one(&mut *conn).await?);
        Ok(count.unsigned_abs())
    }

    /// Keeps examples; answers them with their numbers.
    pub async fn add_examples(&self, examples: Vec<Example>) -> Result<Vec<Example>, StoreError> {
        let mut tx = self.write().await?;
        let mut kept = Vec::with_capacity(examples.len());
        for mut example in examples {
            example.text = cleaned(&example.text);
            example.id = on!(&mut tx, |conn| {
                sqlx::query_scalar(sql::INSERT_EXAMPLE)
                    .bind(example.department.0)
                    .bind(&example.text)
                    .bind(example.by.to_string())
                    .bind(example.at.as_microsecond())
                    .fetch_one(&mut *conn)
                    .await?
            });
            kept.push(example);
        }
        tx.commit().await?;
        Ok(kept)
    }

    /// Removes an example. False if there is none.
    pub async fn delete_example(&self, id: i64) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_EXAMPLE, id);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// All examples, oldest first.
    pub async fn list_examples(&self) -> Result<Vec<Example>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<ExampleRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_EXAMPLES).fetch_all(&mut *conn).await?);
        rows.into_iter().map(Example::try_from).collect()
    }
}

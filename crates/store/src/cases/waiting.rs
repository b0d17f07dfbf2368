//! Cases that wait at a desk to be given to somebody.

use switchboard_model::{CaseId, DepartmentId, Waiting};

use super::row::CaseRow;
use crate::Store;
use crate::db::on;
use crate::error::StoreError;
use crate::statements as sql;

#[derive(sqlx::FromRow)]
struct WaitingRow {
    #[sqlx(flatten)]
    case: CaseRow,
    language: Option<String>,
    sentiment: Option<String>,
}

impl Store {
    /// The next cases that a desk has and that somebody has to do something about, the most urgent and then the oldest
    /// first: those after a priority and number. What is offered is left out.
    pub async fn waiting_at(
        &self,
        department: DepartmentId,
        after: Option<(u8, CaseId)>,
        limit: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let (priority, id) = after.map_or((101, 0), |(priority, id)| (i64::from(priority), id.0));
        let mut tx = self.read().await?;
        let rows: Vec<WaitingRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::WAITING_CASES)
                .bind(department.0)
                .bind(priority)
                .bind(id)
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        let waiting = |row: WaitingRow| {
            Ok(Waiting { case: row.case.into_case()?, language: row.language, sentiment: row.sentiment })
        };
        rows.into_iter().map(waiting).collect()
    }
}

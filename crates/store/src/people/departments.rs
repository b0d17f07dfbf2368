//! Departments.

use sqlx::types::Json;
use switchboard_model::{Department, DepartmentId, Office, UserId};
use uuid::Uuid;

use super::users::cleaned_all;
use super::{Fault, commit_sound};
use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

#[derive(sqlx::FromRow)]
struct DepartmentRow {
    id: Uuid,
    key: String,
    name: String,
    head: Uuid,
    deputy: Option<Uuid>,
    intents: Json<Vec<String>>,
    keywords: Json<Vec<String>>,
    is_active: bool,
    place: i64,
    office: Json<Office>,
    created_at: i64,
}

impl TryFrom<DepartmentRow> for Department {
    type Error = StoreError;

    fn try_from(row: DepartmentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DepartmentId(row.id),
            key: row.key,
            name: row.name,
            head: UserId(row.head),
            deputy: row.deputy.map(UserId),
            intents: row.intents.0,
            keywords: row.keywords.0,
            is_active: row.is_active,
            place: row.place,
            office: row.office.0,
            created_at: time(row.created_at)?,
        })
    }
}

pub(super) async fn load(tx: &mut Tx) -> Result<Vec<Department>, StoreError> {
    let rows: Vec<DepartmentRow> = on!(tx, |conn| sqlx::query_as(sql::LIST_DEPARTMENTS).fetch_all(&mut *conn).await?);
    rows.into_iter().map(Department::try_from).collect()
}

pub(super) async fn insert(tx: &mut Tx, department: &Department) -> Result<(), StoreError> {
    execute!(
        tx,
        sql::INSERT_DEPARTMENT,
        department.id.0,
        cleaned(&department.key),
        cleaned(&department.name),
        department.head.0,
        department.deputy.map(|deputy| deputy.0),
        Json(cleaned_all(&department.intents)),
        Json(cleaned_all(&department.keywords)),
        department.is_active,
        department.place,
        department.created_at.as_microsecond(),
        Json(&department.office),
    );
    Ok(())
}

impl Store {
    /// Adds a department; its head works for it from now on. A key or name that is there already is a conflict.
    pub async fn insert_department(&self, department: &Department) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, department).await?;
        join(&mut tx, department).await?;
        commit_sound(tx).await
    }

    /// Changes everything but id and date; its head and deputy work for it from now on. One that is closed with this
    /// change may have no case that is not closed. False if there is no such department.
    pub async fn update_department(&self, department: &Department) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_DEPARTMENT,
            department.id.0,
            cleaned(&department.key),
            cleaned(&department.name),
            department.head.0,
            department.deputy.map(|deputy| deputy.0),
            Json(cleaned_all(&department.intents)),
            Json(cleaned_all(&department.keywords)),
            department.is_active,
            department.place,
            Json(&department.office),
        );
        if rows == 0 {
            return Ok(false);
        }
        if !department.is_active {
            let (cases,): (i64,) = on!(&mut tx, |conn| {
                sqlx::query_as(sql::COUNT_OPEN_CASES).bind(department.id.0).fetch_one(&mut *conn).await?
            });
            if cases > 0 {
                let cases = u64::try_from(cases).unwrap_or_default();
                return Err(StoreError::Broken(Fault::OpenCases(department.name.clone(), cases)));
            }
        }
        join(&mut tx, department).await?;
        commit_sound(tx).await?;
        Ok(true)
    }
}

/// Who leads a department works for it.
async fn join(tx: &mut Tx, department: &Department) -> Result<(), StoreError> {
    for user in [Some(department.head), department.deputy].into_iter().flatten() {
        execute!(tx, sql::INSERT_MEMBER, user.0, department.id.0);
    }
    Ok(())
}

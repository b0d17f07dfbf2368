//! Sources and how they are doing: table `sources`.

use sqlx::types::Json;
use switchboard_model::{Budget, Cursor, Health, HealthState, Source, SourceId, SourceKind};
use uuid::Uuid;

use crate::clean::{clean_json, cleaned, micros, time, time_of};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements as sql};

#[derive(sqlx::FromRow)]
struct SourceRow {
    id: Uuid,
    name: String,
    kind: String,
    settings: Json<serde_json::Value>,
    is_enabled: bool,
    created_at: i64,
    cursor: Option<String>,
    state: String,
    message: String,
    failures: i64,
    checked_at: Option<i64>,
    succeeded_at: Option<i64>,
    last_post_at: Option<i64>,
    next_check_at: Option<i64>,
    budget: Option<Json<Budget>>,
}

impl TryFrom<SourceRow> for Source {
    type Error = StoreError;

    fn try_from(row: SourceRow) -> Result<Self, StoreError> {
        const STATES: [HealthState; 5] =
            [HealthState::New, HealthState::Ok, HealthState::Failing, HealthState::Broken, HealthState::Paused];
        let state = STATES.into_iter().find(|state| state.as_str() == row.state);
        Ok(Self {
            id: SourceId(row.id),
            kind: SourceKind::from_word(&row.kind).ok_or_else(|| unknown("sources.kind", &row.kind))?,
            name: row.name,
            settings: row.settings.0,
            is_enabled: row.is_enabled,
            created_at: time(row.created_at)?,
            cursor: row.cursor.map(Cursor),
            health: Health {
                state: state.ok_or_else(|| unknown("sources.state", &row.state))?,
                message: row.message,
                failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
                checked_at: time_of(row.checked_at)?,
                succeeded_at: time_of(row.succeeded_at)?,
                last_post_at: time_of(row.last_post_at)?,
                next_check_at: time_of(row.next_check_at)?,
                budget: row.budget.map(|budget| budget.0),
            },
        })
    }
}

pub(crate) async fn insert(tx: &mut Tx, source: &Source) -> Result<(), StoreError> {
    let mut settings = source.settings.clone();
    clean_json(&mut settings);
    let health = &source.health;
    execute!(
        tx,
        sql::INSERT_SOURCE,
        source.id.0,
        cleaned(&source.name),
        source.kind.as_str(),
        Json(&settings),
        source.is_enabled,
        source.created_at.as_microsecond(),
        source.cursor.as_ref().map(|cursor| cleaned(&cursor.0)),
        health.state.as_str(),
        cleaned(&health.message),
        i64::from(health.failures),
        micros(health.checked_at),
        micros(health.succeeded_at),
        micros(health.last_post_at),
        micros(health.next_check_at),
        health.budget.map(Json),
    );
    Ok(())
}

impl Store {
    /// Adds a source with its cursor and health as they are. A name that is there already is a conflict.
    pub async fn insert_source(&self, source: &Source) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, source).await?;
        tx.commit().await
    }

    /// Changes name, settings and whether it is followed; cursor and health move by themselves. False if there is none.
    pub async fn update_source(&self, source: &Source) -> Result<bool, StoreError> {
        let mut settings = source.settings.clone();
        clean_json(&mut settings);
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_SOURCE,
            source.id.0,
            cleaned(&source.name),
            Json(&settings),
            source.is_enabled,
        );
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Removes a source with its tokens. Its posts stay without a source, its fates stay counted. False if there is none.
    pub async fn delete_source(&self, id: SourceId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_SOURCE, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// The source with that id.
    pub async fn find_source(&self, id: SourceId) -> Result<Option<Source>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<SourceRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_SOURCE).bind(id.0).fetch_optional(&mut *conn).await?);
        row.map(Source::try_from).transpose()
    }

    /// The source with that name.
    pub async fn find_source_by_name(&self, name: &str) -> Result<Option<Source>, StoreError> {
        let name = cleaned(name);
        let mut tx = self.read().await?;
        let row: Option<SourceRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_SOURCE_BY_NAME).bind(&name).fetch_optional(&mut *conn).await?
        });
        row.map(Source::try_from).transpose()
    }

    /// All sources by name.
    pub async fn list_sources(&self) -> Result<Vec<Source>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<SourceRow> = on!(&mut tx, |conn| sqlx::query_as(sql::LIST_SOURCES).fetch_all(&mut *conn).await?);
        rows.into_iter().map(Source::try_from).collect()
    }

    /// Notes how a source is doing. False if there is none.
    pub async fn save_health(&self, id: SourceId, health: &Health) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::SAVE_HEALTH,
            id.0,
            health.state.as_str(),
            cleaned(&health.message),
            i64::from(health.failures),
            micros(health.checked_at),
            micros(health.succeeded_at),
            micros(health.last_post_at),
            micros(health.next_check_at),
            health.budget.map(Json),
        );
        tx.commit().await?;
        Ok(rows > 0)
    }
}

//! Saved searches: table `searches`. Their `mentions` are counted where mentions are written, in [`crate::commit`].

use switchboard_model::{SavedSearch, SearchId, SearchType};
use uuid::Uuid;

use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements as sql};

#[derive(sqlx::FromRow)]
struct SearchRow {
    id: Uuid,
    name: String,
    query: String,
    search_type: String,
    department: Option<String>,
    is_enabled: bool,
    created_at: i64,
    updated_at: i64,
    mentions: i64,
}

impl TryFrom<SearchRow> for SavedSearch {
    type Error = StoreError;

    fn try_from(row: SearchRow) -> Result<Self, StoreError> {
        let search_type = SearchType::from_word(&row.search_type);
        Ok(Self {
            id: SearchId(row.id),
            name: row.name,
            query: row.query,
            search_type: search_type.ok_or_else(|| unknown("searches.search_type", &row.search_type))?,
            department: row.department,
            is_enabled: row.is_enabled,
            created_at: time(row.created_at)?,
            updated_at: time(row.updated_at)?,
            mentions: u64::try_from(row.mentions).unwrap_or_default(),
        })
    }
}

pub(crate) async fn insert(tx: &mut Tx, search: &SavedSearch) -> Result<(), StoreError> {
    execute!(
        tx,
        sql::INSERT_SEARCH,
        search.id.0,
        cleaned(&search.name),
        cleaned(&search.query),
        search.search_type.as_str(),
        search.department.as_deref().map(cleaned),
        search.is_enabled,
        search.created_at.as_microsecond(),
        search.updated_at.as_microsecond(),
    );
    Ok(())
}

impl Store {
    /// Adds a search; its count begins at zero. A name that is there already is a conflict.
    pub async fn insert_search(&self, search: &SavedSearch) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, search).await?;
        tx.commit().await
    }

    /// Changes everything but id, `created_at` and the count. False if there is none.
    pub async fn update_search(&self, search: &SavedSearch) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_SEARCH,
            search.id.0,
            cleaned(&search.name),
            cleaned(&search.query),
            search.search_type.as_str(),
            search.department.as_deref().map(cleaned),
            search.is_enabled,
            search.updated_at.as_microsecond(),
        );
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Removes a search with its mentions; the posts stay. False if there is none.
    pub async fn delete_search(&self, id: SearchId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_SEARCH, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// The search with that id.
    pub async fn find_search(&self, id: SearchId) -> Result<Option<SavedSearch>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<SearchRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_SEARCH).bind(id.0).fetch_optional(&mut *conn).await?);
        row.map(SavedSearch::try_from).transpose()
    }

    /// The search with that name.
    pub async fn find_search_by_name(&self, name: &str) -> Result<Option<SavedSearch>, StoreError> {
        let name = cleaned(name);
        let mut tx = self.read().await?;
        let row: Option<SearchRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_SEARCH_BY_NAME).bind(&name).fetch_optional(&mut *conn).await?
        });
        row.map(SavedSearch::try_from).transpose()
    }

    /// All searches, oldest first.
    pub async fn list_searches(&self) -> Result<Vec<SavedSearch>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<SearchRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_SEARCHES).fetch_all(&mut *conn).await?);
        rows.into_iter().map(SavedSearch::try_from).collect()
    }
}

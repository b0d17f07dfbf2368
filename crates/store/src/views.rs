//! Table `views`: lists of cases that people keep under a name.

use sqlx::types::Json;
use switchboard_model::{UserId, View, ViewFilter, ViewId};
use uuid::Uuid;

use crate::Store;
use crate::clean::{clean_option, cleaned, time};
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::statements as sql;

#[derive(sqlx::FromRow)]
struct ViewRow {
    id: Uuid,
    user_id: Option<Uuid>,
    name: String,
    filter: Json<ViewFilter>,
    created_at: i64,
}

impl TryFrom<ViewRow> for View {
    type Error = StoreError;

    fn try_from(row: ViewRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ViewId(row.id),
            name: row.name,
            user: row.user_id.map(UserId),
            filter: row.filter.0,
            created_at: time(row.created_at)?,
        })
    }
}

impl Store {
    /// Adds a view. A name that the user has already, or that is shared already, is a conflict.
    pub async fn insert_view(&self, view: &View) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let (user, created_at) = (view.user.map(|user| user.0), view.created_at.as_microsecond());
        execute!(&mut tx, sql::INSERT_VIEW, view.id.0, user, cleaned(&view.name), Json(clean(view)), created_at);
        tx.commit().await
    }

    /// Changes a view; when it was saved stays. False if there is none.
    pub async fn update_view(&self, view: &View) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let user = view.user.map(|user| user.0);
        let rows = execute!(&mut tx, sql::UPDATE_VIEW, view.id.0, user, cleaned(&view.name), Json(clean(view)));
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Removes a view. False if there is none.
    pub async fn delete_view(&self, id: ViewId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_VIEW, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// The view of that id, whosever it is.
    pub async fn find_view(&self, id: ViewId) -> Result<Option<View>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<ViewRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_VIEW).bind(id.0).fetch_optional(&mut *conn).await?);
        row.map(View::try_from).transpose()
    }

    /// The views of a user and those that are shared, oldest first; without a user the shared ones.
    pub async fn list_views(&self, user: Option<UserId>) -> Result<Vec<View>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<ViewRow> = match user {
            Some(user) => {
                on!(&mut tx, |conn| sqlx::query_as(sql::LIST_VIEWS).bind(user.0).fetch_all(&mut *conn).await?)
            }
            None => on!(&mut tx, |conn| sqlx::query_as(sql::LIST_SHARED_VIEWS).fetch_all(&mut *conn).await?),
        };
        rows.into_iter().map(View::try_from).collect()
    }
}

/// A filter in the form that both engines keep.
fn clean(view: &View) -> ViewFilter {
    let mut filter = view.filter.clone();
    for text in [&mut filter.network, &mut filter.language, &mut filter.tag] {
        clean_option(text);
    }
    filter
}

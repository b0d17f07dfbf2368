//! The company's social accounts: table `accounts`.

use sqlx::types::Json;
use switchboard_model::{Account, AccountId, DepartmentId, SourceKind};
use uuid::Uuid;

use crate::clean::{clean_json, cleaned, time};
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements as sql};

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Uuid,
    network: String,
    handle: String,
    author: String,
    settings: Json<serde_json::Value>,
    departments: String,
    is_enabled: bool,
    trouble: String,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let departments: Result<Vec<DepartmentId>, _> = row.departments.split_whitespace().map(str::parse).collect();
        Ok(Self {
            id: AccountId(row.id),
            network: SourceKind::from_word(&row.network).ok_or_else(|| unknown("accounts.network", &row.network))?,
            handle: row.handle,
            author: row.author,
            settings: row.settings.0,
            departments: departments.map_err(|_| unknown("accounts.departments", &row.departments))?,
            is_enabled: row.is_enabled,
            trouble: row.trouble,
            created_at: time(row.created_at)?,
        })
    }
}

fn joined(departments: &[DepartmentId]) -> String {
    departments.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Store {
    /// Adds an account. One of the same network and author is a conflict.
    pub async fn insert_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut settings = account.settings.clone();
        clean_json(&mut settings);
        let mut tx = self.write().await?;
        execute!(
            &mut tx,
            sql::INSERT_ACCOUNT,
            account.id.0,
            account.network.as_str(),
            cleaned(&account.handle),
            cleaned(&account.author),
            Json(&settings),
            joined(&account.departments),
            account.is_enabled,
            cleaned(&account.trouble),
            account.created_at.as_microsecond(),
        );
        tx.commit().await
    }

    /// Changes everything but id, network, author and `created_at`. False if there is none.
    pub async fn update_account(&self, account: &Account) -> Result<bool, StoreError> {
        let mut settings = account.settings.clone();
        clean_json(&mut settings);
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_ACCOUNT,
            account.id.0,
            cleaned(&account.handle),
            Json(&settings),
            joined(&account.departments),
            account.is_enabled,
            cleaned(&account.trouble),
        );
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Notes what is wrong with an account, or that all is well. False if that was known.
    pub async fn trouble_account(&self, id: AccountId, trouble: &str) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TROUBLE_ACCOUNT, id.0, cleaned(trouble));
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// The account with that id.
    pub async fn find_account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<AccountRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_ACCOUNT).bind(id.0).fetch_optional(&mut *conn).await?);
        row.map(Account::try_from).transpose()
    }

    /// All accounts, oldest first, those that were removed too.
    pub async fn list_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<AccountRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_ACCOUNTS).fetch_all(&mut *conn).await?);
        rows.into_iter().map(Account::try_from).collect()
    }
}

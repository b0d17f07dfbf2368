//! Tokens that may hand in posts: table `tokens`. Only the SHA-256 of a token is kept, never the token.

use jiff::Timestamp;
use switchboard_model::{SourceId, TokenId};
use uuid::Uuid;

use crate::clean::{cleaned, time, time_of};
use crate::db::{execute, on};
use crate::error::StoreError;
use crate::{Store, statements as sql};

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its identifier.
    pub id: TokenId,
    /// The source that posts handed in with it belong to.
    pub source: SourceId,
    /// What it is for; unique within its source.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    source: Uuid,
    name: String,
    created_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<TokenRow> for Token {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TokenId(row.id),
            source: SourceId(row.source),
            name: row.name,
            created_at: time(row.created_at)?,
            used_at: time_of(row.used_at)?,
        })
    }
}

impl Store {
    /// Adds a token by the SHA-256 of its text; `used_at` is not taken over.
    pub async fn insert_token(&self, token: &Token, hash: &[u8; 32]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(
            &mut tx,
            sql::INSERT_TOKEN,
            token.id.0,
            token.source.0,
            cleaned(&token.name),
            hash.as_slice(),
            token.created_at.as_microsecond(),
        );
        tx.commit().await
    }

    /// The token whose text has that SHA-256.
    pub async fn find_token_by_hash(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<TokenRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_TOKEN_BY_HASH).bind(hash.as_slice()).fetch_optional(&mut *conn).await?
        });
        row.map(Token::try_from).transpose()
    }

    /// All tokens, oldest first.
    pub async fn list_tokens(&self) -> Result<Vec<Token>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<TokenRow> = on!(&mut tx, |conn| sqlx::query_as(sql::LIST_TOKENS).fetch_all(&mut *conn).await?);
        rows.into_iter().map(Token::try_from).collect()
    }

    /// Removes a token. False if there is none.
    pub async fn delete_token(&self, id: TokenId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_TOKEN, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Notes that a token was used. False if there is none.
    pub async fn touch_token(&self, id: TokenId, used_at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TOUCH_TOKEN, id.0, used_at.as_microsecond());
        tx.commit().await?;
        Ok(rows > 0)
    }
}

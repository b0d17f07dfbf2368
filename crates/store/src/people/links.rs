//! One-time links: set-up, invitation, password reset.

use jiff::Timestamp;
use switchboard_model::{LinkPurpose, UserId};
use uuid::Uuid;

use super::{Hash, NewSession, sessions};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements::people as sql};

/// A link that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of its token.
    pub hash: Hash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whom it is for; nobody yet where it sets the installation up.
    pub user: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

pub(super) async fn insert(tx: &mut Tx, link: &NewLink) -> Result<(), StoreError> {
    execute!(
        tx,
        sql::INSERT_LINK,
        link.hash.as_slice(),
        link.purpose.as_str(),
        link.user.map(|user| user.0),
        link.created_at.as_microsecond(),
        link.expires_at.as_microsecond(),
    );
    Ok(())
}

pub(super) async fn delete_unused_setup(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, sql::DELETE_SETUP_LINKS);
    Ok(())
}

impl Store {
    /// Makes a link; earlier ones of the same user (or for the set-up) work no more.
    pub async fn insert_link(&self, link: &NewLink) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        match link.user {
            Some(user) => {
                execute!(&mut tx, sql::DELETE_LINKS_OF_USER, user.0);
            }
            None => delete_unused_setup(&mut tx).await?,
        }
        insert(&mut tx, link).await?;
        tx.commit().await
    }

    /// What the link of that token is for, and for whom, if it still works.
    pub async fn find_link(
        &self,
        hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<(LinkPurpose, Option<UserId>)>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<LinkRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_LINK)
                .bind(hash.as_slice())
                .bind(now.as_microsecond())
                .fetch_optional(&mut *conn)
                .await?
        });
        row.map(|row| {
            let purpose = LinkPurpose::from_word(&row.purpose).ok_or_else(|| unknown("links.purpose", &row.purpose))?;
            Ok((purpose, row.user_id.map(UserId)))
        })
        .transpose()
    }

    /// Uses a link up: its user gets the password, all their sessions end, their browsers are forgotten, and a new session
    /// begins. False if the link does not work (any more).
    pub async fn follow_link(&self, hash: &Hash, password: &str, session: &NewSession) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        if execute!(&mut tx, sql::USE_LINK, hash.as_slice(), session.created_at.as_microsecond()) == 0 {
            return Ok(false);
        }
        execute!(&mut tx, sql::SET_PASSWORD, session.user.0, password);
        execute!(&mut tx, sql::DELETE_SESSIONS_OF_USER, session.user.0);
        execute!(&mut tx, sql::DELETE_OTHER_PUSH_SUBSCRIPTIONS, session.user.0, Uuid::nil());
        sessions::insert(&mut tx, session).await?;
        tx.commit().await?;
        Ok(true)
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    purpose: String,
    user_id: Option<Uuid>,
}

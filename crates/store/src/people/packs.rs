//! Exclusion packs: those of the company, and shipped ones that it has adapted.

use sqlx::types::Json;
use switchboard_model::{Pack, PackKind, PackText};

use super::users::cleaned_all;
use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements, statements::people as sql};

/// Where it stands in `meta` which change of packs was the last.
const REVISION: &str = "packs_revision";

#[derive(sqlx::FromRow)]
struct PackRow {
    name: String,
    title: String,
    description: String,
    kind: String,
    languages: Json<Vec<String>>,
    query: String,
    based_on: Option<i64>,
    updated_at: i64,
    actor: String,
}

impl TryFrom<PackRow> for Pack {
    type Error = StoreError;

    fn try_from(row: PackRow) -> Result<Self, StoreError> {
        Ok(Self {
            based_on: row.based_on.and_then(|version| u32::try_from(version).ok()),
            updated_at: time(row.updated_at)?,
            by: row.actor.parse().map_err(|_| unknown("packs.actor", &row.actor))?,
            text: PackText {
                name: row.name,
                title: row.title,
                description: row.description,
                // One that another version knows is of use all the same.
                kind: PackKind::from_word(&row.kind).unwrap_or_default(),
                languages: row.languages.0,
                query: row.query,
            },
        })
    }
}

pub(super) async fn load(tx: &mut Tx) -> Result<Vec<Pack>, StoreError> {
    let rows: Vec<PackRow> = on!(tx, |conn| sqlx::query_as(sql::LIST_PACKS).fetch_all(&mut *conn).await?);
    rows.into_iter().map(Pack::try_from).collect()
}

pub(super) async fn revision(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    Ok(on!(tx, |conn| sqlx::query_scalar(statements::GET_META).bind(REVISION).fetch_optional(&mut *conn).await?))
}

impl Store {
    /// Keeps packs, each in the place of the one of its name, and gives up those of these names: all of it or nothing.
    /// `new_revision` is what tells this change from all others; false if the last one is not the one that was `seen`.
    pub async fn change_packs(
        &self,
        kept: &[Pack],
        given_up: &[&str],
        seen: Option<&str>,
        new_revision: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        if revision(&mut tx).await?.as_deref() != seen {
            return Ok(false);
        }
        for name in given_up {
            execute!(&mut tx, sql::DELETE_PACK, cleaned(name));
        }
        for Pack { text, based_on, updated_at, by } in kept {
            execute!(
                &mut tx,
                sql::KEEP_PACK,
                cleaned(&text.name),
                cleaned(&text.title),
                cleaned(&text.description),
                text.kind.as_str(),
                Json(cleaned_all(&text.languages)),
                cleaned(&text.query),
                based_on.map(i64::from),
                updated_at.as_microsecond(),
                by.to_string(),
            );
        }
        execute!(&mut tx, statements::SET_META, REVISION, cleaned(new_revision));
        tx.commit().await?;
        Ok(true)
    }

    /// Which change of packs was the last; none before the first.
    pub async fn packs_revision(&self) -> Result<Option<String>, StoreError> {
        revision(&mut self.read().await?).await
    }
}

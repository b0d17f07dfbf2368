//! The formula by which priorities are counted, as it was from one moment on.

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{By, Formula, FormulaVersion};

use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements::people as sql};

#[derive(sqlx::FromRow)]
struct FormulaRow {
    number: i64,
    at: i64,
    actor: String,
    formula: Json<Formula>,
}

impl FormulaRow {
    fn into_version(self) -> Result<FormulaVersion, StoreError> {
        Ok(FormulaVersion {
            number: self.number,
            at: time(self.at)?,
            by: self.actor.parse().map_err(|_| unknown("formulas.actor", &self.actor))?,
            formula: self.formula.0,
        })
    }
}

pub(super) async fn load(tx: &mut Tx) -> Result<Option<FormulaVersion>, StoreError> {
    let row: Option<FormulaRow> =
        on!(tx, |conn| sqlx::query_as(sql::NEWEST_FORMULA).fetch_optional(&mut *conn).await?);
    row.map(FormulaRow::into_version).transpose()
}

impl Store {
    /// Keeps a formula as the one from now on, unless it is the one already.
    pub async fn keep_formula(&self, formula: &Formula, by: By, at: Timestamp) -> Result<FormulaVersion, StoreError> {
        let mut formula = formula.clone();
        formula.customer.tags.iter_mut().for_each(|known| known.tag = cleaned(&known.tag));
        let mut tx = self.write().await?;
        let newest = load(&mut tx).await?;
        if let Some(newest) = newest.filter(|newest| newest.formula == formula) {
            return Ok(newest);
        }
        execute!(&mut tx, sql::INSERT_FORMULA, at.as_microsecond(), by.to_string(), Json(&formula));
        let kept = load(&mut tx).await?;
        tx.commit().await?;
        kept.ok_or_else(|| StoreError::Other("a formula that was written is there".into()))
    }
}

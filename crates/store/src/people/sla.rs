//! Service levels.

use sqlx::types::Json;
use switchboard_model::{SlaPolicy, SlaPolicyId};
use uuid::Uuid;

use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

pub(super) async fn load(tx: &mut Tx) -> Result<Vec<SlaPolicy>, StoreError> {
    let rows: Vec<(Uuid, Json<SlaPolicy>)> =
        on!(tx, |conn| sqlx::query_as(sql::LIST_SLA_POLICIES).fetch_all(&mut *conn).await?);
    Ok(rows.into_iter().map(|(id, policy)| SlaPolicy { id: SlaPolicyId(id), ..policy.0 }).collect())
}

pub(super) async fn insert_all(tx: &mut Tx, policies: &[SlaPolicy]) -> Result<(), StoreError> {
    for (policy, place) in policies.iter().zip(1_i64..) {
        execute!(&mut *tx, sql::INSERT_SLA_POLICY, policy.id.0, place, Json(policy));
    }
    Ok(())
}

impl Store {
    /// Replaces all policies by these, in this order. The clocks of cases are to be wound anew after it.
    pub async fn set_sla(&self, policies: &[SlaPolicy]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::DELETE_SLA_POLICIES);
        insert_all(&mut tx, policies).await?;
        tx.commit().await
    }
}

//! How many cases each queue holds: table `queues`, kept where cases are written.

use std::collections::BTreeMap;

use switchboard_model::{CaseState, DepartmentId, QueueCount, UserId};
use uuid::Uuid;

use crate::Store;
use crate::db::on;
use crate::error::StoreError;
use crate::rows::unknown;
use crate::statements as sql;

impl Store {
    /// The queues that hold anything, by department, owner and state.
    pub async fn queues(&self) -> Result<Vec<QueueCount>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, Uuid, String, bool, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_QUEUES).fetch_all(&mut *conn).await?);
        let mut queues: BTreeMap<(Uuid, Uuid, &'static str), (u64, u64)> = BTreeMap::new();
        for (department, owner, state, is_private, cases) in rows {
            let (public, private) = queues.entry((department, owner, state_word(&state)?)).or_default();
            let count = if is_private { private } else { public };
            *count += u64::try_from(cases).unwrap_or_default();
        }
        let queue =
            |((department, owner, state), (public, private)): ((Uuid, Uuid, &'static str), (u64, u64))| QueueCount {
                department: DepartmentId(department),
                owner: (!owner.is_nil()).then_some(UserId(owner)),
                state,
                public,
                private,
            };
        Ok(queues.into_iter().map(queue).collect())
    }
}

fn state_word(word: &str) -> Result<&'static str, StoreError> {
    CaseState::WORDS.into_iter().find(|known| *known == word).ok_or_else(|| unknown("queues.state", word))
}

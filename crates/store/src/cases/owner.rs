//! The last look before cases are written: whatever led to it, one that is not closed has an owner who can have it.
//!
//! A closed case keeps the owner and the department that it had, and either may be gone by the time it begins again.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use switchboard_model::{By, Case, CaseId, DepartmentId, Happening, Owner, UserId};
use uuid::Uuid;

use super::book::{Book, Rejected};
use crate::db::{Tx, fetch_in, on};
use crate::error::StoreError;
use crate::statements as sql;

/// Sends changed cases whose owner or department is gone to a desk that is there.
pub(super) async fn keep_owned(tx: &mut Tx, book: &mut Book, by: By, at: Timestamp) -> Result<(), StoreError> {
    let open: Vec<Case> = book.changed().filter(|case| !case.is_closed()).cloned().collect();
    if open.is_empty() {
        return Ok(());
    }
    let owners: BTreeSet<Uuid> = open.iter().filter_map(|case| case.owner.user()).map(|user| user.0).collect();
    let owners: Vec<Uuid> = owners.into_iter().collect();
    let working: Vec<(Uuid,)> = fetch_in!(&mut *tx, (Uuid,), sql::WORKING_USERS_HEAD, owners);
    let working: HashSet<UserId> = working.into_iter().map(|(id,)| UserId(id)).collect();
    let departments: Vec<Uuid> =
        on!(&mut *tx, |conn| sqlx::query_scalar(sql::ACTIVE_DEPARTMENTS).fetch_all(&mut *conn).await?);
    let departments: HashSet<DepartmentId> = departments.into_iter().map(DepartmentId).collect();
    for case in open {
        if !departments.contains(&case.department) {
            let fallback: Option<Uuid> =
                on!(&mut *tx, |conn| sqlx::query_scalar(sql::FALLBACK_DEPARTMENT).fetch_optional(&mut *conn).await?);
            let fallback = fallback.ok_or_else(|| StoreError::damaged("there are cases and no company"))?;
            let moved = Happening::Moved {
                department: DepartmentId(fallback),
                why: "its department is closed".to_owned(),
                is_confirmed: false,
            };
            append(book, case.id, by, at, moved)?;
        } else if let Owner::User(user) = case.owner
            && !working.contains(&user)
        {
            let why = "its owner does not work on cases any more".to_owned();
            append(book, case.id, by, at, Happening::Released { why })?;
        }
    }
    Ok(())
}

/// Applies the next event of a case that cannot contradict it.
pub(super) fn append(book: &mut Book, id: CaseId, by: By, at: Timestamp, what: Happening) -> Result<(), StoreError> {
    let Some(event) = book.find(id).map(|case| case.next_event(at, by, what)) else {
        return Err(StoreError::damaged(format!("case {id} is not there")));
    };
    book.apply(&event).map_err(|rejected| match rejected {
        Rejected::Contradiction(contradiction) => StoreError::Other(contradiction.to_string()),
        Rejected::Store(error) => error,
    })
}

//! Tables `outreaches`, `outreach_seniors` and `outreach_scripts`: calls and mails by seniors of the company.
//!
//! A row of `outreaches` is what the events of its cases say, and is written in their transaction. How the person can be
//! reached stands in no event: it is a column of the row, which is emptied some time after the end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{
    CaseId, Event, Happening, Outreach, OutreachChannel, OutreachId, OutreachScript, OutreachScriptId, Senior, UserId,
};
use uuid::Uuid;

use crate::Store;
use crate::clean::{clean_json, cleaned, micros, time_of};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::statements as sql;

/// What has to be true, and is written, when a senior is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutreach {
    /// The outreach.
    pub id: OutreachId,
    /// The case: nothing is written if the same senior is asked for the same in it by now.
    pub case: CaseId,
    /// Who is asked.
    pub senior: UserId,
    /// What they are asked for.
    pub channel: OutreachChannel,
    /// How many they can have open at once: nothing is written if they have as many by now.
    pub most_open: u32,
    /// How the person can be reached.
    pub contact: String,
}

/// Whether a senior has room for one more, and is not asked for the same already.
pub(crate) async fn has_room(tx: &mut Tx, new: &NewOutreach) -> Result<bool, StoreError> {
    let of_case: Vec<Json<Outreach>> = on!(&mut *tx, |conn| {
        sqlx::query_scalar(sql::OUTREACHES_OF_CASE).bind(new.case.0).fetch_all(&mut *conn).await?
    });
    let is_same =
        |one: &Outreach| one.state.is_open() && one.ask.senior == new.senior && one.ask.channel == new.channel;
    if of_case.iter().any(|one| is_same(&one.0)) {
        return Ok(false);
    }
    let open: i64 = on!(&mut *tx, |conn| {
        sqlx::query_scalar(sql::COUNT_OPEN_OUTREACHES_OF).bind(new.senior.0).fetch_one(&mut *conn).await?
    });
    Ok(open < i64::from(new.most_open))
}

/// The outreaches that an event is about.
pub(crate) fn concerned(event: &Event) -> Vec<OutreachId> {
    match &event.what {
        Happening::Merged(merged) => merged.whole.outreaches.clone(),
        Happening::Separated(separated) => separated.outreaches.clone(),
        what => what.outreach().into_iter().collect(),
    }
}

/// Brings the rows to what these events say, in their order.
pub(crate) async fn keep_outreaches(
    tx: &mut Tx,
    events: &[Event],
    contacts: &BTreeMap<OutreachId, String>,
) -> Result<(), StoreError> {
    for event in events {
        if let Some(new) = Outreach::asked(event) {
            insert(tx, &new, contacts.get(&new.id())).await?;
            continue;
        }
        for id in concerned(event) {
            let Some(mut outreach) = find(tx, id).await? else {
                return Err(StoreError::Other(format!("outreach {id} is in a history and not stored")));
            };
            outreach.apply(event);
            update(tx, &outreach).await?;
        }
    }
    Ok(())
}

async fn insert(tx: &mut Tx, new: &Outreach, contact: Option<&String>) -> Result<(), StoreError> {
    execute!(
        &mut *tx,
        sql::INSERT_OUTREACH,
        new.id().0,
        new.case.0,
        new.ask.senior.0,
        new.state.as_str(),
        new.asked_at.as_microsecond(),
        new.ask.due_at.as_microsecond(),
        micros(new.ring_at()),
        micros(new.ended_at),
        Json(new),
        contact.filter(|contact| !contact.is_empty()).map(|contact| cleaned(contact)),
    );
    Ok(())
}

async fn update(tx: &mut Tx, outreach: &Outreach) -> Result<(), StoreError> {
    execute!(
        &mut *tx,
        sql::UPDATE_OUTREACH,
        outreach.id().0,
        outreach.case.0,
        outreach.state.as_str(),
        outreach.ask.due_at.as_microsecond(),
        micros(outreach.ring_at()),
        micros(outreach.ended_at),
        Json(outreach),
    );
    Ok(())
}

async fn find(tx: &mut Tx, id: OutreachId) -> Result<Option<Outreach>, StoreError> {
    let row: Option<Json<Outreach>> =
        on!(&mut *tx, |conn| sqlx::query_scalar(sql::FIND_OUTREACH).bind(id.0).fetch_optional(&mut *conn).await?);
    Ok(row.map(|row| row.0))
}

fn opened<T>(rows: Vec<Json<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.0).collect()
}

impl Store {
    /// The outreach of that id.
    pub async fn find_outreach(&self, id: OutreachId) -> Result<Option<Outreach>, StoreError> {
        let mut tx = self.read().await?;
        find(&mut tx, id).await
    }

    /// How the person can be reached, as long as that is kept.
    pub async fn outreach_contact(&self, id: OutreachId) -> Result<Option<String>, StoreError> {
        let mut tx = self.read().await?;
        let contact: Option<Option<String>> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::FIND_OUTREACH_CONTACT).bind(id.0).fetch_optional(&mut *conn).await?
        });
        Ok(contact.flatten())
    }

    /// Forgets how people can be reached of outreaches that ended before a moment. Answers how many those were.
    pub async fn erase_outreach_contacts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::ERASE_OUTREACH_CONTACTS, before.as_microsecond());
        tx.commit().await?;
        Ok(rows)
    }

    /// Open outreaches by when they are due; with a senior, theirs.
    pub async fn open_outreaches(&self, senior: Option<UserId>, limit: u32) -> Result<Vec<Outreach>, StoreError> {
        self.outreaches_by(senior, sql::OPEN_OUTREACHES_OF, sql::OPEN_OUTREACHES, limit).await
    }

    /// Outreaches that have ended, the last ones first; with a senior, theirs.
    pub async fn ended_outreaches(&self, senior: Option<UserId>, limit: u32) -> Result<Vec<Outreach>, StoreError> {
        self.outreaches_by(senior, sql::ENDED_OUTREACHES_OF, sql::ENDED_OUTREACHES, limit).await
    }

    async fn outreaches_by(
        &self,
        senior: Option<UserId>,
        of_one: &'static str,
        of_all: &'static str,
        limit: u32,
    ) -> Result<Vec<Outreach>, StoreError> {
        let mut tx = self.read().await?;
        let limit = i64::from(limit);
        let rows: Vec<Json<Outreach>> = match senior {
            Some(senior) => on!(&mut tx, |conn| {
                sqlx::query_scalar(of_one).bind(senior.0).bind(limit).fetch_all(&mut *conn).await?
            }),
            None => on!(&mut tx, |conn| sqlx::query_scalar(of_all).bind(limit).fetch_all(&mut *conn).await?),
        };
        Ok(opened(rows))
    }

    /// The outreaches of a case, oldest first.
    pub async fn outreaches_of_case(&self, case: CaseId) -> Result<Vec<Outreach>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<Json<Outreach>> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::OUTREACHES_OF_CASE).bind(case.0).fetch_all(&mut *conn).await?
        });
        Ok(opened(rows))
    }

    /// The outreaches that were asked for since a moment, the last ones first.
    pub async fn outreaches_since(&self, since: Timestamp, limit: u32) -> Result<Vec<Outreach>, StoreError> {
        self.outreaches_at(sql::OUTREACHES_SINCE, since, limit).await
    }

    /// The outreaches whose clock rings by a moment, the longest overdue first.
    pub async fn ringing_outreaches(&self, now: Timestamp, limit: u32) -> Result<Vec<Outreach>, StoreError> {
        self.outreaches_at(sql::RINGING_OUTREACHES, now, limit).await
    }

    async fn outreaches_at(
        &self,
        statement: &'static str,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Outreach>, StoreError> {
        let mut tx = self.read().await?;
        let (at, limit) = (at.as_microsecond(), i64::from(limit));
        let rows: Vec<Json<Outreach>> =
            on!(&mut tx, |conn| sqlx::query_scalar(statement).bind(at).bind(limit).fetch_all(&mut *conn).await?);
        Ok(opened(rows))
    }

    /// When the clock of an outreach rings next.
    pub async fn next_outreach_ring(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let next: Option<i64> =
            on!(&mut tx, |conn| sqlx::query_scalar(sql::NEXT_OUTREACH_RING).fetch_one(&mut *conn).await?);
        time_of(next)
    }

    /// How many outreaches each senior has open.
    pub async fn count_open_outreaches(&self) -> Result<BTreeMap<UserId, u32>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::COUNT_OPEN_OUTREACHES).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(user, count)| (UserId(user), u32::try_from(count).unwrap_or(u32::MAX))).collect())
    }

    /// Everybody who does outreaches.
    pub async fn list_seniors(&self) -> Result<Vec<Senior>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<Json<Senior>> =
            on!(&mut tx, |conn| sqlx::query_scalar(sql::LIST_SENIORS).fetch_all(&mut *conn).await?);
        Ok(opened(rows))
    }

    /// Adds somebody who does outreaches, or changes what they do.
    pub async fn set_senior(&self, senior: &Senior) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SET_SENIOR, senior.user.0, Json(kept(serde_json::to_value(senior))?));
        tx.commit().await
    }

    /// Asks somebody no more. False if they were not asked before.
    pub async fn delete_senior(&self, user: UserId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_SENIOR, user.0);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// All scripts, by name.
    pub async fn list_outreach_scripts(&self) -> Result<Vec<OutreachScript>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<Json<OutreachScript>> =
            on!(&mut tx, |conn| sqlx::query_scalar(sql::LIST_OUTREACH_SCRIPTS).fetch_all(&mut *conn).await?);
        Ok(opened(rows))
    }

    /// Adds or changes a script. A name that another one has is a conflict.
    pub async fn set_outreach_script(&self, script: &OutreachScript) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(
            &mut tx,
            sql::SET_OUTREACH_SCRIPT,
            script.id.0,
            cleaned(&script.name),
            Json(kept(serde_json::to_value(script))?)
        );
        tx.commit().await
    }

    /// Removes a script. False if there is none.
    pub async fn delete_outreach_script(&self, id: OutreachScriptId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_OUTREACH_SCRIPT, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }
}

/// A value as both engines keep it.
fn kept(value: Result<serde_json::Value, serde_json::Error>) -> Result<serde_json::Value, StoreError> {
    let mut value = value.map_err(|error| StoreError::Other(error.to_string()))?;
    clean_json(&mut value);
    Ok(value)
}

//! What somebody is writing on a case: table `drafts`.

use jiff::Timestamp;
use switchboard_model::{AccountId, CaseId, Draft, PostId, UserId};
use uuid::Uuid;

use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::{Store, statements as sql};

#[derive(sqlx::FromRow)]
struct DraftRow {
    case_id: i64,
    user_id: Uuid,
    account: Option<Uuid>,
    reply_to: Option<String>,
    text: String,
    version: i64,
    updated_at: i64,
}

impl TryFrom<DraftRow> for Draft {
    type Error = StoreError;

    fn try_from(row: DraftRow) -> Result<Self, StoreError> {
        Ok(Self {
            case: CaseId(row.case_id),
            by: (!row.user_id.is_nil()).then_some(UserId(row.user_id)),
            account: row.account.map(AccountId),
            to: row.reply_to.map(PostId),
            text: row.text,
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
            updated_at: time(row.updated_at)?,
        })
    }
}

fn writer(user: Option<UserId>) -> Uuid {
    user.map_or(Uuid::nil(), |user| user.0)
}

impl Store {
    /// What somebody is writing on a case. An emptied draft is there with an empty text, for its version.
    pub async fn find_draft(&self, case: CaseId, by: Option<UserId>) -> Result<Option<Draft>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<DraftRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::FIND_DRAFT).bind(case.0).bind(writer(by)).fetch_optional(&mut *conn).await?
        });
        row.map(Draft::try_from).transpose()
    }

    /// Writes a draft in the place of the version that `draft` names (0: there is none yet). False, and nothing changes,
    /// if it has another version by now.
    pub async fn save_draft(&self, draft: &Draft) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let is_saved = put_draft(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(is_saved)
    }
}

async fn put_draft(tx: &mut Tx, draft: &Draft) -> Result<bool, StoreError> {
    let (account, to) = (draft.account.map(|id| id.0), draft.to.as_ref().map(|to| cleaned(to.as_str())));
    let (writer, updated_at) = (writer(draft.by), draft.updated_at.as_microsecond());
    let rows = match draft.version {
        0 => execute!(&mut *tx, sql::INSERT_DRAFT, draft.case.0, writer, account, to, cleaned(&draft.text), updated_at),
        version => execute!(
            &mut *tx,
            sql::UPDATE_DRAFT,
            draft.case.0,
            writer,
            i64::from(version),
            account,
            to,
            cleaned(&draft.text),
            updated_at,
        ),
    };
    Ok(rows > 0)
}

/// Empties a draft that becomes a reply. False if it has another version by now: it became one already.
pub(super) async fn use_up(
    tx: &mut Tx,
    case: CaseId,
    by: Option<UserId>,
    version: u32,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let emptied = Draft { case, by, account: None, to: None, text: String::new(), version, updated_at: at };
    put_draft(tx, &emptied).await
}

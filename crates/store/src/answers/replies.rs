//! The outbox: table `replies`.

use jiff::Timestamp;
use switchboard_model::{AccountId, CaseId, PostId, Published, Reply, ReplyId, ReplyState, Then, UserId};
use uuid::Uuid;

use super::drafts::use_up;
use crate::clean::{cleaned, micros, time, time_of};
use crate::db::{Tx, execute, fetch_in, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements as sql};

/// A reply that goes into the outbox, with what has to hold for it to be the only one.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReply {
    /// The reply, queued.
    pub reply: Reply,
    /// What a program calls it; no two of a case have the same.
    pub client_key: Option<String>,
    /// The version of the draft that becomes it (0: there was none); the draft is emptied.
    pub draft: Option<u32>,
    /// It may leave although the post has an answer already.
    pub may_be_second: bool,
}

/// Why a reply was not written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotWritten {
    /// It was done, or changed, by somebody else meanwhile.
    Overtaken,
    /// The post has this answer already.
    Answered(Box<Reply>),
    /// The link by which it was to be done was used before, then.
    Spent(Timestamp),
}

/// A reply that changes its state.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyMove {
    /// The reply as it shall be.
    pub reply: Reply,
    /// The state that it leaves.
    pub from: ReplyState,
}

#[derive(sqlx::FromRow)]
struct ReplyRow {
    id: Uuid,
    case_id: i64,
    account: Uuid,
    user_id: Option<Uuid>,
    reply_to: String,
    text: String,
    state: String,
    key: String,
    next_step: String,
    queued_at: i64,
    send_at: i64,
    attempts: i64,
    attempted_at: Option<i64>,
    sent_at: Option<i64>,
    published: Option<String>,
    url: Option<String>,
    trouble: String,
}

impl TryFrom<ReplyRow> for Reply {
    type Error = StoreError;

    fn try_from(row: ReplyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ReplyId(row.id),
            case: CaseId(row.case_id),
            account: AccountId(row.account),
            by: row.user_id.map(UserId),
            to: PostId(row.reply_to),
            text: row.text,
            state: ReplyState::from_word(&row.state).ok_or_else(|| unknown("replies.state", &row.state))?,
            key: row.key,
            then: Then::from_word(&row.next_step).ok_or_else(|| unknown("replies.next_step", &row.next_step))?,
            queued_at: time(row.queued_at)?,
            send_at: time(row.send_at)?,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            attempted_at: time_of(row.attempted_at)?,
            sent_at: time_of(row.sent_at)?,
            published: row.published.map(|id| Published { id: PostId(id), url: row.url }),
            trouble: row.trouble,
        })
    }
}

/// Reads the replies that a statement gives for its values.
macro_rules! replies {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {{
        let rows: Vec<ReplyRow> =
            on!($tx, |conn| sqlx::query_as($sql)$(.bind($value))*.fetch_all(&mut *conn).await?);
        rows.into_iter().map(Reply::try_from).collect::<Result<Vec<Reply>, StoreError>>()
    }};
}

/// The replies of these ids that are there, in no order.
pub(crate) async fn replies_by_id(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Reply>, StoreError> {
    fetch_in!(&mut *tx, ReplyRow, sql::REPLIES_BY_ID_HEAD, ids).into_iter().map(Reply::try_from).collect()
}

impl Store {
    /// The reply with that id.
    pub async fn find_reply(&self, id: ReplyId) -> Result<Option<Reply>, StoreError> {
        let mut tx = self.read().await?;
        Ok(replies!(&mut tx, sql::FIND_REPLY, id.0)?.pop())
    }

    /// The reply of a case that a program calls so.
    pub async fn find_reply_by_client_key(&self, case: CaseId, key: &str) -> Result<Option<Reply>, StoreError> {
        let mut tx = self.read().await?;
        Ok(replies!(&mut tx, sql::FIND_REPLY_BY_CLIENT_KEY, case.0, cleaned(key))?.pop())
    }

    /// The reply that became this post.
    pub async fn find_reply_by_published(&self, post: &PostId) -> Result<Option<Reply>, StoreError> {
        let mut tx = self.read().await?;
        Ok(replies!(&mut tx, sql::FIND_REPLY_BY_PUBLISHED, cleaned(post.as_str()))?.pop())
    }

    /// The replies of a case, oldest first.
    pub async fn replies_of_case(&self, case: CaseId) -> Result<Vec<Reply>, StoreError> {
        let mut tx = self.read().await?;
        replies!(&mut tx, sql::REPLIES_OF_CASE, case.0)
    }

    /// The replies of an account that have not come to their end.
    pub async fn replies_under_way(&self, account: AccountId) -> Result<Vec<Reply>, StoreError> {
        let mut tx = self.read().await?;
        replies!(&mut tx, sql::REPLIES_UNDER_WAY, account.0)
    }

    /// What the outbox has to look at: the first due reply of each case, of accounts that are well.
    pub async fn due_replies(&self, now: Timestamp, limit: u32) -> Result<Vec<Reply>, StoreError> {
        let mut tx = self.read().await?;
        replies!(&mut tx, sql::DUE_REPLIES, now.as_microsecond(), i64::from(limit))
    }

    /// When the outbox has to look again, after `now`.
    pub async fn next_due_reply(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let at: Option<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::NEXT_DUE_REPLY).bind(now.as_microsecond()).fetch_one(&mut *conn).await?
        });
        time_of(at)
    }

    /// Takes a queued reply that is due in order to send it. `None` if somebody withdrew or took it.
    pub async fn take_reply(&self, id: ReplyId, now: Timestamp) -> Result<Option<Reply>, StoreError> {
        self.attempt(sql::TAKE_REPLY, id, now).await
    }

    /// Notes that a reply whose fate is not known is sent once more.
    pub async fn repeat_reply(&self, id: ReplyId, now: Timestamp) -> Result<Option<Reply>, StoreError> {
        self.attempt(sql::REPEAT_REPLY, id, now).await
    }

    async fn attempt(&self, statement: &'static str, id: ReplyId, now: Timestamp) -> Result<Option<Reply>, StoreError> {
        let mut tx = self.write().await?;
        let reply = replies!(&mut tx, statement, id.0, now.as_microsecond())?.pop();
        tx.commit().await?;
        Ok(reply)
    }

    /// Leaves a reply whose fate is not known alone until then. False if it has come to its end.
    pub async fn postpone_reply(&self, id: ReplyId, until: Timestamp, trouble: &str) -> Result<bool, StoreError> {
        self.put_off(sql::POSTPONE_REPLY, id, until, trouble).await
    }

    /// Puts a reply that certainly did not leave back into the queue. False if it has come to its end.
    pub async fn requeue_reply(&self, id: ReplyId, send_at: Timestamp, trouble: &str) -> Result<bool, StoreError> {
        self.put_off(sql::REQUEUE_REPLY, id, send_at, trouble).await
    }

    async fn put_off(
        &self,
        statement: &'static str,
        id: ReplyId,
        at: Timestamp,
        trouble: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, statement, id.0, at.as_microsecond(), cleaned(trouble));
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// How many replies stand where.
    pub async fn count_replies(&self) -> Result<Vec<(ReplyState, u64)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::COUNT_REPLIES).fetch_all(&mut *conn).await?);
        let count = |(state, replies): (String, i64)| {
            let known = ReplyState::from_word(&state).ok_or_else(|| unknown("replies.state", &state))?;
            Ok((known, u64::try_from(replies).unwrap_or_default()))
        };
        rows.into_iter().map(count).collect()
    }
}

/// Writes a new reply and empties its draft. False if the draft has another version by now.
pub(crate) async fn insert_reply(tx: &mut Tx, new: &NewReply) -> Result<Result<(), NotWritten>, StoreError> {
    let reply = &new.reply;
    if let Some(version) = new.draft
        && !use_up(tx, reply.case, reply.by, version, reply.queued_at).await?
    {
        return Ok(Err(NotWritten::Overtaken));
    }
    if !new.may_be_second
        && let Some(other) = other_answer(tx, reply).await?
    {
        return Ok(Err(NotWritten::Answered(Box::new(other))));
    }
    execute!(
        &mut *tx,
        sql::INSERT_REPLY,
        reply.id.0,
        reply.case.0,
        reply.account.0,
        reply.by.map(|user| user.0),
        cleaned(reply.to.as_str()),
        cleaned(&reply.text),
        cleaned(&reply.key),
        new.client_key.as_deref().map(cleaned),
        reply.then.as_str(),
        reply.queued_at.as_microsecond(),
        reply.send_at.as_microsecond(),
    );
    Ok(Ok(()))
}

/// Another reply to the same post that is on its way or has arrived.
async fn other_answer(tx: &mut Tx, reply: &Reply) -> Result<Option<Reply>, StoreError> {
    let row: Option<ReplyRow> = on!(tx, |conn| {
        sqlx::query_as(sql::OTHER_ANSWER)
            .bind(reply.case.0)
            .bind(cleaned(reply.to.as_str()))
            .bind(reply.id.0)
            .fetch_optional(&mut *conn)
            .await?
    });
    row.map(Reply::try_from).transpose()
}

/// Writes a reply's new state, unless it is not in the state that it should leave. One that failed is sent once more only
/// where nobody has answered the post meanwhile.
/// `case` is the one whose history tells of it: a reply that went to another case meanwhile is not moved.
pub(crate) async fn move_reply(
    tx: &mut Tx,
    change: &ReplyMove,
    case: CaseId,
) -> Result<Result<(), NotWritten>, StoreError> {
    let reply = &change.reply;
    if (change.from, reply.state) == (ReplyState::Failed, ReplyState::Queued)
        && let Some(other) = other_answer(tx, reply).await?
    {
        return Ok(Err(NotWritten::Answered(Box::new(other))));
    }
    let rows = execute!(
        &mut *tx,
        sql::MOVE_REPLY,
        reply.id.0,
        change.from.as_str(),
        reply.state.as_str(),
        reply.send_at.as_microsecond(),
        micros(reply.sent_at),
        reply.published.as_ref().map(|published| cleaned(published.id.as_str())),
        reply.published.as_ref().and_then(|published| published.url.as_deref()).map(cleaned),
        cleaned(&reply.trouble),
        case.0,
    );
    Ok(if rows > 0 { Ok(()) } else { Err(NotWritten::Overtaken) })
}

//! What is said and written in cases beside their posts: table `said`, with an index of words like that of posts.
//!
//! A row stands for one event of a history, in the order in which they were written. It is written with the event, in
//! [`crate::cases`]; what was said before there was an index is taken into it piece by piece, newest first, and read one by
//! one until then. The index narrows, it never decides: whoever asks looks at each text again, and at who may read it.

use std::collections::{HashMap, HashSet};

use switchboard_model::{Event, Happening, IndexQuery, Reply, ReplyId};
use uuid::Uuid;

use crate::answers::replies_by_id;
use crate::cases::EventRow;
use crate::db::{Tx, execute, fetch_in, insert_rows, on, pieces};
use crate::error::StoreError;
use crate::words::question_text;
use crate::{Store, dialect, statements as sql};

/// Rows with a smaller `seq` are not in the index yet.
const SAID_BEFORE: &str = "said_before";

/// Makes the words of a text, as an index holds them: what [`switchboard_model::Decided::words`] is for posts.
pub type Fold = fn(&str) -> String;

/// For a store that nobody gave a [`Fold`]: nothing that is written by it is found by its words.
pub(crate) fn no_words(_: &str) -> String {
    String::new()
}

/// An event with words of somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidEvent {
    /// Its place among everything that was said.
    pub seq: i64,
    /// The event.
    pub event: Event,
    /// The answer that it put into the outbox.
    pub reply: Option<Reply>,
    /// `seq` of the post that opened the case.
    pub opener: i64,
}

#[derive(sqlx::FromRow)]
struct SaidRow {
    seq: i64,
    opener: i64,
    #[sqlx(flatten)]
    event: EventRow,
}

impl Store {
    /// The same store with what makes the words of a text.
    pub fn with_fold(self, fold: Fold) -> Self {
        Self { fold, ..self }
    }

    /// The next events, newest first, whose words may match; before that place, at most `limit`. Without `with_private`
    /// neither talk among colleagues nor what was said in private cases. Fewer than `limit` means that there are no more.
    pub async fn said_candidates(
        &self,
        asked: &IndexQuery,
        before: Option<i64>,
        with_private: bool,
        limit: u32,
    ) -> Result<Vec<SaidEvent>, StoreError> {
        let mut tx = self.read().await?;
        let before = before.unwrap_or(i64::MAX);
        let unindexed = said_before(&mut tx).await?;
        let mut rows: Vec<SaidRow> = Vec::new();
        let mut rest = before;
        if let Some(question) = question_text(asked, self.engine()) {
            let words = dialect::words(&sql::SAID_CANDIDATES, self.engine());
            rows = on!(&mut tx, |conn| {
                sqlx::query_as(words)
                    .bind(&question)
                    .bind(before)
                    .bind(unindexed)
                    .bind(with_private)
                    .bind(i64::from(limit))
                    .fetch_all(&mut *conn)
                    .await?
            });
            rest = before.min(unindexed);
        }
        let left = i64::from(limit) - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if left > 0 && rest > 0 {
            let more: Vec<SaidRow> = on!(&mut tx, |conn| {
                sqlx::query_as(sql::SAID_BELOW).bind(rest).bind(with_private).bind(left).fetch_all(&mut *conn).await?
            });
            rows.extend(more);
        }
        with_replies(&mut tx, rows).await
    }

    /// The place below which what was said is not in the index yet; 0 when all is.
    pub async fn said_before(&self) -> Result<i64, StoreError> {
        said_before(&mut self.read().await?).await
    }

    /// Takes the next `limit` events, newest first, into the index. False once there are none left.
    pub async fn index_said(&self, limit: u32) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let before = said_before(&mut tx).await?;
        if before == 0 {
            return Ok(false);
        }
        let rows: Vec<SaidRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::SAID_BELOW).bind(before).bind(true).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        let Some(oldest) = rows.last().map(|row| row.seq) else {
            execute!(&mut tx, sql::DELETE_META, SAID_BEFORE);
            tx.commit().await?;
            return Ok(false);
        };
        let said = with_replies(&mut tx, rows).await?;
        write_words(&mut tx, &said, self.fold).await?;
        execute!(&mut tx, sql::SET_META, SAID_BEFORE, oldest.to_string());
        tx.commit().await?;
        Ok(true)
    }
}

/// Gives events their places and writes their words. Answers are in the outbox already, posts are stored.
pub(crate) async fn insert_said(tx: &mut Tx, events: &[Event], fold: Fold) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let newest: i64 = on!(&mut *tx, |conn| sqlx::query_scalar(sql::NEWEST_SAID).fetch_one(&mut *conn).await?);
    let rows: Vec<(i64, &Event)> = (newest + 1..).zip(events).collect();
    insert_rows!(&mut *tx, sql::INSERT_SAID_HEAD, &rows, "", |list, row| {
        let (seq, event) = row;
        list.push_bind(*seq).push_bind(event.case.0).push_bind(i64::from(event.number)).push_bind(event.is_side_talk())
    });
    let replies = replies_of(tx, events.iter()).await?;
    let said: Vec<SaidEvent> = rows
        .into_iter()
        .map(|(seq, event)| SaidEvent {
            seq,
            reply: queued(event).and_then(|id| replies.get(&id).cloned()),
            opener: opener(event).unwrap_or_default(),
            event: event.clone(),
        })
        .collect();
    write_words(tx, &said, fold).await
}

/// Writes the names of authors anew who are called something else by now, in the openings of their newest cases.
pub(crate) async fn rename_said(tx: &mut Tx, authors: &[&str], fold: Fold) -> Result<(), StoreError> {
    if authors.is_empty() {
        return Ok(());
    }
    let from = said_before(tx).await?;
    for author in authors {
        let rows: Vec<SaidRow> = on!(&mut *tx, |conn| {
            sqlx::query_as(sql::SAID_OF_AUTHOR).bind(author).bind(from).fetch_all(&mut *conn).await?
        });
        let said = with_replies(tx, rows).await?;
        write_words(tx, &said, fold).await?;
    }
    Ok(())
}

fn queued(event: &Event) -> Option<ReplyId> {
    match event.what {
        Happening::ReplyQueued { reply, .. } => Some(reply),
        _ => None,
    }
}

fn opener(event: &Event) -> Option<i64> {
    match &event.what {
        Happening::Opened(opening) => Some(opening.post),
        _ => None,
    }
}

async fn said_before(tx: &mut Tx) -> Result<i64, StoreError> {
    let value: Option<String> =
        on!(tx, |conn| sqlx::query_scalar(sql::GET_META).bind(SAID_BEFORE).fetch_optional(&mut *conn).await?);
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

async fn replies_of(tx: &mut Tx, events: impl Iterator<Item = &Event>) -> Result<HashMap<ReplyId, Reply>, StoreError> {
    let ids: Vec<Uuid> = events.filter_map(queued).map(|id| id.0).collect();
    Ok(replies_by_id(tx, &ids).await?.into_iter().map(|reply| (reply.id, reply)).collect())
}

async fn with_replies(tx: &mut Tx, rows: Vec<SaidRow>) -> Result<Vec<SaidEvent>, StoreError> {
    let mut said = Vec::with_capacity(rows.len());
    for row in rows {
        // One that cannot be read hides no other; `case check` names it.
        match row.event.into_event() {
            Ok(event) => said.push(SaidEvent { seq: row.seq, event, reply: None, opener: row.opener }),
            Err(error) => {
                tracing::error!(said = row.seq, %error, "what was said in a case cannot be read; it is left out")
            }
        }
    }
    let mut replies = replies_of(tx, said.iter().map(|one| &one.event)).await?;
    for one in &mut said {
        one.reply = queued(&one.event).and_then(|id| replies.remove(&id));
    }
    Ok(said)
}

/// Writes the words of events, each as everything that belongs to it.
async fn write_words(tx: &mut Tx, said: &[SaidEvent], fold: Fold) -> Result<(), StoreError> {
    let openers: HashSet<i64> = said.iter().filter_map(|one| opener(&one.event)).collect();
    let openers: Vec<i64> = openers.into_iter().collect();
    let names: HashMap<i64, String> = fetch_in!(&mut *tx, (i64, String, String), sql::NAMES_OF_AUTHORS_HEAD, openers)
        .into_iter()
        .map(|(post, handle, name)| (post, format!("{handle}\n{name}")))
        .collect();
    let mut rows: Vec<(i64, String)> = Vec::with_capacity(said.len());
    for one in said {
        let mut text = String::new();
        let own = one.event.said();
        let reply = one.reply.as_ref().map(|reply| reply.text.as_str());
        let name = opener(&one.event).and_then(|post| names.get(&post)).map(String::as_str);
        for part in own.iter().map(|said| said.text.as_ref()).chain(reply).chain(name) {
            text.push_str(part);
            text.push('\n');
        }
        rows.push((one.seq, fold(&text)));
    }
    rows.retain(|(_, words)| !words.is_empty());
    for piece in pieces(&rows) {
        match tx {
            Tx::Sqlite(tx) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new(sql::INSERT_SAID_WORDS_SQLITE);
                query.push_values(piece, |mut list, (seq, words)| {
                    list.push_bind(*seq).push_bind(words);
                });
                query.build().execute(&mut **tx).await?;
            }
            Tx::Pg(tx) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(sql::INSERT_SAID_WORDS_POSTGRES);
                query.push_values(piece, |mut list, (seq, words)| {
                    list.push_bind(*seq);
                    list.push("array_to_tsvector(string_to_array(").push_bind_unseparated(words);
                    list.push_unseparated(", ' '))");
                });
                query.push(sql::INSERT_SAID_WORDS_POSTGRES_TAIL);
                query.build().execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}

//! Two cases that become one, and one that becomes two: what was said in them goes to the other one in the transaction
//! that tells both histories so.

use jiff::Timestamp;
use switchboard_model::{By, Case, CaseId, Contradiction, Event, Happening, Opening};

use super::book::{Book, Rejected};
use super::open::{Doors, key, open};
use super::owner::{append, keep_owned};
use super::read::find_case;
use super::row::CaseRow;
use crate::Store;
use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, fetch_in, on};
use crate::error::StoreError;
use crate::statements as sql;

/// Events of several cases that are written together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// Of each case: its number, the version that its events follow, and the events.
    pub records: Vec<(CaseId, u32, Vec<Event>)>,
    /// What goes from one to another.
    pub shift: Shift,
}

/// What goes from one case to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shift {
    /// Everything of `from`.
    Merge {
        /// The case that ends.
        from: CaseId,
        /// The case that goes on.
        into: CaseId,
    },
    /// What came from a case, or from those that had gone into it before.
    Part {
        /// The case that it is in.
        from: CaseId,
        /// The case that stands alone again.
        case: CaseId,
        /// That case and those that are in it.
        homes: Vec<CaseId>,
    },
}

/// A part of a case that becomes one of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The case.
    pub from: CaseId,
    /// Its version; nothing is written if it is another one by now.
    pub seen: u32,
    /// Who does it.
    pub by: By,
    /// When.
    pub at: Timestamp,
    /// How the new case begins.
    pub opening: Opening,
    /// What happens to it then.
    pub then: Vec<Happening>,
    /// `seq` of the posts that go.
    pub posts: Vec<i64>,
    /// What makes posts part of their conversation.
    pub keys: Vec<String>,
    /// The newest post of those that stay and are not ours.
    pub newest_post: i64,
    /// Why.
    pub why: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum JointlyRecorded {
    /// It is written; the cases as they are now, in the order in which they were named.
    Done(Vec<Case>),
    /// A case has another version by now; nothing is written.
    Stale,
    /// An event cannot follow; nothing is written.
    Contradiction(Contradiction),
    /// There is no such case, or nobody who could own one.
    Unknown(CaseId),
}

/// A case with what its first post says.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseAround {
    /// The case.
    pub id: CaseId,
    /// The key of the author.
    pub author: Option<String>,
    /// The thread of the post.
    pub thread: Option<String>,
    /// Where the post is.
    pub url: Option<String>,
    /// The author's handle, in small letters.
    pub handle: String,
    /// The author's name, in small letters.
    pub name: String,
    /// Title and text.
    pub words: String,
    /// When the case was opened.
    pub opened_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct AroundRow {
    id: i64,
    author: Option<String>,
    thread: Option<String>,
    canonical_url: Option<String>,
    handle: String,
    name: String,
    title: String,
    text: String,
    opened_at: i64,
}

impl Store {
    /// Appends events to several cases and moves what was said from one to the other, in one transaction.
    pub async fn record_jointly(&self, joint: &Joint) -> Result<JointlyRecorded, StoreError> {
        let mut tx = self.write().await?;
        let mut book = Book::default();
        for (id, seen, _) in &joint.records {
            let Some(case) = find_case(&mut tx, *id).await? else { return Ok(JointlyRecorded::Unknown(*id)) };
            if case.version != *seen {
                return Ok(JointlyRecorded::Stale);
            }
            book.know(case);
        }
        let events = joint.records.iter().flat_map(|(_, _, events)| events);
        for event in events.clone() {
            match book.apply(event) {
                Ok(()) => {}
                Err(Rejected::Contradiction(contradiction)) => {
                    return Ok(JointlyRecorded::Contradiction(contradiction));
                }
                Err(Rejected::Store(error)) => return Err(error),
            }
        }
        if let Some(last) = events.last() {
            keep_owned(&mut tx, &mut book, last.by, last.at).await?;
        }
        book.write(&mut tx, self.fold).await?;
        shift(&mut tx, &joint.shift).await?;
        tx.commit().await?;
        Ok(JointlyRecorded::Done(joint.records.iter().filter_map(|(id, ..)| book.find(*id).cloned()).collect()))
    }

    /// Makes a case of a part of another: that one and the new one.
    pub async fn split_case(&self, split: &Split) -> Result<JointlyRecorded, StoreError> {
        let mut tx = self.write().await?;
        let Some(case) = find_case(&mut tx, split.from).await? else {
            return Ok(JointlyRecorded::Unknown(split.from));
        };
        if case.version != split.seen {
            return Ok(JointlyRecorded::Stale);
        }
        let mut doors = Doors::read(&mut tx).await?;
        let mut book = Book::default();
        let post = split.opening.post;
        let Some(other) = open(&mut book, &mut doors, &split.opening, post, split.at, split.by)? else {
            return Ok(JointlyRecorded::Unknown(split.from));
        };
        for what in &split.then {
            append(&mut book, other, split.by, split.at, what.clone())?;
        }
        let what = Happening::Split {
            other,
            posts: split.posts.clone(),
            newest_post: split.newest_post,
            why: split.why.clone(),
        };
        let event = case.next_event(split.at, split.by, what);
        book.know(case);
        match book.apply(&event) {
            Ok(()) => {}
            Err(Rejected::Contradiction(contradiction)) => return Ok(JointlyRecorded::Contradiction(contradiction)),
            Err(Rejected::Store(error)) => return Err(error),
        }
        keep_owned(&mut tx, &mut book, split.by, split.at).await?;
        book.write(&mut tx, self.fold).await?;
        for post in &split.posts {
            execute!(&mut tx, sql::MOVE_CASE_POST, split.from.0, other.0, *post);
        }
        for key in &split.keys {
            execute!(&mut tx, sql::MOVE_CASE_KEY, split.from.0, other.0, key);
        }
        execute!(&mut tx, sql::PART_CASE_REPLIES, split.from.0, other.0);
        move_published(&mut tx, split.from, other).await?;
        tx.commit().await?;
        Ok(JointlyRecorded::Done([split.from, other].into_iter().filter_map(|id| book.find(id).cloned()).collect()))
    }

    /// The cases that went into one, in the order of their numbers.
    pub async fn cases_merged_into(&self, id: CaseId) -> Result<Vec<Case>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<CaseRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CASES_MERGED_INTO).bind(id.0).fetch_all(&mut *conn).await?);
        rows.into_iter().map(CaseRow::into_case).collect()
    }

    /// The posts of a case, oldest first, each with the case that it would be in if that were not merged into this one.
    pub async fn posts_with_homes(&self, id: CaseId) -> Result<Vec<(i64, Option<CaseId>)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, Option<i64>)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::POSTS_WITH_HOMES).bind(id.0).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(post, home)| (post, home.map(CaseId))).collect())
    }

    /// Those of these posts that a case was opened for, each with the case.
    pub async fn cases_opened_by(&self, posts: &[i64]) -> Result<Vec<(i64, CaseId)>, StoreError> {
        let mut tx = self.read().await?;
        let rows = fetch_in!(&mut tx, (i64, i64), sql::CASES_OPENED_BY_HEAD, posts);
        Ok(rows.into_iter().map(|(post, case)| (post, CaseId(case))).collect())
    }

    /// Cases with numbers near that of one, the newest first, with what their first posts say. Those that are in another
    /// case are left out.
    pub async fn cases_around(&self, id: CaseId, span: u32) -> Result<Vec<CaseAround>, StoreError> {
        let span = i64::from(span);
        let mut tx = self.read().await?;
        let rows: Vec<AroundRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::CASES_AROUND)
                .bind(id.0.saturating_sub(span))
                .bind(id.0.saturating_add(span))
                .bind(2 * span + 1)
                .fetch_all(&mut *conn)
                .await?
        });
        let around = |row: AroundRow| {
            Ok(CaseAround {
                id: CaseId(row.id),
                author: row.author,
                thread: row.thread,
                url: row.canonical_url,
                handle: row.handle.to_lowercase(),
                name: row.name.to_lowercase(),
                words: format!("{} {}", row.title, row.text),
                opened_at: time(row.opened_at)?,
            })
        };
        rows.into_iter().map(around).collect()
    }
}

async fn shift(tx: &mut Tx, shift: &Shift) -> Result<(), StoreError> {
    match shift {
        Shift::Merge { from, into } => {
            execute!(&mut *tx, sql::MERGE_CASE_POSTS, from.0, into.0);
            execute!(&mut *tx, sql::MERGE_CASE_KEYS, from.0, into.0);
            execute!(&mut *tx, sql::MERGE_CASE_REPLIES, from.0, into.0);
            execute!(&mut *tx, sql::FORGET_EMPTY_DRAFTS, from.0, into.0);
            execute!(&mut *tx, sql::MERGE_CASE_DRAFTS, from.0, into.0);
        }
        Shift::Part { from, case, homes } => {
            for home in homes {
                execute!(&mut *tx, sql::PART_CASE_POSTS, from.0, case.0, home.0);
                execute!(&mut *tx, sql::PART_CASE_KEYS, from.0, case.0, home.0);
            }
            execute!(&mut *tx, sql::PART_CASE_REPLIES, from.0, case.0);
            move_published(tx, *from, *case).await?;
        }
    }
    Ok(())
}

/// What answers a reply goes where the reply is.
async fn move_published(tx: &mut Tx, from: CaseId, to: CaseId) -> Result<(), StoreError> {
    let published: Vec<String> =
        on!(&mut *tx, |conn| sqlx::query_scalar(sql::PUBLISHED_REPLIES).bind(to.0).fetch_all(&mut *conn).await?);
    for id in published {
        execute!(&mut *tx, sql::MOVE_CASE_KEY, from.0, to.0, key(&cleaned(&id)));
    }
    Ok(())
}

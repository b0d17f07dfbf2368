//! What posts do to cases: one begins with a post, the posts that follow in its conversation join it.
//!
//! Runs in the transaction of the line, after the posts are written, one post after the other in the order of their
//! arrival, so that it does not matter how they were cut into batches.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use switchboard_model::{
    By, Case, CaseId, CaseState, Decided, DepartmentId, DismissalReason, Event, Happening, Opening, Post, PostId,
    Whereabouts,
};
use uuid::Uuid;

use super::book::{Book, Rejected};
use super::owner::{append, keep_owned};
use super::past::{Before, Pasts};
use super::read::{cases_by_id, find_case_of_post};
use super::sweep::{delete_dismissal, dismissed_posts};
use crate::Store;
use crate::clean::cleaned;
use crate::db::{Tx, execute, fetch_in, on};
use crate::error::StoreError;
use crate::said::Fold;
use crate::statements as sql;

/// The longest id that is kept as it is; longer ones are hashed, because they stand in an index.
const MAX_KEY: usize = 512;

/// A post that is news: stored for the first time, wanted for the first time, or edited into one that needs an answer.
#[derive(Debug, Clone)]
pub(crate) struct News<'a> {
    pub(crate) seq: i64,
    pub(crate) decided: &'a Decided,
    pub(crate) at: Timestamp,
    /// It is more than an edit.
    pub(crate) is_first: bool,
    /// What its author did before it.
    pub(crate) before: Before,
}

/// What posts did to cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stirred {
    /// Cases that were opened or have changed.
    pub(crate) cases: Vec<Whereabouts>,
    /// Keys that lead to a case from now on.
    pub(crate) keys: Vec<String>,
    /// The posts that are in a case.
    pub(crate) held: HashSet<i64>,
}

/// What became of opening a case by hand.
#[derive(Debug, Clone, PartialEq)]
pub enum HandOpened {
    /// It is open.
    Done {
        /// The case.
        case: Case,
        /// Keys that lead to it from now on.
        keys: Vec<String>,
    },
    /// The post belongs to a case already.
    Already(Case),
}

/// What makes a post part of a conversation, as it is looked up: the id of a thread or post with the network before it.
fn conversation_key<'a>(network: &str, id: &'a str) -> Cow<'a, str> {
    let is_whole = id.strip_prefix(network).is_some_and(|rest| rest.starts_with(':'));
    if is_whole && id.len() <= MAX_KEY && !id.contains('\0') {
        return Cow::Borrowed(id);
    }
    Cow::Owned(key(&cleaned(PostId::new(network, id).as_str())))
}

/// A key of an id that already names its network.
pub(super) fn key(id: &str) -> String {
    if id.len() <= MAX_KEY {
        return id.to_owned();
    }
    Sha256::digest(id.as_bytes()).iter().take(16).fold("#".to_owned(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The keys by which a post finds its case, the nearest first: what it answers, its thread, itself (an answer of ours that
/// comes back, or the first post of a thread whose replies came before it).
pub fn keys_of(post: &Post) -> impl Iterator<Item = Cow<'_, str>> {
    let ids = [post.in_reply_to.as_deref(), post.thread.as_deref(), Some(post.id.as_str())];
    keys(post, ids)
}

/// The keys that a post adds to its case: itself, and its thread or, where the network tells none, what it answers.
pub fn keys_for(post: &Post) -> impl Iterator<Item = Cow<'_, str>> {
    let thread = post.thread.as_deref().or(post.in_reply_to.as_deref());
    keys(post, [Some(post.id.as_str()), thread, None])
}

fn keys<'a>(post: &'a Post, ids: [Option<&'a str>; 3]) -> impl Iterator<Item = Cow<'a, str>> {
    let is_said = |id: &&str| !id.trim().is_empty();
    ids.into_iter().flatten().filter(is_said).map(|id| conversation_key(&post.network, id))
}

/// Opens cases and joins posts to them.
pub(crate) async fn stir(tx: &mut Tx, news: &[News<'_>], pasts: &mut Pasts, fold: Fold) -> Result<Stirred, StoreError> {
    if news.is_empty() {
        return Ok(Stirred::default());
    }
    let keys: BTreeSet<Cow<'_, str>> = news.iter().flat_map(|one| keys_of(&one.decided.post)).collect();
    let known: HashMap<String, (i64, Option<i64>)> =
        cases_by_key(tx, &keys.iter().map(Cow::as_ref).collect::<Vec<_>>()).await?;
    let opens = news.iter().any(|one| one.decided.opening.is_some());
    if known.is_empty() && !opens {
        return Ok(Stirred::default());
    }
    let mut held = held_posts(tx, &news.iter().map(|one| one.seq).collect::<Vec<_>>()).await?;
    let mut book = Book::default();
    let ids: BTreeSet<i64> = known.values().map(|(case, _)| *case).chain(held.values().map(|case| case.0)).collect();
    for case in cases_by_id(tx, &ids.into_iter().collect::<Vec<_>>()).await? {
        book.know(case);
    }
    let mut doors = if opens { Some(Doors::read(tx).await?) } else { None };
    let asking: Vec<i64> = news.iter().filter(|one| one.decided.opening.is_some()).map(|one| one.seq).collect();
    let dismissed = dismissed_posts(tx, &asking).await?;
    for one in news {
        if let Some(case) = held.get(&one.seq) {
            revise(&mut book, *case, one)?;
            continue;
        }
        let post = &one.decided.post;
        let stored = |key: &str| known.get(key).map(|(case, home)| (CaseId(*case), home.map(CaseId)));
        let found = keys_of(post).find_map(|key| stored(&key).or_else(|| book.case_of_key(&key)));
        let case = match found {
            Some((id, _)) => {
                join(&mut book, id, one)?;
                Some(id)
            }
            None => match (&one.decided.opening, &mut doors) {
                (Some(opening), Some(doors))
                    if !one.decided.is_ours && !post.deleted && stays_open(&dismissed, one) =>
                {
                    if dismissed.contains_key(&one.seq) {
                        delete_dismissal(tx, one.seq).await?;
                    }
                    let opening = weighed(opening, one, pasts, &book);
                    open(&mut book, doors, &opening, one.seq, one.at, By::Rules)?
                }
                _ => None,
            },
        };
        if let Some(case) = case {
            let home = found.and_then(|(_, home)| home);
            held.insert(one.seq, case);
            book.hold(one.seq, case, home);
            pasts.hold(one.seq, case);
            keys_for(post).for_each(|key| book.add_key(key.into_owned(), case, home));
        }
    }
    if let Some(last) = news.last() {
        keep_owned(tx, &mut book, By::Rules, last.at).await?;
    }
    book.write(tx, fold).await?;
    Ok(Stirred {
        cases: book.changed().map(Whereabouts::from).collect(),
        keys: book.keys().cloned().collect(),
        held: held.into_keys().collect(),
    })
}

/// The case that a post opens, with what is known of its author.
fn weighed<'a>(opening: &'a Opening, one: &News<'_>, pasts: &Pasts, book: &Book) -> Cow<'a, Opening> {
    let Some(weighing) = &one.decided.weighing else { return Cow::Borrowed(opening) };
    let past = pasts.of(&one.before, one.at, book);
    let said = weighing.says_ignored.as_deref();
    let priority = weighing.formula.with_past(&opening.priority, &opening.tags, &past, said);
    Cow::Owned(Opening { priority, ..opening.clone() })
}

/// Whether a post may open a case: what a person dismissed stays dismissed. What a rule said of another version, or of a time
/// when there were no cases, is overtaken by what the rules say now.
fn stays_open(dismissed: &HashMap<i64, DismissalReason>, one: &News<'_>) -> bool {
    dismissed.get(&one.seq).is_none_or(|reason| !reason.is_of_a_person())
}

/// Where cases can be opened, and the next number.
pub(super) struct Doors {
    fallback: Option<DepartmentId>,
    active: HashSet<DepartmentId>,
    next: i64,
}

impl Doors {
    pub(super) async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let fallback: Option<Uuid> =
            on!(&mut *tx, |conn| sqlx::query_scalar(sql::FALLBACK_DEPARTMENT).fetch_optional(&mut *conn).await?);
        let active: Vec<Uuid> =
            on!(&mut *tx, |conn| sqlx::query_scalar(sql::ACTIVE_DEPARTMENTS).fetch_all(&mut *conn).await?);
        let newest: i64 = on!(&mut *tx, |conn| sqlx::query_scalar(sql::NEWEST_CASE).fetch_one(&mut *conn).await?);
        Ok(Self {
            fallback: fallback.map(DepartmentId),
            active: active.into_iter().map(DepartmentId).collect(),
            next: newest + 1,
        })
    }
}

/// Begins a case. One for a department that is gone goes to the fallback desk; without a company there are no cases.
pub(super) fn open(
    book: &mut Book,
    doors: &mut Doors,
    opening: &Opening,
    post: i64,
    at: Timestamp,
    by: By,
) -> Result<Option<CaseId>, StoreError> {
    let Some(fallback) = doors.fallback else { return Ok(None) };
    let mut opening = Opening { post, ..opening.clone() };
    if !doors.active.contains(&opening.department) {
        opening.department = fallback;
        opening.why_here = "its department is closed: the fallback desk".to_owned();
        opening.owner = None;
    }
    let case = CaseId(doors.next);
    doors.next += 1;
    let owner = opening.owner;
    let event = Event { case, number: 1, at, by, via: None, what: Happening::Opened(opening) };
    book.apply(&event).map_err(|rejected| match rejected {
        Rejected::Contradiction(contradiction) => StoreError::Other(contradiction.to_string()),
        Rejected::Store(error) => error,
    })?;
    if let Some(to) = owner {
        append(book, case, by, at, Happening::assigned(to))?;
    }
    Ok(Some(case))
}

/// A post of the conversation: noted if it is ours, else it brings the case back to those who work on it.
fn join(book: &mut Book, id: CaseId, one: &News<'_>) -> Result<(), StoreError> {
    let Some(case) = book.find(id) else { return Err(StoreError::damaged(format!("case {id} is not there"))) };
    let is_ours = one.decided.is_ours;
    let back = match &case.state {
        _ if is_ours => None,
        CaseState::Open => None,
        CaseState::Closed { .. } => Some(Happening::Reopened { why: "a new post in its conversation".to_owned() }),
        CaseState::Waiting { .. } | CaseState::Snoozed { .. } => {
            Some(Happening::Resumed { why: "a new post in its conversation".to_owned() })
        }
    };
    append(book, id, By::Author, one.at, Happening::Joined { post: one.seq, is_ours })?;
    if let Some(back) = back {
        append(book, id, By::Author, one.at, back)?;
    }
    match &one.decided.opening {
        Some(opening) if !is_ours => reassess(book, id, opening, one),
        _ => Ok(()),
    }
}

/// An edit of a post that is in a case already: if it asks something, whoever put the case aside looks again.
fn revise(book: &mut Book, id: CaseId, one: &News<'_>) -> Result<(), StoreError> {
    let Some(case) = book.find(id) else { return Err(StoreError::damaged(format!("case {id} is not there"))) };
    if one.is_first || one.decided.is_ours || one.decided.post.deleted || one.decided.need.is_none() {
        return Ok(());
    }
    let why = || "its author changed what they wrote".to_owned();
    let back = match &case.state {
        CaseState::Open => None,
        CaseState::Closed { .. } if case.merged_into.is_some() || !one.decided.asks() => None,
        CaseState::Closed { .. } => Some(Happening::Reopened { why: why() }),
        CaseState::Waiting { .. } | CaseState::Snoozed { .. } => Some(Happening::Resumed { why: why() }),
    };
    if let Some(back) = back {
        append(book, id, By::Author, one.at, back)?;
    }
    match &one.decided.opening {
        Some(opening) => reassess(book, id, opening, one),
        None => Ok(()),
    }
}

/// What is at stake rises with what is said; whoever is concerned by it now follows the case. What was said in private is
/// not told where everybody reads.
fn reassess(book: &mut Book, id: CaseId, opening: &Opening, one: &News<'_>) -> Result<(), StoreError> {
    let Some(case) = book.find(id) else { return Err(StoreError::damaged(format!("case {id} is not there"))) };
    let at = one.at;
    let is_hushed = case.visibility.is_open() && !one.decided.post.visibility.is_open();
    let heard = opening.risk.clone();
    let risk = case.risk.clone().highest(if is_hushed { heard.hushed() } else { heard });
    if risk == case.risk {
        return Ok(());
    }
    let (own, known) = (case.department, case.involved.clone());
    append(book, id, By::Rules, at, Happening::Assessed { risk })?;
    for department in opening.involved.iter().filter(|department| **department != own && !known.contains(department)) {
        let why = "more is at stake by what was said".to_owned();
        append(book, id, By::Rules, at, Happening::Involved { department: *department, why })?;
    }
    Ok(())
}

/// The cases that keys lead to, each with the one that it would lead to if that were not merged into it.
async fn cases_by_key(tx: &mut Tx, keys: &[&str]) -> Result<HashMap<String, (i64, Option<i64>)>, StoreError> {
    let rows = fetch_in!(&mut *tx, (String, i64, Option<i64>), sql::CASES_BY_KEY_HEAD, keys);
    Ok(rows.into_iter().map(|(key, case, home)| (key, (case, home))).collect())
}

/// The cases that posts are in, by post.
async fn held_posts(tx: &mut Tx, seqs: &[i64]) -> Result<HashMap<i64, CaseId>, StoreError> {
    let rows: Vec<(i64, i64)> = fetch_in!(&mut *tx, (i64, i64), sql::CASES_BY_POST_HEAD, seqs);
    Ok(rows.into_iter().map(|(post, case)| (post, CaseId(case))).collect())
}

impl Store {
    /// Opens a case for a stored post, unless the post belongs to one already. `None` where there is no company yet. What
    /// was said about why it needs none is taken back.
    pub async fn open_case(
        &self,
        post: i64,
        words: &Post,
        opening: &Opening,
        by: By,
        at: Timestamp,
    ) -> Result<Option<HandOpened>, StoreError> {
        let mut tx = self.write().await?;
        if let Some(case) = find_case_of_post(&mut tx, post).await? {
            return Ok(Some(HandOpened::Already(case)));
        }
        let mut doors = Doors::read(&mut tx).await?;
        let mut book = Book::default();
        let Some(id) = open(&mut book, &mut doors, opening, post, at, by)? else { return Ok(None) };
        delete_dismissal(&mut tx, post).await?;
        // What a case left that is gone is in the way of another.
        execute!(&mut tx, sql::FORGET_CASE_POST, post);
        for key in keys_for(words) {
            execute!(&mut tx, sql::FORGET_CASE_KEY, &*key);
        }
        book.hold(post, id, None);
        keys_for(words).for_each(|key| book.add_key(key.into_owned(), id, None));
        keep_owned(&mut tx, &mut book, by, at).await?;
        book.write(&mut tx, self.fold).await?;
        let (case, keys) = (book.find(id).cloned(), book.keys().cloned().collect());
        tx.commit().await?;
        let case = case.ok_or_else(|| StoreError::Other("an opened case is known".into()))?;
        Ok(Some(HandOpened::Done { case, keys }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_keys_with_their_network() {
        let check = |network: &str, id: &str, expected: &str| assert_eq!(conversation_key(network, id), expected);
        check("x", "x:1", "x:1");
        check("x", "1", "x:1");
        check("x", "1\0", "x:1\u{fffd}");
        let long = "y".repeat(3_000);
        assert_eq!(conversation_key("x", &long).len(), 33);
        assert_eq!(conversation_key("x", &long), conversation_key("x", &format!("x:{long}")));
    }

    #[test]
    fn a_post_is_found_by_what_is_nearest() {
        let post = Post {
            thread: Some("x:root".into()),
            in_reply_to: Some("x:parent".into()),
            ..Post::new("x", "me", "text")
        };
        assert_eq!(keys_of(&post).collect::<Vec<_>>(), ["x:parent", "x:root", "x:me"]);
        assert_eq!(keys_for(&post).collect::<Vec<_>>(), ["x:me", "x:root"]);
        let unknown = Post { thread: None, ..post };
        assert_eq!(keys_for(&unknown).collect::<Vec<_>>(), ["x:me", "x:parent"]);
    }
}

//! What authors did before a post that opens a case: whether they spoke well of us, what classes of customer their cases were
//! tagged with, and what of theirs nobody answered.
//!
//! What a post finds depends only on what came before it and never on how posts were cut into batches: what is stored is
//! read before a batch is written, and the batch is then laid over it post by post.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{Case, CaseId, CaseState, Outcome, Past, SignalName, Signals, Unanswered};

use super::book::Book;
use crate::Store;
use crate::db::{Tx, fetch_in};
use crate::error::StoreError;
use crate::statements as sql;

/// A case that was closed with such a word in its reason was nothing to answer.
const SPAM: &str = "spam";

/// A post of an author, with what became of it.
#[derive(Debug, sqlx::FromRow)]
struct PastRow {
    /// The post that it came before; 0 where that is not asked.
    post: i64,
    author: String,
    seq: i64,
    praises: i64,
    case_id: Option<i64>,
    state: Option<String>,
    outcome: Option<String>,
    reason: Option<String>,
    replied_at: Option<i64>,
    due_at: Option<i64>,
    tags: Option<Json<Vec<String>>>,
    dismissed: Option<String>,
}

/// What is known of one post of an author.
#[derive(Debug, Clone, Default)]
struct Known {
    praises: bool,
    case: Option<CaseId>,
    /// Dismissed by somebody who did not say that there was nothing to answer for us.
    is_dismissed: bool,
}

/// What is known of a case.
#[derive(Debug, Clone)]
struct KnownCase {
    tags: Vec<String>,
    is_closed_unanswered: bool,
    /// When it runs out while nobody has answered.
    late_from: Option<i64>,
}

impl PastRow {
    fn known(&self) -> Known {
        // What a person dismissed with one of these words might have been answered.
        let might = ["nothing_to_answer", "provocation", "other"];
        Known {
            praises: self.praises > 0,
            case: self.case_id.map(CaseId),
            is_dismissed: self.dismissed.as_deref().is_some_and(|reason| might.contains(&reason)),
        }
    }

    fn case(&self) -> Option<(CaseId, KnownCase)> {
        let is_unanswered = self.replied_at.is_none();
        let is_closed = self.state.as_deref() == Some("closed");
        let ended = self.outcome.as_deref() == Some(Outcome::NoAnswer.as_str()) && !is_spam(self.reason.as_deref());
        let case = KnownCase {
            tags: self.tags.as_ref().map(|tags| tags.0.clone()).unwrap_or_default(),
            is_closed_unanswered: is_closed && is_unanswered && ended,
            late_from: self.due_at.filter(|_| !is_closed && is_unanswered),
        };
        Some((CaseId(self.case_id?), case))
    }
}

fn is_spam(reason: Option<&str>) -> bool {
    reason.is_some_and(|reason| reason.to_lowercase().contains(SPAM))
}

impl KnownCase {
    /// As it stands in a transaction that may have changed it.
    fn now(&self, case: &Case) -> Self {
        let (is_closed_unanswered, is_closed) = match &case.state {
            CaseState::Closed { outcome: Outcome::NoAnswer, reason } => {
                (case.replied_at.is_none() && !is_spam(Some(reason)), true)
            }
            CaseState::Closed { .. } => (false, true),
            _ => (false, false),
        };
        let late_from = self.late_from.filter(|_| !is_closed && case.replied_at.is_none());
        Self { tags: case.tags.clone(), is_closed_unanswered, late_from }
    }
}

/// Whether what was understood of a post speaks well of us.
pub(crate) fn praises(signals: &Signals) -> bool {
    signals.find(SignalName::Sentiment).is_some_and(|signal| signal.label == "positive")
}

/// What an author had done when a post of theirs came, by `seq`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before(BTreeMap<i64, Known>);

/// The past of the authors whose posts open cases in a batch.
#[derive(Debug, Default)]
pub(crate) struct Pasts {
    /// For each author that is asked for, their posts by `seq`.
    authors: HashMap<String, BTreeMap<i64, Known>>,
    /// Posts of which nobody knows yet who wrote them, as far as the batch has to do with them.
    nameless: HashMap<i64, Known>,
    cases: HashMap<CaseId, KnownCase>,
    /// The cases of posts of the batch.
    held: HashMap<i64, CaseId>,
}

impl Pasts {
    /// Reads what is stored of authors before a batch is written. `again` are stored posts that come again and may open a
    /// case, or of which only now is said who wrote them: what came before them may be long ago.
    pub(crate) async fn load(tx: &mut Tx, authors: BTreeSet<String>, again: &[i64]) -> Result<Self, StoreError> {
        let mut pasts = Self::default();
        if authors.is_empty() {
            return Ok(pasts);
        }
        let keys: Vec<&str> = authors.iter().map(String::as_str).collect();
        let mut rows: Vec<PastRow> = fetch_in!(&mut *tx, PastRow, sql::PAST_OF_AUTHORS_HEAD, keys);
        let before: Vec<PastRow> = fetch_in!(&mut *tx, PastRow, sql::PAST_OF_POSTS_HEAD, again);
        let themselves: Vec<PastRow> = fetch_in!(&mut *tx, PastRow, sql::PAST_OF_THEMSELVES_HEAD, again);
        rows.extend(before.into_iter().chain(themselves));
        pasts.authors = authors.into_iter().map(|author| (author, BTreeMap::new())).collect();
        for row in rows {
            pasts.cases.extend(row.case());
            let known = row.known();
            if row.author.is_empty() {
                pasts.nameless.insert(row.seq, known);
            } else if let Some(posts) = pasts.authors.get_mut(&row.author) {
                posts.insert(row.seq, known);
            }
        }
        Ok(pasts)
    }

    /// Lays a post of the batch over what is known, a new one or a new version, and tells what came before it if it may
    /// open a case.
    pub(crate) fn lay(&mut self, seq: i64, author: Option<&str>, signals: &Signals, opens: bool) -> Before {
        if self.authors.is_empty() {
            return Before::default();
        }
        let posts = author.map(|author| self.authors.get_mut(author));
        // Nobody asks for whoever wrote it.
        if matches!(posts, Some(None)) {
            return Before::default();
        }
        let posts = posts.flatten();
        let old = self.nameless.remove(&seq).or_else(|| posts.as_ref()?.get(&seq).cloned());
        let known = match old {
            // A version need not be understood.
            Some(old) if signals.0.is_empty() => old,
            old => Known { praises: praises(signals), ..old.unwrap_or_default() },
        };
        let Some(posts) = posts else {
            self.nameless.insert(seq, known);
            return Before::default();
        };
        posts.insert(seq, known);
        let before = || posts.range(..seq).rev().take(Past::POSTS).map(|(seq, known)| (*seq, known.clone())).collect();
        Before(if opens { before() } else { BTreeMap::new() })
    }

    /// A post of the batch belongs to a case.
    pub(super) fn hold(&mut self, post: i64, case: CaseId) {
        if !self.authors.is_empty() {
            self.held.insert(post, case);
        }
    }

    /// What is known of the author of a post that opens a case.
    pub(super) fn of(&self, before: &Before, at: Timestamp, book: &Book) -> Past {
        let case_of = |seq: i64, known: &Known| {
            let id = known.case.or_else(|| self.held.get(&seq).copied())?;
            let stored = self.cases.get(&id);
            let fresh = KnownCase { tags: Vec::new(), is_closed_unanswered: false, late_from: None };
            match book.find(id) {
                Some(case) => Some(stored.unwrap_or(&fresh).now(case)),
                None => stored.cloned(),
            }
        };
        tell(before.0.iter().rev().map(|(seq, known)| (known, case_of(*seq, known))), at)
    }
}

/// What posts tell of their author, the newest first.
fn tell<'a>(posts: impl Iterator<Item = (&'a Known, Option<KnownCase>)>, at: Timestamp) -> Past {
    let mut past = Past::default();
    for (known, case) in posts {
        past.praises += u32::from(known.praises);
        let unanswered = match &case {
            Some(case) if case.is_closed_unanswered => Some(Unanswered::Closed),
            Some(case) if case.late_from.is_some_and(|late| late <= at.as_microsecond()) => Some(Unanswered::Late),
            None if known.is_dismissed => Some(Unanswered::Dismissed),
            _ => None,
        };
        past.unanswered = past.unanswered.or(unanswered);
        past.tags.extend(case.into_iter().flat_map(|case| case.tags));
    }
    past
}

impl Store {
    /// What is known by a moment of the authors of posts from before each of them; nothing of those without an author.
    pub async fn pasts_of(&self, posts: &[i64], at: Timestamp) -> Result<HashMap<i64, Past>, StoreError> {
        let mut tx = self.read().await?;
        let mut rows: Vec<PastRow> = fetch_in!(&mut tx, PastRow, sql::PAST_OF_POSTS_HEAD, posts);
        rows.sort_by_key(|row| (row.post, std::cmp::Reverse(row.seq)));
        // A list of keys is filled up by repeating one.
        rows.dedup_by_key(|row| (row.post, row.seq));
        let pasts = rows.chunk_by(|one, other| one.post == other.post).filter_map(|rows| {
            let known: Vec<(Known, Option<KnownCase>)> =
                rows.iter().map(|row| (row.known(), row.case().map(|(_, case)| case))).collect();
            Some((rows.first()?.post, tell(known.iter().map(|(known, case)| (known, case.clone())), at)))
        });
        Ok(pasts.collect())
    }
}

//! What becomes of each post, decided in memory: everything stored that a batch may concern goes in, posts are settled one
//! after the other, and each entry remembers what has to be written. No SQL, no clock.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::types::Json;
use switchboard_model::{Decided, Delivery, FateReason, Match, Post, SearchId, Signals, SourceId, Span};
use uuid::Uuid;

use super::article::article_key;
use super::author::{author_key, raise, renew};
use crate::clean::{clean_key, clean_post, clean_signals, cleaned, count, micros, refusal};
use crate::rows::{AuthorRow, MentionRow, PostRow, VersionRow};

const HOUR_US: i64 = 3_600_000_000;

/// What became of one post, and which entry it became or met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) reason: FateReason,
    pub(super) entry: Option<usize>,
    /// It is there, or wanted, for the first time.
    pub(super) is_news: bool,
    /// The key of its author as far as it was known then.
    pub(super) author: Option<String>,
    /// It said who wrote a post of which nobody knew.
    pub(super) names_author: bool,
}

impl Outcome {
    fn new(reason: FateReason, entry: Option<usize>, is_news: bool) -> Self {
        Self { reason, entry, is_news, author: None, names_author: false }
    }

    fn old(reason: FateReason, entry: Option<usize>) -> Self {
        Self::new(reason, entry, false)
    }
}

/// What is known of the posts and authors that a batch concerns.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Stored ones first, in the order of their `seq`; then new ones in the order of arrival.
    pub(super) entries: Vec<Entry>,
    pub(super) authors: BTreeMap<String, AuthorEntry>,
    pub(super) fates: BTreeMap<(SourceId, i64, FateReason), i64>,
    sources: HashSet<Uuid>,
    searches: HashSet<Uuid>,
    by_id: HashMap<String, usize>,
    by_article: HashMap<Uuid, BTreeSet<usize>>,
}

/// One post as it stands, and what of it has to be written.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) row: PostRow,
    pub(super) change: Change,
    pub(super) mentions: BTreeMap<SearchId, Mention>,
    /// Versions that came to be in this batch.
    pub(super) versions: Vec<VersionRow>,
    pub(super) signals: SignalChange,
    /// Deleted in this batch: what is stored of it loses its words.
    pub(super) is_erased: bool,
    /// What the index of words has to hold from now on; nothing where that stays.
    pub(super) words: Option<String>,
    /// The hour in which its stored mentions are counted.
    pub(super) counted_in: i64,
}

/// How much of a row has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    None,
    Figures,
    Content,
    New,
}

/// That a search matched, and whether that has to be written.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) spans: Vec<Span>,
    pub(super) change: MentionChange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MentionChange {
    None,
    Spans,
    New,
}

/// What has to be done about a post's signals.
#[derive(Debug)]
pub(super) enum SignalChange {
    None,
    Replace(Signals),
}

/// An author and whether it has to be written.
#[derive(Debug)]
pub(super) struct AuthorEntry {
    pub(super) row: AuthorRow,
    pub(super) is_changed: bool,
    /// Handle or name are others than they were.
    pub(super) is_renamed: bool,
}

impl Ledger {
    /// What is stored: rows of posts in the order of their `seq`, and what belongs to them.
    pub(super) fn new(sources: HashSet<Uuid>, searches: HashSet<Uuid>, rows: Vec<PostRow>) -> Self {
        let mut ledger = Self { sources, searches, ..Self::default() };
        for row in rows {
            ledger.add(row, Change::None);
        }
        ledger
    }

    pub(super) fn know_mentions(&mut self, rows: Vec<MentionRow>) {
        let by_seq: HashMap<i64, usize> =
            self.entries.iter().enumerate().map(|(at, entry)| (entry.row.seq, at)).collect();
        for MentionRow { search, post, spans } in rows {
            let entry = by_seq.get(&post).and_then(|at| self.entries.get_mut(*at));
            if let Some(entry) = entry {
                entry.mentions.insert(SearchId(search), Mention { spans: spans.0, change: MentionChange::None });
            }
        }
    }

    pub(super) fn know_authors(&mut self, rows: Vec<AuthorRow>) {
        for row in rows {
            self.authors.insert(row.key.clone(), AuthorEntry { row, is_changed: false, is_renamed: false });
        }
    }

    pub(super) fn seq(&self, at: usize) -> i64 {
        self.entries.get(at).map_or(0, |entry| entry.row.seq)
    }

    /// Counts fates that were clear before the batch came here.
    pub(super) fn count(&mut self, delivery: &Delivery) {
        for fate in &delivery.fates {
            let posts = i64::try_from(fate.posts).unwrap_or(i64::MAX);
            self.add_fate(delivery, fate.reason, posts);
        }
    }

    /// Decides the fate of one post and counts it.
    pub(super) fn settle(&mut self, delivery: &Delivery, decided: &Decided) -> Outcome {
        let mut outcome = match refusal(decided) {
            Some(reason) => Outcome::old(reason, None),
            None => self.take(delivery, &Arriving::new(delivery, decided, &self.searches)),
        };
        outcome.author = outcome.entry.and_then(|at| self.author_of(at));
        self.add_fate(delivery, outcome.reason, 1);
        outcome
    }

    fn add_fate(&mut self, delivery: &Delivery, reason: FateReason, posts: i64) {
        if posts > 0 {
            let at = delivery.captured_at.as_microsecond();
            let hour = hour_of(at);
            *self.fates.entry((delivery.source, hour, reason)).or_default() += posts;
        }
    }

    fn take(&mut self, delivery: &Delivery, arriving: &Arriving<'_>) -> Outcome {
        let post = &arriving.post;
        if let Some(at) = self.by_id.get(post.id.as_str()).copied() {
            let (before, author) = (self.wanted(at), self.author_of(at));
            let reason = self.meet(at, arriving);
            let (was, is) = (before, self.wanted(at));
            // A copy that tells of another search is no news; one that tells that it was said to us is.
            let is_news = is.0 && !was.0 || reason == FateReason::Version && is.1 > was.1;
            let names_author = author.is_none() && self.author_of(at).is_some();
            return Outcome { names_author, ..Outcome::new(reason, Some(at), is_news) };
        }
        if post.deleted {
            return Outcome::old(FateReason::UnknownDeletion, None);
        }
        if !arriving.is_wanted() {
            return Outcome::old(FateReason::NoSearch, None);
        }
        let twin = arriving.article_key().and_then(|key| self.by_article.get(&key)?.first().copied());
        if let Some(at) = twin {
            if let Some(entry) = self.entries.get_mut(at) {
                entry.join(arriving);
            }
            return Outcome::old(FateReason::SameUrl, Some(at));
        }
        Outcome::new(FateReason::New, Some(self.store(delivery, arriving)), true)
    }

    /// How much an entry is wanted: whether it is addressed to us, and by how many searches.
    fn wanted(&self, at: usize) -> (bool, usize) {
        self.entries.get(at).map_or((false, 0), |entry| (entry.row.is_addressed, entry.mentions.len()))
    }

    fn author_of(&self, at: usize) -> Option<String> {
        self.entries.get(at)?.row.author.clone()
    }

    /// A post that is there already.
    fn meet(&mut self, at: usize, arriving: &Arriving<'_>) -> FateReason {
        let Some(entry) = self.entries.get_mut(at) else { return FateReason::SameId };
        if entry.row.deleted_at.is_some() {
            return FateReason::SameId;
        }
        let old_key = entry.row.article_key;
        let reason = if arriving.post.deleted {
            entry.erase(arriving);
            FateReason::Deletion
        } else if micros(arriving.post.edited_at) > entry.row.edited_at {
            entry.renew(arriving);
            FateReason::Version
        } else {
            entry.join(arriving);
            entry.refresh(&arriving.post);
            FateReason::SameId
        };
        let (new_key, stored_author) = (entry.row.article_key, entry.row.author.clone());
        self.move_article(at, old_key, new_key);
        match reason {
            FateReason::Version => self.renew_author(at, stored_author, arriving),
            FateReason::SameId => self.refresh_author(stored_author, arriving),
            _ => {}
        }
        reason
    }

    fn store(&mut self, delivery: &Delivery, arriving: &Arriving<'_>) -> usize {
        let source = Some(delivery.source).filter(|source| self.sources.contains(&source.0));
        let mut row = PostRow::new(arriving.post.clone(), source, arriving.at);
        row.canonical_url.clone_from(&arriving.canonical_url);
        row.article_key = arriving.article_key();
        row.is_addressed = arriving.is_addressed;
        row.author = self.see_author(arriving);
        let at = self.add(row, Change::New);
        if let Some(entry) = self.entries.get_mut(at) {
            entry.words = Some(cleaned(arriving.words));
            for found in &arriving.matches {
                entry.mention(found.search, found.spans.clone());
            }
            if !arriving.signals.0.is_empty() {
                entry.signals = SignalChange::Replace(clean_signals(arriving.signals));
            }
        }
        at
    }

    fn add(&mut self, row: PostRow, change: Change) -> usize {
        let at = self.entries.len();
        self.by_id.insert(row.id.clone(), at);
        self.move_article(at, None, row.article_key);
        self.entries.push(Entry {
            counted_in: hour_of(row.posted_at.unwrap_or(row.captured_at)),
            row,
            change,
            mentions: BTreeMap::new(),
            versions: Vec::new(),
            signals: SignalChange::None,
            is_erased: false,
            words: None,
        });
        at
    }

    fn move_article(&mut self, at: usize, old: Option<Uuid>, new: Option<Uuid>) {
        if old == new {
            if let Some(key) = new {
                self.by_article.entry(key).or_default().insert(at);
            }
            return;
        }
        if let Some(entries) = old.and_then(|key| self.by_article.get_mut(&key)) {
            entries.remove(&at);
        }
        if let Some(key) = new {
            self.by_article.entry(key).or_default().insert(at);
        }
    }

    /// Takes over what a new post or version shows of its author.
    fn see_author(&mut self, arriving: &Arriving<'_>) -> Option<String> {
        let seen = arriving.author()?;
        let key = seen.key.clone();
        match self.authors.get_mut(&key) {
            Some(known) => {
                let before = (known.row.handle.clone(), known.row.name.clone());
                known.is_changed |= renew(&mut known.row, &seen);
                known.is_renamed |= before != (known.row.handle.clone(), known.row.name.clone());
            }
            None => {
                self.authors.insert(key.clone(), AuthorEntry { row: seen, is_changed: true, is_renamed: false });
            }
        }
        Some(key)
    }

    /// What a version shows of its author. Nobody takes over what somebody else said by editing it.
    fn renew_author(&mut self, at: usize, stored: Option<String>, arriving: &Arriving<'_>) {
        let is_foreign = stored.is_some() && arriving.author().map(|seen| seen.key) != stored;
        if is_foreign {
            return;
        }
        if let Some(key) = self.see_author(arriving)
            && let Some(entry) = self.entries.get_mut(at)
        {
            entry.row.author = Some(key);
        }
    }

    fn refresh_author(&mut self, stored: Option<String>, arriving: &Arriving<'_>) {
        let Some(seen) = arriving.author().filter(|seen| Some(&seen.key) == stored.as_ref()) else { return };
        if let Some(known) = self.authors.get_mut(&seen.key) {
            known.is_changed |= raise(&mut known.row, &seen);
        }
    }
}

/// When the hour of a moment began.
fn hour_of(at: i64) -> i64 {
    at - at.rem_euclid(HOUR_US)
}

impl Entry {
    /// The hour in which its mentions count: that of its publication, else of its capture.
    pub(super) fn hour(&self) -> i64 {
        hour_of(self.row.posted_at.unwrap_or(self.row.captured_at))
    }

    fn touch(&mut self, change: Change) {
        self.change = self.change.max(change);
    }

    fn mention(&mut self, search: SearchId, spans: Vec<Span>) {
        match self.mentions.get_mut(&search) {
            None => drop(self.mentions.insert(search, Mention { spans, change: MentionChange::New })),
            Some(known) if known.spans != spans => {
                known.spans = spans;
                if known.change == MentionChange::None {
                    known.change = MentionChange::Spans;
                }
            }
            Some(_) => {}
        }
    }

    /// The same post again, or its article from another feed: more searches may want it, and it may be addressed to us.
    fn join(&mut self, arriving: &Arriving<'_>) {
        // Places of words are kept only where they are places in the text that is stored.
        let is_same_text = arriving.post.text == self.row.text && arriving.post.title == self.row.title;
        for found in &arriving.matches {
            if !self.mentions.contains_key(&found.search) {
                self.mention(found.search, if is_same_text { found.spans.clone() } else { Vec::new() });
            }
        }
        if arriving.is_addressed && !self.row.is_addressed {
            self.row.is_addressed = true;
            self.touch(Change::Figures);
        }
    }

    /// Figures only grow here: a late copy must not undo what a newer one told.
    fn refresh(&mut self, post: &Post) {
        let row = &mut self.row;
        let before = (row.likes, row.replies, row.reshares, row.views);
        row.likes = row.likes.max(count(post.engagement.likes));
        row.replies = row.replies.max(count(post.engagement.replies));
        row.reshares = row.reshares.max(count(post.engagement.reshares));
        row.views = row.views.max(count(post.engagement.views));
        if before != (row.likes, row.replies, row.reshares, row.views) {
            self.touch(Change::Figures);
        }
    }

    /// A later version takes the place of what was there, which becomes an earlier version.
    fn renew(&mut self, arriving: &Arriving<'_>) {
        let post = &arriving.post;
        let row = &mut self.row;
        let links = std::mem::replace(&mut row.links, Json(post.links.clone()));
        let media = std::mem::replace(&mut row.media, Json(post.media.clone()));
        self.versions.push(VersionRow {
            post: row.seq,
            version: row.version,
            title: std::mem::replace(&mut row.title, post.title.clone()),
            text: std::mem::replace(&mut row.text, post.text.clone()),
            links,
            media,
            raw: std::mem::replace(&mut row.raw, post.raw.clone().map(Json)),
            edited_at: row.edited_at,
            captured_at: row.version_at,
        });
        row.version += 1;
        row.version_at = arriving.at;
        row.edited_at = micros(post.edited_at);
        row.lang.clone_from(&post.lang);
        post.visibility.as_str().clone_into(&mut row.visibility);
        // What an edit leaves out, it does not take back.
        for (known, new) in [
            (&mut row.url, &post.url),
            (&mut row.in_reply_to, &post.in_reply_to),
            (&mut row.thread, &post.thread),
            (&mut row.canonical_url, &arriving.canonical_url),
        ] {
            if new.is_some() {
                known.clone_from(new);
            }
        }
        row.posted_at = row.posted_at.or(micros(post.posted_at));
        row.kind = post.kind.map(|kind| kind.as_str().to_owned()).or(row.kind.take());
        row.rating = post.rating.or(row.rating);
        row.likes = count(post.engagement.likes).or(row.likes);
        row.replies = count(post.engagement.replies).or(row.replies);
        row.reshares = count(post.engagement.reshares).or(row.reshares);
        row.views = count(post.engagement.views).or(row.views);
        row.is_addressed |= arriving.is_addressed;
        row.article_key = article_key(&row.network, row.canonical_url.as_deref(), &row.title);
        self.words = Some(cleaned(arriving.words));
        self.touch(Change::Content);
        let lost: Vec<SearchId> = self.mentions.keys().copied().filter(|search| !arriving.has(*search)).collect();
        for search in lost {
            self.mention(search, Vec::new());
        }
        for found in &arriving.matches {
            self.mention(found.search, found.spans.clone());
        }
        if !arriving.signals.0.is_empty() {
            self.signals = SignalChange::Replace(clean_signals(arriving.signals));
        }
    }

    /// Its words go, everywhere; the fact that it was there stays.
    fn erase(&mut self, arriving: &Arriving<'_>) {
        let row = &mut self.row;
        row.title.clear();
        row.text.clear();
        row.links.0.clear();
        row.media.0.clear();
        row.raw = None;
        row.article_key = None;
        row.deleted_at = Some(arriving.at);
        self.is_erased = true;
        self.words = Some(String::new());
        self.touch(Change::Content);
        for version in &mut self.versions {
            version.title.clear();
            version.text.clear();
            version.links.0.clear();
            version.media.0.clear();
            version.raw = None;
        }
        for mention in self.mentions.values_mut() {
            mention.spans.clear();
        }
        // The evidence quotes the post.
        if let SignalChange::Replace(signals) = &mut self.signals {
            signals.0.iter_mut().for_each(|signal| signal.evidence.clear());
        }
    }
}

/// A post on its way in, cleaned.
struct Arriving<'a> {
    post: Post,
    canonical_url: Option<String>,
    is_addressed: bool,
    matches: Vec<&'a Match>,
    signals: &'a Signals,
    words: &'a str,
    at: i64,
}

impl<'a> Arriving<'a> {
    fn new(delivery: &Delivery, decided: &'a Decided, searches: &HashSet<Uuid>) -> Self {
        Self {
            post: clean_post(&decided.post),
            canonical_url: clean_key(decided.canonical_url.as_deref()),
            is_addressed: decided.is_addressed,
            // A search may have been removed since the post was matched.
            matches: decided.matches.iter().filter(|found| searches.contains(&found.search.0)).collect(),
            signals: &decided.signals,
            words: &decided.words,
            at: delivery.captured_at.as_microsecond(),
        }
    }

    fn is_wanted(&self) -> bool {
        self.is_addressed || !self.matches.is_empty()
    }

    fn has(&self, search: SearchId) -> bool {
        self.matches.iter().any(|found| found.search == search)
    }

    fn article_key(&self) -> Option<Uuid> {
        article_key(&self.post.network, self.canonical_url.as_deref(), &self.post.title)
    }

    fn author(&self) -> Option<AuthorRow> {
        let author = self.post.author.as_ref()?;
        Some(AuthorRow::new(author_key(&self.post.network, author)?, author))
    }
}

/// What has to be loaded for a post before it can be settled: its id, the key of its author, the key of its article.
pub(super) fn keys(decided: &Decided) -> (String, Option<String>, Option<Uuid>) {
    let post = &decided.post;
    let id = crate::clean::cleaned(post.id.as_str());
    let mut author = post.author.clone();
    if let Some(author) = &mut author {
        crate::clean::clean_author(author);
    }
    let network = crate::clean::cleaned(&post.network);
    let author = author.and_then(|author| author_key(&network, &author));
    let article = clean_key(decided.canonical_url.as_deref());
    let article = article_key(&network, article.as_deref(), &crate::clean::cleaned(&post.title));
    (id, author, article)
}

//! Reading posts: pages cut by `seq`, with authors, matches and signals loaded for a whole page at once.

use std::collections::{BTreeMap, HashMap};

use switchboard_model::{
    Author, Match, PostFilter, PostId, PostVersion, SearchId, Signals, SourceId, StoredPost, Visibility,
};

use crate::clean::{cleaned, time, time_of};
use crate::commit::author_key;
use crate::db::{Tx, fetch_in, on};
use crate::error::StoreError;
use crate::rows::{AuthorRow, MentionRow, PostRow, SignalRow};
use crate::{Store, statements as sql};

/// The most posts of one page; who wants more asks again.
const MAX_PAGE: u32 = 10_000;

impl Store {
    /// Posts that the filter asks for: newest first, or oldest first with `after`. At most 10,000 at a time.
    pub async fn list_posts(&self, filter: &PostFilter) -> Result<Vec<StoredPost>, StoreError> {
        if filter.limit == 0 {
            return Ok(Vec::new());
        }
        let mut tx = self.read().await?;
        let rows = select(&mut tx, filter).await?;
        complete(&mut tx, rows).await
    }

    /// All posts with a greater `seq`, public or not, oldest first: the next piece of an export.
    pub async fn posts_after(&self, seq: i64, limit: u32) -> Result<Vec<StoredPost>, StoreError> {
        let filter = PostFilter { after: Some(seq), with_private: true, limit, ..PostFilter::default() };
        self.list_posts(&filter).await
    }

    /// The post with that id.
    pub async fn find_post(&self, id: &PostId) -> Result<Option<StoredPost>, StoreError> {
        let id = cleaned(id.as_str());
        let mut tx = self.read().await?;
        let row: Option<PostRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_POST).bind(&id).fetch_optional(&mut *conn).await?);
        Ok(complete(&mut tx, row.into_iter().collect()).await?.pop())
    }

    /// The author of whom the network gave this id.
    pub async fn find_author(&self, id: &str) -> Result<Option<Author>, StoreError> {
        let author = Author { id: cleaned(id), ..Author::default() };
        let network = id.split(':').next().unwrap_or_default();
        let Some(key) = author_key(network, &author) else { return Ok(None) };
        let mut tx = self.read().await?;
        authors_by_key(&mut tx, &[&key]).await?.first().map(AuthorRow::to_author).transpose()
    }

    /// The earlier versions of a post, oldest first.
    pub async fn versions(&self, seq: i64) -> Result<Vec<PostVersion>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, String, String, Option<i64>, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_VERSIONS).bind(seq).fetch_all(&mut *conn).await?);
        let version = |(version, title, text, edited_at, captured_at)| {
            Ok(PostVersion {
                version: number(version),
                title,
                text,
                edited_at: time_of(edited_at)?,
                captured_at: time(captured_at)?,
            })
        };
        rows.into_iter().map(version).collect()
    }
}

pub(crate) async fn select(tx: &mut Tx, filter: &PostFilter) -> Result<Vec<PostRow>, StoreError> {
    let (head, seq) = match filter.search {
        Some(_) => (sql::POSTS_OF_SEARCH_HEAD, "mentions.post"),
        None => (sql::POSTS_HEAD, "posts.seq"),
    };
    let network = filter.network.as_deref().map(cleaned);
    let order = if filter.after.is_some() { "" } else { " desc" };
    Ok(on!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(head);
        if let Some(search) = filter.search {
            query.push(" and mentions.search = ").push_bind(search.0);
        }
        if let Some(source) = filter.source {
            query.push(" and posts.source = ").push_bind(source.0);
        }
        if let Some(network) = &network {
            query.push(" and posts.network = ").push_bind(network);
        }
        if !filter.with_private {
            query.push(" and posts.visibility = ").push_bind(Visibility::Public.as_str());
        }
        if let Some(before) = filter.before {
            query.push(" and ").push(seq).push(" < ").push_bind(before);
        }
        if let Some(after) = filter.after {
            query.push(" and ").push(seq).push(" > ").push_bind(after);
        }
        query.push(" order by ").push(seq).push(order).push(" limit ").push_bind(i64::from(filter.limit.min(MAX_PAGE)));
        query.build_query_as::<PostRow>().fetch_all(&mut *conn).await?
    }))
}

/// Loads what belongs to the posts of a page, each kind for all of them together.
pub(crate) async fn complete(tx: &mut Tx, rows: Vec<PostRow>) -> Result<Vec<StoredPost>, StoreError> {
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let mut keys: Vec<&str> = rows.iter().filter_map(|row| row.author.as_deref()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut authors: HashMap<String, Author> = HashMap::new();
    for row in authors_by_key(tx, &keys).await? {
        authors.insert(row.key.clone(), row.to_author()?);
    }
    let mut matches: HashMap<i64, BTreeMap<SearchId, Match>> = HashMap::new();
    for row in mentions_of(tx, &seqs).await? {
        let search = SearchId(row.search);
        matches.entry(row.post).or_default().insert(search, Match { search, spans: row.spans.0 });
    }
    let mut signals: HashMap<i64, BTreeMap<i64, SignalRow>> = HashMap::new();
    for row in signals_of(tx, &seqs).await? {
        signals.entry(row.post).or_default().insert(row.place, row);
    }
    let stored = |row: PostRow| {
        let author = row.author.as_ref().and_then(|key| authors.get(key).cloned());
        let signals = signals.remove(&row.seq).unwrap_or_default();
        Ok(StoredPost {
            seq: row.seq,
            captured_at: time(row.captured_at)?,
            version: number(row.version),
            deleted_at: time_of(row.deleted_at)?,
            source: row.source.map(SourceId),
            is_addressed: row.is_addressed,
            matches: matches.remove(&row.seq).unwrap_or_default().into_values().collect(),
            signals: Signals(signals.into_values().map(SignalRow::into_signal).collect::<Result<_, _>>()?),
            post: row.into_post(author)?,
        })
    };
    rows.into_iter().map(stored).collect()
}

/// The posts of these places that are there.
pub(crate) async fn posts_by_seq(tx: &mut Tx, seqs: &[i64]) -> Result<Vec<StoredPost>, StoreError> {
    let seqs: Vec<i64> = seqs.iter().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let rows = fetch_in!(&mut *tx, PostRow, sql::POSTS_BY_SEQ_HEAD, seqs);
    complete(tx, rows).await
}

pub(crate) async fn authors_by_key(tx: &mut Tx, keys: &[&str]) -> Result<Vec<AuthorRow>, StoreError> {
    Ok(fetch_in!(tx, AuthorRow, sql::AUTHORS_HEAD, keys))
}

pub(crate) async fn mentions_of(tx: &mut Tx, seqs: &[i64]) -> Result<Vec<MentionRow>, StoreError> {
    Ok(fetch_in!(tx, MentionRow, sql::MENTIONS_HEAD, seqs))
}

async fn signals_of(tx: &mut Tx, seqs: &[i64]) -> Result<Vec<SignalRow>, StoreError> {
    Ok(fetch_in!(tx, SignalRow, sql::SIGNALS_HEAD, seqs))
}

fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}

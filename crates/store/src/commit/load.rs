//! Loads what is stored of the posts, articles and authors that a batch concerns.

use std::collections::{BTreeSet, HashSet};

use switchboard_model::Delivery;
use uuid::Uuid;

use super::Failure;
use super::ledger::{Ledger, keys};
use crate::clean::refusal;
use crate::db::{Tx, fetch_in};
use crate::posts::{authors_by_key, mentions_of};
use crate::rows::PostRow;
use crate::statements as sql;

pub(super) async fn load(tx: &mut Tx, deliveries: &[Delivery]) -> Result<Ledger, Failure> {
    let (mut ids, mut authors, mut articles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for decided in deliveries.iter().flat_map(|delivery| &delivery.posts) {
        if refusal(decided).is_none() {
            let (id, author, article) = keys(decided);
            ids.insert(id);
            authors.extend(author);
            articles.extend(article);
        }
    }
    let mut rows = posts_by_id(tx, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    rows.extend(posts_by_article(tx, &articles.into_iter().collect::<Vec<_>>()).await?);
    rows.sort_by_key(|row| row.seq);
    rows.dedup_by_key(|row| row.seq);
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let sources = deliveries.iter().map(|delivery| delivery.source.0).collect();
    let posts = deliveries.iter().flat_map(|delivery| &delivery.posts);
    let searches = posts.flat_map(|decided| &decided.matches).map(|found| found.search.0).collect();
    let sources = known(tx, sql::SOURCE_IDS_HEAD, sources).await?;
    let searches = known(tx, sql::SEARCH_IDS_HEAD, searches).await?;
    let mut ledger = Ledger::new(sources, searches, rows);
    ledger.know_mentions(mentions_of(tx, &seqs).await?);
    ledger.know_authors(authors_by_key(tx, &authors.iter().map(String::as_str).collect::<Vec<_>>()).await?);
    Ok(ledger)
}

async fn posts_by_id(tx: &mut Tx, ids: &[&str]) -> Result<Vec<PostRow>, Failure> {
    Ok(fetch_in!(&mut *tx, PostRow, sql::POSTS_BY_ID_HEAD, ids))
}

async fn posts_by_article(tx: &mut Tx, keys: &[Uuid]) -> Result<Vec<PostRow>, Failure> {
    Ok(fetch_in!(&mut *tx, PostRow, sql::POSTS_BY_ARTICLE_HEAD, keys))
}

/// Which of the sources or searches are still there: they may have been removed since the posts were decided.
async fn known(tx: &mut Tx, head: &'static str, ids: BTreeSet<Uuid>) -> Result<HashSet<Uuid>, Failure> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = fetch_in!(&mut *tx, (Uuid,), head, &ids);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

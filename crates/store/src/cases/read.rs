//! Reading cases: one with its history, and lists that are cut by a place in their order.

use std::collections::HashMap;

use switchboard_model::{Case, CaseFilter, CaseId, CaseOrder, Due, Event, StoredPost};

use super::chosen::{Asked, push_conditions};
use super::clocks::clocks_of;
use super::event::EventRow;
use super::row::CaseRow;
use crate::Store;
use crate::clean::time_of;
use crate::db::{Tx, fetch_in, on};
use crate::error::StoreError;
use crate::posts::posts_by_seq;
use crate::statements as sql;

/// The most cases of one page; who wants more asks again.
const MAX_PAGE: u32 = 1_000;

/// One case of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCase {
    /// The case.
    pub case: Case,
    /// The newest post of its conversation that is not ours and that may be seen.
    pub newest: Option<StoredPost>,
    /// The post that it was opened for, where that is another one.
    pub first: Option<StoredPost>,
    /// The clock that runs out first.
    pub due: Option<Due>,
}

impl Store {
    /// The case of that number.
    pub async fn find_case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        find_case(&mut self.read().await?, id).await
    }

    /// The case whose conversation a post belongs to.
    pub async fn find_case_of_post(&self, post: i64) -> Result<Option<Case>, StoreError> {
        find_case_of_post(&mut self.read().await?, post).await
    }

    /// The cases whose conversations these posts belong to, newest case first.
    pub async fn cases_of_posts(&self, posts: &[i64]) -> Result<Vec<Case>, StoreError> {
        let mut tx = self.read().await?;
        let rows = fetch_in!(&mut tx, (i64, i64), sql::CASES_BY_POST_HEAD, posts);
        let mut ids: Vec<i64> = rows.into_iter().map(|(_, case)| case).collect();
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        ids.dedup();
        let mut cases = cases_by_id(&mut tx, &ids).await?;
        cases.sort_by_key(|case| std::cmp::Reverse(case.id));
        Ok(cases)
    }

    /// The cases of these numbers that are there.
    pub async fn find_cases(&self, ids: &[CaseId]) -> Result<Vec<Case>, StoreError> {
        cases_by_id(&mut self.read().await?, &ids.iter().map(|id| id.0).collect::<Vec<_>>()).await
    }

    /// The whole history of a case, oldest first.
    pub async fn case_events(&self, id: CaseId) -> Result<Vec<Event>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<EventRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::EVENTS_OF_CASE).bind(id.0).fetch_all(&mut *conn).await?);
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// How the history of a case begins, and its newest `limit` events, oldest first.
    pub async fn newest_case_events(&self, id: CaseId, limit: u32) -> Result<Vec<Event>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<EventRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::NEWEST_EVENTS_OF_CASE).bind(id.0).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// The posts that these cases were opened for, in no order.
    pub async fn first_posts(&self, cases: &[Case]) -> Result<Vec<StoredPost>, StoreError> {
        let seqs: Vec<i64> = cases.iter().map(|case| case.post).collect();
        posts_by_seq(&mut self.read().await?, &seqs).await
    }

    /// The newest posts of a case's conversation that we hold, oldest first.
    pub async fn case_posts(&self, id: CaseId, limit: u32) -> Result<Vec<StoredPost>, StoreError> {
        let mut tx = self.read().await?;
        let seqs: Vec<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::NEWEST_POSTS_OF_CASE)
                .bind(id.0)
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        let mut posts = posts_by_seq(&mut tx, &seqs).await?;
        posts.sort_by_key(|post| post.seq);
        Ok(posts)
    }

    /// Posts by their `seq`; those that are there, in no order.
    pub async fn find_posts(&self, seqs: &[i64]) -> Result<Vec<StoredPost>, StoreError> {
        posts_by_seq(&mut self.read().await?, seqs).await
    }

    /// Cases that the filter asks for with those posts of each that may be seen: most urgent first, closed ones last
    /// changed first, or newest first. At most 1,000 at a time.
    pub async fn list_cases(&self, filter: &CaseFilter) -> Result<Vec<ListedCase>, StoreError> {
        let limit = filter.limit.min(MAX_PAGE) as usize;
        let mut tx = self.read().await?;
        let mut cases = Vec::new();
        let asked = Asked::new(&mut tx, filter).await?;
        let states = asked.states();
        for state in &states {
            for row in select(&mut tx, &asked, state).await? {
                cases.push(row.into_case()?);
            }
        }
        if states.len() > 1 {
            cases.sort_by_key(|case| {
                let place = filter.place_of(case);
                std::cmp::Reverse((place.rank, place.id))
            });
            cases.truncate(limit);
        }
        let seqs: Vec<i64> = cases.iter().flat_map(|case| [case.newest_post, case.post]).collect();
        let posts = posts_by_seq(&mut tx, &seqs).await?;
        let posts: HashMap<i64, StoredPost> = posts.into_iter().map(|post| (post.seq, post)).collect();
        let may_see = |post: &&StoredPost| filter.with_private || post.post.visibility.is_open();
        let seen = |seq: i64| posts.get(&seq).filter(may_see).cloned();
        let clocks = clocks_of(&mut tx, &cases.iter().map(|case| case.id).collect::<Vec<_>>()).await?;
        let listed = |case: Case| {
            let first = seen(case.post);
            let due = clocks.get(&case.id).and_then(|clock| clock.due);
            match seen(case.newest_post).filter(|_| case.newest_post != case.post) {
                Some(newest) => ListedCase { case, newest: Some(newest), first, due },
                None => ListedCase { case, newest: first, first: None, due },
            }
        };
        Ok(cases.into_iter().map(listed).collect())
    }

    /// Cases whose sleep or offer is over at a moment, the longest overdue first.
    pub async fn due_cases(&self, now: jiff::Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::DUE_CASES)
                .bind(now.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(&mut *conn)
                .await?
        });
        Ok(rows.into_iter().map(|(id, _)| CaseId(id)).collect())
    }

    /// When the next sleep or offer is over.
    pub async fn next_due(&self) -> Result<Option<jiff::Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let due: Option<i64> = on!(&mut tx, |conn| sqlx::query_scalar(sql::NEXT_DUE).fetch_one(&mut *conn).await?);
        time_of(due)
    }

    /// Ids that lead to a case, in their order: the next piece after `after`.
    pub async fn case_keys(&self, after: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let mut tx = self.read().await?;
        Ok(on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::LIST_CASE_KEYS).bind(after).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        }))
    }

    /// All tags with how many cases carry them.
    pub async fn case_tags(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_TAGS).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(tag, cases)| (tag, u64::try_from(cases).unwrap_or_default())).collect())
    }
}

/// The rows of one state, in their order.
async fn select(tx: &mut Tx, asked: &Asked<'_>, state: &str) -> Result<Vec<CaseRow>, StoreError> {
    let (filter, rank) = (asked.filter, asked.rank(state));
    Ok(on!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(if asked.is_mixed { sql::CHOSEN_CASES_HEAD } else { sql::CASES_HEAD });
        query.push(" and cases.state = ").push_bind(state);
        push_conditions!(query, asked);
        match (filter.after, filter.order) {
            (Some(after), CaseOrder::Newest) => drop(query.push(" and cases.id < ").push_bind(after.id.0)),
            (Some(after), CaseOrder::Priority) => {
                query.push(" and (").push(rank).push(", cases.id) < (").push_bind(after.rank);
                query.push(", ").push_bind(after.id.0).push(")");
            }
            (None, _) => {}
        }
        let order = format!(" order by {rank} desc, cases.id desc");
        query.push(&order).push(" limit ").push_bind(i64::from(filter.limit.min(MAX_PAGE)));
        if asked.is_mixed {
            query.push(sql::CHOSEN_CASES_TAIL).push(&order);
        }
        query.build_query_as::<CaseRow>().fetch_all(&mut *conn).await?
    }))
}

pub(super) async fn find_case(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, StoreError> {
    let row: Option<CaseRow> =
        on!(tx, |conn| sqlx::query_as(sql::FIND_CASE).bind(id.0).fetch_optional(&mut *conn).await?);
    row.map(CaseRow::into_case).transpose()
}

pub(super) async fn find_case_of_post(tx: &mut Tx, post: i64) -> Result<Option<Case>, StoreError> {
    let row: Option<CaseRow> =
        on!(tx, |conn| sqlx::query_as(sql::FIND_CASE_OF_POST).bind(post).fetch_optional(&mut *conn).await?);
    row.map(CaseRow::into_case).transpose()
}

pub(super) async fn cases_by_id(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Case>, StoreError> {
    let rows: Vec<CaseRow> = crate::db::fetch_in!(tx, CaseRow, sql::CASES_BY_ID_HEAD, ids);
    // Lists of keys are filled up by repeating their last one, which `in` finds once.
    rows.into_iter().map(CaseRow::into_case).collect()
}

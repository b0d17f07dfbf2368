//! Reading cases: one with its history, and lists that are cut by a place in their order.

use std::collections::HashMap;

use switchboard_model::{Case, CaseFilter, CaseId, CaseState, Event, StoredPost};
use uuid::Uuid;

use super::event::EventRow;
use super::row::CaseRow;
use crate::Store;
use crate::clean::{cleaned, time_of};
use crate::db::{Tx, fetch_in, on};
use crate::error::StoreError;
use crate::posts::posts_by_seq;
use crate::statements as sql;

/// The most cases of one page; who wants more asks again.
const MAX_PAGE: u32 = 1_000;

/// A tag that more cases carry than this is looked for along the list, a rarer one by its own index.
const RARE_TAG: i64 = 2_000;

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

    /// Cases that the filter asks for with the newest post of each that may be seen: most urgent first, closed ones last
    /// changed first. At most 1,000 at a time.
    pub async fn list_cases(&self, filter: &CaseFilter) -> Result<Vec<(Case, Option<StoredPost>)>, StoreError> {
        let limit = filter.limit.min(MAX_PAGE) as usize;
        let mut tx = self.read().await?;
        let mut cases = Vec::new();
        let tag = filter.tag.as_deref().map(cleaned);
        let is_rare = match &tag {
            Some(tag) => count_tag(&mut tx, tag).await? <= RARE_TAG,
            None => false,
        };
        let open = || CaseState::WORDS.iter().copied().filter(|state| *state != "closed");
        let states: Vec<&str> = filter.state.map_or_else(|| open().collect(), |state| vec![state]);
        for state in &states {
            for row in select(&mut tx, filter, state, tag.as_deref(), is_rare).await? {
                cases.push(row.into_case()?);
            }
        }
        if states.len() > 1 {
            cases.sort_by_key(|case| std::cmp::Reverse((case.priority.score, case.id)));
            cases.truncate(limit);
        }
        let shown = |case: &Case| [case.newest_post, case.post];
        let seqs: Vec<i64> = cases.iter().flat_map(shown).collect();
        let seqs = if filter.with_private { cases.iter().map(|case| case.newest_post).collect() } else { seqs };
        let posts = posts_by_seq(&mut tx, &seqs).await?;
        let posts: HashMap<i64, StoredPost> = posts.into_iter().map(|post| (post.seq, post)).collect();
        let may_see = |post: &&StoredPost| filter.with_private || !super::row::is_private(post.post.visibility);
        let with_post = |case: Case| {
            let post = shown(&case).iter().filter_map(|seq| posts.get(seq)).find(may_see).cloned();
            (case, post)
        };
        Ok(cases.into_iter().map(with_post).collect())
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

async fn select(
    tx: &mut Tx,
    filter: &CaseFilter,
    state: &str,
    tag: Option<&str>,
    is_rare: bool,
) -> Result<Vec<CaseRow>, StoreError> {
    // The order must be an index's order, so that a page costs the same wherever it lies.
    let rank = match (state, filter.owner) {
        // Few of all that ended are one user's: sorting those is less than looking along the list for them, and an
        // expression is what keeps SQLite from looking along the list.
        ("closed", Some(_)) => "cases.changed_at + 0",
        ("closed", None) => "cases.changed_at",
        _ => "cases.priority",
    };
    let offered: Vec<Uuid> = filter.offered_to.iter().map(|department| department.0).collect();
    Ok(on!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(sql::CASES_HEAD);
        query.push(" and cases.state = ").push_bind(state);
        if let Some(department) = filter.department {
            query.push(" and cases.department = ").push_bind(department.0);
        }
        if let Some(owner) = filter.owner {
            query.push(" and cases.owner = ").push_bind(owner.0);
        }
        if filter.is_unclaimed {
            query.push(" and cases.owner is null");
        }
        if !offered.is_empty() || filter.offered_to_user.is_some() {
            // Few cases are offered at a time, and indices of their own hold them: those are asked, not the list.
            query.push(" and cases.id in (select offers.id from cases as offers where offers.offer_user = ");
            query.push_bind(filter.offered_to_user.map(|user| user.0));
            if !offered.is_empty() {
                query.push(" union all select offers.id from cases as offers where offers.offer_department in (");
                let mut list = query.separated(", ");
                for department in &offered {
                    list.push_bind(*department);
                }
                list.push_unseparated(")");
                if filter.offered_to_user.is_some() {
                    query.push(" and offers.offer_user is null");
                }
            }
            query.push(")");
        }
        if let Some(tag) = tag {
            if is_rare {
                query.push(" and cases.id in (select case_id from case_tags where tag = ").push_bind(tag).push(")");
            } else {
                // The plus sign keeps SQLite on the index of the list, along which a common tag is found soon.
                query.push(" and exists (select 1 from case_tags where case_tags.tag = ").push_bind(tag);
                query.push(" and case_tags.case_id = cases.id + 0)");
            }
        }
        if !filter.with_private {
            query.push(" and not cases.is_private");
        }
        if let Some(after) = filter.after {
            query.push(" and (").push(rank).push(", cases.id) < (").push_bind(after.rank);
            query.push(", ").push_bind(after.id.0).push(")");
        }
        query.push(" order by ").push(rank).push(" desc, cases.id desc limit ");
        query.push_bind(i64::from(filter.limit.min(MAX_PAGE)));
        query.build_query_as::<CaseRow>().fetch_all(&mut *conn).await?
    }))
}

async fn count_tag(tx: &mut Tx, tag: &str) -> Result<i64, StoreError> {
    Ok(on!(tx, |conn| sqlx::query_scalar(sql::COUNT_CASES_WITH_TAG).bind(tag).fetch_one(&mut *conn).await?))
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

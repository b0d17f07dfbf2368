//! Which cases a filter chooses, as conditions of a statement.
//!
//! What most lists ask for (a department, an owner, a state, a tag) has an index of its own in the order of the list.
//! Everything else is looked for along an index of the list's order that holds all that lists filter by, so that any
//! mixture costs the same; `coalesce` around a column keeps an engine from taking the index of that column instead,
//! along which it would have to read every case.

use switchboard_model::{CaseFilter, CaseOrder, CaseState};

use crate::Store;
use crate::clean::cleaned;
use crate::db::{Tx, on};
use crate::error::StoreError;
use crate::statements as sql;

/// A tag that more cases carry than this is looked for along the list, a rarer one by its own index.
const RARE_TAG: i64 = 2_000;

/// A filter in the form in which it becomes conditions.
pub(super) struct Asked<'a> {
    pub(super) filter: &'a CaseFilter,
    /// The tag, and whether few cases carry it.
    pub(super) tag: Option<(String, bool)>,
    pub(super) network: Option<String>,
    /// A primary tag, and how tags begin that say more than that.
    pub(super) language: Option<(String, String)>,
    /// Whether it is found along the index that holds all that lists filter by.
    pub(super) is_mixed: bool,
}

impl<'a> Asked<'a> {
    pub(super) async fn new(tx: &mut Tx, filter: &'a CaseFilter) -> Result<Self, StoreError> {
        let tag = match filter.tag.as_deref().map(cleaned) {
            Some(tag) => {
                let cases: i64 = on!(tx, |conn| {
                    sqlx::query_scalar(sql::COUNT_CASES_WITH_TAG).bind(&tag).fetch_one(&mut *conn).await?
                });
                Some((tag, cases <= RARE_TAG))
            }
            None => None,
        };
        // Whatever is not a letter or a digit would mean something to `like`.
        let is_tag = |tag: &&str| tag.chars().all(|letter| letter.is_ascii_alphanumeric());
        let language = filter.language.as_deref().map(|tag| Some(tag).filter(is_tag).unwrap_or_default().to_owned());
        Ok(Self {
            filter,
            tag,
            network: filter.network.as_deref().map(cleaned),
            language: language.map(|tag| (tag.clone(), format!("{tag}-%"))),
            is_mixed: filter.departments.len() > 1
                || filter.network.is_some()
                || filter.language.is_some()
                || filter.least_priority > 0
                || filter.order == CaseOrder::Newest,
        })
    }

    /// The states that are asked for.
    pub(super) fn states(&self) -> Vec<&'static str> {
        let open = || CaseState::WORDS.iter().copied().filter(|state| *state != "closed");
        self.filter.state.map_or_else(|| open().collect(), |state| vec![state])
    }

    /// What the list is ordered by, before the number. It must be an index's order, so that a page costs the same
    /// wherever it lies.
    pub(super) fn rank(&self, state: &str) -> &'static str {
        match (self.filter.order, state, self.filter.owner) {
            (CaseOrder::Newest, ..) => "cases.id",
            // Few of all that ended are one user's: sorting those is less than looking along the list for them, and an
            // expression is what keeps SQLite from looking along the list.
            (_, "closed", Some(_)) => "cases.changed_at + 0",
            (_, "closed", None) => "cases.changed_at",
            _ => "cases.priority",
        }
    }
}

/// Adds the conditions of an [`Asked`], all but state and place, to a statement on `cases`.
macro_rules! push_conditions {
    ($query:ident, $asked:ident) => {{
        let filter = $asked.filter;
        if let [department] = filter.departments.as_slice()
            && !$asked.is_mixed
        {
            $query.push(" and cases.department = ").push_bind(department.0);
        } else if !filter.departments.is_empty() {
            $query.push(" and coalesce(cases.department, cases.department) in (");
            let mut list = $query.separated(", ");
            for department in &filter.departments {
                list.push_bind(department.0);
            }
            list.push_unseparated(")");
        }
        if let Some(owner) = filter.owner {
            $query.push(" and cases.owner = ").push_bind(owner.0);
        }
        if filter.is_unclaimed {
            $query.push(match $asked.is_mixed {
                true => " and coalesce(cases.owner, cases.owner) is null",
                false => " and cases.owner is null",
            });
        }
        if !filter.offered_to.is_empty() || filter.offered_to_user.is_some() {
            // Few cases are offered at a time, and indices of their own hold them: those are asked, not the list.
            $query.push(" and cases.id in (select offers.id from cases as offers where offers.offer_user = ");
            $query.push_bind(filter.offered_to_user.map(|user| user.0));
            if !filter.offered_to.is_empty() {
                $query.push(" union all select offers.id from cases as offers where offers.offer_department in (");
                let mut list = $query.separated(", ");
                for department in &filter.offered_to {
                    list.push_bind(department.0);
                }
                list.push_unseparated(")");
                if filter.offered_to_user.is_some() {
                    $query.push(" and offers.offer_user is null");
                }
            }
            $query.push(")");
        }
        if let Some(user) = filter.watched_by {
            $query.push(" and cases.id in (select case_id from case_watchers where user_id = ").push_bind(user.0);
            $query.push(")");
        }
        if !filter.involving.is_empty() {
            $query.push(" and cases.id in (select case_id from case_departments where department in (");
            let mut list = $query.separated(", ");
            for department in &filter.involving {
                list.push_bind(department.0);
            }
            list.push_unseparated("))");
        }
        if let Some(network) = &$asked.network {
            $query.push(" and cases.network = ").push_bind(network);
        }
        if let Some((tag, begins)) = &$asked.language {
            $query.push(" and (cases.language = ").push_bind(tag);
            $query.push(" or cases.language like ").push_bind(begins).push(")");
        }
        if filter.least_priority > 0 {
            $query.push(" and cases.priority >= ").push_bind(i64::from(filter.least_priority));
        }
        if let Some((tag, is_rare)) = &$asked.tag {
            if *is_rare {
                $query.push(" and cases.id in (select case_id from case_tags where tag = ").push_bind(tag).push(")");
            } else {
                // The plus sign keeps SQLite on the index of the list, along which a common tag is found soon.
                $query.push(" and exists (select 1 from case_tags where case_tags.tag = ").push_bind(tag);
                $query.push(" and case_tags.case_id = cases.id + 0)");
            }
        }
        if !filter.with_private {
            $query.push(" and not cases.is_private");
        }
    }};
}
pub(super) use push_conditions;

impl Store {
    /// How many cases a filter chooses, counted up to a number; its place and limit do not matter.
    pub async fn count_cases(&self, filter: &CaseFilter, most: u32) -> Result<u64, StoreError> {
        let mut tx = self.read().await?;
        let asked = Asked { is_mixed: true, ..Asked::new(&mut tx, filter).await? };
        let counted: i64 = on!(&mut tx, |conn| {
            let mut query = sqlx::QueryBuilder::new(sql::COUNTED_CASES_HEAD);
            query.push(" and cases.state in (");
            let mut list = query.separated(", ");
            for state in asked.states() {
                list.push_bind(state);
            }
            list.push_unseparated(")");
            push_conditions!(query, asked);
            query.push(" limit ").push_bind(i64::from(most)).push(sql::COUNTED_CASES_TAIL);
            query.build_query_scalar().fetch_one(&mut *conn).await?
        });
        Ok(u64::try_from(counted).unwrap_or_default())
    }
}

//! Cases under change in one transaction: events go in, rows, history, tags, keys and counters come out together.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::types::Json;
use switchboard_model::{Case, CaseId, Contradiction, Event, OutreachId};
use uuid::Uuid;

use super::event::{EventRow, clean_event};
use super::row::CaseRow;
use crate::db::{Tx, execute, insert_rows};
use crate::error::StoreError;
use crate::outreach::{concerned, keep_outreaches};
use crate::said::{Fold, insert_said};
use crate::statements as sql;

/// Cases under change.
#[derive(Debug, Default)]
pub(super) struct Book {
    cases: BTreeMap<CaseId, Page>,
    events: Vec<EventRow>,
    /// Those of them that hold words of somebody.
    said: Vec<Event>,
    /// Those of them that are about outreaches.
    outreach: Vec<Event>,
    /// How the person of a new outreach can be reached.
    contacts: BTreeMap<OutreachId, String>,
    posts: Vec<(i64, CaseId, Option<CaseId>)>,
    keys: BTreeMap<String, (CaseId, Option<CaseId>)>,
}

/// One case: as it was, and as it is.
#[derive(Debug)]
struct Page {
    /// `None` for one that is new.
    before: Option<Case>,
    now: Case,
}

/// Why an event was not taken.
#[derive(Debug)]
pub(super) enum Rejected {
    /// It cannot follow.
    Contradiction(Contradiction),
    Store(StoreError),
}

impl From<StoreError> for Rejected {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Book {
    /// Takes in a case as it is stored.
    pub(super) fn know(&mut self, case: Case) {
        self.cases.entry(case.id).or_insert_with(|| Page { before: Some(case.clone()), now: case });
    }

    /// A case as it stands by now.
    pub(super) fn find(&self, id: CaseId) -> Option<&Case> {
        self.cases.get(&id).map(|page| &page.now)
    }

    /// Applies an event to its case; the first one opens it.
    pub(super) fn apply(&mut self, event: &Event) -> Result<(), Rejected> {
        let event = clean_event(event)?;
        match self.cases.get_mut(&event.case) {
            Some(page) => page.now.apply(&event).map_err(Rejected::Contradiction)?,
            None => {
                let now = Case::open(&event).map_err(Rejected::Contradiction)?;
                self.cases.insert(event.case, Page { before: None, now });
            }
        }
        self.events.push(EventRow::of(&event)?);
        if !concerned(&event).is_empty() {
            self.outreach.push(event.clone());
        }
        if event.has_words() {
            self.said.push(event);
        }
        Ok(())
    }

    /// How the person of an outreach can be reached, whose asking is among the events.
    pub(super) fn keep_contact(&mut self, id: OutreachId, contact: &str) {
        self.contacts.insert(id, contact.to_owned());
    }

    /// A post belongs to the conversation of a case. `home` is the case that it would be in by itself, where that one is
    /// merged into this.
    pub(super) fn hold(&mut self, post: i64, case: CaseId, home: Option<CaseId>) {
        self.posts.push((post, case, home));
    }

    /// Posts with this key join a case. Whose conversation it was first, stays so.
    pub(super) fn add_key(&mut self, key: String, case: CaseId, home: Option<CaseId>) {
        self.keys.entry(key).or_insert((case, home));
    }

    /// The case that a key leads to, as far as this transaction added it, and the one that it would lead to by itself.
    pub(super) fn case_of_key(&self, key: &str) -> Option<(CaseId, Option<CaseId>)> {
        self.keys.get(key).copied()
    }

    /// The keys that were added.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.keys.keys()
    }

    /// The cases that have changed, with their versions.
    pub(super) fn changed(&self) -> impl Iterator<Item = &Case> {
        let is_changed = |page: &&Page| page.before.as_ref().is_none_or(|before| before.version != page.now.version);
        self.cases.values().filter(is_changed).map(|page| &page.now)
    }

    /// Writes everything that has changed, with the words of what was said.
    pub(super) async fn write(&self, tx: &mut Tx, fold: Fold) -> Result<(), StoreError> {
        let new: Vec<&Case> = self.cases.values().filter(|page| page.before.is_none()).map(|page| &page.now).collect();
        insert_cases(tx, &new).await?;
        for page in self.cases.values() {
            let Some(before) = &page.before else { continue };
            if before.version != page.now.version {
                update_case(tx, &page.now).await?;
            }
            let now = &page.now;
            for tag in before.tags.iter().filter(|tag| !now.tags.contains(tag)) {
                execute!(&mut *tx, sql::DELETE_CASE_TAG, tag, now.id.0);
            }
            for user in before.watchers.iter().filter(|user| !now.watchers.contains(user)) {
                execute!(&mut *tx, sql::DELETE_CASE_WATCHER, user.0, now.id.0);
            }
            for department in before.involved.iter().filter(|department| !now.involved.contains(department)) {
                execute!(&mut *tx, sql::DELETE_CASE_DEPARTMENT, department.0, now.id.0);
            }
        }
        insert_rows!(tx, sql::INSERT_EVENTS_HEAD, &self.events, "", |list, row| {
            list.push_bind(row.case_id)
                .push_bind(row.number)
                .push_bind(row.at)
                .push_bind(&row.actor)
                .push_bind(&row.kind)
                .push_bind(&row.data)
        });
        keep_outreaches(tx, &self.outreach, &self.contacts).await?;
        insert_said(tx, &self.said, fold).await?;
        insert_rows!(tx, sql::INSERT_FEED_HEAD, &self.events, "", |list, row| {
            list.push_bind(row.case_id).push_bind(row.number)
        });
        insert_rows!(tx, sql::INSERT_CASE_POSTS_HEAD, &self.posts, "", |list, row| {
            list.push_bind(row.0).push_bind(row.1.0).push_bind(row.2.map(|home| home.0))
        });
        let keys: Vec<(&String, &(CaseId, Option<CaseId>))> = self.keys.iter().collect();
        insert_rows!(tx, sql::INSERT_CASE_KEYS_HEAD, &keys, sql::INSERT_CASE_KEYS_TAIL, |list, row| {
            let (case, home) = row.1;
            list.push_bind(row.0).push_bind(case.0).push_bind(home.map(|home| home.0))
        });
        let tags = self.added(|case| &case.tags);
        insert_rows!(tx, sql::INSERT_CASE_TAGS_HEAD, &tags, sql::INSERT_CASE_TAGS_TAIL, |list, row| {
            list.push_bind(row.0).push_bind(row.1)
        });
        let watchers = self.added(|case| &case.watchers);
        insert_rows!(tx, sql::INSERT_CASE_WATCHERS_HEAD, &watchers, sql::INSERT_CASE_WATCHERS_TAIL, |list, row| {
            list.push_bind(row.0.0).push_bind(row.1)
        });
        let involved = self.added(|case| &case.involved);
        insert_rows!(
            tx,
            sql::INSERT_CASE_DEPARTMENTS_HEAD,
            &involved,
            sql::INSERT_CASE_DEPARTMENTS_TAIL,
            |list, row| { list.push_bind(row.0.0).push_bind(row.1) }
        );
        let queues: Vec<(Queue, i64)> = self.moves().into_iter().filter(|(_, cases)| *cases != 0).collect();
        insert_rows!(tx, sql::ADD_QUEUES_HEAD, &queues, sql::ADD_QUEUES_TAIL, |list, row| {
            let ((department, owner, state, is_private), cases) = row;
            list.push_bind(*department).push_bind(*owner).push_bind(*state).push_bind(*is_private).push_bind(*cases)
        });
        Ok(())
    }

    /// What cases have on a list that they did not have before, each with the number of its case.
    fn added<'a, T: Ord>(&'a self, list: impl Fn(&'a Case) -> &'a Vec<T>) -> Vec<(&'a T, i64)> {
        let mut added = BTreeSet::new();
        for page in self.cases.values() {
            let had = |one: &&T| page.before.as_ref().is_some_and(|before| list(before).contains(one));
            added.extend(list(&page.now).iter().filter(|one| !had(one)).map(|one| (one, page.now.id.0)));
        }
        added.into_iter().collect()
    }

    /// By how much each queue changes.
    fn moves(&self) -> BTreeMap<Queue, i64> {
        let mut moves: BTreeMap<Queue, i64> = BTreeMap::new();
        for page in self.cases.values() {
            if let Some(before) = &page.before {
                *moves.entry(queue_of(before)).or_default() -= 1;
            }
            *moves.entry(queue_of(&page.now)).or_default() += 1;
        }
        moves
    }
}

/// The key of a row of `queues`: department, owner (nil for the desk), state, whether observers may not see it: the post
/// that opened it is not open.
pub(super) type Queue = (Uuid, Uuid, &'static str, bool);

pub(super) fn queue_of(case: &Case) -> Queue {
    let owner = case.owner.user().map_or(Uuid::nil(), |user| user.0);
    (case.department.0, owner, case.state.as_str(), !case.visibility.is_open())
}

async fn insert_cases(tx: &mut Tx, cases: &[&Case]) -> Result<(), StoreError> {
    let rows: Vec<(CaseRow, bool)> = cases.iter().map(|case| (CaseRow::of(case), !case.visibility.is_open())).collect();
    insert_rows!(tx, sql::INSERT_CASES_HEAD, &rows, "", |list, row| {
        let (row, is_private) = row;
        let offer = row.offer.as_ref().map(|offer| &offer.0);
        list.push_bind(row.id)
            .push_bind(row.post)
            .push_bind(row.newest_post)
            .push_bind(&row.network)
            .push_bind(&row.visibility)
            .push_bind(*is_private)
            .push_bind(row.department)
            .push_bind(row.owner)
            .push_bind(&row.state)
            .push_bind(row.snoozed_until)
            .push_bind(&row.outcome)
            .push_bind(&row.reason)
            .push_bind(row.priority)
            .push_bind(&row.parts)
            .push_bind(&row.tags)
            .push_bind(offer.map(|offer| offer.department.0))
            .push_bind(offer.and_then(|offer| offer.user).map(|user| user.0))
            .push_bind(offer.map(|offer| offer.until.as_microsecond()))
            .push_bind(&row.offer)
            .push_bind(&row.why)
            .push_bind(&row.why_here)
            .push_bind(row.opened_at)
            .push_bind(row.changed_at)
            .push_bind(row.replied_at)
            .push_bind(row.version)
            .push_bind(&row.awaits)
            .push_bind(&row.risk)
            .push_bind(&row.involved)
            .push_bind(&row.watchers)
            .push_bind(row.merged_into)
            .push_bind(&row.outreaches)
            .push(sql::LANGUAGE_HEAD)
            .push_bind_unseparated(row.newest_post)
            .push_unseparated(sql::LANGUAGE_TAIL)
    });
    Ok(())
}

async fn update_case(tx: &mut Tx, case: &Case) -> Result<(), StoreError> {
    let row = CaseRow::of(case);
    let offer = case.offer.as_ref();
    execute!(
        &mut *tx,
        sql::UPDATE_CASE,
        row.id,
        row.newest_post,
        row.department,
        row.owner,
        &row.state,
        row.snoozed_until,
        &row.outcome,
        &row.reason,
        row.priority,
        &row.parts,
        &row.tags,
        offer.map(|offer| offer.department.0),
        offer.and_then(|offer| offer.user).map(|user| user.0),
        offer.map(|offer| offer.until.as_microsecond()),
        offer.map(Json),
        row.changed_at,
        row.replied_at,
        row.version,
        &row.awaits,
        &row.risk,
        &row.involved,
        &row.watchers,
        row.merged_into,
        &row.outreaches,
    );
    Ok(())
}

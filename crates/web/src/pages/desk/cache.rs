//! What the desk read last, kept until something has changed that it shows.
//!
//! Ten people who look at one queue cost one question to the store, also if they come in the same moment, and its rows are
//! rendered once: a row looks the same to everybody whom its case does not concern. What differs between visitors (their own
//! cases, what is offered to them, the counters, the frame) is rendered for each. A question names everything that decides
//! its answer, also whether private cases are among it, so nobody is shown what was read for somebody else; rows are kept for
//! each language, zone and clock.
//!
//! A list is read again once a case that it shows has changed, or one that has changed belongs into it; what happens in
//! other queues does not concern it. What has changed is heard ([`Notice`]) before each look.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use switchboard_app::App;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::view::CasePage;
use switchboard_app::notices::Notice;
use switchboard_app::rights::Actor;
use switchboard_model::{Case, CaseFilter, CaseId, LateCount, QueueCount, UserId, View, Whereabouts};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::answers::Answers;
use super::rows::{self, RowView};
use crate::pages::colleagues::Colleagues;
use crate::reader::{self, Reader};

/// How many rows of lists are kept, a list counting for one more: what a large company has open.
const ROWS: usize = 10_000;

/// How many of anything else.
const COUNTS: usize = 1_000;

/// How many renderings of one list are kept.
const RENDERINGS: usize = 4;

/// For so many seconds rows are shown as they were rendered: their ages count seconds, and the script makes them true.
const FRESH_S: i64 = 5;

/// How long a count of late cases is true while nothing changes.
const FRESH: SignedDuration = SignedDuration::from_secs(FRESH_S);

/// Nothing is kept longer: another process may have changed it without a word.
const LONGEST: SignedDuration = SignedDuration::from_secs(30);

/// The last answers.
#[derive(Debug)]
pub(crate) struct DeskCache {
    /// Held while it is found out what has changed, so that nobody looks before that is forgotten.
    ear: tokio::sync::Mutex<Ear>,
    /// The revision up to which everything was heard.
    heard: AtomicU64,
    lists: Answers<CaseFilter, Arc<KeptList>>,
    /// With private cases or without.
    queues: Answers<bool, Arc<[QueueCount]>>,
    /// The same. Cases become late while nothing changes.
    late: Answers<bool, Arc<[LateCount]>>,
    /// Each user's views with the shared ones; the operator has the shared ones alone.
    views: Answers<Option<UserId>, Arc<[View]>>,
    counts: Answers<CaseFilter, u64>,
    /// Whether a set-up was begun on the pages and neither finished nor left.
    is_unfinished: Answers<(), bool>,
}

/// What was told and is not considered yet.
#[derive(Debug)]
struct Ear {
    notices: Receiver<Notice>,
    told: Told,
}

#[derive(Debug, Default)]
struct Told {
    cases: BTreeSet<CaseId>,
    has_views: bool,
    /// Something about everybody, or nobody knows what.
    has_all: bool,
}

/// A page of a list as it was read.
#[derive(Debug)]
pub(crate) struct KeptList {
    pub(crate) page: CasePage,
    /// The latest renderings: colleagues look from several queues, languages and zones.
    rendered: Mutex<Vec<Rendered>>,
}

/// The rows of a list as they look to whoever they do not concern.
#[derive(Debug)]
struct Rendered {
    rows: Arc<[String]>,
    /// The address that the rows lead below, the names that stand in them, and for whom their words and times are.
    here: String,
    colleagues: Colleagues,
    reader: Reader,
    at: Timestamp,
}

impl KeptList {
    pub(crate) fn new(page: CasePage) -> Self {
        Self { page, rendered: Mutex::new(Vec::new()) }
    }

    /// The rows one after the other as HTML, below an address.
    pub(crate) fn rows(
        &self,
        here: &str,
        chosen: Option<CaseId>,
        colleagues: &Colleagues,
        now: Timestamp,
    ) -> askama::Result<String> {
        let passers_by = self.passers_by(here, colleagues, now)?;
        let mut html = String::with_capacity(passers_by.iter().map(String::len).sum::<usize>() + 1024);
        for (row, kept) in self.page.cases.iter().zip(&*passers_by) {
            let is_current = chosen == Some(row.case.id);
            if is_current || rows::concerns(&row.case, colleagues) {
                RowView::new(row, here, is_current, colleagues, now).render_into(&mut html)?;
            } else {
                html.push_str(kept);
            }
        }
        Ok(html)
    }

    fn passers_by(&self, here: &str, colleagues: &Colleagues, now: Timestamp) -> askama::Result<Arc<[String]>> {
        let reader = reader::current();
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |kept: &Rendered| (0..FRESH_S).contains(&(now.as_second() - kept.at.as_second()));
        rendered.retain(|kept| is_fresh(kept) && kept.colleagues.are_the_same(colleagues));
        let is_true = |kept: &&Rendered| kept.here == here && kept.reader == reader;
        if let Some(kept) = rendered.iter().find(is_true) {
            return Ok(kept.rows.clone());
        }
        let colleagues = Colleagues { you: None, ..colleagues.clone() };
        let row = |row| RowView::new(row, here, false, &colleagues, now).render();
        let rows: Arc<[String]> = self.page.cases.iter().map(row).collect::<askama::Result<_>>()?;
        if rendered.len() >= RENDERINGS {
            rendered.remove(0);
        }
        rendered.push(Rendered { rows: rows.clone(), here: here.to_owned(), colleagues, reader, at: now });
        Ok(rows)
    }
}

/// Whether cases that have changed, which now are these, let a page of a list stand as it was read.
fn stands(filter: &CaseFilter, page: &CasePage, changed: &BTreeSet<CaseId>, cases: &[Case]) -> bool {
    let belongs = |case: &Case| {
        let place = filter.place_of(case);
        filter.may_choose(case)
            && filter.after.is_none_or(|top| filter.is_before(top, place))
            && page.next.is_none_or(|last| filter.is_before(place, last))
    };
    !page.cases.iter().any(|row| changed.contains(&row.case.id)) && !cases.iter().any(belongs)
}

impl Told {
    fn add(&mut self, notice: Notice) {
        match notice {
            Notice::Case(Whereabouts { id, .. }) | Notice::Clock(id) => drop(self.cases.insert(id)),
            Notice::Views => self.has_views = true,
            Notice::People | Notice::Posts { has_edits: true, .. } => self.has_all = true,
            // What is new in a case is told of the case.
            Notice::Posts { has_edits: false, .. }
            | Notice::Source(_)
            | Notice::Search(_)
            | Notice::Presence { .. }
            | Notice::Notified(_)
            | Notice::Queued
            | Notice::AccessEnded(_) => {}
        }
    }
}

impl DeskCache {
    pub(crate) fn new(app: &App) -> Self {
        Self {
            // Before the revision is read, so that nothing falls between the two.
            ear: tokio::sync::Mutex::new(Ear { notices: app.notices().listen(), told: Told::default() }),
            heard: AtomicU64::new(app.revision()),
            lists: Answers::new(ROWS, |list| 1 + list.page.cases.len()),
            queues: Answers::new(COUNTS, |_| 1),
            late: Answers::new(COUNTS, |_| 1),
            views: Answers::new(COUNTS, |_| 1),
            counts: Answers::new(COUNTS, |_| 1),
            is_unfinished: Answers::new(COUNTS, |_| 1),
        }
    }

    /// Forgets what has changed since anybody last looked.
    async fn catch_up(&self, app: &App) -> Result<(), CaseError> {
        if self.heard.load(Ordering::Acquire) == app.revision() {
            return Ok(());
        }
        let mut ear = self.ear.lock().await;
        // Whatever is told from here on moves it again.
        let revision = app.revision();
        if self.heard.load(Ordering::Acquire) == revision {
            return Ok(());
        }
        let Ear { notices, told } = &mut *ear;
        loop {
            match notices.try_recv() {
                Ok(notice) => told.add(notice),
                Err(TryRecvError::Lagged(_)) => told.has_all = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        // Whoever goes away while the store is asked leaves what was told to the next.
        let ids: Vec<CaseId> = told.cases.iter().copied().filter(|_| !told.has_all).collect();
        let cases = if ids.is_empty() { Vec::new() } else { app.store().find_cases(&ids).await? };
        self.forget(&std::mem::take(told), &cases);
        self.heard.store(revision, Ordering::Release);
        Ok(())
    }

    /// Forgets what was told, now that these are the cases that have changed.
    fn forget(&self, told: &Told, cases: &[Case]) {
        self.is_unfinished.clear();
        if told.has_all || told.has_views {
            self.views.clear();
        }
        if told.has_all {
            self.lists.clear();
        }
        if told.has_all || !told.cases.is_empty() {
            self.lists.retain(|filter, list| stands(filter, &list.page, &told.cases, cases));
            self.queues.clear();
            self.late.clear();
            self.counts.clear();
        }
    }

    /// A page of a list.
    pub(crate) async fn cases(&self, app: &App, actor: &Actor, filter: CaseFilter) -> Result<Arc<KeptList>, CaseError> {
        self.catch_up(app).await?;
        let read = async { Ok(Arc::new(KeptList::new(app.cases(actor, filter.clone()).await?))) };
        self.lists.get(filter.clone(), app.now(), LONGEST, read).await
    }

    /// The counters of all queues.
    pub(crate) async fn queues(&self, app: &App, actor: &Actor) -> Result<Arc<[QueueCount]>, CaseError> {
        self.catch_up(app).await?;
        let read = async { Ok(app.queues(actor).await?.into()) };
        self.queues.get(actor.sees_private(), app.now(), LONGEST, read).await
    }

    /// How many cases of each queue are late.
    pub(crate) async fn late(&self, app: &App, actor: &Actor) -> Result<Arc<[LateCount]>, CaseError> {
        self.catch_up(app).await?;
        let read = async { Ok(app.late_queues(actor).await?.into()) };
        self.late.get(actor.sees_private(), app.now(), FRESH, read).await
    }

    /// The views that somebody has.
    pub(crate) async fn views(&self, app: &App, actor: &Actor) -> Result<Arc<[View]>, CaseError> {
        self.catch_up(app).await?;
        let read = async { Ok(app.views(actor).await?.into()) };
        self.views.get(actor.user_id(), app.now(), LONGEST, read).await
    }

    /// Whether a set-up was begun on the pages and neither finished nor left.
    pub(crate) async fn is_unfinished(&self, app: &App) -> Result<bool, CaseError> {
        self.catch_up(app).await?;
        let read = async {
            let progress = app.set_up_progress().await?;
            Ok(progress.is_some_and(|progress| !progress.is_left && progress.open_step().is_some()))
        };
        self.is_unfinished.get((), app.now(), LONGEST, read).await
    }

    /// How many cases a filter chooses, as [`App::count_cases`] counts them.
    pub(crate) async fn count(&self, app: &App, actor: &Actor, filter: CaseFilter) -> Result<u64, CaseError> {
        self.catch_up(app).await?;
        let read = app.count_cases(actor, filter.clone());
        self.counts.get(filter.clone(), app.now(), LONGEST, read).await
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use switchboard_app::cases::view::CaseRow;
    use switchboard_model::Owner;

    use super::*;
    use crate::messages::Locale;
    use crate::pages::samples;

    fn list() -> KeptList {
        let cases = [samples::case().0, samples::closed_case().0, samples::unclaimed_case().0];
        let rows = cases.into_iter().zip(samples::posts()).map(|(case, post)| CaseRow {
            case,
            post: Some(post),
            first: None,
            due: None,
        });
        KeptList::new(CasePage { cases: rows.collect(), next: None })
    }

    #[test]
    fn nobody_is_shown_a_row_of_somebody_else() {
        let colleagues = samples::colleagues();
        let mut list = list();
        let now = samples::now();
        let everybody: Vec<_> = colleagues.users.iter().map(|user| Some(user.id)).chain([None]).collect();
        // Each of them owns one in turn, and whoever looks first decides nothing for the others.
        for owner in everybody.iter().flatten() {
            list.page.cases[0].case.owner = Owner::User(*owner);
            for first in &everybody {
                list.rendered.get_mut().expect("whole").clear();
                for you in [first, &everybody[0], &everybody[1], &everybody[2], &everybody[3]] {
                    let colleagues = Colleagues { you: *you, ..colleagues.clone() };
                    let fresh = |row| RowView::new(row, "/desk?queue=all", false, &colleagues, now).render();
                    let expected: String = list.page.cases.iter().map(|row| fresh(row).expect("renders")).collect();
                    let shown = list.rows("/desk?queue=all", None, &colleagues, now).expect("renders");
                    assert_eq!(shown, expected, "{you:?} after {first:?}");
                }
            }
        }
    }

    #[test]
    fn rows_are_rendered_anew_when_they_are_no_longer_true() {
        let (mut list, colleagues, now) = (list(), samples::colleagues(), samples::now());
        list.page.cases[0].case.owner = Owner::User(colleagues.users[0].id);
        let id = list.page.cases[2].case.id;
        let first = list.rows("/desk?queue=all", None, &colleagues, now).expect("renders");
        assert_eq!(list.rows("/desk?queue=all", None, &colleagues, now).expect("renders"), first);
        let check = |here: &str, chosen, colleagues: &Colleagues, now| {
            let rows = list.rows(here, chosen, colleagues, now).expect("renders");
            assert_ne!(rows, first, "{here} {chosen:?}");
            rows
        };
        assert!(check("/desk?queue=yours", None, &colleagues, now).contains("queue=yours&#38;case="));
        assert!(check("/desk?queue=all", Some(id), &colleagues, now).contains("aria-current"));
        check("/desk?queue=all", None, &colleagues, now + SignedDuration::from_hours(5));
        let mirrored = Reader { locale: Locale::Mirrored, ..Reader::default() };
        reader::as_reader(mirrored, || check("/desk?queue=all", None, &colleagues, now));
        assert_eq!(list.rows("/desk?queue=all", None, &colleagues, now).expect("renders"), first);
        let mut renamed = colleagues.clone();
        let mut users = renamed.users.to_vec();
        for user in &mut users {
            user.name = "Renamed Person".to_owned();
        }
        renamed.users = users.into();
        assert!(check("/desk?queue=all", None, &renamed, now).contains("Renamed Person"));
    }
}

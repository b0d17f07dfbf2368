//! What the desk read last, kept as long as nothing that is stored has changed.
//!
//! Ten people who look at one queue cost one question to the store, and its rows are rendered once: a row looks the same to
//! everybody whom its case does not concern. What differs between visitors (their own cases, what is offered to them, the
//! counters, the frame) is rendered for each. A question names everything that decides its answer, also whether private
//! cases are among it, so nobody is shown what was read for somebody else; rows are kept for each language, zone and clock.

use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use jiff::Timestamp;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::view::CasePage;
use switchboard_app::rights::Actor;
use switchboard_app::{App, AppError};
use switchboard_model::{CaseFilter, CaseId, LateCount, QueueCount, UserId, View};

use super::rows::{self, RowView};
use crate::pages::colleagues::Colleagues;
use crate::reader::{self, Reader};

/// How many lists are kept: more than a shift of people has open.
const LISTS: usize = 64;

/// How many counted views, and how many people's views, are kept.
const COUNTS: usize = 256;

/// How many renderings of one list are kept.
const RENDERINGS: usize = 4;

/// For so many seconds rows are shown as they were rendered: their ages count seconds, and the script makes them true.
const FRESH_S: i64 = 5;

/// The last answers. The lock is held only to look and to put, never while the store is asked.
#[derive(Debug, Default)]
pub(crate) struct DeskCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// What the answers are true for.
    revision: u64,
    lists: Vec<(CaseFilter, Arc<KeptList>)>,
    /// With private cases, and without.
    queues: [Option<Arc<[QueueCount]>>; 2],
    /// Each user's views with the shared ones; the operator has the shared ones alone.
    views: Vec<(Option<UserId>, Arc<[View]>)>,
    counts: Vec<(CaseFilter, u64)>,
    /// With private cases, and without; and when that was: cases become late while nothing changes.
    late: [Option<(Timestamp, Arc<[LateCount]>)>; 2],
    /// Whether a set-up was begun on the pages and neither finished nor left.
    is_unfinished: Option<bool>,
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

impl Kept {
    /// Forgets everything once something has changed.
    fn at(&mut self, revision: u64) -> &mut Self {
        if self.revision < revision {
            *self = Self { revision, ..Self::default() };
        }
        self
    }
}

impl DeskCache {
    fn with<T>(&self, revision: u64, look: impl FnOnce(&mut Kept) -> T) -> T {
        // Whoever panicked while holding the lock left answers that are whole.
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).at(revision))
    }

    /// A page of a list.
    pub(crate) async fn cases(&self, app: &App, actor: &Actor, filter: CaseFilter) -> Result<Arc<KeptList>, CaseError> {
        let revision = app.revision();
        let find =
            |kept: &mut Kept| kept.lists.iter().find(|(known, _)| *known == filter).map(|(_, page)| page.clone());
        if let Some(page) = self.with(revision, find) {
            return Ok(page);
        }
        let page = Arc::new(KeptList::new(app.cases(actor, filter.clone()).await?));
        self.with(revision, |kept| {
            // An answer from before the last change is given once and not kept.
            if kept.revision == revision {
                if kept.lists.len() >= LISTS {
                    kept.lists.remove(0);
                }
                kept.lists.push((filter, page.clone()));
            }
        });
        Ok(page)
    }

    /// The counters of all queues.
    pub(crate) async fn queues(&self, app: &App, actor: &Actor) -> Result<Arc<[QueueCount]>, CaseError> {
        let revision = app.revision();
        let place = usize::from(actor.sees_private());
        if let Some(queues) = self.with(revision, |kept| kept.queues[place].clone()) {
            return Ok(queues);
        }
        let queues: Arc<[QueueCount]> = app.queues(actor).await?.into();
        self.with(revision, |kept| {
            if kept.revision == revision {
                kept.queues[place] = Some(queues.clone());
            }
        });
        Ok(queues)
    }

    /// How many cases of each queue are late.
    pub(crate) async fn late(&self, app: &App, actor: &Actor) -> Result<Arc<[LateCount]>, CaseError> {
        let (revision, now, place) = (app.revision(), app.now(), usize::from(actor.sees_private()));
        let is_fresh = |at: Timestamp| (0..FRESH_S).contains(&(now.as_second() - at.as_second()));
        let find =
            |kept: &mut Kept| kept.late[place].as_ref().filter(|(at, _)| is_fresh(*at)).map(|(_, late)| late.clone());
        if let Some(late) = self.with(revision, find) {
            return Ok(late);
        }
        let late: Arc<[LateCount]> = app.late_queues(actor).await?.into();
        self.with(revision, |kept| {
            if kept.revision == revision {
                kept.late[place] = Some((now, late.clone()));
            }
        });
        Ok(late)
    }

    /// The views that somebody has.
    pub(crate) async fn views(&self, app: &App, actor: &Actor) -> Result<Arc<[View]>, CaseError> {
        let (revision, user) = (app.revision(), actor.user_id());
        let find =
            |kept: &mut Kept| kept.views.iter().find(|(known, _)| *known == user).map(|(_, views)| views.clone());
        if let Some(views) = self.with(revision, find) {
            return Ok(views);
        }
        let views: Arc<[View]> = app.views(actor).await?.into();
        self.with(revision, |kept| {
            if kept.revision == revision {
                keep(&mut kept.views, (user, views.clone()));
            }
        });
        Ok(views)
    }

    /// Whether a set-up was begun on the pages and neither finished nor left.
    pub(crate) async fn is_unfinished(&self, app: &App) -> Result<bool, AppError> {
        let revision = app.revision();
        if let Some(is_unfinished) = self.with(revision, |kept| kept.is_unfinished) {
            return Ok(is_unfinished);
        }
        let progress = app.set_up_progress().await?;
        let is_unfinished = progress.is_some_and(|progress| !progress.is_left && progress.open_step().is_some());
        self.with(revision, |kept| {
            if kept.revision == revision {
                kept.is_unfinished = Some(is_unfinished);
            }
        });
        Ok(is_unfinished)
    }

    /// How many cases a filter chooses, as [`App::count_cases`] counts them.
    pub(crate) async fn count(&self, app: &App, actor: &Actor, filter: CaseFilter) -> Result<u64, CaseError> {
        let revision = app.revision();
        let find = |kept: &mut Kept| kept.counts.iter().find(|(known, _)| *known == filter).map(|(_, count)| *count);
        if let Some(count) = self.with(revision, find) {
            return Ok(count);
        }
        let count = app.count_cases(actor, filter.clone()).await?;
        self.with(revision, |kept| {
            if kept.revision == revision {
                keep(&mut kept.counts, (filter, count));
            }
        });
        Ok(count)
    }
}

fn keep<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() >= COUNTS {
        kept.remove(0);
    }
    kept.push(one);
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

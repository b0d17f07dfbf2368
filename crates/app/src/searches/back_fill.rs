//! Back-fill: a new or changed search takes in what it would have found lately.
//!
//! What matches in the look-back buffer and among stored posts goes through the line once more, as if it came again: the
//! line decides and stores, so that a back-fill can do nothing that a source could not. It opens no cases, for what was
//! said days ago needs no answer by now. It runs beside everything else and tells how far it is.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_match::Query;
use switchboard_model::{Captured, FateReason, PostFilter, SavedSearch, SearchId, SourceId, StoredPost};
use uuid::Uuid;

use super::SearchError;
use crate::notices::Notice;
use crate::pipeline::embedded::{Arrival, Outcome};
use crate::pipeline::look_back::{Heard, Piece};
use crate::{App, AppError};

/// How many posts go through the line at once.
const BATCH: usize = 200;
/// How many posts are read from the store at once.
const PAGE: u32 = 400;
/// How far back stored posts are taken in where the look-back buffer is off.
const HOURS: u32 = 48;

/// How far a back-fill is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BackFill {
    /// Since when posts are taken in.
    pub from: Timestamp,
    /// How many posts that match were found.
    pub found: u64,
    /// How many of them were stored for the first time.
    pub new: u64,
    /// How many of them were stored already and are mentions of this search as well now.
    pub joined: u64,
    /// It has come to its end.
    pub is_done: bool,
    /// What ended it early.
    pub failure: Option<String>,
}

/// The back-fills since the start, by search. Read by pages, written by the tasks; held for moments only.
#[derive(Debug, Clone, Default)]
pub struct BackFills(Arc<Mutex<HashMap<SearchId, BackFill>>>);

impl BackFills {
    fn find(&self, search: SearchId) -> Option<BackFill> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&search).cloned()
    }

    /// Begins one, unless one is under way.
    fn begin(&self, search: SearchId, fill: &BackFill) -> bool {
        let mut fills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if fills.get(&search).is_some_and(|fill| !fill.is_done) {
            return false;
        }
        fills.insert(search, fill.clone());
        true
    }

    fn set(&self, search: SearchId, fill: &BackFill) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(search, fill.clone());
    }
}

impl App {
    /// Begins to take in what a search would have found in the last hours; [`App::find_back_fill`] tells how far it is.
    pub async fn back_fill(&self, id: SearchId) -> Result<BackFill, SearchError> {
        let (search, query, fill) = self.begin_back_fill(id).await?;
        let (app, begun) = (self.clone(), fill.clone());
        self.tasks.spawn(async move { app.carry_out(search, query, fill).await });
        Ok(begun)
    }

    /// The same, and waits for its end.
    pub async fn back_fill_whole(&self, id: SearchId) -> Result<BackFill, SearchError> {
        let (search, query, fill) = self.begin_back_fill(id).await?;
        Ok(self.carry_out(search, query, fill).await)
    }

    /// How far the newest back-fill of a search is, if there was one since the start.
    pub fn find_back_fill(&self, id: SearchId) -> Option<BackFill> {
        self.back_fills.find(id)
    }

    async fn begin_back_fill(&self, id: SearchId) -> Result<(SavedSearch, Query, BackFill), SearchError> {
        let search = self.get_search(id).await?;
        let query = self.parse_query(&search.query).ok().filter(|_| search.is_enabled);
        let query = query.ok_or_else(|| SearchError::NotListening(search.name.clone()))?;
        let hours = if self.look_back.is_on() { self.look_back.hours() } else { HOURS };
        let now = self.now();
        let from = now.checked_sub(SignedDuration::from_hours(i64::from(hours))).unwrap_or(now);
        let fill = BackFill { from, found: 0, new: 0, joined: 0, is_done: false, failure: None };
        if !self.back_fills.begin(id, &fill) {
            return Err(SearchError::Filling(search.name));
        }
        Ok((search, query, fill))
    }

    async fn carry_out(&self, search: SavedSearch, query: Query, mut fill: BackFill) -> BackFill {
        let done = match self.fill_from_stored(&search, &query, &mut fill).await {
            Ok(()) => self.fill_from_heard(&search, &query, &mut fill).await,
            failed => failed,
        };
        fill.is_done = true;
        fill.failure = done.err().map(|error| error.to_string());
        self.back_fills.set(search.id, &fill);
        self.notices.tell(Notice::Search(search.id));
        tracing::info!(search.id = %search.id, found = fill.found, new = fill.new, "a search took in what was said before");
        fill
    }

    async fn fill_from_stored(&self, search: &SavedSearch, query: &Query, fill: &mut BackFill) -> Result<(), AppError> {
        let asked = query.index_query();
        let mut filter = PostFilter { with_private: true, limit: PAGE, ..PostFilter::default() };
        let from = fill.from;
        loop {
            let posts = self.store.candidates(&asked, &filter).await?;
            let (Some(last), is_last) = (posts.last(), posts.len() < PAGE as usize) else { return Ok(()) };
            let is_past = last.captured_at < from;
            filter.before = Some(last.seq);
            let (triage, query, id) = (self.triage(), query.clone(), search.id);
            let found = tokio::task::spawn_blocking(move || {
                let is_new = |post: &StoredPost| {
                    post.captured_at >= from
                        && post.deleted_at.is_none()
                        && post.matches.iter().all(|found| found.search != id)
                        && triage.ask(&query, &post.post, Some(&post.signals)).is_some()
                };
                posts.into_iter().filter(is_new).collect::<Vec<_>>()
            });
            for post in found.await.map_err(|_| AppError::Stopping)? {
                // A removed source brought it: it is counted under none.
                let source = post.source.unwrap_or(SourceId(Uuid::nil()));
                let captured = Captured::heard(post.post);
                self.give_again(search.id, source, post.captured_at, vec![captured], fill).await?;
            }
            if is_last || is_past {
                return Ok(());
            }
        }
    }

    async fn fill_from_heard(&self, search: &SavedSearch, query: &Query, fill: &mut BackFill) -> Result<(), AppError> {
        // Files are read on a thread of their own; what they hold comes piece by piece, so that little is in memory.
        let (pieces, mut found) = tokio::sync::mpsc::channel::<Piece<()>>(1);
        let (look_back, triage, query, from) = (self.look_back.clone(), self.triage(), query.clone(), fill.from);
        let stop = self.stop.clone();
        let looking = tokio::task::spawn_blocking(move || {
            look_back.flush();
            let ask = |heard: &Heard| {
                if stop.is_cancelled() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(triage.ask(&query, &heard.post, None).map(|_| ()))
            };
            look_back.look(from, ask, |piece| match pieces.blocking_send(piece) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        });
        while let Some(piece) = found.recv().await {
            let mut by_source: HashMap<SourceId, Vec<(Timestamp, Captured)>> = HashMap::new();
            for (heard, ()) in piece.found {
                let (source, at) = (heard.source, heard.captured_at);
                by_source.entry(source).or_default().push((at, heard.into_captured()));
            }
            for (source, mut posts) in by_source {
                while !posts.is_empty() {
                    let rest = posts.split_off(posts.len().min(BATCH));
                    let at = posts.first().map_or(from, |(at, _)| *at);
                    let batch = posts.into_iter().map(|(_, captured)| captured).collect();
                    self.give_again(search.id, source, at, batch, fill).await?;
                    posts = rest;
                }
            }
        }
        if looking.await.unwrap_or(false) { Ok(()) } else { Err(AppError::Stopping) }
    }

    /// Gives posts to the line once more.
    async fn give_again(
        &self,
        search: SearchId,
        source: SourceId,
        captured_at: Timestamp,
        posts: Vec<Captured>,
        fill: &mut BackFill,
    ) -> Result<(), AppError> {
        fill.found += posts.len() as u64;
        let arrival = Arrival { source, posts, cursor: None, settings: None, opens_cases: false };
        let outcome: Outcome = self.line.deliver_again(self.triage(), arrival, captured_at).await?;
        for (reason, posts) in outcome.fates {
            match reason {
                FateReason::New => fill.new += posts,
                FateReason::SameId | FateReason::SameUrl => fill.joined += posts,
                _ => {}
            }
        }
        self.back_fills.set(search, fill);
        Ok(())
    }
}

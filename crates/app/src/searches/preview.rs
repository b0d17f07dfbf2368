//! Trying a query before it is saved: what it would have found in what is stored and in what was heard lately.
//!
//! Both are looked through at the same time and for a short time only; what could not be looked through is said. The
//! estimate rests on the hours of everything that was heard where there are enough of them. What is stored is only
//! what other searches wanted, so it shows examples and the past days, and no more than a lower bound.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_match::Query;
use switchboard_model::{Match, PostFilter, PostId, SearchId, Signals, SourceId, Span, StoredPost};
use uuid::Uuid;

use super::SearchError;
use crate::App;
use crate::pipeline::look_back::Heard;
use crate::rights::Actor;

/// How far back stored posts are looked at.
const DAYS: i64 = 30;
/// How long a preview may take.
const WITHIN: Duration = Duration::from_millis(1_800);
/// How many posts are read from the store at once.
const PAGE: u32 = 400;
/// How many examples are shown.
const SAMPLE: usize = 20;
/// With fewer hours of everything, an estimate would be a guess.
pub(super) const ENOUGH: SignedDuration = SignedDuration::from_hours(1);

/// What a query would have found.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The query as it is understood.
    pub parsed: String,
    /// Among stored posts of the last 30 days, which other searches kept.
    pub stored: Looked,
    /// Among everything that was heard lately and not kept; `None` if no such posts are kept.
    pub heard: Option<Looked>,
    /// How many on each day in UTC, oldest first, today last; days that were not looked at are missing.
    pub per_day: Vec<(Date, u64)>,
    /// How many are to be expected a day, where enough was looked at to say.
    pub estimate: Option<Estimate>,
    /// The newest of them.
    pub sample: Vec<Example>,
}

/// How much was looked through, and what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// How many match.
    pub found: u64,
    /// Since when everything was looked at.
    pub from: Timestamp,
    /// Time was up before all of it was looked at.
    pub is_cut: bool,
}

/// How many mentions a day are to be expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// How many.
    pub per_day: f64,
    /// The hours that it rests on.
    pub hours: f64,
    /// Everything that was heard in those hours was looked at; otherwise only what other searches kept, so that there may be
    /// more.
    pub is_of_everything: bool,
}

/// A post that the query would have found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The post. One that is not stored has the `seq` 0.
    pub post: StoredPost,
    /// Which words made it match.
    pub spans: Vec<Span>,
    /// Whether it is stored.
    pub is_stored: bool,
}

/// One side of the look.
struct Found {
    looked: Looked,
    ids: HashSet<PostId>,
    times: Vec<Timestamp>,
    newest: Vec<Example>,
}

impl App {
    /// Tries a query on what is stored and what was heard lately. Takes some two seconds at most.
    pub async fn preview_search(&self, actor: &Actor, query: &str) -> Result<Preview, SearchError> {
        self.follow_packs().await?;
        let query = self.parse_query(query)?;
        let now = self.now();
        let until = Instant::now() + WITHIN;
        let (stored, heard) =
            tokio::join!(self.try_on_stored(actor, &query, now, until), self.try_on_heard(&query, now, until));
        Ok(together(&query, stored?, heard, now))
    }

    async fn try_on_stored(
        &self,
        actor: &Actor,
        query: &Query,
        now: Timestamp,
        until: Instant,
    ) -> Result<Found, SearchError> {
        let since = now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(now);
        let mut found = Found::nothing(since);
        let asked = query.index_query();
        let mut filter = PostFilter { with_private: actor.sees_private(), limit: PAGE, ..PostFilter::default() };
        loop {
            let posts = self.store.candidates(&asked, &filter).await?;
            let (Some(last), is_last) = (posts.last(), posts.len() < PAGE as usize) else { break };
            let (seq, oldest) = (last.seq, last.captured_at);
            filter.before = Some(seq);
            let (triage, query) = (self.triage(), query.clone());
            let examples = tokio::task::spawn_blocking(move || {
                let example = |post: StoredPost| {
                    if post.captured_at < since || post.deleted_at.is_some() {
                        return None;
                    }
                    let spans = triage.ask(&query, &post.post, Some(&post.signals))?;
                    Some(Example { post, spans, is_stored: true })
                };
                posts.into_iter().filter_map(example).collect::<Vec<_>>()
            });
            for example in examples.await.unwrap_or_default() {
                found.add(example);
            }
            if is_last || oldest < since {
                break;
            }
            if Instant::now() >= until {
                found.looked = Looked { from: oldest, is_cut: true, ..found.looked };
                break;
            }
        }
        Ok(found)
    }

    async fn try_on_heard(&self, query: &Query, now: Timestamp, until: Instant) -> Option<Found> {
        if !self.look_back.is_on() {
            return None;
        }
        let (look_back, triage, query) = (self.look_back.clone(), self.triage(), query.clone());
        let looked = tokio::task::spawn_blocking(move || {
            look_back.flush();
            let since = look_back.reaches_back_to(now)?;
            let mut found = Found::nothing(now);
            let mut asked = 0_u32;
            let ask = |heard: &Heard| {
                asked = asked.wrapping_add(1);
                if asked.is_multiple_of(64) && Instant::now() >= until {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(triage.ask(&query, &heard.post, None))
            };
            let is_whole = look_back.look(since, ask, |piece| {
                found.looked.from = piece.from;
                for (heard, spans) in piece.found.into_iter().rev() {
                    found.add(example(heard, spans));
                }
                ControlFlow::Continue(())
            });
            if is_whole {
                found.looked.from = since;
            }
            found.looked.is_cut = !is_whole;
            Some(found)
        });
        looked.await.ok().flatten()
    }
}

pub(super) fn example(heard: Heard, spans: Vec<Span>) -> Example {
    let Heard { captured_at, source, post, .. } = heard;
    let post = StoredPost {
        seq: 0,
        post,
        captured_at,
        version: 1,
        deleted_at: None,
        source: Some(source).filter(|source| *source != SourceId(Uuid::nil())),
        is_addressed: false,
        matches: Vec::new(),
        signals: Signals::default(),
    };
    Example { post, spans, is_stored: false }
}

impl Example {
    /// The post as one that only this query matched, for whoever shows its words.
    pub fn marked(&self) -> StoredPost {
        let found = Match { search: SearchId(Uuid::nil()), spans: self.spans.clone() };
        StoredPost { matches: vec![found], ..self.post.clone() }
    }
}

impl Found {
    fn nothing(from: Timestamp) -> Self {
        let looked = Looked { found: 0, from, is_cut: false };
        Self { looked, ids: HashSet::new(), times: Vec::new(), newest: Vec::new() }
    }

    fn add(&mut self, example: Example) {
        self.looked.found += 1;
        self.times.push(example.post.captured_at);
        self.ids.insert(example.post.post.id.clone());
        if self.newest.len() < SAMPLE {
            self.newest.push(example);
        }
    }
}

fn together(query: &Query, stored: Found, heard: Option<Found>, now: Timestamp) -> Preview {
    let mut heard = heard;
    if let Some(heard) = &mut heard {
        // Heard first, wanted since by another search: it counts where it is stored.
        let twice = stored.ids.intersection(&heard.ids).count();
        heard.looked.found = heard.looked.found.saturating_sub(twice as u64);
        heard.newest.retain(|example| !stored.ids.contains(&example.post.post.id));
    }
    let estimate = estimate(&stored, heard.as_ref(), now);
    let first = heard.as_ref().map_or(stored.looked.from, |heard| heard.looked.from.min(stored.looked.from));
    let heard_times = heard.iter().flat_map(|heard| heard.times.iter());
    let per_day = per_day(stored.times.iter().chain(heard_times), first, now);
    let mut sample: Vec<Example> = stored.newest;
    sample.extend(heard.iter_mut().flat_map(|heard| std::mem::take(&mut heard.newest)));
    sample.sort_by_key(|example| std::cmp::Reverse(example.post.captured_at));
    sample.truncate(SAMPLE);
    Preview {
        parsed: query.to_string(),
        stored: stored.looked,
        heard: heard.map(|heard| heard.looked),
        per_day,
        estimate,
        sample,
    }
}

fn estimate(stored: &Found, heard: Option<&Found>, now: Timestamp) -> Option<Estimate> {
    let over = |from: Timestamp, found: u64, is_of_everything: bool| {
        let hours = now.duration_since(from).as_secs_f64() / 3_600.0;
        let per_day = found as f64 * 24.0 / hours;
        (hours > 0.0).then_some(Estimate { per_day, hours, is_of_everything })
    };
    match heard {
        Some(heard) if now.duration_since(heard.looked.from) >= ENOUGH && heard.looked.from >= stored.looked.from => {
            let kept = stored.times.iter().filter(|at| **at >= heard.looked.from).count() as u64;
            over(heard.looked.from, heard.looked.found + kept, true)
        }
        _ => {
            // What began only lately says nothing about the days before.
            let first = stored.times.iter().min().copied()?.max(stored.looked.from);
            (now.duration_since(first) >= ENOUGH * 24).then(|| over(first, stored.looked.found, false)).flatten()
        }
    }
}

fn per_day<'a>(times: impl Iterator<Item = &'a Timestamp>, first: Timestamp, now: Timestamp) -> Vec<(Date, u64)> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    let mut one = day(first);
    while one <= day(now) && days.len() <= DAYS as usize + 1 {
        days.insert(one, 0);
        let Ok(next) = one.tomorrow() else { break };
        one = next;
    }
    for at in times {
        if let Some(count) = days.get_mut(&day(*at)) {
            *count += 1;
        }
    }
    days.into_iter().collect()
}

//! Counting what several queries would have found, in one look through what was heard and what is stored.
//!
//! A [preview](super::preview) tells all about one query. This tells little about many, and often: the set-up asks every
//! few seconds. Like a preview it ends when its time is up and says how far it came.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use switchboard_match::Query;
use switchboard_model::{PostFilter, PostId, StoredPost};

use super::preview::{ENOUGH, Example, example};
use crate::pipeline::look_back::Heard;
use crate::rights::Actor;
use crate::{App, AppError};

/// How long a count may take.
const WITHIN: Duration = Duration::from_millis(1_500);
/// How much of that stored posts may take.
const STORED_WITHIN: Duration = Duration::from_millis(500);
/// How far back it looks where no look-back buffer says it.
const HOURS: i64 = 48;
/// How many posts are read from the store at once.
const PAGE: u32 = 400;
/// How many examples are shown of each query.
const SAMPLE: usize = 3;

/// What several queries would have found.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// How many posts were looked at, stored ones and others.
    pub heard: u64,
    /// Since when.
    pub from: Timestamp,
    /// Time was up before all of it was looked at.
    pub is_cut: bool,
    /// What each query would have found, in their order.
    pub each: Vec<Count>,
}

/// What one query would have found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count {
    /// How many posts.
    pub found: u64,
    /// How many of them were written in the time that was looked at: a new source brings older ones as well.
    pub written_lately: u64,
    /// How many on each network.
    pub networks: BTreeMap<String, u64>,
    /// The newest of them.
    pub sample: Vec<Example>,
}

impl Counts {
    /// How many are to be expected a day, where enough was heard to say.
    pub fn per_day(&self, count: &Count, now: Timestamp) -> Option<f64> {
        let length = now.duration_since(self.from);
        (self.heard > 0 && length >= ENOUGH).then(|| count.written_lately as f64 * 86_400.0 / length.as_secs_f64())
    }

    fn new(queries: usize, from: Timestamp) -> Self {
        Self { heard: 0, from, is_cut: false, each: vec![Count::default(); queries] }
    }
}

impl Count {
    fn add(&mut self, found: Example, since: Timestamp) {
        self.found += 1;
        let post = &found.post.post;
        if post.posted_at.is_none_or(|at| at >= since) {
            self.written_lately += 1;
        }
        *self.networks.entry(post.network.clone()).or_default() += 1;
        self.sample.push(found);
        // The newest first, however they come.
        if self.sample.len() > SAMPLE {
            self.sample.sort_by_key(|one| std::cmp::Reverse(one.post.captured_at));
            self.sample.truncate(SAMPLE);
        }
    }
}

impl App {
    /// Counts what each of these queries would have found lately. Takes some two seconds at most.
    pub async fn count_searches(&self, actor: &Actor, queries: &[Query]) -> Result<Counts, AppError> {
        let now = self.now();
        let window = now.checked_sub(SignedDuration::from_hours(HOURS)).unwrap_or(now);
        let until = Instant::now() + WITHIN;
        let look_back = self.look_back.clone();
        let since = tokio::task::spawn_blocking(move || {
            look_back.flush();
            look_back.reaches_back_to(now)
        });
        let since = since.await.ok().flatten().unwrap_or(window).max(window);
        let (mut counts, stored) = self.count_stored(actor, queries, since).await?;
        self.count_heard(queries, &mut counts, stored, now, until).await;
        for count in &mut counts.each {
            count.sample.sort_by_key(|one| std::cmp::Reverse(one.post.captured_at));
        }
        Ok(counts)
    }

    /// The same for queries as they are typed; one that cannot be read finds nothing.
    pub async fn count_queries(&self, actor: &Actor, queries: &[&str]) -> Result<Counts, AppError> {
        let parsed: Vec<Option<Query>> = queries.iter().map(|query| Query::parse(query).ok()).collect();
        let readable: Vec<Query> = parsed.iter().flatten().cloned().collect();
        let mut counts = self.count_searches(actor, &readable).await?;
        let mut found = std::mem::take(&mut counts.each).into_iter();
        let in_place = |query: &Option<Query>| query.as_ref().and_then(|_| found.next()).unwrap_or_default();
        counts.each = parsed.iter().map(in_place).collect();
        Ok(counts)
    }

    async fn count_stored(
        &self,
        actor: &Actor,
        queries: &[Query],
        since: Timestamp,
    ) -> Result<(Counts, HashSet<PostId>), AppError> {
        let (mut counts, mut ids) = (Counts::new(queries.len(), since), HashSet::new());
        let until = Instant::now() + STORED_WITHIN;
        let mut filter = PostFilter { with_private: actor.sees_private(), limit: PAGE, ..PostFilter::default() };
        loop {
            let posts = self.store.list_posts(&filter).await?;
            let (Some(last), is_last) = (posts.last(), posts.len() < PAGE as usize) else { break };
            let oldest = last.captured_at;
            filter.before = Some(last.seq);
            let (triage, queries) = (self.triage(), queries.to_vec());
            let asked = tokio::task::spawn_blocking(move || {
                let is_new = |post: &StoredPost| post.captured_at >= since && post.deleted_at.is_none();
                let ask = |post: StoredPost| {
                    let spans = |query| triage.ask(query, &post.post, Some(&post.signals));
                    let found: Vec<_> = queries.iter().map(spans).collect();
                    (post, found)
                };
                posts.into_iter().filter(is_new).map(ask).collect::<Vec<_>>()
            });
            for (post, found) in asked.await.map_err(|_| AppError::Stopping)? {
                counts.heard += 1;
                ids.insert(post.post.id.clone());
                for (count, spans) in counts.each.iter_mut().zip(found) {
                    if let Some(spans) = spans {
                        count.add(Example { post: post.clone(), spans, is_stored: true }, since);
                    }
                }
            }
            if is_last || oldest < since {
                break;
            }
            if Instant::now() >= until {
                counts.is_cut = true;
                counts.from = oldest;
                break;
            }
        }
        Ok((counts, ids))
    }

    /// Adds what was heard and is not stored.
    async fn count_heard(
        &self,
        queries: &[Query],
        counts: &mut Counts,
        stored: HashSet<PostId>,
        now: Timestamp,
        until: Instant,
    ) {
        if !self.look_back.is_on() {
            return;
        }
        let (look_back, triage, queries) = (self.look_back.clone(), self.triage(), queries.to_vec());
        let (since, mut sum) = (counts.from, counts.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let (mut asked, mut passed_over) = (0_u64, 0_u64);
            let ask = |heard: &Heard| {
                asked += 1;
                if asked.is_multiple_of(64) && Instant::now() >= until {
                    return ControlFlow::Break(());
                }
                if stored.contains(&heard.post.id) {
                    passed_over += 1;
                    return ControlFlow::Continue(None);
                }
                let found: Vec<_> = queries.iter().map(|query| triage.ask(query, &heard.post, None)).collect();
                ControlFlow::Continue(found.iter().any(Option::is_some).then_some(found))
            };
            let mut reached = now;
            let is_whole = look_back.look(since, ask, |piece| {
                reached = piece.from;
                sum.heard += piece.posts;
                for (heard, found) in piece.found.into_iter().rev() {
                    for (count, spans) in sum.each.iter_mut().zip(found) {
                        if let Some(spans) = spans {
                            count.add(example(heard.clone(), spans), since);
                        }
                    }
                }
                ControlFlow::Continue(())
            });
            sum.heard = sum.heard.saturating_sub(passed_over);
            if !is_whole {
                sum.from = sum.from.max(reached);
                sum.is_cut = true;
            }
            sum
        });
        if let Ok(looked) = looked.await {
            *counts = looked;
        }
    }
}

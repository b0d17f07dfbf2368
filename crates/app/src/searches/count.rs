//! Counting what several queries would have found, in one look through what was heard and what is stored.
//!
//! A [preview](super::preview) tells all about one query. This tells little about many, and often: the set-up asks every
//! few seconds. Like a preview it ends when its time is up and says how far it came.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use switchboard_match::Query;
use switchboard_model::{Post, PostFilter, PostId, StoredPost};

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
}

/// Counts in the making.
struct Tally {
    heard: u64,
    from: Timestamp,
    is_cut: bool,
    each: Vec<TallyOf>,
}

/// One query's count in the making.
#[derive(Clone, Default)]
struct TallyOf {
    count: Count,
    /// When each post that was found was written. How far the look came is known only at its end.
    written: Vec<Timestamp>,
}

impl Tally {
    fn new(queries: usize, from: Timestamp) -> Self {
        Self { heard: 0, from, is_cut: false, each: vec![TallyOf::default(); queries] }
    }

    fn sum(self) -> Counts {
        let sum = |of: TallyOf| {
            let written_lately = of.written.iter().filter(|at| **at >= self.from).count() as u64;
            Count { written_lately, ..of.count }
        };
        Counts {
            heard: self.heard,
            from: self.from,
            is_cut: self.is_cut,
            each: self.each.into_iter().map(sum).collect(),
        }
    }
}

impl TallyOf {
    /// Counts a post. The newest become examples.
    fn add(&mut self, post: &Post, captured_at: Timestamp, example: impl FnOnce() -> Example) {
        self.written.push(post.posted_at.map_or(captured_at, |at| at.min(captured_at)));
        let Count { found, networks, sample, .. } = &mut self.count;
        *found += 1;
        *networks.entry(post.network.clone()).or_default() += 1;
        if sample.len() < SAMPLE || sample.last().is_some_and(|oldest| oldest.post.captured_at < captured_at) {
            sample.push(example());
            sample.sort_by_key(|one| std::cmp::Reverse(one.post.captured_at));
            sample.truncate(SAMPLE);
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
        let (tally, stored) = self.count_stored(actor, queries, since).await?;
        Ok(self.count_heard(queries, tally, stored, until).await?.sum())
    }

    /// The same for queries as they are typed; one that cannot be read finds nothing.
    pub async fn count_queries(&self, actor: &Actor, queries: &[&str]) -> Result<Counts, AppError> {
        let parsed: Vec<Option<Query>> = queries.iter().map(|query| self.parse_query(query).ok()).collect();
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
    ) -> Result<(Tally, HashSet<PostId>), AppError> {
        let (mut tally, mut ids) = (Tally::new(queries.len(), since), HashSet::new());
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
                tally.heard += 1;
                ids.insert(post.post.id.clone());
                for (of, spans) in tally.each.iter_mut().zip(found) {
                    if let Some(spans) = spans {
                        let example = || Example { post: post.clone(), spans, is_stored: true };
                        of.add(&post.post, post.captured_at, example);
                    }
                }
            }
            if is_last || oldest < since {
                break;
            }
            if Instant::now() >= until {
                tally.is_cut = true;
                tally.from = oldest;
                break;
            }
        }
        Ok((tally, ids))
    }

    /// Adds what was heard and is not stored.
    async fn count_heard(
        &self,
        queries: &[Query],
        mut tally: Tally,
        stored: HashSet<PostId>,
        until: Instant,
    ) -> Result<Tally, AppError> {
        if !self.look_back.is_on() {
            return Ok(tally);
        }
        let (look_back, triage, queries) = (self.look_back.clone(), self.triage(), queries.to_vec());
        let (since, mut reached) = (tally.from, self.now());
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
            let is_whole = look_back.look(since, ask, |piece| {
                reached = piece.from;
                tally.heard += piece.posts;
                for (heard, found) in piece.found {
                    for (of, spans) in tally.each.iter_mut().zip(found) {
                        if let Some(spans) = spans {
                            of.add(&heard.post, heard.captured_at, || example(heard.clone(), spans));
                        }
                    }
                }
                ControlFlow::Continue(())
            });
            tally.heard = tally.heard.saturating_sub(passed_over);
            if !is_whole {
                tally.from = tally.from.max(reached);
                tally.is_cut = true;
            }
            tally
        });
        looked.await.map_err(|_| AppError::Stopping)
    }
}

#[cfg(test)]
mod tests {
    use switchboard_model::SourceId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_look_that_was_cut_tells_of_the_time_that_it_saw() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let ago = |minutes: i64| now - SignedDuration::from_mins(minutes);
        let mut tally = Tally::new(1, ago(48 * 60));
        let mut add = |captured: i64, posted: Option<i64>| {
            let post = Post { posted_at: posted.map(ago), ..Post::new("x", "1", "kettle") };
            let heard = Heard { captured_at: ago(captured), source: SourceId(Uuid::nil()), canonical_url: None, post };
            let post = heard.post.clone();
            tally.each[0].add(&post, ago(captured), || example(heard, Vec::new()));
        };
        add(47 * 60, None);
        add(20, Some(30 * 60));
        add(10, None);
        add(30, Some(40));
        add(50, Some(45));
        tally.heard = 5;
        tally.from = ago(60);
        let counts = tally.sum();
        let Count { found, written_lately, sample, .. } = &counts.each[0];
        assert_eq!((*found, *written_lately), (5, 3));
        let captured: Vec<Timestamp> = sample.iter().map(|one| one.post.captured_at).collect();
        assert_eq!(captured, [ago(10), ago(20), ago(30)]);
        assert_eq!(counts.per_day(&counts.each[0], now), (now.duration_since(ago(60)) >= ENOUGH).then_some(72.0));
    }
}

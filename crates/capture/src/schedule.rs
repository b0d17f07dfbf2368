//! When to ask a source again, as pure rules: the present and chance come from the caller.
//!
//! A source that answers is asked at the pace at which it speaks, never sooner than it wants. A source that fails is
//! asked ever more rarely. Sources on one host take turns. What a new source brings from before its time is dropped.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Captured, Cursor, FateReason};

use crate::date;

/// Between which bounds a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Never more often than this.
    pub min: Duration,
    /// Never more rarely than this.
    pub max: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { min: Duration::from_secs(5 * 60), max: Duration::from_secs(12 * 3_600) }
    }
}

/// What an answer says about when the next one is worth asking for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// Times of the posts in the answer, in any order.
    pub times: &'a [Timestamp],
    /// `max-age` of the answer, see [`max_age`].
    pub max_age: Option<Duration>,
    /// What the source asks for (`ttl`, `sy:updatePeriod`).
    pub asked: Option<Duration>,
}

/// How many of the newest posts tell the pace of a source.
const RECENT: usize = 10;

/// How long to leave a source alone after it answered. `unit` is chance in `0.0..1.0`.
///
/// A quarter of the usual time between its posts, or of its silence if that is longer, so that a post is seen after an
/// eighth of that time on average; then at least what it asks for; then within the pace; then up to a tenth longer, so
/// that sources which started together drift apart.
pub fn next_wait(pace: Pace, hints: Hints<'_>, now: Timestamp, unit: f64) -> Duration {
    let mut times: Vec<Timestamp> = hints.times.iter().copied().filter(|time| *time <= now).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(RECENT);
    let usual = match (times.first(), times.last()) {
        (Some(first), Some(last)) if times.len() > 1 => first.duration_since(*last) / (times.len() as i32 - 1),
        _ => SignedDuration::ZERO,
    };
    let silence = times.first().map_or(SignedDuration::ZERO, |first| now.duration_since(*first));
    let wait = Duration::try_from(usual.max(silence) / 4).unwrap_or(pace.min);
    let wait = wait.max(hints.max_age.unwrap_or_default()).max(hints.asked.unwrap_or_default());
    let wait = wait.clamp(pace.min, pace.max.max(pace.min));
    wait.mul_f64(1.0 + 0.1 * unit.clamp(0.0, 1.0))
}

/// How long to wait after a number of failures in a row: exponential with full jitter, from `base` up to `ceiling`.
///
/// Any moment up to the bound is equally likely, so that many sources that failed together do not come back together.
/// See "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
pub fn back_off(failures: u32, base: Duration, ceiling: Duration, unit: f64) -> Duration {
    let factor = 1u32.checked_shl(failures.saturating_sub(1).min(30)).unwrap_or(u32::MAX);
    let bound = base.saturating_mul(factor).min(ceiling);
    bound.mul_f64(unit.clamp(0.0, 1.0)).max(Duration::from_secs(1).min(ceiling))
}

/// No network is left alone longer than this because it asked for it.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(7 * 86_400);

/// Reads `Retry-After`: seconds, or an HTTP date. What lies in the past is no pause.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => {
            Duration::from_secs_f64(seconds.clamp(0.0, MAX_RETRY_AFTER.as_secs_f64()))
        }
        Ok(_) => return None,
        Err(_) => Duration::try_from(date::read(value)?.duration_since(now)).unwrap_or_default(),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Reads `max-age` of `Cache-Control`; `None` if the answer may not be kept or does not tell.
pub fn max_age(cache_control: &str) -> Option<Duration> {
    let lower = cache_control.to_ascii_lowercase();
    let mut found = None;
    for directive in lower.split(',').map(str::trim) {
        match directive.split_once('=') {
            Some(("max-age", seconds)) => found = seconds.trim_matches('"').parse().ok().map(Duration::from_secs),
            None if matches!(directive, "no-store" | "no-cache") => return None,
            _ => {}
        }
    }
    found
}

/// Turns on one host. The caller asks before each request and waits as long as told.
#[derive(Debug, Clone)]
pub struct Politeness {
    gap: Duration,
    free_at: HashMap<String, Timestamp>,
}

/// When more hosts than this are known, those that are free are forgotten.
const MAX_HOSTS: usize = 10_000;

impl Politeness {
    /// At most one request per host in each `gap`.
    pub fn new(gap: Duration) -> Self {
        Self { gap, free_at: HashMap::new() }
    }

    /// Takes the next turn on a host; returns how long to wait for it.
    pub fn take_turn(&mut self, host: &str, now: Timestamp) -> Duration {
        if self.free_at.len() >= MAX_HOSTS {
            self.free_at.retain(|_, free_at| *free_at > now);
        }
        let gap = self.gap;
        let free_at = self.free_at.entry(host.to_ascii_lowercase()).or_insert(now);
        let turn = (*free_at).max(now);
        *free_at = later(turn, gap);
        Duration::try_from(turn.duration_since(now)).unwrap_or_default()
    }

    /// The host asked to be left alone; turns that were not taken yet come after that.
    pub fn pause(&mut self, host: &str, pause: Duration, now: Timestamp) {
        let until = later(now, pause);
        let free_at = self.free_at.entry(host.to_ascii_lowercase()).or_insert(until);
        *free_at = (*free_at).max(until);
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| time.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

/// The first run of a new source, which must not flood the desk with what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstRun {
    /// What is older is dropped.
    pub since: Timestamp,
}

impl FirstRun {
    /// How far back a new source reaches unless its settings say otherwise.
    pub const DEFAULT_HOURS: u32 = 48;
    /// How many posts without a time a new source may bring.
    pub const UNDATED: usize = 20;

    /// The cut-off of a source, if this is its first run: only a source without a cursor has one.
    pub fn of(created_at: Timestamp, hours: u32, cursor: Option<&Cursor>) -> Option<Self> {
        let back = SignedDuration::from_hours(hours.into());
        cursor.is_none().then(|| Self { since: created_at.checked_sub(back).unwrap_or(Timestamp::MIN) })
    }

    /// Call it after [`crate::dedup::FeedCursor::only_news`], which has to remember also what is dropped here; else the
    /// next poll, which is no first run any more, would bring it.
    ///
    /// Drops what is too old, and all but the last [`FirstRun::UNDATED`] posts without a time. `posts` come oldest first.
    pub fn apply(&self, posts: &mut [Captured]) {
        let mut undated = 0;
        for captured in posts.iter_mut().rev() {
            let Ok(post) = &captured.post else { continue };
            let is_kept = match post.posted_at {
                Some(posted_at) => posted_at >= self.since,
                None => {
                    undated += 1;
                    undated <= Self::UNDATED
                }
            };
            if !is_kept {
                captured.post = Err(FateReason::TooOld);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use switchboard_model::Post;

    use super::*;

    const MINUTE: u64 = 60;
    const HOUR: u64 = 3_600;

    fn now() -> Timestamp {
        "2026-05-04T12:00:00Z".parse().unwrap()
    }

    fn ago(seconds: u64) -> Timestamp {
        now() - SignedDuration::from_secs(seconds as i64)
    }

    #[test]
    fn asks_at_the_pace_of_the_source() {
        let check = |ages_s: &[u64], max_age_s: u64, asked_s: u64, expected_s: u64| {
            let times: Vec<Timestamp> = ages_s.iter().map(|age| ago(*age)).collect();
            let hints = Hints {
                times: &times,
                max_age: (max_age_s > 0).then(|| Duration::from_secs(max_age_s)),
                asked: (asked_s > 0).then(|| Duration::from_secs(asked_s)),
            };
            assert_eq!(next_wait(Pace::default(), hints, now(), 0.0).as_secs(), expected_s, "{ages_s:?}");
        };
        check(&[], 0, 0, 5 * MINUTE);
        check(&[10, 20, 30], 0, 0, 5 * MINUTE);
        check(&[HOUR, 5 * HOUR, 9 * HOUR], 0, 0, HOUR);
        check(&[8 * HOUR, 9 * HOUR], 0, 0, 2 * HOUR);
        check(&[365 * 24 * HOUR], 0, 0, 12 * HOUR);
        check(&[], HOUR, 0, HOUR);
        check(&[], 0, 2 * HOUR, 2 * HOUR);
        check(&[], 0, 900 * HOUR, 12 * HOUR);
        let late = next_wait(Pace::default(), Hints::default(), now(), 0.999);
        assert!(late > Duration::from_secs(5 * MINUTE) && late < Duration::from_secs(331));
    }

    #[test]
    fn backs_off_with_full_jitter() {
        let check = |failures: u32, unit: f64, expected_s: u64| {
            let found = back_off(failures, Duration::from_secs(30), Duration::from_secs(HOUR), unit);
            assert_eq!(found.as_secs(), expected_s, "{failures} {unit}");
        };
        check(0, 1.0, 30);
        check(1, 1.0, 30);
        check(2, 1.0, 60);
        check(5, 0.5, 240);
        check(20, 1.0, HOUR);
        check(u32::MAX, 1.0, HOUR);
        check(5, 0.0, 1);
    }

    #[test]
    fn reads_what_servers_ask_for() {
        let check = |value: &str, expected_s: Option<u64>| {
            assert_eq!(retry_after(value, now()).map(|wait| wait.as_secs()), expected_s, "{value}");
        };
        check("120", Some(120));
        check(" 1.5 ", Some(1));
        check("-5", Some(0));
        check("999999999999", Some(7 * 86_400));
        check("Mon, 04 May 2026 12:01:00 GMT", Some(60));
        check("Mon, 04 May 2020 12:01:00 GMT", Some(0));
        check("soon", None);
        check("NaN", None);
        assert_eq!(max_age("public, Max-Age=600"), Some(Duration::from_secs(600)));
        assert_eq!(max_age("no-cache, max-age=600"), None);
        assert_eq!(max_age("max-age=x"), None);
    }

    #[test]
    fn hosts_are_asked_in_turns() {
        let mut politeness = Politeness::new(Duration::from_secs(2));
        assert_eq!(politeness.take_turn("a.example", now()).as_secs(), 0);
        assert_eq!(politeness.take_turn("A.example", now()).as_secs(), 2);
        assert_eq!(politeness.take_turn("b.example", now()).as_secs(), 0);
        politeness.pause("a.example", Duration::from_secs(100), now());
        assert_eq!(politeness.take_turn("a.example", now()).as_secs(), 100);
        assert_eq!(politeness.take_turn("a.example", now() + SignedDuration::from_secs(500)).as_secs(), 0);
    }

    #[test]
    fn a_new_source_does_not_flood() {
        let post = |id: usize, age_h: Option<u64>| {
            let mut post = Post::new("feed", &id.to_string(), "x");
            post.posted_at = age_h.map(|age| ago(age * HOUR));
            Captured::heard(post)
        };
        let mut posts: Vec<Captured> =
            vec![post(0, Some(100)), post(1, Some(47)), post(2, Some(0)), Captured::refused(FateReason::NoId)];
        posts.extend((10..40).map(|id| post(id, None)));
        FirstRun::of(now(), FirstRun::DEFAULT_HOURS, None).unwrap().apply(&mut posts);
        assert_eq!(posts[0].post, Err(FateReason::TooOld));
        assert!(posts[1].post.is_ok() && posts[2].post.is_ok());
        assert_eq!(posts[3].post, Err(FateReason::NoId));
        assert_eq!(posts[4..].iter().filter(|captured| captured.post.is_ok()).count(), 20);
        assert!(posts[4].post.is_err() && posts.last().unwrap().post.is_ok());
        assert_eq!(FirstRun::of(now(), 48, Some(&Cursor("{}".into()))), None);
    }

    proptest! {
        #[test]
        fn waits_stay_within_bounds(ages in prop::collection::vec(0u64..10_000_000, 0..20), max_age in 0u64.., asked in 0u64.., unit in 0.0f64..1.0, failures in 0u32..) {
            let times: Vec<Timestamp> = ages.iter().map(|age| ago(*age)).collect();
            let hints = Hints { times: &times, max_age: Some(Duration::from_secs(max_age)), asked: Some(Duration::from_secs(asked)) };
            let pace = Pace::default();
            let wait = next_wait(pace, hints, now(), unit);
            prop_assert!(wait >= pace.min && wait <= pace.max.mul_f64(1.1));
            prop_assert!(back_off(failures, pace.min, pace.max, unit) <= pace.max);
        }
    }
}

//! The pace of a replay: posts come as far apart as they were posted, divided by the speed.

use std::time::Duration;

use jiff::Timestamp;

/// How fast a recording runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// As fast as posts are taken.
    Max,
    /// That many times the pace of `posted_at`.
    Times(f64),
}

impl std::str::FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let times = text.strip_suffix('x').unwrap_or(text).parse::<f64>().ok();
        match times.filter(|times| times.is_finite() && *times > 0.0) {
            Some(times) => Ok(Self::Times(times)),
            None => Err(format!("'{text}' is not a speed; give a number above 0 such as 10, or max")),
        }
    }
}

/// Keeps the pace of one replay. Pure: told how long it runs, says how long to wait.
#[derive(Debug, Clone)]
pub struct Pace {
    speed: Speed,
    first: Option<Timestamp>,
}

impl Pace {
    /// A pace that begins with the first dated post.
    pub fn new(speed: Speed) -> Self {
        Self { speed, first: None }
    }

    /// How long to wait before a post, `elapsed` after the replay began. Posts without a date, and posts older than
    /// the first (recordings are not always sorted), come at once.
    pub fn wait(&mut self, posted_at: Option<Timestamp>, elapsed: Duration) -> Duration {
        let (Speed::Times(times), Some(posted_at)) = (self.speed, posted_at) else { return Duration::ZERO };
        let first = *self.first.get_or_insert(posted_at);
        let apart = Duration::try_from(posted_at.duration_since(first)).unwrap_or(Duration::ZERO);
        let due = Duration::try_from_secs_f64(apart.as_secs_f64() / times).unwrap_or(Duration::MAX);
        due.saturating_sub(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_numbers_or_max() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("2.5".parse(), Ok(Speed::Times(2.5)));
        assert_eq!("10x".parse(), Ok(Speed::Times(10.0)));
        for bad in ["0", "-1", "fast", "inf", ""] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }

    #[test]
    fn posts_wait_for_their_time() {
        let at = |second| Timestamp::from_second(second).ok();
        let mut pace = Pace::new(Speed::Times(2.0));
        assert_eq!(pace.wait(at(1000), Duration::ZERO), Duration::ZERO);
        assert_eq!(pace.wait(at(1010), Duration::from_secs(1)), Duration::from_secs(4));
        assert_eq!(pace.wait(at(990), Duration::from_secs(5)), Duration::ZERO);
        assert_eq!(pace.wait(None, Duration::from_secs(5)), Duration::ZERO);
        assert_eq!(Pace::new(Speed::Max).wait(at(1010), Duration::ZERO), Duration::ZERO);
    }
}

//! How much was said: mentions of a search by the hour and the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use switchboard_model::SearchId;

use super::SearchError;
use crate::App;

/// The longest time that is looked back, in days.
pub const MOST_DAYS: u16 = 366;
/// Fewer days than this do not tell what is usual.
const ENOUGH_DAYS: usize = 7;

/// Mentions of a search, hour for hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// When each hour began, by UTC, and how many posts of it the search has matched; without a gap. The last hour is not
    /// over yet.
    pub hours: Vec<(Timestamp, u64)>,
}

impl Volume {
    /// The same by the days of a zone. The last day is not over yet. Where the zone is no whole number of hours away from
    /// UTC, an hour belongs to the day in which it begins.
    pub fn days(&self, zone: &TimeZone) -> Vec<(Date, u64)> {
        let mut days: BTreeMap<Date, u64> = BTreeMap::new();
        for (hour, mentions) in &self.hours {
            *days.entry(hour.to_zoned(zone.clone()).date()).or_default() += mentions;
        }
        days.into_iter().collect()
    }
}

/// What eight of ten whole days lie between: the first and the last decile. The last value is a day that is not over and
/// does not count. Nothing where there are too few days to tell.
pub fn usual(days: &[u64]) -> Option<(u64, u64)> {
    let (_, whole) = days.split_last()?;
    // Days before the first mention tell nothing: nobody listened yet, or there was nothing to hear.
    let begun = whole.iter().position(|mentions| *mentions > 0)?;
    let mut heard = whole.get(begun..)?.to_vec();
    if heard.len() < ENOUGH_DAYS {
        return None;
    }
    heard.sort_unstable();
    let last = heard.len() - 1;
    Some((*heard.get(last / 10)?, *heard.get(last - last / 10)?))
}

/// The first hour that begins at a moment or after it.
fn hour_from(at: Timestamp) -> Timestamp {
    let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    Timestamp::from_second(second + (-second).rem_euclid(3600)).unwrap_or(at)
}

/// When the day began that was so many days before today, by the zone's own clock.
fn midnight(now: Timestamp, zone: &TimeZone, days_ago: u16) -> Timestamp {
    let today = now.to_zoned(zone.clone()).date();
    let day = today.checked_sub(jiff::Span::new().days(days_ago)).unwrap_or(today);
    day.to_zoned(zone.clone()).map_or(now, |midnight| midnight.timestamp())
}

impl App {
    /// How often a search matched in each hour of the last days: today, by the clock of `zone`, and as many days before.
    pub async fn volume(&self, id: SearchId, days: u16, zone: &TimeZone) -> Result<Volume, SearchError> {
        self.get_search(id).await?;
        let now = self.now();
        let from = hour_from(midnight(now, zone, days.min(MOST_DAYS)));
        let counted = self.store.hours_of_search(id, from, now).await?;
        let counted: BTreeMap<Timestamp, u64> = counted.into_iter().collect();
        let every_hour = std::iter::successors(Some(from), |hour| hour.checked_add(SignedDuration::from_hours(1)).ok());
        let hours = every_hour.take_while(|hour| *hour <= now);
        Ok(Volume { hours: hours.map(|hour| (hour, counted.get(&hour).copied().unwrap_or(0))).collect() })
    }

    /// How often each search matched on each of the last days, today included, by the clock of `zone`. Searches without
    /// a mention are left out. Where the clocks were changed in between, the days before count by the hours of today.
    pub async fn volumes(&self, days: u16, zone: &TimeZone) -> Result<BTreeMap<SearchId, Vec<u64>>, SearchError> {
        let now = self.now();
        let days = days.clamp(1, MOST_DAYS);
        let from = midnight(now, zone, 0) - SignedDuration::from_hours(24 * i64::from(days - 1));
        let counted = self.store.days_of_searches(hour_from(from), now).await?;
        let every_day = |counts: BTreeMap<usize, u64>| {
            let mut days = vec![0; usize::from(days)];
            let today = days.len() - 1;
            // Today has a 25th hour where the clocks go back.
            counts.into_iter().for_each(|(day, mentions)| days[day.min(today)] += mentions);
            days
        };
        Ok(counted.into_iter().map(|(search, counts)| (search, every_day(counts))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_leaves_the_extremes_and_today_out() {
        let mut days: Vec<u64> = (1..=30).collect();
        days.push(1000);
        assert_eq!(usual(&days), Some((3, 28)));
        assert_eq!(usual(&[0, 0, 4, 4, 4, 4, 4, 4, 4, 0]), Some((4, 4)), "days before the first mention do not count");
        assert_eq!(usual(&[4, 4, 4, 4, 4, 4, 9]), None, "six days are too few");
        assert_eq!(usual(&[]), None);
        assert_eq!(usual(&[0; 40]), None);
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let hour = |text: &str| text.parse::<Timestamp>().expect("a time");
        let hours = vec![
            (hour("2026-03-28T22:00:00Z"), 1),
            (hour("2026-03-28T23:00:00Z"), 2),
            (hour("2026-03-29T21:00:00Z"), 4),
            (hour("2026-03-29T22:00:00Z"), 8),
        ];
        let volume = Volume { hours };
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let counts: Vec<u64> = volume.days(&zone).into_iter().map(|(_, mentions)| mentions).collect();
        assert_eq!(counts, [1, 6, 8], "the clocks go forward on the 29th");
    }

    #[test]
    fn the_first_hour_of_a_day_is_the_one_that_begins_in_it() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(hour_from(at("2026-03-28T22:00:00Z")), at("2026-03-28T22:00:00Z"));
        assert_eq!(hour_from(at("2026-03-28T22:00:00.1Z")), at("2026-03-28T23:00:00Z"));
        assert_eq!(hour_from(at("1969-12-31T23:30:00Z")), at("1970-01-01T00:00:00Z"));
        let kolkata = TimeZone::get("Asia/Kolkata").expect("a zone");
        let midnight = midnight(at("2026-03-28T19:00:00Z"), &kolkata, 1);
        assert_eq!(midnight, at("2026-03-27T18:30:00Z"));
        assert_eq!(hour_from(midnight), at("2026-03-27T19:00:00Z"));
    }
}

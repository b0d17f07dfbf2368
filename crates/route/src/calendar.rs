//! When somebody or a department works: weekly hours in a time zone, without days off. Everything that counts time in
//! business hours asks this.
//!
//! A day is a day of the calendar in the time zone, and hours are what a clock on the wall shows there: on the day on
//! which clocks go forward, 02:00–03:00 does not exist and counts nothing, on the day on which they go back it counts
//! twice. Stretches belong to the day on which they begin, so that a night before a holiday is worked to its end.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use switchboard_model::{Duty, DutyHours};

/// Beyond this nobody looks: who does not work within so many days does not work.
const HORIZON_DAYS: i32 = 400;

/// Weekly hours in a time zone, without days off.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    /// None mean all day, every day.
    hours: Vec<DutyHours>,
    off: BTreeSet<Date>,
}

/// A stretch of time in which somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends: the first moment that is not part of it.
    pub until: Timestamp,
}

impl Calendar {
    /// At all times.
    pub fn always() -> Self {
        Self { zone: TimeZone::UTC, hours: Vec::new(), off: BTreeSet::new() }
    }

    /// Weekly hours by the clock of a time zone (IANA name; UTC if this machine does not know it), without the days off.
    pub fn new(hours: &Duty, time_zone: &str, off: impl IntoIterator<Item = Date>) -> Self {
        Self {
            zone: TimeZone::get(time_zone).unwrap_or(TimeZone::UTC),
            hours: hours.0.clone(),
            off: off.into_iter().collect(),
        }
    }

    /// Whether there is any moment at which nobody works.
    fn is_always(&self) -> bool {
        self.hours.is_empty() && self.off.is_empty()
    }

    /// Whether somebody works at that moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.is_always() || self.stretches(at).next().is_some_and(|stretch| stretch.from <= at)
    }

    /// The first moment from `at` on at which somebody works: `at` itself if somebody does. `None` if that is beyond a
    /// year.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_always() {
            return Some(at);
        }
        self.stretches(at).next().map(|stretch| stretch.from.max(at))
    }

    /// When the stretch ends that holds `at`. `None` if nobody works then, or the end is beyond a year.
    pub fn next_close(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_always() {
            return None;
        }
        let mut until: Option<Timestamp> = None;
        for stretch in self.stretches(at) {
            match until {
                None if stretch.from <= at => until = Some(stretch.until),
                // One that begins where the last one ended goes on.
                Some(end) if stretch.from == end => until = Some(stretch.until),
                _ => return until,
            }
        }
        None
    }

    /// The moment at which `time` has been worked since `from`. `None` if that is beyond a year.
    pub fn after(&self, from: Timestamp, time: SignedDuration) -> Option<Timestamp> {
        if self.is_always() {
            return from.checked_add(time).ok();
        }
        if time <= SignedDuration::ZERO {
            return Some(from);
        }
        let mut left = time;
        for stretch in self.stretches(from) {
            let begin = stretch.from.max(from);
            let worked = stretch.until.duration_since(begin);
            if worked >= left {
                return begin.checked_add(left).ok();
            }
            left -= worked;
        }
        None
    }

    /// How much was worked from one moment to another; nothing where the second is not later.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        if until <= from {
            return SignedDuration::ZERO;
        }
        if self.is_always() {
            return until.duration_since(from);
        }
        let mut worked = SignedDuration::ZERO;
        let mut from = from;
        // Pieces of a year, so that a case that is older than the horizon counts whole.
        while from < until {
            let piece = from.checked_add(SignedDuration::from_hours(24 * 365)).unwrap_or(until).min(until);
            for stretch in self.stretches(from).take_while(|stretch| stretch.from < piece) {
                worked += stretch.until.min(piece).duration_since(stretch.from.max(from));
            }
            from = piece;
        }
        worked
    }

    /// The stretches that end after a moment, in their order, as far as the horizon. None overlaps another.
    pub fn stretches(&self, after: Timestamp) -> impl Iterator<Item = Stretch> + '_ {
        // One of the day before may still be under way.
        let today = after.to_zoned(self.zone.clone()).date();
        let mut day = today.yesterday().ok();
        let mut ready: Vec<Stretch> = Vec::new();
        let mut last = Timestamp::MIN;
        std::iter::from_fn(move || {
            loop {
                if let Some(stretch) = ready.pop() {
                    let stretch = Stretch { from: stretch.from.max(last), ..stretch };
                    if stretch.until <= after || stretch.until <= stretch.from {
                        continue;
                    }
                    last = stretch.until;
                    return Some(stretch);
                }
                let date = day?;
                let has_ended = date.since(today).is_ok_and(|span| span.get_days() > HORIZON_DAYS);
                day = date.tomorrow().ok().filter(|_| !has_ended);
                ready = self.of_day(date);
                ready.reverse();
            }
        })
    }

    /// What is worked on a day, in its order.
    fn of_day(&self, date: Date) -> Vec<Stretch> {
        if self.off.contains(&date) {
            return Vec::new();
        }
        let weekday = u8::try_from(date.weekday().to_monday_one_offset()).unwrap_or(1);
        let whole = [DutyHours { day: weekday, from: 0, to: 24 * 60 }];
        let hours = if self.hours.is_empty() { &whole[..] } else { &self.hours };
        let mut stretches: Vec<Stretch> = hours
            .iter()
            .filter(|hours| hours.day == weekday)
            .filter_map(|hours| {
                let from = self.moment(date, hours.from)?;
                let until = self.moment(date, hours.to)?;
                (from < until).then_some(Stretch { from, until })
            })
            .collect();
        stretches.sort_by_key(|stretch| (stretch.from, stretch.until));
        stretches
    }

    /// The moment at which the clock on the wall shows that many minutes after midnight. One that the clock jumps over is
    /// the moment of the jump's end, one that it shows twice the first of them.
    fn moment(&self, date: Date, minutes: u16) -> Option<Timestamp> {
        let at: DateTime = date.at(0, 0, 0, 0).checked_add(i64::from(minutes).minutes()).ok()?;
        let zoned = self.zone.to_ambiguous_timestamp(at);
        zoned.compatible().ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    fn hours(stretches: &[(u8, u16, u16)]) -> Duty {
        Duty(stretches.iter().map(|(day, from, to)| DutyHours { day: *day, from: from * 60, to: to * 60 }).collect())
    }

    /// Monday to Friday, nine to five.
    fn week() -> Duty {
        hours(&[(1, 9, 17), (2, 9, 17), (3, 9, 17), (4, 9, 17), (5, 9, 17)])
    }

    #[test]
    fn time_is_counted_while_somebody_works() {
        let calendar = Calendar::new(&week(), "Europe/Lisbon", [date(2026, 12, 25)]);
        let check = |from: &str, minutes: i64, expected: &str| {
            let time = SignedDuration::from_mins(minutes);
            assert_eq!(calendar.after(at(from), time), Some(at(expected)), "{from} + {minutes}");
            assert_eq!(calendar.between(at(from), at(expected)), time, "{from} to {expected}");
        };
        // 2026-12-21 is a Monday; Lisbon is UTC in winter.
        check("2026-12-21T09:00:00Z", 60, "2026-12-21T10:00:00Z");
        check("2026-12-21T07:00:00Z", 60, "2026-12-21T10:00:00Z");
        check("2026-12-21T16:30:00Z", 60, "2026-12-22T09:30:00Z");
        check("2026-12-24T16:30:00Z", 60, "2026-12-28T09:30:00Z");
        check("2026-12-26T12:00:00Z", 8 * 60, "2026-12-28T17:00:00Z");
        check("2026-12-21T09:00:00Z", 0, "2026-12-21T09:00:00Z");
    }

    #[test]
    fn daylight_saving_moves_the_hours_and_not_the_time() {
        // Clocks go forward on 29 March 2026 at 02:00 and back on 25 October at 03:00, both Sundays.
        let night = hours(&[(6, 22, 30), (7, 22, 30)]);
        let calendar = Calendar::new(&night, "Europe/Berlin", []);
        let from = at("2026-03-28T21:00:00Z");
        assert_eq!(calendar.next_close(from), Some(at("2026-03-29T04:00:00Z")));
        assert_eq!(calendar.between(from, at("2026-03-29T12:00:00Z")), SignedDuration::from_hours(7));
        let from = at("2026-10-24T20:00:00Z");
        assert_eq!(calendar.between(from, at("2026-10-25T12:00:00Z")), SignedDuration::from_hours(9));
        let day = Calendar::new(&week(), "Europe/Berlin", []);
        assert_eq!(day.next_open(at("2026-03-28T12:00:00Z")), Some(at("2026-03-30T07:00:00Z")));
        assert_eq!(day.next_open(at("2026-10-24T12:00:00Z")), Some(at("2026-10-26T08:00:00Z")));
        let jumped = Calendar::new(&Duty(vec![DutyHours { day: 7, from: 150, to: 240 }]), "Europe/Berlin", []);
        assert_eq!(jumped.next_open(at("2026-03-29T00:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
    }

    #[test]
    fn days_off_are_off_and_nights_before_them_are_not() {
        let calendar = Calendar::new(&hours(&[(4, 22, 30), (5, 22, 30)]), "UTC", [date(2026, 12, 25)]);
        assert!(calendar.is_open(at("2026-12-25T05:59:00Z")), "it began on the day before");
        assert!(!calendar.is_open(at("2026-12-25T23:00:00Z")));
        let whole = Calendar::new(&Duty::default(), "UTC", [date(2026, 12, 25)]);
        assert!(!whole.is_open(at("2026-12-25T12:00:00Z")));
        assert_eq!(whole.next_open(at("2026-12-25T12:00:00Z")), Some(at("2026-12-26T00:00:00Z")));
        assert_eq!(whole.next_close(at("2026-12-20T12:00:00Z")), Some(at("2026-12-25T00:00:00Z")));
    }

    #[test]
    fn who_never_works_is_never_back() {
        let off: Vec<Date> = date(2026, 1, 1).series(1.day()).take(900).collect();
        let never = Calendar::new(&week(), "UTC", off);
        let now = at("2026-02-01T00:00:00Z");
        assert_eq!((never.next_open(now), never.next_close(now)), (None, None));
        assert_eq!(never.after(now, SignedDuration::from_mins(1)), None);
        assert!(!never.is_open(now));
        let always = Calendar::always();
        assert_eq!((always.next_open(now), always.next_close(now)), (Some(now), None));
        assert_eq!(always.after(now, SignedDuration::from_mins(1)), Some(at("2026-02-01T00:01:00Z")));
    }

    #[test]
    fn stretches_that_overlap_count_once() {
        let twice = Calendar::new(&hours(&[(1, 9, 13), (1, 12, 17), (1, 9, 10)]), "UTC", []);
        let day = (at("2026-12-21T00:00:00Z"), at("2026-12-22T00:00:00Z"));
        assert_eq!(twice.between(day.0, day.1), SignedDuration::from_hours(8));
        assert_eq!(twice.next_close(at("2026-12-21T09:30:00Z")), Some(at("2026-12-21T17:00:00Z")));
    }

    #[test]
    fn what_is_counted_from_is_counted_to() {
        use proptest::prelude::*;
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];
        let stretch = (1u8..=7, 0u16..1440, 1u16..1440).prop_map(|(day, from, length)| DutyHours {
            day,
            from,
            to: from + length,
        });
        let weeks = prop::collection::vec(stretch, 1..8);
        let strategy =
            (weeks, 0..zones.len(), 0i64..500 * 86_400, 1i64..100_000, prop::collection::vec(0i64..400, 0..5));
        proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }, |(
            (hours, zone, start, seconds, off) in strategy)| {
            let first = date(2026, 1, 1);
            let off: Vec<Date> = off.iter().map(|days| first + days.days()).collect();
            let calendar = Calendar::new(&Duty(hours), zones[zone], off);
            let from = at("2026-01-01T00:00:00Z") + SignedDuration::from_secs(start);
            let time = SignedDuration::from_secs(seconds);
            if let Some(until) = calendar.after(from, time) {
                prop_assert_eq!(calendar.between(from, until), time);
                let middle = from + SignedDuration::from_nanos((until.duration_since(from).as_nanos() / 3) as i64);
                prop_assert_eq!(calendar.between(from, middle) + calendar.between(middle, until), time);
            }
            let open = calendar.next_open(from).expect("some hours are worked each week");
            prop_assert!(calendar.is_open(open) && (open == from) == calendar.is_open(from));
            if let Some(close) = calendar.next_close(open) {
                prop_assert!(!calendar.is_open(close) && calendar.is_open(close - SignedDuration::from_micros(1)));
            }
        });
    }
}

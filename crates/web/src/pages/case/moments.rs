//! The moments until which a case can sleep, by the clock of who puts it to sleep.

use std::borrow::Cow;

use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::pages::words;

/// When an evening begins, and a working day.
const EVENING: Time = Time::constant(18, 0, 0, 0);
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// One moment to choose.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// What the form sends.
    pub(crate) word: &'static str,
    pub(crate) name: Cow<'static, str>,
    /// "Mon 09:00" by the clock of who looks.
    pub(crate) clock: String,
}

/// Those that lie ahead.
pub(crate) fn moments(now: Timestamp, zone: &TimeZone) -> Vec<Moment> {
    let names = [
        ("hour", t!("case-snooze-hour")),
        ("tonight", t!("case-snooze-tonight")),
        ("tomorrow", t!("case-snooze-tomorrow")),
        ("week", t!("case-snooze-week")),
    ];
    let moment = |(word, name): (&'static str, Cow<'static, str>)| {
        let at = find(word, now, zone)?.to_zoned(zone.clone());
        let clock = t!("case-snooze-moment", day = words::weekday(at.weekday()), time = words::time(at.time()));
        Some(Moment { word, name, clock: clock.into_owned() })
    };
    let mut moments: Vec<Moment> = names.into_iter().filter_map(moment).collect();
    // On a Sunday tomorrow is next week.
    moments.dedup_by(|later, earlier| later.clock == earlier.clock);
    moments
}

/// The moment that a word means; `None` where it is past or no moment.
pub(crate) fn find(word: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let here = now.to_zoned(zone.clone());
    let at = |day: &Zoned, time: Time| day.date().to_datetime(time).to_zoned(zone.clone()).ok();
    let found = match word {
        "hour" => return now.checked_add(SignedDuration::from_hours(1)).ok(),
        // Shortly before the evening it is no choice any more.
        "tonight" if here.time() < Time::constant(17, 30, 0, 0) => at(&here, EVENING),
        "tomorrow" => at(&here.checked_add(1.day()).ok()?, MORNING),
        "week" => at(&here.nth_weekday(1, Weekday::Monday).ok()?, MORNING),
        _ => None,
    };
    found.map(|found| found.timestamp())
}

/// The moment in a field for date and time, by that clock.
pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let civil: DateTime = text.trim().parse().ok()?;
    Some(civil.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_of_the_clock_on_the_wall() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let check = |now: &str, word: &str, expected: Option<&str>| {
            let now: Timestamp = now.parse().expect("a moment");
            let found = find(word, now, &zone).map(|at| at.to_string());
            assert_eq!(found.as_deref(), expected, "{word}");
        };
        check("2026-03-04T10:00:00Z", "hour", Some("2026-03-04T11:00:00Z"));
        check("2026-03-04T10:00:00Z", "tonight", Some("2026-03-04T16:00:00Z"));
        check("2026-03-04T15:45:00Z", "tonight", None);
        check("2026-03-04T22:30:00Z", "tomorrow", Some("2026-03-06T07:00:00Z"));
        check("2026-03-04T10:00:00Z", "week", Some("2026-03-09T07:00:00Z"));
        check("2026-03-09T10:00:00Z", "week", Some("2026-03-16T07:00:00Z"));
        check("2026-03-04T10:00:00Z", "own", None);
        assert_eq!(read("2026-03-04T12:30", &zone).map(|at| at.to_string()).as_deref(), Some("2026-03-04T10:30:00Z"));
        assert_eq!(read("soon", &zone), None);
    }
}

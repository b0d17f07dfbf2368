//! Stretches of calendars laid over each other: who is there when, and when nobody is.
//!
//! Lists of stretches are in their order here, and none overlaps or touches another.

use jiff::Timestamp;

use crate::calendar::{Calendar, Stretch};

/// What a calendar works from one moment to another, cut off at both.
pub fn within(calendar: &Calendar, from: Timestamp, until: Timestamp) -> Vec<Stretch> {
    let stretches = calendar.stretches(from).take_while(|stretch| stretch.from < until);
    joined(stretches.map(|one| Stretch { from: one.from.max(from), until: one.until.min(until) }).collect())
}

/// The moments at which any of them works.
pub fn joined(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.retain(|stretch| stretch.from < stretch.until);
    stretches.sort_by_key(|stretch| (stretch.from, stretch.until));
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.from <= last.until => last.until = last.until.max(stretch.until),
            _ => joined.push(stretch),
        }
    }
    joined
}

/// The moments of the first list that are not in the second.
pub fn without(stretches: &[Stretch], taken: &[Stretch]) -> Vec<Stretch> {
    let mut left = Vec::new();
    for stretch in stretches {
        let mut from = stretch.from;
        for other in taken.iter().filter(|other| other.until > stretch.from && other.from < stretch.until) {
            if other.from > from {
                left.push(Stretch { from, until: other.from });
            }
            from = from.max(other.until);
        }
        if from < stretch.until {
            left.push(Stretch { from, until: stretch.until });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use proptest::prelude::*;
    use switchboard_model::{Duty, DutyHours};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    fn minute(minute: i64) -> Timestamp {
        at("2026-03-28T00:00:00Z") + SignedDuration::from_mins(minute)
    }

    fn list(pairs: &[(i64, i64)]) -> Vec<Stretch> {
        pairs.iter().map(|(from, until)| Stretch { from: minute(*from), until: minute(*until) }).collect()
    }

    #[test]
    fn what_is_left_has_nobody() {
        let check = |open: &[(i64, i64)], there: &[(i64, i64)], expected: &[(i64, i64)]| {
            assert_eq!(without(&list(open), &joined(list(there))), list(expected), "{open:?} without {there:?}");
        };
        check(&[(0, 100)], &[], &[(0, 100)]);
        check(&[(0, 100)], &[(0, 100)], &[]);
        check(&[(0, 100)], &[(10, 20), (20, 30), (15, 25)], &[(0, 10), (30, 100)]);
        check(&[(0, 100), (200, 300)], &[(50, 250)], &[(0, 50), (250, 300)]);
        check(&[(50, 60)], &[(0, 55), (58, 90)], &[(55, 58)]);
        check(&[], &[(0, 10)], &[]);
    }

    #[test]
    fn a_window_cuts_both_ends_and_nights_go_on() {
        let night = Duty(vec![DutyHours { day: 6, from: 22 * 60, to: 30 * 60 }]);
        let calendar = Calendar::new(&night, "Europe/Berlin", []);
        // The night from Saturday to Sunday on which clocks go forward has seven hours.
        let whole = within(&calendar, at("2026-03-28T00:00:00Z"), at("2026-03-30T00:00:00Z"));
        assert_eq!(whole, [Stretch { from: at("2026-03-28T21:00:00Z"), until: at("2026-03-29T04:00:00Z") }]);
        let sunday = within(&calendar, at("2026-03-28T23:00:00Z"), at("2026-03-29T02:00:00Z"));
        assert_eq!(sunday, [Stretch { from: at("2026-03-28T23:00:00Z"), until: at("2026-03-29T02:00:00Z") }]);
        let off = Calendar::new(&night, "Europe/Berlin", [date(2026, 3, 28)]);
        assert!(within(&off, at("2026-03-28T00:00:00Z"), at("2026-03-30T00:00:00Z")).is_empty());
        let always = within(&Calendar::always(), at("2026-03-28T00:30:00Z"), at("2026-03-31T00:30:00Z"));
        assert_eq!(always, [Stretch { from: at("2026-03-28T00:30:00Z"), until: at("2026-03-31T00:30:00Z") }]);
    }

    /// Any weekly hours in any of some zones, with days off.
    fn calendars() -> impl Strategy<Value = Calendar> {
        const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];
        let hours =
            (1u8..=7, 0u16..1440, 1u16..1440).prop_map(|(day, from, long)| DutyHours { day, from, to: from + long });
        (prop::collection::vec(hours, 0..8), 0..ZONES.len(), prop::collection::vec(0i64..40, 0..6)).prop_map(
            |(hours, zone, off)| {
                let off = off.into_iter().map(|days| date(2026, 3, 10) + jiff::Span::new().days(days));
                Calendar::new(&Duty(hours), ZONES[zone], off)
            },
        )
    }

    #[test]
    fn a_moment_is_in_the_lists_as_it_is_in_the_calendars() {
        let strategy = (calendars(), calendars(), 0i64..20 * 1440, 1i64..10 * 1440, 0i64..10 * 1440);
        proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }, |(
            (office, person, from, long, into) in strategy)| {
            let (from, until) = (minute(from), minute(from + long));
            let (open, there) = (within(&office, from, until), within(&person, from, until));
            let gaps = without(&open, &there);
            for list in [&open, &there, &gaps] {
                prop_assert!(list.iter().all(|one| from <= one.from && one.from < one.until && one.until <= until));
                prop_assert!(list.windows(2).all(|pair| pair[0].until <= pair[1].from));
            }
            let moment = minute(into % long) + from.duration_since(minute(0));
            let holds = |list: &[Stretch]| list.iter().any(|one| one.from <= moment && moment < one.until);
            prop_assert_eq!(holds(&open), office.is_open(moment));
            prop_assert_eq!(holds(&there), person.is_open(moment));
            prop_assert_eq!(holds(&gaps), office.is_open(moment) && !person.is_open(moment));
        });
    }
}

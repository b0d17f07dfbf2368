//! Moments of a history that always ends now: `-14d 08:12`, `-3h20m`, `+2d`.

use std::str::FromStr;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

/// A moment before or after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So many days before the start, at a time of day in UTC.
    Day(i64, Time),
    /// So far from the start.
    Apart(SignedDuration),
}

impl Moment {
    /// When that is for a history that ends at `start`.
    pub fn before(self, start: Timestamp) -> Timestamp {
        match self {
            Self::Apart(apart) => start.saturating_add(apart).unwrap_or(start),
            Self::Day(days, time) => {
                let day = start.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(start);
                let at = day.to_zoned(TimeZone::UTC).date().to_datetime(time);
                at.to_zoned(TimeZone::UTC).map_or(day, |zoned| zoned.timestamp())
            }
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is no moment; write -14d 08:12, -3h20m or +2d");
        let (sign, rest) = match text.as_bytes().first() {
            Some(b'-') => (-1, &text[1..]),
            Some(b'+') => (1, &text[1..]),
            _ => return Err(wrong()),
        };
        if let Some((days, time)) = rest.split_once("d ") {
            let (Ok(days), Ok(time)) = (days.parse(), Time::strptime("%H:%M", time.trim())) else {
                return Err(wrong());
            };
            return if sign < 0 && days >= 2 { Ok(Self::Day(days, time)) } else { Err(wrong()) };
        }
        let (mut seconds, mut number) = (0_i64, String::new());
        for letter in rest.chars() {
            let unit = match letter {
                '0'..='9' => {
                    number.push(letter);
                    continue;
                }
                'd' => 86_400,
                'h' => 3_600,
                'm' => 60,
                's' => 1,
                _ => return Err(wrong()),
            };
            seconds += unit * number.parse::<i64>().map_err(|_| wrong())?;
            number.clear();
        }
        if number.is_empty() { Ok(Self::Apart(SignedDuration::from_secs(sign * seconds))) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_placed() {
        let start: Timestamp = "2026-11-22T14:00:30Z".parse().expect("a time");
        let check = |text: &str, expected: Option<&str>| {
            let at = text.parse::<Moment>().ok().map(|moment| moment.before(start).to_string());
            assert_eq!(at.as_deref(), expected, "{text}");
        };
        check("-14d 08:12", Some("2026-11-08T08:12:00Z"));
        check("-3h20m", Some("2026-11-22T10:40:30Z"));
        check("-4m", Some("2026-11-22T13:56:30Z"));
        check("+2d", Some("2026-11-24T14:00:30Z"));
        check("-1d 08:12", None);
        check("yesterday", None);
        check("-3", None);
        check("-2d 25:00", None);
    }
}

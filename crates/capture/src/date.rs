//! Times as feeds write them: RFC 822 and its misspellings, ISO 8601 in all lengths, C's `asctime`, plain numbers.
//!
//! A time without a zone is read as UTC. What cannot be read is `None`; nothing is guessed from the present.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

/// Nothing longer than this is a time.
const MAX_LENGTH: usize = 100;

/// Reads a time in any form that feeds use.
///
/// ```
/// use switchboard_capture::date::read;
/// assert_eq!(read("Thu, 01 Jan 04 19:48 EST"), read("2004-01-02T00:48:00Z"));
/// ```
pub fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let found = iso(text).or_else(|| words(text)).or_else(|| number(text))?;
    let year = jiff::tz::Offset::UTC.to_datetime(found).year();
    (1970..=9998).contains(&year).then_some(found)
}

/// Seconds or milliseconds since 1970, as some programs print them.
fn number(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9..=10 => Timestamp::from_second(number).ok(),
        12..=13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// A reader of digits and signs.
struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let length = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if length < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        digits.parse().ok()
    }

    fn eat(&mut self, any: &[char]) -> bool {
        match self.rest.strip_prefix(any) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

/// `2004`, `2004-01`, `20040101`, `2004-01-01T19:48:21.5-05:00`, `2004-001`, `2004/01/01 19:48`, `-04-01-01` and so on.
fn iso(text: &str) -> Option<Timestamp> {
    let mut scan = Scan { rest: text };
    let start = text.bytes().take_while(u8::is_ascii_digit).count();
    // Days of the year come as three digits, compact dates as eight in a row.
    let (year, month, day) = match start {
        8 | 14 => (scan.digits(4, 4)?, scan.digits(2, 2)?, scan.digits(2, 2)?),
        7 => {
            let year = scan.digits(4, 4)?;
            let (month, day) = of_year_day(year, scan.digits(3, 3)?)?;
            (year, month, day)
        }
        6 => (century(scan.digits(2, 2)?), scan.digits(2, 2)?, scan.digits(2, 2)?),
        4 => {
            let year = scan.digits(4, 4)?;
            if !scan.eat(&['-', '/', '.']) {
                if scan.rest.is_empty() { (year, 1, 1) } else { return None }
            } else if scan.rest.bytes().take_while(u8::is_ascii_digit).count() == 3 {
                let (month, day) = of_year_day(year, scan.digits(3, 3)?)?;
                (year, month, day)
            } else {
                let month = scan.digits(1, 2)?;
                let day = if scan.eat(&['-', '/', '.']) { scan.digits(1, 2)? } else { 1 };
                (year, month, day)
            }
        }
        // `03-12-31`: two-digit years in front.
        2 => {
            let year = scan.digits(2, 2)?;
            if !scan.eat(&['-']) {
                return None;
            }
            let month = scan.digits(2, 2)?;
            let day = if scan.eat(&['-']) { scan.digits(2, 2)? } else { 1 };
            (century(year), month, day)
        }
        _ => return None,
    };
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    if start == 14 {
        return at(date, clock(&mut scan)?, zone(scan.rest)?);
    }
    scan.eat(&['T', 't', ',']);
    scan.space();
    if scan.rest.is_empty() {
        return at(date, (0, 0, 0, 0), 0);
    }
    if matches!(scan.rest, "Z" | "z") {
        return at(date, (0, 0, 0, 0), 0);
    }
    let time = clock(&mut scan)?;
    at(date, time, zone(scan.rest)?)
}

fn of_year_day(year: i64, day: i64) -> Option<(i64, i64)> {
    let first = Date::new(year.try_into().ok()?, 1, 1).ok()?;
    let date = first.checked_add(jiff::Span::new().try_days(day - 1).ok()?).ok()?;
    (day >= 1 && date.year() == first.year()).then_some((date.month().into(), date.day().into()))
}

/// Two digits mean 1970 to 2069, three (`104`) were written by a program that counts from 1900.
fn century(year: i64) -> i64 {
    match year {
        0..=69 => year + 2000,
        70..=199 => year + 1900,
        _ => year,
    }
}

/// Hour, minute, second, nanosecond.
type Clock = (i64, i64, i64, i64);

fn clock(scan: &mut Scan<'_>) -> Option<Clock> {
    let mut hour = scan.digits(1, 2)?;
    let is_compact = scan.rest.starts_with(|c: char| c.is_ascii_digit());
    let mut minute = 0;
    let mut second = 0;
    let mut nanosecond = 0;
    if is_compact || scan.eat(&[':', '.', 'h']) {
        minute = scan.digits(1, 2)?;
        if (is_compact && scan.rest.starts_with(|c: char| c.is_ascii_digit())) || scan.eat(&[':', '.']) {
            second = scan.digits(1, 2)?;
            if scan.eat(&['.', ',']) {
                let digits: String = scan.rest.chars().take(9).take_while(char::is_ascii_digit).collect();
                nanosecond = format!("{digits:0<9}").parse().ok()?;
                scan.rest = scan.rest.trim_start_matches(|c: char| c.is_ascii_digit());
            }
        }
    }
    let after = scan.rest.trim_start();
    for (word, shift) in [("am", 0), ("pm", 12)] {
        let found = after.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let stands_alone = after.get(2..).is_some_and(|tail| !tail.starts_with(|c: char| c.is_ascii_alphabetic()));
        if found && stands_alone && hour <= 12 {
            hour = hour % 12 + shift;
            scan.rest = after.get(2..).unwrap_or_default();
        }
    }
    Some((hour, minute, second, nanosecond))
}

fn at(date: Date, (hour, minute, second, nanosecond): Clock, zone_s: i64) -> Option<Timestamp> {
    // 24:00 is the end of the day, and a leap second is read as the one before it ended.
    let (date, hour) = if hour == 24 && minute == 0 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
    let time = Time::new(
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.min(if second == 60 { 59 } else { second }).try_into().ok()?,
        nanosecond.try_into().ok()?,
    )
    .ok()?;
    let utc = jiff::tz::Offset::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    utc.checked_sub(jiff::SignedDuration::from_secs(zone_s)).ok()
}

/// The offset in seconds of a zone as it stands at the end of a time; no zone is UTC.
fn zone(text: &str) -> Option<i64> {
    let text = text.trim();
    // `-0500 (EST)`, `+01:00 GMT`: the first word decides; `GMT+1` keeps its number.
    let text = text.split_once('(').map_or(text, |(zone, _)| zone).trim();
    if text.is_empty() {
        return Some(0);
    }
    let upper = text.to_ascii_uppercase();
    let (name, number) = match upper.find(['+', '-']) {
        Some(sign) => upper.split_at_checked(sign)?,
        None => (upper.as_str(), ""),
    };
    let name = name.trim();
    if number.is_empty() {
        let name = name.split_whitespace().next().unwrap_or(name);
        return NAMED_ZONES.iter().find(|(zone, _)| *zone == name).map(|(_, hours)| (hours * 3600.0) as i64);
    }
    let sign = if number.starts_with('-') { -1 } else { 1 };
    let mut scan = Scan { rest: number.get(1..)? };
    scan.space();
    let length = scan.rest.bytes().take_while(u8::is_ascii_digit).count();
    let (hours, minutes) = match length {
        1 | 2 => {
            let hours = scan.digits(1, 2)?;
            (hours, if scan.eat(&[':']) { scan.digits(1, 2).unwrap_or(0) } else { 0 })
        }
        3 => (scan.digits(1, 1)?, scan.digits(2, 2)?),
        _ => (scan.digits(2, 2)?, scan.digits(2, 2)?),
    };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Names of zones in mail and feeds, with hours from UTC. Where a name is used twice, feeds mean the American one.
const NAMED_ZONES: [(&str, f64); 42] = [
    ("Z", 0.0),
    ("UT", 0.0),
    ("UTC", 0.0),
    ("GMT", 0.0),
    ("GMT/UTC", 0.0),
    ("WET", 0.0),
    ("A", -1.0),
    ("N", 1.0),
    ("M", -12.0),
    ("Y", 12.0),
    ("EST", -5.0),
    ("EDT", -4.0),
    ("CST", -6.0),
    ("CDT", -5.0),
    ("MST", -7.0),
    ("MDT", -6.0),
    ("PST", -8.0),
    ("PDT", -7.0),
    ("AST", -4.0),
    ("ADT", -3.0),
    ("ET", -5.0),
    ("CT", -6.0),
    ("MT", -7.0),
    ("PT", -8.0),
    ("AKST", -9.0),
    ("AKDT", -8.0),
    ("HST", -10.0),
    ("NST", -3.5),
    ("NDT", -2.5),
    ("BST", 1.0),
    ("WEST", 1.0),
    ("MEZ", 1.0),
    ("CET", 1.0),
    ("MESZ", 2.0),
    ("CEST", 2.0),
    ("EET", 2.0),
    ("EEST", 3.0),
    ("MSK", 3.0),
    ("IST", 5.5),
    ("JST", 9.0),
    ("KST", 9.0),
    ("AEST", 10.0),
];

/// Times with a month in words: RFC 822 in any order, `asctime`, `January 1, 2004`.
fn words(text: &str) -> Option<Timestamp> {
    let mut month = None;
    let mut numbers: Vec<(i64, usize)> = Vec::new();
    let mut time = None;
    let mut zone_text = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        for part in split_date(word) {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            if part.contains(':') && digits > 0 && time.is_none() {
                let mut scan = Scan { rest: part.trim_start_matches('T') };
                time = Some(clock(&mut scan)?);
                zone_text.push_str(scan.rest);
            } else if part.contains(':') && time.is_none() && part.starts_with(['T', 't']) {
                let mut scan = Scan { rest: part.get(1..)? };
                time = Some(clock(&mut scan)?);
                zone_text.push_str(scan.rest);
            } else if let Some(found) = month_of(part).filter(|_| month.is_none()) {
                month = Some(found);
            } else if digits > 0 && numbers.len() < 2 && digits <= 4 && part.get(digits..).is_some_and(is_ordinal_end) {
                numbers.push((part.get(..digits)?.parse().ok()?, digits));
            } else if numbers.len() == 2 || time.is_some() {
                if part.eq_ignore_ascii_case("am") || part.eq_ignore_ascii_case("pm") {
                    time = time.map(|(hour, minute, second, nano)| {
                        let shift = if part.eq_ignore_ascii_case("pm") { 12 } else { 0 };
                        (if hour <= 12 { hour % 12 + shift } else { hour }, minute, second, nano)
                    });
                } else {
                    zone_text.push(' ');
                    zone_text.push_str(part);
                }
            }
            // Anything else in front is the name of a day.
        }
    }
    let (day, year) = match (month, numbers.as_slice()) {
        (Some(_), [(day, 1..=2), (year, _)]) => (*day, *year),
        (Some(_), [(year, 3..), (day, _)]) => (*day, *year),
        _ => return None,
    };
    let date = Date::new(century(year).try_into().ok()?, month?, day.try_into().ok()?).ok()?;
    // A zone nobody knows is better read as UTC than the whole time thrown away.
    at(date, time.unwrap_or((0, 0, 0, 0)), zone(&zone_text).unwrap_or(0))
}

/// `01-Jan-2004` and `Jan/01/2004` are three words; a zone such as `-0500` is one.
fn split_date(word: &str) -> impl Iterator<Item = &str> {
    let is_date = word.contains(|c: char| c.is_alphabetic())
        && word.contains(|c: char| c.is_ascii_digit())
        && !word.contains(':');
    let is_zone = word.starts_with(['+', '-']) || word.starts_with("GMT") || word.starts_with("UTC");
    word.split(move |c: char| is_date && !is_zone && matches!(c, '-' | '/')).filter(|part| !part.is_empty())
}

fn is_ordinal_end(rest: &str) -> bool {
    matches!(rest, "" | "." | "st" | "nd" | "rd" | "th")
}

/// Beginnings of month names: English, then those of German, French, Spanish, Portuguese, Italian, Dutch, Polish,
/// Hungarian, Greek and Russian feeds that differ.
const MONTHS: [(&str, i8); 69] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("jän", 1),
    ("mär", 3),
    ("mrz", 3),
    ("mai", 5),
    ("okt", 10),
    ("dez", 12),
    ("fév", 2),
    ("fev", 2),
    ("avr", 4),
    ("juin", 6),
    ("juil", 7),
    ("aoû", 8),
    ("aou", 8),
    ("déc", 12),
    ("ene", 1),
    ("abr", 4),
    ("ago", 8),
    ("dic", 12),
    ("set", 9),
    ("out", 10),
    ("gen", 1),
    ("mag", 5),
    ("giu", 6),
    ("lug", 7),
    ("ott", 10),
    ("mrt", 3),
    ("mei", 5),
    ("sty", 1),
    ("lut", 2),
    ("kwi", 4),
    ("maj", 5),
    ("cze", 6),
    ("lip", 7),
    ("sie", 8),
    ("wrz", 9),
    ("paź", 10),
    ("lis", 11),
    ("gru", 12),
    ("már", 3),
    ("ápr", 4),
    ("máj", 5),
    ("jún", 6),
    ("júl", 7),
    ("ιαν", 1),
    ("φεβ", 2),
    ("μάρ", 3),
    ("απρ", 4),
    ("μάι", 5),
    ("ιούν", 6),
    ("ιούλ", 7),
    ("αύγ", 8),
    ("σεπ", 9),
    ("οκτ", 10),
    ("νοέ", 11),
    ("δεκ", 12),
    ("янв", 1),
    ("фев", 2),
];

fn month_of(word: &str) -> Option<i8> {
    if word.chars().count() < 3 || word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lower = word.to_lowercase();
    // `juin` and `juil` come after `jun` and `jul`, which they do not begin with.
    MONTHS.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(input: &str, expected: &str) {
        let expected: Timestamp = expected.parse().unwrap();
        assert_eq!(read(input), Some(expected), "{input}");
    }

    #[test]
    fn reads_rfc_822_and_its_misspellings() {
        let expected = "2004-01-01T19:48:21Z";
        for input in [
            "Thu, 01 Jan 2004 19:48:21 GMT",
            "Thu, 1 Jan 2004 19:48:21 GMT",
            "01 Jan 2004 19:48:21 GMT",
            "Thu, 01 Jan 04 19:48:21 GMT",
            "Thu, 01 Jan 104 19:48:21 GMT",
            "Thu 01 Jan 2004 19:48:21 GMT",
            "Thursday, 01 January 2004 19:48:21 GMT",
            "Thu, 01 Jan 2004 14:48:21 EST",
            "Thu, 01 Jan 2004 14:48:21 -0500",
            "Thu, 01 Jan 2004 14:48:21 -0500 (EST)",
            "Thu, 01 Jan 2004 20:48:21 +01:00",
            "Thu, 01 Jan 2004 20:48:21 GMT+1",
            "Thu, 01 Jan 2004 19:48:21",
            "Thu, Jan 01 2004 19:48:21 GMT",
            "Thu Jan  1 19:48:21 2004",
            "Thu Jan 01 19:48:21 +0000 2004",
            "01-Jan-2004 19:48:21",
            "January 1st, 2004 7:48:21 PM",
            "Thu, 01 Jan 2004 19:48:21 NOWHERE",
            "Don, 01 Jän 2004 20:48:21 MEZ",
            "Πεμ, 01 Ιαν 2004 19:48:21 GMT",
        ] {
            check(input, expected);
        }
    }

    #[test]
    fn reads_iso_8601() {
        for (input, expected) in [
            ("2003", "2003-01-01T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
            ("2003-12-31", "2003-12-31T00:00:00Z"),
            ("20031231", "2003-12-31T00:00:00Z"),
            ("2003-335", "2003-12-01T00:00:00Z"),
            ("2003335", "2003-12-01T00:00:00Z"),
            ("031231", "2003-12-31T00:00:00Z"),
            ("03-12-31", "2003-12-31T00:00:00Z"),
            ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z"),
            ("2003-12-31T10:14:55.25Z", "2003-12-31T10:14:55.25Z"),
            ("2003-12-31T10:14Z", "2003-12-31T10:14:00Z"),
            ("2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z"),
            ("2003-12-31T10:14:55+0530", "2003-12-31T04:44:55Z"),
            ("2003-12-31T18:14:55+08", "2003-12-31T10:14:55Z"),
            ("2003-12-31 10:14:55", "2003-12-31T10:14:55Z"),
            ("2003-12-31 10:14:55.0", "2003-12-31T10:14:55Z"),
            ("2003/12/31 10:14", "2003-12-31T10:14:00Z"),
            ("2003-12-31t10:14:55z", "2003-12-31T10:14:55Z"),
            ("20031231T101455Z", "2003-12-31T10:14:55Z"),
            ("20031231101455", "2003-12-31T10:14:55Z"),
            ("2003-12-31 10:14:55 -0800", "2003-12-31T18:14:55Z"),
            ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"),
            ("2003-12-31T23:59:60Z", "2003-12-31T23:59:59Z"),
            ("1072865695", "2003-12-31T10:14:55Z"),
            ("1072865695000", "2003-12-31T10:14:55Z"),
        ] {
            check(input, expected);
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for input in [
            "",
            "yesterday",
            "2003-13-01",
            "2003-12-32",
            "32 Jan 2004",
            "12",
            "Thu",
            "99:99",
            "2003-12-31T25:00:00Z",
            "-1",
            "0001-01-01",
        ] {
            assert_eq!(read(input), None, "{input}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}", date in "[0-9TZ:+ -]{0,30}", words in "((Jan|Mon|GMT|PM|[0-9]{1,4}|[:+,-])[ -]?){0,8}") {
            read(&text);
            read(&date);
            read(&words);
        }
    }
}

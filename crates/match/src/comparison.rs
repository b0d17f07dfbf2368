//! Comparisons of figures and days: `>=10`, `<5`, `10..50`, `2026-01-01`.

use std::fmt;

use jiff::civil::Date;

use crate::error::QueryError;
use crate::lex::Value;
use crate::phrase::clip;

/// A comparison with one bound or two.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison<T> {
    bound: Bound<T>,
    /// As typed, which keeps a number's own way of being written.
    source: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound<T> {
    Equal(T),
    Above(T),
    AtLeast(T),
    Below(T),
    AtMost(T),
    Between(T, T),
}

impl<T: PartialOrd + Copy> Comparison<T> {
    pub(crate) fn holds(&self, value: T) -> bool {
        match self.bound {
            Bound::Equal(bound) => value == bound,
            Bound::Above(bound) => value > bound,
            Bound::AtLeast(bound) => value >= bound,
            Bound::Below(bound) => value < bound,
            Bound::AtMost(bound) => value <= bound,
            Bound::Between(low, high) => value >= low && value <= high,
        }
    }

    fn parse(value: &Value, noun: &str, read: impl Fn(&str) -> Option<T>) -> Result<Self, QueryError> {
        let text = value.text.as_str();
        let malformed = |repair: Option<String>| {
            let error =
                QueryError::new(value.column, format!("expected {noun} or a comparison, found '{}'", clip(text)));
            error.with_optional_repair(repair)
        };
        let number = |text: &str| read(text).ok_or_else(|| malformed(repair(text, &read)));
        let bound = if let Some(rest) = text.strip_prefix(">=") {
            Bound::AtLeast(number(rest)?)
        } else if let Some(rest) = text.strip_prefix("<=") {
            Bound::AtMost(number(rest)?)
        } else if let Some(rest) = text.strip_prefix('>') {
            Bound::Above(number(rest)?)
        } else if let Some(rest) = text.strip_prefix('<') {
            Bound::Below(number(rest)?)
        } else if let Some(rest) = text.strip_prefix('=') {
            Bound::Equal(number(rest)?)
        } else if let Some((low, high)) = text.split_once("..") {
            let (from, to) = (number(low)?, number(high)?);
            if from > to {
                return Err(QueryError::new(
                    value.column,
                    format!("expected a range with the lower end first, found '{}'", clip(text)),
                )
                .with_repair(format!("did you mean '{high}..{low}'?")));
            }
            Bound::Between(from, to)
        } else {
            Bound::Equal(number(text)?)
        };
        Ok(Self { bound, source: text.into() })
    }
}

impl Comparison<f64> {
    pub(crate) fn parse_number(value: &Value) -> Result<Self, QueryError> {
        Self::parse(value, "a number", read_number)
    }
}

impl Comparison<Date> {
    pub(crate) fn parse_day(value: &Value) -> Result<Self, QueryError> {
        Self::parse(value, "a day such as 2026-01-31", read_day)
    }
}

/// 1–15 digits with an optional fraction.
fn read_number(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || whole.len() > 15 || !fraction.is_none_or(is_digits) {
        return None;
    }
    text.parse().ok()
}

/// A day of the calendar, written with four, two and two digits.
fn read_day(text: &str) -> Option<Date> {
    let is_written_so = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_written_so {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?).ok()
}

/// What was perhaps meant: a number without its separators, a range as other tools write it.
fn repair<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\'')).collect();
    if bare != text && read(&bare).is_some() {
        return Some(format!("did you mean '{bare}'?"));
    }
    if text.starts_with(['[', '{']) || text.contains("...") || text.ends_with("..") || text.starts_with('.') {
        return Some("a range has both ends: 10..50; for one end use >= or <=".into());
    }
    None
}

impl<T> fmt::Display for Comparison<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(read_number(text), expected, "{text}");
        check("0", Some(0.0));
        check("2.5", Some(2.5));
        check("999999999999999", Some(999_999_999_999_999.0));
        check("1234567890123456", None);
        check("1.", None);
        check(".5", None);
        check("+1", None);
        check("1e3", None);
        check("٣", None);
    }

    #[test]
    fn days() {
        let check = |text: &str, expected: bool| assert_eq!(read_day(text).is_some(), expected, "{text}");
        check("2026-01-31", true);
        check("2024-02-29", true);
        check("2026-02-29", false);
        check("2026-1-31", false);
        check("20260131", false);
        check("+026-01-31", false);
    }
}

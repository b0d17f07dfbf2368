//! Small pictures of numbers, drawn here: they need no script, print as they stand, and have their numbers beside them.
//!
//! What is drawn has no letters in it: it is stretched to the width it is given, and words stand around it.

use std::borrow::Cow;
use std::fmt::Write;

use jiff::civil::Date;
use switchboard_app::searches::volume::usual;

use super::words;

/// The height of a picture, in its own units; its width is one unit for each day.
const HEIGHT: u64 = 100;

/// A line for a row of a table, one value for each day, the newest last.
pub(crate) struct Spark {
    pub(crate) width: usize,
    pub(crate) line: String,
    pub(crate) band: Option<Band>,
    /// How high the newest value lies, from the top.
    pub(crate) newest: u64,
    /// The same in words.
    pub(crate) words: Cow<'static, str>,
}

/// Where most days lie, from the top.
pub(crate) struct Band {
    pub(crate) top: u64,
    pub(crate) height: u64,
}

/// A picture of days with its axis and the table behind it.
pub(crate) struct DayChart {
    pub(crate) bars: Vec<Bar>,
    pub(crate) band: Option<Band>,
    /// The largest value, at the top of the axis.
    pub(crate) most: String,
    /// The first day, one in the middle, the last one.
    pub(crate) marks: Vec<Cow<'static, str>>,
    /// What it shows, for whoever does not see it.
    pub(crate) words: Cow<'static, str>,
    /// By whose clock the days begin.
    pub(crate) zone: String,
}

/// One day.
pub(crate) struct Bar {
    pub(crate) day: Cow<'static, str>,
    pub(crate) posts: String,
    pub(crate) x: usize,
    pub(crate) y: u64,
    pub(crate) height: u64,
}

/// How far a value lies from the top. Something is never drawn as nothing.
fn from_top(value: u64, most: u64) -> u64 {
    if value == 0 {
        HEIGHT
    } else {
        HEIGHT - (u128::from(value) * u128::from(HEIGHT) / u128::from(most.max(1))).max(3) as u64
    }
}

impl Band {
    fn of(days: &[u64], most: u64) -> Option<Self> {
        let (least, usually_most) = usual(days)?;
        let top = from_top(usually_most, most);
        Some(Self { top, height: from_top(least, most).saturating_sub(top).max(2) })
    }
}

/// "12 today, 3 to 41 on most days"
pub(crate) fn today_in_words(days: &[u64]) -> Cow<'static, str> {
    let today = days.last().copied().unwrap_or_default();
    match usual(days) {
        Some((least, most)) => {
            t!("chart-today-usual", today = words::count(today), least = words::count(least), most = words::count(most))
        }
        None => t!("chart-today", today = words::count(today)),
    }
}

impl Spark {
    pub(crate) fn new(days: &[u64]) -> Self {
        let most = days.iter().copied().max().unwrap_or_default();
        let mut line = String::new();
        for (x, value) in days.iter().enumerate() {
            // Writing to a text cannot fail.
            let _ = write!(line, "{}{x} {} ", if x == 0 { "M" } else { "L" }, from_top(*value, most));
        }
        Self {
            width: days.len().saturating_sub(1),
            line: line.trim_end().to_owned(),
            band: Band::of(days, most),
            newest: from_top(days.last().copied().unwrap_or_default(), most),
            words: today_in_words(days),
        }
    }
}

impl DayChart {
    /// The days in their order. Nothing where there is only one day, or nothing on any.
    pub(crate) fn new(days: &[(Date, u64)], words: Cow<'static, str>, zone: &str) -> Option<Self> {
        let counts: Vec<u64> = days.iter().map(|(_, posts)| *posts).collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        if most == 0 || days.len() < 2 {
            return None;
        }
        let bar = |(x, (day, posts)): (usize, &(Date, u64))| {
            let y = from_top(*posts, most);
            Bar { day: words::day(*day), posts: words::count(*posts), x, y, height: HEIGHT - y }
        };
        let middle = (days.len() > 4).then_some(days.len() / 2);
        let marks = std::iter::once(0).chain(middle).chain([days.len() - 1]);
        Some(Self {
            bars: days.iter().enumerate().map(bar).collect(),
            band: Band::of(&counts, most),
            most: words::count(most),
            marks: marks.filter_map(|at| days.get(at)).map(|(day, _)| words::day(*day)).collect(),
            words,
            zone: zone.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_every_day_and_a_little_is_not_nothing() {
        let spark = Spark::new(&[0, 1, 1000, 500]);
        assert_eq!((spark.width, spark.line.as_str(), spark.newest), (3, "M0 100 L1 97 L2 0 L3 50", 50));
        assert!(spark.band.is_none(), "three days do not tell what is usual");
        assert_eq!(spark.words, "500 today");
        let empty = Spark::new(&[]);
        assert_eq!((empty.width, empty.line.as_str(), empty.newest), (0, "", 100));
        assert_eq!(Spark::new(&[u64::MAX, u64::MAX]).line, "M0 0 L1 0");
    }

    #[test]
    fn a_number_comes_with_what_is_usual() {
        let spark = Spark::new(&[4, 8, 4, 8, 4, 8, 4, 8, 16]);
        assert_eq!(spark.words, "16 today, 4 to 8 on most days");
        let band = spark.band.expect("enough days");
        assert_eq!((band.top, band.height), (50, 25));
    }

    #[test]
    fn days_have_their_marks() {
        let date = |day| jiff::civil::date(2026, 9, day);
        let days: Vec<(Date, u64)> = (1..=9).map(|day| (date(day), day.unsigned_abs().into())).collect();
        let chart = DayChart::new(&days, "x".into(), "UTC").expect("drawn");
        assert_eq!(chart.marks, ["1 Sep", "5 Sep", "9 Sep"]);
        assert_eq!((chart.bars.len(), chart.most.as_str()), (9, "9"));
        assert_eq!((chart.bars[8].y, chart.bars[8].height), (0, 100));
        assert!(DayChart::new(&days[..1], "x".into(), "UTC").is_none());
        assert!(DayChart::new(&[(date(1), 0), (date(2), 0)], "x".into(), "UTC").is_none());
    }
}

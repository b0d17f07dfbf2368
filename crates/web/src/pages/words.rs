//! How pages say things: counts, times, names of networks, languages, states.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
pub(crate) use switchboard_model::address::{host, percent_encoded};
use switchboard_model::{ClockFace, HealthState, Role, SearchType, Signal, SignalName, SourceKind, Visibility};

use crate::reader;

/// A moment: what machines read, in UTC, and what people read before the script makes it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) machine: String,
    /// Day and time by the clock of who reads: "22 Nov 14:05 CET".
    pub(crate) full: String,
    /// The same, short: "14:05" today, "22 Nov 14:05" before.
    pub(crate) clock: String,
    /// "4 min ago", "in 2 min".
    pub(crate) age: String,
}

impl When {
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        let Age { machine, age } = Age::new(at, now);
        Self { machine, full: full(at, now), clock: clock(at, now), age }
    }
}

/// A moment that is told by its age alone, for lists that are rendered often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Age {
    pub(crate) machine: String,
    pub(crate) age: String,
}

impl Age {
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { machine: at.to_string(), age: age(at, now).into_owned() }
    }
}

fn full(at: Timestamp, now: Timestamp) -> String {
    let here = |at: Timestamp| reader::ask(|reader| at.to_zoned(reader.zone.clone()));
    let (at, now) = (here(at), here(now));
    let (day, month, time, zone) =
        (at.day().to_string(), month(at.month()), time(at.time()), at.strftime("%Z").to_string());
    if at.year() == now.year() {
        t!("words-moment", day = day, month = month, time = time, zone = zone).into_owned()
    } else {
        let year = at.year().to_string();
        t!("words-moment-of-year", day = day, month = month, year = year, time = time, zone = zone).into_owned()
    }
}

fn clock(at: Timestamp, now: Timestamp) -> String {
    let here = |at: Timestamp| reader::ask(|reader| at.to_zoned(reader.zone.clone()));
    let (at, now) = (here(at), here(now));
    let time = time(at.time());
    if at.date() == now.date() {
        return time.into_owned();
    }
    let (day, month) = (at.day().to_string(), month(at.month()));
    if at.year() == now.year() {
        t!("words-clock", day = day, month = month, time = time).into_owned()
    } else {
        t!("words-clock-of-year", day = day, month = month, year = at.year().to_string(), time = time).into_owned()
    }
}

/// A time of the day by the clock of who reads: "14:05", "2:05 PM".
pub(crate) fn time(time: Time) -> Cow<'static, str> {
    let (hour, minute) = (time.hour(), time.minute());
    if reader::ask(|reader| reader.clock) == ClockFace::Day {
        return format!("{hour:02}:{minute:02}").into();
    }
    let short = format!("{}:{minute:02}", if hour % 12 == 0 { 12 } else { hour % 12 });
    if hour < 12 { t!("words-time-am", time = short) } else { t!("words-time-pm", time = short) }
}

/// A day of the year: "22 Nov".
pub(crate) fn day(date: Date) -> Cow<'static, str> {
    t!("words-day", day = date.day().to_string(), month = month(date.month()))
}

/// The short name of a month, from 1.
fn month(number: i8) -> Cow<'static, str> {
    match number {
        1 => t!("words-month-1"),
        2 => t!("words-month-2"),
        3 => t!("words-month-3"),
        4 => t!("words-month-4"),
        5 => t!("words-month-5"),
        6 => t!("words-month-6"),
        7 => t!("words-month-7"),
        8 => t!("words-month-8"),
        9 => t!("words-month-9"),
        10 => t!("words-month-10"),
        11 => t!("words-month-11"),
        _ => t!("words-month-12"),
    }
}

/// The short name of a day of the week.
pub(crate) fn weekday(day: Weekday) -> Cow<'static, str> {
    match day {
        Weekday::Monday => t!("words-weekday-1"),
        Weekday::Tuesday => t!("words-weekday-2"),
        Weekday::Wednesday => t!("words-weekday-3"),
        Weekday::Thursday => t!("words-weekday-4"),
        Weekday::Friday => t!("words-weekday-5"),
        Weekday::Saturday => t!("words-weekday-6"),
        Weekday::Sunday => t!("words-weekday-7"),
    }
}

/// How much time it is, in the unit that is largest.
enum Length {
    Moment,
    Seconds(u64),
    Minutes(u64),
    Hours(u64),
    Days(u64),
}

impl Length {
    fn of(seconds: u64) -> Self {
        match seconds {
            0..=9 => Self::Moment,
            10..=59 => Self::Seconds(seconds),
            60..=3_599 => Self::Minutes(seconds / 60),
            3_600..=86_399 => Self::Hours(seconds / 3_600),
            _ => Self::Days(seconds / 86_400),
        }
    }
}

fn age(at: Timestamp, now: Timestamp) -> Cow<'static, str> {
    let seconds = now.as_second().saturating_sub(at.as_second());
    match (Length::of(seconds.unsigned_abs()), seconds < 0) {
        (Length::Moment, false) => t!("words-just-now"),
        (Length::Moment, true) => t!("words-in-a-moment"),
        (Length::Seconds(count), false) => t!("words-ago-seconds", count = count),
        (Length::Seconds(count), true) => t!("words-in-seconds", count = count),
        (Length::Minutes(count), false) => t!("words-ago-minutes", count = count),
        (Length::Minutes(count), true) => t!("words-in-minutes", count = count),
        (Length::Hours(count), false) => t!("words-ago-hours", count = count),
        (Length::Hours(count), true) => t!("words-in-hours", count = count),
        (Length::Days(count), false) => t!("words-ago-days", count = count),
        (Length::Days(count), true) => t!("words-in-days", count = count),
    }
}

/// How long something lasts: "40 s", "6 min", "2 days".
pub(crate) fn long(seconds: u64) -> Cow<'static, str> {
    match Length::of(seconds) {
        Length::Moment => t!("words-long-seconds", count = seconds),
        Length::Seconds(count) => t!("words-long-seconds", count = count),
        Length::Minutes(count) => t!("words-long-minutes", count = count),
        Length::Hours(count) => t!("words-long-hours", count = count),
        Length::Days(count) => t!("words-long-days", count = count),
    }
}

/// A number with its digits in threes.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A network's name as people know it; unknown ones as they call themselves.
pub(crate) fn network(name: &str) -> Cow<'_, str> {
    match name {
        "mastodon" => t!("network-mastodon"),
        "bluesky" => t!("network-bluesky"),
        "hackernews" => t!("network-hackernews"),
        "feed" => t!("network-feed"),
        "reddit" => t!("network-reddit"),
        "mail" => t!("network-mail"),
        "review" => t!("network-review"),
        "discourse" => t!("network-discourse"),
        other => Cow::Borrowed(other),
    }
}

/// What a source is.
pub(crate) fn kind(kind: SourceKind) -> Cow<'static, str> {
    match kind {
        SourceKind::Feed => t!("words-kind-feed"),
        SourceKind::Mastodon => t!("network-mastodon"),
        SourceKind::Bluesky => t!("network-bluesky"),
        SourceKind::HackerNews => t!("network-hackernews"),
        SourceKind::Exec => t!("words-kind-exec"),
        SourceKind::Ingest => t!("words-kind-ingest"),
        SourceKind::File => t!("words-kind-file"),
    }
}

/// A source's state as a predicate: "Reddit *fails, is tried again*".
pub(crate) fn state(state: HealthState, is_followed: bool) -> Cow<'static, str> {
    match state {
        HealthState::New if is_followed => t!("words-health-not-asked"),
        HealthState::New => t!("words-health-takes"),
        HealthState::Ok => t!("words-health-answers"),
        HealthState::Failing => t!("words-health-fails"),
        HealthState::Broken => t!("words-health-broken"),
        HealthState::Paused => t!("words-health-paused"),
    }
}

/// What a search is about.
pub(crate) fn search_type(search_type: SearchType) -> Cow<'static, str> {
    match search_type {
        SearchType::Brand => t!("words-about-brand"),
        SearchType::Product => t!("words-about-product"),
        SearchType::Rival => t!("words-about-rival"),
        SearchType::Category => t!("words-about-category"),
        SearchType::Person => t!("words-about-person"),
    }
}

/// What a user may do, in a word.
pub(crate) fn role(role: Role) -> Cow<'static, str> {
    match role {
        Role::Observer => t!("words-role-observer"),
        Role::Member => t!("words-role-member"),
        Role::Administrator => t!("words-role-administrator"),
    }
}

/// Who may see a post, where that is not everybody.
pub(crate) fn visibility(visibility: Visibility) -> Option<Cow<'static, str>> {
    match visibility {
        Visibility::Public => None,
        Visibility::Unlisted => Some(t!("words-visible-unlisted")),
        Visibility::Followers => Some(t!("words-visible-followers")),
        Visibility::Direct => Some(t!("words-visible-direct")),
    }
}

/// A signal's label in words; nothing for what needs no word in a list.
pub(crate) fn signal(signal: &Signal) -> Option<String> {
    let words = match (signal.name, signal.label.as_str()) {
        (SignalName::Sentiment, "neutral") => return None,
        (SignalName::Sentiment, "positive") => t!("words-signal-positive"),
        (SignalName::Sentiment, "negative") => t!("words-signal-negative"),
        (SignalName::Intent, "purchase") => t!("words-signal-purchase"),
        (SignalName::Intent, "job") => t!("words-signal-job"),
        (SignalName::Intent, label) => intent(label),
        (SignalName::Language, tag) => return Some(language(tag)),
        (_, label) => Cow::Borrowed(label),
    };
    Some(words.into_owned())
}

/// What an intent is called where it stands alone.
pub(crate) fn intent(intent: &str) -> Cow<'_, str> {
    match intent {
        "complaint" => t!("words-intent-complaint"),
        "question" => t!("words-intent-question"),
        "thanks" => t!("words-intent-thanks"),
        "purchase" => t!("words-intent-purchase"),
        "job" => t!("words-intent-job"),
        other => Cow::Borrowed(other),
    }
}

/// The name of a common language, else the tag.
pub(crate) fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let name = match primary.as_str() {
        "ar" => t!("language-ar"),
        "bg" => t!("language-bg"),
        "ca" => t!("language-ca"),
        "cs" => t!("language-cs"),
        "da" => t!("language-da"),
        "de" => t!("language-de"),
        "el" => t!("language-el"),
        "en" => t!("language-en"),
        "es" => t!("language-es"),
        "et" => t!("language-et"),
        "fa" => t!("language-fa"),
        "fi" => t!("language-fi"),
        "fr" => t!("language-fr"),
        "he" => t!("language-he"),
        "hi" => t!("language-hi"),
        "hr" => t!("language-hr"),
        "hu" => t!("language-hu"),
        "id" => t!("language-id"),
        "it" => t!("language-it"),
        "ja" => t!("language-ja"),
        "ko" => t!("language-ko"),
        "lt" => t!("language-lt"),
        "lv" => t!("language-lv"),
        "nb" | "nn" | "no" => t!("language-nb"),
        "nl" => t!("language-nl"),
        "pl" => t!("language-pl"),
        "pt" => t!("language-pt"),
        "ro" => t!("language-ro"),
        "ru" => t!("language-ru"),
        "sk" => t!("language-sk"),
        "sl" => t!("language-sl"),
        "sr" => t!("language-sr"),
        "sv" => t!("language-sv"),
        "th" => t!("language-th"),
        "tr" => t!("language-tr"),
        "uk" => t!("language-uk"),
        "vi" => t!("language-vi"),
        "zh" => t!("language-zh"),
        _ => return tag.chars().take(35).collect(),
    };
    name.into_owned()
}

/// A link that a browser may follow: only http and https, no control characters.
pub(crate) fn link(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (is_web && url.len() <= 4096 && !url.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short_words() {
        let now = Timestamp::from_second(1_000_000).expect("in range");
        let check = |second: i64, expected: &str| {
            assert_eq!(age(Timestamp::from_second(second).expect("in range"), now), expected);
        };
        check(1_000_000, "just now");
        check(999_970, "30 s ago");
        check(999_700, "5 min ago");
        check(992_800, "2 h ago");
        check(910_000, "1 day ago");
        check(0, "11 days ago");
        check(1_000_120, "in 2 min");
        check(1_000_003, "in a moment");
    }

    #[test]
    fn moments_are_told_by_the_clock_of_who_reads() {
        let check = |zone: &str, clock: ClockFace, at: &str, expected: &str| {
            let zone = jiff::tz::TimeZone::get(zone).expect("a zone");
            let at: Timestamp = at.parse().expect("a moment");
            let now = "2026-11-23T00:00:00Z".parse().expect("a moment");
            let reader = reader::Reader { zone, clock, ..reader::Reader::default() };
            let when = reader::as_reader(reader, || When::new(at, now));
            assert_eq!((when.full.as_str(), when.machine.as_str()), (expected, at.to_string().as_str()));
        };
        check("UTC", ClockFace::Day, "2026-11-22T13:05:00Z", "22 Nov 13:05 UTC");
        check("Europe/Berlin", ClockFace::Day, "2026-11-22T13:05:00Z", "22 Nov 14:05 CET");
        check("Europe/Berlin", ClockFace::HalfDay, "2026-06-22T12:05:00Z", "22 Jun 2:05 PM CEST");
        check("America/New_York", ClockFace::HalfDay, "2026-11-22T05:05:00Z", "22 Nov 12:05 AM EST");
        check("Asia/Dubai", ClockFace::Day, "2026-11-22T13:05:00Z", "22 Nov 17:05 +04");
        check("Europe/Berlin", ClockFace::Day, "2025-12-31T23:05:00Z", "1 Jan 00:05 CET");
        check("UTC", ClockFace::Day, "2025-12-31T23:05:00Z", "31 Dec 2025 23:05 UTC");
    }

    #[test]
    fn lengths_are_told_in_the_largest_unit() {
        let check = |seconds: u64, expected: &str| assert_eq!(long(seconds), expected);
        check(4, "4 s");
        check(59, "59 s");
        check(3_599, "59 min");
        check(7_200, "2 h");
        check(86_400, "1 day");
        check(86_400 * 1_200, "1,200 days");
    }

    #[test]
    fn numbers_are_grouped() {
        let check = |number: u64, expected: &str| assert_eq!(count(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_234_567, "1,234,567");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }

    #[test]
    fn only_web_links_are_links() {
        let check = |url: &str, expected: bool| assert_eq!(link(url).is_some(), expected, "{url}");
        check("https://social.example/@ana/1", true);
        check("HTTP://a.example", true);
        check("javascript:alert(1)", false);
        check("javascript://a.example/%0aalert(1)", false);
        check("data:text/html,x", false);
        check("https://a.example/\u{202}\n", false);
        check("//a.example", false);
        check("", false);
    }

    #[test]
    fn ids_survive_addresses() {
        assert_eq!(percent_encoded("feed:https://a.example/ä?b"), "feed%3Ahttps%3A%2F%2Fa.example%2F%C3%A4%3Fb");
    }
}

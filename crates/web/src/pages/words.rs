//! How pages say things: counts, times, names of networks, languages, states.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use switchboard_model::{HealthState, SearchType, Signal, SignalName, SourceKind, Visibility};

/// A moment: what machines read and what people read before the script makes it local.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) machine: String,
    /// Day and time in UTC.
    pub(crate) full: String,
    /// "4 min ago", "in 2 min".
    pub(crate) age: String,
}

impl When {
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        let zoned = at.to_zoned(TimeZone::UTC);
        let this_year = now.to_zoned(TimeZone::UTC).year() == zoned.year();
        let form = if this_year { "%-d %b %H:%M UTC" } else { "%-d %b %Y %H:%M UTC" };
        Self { machine: at.to_string(), full: zoned.strftime(form).to_string(), age: age(at, now) }
    }
}

fn age(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(at.as_second());
    let words = match seconds.unsigned_abs() {
        0..=9 => return if seconds < 0 { "in a moment" } else { "just now" }.to_owned(),
        seconds @ 10..=59 => format!("{seconds} s"),
        seconds @ 60..=3_599 => format!("{} min", seconds / 60),
        seconds @ 3_600..=86_399 => format!("{} h", seconds / 3_600),
        seconds => counted(seconds / 86_400, "day", "days"),
    };
    if seconds < 0 { format!("in {words}") } else { format!("{words} ago") }
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

/// A number with its noun.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A network's name as people know it; unknown ones as they call themselves.
pub(crate) fn network(name: &str) -> &str {
    match name {
        "mastodon" => "Mastodon",
        "bluesky" => "Bluesky",
        "hackernews" => "Hacker News",
        "feed" => "Feed",
        "reddit" => "Reddit",
        "mail" => "Mail",
        other => other,
    }
}

/// What a source is.
pub(crate) fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Feed => "feed",
        SourceKind::Mastodon => "Mastodon",
        SourceKind::Bluesky => "Bluesky",
        SourceKind::HackerNews => "Hacker News",
        SourceKind::Exec => "program",
        SourceKind::Ingest => "handed in over HTTP",
        SourceKind::File => "imported files",
    }
}

/// A source's state as a predicate: "Reddit *fails, is tried again*".
pub(crate) fn state(state: HealthState, is_followed: bool) -> &'static str {
    match state {
        HealthState::New if is_followed => "not asked yet",
        HealthState::New => "takes posts",
        HealthState::Ok => "answers",
        HealthState::Failing => "fails, is tried again",
        HealthState::Broken => "broken, needs you",
        HealthState::Paused => "paused",
    }
}

/// What a search is about.
pub(crate) fn search_type(search_type: SearchType) -> &'static str {
    search_type.as_str()
}

/// Who may see a post, where that is not everybody.
pub(crate) fn visibility(visibility: Visibility) -> Option<&'static str> {
    match visibility {
        Visibility::Public => None,
        Visibility::Unlisted => Some("unlisted"),
        Visibility::Followers => Some("for followers"),
        Visibility::Direct => Some("direct message"),
    }
}

/// A signal's label in words; nothing for what needs no word in a list.
pub(crate) fn signal(signal: &Signal) -> Option<String> {
    match (signal.name, signal.label.as_str()) {
        (SignalName::Sentiment, "neutral") => None,
        (SignalName::Intent, "purchase") => Some("wants to buy".to_owned()),
        (SignalName::Intent, "job") => Some("asks for a job".to_owned()),
        (SignalName::Language, tag) => Some(language(tag)),
        (_, label) => Some(label.to_owned()),
    }
}

/// What an intent is called where it stands alone.
pub(crate) fn intent(intent: &str) -> &str {
    match intent {
        "purchase" => "wish to buy",
        "job" => "wish for a job",
        other => other,
    }
}

/// The English name of a common language, else the tag.
pub(crate) fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let name = match primary.as_str() {
        "ar" => "Arabic",
        "bg" => "Bulgarian",
        "ca" => "Catalan",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "et" => "Estonian",
        "fa" => "Persian",
        "fi" => "Finnish",
        "fr" => "French",
        "he" => "Hebrew",
        "hi" => "Hindi",
        "hr" => "Croatian",
        "hu" => "Hungarian",
        "id" => "Indonesian",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "lt" => "Lithuanian",
        "lv" => "Latvian",
        "nb" | "nn" | "no" => "Norwegian",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "sk" => "Slovak",
        "sl" => "Slovenian",
        "sr" => "Serbian",
        "sv" => "Swedish",
        "th" => "Thai",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        _ => return tag.chars().take(35).collect(),
    };
    name.to_owned()
}

/// A link that a browser may follow: only http and https, no control characters.
pub(crate) fn link(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (is_web && url.len() <= 4096 && !url.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(url)
}

/// The host of a link, for reading.
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// Percent-encodes one segment of a path or one value of a query.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
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
    fn hosts_are_read_from_links() {
        let check = |url: &str, expected: &str| assert_eq!(host(url), expected);
        check("https://www.a.example/b?c", "a.example");
        check("https://a.example@evil.example/", "evil.example");
        check("https://a.example?b", "a.example");
    }

    #[test]
    fn ids_survive_addresses() {
        assert_eq!(encoded("feed:https://a.example/ä?b"), "feed%3Ahttps%3A%2F%2Fa.example%2F%C3%A4%3Fb");
    }
}

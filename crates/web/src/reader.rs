//! Who reads what is answered: in which language, in which time zone, by which clock.
//!
//! Known for the length of a request and of what it spawns; the guard says it ([`crate::visitor`]). Words ask here for their
//! language ([`crate::messages`]), times for their zone. Without anybody it is English in UTC. What programs read does not
//! ask: the API is English and UTC for everybody.

use axum::http::{HeaderMap, header};
use jiff::tz::TimeZone;

use crate::messages::Locale;
use crate::visitor::Visitor;

/// The cookie that names a language.
const COOKIE: &str = "locale";

/// Somebody who reads pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) locale: Locale,
    pub(crate) zone: TimeZone,
    pub(crate) clock: Clock,
}

/// How many hours a clock has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Clock {
    #[default]
    Day,
    /// Twice around, with AM and PM.
    #[cfg_attr(not(test), expect(dead_code, reason = "a choice of each user, which is not stored yet"))]
    HalfDay,
}

impl Clock {
    /// As `data-clock` says it to the script.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24",
            Self::HalfDay => "12",
        }
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self { locale: Locale::default(), zone: TimeZone::UTC, clock: Clock::default() }
    }
}

impl Reader {
    /// Who reads the answer to a request.
    pub(crate) fn of(headers: &HeaderMap, visitor: Option<&Visitor>) -> Self {
        let user = visitor.and_then(|visitor| visitor.actor.user());
        Self {
            locale: locale(headers).unwrap_or_default(),
            zone: user.and_then(|user| TimeZone::get(&user.time_zone).ok()).unwrap_or(TimeZone::UTC),
            clock: Clock::default(),
        }
    }

    /// The zone's name, as `data-zone` says it to the script.
    pub(crate) fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }
}

fn locale(headers: &HeaderMap) -> Option<Locale> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, tag)| Locale::from_tag(tag))
}

tokio::task_local! {
    static READER: Reader;
}

/// Runs something for a reader.
pub(crate) async fn reading<T>(reader: Reader, work: impl Future<Output = T>) -> T {
    READER.scope(reader, work).await
}

/// Runs something for a reader at once.
#[cfg(test)]
pub(crate) fn as_reader<T>(reader: Reader, work: impl FnOnce() -> T) -> T {
    READER.sync_scope(reader, work)
}

/// Asks something of who reads at the moment.
pub(crate) fn ask<T>(question: impl Fn(&Reader) -> T) -> T {
    READER.try_with(&question).unwrap_or_else(|_| question(&Reader::default()))
}

/// Who reads at the moment.
pub(crate) fn current() -> Reader {
    ask(Clone::clone)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_language_is_a_known_one() {
        let check = |cookie: &'static str, expected: Locale| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert_eq!(Reader::of(&headers, None).locale, expected, "{cookie}");
        };
        check("switchboard_session=abc; locale=ar-XB", Locale::Mirrored);
        check("locale=en", Locale::English);
        check("locale=tlh", Locale::English);
        check("locale=", Locale::English);
    }

    #[test]
    fn the_zone_is_that_of_who_is_logged_in() {
        let headers = HeaderMap::new();
        assert_eq!(Reader::of(&headers, None).zone_name(), "UTC");
        assert_eq!(Reader::of(&headers, Some(&samples::visitor())).zone_name(), "Europe/Lisbon");
    }

    #[tokio::test]
    async fn a_reader_is_known_where_they_are_answered_and_nowhere_else() {
        let mirrored = Reader { locale: Locale::Mirrored, ..Reader::default() };
        reading(mirrored.clone(), async { assert_eq!(current(), mirrored) }).await;
        assert_eq!(current(), Reader::default());
    }
}

//! Who reads what is answered: in which language, in which time zone, by which clock.
//!
//! Known for the length of a request and of what it spawns; the guard says it ([`crate::visitor`]). Words ask here for their
//! language ([`crate::messages`]), times for their zone. Without anybody it is English in UTC. What programs read does not
//! ask: the API is English and UTC for everybody.

use axum::http::{HeaderMap, header};
use jiff::tz::TimeZone;
use switchboard_model::{ClockFace, User};

use crate::messages::Locale;
use crate::visitor::Visitor;

/// The cookie that names a language.
const COOKIE: &str = "locale";

/// Somebody who reads pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) locale: Locale,
    pub(crate) zone: TimeZone,
    pub(crate) clock: ClockFace,
}

impl Default for Reader {
    fn default() -> Self {
        Self { locale: Locale::default(), zone: TimeZone::UTC, clock: ClockFace::default() }
    }
}

impl Reader {
    /// Who reads the answer to a request. Users say what they prefer; for others the cookie names the language. There is
    /// none but English that a browser could ask for.
    pub(crate) fn of(headers: &HeaderMap, visitor: Option<&Visitor>) -> Self {
        Self::of_user(headers, visitor.and_then(|visitor| visitor.actor.user()))
    }

    /// The same for a user who is known by something else than their log-in.
    pub(crate) fn of_user(headers: &HeaderMap, user: Option<&User>) -> Self {
        let locale = match user {
            Some(user) => Locale::chosen(user.preferences.language),
            None => locale(headers),
        };
        Self {
            locale: locale.unwrap_or_default(),
            zone: user.and_then(|user| TimeZone::get(&user.time_zone).ok()).unwrap_or(TimeZone::UTC),
            clock: user.map(|user| user.preferences.clock).unwrap_or_default(),
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
    use std::sync::Arc;

    use axum::http::HeaderValue;
    use switchboard_app::rights::Actor;
    use switchboard_model::{PageLanguage, Preferences};

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

    #[test]
    fn who_is_logged_in_reads_as_they_prefer_whatever_the_cookie_says() {
        let check = |preferences: Preferences, locale: Locale, clock: ClockFace| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static("locale=ar-XB"));
            let user = User { preferences, ..samples::users().swap_remove(0) };
            let reader = Reader::of(
                &headers,
                Some(&Visitor { actor: Actor::User(Arc::new(user)), demonstration: None, unread: 0 }),
            );
            assert_eq!((reader.locale, reader.clock), (locale, clock), "{preferences:?}");
        };
        let (day, half) = (ClockFace::Day, ClockFace::HalfDay);
        check(Preferences::default(), Locale::English, day);
        check(Preferences { clock: half, ..Preferences::default() }, Locale::English, half);
        let language = PageLanguage::Mirrored;
        check(Preferences { language, ..Preferences::default() }, Locale::Mirrored, day);
    }

    #[tokio::test]
    async fn a_reader_is_known_where_they_are_answered_and_nowhere_else() {
        let mirrored = Reader { locale: Locale::Mirrored, ..Reader::default() };
        reading(mirrored.clone(), async { assert_eq!(current(), mirrored) }).await;
        assert_eq!(current(), Reader::default());
    }
}

//! What can go wrong between a request and its answer, in words, and what to do about it.
//!
//! Every message names the host and the remedy. None shows a query, credentials or a body as the network sent it.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use switchboard_model::{CaptureError, CaptureErrorKind};
use url::Url;

use crate::guard::{Refusal, ResolveError};
use crate::http::{Answer, retry_after};

/// No answer, or none that was read to its end.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The guard refused the address.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No connection came about.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// What happened.
        why: String,
    },
    /// The connection broke after it had come about.
    #[error("{host} broke the connection off: {why}")]
    BrokenOff {
        /// Who was asked.
        host: String,
        /// What happened.
        why: String,
    },
    /// The answer did not come in time.
    #[error("{host} did not answer within {seconds} s; it is tried again")]
    TooSlow {
        /// Who was asked.
        host: String,
        /// How long we waited.
        seconds: u64,
    },
    /// The answer stopped in the middle.
    #[error("{host} went silent for {seconds} s in the middle of its answer; it is tried again")]
    Silent {
        /// Who was asked.
        host: String,
        /// How long we waited.
        seconds: u64,
    },
    /// More than we are ready to read.
    #[error(
        "{host} sends more than {limit_mb} MB (after decompression), which is the limit; raise 'max_body_mb' under [capture] if that is meant"
    )]
    TooLarge {
        /// Who was asked.
        host: String,
        /// The limit in megabytes.
        limit_mb: f64,
    },
    /// Round and round.
    #[error("{host} redirects more than {limit} times in a row; check the address in a browser")]
    TooManyRedirects {
        /// Who was asked.
        host: String,
        /// How many are followed.
        limit: usize,
    },
    /// A redirect to nowhere.
    #[error("{host} redirects to an address that cannot be read; check the address in a browser")]
    BadRedirect {
        /// Who was asked.
        host: String,
    },
}

impl FetchError {
    pub(crate) fn from_reqwest(host: &str, error: reqwest::Error, now: Timestamp) -> Self {
        let error = error.without_url();
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(here) = cause {
            if let Some(ResolveError::Refused(refusal)) = here.downcast_ref::<ResolveError>() {
                return Self::Refused(refusal.clone());
            }
            cause = here.source();
        }
        let why = if error.is_timeout() { "the connection did not come about in time".into() } else { chain(&error) };
        let (host, why) = (host.to_owned(), explain(&why, now));
        if error.is_connect() { Self::Unreachable { host, why } } else { Self::BrokenOff { host, why } }
    }

    /// Whether the request may have reached the other side all the same.
    pub(crate) fn may_have_arrived(&self) -> bool {
        !matches!(self, Self::Unreachable { .. } | Self::Refused(_))
    }

    /// What to do about it.
    pub fn kind(&self) -> CaptureErrorKind {
        match self {
            Self::Refused(Refusal::NoAddress(_)) => CaptureErrorKind::Retry,
            Self::Refused(_) | Self::TooLarge { .. } => CaptureErrorKind::Broken,
            _ => CaptureErrorKind::Retry,
        }
    }
}

impl From<FetchError> for CaptureError {
    fn from(error: FetchError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}

/// Adds the remedy where the system's own words hide it.
pub(crate) fn explain(why: &str, now: Timestamp) -> String {
    let lower = why.to_ascii_lowercase();
    let is_about_time = lower.contains("notvalidyet") || lower.contains("not valid yet") || lower.contains("expired");
    if is_about_time && !clock_is_plausible(now) {
        return format!("its certificate does not fit the time; this machine's clock says {now}: set the clock");
    }
    if is_about_time {
        return format!("its certificate is out of date ({why})");
    }
    if lower.contains("unknownissuer") || lower.contains("unknown issuer") {
        return format!("its certificate comes from nobody this machine trusts ({why})");
    }
    if lower.contains("no such host") || lower.contains("failed to lookup") || lower.contains("name or service") {
        return "no such host; check the spelling".into();
    }
    why.to_owned()
}

/// A machine without a battery starts in 1970; nothing that compares times works then.
pub(crate) fn clock_is_plausible(now: Timestamp) -> bool {
    now.as_second() > 1_577_836_800 // 2020-01-01
}

/// An error with its causes, each once.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(here) = cause {
        let words = here.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = here.source();
    }
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// A URL as it may be shown: without credentials, query and fragment.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let had_query = url.query().is_some();
    // Both fail only for URLs that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    if had_query { format!("{url}?…") } else { url.to_string() }
}

/// What to say when a network refuses: the words that differ between networks.
pub(crate) struct Remedy {
    /// What was asked for: `the hashtag timeline`.
    pub(crate) what: &'static str,
    /// What mends a refused credential.
    pub(crate) credentials: &'static str,
    /// What mends an address that is not there.
    pub(crate) missing: &'static str,
}

impl Answer {
    /// The answer if it is a good one; otherwise what to do.
    pub(crate) fn ok(self, remedy: &Remedy, now: Timestamp) -> Result<Self, CaptureError> {
        if self.status.is_success() { Ok(self) } else { Err(self.refusal(remedy, now)) }
    }

    /// Why the status is not a good one.
    pub(crate) fn refusal(&self, remedy: &Remedy, now: Timestamp) -> CaptureError {
        let Remedy { what, credentials, missing } = remedy;
        let (host, status) = (self.host(), self.status.as_u16());
        let wait = retry_after(&self.headers, now);
        let broken = |message: String| CaptureError::new(CaptureErrorKind::Broken, message);
        match (status, wait) {
            (401, _) => broken(format!("{host} asks for credentials for {what} (401); {credentials}")),
            (403, _) => broken(format!("{host} refuses {what} (403); {credentials}")),
            (404, _) => broken(format!("{host} does not know {what} (404); {missing}")),
            (410, _) => broken(format!("{host} says that {what} is gone for good (410); {missing}")),
            (429, wait) => {
                let reset = super::limits::spent(self.budget, now);
                let wait = wait.or(reset).unwrap_or(Duration::from_secs(300));
                let message = format!("{host} asks us to slow down (429); asked again in {}", spoken(wait));
                CaptureError::new(CaptureErrorKind::RetryAfter(wait), message)
            }
            (500..=599, Some(wait)) => {
                let message = format!("{host} is unavailable ({status}) and asks for a pause of {}", spoken(wait));
                CaptureError::new(CaptureErrorKind::RetryAfter(wait), message)
            }
            (500..=599, None) => {
                let message = format!("{host} is in trouble ({status}); it is tried again");
                CaptureError::new(CaptureErrorKind::Retry, message)
            }
            (408 | 425, _) => {
                CaptureError::new(CaptureErrorKind::Retry, format!("{host} was too busy ({status}); it is tried again"))
            }
            (400..=499, _) => broken(format!(
                "{host} does not accept the request for {what} ({status}{}); check the settings of this source",
                self.complaint()
            )),
            _ => CaptureError::new(
                CaptureErrorKind::Retry,
                format!("{host} gave an answer that was not asked for ({status}); it is tried again"),
            ),
        }
    }

    /// The body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T, CaptureError> {
        let host = self.host();
        let retry = |message: String| CaptureError::new(CaptureErrorKind::Retry, message);
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Err(retry(format!("{host} answers for {what} with nothing; it is tried again")));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let starts_like_a_page = self.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
            if starts_like_a_page || self.media_type() == "text/html" {
                return retry(format!(
                    "{host} answers for {what} with a web page instead of JSON; check that the host name is right"
                ));
            }
            if error.is_eof() {
                return retry(format!("{host} breaks off in the middle of its JSON for {what}; it is tried again"));
            }
            retry(format!("{host} answers for {what} with JSON that cannot be understood ({error}); it is tried again"))
        })
    }

    /// What a JSON error body says, short enough to be shown.
    pub(crate) fn complaint(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Said {
            #[serde(default)]
            error: Option<String>,
            #[serde(default)]
            message: Option<String>,
        }
        match serde_json::from_slice::<Said>(&self.body) {
            Ok(Said { error, message }) => {
                let said = message.or(error).unwrap_or_default();
                let said: String = said.chars().filter(|c| !c.is_control()).take(160).collect();
                if said.is_empty() { said } else { format!(": {said}") }
            }
            Err(_) => String::new(),
        }
    }
}

/// A duration as a person says it.
pub(crate) fn spoken(wait: Duration) -> String {
    match wait.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7_199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    const REMEDY: Remedy =
        Remedy { what: "the timeline", credentials: "put a fresh token into 'token'", missing: "check 'instance'" };

    fn now() -> Timestamp {
        "2026-05-04T09:30:00Z".parse().expect("time")
    }

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Answer {
            status: StatusCode::from_u16(status).expect("status"),
            url: Url::parse("https://ana:hunter2@social.example/api?access_token=hunter2").expect("URL"),
            moved_to: None,
            budget: crate::http::budget(&headers, now()),
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn every_refusal_names_host_and_remedy() {
        let check = |status: u16, headers: &[(&'static str, &'static str)], kind: CaptureErrorKind, words: &str| {
            let error = answer(status, headers, "{\"error\":\"no\"}").refusal(&REMEDY, now());
            assert_eq!(error.kind, kind, "{status}");
            assert!(error.message.starts_with("social.example ") && error.message.contains(words), "{error}");
            assert!(!error.message.contains("hunter2"), "{error}");
        };
        use CaptureErrorKind::{Broken, Retry, RetryAfter};
        check(401, &[], Broken, "put a fresh token into 'token'");
        check(403, &[], Broken, "put a fresh token into 'token'");
        check(404, &[], Broken, "check 'instance'");
        check(410, &[], Broken, "gone for good");
        check(422, &[], Broken, "(422: no)");
        check(429, &[("retry-after", "90")], RetryAfter(Duration::from_secs(90)), "90 s");
        check(429, &[], RetryAfter(Duration::from_secs(300)), "5 min");
        check(
            429,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "2026-05-04T09:40:00Z")],
            RetryAfter(Duration::from_secs(600)),
            "10 min",
        );
        check(500, &[], Retry, "in trouble");
        check(503, &[("retry-after", "7200")], RetryAfter(Duration::from_secs(7200)), "2 h");
        check(304, &[], Retry, "not asked for");
    }

    #[test]
    fn unreadable_json_says_in_which_way() {
        let check = |body: &str, words: &str| {
            let error = answer(200, &[], body).json::<Vec<u64>>("the timeline").expect_err(body);
            assert_eq!(error.kind, CaptureErrorKind::Retry);
            assert!(error.message.contains(words), "{error}");
        };
        check("", "with nothing");
        check(" \n", "with nothing");
        check("[1, 2", "breaks off");
        check("<!doctype html>", "web page");
        check("{\"a\":1}", "cannot be understood");
    }

    #[test]
    fn urls_are_shown_without_secrets() {
        let check = |url: &str, expected: &str| assert_eq!(shown(&Url::parse(url).expect("URL")), expected);
        check("https://a.example/feed", "https://a.example/feed");
        check("https://u:p@a.example/feed?token=x#y", "https://a.example/feed?…");
    }

    #[test]
    fn a_wrong_clock_is_named() {
        let in_1970 = Timestamp::UNIX_EPOCH;
        assert!(explain("invalid peer certificate: NotValidYet", in_1970).contains("1970"));
        assert!(explain("invalid peer certificate: Expired", now()).contains("out of date"));
    }
}

//! What an answer to something that we sent means: whether it left, may have left, or never will.
//!
//! The rule that everything here keeps: [`Unsure`](PublishErrorKind::Unsure) whenever the other side may have taken it.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::{CaptureError, CaptureErrorKind, PublishError, PublishErrorKind};

use crate::http::{Answer, FetchError, retry_after, spent};

/// The words that differ between networks.
pub(crate) struct Words {
    /// What mends a refused credential.
    pub(crate) credentials: &'static str,
    /// What mends an address that only redirects.
    pub(crate) moved: &'static str,
}

/// An error of a question asked before anything was sent. `credentials` is what mends a refusal.
pub(crate) fn before(error: CaptureError) -> PublishError {
    let kind = match error.kind {
        CaptureErrorKind::Retry => PublishErrorKind::Retry,
        CaptureErrorKind::RetryAfter(wait) => PublishErrorKind::RetryAfter(wait),
        CaptureErrorKind::Broken => PublishErrorKind::Account,
    };
    PublishError::new(kind, error.message)
}

/// Sending gave no answer.
pub(crate) fn unanswered(error: &FetchError) -> PublishError {
    match error {
        FetchError::Refused(_) => PublishError::new(PublishErrorKind::Account, error.to_string()),
        error if error.may_have_arrived() => PublishError::new(PublishErrorKind::Unsure, error.to_string()),
        error => PublishError::new(PublishErrorKind::Retry, error.to_string()),
    }
}

/// Sending was answered with something else than success. `said` is the network's own reason, if it gave one.
pub(crate) fn refused(answer: &Answer, said: &str, words: &Words, now: Timestamp) -> PublishError {
    let (host, status) = (answer.host(), answer.status.as_u16());
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    let error = PublishError::new;
    match status {
        300..=399 => {
            error(PublishErrorKind::Account, format!("{host} only redirects what is sent ({status}); {}", words.moved))
        }
        401 | 403 => error(
            PublishErrorKind::Account,
            format!("{host} does not let this account write ({status}{said}); {}", words.credentials),
        ),
        404 | 410 => error(
            PublishErrorKind::Refused,
            format!(
                "{host} does not find the post that is answered ({status}); it was deleted, or hidden from this account"
            ),
        ),
        429 => {
            let wait = retry_after(&answer.headers, now).or_else(|| spent(answer.budget, now));
            let wait = wait.unwrap_or(Duration::from_secs(300));
            let message = format!("{host} asks us to slow down (429); sent again in {}", crate::http::spoken(wait));
            error(PublishErrorKind::RetryAfter(wait), message)
        }
        425 => error(PublishErrorKind::Retry, format!("{host} was too busy (425); it is tried again")),
        408 | 500..=599 => error(
            PublishErrorKind::Unsure,
            format!("{host} is in trouble ({status}{said}) and does not say whether it took the answer"),
        ),
        400..=499 => error(
            PublishErrorKind::Refused,
            format!("{host} refuses the answer ({status}{said}); change it and send it again"),
        ),
        _ => error(
            PublishErrorKind::Unsure,
            format!("{host} gave a reply that was not asked for ({status}) and may have taken the answer"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use url::Url;

    use super::*;

    const WORDS: Words = Words { credentials: "make a new token", moved: "change 'instance'" };

    fn answer(status: u16, wait: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(wait) = wait {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(wait));
        }
        Answer {
            status: StatusCode::from_u16(status).expect("status"),
            url: Url::parse("https://social.example/").expect("URL"),
            moved_to: None,
            headers,
            body: Vec::new(),
            budget: None,
        }
    }

    #[test]
    fn what_may_have_arrived_is_never_called_refused() {
        use PublishErrorKind::{Account, Refused, Retry, RetryAfter, Unsure};
        let check = |status: u16, wait: Option<&'static str>, kind: PublishErrorKind| {
            let error = refused(&answer(status, wait), "no", &WORDS, Timestamp::UNIX_EPOCH);
            assert_eq!(error.kind, kind, "{status}");
            assert!(error.message.starts_with("social.example "), "{error}");
        };
        check(302, None, Account);
        check(401, None, Account);
        check(403, None, Account);
        check(404, None, Refused);
        check(410, None, Refused);
        check(422, None, Refused);
        check(400, None, Refused);
        check(408, None, Unsure);
        check(425, None, Retry);
        check(429, Some("90"), RetryAfter(Duration::from_secs(90)));
        check(429, None, RetryAfter(Duration::from_secs(300)));
        check(500, None, Unsure);
        check(502, None, Unsure);
        check(503, Some("60"), Unsure);
        check(204, None, Unsure);
    }

    #[test]
    fn only_a_connection_that_never_was_is_certain() {
        let host = || "social.example".to_owned();
        let check = |error: FetchError, kind: PublishErrorKind| assert_eq!(unanswered(&error).kind, kind, "{error}");
        check(FetchError::Unreachable { host: host(), why: "refused".into() }, PublishErrorKind::Retry);
        check(FetchError::BrokenOff { host: host(), why: "reset".into() }, PublishErrorKind::Unsure);
        check(FetchError::TooSlow { host: host(), seconds: 60 }, PublishErrorKind::Unsure);
        check(FetchError::Silent { host: host(), seconds: 30 }, PublishErrorKind::Unsure);
        check(FetchError::TooLarge { host: host(), limit_mb: 16.0 }, PublishErrorKind::Unsure);
    }
}

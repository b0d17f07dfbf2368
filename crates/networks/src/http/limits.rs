//! What a network says about how often it wants to be asked.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use switchboard_capture::schedule;
use switchboard_model::Budget;

/// No network has to be waited for longer than this before one looks again.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Reads `Retry-After`, between one second and a day.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let wait = schedule::retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, now)?;
    Some(wait.clamp(Duration::from_secs(1), LONGEST))
}

/// Reads the rate-limit headers: `X-RateLimit-*` with a date or seconds, `RateLimit-*` with seconds.
pub(crate) fn budget(headers: &HeaderMap, now: Timestamp) -> Option<Budget> {
    let text = |name: &str| {
        let value = headers.get(format!("x-ratelimit-{name}")).or_else(|| headers.get(format!("ratelimit-{name}")))?;
        value.to_str().ok().map(str::trim)
    };
    let count = |name: &str| text(name)?.split([',', ';']).next()?.trim().parse::<u64>().ok();
    let budget = Budget {
        limit: count("limit"),
        left: count("remaining"),
        resets_at: text("reset").and_then(|t| moment(t, now)),
    };
    (budget.limit.is_some() || budget.left.is_some()).then_some(budget)
}

/// How long the allowance is used up, if it is: the wait until it is renewed.
pub(crate) fn spent(budget: Option<Budget>, now: Timestamp) -> Option<Duration> {
    let budget = budget?;
    // The last few requests are left to people who act through the same account.
    let reserve = budget.limit.map_or(1, |limit| (limit / 50).clamp(1, 5));
    let resets_at = budget.resets_at?;
    (budget.left? <= reserve).then(|| until(resets_at, now).clamp(Duration::from_secs(1), LONGEST))
}

/// A date, a Unix time or a number of seconds from now.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(seconds) if seconds > 1_000_000_000 => Timestamp::from_second(seconds).ok(),
        Ok(seconds) => Timestamp::from_second(now.as_second().checked_add(seconds)?).ok(),
        Err(_) => text.parse().ok(),
    }
}

fn until(then: Timestamp, now: Timestamp) -> Duration {
    u64::try_from(then.as_second().saturating_sub(now.as_second())).map_or(Duration::ZERO, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"))
        };
        list.iter().map(pair).collect()
    }

    fn now() -> Timestamp {
        "2026-05-04T09:30:00Z".parse().expect("time")
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_within_bounds() {
        let check = |text: &str, expected: Option<u64>| {
            let wait = retry_after(&headers(&[("retry-after", text)]), now());
            assert_eq!(wait.map(|wait| wait.as_secs()), expected, "{text}");
        };
        check("120", Some(120));
        check("0", Some(1));
        check("-5", Some(1));
        check("1.5", Some(1));
        check("99999999999999999999", Some(86_400));
        check("Mon, 04 May 2026 09:31:00 GMT", Some(60));
        check("Mon, 04 May 2020 09:31:00 GMT", Some(1));
        check("Fri, 04 May 2029 09:31:00 GMT", Some(86_400));
        check("soon", None);
        check("NaN", None);
    }

    #[test]
    fn budgets_are_read_in_every_dialect() {
        let mastodon = headers(&[
            ("x-ratelimit-limit", "300"),
            ("x-ratelimit-remaining", "298"),
            ("x-ratelimit-reset", "2026-05-04T09:35:00.000000Z"),
        ]);
        let seen = budget(&mastodon, now()).expect("budget");
        assert_eq!(
            (seen.limit, seen.left, seen.resets_at),
            (Some(300), Some(298), "2026-05-04T09:35:00Z".parse().ok())
        );
        let bluesky =
            headers(&[("ratelimit-limit", "3000"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "1777887300")]);
        let seen = budget(&bluesky, now());
        assert_eq!(seen.and_then(|seen| seen.resets_at), "2026-05-04T09:35:00Z".parse().ok());
        assert_eq!(spent(seen, now()), Some(Duration::from_secs(300)));
        assert_eq!(spent(budget(&mastodon, now()), now()), None);
        assert_eq!(budget(&headers(&[]), now()), None);
    }
}

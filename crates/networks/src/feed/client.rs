//! The one call: ask for what changed, and say in words what is wrong with an answer that is no feed.

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use switchboard_capture::feed::{FeedError, ParsedFeed, parse};
use switchboard_model::{CaptureError, CaptureErrorKind};
use url::Url;

use crate::http::{Answer, Http, Remedy, Request, shown};

const REMEDY: Remedy = Remedy {
    what: "the feed",
    credentials: "the feed is not open to everybody; use its public address",
    missing: "look for its new address and change 'url', or remove the source",
};
const FEEDS: &str =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";
/// Parsing this much at once would be noticed by others on the same thread.
const LARGE: usize = 128 * 1024;

/// Asks for the feed. False: nothing changed since the validators, and there is no body.
pub(crate) async fn fetch(
    http: &Http,
    url: &Url,
    etag: Option<&str>,
    last_modified: Option<&str>,
) -> Result<(Answer, bool), CaptureError> {
    let request = Request::get(url.clone()).header(ACCEPT, FEEDS).unless_unchanged(etag, last_modified);
    let answer = http.send(request).await?;
    match answer.status.as_u16() {
        304 => Ok((answer, false)),
        // Feeds come back after a mishap of their site; only 410 means what it says.
        404 => {
            let message =
                format!("{} does not know this feed (404); if it stays so, {}", answer.host(), REMEDY.missing);
            Err(CaptureError::new(CaptureErrorKind::Retry, message))
        }
        _ => Ok((answer.ok(&REMEDY, http.clock().now())?, true)),
    }
}

/// Reads an answer as a feed.
pub(crate) async fn read(answer: &Answer) -> Result<ParsedFeed, CaptureError> {
    let content_type = answer.header(CONTENT_TYPE).map(str::to_owned);
    let parsed = if answer.body.len() < LARGE {
        parse(&answer.body, content_type.as_deref(), &answer.url)
    } else {
        let (body, url) = (answer.body.clone(), answer.url.clone());
        let parsing = tokio::task::spawn_blocking(move || parse(&body, content_type.as_deref(), &url));
        parsing.await.map_err(|error| {
            let message = format!("{}: the feed could not be read ({error}); it is tried again", answer.host());
            CaptureError::new(CaptureErrorKind::Retry, message)
        })?
    };
    parsed.map_err(|error| refusal(answer, &error))
}

fn refusal(answer: &Answer, error: &FeedError) -> CaptureError {
    let place = shown(&answer.url);
    let (kind, remedy) = match error {
        FeedError::WebPage { feeds } if !feeds.is_empty() => {
            (CaptureErrorKind::Broken, "; put one of these into 'url'")
        }
        FeedError::WebPage { .. } | FeedError::OtherFormat { .. } => {
            (CaptureErrorKind::Broken, "; check 'url' in a browser")
        }
        FeedError::TooLarge { .. } | FeedError::TooDeep | FeedError::EntityBomb => {
            (CaptureErrorKind::Broken, "; it is not read")
        }
        FeedError::Empty | FeedError::BrokenJson(_) => (CaptureErrorKind::Retry, "; it is tried again"),
    };
    CaptureError::new(kind, format!("{place}: {error}{remedy}"))
}

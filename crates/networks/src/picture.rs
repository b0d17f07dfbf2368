//! Pictures of posts and of their authors, for pages that show them.
//!
//! A picture comes from whatever address somebody wrote under a post, so nothing is believed: the guard looks at every
//! hop as everywhere, the answer is short in bytes and time, and it is a picture only if its bytes are one.

use std::time::Duration;

use reqwest::header;
use switchboard_model::{CaptureError, CaptureErrorKind, Picture};
use url::Url;

use crate::Networks;
use crate::guard::Refusal;
use crate::http::{Answer, FetchError, Request, host_of, retry_after};

/// The largest picture that is handed on.
const MOST_BYTES: usize = 4 << 20;
/// How long it may take to come, redirects included.
const WITHIN: Duration = Duration::from_secs(10);
/// What we say that we take. Some servers choose by it.
const TAKES: &str = "image/avif,image/webp,image/png,image/jpeg,image/gif";

impl Networks {
    /// The picture at an address. A failure is `Broken` if it is about this picture alone, and otherwise about its host:
    /// asking that for another picture would be as much in vain.
    pub async fn picture(&self, url: &str) -> Result<Picture, CaptureError> {
        let url = Url::parse(url).map_err(|_| broken("the address of the picture cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(broken(Refusal::Scheme(url.scheme().to_owned())));
        }
        let host = host_of(&url);
        let request = Request::get(url).header(header::ACCEPT, TAKES).max_body(MOST_BYTES).within(WITHIN).out_of_turn();
        let answer = self.http().send(request).await.map_err(|error| failure(error, &host))?;
        if !answer.status.is_success() {
            return Err(self.refused(&answer, &host));
        }
        let said = answer.media_type();
        let what = "is no PNG, JPEG, GIF, WebP or AVIF";
        Picture::of_bytes(answer.body).ok_or_else(|| broken(format!("what {host} sends as '{said}' {what}")))
    }

    fn refused(&self, answer: &Answer, host: &str) -> CaptureError {
        let message = format!("{host} has no picture there ({})", answer.status.as_u16());
        // Only the host itself can ask for a pause, not somebody whom it sends us on to.
        let pause = matches!(answer.status.as_u16(), 429 | 503) && answer.host() == *host;
        if !pause {
            return broken(message);
        }
        let wait = retry_after(&answer.headers, self.http().clock().now()).unwrap_or(Duration::from_secs(300));
        CaptureError::new(CaptureErrorKind::RetryAfter(wait), message)
    }
}

fn broken(message: impl ToString) -> CaptureError {
    CaptureError::new(CaptureErrorKind::Broken, message.to_string())
}

/// Whose fault it is. A redirect to somebody who is away says nothing about who redirects.
fn failure(error: FetchError, host: &str) -> CaptureError {
    let is_about_host = match &error {
        FetchError::Unreachable { host: asked, .. }
        | FetchError::TooSlow { host: asked, .. }
        | FetchError::Silent { host: asked, .. } => asked == host,
        FetchError::Refused(Refusal::NoAddress(asked)) => asked == host,
        _ => false,
    };
    match error {
        FetchError::TooLarge { host, .. } => broken(format!("the picture of {host} is larger than 4 MiB")),
        error if is_about_host => CaptureError::new(CaptureErrorKind::Retry, error.to_string()),
        error => broken(error),
    }
}

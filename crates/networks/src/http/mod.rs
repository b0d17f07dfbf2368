//! The one HTTP client. Everything that Switchboard fetches goes through it.
//!
//! It keeps time-outs, a cap on what is read *after* decompression, the guard at every hop of a redirect, one request
//! per host at a time with a pause between two, and a user agent that says who we are. It does not retry: when to ask
//! again is the caller's decision. Nothing that could be a secret (credentials, query) appears in its errors.

mod error;
mod limits;
mod pace;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use switchboard_model::{Budget, Clock};
use tokio::time::Instant;
use url::Url;

pub use error::{FetchError, shown};
pub(crate) use error::{Remedy, chain, clock_is_plausible, explain, spoken};
pub(crate) use limits::{budget, retry_after, spent};

use crate::config::NetworkConfig;
use crate::guard::Guard;
use crate::http::pace::Pace;

const REDIRECTS: usize = 10;

/// The client. Cheap to clone; clones share connections and politeness.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    client: reqwest::Client,
    guard: Guard,
    pace: Pace,
    config: NetworkConfig,
    clock: Arc<dyn Clock>,
}

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// An entry of the allow list cannot be read.
    #[error("capture.allow: {0}")]
    Allow(#[from] crate::guard::BadAllowEntry),
    /// Usually no certificates on this machine.
    #[error("the HTTP client could not be set up ({0}); are the system's CA certificates installed?")]
    Client(String),
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    max_body: Option<usize>,
    follows_redirects: bool,
    takes_turn: bool,
    within: Option<Duration>,
}

/// An answer that was read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Where it came from after redirects.
    pub url: Url,
    /// The new address, if every redirect on the way said that the move is for good.
    pub moved_to: Option<Url>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, decompressed.
    pub body: Vec<u8>,
    /// What the network says is left of its allowance.
    pub budget: Option<Budget>,
}

impl Request {
    /// A GET request.
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: None,
            max_body: None,
            follows_redirects: true,
            takes_turn: true,
            within: None,
        }
    }

    /// A POST request without a body.
    pub fn post(url: Url) -> Self {
        Self { method: Method::POST, ..Self::get(url) }
    }

    /// A POST request with a JSON body.
    pub fn post_json(url: Url, body: &serde_json::Value) -> Self {
        let request = Self { body: Some(body.to_string().into_bytes()), ..Self::post(url) };
        request.header(header::CONTENT_TYPE, "application/json")
    }

    /// Adds a header. A value that cannot stand in a header is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// With a body.
    #[must_use]
    pub fn with_body(self, body: Vec<u8>) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Adds a header whose value nothing prints. It is not carried to another host.
    #[must_use]
    pub(crate) fn secret_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }

    /// Says who asks. The token is marked, so that nothing prints it, and is not carried to another host.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {token}")) {
            value.set_sensitive(true);
            self.headers.insert(header::AUTHORIZATION, value);
        }
        self
    }

    /// Asks for the answer only if it is not the one that carried these validators.
    #[must_use]
    pub fn unless_unchanged(self, etag: Option<&str>, last_modified: Option<&str>) -> Self {
        let request = match etag {
            Some(etag) => self.header(header::IF_NONE_MATCH, etag),
            None => self,
        };
        match last_modified {
            Some(time) => request.header(header::IF_MODIFIED_SINCE, time),
            None => request,
        }
    }

    /// Takes a redirect for the answer: following one may turn what was sent into a mere question.
    #[must_use]
    pub(crate) fn without_redirects(mut self) -> Self {
        self.follows_redirects = false;
        self
    }

    /// Neither waits for the host's turn nor takes it: for what somebody looks at and waits for. Whoever sends it bounds
    /// how many are sent at once.
    #[must_use]
    pub(crate) fn out_of_turn(mut self) -> Self {
        self.takes_turn = false;
        self
    }

    /// A time for all hops together, beside the configured one for each.
    #[must_use]
    pub(crate) fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Another cap for the body than the configured one.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without parameters, in lower case; empty where none was told.
    pub fn media_type(&self) -> String {
        let full = self.header(header::CONTENT_TYPE).unwrap_or_default();
        full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The host that answered, with its port where it is not the usual one.
    pub fn host(&self) -> String {
        host_of(&self.url)
    }
}

/// The host of a URL, with its port where it is not the usual one.
pub(crate) fn host_of(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        _ => "(no host)".to_owned(),
    }
}

impl Http {
    /// The client as configured.
    pub fn new(config: &NetworkConfig, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        // Fails only if a provider was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(&config.allow)?;
        #[expect(clippy::disallowed_methods, reason = "this is the client that everybody else is to use")]
        let client = reqwest::Client::builder()
            .user_agent(config.user_agent())
            .connect_timeout(config.connect_timeout())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A proxy would resolve names out of the guard's sight.
            .no_proxy()
            .pool_max_idle_per_host(2)
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .map_err(|error| SetupError::Client(error::chain(&error)))?;
        let pace = Pace::new(Duration::from_millis(config.host_gap_ms));
        Ok(Self { inner: Arc::new(Inner { client, guard, pace, config: config.clone(), clock }) })
    }

    /// The guard, for connections that are not HTTP.
    pub fn guard(&self) -> &Guard {
        &self.inner.guard
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &NetworkConfig {
        &self.inner.config
    }

    /// The clock that it reads `Retry-After` dates against.
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// Sends a request, follows redirects, reads the answer to its end. Every status is an answer, not an error.
    pub async fn send(&self, request: Request) -> Result<Answer, FetchError> {
        let host = host_of(&request.url);
        let start = Instant::now();
        // Waiting for our turn is not the network's slowness: the clock of a hop starts after it.
        let mut hop = Hop { request, moved_to: None, is_lasting: true };
        for _ in 0..=REDIRECTS {
            self.inner.guard.check_url(&hop.request.url)?;
            let _turn = match hop.request.takes_turn {
                true => Some(self.inner.pace.turn(&host_of(&hop.request.url)).await),
                false => None,
            };
            let rest = hop.request.within.map(|within| within.saturating_sub(start.elapsed()));
            let total = self.inner.config.total_timeout().min(rest.unwrap_or(Duration::MAX));
            let step = tokio::time::timeout(total, self.one(&mut hop)).await;
            match step {
                Ok(Ok(Some(answer))) => return Ok(answer),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    let seconds = hop.request.within.unwrap_or(total).as_secs();
                    return Err(FetchError::TooSlow { host: host_of(&hop.request.url), seconds });
                }
            }
        }
        Err(FetchError::TooManyRedirects { host, limit: REDIRECTS })
    }

    /// One hop: the answer, or `None` after turning `hop` to where a redirect points.
    async fn one(&self, hop: &mut Hop) -> Result<Option<Answer>, FetchError> {
        let request = &hop.request;
        let host = host_of(&request.url);
        let mut builder =
            self.inner.client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let port = request.url.port_or_known_default().unwrap_or(0);
        let response = self
            .inner
            .guard
            .dialling(port, builder.send())
            .await
            .map_err(|error| FetchError::from_reqwest(&host, error, self.inner.clock.now()))?;
        let status = response.status();
        if is_redirect(status)
            && request.follows_redirects
            && let Some(target) = response.headers().get(header::LOCATION)
        {
            let target = target.to_str().ok().and_then(|target| response.url().join(target).ok());
            let target = target.ok_or_else(|| FetchError::BadRedirect { host: host.clone() })?;
            hop.turn(status, target);
            return Ok(None);
        }
        let limit = request.max_body.unwrap_or_else(|| self.inner.config.max_body());
        let moved_to = hop.moved_to.clone();
        self.read(response, &host, limit, moved_to).await.map(Some)
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        host: &str,
        limit: usize,
        moved_to: Option<Url>,
    ) -> Result<Answer, FetchError> {
        let now = self.inner.clock.now();
        let (status, url, headers) = (response.status(), response.url().clone(), response.headers().clone());
        let too_large = || FetchError::TooLarge { host: host.to_owned(), limit_mb: limit as f64 / 1e6 };
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        let silence = self.inner.config.read_timeout();
        loop {
            let chunk = tokio::time::timeout(silence, response.chunk())
                .await
                .map_err(|_| FetchError::Silent { host: host.to_owned(), seconds: silence.as_secs() })?;
            match chunk.map_err(|error| FetchError::from_reqwest(host, error, now))? {
                Some(chunk) if body.len() + chunk.len() > limit => return Err(too_large()),
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        let budget = budget(&headers, now);
        Ok(Answer { status, url, moved_to, headers, body, budget })
    }
}

/// Where a request stands on its way through redirects.
struct Hop {
    request: Request,
    moved_to: Option<Url>,
    is_lasting: bool,
}

impl Hop {
    fn turn(&mut self, status: StatusCode, mut target: Url) {
        if target.fragment().is_none() {
            target.set_fragment(self.request.url.fragment());
        }
        let is_same_place = (target.scheme(), target.host_str(), target.port_or_known_default())
            == (self.request.url.scheme(), self.request.url.host_str(), self.request.url.port_or_known_default());
        if !is_same_place {
            self.request.headers.remove(header::AUTHORIZATION);
            self.request.headers.remove(header::COOKIE);
        }
        self.is_lasting &= matches!(status.as_u16(), 301 | 308);
        self.moved_to = self.is_lasting.then(|| target.clone());
        if matches!(status.as_u16(), 301..=303) && self.request.method != Method::HEAD {
            self.request.method = Method::GET;
            self.request.body = None;
            self.request.headers.remove(header::CONTENT_TYPE);
        }
        self.request.url = target;
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(url: &str) -> Hop {
        let request = Request::get(Url::parse(url).expect("URL")).bearer("hunter2");
        Hop { request, moved_to: None, is_lasting: true }
    }

    #[test]
    fn secrets_stay_with_their_host() {
        let check = |target: &str, keeps: bool| {
            let mut hop = hop("https://a.example/feed");
            hop.turn(StatusCode::FOUND, Url::parse(target).expect("URL"));
            assert_eq!(hop.request.headers.contains_key(header::AUTHORIZATION), keeps, "{target}");
        };
        check("https://a.example/other", true);
        check("https://b.example/feed", false);
        check("http://a.example/feed", false);
        check("https://a.example:444/feed", false);
        assert!(!format!("{:?}", hop("https://a.example/").request).contains("hunter2"));
    }

    #[test]
    fn only_an_unbroken_chain_of_lasting_redirects_moves_for_good() {
        let check = |chain: &[u16], expected: bool| {
            let mut hop = hop("https://a.example/feed");
            for (at, status) in chain.iter().enumerate() {
                let target = Url::parse(&format!("https://a.example/{at}")).expect("URL");
                hop.turn(StatusCode::from_u16(*status).expect("status"), target);
            }
            assert_eq!(hop.moved_to.is_some(), expected, "{chain:?}");
        };
        check(&[301], true);
        check(&[308, 301], true);
        check(&[302], false);
        check(&[301, 302], false);
        check(&[302, 301], false);
    }
}

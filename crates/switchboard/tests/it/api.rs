//! Asking servers in tests: a running installation over its API, and the networks that it follows.
//!
//! Nothing here waits for a length of time: `until` asks until it is so, and names what it saw last if it never is.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use switchboard_app::SystemClock;
use switchboard_model::Clock;
use tokio::time::Instant;

use crate::program::Serving;

/// A machine with two slow cores that runs everything at once must still be in time.
const PATIENCE: Duration = Duration::from_secs(180);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Asks until the answer is there. `look` says what it saw instead.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) if Instant::now() >= deadline => panic!("{what}: not within {PATIENCE:?}, at last {seen}"),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Whether what was wanted is so, for `until`.
pub(crate) fn so(is_so: bool, seen: impl std::fmt::Debug) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(format!("{seen:?}")) }
}

/// A client for servers of the test itself, which are all on loopback.
pub(crate) fn client() -> Client {
    client_with(HeaderMap::new())
}

#[expect(clippy::disallowed_methods, reason = "the product's client refuses what is not public and does not post")]
fn client_with(headers: HeaderMap) -> Client {
    // The other tests of this program may have chosen it before.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = Client::builder().no_proxy().timeout(Duration::from_secs(60)).default_headers(headers);
    builder.build().expect("a client")
}

/// Sends a request that must succeed.
pub(crate) async fn send(request: RequestBuilder) -> Response {
    let answer = request.send().await.expect("the server answers");
    if answer.status().is_success() {
        return answer;
    }
    let (status, url) = (answer.status(), answer.url().clone());
    panic!("{url} answered {status}: {}", text(answer).await);
}

/// The body as text.
#[expect(clippy::disallowed_methods, reason = "servers of the test itself")]
pub(crate) async fn text(answer: Response) -> String {
    answer.text().await.expect("a body")
}

/// The body as JSON.
pub(crate) async fn json(answer: Response) -> Value {
    serde_json::from_str(&text(answer).await).expect("JSON")
}

/// The moment, as networks write it.
pub(crate) fn now() -> String {
    format!("{:.3}", SystemClock.now())
}

/// The moment in microseconds since 1970.
pub(crate) fn microseconds() -> i64 {
    SystemClock.now().as_microsecond()
}

/// A word that nobody else says: other tests write to the same servers.
pub(crate) fn word(prefix: &str) -> String {
    let number = microseconds();
    let letters = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'k')).collect::<String>();
    format!("{prefix}{letters}")
}

/// A running installation.
pub(crate) struct Api {
    client: Client,
    url: String,
}

impl Api {
    pub(crate) fn of(serving: &Serving) -> Self {
        let bearer = format!("Bearer {}", serving.key).parse().expect("a header");
        let client = client_with(HeaderMap::from_iter([(AUTHORIZATION, bearer)]));
        Self { client, url: format!("{}/api/v1", serving.url.trim_end_matches('/')) }
    }

    async fn get(&self, path: &str) -> Value {
        json(send(self.client.get(format!("{}/{path}", self.url))).await).await
    }

    /// The source of this name.
    pub(crate) async fn source(&self, name: &str) -> Value {
        let sources = self.get("sources").await;
        let found = sources["data"].as_array().and_then(|all| all.iter().find(|source| source["name"] == name));
        found.unwrap_or_else(|| panic!("no source {name}: {sources}")).clone()
    }

    /// Has a source asked now.
    pub(crate) async fn check(&self, name: &str) {
        let id = self.source(name).await["id"].as_str().expect("an id").to_owned();
        send(self.client.post(format!("{}/sources/{id}/check", self.url))).await;
    }

    /// What became of a source's posts, by reason.
    pub(crate) async fn fates(&self, name: &str) -> Fates {
        let id = self.source(name).await["id"].as_str().expect("an id").to_owned();
        let fates = self.get(&format!("sources/{id}/fates")).await;
        let count = |fate: &Value| Some((fate["reason"].as_str()?.to_owned(), fate["posts"].as_u64()?));
        Fates(fates["data"].as_array().expect("a list").iter().filter_map(count).collect())
    }

    /// How many posts the only search matches.
    pub(crate) async fn mentions(&self) -> u64 {
        self.get("searches").await["data"][0]["mentions"].as_u64().expect("a number")
    }

    /// All stored posts, in the order in which they came, read page by page.
    pub(crate) async fn posts(&self) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = self.get(&format!("posts?private=true&limit=40&after={after}")).await;
            all.extend(page["data"].as_array().expect("a list").iter().cloned());
            match page["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// One post, if it is stored.
    pub(crate) async fn post(&self, id: &str) -> Option<Value> {
        self.posts().await.into_iter().find(|stored| stored["post"]["id"] == id)
    }

    /// The texts of the earlier versions of a post, the first one first.
    pub(crate) async fn earlier_versions(&self, id: &str) -> Vec<String> {
        let mut url = reqwest::Url::parse(&self.url).expect("a URL");
        url.path_segments_mut().expect("a path").push("posts").push(id).push("versions");
        let versions = json(send(self.client.get(url)).await).await;
        let text = |version: &Value| version["text"].as_str().expect("text").to_owned();
        versions["data"].as_array().expect("a list").iter().map(text).collect()
    }
}

/// What became of posts, by reason.
#[derive(Debug, Default)]
pub(crate) struct Fates(BTreeMap<String, u64>);

impl Fates {
    /// Posts with one of these reasons.
    pub(crate) fn of(&self, reasons: &[&str]) -> u64 {
        reasons.iter().filter_map(|reason| self.0.get(*reason)).sum()
    }

    /// All posts.
    pub(crate) fn all(&self) -> u64 {
        self.0.values().sum()
    }

    /// Posts with any other reason than these.
    pub(crate) fn beside(&self, reasons: &[&str]) -> u64 {
        self.all() - self.of(reasons)
    }
}

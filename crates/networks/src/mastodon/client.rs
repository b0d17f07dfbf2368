//! The calls of the client API that reading needs.

use reqwest::header::LINK;
use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_model::{Budget, CaptureError, CaptureErrorKind};
use url::Url;

use crate::http::{Answer, Http, Remedy, Request};
use crate::mastodon::{Only, Plan, What};
use crate::settings::Secret;

const TOKEN: &str = "make an access token with the scope 'read' on the instance under Preferences → Development and put it into 'token'";

const TIMELINE: Remedy = Remedy {
    what: "the timeline",
    credentials: TOKEN,
    missing: "check that 'instance' is a Mastodon-compatible server",
};
const SEARCH: Remedy =
    Remedy { what: "the search", credentials: TOKEN, missing: "check that 'instance' is a Mastodon-compatible server" };
const NOTIFICATIONS: Remedy = Remedy {
    what: "the notifications",
    credentials: TOKEN,
    missing: "check that 'instance' is a Mastodon-compatible server",
};
const STATUS: Remedy = Remedy { what: "the post", credentials: TOKEN, missing: "it was deleted" };

/// How many items a page holds.
const PAGE: &str = "40";

/// One page of a list, newest first.
pub(crate) struct Page {
    pub(crate) items: Vec<Box<RawValue>>,
    /// What to ask for the page that is newer than this one.
    pub(crate) newer: Option<String>,
    pub(crate) budget: Option<Budget>,
}

/// What an instance says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// What the names of its accounts end with.
    pub(crate) domain: String,
    /// Where it streams.
    pub(crate) streaming: Url,
}

/// What became of a single status.
pub(crate) enum Found {
    There(Box<RawValue>),
    Gone,
    /// It may not be looked at.
    Hidden,
}

/// The client of one source.
pub(crate) struct Client {
    http: Http,
    instance: Url,
    token: Option<Secret>,
}

#[derive(Deserialize)]
struct Searched {
    statuses: Vec<Box<RawValue>>,
}

/// A status as far as it names itself.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) uri: Option<String>,
}

#[derive(Deserialize)]
struct Context {
    ancestors: Vec<Named>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct About {
    domain: Option<String>,
    account_domain: Option<String>,
    configuration: Configuration,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Configuration {
    urls: Urls,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Urls {
    streaming: Option<String>,
}

impl Client {
    pub(crate) fn new(http: Http, plan: &Plan) -> Self {
        Self { http, instance: plan.instance.clone(), token: plan.token.clone() }
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// The token in the clear, read anew each time so that it can be replaced on disk.
    pub(crate) fn bearer(&self) -> Result<Option<String>, CaptureError> {
        let revealed = self.token.as_ref().map(Secret::reveal).transpose();
        revealed.map_err(|error| CaptureError::new(CaptureErrorKind::Broken, error.message))
    }

    fn address(&self, path: &str) -> Url {
        let mut url = self.instance.clone();
        url.set_path(&format!("{}/{path}", self.instance.path().trim_end_matches('/')));
        url
    }

    async fn get(&self, url: Url, remedy: &Remedy) -> Result<Answer, CaptureError> {
        let answer = self.send(url).await?;
        // Mastodon answers 422 to a list that it shows only to its own users.
        if answer.status.as_u16() == 422 && self.token.is_none() {
            let message = format!("{} shows {} only to its own users (422); {TOKEN}", answer.host(), remedy.what);
            return Err(CaptureError::new(CaptureErrorKind::Broken, message));
        }
        answer.ok(remedy, self.http.clock().now())
    }

    async fn send(&self, url: Url) -> Result<Answer, CaptureError> {
        let request = Request::get(url);
        let request = match self.bearer()? {
            Some(token) => request.bearer(&token),
            None => request,
        };
        Ok(self.http.send(request).await?)
    }

    /// A page of what is followed: the one right after `newer_than`, or the newest.
    pub(crate) async fn page(&self, what: &What, newer_than: Option<&str>) -> Result<Page, CaptureError> {
        if let What::Search(words) = what {
            return self.found(words, 0).await;
        }
        let (url, remedy) = self.list(what, newer_than);
        let answer = self.get(url, remedy).await?;
        let items: Vec<Box<RawValue>> = answer.json(remedy.what)?;
        let newer = answer.header(LINK).and_then(newer_in).or_else(|| items.first().and_then(|raw| id_of(raw.get())));
        Ok(Page { items, newer, budget: answer.budget })
    }

    fn list(&self, what: &What, newer_than: Option<&str>) -> (Url, &'static Remedy) {
        let (mut url, remedy) = match what {
            What::Hashtag(tag, _) => {
                let mut url = self.address("api/v1/timelines/tag");
                if let Ok(mut path) = url.path_segments_mut() {
                    path.push(tag);
                }
                (url, &TIMELINE)
            }
            What::Public(_) | What::Search(_) => (self.address("api/v1/timelines/public"), &TIMELINE),
            What::Notifications => (self.address("api/v1/notifications"), &NOTIFICATIONS),
        };
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", PAGE);
        if let What::Hashtag(_, Some(only)) | What::Public(Some(only)) = what {
            query.append_pair(if *only == Only::Local { "local" } else { "remote" }, "true");
        }
        if *what == What::Notifications {
            query.append_pair("types[]", "mention").append_pair("types[]", "quote");
        }
        if let Some(id) = newer_than {
            query.append_pair("min_id", id);
        }
        drop(query);
        (url, remedy)
    }

    /// A page of a search, newest first, from the `offset`-th hit on.
    pub(crate) async fn found(&self, words: &str, offset: usize) -> Result<Page, CaptureError> {
        let mut url = self.address("api/v2/search");
        url.query_pairs_mut()
            .append_pair("q", words)
            .append_pair("type", "statuses")
            .append_pair("resolve", "false")
            .append_pair("limit", PAGE)
            .append_pair("offset", &offset.to_string());
        let answer = self.get(url, &SEARCH).await?;
        let Searched { statuses } = answer.json(SEARCH.what)?;
        Ok(Page { items: statuses, newer: None, budget: answer.budget })
    }

    /// One status by its local id.
    pub(crate) async fn status(&self, id: &str) -> Result<(Found, Option<Budget>), CaptureError> {
        let answer = self.send(self.one("", id)).await?;
        let budget = answer.budget;
        let found = match answer.status.as_u16() {
            404 | 410 => Found::Gone,
            401 | 403 => Found::Hidden,
            _ => Found::There(answer.ok(&STATUS, self.http.clock().now())?.json(STATUS.what)?),
        };
        Ok((found, budget))
    }

    /// What a status answers: the identifiers of its thread's first post and of its parent.
    pub(crate) async fn parents(&self, id: &str) -> Result<Option<(String, String)>, CaptureError> {
        let answer = self.get(self.one("context", id), &STATUS).await?;
        let context: Context = answer.json("the thread")?;
        let mut uris = context.ancestors.into_iter().filter_map(|status| status.uri);
        let Some(first) = uris.next() else { return Ok(None) };
        let parent = uris.next_back().unwrap_or_else(|| first.clone());
        Ok(Some((first, parent)))
    }

    fn one(&self, rest: &str, id: &str) -> Url {
        let mut url = self.address("api/v1/statuses");
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(id);
            if !rest.is_empty() {
                path.push(rest);
            }
        }
        url
    }

    /// What the instance says about itself; what it does not say is taken from its address.
    /// False: it could not be asked, so it is worth asking again.
    pub(crate) async fn instance(&self) -> (Instance, bool) {
        let answer = self.send(self.address("api/v2/instance")).await.ok();
        let was_asked = answer.as_ref().is_some_and(|answer| !answer.status.is_server_error());
        let answer = answer.filter(|answer| answer.status.is_success());
        let about = answer.and_then(|answer| answer.json::<About>("the instance").ok()).unwrap_or_default();
        let domain = about.account_domain.or(about.domain).filter(|domain| !domain.is_empty() && domain.len() < 254);
        let streaming = about.configuration.urls.streaming.as_deref().and_then(|url| Url::parse(url).ok());
        let domain = domain.unwrap_or_else(|| crate::http::host_of(&self.instance));
        (Instance { domain, streaming: self.streaming(streaming) }, was_asked)
    }

    /// Streams are WebSockets, with TLS wherever the instance itself has it.
    fn streaming(&self, told: Option<Url>) -> Url {
        let mut url = told.unwrap_or_else(|| self.instance.clone());
        let is_same_host = url.host_str() == self.instance.host_str();
        let scheme = match url.scheme() {
            "ws" | "http" => "ws",
            _ if is_same_host && self.instance.scheme() == "http" => "ws",
            _ => "wss",
        };
        let path = format!("{}/api/v1/streaming", url.path().trim_end_matches('/'));
        // `Url` does not change a scheme when the default ports differ in kind; written anew it does.
        let (_, rest) = url.as_str().split_once("://").unwrap_or_default();
        url = Url::parse(&format!("{scheme}://{rest}")).unwrap_or(url);
        url.set_path(&path);
        url
    }
}

/// Finds `min_id` in the `prev` of a `Link` header, which leads to newer items. The rest of the address is not trusted.
fn newer_in(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (url, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_newer = rest.split(';').any(|part| matches!(part.trim(), "rel=\"prev\"" | "rel=prev"));
        let url = Url::parse(url).ok().filter(|_| is_newer)?;
        url.query_pairs().find(|(name, _)| name == "min_id").map(|(_, id)| id.into_owned())
    })
}

fn id_of(raw: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct WithId {
        id: Option<String>,
    }
    serde_json::from_str::<WithId>(raw).ok()?.id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_pages_are_found_in_the_header() {
        let check =
            |header: &str, expected: Option<&str>| assert_eq!(newer_in(header).as_deref(), expected, "{header}");
        check(include_str!("testdata/notifications_page1.link.txt"), Some("01M7ZQKK58FWFBFTXQY4WZHTYQ"));
        check("<https://evil.example/?min_id=a%20b>; rel=prev", Some("a b"));
        check("<https://a.example/?max_id=1>; rel=\"next\"", None);
        check("<https://a.example/?max_id=1>; rel=\"prev\"", None);
        check("nonsense", None);
    }
}

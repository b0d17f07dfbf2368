//! From a pasted link or handle to sources that could be made of it.

use serde::Serialize;
use serde_json::{Value, json};
use switchboard_capture::{discover, feed as feeds};
use switchboard_model::{CaptureError, CaptureErrorKind, SourceKind};
use url::Url;

use crate::Networks;
use crate::http::{Answer, FetchError, Request, shown};

/// How many guessed addresses are tried where a page names no feed.
const GUESSES: usize = 8;
/// How many feeds of a page are proposed.
const FEEDS: usize = 10;

/// A source that could be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// A name for it.
    pub name: String,
    /// Its kind.
    pub kind: SourceKind,
    /// Its settings, ready to be used.
    pub settings: Value,
    /// Why it is proposed.
    pub why: String,
}

impl Proposal {
    fn new(name: impl Into<String>, kind: SourceKind, settings: Value, why: impl Into<String>) -> Self {
        let name: String = name.into().chars().filter(|c| !c.is_control()).take(120).collect();
        Self { name, kind, settings, why: why.into() }
    }

    fn feed(title: &str, url: &str, why: &str) -> Self {
        let name = if title.trim().is_empty() { url } else { title.trim() };
        Self::new(name, SourceKind::Feed, json!({"url": url}), why)
    }
}

impl Networks {
    /// What could be followed at a link or handle: a feed, a page with feeds, a hashtag, a profile, a search.
    ///
    /// Pages are fetched for it. An empty list means that there is nothing to follow there; an error, that it could not
    /// be looked at.
    pub async fn propose(&self, url_or_handle: &str) -> Result<Vec<Proposal>, CaptureError> {
        let text = url_or_handle.trim();
        if let Some(proposals) = self.by_form(text) {
            return Ok(proposals);
        }
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&full)
            .ok()
            .filter(|url| url.host_str().is_some_and(|host| host.contains(['.', ':']) || host == "localhost"));
        let Some(url) = url.filter(|_| !text.contains(char::is_whitespace)) else {
            let message = "this is neither a web address nor a handle; paste a link such as https://blog.acme.example or @acme@social.example";
            return Err(CaptureError::new(CaptureErrorKind::Broken, message));
        };
        let mut proposals = self.by_host(&url);
        if proposals.is_empty() {
            proposals = self.mastodon_page(&url).await;
            match self.feeds_at(&url).await {
                Ok(feeds) => proposals.extend(feeds),
                Err(error) if proposals.is_empty() => return Err(error),
                Err(_) => {}
            }
        }
        Ok(proposals)
    }

    /// What is clear without looking at a host: handles and hashtags.
    fn by_form(&self, text: &str) -> Option<Vec<Proposal>> {
        let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if let Some(tag) = text.strip_prefix('#').filter(|tag| word(tag)) {
            return Some(vec![
                self.hashtag(&self.http.config().mastodon.instance, tag),
                bluesky_search(&format!("#{tag}"), &format!("#{tag} on Bluesky")),
            ]);
        }
        let handle = text.strip_prefix('@').unwrap_or(text);
        if let Some((user, host)) = handle.split_once('@')
            && word(user)
            && host.contains('.')
            && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        {
            let url = format!("https://{host}/@{user}.rss");
            return Some(vec![Proposal::feed(
                &format!("@{user}@{host}"),
                &url,
                "the public posts of this Mastodon account",
            )]);
        }
        let is_bluesky = (text.starts_with('@') && handle.contains('.') && !handle.contains('/'))
            || handle.ends_with(".bsky.social");
        (is_bluesky && !handle.contains(char::is_whitespace) && !handle.contains("://"))
            .then(|| bluesky_profile(handle))
    }

    /// Hosts that are known by name.
    fn by_host(&self, url: &Url) -> Vec<Proposal> {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let parts: Vec<_> =
            url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
        let asked = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        match (host, parts.as_slice()) {
            ("bsky.app", ["profile", handle, ..]) => bluesky_profile(handle),
            ("bsky.app", ["hashtag", tag, ..]) => {
                vec![bluesky_search(&format!("#{tag}"), &format!("#{tag} on Bluesky"))]
            }
            ("bsky.app", ["search"]) => {
                asked("q").map(|query| bluesky_search(&query, &format!("'{query}' on Bluesky"))).into_iter().collect()
            }
            ("bsky.app", []) => vec![Proposal::new(
                "Bluesky",
                SourceKind::Bluesky,
                json!({"what": "jetstream"}),
                "all public posts of Bluesky as they are written; needs no login",
            )],
            ("news.ycombinator.com" | "hn.algolia.com", _) => {
                let query = asked("q").or_else(|| asked("query")).unwrap_or_default();
                let name =
                    if query.is_empty() { "Hacker News".to_owned() } else { format!("'{query}' on Hacker News") };
                let why = "stories and comments of Hacker News, by date; needs no login";
                vec![Proposal::new(name, SourceKind::HackerNews, json!({"query": query}), why)]
            }
            _ => Vec::new(),
        }
    }

    /// Pages of a Mastodon instance, if the host says that it is one.
    async fn mastodon_page(&self, url: &Url) -> Vec<Proposal> {
        let parts: Vec<_> =
            url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
        let tag = match parts.as_slice() {
            ["tags", tag] | ["web", "tags", tag] => tag.strip_suffix(".rss").unwrap_or(tag),
            ["public"] | ["public", "local"] | ["explore"] => "",
            _ => return Vec::new(),
        };
        let instance = url.origin().ascii_serialization();
        let Ok(about) = Url::parse(&format!("{instance}/api/v2/instance")) else { return Vec::new() };
        let is_instance = match self.http.send(Request::get(about).max_body(1_000_000)).await {
            Ok(answer) => {
                answer.status.is_success()
                    && answer.json::<Value>("the instance").is_ok_and(|about| about.get("domain").is_some())
            }
            Err(_) => false,
        };
        if !is_instance {
            return Vec::new();
        }
        if tag.is_empty() {
            let name = format!("public posts on {}", url.host_str().unwrap_or_default());
            let settings = json!({"instance": instance, "what": "public", "only": "local"});
            return vec![Proposal::new(
                name,
                SourceKind::Mastodon,
                settings,
                "what this instance's accounts write in public",
            )];
        }
        vec![self.hashtag(&instance, tag)]
    }

    fn hashtag(&self, instance: &str, tag: &str) -> Proposal {
        let host = Url::parse(instance).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let settings = json!({"instance": instance, "what": "hashtag", "tag": tag});
        Proposal::new(
            format!("#{tag} on {host}"),
            SourceKind::Mastodon,
            settings,
            "public posts with this hashtag, as far as the instance knows them",
        )
    }

    /// The feed at this address, or the feeds that the page there names, or feeds where sites usually keep them.
    async fn feeds_at(&self, url: &Url) -> Result<Vec<Proposal>, CaptureError> {
        let answer = self.http.send(Request::get(url.clone())).await?;
        if !answer.status.is_success() {
            let message = format!(
                "{} answers {} for {}; check the address in a browser",
                answer.host(),
                answer.status.as_u16(),
                shown(url)
            );
            return Err(CaptureError::new(CaptureErrorKind::Broken, message));
        }
        let named = match read(&answer) {
            Ok(title) => {
                let address = answer.moved_to.as_ref().unwrap_or(url);
                return Ok(vec![Proposal::feed(&title, address.as_str(), "this address is a feed")]);
            }
            Err(feeds::FeedError::WebPage { feeds }) => feeds,
            Err(_) => Vec::new(),
        };
        if !named.is_empty() {
            let named = named.iter().take(FEEDS);
            return Ok(named.map(|feed| Proposal::feed(&feed.title, &feed.url, "the page names this feed")).collect());
        }
        for guess in discover::guesses(&answer.url).into_iter().take(GUESSES) {
            let Ok(guess) = Url::parse(&guess) else { continue };
            match self.http.send(Request::get(guess.clone())).await {
                Ok(answer) if answer.status.is_success() => {
                    if let Ok(title) = read(&answer) {
                        return Ok(vec![Proposal::feed(
                            &title,
                            guess.as_str(),
                            "the site keeps a feed here, though the page does not name it",
                        )]);
                    }
                }
                Ok(_) => {}
                Err(FetchError::Unreachable { .. } | FetchError::BrokenOff { .. } | FetchError::Refused(_)) => break,
                Err(_) => {}
            }
        }
        Ok(Vec::new())
    }
}

fn read(answer: &Answer) -> Result<String, feeds::FeedError> {
    let content_type = answer.header(reqwest::header::CONTENT_TYPE);
    feeds::parse(&answer.body, content_type, &answer.url).map(|feed| feed.title)
}

fn bluesky_search(query: &str, name: &str) -> Proposal {
    Proposal::new(
        name,
        SourceKind::Bluesky,
        json!({"what": "search", "query": query}),
        "posts that Bluesky's search finds",
    )
}

fn bluesky_profile(handle: &str) -> Vec<Proposal> {
    let handle = handle.trim_start_matches('@');
    let rss = format!("https://bsky.app/profile/{handle}/rss");
    let mut proposals = vec![Proposal::feed(&format!("@{handle} on Bluesky"), &rss, "the posts of this account")];
    if !handle.starts_with("did:") {
        proposals.push(bluesky_search(&format!("mentions:{handle}"), &format!("mentions of @{handle} on Bluesky")));
    }
    proposals
}

//! Mastodon and everything that speaks its client API: hashtags, public timelines, search, an account's notifications.
//!
//! Where the instance streams, posts come as they are written, with their edits and deletions; a stream is opened first,
//! then pages are fetched from the cursor until they meet it, so nothing falls between. Where streaming is refused,
//! pages are polled. Ids of statuses are opaque and only ever handed back (`min_id`, `Link`). `status.rs` reads a status,
//! `recent.rs` looks again at recent ones where nothing else tells of edits and deletions. `publish.rs` answers with an
//! account of ours, `compose.rs` holds the rules of what an answer may look like.
//! What it deliberately does not do: follow accounts, or read anything that its token's owner may not read.

mod client;
mod compose;
mod fetch;
pub(crate) mod publish;
mod recent;
mod status;
mod stream;

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::{Capture, Source, SourceKind};
use url::Url;

use crate::Networks;
use crate::config::NetworkConfig;
use crate::settings::{self, Secret, Settings, SettingsError};

/// Name of the network in posts and ids.
pub(crate) const NETWORK: &str = "mastodon";

/// What of an instance is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Hashtag,
    Public,
    Search,
    Notifications,
}

/// Which part of a timeline is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Only {
    /// Posts of the instance's own accounts.
    Local,
    /// Posts of other instances.
    Remote,
}

/// Settings of a `mastodon` source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MastodonSettings {
    /// The instance that is asked.
    instance: Option<String>,
    /// What is followed.
    what: Word,
    /// The hashtag, for `hashtag`.
    tag: Option<String>,
    /// The words, for `search`.
    query: Option<String>,
    /// Which part of the timeline, for `hashtag` and `public`.
    only: Option<Only>,
    /// An access token of an account on the instance.
    token: Option<Secret>,
    /// Whether to use streaming where the instance has it.
    #[serde(default = "yes")]
    streaming: bool,
    /// Seconds between two polls where nothing streams.
    every_s: Option<u64>,
}

fn yes() -> bool {
    true
}

impl Settings for MastodonSettings {
    const KIND: SourceKind = SourceKind::Mastodon;
    const KEYS: &'static [&'static str] =
        &["instance", "what", "tag", "query", "only", "token", "streaming", "every_s"];
}

/// What is followed, with what that needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Hashtag(String, Option<Only>),
    Public(Option<Only>),
    Search(String),
    Notifications,
}

/// Settings that were looked at.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) what: What,
    pub(crate) instance: Url,
    pub(crate) token: Option<Secret>,
    pub(crate) streaming: bool,
    pub(crate) every_s: u64,
}

pub(crate) fn read(value: &Value, config: &NetworkConfig) -> Result<Plan, SettingsError> {
    let settings: MastodonSettings = settings::read(value)?;
    let given = |key: &'static str, text: Option<String>| match text.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(SettingsError::at(key, "is missing")),
    };
    let what = match settings.what {
        Word::Hashtag => {
            let tag = given("tag", settings.tag)?.trim_start_matches('#').to_owned();
            if tag.is_empty() || tag.chars().any(|c| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '.')) {
                return Err(SettingsError::at("tag", "use one word without spaces, for example acme"));
            }
            What::Hashtag(tag, settings.only)
        }
        Word::Public => What::Public(settings.only),
        Word::Search => What::Search(given("query", settings.query)?),
        Word::Notifications => What::Notifications,
    };
    if settings.token.is_none() && matches!(what, What::Search(_) | What::Notifications) {
        return Err(SettingsError::at(
            "token",
            "is missing; make an access token with the scope 'read' on the instance under Preferences → Development",
        ));
    }
    let instance = settings.instance.as_deref().unwrap_or(&config.mastodon.instance);
    Ok(Plan {
        streaming: settings.streaming && !matches!(what, What::Search(_)),
        what,
        instance: settings::address("instance", instance, &["https", "http"])?,
        token: settings.token,
        every_s: settings::pace(settings.every_s, 60, 10)?,
    })
}

pub(crate) fn open(networks: &Networks, source: &Source) -> Result<Box<dyn Capture>, SettingsError> {
    let plan = read(&source.settings, networks.http.config())?;
    Ok(Box::new(fetch::Mastodon::new(networks.clone(), plan, source.created_at)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_say_what_is_missing() {
        let check = |settings: Value, expected: &str| {
            let told = match read(&settings, &NetworkConfig::default()) {
                Ok(plan) => format!("{:?} {}", plan.what, plan.instance),
                Err(error) => error.to_string(),
            };
            assert!(told.contains(expected), "{told}");
        };
        check(json!({"what": "hashtag", "tag": "#acme"}), r#"Hashtag("acme", None) https://mastodon.social/"#);
        check(
            json!({"what": "public", "instance": "social.example", "only": "local"}),
            "Public(Some(Local)) https://social.example/",
        );
        check(json!({"what": "hashtag"}), "setting 'tag': is missing");
        check(json!({"what": "hashtag", "tag": "a b"}), "one word");
        check(json!({"what": "search", "query": "acme"}), "setting 'token': is missing; make an access token");
        check(json!({"what": "notifications"}), "setting 'token'");
        check(json!({"what": "timeline"}), "setting 'what'");
        check(json!({"what": "public", "instance": "ftp://x"}), "begins with https://");
        check(json!({"what": "public", "instance": "https://me:secret@x"}), "leave user and password out");
        check(json!({"what": "public", "every_s": 1}), "from 10 to 86400");
        check(json!({"what": "public", "tokn": "x"}), "did you mean 'token'");
    }
}

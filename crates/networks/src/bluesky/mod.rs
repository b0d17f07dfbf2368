//! Bluesky: the stream of all posts (Jetstream), search, and an account's notifications.
//!
//! Jetstream tells of every post, edit and deletion as plain JSON over a WebSocket and is replayed from a cursor; it
//! needs no login. Search and notifications are polled. `record.rs` reads what all three have in common: the post itself.
//! `publish.rs` answers with an account of ours, `compose.rs` holds the rules of what an answer may look like.
//! What it deliberately does not do: resolve the handle of every author on the stream (authors are DIDs there; a handle
//! is shown where an identity event told it), or read the binary firehose that Jetstream is made from.

mod client;
mod compose;
mod fetch;
pub(crate) mod publish;
mod record;
mod stream;

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::{Capture, Source, SourceKind};
use url::Url;

use crate::Networks;
use crate::config::NetworkConfig;
use crate::settings::{self, Secret, Settings, SettingsError};

/// Name of the network in posts and ids.
pub(crate) const NETWORK: &str = "bluesky";
/// The collection that holds posts.
pub(crate) const POSTS: &str = "app.bsky.feed.post";

/// What of Bluesky is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// All posts as they are written.
    Jetstream,
    /// What a search finds.
    Search,
    /// Mentions of, replies to and quotes of an account.
    Notifications,
}

/// Settings of a `bluesky` source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlueskySettings {
    /// What is followed.
    pub(crate) what: What,
    /// The words that are searched.
    pub(crate) query: Option<String>,
    /// Only what these authors (DIDs) write, on the stream.
    #[serde(default)]
    pub(crate) authors: Vec<String>,
    /// The account that logs in.
    pub(crate) handle: Option<String>,
    /// Its app password.
    pub(crate) app_password: Option<Secret>,
    /// The server where the account logs in.
    pub(crate) service: Option<String>,
    /// The server that answers searches without a login.
    pub(crate) api: Option<String>,
    /// The stream's address.
    pub(crate) jetstream: Option<String>,
    /// Seconds between two polls.
    pub(crate) every_s: Option<u64>,
}

impl Settings for BlueskySettings {
    const KIND: SourceKind = SourceKind::Bluesky;
    const KEYS: &'static [&'static str] =
        &["what", "query", "authors", "handle", "app_password", "service", "api", "jetstream", "every_s"];
}

/// Settings that were looked at.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) what: What,
    pub(crate) query: String,
    pub(crate) authors: Vec<String>,
    pub(crate) login: Option<Login>,
    pub(crate) api: Url,
    pub(crate) jetstream: Url,
    pub(crate) every_s: u64,
}

/// Who logs in where.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) handle: String,
    pub(crate) app_password: Secret,
    pub(crate) service: Url,
}

pub(crate) fn read(value: &Value, config: &NetworkConfig) -> Result<Plan, SettingsError> {
    let settings: BlueskySettings = settings::read(value)?;
    let query = settings.query.unwrap_or_default().trim().to_owned();
    if settings.what == What::Search && query.is_empty() {
        return Err(SettingsError::at("query", "say what is searched"));
    }
    let service = settings::address(
        "service",
        settings.service.as_deref().unwrap_or(&config.bluesky.service),
        &["https", "http"],
    )?;
    let login = match (settings.handle, settings.app_password) {
        (Some(handle), Some(app_password)) => {
            Some(Login { handle: handle.trim().trim_start_matches('@').to_owned(), app_password, service })
        }
        (None, None) if settings.what != What::Notifications => None,
        (Some(_), None) => {
            return Err(SettingsError::at(
                "app_password",
                "is missing; make one on bsky.app under Settings → App passwords",
            ));
        }
        (None, _) => return Err(SettingsError::at("handle", "say which account logs in")),
    };
    if settings.authors.len() > 100 || settings.authors.iter().any(|did| !did.starts_with("did:")) {
        return Err(SettingsError::at("authors", "list at most 100 DIDs such as did:plc:abc"));
    }
    Ok(Plan {
        what: settings.what,
        query,
        authors: settings.authors,
        login,
        api: settings::address("api", settings.api.as_deref().unwrap_or(&config.bluesky.api), &["https", "http"])?,
        jetstream: settings::address(
            "jetstream",
            settings.jetstream.as_deref().unwrap_or(&config.bluesky.jetstream),
            &["wss", "ws"],
        )?,
        every_s: settings::pace(settings.every_s, 60, 10)?,
    })
}

pub(crate) fn open(networks: &Networks, source: &Source) -> Result<Box<dyn Capture>, SettingsError> {
    let plan = read(&source.settings, networks.http.config())?;
    Ok(match plan.what {
        What::Jetstream => Box::new(stream::Jetstream::new(networks.clone(), plan)),
        What::Search | What::Notifications => Box::new(fetch::Polled::new(networks.clone(), plan, source.created_at)),
    })
}

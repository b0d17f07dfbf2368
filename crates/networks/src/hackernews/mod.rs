//! Hacker News: stories and comments that a search by date finds, by Algolia's public index.
//!
//! The smallest network: one polled call, no login. The index does not tell of edits and deletions, and this folder does
//! not guess at them.

mod client;
mod fetch;

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::{Capture, Source, SourceKind};
use url::Url;

use crate::Networks;
use crate::config::NetworkConfig;
use crate::settings::{self, Settings, SettingsError};

/// Name of the network in posts and ids.
pub(crate) const NETWORK: &str = "hackernews";

/// Which items are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tag {
    /// Submissions, with or without text.
    Story,
    /// What is written under them.
    Comment,
}

/// Settings of a `hackernews` source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HackerNewsSettings {
    /// The words that are searched; without them everything is followed.
    #[serde(default)]
    pub(crate) query: String,
    /// Which items; both when left out.
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
    /// Another address of the search.
    pub(crate) api: Option<String>,
    /// Seconds between two polls.
    pub(crate) every_s: Option<u64>,
}

impl Settings for HackerNewsSettings {
    const KIND: SourceKind = SourceKind::HackerNews;
    const KEYS: &'static [&'static str] = &["query", "tags", "api", "every_s"];
}

/// Settings that were looked at.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) query: String,
    pub(crate) tags: &'static str,
    pub(crate) api: Url,
    pub(crate) every_s: u64,
}

pub(crate) fn read(value: &Value, config: &NetworkConfig) -> Result<Plan, SettingsError> {
    let settings: HackerNewsSettings = settings::read(value)?;
    let has = |tag: Tag| settings.tags.is_empty() || settings.tags.contains(&tag);
    Ok(Plan {
        query: settings.query.trim().to_owned(),
        tags: match (has(Tag::Story), has(Tag::Comment)) {
            (true, false) => "story",
            (false, true) => "comment",
            _ => "(story,comment)",
        },
        api: settings::address("api", settings.api.as_deref().unwrap_or(&config.hackernews.api), &["https", "http"])?,
        every_s: settings::pace(settings.every_s, 60, 10)?,
    })
}

pub(crate) fn open(networks: &Networks, source: &Source) -> Result<Box<dyn Capture>, SettingsError> {
    let plan = read(&source.settings, networks.http.config())?;
    Ok(Box::new(fetch::HackerNews::new(networks.clone(), plan, source.created_at)))
}

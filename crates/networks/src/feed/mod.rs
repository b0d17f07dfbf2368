//! Feeds: RSS, Atom and JSON Feed, from any address.
//!
//! Reading a feed is `switchboard_capture::feed`'s work; here is what is around it: asking only for what changed, the
//! feed that moved, the one that is gone, the page that is none, and when to ask again. Feeds tell of edits where they
//! carry a date of change, and never of deletions.

mod client;
mod fetch;

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::{Capture, Source, SourceKind};
use url::Url;

use crate::Networks;
use crate::settings::{self, Settings, SettingsError};

/// Settings of a `feed` source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedSettings {
    /// Where the feed lies.
    url: String,
    /// Seconds between two polls; without it the feed's own rhythm decides.
    every_s: Option<u64>,
}

impl Settings for FeedSettings {
    const KIND: SourceKind = SourceKind::Feed;
    const KEYS: &'static [&'static str] = &["url", "every_s"];
}

/// Settings that were looked at.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) url: Url,
    pub(crate) every_s: Option<u64>,
}

pub(crate) fn read(value: &Value) -> Result<Plan, SettingsError> {
    let settings: FeedSettings = settings::read(value)?;
    let text = settings.url.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).map_err(|error| SettingsError::at("url", format!("this is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SettingsError::at("url", "use an address that begins with https://"));
    }
    let every_s = settings.every_s.map(|every_s| settings::pace(Some(every_s), every_s, 60)).transpose()?;
    Ok(Plan { url, every_s })
}

pub(crate) fn open(networks: &Networks, source: &Source) -> Result<Box<dyn Capture>, SettingsError> {
    let plan = read(&source.settings)?;
    Ok(Box::new(fetch::Feed::new(networks.clone(), plan, source)))
}

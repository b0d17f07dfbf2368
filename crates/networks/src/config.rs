//! What an administrator may set about the networks as a whole.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_capture::schedule::{FirstRun, Pace};

/// Everything about reaching networks: politeness, limits, the guard, and where the public networks live.
///
/// Every network's host is a setting, so that own instances and tests take the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Address or page shown to the networks in the user agent, so that their operators can reach you.
    pub contact: String,
    /// Private hosts that may be fetched all the same: host names, addresses or address ranges, each with an optional
    /// port (`forum.intern`, `127.0.0.1:8080`, `10.0.0.0/8`). Everything else that is not public is refused.
    pub allow: Vec<String>,
    /// Shortest pause between two requests to one host, in milliseconds.
    pub host_gap_ms: u64,
    /// How long a connection may take to come about, in seconds.
    pub connect_timeout_s: u64,
    /// How long an answer may stay silent in the middle, in seconds.
    pub read_timeout_s: u64,
    /// How long an answer may take as a whole, in seconds.
    pub total_timeout_s: u64,
    /// Largest answer that is read, in megabytes after decompression.
    pub max_body_mb: u64,
    /// How far back a new source looks, in hours.
    pub first_run_hours: u32,
    /// Shortest pause between two polls of a feed, in seconds.
    pub poll_min_s: u64,
    /// Longest pause between two polls of a feed that says little, in seconds.
    pub poll_max_s: u64,
    /// Where Bluesky lives.
    pub bluesky: BlueskyConfig,
    /// Where Hacker News is searched.
    pub hackernews: HackerNewsConfig,
    /// Which Mastodon instance is meant when a source names none.
    pub mastodon: MastodonConfig,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            contact: String::new(),
            allow: Vec::new(),
            host_gap_ms: 1_000,
            connect_timeout_s: 10,
            read_timeout_s: 30,
            total_timeout_s: 60,
            max_body_mb: 16,
            first_run_hours: FirstRun::DEFAULT_HOURS,
            poll_min_s: Pace::default().min.as_secs(),
            poll_max_s: Pace::default().max.as_secs(),
            bluesky: BlueskyConfig::default(),
            hackernews: HackerNewsConfig::default(),
            mastodon: MastodonConfig::default(),
        }
    }
}

impl NetworkConfig {
    /// `Switchboard/<version> (+contact)`.
    pub(crate) fn user_agent(&self) -> String {
        let contact: String = self.contact.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
        match contact.trim() {
            "" => format!("Switchboard/{}", env!("CARGO_PKG_VERSION")),
            contact => format!("Switchboard/{} (+{contact})", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The first run of a source made at `created_at`: nobody wants years of old posts at once.
    pub(crate) fn first_run(&self, created_at: Timestamp) -> FirstRun {
        // Without a cursor there always is one.
        FirstRun::of(created_at, self.first_run_hours, None).unwrap_or(FirstRun { since: created_at })
    }

    /// Between which bounds feeds are polled.
    pub(crate) fn pace(&self) -> Pace {
        Pace { min: Duration::from_secs(self.poll_min_s.max(1)), max: Duration::from_secs(self.poll_max_s.max(1)) }
    }

    pub(crate) fn max_body(&self) -> usize {
        usize::try_from(self.max_body_mb.max(1).saturating_mul(1_000_000)).unwrap_or(usize::MAX)
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_s.max(1))
    }

    pub(crate) fn read_timeout(&self) -> Duration {
        Duration::from_secs(self.read_timeout_s.max(1))
    }

    pub(crate) fn total_timeout(&self) -> Duration {
        Duration::from_secs(self.total_timeout_s.max(1))
    }
}

/// Where Bluesky lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlueskyConfig {
    /// WebSocket address of the stream of all posts.
    pub jetstream: String,
    /// The view of the network that answers searches without a login.
    pub api: String,
    /// The server where accounts log in.
    pub service: String,
}

impl Default for BlueskyConfig {
    fn default() -> Self {
        Self {
            jetstream: "wss://jetstream2.us-east.bsky.network/subscribe".into(),
            api: "https://api.bsky.app".into(),
            service: "https://bsky.social".into(),
        }
    }
}

/// Where Hacker News is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HackerNewsConfig {
    /// Base address of the search by Algolia.
    pub api: String,
}

impl Default for HackerNewsConfig {
    fn default() -> Self {
        Self { api: "https://hn.algolia.com/api/v1".into() }
    }
}

/// Which Mastodon instance is meant when a source names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MastodonConfig {
    /// Its address.
    pub instance: String,
}

impl Default for MastodonConfig {
    fn default() -> Self {
        Self { instance: "https://mastodon.social".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_us_and_cannot_be_split() {
        let agent = |contact: &str| NetworkConfig { contact: contact.into(), ..NetworkConfig::default() }.user_agent();
        assert!(agent("").starts_with("Switchboard/") && !agent("").contains('+'));
        assert!(agent("https://acme.example/bot").ends_with(" (+https://acme.example/bot)"));
        assert!(!agent("a\r\nX-Evil: 1").contains('\n'));
    }
}

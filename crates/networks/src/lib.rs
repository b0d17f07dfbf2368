//! One folder per network: what it takes to hear what is said there, and nothing about what is done with it.
//!
//! A network's folder has the same files as every other: `mod.rs` (its settings and what it is), `client.rs` (how its
//! answers are fetched), `fetch.rs` (the [`Capture`](switchboard_model::Capture) that turns answers into batches) and
//! `testdata/`. Everything goes through the one [`Http`](http::Http) client and its guard. Nothing here knows of searches,
//! stores or pages.
//!
//! To add a network: copy the smallest folder (`hackernews/`) with its testdata, add its kind to
//! `switchboard_model::SourceKind` and its lines to [`Networks`] (`open`, `validate`) and to `propose.rs`, and describe
//! its settings in `docs/reference/sources.md`.

/// Compares a value with the snapshot beside the recorded answer that it was read from.
#[cfg(test)]
macro_rules! assert_snapshot {
    ($name:expr, $value:expr) => {
        insta::with_settings!(
            {snapshot_path => "testdata", prepend_module_to_snapshot => false, omit_expression => true},
            { insta::assert_json_snapshot!($name, $value) }
        )
    };
}

mod bluesky;
mod chat;
pub mod config;
mod exec;
mod feed;
pub mod guard;
mod hackernews;
pub mod http;
mod mastodon;
mod picture;
mod propose;
mod push;
mod registry;
mod seen;
mod sending;
mod settings;
pub mod smtp;
mod websocket;

pub use config::{BlueskyConfig, HackerNewsConfig, MastodonConfig, NetworkConfig};
pub use http::{Http, SetupError};
pub use propose::Proposal;
pub use registry::Networks;
pub use settings::SettingsError;

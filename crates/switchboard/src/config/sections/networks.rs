//! `[networks]`

use crate::config::section::section;
use crate::config::value::{Check, ServerUrl};

section! {
    /// Which servers stand for a network when a source names none.
    Networks "networks" {
        /// The Jetstream server that streams Bluesky's posts.
        bluesky_jetstream: ServerUrl = ServerUrl::fixed("wss://jetstream2.us-east.bsky.network/subscribe") => Check::Scheme(&["wss", "ws"]),
        /// The Bluesky server that answers searches and shows profiles without log-in.
        bluesky_api: ServerUrl = ServerUrl::fixed("https://api.bsky.app") => Check::Scheme(&["https", "http"]),
        /// The Bluesky server where accounts log in.
        bluesky_service: ServerUrl = ServerUrl::fixed("https://bsky.social") => Check::Scheme(&["https", "http"]),
        /// The search server of Hacker News.
        hackernews_api: ServerUrl = ServerUrl::fixed("https://hn.algolia.com/api/v1") => Check::Scheme(&["https", "http"]),
        /// The Mastodon instance that is asked for hashtags and public posts.
        mastodon_instance: ServerUrl = ServerUrl::fixed("https://mastodon.social") => Check::Scheme(&["https", "http"]),
    }
}

//! One folder per network: feeds, Mastodon, Bluesky, Hacker News, programs.

//! All networks under one roof: from a configured source to a source at work.

use std::sync::Arc;

use serde_json::Value;
use switchboard_model::{
    Account, Capture, CaptureError, CaptureErrorKind, Clock, Publish, Randomness, Source, SourceKind,
};

use crate::config::NetworkConfig;
use crate::http::{Http, SetupError};
use crate::settings::SettingsError;
use crate::{bluesky, exec, feed, hackernews, mastodon};

/// What opens sources. Cheap to clone; clones share the HTTP client with its connections and politeness.
#[derive(Clone)]
pub struct Networks {
    pub(crate) http: Http,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

impl Networks {
    /// The networks as configured.
    pub fn new(
        config: &NetworkConfig,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, SetupError> {
        Ok(Self { http: Http::new(config, Arc::clone(&clock))?, clock, randomness })
    }

    /// The one HTTP client.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// A source at work. Nothing is fetched yet; unusable settings are a [`CaptureErrorKind::Broken`] that names the key.
    pub fn open(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        let settings = &source.settings;
        let opened = match source.kind {
            SourceKind::Feed => feed::open(self, source),
            SourceKind::Mastodon => mastodon::open(self, source),
            SourceKind::Bluesky => bluesky::open(self, source),
            SourceKind::HackerNews => hackernews::open(self, source),
            SourceKind::Exec => exec::open(settings),
            SourceKind::Ingest | SourceKind::File => Err(not_followed(source.kind)),
        };
        opened.map_err(|error| CaptureError::new(CaptureErrorKind::Broken, error.to_string()))
    }

    /// An account at work. Nothing is asked of its network yet; unusable settings name the key.
    pub fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, SettingsError> {
        match account.network {
            SourceKind::Mastodon => mastodon::publish::publisher(self, account),
            SourceKind::Bluesky => bluesky::publish::publisher(self, account),
            other => Err(SettingsError {
                key: None,
                message: format!("nothing can be answered on '{}'; use mastodon or bluesky", other.as_str()),
            }),
        }
    }

    /// The keys of a kind's settings, of sources and of accounts, that hold secrets.
    pub fn secrets(kind: SourceKind) -> &'static [&'static str] {
        match kind {
            SourceKind::Mastodon => &["token"],
            SourceKind::Bluesky => &["app_password"],
            SourceKind::Exec => &["env"],
            _ => &[],
        }
    }

    /// Whether a source of this kind can work with these settings. Nothing is fetched.
    pub fn validate(&self, kind: SourceKind, settings: &Value) -> Result<(), SettingsError> {
        match kind {
            SourceKind::Feed => feed::read(settings).map(drop),
            SourceKind::Mastodon => mastodon::read(settings, self.http.config()).map(drop),
            SourceKind::Bluesky => bluesky::read(settings, self.http.config()).map(drop),
            SourceKind::HackerNews => hackernews::read(settings, self.http.config()).map(drop),
            SourceKind::Exec => exec::read(settings).map(drop),
            SourceKind::Ingest | SourceKind::File => Ok(()),
        }
    }
}

fn not_followed(kind: SourceKind) -> SettingsError {
    SettingsError {
        key: None,
        message: format!("a source of the kind '{}' is handed its posts; it is not opened", kind.as_str()),
    }
}

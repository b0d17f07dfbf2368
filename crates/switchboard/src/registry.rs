//! The real networks, as the application wants them.

use std::sync::Arc;

use serde_json::Value;
use switchboard_app::sources::{Networks, Proposal};
use switchboard_app::{SystemClock, SystemRandomness};
use switchboard_model::chat::ChatFormat;
use switchboard_model::mail::{Letter, MailServer, Untaken};
use switchboard_model::push::{PushKey, PushMessage, PushTarget};
use switchboard_model::{Account, BoxFuture, Capture, CaptureError, Picture, Publish, Source, SourceKind};

use crate::config::Config;
use crate::failure::Failure;

/// All networks under one configuration.
pub(crate) struct Registry {
    networks: switchboard_networks::Networks,
}

impl Registry {
    /// `allow` adds hosts that the person named on the command line to those of the configuration.
    pub(crate) fn new(config: &Config, allow: Vec<String>) -> Result<Self, Failure> {
        let config = settings(config, allow);
        let networks = switchboard_networks::Networks::new(&config, Arc::new(SystemClock), Arc::new(SystemRandomness))
            .map_err(Failure::usage)?;
        Ok(Self { networks })
    }
}

impl Networks for Registry {
    fn open(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        self.networks.open(source)
    }

    fn validate(&self, kind: SourceKind, settings: &Value) -> Result<(), String> {
        self.networks.validate(kind, settings).map_err(|error| error.to_string())
    }

    fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, String> {
        self.networks.publisher(account).map_err(|error| error.to_string())
    }

    fn secrets(&self, kind: SourceKind) -> &'static [&'static str] {
        switchboard_networks::Networks::secrets(kind)
    }

    fn propose<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Vec<Proposal>, CaptureError>> {
        Box::pin(async move {
            let found = self.networks.propose(link).await?;
            let proposal = |found: switchboard_networks::Proposal| Proposal {
                name: found.name,
                kind: found.kind,
                settings: found.settings,
                why: found.why,
            };
            Ok(found.into_iter().map(proposal).collect())
        })
    }

    fn send_mail<'a>(&'a self, server: &'a MailServer, letter: &'a Letter) -> BoxFuture<'a, Result<String, Untaken>> {
        Box::pin(switchboard_networks::smtp::send(server, letter))
    }

    fn send_chat<'a>(
        &'a self,
        format: ChatFormat,
        url: &'a str,
        lines: &'a [String],
    ) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(self.networks.send_chat(format, url, lines))
    }

    fn make_push_key(&self) -> Option<PushKey> {
        switchboard_networks::Networks::make_push_key()
    }

    fn check_push_target(&self, to: &PushTarget) -> Result<(), String> {
        self.networks.check_push_target(to)
    }

    fn send_push<'a>(
        &'a self,
        key: &'a PushKey,
        contact: &'a str,
        to: &'a PushTarget,
        message: &'a PushMessage,
    ) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(self.networks.send_push(key, contact, to, message))
    }

    fn picture<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Picture, CaptureError>> {
        Box::pin(self.networks.picture(url))
    }
}

/// The configuration file's words in the networks' own.
fn settings(config: &Config, allow: Vec<String>) -> switchboard_networks::NetworkConfig {
    let (capture, networks) = (&config.capture, &config.networks);
    let mut all = switchboard_networks::NetworkConfig {
        contact: capture.contact.clone(),
        allow: capture.allow.iter().cloned().chain(allow).collect(),
        first_run_hours: capture.first_run_hours,
        poll_min_s: capture.poll_min_s.into(),
        poll_max_s: capture.poll_max_s.into(),
        host_gap_ms: capture.host_gap_ms.into(),
        connect_timeout_s: capture.connect_timeout_s.into(),
        read_timeout_s: capture.read_timeout_s.into(),
        total_timeout_s: capture.total_timeout_s.into(),
        max_body_mb: capture.max_body_mb.into(),
        ..Default::default()
    };
    all.bluesky.jetstream = networks.bluesky_jetstream.to_string();
    all.bluesky.api = networks.bluesky_api.to_string();
    all.bluesky.service = networks.bluesky_service.to_string();
    all.hackernews.api = networks.hackernews_api.to_string();
    all.mastodon.instance = networks.mastodon_instance.to_string();
    all
}

//! The networks against stand-ins that speak their formats and misbehave as real ones do.

mod answer;
mod bluesky;
mod chat;
mod feed;
mod hackernews;
mod http;
mod mastodon;
mod picture;
mod propose;
mod push;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use switchboard_model::{
    Batch, Capture, CaptureError, Captured, Clock, Cursor, FateReason, Health, Post, Randomness, Source, SourceId,
    SourceKind,
};
use switchboard_networks::{NetworkConfig, Networks};

/// The moment at which all tests happen.
pub(crate) const NOW: &str = "2026-05-04T09:30:00Z";

pub(crate) struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

pub(crate) struct Even;

impl Randomness for Even {
    fn unit(&self) -> f64 {
        0.5
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A configuration that reaches the stand-ins and does not wait between requests.
pub(crate) fn config() -> NetworkConfig {
    NetworkConfig { allow: vec!["127.0.0.1".into()], host_gap_ms: 0, ..NetworkConfig::default() }
}

pub(crate) fn networks_with(config: &NetworkConfig, now: &str) -> Networks {
    Networks::new(config, Arc::new(At(time(now))), Arc::new(Even)).expect("a client")
}

pub(crate) fn networks() -> Networks {
    networks_with(&config(), NOW)
}

pub(crate) fn source(kind: SourceKind, settings: Value) -> Source {
    Source {
        id: SourceId(uuid()),
        name: "test".into(),
        kind,
        settings,
        is_enabled: true,
        created_at: time(NOW),
        cursor: None,
        health: Health::default(),
    }
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(1)
}

/// A source with its last committed cursor, as the runner keeps it.
pub(crate) struct Line {
    pub(crate) capture: Box<dyn Capture>,
    pub(crate) cursor: Option<Cursor>,
}

impl Line {
    pub(crate) fn open(networks: &Networks, kind: SourceKind, settings: Value) -> Self {
        Self { capture: networks.open(&source(kind, settings)).expect("usable settings"), cursor: None }
    }

    /// The same source after a crash: nothing but the cursor is left.
    pub(crate) fn reopen(self, networks: &Networks, kind: SourceKind, settings: Value) -> Self {
        Self { cursor: self.cursor, ..Self::open(networks, kind, settings) }
    }

    /// One batch, committed.
    pub(crate) async fn pull(&mut self) -> Result<Batch, CaptureError> {
        let next = self.capture.next(self.cursor.as_ref());
        let batch = tokio::time::timeout(Duration::from_secs(40), next).await.expect("an answer in time")?;
        if batch.cursor.is_some() {
            self.cursor = batch.cursor.clone();
        }
        Ok(batch)
    }

    /// Batches until so many posts came.
    pub(crate) async fn posts(&mut self, count: usize) -> Vec<Post> {
        let mut posts = Vec::new();
        for _ in 0..200 {
            if posts.len() >= count {
                break;
            }
            let batch = self.pull().await.expect("a batch");
            posts.extend(batch.posts.into_iter().filter_map(|captured| captured.post.ok()));
        }
        posts
    }

    /// The texts of so many posts.
    pub(crate) async fn texts(&mut self, count: usize) -> Vec<String> {
        self.posts(count).await.into_iter().map(|post| post.text).collect()
    }

    /// The error of a call that fails.
    pub(crate) async fn error(&mut self) -> CaptureError {
        self.pull().await.expect_err("an error")
    }
}

pub(crate) fn texts(batch: &Batch) -> Vec<&str> {
    batch.posts.iter().filter_map(|captured| captured.post.as_ref().ok()).map(|post| post.text.as_str()).collect()
}

pub(crate) fn refused(batch: &Batch) -> Vec<FateReason> {
    batch.posts.iter().filter_map(|Captured { post, .. }| post.as_ref().err().copied()).collect()
}

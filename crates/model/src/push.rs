//! Telling somebody in their browser: Web Push (RFC 8030), with the browsers that people registered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::UserId;

/// Whether browsers are told anything, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushSettings {
    /// Whether anything is sent to the push services of browsers. Nothing is before an administrator wants it.
    pub is_on: bool,
    /// Whether a message says what happened; else it says that something did.
    pub shows_texts: bool,
    /// How whoever runs a push service reaches whoever runs this installation: a mail address, or an address that begins
    /// with `https://`.
    pub contact: String,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self { is_on: false, shows_texts: true, contact: String::new() }
    }
}

/// The pair of keys by which push services know us (VAPID, RFC 8292).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushKey {
    /// PKCS#8 in base64url; sealed where it is stored.
    pub private: String,
    /// The uncompressed point in base64url, as browsers want it.
    pub public: String,
}

/// Where a browser is told something, as it gave it. Whoever knows all three can write to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushTarget {
    /// The address at its push service.
    pub endpoint: String,
    /// Its public key, an uncompressed point of P-256 in base64url.
    pub p256dh: String,
    /// What it authenticates messages by, 16 bytes in base64url.
    pub auth: String,
}

/// A browser that somebody wants to be told things in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// Identifier in this installation.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// What it is called: which browser on what.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When its push service last took a message.
    pub succeeded_at: Option<Timestamp>,
    /// What went wrong at last; empty if nothing did.
    pub trouble: String,
}

/// What a browser is told. A push service that finds it too long gets the next of `bodies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushMessage {
    /// The message as the service worker reads it, the fullest first. Only the browser can open it.
    pub bodies: Vec<String>,
    /// Whether a device that saves power is woken for it.
    pub is_urgent: bool,
    /// How long a push service keeps it for a browser that is not there, in seconds.
    pub ttl_s: u32,
}

//! The network identity that said something.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// An author as one network shows it. A person of the public, never a user of Switchboard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Author {
    /// The network, a colon, and the network's own identifier, for example `bluesky:did:plc:abc`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The name one addresses, without a leading `@`, for example `ana@social.example`.
    #[serde(deserialize_with = "null_as_default")]
    pub handle: String,
    /// Display name as the author wrote it.
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// Self-description, plain text.
    #[serde(deserialize_with = "null_as_default")]
    pub bio: String,
    /// The author's page.
    #[serde(deserialize_with = "null_as_default")]
    pub url: String,
    /// How many follow the author, as last seen.
    pub followers: Option<u64>,
    /// How many the author follows, as last seen.
    pub following: Option<u64>,
    /// How many posts the author has written, as last seen.
    pub posts: Option<u64>,
    /// When the identity came to be on its network.
    pub created_at: Option<Timestamp>,
    /// Whether the network vouches for the identity.
    pub verified: Option<bool>,
    /// Where the author's picture lies. Posts on the wire do not carry it; the store keeps it.
    #[serde(skip)]
    pub avatar: Option<String>,
}

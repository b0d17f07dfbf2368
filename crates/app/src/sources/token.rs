//! Tokens that may hand in posts over HTTP.
//!
//! A token is shown once when it is made; the store keeps its SHA-256. That suffices for 256 random bits, which
//! nobody can guess back (a slow password hash would only slow the stream).

use sha2::{Digest, Sha256};
use switchboard_model::{Source, SourceId, SourceKind, TokenId};
use switchboard_store::Token;

use super::SourceError;
use crate::App;

impl App {
    /// Makes a token for an ingest source and returns its only readable copy.
    pub async fn make_token(&self, source: SourceId) -> Result<String, SourceError> {
        let source = self.get_source(source).await?;
        if source.kind != SourceKind::Ingest {
            return Err(SourceError::BadSettings(format!(
                "'{}' is not of kind ingest and takes no token",
                source.name
            )));
        }
        let (secret, now) = (format!("sbi_{}", random_digits()), self.now());
        let id = TokenId(self.ids.next());
        // Its name tells it from the source's other tokens; the moment it was made is what a person remembers.
        let token = Token { id, source: source.id, name: now.to_string(), created_at: now, used_at: None };
        self.store.insert_token(&token, &hash(&secret)).await?;
        Ok(secret)
    }

    /// The source that a token may hand in to.
    pub async fn find_token_source(&self, secret: &str) -> Result<Option<Source>, SourceError> {
        match self.store.find_token_by_hash(&hash(secret)).await? {
            Some(token) => Ok(self.store.find_source(token.source).await?.filter(|source| source.is_enabled)),
            None => Ok(None),
        }
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// 244 random bits in hexadecimal digits, from two version 4 identifiers of the system's generator.
fn random_digits() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

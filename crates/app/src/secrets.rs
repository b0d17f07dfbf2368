//! Secrets at rest: tokens and passwords of sources and accounts lie in the database sealed with a key that does not.
//!
//! Sealed with XChaCha20-Poly1305; table, row and name of the secret are bound in, so that a sealed value opens only where
//! it was put. A copy of the database, a backup say, lets nobody speak for the company. Secrets in files stay there.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_model::{AccountId, SourceId};

use crate::secret::random_bytes;

const SEALED: &str = "sealed";
const NONCE: usize = 24;

/// The key of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Secrets {
    cipher: Arc<XChaCha20Poly1305>,
    /// Signs what we hand out. Made from the key, so that no use of one tells anything about the other.
    signer: Hmac<Sha256>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// A sealed value that this installation's key does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret '{0}' was sealed with another key; put this installation's switchboard.key back beside its database and \
     start again, or enter the secret anew"
)]
pub struct WrongKey(pub String);

/// Where a secret lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Source(SourceId),
    Account(AccountId),
    Mail,
    Chat,
    PushKey,
    Push(uuid::Uuid),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(id) => write!(f, "sources/settings/{id}"),
            Self::Account(id) => write!(f, "accounts/settings/{id}"),
            Self::Mail => f.write_str("meta/mail_server"),
            Self::Chat => f.write_str("meta/chat_rooms"),
            Self::PushKey => f.write_str("meta/push_key"),
            Self::Push(id) => write!(f, "push_subscriptions/settings/{id}"),
        }
    }
}

impl Secrets {
    /// Seals with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        let derived = keyed(key).chain_update(b"switchboard links 1").finalize().into_bytes();
        Self { cipher: Arc::new(XChaCha20Poly1305::new(key.into())), signer: keyed(&derived) }
    }

    /// A signature of what we hand out, in hexadecimal digits.
    pub(crate) fn signature(&self, said: &str) -> String {
        hex(self.signer.clone().chain_update(said).finalize().into_bytes().iter())
    }

    /// Whether it was us who signed this.
    pub(crate) fn has_signed(&self, said: &str, signature: &str) -> bool {
        let signature = unhex(signature).unwrap_or_default();
        self.signer.clone().chain_update(said).verify_slice(&signature).is_ok()
    }

    /// A new key from the system's randomness.
    pub fn fresh_key() -> [u8; 32] {
        random_bytes()
    }

    /// Seals what is not sealed yet of the settings' secrets. Whether anything was.
    pub(crate) fn seal(&self, place: Place, keys: &[&str], settings: &mut Value) -> bool {
        let mut is_changed = false;
        for key in keys {
            let Some(value) = settings.get_mut(*key) else { continue };
            if value.is_null() || is_sealed(value) || is_file(value) {
                continue;
            }
            *value = self.sealed(place, key, value);
            is_changed = true;
        }
        is_changed
    }

    fn sealed(&self, place: Place, key: &str, value: &Value) -> Value {
        let nonce: [u8; NONCE] = random_bytes();
        let (plain, bound) = (value.to_string(), format!("{place}/{key}"));
        let payload = Payload { msg: plain.as_bytes(), aad: bound.as_bytes() };
        let body = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("only a text beyond 256 GB cannot be sealed, and none gets so far");
        json!({ SEALED: hex(nonce.iter().chain(&body)) })
    }

    /// The settings with their secrets in the clear.
    pub(crate) fn open(&self, place: Place, keys: &[&str], settings: &Value) -> Result<Value, WrongKey> {
        let mut opened = settings.clone();
        for key in keys {
            let Some(value) = opened.get_mut(*key).filter(|value| is_sealed(value)) else { continue };
            let plain = self.opened(place, key, value).ok_or_else(|| WrongKey((*key).to_owned()))?;
            *value = plain;
        }
        Ok(opened)
    }

    fn opened(&self, place: Place, key: &str, value: &Value) -> Option<Value> {
        let bytes = unhex(value.get(SEALED)?.as_str()?)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE>()?;
        let bound = format!("{place}/{key}");
        let payload = Payload { msg: body, aad: bound.as_bytes() };
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// Settings as they may be shown: secrets are named and not told.
pub fn shown(keys: &[&str], settings: &Value) -> Value {
    let mut shown = settings.clone();
    for key in keys {
        if let Some(value) = shown.get_mut(*key).filter(|value| !value.is_null() && !is_file(value)) {
            *value = json!({ SEALED: true });
        }
    }
    shown
}

/// Puts the stored secrets in where new settings leave them out or repeat how they were shown, if nothing else changes: a
/// secret that nobody sees must not follow a change to another host. Otherwise what was only shown is taken out.
pub(crate) fn kept(keys: &[&str], stored: &Value, new: &mut Value) {
    let without = |settings: &Value| {
        let mut rest = settings.clone();
        if let Value::Object(rest) = &mut rest {
            keys.iter().for_each(|key| drop(rest.remove(*key)));
        }
        rest
    };
    let is_same_else = without(stored) == without(new);
    let Value::Object(new) = new else { return };
    for key in keys {
        let is_left_out = new.get(*key).is_none_or(|value| value.is_null() || value == "" || is_sealed(value));
        match stored.get(*key) {
            Some(value) if is_left_out && is_same_else => drop(new.insert((*key).to_owned(), value.clone())),
            _ if is_left_out => drop(new.remove(*key)),
            _ => {}
        }
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).expect("a key for HMAC may have any length")
}

/// Whether a secret is to be read from a file.
pub(crate) fn names_a_file(keys: &[&str], settings: &Value) -> bool {
    keys.iter().any(|key| settings.get(*key).is_some_and(is_file))
}

fn is_sealed(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.len() == 1 && object.contains_key(SEALED))
}

fn is_file(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.len() == 1 && object.get("file").is_some_and(Value::is_string))
}

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    use fmt::Write;
    bytes.fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KEYS: &[&str] = &["token"];

    fn place(number: u128) -> Place {
        Place::Account(AccountId(Uuid::from_u128(number)))
    }

    #[test]
    fn a_secret_opens_only_where_it_was_put() {
        let secrets = Secrets::new(&[7; 32]);
        let plain = json!({"instance": "https://a.example", "token": "hunter2"});
        let mut settings = plain.clone();
        assert!(secrets.seal(place(1), KEYS, &mut settings));
        assert!(!settings.to_string().contains("hunter2"), "{settings}");
        assert!(!secrets.seal(place(1), KEYS, &mut settings), "once is enough");
        assert_eq!(secrets.open(place(1), KEYS, &settings), Ok(plain));
        let wrong = Err(WrongKey("token".into()));
        assert_eq!(secrets.open(place(2), KEYS, &settings), wrong);
        let source = Place::Source(SourceId(Uuid::from_u128(1)));
        assert_eq!(secrets.open(source, KEYS, &settings), wrong);
        assert_eq!(Secrets::new(&[8; 32]).open(place(1), KEYS, &settings), wrong);
        for mangled in [json!({"sealed": ""}), json!({"sealed": "zz"}), json!({"sealed": "é1"}), json!({"sealed": 7})]
        {
            assert_eq!(secrets.open(place(1), KEYS, &json!({"token": mangled})), wrong);
        }
    }

    #[test]
    fn only_what_we_signed_is_ours() {
        let secrets = Secrets::new(&[7; 32]);
        let signature = secrets.signature("claim.1");
        assert!(secrets.has_signed("claim.1", &signature));
        assert!(!secrets.has_signed("claim.2", &signature));
        assert!(!Secrets::new(&[8; 32]).has_signed("claim.1", &signature));
        for forged in ["", "00", "zz", &signature[2..], &signature.to_uppercase().replace('A', "B")] {
            assert!(!secrets.has_signed("claim.1", forged), "{forged}");
        }
    }

    #[test]
    fn what_is_not_secret_stays() {
        let secrets = Secrets::new(&[7; 32]);
        for plain in
            [json!({"token": {"file": "/run/token"}}), json!({"token": null}), json!({}), json!(null), json!([1])]
        {
            let mut settings = plain.clone();
            assert!(!secrets.seal(place(1), KEYS, &mut settings));
            assert_eq!(settings, plain);
            assert_eq!(secrets.open(place(1), KEYS, &settings), Ok(plain));
        }
        let old = json!({"token": "plain since long"});
        assert_eq!(secrets.open(place(1), KEYS, &old), Ok(old.clone()), "old ones keep working");
    }

    #[test]
    fn a_change_keeps_the_secret_that_it_does_not_name() {
        let stored = json!({"token": {"sealed": "00"}, "instance": "a"});
        let check = |mut new: Value, expected: Value| {
            kept(KEYS, &stored, &mut new);
            assert_eq!(new, expected);
        };
        check(json!({"instance": "a"}), json!({"instance": "a", "token": {"sealed": "00"}}));
        check(json!({"instance": "a", "token": ""}), json!({"instance": "a", "token": {"sealed": "00"}}));
        check(json!({"instance": "a", "token": {"sealed": true}}), json!({"instance": "a", "token": {"sealed": "00"}}));
        check(json!({"instance": "a", "token": "new"}), json!({"instance": "a", "token": "new"}));
        check(json!({"instance": "b"}), json!({"instance": "b"}));
        check(json!({"instance": "b", "token": {"sealed": true}}), json!({"instance": "b"}));
        assert_eq!(shown(KEYS, &stored), json!({"token": {"sealed": true}, "instance": "a"}));
    }
}

//! How push services know who sends: a token signed with ES256 (RFC 8292).

use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use switchboard_model::push::PushKey;
use url::Url;

use super::{bytes, text};

/// How long a token works; push services take a day at most.
const LASTS: SignedDuration = SignedDuration::from_hours(12);

/// A new pair of keys.
pub(super) fn make() -> Option<PushKey> {
    let random = SystemRandom::new();
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref(), &random).ok()?;
    Some(PushKey { private: text(private.as_ref()), public: text(pair.public_key().as_ref()) })
}

/// What stands in `Authorization` for the push service of an address.
pub(super) fn token(key: &PushKey, contact: &str, endpoint: &Url, now: Timestamp) -> Option<String> {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes(&key.private)?, &random).ok()?;
    let until = now.checked_add(LASTS).ok()?.as_second();
    let contact = if contact.starts_with("https://") { contact.to_owned() } else { format!("mailto:{contact}") };
    let head = json!({ "typ": "JWT", "alg": "ES256" }).to_string();
    let claims = json!({ "aud": endpoint.origin().ascii_serialization(), "exp": until, "sub": contact }).to_string();
    let said = format!("{}.{}", text(head), text(claims));
    let signature = pair.sign(&random, said.as_bytes()).ok()?;
    Some(format!("vapid t={said}.{}, k={}", text(signature.as_ref()), key.public))
}

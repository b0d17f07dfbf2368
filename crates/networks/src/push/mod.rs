//! Telling a browser something by its push service (RFC 8030).
//!
//! What is told is sealed for the browser (`seal.rs`, RFC 8291), so that the push service carries it and cannot read it, and
//! the service knows us by a signed token (`vapid.rs`, RFC 8292). The cryptography is that of `ring`, which is here for TLS
//! already: one implementation, no second one to keep up with.

mod seal;
mod vapid;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use reqwest::header::{self, HeaderName};
use switchboard_model::mail::Untaken;
use switchboard_model::push::{PushKey, PushMessage, PushTarget};
use url::{Host, Url};

use crate::Networks;
use crate::http::{Request, host_of, retry_after};

/// How long a push service may take.
const WITHIN: Duration = Duration::from_secs(20);
/// The most of an answer that is read.
const MOST_BYTES: usize = 64 << 10;
/// The longest address.
const MOST_ADDRESS: usize = 2_000;

/// What is written as base64url, with padding or without.
fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Networks {
    /// A new pair of keys for push services.
    pub fn make_push_key() -> Option<PushKey> {
        vapid::make()
    }

    /// What is wrong with where a browser wants to be told things. A private address is refused here already, and again
    /// when it is dialled; one that the configuration allows may be without TLS.
    pub fn check_push_target(&self, to: &PushTarget) -> Result<(), String> {
        let wrong = |what: &str| format!("{what}; register the browser anew on the page of its settings");
        let url = Url::parse(&to.endpoint).ok().filter(|_| to.endpoint.len() <= MOST_ADDRESS);
        let url = url.ok_or_else(|| wrong("the address of its push service cannot be read"))?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !is_safe || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("the address of a push service begins with https://"));
        }
        self.http().guard().check_url(&url).map_err(|refusal| refusal.to_string())?;
        if bytes(&to.p256dh).is_none_or(|key| key.len() != seal::POINT || key.first() != Some(&4)) {
            return Err(wrong("the browser's key is no point of P-256"));
        }
        if bytes(&to.auth).is_none_or(|auth| auth.len() != seal::AUTH) {
            return Err(wrong("the browser's secret does not have 16 bytes"));
        }
        Ok(())
    }

    /// Hands a message to the push service of a browser. It passes the guard of everything that is fetched.
    pub async fn send_push(
        &self,
        key: &PushKey,
        contact: &str,
        to: &PushTarget,
        message: &PushMessage,
    ) -> Result<(), Untaken> {
        let url = Url::parse(&to.endpoint).map_err(|_| Untaken::for_good("the address cannot be read"))?;
        let host = host_of(&url);
        let now = self.http().clock().now();
        let token = vapid::token(key, contact, &url, now);
        let token = token.ok_or_else(|| Untaken::for_good("our own key for push services cannot be used"))?;
        for body in &message.bodies {
            let sealed = seal::sealed(to, body.as_bytes());
            let sealed = sealed.ok_or_else(|| Untaken::for_good("the keys of the browser cannot be used"))?;
            let urgency = if message.is_urgent { "high" } else { "normal" };
            let request = Request::post(url.clone())
                .with_body(sealed)
                .header(header::CONTENT_TYPE, "application/octet-stream")
                .header(header::CONTENT_ENCODING, "aes128gcm")
                .header(HeaderName::from_static("ttl"), &message.ttl_s.to_string())
                .header(HeaderName::from_static("urgency"), urgency)
                .secret_header(header::AUTHORIZATION, &token);
            let request = request.max_body(MOST_BYTES).within(WITHIN).without_redirects();
            let answer = self.http().send(request.out_of_turn()).await;
            // The address is a secret and does not stand in what went wrong.
            let answer = answer.map_err(|error| Untaken::for_now(error.to_string()))?;
            let status = answer.status.as_u16();
            let why = format!("{host} answered {status}");
            match status {
                200..=299 => return Ok(()),
                404 | 410 => return Err(Untaken { is_gone: true, ..Untaken::for_good(why) }),
                413 => {}
                408 | 425 | 429 | 500..=599 => {
                    let after = retry_after(&answer.headers, now).and_then(|wait| SignedDuration::try_from(wait).ok());
                    return Err(Untaken { after, ..Untaken::for_now(why) });
                }
                _ => return Err(Untaken::for_good(why)),
            }
        }
        Err(Untaken::for_good(format!("{host} takes no message as short as this one")))
    }
}

/// Whether an address is of this machine, which only tests and development allow.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

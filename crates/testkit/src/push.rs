//! A push service on this machine: it looks at who sends as the standard has it, and the browsers behind it open what they
//! are sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;
use switchboard_model::push::PushTarget;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const AUTH: [u8; 16] = [9; 16];

/// The service. Stops when dropped.
pub struct FakePushService {
    origin: String,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

/// What the service took.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Which browser it is for.
    pub browser: String,
    /// What the browser read. A browser here opens one message; `None` for those after it.
    pub text: Option<String>,
    /// What the token says of the sender.
    pub contact: String,
    /// When the token ends, in seconds since 1970.
    pub until: i64,
    /// The headers `TTL` and `Urgency`.
    pub ttl: String,
    /// How urgent it is.
    pub urgency: String,
    /// How long the body is.
    pub length: usize,
}

/// What the service answers instead of taking something: a status, and `Retry-After`.
type Fault = (u16, Option<String>);

#[derive(Default)]
struct Shared {
    origin: String,
    browsers: HashMap<String, Browser>,
    taken: Vec<Taken>,
    faults: Vec<Fault>,
}

struct Browser {
    /// A key of `ring` agrees once.
    private: Option<EphemeralPrivateKey>,
    public: Vec<u8>,
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Drop for FakePushService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakePushService {
    /// A service that no browser is registered at.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let shared = Arc::new(Mutex::new(Shared { origin: origin.clone(), ..Shared::default() }));
        let router = Router::new().route("/push/{browser}", post(take)).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // The test ends it by dropping the service.
            let _ = axum::serve(listener, router).await;
        });
        Self { origin, shared, task }
    }

    /// A browser that wants to be told things.
    pub fn browser(&self, name: &str) -> PushTarget {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).expect("a key");
        let public = private.compute_public_key().expect("a point").as_ref().to_vec();
        let p256dh = URL_SAFE_NO_PAD.encode(&public);
        self.lock().browsers.insert(name.to_owned(), Browser { private: Some(private), public });
        let endpoint = format!("{}/push/{name}", self.origin);
        PushTarget { endpoint, p256dh, auth: URL_SAFE_NO_PAD.encode(AUTH) }
    }

    /// A browser that is not there any more.
    pub fn forget(&self, name: &str) {
        self.lock().browsers.remove(name);
    }

    /// Answers the next requests with these statuses.
    pub fn fail(&self, faults: &[(u16, Option<&str>)]) {
        let faults = faults.iter().map(|(status, after)| (*status, after.map(str::to_owned)));
        self.lock().faults = faults.collect();
    }

    /// What was taken, in its order.
    pub fn taken(&self) -> Vec<Taken> {
        self.lock().taken.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(
    State(shared): State<Arc<Mutex<Shared>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if !shared.faults.is_empty() {
        let (status, after) = shared.faults.remove(0);
        let status = StatusCode::from_u16(status).expect("a status");
        return match after {
            Some(after) => (status, [("retry-after", after)]).into_response(),
            None => status.into_response(),
        };
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let Some(claims) = claims(&header("authorization")).filter(|claims| claims["aud"] == shared.origin) else {
        return (StatusCode::FORBIDDEN, "the token is not signed, or for somebody else").into_response();
    };
    if header("content-encoding") != "aes128gcm" || header("ttl").parse::<u32>().is_err() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let Some(browser) = shared.browsers.get_mut(&name) else { return StatusCode::GONE.into_response() };
    let text = browser.private.take().map(|private| opened(private, &browser.public, &body));
    if text == Some(None) {
        return (StatusCode::BAD_REQUEST, "the browser cannot open it").into_response();
    }
    shared.taken.push(Taken {
        browser: name,
        text: text.flatten(),
        contact: claims["sub"].as_str().unwrap_or_default().to_owned(),
        until: claims["exp"].as_i64().unwrap_or_default(),
        ttl: header("ttl"),
        urgency: header("urgency"),
        length: body.len(),
    });
    StatusCode::CREATED.into_response()
}

/// What a token claims, if whoever names the key has signed it.
fn claims(authorization: &str) -> Option<Value> {
    let mut parts = authorization.strip_prefix("vapid ")?.split(',').map(str::trim);
    let (token, key) = (parts.next()?.strip_prefix("t=")?, parts.next()?.strip_prefix("k=")?);
    let (said, signature) = token.rsplit_once('.')?;
    let (key, signature) = (URL_SAFE_NO_PAD.decode(key).ok()?, URL_SAFE_NO_PAD.decode(signature).ok()?);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(said.as_bytes(), &signature).ok()?;
    let (head, claims) = said.split_once('.')?;
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    read(head).filter(|head| head["alg"] == "ES256")?;
    read(claims)
}

/// What a browser reads.
fn opened(private: EphemeralPrivateKey, public: &[u8], body: &[u8]) -> Option<String> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (length, rest) = rest.split_first()?;
    let (sender, record) = rest.split_at_checked(usize::from(*length))?;
    if record.len() > u32::from_be_bytes(size.try_into().ok()?) as usize {
        return None;
    }
    let peer = ring::agreement::UnparsedPublicKey::new(&ECDH_P256, sender);
    let shared = agree_ephemeral(private, &peer, <[u8]>::to_vec).ok()?;
    let derive = |salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize| {
        let mut out = vec![0; length];
        Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(length)).ok()?.fill(&mut out).ok()?;
        Some(out)
    };
    let secret = derive(&AUTH, &shared, &[b"WebPush: info\0", public, sender], 32)?;
    let key = derive(salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16)?;
    let nonce = derive(salt, &secret, &[b"Content-Encoding: nonce\0"], 12)?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    let mut record = record.to_vec();
    let plain = key.open_in_place(Nonce::try_assume_unique_for_key(&nonce).ok()?, Aad::empty(), &mut record).ok()?;
    let end = plain.iter().rposition(|byte| *byte != 0).filter(|end| plain[*end] == 2)?;
    String::from_utf8(plain[..end].to_vec()).ok()
}

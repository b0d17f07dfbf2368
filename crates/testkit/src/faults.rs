//! A web server on loopback that answers as badly as the test wants: for feeds, pages and anything else that is fetched.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a path answers.
#[derive(Debug, Clone)]
pub enum Fault {
    /// A status with headers and a body, whatever is asked.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The body with this entity tag, or 304 to whoever has it.
    Tagged(&'static str, &'static str, Vec<u8>),
    /// A redirect with this status to an address.
    Redirect(u16, String),
    /// This many bytes of a feed that does not end, in identity encoding and without a length.
    Huge(usize),
    /// A gzip stream that unpacks to this many megabytes of blanks.
    GzipBomb(usize),
    /// Headers at once, then a byte every so often, without end.
    Drip(Duration),
    /// No answer for so long.
    Hang(Duration),
    /// The body breaks off in the middle, although its length was told.
    Cut(Vec<u8>),
}

impl Fault {
    /// A feed as it should be.
    pub fn feed(body: &str) -> Self {
        Self::Answer(200, vec![("content-type", "application/rss+xml".into())], body.as_bytes().to_vec())
    }

    /// A page.
    pub fn page(body: &str) -> Self {
        Self::Answer(200, vec![("content-type", "text/html; charset=utf-8".into())], body.as_bytes().to_vec())
    }

    /// Nothing but a status.
    pub fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), Vec::new())
    }
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
}

/// The server. Stops when dropped.
pub struct FaultServer {
    origin: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    // Both are touched by the test and by every request, for a moment each.
    paths: Mutex<HashMap<String, Fault>>,
    asked: Mutex<Vec<Asked>>,
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultServer {
    /// A server that knows no path yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // The test ends it by dropping the server.
            let _ = axum::serve(listener, router).await;
        });
        Self { origin: format!("http://{address}"), shared, task }
    }

    /// Its address without a path.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What a path answers from now on.
    pub fn set(&self, path: &str, fault: Fault) {
        self.shared.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), fault);
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let asked = Asked { target, headers: request.headers().clone() };
    shared.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    let fault = shared.paths.lock().unwrap_or_else(PoisonError::into_inner).get(request.uri().path()).cloned();
    match fault.unwrap_or_else(|| Fault::status(404)) {
        Fault::Answer(status, headers, body) => respond(status, &headers, Body::from(body)),
        Fault::Tagged(tag, media_type, body) => {
            let is_known = request.headers().get("if-none-match").is_some_and(|known| known == tag);
            let headers = [("etag", tag.to_owned()), ("content-type", media_type.to_owned())];
            if is_known { respond(304, &headers, Body::empty()) } else { respond(200, &headers, Body::from(body)) }
        }
        Fault::Redirect(status, to) => respond(status, &[("location", to)], Body::empty()),
        Fault::Huge(bytes) => {
            let head = Bytes::from_static(b"<rss><channel><item><title>");
            let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
            let rest = std::iter::repeat_n(chunk, bytes / (64 * 1024));
            let chunks = std::iter::once(head).chain(rest).map(Ok::<_, std::io::Error>);
            respond(200, &[("content-type", "application/rss+xml".into())], Body::from_stream(stream::iter(chunks)))
        }
        Fault::GzipBomb(megabytes) => {
            let headers = [("content-type", "application/rss+xml".into()), ("content-encoding", "gzip".into())];
            respond(200, &headers, Body::from(gzip_of_blanks(megabytes)))
        }
        Fault::Drip(pause) => {
            let drops = stream::unfold((), move |()| async move {
                tokio::time::sleep(pause).await;
                Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ()))
            });
            respond(200, &[("content-type", "application/rss+xml".into())], Body::from_stream(drops))
        }
        Fault::Hang(pause) => {
            tokio::time::sleep(pause).await;
            respond(200, &[], Body::empty())
        }
        Fault::Cut(body) => {
            let parts = [Ok(Bytes::from(body)), Err(std::io::Error::other("cut by the test"))];
            let headers = [("content-type", "application/rss+xml".into()), ("content-length", "100000".into())];
            respond(200, &headers, Body::from_stream(stream::iter(parts)))
        }
    }
}

fn respond(status: u16, headers: &[(&'static str, String)], body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a test names real statuses");
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("a test names real headers");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// A gzip stream of so many megabytes of blanks, a thousandth of that in size, written by hand in the fixed code of
/// RFC 1951, section 3.2.6.
fn gzip_of_blanks(megabytes: usize) -> Vec<u8> {
    let size = u32::try_from(megabytes << 20).expect("a bomb of less than four gigabytes");
    let mut bits = Bits::default();
    bits.push(1, 1);
    bits.push(1, 2);
    // A blank is the literal 32, code 0x30 + 32 in eight bits.
    bits.push_code(0x30 + 32, 8);
    let mut left = size - 1;
    while left >= 258 {
        // Length 258 is symbol 285 (code 0xC5 in eight bits), distance 1 is code 0 in five.
        bits.push_code(0xC0 + (285 - 280), 8);
        bits.push_code(0, 5);
        left -= 258;
    }
    for _ in 0..left {
        bits.push_code(0x30 + 32, 8);
    }
    bits.push_code(0, 7);
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.finish());
    out.extend(crc32_of_blanks(size).to_le_bytes());
    out.extend(size.to_le_bytes());
    out
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    /// Numbers go in with their lowest bit first.
    fn push(&mut self, value: u64, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.out.push((self.held & 0xff) as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Codes go in with their highest bit first.
    fn push_code(&mut self, code: u64, bits: u32) {
        for bit in (0..bits).rev() {
            self.push((code >> bit) & 1, 1);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push((self.held & 0xff) as u8);
        }
        self.out
    }
}

fn crc32_of_blanks(count: u32) -> u32 {
    let mut crc = u32::MAX;
    for _ in 0..count {
        crc ^= u32::from(b' ');
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

//! WebSocket connections through the same guard as everything else.
//!
//! The name is resolved and looked at here, the connection is made to the address that was looked at, and only then come
//! TLS and the handshake. A connection that says nothing is asked for a sign of life and given up if none comes.

use std::error::Error;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use switchboard_model::{CaptureError, CaptureErrorKind};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::{Host, Url};

use crate::guard::ResolveError;
use crate::http::{Http, explain, host_of};

/// Larger messages than any network allows for a post, smaller than what would hurt.
const LARGEST_MESSAGE: usize = 16 * 1024 * 1024;
/// After this silence the other side is asked whether it is still there.
const ASK_AFTER: Duration = Duration::from_secs(25);
/// After this silence it is taken for gone.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60);

/// An open connection.
pub(crate) struct WebSocket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    host: String,
    heard_at: Instant,
    has_asked: bool,
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// The other side answered with this status instead of opening.
    Status(u16),
    /// Anything else, in words.
    Failed(CaptureError),
}

/// What a moment of listening brought.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A text message.
    Text(Utf8Bytes),
    /// Nothing until the deadline.
    Nothing,
}

impl WebSocket {
    /// Connects. `bearer` is sent in a header, never in the URL.
    pub(crate) async fn connect(http: &Http, url: &Url, bearer: Option<&str>) -> Result<Self, ConnectError> {
        let host = host_of(url);
        let config = http.config();
        let patience = config.connect_timeout() + config.read_timeout();
        match tokio::time::timeout(patience, Self::open(http, url, bearer, &host)).await {
            Ok(opened) => opened,
            Err(_) => Err(failed(format!("{host} did not open the stream within {} s", patience.as_secs()))),
        }
    }

    async fn open(http: &Http, url: &Url, bearer: Option<&str>, host: &str) -> Result<Self, ConnectError> {
        let now = http.clock().now();
        let refused = |message: String| ConnectError::Failed(CaptureError::new(CaptureErrorKind::Broken, message));
        if !matches!(url.scheme(), "ws" | "wss") {
            return Err(refused(format!("{host}: a stream's address begins with wss:// or ws://")));
        }
        http.guard().check_url(url).map_err(|refusal| refused(refusal.to_string()))?;
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => http.guard().resolve(name, port).await.map_err(|error| match error {
                ResolveError::Refused(refusal) => refused(refusal.to_string()),
                ResolveError::Lookup(error) => {
                    failed(format!("{host} cannot be reached: {}", explain(&format!("no such host: {error}"), now)))
                }
            })?,
            None => return Err(refused("the stream's address has no host".into())),
        };
        let unreachable = |why: String| failed(format!("{host} cannot be reached: {}", explain(&why, now)));
        let tcp = TcpStream::connect(&addresses[..]).await.map_err(|error| unreachable(error.to_string()))?;
        // Without it small messages of ours would only wait longer.
        let _ = tcp.set_nodelay(true);
        let mut request = url.as_str().into_client_request().map_err(|error| refused(format!("{host}: {error}")))?;
        if let Ok(agent) = HeaderValue::from_str(&http.config().user_agent()) {
            request.headers_mut().insert(USER_AGENT, agent);
        }
        if let Some(mut value) = bearer.and_then(|token| HeaderValue::from_str(&format!("Bearer {token}")).ok()) {
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let limits =
            WebSocketConfig::default().max_message_size(Some(LARGEST_MESSAGE)).max_frame_size(Some(LARGEST_MESSAGE));
        match tokio_tungstenite::client_async_tls_with_config(request, tcp, Some(limits), None).await {
            Ok((stream, _)) => Ok(Self { stream, host: host.to_owned(), heard_at: Instant::now(), has_asked: false }),
            Err(tungstenite::Error::Http(response)) => Err(ConnectError::Status(response.status().as_u16())),
            Err(error) => Err(unreachable(crate::http::chain(&error as &dyn Error))),
        }
    }

    /// Listens until a text message or the deadline. Dropping the future loses nothing.
    pub(crate) async fn hear(&mut self, deadline: Instant) -> Result<Heard, CaptureError> {
        loop {
            let patience = if self.has_asked { GIVE_UP_AFTER } else { ASK_AFTER };
            let until = deadline.min(self.heard_at + patience);
            match tokio::time::timeout_at(until, self.stream.next()).await {
                Ok(Some(Ok(message))) => {
                    self.heard_at = Instant::now();
                    self.has_asked = false;
                    match message {
                        Message::Text(text) => return Ok(Heard::Text(text)),
                        Message::Close(frame) => return Err(self.cut(frame.map(|frame| frame.reason.to_string()))),
                        Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
                    }
                }
                Ok(Some(Err(error))) => return Err(self.cut(Some(crate::http::chain(&error)))),
                Ok(None) => return Err(self.cut(None)),
                Err(_) if until == deadline => return Ok(Heard::Nothing),
                Err(_) if self.has_asked => {
                    let silence = GIVE_UP_AFTER.as_secs();
                    return Err(self.cut(Some(format!("it said nothing for {silence} s"))));
                }
                Err(_) => {
                    self.has_asked = true;
                    let asked = self.stream.send(Message::Ping(Vec::new().into()));
                    if tokio::time::timeout(Duration::from_secs(10), asked).await.is_err() {
                        return Err(self.cut(Some("it takes nothing any more".into())));
                    }
                }
            }
        }
    }

    fn cut(&self, why: Option<String>) -> CaptureError {
        let why: String = why.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        CaptureError::new(
            CaptureErrorKind::Retry,
            format!("{} cut the stream{why}; it is opened again where it stopped", self.host),
        )
    }
}

fn failed(message: String) -> ConnectError {
    ConnectError::Failed(CaptureError::new(CaptureErrorKind::Retry, message))
}

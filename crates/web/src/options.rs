//! What the pages and the API need to know beside the application.

use std::ops::Deref;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use switchboard_app::App;
use tokio::sync::Semaphore;

use crate::demonstration::Demonstration;
use crate::pages::desk::cache::DeskCache;

/// How the pages and the API behave.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// Host names beside those of this machine (`localhost`, `127.0.0.1`, `[::1]`) under which we may be addressed.
    /// A page in a browser that reached us under any other name was sent by somebody else's name server.
    pub hosts: Vec<String>,
    /// Version and build, shown in `/metrics`.
    pub version: String,
    /// The largest request body that is read at once; JSON Lines are taken in parts and are not bounded by it.
    pub request_bytes: usize,
    /// How many event streams may be open at the same time.
    pub event_streams: usize,
    /// A secret that only the owner of the data directory can read. Requests that carry it as bearer token may do what
    /// amounts to running programs or reading files as this process; without one nobody may over HTTP.
    pub operator_key: Option<String>,
    /// The address under which people reach this installation, if it is known; links that are handed on begin with it.
    pub public_url: Option<String>,
    /// What plays, where this is a demonstration.
    pub demonstration: Option<Arc<dyn Demonstration>>,
}

impl WebOptions {
    /// Whether people reach us encrypted, so that browsers may keep sessions off plain connections.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.get(..8).is_some_and(|it| it.eq_ignore_ascii_case("https://")))
    }
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            request_bytes: 64 << 20,
            event_streams: 100,
            operator_key: None,
            public_url: None,
            demonstration: None,
        }
    }
}

/// What every handler gets. Every request clones it several times, so it is one pointer.
#[derive(Clone)]
pub(crate) struct Web(Arc<Shared>);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) app: App,
    pub(crate) options: WebOptions,
    pub(crate) metrics: PrometheusHandle,
    /// One permit for each open event stream.
    pub(crate) streams: Arc<Semaphore>,
    /// What the desk read last.
    pub(crate) desk: DeskCache,
}

impl Deref for Web {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Web {
    pub(crate) fn new(app: App, options: WebOptions) -> Self {
        Self(Arc::new(Shared {
            desk: DeskCache::new(&app),
            app,
            metrics: crate::observe::install_metrics(),
            streams: Arc::new(Semaphore::new(options.event_streams)),
            options,
        }))
    }
}

//! What operators see: one log line and one measurement for each request, `/metrics`, `/healthz`, `/readyz`.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use switchboard_app::App;
use switchboard_app::pipeline::embedded::LineState;
use switchboard_model::HealthState;
use tracing::Instrument;

use crate::error::Refusal;
use crate::options::Web;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Begins to gather measurements for `/metrics`; once for the process, whoever calls first. Counts from before are lost,
/// so the binary calls it before it starts anything.
pub fn install_metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let builder = builder
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("measurements go elsewhere; /metrics stays empty");
            }
            describe();
            handle
        })
        .clone()
}

fn describe() {
    metrics::describe_counter!("switchboard_posts_total", "Captured posts by what became of them");
    metrics::describe_gauge!("switchboard_info", "1, with the version");
    metrics::describe_gauge!("switchboard_sources", "Sources by state");
    metrics::describe_gauge!("switchboard_searches", "Saved searches");
    metrics::describe_gauge!("switchboard_line_held", "1 while the store refuses posts and sources are held back");
    metrics::describe_gauge!("switchboard_event_streams", "Open event streams");
    metrics::describe_histogram!("switchboard_http_request_duration_seconds", "Time to answer a request");
    metrics::describe_gauge!("process_resident_memory_bytes", "Memory of the process in use");
}

/// Keeps the measurements small even if nobody ever asks for them. Ends with the installation.
pub(crate) fn keep_tidy(app: &App, handle: PrometheusHandle) {
    let stop = app.stopping();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(10)) => handle.run_upkeep(),
            }
        }
    });
}

/// Gives each request a name for the log, and measures it.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", |path| path.as_str()).to_owned();
    let method = method_word(request.method());
    let span = tracing::info_span!("request", request.id = %id, http.method = method, http.route = %route);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = began.elapsed();
    let status = response.status();
    span.in_scope(|| {
        let (status, ms) = (status.as_u16(), elapsed.as_secs_f64() * 1e3);
        if status >= 500 {
            tracing::warn!(http.status = status, elapsed_ms = ms, "answered");
        } else {
            tracing::debug!(http.status = status, elapsed_ms = ms, "answered");
        }
    });
    metrics::histogram!(
        "switchboard_http_request_duration_seconds",
        "method" => method, "route" => route, "status" => status.as_u16().to_string()
    )
    .record(elapsed.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Known methods only: a client may send any word, and each would become a time series.
fn method_word(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

pub(crate) async fn metrics(State(web): State<Web>) -> Response {
    if let Ok(sources) = web.app.sources().await {
        for state in [HealthState::New, HealthState::Ok, HealthState::Failing, HealthState::Broken, HealthState::Paused]
        {
            let count = sources.iter().filter(|source| source.health.state == state).count();
            metrics::gauge!("switchboard_sources", "state" => state.as_str()).set(count as f64);
        }
    }
    metrics::gauge!("switchboard_info", "version" => web.options.version.clone()).set(1.0);
    metrics::gauge!("switchboard_searches").set(web.app.triage().listening().searches().len() as f64);
    let is_held = web.app.line().state() != LineState::Flowing;
    metrics::gauge!("switchboard_line_held").set(if is_held { 1.0 } else { 0.0 });
    let open = web.options.event_streams.saturating_sub(web.streams.available_permits());
    metrics::gauge!("switchboard_event_streams").set(open as f64);
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], web.metrics.render()).into_response()
}

/// Linux only; other systems have no such figure.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// The process answers.
pub(crate) async fn healthz() -> Response {
    plain(StatusCode::OK, "ok\n".to_owned())
}

/// The store answers, and posts can be stored.
pub(crate) async fn readyz(State(web): State<Web>) -> Response {
    let reason = match web.app.line().state() {
        LineState::Held(reason) => Some(format!("posts cannot be stored: {reason}")),
        LineState::Flowing if web.app.stopping().is_cancelled() => Some("switchboard is stopping".to_owned()),
        LineState::Flowing => match tokio::time::timeout(Duration::from_secs(5), web.app.searches()).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(Refusal::from(error).message),
            Err(_) => Some("the store did not answer within 5 seconds".to_owned()),
        },
    };
    match reason {
        None => plain(StatusCode::OK, "ready\n".to_owned()),
        Some(reason) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

//! Style, script, fonts and pictures, embedded in the binary and named by their content.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use crate::error::{PageError, Refusal};

/// How long a browser keeps what its address names the content of.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// And what changes under its address.
pub(crate) const ASK_AGAIN: &str = "no-cache";

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// The address of a static file, with its content's name in it so that browsers may keep it for ever.
pub(crate) fn asset(path: &str) -> String {
    match Files::get(path) {
        Some(file) => format!("/static/{path}?v={}", version(&file.metadata.sha256_hash())),
        None => format!("/static/{path}"),
    }
}

fn version(hash: &[u8; 32]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) async fn show(Path(path): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(file) = Files::get(&path) else {
        return PageError(Refusal::not_found("there is no such file")).into_response();
    };
    let version = version(&file.metadata.sha256_hash());
    let is_named = uri.query().is_some_and(|query| query == format!("v={version}"));
    let keep = match (is_named, media_type(&path)) {
        (true, _) => FOR_EVER,
        // Fonts are named in the style sheet, which cannot know their content; they change with years.
        (false, "font/woff2") => "public, max-age=604800",
        (false, _) => ASK_AGAIN,
    };
    answer(&headers, &version, keep, media_type(&path), || file.data.into_owned().into())
}

/// `GET /sw.js`: what browsers run to show what they are told while no page is open. It stands at the root, because it may
/// speak only for pages below its own address.
pub(crate) async fn service_worker(headers: HeaderMap) -> Response {
    const FILE: &str = "sw.js";
    let Some(file) = Files::get(FILE) else {
        return PageError(Refusal::not_found("there is no such file")).into_response();
    };
    let version = version(&file.metadata.sha256_hash());
    answer(&headers, &version, ASK_AGAIN, media_type(FILE), || file.data.into_owned().into())
}

/// Something embedded, or that the browser has it already.
pub(crate) fn answer(
    headers: &HeaderMap,
    version: &str,
    keep: &'static str,
    media_type: &'static str,
    body: impl FnOnce() -> Body,
) -> Response {
    let tag = format!("\"{version}\"");
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type)], body()).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

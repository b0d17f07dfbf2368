//! Who may speak to us, and what browsers are told about it.
//!
//! A browser that is logged in may be tricked by a foreign page, and so may one on this machine before the set-up. A
//! page that rebinds its own name to 127.0.0.1 is caught by the Host header, one that posts forms across sites by the
//! browser's own Sec-Fetch-Site and Origin headers, one that frames us or smuggles script in by the content policy.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use serde_json::Value;
use switchboard_model::SourceKind;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::error::{Refusal, refuse};
use crate::options::Web;

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // No other site is told an address of ours. Our own is: without one, a browser that reaches us by plain HTTP and a name
    // says of a form of ours that it comes from nowhere.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Refuses requests for names that are not ours.
pub(crate) async fn own_names_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(|authority| authority.as_str()).or_else(|| {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        // Two Host headers are a trick on somebody who reads the other one.
        host.filter(|_| hosts.next().is_none())
    });
    if authority.is_some_and(|authority| is_ours(authority, &web.options.hosts)) {
        return next.run(request).await;
    }
    let name = authority.map_or_else(|| "no name".to_owned(), |name| format!("'{}'", name.escape_debug()));
    let message = format!(
        "this installation answers only to names of its own machine, and was asked for {name}; use http://localhost or \
         add the name to the configuration"
    );
    refuse(request.uri().path(), Refusal::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message))
}

fn is_ours(authority: &str, hosts: &[String]) -> bool {
    if authority.contains('@') {
        return false;
    }
    let name = without_port(authority);
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
}

fn without_port(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').map_or("", |(address, _)| address);
    }
    authority.split_once(':').map_or(authority, |(name, _)| name)
}

/// Tells browsers what our pages may do, and says in our own words what the layers below refused without any.
pub(crate) async fn answer_safely(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let answer = AssertUnwindSafe(tokio::time::timeout(answer_within(&path), next.run(request))).catch_unwind().await;
    let mut response = match answer {
        Ok(Ok(response)) if response.extensions().get::<ProtectionError>().is_some() => {
            let message = "this request was sent by a page of another site and is refused";
            refuse(&path, Refusal::new(StatusCode::FORBIDDEN, "cross_site", message))
        }
        Ok(Ok(response)) => response,
        Ok(Err(_)) => refuse(&path, Refusal::unavailable("this took too long and was given up; try again")),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
            refuse(&path, Refusal::internal(&format_args!("a panic: {words}")))
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Bodies that come in parts set their own limits on each part; streams answer at once and then go on.
fn answer_within(path: &str) -> Duration {
    let is_long = path == "/api/v1/ingest" || (path.starts_with("/api/v1/sources/") && path.ends_with("/posts"));
    if is_long { Duration::from_secs(3600) } else { Duration::from_secs(60) }
}

/// Refuses what a browser sends on behalf of a foreign page.
pub(crate) fn same_site_only() -> CsrfLayer {
    CsrfLayer::new()
}

/// Refuses settings that would let whoever reaches the port run programs or read files as this process. The owner of the
/// data directory may; every user of the machine reaches the port.
pub(crate) fn may_use(kind: SourceKind, settings: &Value, is_operator: bool) -> Result<(), Refusal> {
    if is_operator {
        return Ok(());
    }
    let forbidden = |what: &str| {
        let message = format!("{what}; add it with `switchboard source new` on this machine");
        Err(Refusal::new(StatusCode::FORBIDDEN, "operator_only", message))
    };
    if kind == SourceKind::Exec {
        return forbidden("a source that runs a program cannot be set up over HTTP");
    }
    if names_a_file(settings) {
        return forbidden("a source whose settings name a file cannot be set up over HTTP");
    }
    Ok(())
}

fn names_a_file(settings: &Value) -> bool {
    match settings {
        Value::Object(object) => {
            object.iter().any(|(key, value)| key == "file" || key.ends_with("_file") || names_a_file(value))
        }
        Value::Array(list) => list.iter().any(names_a_file),
        _ => false,
    }
}

/// What stands where a secret is.
pub(crate) const SECRET: &str = "(secret)";

/// Settings as they may be shown.
pub(crate) fn without_secrets(settings: &Value) -> Value {
    match settings {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(key, value)| {
                    (key.clone(), if is_secret(key, value) { SECRET.into() } else { without_secrets(value) })
                })
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(without_secrets).collect()),
        other => other.clone(),
    }
}

/// The same settings with the secrets that were not shown put back from what is known: who reads settings, changes one
/// and writes them back loses none.
pub(crate) fn with_secrets(settings: Value, known: &Value) -> Value {
    match settings {
        Value::String(text) if text == SECRET => known.clone(),
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(key, value)| {
                    let before = known.get(&key).unwrap_or(&Value::Null);
                    let value = with_secrets(value, before);
                    (key, value)
                })
                .collect(),
        ),
        other => other,
    }
}

fn is_secret(key: &str, value: &Value) -> bool {
    let key = key.to_ascii_lowercase();
    let is_named = ["token", "password", "secret", "credential", "authorization"].iter().any(|word| key.contains(word));
    // A secret that lies in a file is named by its path, which is none.
    (is_named || key == "env") && !value.is_null() && value.get("file").is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn programs_and_files_are_for_the_operator() {
        let check = |kind, settings: Value, expected: bool| {
            assert_eq!(may_use(kind, &settings, false).is_ok(), expected, "{settings}");
            assert!(may_use(kind, &settings, true).is_ok());
        };
        check(SourceKind::Feed, json!({"url": "https://a.example/feed"}), true);
        check(SourceKind::Exec, json!({"command": ["true"]}), false);
        check(SourceKind::Mastodon, json!({"token": {"file": "/etc/shadow"}}), false);
        check(SourceKind::Mastodon, json!({"token_file": "/etc/shadow"}), false);
        check(SourceKind::Mastodon, json!({"token": "abc"}), true);
        check(SourceKind::Ingest, Value::Null, true);
    }

    #[test]
    fn secrets_are_hidden_and_put_back() {
        let known = json!({"instance": "a", "token": "hunter2", "env": {"A": "b"}, "password": {"file": "/p"}});
        let shown = without_secrets(&known);
        assert_eq!(shown, json!({"instance": "a", "token": SECRET, "env": SECRET, "password": {"file": "/p"}}));
        assert_eq!(with_secrets(shown, &known), known);
        assert_eq!(with_secrets(json!({"token": "new"}), &known), json!({"token": "new"}));
    }

    #[test]
    fn only_names_of_this_machine_are_ours() {
        let check = |authority: &str, expected: bool| {
            assert_eq!(is_ours(authority, &["switchboard.example".to_owned()]), expected, "{authority}");
        };
        check("localhost:8400", true);
        check("LocalHost", true);
        check("localhost.:8400", true);
        check("127.0.0.1:8400", true);
        check("127.8.9.10", true);
        check("[::1]:8400", true);
        check("switchboard.example:443", true);
        check("attacker.example:8400", false);
        check("localhost.attacker.example", false);
        check("127.0.0.1.attacker.example", false);
        check("10.0.0.1", false);
        check("[::1", false);
        check("", false);
    }
}

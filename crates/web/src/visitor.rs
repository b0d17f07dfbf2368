//! Who sent a request, and whether they come in.
//!
//! A browser says who it is with the cookie of a session, a program with `Authorization: Bearer` and a user's key, a
//! command of this machine with the installation's own key. Whatever stands in no line of the table of doors is refused.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use switchboard_app::access::AccessError;
use switchboard_app::rights::{Actor, Right};
use tracing::{Instrument, Span};

use crate::demonstration::Demonstration;
use crate::doors::{Entry, Found, Table};
use crate::error::{Refusal, refuse};
use crate::extract::{bearer, is_equal};
use crate::options::Web;
use crate::pages::access::{log_in, session_token};
use crate::pages::forms::remembering;
use crate::pages::{go, words};
use crate::reader::{Reader, reading};

/// Headers that a proxy adds. With one of them, a peer on this machine is not who asks.
const PROXY_HEADERS: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/// Who sent a request, as the guard found out. Handlers take it to know whom they answer; whether the visitor may ask at
/// all was decided before.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
    /// What plays, where this is a demonstration.
    pub(crate) demonstration: Option<Arc<dyn Demonstration>>,
    /// How many notifications the visitor has not read.
    pub(crate) unread: u64,
}

tokio::task_local! {
    /// Who is answered at the moment. Pages that say what failed are made where no handler is; they alone ask here.
    static VISITOR: Option<Visitor>;
}

/// Who is answered at the moment, if anybody is known.
pub(crate) fn current() -> Option<Visitor> {
    VISITOR.try_with(Clone::clone).ok().flatten()
}

/// The guard: finds out who asks and who reads, and refuses what they have no right to. Runs after the route is found.
pub(crate) async fn let_in(State((web, table)): State<(Web, Arc<Table>)>, request: Request, next: Next) -> Response {
    let visitor = recognise(&web, request.method(), request.headers()).await;
    let reader = Reader::of(request.headers(), visitor.as_ref().ok().and_then(Option::as_ref));
    let answer = async {
        match visitor {
            Ok(visitor) => admit(&web, &table, visitor, &reader, request, next).await,
            Err(refusal) => refuse(request.uri().path(), refusal),
        }
    };
    reading(reader.clone(), answer).await
}

async fn admit(
    web: &Web,
    table: &Table,
    visitor: Option<Visitor>,
    reader: &Reader,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let entry = match request.extensions().get::<MatchedPath>() {
        // Nothing is there, or not with this method; the router says which.
        None => Entry::Open,
        Some(matched) => match table.find(request.method(), matched.as_str()) {
            Found::Entry(entry) => entry,
            Found::NoMethod => Entry::Open,
            Found::Unknown => return refuse(&path, Refusal::not_found("there is nothing at this address")),
        },
    };
    let needed = match entry {
        Entry::Open | Entry::Token => None,
        Entry::Near(_) if is_near(&request) => None,
        Entry::Near(right) | Entry::With(right) => Some(right),
        Entry::Own => Some(Right::Read),
    };
    if let Some(right) = needed {
        let Some(visitor) = &visitor else { return stranger(web, request).await };
        let refusal = match visitor.actor.may(right) {
            Err(forbidden) => Some(forbidden.into()),
            Ok(()) if entry == Entry::Own && visitor.actor.user().is_none() => Some(AccessError::NotAUser.into()),
            Ok(()) => None,
        };
        if let Some(refusal) = refusal {
            return VISITOR.scope(Some(visitor.clone()), async { refuse(&path, refusal) }).await;
        }
    }
    if let Some(visitor) = &visitor {
        request.extensions_mut().insert(visitor.clone());
    }
    let is_safe = request.method().is_safe();
    // What is spawned is outside of every scope but its own.
    let answer = reading(reader.clone(), VISITOR.scope(visitor, remembering(next.run(request))));
    if is_safe {
        return answer.await;
    }
    // What changes something is done to its end, also for somebody who has gone away meanwhile: between a commit and what
    // follows from it nobody may be forgotten.
    match tokio::spawn(answer.instrument(Span::current())).await {
        Ok(answer) => answer,
        Err(fault) => match fault.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => refuse(&path, Refusal::unavailable("switchboard is stopping; try again in a moment")),
        },
    }
}

/// Who asks: nobody, somebody, or somebody whose proof is refused.
async fn recognise(web: &Web, method: &Method, headers: &HeaderMap) -> Result<Option<Visitor>, Refusal> {
    if let Some(given) = bearer(headers) {
        let key = web.options.operator_key.as_deref().filter(|key| !key.is_empty());
        if key.is_some_and(|key| is_equal(given.as_bytes(), key.as_bytes())) {
            return Ok(Some(Visitor::new(web, Actor::Operator)));
        }
        // A token of a source is looked at by the door that takes it.
        let user = web.app.key_holder(given).await?;
        return Ok(user.map(|user| Visitor::new(web, Actor::User(user))));
    }
    let Some(token) = session_token(headers) else { return Ok(None) };
    let Some(user) = web.app.session(token).await? else { return Ok(None) };
    if !is_from_our_pages(method, headers) {
        let message = "a form came without saying from which page; use a current browser, or a key as \
                       'Authorization: Bearer …' in programs";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "cross_site", message));
    }
    Ok(Some(Visitor::new(web, Actor::User(user))))
}

/// Whatever changes something and is proven by a cookie, which browsers send by themselves, must say that it comes from
/// our own pages. The layer before us refused what says that it does not; every browser of today says one or the other,
/// so that silence means an old browser or a proxy that takes headers away, and neither can be told from an attack.
fn is_from_our_pages(method: &Method, headers: &HeaderMap) -> bool {
    method.is_safe() || headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Whether a process on this machine asks by itself, and not a proxy for somebody else.
fn is_near(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
        && !PROXY_HEADERS.iter().any(|name| request.headers().contains_key(*name))
}

/// What somebody is answered who is not known.
async fn stranger(web: &Web, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if !web.app.is_set_up() {
        let message = "switchboard is not set up yet; open the link that `switchboard serve` printed in its terminal, or \
                       run `switchboard setup` on its machine";
        return refuse(&path, Refusal::new(StatusCode::UNAUTHORIZED, "not_set_up", message));
    }
    let is_program =
        path == "/api" || path.starts_with("/api/") || path == "/metrics" || bearer(request.headers()).is_some();
    // What a script of a page fetches would be put into that page.
    let mode = request.headers().get("sec-fetch-mode").and_then(|mode| mode.to_str().ok());
    if is_program || mode.is_some_and(|mode| mode != "navigate") {
        let message = "log in, or send a key as 'Authorization: Bearer …'; keys are made under Settings";
        return refuse(&path, Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", message));
    }
    if !request.method().is_safe() {
        return log_in::interrupted(web, request).await;
    }
    match request.uri().path_and_query().map(|path| path.as_str()) {
        None | Some("/") => go("/log-in"),
        Some(wanted) => go(&format!("/log-in?to={}", words::percent_encoded(wanted))),
    }
}

impl Visitor {
    fn new(web: &Web, actor: Actor) -> Self {
        let unread = actor.user_id().map_or(0, |user| web.app.unread(user));
        Self { actor, demonstration: web.options.demonstration.clone(), unread }
    }

    /// Whether the visitor may do something, to show it or not. Doors and operations decide.
    pub(crate) fn may(&self, right: Right) -> bool {
        self.actor.may(right).is_ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| refuse(parts.uri.path(), Refusal::internal(&"a route that is open asks for its visitor")))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_processes_of_this_machine_are_near() {
        let check = |peer: Option<&str>, header: Option<&str>, expected: bool| {
            let mut request = Request::builder().uri("/metrics");
            if let Some(header) = header {
                request = request.header(header, "10.0.0.1");
            }
            let mut request = request.body(Body::empty()).expect("a request");
            if let Some(peer) = peer {
                let peer: SocketAddr = peer.parse().expect("an address");
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            assert_eq!(is_near(&request), expected, "{peer:?} {header:?}");
        };
        check(Some("127.0.0.1:5000"), None, true);
        check(Some("[::1]:5000"), None, true);
        check(Some("[::ffff:127.0.0.1]:5000"), None, true);
        check(Some("10.0.0.1:5000"), None, false);
        check(Some("127.0.0.1:5000"), Some("x-forwarded-for"), false);
        check(None, None, false);
    }

    #[test]
    fn a_cookie_changes_nothing_without_saying_where_from() {
        let check = |method: Method, header: Option<&'static str>, expected: bool| {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(header, axum::http::HeaderValue::from_static("same-origin"));
            }
            assert_eq!(is_from_our_pages(&method, &headers), expected, "{method} {header:?}");
        };
        check(Method::GET, None, true);
        check(Method::POST, None, false);
        check(Method::DELETE, Some("sec-fetch-site"), true);
        check(Method::POST, Some("origin"), true);
    }
}

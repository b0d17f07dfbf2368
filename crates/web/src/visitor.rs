//! Who sent a request, and whether they come in.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use switchboard_app::rights::Actor;

use crate::doors::{Found, Table};
use crate::error::{Refusal, refuse};
use crate::options::Web;

/// Who sent a request, as the guard found out. Handlers take it to know whom they answer; whether the visitor may ask at
/// all was decided before.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
}

tokio::task_local! {
    /// Who is answered at the moment. Pages that say what failed are made where no handler is; they alone ask here.
    static VISITOR: Option<Visitor>;
}

/// Who is answered at the moment, if anybody is known.
pub(crate) fn current() -> Option<Visitor> {
    VISITOR.try_with(Clone::clone).ok().flatten()
}

/// The guard: finds out who asks, and refuses what they have no right to. Runs after the route is found.
pub(crate) async fn let_in(
    State((_web, table)): State<(Web, Arc<Table>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    if let Some(path) = &path
        && table.find(request.method(), path) == Found::Unknown
    {
        return refuse(request.uri().path(), Refusal::not_found("there is nothing at this address"));
    }
    let visitor = Visitor { actor: Actor::Operator };
    request.extensions_mut().insert(visitor.clone());
    VISITOR.scope(Some(visitor), next.run(request)).await
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

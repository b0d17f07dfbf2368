//! Who sent a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use switchboard_app::rights::Actor;

use crate::options::Web;

/// Who sent a request, as the guard found out. Handlers take it to know whom they answer; whether the visitor may ask at
/// all was decided before.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self { actor: Actor::Operator })
    }
}

//! Telling people in their browsers, over the API.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_app::rights::Right;
use switchboard_model::push::{PushSettings, PushSubscription, PushTarget};
use utoipa::ToSchema;
use uuid::Uuid;

use super::actions::{As, acting};
use super::shapes::notifications::{PushSettingsShape, PushSubscriptionShape};
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Whether browsers are told anything, and how, with the key that browsers want.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    settings: PushSettings,
    public_key: Option<String>,
}

impl Shown {
    async fn new(web: &Web, settings: PushSettings) -> Result<Self, ApiError> {
        Ok(Self { settings, public_key: web.app.push_public_key().await? })
    }
}

/// Whether people are told things in their browsers
#[utoipa::path(get, path = "/api/v1/push", tag = "notifications", operation_id = "get_push",
    responses((status = 200, description = "As it is", body = One<PushSettingsShape>), Refusals))]
pub(crate) async fn get(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<Shown>>, ApiError> {
    visitor.actor.may(Right::Administer)?;
    Ok(one(Shown::new(&web, web.app.push_settings().await?).await?))
}

/// Whether browsers are to be told anything, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPush {
    /// Whether anything is sent to the push services of browsers.
    is_on: bool,
    /// Whether a message says what happened; else it says that something did.
    #[serde(default = "shows")]
    #[schema(required = false)]
    shows_texts: bool,
    /// A mail address, or an address that begins with https://, by which push services reach you; the one that is there if
    /// left out.
    #[serde(default)]
    #[schema(required = false, max_length = 300)]
    contact: String,
}

fn shows() -> bool {
    true
}

/// Say whether people are told things in their browsers
#[utoipa::path(put, path = "/api/v1/push", tag = "notifications", operation_id = "set_push", request_body = SetPush,
    responses((status = 200, description = "As it is now", body = One<PushSettingsShape>), BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SetPush>,
) -> Result<Json<One<Shown>>, ApiError> {
    let SetPush { is_on, shows_texts, contact } = body;
    let settings = PushSettings { is_on, shows_texts, contact };
    let settings = web.app.set_push_settings(&visitor.actor, settings).await?;
    Ok(one(Shown::new(&web, settings).await?))
}

/// Have push services know the installation by a new key
///
/// As where the one before may be in other hands. All browsers have to be registered anew.
#[utoipa::path(post, path = "/api/v1/push/key", tag = "notifications", operation_id = "renew_push_key",
    responses((status = 200, description = "As it is now", body = One<PushSettingsShape>), Refusals))]
pub(crate) async fn renew_key(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<Shown>>, ApiError> {
    web.app.renew_push_key(&visitor.actor).await?;
    Ok(one(Shown::new(&web, web.app.push_settings().await?).await?))
}

/// Your browsers
#[utoipa::path(get, path = "/api/v1/push/browsers", tag = "notifications", operation_id = "list_push_browsers",
    params(As),
    responses((status = 200, description = "The oldest first", body = Listed<PushSubscriptionShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn browsers(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<Listed<PushSubscription>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(listed(web.app.push_browsers(&actor).await?, None))
}

/// A browser, or a program that is told things as one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddBrowser {
    /// The address at its push service.
    #[schema(min_length = 1, max_length = 2000)]
    endpoint: String,
    /// Its public key: an uncompressed point of P-256 in base64url.
    #[schema(min_length = 1, max_length = 200)]
    p256dh: String,
    /// Its secret: 16 bytes in base64url.
    #[schema(min_length = 1, max_length = 100)]
    auth: String,
    /// What it is called.
    #[serde(default)]
    #[schema(required = false, max_length = 100)]
    name: String,
}

/// Register a browser
///
/// With what its `PushManager.subscribe` gave. One that is registered already is registered anew, and is yours then.
#[utoipa::path(post, path = "/api/v1/push/browsers", tag = "notifications", operation_id = "add_push_browser",
    params(As), request_body = AddBrowser,
    responses((status = 201, description = "It is registered", body = One<PushSubscriptionShape>),
        (status = 409, description = "Nothing is told in browsers here", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<AddBrowser>,
) -> Result<(StatusCode, Json<One<PushSubscription>>), ApiError> {
    let actor = acting(&web, visitor, named)?;
    let AddBrowser { endpoint, p256dh, auth, name } = body;
    if name.chars().count() > 100 {
        return Err(Refusal::unprocessable("bad_field", "a name has 100 characters at most").about("name").into());
    }
    let added = web.app.add_push_browser(&actor, PushTarget { endpoint, p256dh, auth }, &name).await?;
    Ok((StatusCode::CREATED, one(added)))
}

/// Remove a browser
#[utoipa::path(delete, path = "/api/v1/push/browsers/{id}", tag = "notifications", operation_id = "remove_push_browser",
    params(("id" = uuid::Uuid, Path, description = "Id of the browser"), As),
    responses((status = 204, description = "It is told nothing any more"),
        (status = 404, description = "You have no such browser", body = ErrorBody),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    id: Result<Path<Uuid>, PathRejection>,
    ApiQuery(named): ApiQuery<As>,
) -> Result<StatusCode, ApiError> {
    let actor = acting(&web, visitor, named)?;
    web.app.remove_push_browser(&actor, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a browser a trial message
#[utoipa::path(post, path = "/api/v1/push/browsers/{id}/try", tag = "notifications", operation_id = "try_push_browser",
    params(("id" = uuid::Uuid, Path, description = "Id of the browser"), As),
    responses((status = 204, description = "Its push service took it"),
        (status = 404, description = "You have no such browser", body = ErrorBody),
        (status = 409, description = "Nothing is told in browsers here", body = ErrorBody),
        (status = 422, description = "Its push service did not take it; the message says why", body = ErrorBody), Refusals))]
pub(crate) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    id: Result<Path<Uuid>, PathRejection>,
    ApiQuery(named): ApiQuery<As>,
) -> Result<StatusCode, ApiError> {
    let actor = acting(&web, visitor, named)?;
    web.app.try_push(&actor, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(id: Result<Path<Uuid>, PathRejection>) -> Result<Uuid, Refusal> {
    id.map(|Path(id)| id).map_err(|_| Refusal::not_found("you have no such browser"))
}

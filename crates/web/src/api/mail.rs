//! The server for mail, and messages that were given up, over the API.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_app::rights::Right;
use switchboard_model::mail::{MailSecurity, MailServer};
use switchboard_model::{LinkSettings, NotificationDelivery};
use utoipa::ToSchema;

use super::shapes::notifications::{DeliveryShape, LinkSettingsShape, MailSecurityShape, MailServerShape};
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::ApiJson;
use crate::options::Web;
use crate::visitor::Visitor;

/// The server for mail
#[utoipa::path(get, path = "/api/v1/mail", tag = "notifications", operation_id = "get_mail",
    responses((status = 200, description = "Without its password; null where none is named and no mail leaves",
        body = One<Option<MailServerShape>>), Refusals))]
pub(crate) async fn get(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<Option<MailServer>>>, ApiError> {
    Ok(one(web.app.mail_server(&visitor.actor).await?))
}

/// A server for mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetMail {
    #[schema(min_length = 1, max_length = 255)]
    host: String,
    #[schema(minimum = 1, maximum = 65535)]
    port: u16,
    #[schema(value_type = MailSecurityShape)]
    security: MailSecurity,
    /// Who we are to it, if it asks.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    user: Option<String>,
    /// The one that is there, as long as host, port, security and user stay, if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    password: Option<String>,
    /// The address that mail comes from.
    #[schema(min_length = 1, max_length = 320)]
    from: String,
}

/// Name the server for mail
#[utoipa::path(put, path = "/api/v1/mail", tag = "notifications", operation_id = "set_mail", request_body = SetMail,
    responses((status = 200, description = "As it is now, without its password", body = One<Option<MailServerShape>>),
        BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SetMail>,
) -> Result<Json<One<Option<MailServer>>>, ApiError> {
    let SetMail { host, port, security, user, password, from } = body;
    let server = MailServer { host, port, security, user, password, from };
    Ok(one(web.app.set_mail_server(&visitor.actor, Some(server)).await?))
}

/// Send no mail any more
#[utoipa::path(delete, path = "/api/v1/mail", tag = "notifications", operation_id = "remove_mail",
    responses((status = 204, description = "No server is named"), Refusals))]
pub(crate) async fn remove(State(web): State<Web>, visitor: Visitor) -> Result<StatusCode, ApiError> {
    web.app.set_mail_server(&visitor.actor, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// To whom a trial message goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryMail {
    #[schema(min_length = 3, max_length = 320)]
    to: String,
}

/// What the server said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tried {
    /// The words of its answer.
    answer: String,
}

/// Send a trial message
#[utoipa::path(post, path = "/api/v1/mail/try", tag = "notifications", operation_id = "try_mail", request_body = TryMail,
    responses((status = 200, description = "The server took it", body = One<Tried>),
        (status = 409, description = "No server is named", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<TryMail>,
) -> Result<Json<One<Tried>>, ApiError> {
    Ok(one(Tried { answer: web.app.try_mail(&visitor.actor, &body.to).await? }))
}

/// How links in messages work
#[utoipa::path(get, path = "/api/v1/mail/links", tag = "notifications", operation_id = "get_link_settings",
    responses((status = 200, description = "As it is", body = One<LinkSettingsShape>), Refusals))]
pub(crate) async fn links(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<LinkSettings>>, ApiError> {
    visitor.actor.may(Right::Administer)?;
    Ok(one(web.app.link_settings().await?))
}

/// How links are to work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetLinks {
    /// Whether somebody has to be logged in to do something to a case by a link.
    needs_log_in: bool,
}

/// Say how links in messages work
#[utoipa::path(put, path = "/api/v1/mail/links", tag = "notifications", operation_id = "set_link_settings",
    request_body = SetLinks,
    responses((status = 200, description = "As it is now", body = One<LinkSettingsShape>), BodyRefusals, Refusals))]
pub(crate) async fn set_links(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SetLinks>,
) -> Result<Json<One<LinkSettings>>, ApiError> {
    let settings = LinkSettings { needs_log_in: body.needs_log_in };
    Ok(one(web.app.set_link_settings(&visitor.actor, settings).await?))
}

/// Messages that were given up
///
/// Mail and messages into rooms that nobody took for a day, or that were refused for good; the last first.
#[utoipa::path(get, path = "/api/v1/deliveries", tag = "notifications", operation_id = "list_deliveries",
    responses((status = 200, description = "The newest 100", body = Listed<DeliveryShape>), Refusals))]
pub(crate) async fn deliveries(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Json<Listed<NotificationDelivery>>, ApiError> {
    Ok(listed(web.app.dead_deliveries(&visitor.actor).await?, None))
}

/// Send a message again that was given up
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/retry", tag = "notifications", operation_id = "retry_delivery",
    params(("id" = uuid::Uuid, Path, description = "Id of the message")),
    responses((status = 204, description = "It is queued again"),
        (status = 404, description = "No message of this id was given up", body = ErrorBody), Refusals))]
pub(crate) async fn retry(
    State(web): State<Web>,
    visitor: Visitor,
    id: Result<Path<uuid::Uuid>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let unknown = || Refusal::not_found("there is no such message");
    let Path(id) = id.map_err(|_| unknown())?;
    web.app.retry_delivery(&visitor.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What users are told, over the API.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use switchboard_model::{Channel, Notification, NotificationKind, NotificationSettings, Pace, QuietHours};
use utoipa::{IntoParams, ToSchema};

use super::actions::{As, acting};
use super::shapes::notifications::{NotificationSettingsShape, NotificationShape};
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Which notifications are asked for, and whose.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those that were not read.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
    /// The next page: what `next` said.
    #[param(nullable = false)]
    before: Option<i64>,
    /// How many at most.
    #[param(nullable = false, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// E-mail address of the user whose they are. Only the operator of the machine may say so.
    #[serde(rename = "as")]
    #[param(rename = "as", nullable = false, max_length = 320)]
    user: Option<String>,
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadNotifications {
    /// One notification; everything if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    id: Option<i64>,
    /// Everything up to this one.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    up_to: Option<i64>,
}

/// What you were told
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", operation_id = "list_notifications",
    params(Which),
    responses((status = 200, description = "Newest first", body = Listed<NotificationShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(which): ApiQuery<Which>,
) -> Result<Json<Listed<Notification>>, ApiError> {
    let Which { unread, before, limit, user } = which;
    let limit = limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::bad_request("limit is a number from 1 to 200").into());
    }
    let actor = acting(&web, visitor, As::of(user))?;
    let page = web.app.notifications(&actor, unread, before, limit).await?;
    Ok(listed(page.notifications, page.next))
}

/// Say what you have read
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "notifications", operation_id = "read_notifications",
    params(As), request_body = ReadNotifications,
    responses((status = 204, description = "It is noted"), BodyRefusals, Refusals))]
pub(crate) async fn read(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(what): ApiJson<ReadNotifications>,
) -> Result<StatusCode, ApiError> {
    let actor = acting(&web, visitor, named)?;
    match what.id {
        Some(id) => web.app.read_notification(&actor, id).await?,
        None => web.app.read_notifications(&actor, what.up_to).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What you want to be told
#[utoipa::path(get, path = "/api/v1/notifications/settings", tag = "notifications",
    operation_id = "notification_settings", params(As),
    responses((status = 200, description = "As it is", body = One<NotificationSettingsShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn settings(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<One<NotificationSettings>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.notification_settings(&actor).await?))
}

/// What somebody wants to be told, as it is written.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct WriteSettings {
    paces: BTreeMap<String, BTreeMap<String, Pace>>,
    quiet: Option<QuietHours>,
    digest_at: u16,
    digest_day: u8,
}

impl Default for WriteSettings {
    fn default() -> Self {
        let NotificationSettings { paces: _, quiet, digest_at, digest_day } = NotificationSettings::default();
        Self { paces: BTreeMap::new(), quiet, digest_at, digest_day }
    }
}

impl TryFrom<WriteSettings> for NotificationSettings {
    type Error = Refusal;

    fn try_from(written: WriteSettings) -> Result<Self, Refusal> {
        let WriteSettings { paces, quiet, digest_at, digest_day } = written;
        let unknown = |what: &str, word: &str| {
            let word: String = word.chars().take(40).collect();
            Refusal::unprocessable("bad_field", format!("there is no {what} '{word}'")).about("paces")
        };
        let mut settings = Self { paces: BTreeMap::new(), quiet, digest_at, digest_day };
        for (word, channels) in paces {
            let kind = NotificationKind::from_word(&word).ok_or_else(|| unknown("kind of notification", &word))?;
            for (word, pace) in channels {
                let channel = Channel::from_word(&word).ok_or_else(|| unknown("channel", &word))?;
                settings.paces.entry(kind).or_default().insert(channel, pace);
            }
        }
        Ok(settings)
    }
}

/// Say what you want to be told
///
/// What is left out is as usual afterwards.
#[utoipa::path(put, path = "/api/v1/notifications/settings", tag = "notifications",
    operation_id = "set_notification_settings", params(As), request_body = NotificationSettingsShape,
    responses((status = 200, description = "As it is now", body = One<NotificationSettingsShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn set_settings(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(written): ApiJson<WriteSettings>,
) -> Result<Json<One<NotificationSettings>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.set_notification_settings(&actor, written.try_into()?).await?))
}

//! Rooms of a chat over the API.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use switchboard_model::chat::{ChatFormat, ChatRoom};
use switchboard_model::{DepartmentId, NotificationKind};
use utoipa::ToSchema;

use super::shapes::notifications::{ChatFormatShape, ChatRoomShape, NotificationKindShape};
use super::{BodyRefusals, Listed, Refusals, listed};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::ApiJson;
use crate::options::Web;
use crate::visitor::Visitor;

/// The rooms that are told what happens
#[utoipa::path(get, path = "/api/v1/chat-rooms", tag = "notifications", operation_id = "list_chat_rooms",
    responses((status = 200, description = "By name; the addresses of their webhooks are not told",
        body = Listed<ChatRoomShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<ChatRoom>>, ApiError> {
    Ok(listed(web.app.chat_rooms(&visitor.actor).await?, None))
}

/// A room of a chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetChatRoom {
    #[schema(value_type = ChatFormatShape)]
    format: ChatFormat,
    /// The address of its incoming webhook; the one that is there if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, max_length = 2000)]
    url: Option<String>,
    /// Only what concerns these departments; all of them if there are none.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>, required = false)]
    departments: Vec<DepartmentId>,
    /// Of what it is told: `offered`, `returned`, `clock_warned`, `clock_breached`, `ping_pong`, `involved`.
    #[schema(value_type = Vec<NotificationKindShape>, min_items = 1)]
    kinds: Vec<NotificationKind>,
}

/// Add a room, or change the one of that name
#[utoipa::path(put, path = "/api/v1/chat-rooms/{name}", tag = "notifications", operation_id = "set_chat_room",
    params(("name" = String, Path, description = "What the room is called here", pattern = "^[a-z0-9-]{1,60}$")),
    request_body = SetChatRoom,
    responses((status = 200, description = "All rooms as they are now", body = Listed<ChatRoomShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn set(
    State(web): State<Web>,
    visitor: Visitor,
    name: Result<Path<String>, PathRejection>,
    ApiJson(body): ApiJson<SetChatRoom>,
) -> Result<Json<Listed<ChatRoom>>, ApiError> {
    let SetChatRoom { format, url, departments, kinds } = body;
    let room = ChatRoom { name: named(name)?, format, url, departments, kinds };
    Ok(listed(web.app.set_chat_room(&visitor.actor, room).await?, None))
}

/// Remove a room
#[utoipa::path(delete, path = "/api/v1/chat-rooms/{name}", tag = "notifications", operation_id = "remove_chat_room",
    params(("name" = String, Path, description = "What the room is called here")),
    responses((status = 204, description = "It is told nothing any more"),
        (status = 404, description = "There is no such room", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_chat_room(&visitor.actor, &named(name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Write a trial message into a room
#[utoipa::path(post, path = "/api/v1/chat-rooms/{name}/try", tag = "notifications", operation_id = "try_chat_room",
    params(("name" = String, Path, description = "What the room is called here")),
    responses((status = 204, description = "The chat took it"),
        (status = 404, description = "There is no such room", body = ErrorBody),
        (status = 422, description = "The chat did not take it; the message says why", body = ErrorBody), Refusals))]
pub(crate) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    web.app.try_chat_room(&visitor.actor, &named(name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(name: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    name.map(|Path(name)| name).map_err(|_| Refusal::not_found("there is no such room"))
}

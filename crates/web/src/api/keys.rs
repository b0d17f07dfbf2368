//! One's own keys over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use switchboard_app::access::AccessError;
use switchboard_model::{ApiKey, ApiKeyId};
use utoipa::ToSchema;

use super::shapes::people::KeyShape;
use super::{BodyRefusals, Listed, One, Refusals, created, listed};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// A key that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKey {
    /// What it is for; unique among your keys.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeKey {
    #[serde(flatten)]
    #[schema(value_type = KeyShape, inline)]
    about: ApiKey,
    /// Sent as `Authorization: Bearer …`. It is shown only here.
    key: String,
}

/// Your keys
#[utoipa::path(get, path = "/api/v1/keys", tag = "people", operation_id = "list_keys",
    responses((status = 200, description = "Your keys, without what is secret", body = Listed<KeyShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<ApiKey>>, ApiError> {
    // The owner of the machine is no user and has none.
    let keys = match visitor.actor.user_id() {
        Some(user) => web.app.list_keys(&visitor.actor, user).await?,
        None => Vec::new(),
    };
    Ok(listed(keys, None))
}

/// Make a key that acts for you
#[utoipa::path(post, path = "/api/v1/keys", tag = "people", operation_id = "add_key", request_body = AddKey,
    responses((status = 201, description = "The key, shown once", body = One<MadeKey>), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(AddKey { name }): ApiJson<AddKey>,
) -> Result<Response, ApiError> {
    let (about, key) = web.app.add_key(&visitor.actor, &name).await?;
    Ok(created(MadeKey { about, key }))
}

/// Remove a key of yours
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "people", operation_id = "remove_key",
    params(("id" = uuid::Uuid, Path, description = "Id of the key")),
    responses((status = 204, description = "It opens nothing any more"),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    let user = visitor.actor.user_id().ok_or_else(|| AccessError::UnknownKey(id.to_string()))?;
    web.app.remove_key(&visitor.actor, user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

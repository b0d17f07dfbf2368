//! Sources over the API.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{Source, SourceId, SourceKind};
use utoipa::ToSchema;

use super::shapes::{KindShape, ProposalShape, SourceShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson, IsOperator};
use crate::guard;
use crate::options::Web;

/// A source to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddSource {
    /// 1 to 200 characters, unique.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(value_type = KindShape)]
    kind: SourceKind,
    /// What is followed, in the shape that the kind documents.
    #[serde(default)]
    settings: Value,
}

/// What is to be different. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSource {
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    /// All settings, not only the changed ones.
    #[schema(nullable = false, value_type = Option<Value>)]
    #[serde(default, deserialize_with = "present")]
    settings: Option<Value>,
    /// Follow or pause.
    #[schema(nullable = false)]
    #[serde(default, deserialize_with = "present")]
    is_enabled: Option<bool>,
}

/// A field that may be absent but not null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A link as somebody pasted it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Propose {
    #[schema(min_length = 1, max_length = 4096, example = "https://blog.example/")]
    link: String,
}

/// A token that may hand in posts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its only readable copy.
    token: String,
}

fn shown(mut source: Source, is_operator: bool) -> Source {
    if !is_operator {
        source.settings = guard::without_secrets(&source.settings);
    }
    source
}

/// All sources with their health
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", operation_id = "list_sources",
    responses((status = 200, description = "All sources", body = Listed<SourceShape>), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    IsOperator(is_operator): IsOperator,
) -> Result<axum::Json<Listed<Source>>, ApiError> {
    let sources = web.app.sources().await?;
    Ok(listed(sources.into_iter().map(|source| shown(source, is_operator)).collect(), None))
}

/// One source with its health
#[utoipa::path(get, path = "/api/v1/sources/{id}", tag = "sources", operation_id = "get_source",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")),
    responses((status = 200, description = "The source", body = One<SourceShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    IsOperator(is_operator): IsOperator,
    ApiId(id): ApiId<SourceId>,
) -> Result<axum::Json<One<Source>>, ApiError> {
    Ok(one(shown(web.app.get_source(id).await?, is_operator)))
}

/// Add a source
///
/// It is asked at once. Sources that run a program, and settings that name a file, are for the operator only.
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", operation_id = "add_source",
    request_body = AddSource,
    responses((status = 201, description = "The new source", body = One<SourceShape>),
        (status = 409, description = "Another source has the name", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    IsOperator(is_operator): IsOperator,
    ApiJson(new): ApiJson<AddSource>,
) -> Result<Response, ApiError> {
    let AddSource { name, kind, settings } = new;
    guard::may_use(kind, &settings, is_operator)?;
    let source = web.app.add_source(NewSource { name, kind, settings }).await?;
    Ok(created(shown(source, is_operator)))
}

/// Change, pause or resume a source
#[utoipa::path(patch, path = "/api/v1/sources/{id}", tag = "sources", operation_id = "change_source",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")), request_body = ChangeSource,
    responses((status = 200, description = "The source as it is now", body = One<SourceShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody),
        (status = 409, description = "Another source has the name", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    IsOperator(is_operator): IsOperator,
    ApiId(id): ApiId<SourceId>,
    ApiJson(change): ApiJson<ChangeSource>,
) -> Result<axum::Json<One<Source>>, ApiError> {
    let ChangeSource { name, settings, is_enabled } = change;
    let settings = match settings {
        Some(settings) => new_settings(web.app.get_source(id).await?, settings, is_operator)?,
        None => None,
    };
    let source = web.app.change_source(id, SourceChange { name, settings, is_enabled }).await?;
    Ok(one(shown(source, is_operator)))
}

/// Secrets that were hidden when the settings were read are put back for the operator, and for everybody who changes
/// nothing else: an unseen token must not follow a source to another host.
fn new_settings(known: Source, settings: Value, is_operator: bool) -> Result<Option<Value>, Refusal> {
    let restored = guard::with_secrets(settings.clone(), &known.settings);
    if restored == known.settings {
        return Ok(None);
    }
    guard::may_use(known.kind, &settings, is_operator)?;
    if !is_operator && restored != settings {
        let message = format!("give the secret again where the settings say '{}'", guard::SECRET);
        return Err(Refusal::unprocessable("bad_settings", message).about("settings"));
    }
    Ok(Some(restored))
}

/// Remove a source
///
/// Its posts stay.
#[utoipa::path(delete, path = "/api/v1/sources/{id}", tag = "sources", operation_id = "remove_source",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn remove(State(web): State<Web>, ApiId(id): ApiId<SourceId>) -> Result<StatusCode, ApiError> {
    web.app.remove_source(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask a source now
///
/// Instead of at its next time. What it answers is seen in its health a moment later.
#[utoipa::path(post, path = "/api/v1/sources/{id}/check", tag = "sources", operation_id = "check_source",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")),
    responses((status = 200, description = "The source as it was before", body = One<SourceShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn check(
    State(web): State<Web>,
    IsOperator(is_operator): IsOperator,
    ApiId(id): ApiId<SourceId>,
) -> Result<axum::Json<One<Source>>, ApiError> {
    Ok(one(shown(web.app.check_source(id).await?, is_operator)))
}

/// What could be followed behind a link
///
/// Looks at the page behind the link, best proposal first.
#[utoipa::path(post, path = "/api/v1/sources/propose", tag = "sources", operation_id = "propose_sources",
    request_body = Propose,
    responses((status = 200, description = "Proposals, best first", body = Listed<ProposalShape>), BodyRefusals, Refusals))]
pub(crate) async fn propose(
    State(web): State<Web>,
    ApiJson(Propose { link }): ApiJson<Propose>,
) -> Result<axum::Json<Listed<switchboard_app::sources::Proposal>>, ApiError> {
    if link.is_empty() || link.chars().count() > 4096 {
        return Err(Refusal::bad_request("a link has 1 to 4096 characters").about("link").into());
    }
    Ok(listed(web.app.propose_sources(link.trim()).await?, None))
}

/// Make a token for an ingest source
///
/// The answer holds its only readable copy.
#[utoipa::path(post, path = "/api/v1/sources/{id}/tokens", tag = "sources", operation_id = "make_token",
    params(("id" = uuid::Uuid, Path, description = "Id of the source")),
    responses((status = 201, description = "The token", body = One<Token>),
        (status = 404, description = "There is no such source", body = crate::error::ErrorBody),
        (status = 422, description = "The source is not of kind ingest", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn make_token(State(web): State<Web>, ApiId(id): ApiId<SourceId>) -> Result<Response, ApiError> {
    let token = web.app.make_token(id).await?;
    Ok(created(Token { token }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn hidden_secrets_do_not_follow_to_another_host() {
        let known = Source { settings: json!({"instance": "a", "token": "hunter2"}), ..samples::sources().remove(0) };
        let check = |settings: Value, is_operator, expected: Result<Option<Value>, StatusCode>| {
            let result = new_settings(known.clone(), settings, is_operator);
            assert_eq!(result.map_err(|refusal| refusal.status), expected);
        };
        let shown = json!({"instance": "a", "token": guard::SECRET});
        let moved = json!({"instance": "evil", "token": guard::SECRET});
        check(shown.clone(), false, Ok(None));
        check(moved.clone(), false, Err(StatusCode::UNPROCESSABLE_ENTITY));
        check(moved, true, Ok(Some(json!({"instance": "evil", "token": "hunter2"}))));
        check(json!({"instance": "b", "token": "x"}), false, Ok(Some(json!({"instance": "b", "token": "x"}))));
        check(json!({"token": {"file": "/etc/shadow"}}), false, Err(StatusCode::FORBIDDEN));
    }
}

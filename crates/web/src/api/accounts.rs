//! The company's accounts over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use switchboard_app::answer::account::{AccountChange, NewAccount};
use switchboard_model::{Account, AccountId, DepartmentId, SourceKind};
use utoipa::ToSchema;

use super::shapes::answers::{AccountNetworkShape, AccountShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// An account to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddAccount {
    #[schema(value_type = AccountNetworkShape)]
    network: String,
    /// Where and how it logs in, as `docs/reference/accounts.md` describes it.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"instance": "https://social.example", "token": "…"}))]
    settings: Value,
    /// The departments that may answer with it; empty for all.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, required = false)]
    departments: Vec<DepartmentId>,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeAccount {
    /// All settings. A secret that they leave out stays if nothing else of them changes.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>, nullable = false)]
    settings: Option<Value>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>, nullable = false)]
    departments: Option<Vec<DepartmentId>>,
}

/// The network of an account.
pub(crate) fn network(word: &str) -> Result<SourceKind, Refusal> {
    let known = SourceKind::from_word(word).filter(|kind| matches!(kind, SourceKind::Mastodon | SourceKind::Bluesky));
    let unknown = || Refusal::unprocessable("bad_network", "answers leave on mastodon and bluesky").about("network");
    known.ok_or_else(unknown)
}

/// All accounts that are in use
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "list_accounts",
    responses((status = 200, description = "All accounts in use", body = Listed<AccountShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<Account>>, ApiError> {
    Ok(listed(web.app.accounts(&visitor.actor)?, None))
}

/// One account
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "get_account",
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses((status = 200, description = "The account", body = One<AccountShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<AccountId>,
) -> Result<Json<One<Account>>, ApiError> {
    Ok(one(web.app.account(&visitor.actor, id)?))
}

/// Add an account
///
/// Its network is asked who it is. Settings that name a file are for the operator only.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", operation_id = "add_account",
    request_body = AddAccount,
    responses((status = 201, description = "The new account", body = One<AccountShape>),
        (status = 409, description = "It is there already", body = crate::error::ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(new): ApiJson<AddAccount>,
) -> Result<Response, ApiError> {
    let new = NewAccount { network: network(&new.network)?, settings: new.settings, departments: new.departments };
    Ok(created(web.app.add_account(&visitor.actor, new).await?))
}

/// Change an account
///
/// New settings have to log in as the same account. Replies that waited for it go on.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "change_account",
    params(("id" = Uuid, Path, description = "Id of the account")), request_body = ChangeAccount,
    responses((status = 200, description = "The account as it is now", body = One<AccountShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<AccountId>,
    ApiJson(change): ApiJson<ChangeAccount>,
) -> Result<Json<One<Account>>, ApiError> {
    let change = AccountChange { settings: change.settings, departments: change.departments };
    Ok(one(web.app.change_account(&visitor.actor, id, change).await?))
}

/// Ask an account's network whether it is let in
#[utoipa::path(post, path = "/api/v1/accounts/{id}/check", tag = "accounts", operation_id = "check_account",
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses((status = 200, description = "The account with what its network said", body = One<AccountShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody),
        (status = 422, description = "Its settings cannot be used", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn check(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<AccountId>,
) -> Result<Json<One<Account>>, ApiError> {
    Ok(one(web.app.check_account(&visitor.actor, id).await?))
}

/// Remove an account
///
/// Nothing leaves through it any more, and what lies in the outbox fails with that reason.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "remove_account",
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<AccountId>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_account(&visitor.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Users and the directory over the API.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use switchboard_app::directory::duty;
use switchboard_app::directory::preferences::PreferencesChange;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_model::{Absence, DepartmentId, Duty, Role, User, UserId};
use utoipa::ToSchema;

use super::departments::given;
use super::shapes::people::{ChangePreferencesShape, RoleShape, UserShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// Somebody who is to work here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteUser {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(example = "ada@acme.example")]
    email: String,
    #[schema(value_type = RoleShape)]
    role: Role,
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>, required = false)]
    departments: Vec<DepartmentId>,
    #[serde(default)]
    languages: Vec<String>,
    /// IANA name; yours if missing.
    time_zone: Option<String>,
    /// Hours of duty; always if missing.
    #[serde(default)]
    #[schema(example = "mon-fri 09:00-17:00, sat 10:00-14:00")]
    duty: String,
}

/// What is to change; what is missing stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeUser {
    name: Option<String>,
    email: Option<String>,
    #[schema(value_type = Option<RoleShape>)]
    role: Option<Role>,
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    departments: Option<Vec<DepartmentId>>,
    languages: Option<Vec<String>>,
    time_zone: Option<String>,
    /// Hours of duty, like `mon-fri 09:00-17:00`; empty for always.
    duty: Option<String>,
    /// A short number to reach them by, of 2 to 6 digits; `null` for none. For administrators.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    extension: Option<Option<String>>,
    /// What they know beside languages.
    skills: Option<Vec<String>>,
    /// How many open cases they can have; `null` for as many as come. For administrators.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    most_cases: Option<Option<u32>>,
    /// Key of the calendar whose holidays are theirs; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    holidays: Option<Option<String>>,
    /// When they are away: all of it, also what stays.
    #[schema(required = false, nullable = false)]
    absences: Option<Vec<GivenAbsence>>,
    /// What they prefer about the pages; what is missing stays.
    #[schema(value_type = Option<ChangePreferencesShape>)]
    preferences: Option<PreferencesChange>,
}

/// Days on which somebody is away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenAbsence {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Who gets their cases meanwhile; the desk where nobody is named.
    #[serde(default)]
    #[schema(value_type = uuid::Uuid, required = false, nullable = false)]
    stand_in: Option<UserId>,
}

/// A user who was just invited.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invited {
    #[schema(value_type = UserShape)]
    user: User,
    #[serde(flatten)]
    link: Link,
}

/// A one-time link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    /// Path of the page where the user chooses a password. It works once.
    link: String,
}

impl Link {
    fn new(token: &str) -> Self {
        Self { link: format!("/links/{token}") }
    }
}

fn hours(text: &str) -> Result<Duty, Refusal> {
    duty::parse(text).map_err(|message| Refusal::unprocessable("bad_field", message).about("duty"))
}

/// All users, active or not
#[utoipa::path(get, path = "/api/v1/users", tag = "people", operation_id = "list_users",
    responses((status = 200, description = "All users", body = Listed<UserShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>) -> Json<Listed<User>> {
    listed(web.app.users().to_vec(), None)
}

/// One user
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "people", operation_id = "get_user",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 200, description = "The user", body = One<UserShape>),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn get(State(web): State<Web>, ApiId(id): ApiId<UserId>) -> Result<Json<One<User>>, ApiError> {
    let user = web.app.user(id).ok_or_else(|| Refusal::not_found(format!("there is no user '{id}'")))?;
    Ok(one(user.as_ref().clone()))
}

/// Invite a user
///
/// The answer holds the one-time link by which they choose a password. Hand it on; it is shown only here.
#[utoipa::path(post, path = "/api/v1/users", tag = "people", operation_id = "invite_user", request_body = InviteUser,
    responses((status = 201, description = "The new user and their link", body = One<Invited>),
        (status = 409, description = "Somebody has the e-mail address", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn invite(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(new): ApiJson<InviteUser>,
) -> Result<Response, ApiError> {
    let InviteUser { name, email, role, departments, languages, time_zone, duty } = new;
    let new = NewUser { name, email, role, departments, languages, time_zone, duty: hours(&duty)? };
    let (user, token) = web.app.invite(&visitor.actor, new).await?;
    Ok(created(Invited { user, link: Link::new(&token) }))
}

/// Change a user
///
/// Everybody may change their own name, languages, time zone, duty, skills, holidays, absences and preferences; the rest is
/// for administrators. When an absence begins, their cases go to who stands in, or to the desks.
#[utoipa::path(patch, path = "/api/v1/users/{id}", tag = "people", operation_id = "change_user",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")), request_body = ChangeUser,
    responses((status = 200, description = "The user as they are now", body = One<UserShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Taken, or something has to be done first", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
    ApiJson(change): ApiJson<ChangeUser>,
) -> Result<Json<One<User>>, ApiError> {
    let ChangeUser { name, email, role, departments, languages, time_zone, duty, preferences, .. } = change;
    let (duty, preferences) = (duty.as_deref().map(hours).transpose()?, preferences.unwrap_or_default());
    let absence = |GivenAbsence { from, until, stand_in }| Absence { from, until, stand_in };
    let profile = ProfileChange {
        extension: change.extension,
        skills: change.skills,
        most_cases: change.most_cases,
        holidays: change.holidays,
        absences: change.absences.map(|absences| absences.into_iter().map(absence).collect()),
    };
    let change = UserChange { name, email, role, departments, languages, time_zone, duty, profile, preferences };
    Ok(one(web.app.change_user(&visitor.actor, id, change).await?))
}

/// Make a user inactive
///
/// They are logged out, and their cases go to the desks of their departments.
#[utoipa::path(post, path = "/api/v1/users/{id}/deactivate", tag = "people", operation_id = "deactivate_user",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 200, description = "The user as they are now", body = One<UserShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Something has to be done first", body = ErrorBody), Refusals))]
pub(crate) async fn deactivate(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
) -> Result<Json<One<User>>, ApiError> {
    Ok(one(web.app.deactivate_user(&visitor.actor, id).await?))
}

/// Make a user active again
#[utoipa::path(post, path = "/api/v1/users/{id}/activate", tag = "people", operation_id = "activate_user",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 200, description = "The user as they are now", body = One<UserShape>),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn activate(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
) -> Result<Json<One<User>>, ApiError> {
    Ok(one(web.app.activate_user(&visitor.actor, id).await?))
}

/// Let a locked user try passwords again
#[utoipa::path(post, path = "/api/v1/users/{id}/unlock", tag = "people", operation_id = "unlock_user",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 200, description = "The user as they are now", body = One<UserShape>),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn unlock(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
) -> Result<Json<One<User>>, ApiError> {
    Ok(one(web.app.unlock_user(&visitor.actor, id).await?))
}

/// Make a link for a user to choose a password
///
/// Earlier links of theirs work no more. Hand it on; it is shown only here.
#[utoipa::path(post, path = "/api/v1/users/{id}/links", tag = "people", operation_id = "make_link",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 201, description = "The link", body = One<Link>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "The user is not active", body = ErrorBody), Refusals))]
pub(crate) async fn link(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
) -> Result<Response, ApiError> {
    Ok(created(Link::new(&web.app.reset_link(&visitor.actor, id).await?)))
}

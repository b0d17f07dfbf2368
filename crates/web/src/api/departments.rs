//! Departments and the company over the API.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Deserializer};
use switchboard_app::directory::company::CompanyChange;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::duty;
use switchboard_app::directory::office::OfficeChange;
use switchboard_model::{Assignment, Company, Department, DepartmentId, Interest, Unaccepted, UserId};
use utoipa::ToSchema;

use super::shapes::people::{AssignmentShape, CompanyShape, DepartmentShape, InterestShape, UnacceptedShape};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// A department that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDepartment {
    /// Made of the name if missing.
    key: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// An active user who does not only read.
    #[schema(value_type = uuid::Uuid)]
    head: UserId,
    #[schema(value_type = Option<uuid::Uuid>)]
    deputy: Option<UserId>,
    #[serde(default)]
    intents: Vec<String>,
    #[serde(default)]
    keywords: Vec<String>,
}

/// What is to change; what is missing stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeDepartment {
    key: Option<String>,
    name: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    head: Option<UserId>,
    /// `null` for nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<uuid::Uuid>)]
    deputy: Option<Option<UserId>>,
    intents: Option<Vec<String>>,
    keywords: Option<Vec<String>>,
    /// True opens a closed department again; closing has its own address.
    is_active: Option<bool>,
    /// Order in lists, and between departments that fit equally.
    place: Option<i64>,
    /// A short number to reach its desk by, of 2 to 6 digits; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    extension: Option<Option<String>>,
    /// BCP 47 tags of the languages that it answers in, beside those of its users.
    languages: Option<Vec<String>>,
    /// Its business hours, like `mon-fri 09:00-17:00`; empty for always.
    hours: Option<String>,
    /// IANA name of the time zone of its hours; `null` for UTC.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    /// Key of the calendar whose holidays are its own; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    holidays: Option<Option<String>>,
    /// The department that is asked while it is closed; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<uuid::Uuid>)]
    cover: Option<Option<DepartmentId>>,
    /// How its cases find an owner.
    #[schema(value_type = Option<AssignmentShape>)]
    assignment: Option<Assignment>,
    /// How many minutes offers to it stand; `null` for what is configured.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    accept_within_min: Option<Option<u32>>,
    /// Who has a case that nobody there accepts in time.
    #[schema(value_type = Option<UnacceptedShape>)]
    unaccepted: Option<Unaccepted>,
    /// Which interest of the company it answers for; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<InterestShape>)]
    interest: Option<Option<Interest>>,
}

/// What is to change; what is missing stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeCompany {
    name: Option<String>,
    handles: Option<Vec<String>>,
    /// `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    website: Option<Option<String>>,
    /// The department whose desk takes what nothing else decides.
    #[schema(value_type = Option<uuid::Uuid>)]
    fallback: Option<DepartmentId>,
}

/// Tells a key that is `null` from one that is missing.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// All departments, open or closed
#[utoipa::path(get, path = "/api/v1/departments", tag = "people", operation_id = "list_departments",
    responses((status = 200, description = "All departments in their order", body = Listed<DepartmentShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>) -> Json<Listed<Department>> {
    listed(web.app.departments().to_vec(), None)
}

/// Add a department
#[utoipa::path(post, path = "/api/v1/departments", tag = "people", operation_id = "add_department",
    request_body = AddDepartment,
    responses((status = 201, description = "The new department", body = One<DepartmentShape>),
        (status = 404, description = "There is no such user", body = ErrorBody),
        (status = 409, description = "Another one has the key or name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(new): ApiJson<AddDepartment>,
) -> Result<Response, ApiError> {
    let AddDepartment { key, name, head, deputy, intents, keywords } = new;
    let new = NewDepartment { key, name, head, deputy, intents, keywords };
    Ok(created(web.app.add_department(&visitor.actor, new).await?))
}

/// Change a department
#[utoipa::path(patch, path = "/api/v1/departments/{id}", tag = "people", operation_id = "change_department",
    params(("id" = uuid::Uuid, Path, description = "Id of the department")), request_body = ChangeDepartment,
    responses((status = 200, description = "The department as it is now", body = One<DepartmentShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Another one has the key or name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<DepartmentId>,
    ApiJson(change): ApiJson<ChangeDepartment>,
) -> Result<Json<One<Department>>, ApiError> {
    let ChangeDepartment { key, name, head, deputy, intents, keywords, is_active, place, .. } = change;
    if is_active == Some(false) {
        let message = "a department is closed with POST to its address followed by /close";
        return Err(Refusal::unprocessable("bad_field", message).about("is_active").into());
    }
    let reopen = is_active == Some(true);
    let hours = change.hours.as_deref().map(duty::parse).transpose();
    let hours = hours.map_err(|message| Refusal::unprocessable("bad_field", message).about("hours"))?;
    let office = OfficeChange {
        extension: change.extension,
        languages: change.languages,
        hours,
        time_zone: change.time_zone,
        holidays: change.holidays,
        cover: change.cover,
        assignment: change.assignment,
        accept_within_min: change.accept_within_min,
        unaccepted: change.unaccepted,
        interest: change.interest,
    };
    let change = DepartmentChange { key, name, head, deputy, intents, keywords, reopen, place, office };
    Ok(one(web.app.change_department(&visitor.actor, id, change).await?))
}

/// Close a department
///
/// Refused, with what to do first, while it is the fallback, has cases that are not closed, or a rule or search leads to it.
#[utoipa::path(post, path = "/api/v1/departments/{id}/close", tag = "people", operation_id = "close_department",
    params(("id" = uuid::Uuid, Path, description = "Id of the department")),
    responses((status = 200, description = "The department as it is now", body = One<DepartmentShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Something has to be done first", body = ErrorBody), Refusals))]
pub(crate) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<DepartmentId>,
) -> Result<Json<One<Department>>, ApiError> {
    Ok(one(web.app.close_department(&visitor.actor, id).await?))
}

/// The company
#[utoipa::path(get, path = "/api/v1/company", tag = "people", operation_id = "get_company",
    responses((status = 200, description = "The company", body = One<CompanyShape>),
        (status = 404, description = "There is none before the set-up", body = ErrorBody), Refusals))]
pub(crate) async fn company(State(web): State<Web>) -> Result<Json<One<Company>>, ApiError> {
    let company = web.app.company().ok_or_else(|| Refusal::not_found("switchboard is not set up yet"))?;
    Ok(one(company.as_ref().clone()))
}

/// Change the company
#[utoipa::path(patch, path = "/api/v1/company", tag = "people", operation_id = "change_company",
    request_body = ChangeCompany,
    responses((status = 200, description = "The company as it is now", body = One<CompanyShape>),
        (status = 404, description = "There is no such department", body = ErrorBody),
        (status = 409, description = "Not set up yet, or the department is closed", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn change_company(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(change): ApiJson<ChangeCompany>,
) -> Result<Json<One<Company>>, ApiError> {
    let ChangeCompany { name, handles, website, fallback } = change;
    // The part that can be refused for what is elsewhere comes first, so that a refusal changes nothing.
    if let Some(fallback) = fallback {
        web.app.set_fallback(&visitor.actor, fallback).await?;
    }
    let change = CompanyChange { name, handles, website };
    Ok(one(web.app.change_company(&visitor.actor, change).await?))
}

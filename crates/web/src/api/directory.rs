//! The directory and the duty calendar over the API: who fits, who is there now, who will be.

#![expect(dead_code, reason = "the shapes are read by the derive that describes them, never made")]

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use switchboard_app::cases::absence::HandOver;
use switchboard_app::directory::find::Directory;
use switchboard_app::directory::week::DutyCalendar;
use switchboard_model::{Absence, UserId};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::shapes::people::{AbsenceShape, DepartmentShape, UserShape};
use super::{Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiId, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// What is looked for in the directory.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DirectoryQuery {
    /// Beginnings of words of names, addresses, departments, topics, languages and skills, or an extension; everybody if
    /// missing.
    #[serde(default)]
    #[param(required = false, max_length = 200)]
    q: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Directory)]
pub(crate) struct DirectoryShape {
    /// Departments, those that fit best first.
    departments: Vec<FoundDepartmentShape>,
    /// Users, those that fit best first, then those who are on duty and have room.
    users: Vec<FoundUserShape>,
}

/// A department as it stands now.
#[derive(Serialize, ToSchema)]
#[schema(as = DirectoryDepartment)]
pub(crate) struct FoundDepartmentShape {
    department: DepartmentShape,
    /// Its business hours now.
    hours: DutyNowShape,
    /// How many people work for it.
    people: usize,
    /// Who of them is on duty.
    on_duty: Vec<Uuid>,
    /// Who is asked instead, where it is closed or nobody is there.
    #[schema(required)]
    cover: Option<Uuid>,
    /// How many cases are open at its desk.
    at_desk: u64,
    /// Who sits in the social team for it.
    #[schema(required)]
    seat: Option<Uuid>,
    /// What fits.
    fits: Vec<FitShape>,
}

/// A user as it stands with them now.
#[derive(Serialize, ToSchema)]
#[schema(as = DirectoryUser)]
pub(crate) struct FoundUserShape {
    user: UserShape,
    /// Their duty now.
    duty: DutyNowShape,
    /// How many cases they have that are open.
    open_cases: u64,
    /// How many more they can have; `null` for as many as come.
    #[schema(required)]
    room: Option<u64>,
    /// Who has their cases while they are away.
    #[schema(required)]
    stand_in: Option<Uuid>,
    /// What fits.
    fits: Vec<FitShape>,
}

/// How it stands with somebody's hours at this moment.
#[derive(Serialize, ToSchema)]
#[schema(as = DutyNow)]
pub(crate) struct DutyNowShape {
    /// Whether they work at this moment.
    is_on_duty: bool,
    /// Until when they do; `null` where nothing ends it, or they do not.
    #[schema(required, format = DateTime)]
    until: Option<String>,
    /// From when on they do again; `null` if they do now, or that is beyond a year.
    #[schema(required, format = DateTime)]
    from: Option<String>,
    /// IANA name.
    time_zone: String,
    /// What their clock shows, without a zone: `2026-11-23T14:05:00`.
    local: String,
    /// Today's holiday where they are.
    #[schema(required)]
    holiday: Option<String>,
    /// Why they are away today.
    #[schema(required)]
    away: Option<AbsenceShape>,
}

/// Why something was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Fit)]
pub(crate) struct FitShape {
    by: FitByShape,
    /// The extension, skill, language, department or topic.
    text: String,
}

/// By what something was found.
#[derive(Serialize, ToSchema)]
#[schema(as = FitBy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FitByShape {
    Extension,
    Name,
    Skill,
    Language,
    Department,
    Role,
    Topic,
}

/// Who fits, and who is on duty now
///
/// Active users and open departments. Whoever has the extension that was asked for comes first.
#[utoipa::path(get, path = "/api/v1/directory", tag = "people", operation_id = "find_in_directory",
    params(DirectoryQuery),
    responses((status = 200, description = "At most 50 of each, best first", body = One<DirectoryShape>), Refusals))]
pub(crate) async fn directory(
    State(web): State<Web>,
    ApiQuery(query): ApiQuery<DirectoryQuery>,
) -> Result<Json<One<Directory>>, ApiError> {
    if query.q.chars().count() > 200 {
        return Err(Refusal::bad_request("q has 200 characters at most").about("q").into());
    }
    Ok(one(web.app.directory(&query.q).await?))
}

/// What part of the duty calendar is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyQuery {
    /// From when on; now if missing.
    #[param(required = false, value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until when, 62 days later at most; a week later if missing.
    #[param(required = false, value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Who is on duty from one moment to another.
#[derive(Serialize, ToSchema)]
#[schema(as = DutyCalendar)]
pub(crate) struct DutyCalendarShape {
    #[schema(format = DateTime)]
    from: String,
    #[schema(format = DateTime)]
    until: String,
    /// Open departments, in their order.
    departments: Vec<DepartmentWeekShape>,
    /// Everybody who works on cases, by name.
    people: Vec<UserWeekShape>,
}

/// When a department works and when nobody is there.
#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentWeek)]
pub(crate) struct DepartmentWeekShape {
    department: Uuid,
    /// Its business hours.
    hours: Vec<StretchShape>,
    /// Business hours in which nobody of it is on duty.
    gaps: Vec<StretchShape>,
    /// Who is asked while it is closed or nobody is there.
    #[schema(required)]
    cover: Option<Uuid>,
    /// The holidays in it.
    off: Vec<DayOffShape>,
    /// Who works for it.
    people: Vec<Uuid>,
}

/// When somebody is on duty and when they are away.
#[derive(Serialize, ToSchema)]
#[schema(as = UserWeek)]
pub(crate) struct UserWeekShape {
    user: Uuid,
    on_duty: Vec<StretchShape>,
    /// Days on which they are away or have a holiday.
    off: Vec<DayOffShape>,
}

/// A stretch of time.
#[derive(Serialize, ToSchema)]
#[schema(as = Stretch)]
pub(crate) struct StretchShape {
    #[schema(format = DateTime)]
    from: String,
    /// The first moment that is not part of it.
    #[schema(format = DateTime)]
    until: String,
}

/// A day on which somebody does not work.
#[derive(Serialize, ToSchema)]
#[schema(as = DayOff)]
pub(crate) struct DayOffShape {
    /// The day where they are.
    #[schema(format = Date)]
    date: String,
    #[schema(format = DateTime)]
    from: String,
    #[schema(format = DateTime)]
    until: String,
    /// The name of the holiday; `null` where somebody is away.
    #[schema(required)]
    holiday: Option<String>,
    /// Who stands in for somebody who is away.
    #[schema(required)]
    stand_in: Option<Uuid>,
}

/// The duty calendar
///
/// Who is on duty when, who is away, and when a department has nobody.
#[utoipa::path(get, path = "/api/v1/duty", tag = "people", operation_id = "duty_calendar", params(DutyQuery),
    responses((status = 200, description = "The calendar", body = One<DutyCalendarShape>),
        (status = 422, description = "The window cannot be looked at", body = ErrorBody), Refusals))]
pub(crate) async fn duty(
    State(web): State<Web>,
    ApiQuery(DutyQuery { from, until }): ApiQuery<DutyQuery>,
) -> Result<Json<One<DutyCalendar>>, ApiError> {
    let from = from.unwrap_or_else(|| web.app.now());
    let week = || from.checked_add(jiff::SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MAX);
    Ok(one(web.app.duty_calendar(from, until.unwrap_or_else(week))?))
}

/// Who would stand in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HandOverQuery {
    /// The user who would; nobody if missing.
    #[param(required = false, value_type = Option<Uuid>)]
    stand_in: Option<UserId>,
}

/// Where a case of somebody who is away goes.
#[derive(Serialize, ToSchema)]
#[schema(as = AbsenceHandOver)]
pub(crate) struct HandOverShape {
    /// The number of the case.
    case: i64,
    /// Its department, which it stays with.
    department: Uuid,
    /// Who gets it; `null` for the desk of its department.
    #[schema(required)]
    to: Option<Uuid>,
}

/// Where the cases of a user would go
///
/// Their open cases, and who would have each while they are away. For themselves and for administrators.
#[utoipa::path(get, path = "/api/v1/users/{id}/hand-over", tag = "people", operation_id = "get_hand_over",
    params(("id" = uuid::Uuid, Path, description = "Id of the user"), HandOverQuery),
    responses((status = 200, description = "Their open cases, the most urgent first", body = Listed<HandOverShape>),
        (status = 404, description = "There is no such user", body = ErrorBody), Refusals))]
pub(crate) async fn hand_over(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<UserId>,
    ApiQuery(HandOverQuery { stand_in }): ApiQuery<HandOverQuery>,
) -> Result<Json<Listed<HandOver>>, ApiError> {
    if web.app.user(id).is_none() {
        return Err(switchboard_app::directory::DirectoryError::UnknownUser(id.to_string()).into());
    }
    let absence = Absence { from: Date::MIN, until: Date::MAX, stand_in };
    Ok(listed(web.app.hand_over_of(&visitor.actor, id, &absence).await?, None))
}

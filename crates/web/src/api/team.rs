//! The social team and the calendars of holidays over the API.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use switchboard_app::directory::team::{TeamChange, TeamWarning};
use switchboard_model::{DepartmentId, Holiday, HolidayCalendar, Team, UserId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::departments::given;
use super::shapes::people::{HolidayCalendarShape, TeamShape};
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::ApiJson;
use crate::options::Web;
use crate::visitor::Visitor;

/// The team with what is missing in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamView {
    #[schema(value_type = TeamShape)]
    team: Team,
    /// What somebody should see to, what matters most first.
    warnings: Vec<TeamWarningShape>,
}

/// Something about the team that somebody should see to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamWarning)]
pub(crate) struct TeamWarningShape {
    /// `no_head`, `service_seat` or `seat`.
    kind: TeamWarningKind,
    /// The department whose seat is empty.
    #[schema(required)]
    department: Option<Uuid>,
    /// What is wrong, as a sentence.
    message: String,
}

/// What is missing in the team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TeamWarningKind {
    NoHead,
    ServiceSeat,
    Seat,
}

/// What is to change; what is missing stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeTeam {
    /// Its head: an active user who does not only read.
    #[schema(value_type = Option<uuid::Uuid>)]
    head: Option<UserId>,
    /// `null` for nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<uuid::Uuid>)]
    deputy: Option<Option<UserId>>,
    /// Seats to take or to empty; the others stay.
    #[serde(default)]
    #[schema(required = false)]
    seats: Vec<ChangeSeat>,
}

/// A seat to take, or to empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSeat {
    #[schema(value_type = uuid::Uuid)]
    department: DepartmentId,
    /// Somebody who works for it; nobody if missing.
    #[schema(value_type = Option<uuid::Uuid>)]
    user: Option<UserId>,
}

/// Days on which people of one place do not work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetHolidays {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    days: Vec<GivenDay>,
}

/// One day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenDay {
    #[schema(value_type = String, format = Date)]
    date: Date,
    name: String,
}

fn view(web: &Web) -> TeamView {
    let people = web.app.people();
    let shape = |warning: TeamWarning| TeamWarningShape {
        message: warning.said(&people).0,
        kind: match warning {
            TeamWarning::NoHead => TeamWarningKind::NoHead,
            TeamWarning::ServiceSeat { .. } => TeamWarningKind::ServiceSeat,
            TeamWarning::Seat { .. } => TeamWarningKind::Seat,
        },
        department: match warning {
            TeamWarning::NoHead => None,
            TeamWarning::ServiceSeat { department } | TeamWarning::Seat { department } => Some(department.0),
        },
    };
    TeamView { team: web.app.team(), warnings: web.app.team_warnings().into_iter().map(shape).collect() }
}

/// The social team
#[utoipa::path(get, path = "/api/v1/team", tag = "people", operation_id = "get_team",
    responses((status = 200, description = "Who heads it, who sits in it, and what is missing", body = One<TeamView>), Refusals))]
pub(crate) async fn team(State(web): State<Web>) -> Json<One<TeamView>> {
    one(view(&web))
}

/// Change the social team
///
/// It has exactly one head, once somebody was named. Who sits in it for a department works for that department.
#[utoipa::path(patch, path = "/api/v1/team", tag = "people", operation_id = "change_team", request_body = ChangeTeam,
    responses((status = 200, description = "The team as it is now", body = One<TeamView>),
        (status = 404, description = "There is no such user or department", body = ErrorBody),
        (status = 409, description = "Not set up yet", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn change_team(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(ChangeTeam { head, deputy, seats }): ApiJson<ChangeTeam>,
) -> Result<Json<One<TeamView>>, ApiError> {
    let seats: BTreeMap<_, _> = seats.into_iter().map(|seat| (seat.department, seat.user)).collect();
    web.app.change_team(&visitor.actor, TeamChange { head, deputy, seats }).await?;
    Ok(one(view(&web)))
}

/// All calendars of holidays
#[utoipa::path(get, path = "/api/v1/holidays", tag = "people", operation_id = "list_holidays",
    responses((status = 200, description = "All calendars by key", body = Listed<HolidayCalendarShape>), Refusals))]
pub(crate) async fn holidays(State(web): State<Web>) -> Json<Listed<HolidayCalendar>> {
    listed(web.app.company().map(|company| company.holidays.clone()).unwrap_or_default(), None)
}

/// Add a calendar of holidays, or replace one
#[utoipa::path(put, path = "/api/v1/holidays/{key}", tag = "people", operation_id = "set_holidays",
    params(("key" = String, Path, description = "What users and departments name it by: a-z, 0-9 and -", min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$")),
    request_body = SetHolidays,
    responses((status = 200, description = "The calendar as it is now", body = One<HolidayCalendarShape>),
        (status = 409, description = "Not set up yet, or there are too many", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_holidays(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
    ApiJson(SetHolidays { name, days }): ApiJson<SetHolidays>,
) -> Result<Json<One<HolidayCalendar>>, ApiError> {
    let days = days.into_iter().map(|GivenDay { date, name }| Holiday { date, name }).collect();
    Ok(one(web.app.set_holidays(&visitor.actor, HolidayCalendar { key, name, days }).await?))
}

/// Remove a calendar of holidays
///
/// Refused while a user or a department has it.
#[utoipa::path(delete, path = "/api/v1/holidays/{key}", tag = "people", operation_id = "remove_holidays",
    params(("key" = String, Path, description = "Its key")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Somebody has it", body = ErrorBody), Refusals))]
pub(crate) async fn remove_holidays(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_holidays(&visitor.actor, &key).await.map_err(Refusal::from)?;
    Ok(StatusCode::NO_CONTENT)
}

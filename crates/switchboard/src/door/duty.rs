//! What commands do about who is on duty, who stands in, and the social team.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::directory::team::TeamChange;
use switchboard_app::rights::Actor;
use switchboard_model::{Absence, HolidayCalendar, UserId};

use super::Door;
use crate::failure::Failure;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Door {
    /// Who fits a text, as the API answers it.
    pub(crate) async fn directory(&self, text: &str) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.directory(text).await?)),
            Self::Running { .. } => {
                self.call(Method::GET, &format!("/api/v1/directory?q={}", encoded(text)), None).await
            }
        }
    }

    /// Who is on duty from one moment to another, as the API answers it.
    pub(crate) async fn duty(&self, from: Timestamp, until: Timestamp) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.duty_calendar(from, until)?)),
            Self::Running { .. } => {
                self.call(Method::GET, &format!("/api/v1/duty?from={from}&until={until}"), None).await
            }
        }
    }

    /// Where the open cases of a user would go, as the API answers it.
    pub(crate) async fn absence_hand_over(&self, id: UserId, absence: &Absence) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.hand_over_of(&Actor::Operator, id, absence).await?)),
            Self::Running { .. } => {
                let stand_in = absence.stand_in.map(|id| format!("?stand_in={id}")).unwrap_or_default();
                self.call(Method::GET, &format!("/api/v1/users/{id}/hand-over{stand_in}"), None).await
            }
        }
    }

    /// The social team with what is missing in it, as the API answers it.
    pub(crate) async fn team(&self) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                let people = app.people();
                let warning = |warning: switchboard_app::directory::team::TeamWarning| {
                    let mut shape = json!({ "department": null, "message": warning.said(&people).0 });
                    if let (Some(shape), Value::Object(parts)) = (shape.as_object_mut(), json!(warning)) {
                        shape.extend(parts);
                    }
                    shape
                };
                let warnings: Vec<Value> = app.team_warnings().into_iter().map(warning).collect();
                Ok(json!({ "team": app.team(), "warnings": warnings }))
            }
            Self::Running { .. } => self.call(Method::GET, "/api/v1/team", None).await,
        }
    }

    /// Changes who leads the social team and who sits in it.
    pub(crate) async fn change_team(&self, change: TeamChange) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                app.change_team(&Actor::Operator, change).await?;
                self.team().await
            }
            Self::Running { .. } => {
                let seats =
                    change.seats.iter().map(|(department, user)| json!({ "department": department, "user": user }));
                let mut body = json!({ "head": change.head, "seats": seats.collect::<Vec<_>>() });
                if let (Some(deputy), Some(object)) = (change.deputy, body.as_object_mut()) {
                    object.insert("deputy".into(), json!(deputy));
                }
                self.call(Method::PATCH, "/api/v1/team", Some(body)).await
            }
        }
    }

    /// All calendars of holidays.
    pub(crate) async fn holidays(&self) -> Result<Vec<HolidayCalendar>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.company().map(|company| company.holidays.clone()).unwrap_or_default()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/holidays", None).await,
        }
    }

    /// Adds a calendar of holidays, or replaces the one of that key.
    pub(crate) async fn set_holidays(&self, calendar: HolidayCalendar) -> Result<HolidayCalendar, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_holidays(&Actor::Operator, calendar).await?),
            Self::Running { .. } => {
                let body = json!({ "name": calendar.name, "days": calendar.days });
                let path = format!("/api/v1/holidays/{}", encoded(&calendar.key));
                self.call(Method::PUT, &path, Some(body)).await
            }
        }
    }

    /// Removes a calendar of holidays.
    pub(crate) async fn remove_holidays(&self, key: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_holidays(&Actor::Operator, key).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::DELETE, &format!("/api/v1/holidays/{}", encoded(key))).await
            }
        }
    }
}

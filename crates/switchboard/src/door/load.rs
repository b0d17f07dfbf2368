//! What commands read and change of the load, and what they hand over.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::cases::handover::{HandOverTo, HandedOver};
use switchboard_model::{Assignment, DepartmentId, ExposureSettings, UserId};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

/// What the API would answer.
fn told(value: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value)
        .map_err(|error| Failure::unavailable(format_args!("what was found cannot be told: {error}")))
}

impl Door {
    /// Who has how much, as a user may know it; as the machine's operator does, of everybody.
    pub(crate) async fn load(&self, user: Option<&str>) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => told(app.load(&acting(app, user)?).await?),
            Self::Running { .. } => self.call(Method::GET, &acting_at("/api/v1/load", user), None).await,
        }
    }

    /// Says how the cases of a department find an owner.
    pub(crate) async fn set_assignment(&self, id: DepartmentId, assignment: Assignment) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => {
                let operator = switchboard_app::rights::Actor::Operator;
                Ok(app.set_assignment(&operator, id, assignment).await.map(drop)?)
            }
            Self::Running { .. } => {
                let (path, body) = (format!("/api/v1/load/departments/{id}"), json!({ "assignment": assignment }));
                self.call::<Value>(Method::PUT, &path, Some(body)).await.map(drop)
            }
        }
    }

    /// Says how many cases somebody can have.
    pub(crate) async fn set_most_cases(&self, id: UserId, most_cases: Option<u32>) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => {
                let operator = switchboard_app::rights::Actor::Operator;
                Ok(app.set_most_cases(&operator, id, most_cases).await.map(drop)?)
            }
            Self::Running { .. } => {
                let (path, body) = (format!("/api/v1/load/users/{id}"), json!({ "most_cases": most_cases }));
                self.call::<Value>(Method::PUT, &path, Some(body)).await.map(drop)
            }
        }
    }

    /// Says what counts as abuse.
    pub(crate) async fn set_exposure(&self, settings: ExposureSettings) -> Result<ExposureSettings, Failure> {
        match self {
            Self::Own { app, .. } => {
                let operator = switchboard_app::rights::Actor::Operator;
                Ok(app.set_exposure_settings(&operator, settings).await?)
            }
            Self::Running { .. } => self.call(Method::PUT, "/api/v1/load/exposure", Some(json!(settings))).await,
        }
    }

    /// What becomes of a user's cases when their shift ends.
    pub(crate) async fn hand_over_list(&self, user: &str) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => told(app.hand_over_list(&acting(app, Some(user))?).await?),
            Self::Running { .. } => self.call(Method::GET, &acting_at("/api/v1/handover", Some(user)), None).await,
        }
    }

    /// Hands cases over; answers for each its number and why it could not be.
    pub(crate) async fn hand_over(
        &self,
        user: &str,
        handed: Vec<HandedOver>,
        to: HandOverTo,
    ) -> Result<Vec<(i64, Option<String>)>, Failure> {
        match self {
            Self::Own { app, .. } => {
                let results = app.hand_over_cases(&acting(app, Some(user))?, &handed, to).await?;
                let one = |result: switchboard_app::cases::bulk::BulkResult| {
                    (result.case.0, result.done.err().map(|error| error.to_string()))
                };
                Ok(results.into_iter().map(one).collect())
            }
            Self::Running { .. } => {
                let case = |one: &HandedOver| json!({ "id": one.chosen.case, "note": one.note });
                let mut body = json!({ "cases": handed.iter().map(case).collect::<Vec<_>>() });
                match to {
                    HandOverTo::User(id) => body["to"] = json!(id),
                    HandOverTo::Desk => body["to_desk"] = json!(true),
                    HandOverTo::Nobody => {}
                }
                let path = acting_at("/api/v1/handover", Some(user));
                let results: Vec<Value> = self.call(Method::POST, &path, Some(body)).await?;
                let one = |result: &Value| {
                    let why = result["error"]["message"].as_str().map(str::to_owned);
                    (result["case"].as_i64().unwrap_or_default(), why)
                };
                Ok(results.iter().map(one).collect())
            }
        }
    }
}

//! What commands do about the formula by which priorities are counted.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::rights::Actor;
use switchboard_model::Formula;

use super::Door;
use crate::failure::Failure;

const OPERATOR: Actor = Actor::Operator;

impl Door {
    /// The formula in force.
    pub(crate) async fn formula(&self) -> Result<Formula, Failure> {
        #[derive(serde::Deserialize)]
        struct InForce {
            formula: Formula,
        }
        match self {
            Self::Own { app, .. } => Ok(app.formula()),
            Self::Running { .. } => Ok(self.call::<InForce>(Method::GET, "/api/v1/priority", None).await?.formula),
        }
    }

    /// Has priorities be counted by a formula.
    pub(crate) async fn set_formula(&self, formula: Formula) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_formula(&OPERATOR, formula).await.map(drop)?),
            Self::Running { .. } => {
                self.call::<Value>(Method::PUT, "/api/v1/priority", Some(json!(formula))).await.map(drop)
            }
        }
    }

    /// What a formula would make of the open cases, as the API says it.
    pub(crate) async fn preview_formula(&self, formula: Formula) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.preview_formula(&OPERATOR, formula).await?)),
            Self::Running { .. } => self.call(Method::POST, "/api/v1/priority/preview", Some(json!(formula))).await,
        }
    }

    /// Begins to count all open cases anew; how far it is, as the API says it.
    pub(crate) async fn recount(&self) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.recount_cases(&OPERATOR).await?)),
            Self::Running { .. } => self.call(Method::POST, "/api/v1/priority/recount", None).await,
        }
    }

    /// How far that is.
    pub(crate) async fn recount_state(&self) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.recount_state(&OPERATOR)?)),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/priority/recount", None).await,
        }
    }
}

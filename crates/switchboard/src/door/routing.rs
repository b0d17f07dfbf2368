//! What commands do about what routing has learnt.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::rights::Actor;
use switchboard_model::{DepartmentId, Example};

use super::Door;
use crate::failure::Failure;

impl Door {
    /// What was learnt and how well, as the API says it.
    pub(crate) async fn routing(&self) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.routing_report(&Actor::Operator).await?)),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/routing", None).await,
        }
    }

    /// Has proposals decide from that probability on, in percent; `None`: they are only shown.
    pub(crate) async fn set_routing(&self, confidence: Option<u8>) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                app.set_routing_confidence(&Actor::Operator, confidence).await?;
                self.routing().await
            }
            Self::Running { .. } => {
                self.call(Method::PUT, "/api/v1/routing", Some(json!({ "confidence": confidence }))).await
            }
        }
    }

    /// All examples.
    pub(crate) async fn examples(&self) -> Result<Vec<Example>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.examples(&Actor::Operator).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/routing/examples", None).await,
        }
    }

    /// Teaches a department by examples.
    pub(crate) async fn add_examples(
        &self,
        department: DepartmentId,
        texts: Vec<String>,
    ) -> Result<Vec<Example>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_examples(&Actor::Operator, department, &texts).await?),
            Self::Running { .. } => {
                let body = json!({ "department": department, "texts": texts });
                self.call(Method::POST, "/api/v1/routing/examples", Some(body)).await
            }
        }
    }

    /// Removes an example.
    pub(crate) async fn remove_example(&self, id: i64) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_example(&Actor::Operator, id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::DELETE, &format!("/api/v1/routing/examples/{id}")).await
            }
        }
    }
}

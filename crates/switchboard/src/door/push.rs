//! What commands do to messages in browsers.

use reqwest::Method;
use serde_json::json;
use switchboard_app::rights::Actor;
use switchboard_model::push::{PushSettings, PushSubscription};
use uuid::Uuid;

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

impl Door {
    /// Whether browsers are told anything, and how.
    pub(crate) async fn push(&self) -> Result<PushSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.push_settings().await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/push", None).await,
        }
    }

    /// Says whether browsers are told anything, and how.
    pub(crate) async fn set_push(&self, settings: PushSettings) -> Result<PushSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_push_settings(&Actor::Operator, settings).await?),
            Self::Running { .. } => self.call(Method::PUT, "/api/v1/push", Some(json!(settings))).await,
        }
    }

    /// Has push services know the installation by a new key.
    pub(crate) async fn renew_push_key(&self) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.renew_push_key(&Actor::Operator).await?),
            Self::Running { .. } => self.call_for_nothing(Method::POST, "/api/v1/push/key").await,
        }
    }

    /// The browsers of a user.
    pub(crate) async fn push_browsers(&self, user: &str) -> Result<Vec<PushSubscription>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.push_browsers(&acting(app, Some(user))?).await?),
            Self::Running { .. } => self.call(Method::GET, &acting_at("/api/v1/push/browsers", Some(user)), None).await,
        }
    }

    /// Sends a browser of a user a trial message.
    pub(crate) async fn try_push(&self, id: Uuid, user: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.try_push(&acting(app, Some(user))?, id).await?),
            Self::Running { .. } => {
                let path = acting_at(&format!("/api/v1/push/browsers/{id}/try"), Some(user));
                self.call_for_nothing(Method::POST, &path).await
            }
        }
    }

    /// Removes a browser of a user.
    pub(crate) async fn remove_push_browser(&self, id: Uuid, user: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_push_browser(&acting(app, Some(user))?, id).await?),
            Self::Running { .. } => {
                let path = acting_at(&format!("/api/v1/push/browsers/{id}"), Some(user));
                self.call_for_nothing(Method::DELETE, &path).await
            }
        }
    }
}

//! What commands do to notifications.

use reqwest::Method;
use serde_json::json;
use switchboard_model::{Notification, NotificationSettings};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

/// How many are shown.
const LIMIT: u32 = 100;

impl Door {
    /// What a user was told, newest first.
    pub(crate) async fn notifications(&self, unread: bool, user: Option<&str>) -> Result<Vec<Notification>, Failure> {
        match self {
            Self::Own { app, .. } => {
                Ok(app.notifications(&acting(app, user)?, unread, None, LIMIT).await?.notifications)
            }
            Self::Running { .. } => {
                let path = acting_at("/api/v1/notifications", user);
                let mark = if path.contains('?') { '&' } else { '?' };
                self.call(Method::GET, &format!("{path}{mark}unread={unread}&limit={LIMIT}"), None).await
            }
        }
    }

    /// A user has read one thing, or everything.
    pub(crate) async fn read_notifications(&self, id: Option<i64>, user: Option<&str>) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => {
                let actor = acting(app, user)?;
                match id {
                    Some(id) => Ok(app.read_notification(&actor, id).await?),
                    None => Ok(app.read_notifications(&actor, None).await?),
                }
            }
            Self::Running { .. } => {
                let body = match id {
                    Some(id) => json!({ "id": id }),
                    None => json!({}),
                };
                self.send(Method::POST, &acting_at("/api/v1/notifications/read", user), Some(body)).await.map(drop)
            }
        }
    }

    /// What a user wants to be told.
    pub(crate) async fn notification_settings(&self, user: Option<&str>) -> Result<NotificationSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.notification_settings(&acting(app, user)?).await?),
            Self::Running { .. } => {
                self.call(Method::GET, &acting_at("/api/v1/notifications/settings", user), None).await
            }
        }
    }

    /// Replaces what a user wants to be told.
    pub(crate) async fn set_notification_settings(
        &self,
        settings: NotificationSettings,
        user: Option<&str>,
    ) -> Result<NotificationSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_notification_settings(&acting(app, user)?, settings).await?),
            Self::Running { .. } => {
                let path = acting_at("/api/v1/notifications/settings", user);
                self.call(Method::PUT, &path, Some(json!(settings))).await
            }
        }
    }
}

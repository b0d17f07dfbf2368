//! What commands do to saved views of the desk.

use reqwest::Method;
use serde_json::json;
use switchboard_app::cases::views::ViewText;
use switchboard_model::{View, ViewId};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

impl Door {
    /// The views of a user with the shared ones; without one the shared ones.
    pub(crate) async fn views(&self, user: Option<&str>) -> Result<Vec<View>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.views(&acting(app, user)?).await?),
            Self::Running { .. } => self.call(Method::GET, &acting_at("/api/v1/views", user), None).await,
        }
    }

    /// Saves a view.
    pub(crate) async fn add_view(&self, text: ViewText, user: Option<&str>) -> Result<View, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_view(&acting(app, user)?, text).await?),
            Self::Running { .. } => {
                let body = json!({ "name": text.name, "is_shared": text.is_shared, "filter": text.filter });
                self.call(Method::POST, &acting_at("/api/v1/views", user), Some(body)).await
            }
        }
    }

    /// Removes a view.
    pub(crate) async fn remove_view(&self, id: ViewId, user: Option<&str>) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_view(&acting(app, user)?, id).await.map(drop)?),
            Self::Running { .. } => {
                let path = acting_at(&format!("/api/v1/views/{id}"), user);
                self.call_for_nothing(Method::DELETE, &path).await
            }
        }
    }
}

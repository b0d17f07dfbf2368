//! What commands do about mentions that need an answer.

use reqwest::Method;
use serde_json::json;
use switchboard_app::rights::Actor;
use switchboard_model::{CaseId, Dismissal, DismissalReason, PostId, Sweep};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

#[derive(serde::Deserialize)]
struct Reopened {
    case: Option<CaseId>,
}

fn address(post: &PostId, user: Option<&str>) -> String {
    // Every sign that an address reads as its own is encoded; a space is `+` only in queries.
    let id: String = url::form_urlencoded::byte_serialize(post.as_str().as_bytes()).collect();
    acting_at(&format!("/api/v1/posts/{}/dismissal", id.replace('+', "%20")), user)
}

impl Door {
    /// Sweeps now.
    pub(crate) async fn sweep(&self) -> Result<Sweep, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.sweep(&Actor::Operator).await?),
            Self::Running { .. } => self.call(Method::POST, "/api/v1/sweeps", None).await,
        }
    }

    /// Dismisses a mention.
    pub(crate) async fn dismiss(
        &self,
        post: &PostId,
        reason: DismissalReason,
        note: &str,
        user: Option<&str>,
    ) -> Result<Dismissal, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.dismiss(&acting(app, user)?, post, reason, note).await?),
            Self::Running { .. } => {
                let body = json!({ "reason": reason, "note": note });
                self.call(Method::POST, &address(post, user), Some(body)).await
            }
        }
    }

    /// Takes a dismissal back; answers the case that was opened, if one was.
    pub(crate) async fn reopen_mention(&self, post: &PostId, user: Option<&str>) -> Result<Option<CaseId>, Failure> {
        match self {
            Self::Own { app, .. } => {
                let case = app.reopen_mention(&acting(app, user)?, post).await?;
                Ok(case.map(|case| case.id))
            }
            Self::Running { .. } => Ok(self.call::<Reopened>(Method::DELETE, &address(post, user), None).await?.case),
        }
    }
}

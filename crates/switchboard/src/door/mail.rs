//! What commands do to the server for mail, the rooms of chats, and messages that were given up.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::rights::Actor;
use switchboard_model::chat::ChatRoom;
use switchboard_model::mail::MailServer;
use switchboard_model::{LinkSettings, NotificationDelivery};
use uuid::Uuid;

use super::Door;
use crate::failure::Failure;

impl Door {
    /// The server for mail, without its password.
    pub(crate) async fn mail(&self) -> Result<Option<MailServer>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.mail_server(&Actor::Operator).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/mail", None).await,
        }
    }

    /// Names the server for mail, or none.
    pub(crate) async fn set_mail(&self, server: Option<MailServer>) -> Result<Option<MailServer>, Failure> {
        match (self, server) {
            (Self::Own { app, .. }, server) => Ok(app.set_mail_server(&Actor::Operator, server).await?),
            (Self::Running { .. }, Some(server)) => self.call(Method::PUT, "/api/v1/mail", Some(json!(server))).await,
            (Self::Running { .. }, None) => {
                self.call_for_nothing(Method::DELETE, "/api/v1/mail").await?;
                Ok(None)
            }
        }
    }

    /// Sends a trial message; the server's answer.
    pub(crate) async fn try_mail(&self, to: &str) -> Result<String, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.try_mail(&Actor::Operator, to).await?),
            Self::Running { .. } => {
                let tried: Value = self.call(Method::POST, "/api/v1/mail/try", Some(json!({ "to": to }))).await?;
                Ok(tried["answer"].as_str().unwrap_or_default().to_owned())
            }
        }
    }

    /// How links in messages work.
    pub(crate) async fn link_settings(&self) -> Result<LinkSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.link_settings().await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/mail/links", None).await,
        }
    }

    /// Says how links in messages work.
    pub(crate) async fn set_link_settings(&self, settings: LinkSettings) -> Result<LinkSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_link_settings(&Actor::Operator, settings).await?),
            Self::Running { .. } => self.call(Method::PUT, "/api/v1/mail/links", Some(json!(settings))).await,
        }
    }

    /// Messages that were given up.
    pub(crate) async fn deliveries(&self) -> Result<Vec<NotificationDelivery>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.dead_deliveries(&Actor::Operator).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/deliveries", None).await,
        }
    }

    /// Queues a message anew that was given up.
    pub(crate) async fn retry_delivery(&self, id: Uuid) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.retry_delivery(&Actor::Operator, id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::POST, &format!("/api/v1/deliveries/{id}/retry")).await
            }
        }
    }

    /// The rooms of chats.
    pub(crate) async fn chat_rooms(&self) -> Result<Vec<ChatRoom>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.chat_rooms(&Actor::Operator).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/chat-rooms", None).await,
        }
    }

    /// Adds or changes a room.
    pub(crate) async fn set_chat_room(&self, room: ChatRoom) -> Result<Vec<ChatRoom>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_chat_room(&Actor::Operator, room).await?),
            Self::Running { .. } => {
                let path = format!("/api/v1/chat-rooms/{}", in_a_path(&room.name));
                let mut body = json!({ "format": room.format, "departments": room.departments, "kinds": room.kinds });
                if let Some(url) = room.url {
                    body["url"] = url.into();
                }
                self.call(Method::PUT, &path, Some(body)).await
            }
        }
    }

    /// Removes a room.
    pub(crate) async fn remove_chat_room(&self, name: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_chat_room(&Actor::Operator, name).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::DELETE, &format!("/api/v1/chat-rooms/{}", in_a_path(name))).await
            }
        }
    }

    /// Writes a trial message into a room.
    pub(crate) async fn try_chat_room(&self, name: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.try_chat_room(&Actor::Operator, name).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::POST, &format!("/api/v1/chat-rooms/{}/try", in_a_path(name))).await
            }
        }
    }
}

/// A name as a part of a path.
fn in_a_path(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

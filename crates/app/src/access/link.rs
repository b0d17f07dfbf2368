//! One-time links that an administrator hands on: to choose a first password, or a new one.

use std::sync::Arc;

use switchboard_model::{LinkPurpose, User, UserId};

use super::session::{self, NewSession};
use super::{AccessError, password};
use crate::notices::Notice;
use crate::rights::{Actor, Right};
use crate::{App, people, secret};

/// What a link is for and for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkView {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whom it is for; nobody where it sets the installation up.
    pub user: Option<Arc<User>>,
}

impl App {
    /// A fresh link token that sets the installation up, for a day; earlier ones work no more. None once it is set up.
    pub async fn set_up_link(&self) -> Result<Option<String>, AccessError> {
        if self.is_set_up() {
            return Ok(None);
        }
        let (token, link) = people::link(LinkPurpose::Setup, None, self.now());
        self.store.insert_link(&link).await?;
        Ok(Some(token))
    }

    /// A fresh link token with which a user chooses a password; earlier ones work no more.
    pub async fn reset_link(&self, actor: &Actor, id: UserId) -> Result<String, AccessError> {
        actor.may(Right::Administer)?;
        let user = self.user(id).ok_or_else(|| AccessError::UnknownUser(id.to_string()))?;
        if !user.is_active {
            return Err(AccessError::Inactive(user.name.clone()));
        }
        let purpose = if user.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
        let (token, link) = people::link(purpose, Some(id), self.now());
        self.store.insert_link(&link).await?;
        Ok(token)
    }

    /// What a link is for, if it works.
    pub async fn link(&self, token: &str) -> Result<Option<LinkView>, AccessError> {
        let Some((purpose, user)) = self.store.find_link(&secret::hash(token), self.now()).await? else {
            return Ok(None);
        };
        if purpose == LinkPurpose::Setup {
            return Ok((!self.is_set_up()).then_some(LinkView { purpose, user: None }));
        }
        let user = user.and_then(|id| self.user(id)).filter(|user| user.is_active);
        Ok(user.map(|user| LinkView { purpose, user: Some(user) }))
    }

    /// Chooses a password by a link, and logs in with it. All other sessions of the user end.
    pub async fn follow_link(&self, token: &str, new_password: &str) -> Result<NewSession, AccessError> {
        let view = self.link(token).await?.ok_or(AccessError::LinkSpent)?;
        let user = view.user.ok_or(AccessError::LinkSpent)?;
        password::check(new_password, &user.name, &user.email)?;
        let hash = self.passwords.hash(new_password).await?;
        let (session_token, session) = session::begin(user.id, self.now());
        let _turn = self.turn().await;
        if !self.store.follow_link(&secret::hash(token), &hash, &session).await? {
            return Err(AccessError::LinkSpent);
        }
        self.sessions.forget_user(user.id, None);
        self.notices.tell(Notice::AccessEnded(user.id));
        let people = self.read_people_anew().await?;
        Ok(NewSession { token: session_token, user: people.user(user.id).unwrap_or(user) })
    }
}

//! What people are told of what happens to cases: on the pages, by mail, in a chat.
//!
//! `tell.rs` is a consumer of the feed: it asks `switchboard_route::notification` who hears of each event, and writes what
//! they are told, and the messages that carry it, with its place in the feed. Messages leave by a queue of their own. Nothing
//! here changes a case.

mod chat;
mod deliver;
pub mod link;
mod mail;
pub mod push;
pub mod settings;
pub mod tell;
mod warn;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use switchboard_model::chat::ChatRoom;
use switchboard_model::mail::MailServer;
use switchboard_model::push::{PushKey, PushSettings};
use switchboard_model::{CaseId, LinkSettings, Notification, UserId};
use switchboard_store::StoreError;
use uuid::Uuid;

use crate::notices::Notice;
use crate::rights::{Actor, Forbidden, Right};
use crate::{App, AppError};

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// There is none of that number for this user.
    #[error("you were told nothing with the number {0}")]
    Unknown(i64),
    /// Only users are told anything.
    #[error("only a user is told things; say as whom")]
    NotAUser,
    /// Nobody has named a server for mail.
    #[error("there is no server for mail yet; name one under Settings, Mail")]
    NoMail,
    /// No message of that id was given up.
    #[error("no message {0} was given up; it may have been queued again already")]
    UnknownDelivery(Uuid),
    /// No room of a chat has that name.
    #[error("there is no room '{0}'; name one of those that are listed")]
    UnknownRoom(String),
    /// Nobody wants anything told in browsers.
    #[error("nothing is told in browsers here; an administrator turns it on under Settings, Browsers")]
    NoPush,
    /// The user has no browser of that id.
    #[error("you have no browser {0} here; it may have been removed already")]
    UnknownBrowser(Uuid),
    /// A link that we did not make.
    #[error("this link is not one of ours, or a part of it is missing; log in and do it there")]
    BadLink,
    /// A link whose time is over.
    #[error("this link worked for three days and is too old now; log in and do it there")]
    OldLink,
    /// A link of somebody who is not here any more.
    #[error(
        "the account that this message was for is closed, so its links do nothing any more; whoever works on the case finds it at its desk"
    )]
    LinkOfLeaver,
    /// Something that was written cannot be used.
    #[error("{message}")]
    Bad {
        /// The field.
        field: &'static str,
        /// What is wrong with it and the remedy.
        message: String,
    },
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for NotificationError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl NotificationError {
    fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }
}

/// What this area keeps in memory. The lock is held only to look and to put.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notifying {
    /// How many things each user has not read; every page shows it.
    unread: Arc<Mutex<BTreeMap<UserId, u64>>>,
    /// Where mail is handed over; none leaves without.
    mail: Arc<ArcSwapOption<MailServer>>,
    /// The rooms of chats, with the addresses of their webhooks.
    rooms: Arc<ArcSwap<Vec<ChatRoom>>>,
    /// Whoever changes any of this does so after whoever changes it.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Which of the changes that are written down is the last that is known here.
    known: Arc<ArcSwap<String>>,
    /// Whether browsers are told anything, and how.
    push: Arc<ArcSwap<PushSettings>>,
    /// The keys by which push services know us, once they are made.
    push_key: Arc<ArcSwapOption<PushKey>>,
    /// How links in messages work.
    links: Arc<ArcSwap<LinkSettings>>,
    /// Where links lead.
    public_url: Arc<ArcSwap<String>>,
}

impl Notifying {
    fn public_url(&self) -> Arc<String> {
        self.public_url.load_full()
    }
}

/// A page of what a user was told.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationPage {
    /// Newest first.
    pub notifications: Vec<Notification>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

/// Where it stands in `meta` which change of these settings was the last.
const REVISION: &str = "notifying_revision";

impl App {
    /// Reads the settings of mail, chats, browsers and links anew if another process has changed them. Whatever uses them asks
    /// here first, so that a change holds everywhere from the next message and the next page on.
    pub(crate) async fn follow_settings(&self) -> Result<(), StoreError> {
        let written = self.store.meta(REVISION).await?.unwrap_or_default();
        if **self.notifying.known.load() == written {
            return Ok(());
        }
        self.read_settings_anew().await?;
        self.notifying.known.store(written.into());
        Ok(())
    }

    pub(crate) async fn read_settings_anew(&self) -> Result<(), StoreError> {
        self.read_mail_server().await?;
        self.read_chat_rooms().await?;
        self.read_link_settings().await?;
        self.read_push_settings().await
    }

    /// Writes one of these settings, and that it has changed.
    async fn keep_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.store.set_meta(key, value).await?;
        self.tell_processes().await
    }

    /// Has every other process read the settings anew before it uses them.
    async fn tell_processes(&self) -> Result<(), StoreError> {
        let revision = self.ids.next().to_string();
        self.store.set_meta(REVISION, &revision).await?;
        self.notifying.known.store(revision.into());
        Ok(())
    }

    /// Says where the pages are found from outside, so that links in messages lead there.
    pub fn set_public_url(&self, url: &str) {
        self.notifying.public_url.store(Arc::new(url.trim_end_matches('/').to_owned()));
    }

    /// What the actor was told before a number (the newest without one).
    pub async fn notifications(
        &self,
        actor: &Actor,
        is_unread: bool,
        before: Option<i64>,
        limit: u32,
    ) -> Result<NotificationPage, NotificationError> {
        let user = reader(actor)?;
        let before = before.unwrap_or(i64::MAX);
        let notifications = self.store.list_notifications(user, is_unread, before, limit).await?;
        let is_full = notifications.len() >= limit as usize;
        let next = notifications.last().filter(|_| is_full).map(|last| last.id);
        Ok(NotificationPage { notifications, next })
    }

    /// How many things a user has not read, from memory.
    pub fn unread(&self, user: UserId) -> u64 {
        let unread = self.notifying.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.get(&user).copied().unwrap_or_default()
    }

    /// The actor has read one thing.
    pub async fn read_notification(&self, actor: &Actor, id: i64) -> Result<(), NotificationError> {
        let user = reader(actor)?;
        self.store.read_notification(user, id, self.now()).await?;
        self.count_unread(&[user]).await
    }

    /// The actor has read everything up to a number; everything without one.
    pub async fn read_notifications(&self, actor: &Actor, newest: Option<i64>) -> Result<(), NotificationError> {
        let user = reader(actor)?;
        self.store.read_notifications(user, newest.unwrap_or(i64::MAX), self.now()).await?;
        self.count_unread(&[user]).await
    }

    /// The actor looks at a case, and so at what they were told of it.
    pub async fn see_case(&self, actor: &Actor, case: CaseId) -> Result<(), NotificationError> {
        let Some(user) = actor.user_id().filter(|user| self.unread(*user) > 0) else { return Ok(()) };
        if self.store.read_notifications_of_case(user, case, self.now()).await? {
            self.count_unread(&[user]).await?;
        }
        Ok(())
    }

    /// Counts anew what users have not read, and tells their pages.
    async fn count_unread(&self, users: &[UserId]) -> Result<(), NotificationError> {
        for user in users {
            let count = self.store.unread_count(*user).await?;
            self.notifying.unread.lock().unwrap_or_else(PoisonError::into_inner).insert(*user, count);
            self.notices.tell(Notice::Notified(*user));
        }
        Ok(())
    }

    pub(crate) async fn read_unread_anew(&self) -> Result<(), StoreError> {
        let counts = self.store.unread_counts().await?;
        *self.notifying.unread.lock().unwrap_or_else(PoisonError::into_inner) = counts;
        Ok(())
    }
}

/// The user whose notifications are meant.
fn reader(actor: &Actor) -> Result<UserId, NotificationError> {
    actor.may(Right::Read)?;
    actor.user_id().ok_or(NotificationError::NotAUser)
}

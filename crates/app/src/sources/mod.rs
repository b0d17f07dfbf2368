//! Sources: the configured ways in. `add`, `change` and `remove` keep them, `follow` runs them, `health` says how they
//! do, `handin` takes posts that others bring (HTTP ingest, files).

pub mod add;
pub mod change;
pub mod follow;
pub mod handin;
pub mod health;
mod seal;
pub mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::chat::ChatFormat;
use switchboard_model::mail::{Letter, MailServer, Untaken};
use switchboard_model::push::{PushKey, PushMessage, PushTarget};
use switchboard_model::{Account, BoxFuture, Capture, CaptureError, Picture, Publish, Source, SourceId, SourceKind};
use switchboard_store::StoreError;
use tokio::sync::Notify;

use crate::AppError;

pub use health::HealthBoard;

/// The networks as the application sees them. The binary brings the real ones, tests bring fakes.
pub trait Networks: Send + Sync {
    /// Opens a source. Nothing is fetched yet.
    fn open(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError>;

    /// Whether these settings can be used; the error is a sentence for the person who wrote them.
    fn validate(&self, kind: SourceKind, settings: &Value) -> Result<(), String>;

    /// An account at work. Nothing is asked of its network yet; the error is a sentence for the person who wrote its
    /// settings.
    fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, String>;

    /// The keys of a kind's settings, of sources and of accounts, that hold secrets.
    fn secrets(&self, kind: SourceKind) -> &'static [&'static str];

    /// What could be followed behind a pasted link, best first.
    fn propose<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Vec<Proposal>, CaptureError>>;

    /// The picture at an address that stands in a stored post or author. A failure is `Broken` if it is about this
    /// picture alone, and otherwise about its host.
    fn picture<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Picture, CaptureError>>;

    /// Hands a letter to a server for mail and gives its answer. Where nothing leaves, it is refused.
    fn send_mail<'a>(&'a self, server: &'a MailServer, _: &'a Letter) -> BoxFuture<'a, Result<String, Untaken>> {
        let why = format!("no mail leaves from here, also not by {}", server.host);
        Box::pin(async move { Err(Untaken::for_good(why)) })
    }

    /// Writes lines into the room of a chat by the address of its webhook. Where nothing leaves, it is refused.
    fn send_chat<'a>(
        &'a self,
        _format: ChatFormat,
        _url: &'a str,
        _lines: &'a [String],
    ) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(async { Err(Untaken::for_good("nothing leaves from here")) })
    }

    /// A new pair of keys for push services. `None` where nothing leaves.
    fn make_push_key(&self) -> Option<PushKey> {
        None
    }

    /// What is wrong with where a browser wants to be told things.
    fn check_push_target(&self, _: &PushTarget) -> Result<(), String> {
        Ok(())
    }

    /// Hands a message for a browser to its push service. Where nothing leaves, it is refused.
    fn send_push<'a>(
        &'a self,
        _key: &'a PushKey,
        _contact: &'a str,
        _to: &'a PushTarget,
        _message: &'a PushMessage,
    ) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(async { Err(Untaken::for_good("nothing leaves from here")) })
    }
}

/// A source that could be added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Proposed name.
    pub name: String,
    /// How it would be followed.
    pub kind: SourceKind,
    /// Its settings.
    pub settings: Value,
    /// Why it is proposed, in words.
    pub why: String,
}

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Another source has the name.
    #[error("there is already a source named '{0}'; choose another name")]
    NameTaken(String),
    /// The name cannot be used.
    #[error("a source needs a name of 1 to 200 characters without control characters")]
    BadName,
    /// The settings cannot be used.
    #[error("{0}")]
    BadSettings(String),
    /// No source of that id or name.
    #[error("there is no source '{0}'")]
    Unknown(String),
    /// Posts are handed in only to sources that are not followed.
    #[error("'{0}' is followed by switchboard itself; posts can be handed in to sources of kind ingest or file")]
    NotHandedIn(String),
    /// Behind the link is nothing that can be followed.
    #[error("{0}")]
    Unreachable(String),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for SourceError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// Wakes the tasks that follow sources when somebody changed one. Shared by the operations and the supervisor.
#[derive(Debug, Clone, Default)]
pub struct Wakeups {
    /// A source was added, changed or removed: look at the list again.
    list: Arc<Notify>,
    /// Somebody wants a source asked now. The lock is held for a look-up only.
    now: Arc<Mutex<HashMap<SourceId, Arc<Notify>>>>,
}

impl Wakeups {
    pub(crate) fn list_changed(&self) {
        self.list.notify_one();
    }

    async fn until_list_changes(&self) {
        self.list.notified().await;
    }

    fn of(&self, source: SourceId) -> Arc<Notify> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).entry(source).or_default().clone()
    }

    fn forget(&self, source: SourceId) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).remove(&source);
    }
}

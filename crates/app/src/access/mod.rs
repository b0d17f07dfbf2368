//! Who gets in: log-in and sessions, one-time links, passwords, keys for programs.
//!
//! Every secret that we give out is made of 256 random bits and kept as its SHA-256 only; that suffices for what nobody
//! can guess. Passwords, which can be guessed, are kept as Argon2id. What a visitor may then do is decided in
//! [`crate::rights`]. To add a way in: a file here that ends in a [`Session`](session::NewSession) or a user.

pub mod key;
pub mod link;
pub mod log_in;
pub mod password;
pub mod session;

use jiff::Timestamp;
use switchboard_store::StoreError;

use crate::AppError;
use crate::rights::Forbidden;

pub use link::LinkView;
pub use password::Passwords;
pub use session::NewSession;

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// No active user has this e-mail address and password.
    #[error("e-mail address or password is wrong")]
    WrongPassword,
    /// Too many wrong passwords came for this address, whether anybody has it or not.
    #[error("too many wrong passwords; try again {}, or ask an administrator for a link to choose a new one", wait(.for_s))]
    Locked {
        /// Until when.
        until: Timestamp,
        /// For how many seconds from now.
        for_s: i64,
    },
    /// A field cannot be used.
    #[error("{message}")]
    Bad {
        /// Which.
        field: &'static str,
        /// What is wrong and the remedy.
        message: String,
    },
    /// The link was used, replaced, or is too old.
    #[error("this link does not work any more: it was used, replaced by a newer one, or is too old; ask for a new one")]
    LinkSpent,
    /// The installation belongs to a company already.
    #[error("switchboard is set up already; log in")]
    AlreadySetUp,
    /// Nobody of that id.
    #[error("there is no user '{0}'")]
    UnknownUser(String),
    /// The user is not active.
    #[error("{0} is not active; activate them first")]
    Inactive(String),
    /// No key of that id.
    #[error("there is no key '{0}'")]
    UnknownKey(String),
    /// Only somebody who is logged in has a password and keys.
    #[error("log in as a user to do this")]
    NotAUser,
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl AccessError {
    pub(crate) fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

fn wait(seconds: &i64) -> String {
    match (seconds + 59) / 60 {
        ..=1 => "in a minute".to_owned(),
        minutes => format!("in {minutes} minutes"),
    }
}

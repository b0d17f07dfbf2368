//! Who works here: users with what they prefer, departments with their heads, the company, and when somebody is on duty.
//!
//! What must always hold (one active head for each department, an open fallback, somebody who administers) is checked here
//! so that the refusal says what to do first, and once more by the store in the transaction that writes. How users get in
//! is [`crate::access`]'s; what they may do is decided in [`crate::rights`].

pub mod company;
pub mod department;
pub mod duty;
pub mod find;
pub mod holidays;
pub mod language;
pub mod load;
pub mod now;
pub mod office;
pub mod preferences;
pub mod profile;
pub mod sla;
pub mod team;
pub mod user;
pub mod week;

pub use switchboard_route::named::Names;

use switchboard_store::{Fault, StoreError};

use crate::rights::Forbidden;
use crate::{AppError, tags};

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// A field cannot be used.
    #[error("{message}")]
    Bad {
        /// Which.
        field: &'static str,
        /// What is wrong and the remedy.
        message: String,
    },
    /// Somebody or something else has it.
    #[error("{message}")]
    Taken {
        /// Which field.
        field: &'static str,
        /// What is wrong and the remedy.
        message: String,
    },
    /// It is in use; the sentence says what to do first.
    #[error("{0}")]
    InUse(String),
    /// Nobody of that id or address.
    #[error("there is no user '{0}'")]
    UnknownUser(String),
    /// No department of that id or name.
    #[error("there is no department '{0}'")]
    UnknownDepartment(String),
    /// No calendar of holidays of that key.
    #[error("there is no calendar of holidays '{0}'")]
    UnknownHolidays(String),
    /// The installation belongs to nobody yet.
    #[error("switchboard is not set up yet; open the set-up link, or run switchboard setup")]
    NotSetUp,
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl DirectoryError {
    fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }
}

impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Broken(fault) => fault.into(),
            error => Self::App(error.into()),
        }
    }
}

impl From<Fault> for DirectoryError {
    fn from(fault: Fault) -> Self {
        Self::InUse(fault.to_string())
    }
}

/// A name as people write one: trimmed, 1 to 200 characters on one line.
fn checked_name(field: &'static str, name: &str) -> Result<String, DirectoryError> {
    let name: String = name.trim().chars().filter(|letter| !tags::turns(*letter)).collect();
    if !tags::is_seen(&name) || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(DirectoryError::bad(field, "a name has 1 to 200 characters and no control characters"));
    }
    Ok(name)
}

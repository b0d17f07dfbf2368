//! The rules of routing as administrators keep them, and what is learnt beside them. How they are applied to posts is `switchboard-route`'s and the
//! triage's; a change is in force from the next post on.

pub mod dry_run;
pub mod example;
pub mod learn;
pub mod report;
pub mod rule;

use switchboard_match::QueryError;
use switchboard_store::StoreError;

use crate::AppError;
use crate::rights::Forbidden;

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Another rule has the name.
    #[error("there is already a rule named '{0}'; choose another name")]
    NameTaken(String),
    /// A field cannot be used.
    #[error("{message}")]
    Bad {
        /// Which.
        field: &'static str,
        /// What is wrong and the remedy.
        message: String,
    },
    /// The condition cannot be read.
    #[error("{0}")]
    BadQuery(QueryError),
    /// The rules would send in a circle.
    #[error("{0}")]
    Circle(String),
    /// No rule of that id or name.
    #[error("there is no rule '{0}'")]
    Unknown(String),
    /// No example of that number.
    #[error("there is no example {0}")]
    UnknownExample(i64),
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

impl RuleError {
    fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }
}

impl From<StoreError> for RuleError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

//! Exclusion packs: queries under a name, which searches and rules include by `in:name`. Each change has whatever names a pack
//! listen anew.

pub mod change;
pub mod homonym;
pub mod share;
pub mod uses;

use switchboard_match::QueryError;
use switchboard_store::StoreError;

use crate::AppError;
use crate::rights::Forbidden;

pub use crate::exclusions::{PackInForce, PacksInForce, ShippedPack, shipped, shipped_packs};
pub use switchboard_match::{PackQuery, Packs};
pub use uses::PackUses;

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Another pack has the name.
    #[error("there is already a pack named '{0}'; choose another name")]
    NameTaken(String),
    /// A field cannot be used.
    #[error("{message}")]
    Bad {
        /// Which.
        field: &'static str,
        /// What is wrong and the remedy.
        message: String,
    },
    /// Its query cannot be read.
    #[error("{0}")]
    BadQuery(QueryError),
    /// It would include itself.
    #[error("{0}; change one of them")]
    Circle(String),
    /// No pack of that name.
    #[error("there is no pack '{0}'")]
    Unknown(String),
    /// Searches, rules or packs name it.
    #[error("the pack '{name}' is in use: {uses}; {remedy}")]
    InUse {
        /// The pack.
        name: String,
        /// By what.
        uses: Box<PackUses>,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A shipped pack cannot be removed.
    #[error("the pack '{0}' is shipped with switchboard and stays; it leaves out nothing unless a search names it")]
    Shipped(String),
    /// There is nothing that it could be set back to.
    #[error("the pack '{0}' is your own: there is no shipped one that it could be set back to")]
    NotShipped(String),
    /// Somebody else changed packs in the same moment, in another process.
    #[error("somebody else has just changed packs; look at them again")]
    Overtaken,
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl PackError {
    fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }
}

impl From<StoreError> for PackError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

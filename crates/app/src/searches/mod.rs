//! Saved searches: trying, adding, changing, removing, filling from what was heard before. Every change swaps the compiled searches for the next batch.

pub mod back_fill;
pub mod change;
pub mod check;
pub mod count;
pub mod left_out;
pub mod preview;
pub mod volume;

use switchboard_match::QueryError;
use switchboard_store::StoreError;

use crate::AppError;
use crate::rights::Forbidden;

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another search has the name.
    #[error("there is already a search named '{0}'; choose another name")]
    NameTaken(String),
    /// The name cannot be used.
    #[error("a search needs a name of 1 to 200 characters without control characters")]
    BadName,
    /// The query cannot be read.
    #[error("{0}")]
    BadQuery(QueryError),
    /// The pack that is tried cannot be used.
    #[error("{0}")]
    BadPack(String),
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No search of that id or name.
    #[error("there is no search '{0}'")]
    Unknown(String),
    /// It does not listen, so it can take nothing in.
    #[error(
        "the search '{0}' is paused or cannot be read; let it listen first, then let it take in what was said before"
    )]
    NotListening(String),
    /// It is being filled already.
    #[error("the search '{0}' is taking in what was said before already; wait until it is done")]
    Filling(String),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for SearchError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

//! Reading a query without saving it.

use switchboard_match::Query;
pub use switchboard_match::{Asked, Nearness, Outline, Term};

use super::SearchError;
use crate::App;

/// What a query asks, to be said in words; `None` if it cannot be read.
pub fn outline(query: &str) -> Option<Outline> {
    Query::parse(query).ok().map(|query| query.outline())
}

/// Whether a query can be read, or where not.
pub fn read(query: &str) -> Result<(), SearchError> {
    Query::parse(query).map(drop).map_err(SearchError::BadQuery)
}

impl App {
    /// The query as it is understood, or where it cannot be read.
    pub fn check_query(&self, query: &str) -> Result<String, SearchError> {
        Ok(Query::parse(query).map_err(SearchError::BadQuery)?.to_string())
    }
}

//! Reading a query without saving it.

use switchboard_match::Query;
pub use switchboard_match::{Asked, Nearness, Outline, Packs, Term};

use super::SearchError;
use crate::App;

/// What a query that may name these packs asks, to be said in words; `None` if it cannot be read.
pub fn outline(query: &str, packs: &Packs) -> Option<Outline> {
    Query::parse_with(query, packs).ok().map(|query| query.outline())
}

/// Whether a query that may name these packs can be read, or where not.
pub fn read(query: &str, packs: &Packs) -> Result<(), SearchError> {
    Query::parse_with(query, packs).map(drop).map_err(SearchError::BadQuery)
}

/// A query as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedQuery {
    /// Its parsed form, in which packs stay named.
    pub parsed: String,
    /// The same with each pack written out.
    pub expanded: String,
}

impl App {
    /// Reads a query with the packs in force.
    pub(crate) fn parse_query(&self, query: &str) -> Result<Query, SearchError> {
        Query::parse_with(query, self.people().packs().compiled()).map_err(SearchError::BadQuery)
    }

    /// The query as it is understood, or where it cannot be read.
    pub fn check_query(&self, query: &str) -> Result<CheckedQuery, SearchError> {
        let query = self.parse_query(query)?;
        Ok(CheckedQuery { parsed: query.to_string(), expanded: query.expanded() })
    }
}

//! Reading a query without saving it.

use switchboard_match::Query;

use super::SearchError;
use crate::App;

impl App {
    /// The query as it is understood, or where it cannot be read.
    pub fn check_query(&self, query: &str) -> Result<String, SearchError> {
        Ok(Query::parse(query).map_err(SearchError::BadQuery)?.to_string())
    }
}

//! The saved-search language: parse, evaluate, explain.
//!
//! Second on the way of the data: a post that was captured is made ready once ([`Prepared`]) and asked about by every
//! saved search ([`Query`]), one by one or all together ([`Matcher`]). The same queries serve previews, filters,
//! report scopes and the command line, so that a search means the same everywhere.
//!
//! Nothing here reads a store, a network or a clock, and nothing ranks: a post matches or it does not, and
//! [`Query::spans`] says why. `docs/reference/search-language.md` describes the language to its users.
//!
//! A text goes through `fold` (two spellings of the same words become equal) and `token` (positions); a query through
//! `lex`, `parse` and, term by term, the very same steps (`phrase`). `eval` and `span` bring both together.
//! To add an operator: `lex`, `parse`, a form of `query::Node`, and a line in `eval`, `span` and `matcher`.
//! To add a field see `field`.

mod character;
mod comparison;
mod department;
mod error;
mod eval;
mod exclude;
mod field;
mod fold;
mod index;
mod lex;
mod link;
mod matcher;
mod near;
mod outline;
mod pack;
mod parse;
mod part;
mod phrase;
mod prepared;
mod query;
mod raw;
#[cfg(test)]
mod reference;
mod span;
mod token;
mod value;
mod words;

pub use department::NamedDepartments;
pub use error::QueryError;
pub use exclude::{excluded_packs, with_excluded};
pub use index::index_words;
pub use matcher::Matcher;
pub use outline::{Asked, Nearness, Outline, Term};
pub use pack::{PackError, PackQuery, Packs, named_packs, pack_name};
pub use prepared::Prepared;
pub use query::Query;

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
//! `lex`, `parse` and, term by term, the very same steps (`phrase`). `eval` and `span` bring both together for one query.
//!
//! For many, `vocabulary` gives each text that searches ask for a number, `program` turns a query into tests of numbers,
//! `anchor` files it under its rarest term by what `frequency` has learnt, `sighting` tells which terms a post holds and
//! where, and `matcher` asks the searches that a post's terms call up.
//!
//! To add an operator: `lex`, `parse`, a form of `query::Node`, and a line in `eval`, `span`, `program` and `anchor`.
//! To add a field see `field`.

mod anchor;
mod character;
mod comparison;
mod department;
mod error;
mod eval;
mod exclude;
mod field;
mod fold;
mod frequency;
mod index;
mod lex;
mod link;
mod matcher;
mod near;
mod outline;
mod pack;
mod pages;
mod parse;
mod part;
mod phrase;
mod prepared;
mod program;
mod query;
mod raw;
#[cfg(test)]
mod reference;
mod sighting;
mod span;
mod token;
mod value;
mod vocabulary;
mod words;

pub use department::NamedDepartments;
pub use error::QueryError;
pub use exclude::{excluded_packs, with_excluded};
pub use frequency::Frequencies;
pub use index::index_words;
pub use matcher::{Matcher, Scratch};
pub use outline::{Asked, Nearness, Outline, Term};
pub use pack::{PackError, PackQuery, Packs, named_packs, pack_name};
pub use prepared::Prepared;
pub use query::Query;

//! A network's answer becomes posts: text, URLs, feeds, tables, and when to ask again.
//!
//! It stands between the networks, which fetch, and everything that reads posts. It is pure: no clock is read, nothing
//! is fetched or stored, and every input has an answer, however broken or hostile. Each format is a module with its
//! bounds at the top; one more format is one more module that gives [`switchboard_model::Captured`] or
//! [`switchboard_model::PostLine`].

pub mod date;
pub mod dedup;
pub mod discover;
mod elements;
pub mod encoding;
mod entities;
pub mod feed;
mod markup;
pub mod opml;
pub mod schedule;
pub mod table;
pub mod text;
pub mod url;

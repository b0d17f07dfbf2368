//! Every fixed SQL text, one folder. A test prepares each of them on both engines and compares what they take and give.
//!
//! `$1` counts parameters on both engines. What an engine says in its own way stands in [`crate::dialect`]; filters and
//! inserts of many rows begin with a `…_HEAD` here and are finished by `sqlx::QueryBuilder`. One file for each family of
//! tables; to add one, name it in [`all`].

mod answers;
mod cases;
mod labels;
mod line;
mod load;
mod notifications;
mod outreach;
pub(crate) mod people;
mod said;
mod views;
mod words;

pub(crate) use answers::*;
pub(crate) use cases::*;
pub(crate) use labels::*;
pub(crate) use line::*;
pub(crate) use load::*;
pub(crate) use notifications::*;
pub(crate) use outreach::*;
pub(crate) use said::*;
pub(crate) use views::*;
pub(crate) use words::*;

/// A fixed statement, for the test that prepares them all.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// Its name in the code.
    pub name: &'static str,
    /// As SQLite reads it; `None` where only PostgreSQL needs it.
    pub sqlite: Option<&'static str>,
    /// As PostgreSQL reads it; `None` where only SQLite needs it.
    pub postgres: Option<&'static str>,
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        /// The statements of this family; they read the same on both engines.
        pub(super) const FAMILY: &[Statement] =
            &[$(Statement { name: stringify!($name), sqlite: Some($text), postgres: Some($text) }),*];
    };
}

pub(crate) use statements;

/// Beginnings of statements that `QueryBuilder` finishes.
macro_rules! heads {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => { $($(#[$doc])* pub(crate) const $name: &str = $text;)* };
}

pub(crate) use heads;

/// Writers on PostgreSQL take turns by this lock; the number is arbitrary and must never change.
pub(crate) const LOCK_WRITERS: &str = "select pg_advisory_xact_lock(7246380915)";

/// The families.
#[rustfmt::skip]
const FAMILIES: &[&[Statement]] = &[
    line::FAMILY,
    words::FAMILY,
    said::FAMILY,
    cases::FAMILY,
    answers::FAMILY,
    people::FAMILY,
    views::FAMILY,
    notifications::FAMILY,
    outreach::FAMILY,
    labels::FAMILY,
    load::FAMILY,
];

/// Every fixed statement.
pub fn all() -> Vec<Statement> {
    let lock = Statement { name: "LOCK_WRITERS", sqlite: None, postgres: Some(LOCK_WRITERS) };
    let forks = crate::dialect::FORKS.iter().chain(words::FORKS).chain(said::FORKS).map(|fork| fork.statement());
    FAMILIES.iter().copied().flatten().copied().chain([lock]).chain(forks).collect()
}

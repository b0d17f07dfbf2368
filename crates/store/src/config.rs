//! Where the store is.

use std::fmt;
use std::path::PathBuf;

/// Where the store is and how it is used.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The database.
    pub location: Location,
    /// Connections for reading, at least 1. Writing has one of its own.
    pub readers: u32,
    /// Whether what was acknowledged survives a power cut. Only a store that is thrown away afterwards may do without.
    pub is_lasting: bool,
}

impl StoreConfig {
    /// A SQLite file, with readers enough for one machine.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { location: Location::Sqlite(path.into()), readers: 4, is_lasting: true }
    }

    /// A PostgreSQL database.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self { location: Location::Postgres(url.into()), readers: 8, is_lasting: true }
    }
}

/// A database.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file; it is made if it is missing, its directory is not.
    Sqlite(PathBuf),
    /// A URL `postgres://user:password@host:port/database`.
    Postgres(String),
}

/// Shows a path as it is and of a URL only that it is one, because it may hold a password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// Which database engine stands behind a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

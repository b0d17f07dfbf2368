//! The few places where the engines need different words.

use crate::config::Engine;
use crate::statements::Statement;

/// One statement in two dialects that takes and gives the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fork {
    pub(crate) name: &'static str,
    pub(crate) sqlite: Option<&'static str>,
    pub(crate) postgres: Option<&'static str>,
}

impl Fork {
    pub(crate) fn statement(&self) -> Statement {
        Statement { name: self.name, sqlite: self.sqlite, postgres: self.postgres }
    }
}

/// A quick look at the pages of the file. PostgreSQL checks its own pages when it reads them.
pub(crate) const QUICK_CHECK: &str = "pragma quick_check(20)";
/// A thorough look at every page and index.
pub(crate) const INTEGRITY_CHECK: &str = "pragma integrity_check(20)";
/// A consistent copy into a new file.
pub(crate) const COPY_INTO: &str = "vacuum into $1";
/// The server's version as a number, 150004 for 15.4.
pub(crate) const SERVER_VERSION: &str = "select cast(current_setting('server_version_num') as bigint)";
/// Whether the migrations' own table is there.
pub(crate) const HAS_MIGRATIONS: Fork = Fork {
    name: "HAS_MIGRATIONS",
    sqlite: Some("select count(*) as found from sqlite_schema where type = 'table' and name = '_sqlx_migrations'"),
    postgres: Some(
        "select count(*) as found from information_schema.tables \
         where table_schema = current_schema() and table_name = '_sqlx_migrations'",
    ),
};

/// All of them.
pub(crate) const FORKS: &[Fork] = &[
    Fork { name: "QUICK_CHECK", sqlite: Some(QUICK_CHECK), postgres: None },
    Fork { name: "INTEGRITY_CHECK", sqlite: Some(INTEGRITY_CHECK), postgres: None },
    Fork { name: "SERVER_VERSION", sqlite: None, postgres: Some(SERVER_VERSION) },
    HAS_MIGRATIONS,
];

/// The words of one engine for a fork that both have.
pub(crate) fn words(fork: &Fork, engine: Engine) -> &'static str {
    let words = match engine {
        Engine::Sqlite => fork.sqlite,
        Engine::Postgres => fork.postgres,
    };
    words.unwrap_or_default()
}

//! What can go wrong with a store, cut so that a caller can act on it.

use sqlx::migrate::MigrateError;

/// Why the store could not do what it was asked. "Not found" is no error but `Ok(None)`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left; it goes on by itself once there is.
    #[error("no space is left for the database ({0}): free space on its disk and it goes on by itself")]
    Full(String),
    /// The database may only be read.
    #[error("the database may only be read ({0}): give this user the right to write its file and directory")]
    ReadOnly(String),
    /// The database cannot be reached or opened.
    #[error("{what} is not available ({reason}): {remedy}")]
    Unavailable {
        /// Path, or host and database; never a password.
        what: String,
        /// What it answered.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// A newer version of Switchboard has changed the database.
    #[error(
        "the database has migration {found}, this program knows none after {known}: use the newer version of Switchboard that wrote it, or restore a backup"
    )]
    Newer {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration that this program knows.
        known: i64,
    },
    /// The database holds what cannot be right.
    #[error("the database is damaged ({0}): stop switchboard, run 'switchboard doctor', restore the last backup")]
    Damaged(String),
    /// Something like it is there already.
    #[error("{what} is there already: choose another")]
    Conflict {
        /// What must be unique.
        what: String,
    },
    /// The change would break what must hold of people at every moment.
    #[error("{0}")]
    Broken(crate::people::Fault),
    /// This engine does not do that.
    #[error("{0}")]
    Unsupported(String),
    /// Anything else; a fault of the program or the engine.
    #[error("the database answered: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether waiting and trying again can help: nothing is wrong with what was asked.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full(_) | Self::ReadOnly(_) | Self::Unavailable { .. })
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }

    /// Names the place in errors that concern the whole database.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Full(reason) => Self::Full(format!("{place}: {reason}")),
            Self::ReadOnly(reason) => Self::ReadOnly(format!("{place}: {reason}")),
            Self::Damaged(reason) => Self::Damaged(format!("{place}: {reason}")),
            Self::Unavailable { reason, remedy, .. } => Self::Unavailable { what: place.to_owned(), reason, remedy },
            other => other,
        }
    }

    fn unavailable(reason: impl Into<String>, remedy: &str) -> Self {
        Self::Unavailable { what: "the database".into(), reason: reason.into(), remedy: remedy.into() }
    }
}

/// Whether a transaction failed only because another one was in its way.
pub(crate) fn is_collision(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                let message = database.message().to_owned();
                if database.is_unique_violation() {
                    return Self::Conflict { what: unique_field(&message, database.constraint()) };
                }
                match code.parse::<i32>() {
                    // PostgreSQL's codes have five places, SQLite's extended codes at most four.
                    Ok(number) if code.len() < 5 => of_sqlite(number, message),
                    _ => of_postgres(&code, message),
                }
            }
            sqlx::Error::Io(io) => Self::unavailable(io.to_string(), "start it, or correct its address"),
            sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
                Self::unavailable(error.to_string(), "check that the address is that of a PostgreSQL server")
            }
            sqlx::Error::PoolTimedOut => Self::unavailable(
                "no connection came free in time",
                "see whether another program holds it, or the machine is overloaded",
            ),
            sqlx::Error::PoolClosed => Self::unavailable("it was closed", "start switchboard again"),
            sqlx::Error::WorkerCrashed => Self::unavailable("its thread ended", "start switchboard again"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(found) => Self::Newer { found, known: crate::migrations::newest() },
            MigrateError::VersionMismatch(version) => {
                Self::Damaged(format!("migration {version} was applied in another form"))
            }
            other => Self::Other(other.to_string()),
        }
    }
}

fn of_sqlite(code: i32, message: String) -> StoreError {
    /// SQLite's result codes, see <https://www.sqlite.org/rescode.html>; the low byte is the primary code.
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READONLY: i32 = 8;
    const IOERR: i32 = 10;
    const CORRUPT: i32 = 11;
    const FULL: i32 = 13;
    const CANTOPEN: i32 = 14;
    const NOTADB: i32 = 26;
    /// The shared-memory file could not grow, which happens on a full disk before anything else does.
    const IOERR_SHMSIZE: i32 = 4874;
    match code & 0xff {
        FULL => StoreError::Full(message),
        IOERR if code == IOERR_SHMSIZE => StoreError::Full(message),
        READONLY => StoreError::ReadOnly(message),
        CORRUPT | NOTADB => StoreError::Damaged(message),
        BUSY | LOCKED => StoreError::unavailable(message, "see which other program holds it and stop that one"),
        CANTOPEN => StoreError::unavailable(message, "make the directory, and give this user the right to write there"),
        IOERR => StoreError::unavailable(format!("{message}, code {code}"), "check the disk"),
        _ => StoreError::Other(format!("{message} (SQLite code {code})")),
    }
}

fn of_postgres(code: &str, message: String) -> StoreError {
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "53100") => StoreError::Full(message),
        (_, "25006") => StoreError::ReadOnly(message),
        (_, "3D000") => StoreError::unavailable(message, "create it, or correct the name in the address"),
        ("28", _) => StoreError::unavailable(message, "correct user and password in the address"),
        ("53", _) => StoreError::unavailable(message, "give the server more connections or memory"),
        ("08" | "57", _) => StoreError::unavailable(message, "start the server, or wait until it is up"),
        ("XX", "XX001" | "XX002") => StoreError::Damaged(message),
        (_, "42501") => StoreError::ReadOnly(message),
        _ => StoreError::Other(format!("{message} (PostgreSQL code {code})")),
    }
}

/// The field that must be unique, from `UNIQUE constraint failed: sources.name` or `sources_name_key`.
fn unique_field(message: &str, constraint: Option<&str>) -> String {
    let field = match constraint {
        Some(constraint) => without_kind(constraint).replacen('_', ".", 1),
        None => message.rsplit(": ").next().unwrap_or_default().split(',').next_back().unwrap_or_default().to_owned(),
    };
    let field = field.trim();
    let (table, column) = field.split_once('.').unwrap_or((field, "id"));
    let column = column.rsplit('_').next().unwrap_or(column);
    let noun = match table {
        "sources" => "a source",
        "searches" => "a search",
        "tokens" => "a token",
        "users" => "a user",
        "departments" => "a department",
        "rules" => "a rule",
        "views" => "a view",
        "company" => "a company",
        "api_keys" | "api" => "a key",
        other => other,
    };
    format!("{noun} with this {column}")
}

/// PostgreSQL's name of a constraint without its ending. A column may be called `key` itself.
fn without_kind(constraint: &str) -> &str {
    constraint.strip_suffix("_pkey").or_else(|| constraint.strip_suffix("_key")).unwrap_or(constraint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_in_the_way_is_named_alike_on_both_engines() {
        let check = |message: &str, constraint: Option<&str>, expected: &str| {
            assert_eq!(unique_field(message, constraint), expected);
        };
        check("UNIQUE constraint failed: sources.name", None, "a source with this name");
        check("duplicate key value", Some("sources_name_key"), "a source with this name");
        check("UNIQUE constraint failed: sources.id", None, "a source with this id");
        check("duplicate key value", Some("sources_pkey"), "a source with this id");
        check("duplicate key value", Some("departments_key_key"), "a department with this key");
        check("UNIQUE constraint failed: departments.key", None, "a department with this key");
        check("duplicate key value", Some("api_keys_user_id_name_key"), "a key with this name");
        check("UNIQUE constraint failed: api_keys.user_id, api_keys.name", None, "a key with this name");
        check("UNIQUE constraint failed: views.user_id, views.name", None, "a view with this name");
        check("duplicate key value", Some("views_user_id_name_key"), "a view with this name");
        check("duplicate key value", Some("views_name_key"), "a view with this name");
        check("UNIQUE constraint failed: tokens.source, tokens.name", None, "a token with this name");
        check("duplicate key value", Some("tokens_source_name_key"), "a token with this name");
    }

    #[test]
    fn what_waiting_mends_is_told_apart() {
        let check = |error: StoreError, expected: bool| assert_eq!(error.is_passing(), expected, "{error}");
        check(of_sqlite(13, "full".into()), true);
        check(of_sqlite(8 | (4 << 8), "readonly".into()), true);
        check(of_sqlite(11, "malformed".into()), false);
        check(of_postgres("57P01", "shutting down".into()), true);
        check(of_postgres("22P05", "untranslatable".into()), false);
    }
}

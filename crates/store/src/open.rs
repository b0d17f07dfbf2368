//! Opening a database: connections as the engine needs them, migrations, and errors that name the place and the remedy.

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, SqlitePool};

use crate::config::{Engine, Location, StoreConfig};
use crate::db::{Db, on};
use crate::error::StoreError;
use crate::migrations::{migrator, newest};
use crate::{Store, dialect, statements as sql};

/// How long a statement waits for another program that writes to the same file.
const BUSY: Duration = Duration::from_secs(10);
/// How long an operation waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(30);
/// How long a server may take to answer the first time.
const PROBE: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection; more than all texts there are.
const STATEMENTS: usize = 256;
/// The oldest PostgreSQL that is tested.
const OLDEST_SERVER: i64 = 150_000;

impl Store {
    /// Opens a database for reading and writing and brings it to the form that this program needs.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let place = place(&config.location);
        let db = match &config.location {
            Location::Sqlite(path) => match open_sqlite(path, config).await {
                Err(error @ StoreError::Unavailable { .. }) => Err(why_not_written(path).await.unwrap_or(error)),
                opened => opened,
            },
            Location::Postgres(url) => open_postgres(url, config.readers, true).await,
        };
        Ok(Self::new(db.map_err(|error| error.at(&place))?, place))
    }

    /// Opens a database for reading; it must have the form that this program needs.
    pub async fn open_read_only(config: &StoreConfig) -> Result<Self, StoreError> {
        let place = place(&config.location);
        let db = match &config.location {
            Location::Sqlite(path) => open_sqlite_read_only(path, config.readers).await,
            Location::Postgres(url) => open_postgres(url, config.readers, false).await,
        };
        let store = Self::new(db.map_err(|error| error.at(&place))?, place);
        match store.require_schema().await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(error.at(store.place()))
            }
        }
    }

    /// Refuses a database of another form, which a reader cannot change.
    async fn require_schema(&self) -> Result<(), StoreError> {
        let mut tx = self.read().await?;
        let words = dialect::words(&dialect::HAS_MIGRATIONS, self.engine());
        let found: i64 = on!(&mut tx, |conn| sqlx::query_scalar(words).fetch_one(&mut *conn).await?);
        drop(tx);
        let version = if found > 0 { self.schema_version().await? } else { 0 };
        match version.cmp(&newest()) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StoreError::Newer { found: version, known: newest() }),
            std::cmp::Ordering::Less => Err(StoreError::Unavailable {
                what: self.place().to_owned(),
                reason: format!("it has migration {version}, this program needs {}", newest()),
                remedy: "start 'switchboard serve' once, it brings it up to date".into(),
            }),
        }
    }
}

/// Path, or host and database: what may stand in a message. Never a password.
fn place(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => format!("database {}", path.display()),
        Location::Postgres(url) => match url.parse::<PgConnectOptions>() {
            Ok(options) => format!(
                "database '{}' on {}:{}",
                options.get_database().unwrap_or_else(|| options.get_username()),
                options.get_host(),
                options.get_port()
            ),
            Err(_) => "the PostgreSQL database".into(),
        },
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        // The thread that runs SQLite hands rows over through a queue; one that is long enough for a batch's answer
        // spares a change of threads for each row, which on a busy machine costs more than the row.
        .row_buffer_size(2_048)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
}

fn sqlite_readers(readers: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(readers.max(1)).acquire_timeout(ACQUIRE)
}

async fn open_sqlite(path: &Path, config: &StoreConfig) -> Result<Db, StoreError> {
    let writer = sqlite_options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With anything less a power cut undoes the last commits, and what was acknowledged would be gone.
        .synchronous(if config.is_lasting { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
        .pragma("cache_size", "-16000")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
        .optimize_on_close(true, 400);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A full disk ends a transaction by itself, and the connection then believes in one that is gone.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(writer)
        .await?;
    let migrated = migrator(Engine::Sqlite).run(&write).await;
    if let Err(error) = migrated {
        write.close().await;
        return Err(error.into());
    }
    let read = sqlite_readers(config.readers).connect_with(sqlite_options(path).read_only(true)).await?;
    Ok(Db::Sqlite { read, write: Some(write) })
}

/// SQLite says of a directory that may not be written or is full only that it cannot open the file. Trying tells more.
async fn why_not_written(path: &Path) -> Option<StoreError> {
    let mut probe = path.as_os_str().to_owned();
    probe.push(format!(".probe-{}", std::process::id()));
    let tried = tokio::fs::write(&probe, b"switchboard").await;
    // Whether or not it was made; what cannot be removed is empty of meaning.
    let _ = tokio::fs::remove_file(&probe).await;
    let error = tried.err()?;
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some(StoreError::ReadOnly(error.to_string()))
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(StoreError::Full(error.to_string())),
        _ => None,
    }
}

async fn open_sqlite_read_only(path: &Path, readers: u32) -> Result<Db, StoreError> {
    let missing = || StoreError::Unavailable {
        what: String::new(),
        reason: "there is no such file".into(),
        remedy: "check the path, or start 'switchboard serve' once, it makes the database".into(),
    };
    match tokio::fs::metadata(path).await {
        Ok(found) if found.is_file() => {}
        _ => return Err(missing()),
    }
    let options = sqlite_options(path).read_only(true);
    match connect_and_look(readers, options.clone()).await {
        Ok(read) => Ok(Db::Sqlite { read, write: None }),
        // In a directory that may not be written, the files beside the database that readers share cannot be made.
        // Where there is no write-ahead log nobody writes, and the file can be read as it is.
        Err(StoreError::Unavailable { .. } | StoreError::ReadOnly(_)) if has_no_log(path).await => {
            Ok(Db::Sqlite { read: connect_and_look(readers, options.immutable(true)).await?, write: None })
        }
        Err(error) => Err(error),
    }
}

/// Connects and reads once: SQLite opens a file only when it is first read.
async fn connect_and_look(readers: u32, options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let pool = sqlite_readers(readers).connect_with(options).await?;
    let words = dialect::words(&dialect::HAS_MIGRATIONS, Engine::Sqlite);
    match sqlx::query(words).fetch_one(&pool).await {
        Ok(_) => Ok(pool),
        Err(error) => {
            pool.close().await;
            Err(error.into())
        }
    }
}

async fn has_no_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    tokio::fs::metadata(log).await.map_or(true, |found| found.len() == 0)
}

async fn open_postgres(url: &str, readers: u32, is_writable: bool) -> Result<Db, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Unavailable {
        what: String::new(),
        // The parser's own words may quote the URL, and with it a password.
        reason: "its address cannot be read".into(),
        remedy: "write it as postgres://user:password@host:port/database".into(),
    })?;
    let options = options.application_name("switchboard").statement_cache_capacity(STATEMENTS);
    // A pool keeps trying a server that refuses until its time is over; one connection tells at once, and why.
    match tokio::time::timeout(PROBE, PgConnection::connect_with(&options)).await {
        Ok(connected) => connected?.close().await?,
        Err(_) => return Err(sqlx::Error::PoolTimedOut.into()),
    }
    let pool =
        PgPoolOptions::new().max_connections(readers.max(1) + 1).acquire_timeout(ACQUIRE).connect_with(options).await?;
    match prepare_postgres(&pool, is_writable).await {
        Ok(()) => Ok(Db::Pg { pool, is_writable }),
        Err(error) => {
            pool.close().await;
            Err(error)
        }
    }
}

async fn prepare_postgres(pool: &PgPool, is_writable: bool) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar(dialect::SERVER_VERSION).fetch_one(pool).await?;
    if version < OLDEST_SERVER {
        return Err(StoreError::Unsupported(format!(
            "PostgreSQL {} is too old: use version 15 or later",
            version / 10_000
        )));
    }
    if is_writable {
        migrator(Engine::Postgres).run(pool).await?;
    }
    Ok(())
}

/// The newest migration in an opened SQLite file, 0 if it is none of ours.
pub(crate) async fn sqlite_version(pool: &SqlitePool) -> Result<i64, StoreError> {
    let words = dialect::words(&dialect::HAS_MIGRATIONS, Engine::Sqlite);
    let found: i64 = sqlx::query_scalar(words).fetch_one(pool).await?;
    if found == 0 {
        return Ok(0);
    }
    Ok(sqlx::query_scalar(sql::SCHEMA_VERSION).fetch_one(pool).await?)
}

/// Opens a SQLite file that nobody writes, as it is.
pub(crate) async fn open_copy(path: &Path) -> Result<SqlitePool, StoreError> {
    connect_and_look(1, sqlite_options(path).read_only(true).immutable(true)).await
}

//! A copy of a running SQLite installation, made and verified before it gets its name.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::SqlitePool;

use crate::error::StoreError;
use crate::migrations::newest;
use crate::open::{open_copy, sqlite_version};
use crate::{Store, dialect, statements as sql};

/// A backup that was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The newest migration that it has.
    pub schema_version: i64,
    /// How many posts it holds.
    pub posts: u64,
    /// How many mentions it holds.
    pub mentions: u64,
}

impl Store {
    /// Writes a consistent copy while everything goes on, verifies it, and only then gives it its name.
    /// Never overwrites a file. For PostgreSQL use `pg_dump`.
    pub async fn backup_to(&self, path: &Path) -> Result<Verified, StoreError> {
        let Some(mut connection) = self.db.sqlite_reader().await? else {
            return Err(StoreError::Unsupported(
                "a PostgreSQL database is backed up by its own tools: use pg_dump".into(),
            ));
        };
        if tokio::fs::symlink_metadata(path).await.is_ok() {
            return Err(StoreError::Conflict { what: format!("a file {}", path.display()) });
        }
        let partial = beside(path)?;
        let Some(name) = partial.to_str() else {
            return Err(StoreError::Unsupported(format!(
                "{} is not readable as text: choose another path",
                path.display()
            )));
        };
        let copied = sqlx::query(dialect::COPY_INTO).bind(name).execute(&mut *connection).await;
        let verified = match copied {
            Ok(_) => verify(&partial).await,
            Err(error) => Err(StoreError::from(error).at(&partial.display().to_string())),
        };
        let named = match verified {
            Ok(verified) => name_it(partial.clone(), path.to_owned()).await.map(|()| verified),
            Err(error) => Err(error),
        };
        if named.is_err() {
            // Nothing half made stays behind; if it cannot be removed, the first error is still the one to tell.
            let _ = tokio::fs::remove_file(&partial).await;
        }
        named
    }
}

/// A name for the unfinished copy in the same directory.
fn beside(path: &Path) -> Result<PathBuf, StoreError> {
    let Some(name) = path.file_name() else {
        return Err(StoreError::Unsupported(format!("{} is not the name of a file", path.display())));
    };
    let mut partial = std::ffi::OsString::from(".");
    partial.push(name);
    partial.push(format!(".partial-{}", std::process::id()));
    Ok(path.with_file_name(partial))
}

/// Brings the copy to the disk, then gives it its name without ever replacing a file.
async fn name_it(partial: PathBuf, path: PathBuf) -> Result<(), StoreError> {
    let shown = path.display().to_string();
    let named = tokio::task::spawn_blocking(move || {
        std::fs::File::open(&partial)?.sync_all()?;
        match std::fs::hard_link(&partial, &path) {
            Ok(()) => std::fs::remove_file(&partial)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Some file systems have no second names for a file; there only a small moment lies between look and rename.
            Err(_) if !path.try_exists()? => std::fs::rename(&partial, &path)?,
            Err(error) => return Err(error),
        }
        // The name itself is on the disk only when its directory is.
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(directory)?.sync_all()
    })
    .await;
    match named {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(StoreError::Conflict { what: format!("a file {shown}") })
        }
        Ok(Err(error)) => Err(StoreError::from(sqlx::Error::Io(error)).at(&shown)),
        Err(error) => Err(StoreError::Other(error.to_string())),
    }
}

/// Looks through every page of a SQLite file that nobody writes, such as a backup.
pub async fn verify(path: &Path) -> Result<Verified, StoreError> {
    let place = path.display().to_string();
    let pool = open_copy(path).await.map_err(|error| error.at(&place))?;
    let verified = look_through(&pool).await;
    pool.close().await;
    verified.map_err(|error| error.at(&place))
}

async fn look_through(pool: &SqlitePool) -> Result<Verified, StoreError> {
    let lines: Vec<String> = sqlx::query_scalar(dialect::INTEGRITY_CHECK).fetch_all(pool).await?;
    if lines != ["ok"] {
        return Err(StoreError::Damaged(lines.join("; ")));
    }
    let schema_version = sqlite_version(pool).await?;
    if schema_version > newest() {
        return Err(StoreError::Newer { found: schema_version, known: newest() });
    }
    if schema_version == 0 {
        return Err(StoreError::Unsupported("it is a SQLite file, but not one of switchboard".into()));
    }
    let (posts, _, _): (i64, i64, i64) = sqlx::query_as(sql::CHECK_POSTS).fetch_one(pool).await?;
    let mentions: i64 = sqlx::query_scalar(sql::CHECK_MENTIONS).fetch_one(pool).await?;
    Ok(Verified {
        schema_version,
        posts: u64::try_from(posts).unwrap_or_default(),
        mentions: u64::try_from(mentions).unwrap_or_default(),
    })
}

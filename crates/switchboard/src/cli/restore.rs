//! `switchboard restore`: a backup in the place of the installation's store.

use std::path::{Path, PathBuf};

use clap::Args;
use switchboard_store::{Location, verify};

use super::Shared;
use super::backup::postgres_tool;
use crate::failure::{Failure, Status};

/// Put a backup in the place of the installation's store.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A file that `backup` wrote.
    file: PathBuf,
    /// Restore over an installation that is there; its store is kept beside it under another name.
    #[arg(long)]
    replace: bool,
}

pub(crate) async fn run(shared: &Shared, arguments: &Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let file = arguments.file.as_path();
    if !file.is_file() {
        return Err(Failure::usage(format_args!("{} is not a file", file.display())));
    }
    installation.create()?;
    let _hold = installation.hold_alone("restore")?;
    match installation.location() {
        Location::Sqlite(database) => {
            let counts = verify(file).await?;
            let kept = set_aside(&database, arguments.replace)?;
            put(file, &database)?;
            verify(&database).await?;
            if let Some(kept) = kept {
                eprintln!("the store that was there is kept as {}", kept.display());
            }
            println!("restored {}: {} posts, {} mentions", file.display(), counts.posts, counts.mentions);
        }
        Location::Postgres(url) => {
            let mut flags = vec!["--exit-on-error", "--single-transaction", "--no-owner", "--dbname"];
            // libpq takes a connection string in the place of a database's name only from --dbname; an empty one lets
            // it take the environment's.
            flags.push("");
            if arguments.replace {
                flags.splice(0..0, ["--clean", "--if-exists"]);
            }
            postgres_tool("pg_restore", &flags, file, Some(&url)).await?;
            println!("restored {}", file.display());
        }
    }
    if !installation.key_file().exists() {
        println!(
            "put the key that belongs to it at {}; without it a new one is made, and tokens and passwords of sources and \
             accounts have to be entered again",
            installation.key_file().display()
        );
    }
    Ok(Status::Done)
}

/// Moves an existing store out of the way. Its write-ahead log goes along: without it the last commits would be lost.
fn set_aside(database: &Path, replace: bool) -> Result<Option<PathBuf>, Failure> {
    if !database.exists() {
        return Ok(None);
    }
    if !replace {
        return Err(Failure::usage(format_args!(
            "{} is there already; restore into an empty --data, or say --replace (the store that is there is kept under another name)",
            database.display()
        )));
    }
    let kept = (1..)
        .map(|number| suffixed(database, &format!(".before-restore-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| suffixed(database, ".before-restore"));
    for tail in ["", "-wal", "-shm"] {
        let (from, to) = (suffixed(database, tail), suffixed(&kept, tail));
        if from.exists() {
            std::fs::rename(&from, &to)
                .map_err(|error| Failure::unavailable(format_args!("{} cannot be moved: {error}", from.display())))?;
        }
    }
    Ok(Some(kept))
}

/// Copies under another name first, so that a kill in between leaves no half store.
fn put(file: &Path, database: &Path) -> Result<(), Failure> {
    let half = suffixed(database, ".restoring");
    let copy = || -> std::io::Result<()> {
        std::fs::copy(file, &half)?;
        std::fs::File::open(&half)?.sync_all()?;
        std::fs::rename(&half, database)?;
        if let Some(parent) = database.parent() {
            std::fs::File::open(parent)?.sync_all()?;
        }
        Ok(())
    };
    copy().map_err(|error| Failure::unavailable(format_args!("{} cannot be written: {error}", database.display())))
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

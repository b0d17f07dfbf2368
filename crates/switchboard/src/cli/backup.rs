//! `switchboard backup`: a verified copy of the installation's store while it runs.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::Args;
use switchboard_store::Location;

use super::Shared;
use crate::failure::{Failure, Status};

/// Write a verified copy of the installation's store while it runs.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the copy goes; must not exist yet.
    file: PathBuf,
}

pub(crate) async fn run(shared: &Shared, arguments: &Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let file = arguments.file.as_path();
    if file.exists() {
        return Err(Failure::usage(format_args!("{} is there already; give another name", file.display())));
    }
    let copied = match installation.location() {
        Location::Sqlite(_) => {
            let store = installation.open_store_for_reading().await?;
            let counts = store.backup_to(file).await?;
            store.close().await;
            format!("{} posts, {} mentions", counts.posts, counts.mentions)
        }
        Location::Postgres(url) => {
            postgres_tool("pg_dump", &["--format=custom", "--no-owner", "--file"], file, Some(&url)).await?;
            postgres_tool("pg_restore", &["--list", "--file=/dev/null"], file, None).await?;
            "its table of contents was read back".to_owned()
        }
    };
    let bytes = std::fs::metadata(file).map(|meta| meta.len()).unwrap_or(0);
    if shared.json {
        println!("{}", serde_json::json!({ "file": file, "bytes": bytes, "key_file": installation.key_file() }));
    } else {
        println!("{} written and verified: {copied}, {} KiB", file.display(), bytes.div_ceil(1024));
        println!(
            "the key that opens its tokens and passwords is not in it; keep a copy of {} in another place",
            installation.key_file().display()
        );
    }
    Ok(Status::Done)
}

/// Runs one of PostgreSQL's own tools. The URL, which may hold a password, goes by the environment, where other users of
/// the machine do not see it.
pub(super) async fn postgres_tool(
    tool: &str,
    arguments: &[&str],
    file: &Path,
    url: Option<&str>,
) -> Result<(), Failure> {
    let mut command = tokio::process::Command::new(tool);
    command.args(arguments).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(url) = url {
        command.env("PGDATABASE", url);
    }
    let output = command.output().await.map_err(|error| {
        Failure::unavailable(format_args!(
            "{tool} cannot be run: {error}; install PostgreSQL's client programs (on Debian: postgresql-client)"
        ))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::unavailable(format_args!("{tool} failed: {}", said.trim())))
}

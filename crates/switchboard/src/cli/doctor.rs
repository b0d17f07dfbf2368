//! `switchboard doctor`: find and explain what is wrong with the installation.

use std::io::Write;

use clap::Args;
use switchboard_app::SystemClock;
use switchboard_app::doctor::{Finding, Grade, examine};
use switchboard_model::Clock;
use switchboard_store::Location;

use super::Shared;
use crate::failure::{Failure, Status};
use crate::installation::{Held, Installation};
use crate::terminal::{Look, harmless};

/// Find and explain what is wrong with the installation.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print only what is wrong.
    #[arg(long)]
    quiet: bool,
}

pub(crate) async fn run(shared: &Shared, arguments: &Arguments) -> Result<Status, Failure> {
    // A configuration that cannot be read is itself a finding; it ends here with status 2 and says what to mend.
    let installation = shared.installation()?;
    let mut findings = vec![Finding::good("configuration", "can be used")];
    findings.extend(directory(&installation));
    findings.push(holder(&installation));
    for (name, wired) in
        [("departments and rules", installation.routing().map(drop)), ("networks", installation.registry().map(drop))]
    {
        if let Err(failure) = wired {
            findings.push(Finding::problem(name, message(&failure), "mend the file that is named"));
        }
    }
    match installation.open_store_for_reading().await {
        Ok(store) => {
            match examine(&store, SystemClock.now()).await {
                Ok(found) => findings.extend(found),
                Err(error) => findings.push(Finding::problem(
                    "store",
                    error.to_string(),
                    "restore the newest backup if this stays: switchboard restore FILE",
                )),
            }
            store.close().await;
        }
        Err(failure) => findings.push(Finding::problem(
            "store",
            message(&failure),
            "check the path or address and its permissions; restore the newest backup if the file is damaged",
        )),
    }
    print(shared, arguments, &findings)?;
    let worst = findings.iter().map(|finding| finding.grade).max();
    Ok(if worst == Some(Grade::Problem) { Status::Damaged } else { Status::Done })
}

fn message(failure: &Failure) -> String {
    match failure {
        Failure::Usage(error) | Failure::Unavailable(error) => format!("{error:#}"),
        Failure::ReaderGone => String::new(),
    }
}

fn directory(installation: &Installation) -> Vec<Finding> {
    let (about, path) = ("data directory", installation.data.display());
    let Ok(metadata) = std::fs::metadata(&installation.data) else {
        return vec![Finding::problem(
            about,
            format!("{path} is not there"),
            "switchboard serve makes it; or name another with --data",
        )];
    };
    let mut findings = Vec::new();
    let probe = installation.data.join(".switchboard-doctor");
    match std::fs::write(&probe, b"") {
        Ok(()) => {
            drop(std::fs::remove_file(&probe));
            findings.push(Finding::good(about, format!("{path} can be written")));
        }
        Err(error) => findings.push(Finding::problem(
            about,
            format!("{path} cannot be written: {error}"),
            "give the user that runs switchboard the right to write there, or free some space",
        )),
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        findings.push(Finding::warning(
            about,
            format!("{path} can be entered by other users of this machine"),
            format!("chmod 700 {path}"),
        ));
    }
    if matches!(installation.location(), Location::Sqlite(_)) {
        let wal = installation.database_file().with_extension("db-wal");
        let bytes = std::fs::metadata(&wal).map(|meta| meta.len()).unwrap_or(0);
        if bytes > 1 << 30 {
            findings.push(Finding::warning(
                "store",
                format!("the write-ahead log has grown to {} MiB", bytes >> 20),
                "a reader holds it open: end long exports, or stop and start switchboard serve",
            ));
        }
    }
    findings
}

fn holder(installation: &Installation) -> Finding {
    match installation.hold("doctor") {
        Ok(Held::Ours(_)) => Finding::good("process", "no switchboard is running on this data directory"),
        Ok(Held::Theirs(Some(holder))) => Finding::good("process", format!("in use by {holder}")),
        Ok(Held::Theirs(None)) => Finding::good("process", "another switchboard is just starting"),
        Err(failure) => Finding::problem("process", message(&failure), "check the permissions of the data directory"),
    }
}

fn print(shared: &Shared, arguments: &Arguments, findings: &[Finding]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    let shown = findings.iter().filter(|finding| !arguments.quiet || finding.grade > Grade::Good);
    if shared.json {
        let shown: Vec<&Finding> = shown.collect();
        return writeln!(output, "{}", serde_json::json!(shown)).map_err(Failure::output);
    }
    let look = Look::of_stdout();
    for finding in shown {
        let grade = format!("{:7}", finding.grade.as_str());
        let grade = if finding.grade > Grade::Good { look.bold(&grade) } else { look.dim(&grade) };
        writeln!(output, "{grade}  {}: {}", harmless(&finding.about), harmless(&finding.seen))
            .map_err(Failure::output)?;
        if !finding.remedy.is_empty() {
            writeln!(output, "         {}", look.dim(&format!("→ {}", finding.remedy))).map_err(Failure::output)?;
        }
    }
    Ok(())
}

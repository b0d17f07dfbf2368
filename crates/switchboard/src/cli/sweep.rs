//! `switchboard sweep`: look whether a mention that needs an answer is with nobody.

use std::io::Write;

use clap::Args;
use serde_json::json;
use switchboard_model::Sweep;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Look whether every mention that needs an answer is in a case or was dismissed with a reason, and see to those that are
/// with nobody. Ends with status 1 if there were any.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

pub(crate) async fn run(shared: &Shared, _: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "sweep").await?;
    let swept = door.sweep().await;
    door.close().await;
    let sweep = swept?;
    print(shared, &sweep).map_err(Failure::output)?;
    Ok(if sweep.counts.orphans == 0 { Status::Done } else { Status::SomeRejected })
}

fn print(shared: &Shared, sweep: &Sweep) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(sweep));
    }
    let counts = &sweep.counts;
    writeln!(
        output,
        "{} need an answer: {} owned, {} answered, {} dismissed, {} with nobody",
        counts.mentions, counts.owned, counts.answered, counts.dismissed, counts.orphans
    )?;
    for finding in &sweep.findings {
        let now = match (finding.case, finding.dismissed) {
            (Some(case), _) => format!("case {case}"),
            (None, Some(reason)) => format!("dismissed: {}", reason.as_str()),
            (None, None) => "still with nobody".to_owned(),
        };
        writeln!(output, "{}  {now}  {}", harmless(finding.post.as_str()), harmless(&finding.what))?;
    }
    Ok(())
}

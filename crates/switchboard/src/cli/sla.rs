//! `switchboard sla`: keep the service levels.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_model::{ClockKind, SlaPolicy};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Keep the service levels: how soon authors are to hear from us.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them, in the order in which they are looked at.
    List,
    /// Replace them by those of a file: a JSON list as `list --json` prints it.
    Set {
        /// The file; `-` for standard input.
        file: String,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let policies = match arguments.action {
        Action::List => None,
        Action::Set { file } => Some(read(&file)?),
    };
    let door = Door::open(&installation, "sla").await?;
    let done = match policies {
        None => door.sla().await,
        Some(policies) => door.set_sla(policies).await,
    };
    door.close().await;
    say(shared, &done?)
}

fn read(file: &str) -> Result<Vec<SlaPolicy>, Failure> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        file => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| Failure::usage(format_args!("{file} cannot be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        let how = "'switchboard sla list --json' prints such a list";
        Failure::usage(format_args!("{file} is no JSON list of service levels: {error}; {how}"))
    })
}

fn say(shared: &Shared, policies: &[SlaPolicy]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{}", json!(policies)).map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    for (policy, place) in policies.iter().zip(1..) {
        let targets: Vec<String> = ClockKind::ALL
            .into_iter()
            .filter_map(|clock| Some(format!("{} {} min", clock.as_str().replace('_', " "), policy.targets.of(clock)?)))
            .collect();
        let hours = if policy.in_business_hours { "in business hours" } else { "at all times" };
        let least = if policy.least_priority > 0 {
            format!(", priority from {}", policy.least_priority)
        } else {
            String::new()
        };
        writeln!(output, "{place:>3}  {}{least}: {}, {hours}", policy.name, targets.join(", "))
            .map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

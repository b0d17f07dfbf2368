//! `switchboard routing`: what was learnt from past cases, from when on it decides, and examples.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use switchboard_model::Example;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Read what routing has learnt from past cases, say from when on it decides, and teach it by examples.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say how often its proposals were right, and what they would have done in the last seven days.
    Report,
    /// Have proposals decide from a probability on; below it, what nothing else is sure about goes to the fallback desk.
    Confidence {
        /// In percent, 50 to 99; `off`: proposals are only shown.
        percent: String,
    },
    /// List the examples.
    Examples,
    /// Teach a department by examples, one to a line. Five are enough for it to be proposed.
    Teach {
        /// Key or name of the department.
        department: String,
        /// The file; `-` for standard input.
        file: String,
    },
    /// Remove an example; it is as if it had never been given.
    Forget {
        /// Its number.
        example: i64,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    // What cannot be done is said before anything is opened.
    let confidence = match &arguments.action {
        Action::Confidence { percent } => Some(read_percent(percent)?),
        _ => None,
    };
    let texts = match &arguments.action {
        Action::Teach { file, .. } => read(file)?,
        _ => Vec::new(),
    };
    let door = Door::open(&installation, "routing").await?;
    let done = async {
        match &arguments.action {
            Action::Report => report(shared, &door.routing().await?),
            Action::Confidence { .. } => report(shared, &door.set_routing(confidence.flatten()).await?),
            Action::Examples => list(shared, &door.examples().await?),
            Action::Teach { department, .. } => {
                let department = door.get_department(department).await?.id;
                list(shared, &door.add_examples(department, texts).await?)
            }
            Action::Forget { example } => {
                door.remove_example(*example).await?;
                Ok(Status::Done)
            }
        }
    };
    let done = done.await;
    door.close().await;
    done
}

fn read_percent(percent: &str) -> Result<Option<u8>, Failure> {
    if percent == "off" {
        return Ok(None);
    }
    let number = percent.trim_end_matches('%').parse();
    number.map(Some).map_err(|_| Failure::usage(format_args!("'{percent}' is no number of percent, and not 'off'")))
}

fn read(file: &str) -> Result<Vec<String>, Failure> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        file => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| Failure::usage(format_args!("{file} cannot be read: {error}")))?;
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

fn list(shared: &Shared, examples: &[Example]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{}", json!(examples)).map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    for example in examples {
        writeln!(output, "{:>5}  {}  {}", example.id, example.department, harmless(&example.text))
            .map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

/// "87 % (34 of 39)".
fn share(right: &Value, all: &Value) -> String {
    let (right, all) = (right.as_u64().unwrap_or_default(), all.as_u64().unwrap_or_default());
    let share = (right * 100 + all / 2).checked_div(all);
    share.map_or_else(|| "none yet".to_owned(), |share| format!("{share} % ({right} of {all})"))
}

fn report(shared: &Shared, report: &Value) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{report}").map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    let (total, week) = (&report["total"], &report["week"]);
    let decides = match report["confidence"].as_u64() {
        Some(percent) => format!("proposals decide from {percent} % on"),
        None => "proposals are shown and decide nothing".to_owned(),
    };
    let mut lines = vec![
        format!("{} cases and examples learnt; {decides}", report["lessons"]),
        format!("28 days: proposals right {}", share(&total["right"], &total["proposed"])),
        format!("28 days: went there first {}", share(&total["first_right"], &total["labels"])),
        format!(
            "7 days at {} %: would have decided {}, right {}; spared {} transfers, spoilt {}, left {} to the fallback desk",
            week["confidence"],
            week["decided"],
            share(&week["decided_right"], &week["decided"]),
            week["spared"],
            week["spoilt"],
            week["left"],
        ),
    ];
    for known in report["departments"].as_array().into_iter().flatten() {
        let name = harmless(known["name"].as_str().unwrap_or_default());
        lines.push(format!("{:>7}  {name} ({} examples)", known["lessons"], known["examples"]));
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

//! `switchboard priority`: the formula by which priorities are counted.

use std::io::Write;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use switchboard_model::formula::PARTS;
use switchboard_model::{Formula, TagPoints};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the formula by which priorities are counted.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show each part with its points; what is not usual is marked.
    Show,
    /// Change points. They count from the next post on; open cases keep their parts until something changes them.
    Set(Change),
    /// Say what other points would change among the open cases, and change nothing.
    Preview(Change),
    /// Count all open cases anew by the points in force; each that changes gets one entry in its history.
    Recount,
}

#[derive(Debug, Args)]
struct Change {
    /// Numbers as `harm.first=40`, tags of customers as `customer.tags.vip=20` (0 takes one away).
    #[arg(value_name = "NAME=POINTS")]
    points: Vec<String>,
    /// Begin with the usual points instead of those in force.
    #[arg(long, conflicts_with_all = ["suggested", "file"])]
    usual: bool,
    /// Begin with points for waiting, fans and authors who were ignored.
    #[arg(long, conflicts_with = "file")]
    suggested: bool,
    /// Begin with the points of a file: JSON as `show --json` prints it, or TOML as `export config` writes it; `-` for
    /// standard input.
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

/// How often it is looked how far counting anew is.
const LOOK_EVERY: Duration = Duration::from_millis(300);

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    // What cannot be read is said before anything is opened.
    let beginning = match &arguments.action {
        Action::Set(Change { file: Some(file), .. }) | Action::Preview(Change { file: Some(file), .. }) => {
            Some(read(file)?)
        }
        _ => None,
    };
    let door = Door::open(&installation, "priority").await?;
    let done = act(shared, &door, arguments.action, beginning).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action, beginning: Option<Formula>) -> Result<(), Failure> {
    match action {
        Action::Show => show(shared, &door.formula().await?),
        Action::Set(change) => {
            let formula = changed(door, change, beginning).await?;
            door.set_formula(formula).await?;
            show(shared, &door.formula().await?)
        }
        Action::Preview(change) => {
            let formula = changed(door, change, beginning).await?;
            say_preview(shared, &door.preview_formula(formula).await?)
        }
        Action::Recount => {
            let mut state = door.recount().await?;
            while state["is_running"] == true {
                tokio::time::sleep(LOOK_EVERY).await;
                state = door.recount_state().await?;
            }
            let mut output = std::io::stdout();
            if shared.json {
                return writeln!(output, "{state}").map_err(Failure::output);
            }
            let (looked, changed) = (&state["looked_at"], &state["changed"]);
            writeln!(output, "{looked} open cases looked at, {changed} changed").map_err(Failure::output)?;
            match state["stopped"].as_str() {
                Some(why) if !why.is_empty() => {
                    Err(Failure::unavailable(format_args!("it ended before it was done: {}", harmless(why))))
                }
                _ => Ok(()),
            }
        }
    }
}

fn read(file: &str) -> Result<Formula, Failure> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        file => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| Failure::usage(format_args!("{file} cannot be read: {error}")))?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text).map_err(|error| {
            let how = "'switchboard priority show --json' prints one";
            Failure::usage(format_args!("{file} is no formula: {error}; {how}"))
        });
    }
    switchboard_route::parse_formula(&text).map_err(|error| Failure::usage(format_args!("{file}: {error}")))
}

/// The formula with what was named on the command line.
async fn changed(door: &Door, change: Change, beginning: Option<Formula>) -> Result<Formula, Failure> {
    let mut formula = match beginning {
        Some(formula) => formula,
        None if change.usual => Formula::default(),
        None if change.suggested => Formula { customer: door.formula().await?.customer, ..Formula::suggested() },
        None => door.formula().await?,
    };
    for named in &change.points {
        let wrong = || Failure::usage(format_args!("'{named}' is not a name with points, like harm.first=40"));
        let (key, points) = named.split_once('=').ok_or_else(wrong)?;
        let points: i32 = points.trim().parse().map_err(|_| wrong())?;
        if let Some(tag) = key.strip_prefix("customer.tags.") {
            formula.customer.tags.retain(|known| known.tag != tag);
            if points != 0 {
                formula.customer.tags.push(TagPoints { tag: tag.to_owned(), points });
            }
        } else if !formula.set_number(key.trim(), points) {
            let known: Vec<&str> = Formula::NUMBERS.iter().map(|number| number.key).collect();
            return Err(Failure::usage(format_args!("there is no '{key}'; there are {}", known.join(", "))));
        }
    }
    Ok(formula)
}

fn show(shared: &Shared, formula: &Formula) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(formula)).map_err(Failure::output);
    }
    let usual = Formula::default();
    for part in PARTS {
        for number in Formula::NUMBERS.iter().filter(|number| number.part() == part) {
            let (is, was) = (formula.number(number.key), usual.number(number.key));
            let note = match was {
                Some(was) if is != Some(was) => format!("  (usual: {was})"),
                _ => String::new(),
            };
            let line = format!("{:<24}{:>5}{note}", number.key, is.unwrap_or_default());
            writeln!(output, "{line}").map_err(Failure::output)?;
        }
        for known in formula.customer.tags.iter().filter(|_| part == "customer") {
            let key = format!("customer.tags.{}", harmless(&known.tag));
            writeln!(output, "{key:<24}{:>5}", known.points).map_err(Failure::output)?;
        }
    }
    Ok(())
}

fn say_preview(shared: &Shared, preview: &Value) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    let mut lines = vec![preview.to_string()];
    if !shared.json {
        let whole = if preview["is_whole"] == true { "" } else { ", and there are more" };
        lines = vec![format!("would change {} of {} open cases{whole}", preview["changed"], preview["cases"])];
        lines.push("  now then  priority".to_owned());
        for one in preview["after"].as_array().into_iter().flatten() {
            lines.push(format!(
                "{:>5}{:>5}  {:>3} → {:<3} case {}: {}",
                one["place_before"].to_string(),
                one["place_after"].to_string(),
                one["priority_before"].to_string(),
                one["priority_after"].to_string(),
                one["case"],
                harmless(one["excerpt"].as_str().unwrap_or_default())
            ));
        }
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(())
}

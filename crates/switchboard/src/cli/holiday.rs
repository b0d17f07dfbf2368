//! `switchboard holiday`: keep the calendars of holidays.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_app::directory::holidays::{parse_days, print_days};
use switchboard_model::HolidayCalendar;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Keep the calendars of holidays: days on which the people of a place do not work.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the calendars with their days.
    List,
    /// Add a calendar, or replace the one of that key.
    Set {
        /// What users and departments name it by: a-z, 0-9 and -.
        key: String,
        /// What people call it.
        name: String,
        /// A day and what it is called, such as '2026-12-25 Christmas Day'; may be given several times.
        #[arg(long = "day", value_name = "DAY")]
        days: Vec<String>,
        /// A file with such days, one on a line; `-` for standard input.
        #[arg(long, value_name = "FILE")]
        file: Option<String>,
    },
    /// Remove a calendar that nobody has.
    Remove {
        /// Its key.
        key: String,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "holiday").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    let calendars = match action {
        Action::List => door.holidays().await?,
        Action::Set { key, name, days, file } => {
            let mut text = days.join("\n");
            if let Some(file) = file {
                let read = match file.as_str() {
                    "-" => std::io::read_to_string(std::io::stdin()),
                    file => std::fs::read_to_string(file),
                };
                let read = read.map_err(|error| Failure::usage(format_args!("{file} cannot be read: {error}")))?;
                text = format!("{text}\n{read}");
            }
            let days = parse_days(&text).map_err(Failure::usage)?;
            vec![door.set_holidays(HolidayCalendar { key, name, days }).await?]
        }
        Action::Remove { key } => {
            door.remove_holidays(&key).await?;
            door.holidays().await?
        }
    };
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(calendars)).map_err(Failure::output);
    }
    if calendars.is_empty() {
        return writeln!(output, "no calendars of holidays").map_err(Failure::output);
    }
    for calendar in &calendars {
        writeln!(output, "{}  {}", calendar.key, calendar.name).map_err(Failure::output)?;
        for day in print_days(&calendar.days).lines() {
            writeln!(output, "  {day}").map_err(Failure::output)?;
        }
    }
    Ok(())
}

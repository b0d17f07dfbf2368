//! `switchboard duty`: who is on duty when, and when nobody is.

use std::io::Write;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Shared;
use super::directory::names;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Show the duty calendar: who is on duty when, who is away, and when a department has nobody.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// From when on, such as 2026-11-23T00:00:00Z [default: now].
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Until when, 62 days later at most [default: a week later].
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let from = arguments.from.unwrap_or_else(|| switchboard_model::Clock::now(&switchboard_app::SystemClock));
    let week = || from.checked_add(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MAX);
    let door = Door::open(&installation, "duty").await?;
    let calendar = door.duty(from, arguments.until.unwrap_or_else(week)).await;
    let names = names(&door).await;
    door.close().await;
    let (calendar, names) = (calendar?, names?);
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{calendar}").map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |id: &Value| names.get(&text(id)).cloned().unwrap_or_default();
    let stretches = |value: &Value| {
        let said: Vec<String> =
            list(value).iter().map(|one| format!("{} to {}", text(&one["from"]), text(&one["until"]))).collect();
        if said.is_empty() { "never".to_owned() } else { said.join(", ") }
    };
    let mut lines = Vec::new();
    for one in list(&calendar["departments"]) {
        lines.push(format!("{}: open {}", name(&one["department"]), stretches(&one["hours"])));
        if !list(&one["gaps"]).is_empty() {
            let cover = match name(&one["cover"]) {
                cover if cover.is_empty() => "no department covers".to_owned(),
                cover => format!("{cover} covers"),
            };
            lines.push(format!("  nobody {} ({cover})", stretches(&one["gaps"])));
        }
        for user in list(&one["people"]) {
            let week = list(&calendar["people"]).into_iter().find(|week| week["user"] == user).unwrap_or_default();
            let off: Vec<String> = list(&week["off"])
                .iter()
                .map(|day| {
                    let why = day["holiday"].as_str().map_or_else(|| "away".to_owned(), str::to_owned);
                    format!("{} {why}", text(&day["date"]))
                })
                .collect();
            let off = if off.is_empty() { String::new() } else { format!("; off {}", off.join(", ")) };
            lines.push(format!("  {}: {}{off}", name(&user), stretches(&week["on_duty"])));
        }
    }
    lines.iter().try_for_each(|line| writeln!(output, "{line}")).map_err(Failure::output)?;
    Ok(Status::Done)
}

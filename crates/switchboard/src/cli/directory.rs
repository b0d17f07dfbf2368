//! `switchboard directory`: who fits what is asked, and who is on duty now.

use std::collections::HashMap;
use std::io::Write;

use clap::Args;
use serde_json::Value;
use switchboard_app::directory::language;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Find who does what, and who is on duty now: by topic, department, language, skill, name or extension.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to look for; everybody, if nothing is said.
    query: Vec<String>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "directory").await?;
    let found = door.directory(&arguments.query.join(" ")).await;
    let names = names(&door).await;
    door.close().await;
    print(shared, &found?, &names?)?;
    Ok(Status::Done)
}

/// What users and departments are called, by id.
pub(super) async fn names(door: &Door) -> Result<HashMap<String, String>, Failure> {
    let users = door.users().await?.into_iter().map(|user| (user.id.to_string(), user.name));
    let departments = door.departments().await?.into_iter().map(|one| (one.id.to_string(), one.name));
    Ok(users.chain(departments).collect())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `2026-11-23T14:05:00` → `14:05`.
fn minute(local: &Value) -> &str {
    text(local).get(11..16).unwrap_or_default()
}

fn print(shared: &Shared, found: &Value, names: &HashMap<String, String>) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{found}").map_err(Failure::output);
    }
    let name = |id: &Value| names.get(text(id)).map_or("", String::as_str);
    let mut lines = Vec::new();
    for one in list(&found["departments"]) {
        let (department, hours) = (&one["department"], &one["hours"]);
        let on_duty = list(&one["on_duty"]).count();
        let state = match (hours["is_on_duty"].as_bool(), hours["from"].as_str()) {
            (Some(false), Some(from)) => format!("closed until {from}"),
            (Some(false), None) => "closed".to_owned(),
            _ => format!("{on_duty} of {} on duty", one["people"]),
        };
        let cover = if one["cover"].is_null() { String::new() } else { format!("; {} covers", name(&one["cover"])) };
        let deputy = &department["deputy"];
        let deputy = if deputy.is_null() { String::new() } else { format!(", deputy {}", name(deputy)) };
        let extension = text(&department["office"]["extension"]);
        let head = name(&department["head"]);
        lines.push(format!("{extension:6}  {:28}  {state}{cover}; head {head}{deputy}", text(&department["name"])));
    }
    for one in list(&found["users"]) {
        let (user, duty) = (&one["user"], &one["duty"]);
        let state = match (duty["is_on_duty"].as_bool(), &duty["away"], &duty["until"], &duty["from"]) {
            (Some(true), _, Value::String(until), _) => format!("on duty until {until}"),
            (Some(true), ..) => "on duty".to_owned(),
            (_, Value::Object(away), ..) => {
                let stand_in = &one["stand_in"];
                let instead = if stand_in.is_null() { "the desk" } else { name(stand_in) };
                format!("away until {}; cases go to {instead}", text(&away["until"]))
            }
            (.., Value::String(from)) => format!("off duty until {from}"),
            _ => "off duty".to_owned(),
        };
        let languages: Vec<String> = list(&user["languages"]).map(|tag| language::english(text(tag))).collect();
        let most = match one["room"].as_u64() {
            Some(room) => format!(", room for {room}"),
            None => String::new(),
        };
        let extension = text(&user["profile"]["extension"]);
        lines.push(format!(
            "{extension:6}  {:28}  {state}; {} in {}; {} open{most}; {}",
            text(&user["name"]),
            minute(&duty["local"]),
            text(&duty["time_zone"]),
            one["open_cases"],
            languages.join(", ")
        ));
    }
    if lines.is_empty() {
        lines.push("nobody fits that".to_owned());
    }
    lines.iter().try_for_each(|line| writeln!(output, "{}", line.trim_end())).map_err(Failure::output)
}

//! `switchboard team`: the social team, its head and its seats.

use std::collections::BTreeMap;
use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::Value;
use switchboard_app::directory::team::TeamChange;

use super::Shared;
use super::directory::names;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Keep the social team: everybody who answers in public, across the departments.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show who heads it, who sits in it, and what is missing.
    Show,
    /// Change it; what is not named stays.
    Set {
        /// E-mail address of its head.
        #[arg(long, value_name = "EMAIL")]
        head: Option<String>,
        /// E-mail address of who stands in for the head; empty for nobody.
        #[arg(long, value_name = "EMAIL")]
        deputy: Option<String>,
        /// Who sits in it for a department, as DEPARTMENT=EMAIL; DEPARTMENT= for nobody; may be given several times.
        #[arg(long = "seat", value_name = "SEAT")]
        seats: Vec<String>,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "team").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    let team = match action {
        Action::Show => door.team().await?,
        Action::Set { head, deputy, seats } => {
            let mut change = TeamChange { seats: BTreeMap::new(), ..TeamChange::default() };
            if let Some(email) = head {
                change.head = Some(door.get_user(&email).await?.id);
            }
            change.deputy = match deputy.as_deref().map(str::trim) {
                None => None,
                Some("") => Some(None),
                Some(email) => Some(Some(door.get_user(email).await?.id)),
            };
            for seat in seats {
                let (department, email) = seat.split_once('=').ok_or_else(|| {
                    Failure::usage(format_args!(
                        "'{seat}' is no seat; write DEPARTMENT=EMAIL, like service=ada@acme.example"
                    ))
                })?;
                let department = door.get_department(department).await?.id;
                let user = if email.trim().is_empty() { None } else { Some(door.get_user(email).await?.id) };
                change.seats.insert(department, user);
            }
            door.change_team(change).await?
        }
    };
    let names = names(door).await?;
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{team}").map_err(Failure::output);
    }
    let name = |id: &Value| id.as_str().and_then(|id| names.get(id)).map_or("nobody", String::as_str);
    let mut lines =
        vec![format!("head: {}", name(&team["team"]["head"])), format!("deputy: {}", name(&team["team"]["deputy"]))];
    for (department, user) in team["team"]["seats"].as_object().into_iter().flatten() {
        lines.push(format!("{}: {}", names.get(department).map_or("", String::as_str), name(user)));
    }
    let warnings = team["warnings"].as_array().into_iter().flatten();
    lines.extend(warnings.map(|warning| format!("warning: {}", warning["message"].as_str().unwrap_or_default())));
    lines.iter().try_for_each(|line| writeln!(output, "{line}")).map_err(Failure::output)
}

//! `switchboard load`: who has how much, how cases find an owner, what a shift hands over.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use switchboard_app::cases::bulk::Chosen;
use switchboard_app::cases::handover::{HandOverTo, HandedOver};
use switchboard_model::{Assignment, CaseId, Department, ExposureSettings, User};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// See who has how much, say how cases find an owner, and hand cases over at the end of a shift.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Who has how many cases of what they can have, and what they have had to read.
    Show {
        /// E-mail address of the user who asks; they see whom they lead, and themselves.
        #[arg(long = "as", value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Say how the cases of a department find an owner.
    Assignment {
        /// Key or name of the department.
        department: String,
        /// How.
        way: Way,
    },
    /// Say how many open cases somebody can have before they are given no more in turn.
    Capacity {
        /// E-mail address of the user.
        email: String,
        /// How many; `any` for as many as come.
        most: String,
    },
    /// Show what counts as abuse, how long it weighs, and when heads are warned; or say it. What is not named stays.
    Exposure {
        /// Cases with this tag are abusive; may be given several times, and then stands for all that were there before.
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        /// No tag means abuse any more.
        #[arg(long, conflicts_with = "tags")]
        no_tags: bool,
        /// Heads are warned at so many points.
        #[arg(long, value_name = "POINTS")]
        warn_at: Option<u32>,
        /// A point weighs half after so many days.
        #[arg(long, value_name = "DAYS")]
        half_life: Option<u32>,
    },
    /// What becomes of a user's cases when their shift ends; with --to, hand cases over.
    Handover {
        /// E-mail address of the user whose shift it is.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
        /// Numbers of the cases to hand over.
        #[arg(requires = "to")]
        cases: Vec<i64>,
        /// E-mail address of a colleague who is on duty, or `desk`.
        #[arg(long, requires = "cases")]
        to: Option<String>,
        /// What whoever gets them has to know.
        #[arg(long, default_value = "")]
        note: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// People take them.
    Pull,
    /// They are given in turn to whoever is on duty and has most room.
    #[value(name = "round_robin")]
    RoundRobin,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "load").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<Status, Failure> {
    match action {
        Action::Show { user } => {
            let load = door.load(user.as_deref()).await?;
            if shared.json {
                return say(&[load.to_string()]);
            }
            say(&lines(&load, &door.users().await?, &door.departments().await?))
        }
        Action::Assignment { department, way } => {
            let wanted = department.trim().to_lowercase();
            let departments = door.departments().await?;
            let known = departments.iter().find(|one| one.key == wanted || one.name.to_lowercase() == wanted);
            let known = known.ok_or_else(|| {
                Failure::usage(format_args!("there is no department '{department}'; switchboard department list"))
            })?;
            let (way, words) = match way {
                Way::Pull => (Assignment::Pull, "are taken by people"),
                Way::RoundRobin => (Assignment::RoundRobin, "are given in turn"),
            };
            door.set_assignment(known.id, way).await?;
            if shared.json {
                return say(&[json!({ "department": known.id, "assignment": way }).to_string()]);
            }
            say(&[format!("cases of {} {words}", harmless(&known.name))])
        }
        Action::Capacity { email, most } => {
            let user = user_of(&door.users().await?, &email)?;
            let most = match most.as_str() {
                "any" => None,
                number => Some(number.parse().map_err(|_| {
                    Failure::usage(format_args!("'{number}' is no number of cases; write one, or any"))
                })?),
            };
            door.set_most_cases(user.id, most).await?;
            if shared.json {
                return say(&[json!({ "user": user.id, "most_cases": most }).to_string()]);
            }
            let words = most.map_or_else(|| "as many cases as come".to_owned(), |most| format!("{most} open cases"));
            say(&[format!("{} can have {words}", harmless(&user.name))])
        }
        Action::Exposure { tags, no_tags, warn_at, half_life } => {
            let is_set = no_tags || !tags.is_empty() || warn_at.is_some() || half_life.is_some();
            let known = door.load(None).await?["exposure"].take();
            let known: ExposureSettings = serde_json::from_value(known).map_err(Failure::unavailable)?;
            let wanted = ExposureSettings {
                tags: if tags.is_empty() && !no_tags { known.tags } else { tags },
                warn_at: warn_at.unwrap_or(known.warn_at),
                half_life_days: half_life.unwrap_or(known.half_life_days),
            };
            let settings = if is_set { door.set_exposure(wanted).await? } else { wanted };
            if shared.json {
                return say(&[json!(settings).to_string()]);
            }
            let ExposureSettings { tags, warn_at, half_life_days } = settings;
            let tags = if tags.is_empty() { "no tag".to_owned() } else { tags.join(", ") };
            say(&[format!(
                "{} means abuse; heads are warned at {warn_at} points, which weigh half after {half_life_days} days",
                harmless(&tags)
            )])
        }
        Action::Handover { user, cases, to, note } => match to {
            None => {
                let list = door.hand_over_list(&user).await?;
                if shared.json { say(&[list.to_string()]) } else { say(&shift(&list)) }
            }
            Some(to) => {
                let to = match to.as_str() {
                    "desk" => HandOverTo::Desk,
                    email => HandOverTo::User(user_of(&door.users().await?, email)?.id),
                };
                let one = |number: i64| HandedOver {
                    chosen: Chosen { case: CaseId(number), seen: None },
                    note: note.clone(),
                };
                let results = door.hand_over(&user, cases.into_iter().map(one).collect(), to).await?;
                let is_done = results.iter().all(|(_, why)| why.is_none());
                let line = |(case, why): &(i64, Option<String>)| match why {
                    Some(why) => format!("case {case}: {}", harmless(why)),
                    None => format!("case {case}: handed over"),
                };
                if shared.json {
                    let results: Vec<Value> =
                        results.iter().map(|(case, why)| json!({ "case": case, "error": why })).collect();
                    say(&[json!(results).to_string()])?;
                } else {
                    say(&results.iter().map(line).collect::<Vec<_>>())?;
                }
                Ok(if is_done { Status::Done } else { Status::SomeRejected })
            }
        },
    }
}

fn user_of(users: &[User], email: &str) -> Result<User, Failure> {
    let wanted = email.trim().to_lowercase();
    let found = users.iter().find(|user| user.email == wanted).cloned();
    found.ok_or_else(|| Failure::usage(format_args!("no user has the e-mail address '{email}'; switchboard user list")))
}

fn say(lines: &[String]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

/// The load as text: desks, then people.
fn lines(load: &Value, users: &[User], departments: &[Department]) -> Vec<String> {
    let id = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for desk in load["desks"].as_array().into_iter().flatten() {
        let wanted = id(&desk["department"]);
        let known = departments.iter().find(|one| one.id.to_string() == wanted);
        let name = known.map_or(wanted.as_str(), |one| &one.name);
        let gives = if desk["assignment"] == "round_robin" { "given in turn" } else { "taken by people" };
        lines.push(format!(
            "{}  {} waiting, {gives}, {} on duty, {} with room",
            harmless(name),
            desk["waiting"],
            desk["on_duty"],
            desk["with_room"]
        ));
    }
    for one in load["people"].as_array().into_iter().flatten() {
        let wanted = id(&one["user"]);
        let known = users.iter().find(|user| user.id.to_string() == wanted);
        let name = known.map_or(wanted.as_str(), |user| &user.name);
        let most = one["most_cases"].as_u64().map_or_else(|| "any".to_owned(), |most| most.to_string());
        let duty = if one["is_on_duty"] == true { "on duty" } else { "off duty" };
        let much = if one["is_exposed"] == true { " (much)" } else { "" };
        let oldest = one["oldest"].as_i64().map_or_else(String::new, |case| format!(", oldest case {case}"));
        lines.push(format!(
            "{}  {} of {most} cases, {duty}, exposure {:.1}{much}{oldest}",
            harmless(name),
            one["cases"],
            one["exposure"].as_f64().unwrap_or_default()
        ));
    }
    lines
}

/// What becomes of whose cases, as text.
fn shift(list: &Value) -> Vec<String> {
    let mut lines = vec![match (list["is_on_duty"] == true, list["ends_at"].as_str(), list["back_at"].as_str()) {
        (_, None, _) => "always on duty".to_owned(),
        (true, Some(end), Some(back)) => format!("the shift ends {end}, the next one begins {back}"),
        (true, Some(end), None) => format!("the shift ends {end}"),
        (false, _, Some(back)) => format!("off duty until {back}"),
        (false, _, None) => "off duty".to_owned(),
    }];
    for one in list["cases"].as_array().into_iter().flatten() {
        let then = if one["then"] == "returns" { "goes to the desk" } else { "stays" };
        let due = one["due"]["at"].as_str().map_or_else(String::new, |at| format!(", runs out {at}"));
        lines.push(format!("case {}  {then}{due}", one["case"]["id"]));
    }
    lines
}

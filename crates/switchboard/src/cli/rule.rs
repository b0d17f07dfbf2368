//! `switchboard rule`: keep the rules of routing.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use switchboard_app::routing::dry_run::{Extent, Proposed};
use switchboard_app::routing::rule::RuleText;
use switchboard_model::Rule;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the rules of routing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the rules in their order.
    List,
    /// Add a rule after the others.
    Add {
        /// Unique name; shown as the reason of what the rule does.
        name: String,
        #[command(flatten)]
        text: Text,
    },
    /// Change a rule; what is not named stays.
    Change {
        /// Its name.
        name: String,
        /// Its new name.
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// The place to move it to; 1 is looked at first.
        #[arg(long)]
        place: Option<u32>,
        /// Look at it again.
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Do not look at it any more.
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        text: Text,
    },
    /// Tell what a rule, as it would be with what is named here, or all rules of a file would have done in the last days.
    Try {
        /// The name of a rule; one that is not there is tried as a new one, after the others.
        #[arg(required_unless_present = "all")]
        name: Option<String>,
        /// All rules, in the place of those that are there: a JSON list as `list --json` prints it; `-` for standard input.
        #[arg(long, value_name = "FILE", conflicts_with = "name")]
        all: Option<String>,
        /// How many days back.
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=90))]
        days: u32,
        /// How many posts are named.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=20_000))]
        most: u32,
        /// For how many seconds; what was not looked at by then is left out.
        #[arg(long, default_value_t = 100, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=100))]
        within: u32,
        #[command(flatten)]
        text: Text,
    },
    /// Remove a rule.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Args)]
struct Text {
    /// A query that must match the post; see docs/reference/search-language.md.
    #[arg(long, value_name = "QUERY")]
    when: Option<String>,
    /// An intent that the post must have: complaint, question, thanks, purchase, job.
    #[arg(long)]
    intent: Option<String>,
    /// The department that gets the post, by key or name.
    #[arg(long)]
    department: Option<String>,
    /// A tag that the case gets; may be given several times.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What is added to (or taken from) the priority, -100 to 100.
    #[arg(long, allow_hyphen_values = true)]
    priority: Option<i32>,
    /// E-mail address of a user of the department who gets the case; an empty one takes that back.
    #[arg(long, value_name = "EMAIL")]
    owner: Option<String>,
    /// The post gets no case; it is dismissed with the name of the rule: yes or no.
    #[arg(long, value_name = "YES", action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    dismiss: Option<bool>,
    /// The rules after it are not looked at: yes or no.
    #[arg(long, value_name = "YES", action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    stop: Option<bool>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "rule").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::List => list(shared, door).await,
        Action::Add { name, text } => {
            let text = written(door, text, empty(name)).await?;
            say(shared, &door.add_rule(text).await?, "added")
        }
        Action::Change { name, rename, place, on, off, text } => {
            let known = door.get_rule(&name).await?;
            let before = RuleText {
                name: rename.unwrap_or_else(|| known.name.clone()),
                is_enabled: (known.is_enabled || on) && !off,
                ..as_text(known.clone())
            };
            let text = written(door, text, before).await?;
            let rule = door.change_rule(known.id, text).await?;
            if let Some(place) = place {
                door.move_rule(known.id, place).await?;
            }
            say(shared, &rule, "changed")
        }
        Action::Try { name, all, days, most, within, text } => {
            let proposed = match (all, name) {
                (Some(file), _) => Proposed::All(read(&file)?.into_iter().map(as_text).collect()),
                (None, name) => {
                    let name = name.unwrap_or_default();
                    let known = door.rules().await?.into_iter().find(|rule| rule.name == name.trim());
                    let id = known.as_ref().map(|rule| rule.id);
                    let before = known.map_or_else(|| empty(name), as_text);
                    let text = RuleText { is_enabled: true, ..written(door, text, before).await? };
                    Proposed::Rule { id, text }
                }
            };
            say_tried(shared, &door.try_rules(proposed, Extent { days, most: most as usize, within_s: within }).await?)
        }
        Action::Remove { name } => {
            let rule = door.get_rule(&name).await?;
            door.remove_rule(rule.id).await?;
            say(shared, &rule, "removed")
        }
    }
}

/// A rule that says nothing yet.
fn empty(name: String) -> RuleText {
    RuleText {
        name,
        when: None,
        intent: None,
        department: None,
        tags: Vec::new(),
        priority: 0,
        owner: None,
        dismisses: false,
        stops: false,
        is_enabled: true,
    }
}

fn as_text(rule: Rule) -> RuleText {
    let Rule { id: _, place: _, name, when, intent, department, tags, priority, owner, dismisses, stops, is_enabled } =
        rule;
    RuleText { name, when, intent, department, tags, priority, owner, dismisses, stops, is_enabled }
}

fn read(file: &str) -> Result<Vec<Rule>, Failure> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        file => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| Failure::usage(format_args!("{file} cannot be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        let how = "'switchboard rule list --json' prints such a list";
        Failure::usage(format_args!("{file} is no JSON list of rules: {error}; {how}"))
    })
}

fn say_tried(shared: &Shared, run: &Value) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    let mut lines = vec![run.to_string()];
    if !shared.json {
        lines = vec![format!("would have moved {} of {}", run["changed"], run["posts"])];
        let word = |value: &Value| harmless(value.as_str().unwrap_or_default());
        if run["is_cut"] == true {
            lines.push(format!("time was up: only posts since {} were looked at (--within)", word(&run["from"])));
        }
        for one in run["departments"].as_array().into_iter().flatten() {
            lines.push(format!("{:>8} → {:<8} {}", one["before"], one["after"], word(&one["department"])));
        }
        lines.push(format!("{:>8} → {:<8} dismissed", run["dismissed"][0], run["dismissed"][1]));
        let ruled = |one: &Value| match one["dismissed"].as_str() {
            Some(rule) => format!("dismissed by {}", harmless(rule)),
            None => format!("{} {}", word(&one["department"]), one["priority"]),
        };
        for change in run["changes"].as_array().into_iter().flatten() {
            let (before, after) = (ruled(&change["before"]), ruled(&change["after"]));
            lines.push(format!("{}  {before} → {after}  {}", word(&change["post"]), word(&change["excerpt"])));
        }
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(())
}

/// What was written over what was there.
async fn written(door: &Door, text: Text, before: RuleText) -> Result<RuleText, Failure> {
    if let Some(when) = text.when.as_deref() {
        door.check_query(when).await?;
    }
    let department = match text.department {
        Some(name) => Some(door.get_department(&name).await?.id),
        None => before.department,
    };
    let owner = match text.owner.as_deref().map(str::trim) {
        Some("") => None,
        Some(email) => Some(door.get_user(email).await?.id),
        None => before.owner,
    };
    Ok(RuleText {
        owner,
        dismisses: text.dismiss.unwrap_or(before.dismisses),
        stops: text.stop.unwrap_or(before.stops),
        when: text.when.or(before.when),
        intent: text.intent.or(before.intent),
        department,
        tags: if text.tags.is_empty() { before.tags } else { text.tags },
        priority: text.priority.unwrap_or(before.priority),
        ..before
    })
}

fn say(shared: &Shared, rule: &Rule, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", json!(rule)).map_err(Failure::output)
    } else {
        writeln!(output, "rule '{}': {what}", rule.name).map_err(Failure::output)
    }
}

async fn list(shared: &Shared, door: &Door) -> Result<(), Failure> {
    let (rules, departments) = (door.rules().await?, door.departments().await?);
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(rules)).map_err(Failure::output);
    }
    for (rule, place) in rules.iter().zip(1..) {
        let to = rule.department.and_then(|id| departments.iter().find(|department| department.id == id));
        let mut does: Vec<String> = to.map(|department| format!("to {}", department.key)).into_iter().collect();
        does.extend(rule.tags.iter().map(|tag| format!("tag {tag}")));
        if rule.priority != 0 {
            does.push(format!("{:+}", rule.priority));
        }
        does.extend(rule.owner.map(|_| "to its owner".to_owned()));
        does.extend(rule.dismisses.then(|| "dismissed".to_owned()));
        does.extend(rule.stops.then(|| "stop".to_owned()));
        let intent = rule.intent.as_ref().map(|intent| format!("intent {intent}"));
        let when: Vec<&str> = [rule.when.as_deref(), intent.as_deref()].into_iter().flatten().collect();
        let state = if rule.is_enabled { "" } else { "  (off)" };
        writeln!(output, "{place:>3}  {}: {} → {}{state}", rule.name, when.join(" and "), does.join(", "))
            .map_err(Failure::output)?;
    }
    Ok(())
}

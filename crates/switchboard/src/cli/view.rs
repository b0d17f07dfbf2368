//! `switchboard view`: keep the saved views of the desk.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use switchboard_app::cases::views::ViewText;
use switchboard_model::{CaseOrder, Department, View, ViewFilter, ViewOwner, ViewState};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the saved views of the desk: the shared ones, and with --as those of a user.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user for whom it is done.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    user: Option<String>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the shared views, and the user's own.
    List,
    /// Save a view. Without --as everybody has it.
    Add {
        /// Its name; unique among the user's own, or among the shared ones.
        name: String,
        /// Everybody has it; for a user of --as who may administer.
        #[arg(long)]
        shared: bool,
        #[command(flatten)]
        filter: Filter,
    },
    /// Remove a view.
    Remove {
        /// Its name. The user's own goes before a shared one.
        name: String,
    },
}

/// What a view filters.
#[derive(Debug, Args)]
struct Filter {
    /// Cases of this department, by key or name; may be given several times for any of them.
    #[arg(long = "department", value_name = "DEPARTMENT")]
    departments: Vec<String>,
    /// Whose cases.
    #[arg(long, default_value = "anybody")]
    owner: OwnerWord,
    /// In which state.
    #[arg(long, default_value = "not-closed")]
    state: StateWord,
    /// Conversations on this network.
    #[arg(long)]
    network: Option<String>,
    /// Cases whose newest post reads as this language, as de.
    #[arg(long)]
    language: Option<String>,
    /// Cases with this tag.
    #[arg(long)]
    tag: Option<String>,
    /// Cases of at least this priority.
    #[arg(long, value_name = "PRIORITY", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    least: u8,
    /// The newest first.
    #[arg(long)]
    newest: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OwnerWord {
    Anybody,
    Me,
    Nobody,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StateWord {
    NotClosed,
    Open,
    Waiting,
    Snoozed,
    Closed,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "view").await?;
    let done = act(shared, &door, arguments).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { user, action } = arguments;
    let user = user.as_deref();
    match action {
        Action::List => list(shared, &door.views(user).await?, &door.departments().await?),
        Action::Add { name, shared: is_shared, filter } => {
            let filter = written(door, filter).await?;
            let text = ViewText { name, is_shared: is_shared || user.is_none(), filter };
            say(shared, &door.add_view(text, user).await?, "saved")
        }
        Action::Remove { name } => {
            let found = door.views(user).await?.into_iter().find(|view| view.name == name.trim());
            let view = found.ok_or_else(|| {
                Failure::usage(format_args!("there is no view '{name}'; switchboard view list shows their names"))
            })?;
            door.remove_view(view.id, user).await?;
            say(shared, &view, "removed")
        }
    }
}

async fn written(door: &Door, filter: Filter) -> Result<ViewFilter, Failure> {
    let mut departments = Vec::new();
    for name in &filter.departments {
        departments.push(door.get_department(name).await?.id);
    }
    Ok(ViewFilter {
        departments,
        owner: match filter.owner {
            OwnerWord::Anybody => ViewOwner::Anybody,
            OwnerWord::Me => ViewOwner::Me,
            OwnerWord::Nobody => ViewOwner::Nobody,
        },
        state: match filter.state {
            StateWord::NotClosed => ViewState::NotClosed,
            StateWord::Open => ViewState::Open,
            StateWord::Waiting => ViewState::Waiting,
            StateWord::Snoozed => ViewState::Snoozed,
            StateWord::Closed => ViewState::Closed,
        },
        network: filter.network,
        language: filter.language,
        tag: filter.tag,
        least_priority: filter.least,
        order: if filter.newest { CaseOrder::Newest } else { CaseOrder::Priority },
    })
}

fn say(shared: &Shared, view: &View, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", json!(view)).map_err(Failure::output)
    } else {
        writeln!(output, "view '{}': {what}", harmless(&view.name)).map_err(Failure::output)
    }
}

fn list(shared: &Shared, views: &[View], departments: &[Department]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(views)).map_err(Failure::output);
    }
    for view in views {
        let whose = if view.user.is_none() { "shared" } else { "own" };
        let (name, shown) = (harmless(&view.name), harmless(&told(&view.filter, departments)));
        writeln!(output, "{whose:6}  {name}: {shown}").map_err(Failure::output)?;
    }
    Ok(())
}

/// What a view filters, in the words of its options.
fn told(filter: &ViewFilter, departments: &[Department]) -> String {
    let key = |id| departments.iter().find(|known| known.id == id).map_or("gone", |known| known.key.as_str());
    let mut parts: Vec<String> = filter.departments.iter().map(|id| format!("department {}", key(*id))).collect();
    if filter.owner != ViewOwner::Anybody {
        parts.push(format!("owner {}", filter.owner.as_str()));
    }
    parts.push(filter.state.as_str().replace('_', " "));
    let texts = [("network", &filter.network), ("language", &filter.language), ("tag", &filter.tag)];
    parts.extend(texts.iter().filter_map(|(name, text)| Some(format!("{name} {}", text.as_ref()?))));
    if filter.least_priority > 0 {
        parts.push(format!("priority {} and more", filter.least_priority));
    }
    if filter.order == CaseOrder::Newest {
        parts.push("newest first".to_owned());
    }
    parts.join(", ")
}

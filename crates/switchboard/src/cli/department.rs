//! `switchboard department`: keep the departments.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_model::{Department, User};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Keep the departments.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the departments with their heads.
    List,
    /// Add a department.
    Add {
        /// What people call it.
        name: String,
        /// E-mail address of its head.
        #[arg(long, value_name = "EMAIL")]
        head: String,
        /// What programs call it [default: made of the name].
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        topics: Topics,
    },
    /// Change a department; what is not named stays.
    Change {
        /// Its key or name.
        department: String,
        /// What people are to call it.
        #[arg(long)]
        name: Option<String>,
        /// What programs are to call it.
        #[arg(long)]
        key: Option<String>,
        /// E-mail address of who stands in for the head; empty for nobody.
        #[arg(long, value_name = "EMAIL")]
        deputy: Option<String>,
        /// Open it again.
        #[arg(long)]
        reopen: bool,
        #[command(flatten)]
        topics: Topics,
    },
    /// Close a department: it keeps its history, and nothing is routed to it any more.
    Close {
        /// Its key or name.
        department: String,
    },
    /// Give a department another head.
    Head {
        /// Its key or name.
        department: String,
        /// E-mail address of the head.
        email: String,
    },
    /// Have the desk of a department take what nothing else decides.
    Fallback {
        /// Its key or name.
        department: String,
    },
}

#[derive(Debug, Args)]
struct Topics {
    /// An intent that it takes: complaint, question, thanks, purchase, job; may be given several times.
    #[arg(long = "intent", value_name = "INTENT")]
    intents: Vec<String>,
    /// A word or phrase of its topics; may be given several times.
    #[arg(long = "keyword", value_name = "WORDS")]
    keywords: Vec<String>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "department").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::List => list(shared, door).await,
        Action::Add { name, head, key, topics: Topics { intents, keywords } } => {
            let head = door.get_user(&head).await?.id;
            let new = NewDepartment { key, name, head, deputy: None, intents, keywords };
            say(shared, &door.add_department(new).await?, "added")
        }
        Action::Change { department, name, key, deputy, reopen, topics } => {
            let id = door.get_department(&department).await?.id;
            let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
            let deputy = match deputy.as_deref().map(str::trim) {
                None => None,
                Some("") => Some(None),
                Some(email) => Some(Some(door.get_user(email).await?.id)),
            };
            let (intents, keywords) = (some(topics.intents), some(topics.keywords));
            let change =
                DepartmentChange { name, key, deputy, reopen, intents, keywords, ..DepartmentChange::default() };
            say(shared, &door.change_department(id, change).await?, "changed")
        }
        Action::Close { department } => {
            let id = door.get_department(&department).await?.id;
            say(shared, &door.close_department(id).await?, "closed")
        }
        Action::Head { department, email } => {
            let id = door.get_department(&department).await?.id;
            let head = door.get_user(&email).await?;
            let change = DepartmentChange { head: Some(head.id), ..DepartmentChange::default() };
            say(shared, &door.change_department(id, change).await?, &format!("headed by {}", head.name))
        }
        Action::Fallback { department } => {
            let department = door.get_department(&department).await?;
            door.set_fallback(department.id).await?;
            say(shared, &department, "takes what nothing else decides")
        }
    }
}

fn say(shared: &Shared, department: &Department, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", json!(department)).map_err(Failure::output)
    } else {
        writeln!(output, "{} ({}): {what}", department.name, department.key).map_err(Failure::output)
    }
}

async fn list(shared: &Shared, door: &Door) -> Result<(), Failure> {
    let (departments, users) = (door.departments().await?, door.users().await?);
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(departments)).map_err(Failure::output);
    }
    if departments.is_empty() {
        return writeln!(
            output,
            "no departments yet; open the set-up link that serve prints, or run switchboard setup"
        )
        .map_err(Failure::output);
    }
    for department in &departments {
        let head = users.iter().find(|user: &&User| user.id == department.head).map_or("", |user| user.name.as_str());
        let state = if department.is_active { "" } else { "  (closed)" };
        writeln!(output, "{:24}  {:30}  {head}{state}", department.key, department.name).map_err(Failure::output)?;
    }
    Ok(())
}

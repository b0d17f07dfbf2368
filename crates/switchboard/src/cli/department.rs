//! `switchboard department`: keep the departments.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::duty;
use switchboard_app::directory::office::OfficeChange;
use switchboard_model::{Assignment, Department, Interest, Unaccepted, User};

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
        #[command(flatten)]
        office: Box<OfficeFlags>,
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

/// When and how it works.
#[derive(Debug, Args)]
struct OfficeFlags {
    /// A short number to reach its desk by, of 2 to 6 digits; empty for none.
    #[arg(long, value_name = "DIGITS")]
    extension: Option<String>,
    /// A language that it answers in beside those of its users; may be given several times.
    #[arg(long = "language", value_name = "TAG")]
    languages: Vec<String>,
    /// Its business hours, such as 'mon-fri 09:00-17:00'; always, if empty.
    #[arg(long, value_name = "HOURS")]
    hours: Option<String>,
    /// The time zone of its hours, such as Europe/Lisbon; UTC, if empty.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Key of the calendar whose holidays are its own; empty for none.
    #[arg(long, value_name = "KEY")]
    holidays: Option<String>,
    /// The department that is asked while it is closed or nobody is there; empty for none.
    #[arg(long, value_name = "DEPARTMENT")]
    cover: Option<String>,
    /// How cases at its desk find an owner.
    #[arg(long, value_parser = PossibleValuesParser::new(Assignment::ALL.map(Assignment::as_str)))]
    assignment: Option<String>,
    /// How many minutes offers to it stand; 0 for what is configured.
    #[arg(long, value_name = "MINUTES")]
    accept_within_min: Option<u32>,
    /// Who has a case that nobody there accepts in time.
    #[arg(long, value_parser = PossibleValuesParser::new(Unaccepted::ALL.map(Unaccepted::as_str)))]
    unaccepted: Option<String>,
    /// Which interest of the company it answers for.
    #[arg(long, value_parser = PossibleValuesParser::new(["service", "sale", "press", "none"]))]
    interest: Option<String>,
}

impl OfficeFlags {
    async fn change(self, door: &Door) -> Result<OfficeChange, Failure> {
        // Nothing between the quotes takes it away.
        let given = |text: Option<String>| text.map(|text| Some(text).filter(|text| !text.trim().is_empty()));
        let cover = match given(self.cover) {
            Some(Some(name)) => Some(Some(door.get_department(&name).await?.id)),
            Some(None) => Some(None),
            None => None,
        };
        Ok(OfficeChange {
            extension: given(self.extension),
            languages: (!self.languages.is_empty()).then_some(self.languages),
            hours: self.hours.as_deref().map(duty::parse).transpose().map_err(Failure::usage)?,
            time_zone: given(self.time_zone),
            holidays: given(self.holidays),
            cover,
            assignment: self.assignment.as_deref().and_then(Assignment::from_word),
            accept_within_min: self.accept_within_min.map(|minutes| Some(minutes).filter(|minutes| *minutes > 0)),
            unaccepted: self.unaccepted.as_deref().and_then(Unaccepted::from_word),
            interest: self.interest.as_deref().map(Interest::from_word),
        })
    }
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
        Action::Change { department, name, key, deputy, reopen, topics, office } => {
            let id = door.get_department(&department).await?.id;
            let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
            let deputy = match deputy.as_deref().map(str::trim) {
                None => None,
                Some("") => Some(None),
                Some(email) => Some(Some(door.get_user(email).await?.id)),
            };
            let (intents, keywords) = (some(topics.intents), some(topics.keywords));
            let office = office.change(door).await?;
            let change = DepartmentChange {
                name,
                key,
                deputy,
                reopen,
                intents,
                keywords,
                office,
                ..DepartmentChange::default()
            };
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

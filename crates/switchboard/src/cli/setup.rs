//! `switchboard setup`: make the installation a company's, without a browser.

use std::io::{BufRead, Write};

use clap::Args;
use serde_json::{Value, json};
use switchboard_app::setup::SetUp;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Make the installation a company's, without a browser.
///
/// The password is read from the first line of standard input. Searches and sources are added with their own commands;
/// --propose says which ones suit a name, handles and a site.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Say what could be listened for, and where, and how much it would bring; nothing is changed.
    #[arg(long)]
    propose: bool,
    /// What the company is called.
    #[arg(long, required_unless_present = "propose")]
    company: Option<String>,
    /// What colleagues call the first administrator.
    #[arg(long, required_unless_present = "propose")]
    name: Option<String>,
    /// What the first administrator logs in with.
    #[arg(long, required_unless_present = "propose")]
    email: Option<String>,
    /// Read the password from standard input.
    #[arg(long, required_unless_present = "propose", conflicts_with = "propose")]
    password_stdin: bool,
    /// Time zone of the first administrator, such as Europe/Lisbon.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// A handle of the company on a network; may be given several times.
    #[arg(long = "handle", value_name = "HANDLE")]
    handles: Vec<String>,
    /// The company's site.
    #[arg(long, value_name = "URL")]
    website: Option<String>,
    /// A department to begin with, by its key; all of the template if none is given.
    #[arg(long = "department", value_name = "KEY")]
    departments: Vec<String>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    if arguments.propose {
        let door = Door::open(&installation, "setup").await?;
        let proposed = door.propose_set_up(arguments.company, arguments.handles, arguments.website).await;
        door.close().await;
        return proposed.and_then(|proposed| tell(shared, &proposed).map_err(Failure::output)).map(|()| Status::Done);
    }
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|error| Failure::usage(format_args!("the password cannot be read from standard input: {error}")))?;
    let door = Door::open(&installation, "setup").await?;
    let done = set_up(shared, &door, arguments, password.trim_end_matches(['\r', '\n'])).await;
    door.close().await;
    done.map(|()| Status::Done)
}

/// Each proposal as the command that adds it.
fn tell(shared: &Shared, proposed: &Value) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{proposed}");
    }
    let list = |name: &str| proposed[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |one: &Value, name: &str| harmless(one[name].as_str().unwrap_or_default());
    let heard = &proposed["heard"];
    for search in list("searches") {
        let many = match search["per_day"].as_f64() {
            Some(per_day) => format!("about {per_day:.1} a day"),
            None => format!("{} of {heard} heard so far", search["found"]),
        };
        writeln!(output, "search  {}: {}", text(search, "name"), text(search, "query"))?;
        writeln!(output, "        {}; {many}", text(search, "why"))?;
        if let Some(warning) = search["warning"].as_str() {
            let alone = search["found_by_name"].as_u64().map(|found| format!("; the name alone: {found} of {heard}"));
            writeln!(output, "        {}{}", harmless(warning), alone.unwrap_or_default())?;
        }
    }
    for source in list("sources") {
        writeln!(output, "source  {}: {} {}", text(source, "name"), text(source, "kind"), source["settings"])?;
        writeln!(output, "        {}", text(source, "why"))?;
    }
    for note in list("notes").iter().filter_map(Value::as_str) {
        writeln!(output, "note    {}", harmless(note))?;
    }
    Ok(())
}

async fn set_up(shared: &Shared, door: &Door, arguments: Arguments, password: &str) -> Result<(), Failure> {
    let Arguments { company, name, email, time_zone, handles, website, mut departments, .. } = arguments;
    if let (true, Door::Own { app, .. }) = (departments.is_empty(), door) {
        departments = app.department_template().iter().map(|department| department.key.clone()).collect();
    }
    // What is missing was refused when the arguments were read.
    let by = SetUp {
        name: name.unwrap_or_default(),
        email: email.unwrap_or_default(),
        password: password.to_owned(),
        time_zone,
        company: company.unwrap_or_default(),
        handles,
        website,
        departments,
        ..SetUp::default()
    };
    let company = by.company.clone();
    let user = door.set_up(by).await?;
    let mut output = std::io::stdout();
    if shared.json {
        return writeln!(output, "{}", json!({ "user": user })).map_err(Failure::output);
    }
    writeln!(output, "{company} is set up; {} logs in with {}", user.name, user.email).map_err(Failure::output)
}

//! `switchboard setup`: make the installation a company's, without a browser.

use std::io::{BufRead, Write};

use clap::Args;
use serde_json::json;
use switchboard_app::set_up::SetUp;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Make the installation a company's, without a browser.
///
/// The password is read from the first line of standard input. Searches and sources are added with their own commands.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What the company is called.
    #[arg(long)]
    company: String,
    /// What colleagues call the first administrator.
    #[arg(long)]
    name: String,
    /// What the first administrator logs in with.
    #[arg(long)]
    email: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
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
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|error| Failure::usage(format_args!("the password cannot be read from standard input: {error}")))?;
    let installation = shared.installation()?;
    let door = Door::open(&installation, "setup").await?;
    let done = set_up(shared, &door, arguments, password.trim_end_matches(['\r', '\n'])).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn set_up(shared: &Shared, door: &Door, arguments: Arguments, password: &str) -> Result<(), Failure> {
    let Arguments { company, name, email, time_zone, handles, website, mut departments, .. } = arguments;
    if let (true, Door::Own { app, .. }) = (departments.is_empty(), door) {
        departments = app.department_template().iter().map(|department| department.key.clone()).collect();
    }
    let by = SetUp {
        name,
        email,
        password: password.to_owned(),
        time_zone,
        company,
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

//! `switchboard completions`: completions for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::{Failure, Status};

/// Print completions for a shell.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "switchboard", &mut text);
    std::io::Write::write_all(&mut std::io::stdout(), &text).map_err(Failure::output)?;
    Ok(Status::Done)
}

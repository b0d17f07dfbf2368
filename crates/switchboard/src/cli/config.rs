//! `switchboard config`: check, show or make the configuration.

use std::io::Write;

use clap::{Args, Subcommand};

use super::Shared;
use crate::config::Config;
use crate::failure::{Failure, Status};
use crate::installation::Installation;

/// Check, show or make the configuration.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say whether the configuration can be used.
    Check,
    /// Print the values in use and where each comes from; secrets are hidden.
    Show,
    /// Print a commented configuration file with the defaults.
    Sample,
    /// Print the reference page of all keys.
    #[command(hide = true)]
    Reference,
}

pub(crate) fn run(shared: &Shared, arguments: &Arguments) -> Result<Status, Failure> {
    let text = match arguments.action {
        Action::Sample => Config::sample(),
        Action::Reference => Config::reference(),
        Action::Check => {
            let installation = Installation::new(&shared.data, shared.config.as_deref())?;
            installation.routing()?;
            installation.registry()?;
            "the configuration can be used\n".to_owned()
        }
        Action::Show => {
            let config = Installation::new(&shared.data, shared.config.as_deref())?.config;
            if shared.json { format!("{}\n", config.show_json()) } else { config.show() }
        }
    };
    std::io::stdout().write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(Status::Done)
}

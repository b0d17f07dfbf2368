//! `switchboard account`: keep the accounts that the company answers with.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_app::answer::account::{AccountChange, NewAccount};
use switchboard_model::{Account, Department, SourceKind};

use super::Shared;
use crate::door::Door;
use crate::door::answers::{departments, settings};
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::terminal::harmless;

/// Keep the accounts that the company answers with.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the accounts and what is wrong with them.
    List,
    /// Add an account; its network is asked who it is.
    Add {
        /// mastodon or bluesky.
        #[arg(value_parser = network)]
        network: SourceKind,
        /// Settings as JSON (docs/reference/accounts.md), or - to read them from standard input.
        settings: String,
        /// A department that may answer with it (key or name); may be given more than once [default: all].
        #[arg(long, value_name = "DEPARTMENT")]
        department: Vec<String>,
    },
    /// Change an account: a new token, other departments.
    Change {
        /// Its handle or id.
        account: String,
        /// All settings as JSON, or - to read them from standard input.
        #[arg(long)]
        settings: Option<String>,
        /// A department that may answer with it; may be given more than once, empty for all.
        #[arg(long, value_name = "DEPARTMENT")]
        department: Option<Vec<String>>,
    },
    /// Ask an account's network whether it is let in.
    Check {
        /// Its handle or id.
        account: String,
    },
    /// Remove an account; what it said stays the company's.
    Remove {
        /// Its handle or id.
        account: String,
    },
}

fn network(word: &str) -> Result<SourceKind, String> {
    SourceKind::from_word(word)
        .filter(|kind| matches!(kind, SourceKind::Mastodon | SourceKind::Bluesky))
        .ok_or_else(|| format!("nothing is answered on '{word}'; use mastodon or bluesky"))
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "account").await?;
    let done = act(shared, &installation, &door, arguments.action).await;
    door.close().await;
    done
}

async fn act(shared: &Shared, installation: &Installation, door: &Door, action: Action) -> Result<Status, Failure> {
    match action {
        Action::List => list(shared, &door.accounts().await?),
        Action::Add { network, settings: text, department } => {
            let departments = departments(&known(installation).await?, &department)?;
            let new = NewAccount { network, settings: settings(&text)?, departments };
            say(shared, &door.add_account(new).await?)
        }
        Action::Change { account, settings: text, department } => {
            let account = find(door, &account).await?;
            let departments = match department {
                Some(words) => {
                    let words: Vec<String> = words.into_iter().filter(|word| !word.trim().is_empty()).collect();
                    Some(departments(&known(installation).await?, &words)?)
                }
                None => None,
            };
            let change = AccountChange { settings: text.as_deref().map(settings).transpose()?, departments };
            say(shared, &door.change_account(&account, change).await?)
        }
        Action::Check { account } => {
            let account = find(door, &account).await?;
            say(shared, &door.check_account(&account).await?)
        }
        Action::Remove { account } => {
            let account = find(door, &account).await?;
            door.remove_account(&account).await?;
            Ok(Status::Done)
        }
    }
}

async fn known(installation: &Installation) -> Result<Vec<Department>, Failure> {
    let store = installation.open_store_for_reading().await?;
    let household = store.load_household().await;
    store.close().await;
    Ok(household?.departments)
}

/// The account of that handle or id.
pub(super) async fn find(door: &Door, wanted: &str) -> Result<Account, Failure> {
    let name = wanted.trim().trim_start_matches('@');
    let accounts = door.accounts().await?;
    let is_it = |account: &Account| account.handle.eq_ignore_ascii_case(name) || account.id.to_string() == name;
    let handles = accounts.iter().map(|account| account.handle.as_str()).collect::<Vec<_>>().join(", ");
    accounts
        .iter()
        .find(|account| is_it(account))
        .cloned()
        .ok_or_else(|| Failure::usage(format_args!("there is no account '{wanted}'; there are: {handles}")))
}

fn say(shared: &Shared, account: &Account) -> Result<Status, Failure> {
    list(shared, std::slice::from_ref(account))
}

fn list(shared: &Shared, accounts: &[Account]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    for account in accounts {
        let line = if shared.json {
            json!(account).to_string()
        } else {
            let state = if account.trouble.is_empty() { "ready" } else { account.trouble.as_str() };
            format!("{}  {}  {}", account.network.as_str(), harmless(&account.handle), harmless(state))
        };
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    if accounts.is_empty() && !shared.json {
        writeln!(output, "no accounts; add one with switchboard account add").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

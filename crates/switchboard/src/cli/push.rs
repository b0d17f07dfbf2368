//! `switchboard push`: telling people in their browsers.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use switchboard_model::push::PushSettings;
use uuid::Uuid;

use super::Shared;
use super::mail::YesNo;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Say whether people are told things in their browsers, and keep the browsers of a user.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show whether browsers are told anything, and how.
    Show,
    /// Say whether browsers are told anything, and how; what is left out stays.
    Set {
        /// Whether anything is sent to the push services of browsers.
        #[arg(long, value_name = "yes|no")]
        on: Option<YesNo>,
        /// Whether a message says what happened; else it says that something did.
        #[arg(long, value_name = "yes|no")]
        texts: Option<YesNo>,
        /// How push services reach you: a mail address, or an address that begins with https://.
        #[arg(long)]
        contact: Option<String>,
    },
    /// Have push services know the installation by a new key; all browsers have to be registered anew.
    RenewKey,
    /// List the browsers of a user.
    Browsers {
        /// E-mail address of the user.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
    },
    /// Send a browser of a user a trial message.
    Try {
        /// Its id.
        id: Uuid,
        /// E-mail address of the user.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
    },
    /// Remove a browser of a user; it is told nothing any more.
    Remove {
        /// Its id.
        id: Uuid,
        /// E-mail address of the user.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "push").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::Show => show(shared, &door.push().await?),
        Action::Set { on, texts, contact } => {
            let mut settings = door.push().await?;
            settings.is_on = on.map_or(settings.is_on, |on| on == YesNo::Yes);
            settings.shows_texts = texts.map_or(settings.shows_texts, |texts| texts == YesNo::Yes);
            settings.contact = contact.unwrap_or(settings.contact);
            show(shared, &door.set_push(settings).await?)
        }
        Action::RenewKey => {
            door.renew_push_key().await?;
            if shared.json { Ok(()) } else { say("there is a new key; every browser has to be registered anew") }
        }
        Action::Browsers { user } => {
            let browsers = door.push_browsers(&user).await?;
            if shared.json {
                return say(&json!(browsers).to_string());
            }
            for one in browsers {
                let last = one.succeeded_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
                let trouble = if one.trouble.is_empty() { String::new() } else { format!(": {}", one.trouble) };
                say(&harmless(&format!("{}  {}, last told {last}{trouble}", one.id, one.name)))?;
            }
            Ok(())
        }
        Action::Try { id, user } => {
            door.try_push(id, &user).await?;
            say("the push service took it")
        }
        Action::Remove { id, user } => door.remove_push_browser(id, &user).await,
    }
}

fn show(shared: &Shared, settings: &PushSettings) -> Result<(), Failure> {
    if shared.json {
        return say(&json!(settings).to_string());
    }
    let PushSettings { is_on, shows_texts, contact } = settings;
    if !is_on {
        return say("nothing is told in browsers");
    }
    let what = if *shows_texts { "what happened" } else { "that something happened" };
    say(&harmless(&format!("browsers are told {what}; push services reach you by {contact}")))
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::output)
}

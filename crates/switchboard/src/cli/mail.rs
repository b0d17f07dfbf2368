//! `switchboard mail`: the server for mail, and messages that were given up.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use switchboard_model::LinkSettings;
use switchboard_model::mail::{MailSecurity, MailServer};
use uuid::Uuid;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the server for mail, and look after messages that were given up.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the server for mail, without its password.
    Show,
    /// Name the server for mail.
    Set {
        /// Its name, as mail.acme.example.
        host: String,
        /// The address that mail comes from, as "Acme desk <desk@acme.example>".
        from: String,
        /// Its port.
        #[arg(long, default_value_t = 465)]
        port: u16,
        /// How the way there is kept from others.
        #[arg(long, default_value = "tls")]
        security: SecurityWord,
        /// Who we are to it, if it asks.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Read the password from standard input; without, the one that is there stays as long as server and user do.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Send no mail any more.
    Remove,
    /// Send a trial message and show what the server answers.
    Try {
        /// To whom.
        to: String,
    },
    /// Show how links in messages work, or say whether whoever uses one has to be logged in.
    Links {
        /// Whether they have to.
        #[arg(long, value_name = "yes|no")]
        log_in: Option<YesNo>,
    },
    /// List messages that were given up, to people and into rooms.
    Deliveries,
    /// Send a message again that was given up.
    Retry {
        /// Its id.
        id: Uuid,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum YesNo {
    /// It is so.
    Yes,
    /// It is not.
    No,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SecurityWord {
    /// TLS from the first byte.
    Tls,
    /// TLS from the first answer on.
    Starttls,
    /// In the clear, for a server on the same machine.
    Plain,
}

impl From<SecurityWord> for MailSecurity {
    fn from(word: SecurityWord) -> Self {
        match word {
            SecurityWord::Tls => Self::Tls,
            SecurityWord::Starttls => Self::StartTls,
            SecurityWord::Plain => Self::Plain,
        }
    }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "mail").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::Show => show(shared, door.mail().await?.as_ref()),
        Action::Set { host, from, port, security, user, password_stdin } => {
            let password = password_stdin.then(|| std::io::read_to_string(std::io::stdin())).transpose();
            let password = password.map_err(|error| Failure::usage(format_args!("standard input: {error}")))?;
            let password = password.map(|password| password.trim_end_matches(['\r', '\n']).to_owned());
            let server = MailServer { host, port, security: security.into(), user, password, from };
            show(shared, door.set_mail(Some(server)).await?.as_ref())
        }
        Action::Remove => door.set_mail(None).await.map(drop),
        Action::Try { to } => {
            let answer = door.try_mail(&to).await?;
            if shared.json {
                return say(&json!({ "answer": answer }).to_string());
            }
            say(&format!("the server took it: {}", harmless(&answer)))
        }
        Action::Links { log_in } => {
            let settings = match log_in {
                Some(log_in) => door.set_link_settings(LinkSettings { needs_log_in: log_in == YesNo::Yes }).await?,
                None => door.link_settings().await?,
            };
            if shared.json {
                return say(&json!(settings).to_string());
            }
            say(if settings.needs_log_in {
                "whom a message is for has to be logged in to use its links"
            } else {
                "whoever has a message uses its links without logging in"
            })
        }
        Action::Deliveries => {
            let dead = door.deliveries().await?;
            if shared.json {
                return say(&json!(dead).to_string());
            }
            for one in dead {
                let to = one.user.map_or_else(|| one.target.clone(), |user| user.to_string());
                let (id, channel, attempts) = (one.id, one.channel.as_str(), one.attempts);
                say(&format!("{id}  {channel} to {}: {attempts} times, {}", harmless(&to), harmless(&one.trouble)))?;
            }
            Ok(())
        }
        Action::Retry { id } => door.retry_delivery(id).await,
    }
}

fn show(shared: &Shared, server: Option<&MailServer>) -> Result<(), Failure> {
    match server {
        _ if shared.json => say(&json!(server).to_string()),
        None => say("no server is named, and no mail leaves"),
        Some(server) => {
            let user = server.user.as_deref().map_or_else(String::new, |user| format!(" as {user}"));
            let (host, port, security) = (&server.host, server.port, server.security.as_str());
            say(&harmless(&format!("{host}:{port} ({security}){user}, from {}", server.from)))
        }
    }
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::output)
}

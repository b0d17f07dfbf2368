//! `switchboard notification`: what a user was told, and wants to be told.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use switchboard_model::{Channel, Notification, NotificationKind, NotificationSettings, Pace};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Read what a user was told, and say what they want to be told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    user: Option<String>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what the user was told, the newest first.
    List {
        /// Only what was not read.
        #[arg(long)]
        unread: bool,
    },
    /// Mark one as read, or all.
    Read {
        /// Its number; everything if left out.
        id: Option<i64>,
    },
    /// Show what the user wants to be told where it is not as usual, or change it.
    Settings {
        /// A kind of notification, as offered.
        #[arg(long, requires = "pace", value_parser = kind)]
        kind: Option<NotificationKind>,
        /// By what.
        #[arg(long, default_value = "mail", requires = "kind")]
        channel: ChannelWord,
        /// How soon.
        #[arg(long, requires = "kind")]
        pace: Option<PaceWord>,
    },
}

fn kind(word: &str) -> Result<NotificationKind, String> {
    let word = word.replace('-', "_");
    NotificationKind::from_word(&word).ok_or_else(|| {
        let words: Vec<&str> = NotificationKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("there is no such kind; they are {}", words.join(", "))
    })
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChannelWord {
    Page,
    Mail,
    Chat,
    Push,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PaceWord {
    AtOnce,
    Hourly,
    Daily,
    Weekly,
    Never,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "notification").await?;
    let done = act(shared, &door, arguments).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { user, action } = arguments;
    let user = user.as_deref();
    match action {
        Action::List { unread } => list(shared, &door.notifications(unread, user).await?),
        Action::Read { id } => door.read_notifications(id, user).await,
        Action::Settings { kind, channel, pace } => {
            let mut settings = door.notification_settings(user).await?;
            if let Some((kind, pace)) = kind.zip(pace) {
                settings.set_pace(kind, channel.into(), pace.into());
                settings = door.set_notification_settings(settings, user).await?;
            }
            show(shared, &settings)
        }
    }
}

fn list(shared: &Shared, notifications: &[Notification]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(notifications)).map_err(Failure::output);
    }
    for told in notifications {
        let new = if told.read_at.is_none() { "new" } else { "" };
        let what = told.kind.as_str().replace('_', " ");
        let more = if told.count > 1 { format!(" and {} more", told.count - 1) } else { String::new() };
        writeln!(output, "{:>6}  {new:3}  {}  {what}: case {}{more}", told.id, told.at, told.case)
            .map_err(Failure::output)?;
    }
    Ok(())
}

fn show(shared: &Shared, settings: &NotificationSettings) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(settings)).map_err(Failure::output);
    }
    for kind in NotificationKind::ALL {
        let paces: Vec<String> = Channel::ALL
            .iter()
            .map(|channel| {
                format!("{} {}", channel.as_str(), settings.pace(*kind, *channel).as_str().replace('_', " "))
            })
            .collect();
        writeln!(output, "{:14}  {}", kind.as_str(), paces.join(", ")).map_err(Failure::output)?;
    }
    Ok(())
}

impl From<ChannelWord> for Channel {
    fn from(word: ChannelWord) -> Self {
        match word {
            ChannelWord::Page => Self::Page,
            ChannelWord::Mail => Self::Mail,
            ChannelWord::Chat => Self::Chat,
            ChannelWord::Push => Self::Push,
        }
    }
}

impl From<PaceWord> for Pace {
    fn from(word: PaceWord) -> Self {
        match word {
            PaceWord::AtOnce => Self::AtOnce,
            PaceWord::Hourly => Self::Hourly,
            PaceWord::Daily => Self::Daily,
            PaceWord::Weekly => Self::Weekly,
            PaceWord::Never => Self::Never,
        }
    }
}

//! `switchboard chat`: rooms of a chat that are told what happens.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use switchboard_model::NotificationKind;
use switchboard_model::chat::{ChatFormat, ChatRoom};

use super::Shared;
use super::case::department_of;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the rooms of a chat that are told what happens.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the rooms.
    List,
    /// Add a room, or change the one of that name.
    Set {
        /// What it is called here: a-z, 0-9 and -.
        name: String,
        /// How it wants to be written to; slack is also for Mattermost and others that take the same.
        format: FormatWord,
        /// Read the address of its webhook from standard input; without, the one that is there stays.
        #[arg(long)]
        url_stdin: bool,
        /// Only what concerns this department (key or name); may be given more than once.
        #[arg(long, value_name = "DEPARTMENT")]
        department: Vec<String>,
        /// Of what it is told; may be given more than once, everything if left out.
        #[arg(long, value_name = "KIND", value_parser = kind)]
        kind: Vec<NotificationKind>,
    },
    /// Write a trial message into a room.
    Try {
        /// Its name.
        name: String,
    },
    /// Remove a room.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatWord {
    Slack,
    Discord,
    Teams,
}

impl From<FormatWord> for ChatFormat {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Slack => Self::Slack,
            FormatWord::Discord => Self::Discord,
            FormatWord::Teams => Self::Teams,
        }
    }
}

fn kind(word: &str) -> Result<NotificationKind, String> {
    let known = NotificationKind::from_word(&word.replace('-', "_")).filter(|kind| ChatRoom::KINDS.contains(kind));
    known.ok_or_else(|| {
        let words: Vec<&str> = ChatRoom::KINDS.iter().map(|kind| kind.as_str()).collect();
        format!("a room is told of {}", words.join(", "))
    })
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let household = {
        let store = installation.open_store_for_reading().await?;
        let household = store.load_household().await;
        store.close().await;
        household.map_err(Failure::from)?
    };
    let room = match &arguments.action {
        Action::Set { name, format, url_stdin, department, kind } => {
            let url = url_stdin.then(|| std::io::read_to_string(std::io::stdin())).transpose();
            let url = url.map_err(|error| Failure::usage(format_args!("standard input: {error}")))?;
            let departments: Result<_, _> = department.iter().map(|name| department_of(&household, name)).collect();
            let kinds = if kind.is_empty() { ChatRoom::KINDS.to_vec() } else { kind.clone() };
            let (name, format, url) = (name.clone(), (*format).into(), url.map(|url| url.trim().to_owned()));
            Some(ChatRoom { name, format, url, departments: departments?, kinds })
        }
        _ => None,
    };
    let door = Door::open(&installation, "chat").await?;
    let done = act(&door, arguments.action, room).await;
    door.close().await;
    if let Some(rooms) = done? {
        list(shared, &rooms)?;
    }
    Ok(Status::Done)
}

async fn act(door: &Door, action: Action, room: Option<ChatRoom>) -> Result<Option<Vec<ChatRoom>>, Failure> {
    match (action, room) {
        (_, Some(room)) => door.set_chat_room(room).await.map(Some),
        (Action::Try { name }, _) => door.try_chat_room(&name).await.map(|()| None),
        (Action::Remove { name }, _) => door.remove_chat_room(&name).await.map(|()| None),
        (Action::List | Action::Set { .. }, _) => door.chat_rooms().await.map(Some),
    }
}

fn list(shared: &Shared, rooms: &[ChatRoom]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(rooms)).map_err(Failure::output);
    }
    for room in rooms {
        let kinds: Vec<String> = room.kinds.iter().map(|kind| kind.as_str().replace('_', " ")).collect();
        let of = match room.departments.len() {
            0 => "all departments".to_owned(),
            1 => "1 department".to_owned(),
            count => format!("{count} departments"),
        };
        writeln!(output, "{}  {}  {of}: {}", harmless(&room.name), room.format.as_str(), kinds.join(", "))
            .map_err(Failure::output)?;
    }
    Ok(())
}

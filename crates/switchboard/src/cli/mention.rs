//! `switchboard mention`: say of a mention that it needs no case, and take that back.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use switchboard_model::{DismissalReason, PostId};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Say of a mention that it needs no case, and take that back.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user for whom it is done.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    user: Option<String>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Dismiss a mention: it needs no case.
    Dismiss {
        /// Id of the post.
        post: String,
        /// Why.
        #[arg(long)]
        reason: ReasonWord,
        /// What else there is to say; needed where the reason is another.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Take a dismissal back. A mention that needs an answer gets its case.
    Reopen {
        /// Id of the post.
        post: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReasonWord {
    NothingToAnswer,
    OffTopic,
    Spam,
    Handled,
    Provocation,
    Other,
}

impl From<ReasonWord> for DismissalReason {
    fn from(word: ReasonWord) -> Self {
        match word {
            ReasonWord::NothingToAnswer => Self::NothingToAnswer,
            ReasonWord::OffTopic => Self::OffTopic,
            ReasonWord::Spam => Self::Spam,
            ReasonWord::Handled => Self::Handled,
            ReasonWord::Provocation => Self::Provocation,
            ReasonWord::Other => Self::Other,
        }
    }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "mention").await?;
    let done = act(shared, &door, arguments).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { user, action } = arguments;
    let (json, words) = match action {
        Action::Dismiss { post, reason, note } => {
            let dismissal = door.dismiss(&PostId(post), reason.into(), &note, user.as_deref()).await?;
            (json!(dismissal), format!("dismissed: {}", dismissal.reason.as_str()))
        }
        Action::Reopen { post } => {
            let case = door.reopen_mention(&PostId(post), user.as_deref()).await?;
            let words = case.map_or_else(|| "it needs no answer".to_owned(), |case| format!("case {case}"));
            (json!({ "case": case }), words)
        }
    };
    let mut output = std::io::stdout().lock();
    let text = if shared.json { json.to_string() } else { words };
    writeln!(output, "{text}").map_err(Failure::output)
}

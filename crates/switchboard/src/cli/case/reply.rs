//! `switchboard case reply`: answer a case.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;
use switchboard_app::answer::reply::NewReply;
use switchboard_model::{CaseId, PostId, Then};

use super::super::{Shared, account};
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::installation::Installation;

/// Answer a case. The reply goes into the outbox, and a running serve sends it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its number.
    case: CaseId,
    /// What is said; - reads it from standard input.
    text: String,
    /// Handle or id of the account it leaves from.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Id of the post that is answered [default: the newest of the case that is not ours].
    #[arg(long, value_name = "POST")]
    to: Option<String>,
    /// What becomes of the case once it is sent.
    #[arg(long, default_value = "wait")]
    then: ThenWord,
    /// Seconds in which it can still be withdrawn.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    after: u32,
    /// What you call it: run again under the same key, it is not sent twice.
    #[arg(long)]
    key: Option<String>,
    /// Why a second answer to the same post has to leave; it is refused without.
    #[arg(long, value_name = "WHY")]
    despite: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ThenWord {
    Stay,
    Wait,
    Close,
}

impl From<ThenWord> for Then {
    fn from(word: ThenWord) -> Self {
        match word {
            ThenWord::Stay => Self::Stay,
            ThenWord::Wait => Self::Wait,
            ThenWord::Close => Self::Close,
        }
    }
}

pub(super) async fn run(
    shared: &Shared,
    installation: &Installation,
    arguments: Arguments,
    user: Option<String>,
    seen: Option<u32>,
) -> Result<Status, Failure> {
    let Arguments { case, text, from, to, then, after, key, despite } = arguments;
    let text = match text.as_str() {
        "-" => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Failure::usage(format_args!("standard input cannot be read: {error}")))?,
        _ => text,
    };
    let door = Door::open(installation, "case").await?;
    let replied = async {
        let account = account::find(&door, &from).await?;
        let new = NewReply {
            account: account.id,
            to: to.map(PostId),
            text,
            then: then.into(),
            seen,
            draft_version: None,
            client_key: key,
            despite,
            send_after_s: after,
        };
        door.reply(case, new, user.as_deref()).await
    };
    let replied = replied.await;
    door.close().await;
    let reply = replied?;
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{}", json!(reply)).map_err(Failure::output)?;
    } else {
        writeln!(output, "in the outbox: reply {}", reply.id).map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

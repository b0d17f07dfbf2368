//! `switchboard case bulk`: one thing done to many cases.

use std::io::Write;
use std::str::FromStr;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;
use switchboard_app::cases::bulk::{BulkAct, Chosen};
use switchboard_app::cases::transfer::Transfer;
use switchboard_model::{Awaited, CaseId};
use switchboard_store::Household;

use super::super::Shared;
use super::{OutcomeWord, ReasonWord, department_of, user_of};
use crate::door::Door;
use crate::door::cases::Bulked;
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::terminal::harmless;

/// Do one thing to many cases. Each is done or refused by itself.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Their numbers: 12,15,20-25, or - to read them from standard input; 12.5 is case 12 only while it has version 5.
    #[arg(long, value_name = "NUMBERS", required = true, allow_hyphen_values = true)]
    cases: String,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make the user of --as the owner.
    Claim,
    /// Make a user of their department the owner.
    Assign {
        /// E-mail address of the new owner.
        to: String,
    },
    /// Give them back to the desks of their departments.
    Release {
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Offer them to another department or user.
    Transfer {
        /// The department (key or name).
        department: String,
        /// What the receiver has to know.
        note: String,
        /// One user of it.
        #[arg(long = "to", value_name = "EMAIL")]
        to: Option<String>,
        /// Why, in one word.
        #[arg(long, default_value = "not-ours")]
        reason: ReasonWord,
        /// Follow the cases after they were accepted.
        #[arg(long)]
        watch: bool,
    },
    /// Add tags, and remove those of --remove.
    Tag {
        /// Tags to add.
        add: Vec<String>,
        /// A tag to remove; may be given more than once.
        #[arg(long, value_name = "TAG")]
        remove: Vec<String>,
    },
    /// Say how urgent they are, 0 to 100.
    Prioritise {
        /// 0 to 100.
        #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
        score: u8,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Let them sleep until a moment.
    Snooze {
        /// When they wake: 2026-12-24T09:00:00Z.
        until: Timestamp,
    },
    /// Let them wait for their authors, or for a colleague.
    Wait {
        /// For a colleague who was asked; clocks go on.
        #[arg(long)]
        colleague: bool,
    },
    /// End them.
    Close {
        /// How they ended.
        outcome: OutcomeWord,
        /// Why; needed for no-answer.
        #[arg(default_value = "")]
        reason: String,
    },
    /// Leave a note among colleagues in each.
    Note {
        /// What it says.
        text: String,
    },
    /// Have the user of --as follow them.
    Watch,
    /// Have them go into one case, which keeps its owner.
    Merge {
        /// The number of the case that goes on.
        into: CaseId,
    },
}

impl Action {
    fn into_act(self, household: &Household) -> Result<BulkAct, Failure> {
        Ok(match self {
            Self::Claim => BulkAct::Claim,
            Self::Assign { to } => BulkAct::Assign { to: user_of(household, &to)? },
            Self::Release { why } => BulkAct::Release { why },
            Self::Transfer { department, note, to, reason, watch } => BulkAct::Transfer(Transfer {
                department: department_of(household, &department)?,
                user: to.as_deref().map(|email| user_of(household, email)).transpose()?,
                reason: reason.into(),
                note,
                accept_within_min: None,
                keeps_watching: watch,
            }),
            Self::Tag { add, remove } => BulkAct::Tag { added: add, removed: remove },
            Self::Prioritise { score, why } => BulkAct::Prioritise { score, why },
            Self::Snooze { until } => BulkAct::Snooze { until },
            Self::Wait { colleague } => {
                BulkAct::Wait { on: if colleague { Awaited::Colleague } else { Awaited::Author } }
            }
            Self::Close { outcome, reason } => BulkAct::Close { outcome: outcome.into(), reason },
            Self::Note { text } => BulkAct::Note { text },
            Self::Watch => BulkAct::Watch,
            Self::Merge { into } => BulkAct::Merge { into },
        })
    }
}

pub(super) async fn run(
    shared: &Shared,
    installation: &Installation,
    arguments: Arguments,
    user: Option<String>,
) -> Result<Status, Failure> {
    let Arguments { cases, action } = arguments;
    let numbers = match cases.as_str() {
        "-" => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Failure::usage(format_args!("standard input cannot be read: {error}")))?,
        _ => cases,
    };
    let mut chosen = read_cases(&numbers)?;
    let store = installation.open_store_for_reading().await?;
    let household = store.load_household().await;
    store.close().await;
    let act = action.into_act(&household?)?;
    // The one that goes on may stand among those that go into it.
    if let BulkAct::Merge { into } = act {
        chosen.retain(|one| one.case != into);
    }
    let door = Door::open(installation, "case").await?;
    let done = door.act_on_cases(&chosen, &act, user.as_deref()).await;
    door.close().await;
    // What somebody follows is theirs to end with `case unwatch`.
    tell(shared, &done?, act != BulkAct::Watch)
}

/// Take back what `case bulk` did. Of each case what was done last, if nobody has gone on from there.
#[derive(Debug, Args)]
pub(crate) struct UndoArguments {
    /// What to take back, as `case bulk` told it: 12.5 is event 5 of case 12.
    #[arg(required = true, value_name = "CASE.EVENT")]
    events: Vec<String>,
}

pub(super) async fn undo(
    shared: &Shared,
    installation: &Installation,
    arguments: UndoArguments,
    user: Option<String>,
) -> Result<Status, Failure> {
    let event = |chosen: Chosen| Some((chosen.case, chosen.seen?));
    let unknown = || Failure::usage("say of each case which event is taken back, as 12.5 for event 5 of case 12");
    let events = read_cases(&arguments.events.join(","))?.into_iter().map(event).collect::<Option<Vec<_>>>();
    let events = events.ok_or_else(unknown)?;
    let door = Door::open(installation, "case").await?;
    let done = door.undo_on_cases(&events, user.as_deref()).await;
    door.close().await;
    tell(shared, &done?, false)
}

/// `12,15.3 20-25`: each number once, in its order.
fn read_cases(text: &str) -> Result<Vec<Chosen>, Failure> {
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut add = |case: i64, seen| {
        if chosen.iter().all(|one| one.case.0 != case) {
            chosen.push(Chosen { case: CaseId(case), seen });
        }
    };
    for word in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()) {
        let bad =
            || Failure::usage(format_args!("'{}' is not the number of a case, as 12, 12.5 or 20-25", harmless(word)));
        match (word.split_once('-'), word.split_once('.')) {
            (Some((first, last)), None) => {
                let (first, last): (i64, i64) = (number(first).ok_or_else(bad)?, number(last).ok_or_else(bad)?);
                // A range of millions would be refused for its length anyway.
                if last < first || last - first > 10_000 {
                    return Err(bad());
                }
                (first..=last).for_each(|case| add(case, None));
            }
            (None, Some((case, seen))) => {
                add(number(case).ok_or_else(bad)?, Some(number(seen).ok_or_else(bad)?));
            }
            (None, None) => add(number(word).ok_or_else(bad)?, None),
            (Some(_), Some(_)) => return Err(bad()),
        }
    }
    if chosen.is_empty() { Err(Failure::usage("no case is named")) } else { Ok(chosen) }
}

fn number<T: FromStr>(word: &str) -> Option<T> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// What became of each, and how it is taken back.
fn tell(shared: &Shared, results: &[Bulked], can_undo: bool) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        writeln!(output, "{}", json!(results)).map_err(Failure::output)?;
    }
    let (mut refused, mut back) = (0, String::new());
    for one in results {
        let said = match (&one.error, one.version) {
            (Some(error), _) => {
                refused += 1;
                eprintln!("case {}: {}", one.case, harmless(&error.message));
                continue;
            }
            (None, Some(version)) if one.changed => {
                back.push_str(&format!(" {}.{version}", one.case));
                format!("case {}: done, version {version}", one.case)
            }
            (None, _) => format!("case {}: nothing to do", one.case),
        };
        if !shared.json {
            writeln!(output, "{said}").map_err(Failure::output)?;
        }
    }
    if can_undo && !shared.json && !back.is_empty() {
        writeln!(output, "take it back: switchboard case bulk-undo{back}").map_err(Failure::output)?;
    }
    Ok(Status::of_rejected(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cases_are_read() {
        let read = |text: &str| {
            let chosen = read_cases(text).ok()?;
            Some(chosen.iter().map(|one| (one.case.0, one.seen)).collect::<Vec<_>>())
        };
        assert_eq!(read("12"), Some(vec![(12, None)]));
        assert_eq!(
            read("12,15.3\n20-22 12"),
            Some(vec![(12, None), (15, Some(3)), (20, None), (21, None), (22, None)])
        );
        for bad in ["", ",", "-", "a", "12-", "22-20", "1-99999999", "12.x", "1.2-3", "-4", "99999999999999999999"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}

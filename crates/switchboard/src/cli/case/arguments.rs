//! What `switchboard case` is told: its arguments, and the words of some of them.

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use switchboard_model::{CaseId, Outcome, TransferReason};

use super::{bulk, reply};
use crate::failure::Failure;

/// Work on cases.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user for whom it is done; claiming and accepting need one.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    pub(super) user: Option<String>,
    /// Do it only if the case still has this version.
    #[arg(long, global = true, value_name = "VERSION")]
    pub(super) seen: Option<u32>,
    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// List cases, most urgent first.
    List {
        /// Only those of this department (key or name); may be given several times for any of them.
        #[arg(long = "department")]
        departments: Vec<String>,
        /// Only those that this user owns.
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// Only those that a desk owns.
        #[arg(long)]
        unclaimed: bool,
        /// Only those in this state; all that are not closed if left out.
        #[arg(long)]
        state: Option<StateWord>,
        /// Only those with this tag.
        #[arg(long)]
        tag: Option<String>,
        /// Only those of conversations on this network.
        #[arg(long)]
        network: Option<String>,
        /// Only those whose newest post reads as this language, as de.
        #[arg(long)]
        language: Option<String>,
        /// Only those of at least this priority.
        #[arg(long, value_name = "PRIORITY", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
        least: u8,
        /// The newest first.
        #[arg(long)]
        newest: bool,
        /// Print nothing but their numbers, as `case bulk --cases -` reads them.
        #[arg(long)]
        numbers: bool,
        /// How many at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Show a case with its conversation and history.
    Show {
        /// Its number.
        case: CaseId,
    },
    /// Tell which rules looked at its post, and why each held or not.
    Trace {
        /// Its number.
        case: CaseId,
    },
    /// Make a case of a stored post.
    Open {
        /// Id of the post.
        post: String,
    },
    /// Make the user of --as the owner.
    Claim {
        /// Its number.
        case: CaseId,
    },
    /// Send it where past cases would have it: to the desk of the department that was proposed.
    Confirm {
        /// Its number.
        case: CaseId,
    },
    /// Make a user of its department the owner.
    Assign {
        /// Its number.
        case: CaseId,
        /// E-mail address of the new owner.
        to: String,
    },
    /// Give it back to the desk of its department.
    Release {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Offer it to another department or user; the owner stays until it is accepted.
    Transfer {
        /// Its number.
        case: CaseId,
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
        /// How many minutes the offer stands.
        #[arg(long, value_name = "MINUTES")]
        within: Option<u32>,
        /// Follow the case after it was accepted.
        #[arg(long)]
        watch: bool,
    },
    /// Accept what is offered, as the user of --as.
    Accept {
        /// Its number.
        case: CaseId,
        /// A note for whoever offered it.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Decline what is offered.
    Decline {
        /// Its number.
        case: CaseId,
        /// Why, for whoever offered it.
        note: String,
    },
    /// Take an offer back.
    Withdraw {
        /// Its number.
        case: CaseId,
    },
    /// Leave a note among colleagues.
    Note {
        /// Its number.
        case: CaseId,
        /// What it says.
        text: String,
    },
    /// Ask a colleague, or somebody outside, by e-mail address.
    Ask {
        /// Its number.
        case: CaseId,
        /// Who is asked: the e-mail address of a user, or with --outside of somebody without an account.
        whom: String,
        /// What is asked.
        text: String,
        /// They have no account: a letter with a link goes to them.
        #[arg(long)]
        outside: bool,
        /// What somebody outside is called.
        #[arg(long, value_name = "NAME", default_value = "")]
        name: String,
        /// Whether the page of the link shows the conversation; only of public cases if left out.
        #[arg(long, value_name = "YES")]
        shows_posts: Option<bool>,
        /// Let the case wait for the answer.
        #[arg(long)]
        wait: bool,
    },
    /// Answer a question, as the user of --as who was asked, or for whoever told you.
    Answer {
        /// Its number.
        case: CaseId,
        /// The number of the question in the history.
        question: u32,
        /// What is answered.
        text: String,
    },
    /// Take a question back; its link answers nothing any more.
    WithdrawQuestion {
        /// Its number.
        case: CaseId,
        /// The number of the question in the history.
        question: u32,
    },
    /// Add tags, and remove those of --remove.
    Tag {
        /// Its number.
        case: CaseId,
        /// Tags to add.
        add: Vec<String>,
        /// A tag to remove; may be given more than once.
        #[arg(long, value_name = "TAG")]
        remove: Vec<String>,
    },
    /// Say how urgent it is, 0 to 100.
    Prioritise {
        /// Its number.
        case: CaseId,
        /// 0 to 100.
        score: u8,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Let it sleep until a moment.
    Snooze {
        /// Its number.
        case: CaseId,
        /// When it wakes: 2026-12-24T09:00:00Z.
        until: Timestamp,
    },
    /// Let it wait for its author, or for a colleague.
    Wait {
        /// Its number.
        case: CaseId,
        /// For a colleague who was asked; clocks go on.
        #[arg(long)]
        colleague: bool,
    },
    /// Have a user follow it beside its owner: the user of --as if nobody is named.
    Watch {
        /// Its number.
        case: CaseId,
        /// E-mail address of the user.
        who: Option<String>,
    },
    /// Have a user follow it no more.
    Unwatch {
        /// Its number.
        case: CaseId,
        /// E-mail address of the user.
        who: Option<String>,
    },
    /// Have a department beside its own follow it.
    Involve {
        /// Its number.
        case: CaseId,
        /// The department (key or name).
        department: String,
        /// Why.
        why: String,
    },
    /// Have a department follow it no more.
    Excuse {
        /// Its number.
        case: CaseId,
        /// The department (key or name).
        department: String,
    },
    /// Let it wait or sleep no longer.
    Resume {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// End it.
    Close {
        /// Its number.
        case: CaseId,
        /// How it ended.
        outcome: OutcomeWord,
        /// Why; needed for no-answer.
        #[arg(default_value = "")]
        reason: String,
        /// Take back what seniors were asked for and have not done.
        #[arg(long)]
        withdraw_outreach: bool,
    },
    /// Begin a closed one again.
    Reopen {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Take back what you last did to it, within 10 minutes and as long as nobody has gone on from there.
    Undo {
        /// Its number.
        case: CaseId,
        /// The number of an event of its history instead; that of an undo makes it hold again.
        #[arg(long, value_name = "NUMBER")]
        event: Option<u32>,
    },
    /// Do one thing to many cases. Each is done or refused by itself.
    Bulk(bulk::Arguments),
    /// Take back what `case bulk` did.
    BulkUndo(bulk::UndoArguments),
    /// Have another case go into this one, which keeps its owner.
    Merge {
        /// The number of the case that goes on.
        case: CaseId,
        /// The number of the case that ends in it.
        other: CaseId,
        /// Why the two are one.
        #[arg(default_value = "")]
        why: String,
        /// Do it only if the other case still has this version.
        #[arg(long, value_name = "VERSION")]
        seen_other: Option<u32>,
    },
    /// Take a case out again that went into this one.
    TakeApart {
        /// Its number.
        case: CaseId,
        /// The number of the case that went into it.
        other: CaseId,
    },
    /// Make a case of some of its posts, with what answers them.
    Split {
        /// Its number.
        case: CaseId,
        /// Why it is another matter.
        why: String,
        /// Id of a post; may be given several times.
        #[arg(long = "post", value_name = "ID", required = true)]
        posts: Vec<String>,
        /// The department of the new case (key or name); that of the old one if left out.
        #[arg(long)]
        department: Option<String>,
        /// E-mail address of the user of it who owns the new case; whoever owns the old one if left out.
        #[arg(long, value_name = "EMAIL")]
        to: Option<String>,
        /// The desk owns it, whoever owns the old one.
        #[arg(long, conflicts_with = "to")]
        desk: bool,
    },
    /// List cases that may be about the same.
    Similar {
        /// Its number.
        case: CaseId,
    },
    /// Answer it. The reply goes into the outbox, and a running serve sends it.
    Reply(reply::Arguments),
    /// Check that every case has exactly one owner and is what its history says.
    Check,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StateWord {
    Open,
    Waiting,
    Snoozed,
    Closed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum OutcomeWord {
    SolvedPublicly,
    SolvedPrivately,
    Thanked,
    NoAnswer,
}

impl From<OutcomeWord> for Outcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::SolvedPublicly => Self::SolvedPublicly,
            OutcomeWord::SolvedPrivately => Self::SolvedPrivately,
            OutcomeWord::Thanked => Self::Thanked,
            OutcomeWord::NoAnswer => Self::NoAnswer,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ReasonWord {
    NotOurs,
    Expertise,
    Language,
    OffDuty,
    Workload,
    Escalation,
    Other,
}

impl From<ReasonWord> for TransferReason {
    fn from(word: ReasonWord) -> Self {
        match word {
            ReasonWord::NotOurs => Self::NotOurs,
            ReasonWord::Expertise => Self::Expertise,
            ReasonWord::Language => Self::Language,
            ReasonWord::OffDuty => Self::OffDuty,
            ReasonWord::Workload => Self::Workload,
            ReasonWord::Escalation => Self::Escalation,
            ReasonWord::Other => Self::Other,
        }
    }
}

impl Action {
    /// Whether it does what `--as` and `--seen` say; what it cannot do is refused, not left out.
    pub(super) fn can_heed(&self, user: Option<&str>, seen: Option<u32>) -> Result<(), Failure> {
        let is_read = matches!(
            self,
            Self::List { .. } | Self::Show { .. } | Self::Trace { .. } | Self::Similar { .. } | Self::Check
        );
        if user.is_some() && (is_read || matches!(self, Self::Open { .. })) {
            return Err(Failure::usage("the operator of the machine does this for nobody else; leave out --as"));
        }
        let is_beside = matches!(
            self,
            Self::Open { .. }
                | Self::Ask { .. }
                | Self::Answer { .. }
                | Self::WithdrawQuestion { .. }
                | Self::Watch { .. }
                | Self::Unwatch { .. }
                | Self::Involve { .. }
                | Self::Excuse { .. }
        );
        if seen.is_some() && matches!(self, Self::Bulk(_) | Self::BulkUndo(_)) {
            return Err(Failure::usage("each case has its own version: write 12.5 for case 12 at version 5"));
        }
        if seen.is_some() && (is_read || is_beside) {
            return Err(Failure::usage("this holds whatever has happened to the case meanwhile; leave out --seen"));
        }
        Ok(())
    }
}

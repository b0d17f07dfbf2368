//! The history of a case: what happened, when, by whom, and why. Entries are only ever added.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::merge::{Merged, Separated, TakenApart};
use crate::{
    Assessment, Awaited, CaseId, ClockKind, DepartmentId, OutreachAsk, OutreachEnd, OutreachId, OutreachTry, Priority,
    Proposal, Question, ReplyId, Standing, UserId, Via, Visibility,
};

/// One entry of a case's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The case.
    pub case: CaseId,
    /// Place in the case's history, from 1 without a gap.
    pub number: u32,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub by: By,
    /// By what, where whoever did it was not logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// A user.
    User(UserId),
    /// Somebody with the rights of the machine: the command line.
    Operator,
    /// The rules of routing, when a post arrived.
    Rules,
    /// The author of a post, on the network.
    Author,
    /// A clock that ran out.
    Timer,
    /// The outbox.
    Outbox,
    /// Somebody outside who was asked something, by the link that they were sent.
    Guest,
}

impl By {
    /// The user, if it was one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Operator => f.write_str("operator"),
            Self::Rules => f.write_str("rules"),
            Self::Author => f.write_str("author"),
            Self::Timer => f.write_str("timer"),
            Self::Outbox => f.write_str("outbox"),
            Self::Guest => f.write_str("guest"),
        }
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "operator" => Ok(Self::Operator),
            "rules" => Ok(Self::Rules),
            "author" => Ok(Self::Author),
            "timer" => Ok(Self::Timer),
            "outbox" => Ok(Self::Outbox),
            "guest" => Ok(Self::Guest),
            _ => {
                let id = text.strip_prefix("user:").and_then(|id| id.parse().ok());
                id.map(Self::User).ok_or_else(|| format!("'{}' is nobody", text.escape_debug()))
            }
        }
    }
}

impl Serialize for By {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What happened to a case. [`Case::apply`](crate::Case::apply) says what each does to it and when it cannot happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// It began. Always the first, and only the first.
    Opened(Opening),
    /// Another post of the conversation arrived.
    Joined {
        /// `seq` of the post.
        post: i64,
        /// It is our own (an answer that came back from its network); it changes nothing.
        is_ours: bool,
    },
    /// A user made themselves the owner.
    Claimed,
    /// Somebody made a user of the department the owner.
    Assigned {
        /// The new owner.
        to: UserId,
        /// Why they, where it was given in turn; empty where somebody chose them.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// It went back to the desk of its department.
    Released {
        /// Why.
        why: String,
    },
    /// Ownership was offered to another department or user. The owner stays until it is accepted.
    Offered(Offer),
    /// The offer was accepted: who did it is the owner, in the offered department.
    Accepted,
    /// The offer was declined.
    Declined {
        /// Why.
        note: String,
    },
    /// The offer ended without an answer.
    OfferEnded {
        /// Why.
        why: String,
    },
    /// It went to the desk of another department without an offer, because its own cannot keep it.
    Moved {
        /// The department.
        department: DepartmentId,
        /// Why.
        why: String,
        /// Somebody said that it belongs there, as was proposed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_confirmed: bool,
    },
    /// A note among colleagues.
    Noted {
        /// What it says.
        text: String,
    },
    /// Tags were added or removed.
    Tagged {
        /// Added.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        added: Vec<String>,
        /// Removed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<String>,
    },
    /// Its priority changed.
    Prioritised {
        /// The new one.
        priority: Priority,
        /// Why.
        why: String,
    },
    /// Its priority was counted anew: its author has waited longer or no more, or the formula has changed. What somebody
    /// said about it stays.
    Recounted {
        /// The new one.
        priority: Priority,
        /// Why.
        why: String,
    },
    /// It waits for somebody.
    Waiting {
        /// For whom.
        #[serde(default)]
        on: Awaited,
    },
    /// It sleeps until a moment.
    Snoozed {
        /// When it wakes.
        until: Timestamp,
    },
    /// It stopped waiting or sleeping.
    Resumed {
        /// Why.
        why: String,
    },
    /// It ended.
    Closed {
        /// How.
        outcome: Outcome,
        /// Why, where the outcome wants a reason.
        reason: String,
    },
    /// It began again.
    Reopened {
        /// Why.
        why: String,
    },
    /// Something that somebody did was taken back. What it was stays in the history.
    Undone {
        /// The number of the event that was taken back, the first one where it had consequences.
        event: u32,
        /// How the case stood before it, and stands again.
        restored: Standing,
    },
    /// A user follows it from now on.
    Watched {
        /// The user.
        user: UserId,
    },
    /// A user follows it no more.
    Unwatched {
        /// The user.
        user: UserId,
    },
    /// A department beside its own follows it from now on.
    Involved {
        /// The department.
        department: DepartmentId,
        /// Why.
        why: String,
    },
    /// A department follows it no more.
    Excused {
        /// The department.
        department: DepartmentId,
    },
    /// What is at stake was read anew, after another post.
    Assessed {
        /// As it is now.
        risk: Assessment,
    },
    /// It went to and fro between two departments. Both follow it from now on, and their heads with them.
    PingPong {
        /// The two departments.
        between: [DepartmentId; 2],
        /// How often it has gone from one of them to the other.
        hops: u32,
        /// Their heads.
        heads: Vec<UserId>,
    },
    /// Little time is left on a clock.
    ClockWarned {
        /// The clock.
        clock: ClockKind,
        /// The number of the event that started it.
        since: u32,
        /// When it runs out.
        due: Timestamp,
    },
    /// A clock ran out.
    ClockBreached {
        /// The clock.
        clock: ClockKind,
        /// The number of the event that started it.
        since: u32,
        /// When it ran out.
        due: Timestamp,
    },
    /// A clock that ran out was told further up; whoever is told follows the case from now on.
    Escalated {
        /// The clock.
        clock: ClockKind,
        /// The number of the event that started it.
        since: u32,
        /// The step of the chain, from 1.
        step: u32,
        /// Who is told.
        to: UserId,
    },
    /// Somebody beside the owner is asked something. The event's number is the question's.
    QuestionAsked(Question),
    /// Whoever was asked has answered, in the case or by their link.
    QuestionAnswered {
        /// The number of the question.
        question: u32,
        /// What they say.
        text: String,
        /// The case in which it was asked, where that one went into this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<CaseId>,
    },
    /// A question was taken back; its link answers nothing any more.
    QuestionWithdrawn {
        /// The number of the question.
        question: u32,
        /// The case in which it was asked, where that one went into this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<CaseId>,
    },
    /// A senior is asked to call or write to the author. The case cannot be closed until that has ended.
    OutreachAsked(Box<OutreachAsk>),
    /// The senior will do it.
    OutreachAccepted {
        /// The outreach.
        outreach: OutreachId,
    },
    /// The senior will not.
    OutreachDeclined {
        /// The outreach.
        outreach: OutreachId,
        /// Why.
        why: String,
    },
    /// Nobody was reached; it is tried again.
    OutreachTried(Box<OutreachTry>),
    /// It has an outcome.
    OutreachDone(Box<OutreachEnd>),
    /// It was taken back.
    OutreachWithdrawn {
        /// The outreach.
        outreach: OutreachId,
        /// Who was asked.
        senior: UserId,
        /// Why; empty if nobody said.
        why: String,
    },
    /// The senior cannot do it any more; it comes back to whoever asked.
    OutreachReturned {
        /// The outreach.
        outreach: OutreachId,
        /// Why.
        why: String,
    },
    /// Little time is left for it.
    OutreachWarned {
        /// The outreach.
        outreach: OutreachId,
        /// Who does it.
        senior: UserId,
        /// Until when it has to be done.
        due: Timestamp,
        /// That it is told late, where it is.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Its time ran out.
    OutreachOverdue {
        /// The outreach.
        outreach: OutreachId,
        /// Who was to do it.
        senior: UserId,
        /// Until when it had to be done.
        due: Timestamp,
        /// That it is told late, where it is.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Another case went into this one: what was said in it, and what comes, stands here from now on.
    Merged(Box<Merged>),
    /// A case that went into this one stands alone again.
    TakenApart(Box<TakenApart>),
    /// It went into another case. Nothing happens to it until the two are taken apart.
    MergedInto {
        /// The case that goes on.
        into: CaseId,
    },
    /// It came out of the other case again, and stands as before.
    Separated(Box<Separated>),
    /// Some of its posts became a case of their own.
    Split {
        /// The new case.
        other: CaseId,
        /// `seq` of the posts that went.
        posts: Vec<i64>,
        /// The newest of those that stay and are not ours.
        newest_post: i64,
        /// Why.
        why: String,
    },
    /// It was a part of another case before. Always the second.
    SplitFrom {
        /// That case.
        other: CaseId,
        /// When its posts were first answered there.
        replied_at: Option<Timestamp>,
        /// Whether its author waits for another answer, where they had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits: Option<bool>,
    },
    /// An answer was put into the outbox.
    ReplyQueued {
        /// The reply.
        reply: ReplyId,
        /// Why it leaves although the post has an answer already; empty for the first one.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        despite: String,
    },
    /// The network has an answer.
    ReplySent {
        /// The reply.
        reply: ReplyId,
        /// Where it can be seen.
        url: Option<String>,
    },
    /// An answer did not leave, or nobody can tell.
    ReplyFailed {
        /// The reply.
        reply: ReplyId,
        /// Why, for a person.
        why: String,
    },
    /// An answer was taken back before it left.
    ReplyWithdrawn {
        /// The reply.
        reply: ReplyId,
    },
}

impl Happening {
    /// The word for its kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Joined { .. } => "joined",
            Self::Claimed => "claimed",
            Self::Assigned { .. } => "assigned",
            Self::Released { .. } => "released",
            Self::Offered(_) => "offered",
            Self::Accepted => "accepted",
            Self::Declined { .. } => "declined",
            Self::OfferEnded { .. } => "offer_ended",
            Self::Moved { .. } => "moved",
            Self::Noted { .. } => "noted",
            Self::Tagged { .. } => "tagged",
            Self::Prioritised { .. } => "prioritised",
            Self::Recounted { .. } => "recounted",
            Self::Waiting { .. } => "waiting",
            Self::Snoozed { .. } => "snoozed",
            Self::Resumed { .. } => "resumed",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Undone { .. } => "undone",
            Self::Watched { .. } => "watched",
            Self::Unwatched { .. } => "unwatched",
            Self::Involved { .. } => "involved",
            Self::Excused { .. } => "excused",
            Self::Assessed { .. } => "assessed",
            Self::PingPong { .. } => "ping_pong",
            Self::ClockWarned { .. } => "clock_warned",
            Self::ClockBreached { .. } => "clock_breached",
            Self::Escalated { .. } => "escalated",
            Self::QuestionAsked(_) => "question_asked",
            Self::QuestionAnswered { .. } => "question_answered",
            Self::QuestionWithdrawn { .. } => "question_withdrawn",
            Self::OutreachAsked(_) => "outreach_asked",
            Self::OutreachAccepted { .. } => "outreach_accepted",
            Self::OutreachDeclined { .. } => "outreach_declined",
            Self::OutreachTried(_) => "outreach_tried",
            Self::OutreachDone(_) => "outreach_done",
            Self::OutreachWithdrawn { .. } => "outreach_withdrawn",
            Self::OutreachReturned { .. } => "outreach_returned",
            Self::OutreachWarned { .. } => "outreach_warned",
            Self::OutreachOverdue { .. } => "outreach_overdue",
            Self::Merged(_) => "merged",
            Self::TakenApart(_) => "taken_apart",
            Self::MergedInto { .. } => "merged_into",
            Self::Separated(_) => "separated",
            Self::Split { .. } => "split",
            Self::SplitFrom { .. } => "split_from",
            Self::ReplyQueued { .. } => "reply_queued",
            Self::ReplySent { .. } => "reply_sent",
            Self::ReplyFailed { .. } => "reply_failed",
            Self::ReplyWithdrawn { .. } => "reply_withdrawn",
        }
    }
}

impl Happening {
    /// The outreach that it is about.
    pub fn outreach(&self) -> Option<OutreachId> {
        match self {
            Self::OutreachAsked(ask) => Some(ask.id),
            Self::OutreachTried(tried) => Some(tried.outreach),
            Self::OutreachDone(end) => Some(end.outreach),
            Self::OutreachAccepted { outreach }
            | Self::OutreachDeclined { outreach, .. }
            | Self::OutreachWithdrawn { outreach, .. }
            | Self::OutreachReturned { outreach, .. }
            | Self::OutreachWarned { outreach, .. }
            | Self::OutreachOverdue { outreach, .. } => Some(*outreach),
            _ => None,
        }
    }

    /// Somebody makes a user the owner.
    pub fn assigned(to: UserId) -> Self {
        Self::Assigned { to, why: String::new() }
    }

    /// Whom it gave the case to in turn: nobody chose them, so they may give it back as if they had taken it.
    pub fn in_turn(&self) -> Option<UserId> {
        match self {
            Self::Assigned { to, why } if !why.is_empty() => Some(*to),
            _ => None,
        }
    }

    /// Whether it leaves everything as it was that somebody decides about: whoever acts on the case as it was before need
    /// not look again.
    pub fn is_quiet(&self) -> bool {
        // Whether a case with an open outreach can be closed is asked when it is.
        if self.outreach().is_some() {
            return true;
        }
        matches!(
            self,
            Self::Joined { is_ours: true, .. }
                | Self::Watched { .. }
                | Self::Unwatched { .. }
                | Self::Involved { .. }
                | Self::Excused { .. }
                | Self::Assessed { .. }
                | Self::Recounted { .. }
                | Self::ClockWarned { .. }
                | Self::ClockBreached { .. }
                | Self::Escalated { .. }
                | Self::QuestionAsked(_)
                | Self::QuestionAnswered { .. }
                | Self::QuestionWithdrawn { .. }
        )
    }
}

/// How a case begins: where it goes, how urgent it is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// `seq` of the post that opened it.
    pub post: i64,
    /// The network of that post.
    pub network: String,
    /// Who may see that post.
    pub visibility: Visibility,
    /// The department whose desk owns it first.
    pub department: DepartmentId,
    /// How urgent it is.
    pub priority: Priority,
    /// The tags of the rules that held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The names of the rules that held, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Why a case was opened: "addressed to us", "reads as a complaint", "by hand".
    pub why: String,
    /// Why it went to that department.
    pub why_here: String,
    /// What is at stake.
    #[serde(default)]
    pub risk: Assessment,
    /// Departments beside its own that have something at stake in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub involved: Vec<DepartmentId>,
    /// The user whom a rule gives it to: assigned right after it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Where past cases would have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
}

/// Ownership offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The department it is offered to.
    pub department: DepartmentId,
    /// One user of it, or whoever accepts first.
    pub user: Option<UserId>,
    /// Why, in one word.
    pub reason: TransferReason,
    /// What the receiver has to know.
    pub note: String,
    /// When the offer ends if nobody accepts.
    pub until: Timestamp,
    /// Whether the sender follows the case after it was accepted.
    #[serde(default)]
    pub keeps_watching: bool,
}

impl Offer {
    /// The longest time that one may stand, in minutes: a week.
    pub const LONGEST_MIN: u32 = 7 * 24 * 60;
}

/// Why a case is transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferReason {
    /// Another department answers for this.
    NotOurs,
    /// It takes knowledge that somebody else has.
    Expertise,
    /// It takes another language.
    Language,
    /// The owner's duty ends.
    OffDuty,
    /// The owner has more than can be done.
    Workload,
    /// It is too grave for where it is.
    Escalation,
    /// Something else, told in the note.
    Other,
}

impl TransferReason {
    /// All reasons.
    pub const ALL: [Self; 7] =
        [Self::NotOurs, Self::Expertise, Self::Language, Self::OffDuty, Self::Workload, Self::Escalation, Self::Other];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotOurs => "not_ours",
            Self::Expertise => "expertise",
            Self::Language => "language",
            Self::OffDuty => "off_duty",
            Self::Workload => "workload",
            Self::Escalation => "escalation",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered and solved where everybody can see it.
    SolvedPublicly,
    /// Solved in private.
    SolvedPrivately,
    /// A thanks was taken note of.
    Thanked,
    /// Not answered on purpose; wants a reason.
    NoAnswer,
    /// It went into another case, where it goes on. Nobody closes a case so: merging does.
    Merged,
}

impl Outcome {
    /// All outcomes that somebody can close a case with.
    pub const ALL: [Self; 4] = [Self::SolvedPublicly, Self::SolvedPrivately, Self::Thanked, Self::NoAnswer];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SolvedPublicly => "solved_publicly",
            Self::SolvedPrivately => "solved_privately",
            Self::Thanked => "thanked",
            Self::NoAnswer => "no_answer",
            Self::Merged => "merged",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Merged]).find(|outcome| outcome.as_str() == word)
    }
}

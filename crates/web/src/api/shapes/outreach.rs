//! The shapes of calls and mails by seniors.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A call or mail by a senior to the author of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = Outreach)]
pub(crate) struct OutreachShape {
    id: Uuid,
    /// The case that it is about, by now.
    case: i64,
    /// The case in which it was asked for.
    asked_in: i64,
    /// The number of the event that asked for it.
    event: u32,
    /// Who asked: `user:ID` or `operator`.
    asked_by: String,
    #[schema(format = DateTime)]
    asked_at: String,
    ask: OutreachAskShape,
    /// `asked`, `accepted`, `declined`, `done`, `withdrawn`, `returned`.
    state: String,
    /// Why it was declined, withdrawn or returned.
    why: String,
    #[schema(required, format = DateTime)]
    accepted_at: Option<String>,
    /// When the person was tried and not reached, oldest first.
    attempts: Vec<OutreachAttemptShape>,
    /// Which steps were done, from 0.
    ticked: Vec<u16>,
    is_warned: bool,
    is_overdue: bool,
    /// `solved`, `not_solved`, `left_message`, `not_reached`, `mail_sent`, `refused`.
    #[schema(required)]
    outcome: Option<String>,
    /// What there is to say about it.
    note: String,
    /// What was promised to the author.
    promised: String,
    #[schema(required, format = DateTime)]
    ended_at: Option<String>,
    /// `user:ID`, `operator` or `timer`.
    #[schema(required)]
    ended_by: Option<String>,
    senior_name: String,
    /// How the person can be reached; for the senior alone, and for some days after the end.
    #[schema(required)]
    contact: Option<String>,
    /// The senior's page without logging in; for them alone, and while it is open.
    #[schema(required)]
    address: Option<String>,
}

/// What a senior is asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = OutreachAsk)]
pub(crate) struct OutreachAskShape {
    id: Uuid,
    /// The user who is asked.
    senior: Uuid,
    /// What they are to the outside.
    title: String,
    /// `call` or `mail`.
    channel: String,
    reason: String,
    /// The name of the script; empty without one.
    script: String,
    /// What they can say.
    text: String,
    /// What to do, in this order.
    steps: Vec<String>,
    /// What may be promised.
    may: String,
    /// What may not.
    may_not: String,
    #[schema(format = DateTime)]
    warn_at: String,
    #[schema(format = DateTime)]
    due_at: String,
}

/// One attempt.
#[derive(Serialize, ToSchema)]
#[schema(as = OutreachAttempt)]
pub(crate) struct OutreachAttemptShape {
    #[schema(format = DateTime)]
    at: String,
    /// Who wrote it down.
    by: String,
    /// `left_message` or `not_reached`.
    result: String,
    note: String,
}

/// Somebody who calls or writes to authors.
#[derive(Serialize, ToSchema)]
#[schema(as = Senior)]
pub(crate) struct SeniorShape {
    user: Uuid,
    /// What they are to the outside.
    title: String,
    /// `call`, `mail`.
    channels: Vec<String>,
    /// The departments that they stand for; all if there are none.
    departments: Vec<Uuid>,
    /// How many outreaches they can have open at once.
    most_open: u32,
}

/// How well a senior fits a case.
#[derive(Serialize, ToSchema)]
#[schema(as = SeniorSuggestion)]
pub(crate) struct SeniorSuggestionShape {
    user: Uuid,
    /// The greater, the better.
    score: i32,
    /// What speaks for them, and what does not.
    why: Vec<String>,
    /// Why they cannot be asked now.
    #[schema(required)]
    obstacle: Option<String>,
}

/// What a senior says, written once for many.
#[derive(Serialize, ToSchema)]
#[schema(as = OutreachScript)]
pub(crate) struct OutreachScriptShape {
    id: Uuid,
    name: String,
    /// `call` or `mail`; both if `null`.
    #[schema(required)]
    channel: Option<String>,
    /// BCP 47 tag.
    language: String,
    text: String,
    steps: Vec<String>,
    may: String,
    may_not: String,
}

/// How outreaches are kept.
#[derive(Serialize, ToSchema)]
#[schema(as = OutreachSettings)]
pub(crate) struct OutreachSettingsShape {
    /// Within how many minutes of the senior's working time one is due.
    due_within_min: u32,
    /// How many such minutes before that it warns.
    warn_before_min: u32,
    /// How many days after its end it is still known how the person can be reached.
    keep_contact_days: u32,
}

/// How the outreaches of the last 30 days went.
#[derive(Serialize, ToSchema)]
#[schema(as = OutreachFigures)]
pub(crate) struct OutreachFiguresShape {
    asked: u32,
    /// How many reached the person.
    reached: u32,
    /// The median of the minutes from asking to reaching.
    #[schema(required)]
    median_min: Option<u32>,
}

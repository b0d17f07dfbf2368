//! The shapes of cases.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answers::ReplyShape;
use super::{StoredPostShape, VisibilityShape};

/// The unit of work.
#[derive(Serialize, ToSchema)]
#[schema(as = Case)]
pub(crate) struct CaseShape {
    id: i64,
    /// `seq` of the post that opened it.
    post: i64,
    /// `seq` of the newest post of its conversation that is not ours.
    newest_post: i64,
    network: String,
    visibility: VisibilityShape,
    department: Uuid,
    /// `"desk"`, or `{"user": id}`.
    owner: Value,
    state: CaseStateShape,
    /// For whom a waiting one waits.
    #[schema(required = false)]
    on: Option<AwaitedShape>,
    /// When a snoozed one wakes.
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    /// How a closed one ended.
    #[schema(required = false)]
    outcome: Option<EndShape>,
    /// Why it ended so.
    #[schema(required = false)]
    reason: Option<String>,
    priority: PriorityShape,
    tags: Vec<String>,
    #[schema(required)]
    offer: Option<OfferShape>,
    /// What is at stake in it, for each interest of the company.
    risk: AssessmentShape,
    /// Departments beside its own that follow it.
    involved: Vec<Uuid>,
    /// Users beside its owner who follow it.
    watchers: Vec<Uuid>,
    /// Calls and mails by seniors that have not ended; it is not closed as long as there are any.
    outreaches: Vec<Uuid>,
    /// Why it was opened.
    why: String,
    /// Why it went to its first department.
    why_here: String,
    #[schema(format = DateTime)]
    opened_at: String,
    #[schema(format = DateTime)]
    changed_at: String,
    #[schema(required, format = DateTime)]
    replied_at: Option<String>,
    /// The case that it went into, where it goes on.
    #[schema(required)]
    merged_into: Option<i64>,
    /// Say which one you saw when you change it.
    version: u32,
}

/// A saved view of the desk.
#[derive(Serialize, ToSchema)]
#[schema(as = View)]
pub(crate) struct ViewShape {
    id: Uuid,
    /// Unique among the user's own, or among the shared ones.
    name: String,
    /// Whose it is; null where it is shared with everybody.
    #[schema(required)]
    user: Option<Uuid>,
    filter: ViewFilterShape,
    #[schema(format = DateTime)]
    created_at: String,
}

/// What a view filters. Everything that is left out asks for nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = ViewFilter)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewFilterShape {
    /// Cases of any of these departments; of all if there are none.
    #[schema(required = false, max_items = 100)]
    departments: Vec<Uuid>,
    #[schema(required = false, inline)]
    owner: ViewOwnerShape,
    #[schema(required = false, inline)]
    state: ViewStateShape,
    /// Conversations on this network.
    #[schema(max_length = 100)]
    network: Option<String>,
    /// Cases whose newest post reads as this language: a primary tag of BCP 47.
    #[schema(example = "de")]
    language: Option<String>,
    /// Cases with this tag.
    tag: Option<String>,
    /// Cases of at least this priority.
    #[schema(required = false, minimum = 0, maximum = 100)]
    least_priority: u8,
    #[schema(required = false, inline)]
    order: CaseOrderShape,
}

/// Whose cases.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ViewOwnerShape {
    Anybody,
    /// Those of whoever looks.
    Me,
    /// Those that a desk owns.
    Nobody,
}

/// In which state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ViewStateShape {
    NotClosed,
    Open,
    Waiting,
    Snoozed,
    Closed,
}

/// What stands first: the most urgent (of closed ones the last that was changed), or the last that was opened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseOrderShape {
    Priority,
    Newest,
}

/// Where a case stands.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseState)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CaseStateShape {
    Open,
    Waiting,
    Snoozed,
    Closed,
}

/// Who has to do something before a case goes on.
#[derive(Serialize, ToSchema)]
#[schema(as = Awaited)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AwaitedShape {
    Author,
    Colleague,
}

/// What is at stake, for each interest of the company.
#[derive(Serialize, ToSchema)]
#[schema(as = Assessment)]
pub(crate) struct AssessmentShape {
    service: GaugeShape,
    sale: GaugeShape,
    press: GaugeShape,
}

/// How much is at stake, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Gauge)]
pub(crate) struct GaugeShape {
    /// 0 for nothing to 100; from 60 on the departments of the interest are told.
    level: u8,
    /// What raised it, the strongest first.
    why: Vec<String>,
}

/// How a case ended.
#[derive(Serialize, ToSchema)]
#[schema(as = Outcome)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutcomeShape {
    SolvedPublicly,
    SolvedPrivately,
    Thanked,
    NoAnswer,
}

/// How a case ended: as somebody closed it, or in another case.
#[derive(Serialize, ToSchema)]
#[schema(as = End)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EndShape {
    SolvedPublicly,
    SolvedPrivately,
    Thanked,
    NoAnswer,
    /// It went into the case `merged_into`.
    Merged,
}

/// How urgent, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Priority)]
pub(crate) struct PriorityShape {
    /// 0 to 100.
    score: u8,
    parts: Vec<PriorityPartShape>,
}

/// One part of a priority.
#[derive(Serialize, ToSchema)]
#[schema(as = PriorityPart)]
pub(crate) struct PriorityPartShape {
    name: String,
    points: i32,
    why: String,
}

/// Ownership that is offered and not yet accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferShape {
    department: Uuid,
    /// The one user who may accept; `null` for everybody of the department.
    #[schema(required)]
    user: Option<Uuid>,
    reason: TransferReasonShape,
    note: String,
    #[schema(format = DateTime)]
    until: String,
    /// Whether the sender follows the case after it was accepted.
    keeps_watching: bool,
}

/// Why a case is transferred.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferReason)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferReasonShape {
    NotOurs,
    Expertise,
    Language,
    OffDuty,
    Workload,
    Escalation,
    Other,
}

/// One entry of a history. What else it holds depends on its kind.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventShape {
    case: i64,
    /// Place in the history, from 1.
    number: u32,
    #[schema(format = DateTime)]
    at: String,
    /// `user:` and an id, `operator`, `rules`, `author`, `timer`, `outbox`, `guest`.
    by: String,
    /// By what, where whoever did it was not logged in: `mail` for a link in a mail, `push` for a button of a notification.
    #[schema(required = false, nullable = false)]
    via: Option<String>,
    /// `opened`, `joined`, `claimed`, `assigned`, `released`, `offered`, `accepted`, `declined`, `offer_ended`, `moved`,
    /// `noted`, `tagged`, `prioritised`, `waiting`, `snoozed`, `resumed`, `closed`, `reopened`, `undone`,
    /// `watched`, `unwatched`, `involved`, `excused`, `assessed`, `recounted`, `ping_pong`, `clock_warned`, `clock_breached`,
    /// `escalated`, `question_asked`, `question_answered`, `question_withdrawn`, `outreach_asked`,
    /// `outreach_accepted`, `outreach_declined`, `outreach_tried`, `outreach_done`, `outreach_withdrawn`, `outreach_returned`,
    /// `outreach_warned`, `outreach_overdue`, `merged`, `taken_apart`, `merged_into`,
    /// `separated`, `split`, `split_from`, `reply_queued`, `reply_sent`, `reply_failed`, `reply_withdrawn`. One that is `undone` holds the number of the `event` that it takes back, and
    /// how the case stands again as `restored`.
    kind: String,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// One case of a list.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseRow)]
pub(crate) struct CaseRowShape {
    case: CaseShape,
    /// The newest post of its conversation that is not ours and that you may see.
    #[schema(required)]
    post: Option<StoredPostShape>,
    /// The post that it was opened for, where that is another one and you may see it.
    #[schema(required)]
    first: Option<StoredPostShape>,
    /// The clock that runs out first, if one runs.
    #[schema(required)]
    due: Option<DueShape>,
}

/// A clock of a case that runs out.
#[derive(Serialize, ToSchema)]
#[schema(as = Due)]
pub(crate) struct DueShape {
    clock: ClockKindShape,
    /// When it runs out, or ran out.
    #[schema(format = DateTime)]
    at: String,
    #[schema(format = DateTime)]
    since: String,
    /// From when on it is soon.
    #[schema(required, format = DateTime)]
    warn_at: Option<String>,
}

/// What a clock runs to.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClockKindShape {
    FirstResponse,
    NextResponse,
    Resolution,
}

/// The clocks of a case, and where its time went.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseClocks)]
pub(crate) struct CaseClocksShape {
    /// The service level that they run by.
    #[schema(required)]
    policy: Option<String>,
    running: Vec<RunningClockShape>,
    /// Who is told next, if nothing happens before.
    #[schema(required)]
    next_step: Option<NextStepShape>,
    /// Everybody who had it, oldest first.
    hops: Vec<CaseHopShape>,
}

/// A clock that runs.
#[derive(Serialize, ToSchema)]
#[schema(as = RunningClock)]
pub(crate) struct RunningClockShape {
    clock: ClockKindShape,
    #[schema(format = DateTime)]
    since: String,
    /// How many minutes it may run.
    target_min: i64,
    /// When it runs out, or ran out; null while it stands because somebody else has to act.
    #[schema(required, format = DateTime)]
    due_at: Option<String>,
    #[schema(required, format = DateTime)]
    warn_at: Option<String>,
}

/// Who is told when.
#[derive(Serialize, ToSchema)]
#[schema(as = NextStep)]
pub(crate) struct NextStepShape {
    #[schema(format = DateTime)]
    at: String,
    user: Uuid,
}

/// Somebody who had a case.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseHop)]
pub(crate) struct CaseHopShape {
    department: Uuid,
    /// `null` for the desk.
    #[schema(required)]
    owner: Option<Uuid>,
    #[schema(format = DateTime)]
    from: String,
    /// `null` for whoever has it.
    #[schema(required, format = DateTime)]
    until: Option<String>,
    /// How many seconds of that counted: within the department's hours, and neither closed nor waiting for the author.
    counted_s: i64,
}

/// A case with all that belongs to it.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseView)]
pub(crate) struct CaseViewShape {
    case: CaseShape,
    /// Its conversation, oldest first; the newest 200.
    posts: Vec<StoredPostShape>,
    /// Its history, oldest first.
    events: Vec<EventShape>,
    /// The numbers of those events that were taken back and do not hold any more.
    undone: Vec<u32>,
    /// Our answers, oldest first.
    replies: Vec<ReplyShape>,
    clocks: CaseClocksShape,
    /// The cases that went into it, each with its own history.
    merged: Vec<MergedCaseShape>,
}

/// A case that went into another one.
#[derive(Serialize, ToSchema)]
#[schema(as = MergedCase)]
pub(crate) struct MergedCaseShape {
    case: CaseShape,
    /// Its history, oldest first.
    events: Vec<EventShape>,
}

/// A case that may be about the same as another one.
#[derive(Serialize, ToSchema)]
#[schema(as = SimilarCase)]
pub(crate) struct SimilarShape {
    case: CaseShape,
    /// The post that it was opened for.
    #[schema(required)]
    post: Option<StoredPostShape>,
    /// What is the same, the surest first.
    why: Vec<LikenessShape>,
}

/// Why a case may be about the same.
#[derive(Serialize, ToSchema)]
#[schema(as = Likeness)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LikenessShape {
    /// The same author wrote both.
    Author,
    /// The same thread, or the same page.
    Thread,
    /// Authors of the same name on two networks.
    Name,
    /// The same words within a day.
    Words,
}

/// How many cases a queue holds.
#[derive(Serialize, ToSchema)]
#[schema(as = Queue)]
pub(crate) struct QueueShape {
    department: Uuid,
    /// The user who owns them; `null` for the desk.
    #[schema(required)]
    owner: Option<Uuid>,
    state: CaseStateShape,
    /// How many of them everybody may see.
    public: u64,
    /// How many only those who work here may see.
    private: u64,
}

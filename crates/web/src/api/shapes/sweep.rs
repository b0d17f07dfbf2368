//! Shapes of the orphan sweep and of dismissals.

use serde::Serialize;
use utoipa::ToSchema;

/// That a mention needs no case.
#[derive(Serialize, ToSchema)]
#[schema(as = Dismissal)]
pub(crate) struct DismissalShape {
    /// `nothing_to_answer`, `off_topic`, `spam`, `handled`, `provocation`, `other` by a person; `rule`, `back_fill`,
    /// `before_set_up`, `deleted`, `own_account` by switchboard itself.
    reason: String,
    /// What else there is to say; for `rule` the name of the rule.
    note: String,
    /// `user:` and an id, `operator`, `rules`, `timer`.
    by: String,
    #[schema(format = DateTime)]
    at: String,
}

/// One run of the orphan sweep.
#[derive(Serialize, ToSchema)]
#[schema(as = Sweep)]
pub(crate) struct SweepShape {
    id: i64,
    #[schema(format = DateTime)]
    at: String,
    /// How long the look took, in milliseconds.
    took_ms: u64,
    /// How many mentions need an answer: those that follow together.
    mentions: u64,
    /// In a case that is not closed.
    owned: u64,
    /// In a case that ended with an outcome.
    answered: u64,
    /// In none, for a reason that is written down.
    dismissed: u64,
    /// None of these: nobody had them.
    orphans: u64,
    /// What became of the orphans, the first 1,000 of them.
    findings: Vec<SweepFindingShape>,
}

/// What became of one orphan.
#[derive(Serialize, ToSchema)]
#[schema(as = SweepFinding)]
pub(crate) struct SweepFindingShape {
    /// Id of the post.
    post: String,
    /// The case that has it now.
    #[schema(required)]
    case: Option<i64>,
    /// Why it was dismissed instead.
    #[schema(required)]
    dismissed: Option<String>,
    /// What was done, or why nothing could be.
    what: String,
}

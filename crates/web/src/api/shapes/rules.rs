//! Shapes of trying rules, and of why a case is where it is.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::routing::ProposalShape;

/// What came of trying rules.
#[derive(Serialize, ToSchema)]
#[schema(as = DryRun)]
pub(crate) struct DryRunShape {
    /// Since when posts were looked at.
    #[schema(format = DateTime)]
    from: String,
    /// Time was up before all that were asked for were looked at: older ones are left out.
    is_cut: bool,
    /// How many posts rules decide about: they need an answer and belonged to no case that was there.
    posts: u64,
    /// How many would have been decided otherwise.
    changed: u64,
    /// Those, newest first, as many as were asked for.
    changes: Vec<ChangeShape>,
    /// How many posts each department would have had.
    departments: Vec<DepartmentCountShape>,
    /// How many would have been dismissed, before and after.
    #[schema(min_items = 2, max_items = 2)]
    dismissed: Vec<u64>,
}

/// A post that would have been decided otherwise.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleChange)]
pub(crate) struct ChangeShape {
    /// Id of the post.
    post: String,
    /// How it begins.
    excerpt: String,
    before: RuledShape,
    after: RuledShape,
}

/// What rules decide about a post.
#[derive(Serialize, ToSchema)]
#[schema(as = Ruled)]
pub(crate) struct RuledShape {
    /// Name of the department.
    department: String,
    priority: u8,
    /// Sorted.
    tags: Vec<String>,
    /// Who gets it; `null` for the desk.
    #[schema(required)]
    owner: Option<Uuid>,
    /// The rule by which it gets no case.
    #[schema(required)]
    dismissed: Option<String>,
    /// The rules that held.
    rules: Vec<String>,
}

/// How many posts a department would have had.
#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentCount)]
pub(crate) struct DepartmentCountShape {
    department: String,
    before: u64,
    after: u64,
}

/// Why a case is where it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Trace)]
pub(crate) struct TraceShape {
    case: i64,
    /// Id of the post that opened it.
    post: String,
    /// Why it was opened.
    why: String,
    /// Why it went to its first department.
    why_here: String,
    /// The rules as they were then; `null` where nobody kept them.
    #[schema(required)]
    rule_set: Option<RuleSetShape>,
    /// Each rule, in their order.
    rules: Vec<TracedRuleShape>,
    /// Where past cases would have had it when it was opened; `null` where too little was known.
    #[schema(required)]
    proposal: Option<ProposalShape>,
    /// The post has changed since, so a rule may have seen other words.
    is_edited: bool,
}

/// Which set of rules it was.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleSet)]
pub(crate) struct RuleSetShape {
    number: i64,
    #[schema(format = DateTime)]
    at: String,
    /// `user:` and an id, or `operator`.
    by: String,
}

/// What a rule made of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = TracedRule)]
pub(crate) struct TracedRuleShape {
    name: String,
    state: TracedStateShape,
    /// What made it hold, or the first thing that it missed.
    why: String,
}

/// What came of looking at a post.
#[derive(Serialize, ToSchema)]
#[schema(as = TracedState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TracedStateShape {
    Fired,
    Missed,
    NotLookedAt,
}

//! Shapes of what routing has learnt.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What routing has learnt.
#[derive(Serialize, ToSchema)]
#[schema(as = Routing)]
pub(crate) struct RoutingReportShape {
    /// How probable a proposal has to be to decide, in percent; `null`: proposals are only shown.
    #[schema(required)]
    confidence: Option<u8>,
    /// How many cases and examples are remembered, 20,000 at most.
    lessons: u64,
    /// Each department that takes cases, in their order.
    departments: Vec<LessonsShape>,
    /// The last 28 days together.
    total: ResultsShape,
    /// Each of them with a label, the last one first.
    days: Vec<DayShape>,
    /// How often proposals of the last 28 days were right, by how probable they said they were.
    bands: Vec<BandShape>,
    week: WeekShape,
}

/// What is known of a department.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingLessons)]
pub(crate) struct LessonsShape {
    department: Uuid,
    name: String,
    /// Cases and examples together.
    lessons: u32,
    /// Examples alone.
    examples: u32,
}

/// What came of proposals.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingResults)]
pub(crate) struct ResultsShape {
    /// Cases that somebody has put where they belong.
    labels: u64,
    /// For how many of them a department had been proposed.
    proposed: u64,
    /// How often that was the right one.
    right: u64,
    /// How many of all went to the right one first, however that was decided.
    first_right: u64,
}

/// What came of the proposals of a day.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingDay)]
pub(crate) struct DayShape {
    /// The day, in UTC.
    #[schema(format = Date)]
    date: String,
    /// Cases that somebody has put where they belong.
    labels: u64,
    /// For how many of them a department had been proposed.
    proposed: u64,
    /// How often that was the right one.
    right: u64,
    /// How many of all went to the right one first.
    first_right: u64,
}

/// What came of the proposals of about one probability.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingBand)]
pub(crate) struct BandShape {
    /// From so many percent.
    from: u8,
    /// To so many.
    to: u8,
    /// How many proposals.
    proposed: u64,
    /// How many were right.
    right: u64,
}

/// What would have been done in the last seven days.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingWeek)]
pub(crate) struct WeekShape {
    #[schema(format = DateTime)]
    from: String,
    /// By which confidence, in percent: the one that is set, else 80.
    confidence: u8,
    /// Cases that somebody has put where they belong.
    labels: u64,
    /// For how many of them a department had been proposed.
    proposed: u64,
    /// How often that was the right one.
    right: u64,
    /// How many of all went to the right one first.
    first_right: u64,
    /// How many it would have decided.
    decided: u64,
    /// How many of these rightly.
    decided_right: u64,
    /// How many it would have sent at once to where people had to pass them on to.
    spared: u64,
    /// How many it would have sent wrongly though they went to the right department first.
    spoilt: u64,
    /// How many it would have left to the fallback desk.
    left: u64,
    /// Those that it would have sent elsewhere than they went first, the newest first, 50 at most.
    cases: Vec<WouldHaveShape>,
}

/// A case that would have gone elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingWouldHave)]
pub(crate) struct WouldHaveShape {
    case: i64,
    /// Where it went first.
    first: Uuid,
    proposed: ProposedShape,
    /// Where it belongs.
    department: Uuid,
    /// What told that: `transfer`, `assignment`, `confirmation`, `answer`, `closing`.
    source: String,
}

/// A department with how sure the proposal is.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingProposed)]
pub(crate) struct ProposedShape {
    department: Uuid,
    /// How much spoke for it, 0 to 1.
    score: f64,
    /// How probable it was, 0 to 1.
    probability: f64,
}

/// Where past cases would have had a case when it was opened.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingProposal)]
pub(crate) struct ProposalShape {
    department: Uuid,
    /// How much spoke for it, 0 to 1.
    score: f64,
    /// How probable it was, 0 to 1.
    probability: f64,
    /// How probable it had to be to decide; absent where it was only shown.
    #[schema(required = false, nullable = false)]
    confidence: Option<f64>,
    /// The nearest past cases and examples, the nearest first.
    near: Vec<NearShape>,
}

/// A past case or example that is near to a text.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingNear)]
pub(crate) struct NearShape {
    /// `case` or `example`.
    kind: String,
    /// Its number.
    id: i64,
    /// Where it belongs.
    department: Uuid,
    /// How near, 0 to 1.
    nearness: f64,
}

/// An example of what a department takes.
#[derive(Serialize, ToSchema)]
#[schema(as = RoutingExample)]
pub(crate) struct ExampleShape {
    id: i64,
    department: Uuid,
    text: String,
    /// `user:` and an id, or `operator`.
    by: String,
    #[schema(format = DateTime)]
    at: String,
}

//! Shapes of the formula by which priorities are counted.

use serde::Serialize;
use utoipa::ToSchema;

/// What each part of a priority adds. A number that is left out is the usual one.
#[derive(Serialize, ToSchema)]
#[schema(as = Formula)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormulaShape {
    /// It names harm: somebody hurt, danger, law, theft of data or money.
    #[schema(required = false)]
    harm: HarmPointsShape,
    /// What it asks of us.
    #[schema(required = false)]
    need: NeedPointsShape,
    /// How it sounds.
    #[schema(required = false)]
    mood: MoodPointsShape,
    /// How many see it.
    #[schema(required = false)]
    reach: ReachPointsShape,
    /// The stars of a review.
    #[schema(required = false)]
    rating: RatingPointsShape,
    /// How long its author has been waiting for us.
    #[schema(required = false)]
    waiting: WaitingPointsShape,
    /// Its author belongs to a class of customer.
    #[schema(required = false)]
    customer: CustomerPointsShape,
    /// Its author has spoken well of us before.
    #[schema(required = false)]
    fan: FanPointsShape,
    /// We did not answer its author before.
    #[schema(required = false)]
    ignored: IgnoredPointsShape,
}

/// Points of harm.
#[derive(Serialize, ToSchema)]
#[schema(as = HarmPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct HarmPointsShape {
    /// The first kind of harm.
    #[schema(required = false, minimum = 0, maximum = 100)]
    first: i32,
    /// Each further kind.
    #[schema(required = false, minimum = 0, maximum = 100)]
    further: i32,
    /// The most of all together.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// Points of what is asked of us. The strongest counts, and each further one a little.
#[derive(Serialize, ToSchema)]
#[schema(as = NeedPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct NeedPointsShape {
    /// A complaint.
    #[schema(required = false, minimum = 0, maximum = 100)]
    complaint: i32,
    /// Somebody may buy.
    #[schema(required = false, minimum = 0, maximum = 100)]
    purchase: i32,
    /// A question.
    #[schema(required = false, minimum = 0, maximum = 100)]
    question: i32,
    /// Somebody looks for work with us.
    #[schema(required = false, minimum = 0, maximum = 100)]
    job: i32,
    /// A thanks.
    #[schema(required = false, minimum = 0, maximum = 100)]
    thanks: i32,
    /// Each further one beside the strongest.
    #[schema(required = false, minimum = 0, maximum = 100)]
    further: i32,
    /// The most of all together.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// Points of the mood, for one that is sure; less sure is less of it.
#[derive(Serialize, ToSchema)]
#[schema(as = MoodPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoodPointsShape {
    /// A bad mood.
    #[schema(required = false, minimum = -100, maximum = 100)]
    negative: i32,
    /// A good mood.
    #[schema(required = false, minimum = -100, maximum = 100)]
    positive: i32,
}

/// Points of reach.
#[derive(Serialize, ToSchema)]
#[schema(as = ReachPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReachPointsShape {
    /// Each ten-fold of followers above 100.
    #[schema(required = false, minimum = 0, maximum = 50)]
    followers: i32,
    /// The most for followers.
    #[schema(required = false, minimum = 0, maximum = 100)]
    followers_most: i32,
    /// Each ten-fold of reshares and replies.
    #[schema(required = false, minimum = 0, maximum = 50)]
    echo: i32,
    /// The most for reshares and replies.
    #[schema(required = false, minimum = 0, maximum = 100)]
    echo_most: i32,
    /// The most of both together.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// Points of stars.
#[derive(Serialize, ToSchema)]
#[schema(as = RatingPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatingPointsShape {
    /// Up to one and a half of five.
    #[schema(required = false, minimum = 0, maximum = 100)]
    lowest: i32,
    /// Up to two and a half of five.
    #[schema(required = false, minimum = 0, maximum = 100)]
    low: i32,
}

/// Points of waiting: they grow in steps while the author waits for us.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitingPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitingPointsShape {
    /// How many hours a step takes.
    #[schema(required = false, minimum = 1, maximum = 720)]
    hours: i32,
    /// What each step adds.
    #[schema(required = false, minimum = 0, maximum = 100)]
    step: i32,
    /// The most of all steps.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// Points of classes of customer, each known by a tag: of the case itself, or of an earlier case of the author's.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerPointsShape {
    /// The tags, each with its points.
    #[schema(required = false, max_items = 50)]
    tags: Vec<TagPointsShape>,
    /// The most of all together.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// A tag and what it adds.
#[derive(Serialize, ToSchema)]
#[schema(as = TagPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagPointsShape {
    #[schema(min_length = 1, max_length = 50)]
    tag: String,
    #[schema(minimum = -100, maximum = 100)]
    points: i32,
}

/// Points of a fan.
#[derive(Serialize, ToSchema)]
#[schema(as = FanPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct FanPointsShape {
    /// How many posts that speak well of us make one.
    #[schema(required = false, minimum = 1, maximum = 50)]
    posts: i32,
    /// What it adds.
    #[schema(required = false, minimum = -100, maximum = 100)]
    points: i32,
}

/// Points of an author whom we ignored.
#[derive(Serialize, ToSchema)]
#[schema(as = IgnoredPoints)]
#[serde(deny_unknown_fields)]
pub(crate) struct IgnoredPointsShape {
    /// The post says that we do: "third time I ask".
    #[schema(required = false, minimum = 0, maximum = 100)]
    says: i32,
    /// An earlier post of the author's needed an answer and got none.
    #[schema(required = false, minimum = 0, maximum = 100)]
    past: i32,
    /// The most of both together.
    #[schema(required = false, minimum = 0, maximum = 100)]
    most: i32,
}

/// The formula in force.
#[derive(Serialize, ToSchema)]
#[schema(as = PriorityFormula)]
pub(crate) struct PriorityShape {
    formula: FormulaShape,
    /// What it is where nobody has changed it.
    usual: FormulaShape,
    /// Since when it counts, and who made it so; `null` where nobody has changed it.
    #[schema(required)]
    kept: Option<FormulaKeptShape>,
}

/// A formula that somebody kept.
#[derive(Serialize, ToSchema)]
#[schema(as = FormulaKept)]
pub(crate) struct FormulaKeptShape {
    /// From 1.
    number: i64,
    #[schema(format = DateTime)]
    at: String,
    /// `user:` and an id, or `operator`.
    by: String,
}

/// What a formula would make of the open cases if they were counted anew.
#[derive(Serialize, ToSchema)]
#[schema(as = FormulaPreview)]
pub(crate) struct FormulaPreviewShape {
    /// How many open cases were looked at.
    cases: u64,
    /// Whether those are all.
    is_whole: bool,
    /// How many would have another priority.
    changed: u64,
    /// How many keep what somebody said.
    by_hand: u64,
    /// Those that stand first now.
    before: Vec<RankedCaseShape>,
    /// Those that would stand first.
    after: Vec<RankedCaseShape>,
}

/// A case with its places among all open ones.
#[derive(Serialize, ToSchema)]
#[schema(as = RankedCase)]
pub(crate) struct RankedCaseShape {
    case: i64,
    /// How its post begins; empty where it was deleted.
    excerpt: String,
    /// 1 for the first.
    place_before: u64,
    place_after: u64,
    priority_before: u8,
    priority_after: u8,
}

/// How far counting anew is.
#[derive(Serialize, ToSchema)]
#[schema(as = RecountState)]
pub(crate) struct RecountStateShape {
    is_running: bool,
    /// `null` where there was none since the start.
    #[schema(required, format = DateTime)]
    started_at: Option<String>,
    /// How many cases were open when it began.
    cases: u64,
    looked_at: u64,
    changed: u64,
    /// Why it ended before it was done; empty where it did not.
    stopped: String,
}

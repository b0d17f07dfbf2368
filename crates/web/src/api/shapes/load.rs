//! Shapes of the load and of the hand-over at the end of a shift.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::StoredPostShape;
use super::cases::{CaseShape, DueShape};
use super::people::AssignmentShape;

/// The load of a team, as far as you may know it: of everybody in the departments that you lead, and your own.
#[derive(Serialize, ToSchema)]
#[schema(as = Load)]
pub(crate) struct LoadShape {
    /// By name.
    people: Vec<PersonLoadShape>,
    /// The desks of the departments that you lead or work for.
    desks: Vec<DeskLoadShape>,
    exposure: ExposureSettingsShape,
}

/// How much somebody has.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonLoad)]
pub(crate) struct PersonLoadShape {
    user: Uuid,
    /// Their departments that are open.
    departments: Vec<Uuid>,
    is_on_duty: bool,
    /// When that changes next; `null` if it never does.
    #[schema(required, format = DateTime)]
    changes_at: Option<String>,
    /// How many cases they have that are not closed.
    cases: u64,
    /// How many of them neither wait nor sleep.
    open: u64,
    /// How many cases they can have; `null` for as many as come.
    #[schema(required)]
    most_cases: Option<u32>,
    /// The oldest of their cases.
    #[schema(required)]
    oldest: Option<i64>,
    #[schema(required, format = DateTime)]
    oldest_at: Option<String>,
    /// What they have had to read, in points, as it weighs now.
    exposure: f64,
    /// Whether that is so much that the heads are warned.
    is_exposed: bool,
    /// When they were last given a case in turn.
    #[schema(required, format = DateTime)]
    last_turn_at: Option<String>,
    /// Whether you may say how many cases they can have.
    is_led: bool,
}

/// What waits at a desk.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskLoad)]
pub(crate) struct DeskLoadShape {
    department: Uuid,
    assignment: AssignmentShape,
    /// How many open cases nobody has yet.
    waiting: u64,
    /// How many of its users are on duty.
    on_duty: u64,
    /// How many of those could have one more.
    with_room: u64,
    /// Whether you may say how its cases find an owner.
    is_led: bool,
}

/// What counts as abuse, how long it weighs, and when heads are warned.
#[derive(Serialize, ToSchema)]
#[schema(as = ExposureSettings)]
pub(crate) struct ExposureSettingsShape {
    /// Cases with one of these tags are abusive: 4 points. Others whose newest post reads as negative count 1.
    #[schema(required)]
    tags: Vec<String>,
    /// So many points are too much: the heads of whoever has them are warned.
    #[schema(required)]
    warn_at: u32,
    /// After so many days a point weighs half.
    #[schema(required)]
    half_life_days: u32,
}

/// What becomes of your cases when your shift ends.
#[derive(Serialize, ToSchema)]
#[schema(as = HandOver)]
pub(crate) struct HandOverShape {
    /// When it ends: now if you are off duty, `null` if you always are on duty.
    #[schema(required, format = DateTime)]
    ends_at: Option<String>,
    /// When you are back after that.
    #[schema(required, format = DateTime)]
    back_at: Option<String>,
    is_on_duty: bool,
    /// Your cases that are not closed, the most urgent first.
    cases: Vec<HandOverCaseShape>,
    /// Colleagues who are on duty and work for a department of one of these cases.
    colleagues: Vec<Uuid>,
}

/// A case, and what becomes of it.
#[derive(Serialize, ToSchema)]
#[schema(as = HandOverCase)]
pub(crate) struct HandOverCaseShape {
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
    then: AtShiftEndShape,
}

/// What becomes of a case: it stays yours, it goes to the desk because a clock runs out before you are back, or nothing.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = AtShiftEnd)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AtShiftEndShape {
    Stays,
    Returns,
    Nothing,
}

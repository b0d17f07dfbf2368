//! The shapes of notifications.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that a user was told.
#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
pub(crate) struct NotificationShape {
    id: i64,
    /// Who was told.
    user: Uuid,
    kind: NotificationKindShape,
    /// The department that it is about.
    #[schema(required)]
    department: Option<Uuid>,
    case: i64,
    /// The number of the event in the case's history.
    event: u32,
    /// Who did it: `user:ID`, `operator`, `rules`, `author`, `timer`, `outbox`.
    by: String,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// When it was read.
    #[schema(required, format = DateTime)]
    read_at: Option<String>,
    /// How many of its kind came within minutes, and are told in this one.
    count: u32,
}

/// Why somebody is told.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotificationKindShape {
    Changed,
    Offered,
    OfferEnded,
    Assigned,
    Returned,
    Mentioned,
    Question,
    Answer,
    ClockWarned,
    ClockBreached,
    Escalated,
    PingPong,
    Involved,
    Exposed,
    ShiftEnds,
}

/// How soon somebody is told.
#[derive(Serialize, ToSchema)]
#[schema(as = Pace)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaceShape {
    AtOnce,
    Hourly,
    Daily,
    Weekly,
    Never,
}

/// What a user wants to be told, and when.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationSettings)]
pub(crate) struct NotificationSettingsShape {
    /// How soon, by kind and by channel (`page`, `mail`, `chat`), where it is not as usual.
    #[schema(required = false)]
    paces: BTreeMap<String, BTreeMap<String, PaceShape>>,
    /// When nothing leaves, in the user's time zone.
    #[schema(required = false)]
    quiet: Option<QuietHoursShape>,
    /// Minute of the day at which daily and weekly messages leave.
    #[schema(required = false, maximum = 1439)]
    digest_at: u16,
    /// The day on which weekly ones leave, 1 for Monday to 7 for Sunday.
    #[schema(required = false, minimum = 1, maximum = 7)]
    digest_day: u8,
}

/// Hours in which nobody is written to.
#[derive(Serialize, ToSchema)]
#[schema(as = QuietHours)]
pub(crate) struct QuietHoursShape {
    /// Minute of the day.
    #[schema(maximum = 1439)]
    from: u16,
    /// Minute of the day.
    #[schema(maximum = 1439)]
    to: u16,
}

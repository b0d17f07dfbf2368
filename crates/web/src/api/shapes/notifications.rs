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
    /// Who did it: `user:ID`, `operator`, `rules`, `author`, `timer`, `outbox`, `guest`.
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
    Outreach,
    OutreachCame,
    OutreachDue,
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

/// A room of a chat.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatRoom)]
pub(crate) struct ChatRoomShape {
    /// What it is called here.
    name: String,
    format: ChatFormatShape,
    /// The address of its webhook is never told.
    #[schema(required)]
    url: Option<String>,
    /// Only what concerns these; all of them if there are none.
    departments: Vec<Uuid>,
    /// Of what it is told.
    kinds: Vec<NotificationKindShape>,
}

/// How a chat wants to be written to: `slack` is also for Mattermost and others that take the same.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatFormat)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChatFormatShape {
    Slack,
    Discord,
    Teams,
}

/// A server for mail.
#[derive(Serialize, ToSchema)]
#[schema(as = MailServer)]
pub(crate) struct MailServerShape {
    host: String,
    port: u16,
    security: MailSecurityShape,
    /// Who we are to it.
    #[schema(required)]
    user: Option<String>,
    /// Never told.
    #[schema(required)]
    password: Option<String>,
    from: String,
}

/// Whether people are told things in their browsers, and how.
#[derive(Serialize, ToSchema)]
#[schema(as = PushSettings)]
pub(crate) struct PushSettingsShape {
    /// Whether anything is sent to the push services of browsers.
    is_on: bool,
    /// Whether a message says what happened; else it says that something did.
    shows_texts: bool,
    /// How push services reach whoever runs this.
    contact: String,
    /// The key that `PushManager.subscribe` wants as `applicationServerKey`; null while nothing is told in browsers.
    #[schema(required)]
    public_key: Option<String>,
}

/// A browser that somebody wants to be told things in.
#[derive(Serialize, ToSchema)]
#[schema(as = PushSubscription)]
pub(crate) struct PushSubscriptionShape {
    id: Uuid,
    user: Uuid,
    /// What it is called.
    name: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When its push service last took a message.
    #[schema(required, format = DateTime)]
    succeeded_at: Option<String>,
    /// What went wrong at last.
    trouble: String,
}

/// How links in messages work.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkSettings)]
pub(crate) struct LinkSettingsShape {
    /// Whether somebody has to be logged in to do something to a case by a link.
    needs_log_in: bool,
}

/// How the way to a server is kept from others.
#[derive(Serialize, ToSchema)]
#[schema(as = MailSecurity)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurityShape {
    Tls,
    StartTls,
    Plain,
}

/// A message on its way to somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryShape {
    id: Uuid,
    /// Who is told; nobody in particular without one.
    #[schema(required)]
    user: Option<Uuid>,
    /// `mail`, `chat` or `push`.
    channel: String,
    /// An address, a room or the id of a browser; the user's own address if it is empty.
    target: String,
    pace: PaceShape,
    /// `queued`, `sending`, `sent`, `dead` or `dropped`.
    state: String,
    #[schema(format = DateTime)]
    due_at: String,
    attempts: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    sent_at: Option<String>,
    /// What went wrong at last.
    trouble: String,
    /// The case and the number of the event that it tells, where it tells one alone.
    #[schema(required)]
    about: Option<Vec<i64>>,
}

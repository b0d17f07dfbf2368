//! What people are told of what happens to cases: of what kind, by which channel, and how soon.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::preferences::choice;
use crate::{By, CaseId, DepartmentId, UserId};

choice! {
    /// Why somebody is told.
    NotificationKind {
        /// Something else happened to a case that they own or follow.
        Changed = "changed",
        /// A case is offered to them or to their department.
        Offered = "offered",
        /// What they offered was accepted, declined, or ended without an answer.
        OfferEnded = "offer_ended",
        /// A case is theirs now.
        Assigned = "assigned",
        /// A case that was theirs went back to a desk.
        Returned = "returned",
        /// A note names them.
        Mentioned = "mentioned",
        /// A colleague asks them something.
        Question = "question",
        /// What they asked was answered.
        Answer = "answer",
        /// They are asked to call or write to the author of a case, or the time for that runs out.
        Outreach = "outreach",
        /// A senior answered whom they asked, or there is an outcome.
        OutreachCame = "outreach_came",
        /// The time of an outreach on a case of theirs runs out.
        OutreachDue = "outreach_due",
        /// Little time is left on a clock.
        ClockWarned = "clock_warned",
        /// A clock ran out.
        ClockBreached = "clock_breached",
        /// A clock that ran out was told further up, to them.
        Escalated = "escalated",
        /// A case goes to and fro between their department and another one.
        PingPong = "ping_pong",
        /// Their department has something at stake in a case of another one.
        Involved = "involved",
        /// A colleague of theirs has had much abuse to read; who it is did it.
        Exposed = "exposed",
        /// Their shift ends soon, and they have open cases; the most urgent one is named.
        ShiftEnds = "shift_ends",
    }
}

choice! {
    /// By what somebody is told.
    Channel {
        /// On the pages, beside their name.
        Page = "page",
        /// By mail.
        Mail = "mail",
        /// In the room of a chat.
        Chat = "chat",
        /// In the browsers that they registered, also while no page of ours is open.
        Push = "push",
    }
}

impl Channel {
    /// Those whose messages wait in a queue of their own.
    pub const QUEUED: [Self; 3] = [Self::Mail, Self::Chat, Self::Push];
}

choice! {
    /// How soon somebody is told.
    Pace {
        /// When it happens, but for quiet hours.
        AtOnce = "at_once",
        /// Together with the rest of the hour.
        Hourly = "hourly",
        /// Together with the rest of the day.
        Daily = "daily",
        /// Together with the rest of the week.
        Weekly = "weekly",
        /// Not at all.
        Never = "never",
    }
}

choice! {
    /// Where a message on its way stands.
    DeliveryState {
        /// It waits for its time.
        Queued = "queued",
        /// It was handed over, and nobody knows yet what came of it.
        Sending = "sending",
        /// It was taken.
        Sent = "sent",
        /// It was tried for a day, or refused for good.
        Dead = "dead",
        /// All that it tells was read before it left.
        Dropped = "dropped",
    }
}

/// Hours in which nobody is written to, by the clock of the user's time zone. They may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Minute of the day at which they begin, 0 to 1439.
    pub from: u16,
    /// Minute of the day at which they end, 0 to 1439.
    pub to: u16,
}

/// What a user wants to be told, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationSettings {
    /// How soon, by kind and channel; what is not in it goes at [`NotificationSettings::usual`].
    pub paces: BTreeMap<NotificationKind, BTreeMap<Channel, Pace>>,
    /// When nothing leaves. What would have waits for their end.
    pub quiet: Option<QuietHours>,
    /// Minute of the day at which the daily and the weekly message leave, 0 to 1439.
    pub digest_at: u16,
    /// The day on which the weekly message leaves, 1 for Monday to 7 for Sunday.
    pub digest_day: u8,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self { paces: BTreeMap::new(), quiet: None, digest_at: 8 * 60, digest_day: 1 }
    }
}

impl NotificationSettings {
    /// How soon somebody is told who has said nothing about it: at once of what waits for them, once a day of the rest.
    pub fn usual(kind: NotificationKind, channel: Channel) -> Pace {
        use NotificationKind::{
            Answer, Assigned, ClockBreached, Escalated, Exposed, Mentioned, Offered, Outreach, OutreachCame,
            OutreachDue, PingPong, Question,
        };
        match (channel, kind) {
            (Channel::Page, _) => Pace::AtOnce,
            (
                _,
                Offered | Assigned | Mentioned | Question | Answer | Outreach | OutreachCame | OutreachDue
                | ClockBreached | Escalated | Exposed | PingPong,
            ) => Pace::AtOnce,
            // By the time a digest left the shift would be over.
            (Channel::Mail, NotificationKind::ShiftEnds) => Pace::Never,
            (Channel::Mail, _) => Pace::Daily,
            (
                Channel::Push,
                NotificationKind::ClockWarned | NotificationKind::Returned | NotificationKind::ShiftEnds,
            ) => Pace::AtOnce,
            (Channel::Chat | Channel::Push, _) => Pace::Never,
        }
    }

    /// How soon the user is told.
    pub fn pace(&self, kind: NotificationKind, channel: Channel) -> Pace {
        let said = self.paces.get(&kind).and_then(|paces| paces.get(&channel));
        said.copied().unwrap_or_else(|| Self::usual(kind, channel))
    }

    /// With another pace.
    pub fn set_pace(&mut self, kind: NotificationKind, channel: Channel, pace: Pace) {
        self.paces.entry(kind).or_default().insert(channel, pace);
    }
}

/// Something that a user was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its number, greater than that of every earlier one.
    pub id: i64,
    /// Who was told.
    pub user: UserId,
    /// Why.
    pub kind: NotificationKind,
    /// The department that it is about: whom a case was offered to, whose case it is.
    pub department: Option<DepartmentId>,
    /// The case.
    pub case: CaseId,
    /// The number of the event in the case's history.
    pub event: u32,
    /// Who did it.
    pub by: By,
    /// When it happened.
    pub at: Timestamp,
    /// When the user read it.
    pub read_at: Option<Timestamp>,
    /// How many of its kind came within minutes, and are told in this one.
    pub count: u32,
}

/// A message on its way to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationDelivery {
    /// Identifier in this installation; of a mail also its `Message-ID`, on every attempt.
    pub id: Uuid,
    /// Who is told; somebody outside the company without one.
    pub user: Option<UserId>,
    /// By what.
    pub channel: Channel,
    /// A mail address, the chat's room, or the browser's id. The user's own address if it is empty.
    pub target: String,
    /// Whether it gathers what happens until it leaves.
    pub pace: Pace,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it leaves, or is tried again.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was taken.
    pub sent_at: Option<Timestamp>,
    /// What went wrong at last.
    pub trouble: String,
    /// What is told where no user is: the case, and the number of the event.
    pub about: Option<(CaseId, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_goes_at_its_usual_pace() {
        let mut settings = NotificationSettings::default();
        assert_eq!(settings.pace(NotificationKind::Changed, Channel::Mail), Pace::Daily);
        assert_eq!(settings.pace(NotificationKind::Offered, Channel::Mail), Pace::AtOnce);
        settings.set_pace(NotificationKind::Offered, Channel::Mail, Pace::Never);
        assert_eq!(settings.pace(NotificationKind::Offered, Channel::Mail), Pace::Never);
        assert_eq!(settings.pace(NotificationKind::Offered, Channel::Page), Pace::AtOnce);
        let written = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(written, r#"{"paces":{"offered":{"mail":"never"}},"quiet":null,"digest_at":480,"digest_day":1}"#);
        assert_eq!(serde_json::from_str::<NotificationSettings>(&written).expect("read"), settings);
    }
}

//! Rooms of a chat that are told what happens to cases.

use serde::{Deserialize, Serialize};

use crate::preferences::choice;
use crate::{DepartmentId, NotificationKind};

choice! {
    /// How the webhook of a chat wants to be written to.
    ChatFormat {
        /// Slack, and whatever takes the same: Mattermost, Rocket.Chat, Zulip's compatible integration.
        Slack = "slack",
        /// Discord.
        Discord = "discord",
        /// Microsoft Teams, by a workflow that posts cards.
        Teams = "teams",
    }
}

/// A room of a chat, written to by an incoming webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatRoom {
    /// What it is called here: `a-z 0-9 -`. Unique.
    pub name: String,
    /// How it wants to be written to.
    pub format: ChatFormat,
    /// The address of the webhook. Whoever knows it can write to the room, so it is sealed where it is stored and left out
    /// where it is shown.
    #[serde(default)]
    pub url: Option<String>,
    /// Only what concerns these departments; all of them if there are none.
    #[serde(default)]
    pub departments: Vec<DepartmentId>,
    /// Of what it is told.
    pub kinds: Vec<NotificationKind>,
}

impl ChatRoom {
    /// What a room can be told: what a department has to do something about, whoever of it does.
    pub const KINDS: [NotificationKind; 6] = [
        NotificationKind::Offered,
        NotificationKind::Returned,
        NotificationKind::ClockWarned,
        NotificationKind::ClockBreached,
        NotificationKind::PingPong,
        NotificationKind::Involved,
    ];

    /// Whether it is told something about a department.
    pub fn hears(&self, kind: NotificationKind, department: DepartmentId) -> bool {
        self.kinds.contains(&kind) && (self.departments.is_empty() || self.departments.contains(&department))
    }
}

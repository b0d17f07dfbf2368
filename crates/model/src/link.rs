//! Signed links in messages: what each does, and that it was used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::preferences::choice;
use crate::{CaseId, UserId};

choice! {
    /// What a link does to a case.
    LinkAct {
        /// Makes the user the owner.
        Claim = "claim",
        /// Accepts what is offered.
        Accept = "accept",
        /// Declines what is offered.
        Decline = "decline",
        /// Offers the case to another department.
        Transfer = "transfer",
    }
}

choice! {
    /// By what somebody did something who was not logged in.
    Via {
        /// By a link in a mail.
        Mail = "mail",
        /// By a button of a notification that their browser showed.
        Push = "push",
    }
}

/// A link that is used. All links by which a user does one thing because of one event are one: a letter that left twice
/// acts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUse {
    /// Who acts.
    pub user: UserId,
    /// To which case.
    pub case: CaseId,
    /// The number of the event that the message told of.
    pub event: u32,
    /// What is done.
    pub act: LinkAct,
    /// Where the link stood.
    pub via: Via,
}

/// How links in messages work in this installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkSettings {
    /// Whether somebody has to be logged in to do something to a case by a link.
    pub needs_log_in: bool,
}

/// When a link was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpentLink {
    /// The link.
    pub link: LinkUse,
    /// When.
    pub at: Timestamp,
}

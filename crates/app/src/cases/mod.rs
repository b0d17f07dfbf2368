//! Cases: one file for each thing that can be done to one. Rule and operation stand together; what may follow what is
//! said by [`Case::apply`], who may do it by [`crate::rights`].
//!
//! An operation loads the case, decides what happens, and has the store append it: at the version that was seen, in one
//! transaction with the case's row. Posts open and join cases elsewhere, in the transaction of the line.

pub mod absence;
pub mod assign;
pub mod bulk;
pub mod claim;
pub mod clocks;
pub mod close;
pub mod confirm;
pub mod dismiss;
pub mod exposure;
pub mod follow;
pub mod formula;
pub mod handover;
pub mod load;
pub mod merge;
pub mod note;
pub mod open;
pub mod outreach;
pub mod prioritise;
pub mod question;
mod record;
pub mod release;
pub mod similar;
pub mod snooze;
pub mod split;
pub mod sweep;
pub mod tag;
pub mod timer;
pub mod trace;
pub mod transfer;
pub mod turn;
pub mod undo;
pub mod view;
pub mod views;
mod wait;

use jiff::Timestamp;
use switchboard_model::{CaseId, Contradiction, OutreachId, UserId, ViewId};
use switchboard_store::StoreError;

use crate::AppError;
use crate::rights::Forbidden;

/// How cases are worked on, as an administrator configures it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseOptions {
    /// How long an offer of ownership stands if nobody says otherwise.
    pub accept_within_min: u32,
}

impl Default for CaseOptions {
    fn default() -> Self {
        Self { accept_within_min: 30 }
    }
}

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No case of that number that this person may see.
    #[error("there is no case {0}")]
    Unknown(CaseId),
    /// No post of that id, so no case for it.
    #[error("there is no post '{0}'; only a stored one can become a case")]
    UnknownPost(String),
    /// A post that is in a case is not dismissed.
    #[error("it is in case {case} already; close that one, with the reason why nobody answers")]
    InCase {
        /// The case.
        case: CaseId,
    },
    /// Nobody dismissed the post.
    #[error("nobody dismissed '{0}', so there is nothing to take back")]
    NotDismissed(String),
    /// Somebody changed it in between.
    #[error(
        "case {case} has changed since you looked: you saw version {seen}, it is at version {now}; look again, then decide"
    )]
    Stale {
        /// The case.
        case: CaseId,
        /// The version that was seen.
        seen: u32,
        /// The version that it has.
        now: u32,
    },
    /// Somebody else owns it.
    #[error("{name} has case {case} already")]
    AlreadyOwned {
        /// The case.
        case: CaseId,
        /// Who owns it.
        by: UserId,
        /// What they are called.
        name: String,
    },
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It cannot happen to the case as it stands.
    #[error("this cannot be done to case {}: {}", .0.case, .0.why)]
    Cannot(Contradiction),
    /// What was done is not taken back.
    #[error("case {case} stays as it is: {why}")]
    NotUndone {
        /// The case.
        case: CaseId,
        /// Why.
        why: String,
    },
    /// A link that we did not make.
    #[error("this link is not one of ours, or a part of it is missing; ask whoever sent it for a new one")]
    BadLink,
    /// A link that was used before.
    #[error("this link was used {} already, and each works once; look at the case to see where it stands", at.strftime("on %Y-%m-%d at %H:%M UTC"))]
    SpentLink {
        /// When.
        at: Timestamp,
    },
    /// A question that cannot be answered any more.
    #[error("this question cannot be answered any more: {why}")]
    QuestionOver {
        /// Why.
        why: String,
    },
    /// No outreach of that id that this person may see.
    #[error("there is no outreach '{0}'")]
    UnknownOutreach(OutreachId),
    /// An outreach that has ended, or a link to one that works no more.
    #[error("nothing can be done about this outreach any more: {why}")]
    OutreachOver {
        /// Why.
        why: String,
    },
    /// A case is not closed as long as a senior is to call or write.
    #[error(
        "case {case} stays open: {name} is asked to call or write and there is no outcome yet; wait for it, or withdraw it and close"
    )]
    OutreachOpen {
        /// The case.
        case: CaseId,
        /// Who is asked.
        name: String,
    },
    /// No senior, or no script, of that id.
    #[error("{0}")]
    UnknownPart(String),
    /// Another script has that name.
    #[error("a script is called '{0}' already; choose another name, or remove that one first")]
    ScriptTaken(String),
    /// Something that was written cannot be used.
    #[error("{message}")]
    Bad {
        /// The field.
        field: &'static str,
        /// What is wrong with it and the remedy.
        message: String,
    },
    /// The actor has no view of that id.
    #[error("there is no view '{0}'; it was removed, or somebody else keeps it for themselves")]
    UnknownView(ViewId),
    /// Another view of the same keeper has that name.
    #[error("a view is called '{0}' already; choose another name, or remove that one first")]
    ViewTaken(String),
    /// There is nobody who could own a case.
    #[error("there is no company yet, so nobody could own a case; finish the set-up first")]
    NotSetUp,
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for CaseError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl CaseError {
    fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self::Bad { field, message: message.into() }
    }

    /// The case that was asked for is not there.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// A text that a person wrote: not empty, not too long.
fn written(field: &'static str, text: &str, most: usize) -> Result<String, CaseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CaseError::bad(field, format!("the {field} is empty; write a few words")));
    }
    within(field, text, most)
}

/// A text that may be empty, but not too long.
fn within(field: &'static str, text: &str, most: usize) -> Result<String, CaseError> {
    let (text, length) = (text.trim(), text.trim().chars().count());
    if length > most {
        return Err(CaseError::bad(field, format!("the {field} has {length} characters; {most} is the most")));
    }
    Ok(text.to_owned())
}

/// The most characters of a reason.
const REASON: usize = 2_000;

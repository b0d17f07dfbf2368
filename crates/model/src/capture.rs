//! The interface between a network and the line: batches of posts with the cursor that follows them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{FateReason, Post};

/// A boxed future, so that [`Capture`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A source at work. Polled and streamed networks look the same from outside.
///
/// The caller owns the loop: it calls [`Capture::next`] with the last *committed* cursor, stores the batch and
/// the batch's cursor in one transaction, waits for [`Batch::wait`], and calls again. An implementation may keep
/// a connection open between calls, and must be able to start again from nothing but the cursor.
pub trait Capture: Send {
    /// Waits for and returns the next batch after `cursor`.
    ///
    /// Dropping the future (stop, time-out) loses nothing: what was not returned is fetched again.
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>>;
}

/// Where a source stands, in a form that only its network's folder understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// What a source gave in one go.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// What was captured, oldest first where the network allows.
    pub posts: Vec<Captured>,
    /// Where the source stands once these posts are stored; `None` leaves the cursor as it is.
    pub cursor: Option<Cursor>,
    /// What could not be understood, each a sentence for a person.
    pub problems: Vec<Problem>,
    /// How long to leave the network alone before the next call.
    pub wait: Duration,
    /// What the network says is left of its allowance.
    pub budget: Option<Budget>,
    /// A change of the source's own settings that the network asked for (a feed that moved for good).
    pub settings: Option<serde_json::Value>,
}

/// One captured post, or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// The post, or why it was refused already while reading it.
    pub post: Result<Post, FateReason>,
    /// It came to our own account, mailbox or into the thread of a case.
    pub is_addressed: bool,
    /// URL without tracking parameters and the like; equal for the same article in several feeds.
    pub canonical_url: Option<String>,
}

impl Captured {
    /// A post that came in by listening.
    pub fn heard(post: Post) -> Self {
        Self { post: Ok(post), is_addressed: false, canonical_url: None }
    }

    /// A post that is addressed to us.
    pub fn addressed(post: Post) -> Self {
        Self { post: Ok(post), is_addressed: true, canonical_url: None }
    }

    /// Something that could not be read as a post.
    pub fn refused(reason: FateReason) -> Self {
        Self { post: Err(reason), is_addressed: false, canonical_url: None }
    }
}

/// Something in an answer that could not be understood; the rest went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which part: `entry 3`, `line 17`, `field 'followers'`.
    pub at: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

/// What a network allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Requests allowed in the period.
    pub limit: Option<u64>,
    /// Requests left.
    pub left: Option<u64>,
    /// When the period ends.
    pub resets_at: Option<Timestamp>,
}

/// Why a source could not give a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CaptureError {
    /// What to do about it.
    pub kind: CaptureErrorKind,
    /// What is wrong and the remedy, for a person.
    pub message: String,
}

impl CaptureError {
    /// An error of that kind.
    pub fn new(kind: CaptureErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// What to do about a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureErrorKind {
    /// Try again with back-off: unreachable, 5xx, cut connection, unreadable answer.
    Retry,
    /// The network asked for this pause (`Retry-After`, rate limit).
    RetryAfter(Duration),
    /// Waiting does not mend it: refused credentials, gone, unusable settings. Asked again rarely.
    Broken,
}

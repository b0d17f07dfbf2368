//! Answers: tables `accounts`, `drafts` and `replies` (the outbox).
//!
//! Whatever tells of a reply in a case's history is written with the reply's own row, through
//! [`Store::record`](crate::Store::record) with an [`Also`](crate::Also). What only the outbox needs to know (taken,
//! postponed) is written here alone.

mod accounts;
mod drafts;
mod replies;

pub use replies::{NewReply, ReplyMove};
pub(crate) use replies::{NotWritten, insert_reply, move_reply, replies_by_id};

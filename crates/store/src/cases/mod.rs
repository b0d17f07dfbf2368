//! Cases: tables `cases`, `events`, `case_posts`, `case_threads`, `case_tags` and the counted `queues`; and what needs
//! one, `needs`, `dismissals` and `sweeps`.
//!
//! A row of `cases` is what its events make of it. There is one way to change one, [`book::Book`]: it applies events to
//! loaded cases and writes rows, history, tags, keys and counters together. [`record`] uses it for what people and clocks
//! do, [`open`] for what posts do, in the transaction of the line.

mod book;
mod check;
mod chosen;
mod clocks;
mod event;
mod hand_back;
mod merge;
pub(crate) mod open;
mod owner;
pub(crate) mod past;
mod queues;
mod read;
mod record;
mod row;
pub(crate) mod sweep;
mod waiting;

pub(crate) use event::EventRow;
pub(crate) use hand_back::hand_back;

pub use check::CaseCheck;
pub use clocks::CaseClock;
pub use merge::{CaseAround, Joint, JointlyRecorded, Shift, Split};
pub use open::{HandOpened, keys_for, keys_of};
pub use read::ListedCase;
pub use record::{Also, Record, Recorded};
pub use sweep::{Dismissed, NeedOf};

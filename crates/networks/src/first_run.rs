//! What a source that has just been made leaves alone: nobody wants years of old posts at once.

use jiff::Timestamp;
use switchboard_capture::schedule::FirstRun;

/// The first run of a source made at `created_at`.
pub(crate) fn of(created_at: Timestamp) -> FirstRun {
    // Without a cursor there always is one.
    FirstRun::of(created_at, FirstRun::DEFAULT_HOURS, None).unwrap_or(FirstRun { since: created_at })
}

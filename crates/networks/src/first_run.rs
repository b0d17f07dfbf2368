//! What a source that has just been made leaves alone: nobody wants years of old posts at once.

use jiff::Timestamp;
use switchboard_model::{Captured, FateReason, Post};

/// How far back a new source looks.
const LOOK_BACK_S: i64 = 24 * 3_600;

/// Posts from before this moment are too old for the first run of a source made at `created_at`.
pub(crate) fn cut_off(created_at: Timestamp) -> Timestamp {
    Timestamp::from_second(created_at.as_second() - LOOK_BACK_S).unwrap_or(created_at)
}

/// The fate of a post from before the cut-off.
pub(crate) fn too_old(_post: Post) -> Captured {
    Captured::refused(FateReason::TooOld)
}

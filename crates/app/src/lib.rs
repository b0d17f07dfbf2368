//! What Switchboard can be asked to do: one folder per area, one file per feature (rule and operation together).
//!
//! The way of a post: a source's task (`sources/follow.rs`) receives batches from its network, [`triage`] decides
//! about each post (match, understand, route; no input or output of its own), and the [`pipeline`] stores posts
//! and the source's cursor in one transaction. Pages, API and command line call the same operations.
//!
//! Areas (`sources`, `searches`, …) do not import each other; they meet in `switchboard-model`, in [`triage`] and in
//! [`notices`]. Networks reach this crate only as implementations of [`sources::Networks`].
//! To add an operation: a file named after the user's verb in its area, its refusals in the area's error enum.

pub mod access;
pub mod answer;
pub mod app;
pub mod cases;
pub mod directory;
pub mod doctor;
mod exclusions;
mod experience;
pub mod find;
mod in_force;
pub mod notices;
pub mod notifications;
pub mod packs;
pub mod people;
mod pictures;
pub mod pipeline;
pub mod presence;
pub mod rights;
pub mod routing;
pub mod searches;
mod secret;
pub mod secrets;
pub mod setup;
pub mod sources;
mod tags;
pub mod triage;

/// The departments and rules that are shipped.
pub use switchboard_route::Router;

pub use app::{App, AppError, Parts, SystemClock, SystemIds, SystemRandomness};

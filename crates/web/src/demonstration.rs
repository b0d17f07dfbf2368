//! What the pages of a demonstration ask of whoever plays it. Only `switchboard demo` brings one.

use switchboard_model::{BoxFuture, CaseId, UserId};

/// A demonstration at work.
pub trait Demonstration: Send + Sync + std::fmt::Debug {
    /// Whom a visitor can be, with a few words about each, in the order of the page.
    fn people(&self) -> Vec<(UserId, String)>;

    /// Where the storm stands.
    fn storm(&self) -> Storm;

    /// Lets the next chapter of the storm begin, unless one is being told.
    fn next_chapter(&self);

    /// The case with which the tour begins.
    fn first_case<'a>(&'a self) -> BoxFuture<'a, Option<CaseId>>;

    /// Throws everything away and begins anew, once the answer to this request has left.
    fn start_over(&self);
}

/// Where the storm stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storm {
    /// How many chapters have begun.
    pub begun: usize,
    /// How many there are.
    pub chapters: usize,
    /// Whether one is being told at the moment.
    pub is_playing: bool,
    /// What comes next: title, and what happens in it.
    pub next: Option<(String, String)>,
}

//! Time and chance, injected so that tests own them.

use jiff::Timestamp;

/// The present. Pure code takes a `now`; operations take a `Clock`.
pub trait Clock: Send + Sync {
    /// The current moment in UTC.
    fn now(&self) -> Timestamp;
}

/// A source of chance for jitter.
pub trait Randomness: Send + Sync {
    /// A number in `0.0..1.0`.
    fn unit(&self) -> f64;
}

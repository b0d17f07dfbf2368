//! Time as the history tells it, and the machine's once it has been told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use switchboard_app::SystemClock;
use switchboard_model::Clock;

/// Stands where it is put, until it is let go.
#[derive(Debug, Clone, Default)]
pub struct DemoClock {
    /// Microseconds since the epoch; 0 once the machine's clock counts. Written by the seeding alone, read by everybody.
    told: Arc<AtomicI64>,
}

impl DemoClock {
    /// Puts it to a moment.
    pub fn put(&self, at: Timestamp) {
        self.told.store(at.as_microsecond(), Ordering::Relaxed);
    }

    /// From now on it is the machine's.
    pub fn let_go(&self) {
        self.told.store(0, Ordering::Relaxed);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        match self.told.load(Ordering::Relaxed) {
            0 => SystemClock.now(),
            told => Timestamp::from_microsecond(told).unwrap_or_default(),
        }
    }
}

//! What routing has learnt, in memory: read by whoever routes a post, changed by one at a time.
//!
//! Readers take what is known as it is at that moment and never wait. What changes shares everything that stays with what
//! was known before, so that an update costs no more than the post that it is about.

use std::sync::Arc;

use arc_swap::ArcSwap;
use switchboard_model::{DepartmentId, Features, Proposal, Proposed};
use switchboard_route::learning::{Calibration, Learned, Learner};
use tokio::sync::{Mutex, MutexGuard};

/// What is known at one moment, and what may be done by it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) learned: Learned,
    pub(crate) calibration: Calibration,
    /// How probable a proposal has to be to decide; `None`: it is only shown.
    pub(crate) confidence: Option<f64>,
}

impl Known {
    /// Where past cases would have a text, among departments that may take it.
    pub(crate) fn propose(&self, features: &Features, may_take: impl Fn(DepartmentId) -> bool) -> Option<Proposal> {
        let guess = self.learned.guess(features, may_take)?;
        let probability = self.calibration.probability(guess.score);
        let proposed = Proposed { department: guess.department, score: guess.score, probability };
        Some(Proposal { proposed, confidence: self.confidence, near: guess.near })
    }
}

/// A handle on what routing has learnt. Cheap to clone; all clones see the same.
#[derive(Debug, Clone, Default)]
pub struct Experience {
    known: Arc<ArcSwap<Known>>,
    learner: Arc<Mutex<Learner>>,
}

impl Experience {
    /// What is known by now.
    pub(crate) fn known(&self) -> Arc<Known> {
        self.known.load_full()
    }

    /// Held by whoever learns, so that each lesson is decided on what the one before it left.
    pub(crate) async fn learner(&self) -> MutexGuard<'_, Learner> {
        self.learner.lock().await
    }

    /// Has readers see what was learnt.
    pub(crate) fn publish(&self, learned: Learned, calibration: Calibration) {
        let publish = |known: &Arc<Known>| {
            Arc::new(Known { learned: learned.clone(), calibration, confidence: known.confidence })
        };
        self.known.rcu(publish);
    }

    /// Has proposals decide from that probability on, or only be shown.
    pub(crate) fn trust(&self, confidence: Option<f64>) {
        self.known.rcu(|known| Arc::new(Known { confidence, ..Known::clone(known) }));
    }
}

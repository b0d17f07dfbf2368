//! Learning where posts belong from where people put the ones before.
//!
//! [`Learner`] takes lessons (a text and its department), replaces and forgets them, and hands out [`Learned`], which proposes
//! a department for a text and names the nearest lessons as its reason. [`label`](label::label) reads from the history of a
//! case where it belongs. [`Calibration`] makes a probability of a score, from what came of proposals before.
//!
//! Everything is counted in whole numbers, so what is known does not depend on the order in which it was learnt, and what is
//! forgotten leaves no trace: a changed label, an erased post or a closed department is as if it had never been learnt. That
//! is why this is not a linear model with weights, which would be as good and could not take anything back.
//!
//! It reads texts as [`Features`](switchboard_model::Features) and does not know how they are made. It keeps nothing, reads
//! no clock and decides nothing: how sure a proposal has to be is the administrator's to say.

mod calibration;
pub mod label;
mod learned;
mod terms;

pub use calibration::Calibration;
pub use learned::{Guess, Learned, Learner};

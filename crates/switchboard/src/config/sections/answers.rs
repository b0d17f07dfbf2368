//! `[answers]`

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// How answers leave through the outbox.
    Answers "answers" {
        /// So many seconds after an answer was handed to a network that did not confirm it, it counts as not arrived if it
        /// is not found there. Networks that promise to make one post of a repeated answer are asked again earlier.
        settle_s: u32 = 300 => Check::Between(5, 86_400),
        /// How many seconds a network may take for one answer as a whole. Use less than `settle_s`.
        limit_s: u32 = 120 => Check::Between(1, 3_600),
    }
}

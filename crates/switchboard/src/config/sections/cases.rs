//! `[cases]`

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// How cases are worked on.
    Cases "cases" {
        /// How many minutes an offered case waits for somebody to accept, unless the sender says otherwise.
        accept_within_min: u32 = 30 => Check::Between(1, 10_080),
    }
}

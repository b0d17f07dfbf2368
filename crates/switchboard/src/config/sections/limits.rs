//! `[limits]`

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// Bounds that keep one part from using up what all parts need.
    Limits "limits" {
        /// How large a request to the API may be, in megabytes.
        request_mb: u32 = 32 => Check::Between(1, 1_024),
        /// How many pages and programs may listen to live events at the same time.
        event_streams: u32 = 100 => Check::Between(1, 10_000),
    }
}

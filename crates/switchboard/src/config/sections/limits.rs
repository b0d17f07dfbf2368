//! `[limits]`

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// Bounds that keep one part from using up what all parts need.
    Limits "limits" {
        /// How many posts are decided and stored in one transaction.
        batch_posts: u32 = 500 => Check::Between(1, 10_000),
        /// How long a post waits for others to share its transaction, in milliseconds.
        batch_wait_ms: u32 = 50 => Check::Between(0, 10_000),
        /// How many sources fetch at the same time.
        fetches: u32 = 16 => Check::Between(1, 512),
        /// How large a request to the API may be, in megabytes.
        request_mb: u32 = 32 => Check::Between(1, 1_024),
        /// How many pages and programs may listen to live events at the same time.
        event_streams: u32 = 100 => Check::Between(1, 10_000),
    }
}

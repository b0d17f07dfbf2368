//! `[capture]`

use crate::config::section::section;
use crate::config::value::{Check, Places};

section! {
    /// How sources are followed.
    Capture "capture" {
        /// Who runs this installation: a mail address or the URL of a page. It is part of the user agent, so that
        /// somebody who is bothered by a request knows whom to ask.
        contact: String = String::new(),
        /// How far back a new source reaches, in hours. Older posts are left out, so that nobody is flooded.
        first_run_hours: u32 = 48 => Check::Between(0, 8_760),
        /// The shortest pause between two polls of a source, in seconds.
        poll_min_s: u32 = 120 => Check::Between(5, 86_400),
        /// The longest pause between two polls of a source that says little, in seconds.
        poll_max_s: u32 = 3_600 => Check::Between(5, 604_800),
        /// The shortest pause between two requests to the same host, in milliseconds.
        host_gap_ms: u32 = 1_000 => Check::Between(0, 600_000),
        /// How long a connection may take to come about, in seconds.
        connect_timeout_s: u32 = 10 => Check::Between(1, 600),
        /// How long an answer may stay silent in the middle, in seconds.
        read_timeout_s: u32 = 30 => Check::Between(1, 600),
        /// How long an answer may take as a whole, in seconds.
        total_timeout_s: u32 = 60 => Check::Between(1, 3_600),
        /// How large an answer may be after unpacking, in megabytes. A larger one is given up.
        max_body_mb: u32 = 16 => Check::Between(1, 256),
        /// Host names, addresses and networks of your own that sources may reach although they are not public,
        /// each with a port if only that is meant: `["wiki.example.internal:8080", "10.20.0.0/16"]`.
        /// Everything else that is private is refused.
        /// In the environment they are separated by commas.
        allow: Places = Places::default(),
    }
}

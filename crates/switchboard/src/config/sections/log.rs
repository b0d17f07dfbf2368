//! `[log]`

use crate::config::section::section;
use crate::config::value::{LogFilter, LogFormat};

section! {
    /// What is logged, to standard error.
    Log "log" {
        /// How much: `error`, `warn`, `info`, `debug` or `trace`, also by part, such as `info,switchboard_networks=debug`.
        filter: LogFilter = LogFilter::fixed("info"),
        /// `text` for people, `json` (one object a line) for a log collector.
        format: LogFormat = LogFormat::Text,
    }
}

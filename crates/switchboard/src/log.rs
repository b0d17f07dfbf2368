//! Structured logs on standard error: text for people, JSON for collectors.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};
use crate::failure::Failure;

/// Starts logging as configured. Called once, before anything may log.
pub(crate) fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&*log.filter).map_err(|error| {
        Failure::usage(format_args!(
            "log.filter '{}' cannot be read: {error}; try info or warn,switchboard=debug",
            &*log.filter
        ))
    })?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if log.format == LogFormat::Json {
        subscriber.json().flatten_event(true).init();
    } else {
        use std::io::IsTerminal;
        subscriber.with_ansi(std::io::stderr().is_terminal()).init();
    }
    Ok(())
}

//! A program that prints posts: the door for every network that has no folder here.
//!
//! The program is started without a shell and prints one post a line, in the form of the wire contract, on its standard
//! output. It may print a line `{"cursor": "…"}` and finds the last one that was committed in the environment variable
//! `SWITCHBOARD_CURSOR` when it is started again. What it prints on standard error is shown when it fails.
//! What it deliberately does not do: fetch anything itself, or keep a program alive that Switchboard has left; the
//! program and its children are killed as a group.

mod client;
mod fetch;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::{Capture, SourceKind};

use crate::settings::{self, Settings, SettingsError};

/// Settings of an `exec` source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExecSettings {
    /// The program and its arguments, each for itself; no shell reads them.
    pub(crate) command: Vec<String>,
    /// Environment variables beside those that Switchboard itself runs with.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// The directory it runs in.
    pub(crate) cwd: Option<PathBuf>,
    /// How many posts are handed on at once, at most.
    #[serde(default = "batch")]
    pub(crate) batch: usize,
    /// After how many seconds a program that ended well is started again.
    #[serde(default = "every_s")]
    pub(crate) every_s: u64,
}

fn batch() -> usize {
    500
}

fn every_s() -> u64 {
    60
}

impl Settings for ExecSettings {
    const KIND: SourceKind = SourceKind::Exec;
    const KEYS: &'static [&'static str] = &["command", "env", "cwd", "batch", "every_s"];
}

pub(crate) fn read(value: &Value) -> Result<ExecSettings, SettingsError> {
    let settings: ExecSettings = settings::read(value)?;
    if settings.command.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(SettingsError::at(
            "command",
            "name the program and its arguments, for example [\"./mentions\", \"--follow\"]",
        ));
    }
    if settings.command.iter().any(|part| part.contains('\0')) {
        return Err(SettingsError::at("command", "it contains a NUL character"));
    }
    if let Some(name) = settings.env.keys().find(|name| name.is_empty() || name.contains(['=', '\0'])) {
        return Err(SettingsError::at("env", format!("'{name}' cannot be the name of a variable")));
    }
    if settings.env.values().any(|value| value.contains('\0')) {
        return Err(SettingsError::at("env", "a value contains a NUL character"));
    }
    if !(1..=5_000).contains(&settings.batch) {
        return Err(SettingsError::at("batch", "use a number from 1 to 5000"));
    }
    Ok(settings)
}

pub(crate) fn open(value: &Value) -> Result<Box<dyn Capture>, SettingsError> {
    Ok(Box::new(fetch::Exec::new(read(value)?)))
}

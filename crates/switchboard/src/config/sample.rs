//! The sample file, the reference page and the values in force: all made from the declarations, so none can be wrong
//! about a key.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Config;
use super::section::Key;

/// Documentation lines without the blank that follows `///`.
fn lines(doc: &[&'static str]) -> impl Iterator<Item = &'static str> {
    doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// How a secret may be given instead.
fn file_note(key: &Key) -> String {
    format!("`{}_file` names a file that holds it.", key.name)
}

pub(super) fn sample() -> String {
    let mut out = String::from(
        "# The configuration of Switchboard, with every key at its default.\n\
         # Copy it to switchboard.toml in the data directory and take the `#` off the lines that you change.\n\
         # Each key is also an environment variable, named above it; variables win over this file, flags over both.\n\
         # An unknown key or a wrong value stops the start with a message. `switchboard config check` tries a file.\n",
    );
    for section in Config::default().sections() {
        out.push('\n');
        for line in lines(section.doc()) {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "[{}]", section.name());
        for (key, value) in section.entries() {
            out.push('\n');
            for line in lines(key.doc) {
                let _ = writeln!(out, "# {line}");
            }
            if value.is_secret() {
                let _ = writeln!(out, "# {}", file_note(&key));
            }
            let _ = writeln!(out, "# {}", key.variable(section.name()));
            let _ = writeln!(out, "#{} = {}", key.name, value.written());
        }
    }
    out
}

pub(super) fn reference() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         Written by `switchboard config reference`; do not edit by hand.\n\n\
         Switchboard reads `switchboard.toml` in its data directory, or the file that `--config` names.\n\
         No file is needed: every key has a default.\n\
         Each key is also an environment variable. Flags win over variables, variables over the file.\n\
         Lists are separated by commas in a variable.\n\
         Unknown keys, unknown variables that begin with `SWITCHBOARD__`, and values of the wrong type or out of range \
         stop the start with a message that names the line or variable.\n\
         `switchboard config check` only looks, `switchboard config show` prints what is in force and where it came \
         from, `switchboard config sample` prints a commented file.\n",
    );
    for section in Config::default().sections() {
        let _ = write!(out, "\n## `[{}]`\n\n", section.name());
        for line in lines(section.doc()) {
            let _ = writeln!(out, "{line}");
        }
        for (key, value) in section.entries() {
            let _ = write!(out, "\n### `{}.{}`\n\n", section.name(), key.name);
            for line in lines(key.doc) {
                let _ = writeln!(out, "{line}");
            }
            if value.is_secret() {
                let _ = writeln!(out, "{}", file_note(&key));
            }
            let _ = write!(out, "\n- Default: `{}`\n", value.written());
            let _ = writeln!(out, "- Takes: {}", key.check.describe(value.kind()));
            let _ = writeln!(out, "- Environment: `{}`", key.variable(section.name()));
        }
    }
    out
}

pub(super) fn show(config: &Config) -> String {
    let mut out = String::new();
    for section in config.sections() {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "[{}]", section.name());
        let assignments: Vec<(String, String)> = section
            .entries()
            .into_iter()
            .map(|(key, value)| {
                let origin = config.origin(section.name(), key.name).to_string();
                (format!("{} = {}", key.name, value.shown()), origin)
            })
            .collect();
        let width = assignments.iter().map(|(assignment, _)| assignment.chars().count()).max().unwrap_or(0);
        for (assignment, origin) in assignments {
            let _ = writeln!(out, "{assignment:width$}  # {origin}");
        }
    }
    out
}

pub(super) fn show_json(config: &Config) -> Value {
    let sections = config.sections().map(|section| {
        let keys: Map<String, Value> = section
            .entries()
            .into_iter()
            .map(|(key, value)| {
                let origin = config.origin(section.name(), key.name).to_string();
                (key.name.to_owned(), json!({"value": value.json(), "from": origin}))
            })
            .collect();
        (section.name().to_owned(), Value::Object(keys))
    });
    Value::Object(sections.into_iter().collect())
}

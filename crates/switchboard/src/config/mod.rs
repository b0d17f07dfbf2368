//! The configuration: one TOML file, each key also an environment variable, some also a flag.
//!
//! Later wins: defaults, file, environment (`SWITCHBOARD__STORE__URL`), flags. Everything that is wrong is said at once,
//! with file and line or variable, what was found, what was expected and the nearest known word. Sections are handed
//! to the constructors that need them; nothing reads the configuration globally, and nothing here knows what a section
//! is used for. The sample file and the reference page are made from the declarations in `sections`, which is where a
//! key is added.

mod error;
mod read;
mod sample;
mod section;
mod sections;
pub(crate) mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use error::ConfigErrors;
use error::{Place, Problem};
pub(crate) use section::Section;
pub(crate) use sections::{Answers, Capture, Cases, Limits, Log, LookBack, Networks, Store, Web};
pub(crate) use value::{LogFilter, LogFormat};

/// What the names of all environment variables begin with.
pub(crate) const PREFIX: &str = "SWITCHBOARD__";

/// Where a value came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody said anything.
    #[default]
    Default,
    /// This line of the file.
    File(PathBuf, usize),
    /// This variable.
    Variable(String),
    /// This flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// What an installation is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// Where everything is kept.
    pub(crate) store: Store,
    /// Pages and API.
    pub(crate) web: Web,
    /// How sources are followed.
    pub(crate) capture: Capture,
    /// Which servers stand for a network.
    pub(crate) networks: Networks,
    /// What is logged.
    pub(crate) log: Log,
    /// What is kept of posts that no search wants.
    pub(crate) look_back: LookBack,
    /// How answers leave.
    pub(crate) answers: Answers,
    /// How cases are worked on.
    pub(crate) cases: Cases,
    /// Bounds.
    pub(crate) limits: Limits,
    origins: BTreeMap<(&'static str, &'static str), Origin>,
}

impl Config {
    /// Reads the file, if one is named, then the variables that begin with [`PREFIX`]. Others are passed over.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut config = Self::default();
        let mut problems = Vec::new();
        if let Some(path) = file {
            read::file(&mut config, path, &mut problems);
        }
        read::environment(&mut config, environment, &mut problems);
        config.check_together(&mut problems);
        if problems.is_empty() { Ok(config) } else { Err(ConfigErrors(problems)) }
    }

    /// Sets one key, such as `web.listen`, as a flag of the command line says.
    ///
    /// # Errors
    /// The value does not fit the key, or the key and another no longer go together.
    pub(crate) fn set_by_flag(&mut self, flag: &str, key: &str, text: &str) -> Result<(), ConfigErrors> {
        let mut problems = Vec::new();
        read::flag(self, flag, key, text, &mut problems);
        self.check_together(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(ConfigErrors(problems)) }
    }

    /// The sections in the order in which they are shown.
    pub(crate) fn sections(&self) -> [&dyn Section; 9] {
        [
            &self.store,
            &self.web,
            &self.capture,
            &self.look_back,
            &self.networks,
            &self.cases,
            &self.log,
            &self.answers,
            &self.limits,
        ]
    }

    fn sections_mut(&mut self) -> [&mut dyn Section; 9] {
        [
            &mut self.store,
            &mut self.web,
            &mut self.capture,
            &mut self.look_back,
            &mut self.networks,
            &mut self.cases,
            &mut self.log,
            &mut self.answers,
            &mut self.limits,
        ]
    }

    /// Where the value of a key came from.
    pub(crate) fn origin(&self, section: &'static str, key: &'static str) -> Origin {
        self.origins.get(&(section, key)).cloned().unwrap_or_default()
    }

    /// The commented sample file: every key with its documentation, its variable and its default.
    pub(crate) fn sample() -> String {
        sample::sample()
    }

    /// The reference page for all keys, in Markdown.
    pub(crate) fn reference() -> String {
        sample::reference()
    }

    /// The values in force as TOML, each with where it came from. Secrets are masked.
    pub(crate) fn show(&self) -> String {
        sample::show(self)
    }

    /// The same for programs: section, key, then `value` and `from`.
    pub(crate) fn show_json(&self) -> serde_json::Value {
        sample::show_json(self)
    }

    fn check_together(&self, problems: &mut Vec<Problem>) {
        let Capture { poll_min_s, poll_max_s, .. } = self.capture;
        if poll_min_s > poll_max_s {
            let text = format!(
                "capture.poll_min_s ({poll_min_s}, {}) is more than capture.poll_max_s ({poll_max_s}, {})",
                self.origin("capture", "poll_min_s"),
                self.origin("capture", "poll_max_s"),
            );
            problems.push(Problem { place: Place::Together, text });
        }
    }
}

/// The variables of this process that concern the configuration. One that is not Unicode is taken as well as it can
/// be read, so that it is refused by name instead of being passed over.
pub(crate) fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

#[cfg(test)]
mod tests;

//! An installation: a data directory, its configuration, and who is using it at the moment.
//!
//! One process at a time may write. It holds a lock on `switchboard.lock` and writes into that file who it is and where
//! it answers, so that a second one can say so, and other commands can work through it. The lock is the operating
//! system's: it ends with the process, however that ends.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_app::access::Passwords;
use switchboard_app::answer::outbox::OutboxConfig;
use switchboard_app::cases::CaseOptions;
use switchboard_app::packs::share::packs_with_file;
use switchboard_app::packs::{Packs, shipped_packs};
use switchboard_app::pipeline::look_back::LookBackConfig;
use switchboard_app::triage::Routing;
use switchboard_app::{App, Parts, SystemClock, SystemIds, SystemRandomness};
use switchboard_model::Formula;
use switchboard_route::{Departments, Router, Rules, parse_formula};
use switchboard_store::{Location, Store, StoreConfig};

use crate::config::Config;
use crate::failure::Failure;
use crate::registry::Registry;

const LOCK_FILE: &str = "switchboard.lock";
const CONFIG_FILE: &str = "switchboard.toml";
const KEY_FILE: &str = "switchboard.key";
const DATABASE_FILE: &str = "switchboard.db";
/// The directory of the look-back buffer.
const LOOK_BACK: &str = "look-back";

/// Where an installation lives and how it is configured.
pub(crate) struct Installation {
    pub(crate) data: PathBuf,
    pub(crate) config: Config,
}

/// Who holds an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// Its process.
    pub(crate) process: u32,
    /// The command it runs.
    pub(crate) command: String,
    /// Where it answers, once it does.
    pub(crate) url: Option<String>,
    /// What opens the operations that amount to running programs here. The lock file is readable by its owner only,
    /// so whoever knows it could run programs as this user anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

/// The right to write. Ends when dropped.
pub(crate) struct Hold {
    file: File,
}

/// What became of an attempt to hold an installation.
pub(crate) enum Held {
    /// It is ours.
    Ours(Hold),
    /// Somebody else has it; `None` if they have not said yet who they are.
    Theirs(Option<Holder>),
}

impl Installation {
    /// Reads the configuration. `config` is a file named by the caller; else the data directory's own, if there is one.
    pub(crate) fn new(data: &Path, config: Option<&Path>) -> Result<Self, Failure> {
        let own = data.join(CONFIG_FILE);
        let file = match config {
            Some(file) => Some(file),
            None if own.exists() => Some(own.as_path()),
            None => None,
        };
        let config = Config::load(file, crate::config::environment()).map_err(Failure::usage)?;
        Ok(Self { data: data.to_owned(), config })
    }

    /// Where the SQLite file lies (whether or not it is the store).
    pub(crate) fn database_file(&self) -> PathBuf {
        match self.config.store.url.expose().strip_prefix("sqlite:") {
            Some(path) => PathBuf::from(path),
            None => self.data.join(DATABASE_FILE),
        }
    }

    /// Where the key lies that seals secrets in the database.
    pub(crate) fn key_file(&self) -> PathBuf {
        match self.config.store.key_file.trim() {
            "" => self.data.join(KEY_FILE),
            path => PathBuf::from(path),
        }
    }

    /// Where the store is.
    pub(crate) fn location(&self) -> Location {
        let url = self.config.store.url.expose();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Location::Postgres(url.to_owned())
        } else {
            Location::Sqlite(self.database_file())
        }
    }

    fn store_config(&self) -> StoreConfig {
        StoreConfig { location: self.location(), readers: self.config.store.readers, is_lasting: true }
    }

    /// Makes the data directory, readable by its owner only.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data).map_err(|error| {
            Failure::unavailable(format_args!(
                "the data directory {} cannot be made: {error}; give one that you may write with --data",
                self.data.display()
            ))
        })
    }

    /// Tries to hold the installation for writing.
    pub(crate) fn hold(&self, command: &str) -> Result<Held, Failure> {
        let path = self.data.join(LOCK_FILE);
        let cannot = |error: std::io::Error| {
            Failure::unavailable(format_args!(
                "{} cannot be written: {error}; the data directory must be writable for the user that runs switchboard",
                path.display()
            ))
        };
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {
                let mut hold = Hold { file };
                hold.say(&Holder { process: std::process::id(), command: command.to_owned(), url: None, key: None })?;
                Ok(Held::Ours(hold))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str(&text).ok());
                Ok(Held::Theirs(holder))
            }
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }

    /// Holds the installation or says who does.
    pub(crate) fn hold_alone(&self, command: &str) -> Result<Hold, Failure> {
        match self.hold(command)? {
            Held::Ours(hold) => Ok(hold),
            Held::Theirs(holder) => Err(Failure::unavailable(format_args!(
                "{} is in use by {}; stop it first, or choose another directory with --data",
                self.data.display(),
                holder.map_or_else(
                    || "another switchboard that is just starting".to_owned(),
                    |holder| holder.to_string()
                )
            ))),
        }
    }

    /// Opens the store for writing. Only whoever holds the installation may.
    pub(crate) async fn open_store(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.store_config()).await?)
    }

    /// Opens the store for reading, beside whoever writes.
    pub(crate) async fn open_store_for_reading(&self) -> Result<Store, Failure> {
        if let Location::Sqlite(path) = self.location()
            && !path.exists()
        {
            return Err(Failure::unavailable(format_args!(
                "there is no installation in {}; switchboard serve or import makes one",
                self.data.display()
            )));
        }
        Ok(Store::open_read_only(&self.store_config()).await?)
    }

    /// The networks as configured.
    pub(crate) fn registry(&self) -> Result<Registry, Failure> {
        Registry::new(&self.config, Vec::new())
    }

    /// Starts the application on its store.
    pub(crate) async fn start(&self) -> Result<App, Failure> {
        let parts = Parts {
            store: self.open_store().await?,
            networks: Arc::new(self.registry()?),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            randomness: Arc::new(SystemRandomness),
            routing: self.routing()?,
            passwords: Passwords::default(),
            secrets: crate::key::secrets(&self.key_file())?,
            look_back: Some(self.look_back()),
        };
        let cases = CaseOptions { accept_within_min: self.config.cases.accept_within_min };
        Ok(App::start(parts).await?.with_case_options(cases).with_pictures(self.config.web.pictures))
    }

    /// How the outbox waits.
    pub(crate) fn outbox(&self) -> OutboxConfig {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        OutboxConfig { settle: seconds(self.config.answers.settle_s), limit: seconds(self.config.answers.limit_s) }
    }

    fn look_back(&self) -> LookBackConfig {
        LookBackConfig {
            directory: self.data.join(LOOK_BACK),
            hours: self.config.look_back.hours,
            max_bytes: u64::from(self.config.look_back.max_mb) * 1_000_000,
        }
    }

    /// The address at which this machine reaches a server that listens there.
    pub(crate) fn address(&self, listen: SocketAddr) -> String {
        let ip = match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, listen.port()))
    }

    /// What links begin with that people hand on: the configured address, else where the server answers.
    pub(crate) fn public_url(&self, answers_at: &str) -> String {
        let configured = self.config.web.public_url.to_string();
        if configured.is_empty() { answers_at.trim_end_matches('/').to_owned() } else { configured }
    }

    /// The names under which the pages may be asked for, beside those of this machine.
    pub(crate) fn hosts(&self, listen: SocketAddr) -> Vec<String> {
        let mut hosts = self.config.web.hosts.to_vec();
        if !listen.ip().is_loopback() && !listen.ip().is_unspecified() {
            hosts.push(listen.ip().to_string());
        }
        let public = self.config.web.public_url.split("://").nth(1).map(|rest| rest.split('/').next().unwrap_or(rest));
        if let Some(host) = public {
            let name = match host.strip_prefix('[') {
                Some(address) => address.split(']').next().unwrap_or(address),
                None => host.split(':').next().unwrap_or(host),
            };
            hosts.push(name.to_owned());
        }
        hosts
    }

    /// Departments and rules: the installation's own files, else the shipped ones.
    pub(crate) fn routing(&self) -> Result<Routing, Failure> {
        routing_of(&self.data)
    }
}

/// Departments and rules of a directory with `departments.toml` and `rules.toml`; the shipped ones for what is missing.
pub(crate) fn routing_of(directory: &Path) -> Result<Routing, Failure> {
    let read = |name: &str| -> Result<Option<String>, Failure> {
        let path = directory.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::usage(format_args!("{} cannot be read: {error}", path.display()))),
        }
    };
    let wrong = |error: &dyn std::fmt::Display| Failure::usage(format_args!("{}: {error}", directory.display()));
    let departments = match read("departments.toml")? {
        Some(text) => Departments::parse(&text).map_err(|error| wrong(&error))?,
        None => Departments::shipped(),
    };
    let rules = match read("rules.toml")? {
        Some(text) => Rules::parse(&text).map_err(|error| wrong(&error))?,
        None => Rules::shipped(),
    };
    let formula = match read("priority.toml")? {
        Some(text) => parse_formula(&text).map_err(|error| wrong(&error))?,
        None => Formula::default(),
    };
    let router = Router::new(departments, rules).map_err(|error| wrong(&error))?.with_formula(formula.into());
    Routing::with_packs(router, &packs_of(directory)?).map_err(|error| wrong(&error))
}

/// The packs of a directory with `packs.toml`, beside the shipped ones.
pub(crate) fn packs_of(directory: &Path) -> Result<Packs, Failure> {
    let path = directory.join("packs.toml");
    if path.exists() { packs_of_file(&path) } else { Ok(shipped_packs()) }
}

/// The packs of a file, beside the shipped ones.
pub(crate) fn packs_of_file(path: &Path) -> Result<Packs, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format_args!("{} cannot be read: {error}", path.display())))?;
    packs_with_file(&text).map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}

/// The shipped departments and rules.
pub(crate) fn shipped_routing() -> Result<Routing, Failure> {
    Routing::new(Router::shipped()).map_err(Failure::usage)
}

impl Hold {
    /// Writes into the lock file who holds the installation.
    pub(crate) fn say(&mut self, holder: &Holder) -> Result<(), Failure> {
        let text = serde_json::to_string(holder).map_err(|error| Failure::Unavailable(error.into()))?;
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .map_err(|error| Failure::unavailable(format_args!("the lock file cannot be written: {error}")))
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "switchboard {} (process {}", self.command, self.process)?;
        if let Some(url) = &self.url {
            write!(f, ", answering at {url}")?;
        }
        f.write_str(")")
    }
}

//! The command line: one file per command, named like the command.
//!
//! To add one: a file with `Arguments` and `run`, a variant and an arm below; then renew `docs/reference/commands.md`
//! with `switchboard man --markdown`.

mod account;
mod backup;
mod case;
mod chat;
mod classify;
mod completions;
mod config;
mod demo;
mod department;
mod directory;
mod doctor;
mod duty;
mod export;
mod find;
mod holiday;
mod import;
mod listen;
mod load;
mod mail;
mod man;
#[path = "match.rs"]
mod match_posts;
mod mention;
mod notification;
mod outreach;
mod pack;
mod priority;
mod push;
mod replay;
mod restore;
mod routing;
mod rule;
mod search;
mod serve;
mod setup;
mod sla;
mod source;
mod sweep;
mod team;
mod triage;
mod user;
mod view;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::failure::{Failure, Status};
use crate::installation::Installation;

/// The telephone exchange for a company's public conversation.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shared {
    /// Directory of the installation.
    #[arg(long, global = true, value_name = "DIR", default_value = "./switchboard-data", env = "SWITCHBOARD_DATA")]
    pub(crate) data: PathBuf,
    /// Configuration file [default: switchboard.toml in the data directory, if there is one].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Shared {
    /// The installation that the arguments name, with logging as it is configured.
    pub(crate) fn installation(&self) -> Result<Installation, Failure> {
        let installation = Installation::new(&self.data, self.config.as_deref())?;
        crate::log::start(&installation.config.log)?;
        Ok(installation)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Follow the installation's sources and answer on the web.
    Serve(serve::Arguments),
    /// Show a made-up company at work: three weeks of history, a live stream, a storm.
    Demo(demo::Arguments),
    /// Follow public networks and feeds now and print each mention, without an installation.
    Listen(listen::Arguments),
    /// Match posts against saved searches.
    Match(match_posts::Arguments),
    /// Match, understand and route posts.
    Triage(triage::Arguments),
    /// Read one signal of many texts.
    Classify(classify::Arguments),
    /// Keep the sources.
    Source(source::Arguments),
    Account(account::Arguments),
    /// Keep the saved searches.
    Search(search::Arguments),
    Find(find::Arguments),
    /// Make the installation a company's, without a browser.
    Setup(setup::Arguments),
    /// Keep the users.
    User(user::Arguments),
    /// Keep the departments.
    Department(department::Arguments),
    Directory(directory::Arguments),
    Duty(duty::Arguments),
    Team(team::Arguments),
    Holiday(holiday::Arguments),
    /// Keep the exclusion packs, which searches and rules name by `in:`.
    Pack(pack::Arguments),
    /// Keep the rules of routing.
    Rule(rule::Arguments),
    Routing(routing::Arguments),
    Priority(priority::Arguments),
    /// Keep the service levels: how soon authors are to hear from us.
    Sla(sla::Arguments),
    /// Read what a user was told, and say what they want to be told.
    Notification(notification::Arguments),
    Outreach(outreach::Arguments),
    Push(push::Arguments),
    Mail(mail::Arguments),
    Chat(chat::Arguments),
    /// Work on cases.
    Case(case::Arguments),
    Mention(mention::Arguments),
    Sweep(sweep::Arguments),
    Load(load::Arguments),
    /// Keep the saved views of the desk.
    View(view::Arguments),
    /// Take posts and searches into the installation.
    Import(import::Arguments),
    /// Write posts, searches or configuration out of the installation.
    Export(export::Arguments),
    /// Play recorded posts into the installation as if they were just captured.
    Replay(replay::Arguments),
    /// Find and explain what is wrong with the installation.
    Doctor(doctor::Arguments),
    /// Write a verified copy of the installation's store while it runs.
    Backup(backup::Arguments),
    /// Put a backup in the place of the installation's store.
    Restore(restore::Arguments),
    /// Check, show or make the configuration.
    Config(config::Arguments),
    /// Print completions for a shell.
    Completions(completions::Arguments),
    /// Print the manual.
    Man(man::Arguments),
}

/// Runs a command to its end.
pub(crate) fn run(arguments: Arguments) -> Result<Status, Failure> {
    let Arguments { shared, command } = arguments;
    match command {
        // These touch no network and no store, and start at once without a runtime.
        Command::Match(arguments) => match_posts::run(arguments),
        Command::Triage(arguments) => triage::run(&shared, &arguments),
        Command::Classify(arguments) => classify::run(&arguments),
        Command::Config(arguments) => config::run(&shared, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
        Command::Serve(arguments) => block_on(serve::run(&shared, arguments)),
        Command::Demo(arguments) => block_on(demo::run(&shared, arguments)),
        Command::Listen(arguments) => block_on(listen::run(&shared, arguments)),
        Command::Source(arguments) => block_on(source::run(&shared, arguments)),
        Command::Account(arguments) => block_on(account::run(&shared, arguments)),
        Command::Search(arguments) => block_on(search::run(&shared, arguments)),
        Command::Find(arguments) => block_on(find::run(&shared, arguments)),
        Command::Setup(arguments) => block_on(setup::run(&shared, arguments)),
        Command::User(arguments) => block_on(user::run(&shared, arguments)),
        Command::Department(arguments) => block_on(department::run(&shared, arguments)),
        Command::Directory(arguments) => block_on(directory::run(&shared, arguments)),
        Command::Duty(arguments) => block_on(duty::run(&shared, arguments)),
        Command::Team(arguments) => block_on(team::run(&shared, arguments)),
        Command::Holiday(arguments) => block_on(holiday::run(&shared, arguments)),
        Command::Pack(arguments) => block_on(pack::run(&shared, arguments)),
        Command::Rule(arguments) => block_on(rule::run(&shared, arguments)),
        Command::Load(arguments) => block_on(load::run(&shared, arguments)),
        Command::Routing(arguments) => block_on(routing::run(&shared, arguments)),
        Command::Priority(arguments) => block_on(priority::run(&shared, arguments)),
        Command::Sla(arguments) => block_on(sla::run(&shared, arguments)),
        Command::Notification(arguments) => block_on(notification::run(&shared, arguments)),
        Command::Outreach(arguments) => block_on(outreach::run(&shared, arguments)),
        Command::Push(arguments) => block_on(push::run(&shared, arguments)),
        Command::Mail(arguments) => block_on(mail::run(&shared, arguments)),
        Command::Chat(arguments) => block_on(chat::run(&shared, arguments)),
        Command::Case(arguments) => block_on(case::run(&shared, arguments)),
        Command::Mention(arguments) => block_on(mention::run(&shared, arguments)),
        Command::Sweep(arguments) => block_on(sweep::run(&shared, arguments)),
        Command::View(arguments) => block_on(view::run(&shared, arguments)),
        Command::Import(arguments) => block_on(import::run(&shared, arguments)),
        Command::Export(arguments) => block_on(export::run(&shared, arguments)),
        Command::Replay(arguments) => block_on(replay::run(&shared, arguments)),
        Command::Doctor(arguments) => block_on(doctor::run(&shared, &arguments)),
        Command::Backup(arguments) => block_on(backup::run(&shared, &arguments)),
        Command::Restore(arguments) => block_on(restore::run(&shared, &arguments)),
    }
}

fn block_on(work: impl Future<Output = Result<Status, Failure>>) -> Result<Status, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unavailable(format_args!("the system gives no threads: {error}")))?
        .block_on(work)
}

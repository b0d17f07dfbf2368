//! `switchboard source`: keep the sources.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::Value;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_capture::opml::{self, OpmlFeed};
use switchboard_model::{Source, SourceKind};
use switchboard_store::Store;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::{Look, harmless};

/// Keep the sources.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the sources with their health.
    List,
    /// Add what can be followed behind a link: a page, a feed, a profile, a hashtag.
    Add {
        /// The link.
        link: String,
        /// Its name [default: as the place calls itself].
        #[arg(long)]
        name: Option<String>,
        /// Only show what could be followed.
        #[arg(long)]
        dry_run: bool,
    },
    /// Add a source by its kind and settings (docs/reference/sources.md).
    New {
        /// Unique name.
        name: String,
        /// feed, mastodon, bluesky, hackernews, exec or ingest.
        #[arg(value_parser = kind)]
        kind: SourceKind,
        /// Settings as JSON.
        #[arg(default_value = "{}", value_parser = settings)]
        settings: Value,
    },
    /// Make a token with which posts can be handed in to an ingest source; it is shown once.
    Token {
        /// Name of the source.
        name: String,
    },
    /// Ask a source now.
    Check {
        /// Its name.
        name: String,
    },
    /// Stop following a source, keeping it and its place.
    Pause {
        /// Its name.
        name: String,
    },
    /// Follow a paused source again.
    Resume {
        /// Its name.
        name: String,
    },
    /// Change a source; what is left out stays, also its place.
    Change {
        /// Its name.
        name: String,
        /// Another name.
        #[arg(long = "name", value_name = "NAME", required_unless_present = "settings")]
        new_name: Option<String>,
        /// Other settings as JSON (docs/reference/sources.md).
        #[arg(long, value_parser = settings)]
        settings: Option<Value>,
    },
    /// Remove a source; its posts stay.
    Remove {
        /// Its name.
        name: String,
    },
}

fn kind(word: &str) -> Result<SourceKind, String> {
    SourceKind::from_word(word).filter(|kind| *kind != SourceKind::File).ok_or_else(|| {
        let words: Vec<&str> =
            SourceKind::ALL.iter().map(|kind| kind.as_str()).filter(|word| *word != "file").collect();
        format!("there is no kind '{word}'; there are {}", words.join(", "))
    })
}

fn settings(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "source").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::List => list(shared, door.sources().await?),
        Action::Add { link, name, dry_run } => add(shared, door, &link, name, dry_run).await,
        Action::New { name, kind, settings } => {
            let source = door.add_source(NewSource { name, kind, settings }).await?;
            say(shared, &source, "added")
        }
        Action::Change { name, new_name, settings } => {
            let source = get(door, &name).await?;
            let change = SourceChange { name: new_name, settings, is_enabled: None };
            say(shared, &door.change_source(&source, change).await?, "changed")
        }
        Action::Token { name } => {
            let token = door.make_token(&get(door, &name).await?).await?;
            let mut output = std::io::stdout();
            if shared.json {
                writeln!(output, "{}", serde_json::json!({ "token": token })).map_err(Failure::output)
            } else {
                writeln!(output, "{token}").map_err(Failure::output)
            }
        }
        Action::Check { name } => {
            let source = get(door, &name).await?;
            door.check_source(&source).await?;
            say(shared, &source, "asking")
        }
        Action::Pause { name } => switch(shared, door, &name, false, "paused").await,
        Action::Resume { name } => switch(shared, door, &name, true, "following").await,
        Action::Remove { name } => {
            let source = get(door, &name).await?;
            door.remove_source(&source).await?;
            say(shared, &source, "removed")
        }
    }
}

async fn add(shared: &Shared, door: &Door, link: &str, name: Option<String>, dry_run: bool) -> Result<(), Failure> {
    let proposals = door.propose_sources(link).await?;
    let mut output = std::io::stdout();
    if dry_run {
        if shared.json {
            return writeln!(output, "{}", serde_json::json!(proposals)).map_err(Failure::output);
        }
        for proposal in &proposals {
            writeln!(output, "{}  {}: {}", proposal.kind.as_str(), harmless(&proposal.name), harmless(&proposal.why))
                .map_err(Failure::output)?;
        }
        return Ok(());
    }
    let Some(best) = proposals.into_iter().next() else {
        return Err(Failure::usage(format_args!(
            "behind {link} is nothing that can be followed; give the address of a feed, a profile or a hashtag"
        )));
    };
    let source = door
        .add_source(NewSource { name: name.unwrap_or(best.name), kind: best.kind, settings: best.settings })
        .await?;
    say(shared, &source, "added")
}

/// Adds the feeds of an OPML list; those that are there already are left as they are. Returns how many could not be added.
pub(super) async fn import_opml(door: &Door, file: &Path) -> Result<u64, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::usage(format_args!("{} cannot be read: {error}", file.display())))?;
    let list = opml::read(&bytes).map_err(|error| Failure::usage(format_args!("{}: {error}", file.display())))?;
    for problem in &list.problems {
        eprintln!("{}: {problem}", file.display());
    }
    let known = door.sources().await?;
    let follows =
        |url: &str| known.iter().any(|source| source.settings.get("url").and_then(Value::as_str) == Some(url));
    let (mut added, mut rejected) = (0, list.problems.len() as u64);
    for feed in list.feeds.into_iter().filter(|feed| !follows(&feed.url)) {
        let name = if feed.title.is_empty() { feed.url.clone() } else { feed.title };
        let settings = serde_json::json!({ "url": feed.url });
        match door.add_source(NewSource { name: name.clone(), kind: SourceKind::Feed, settings }).await {
            Ok(_) => added += 1,
            Err(Failure::Usage(error)) => {
                eprintln!("{name}: {error:#}");
                rejected += 1;
            }
            Err(failure) => return Err(failure),
        }
    }
    eprintln!("{added} {} added", if added == 1 { "feed" } else { "feeds" });
    Ok(rejected)
}

/// Writes the followed feeds as an OPML list.
pub(super) async fn export_opml(store: &Store, output: &mut impl Write) -> Result<(), Failure> {
    let feed = |source: Source| {
        let url = source.settings.get("url").and_then(Value::as_str)?.to_owned();
        (source.kind == SourceKind::Feed).then(|| OpmlFeed { title: source.name, url, ..OpmlFeed::default() })
    };
    let feeds: Vec<OpmlFeed> = store.list_sources().await?.into_iter().filter_map(feed).collect();
    output.write_all(opml::write("Switchboard", &feeds).as_bytes()).map_err(Failure::output)
}

async fn switch(shared: &Shared, door: &Door, name: &str, is_enabled: bool, what: &str) -> Result<(), Failure> {
    let source = get(door, name).await?;
    let source =
        door.change_source(&source, SourceChange { is_enabled: Some(is_enabled), ..Default::default() }).await?;
    say(shared, &source, what)
}

async fn get(door: &Door, name: &str) -> Result<Source, Failure> {
    let sources = door.sources().await?;
    let unknown = || {
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        Failure::usage(format_args!("there is no source '{name}'; there are: {}", names.join(", ")))
    };
    sources.iter().find(|source| source.name == name).cloned().ok_or_else(unknown)
}

fn say(shared: &Shared, source: &Source, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", serde_json::json!(source)).map_err(Failure::output)
    } else {
        writeln!(output, "{what} '{}' ({})", harmless(&source.name), source.kind.as_str()).map_err(Failure::output)
    }
}

fn list(shared: &Shared, sources: Vec<Source>) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", serde_json::json!(sources)).map_err(Failure::output);
    }
    if sources.is_empty() {
        return writeln!(output, "no sources yet; add one: switchboard source add https://news.example/")
            .map_err(Failure::output);
    }
    let look = Look::of_stdout();
    let wide = sources.iter().map(|source| source.name.chars().count()).max().unwrap_or(0).min(40);
    for source in &sources {
        let state = format!("{:8}", source.health.state.as_str());
        let state = if source.health.failures > 0 { look.bold(&state) } else { state };
        writeln!(
            output,
            "{state}  {:10}  {:wide$}  {}",
            source.kind.as_str(),
            harmless(&source.name),
            harmless(&source.health.message)
        )
        .map_err(Failure::output)?;
    }
    Ok(())
}

//! `switchboard triage`: match, understand and route posts, without an installation.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use switchboard_app::packs::{Packs, shipped_packs};
use switchboard_app::triage::{Listening, Triage};
use switchboard_model::{PostLine, SavedSearch, SearchId};
use switchboard_understand::Reader;

use crate::failure::{Failure, Status};
use crate::input::Lines;
use crate::installation::{packs_of, routing_of, shipped_routing};

use super::Shared;
use super::search::SearchLine;

/// Match, understand and route posts.
///
/// --config names a directory here, with searches.jsonl, packs.toml, departments.toml, rules.toml and priority.toml as `export config`
/// writes them; without it there are no searches, and the shipped departments and rules.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Posts as JSON Lines [default: standard input].
    posts: Option<PathBuf>,
}

pub(crate) fn run(shared: &Shared, arguments: &Arguments) -> Result<Status, Failure> {
    let (searches, routing, packs) = match &shared.config {
        Some(directory) if !directory.is_dir() => {
            return Err(Failure::usage(format_args!(
                "{} is not a directory; triage takes one with searches.jsonl, departments.toml and rules.toml",
                directory.display()
            )));
        }
        Some(directory) => {
            let packs = packs_of(directory)?;
            (read_searches(&directory.join("searches.jsonl"), &packs)?, routing_of(directory)?, packs)
        }
        None => (Vec::new(), shipped_routing()?, shipped_packs()),
    };
    let triage = Triage::new(Listening::new(searches, &packs), Arc::new(Reader::new()), Arc::new(routing));
    let mut lines = Lines::open(arguments.posts.as_deref())?;
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut broken = 0;
    while let Some(line) = lines.next()? {
        match PostLine::parse(&line.text) {
            Ok(read) => serde_json::to_writer(&mut output, &triage.decide(&read.post).to_wire())
                .map_err(std::io::Error::from)
                .and_then(|()| output.write_all(b"\n"))
                .map_err(Failure::output)?,
            Err(error) => {
                eprintln!("line {}: {error}", line.number);
                broken += 1;
            }
        }
    }
    output.flush().map_err(Failure::output)?;
    Ok(Status::of_rejected(broken))
}

/// The searches of a file, each checked; a file that is missing has none.
fn read_searches(file: &Path, packs: &Packs) -> Result<Vec<SavedSearch>, Failure> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let searches = super::search::read_search_lines(file)?;
    super::search::check_queries(&searches, packs)?;
    Ok(searches.into_iter().enumerate().map(|(place, line)| saved(place, line)).collect())
}

/// A search that lives only as long as the command: its id is its place, its dates are the epoch.
pub(super) fn saved(place: usize, line: SearchLine) -> SavedSearch {
    SavedSearch {
        id: SearchId(uuid::Uuid::from_u128(place as u128)),
        name: line.name,
        query: line.query,
        search_type: line.search_type,
        department: line.department,
        is_enabled: line.is_enabled,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        mentions: 0,
    }
}

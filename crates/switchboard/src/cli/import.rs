//! `switchboard import`: posts and searches into the installation. The same file twice changes nothing.

use std::path::{Path, PathBuf};

use clap::Args;
use switchboard_capture::table::{Mapping, Table};
use switchboard_model::SourceKind;

use super::Shared;
use super::search::{check_queries, read_search_lines};
use crate::door::{Door, HandedIn};
use crate::failure::{Failure, Status};
use crate::input::Lines;
use crate::terminal::Progress;

/// Posts that travel together.
const BATCH: usize = 500;

/// The largest table that is read at once; JSON Lines have no such bound.
const TABLE_BYTES: u64 = 256 << 20;

/// Take posts and searches into the installation.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
pub(crate) struct Arguments {
    /// Searches as JSON Lines: {"name": "…", "query": "…", "type": "brand"}; those of the same name are replaced.
    #[arg(long, value_name = "FILE", group = "what")]
    searches: Option<PathBuf>,
    /// Feeds as OPML.
    #[arg(long, value_name = "FILE", group = "what")]
    opml: Option<PathBuf>,
    /// Read the posts as a table (CSV) with this mapping: id=Id,text=Body,posted_at=Date,author.handle=User.
    #[arg(long, value_name = "FIELD=COLUMN,…", requires = "posts")]
    map: Option<String>,
    /// Network of posts in a table that have no such column.
    #[arg(long, value_name = "NAME", requires = "map")]
    network: Option<String>,
    /// Name of the source that the posts are counted under.
    #[arg(long, default_value = "import")]
    source: String,
    /// Let the posts open cases, as if they had just been said; without it they are only listed.
    #[arg(long, requires = "posts")]
    open_cases: bool,
    /// Posts as JSON Lines, or a table with --map; - is standard input.
    #[arg(group = "what")]
    posts: Option<PathBuf>,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let searches = arguments.searches.as_deref().map(read_search_lines).transpose()?.unwrap_or_default();
    let door = Door::open(&installation, "import").await?;
    let done = async {
        if !searches.is_empty() {
            check_queries(&searches, &door.packs_in_force().await?)?;
        }
        let count = searches.len();
        for search in searches {
            door.put_search(search.into()).await?;
        }
        if count > 0 {
            eprintln!("{count} {}", if count == 1 { "search" } else { "searches" });
        }
        let mut rejected = 0;
        if let Some(file) = &arguments.opml {
            rejected += super::source::import_opml(&door, file).await?;
        }
        if let Some(posts) = &arguments.posts {
            rejected += match &arguments.map {
                Some(mapping) => import_table(&door, &arguments, posts, mapping).await?,
                None => import_lines(&door, &arguments, posts).await?,
            };
        }
        Ok(rejected)
    };
    let done = done.await;
    door.close().await;
    done.map(Status::of_rejected)
}

async fn import_lines(door: &Door, arguments: &Arguments, posts: &Path) -> Result<u64, Failure> {
    let source = door.source_named(&arguments.source, SourceKind::File).await?;
    let size = std::fs::metadata(posts).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
    let mut lines = Lines::open(Some(posts))?;
    let (mut tally, mut progress) = (Tally::default(), Progress::of_bytes("importing", size));
    let (mut batch, mut end) = (Vec::with_capacity(BATCH), 0);
    loop {
        let line = lines.next()?;
        let is_last = line.is_none();
        if let Some(line) = line {
            end = line.end;
            batch.push((line.number, line.text));
        }
        if batch.len() == BATCH || (is_last && !batch.is_empty()) {
            tally.add(door.hand_in(&source, &batch, None, arguments.open_cases).await?);
            batch.clear();
            progress.at(end);
        }
        if is_last {
            break;
        }
    }
    progress.finish();
    tally.print();
    Ok(tally.refused)
}

async fn import_table(door: &Door, arguments: &Arguments, posts: &Path, mapping: &str) -> Result<u64, Failure> {
    let mapping = Mapping::read(mapping).map_err(Failure::usage)?;
    let bytes = read_bounded(posts)?;
    let network = arguments.network.as_deref().unwrap_or("import");
    let table = Table::open(&bytes, Some(&mapping), network)
        .map_err(|error| Failure::usage(format_args!("{}: {error}", posts.display())))?;
    for problem in &table.problems {
        eprintln!("{}: {problem}", posts.display());
    }
    let source = door.source_named(&arguments.source, SourceKind::File).await?;
    let (mut tally, mut batch) = (Tally::default(), Vec::with_capacity(BATCH));
    let mut progress = Progress::of_bytes("importing", None);
    let mut rows = (2..).zip(table.rows()).peekable();
    while let Some((number, row)) = rows.next() {
        match row {
            Ok(row) => {
                for problem in &row.problems {
                    eprintln!("row {number}, {problem}");
                }
                let text = serde_json::to_string(&row.post).map_err(|error| Failure::Unavailable(error.into()))?;
                batch.push((number, text));
            }
            Err(error) => {
                eprintln!("{error}");
                tally.refused += 1;
            }
        }
        if batch.len() == BATCH || (rows.peek().is_none() && !batch.is_empty()) {
            progress.at(number);
            tally.add(door.hand_in(&source, &batch, None, arguments.open_cases).await?);
            batch.clear();
        }
    }
    progress.finish();
    tally.print();
    Ok(tally.refused)
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let cannot = |error: std::io::Error| Failure::usage(format_args!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> =
        if path == Path::new("-") { Box::new(std::io::stdin()) } else { Box::new(crate::input::open_file(path)?) };
    reader.take(TABLE_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > TABLE_BYTES {
        return Err(Failure::usage(format_args!(
            "{} is larger than {} MiB; split it, or hand the posts in as JSON Lines",
            path.display(),
            TABLE_BYTES >> 20
        )));
    }
    Ok(bytes)
}

/// What became of all batches together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    fates: std::collections::BTreeMap<String, u64>,
    pub(super) refused: u64,
}

impl Tally {
    pub(super) fn add(&mut self, handed: HandedIn) {
        for problem in &handed.problems {
            eprintln!("{problem}");
        }
        for (reason, posts) in handed.fates {
            *self.fates.entry(reason).or_default() += posts;
        }
        self.refused += handed.refused;
    }

    /// Posts in, and what became of them.
    pub(super) fn print(&self) {
        let posts: u64 = self.fates.values().sum();
        let parts: Vec<String> =
            self.fates.iter().map(|(reason, posts)| format!("{posts} {}", reason.replace('_', " "))).collect();
        eprintln!("{posts} {}: {}", if posts == 1 { "post" } else { "posts" }, parts.join(", "));
    }
}

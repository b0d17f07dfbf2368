//! `switchboard replay`: recorded posts as if they were just captured.
//!
//! Each file is a source of its own whose cursor is the place in the file, committed with its posts: a replay that was
//! killed goes on where it stood.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use switchboard_app::pipeline::replay::{Pace, Speed};
use switchboard_model::{Cursor, PostLine, Source, SourceKind};

use super::Shared;
use super::import::Tally;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::input::{Line, Lines};
use crate::terminal::Progress;

/// Posts that travel together when nothing has to be waited for.
const BATCH: usize = 500;

/// Play recorded posts into the installation as if they were just captured.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Posts as JSON Lines.
    file: PathBuf,
    /// Times the pace of their posted_at, or max.
    #[arg(long, default_value = "1", value_name = "N")]
    speed: Speed,
    /// Begin at the first line even if an earlier replay of this file was cut off.
    #[arg(long)]
    restart: bool,
}

/// Where a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    byte: u64,
    line: u64,
    is_done: bool,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let name = source_name(&arguments.file)?;
    let size = std::fs::metadata(&arguments.file).ok().map(|file| file.len());
    let door = Door::open(&installation, "replay").await?;
    let done = async {
        let source = door.source_named(&name, SourceKind::File).await?;
        let place = if arguments.restart { None } else { resume_at(&source) };
        if let Some(place) = place {
            eprintln!("going on after line {}, where the last replay of this file stood", place.line);
        }
        let mut lines = match place {
            Some(Place { byte, line, .. }) => Lines::open_at(&arguments.file, byte, line)?,
            None => Lines::open(Some(&arguments.file))?,
        };
        let progress = Progress::of_bytes("replaying", size);
        play(&door, &source, &mut lines, arguments.speed, progress).await
    };
    let done = done.await;
    door.close().await;
    done.map(Status::of_rejected)
}

async fn play(
    door: &Door,
    source: &Source,
    lines: &mut Lines,
    speed: Speed,
    mut progress: Progress,
) -> Result<u64, Failure> {
    let (began, mut pace, mut tally) = (Instant::now(), Pace::new(speed), Tally::default());
    let mut batch: Vec<Line> = Vec::with_capacity(BATCH);
    loop {
        let line = lines.next()?;
        let wait = match &line {
            // The date alone is wanted here; a line that cannot be read is refused by name when it is handed in.
            Some(line) if speed != Speed::Max => {
                let posted_at = PostLine::parse(&line.text).ok().and_then(|read| read.post.posted_at);
                pace.wait(posted_at, began.elapsed())
            }
            _ => Duration::ZERO,
        };
        let is_last = line.is_none();
        if (is_last || wait > Duration::ZERO || batch.len() == BATCH) && (is_last || !batch.is_empty()) {
            hand_in(door, source, &mut batch, is_last, &mut tally).await?;
        }
        let Some(line) = line else { break };
        // Even a sleep of nothing lasts a millisecond.
        if wait > Duration::ZERO {
            tokio::time::sleep(wait).await;
        }
        progress.at(line.end);
        batch.push(line);
    }
    progress.finish();
    tally.print();
    Ok(tally.refused)
}

async fn hand_in(
    door: &Door,
    source: &Source,
    batch: &mut Vec<Line>,
    is_done: bool,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let place = match batch.last() {
        Some(last) => Place { byte: last.end, line: last.number, is_done },
        // The end of the file came exactly after a batch: only the fact that it is done is new.
        None => Place { byte: 0, line: 0, is_done },
    };
    let cursor = serde_json::to_string(&place).map_err(|error| Failure::Unavailable(error.into()))?;
    let lines: Vec<(u64, String)> = batch.drain(..).map(|line| (line.number, line.text)).collect();
    tally.add(door.hand_in(source, &lines, Some(Cursor(cursor)), true).await?);
    Ok(())
}

/// Where a replay that was cut off stood; none if it never ran or came to its end.
fn resume_at(source: &Source) -> Option<Place> {
    let place: Place = serde_json::from_str(&source.cursor.as_ref()?.0).ok()?;
    (!place.is_done).then_some(place)
}

/// A name that stays the same for the same recording wherever it lies, and differs for another one of the same name.
fn source_name(file: &Path) -> Result<String, Failure> {
    use std::io::Read;
    let opened = crate::input::open_file(file)?;
    let length = opened.metadata().map(|meta| meta.len()).unwrap_or(0);
    let mut head = Vec::new();
    opened
        .take(1 << 16)
        .read_to_end(&mut head)
        .map_err(|error| Failure::usage(format_args!("{} cannot be read: {error}", file.display())))?;
    let digest = Sha256::new().chain_update(length.to_le_bytes()).chain_update(&head).finalize();
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let stem: String = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem: String = stem.chars().filter(|character| !character.is_control()).take(100).collect();
    Ok(format!("replay {stem} {short}"))
}

//! One file of the buffer: compressed JSON Lines. Each write is a compressed stream of its own, so that what was written
//! can be read at once, and a write that was cut short loses nothing before it.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::{Captured, Post, PostId, SourceId};

const ENDING: &str = ".jsonl.gz";

/// A post that was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// When it reached us.
    pub captured_at: Timestamp,
    /// The source that brought it.
    pub source: SourceId,
    /// See [`Captured::canonical_url`].
    pub canonical_url: Option<String>,
    /// The post.
    pub post: Post,
}

impl Heard {
    /// The post as its source gave it.
    pub fn into_captured(self) -> Captured {
        Captured { canonical_url: self.canonical_url, ..Captured::heard(self.post) }
    }
}

/// One line of a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SourceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) post: Option<Box<Post>>,
    /// The post of that id is gone from its network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gone: Option<PostId>,
}

impl Record {
    pub(super) fn heard(heard: Heard) -> Self {
        let Heard { captured_at, source, canonical_url, post } = heard;
        Self { at: captured_at, source: Some(source), canonical_url, post: Some(Box::new(post)), gone: None }
    }

    pub(super) fn gone(at: Timestamp, id: PostId) -> Self {
        Self { at, source: None, canonical_url: None, post: None, gone: Some(id) }
    }
}

/// What stands for an id where many are remembered.
pub(super) fn hash(id: &PostId) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.as_str().hash(&mut hasher);
    hasher.finish()
}

/// A file of the buffer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    /// When its first post reached us.
    pub(super) from: Timestamp,
    pub(super) path: PathBuf,
}

/// What was read of a file.
pub(super) struct Read<T> {
    pub(super) posts: u64,
    pub(super) found: Vec<(Heard, T)>,
    /// Posts that older files know nothing newer about.
    pub(super) settled: HashSet<u64>,
}

/// Makes the directory, readable by its owner only.
pub(super) fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

impl Segment {
    /// A new file.
    pub(super) fn create(directory: &Path, from: Timestamp) -> io::Result<(Self, File)> {
        let mut options = File::options();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut micros = from.as_microsecond().max(0);
        loop {
            let path = directory.join(format!("{micros:017}{ENDING}"));
            match options.open(&path) {
                Ok(file) => return Ok((Self { from, path }, file)),
                // A clock that stood still, or went back.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => micros += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// All files, oldest first. What does not look like one is passed over.
    pub(super) fn list(directory: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let segment = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let from = Timestamp::from_microsecond(name.strip_suffix(ENDING)?.parse().ok()?).ok()?;
            Some(Self { from, path: entry.path() })
        };
        let mut segments: Vec<Self> = entries.filter_map(segment).collect();
        segments.sort_unstable();
        segments
    }

    /// Its size; nothing if it is gone.
    pub(super) fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |found| found.len())
    }

    /// Reads it to its end, or to where it is torn. `None` if `ask` ended it.
    pub(super) fn read<T>(
        &self,
        since: Timestamp,
        settled: &HashSet<u64>,
        ask: &mut impl FnMut(&Heard) -> ControlFlow<(), Option<T>>,
    ) -> Option<Read<T>> {
        let mut read = Read { posts: 0, found: Vec::new(), settled: HashSet::new() };
        // It may have been removed since it was listed.
        let Ok(file) = File::open(&self.path) else { return Some(read) };
        let mut lines = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(BufReader::new(file)));
        let mut found: HashMap<u64, (Heard, T)> = HashMap::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            // An error is a torn tail, or a file that is no longer one: what was read before it counts.
            match lines.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
            let Ok(record) = serde_json::from_slice::<Record>(&line) else { continue };
            let Record { at, source, canonical_url, post, gone } = record;
            if let Some(id) = gone {
                found.remove(&hash(&id));
                read.settled.insert(hash(&id));
            }
            let (Some(post), Some(source)) = (post, source) else { continue };
            let id = hash(&post.id);
            if post.edited_at.is_some() {
                found.remove(&id);
                read.settled.insert(id);
            }
            if at < since || settled.contains(&id) {
                continue;
            }
            read.posts += 1;
            let heard = Heard { captured_at: at, source, canonical_url, post: *post };
            match ask(&heard) {
                ControlFlow::Break(()) => return None,
                ControlFlow::Continue(None) => {}
                ControlFlow::Continue(Some(one)) => {
                    found.entry(id).or_insert((heard, one));
                }
            }
        }
        read.settled.extend(found.keys());
        read.found = found.into_values().collect();
        read.found
            .sort_by(|(one, _), (other, _)| (one.captured_at, &one.post.id).cmp(&(other.captured_at, &other.post.id)));
        Some(read)
    }
}

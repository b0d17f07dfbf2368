//! The look-back buffer: what was heard in the last hours and no search wanted.
//!
//! It lets a new search be tried on what was really said, and take in what it would have found. It stands beside the line
//! and never in its way: posts are handed over without waiting, and when the disk is too slow or too full some are lost
//! here, counted, and nothing else happens. Only what everybody may see is kept, for as many hours and megabytes as the
//! configuration says, in compressed files that any process may read while they are written ([`segment`], [`writer`]).
//!
//! What was deleted on its network is noted in the same files and is never given again; what was edited is given as it
//! reads now.

mod segment;
mod writer;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Captured, Post, SourceId};

pub use segment::Heard;
use segment::{Record, Segment};
use writer::{Message, Writer};

/// Batches that may wait for the writer.
const QUEUED_BATCHES: usize = 256;
/// Posts that may wait for the writer.
const QUEUED_POSTS: usize = 20_000;

/// How much is kept, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBackConfig {
    /// The directory of its files. Nobody else puts anything there.
    pub directory: PathBuf,
    /// How far back it reaches; 0 keeps nothing and removes what was kept.
    pub hours: u32,
    /// How large its files may be together; the oldest go first.
    pub max_bytes: u64,
}

/// The buffer. Cheap to clone.
#[derive(Clone, Default)]
pub struct LookBack(Option<Arc<Open>>);

struct Open {
    config: LookBackConfig,
    /// Taken when it is closed.
    queue: Mutex<Option<SyncSender<Message>>>,
    waiting: Arc<AtomicUsize>,
    /// Posts that were kept since the start.
    kept: Arc<AtomicU64>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// What one file held for somebody who looks through it.
pub struct Piece<T> {
    /// When it begins.
    pub from: Timestamp,
    /// How many posts were looked at.
    pub posts: u64,
    /// What was found, oldest first.
    pub found: Vec<(Heard, T)>,
}

impl LookBack {
    /// A buffer that keeps nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// Opens the buffer. Where that fails it is off, and the log says why: nothing else depends on it.
    pub fn open(config: LookBackConfig, now: Timestamp) -> Self {
        if config.hours == 0 {
            if config.directory.exists()
                && let Err(error) = std::fs::remove_dir_all(&config.directory)
            {
                tracing::warn!(%error, directory = %config.directory.display(), "the look-back buffer is off, but what it held cannot be removed");
            }
            return Self::off();
        }
        if let Err(error) = segment::create_directory(&config.directory) {
            tracing::warn!(%error, directory = %config.directory.display(), "the look-back buffer cannot be kept");
            return Self::off();
        }
        let (queue, messages) = sync_channel(QUEUED_BATCHES);
        let waiting = Arc::new(AtomicUsize::new(0));
        let kept = Arc::new(AtomicU64::new(0));
        let mut writer = Writer::new(config.clone(), waiting.clone(), kept.clone());
        writer.prune(now);
        let thread = std::thread::Builder::new().name("look-back".into()).spawn(move || writer.run(&messages));
        match thread {
            Ok(thread) => Self(Some(Arc::new(Open {
                config,
                queue: Mutex::new(Some(queue)),
                waiting,
                kept,
                thread: Mutex::new(Some(thread)),
            }))),
            Err(error) => {
                tracing::warn!(%error, "the look-back buffer has no thread and is off");
                Self::off()
            }
        }
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// How far back it reaches at most.
    pub fn hours(&self) -> u32 {
        self.0.as_ref().map_or(0, |open| open.config.hours)
    }

    /// How many posts were heard and kept since the start, each once.
    pub fn kept(&self) -> u64 {
        self.0.as_ref().map_or(0, |open| open.kept.load(Ordering::Relaxed))
    }

    /// A copy of what may have to be kept; nothing where nothing is kept.
    pub fn copy(&self, captured: &[Captured]) -> Vec<Captured> {
        if self.is_on() { captured.iter().filter(|one| !one.is_addressed).cloned().collect() } else { Vec::new() }
    }

    /// Keeps what nobody wanted. Never waits; what cannot be taken now is lost and counted.
    pub fn keep(&self, source: SourceId, captured_at: Timestamp, unwanted: Vec<Captured>) {
        if self.is_on() {
            let record = |captured: Captured| record(source, captured_at, captured);
            self.hand_over(unwanted.into_iter().filter_map(record).collect());
        }
    }

    /// Notes what was deleted on its network.
    pub fn forget<'a>(&self, captured_at: Timestamp, deleted: impl IntoIterator<Item = &'a Post>) {
        if self.is_on() {
            self.hand_over(deleted.into_iter().map(|post| Record::gone(captured_at, post.id.clone())).collect());
        }
    }

    fn hand_over(&self, records: Vec<Record>) {
        let Some(open) = &self.0 else { return };
        let posts = records.len();
        if posts == 0 {
            return;
        }
        let lost = || metrics::counter!("switchboard_look_back_lost_total").increment(posts as u64);
        if open.waiting.load(Ordering::Relaxed) > QUEUED_POSTS {
            return lost();
        }
        let queue = open.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else { return };
        open.waiting.fetch_add(posts, Ordering::Relaxed);
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = queue.try_send(Message::Keep(records)) {
            open.waiting.fetch_sub(posts, Ordering::Relaxed);
            lost();
        }
    }

    /// Removes what is too old. Blocks no longer than handing over takes.
    pub fn prune(&self, now: Timestamp) {
        let Some(open) = &self.0 else { return };
        let queue = open.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            // A full queue is pruned by what stands in it.
            drop(queue.try_send(Message::Prune(now)));
        }
    }

    /// Waits until everything that was handed over can be read.
    pub fn flush(&self) {
        let Some(open) = &self.0 else { return };
        let queue = open.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (done, written) = sync_channel(1);
        if queue.is_some_and(|queue| queue.send(Message::Flush(done)).is_ok()) {
            // An error means that the thread is gone, and nothing more is to come.
            let _ = written.recv();
        }
    }

    /// Writes what it still holds and ends its thread.
    pub fn close(&self) {
        let Some(open) = &self.0 else { return };
        open.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = open.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("the look-back buffer ended early");
        }
    }

    /// Looks through what was heard since a time, the newest file first. `ask` is asked about each post, or ends the look;
    /// `take` receives what stayed of each file that was read to its end. Answers whether all was looked through.
    ///
    /// Reads files: not for the threads that everything shares.
    pub fn look<T>(
        &self,
        since: Timestamp,
        mut ask: impl FnMut(&Heard) -> ControlFlow<(), Option<T>>,
        mut take: impl FnMut(Piece<T>) -> ControlFlow<()>,
    ) -> bool {
        let Some(open) = &self.0 else { return true };
        let mut settled: HashSet<u64> = HashSet::new();
        for segment in Segment::list(&open.config.directory).into_iter().rev() {
            let Some(read) = segment.read(since, &settled, &mut ask) else { return false };
            settled.extend(read.settled);
            let from = segment.from.max(since);
            let is_oldest = segment.from <= since;
            if take(Piece { from, posts: read.posts, found: read.found }).is_break() {
                return false;
            }
            if is_oldest {
                break;
            }
        }
        true
    }

    /// Since when posts are kept, if any are.
    pub fn reaches_back_to(&self, now: Timestamp) -> Option<Timestamp> {
        let open = self.0.as_ref()?;
        let first = Segment::list(&open.config.directory).first().map(|segment| segment.from)?;
        let window = now.checked_sub(SignedDuration::from_hours(i64::from(open.config.hours))).unwrap_or(now);
        Some(first.max(window))
    }
}

/// What is kept of a post: all of it if everybody may see it; of an edit that hides it, that it is gone.
fn record(source: SourceId, captured_at: Timestamp, captured: Captured) -> Option<Record> {
    let Captured { post, is_addressed: _, canonical_url } = captured;
    let post = post.ok()?;
    let is_open = post.visibility.is_open();
    if post.deleted || (!is_open && post.edited_at.is_some()) {
        return Some(Record::gone(captured_at, post.id));
    }
    is_open.then(|| Record::heard(Heard { captured_at, source, canonical_url, post }))
}

#[cfg(test)]
mod tests {
    use switchboard_model::Visibility;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_777_887_000 + minute * 60).expect("in range")
    }

    fn config(directory: &tempfile::TempDir) -> LookBackConfig {
        LookBackConfig { directory: directory.path().join("look-back"), hours: 48, max_bytes: 1 << 30 }
    }

    fn source() -> SourceId {
        SourceId(uuid::Uuid::from_u128(1))
    }

    fn keep(buffer: &LookBack, minute: i64, posts: Vec<Post>) {
        buffer.keep(source(), at(minute), posts.into_iter().map(Captured::heard).collect());
        buffer.flush();
    }

    /// The texts with a word in them, newest file first.
    fn find(buffer: &LookBack, since: i64, word: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let ask = |heard: &Heard| ControlFlow::Continue(heard.post.text.contains(word).then_some(()));
        buffer.look(at(since), ask, |piece| {
            texts.extend(piece.found.into_iter().map(|(heard, ())| heard.post.text));
            ControlFlow::Continue(())
        });
        texts
    }

    fn post(id: &str, text: &str) -> Post {
        Post::new("x", id, text)
    }

    #[test]
    fn what_was_heard_is_found_until_it_is_too_old() {
        let directory = tempfile::tempdir().expect("a directory");
        let buffer = LookBack::open(config(&directory), at(0));
        keep(&buffer, 0, vec![post("1", "acme one"), post("2", "globex")]);
        keep(&buffer, 5, vec![post("3", "acme two")]);
        keep(&buffer, 120, vec![post("4", "acme three")]);
        assert_eq!(find(&buffer, -10, "acme"), ["acme three", "acme one", "acme two"]);
        assert_eq!(find(&buffer, 1, "acme"), ["acme three", "acme two"]);
        // The first file is older than two days by now.
        buffer.prune(at(50 * 60));
        buffer.flush();
        assert_eq!(find(&buffer, -10, "acme"), ["acme three"]);
        buffer.close();
        let again = LookBack::open(config(&directory), at(50 * 60));
        assert_eq!(find(&again, -10, "acme"), ["acme three"]);
        again.close();
        let off = LookBack::open(LookBackConfig { hours: 0, ..config(&directory) }, at(50 * 60));
        assert!(!off.is_on() && !directory.path().join("look-back").exists());
    }

    #[test]
    fn deletions_edits_and_secrets_are_heeded() {
        let directory = tempfile::tempdir().expect("a directory");
        let buffer = LookBack::open(config(&directory), at(0));
        let private = Post { visibility: Visibility::Followers, ..post("5", "acme private") };
        keep(&buffer, 0, vec![post("1", "acme one"), post("2", "acme two"), post("3", "acme three"), private]);
        keep(&buffer, 0, vec![post("1", "acme one"), post("4", "acme four")]);
        let edit = |id: &str, text: &str| Post { edited_at: Some(at(1)), ..post(id, text) };
        // In the same file, then in a later one.
        keep(&buffer, 1, vec![Post::deletion("x", "1"), edit("2", "globex now")]);
        assert_eq!(find(&buffer, -10, "acme"), ["acme three", "acme four"]);
        keep(&buffer, 200, vec![edit("3", "acme three, edited")]);
        buffer.forget(at(201), [&post("4", "")]);
        buffer.flush();
        assert_eq!(find(&buffer, -10, "acme"), ["acme three, edited"]);
        keep(&buffer, 300, vec![Post { visibility: Visibility::Direct, ..edit("3", "acme hidden") }]);
        assert_eq!(find(&buffer, -10, "acme"), Vec::<String>::new());
        buffer.close();
    }

    #[test]
    fn a_torn_tail_loses_no_more_than_itself() {
        let directory = tempfile::tempdir().expect("a directory");
        let buffer = LookBack::open(config(&directory), at(0));
        keep(&buffer, 0, vec![post("1", "acme one")]);
        keep(&buffer, 1, vec![post("2", "acme two")]);
        buffer.close();
        let segment = Segment::list(&config(&directory).directory).remove(0);
        let bytes = std::fs::read(&segment.path).expect("a file");
        std::fs::write(&segment.path, &bytes[..bytes.len() - 60]).expect("torn");
        let again = LookBack::open(config(&directory), at(2));
        keep(&again, 2, vec![post("3", "acme three")]);
        assert_eq!(find(&again, -10, "acme"), ["acme three", "acme one"]);
        std::fs::write(&segment.path, b"not a file of ours").expect("damaged");
        assert_eq!(find(&again, -10, "acme"), ["acme three"]);
        again.close();
    }

    #[test]
    fn it_stays_within_its_size() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = LookBackConfig { max_bytes: 2_000, ..config(&directory) };
        let buffer = LookBack::open(config.clone(), at(0));
        for hour in 0..20 {
            // Text that does not shrink much.
            let text: String =
                (0..600).map(|at: u32| char::from(b'a' + (at * at * 7 + at * hour) as u8 % 26)).collect();
            keep(&buffer, i64::from(hour) * 61, vec![post(&hour.to_string(), &text)]);
        }
        let size: u64 = Segment::list(&config.directory).iter().map(Segment::bytes).sum();
        assert!(size <= 4_000, "{size}");
        assert!(!find(&buffer, 19 * 61, "").is_empty());
        buffer.close();
    }

    #[test]
    fn a_look_can_be_ended() {
        let directory = tempfile::tempdir().expect("a directory");
        let buffer = LookBack::open(config(&directory), at(0));
        keep(&buffer, 0, vec![post("1", "a"), post("2", "b")]);
        let mut asked = 0;
        let is_whole = buffer.look(
            at(-1),
            |_| {
                asked += 1;
                ControlFlow::<(), Option<()>>::Break(())
            },
            |_| ControlFlow::Continue(()),
        );
        assert_eq!((is_whole, asked), (false, 1));
        buffer.close();
    }
}

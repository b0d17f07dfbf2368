//! The thread that writes the buffer's files and removes the oldest.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};

use super::LookBackConfig;
use super::segment::{Record, Segment, hash};

/// What is not written yet waits no longer than this.
const WAIT: Duration = Duration::from_secs(1);
/// How much waits at most, before compression.
const WAITING_BYTES: usize = 512 * 1024;
/// A file takes posts for this long.
const SEGMENT_TIME: SignedDuration = SignedDuration::from_hours(1);
/// About how large a file becomes. Small enough that a look that ends early has still read whole files.
const SEGMENT_BYTES: u64 = 8 << 20;
/// How many ids are remembered, so that a feed that gives the same posts at each poll fills nothing.
const REMEMBERED: usize = 400_000;

/// What the writer is told.
pub(super) enum Message {
    Keep(Vec<Record>),
    Flush(SyncSender<()>),
    Prune(Timestamp),
}

pub(super) struct Writer {
    config: LookBackConfig,
    /// Records that were handed over and are not looked at yet.
    waiting: Arc<AtomicUsize>,
    /// Posts that were kept since the start.
    kept: Arc<AtomicU64>,
    open: Option<(Segment, File)>,
    /// Lines that are not written yet, and how many.
    lines: Vec<u8>,
    records: u64,
    first_at: Option<Timestamp>,
    /// Ids that were seen lately, in two generations.
    seen: HashSet<u64>,
    seen_before: HashSet<u64>,
    is_failing: bool,
}

impl Writer {
    pub(super) fn new(config: LookBackConfig, waiting: Arc<AtomicUsize>, kept: Arc<AtomicU64>) -> Self {
        Self {
            config,
            waiting,
            kept,
            open: None,
            lines: Vec::new(),
            records: 0,
            first_at: None,
            seen: HashSet::new(),
            seen_before: HashSet::new(),
            is_failing: false,
        }
    }

    /// Writes until nobody can hand anything over any more.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            match messages.recv_timeout(WAIT) {
                Ok(Message::Keep(records)) => self.keep(records),
                Ok(Message::Flush(done)) => {
                    self.write();
                    // Nobody waits any more: as well.
                    let _ = done.send(());
                }
                Ok(Message::Prune(now)) => self.prune(now),
                Err(RecvTimeoutError::Timeout) => self.write(),
                Err(RecvTimeoutError::Disconnected) => return self.write(),
            }
        }
    }

    fn keep(&mut self, records: Vec<Record>) {
        self.waiting.fetch_sub(records.len(), Ordering::Relaxed);
        for record in records {
            if !self.is_news(&record) {
                continue;
            }
            let before = self.lines.len();
            if serde_json::to_writer(&mut self.lines, &record).is_err() {
                self.lines.truncate(before);
                continue;
            }
            self.lines.push(b'\n');
            if record.post.is_some() {
                self.kept.fetch_add(1, Ordering::Relaxed);
            }
            self.records += 1;
            self.first_at.get_or_insert(record.at);
            if self.lines.len() >= WAITING_BYTES {
                self.write();
            }
        }
    }

    /// Whether the post, this version of it, or its end was not seen lately.
    fn is_news(&mut self, record: &Record) -> bool {
        let id = match (&record.post, &record.gone) {
            (Some(post), _) => {
                let edited_at = post.edited_at.map_or(0, |at| at.as_microsecond());
                hash(&post.id).rotate_left(7) ^ edited_at.cast_unsigned()
            }
            (None, Some(id)) => !hash(id),
            (None, None) => return false,
        };
        if self.seen.len() >= REMEMBERED {
            self.seen_before = std::mem::take(&mut self.seen);
        }
        // Seen again it is remembered on.
        self.seen.insert(id) && !self.seen_before.contains(&id)
    }

    /// Writes what waits as one compressed stream.
    fn write(&mut self) {
        let (records, Some(first_at)) = (self.records, self.first_at.take()) else { return };
        self.records = 0;
        let written = self.try_write(first_at);
        self.lines.clear();
        match written {
            Ok(()) => {
                metrics::counter!("switchboard_look_back_kept_total").increment(records);
                self.is_failing = false;
            }
            Err(error) => {
                metrics::counter!("switchboard_look_back_lost_total").increment(records);
                if !self.is_failing {
                    tracing::warn!(%error, directory = %self.config.directory.display(), "the look-back buffer cannot be written; posts that no search wants are not kept until it can");
                }
                self.is_failing = true;
                // What was begun may be torn; nothing is ever written behind that.
                self.open = None;
            }
        }
    }

    fn try_write(&mut self, first_at: Timestamp) -> std::io::Result<()> {
        let is_full = |segment: &Segment| {
            first_at.duration_since(segment.from) >= SEGMENT_TIME
                || first_at < segment.from
                || segment.bytes() >= SEGMENT_BYTES
        };
        if self.open.as_ref().is_some_and(|(segment, _)| is_full(segment)) {
            self.open = None;
            self.prune(first_at);
        }
        if self.open.is_none() {
            super::segment::create_directory(&self.config.directory)?;
            self.open = Some(Segment::create(&self.config.directory, first_at)?);
        }
        let mut stream = GzEncoder::new(Vec::with_capacity(self.lines.len() / 3), Compression::new(4));
        stream.write_all(&self.lines)?;
        let bytes = stream.finish()?;
        match &mut self.open {
            Some((_, file)) => file.write_all(&bytes),
            None => Ok(()),
        }
    }

    /// Removes files that are too old or too many. The one that is being written stays.
    pub(super) fn prune(&mut self, now: Timestamp) {
        let mut segments = Segment::list(&self.config.directory);
        if let Some((open, _)) = &self.open {
            segments.retain(|segment| segment.path != open.path);
        }
        let window = SignedDuration::from_hours(i64::from(self.config.hours));
        let is_old = |segment: &Segment| now.duration_since(segment.from) > window + SEGMENT_TIME;
        let mut size: u64 = segments.iter().map(Segment::bytes).sum();
        for segment in &segments {
            if !is_old(segment) && size <= self.config.max_bytes {
                continue;
            }
            size = size.saturating_sub(segment.bytes());
            if let Err(error) = std::fs::remove_file(&segment.path) {
                tracing::warn!(%error, file = %segment.path.display(), "a file of the look-back buffer cannot be removed");
            }
        }
    }
}

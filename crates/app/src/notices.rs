//! What open pages and streams are told while it happens. A notice is a hint to look, never the truth: the truth is in the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use switchboard_model::{CaseId, SearchId, SourceId, UserId, Whereabouts};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Something happened that somebody may be looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Posts were stored or changed; the newest of them has this `seq`.
    Posts {
        /// `seq` of the newest post.
        newest: i64,
        /// How many.
        posts: u64,
        /// Whether one of them was stored before: its author has edited or deleted it.
        has_edits: bool,
    },
    /// A source's health or settings changed.
    Source(SourceId),
    /// Something about users, departments, the company or the rules changed.
    People,
    /// A saved search was added, changed or removed.
    Search(SearchId),
    /// A saved view of the desk was added, changed or removed.
    Views,
    /// A case was opened or has changed; it is there now.
    Case(Whereabouts),
    /// The clocks of a case were wound: it is due at another time now.
    Clock(CaseId),
    /// Somebody came to a case, left it, began or stopped writing on it.
    Presence {
        /// The case.
        case: CaseId,
    },
    /// A user was told something, or has read what they were told.
    Notified(UserId),
    /// A message was queued for somebody outside.
    Queued,
    /// A session or a key of this user was ended; what was opened with it must end too.
    AccessEnded(UserId),
}

impl Notice {
    /// Whether it is about something that is kept, so that a page read before may be wrong now.
    fn is_of_store(self) -> bool {
        !matches!(self, Self::Presence { .. } | Self::Queued | Self::AccessEnded(_))
    }
}

/// A consumer of the feed looks this often even if nothing is said: another process may have changed a case.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// And not more often than this, however much happens.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(100);

/// Waits until a case has changed, or may have without a word. False once the installation stops.
pub(crate) async fn until_case_changes(notices: &mut broadcast::Receiver<Notice>, stop: &CancellationToken) -> bool {
    let sleep = tokio::time::sleep(LOOK_EVERY);
    tokio::pin!(sleep);
    loop {
        tokio::select! {
            () = stop.cancelled() => return false,
            () = &mut sleep => return true,
            notice = notices.recv() => match notice {
                Ok(Notice::Case(_)) | Err(RecvError::Lagged(_)) => {
                    tokio::time::sleep(LOOK_AT_MOST_EVERY).await;
                    while notices.try_recv().is_ok() {}
                    return true;
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return false,
            },
        }
    }
}

/// Hands notices to whoever listens at the moment. A listener that is too slow misses some and looks again by itself.
#[derive(Debug, Clone)]
pub struct Notices {
    sender: broadcast::Sender<Notice>,
    /// How many there were; nobody reads more out of it than that it moved.
    revision: Arc<AtomicU64>,
}

impl Default for Notices {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0, revision: Arc::default() }
    }
}

impl Notices {
    /// Tells everybody who listens; nobody listening is no failure.
    pub fn tell(&self, notice: Notice) {
        drop(self.sender.send(notice));
        // Last, so that whoever sees it moved can hear why.
        if notice.is_of_store() {
            self.revision.fetch_add(1, Ordering::Release);
        }
    }

    /// Moves with every notice about something that is kept.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}

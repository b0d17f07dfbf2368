//! Following: one task for each followed source, one supervisor over them.
//!
//! The task's loop is the whole promise "nothing is lost": ask the network from the committed cursor, deliver the batch
//! with the cursor that follows it, wait for the commit, go on. Whatever is killed, the next start asks from the
//! committed cursor again, and what comes twice counts once.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use switchboard_capture::schedule::back_off;
use switchboard_model::{Batch, Capture, CaptureError, CaptureErrorKind, Health, Source, SourceId};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::health::{after_failure, after_success, is_worth_saving};
use crate::notices::Notice;
use crate::pipeline::embedded::Arrival;
use crate::{App, AppError};

/// After a first failure a source is asked again within this time, then ever more rarely.
const FIRST_RETRY: Duration = Duration::from_secs(5);
const LONGEST_RETRY: Duration = Duration::from_secs(30 * 60);

/// What waiting does not mend is still asked again this often: tokens are renewed and feeds come back.
const BROKEN_RETRY: Duration = Duration::from_secs(3600);

/// The list of sources is looked at this often even if nobody said that it changed (another process may have).
const LIST_EVERY: Duration = Duration::from_secs(60);

struct Followed {
    source: Source,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl App {
    /// Follows all enabled sources until the installation stops. Returns at once.
    pub fn follow(&self) {
        let app = self.clone();
        self.tasks.spawn(async move { app.supervise().await });
    }

    async fn supervise(&self) {
        let mut followed: HashMap<SourceId, Followed> = HashMap::new();
        loop {
            match self.store.list_sources().await {
                Ok(sources) => self.align(&mut followed, sources).await,
                Err(error) => tracing::error!(%error, "the list of sources cannot be read; it is tried again"),
            }
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = self.wakeups.until_list_changes() => {}
                () = tokio::time::sleep(LIST_EVERY) => {}
            }
        }
        for (_, one) in followed {
            one.stop.cancel();
            drop(one.task.await);
        }
    }

    /// Starts what is new, ends what was removed or paused, starts anew what was changed or has ended.
    async fn align(&self, followed: &mut HashMap<SourceId, Followed>, sources: Vec<Source>) {
        let wanted: HashMap<SourceId, Source> = sources
            .into_iter()
            .filter(|source| source.is_enabled && source.kind.is_followed())
            .map(|source| (source.id, source))
            .collect();
        let ended: Vec<SourceId> = followed
            .iter()
            .filter(|(id, one)| {
                one.task.is_finished()
                    || wanted
                        .get(id)
                        .is_none_or(|source| source.settings != one.source.settings || source.name != one.source.name)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in ended {
            if let Some(one) = followed.remove(&id) {
                one.stop.cancel();
                drop(one.task.await);
            }
        }
        for (id, source) in wanted {
            followed.entry(id).or_insert_with(|| {
                let stop = self.stop.child_token();
                let follower = Follower::new(self.clone(), source.clone(), stop.clone());
                Followed { source, stop, task: tokio::spawn(follower.run()) }
            });
        }
    }
}

struct Follower {
    app: App,
    source: Source,
    stop: CancellationToken,
    health: Health,
    saved: Health,
    /// Somebody wanted it asked now. A failure of such a question does not count: whoever presses a button a few times
    /// while a network is away must not make the source wait for half an hour.
    is_wanted_now: bool,
}

impl Follower {
    fn new(app: App, source: Source, stop: CancellationToken) -> Self {
        let health = source.health.clone();
        Self { app, source, stop, saved: health.clone(), health, is_wanted_now: false }
    }

    async fn run(mut self) {
        let stop = self.stop.clone();
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.follow() => {}
        }
        self.save(true).await;
    }

    async fn follow(&mut self) {
        let wakeup = self.app.wakeups.of(self.source.id);
        // A source that was asked shortly before a restart keeps its pace: restarting in a loop must not hammer anyone.
        if let Some(wait) = self.health.next_check_at.and_then(|at| until(self.app.now(), at)) {
            tokio::select! {
                () = tokio::time::sleep(wait.min(BROKEN_RETRY)) => {}
                () = wakeup.notified() => {}
            }
        }
        let mut capture: Option<Box<dyn Capture>> = None;
        loop {
            let wait = match self.step(&mut capture).await {
                Ok(wait) => wait,
                Err(Stopped) => return,
            };
            self.is_wanted_now = false;
            if wait > Duration::ZERO {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = wakeup.notified() => self.is_wanted_now = true,
                }
            }
        }
    }

    /// One question to the network and what follows from its answer. Returns how long to leave it alone.
    async fn step(&mut self, capture: &mut Option<Box<dyn Capture>>) -> Result<Duration, Stopped> {
        let opened = match capture {
            Some(opened) => opened,
            None => match self.app.open_source(&self.source) {
                Ok(opened) => capture.insert(opened),
                Err(error) => return Ok(self.failed(&error).await),
            },
        };
        // A network's folder that panics is a fault of ours; it must not take the other sources with it.
        let answer = AssertUnwindSafe(opened.next(self.source.cursor.as_ref())).catch_unwind().await;
        let error = match answer {
            Ok(Ok(batch)) => return self.deliver(batch).await,
            Ok(Err(error)) => error,
            Err(_) => CaptureError::new(
                CaptureErrorKind::Retry,
                "a fault in switchboard itself ended this source; it starts again, and the log has the details",
            ),
        };
        *capture = None;
        Ok(self.failed(&error).await)
    }

    async fn deliver(&mut self, batch: Batch) -> Result<Duration, Stopped> {
        let Batch { posts, cursor, problems, wait, budget, mut settings } = batch;
        if let Some(settings) = &mut settings {
            self.app.seal_source(self.source.id, self.source.kind, settings);
        }
        let count = posts.len();
        for problem in &problems {
            tracing::warn!(source.name = self.source.name, %problem, "part of an answer could not be read");
        }
        let says_nothing = count == 0 && settings.is_none() && (cursor.is_none() || cursor == self.source.cursor);
        if !says_nothing {
            let arrival = Arrival {
                source: self.source.id,
                posts,
                cursor: cursor.clone(),
                settings: settings.clone(),
                opens_cases: true,
            };
            match self.app.line.deliver(self.app.triage(), arrival).await {
                Ok(_) => {}
                Err(AppError::Stopping) => return Err(Stopped),
                Err(AppError::Store(error)) => {
                    let error = CaptureError::new(
                        CaptureErrorKind::Retry,
                        format!("its posts could not be stored and will be asked for again: {error}"),
                    );
                    return Ok(self.failed(&error).await);
                }
            }
        }
        if cursor.is_some() {
            self.source.cursor = cursor;
        }
        if let Some(settings) = settings {
            tracing::info!(source.name = self.source.name, "the network moved this source; its settings follow");
            self.source.settings = settings;
        }
        let now = self.app.now();
        let next = if wait > Duration::ZERO { after(now, wait) } else { None };
        self.health = after_success(&self.health, now, count, summary(&problems), budget, next);
        self.save(false).await;
        Ok(wait)
    }

    async fn failed(&mut self, error: &CaptureError) -> Duration {
        let failures = match self.health.failures {
            known if known > 0 && self.is_wanted_now => known,
            known => known.saturating_add(1),
        };
        let wait = match error.kind {
            CaptureErrorKind::Retry => back_off(failures, FIRST_RETRY, LONGEST_RETRY, self.app.randomness.unit()),
            CaptureErrorKind::RetryAfter(wait) => wait.max(Duration::from_secs(1)),
            CaptureErrorKind::Broken => BROKEN_RETRY,
        };
        let now = self.app.now();
        let next = after(now, wait).unwrap_or(now);
        self.health = after_failure(&self.health, now, error, failures, next);
        tracing::warn!(
            source.name = self.source.name,
            source.kind = self.source.kind.as_str(),
            failures = self.health.failures,
            retry_in_s = wait.as_secs(),
            error = error.message,
            "a source gave nothing"
        );
        metrics::counter!("switchboard_source_failures_total", "source" => self.source.name.clone()).increment(1);
        self.save(true).await;
        wait
    }

    /// Shows the health at once and writes it when it says something new. A store that is full is no reason to stop.
    async fn save(&mut self, always: bool) {
        self.app.health.set(self.source.id, self.health.clone());
        let is_news = self.saved.state != self.health.state || self.saved.message != self.health.message;
        if always || is_worth_saving(&self.saved, &self.health) {
            match self.app.store.save_health(self.source.id, &self.health).await {
                Ok(_) => self.saved = self.health.clone(),
                Err(error) => {
                    tracing::warn!(source.name = self.source.name, %error, "a source's health could not be written");
                }
            }
        }
        if is_news {
            self.app.notices.tell(Notice::Source(self.source.id));
        }
    }
}

/// The installation is stopping.
struct Stopped;

fn summary(problems: &[switchboard_model::Problem]) -> String {
    match problems {
        [] => String::new(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

fn after(now: Timestamp, wait: Duration) -> Option<Timestamp> {
    now.checked_add(jiff::SignedDuration::try_from(wait).ok()?).ok()
}

fn until(now: Timestamp, at: Timestamp) -> Option<Duration> {
    Duration::try_from(at.duration_since(now)).ok().filter(|wait| *wait > Duration::ZERO)
}

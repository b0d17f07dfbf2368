//! The line of one process: decided batches from all sources go through one writer, many in one transaction.
//!
//! Whoever delivers waits for the commit, so a source never runs ahead of the store and nothing is held only in memory
//! after it was acknowledged. While one transaction is written the next batches gather behind it: that alone makes
//! transactions larger when there is more to do, without any waiting when there is little.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use switchboard_model::{Captured, Clock, Cursor, Decided, Delivery, FateCount, FateReason, Need, Settled, SourceId};
use switchboard_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use super::conversations::Conversations;
use super::look_back::LookBack;
use crate::AppError;
use crate::notices::{Notice, Notices};
use crate::triage::{DecidedPosts as Triaged, Triage};

/// Posts that one transaction takes at most, unless a single batch is larger.
const POSTS_PER_COMMIT: usize = 2_000;

/// Batches that may wait behind the writer; a full queue holds the sources back.
const QUEUED_BATCHES: usize = 64;

/// A batch as it came from a source.
#[derive(Debug)]
pub struct Arrival {
    /// Whose it is.
    pub source: SourceId,
    /// What came.
    pub posts: Vec<Captured>,
    /// Where the source stands once it is stored.
    pub cursor: Option<Cursor>,
    /// Settings that the network asked to change.
    pub settings: Option<serde_json::Value>,
    /// Whether its posts open cases. What is new does; what is brought in from the past need not.
    pub opens_cases: bool,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many posts met which fate; together as many as came in.
    pub fates: BTreeMap<FateReason, u64>,
    /// `seq` of posts that were stored for the first time, in order.
    pub new: Vec<i64>,
}

impl Outcome {
    /// How many posts came in.
    pub fn posts(&self) -> u64 {
        self.fates.values().sum()
    }

    /// Adds what became of another batch.
    pub fn add(&mut self, other: &Self) {
        for (reason, posts) in &other.fates {
            *self.fates.entry(*reason).or_default() += posts;
        }
        self.new.extend(&other.new);
    }

    fn count(&mut self, reason: FateReason) {
        *self.fates.entry(reason).or_default() += 1;
    }
}

/// Whether the writer can write, for pages and `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// All is well.
    Flowing,
    /// The store refuses; deliveries wait and nothing is lost. Says why and what to do.
    Held(String),
}

/// A batch that was decided: what goes to the store, the fates that are clear already, and what may still be wanted.
pub struct DecidedBatch {
    delivery: Delivery,
    known: Vec<FateReason>,
    /// Answers that nothing wanted when the batch was decided; a case may have begun in their conversation since.
    unwanted: Vec<Captured>,
    triage: Arc<Triage>,
    /// How many conversations were known then.
    conversations: u64,
}

struct Work {
    batch: DecidedBatch,
    done: oneshot::Sender<Result<Outcome, StoreError>>,
}

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Line {
    queue: Arc<std::sync::Mutex<Option<mpsc::Sender<Work>>>>,
    state: watch::Receiver<LineState>,
    clock: Arc<dyn Clock>,
    conversations: Arc<Conversations>,
    look_back: LookBack,
}

impl Line {
    /// Starts the writer as a task.
    pub fn start(
        store: Store,
        notices: Notices,
        clock: Arc<dyn Clock>,
        conversations: Arc<Conversations>,
        look_back: LookBack,
        tasks: &TaskTracker,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUED_BATCHES);
        let (report, state) = watch::channel(LineState::Flowing);
        let writer = Writer { store, notices, state: report, conversations: conversations.clone() };
        tasks.spawn(writer.run(receiver));
        Self { queue: Arc::new(std::sync::Mutex::new(Some(sender))), state, clock, conversations, look_back }
    }

    /// Decides a batch on a thread of its own and stores it with its cursor. Returns once it is committed.
    pub async fn deliver(&self, triage: Arc<Triage>, arrival: Arrival) -> Result<Outcome, AppError> {
        let captured_at = self.clock.now();
        let (conversations, look_back) = (self.conversations.clone(), self.look_back.clone());
        let decided = tokio::task::spawn_blocking(move || {
            let (source, heard) = (arrival.source, look_back.copy(&arrival.posts));
            let decided = decide(triage, &conversations, arrival, captured_at);
            look_back.keep(source, captured_at, not_wanted(heard, &decided.delivery.posts));
            decided
        })
        .await
        .map_err(|_| AppError::Stopping)?;
        self.store(decided).await
    }

    /// The same for posts that were captured earlier and come again: they keep the time at which they first reached us, and
    /// the look-back buffer has them already.
    pub async fn deliver_again(
        &self,
        triage: Arc<Triage>,
        arrival: Arrival,
        captured_at: jiff::Timestamp,
    ) -> Result<Outcome, AppError> {
        let conversations = self.conversations.clone();
        let decided = tokio::task::spawn_blocking(move || decide(triage, &conversations, arrival, captured_at))
            .await
            .map_err(|_| AppError::Stopping)?;
        self.store(decided).await
    }

    /// Stores a batch that [`decide`] has decided. Returns once it is committed.
    pub async fn store(&self, batch: DecidedBatch) -> Result<Outcome, AppError> {
        let (done, outcome) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let queue = queue.ok_or(AppError::Stopping)?;
        queue.send(Work { batch, done }).await.map_err(|_| AppError::Stopping)?;
        drop(queue);
        Ok(outcome.await.map_err(|_| AppError::Stopping)??)
    }

    /// Whether the writer can write.
    pub fn state(&self) -> LineState {
        self.state.borrow().clone()
    }

    /// Takes nothing more; what was taken is still written.
    pub fn close(&self) {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    }
}

/// Of what was heard, what no search wants and is not addressed to us; deletions belong to it.
fn not_wanted(mut heard: Vec<Captured>, decided: &[Decided]) -> Vec<Captured> {
    let wanted: HashSet<&str> = decided.iter().filter(|one| one.is_wanted()).map(|one| one.post.id.as_str()).collect();
    heard.retain(|captured| captured.post.as_ref().is_ok_and(|post| !wanted.contains(post.id.as_str())));
    heard
}

/// Decides a batch.
pub fn decide(
    triage: Arc<Triage>,
    conversations: &Conversations,
    arrival: Arrival,
    captured_at: jiff::Timestamp,
) -> DecidedBatch {
    let Arrival { source, mut posts, cursor, settings, opens_cases } = arrival;
    // Before anything is looked up, so that a conversation that begins meanwhile is noticed by the writer.
    let known_conversations = conversations.count();
    let mut joined = Vec::with_capacity(posts.len());
    for captured in &mut posts {
        let joins = captured.post.as_ref().is_ok_and(|post| conversations.has(post));
        joined.push(joins && !captured.is_addressed);
        captured.is_addressed |= joins;
    }
    let Triaged { mut decided, settled: known, unwanted } = triage.batch(posts, &joined, opens_cases);
    for one in &mut decided {
        one.is_ours = conversations.is_ours(&one.post);
    }
    let mut fates: BTreeMap<FateReason, u64> = BTreeMap::new();
    for reason in &known {
        *fates.entry(*reason).or_default() += 1;
    }
    let fates = fates.into_iter().map(|(reason, posts)| FateCount { reason, posts }).collect();
    let delivery = Delivery { source, cursor, settings, captured_at, posts: decided, fates };
    DecidedBatch { delivery, known, unwanted, triage, conversations: known_conversations }
}

/// Whether a post may begin a case.
fn begins(one: &Decided) -> bool {
    one.opening.is_some() || one.is_addressed
}

fn drop_unwanted(batch: &mut DecidedBatch, posts: usize) {
    if posts == 0 {
        return;
    }
    batch.known.extend(std::iter::repeat_n(FateReason::NoSearch, posts));
    let count = posts as u64;
    match batch.delivery.fates.iter_mut().find(|fate| fate.reason == FateReason::NoSearch) {
        Some(fate) => fate.posts += count,
        None => batch.delivery.fates.push(FateCount { reason: FateReason::NoSearch, posts: count }),
    }
}

struct Writer {
    store: Store,
    notices: Notices,
    state: watch::Sender<LineState>,
    conversations: Arc<Conversations>,
}

impl Writer {
    async fn run(self, mut queue: mpsc::Receiver<Work>) {
        while let Some(first) = queue.recv().await {
            let mut posts = first.batch.delivery.posts.len();
            let mut group = vec![first];
            while posts < POSTS_PER_COMMIT {
                let Ok(work) = queue.try_recv() else { break };
                posts += work.batch.delivery.posts.len();
                group.push(work);
            }
            self.write(group).await;
        }
    }

    async fn write(&self, mut group: Vec<Work>) {
        self.want_answers(&mut group);
        let (deliveries, waiting): (Vec<_>, Vec<_>) =
            group.into_iter().map(|work| (work.batch.delivery, (work.batch.known, work.done))).unzip();
        match self.commit(&deliveries).await {
            Ok(settled) => {
                for ((known, done), settled) in waiting.into_iter().zip(settled) {
                    self.answer(done, &known, &settled);
                }
            }
            // Something in the group cannot be written. Each batch on its own, so that only the guilty one suffers.
            Err(error) if deliveries.len() > 1 => {
                tracing::warn!(error = %error, batches = deliveries.len(), "a transaction failed; its batches are tried one by one");
                for (delivery, (known, done)) in deliveries.into_iter().zip(waiting) {
                    self.write_one(delivery, known, done).await;
                }
            }
            Err(_) => {
                for (delivery, (known, done)) in deliveries.into_iter().zip(waiting) {
                    self.write_one(delivery, known, done).await;
                }
            }
        }
    }

    /// Looks again at answers that nothing wanted: a case may have begun in their conversation since they were decided, or
    /// begins in this very transaction. Those are wanted now; the others are dropped and counted.
    fn want_answers(&self, group: &mut [Work]) {
        let mut begun = HashSet::new();
        let is_news = |work: &Work| work.batch.conversations != self.conversations.count();
        let has_news = group.iter().any(|work| is_news(work) || work.batch.delivery.posts.iter().any(begins));
        for Work { batch, .. } in group {
            if has_news {
                begun.extend(
                    batch
                        .delivery
                        .posts
                        .iter()
                        .filter(|one| begins(one))
                        .flat_map(|one| self.conversations.marks_for(&one.post)),
                );
                for captured in std::mem::take(&mut batch.unwanted) {
                    let Ok(post) = &captured.post else { continue };
                    if self.conversations.has(post)
                        || self.conversations.marks_of(post).any(|mark| begun.contains(&mark))
                    {
                        begun.extend(self.conversations.marks_for(post));
                        let captured = Captured { is_addressed: true, ..captured };
                        let mut decided = batch.triage.batch(vec![captured], &[true], false).decided;
                        for one in &mut decided {
                            one.is_ours = self.conversations.is_ours(&one.post);
                            // It belongs to a case that begins now, so it is of today.
                            one.need = one.need.take().map(|_| Need::Case);
                        }
                        batch.delivery.posts.append(&mut decided);
                    } else {
                        drop_unwanted(batch, 1);
                    }
                }
            } else {
                let posts = std::mem::take(&mut batch.unwanted).len();
                drop_unwanted(batch, posts);
            }
        }
    }

    async fn write_one(
        &self,
        delivery: Delivery,
        mut known: Vec<FateReason>,
        done: oneshot::Sender<Result<Outcome, StoreError>>,
    ) {
        match self.commit(std::slice::from_ref(&delivery)).await {
            Ok(settled) => self.answer(done, &known, settled.first().map_or(&[], Vec::as_slice)),
            Err(error) if delivery.posts.is_empty() => drop(done.send(Err(error))),
            Err(error) => match self.sift(delivery, &error, &mut known).await {
                Ok(settled) => self.answer(done, &known, &settled),
                Err(error) => drop(done.send(Err(error))),
            },
        }
    }

    /// Finds the posts that the store cannot take: they are refused and counted, all others are stored.
    /// The cursor moves last, so that a kill in between only repeats what is known to be safe to repeat.
    async fn sift(
        &self,
        delivery: Delivery,
        error: &StoreError,
        known: &mut Vec<FateReason>,
    ) -> Result<Vec<Settled>, StoreError> {
        tracing::warn!(source.id = %delivery.source, %error, posts = delivery.posts.len(), "a batch could not be stored; looking for the post that cannot");
        let Delivery { source, cursor, settings, captured_at, posts, mut fates } = delivery;
        let mut settled = Vec::new();
        let mut refused = 0;
        for post in posts {
            let id = post.post.id.clone();
            let one =
                Delivery { source, cursor: None, settings: None, captured_at, posts: vec![post], fates: Vec::new() };
            match self.commit(std::slice::from_ref(&one)).await {
                Ok(result) => settled.extend(result.into_iter().flatten()),
                Err(error) => {
                    tracing::error!(post.id = %id, %error, "a post cannot be stored and is refused");
                    refused += 1;
                    known.push(FateReason::Malformed);
                }
            }
        }
        if refused > 0 {
            fates.push(FateCount { reason: FateReason::Malformed, posts: refused });
        }
        let last = Delivery { source, cursor, settings, captured_at, posts: Vec::new(), fates };
        self.commit(std::slice::from_ref(&last)).await?;
        Ok(settled)
    }

    /// Commits, waiting as long as the store is full, read-only or away: nothing is lost, sources are held back.
    async fn commit(&self, deliveries: &[Delivery]) -> Result<Vec<Vec<Settled>>, StoreError> {
        let mut pause = Duration::from_millis(250);
        loop {
            match self.store.commit(deliveries).await {
                Ok(committed) => {
                    self.set_state(LineState::Flowing);
                    self.conversations.add(committed.keys.iter().map(String::as_str));
                    for case in committed.cases {
                        self.notices.tell(Notice::Case(case));
                    }
                    return Ok(committed.settled);
                }
                Err(error) if error.is_passing() => {
                    self.set_state(LineState::Held(error.to_string()));
                    tracing::error!(%error, retry_in_ms = pause.as_millis() as u64, "nothing can be stored; everything waits");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(15));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn set_state(&self, state: LineState) {
        self.state.send_if_modified(|current| {
            let changed = *current != state;
            *current = state;
            changed
        });
    }

    fn answer(&self, done: oneshot::Sender<Result<Outcome, StoreError>>, known: &[FateReason], settled: &[Settled]) {
        let mut outcome = Outcome::default();
        let mut touched: Option<(i64, u64)> = None;
        let mut has_edits = false;
        for reason in known {
            outcome.count(*reason);
        }
        for Settled { reason, seq } in settled {
            outcome.count(*reason);
            if let Some(seq) = seq {
                if *reason == FateReason::New {
                    outcome.new.push(*seq);
                }
                has_edits |= matches!(reason, FateReason::Version | FateReason::Deletion);
                if reason.fate() == switchboard_model::Fate::Stored {
                    let (newest, posts) = touched.unwrap_or((*seq, 0));
                    touched = Some((newest.max(*seq), posts + 1));
                }
            }
        }
        for (reason, posts) in &outcome.fates {
            metrics::counter!("switchboard_posts_total", "fate" => reason.fate().as_str(), "reason" => reason.as_str())
                .increment(*posts);
        }
        if let Some((newest, posts)) = touched {
            self.notices.tell(Notice::Posts { newest, posts, has_edits });
        }
        // A deliverer that went away (a cut request) has its posts stored all the same.
        drop(done.send(Ok(outcome)));
    }
}

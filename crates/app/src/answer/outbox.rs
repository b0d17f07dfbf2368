//! The outbox: hands each reply to its network at most once, whatever is killed when.
//!
//! A reply is taken in one transaction (`queued` → `sending`), sent, and brought to its end in another. What is found
//! `sending` later (a crash, a network that took it and did not answer) may be there, so it is looked for before anything
//! else. It is sent again only where the network promises to make one post of it; elsewhere, once it had the time to
//! appear and did not, a person decides.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use switchboard_capture::schedule::back_off;
use switchboard_model::{
    Account, Awaited, BoxFuture, By, Case, CaseState, Happening, Outcome, Outgoing, Post, Publish, PublishError,
    PublishErrorKind, Published, Reply, ReplyId, ReplyState, StoredPost, Then,
};
use switchboard_store::{Also, ReplyMove};
use tokio::task::JoinSet;

use super::record::Written;
use super::{AnswerError, target};
use crate::App;

/// Replies that are on their way at the same time, each of another account and case.
const AT_ONCE: usize = 16;
/// Replies that are looked at together.
const BATCH: u32 = 200;
/// The outbox looks at least this often, should anything have been missed.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// After a store that could not be read or written.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// A reply that certainly did not leave is sent this often.
const TRIES: u32 = 10;
const FIRST_RETRY: Duration = Duration::from_secs(10);
const LONGEST_RETRY: Duration = Duration::from_secs(30 * 60);
/// A network that asks for pauses, or cannot be asked, is waited for so long.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// The first look after an answer that did not come.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// What is on its way when the installation stops may finish within this time.
const FAREWELL: Duration = Duration::from_secs(5);

/// How the outbox waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxConfig {
    /// So long after an attempt a post that is not there did not arrive.
    pub settle: Duration,
    /// So long one attempt may take as a whole. Shorter than `settle`.
    pub limit: Duration,
}

impl Default for OutboxConfig {
    fn default() -> Self {
        Self { settle: Duration::from_secs(300), limit: Duration::from_secs(120) }
    }
}

/// The store could not be asked; the reply stays where it is.
type Step = Result<(), AnswerError>;

impl App {
    /// Sends what lies in the outbox until the installation stops. Returns at once.
    pub fn send_replies(&self, config: OutboxConfig) {
        let app = self.clone();
        self.tasks.spawn(async move { app.run_outbox(config).await });
    }

    async fn run_outbox(&self, config: OutboxConfig) {
        let mut sending = JoinSet::new();
        let mut busy: Vec<Reply> = Vec::new();
        loop {
            let wait = match self.store.due_replies(self.now(), BATCH).await {
                Ok(due) => {
                    for reply in due {
                        let is_busy = |other: &Reply| {
                            other.id == reply.id || other.account == reply.account || other.case == reply.case
                        };
                        if busy.len() >= AT_ONCE || busy.iter().any(is_busy) {
                            continue;
                        }
                        busy.push(reply.clone());
                        let app = self.clone();
                        sending.spawn(async move {
                            let id = reply.id;
                            let is_done = app.forward(reply, config).await;
                            if let Err(error) = &is_done {
                                tracing::error!(reply.id = %id, %error, "a reply could not be brought further; it is tried again");
                                tokio::time::sleep(STORE_PAUSE).await;
                            }
                            id
                        });
                    }
                    self.until_next().await
                }
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read; it is tried again");
                    STORE_PAUSE
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = self.answering.wake.notified() => {}
                Some(done) = sending.join_next() => match done {
                    Ok(id) => busy.retain(|reply| reply.id != id),
                    Err(error) => {
                        tracing::error!(%error, "sending a reply ended by a fault; what was sent is looked for");
                        sending.abort_all();
                        while sending.join_next().await.is_some() {}
                        busy.clear();
                        tokio::time::sleep(STORE_PAUSE).await;
                    }
                },
                () = tokio::time::sleep(wait) => {}
            }
        }
        // What does not finish is found again at the next start.
        let _ = tokio::time::timeout(FAREWELL, async { while sending.join_next().await.is_some() {} }).await;
    }

    async fn until_next(&self) -> Duration {
        let now = self.now();
        let next = self.store.next_due_reply(now).await.ok().flatten();
        let wait = next.and_then(|at| Duration::try_from(at.duration_since(now)).ok()).unwrap_or(LOOK_EVERY);
        wait.clamp(Duration::from_millis(10), LOOK_EVERY)
    }

    /// Brings everything that is due now further, one after the other; how many that were. For whoever has no outbox
    /// running.
    pub async fn send_due_replies(&self, config: OutboxConfig) -> Result<usize, AnswerError> {
        let mut seen = HashSet::new();
        loop {
            let due = self.store.due_replies(self.now(), BATCH).await?;
            let fresh: Vec<Reply> = due.into_iter().filter(|reply| seen.insert((reply.id, reply.attempts))).collect();
            if fresh.is_empty() {
                return Ok(seen.len());
            }
            for reply in fresh {
                self.forward(reply, config).await?;
            }
        }
    }

    async fn forward(&self, reply: Reply, config: OutboxConfig) -> Step {
        let Some(account) = self.answering.account(reply.account) else { return Ok(()) };
        if !account.is_enabled {
            return self.failed_with_its_account(By::Outbox, &account, &reply).await;
        }
        if !account.trouble.is_empty() {
            return Ok(());
        }
        let publisher = match self.publisher(&account) {
            Ok(publisher) => publisher,
            Err(message) => return Ok(self.account_is_in_trouble(&account, &message).await?),
        };
        let Some(post) = self.store.find_post(&reply.to).await? else {
            return self.failed(&reply, "the post that is answered is no longer in the store").await;
        };
        let outgoing = self.outgoing(&reply, &post);
        let sender = Sender { app: self, account, publisher: &*publisher, outgoing, config };
        match reply.state {
            ReplyState::Queued => sender.first(reply, post.deleted_at.is_some()).await,
            ReplyState::Sending => sender.again(reply).await,
            ReplyState::Sent | ReplyState::Failed | ReplyState::Withdrawn => Ok(()),
        }
    }

    fn outgoing(&self, reply: &Reply, post: &StoredPost) -> Outgoing {
        let said = Post::new(&post.post.network, "", &reply.text);
        let lang = self.triage().language(&said).or_else(|| post.post.lang.clone());
        Outgoing {
            key: reply.key.clone(),
            to: target(post),
            text: reply.text.clone(),
            lang,
            queued_at: reply.queued_at,
        }
    }

    async fn failed(&self, reply: &Reply, why: &str) -> Step {
        tracing::warn!(reply.id = %reply.id, case.id = %reply.case, why, "a reply did not leave");
        metrics::counter!("switchboard_replies_total", "end" => "failed").increment(1);
        let failed = Reply { state: ReplyState::Failed, trouble: why.to_owned(), ..reply.clone() };
        let what = Happening::ReplyFailed { reply: reply.id, why: why.to_owned() };
        self.move_reply(By::Outbox, reply, failed, what).await?;
        Ok(())
    }

    /// Fails a reply that cannot leave any more because its account was removed.
    pub(super) async fn failed_with_its_account(&self, by: By, account: &Account, reply: &Reply) -> Step {
        let why = match reply.state {
            ReplyState::Queued => format!("the account {} was removed before it left", account.handle),
            _ => format!(
                "the account {} was removed before its network confirmed the answer; look there whether it arrived",
                account.handle
            ),
        };
        let failed = Reply { state: ReplyState::Failed, trouble: why.clone(), ..reply.clone() };
        self.move_reply(by, reply, failed, Happening::ReplyFailed { reply: reply.id, why }).await?;
        Ok(())
    }

    /// Writes down what the network has confirmed, whatever was done to the reply meanwhile: it is there.
    async fn sent(&self, reply: &Reply, published: Published) -> Step {
        let what = Happening::ReplySent { reply: reply.id, url: published.url.clone() };
        // What we said is part of the conversation before anybody can answer it.
        self.conversations.add([published.id.as_str()]);
        let answered = self.answered_since(reply).await?;
        let mut from = reply.clone();
        loop {
            let then = |case: &Case| {
                // Nobody who took it back or gave it up meanwhile wants the case to move on, and no author who has
                // written again since.
                let goes_on = from.state == reply.state && answered == Some(case.newest_post);
                if goes_on { after(case, reply.then) } else { Vec::new() }
            };
            let sent = Reply {
                state: ReplyState::Sent,
                sent_at: Some(self.now()),
                published: Some(published.clone()),
                trouble: String::new(),
                ..from.clone()
            };
            let sent = ReplyMove { reply: sent, from: from.state };
            let key = Also::Key { id: published.id.0.clone(), answers: reply.to.clone() };
            let also = [key, Also::Move(Box::new(sent))];
            if let Written::Done = self.write(reply.case, By::Outbox, &what, then, &also).await? {
                metrics::counter!("switchboard_replies_total", "end" => "sent").increment(1);
                return Ok(());
            }
            match self.store.find_reply(reply.id).await? {
                Some(now) if now.state != ReplyState::Sent && now.state != from.state => from = now,
                _ => return Ok(()),
            }
        }
    }

    /// The newest post of a reply's case that is not ours, if it was there when the reply was written.
    async fn answered_since(&self, reply: &Reply) -> Result<Option<i64>, AnswerError> {
        let case = self.store.find_case(reply.case).await?.ok_or(AnswerError::UnknownCase(reply.case))?;
        let newest = self.store.find_posts(&[case.newest_post]).await?.pop();
        Ok(newest.filter(|post| post.captured_at <= reply.queued_at).map(|post| post.seq))
    }
}

/// What becomes of a case whose reply was sent.
fn after(case: &Case, then: Then) -> Vec<Happening> {
    match then {
        _ if case.is_closed() => Vec::new(),
        Then::Stay => Vec::new(),
        Then::Wait if case.state == (CaseState::Waiting { on: Awaited::Author }) => Vec::new(),
        Then::Wait => vec![Happening::Waiting { on: Awaited::Author }],
        // Somebody is still to call or write: the case waits for that.
        Then::Close if !case.outreaches.is_empty() => Vec::new(),
        Then::Close => vec![Happening::Closed { outcome: Outcome::SolvedPublicly, reason: String::new() }],
    }
}

/// One reply with everything that sending it takes.
struct Sender<'a> {
    app: &'a App,
    account: Account,
    publisher: &'a dyn Publish,
    outgoing: Outgoing,
    config: OutboxConfig,
}

impl Sender<'_> {
    /// A reply that lies in the queue.
    async fn first(&self, reply: Reply, is_deleted: bool) -> Step {
        if reply.attempts > 0 {
            // An earlier attempt did not leave, or a person sends it once more: it costs a question to be certain.
            match self.found(reply.id).await {
                Ok(Some(published)) => return self.app.sent(&reply, published).await,
                Ok(None) => {}
                Err(error) => return self.not_asked(&reply, &error).await,
            }
        }
        if is_deleted {
            return self.app.failed(&reply, "the post that is answered was deleted by its author").await;
        }
        let Some(reply) = self.app.store.take_reply(reply.id, self.app.now()).await? else { return Ok(()) };
        let error = match self.published().await {
            Ok(published) => return self.app.sent(&reply, published).await,
            Err(error) => error,
        };
        let now = self.app.now();
        match error.kind {
            PublishErrorKind::Unsure => self.look_later(&reply, FIRST_LOOK, &error.message).await,
            PublishErrorKind::Refused => self.app.failed(&reply, &error.message).await,
            PublishErrorKind::Account => {
                self.app.store.requeue_reply(reply.id, now, &error.message).await?;
                self.trouble(&reply, &error).await
            }
            PublishErrorKind::Retry if reply.attempts >= TRIES => {
                let why = format!("{}; it was tried {} times, send it again when that is mended", error.message, TRIES);
                self.app.failed(&reply, &why).await
            }
            PublishErrorKind::Retry => {
                let unit = self.app.randomness.unit();
                self.requeue(&reply, back_off(reply.attempts, FIRST_RETRY, LONGEST_RETRY, unit), &error).await
            }
            PublishErrorKind::RetryAfter(_) if now.duration_since(reply.queued_at) > PATIENCE => {
                let why = format!("{}; it was waited for a day, send it again later", error.message);
                self.app.failed(&reply, &why).await
            }
            PublishErrorKind::RetryAfter(wait) => self.requeue(&reply, wait, &error).await,
        }
    }

    /// A reply that may be there already.
    async fn again(&self, reply: Reply) -> Step {
        let now = self.app.now();
        let attempted_at = reply.attempted_at.unwrap_or(reply.queued_at);
        let age = now.duration_since(attempted_at);
        match self.found(reply.id).await {
            Ok(Some(published)) => return self.app.sent(&reply, published).await,
            Ok(None) => {}
            Err(error) => return self.not_found_out(&reply, age, &error).await,
        }
        // By then the last attempt was given up here.
        let given_up_at = later(attempted_at, self.config.limit);
        let may_repeat = match self.within(self.publisher.repeats_safely(reply.send_at, given_up_at)).await {
            Ok(may) => may && reply.attempts < TRIES,
            Err(error) => return self.not_found_out(&reply, age, &error).await,
        };
        if !may_repeat {
            return self.wait_or_give_up(&reply, attempted_at).await;
        }
        let Some(reply) = self.app.store.repeat_reply(reply.id, now).await? else { return Ok(()) };
        match self.published().await {
            Ok(published) => self.app.sent(&reply, published).await,
            Err(error) => match error.kind {
                PublishErrorKind::Refused => self.app.failed(&reply, &error.message).await,
                PublishErrorKind::Account => self.trouble(&reply, &error).await,
                PublishErrorKind::RetryAfter(wait) => self.look_later(&reply, wait, &error.message).await,
                PublishErrorKind::Retry | PublishErrorKind::Unsure => {
                    let wait = back_off(reply.attempts, FIRST_RETRY, LONGEST_RETRY, self.app.randomness.unit());
                    self.look_later(&reply, wait, &error.message).await
                }
            },
        }
    }

    /// It is not there, and the network promises nothing about a second sending.
    async fn wait_or_give_up(&self, reply: &Reply, attempted_at: Timestamp) -> Step {
        let now = self.app.now();
        let settled_at = later(attempted_at, self.config.settle);
        if now < settled_at {
            let next = later(now, LOOK_AGAIN).min(settled_at);
            self.app.store.postpone_reply(reply.id, next, &reply.trouble).await?;
            return Ok(());
        }
        let reason = if reply.trouble.is_empty() { String::new() } else { format!(" ({})", reply.trouble) };
        self.app
            .failed(
                reply,
                &format!(
                    "not confirmed{reason}: the answer was handed to {} and is not found there; look at the thread, and send \
                     it again if it is missing",
                    self.account.network.as_str()
                ),
            )
            .await
    }

    /// It could not be looked for.
    async fn not_found_out(&self, reply: &Reply, age: SignedDuration, error: &PublishError) -> Step {
        match error.kind {
            PublishErrorKind::Account => self.trouble(reply, error).await,
            PublishErrorKind::Refused => {
                let why = format!("not confirmed: {}", error.message);
                self.app.failed(reply, &why).await
            }
            _ if age > PATIENCE => {
                let why = format!(
                    "not confirmed: {}; it was waited for a day, look at the thread and send it again if it is missing",
                    error.message
                );
                self.app.failed(reply, &why).await
            }
            PublishErrorKind::RetryAfter(wait) => self.look_later(reply, wait, &error.message).await,
            _ => {
                let wait = Duration::try_from(age).unwrap_or_default() / 4;
                self.look_later(reply, wait.clamp(FIRST_LOOK, Duration::from_secs(600)), &error.message).await
            }
        }
    }

    /// A queued reply could not be looked for before it is sent once more: it stays queued.
    async fn not_asked(&self, reply: &Reply, error: &PublishError) -> Step {
        match error.kind {
            PublishErrorKind::Account => self.trouble(reply, error).await,
            PublishErrorKind::Refused => {
                let why = format!("not confirmed: {}", error.message);
                self.app.failed(reply, &why).await
            }
            kind => {
                // It is taken so that it can be put off; that it was not sent is known.
                let Some(taken) = self.app.store.take_reply(reply.id, self.app.now()).await? else { return Ok(()) };
                if taken.attempts >= TRIES {
                    return self.app.failed(&taken, &error.message).await;
                }
                let usual = back_off(taken.attempts, FIRST_RETRY, LONGEST_RETRY, self.app.randomness.unit());
                let wait = if let PublishErrorKind::RetryAfter(wait) = kind { wait } else { usual };
                self.requeue(&taken, wait, error).await
            }
        }
    }

    async fn found(&self, reply: ReplyId) -> Result<Option<Published>, PublishError> {
        let found = self.within(self.publisher.find(&self.outgoing)).await?;
        let Some(published) = found else { return Ok(None) };
        match self.app.store.find_reply_by_published(&published.id).await {
            Ok(Some(other)) if other.id == reply => Ok(Some(published)),
            // The same words below the same post: whether this reply is there as well, only a person can see.
            Ok(Some(_)) => {
                let message = "another answer with the same words is there; look at the thread, and write it anew if \
                               one is missing";
                Err(PublishError::new(PublishErrorKind::Refused, message))
            }
            Ok(None) => Ok(Some(published)),
            Err(error) => Err(PublishError::new(PublishErrorKind::Retry, error.to_string())),
        }
    }

    async fn published(&self) -> Result<Published, PublishError> {
        self.within(self.publisher.publish(&self.outgoing)).await
    }

    /// No network holds a reply for longer than the limit.
    async fn within<T>(&self, asked: BoxFuture<'_, Result<T, PublishError>>) -> Result<T, PublishError> {
        tokio::time::timeout(self.config.limit, asked).await.unwrap_or_else(|_| {
            let message = format!("the network took it and did not answer within {} s", self.config.limit.as_secs());
            Err(PublishError::new(PublishErrorKind::Unsure, message))
        })
    }

    async fn requeue(&self, reply: &Reply, wait: Duration, error: &PublishError) -> Step {
        self.app.store.requeue_reply(reply.id, later(self.app.now(), wait), &error.message).await?;
        self.app.tell_of(reply.case).await;
        Ok(())
    }

    async fn look_later(&self, reply: &Reply, wait: Duration, why: &str) -> Step {
        self.app.store.postpone_reply(reply.id, later(self.app.now(), wait), why).await?;
        self.app.tell_of(reply.case).await;
        Ok(())
    }

    async fn trouble(&self, reply: &Reply, error: &PublishError) -> Step {
        self.app.account_is_in_trouble(&self.account, &error.message).await?;
        self.app.tell_of(reply.case).await;
        Ok(())
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_hours(24));
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

//! Replying: into the outbox, back out of it, and once more.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{AccountId, CaseId, Event, Happening, PostId, Reply, ReplyId, ReplyState, Then};
use switchboard_store::{Also, StoreError};

use super::record::Written;
use super::{AnswerError, draft, target};
use crate::App;
use crate::rights::Actor;

/// A reply can be held back for so long at most.
const MAX_WAIT_S: u32 = 86_400;
/// How far back a failure of a reply is looked for.
const EVENTS: u32 = 500;
/// The longest reason for a second answer.
const MAX_REASON: usize = 2_000;
/// The longest name that a program may give.
const MAX_CLIENT_KEY: usize = 200;

/// A reply as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReply {
    /// The account it leaves from.
    pub account: AccountId,
    /// The post it answers; else the newest of the case that is not ours.
    pub to: Option<PostId>,
    /// What it says.
    pub text: String,
    /// What becomes of the case once it is sent.
    pub then: Then,
    /// The version of the case that was seen while it was written: what was answered or closed since is not answered again
    /// unseen.
    pub seen: Option<u32>,
    /// The version of the draft that it was written from (0: there is none yet). The same one makes one reply only.
    pub draft_version: Option<u32>,
    /// What a program calls it: asked again under the same name, the first reply is given back.
    pub client_key: Option<String>,
    /// Why it leaves although the post has an answer already, of a colleague or one's own; refused without.
    pub despite: Option<String>,
    /// Seconds in which it can still be withdrawn.
    pub send_after_s: u32,
}

impl App {
    /// Puts an answer into the outbox. It leaves in its turn; nothing here waits for the network.
    pub async fn reply(&self, actor: &Actor, id: CaseId, new: NewReply) -> Result<Reply, AnswerError> {
        let case = self.case_at_work(actor, id).await?;
        let client_key = checked_key(new.client_key)?;
        if let Some(known) = self.known_reply(actor, id, client_key.as_deref()).await? {
            return Ok(known);
        }
        if let Some(seen) = new.seen.filter(|seen| *seen < case.version) {
            self.has_nobody_answered(actor, id, seen).await?;
        }
        let text = draft::checked(new.text)?;
        let post = self.answered(&case, new.to.as_ref()).await?;
        let bad = |field, message: &str| AnswerError::Bad { field, message: message.to_owned() };
        if post.deleted_at.is_some() {
            return Err(bad("to", "the post was deleted by its author; it can no longer be answered"));
        }
        if new.send_after_s > MAX_WAIT_S {
            return Err(bad("send_after_s", "a reply can wait for 86400 seconds at most"));
        }
        let account = self.answering_account(&case, new.account, &post.post.network)?;
        let measured = self.measure(account.id, &text, &target(&post))?;
        if !measured.problems.is_empty() {
            return Err(AnswerError::Unfit(Box::new(measured)));
        }
        let now = self.now();
        let send_at = now.checked_add(SignedDuration::from_secs(i64::from(new.send_after_s))).unwrap_or(now);
        let reply_id = ReplyId(self.ids.next());
        let mut reply = Reply {
            id: reply_id,
            case: id,
            account: account.id,
            by: actor.user_id(),
            to: post.post.id,
            text,
            state: ReplyState::Queued,
            key: key(now, reply_id.0.as_u128() as u64),
            then: new.then,
            queued_at: now,
            send_at,
            attempts: 0,
            attempted_at: None,
            sent_at: None,
            published: None,
            trouble: String::new(),
        };
        let despite = checked_reason(new.despite)?;
        let what = Happening::ReplyQueued { reply: reply_id, despite: despite.clone() };
        for turn in 1..=5 {
            let stored = switchboard_store::NewReply {
                reply: reply.clone(),
                client_key: client_key.clone(),
                draft: new.draft_version,
                may_be_second: !despite.is_empty(),
            };
            match self.write(id, actor.by(), &what, |_| Vec::new(), &[Also::Reply(Box::new(stored))]).await {
                Ok(Written::Done) => {
                    self.answering.wake.notify_one();
                    return Ok(reply);
                }
                Ok(Written::Overtaken) => return Err(AnswerError::AlreadySent),
                Ok(Written::Answered(other)) => return Err(self.answered_by(&other)),
                Err(AnswerError::App(crate::AppError::Store(StoreError::Conflict { .. }))) => {
                    if let Some(known) = self.known_reply(actor, id, client_key.as_deref()).await? {
                        return Ok(known);
                    }
                    // Two keys of one moment are alike once in a while.
                    reply.key = key(now, (reply_id.0.as_u128() as u64).wrapping_add(turn));
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Other("no key was free for the reply; send it again".into()).into())
    }

    /// Refuses where a colleague has answered the case or closed it after a version. What the same user did is their own to
    /// know, and a draft leaves once anyway.
    async fn has_nobody_answered(&self, actor: &Actor, id: CaseId, seen: u32) -> Result<(), AnswerError> {
        let events = self.store.newest_case_events(id, EVENTS).await?;
        let is_answer = |what: &Happening| matches!(what, Happening::ReplyQueued { .. } | Happening::Closed { .. });
        let by_others = |event: &&Event| event.number > seen && event.by != actor.by() && is_answer(&event.what);
        if events.iter().any(|event| by_others(&event)) { Err(AnswerError::StaleCase) } else { Ok(()) }
    }

    /// Why a second answer to a post is refused.
    pub(super) fn answered_by(&self, reply: &Reply) -> AnswerError {
        AnswerError::Answered {
            reply: reply.id,
            who: reply.by.map_or_else(|| "somebody at the machine".to_owned(), |user| self.name_of(user)),
            state: reply.state.as_str(),
        }
    }

    async fn known_reply(
        &self,
        actor: &Actor,
        case: CaseId,
        client_key: Option<&str>,
    ) -> Result<Option<Reply>, AnswerError> {
        let Some(client_key) = client_key else { return Ok(None) };
        match self.store.find_reply_by_client_key(case, client_key).await? {
            Some(known) if known.by != actor.user_id() => Err(AnswerError::Bad {
                field: "key",
                message: "somebody else used this key on the case; choose another".into(),
            }),
            known => Ok(known),
        }
    }

    /// Takes a reply back that has not left yet. One that failed before, and was to be sent once more, fails again: whether
    /// that earlier attempt arrived is not known, and "withdrawn" would say that it did not.
    pub async fn withdraw_reply(&self, actor: &Actor, id: ReplyId) -> Result<Reply, AnswerError> {
        let reply = self.reply_at_work(actor, id).await?;
        if reply.state != ReplyState::Queued {
            return Err(AnswerError::TooLate(reply.state.as_str()));
        }
        let events = self.store.newest_case_events(reply.case, EVENTS).await?;
        let failure = events.into_iter().rev().find_map(|event| match event.what {
            Happening::ReplyFailed { reply, why } if reply == id => Some(why),
            _ => None,
        });
        let (state, trouble) = match failure {
            Some(why) => (ReplyState::Failed, why),
            None => (ReplyState::Withdrawn, String::new()),
        };
        let what = match state {
            ReplyState::Failed => {
                let why = format!("taken back before it was sent once more; the attempt before it: {trouble}");
                Happening::ReplyFailed { reply: id, why }
            }
            _ => Happening::ReplyWithdrawn { reply: id },
        };
        self.moved(actor, &reply, Reply { state, trouble, ..reply.clone() }, what).await
    }

    /// Puts a reply that failed into the outbox again, under the same key: what has arrived after all is found, not
    /// repeated.
    pub async fn retry_reply(&self, actor: &Actor, id: ReplyId) -> Result<Reply, AnswerError> {
        let reply = self.reply_at_work(actor, id).await?;
        if reply.state != ReplyState::Failed {
            return Err(AnswerError::TooLate(reply.state.as_str()));
        }
        let case = self.store.find_case(reply.case).await?.ok_or(AnswerError::UnknownCase(reply.case))?;
        let post = self.answered(&case, Some(&reply.to)).await?;
        self.answering_account(&case, reply.account, &post.post.network)?;
        let queued = Reply { state: ReplyState::Queued, send_at: self.now(), trouble: String::new(), ..reply.clone() };
        let what = Happening::ReplyQueued { reply: id, despite: String::new() };
        let queued = self.moved(actor, &reply, queued, what).await?;
        self.answering.wake.notify_one();
        Ok(queued)
    }

    async fn moved(&self, actor: &Actor, from: &Reply, to: Reply, what: Happening) -> Result<Reply, AnswerError> {
        if self.move_reply(actor.by(), from, to.clone(), what).await? {
            return Ok(to);
        }
        let now = self.store.find_reply(from.id).await?.ok_or(AnswerError::UnknownReply(from.id))?;
        Err(AnswerError::TooLate(now.state.as_str()))
    }

    /// One reply whose case the actor may work on.
    pub async fn reply_at_work(&self, actor: &Actor, id: ReplyId) -> Result<Reply, AnswerError> {
        actor.may(crate::rights::Right::Work)?;
        let reply = self.store.find_reply(id).await?.ok_or(AnswerError::UnknownReply(id))?;
        self.case_at_work(actor, reply.case).await?;
        Ok(reply)
    }
}

/// A reason on one line; empty where none is given.
fn checked_reason(reason: Option<String>) -> Result<String, AnswerError> {
    let reason = reason.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.chars().count() > MAX_REASON {
        let message = format!("a reason has {MAX_REASON} characters at most");
        return Err(AnswerError::Bad { field: "despite", message });
    }
    Ok(reason)
}

fn checked_key(key: Option<String>) -> Result<Option<String>, AnswerError> {
    match key {
        Some(key) if key.trim().is_empty() || key.len() > MAX_CLIENT_KEY || key.chars().any(char::is_control) => {
            let message = format!("use 1 to {MAX_CLIENT_KEY} bytes without control characters");
            Err(AnswerError::Bad { field: "key", message })
        }
        key => Ok(key),
    }
}

/// What makes a sending recognisable: a timestamp identifier of AT Protocol, which is the name of the record on Bluesky
/// and as good as any elsewhere. 53 bits of microseconds and 10 bits of chance, in an alphabet that sorts.
fn key(now: Timestamp, chance: u64) -> String {
    const LETTERS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let micros = u64::try_from(now.as_microsecond()).unwrap_or_default() & ((1 << 53) - 1);
    let bits = micros << 10 | (chance & 1_023);
    (0..13).rev().map(|place| char::from(LETTERS[(bits >> (place * 5) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_identifiers_that_sort_by_time() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let check = |time: &str, chance: u64, expected: &str| assert_eq!(key(at(time), chance), expected);
        check("1970-01-01T00:00:00Z", 0, "2222222222222");
        check("1970-01-01T00:00:00.000001Z", 1, "2222222222323");
        check("1969-01-01T00:00:00Z", 1_023, "22222222222zz");
        let (one, other) = (key(at("2026-05-04T09:30:00Z"), 1_023), key(at("2026-05-04T09:30:00.000001Z"), 0));
        assert!(one < other && one.len() == 13, "{one} {other}");
        assert!(one.starts_with(|c: char| "234567abcdefghij".contains(c)), "{one}");
    }
}

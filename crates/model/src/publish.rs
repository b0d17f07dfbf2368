//! The interface through which an answer leaves: one account at work on its network.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Author, BoxFuture, CaseId, DepartmentId, PostId, ReplyId, SourceKind, UserId, Visibility};

/// A social account that the company owns and answers with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Identifier in this installation.
    pub id: AccountId,
    /// The network it is on.
    pub network: SourceKind,
    /// Its handle as the network writes it, without `@`.
    pub handle: String,
    /// The network's own id of it, as it stands in [`Author::id`] of its posts.
    pub author: String,
    /// Where and how it logs in, in the shape that the network documents. Secrets in it are sealed.
    pub settings: serde_json::Value,
    /// The departments that may answer with it; empty for all.
    pub departments: Vec<DepartmentId>,
    /// Whether answers leave through it.
    pub is_enabled: bool,
    /// What is wrong with it and what to do; empty when all is well.
    pub trouble: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// An answer on its way out, or where it ended: a row of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Identifier in this installation.
    pub id: ReplyId,
    /// The case it answers.
    pub case: CaseId,
    /// The account it leaves from.
    pub account: AccountId,
    /// Who wrote it; `None` for the operator of the machine.
    pub by: Option<UserId>,
    /// The post it answers.
    pub to: PostId,
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub state: ReplyState,
    /// What makes a second sending recognisable to the network: given once, the same for every attempt.
    pub key: String,
    /// What becomes of the case once it is sent.
    pub then: Then,
    /// When it was put into the outbox.
    pub queued_at: Timestamp,
    /// It does not leave before this moment.
    pub send_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
    /// When the network confirmed it.
    pub sent_at: Option<Timestamp>,
    /// What it became on its network.
    pub published: Option<Published>,
    /// Why it failed or waits, for a person; empty when all is well.
    pub trouble: String,
}

/// Where a reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyState {
    /// In the outbox.
    Queued,
    /// Handed to the network, whose answer is not known yet. Found so after a crash, it is looked for before anything else.
    Sending,
    /// The network has it.
    Sent,
    /// It did not leave, or nobody can tell; the case says why.
    Failed,
    /// Taken back before it left.
    Withdrawn,
}

impl ReplyState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Withdrawn];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What becomes of a case once its reply is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// It stays as it is.
    Stay,
    /// It waits for its author.
    #[default]
    Wait,
    /// It is closed as solved publicly.
    Close,
}

impl Then {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stay, Self::Wait, Self::Close];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Wait => "wait",
            Self::Close => "close",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|then| then.as_str() == word)
    }
}

/// A draft: what somebody is writing on a case, kept on the server. One for each case and user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The case.
    pub case: CaseId,
    /// Who writes; `None` for the operator of the machine.
    pub by: Option<UserId>,
    /// The account it is meant for, once chosen.
    pub account: Option<AccountId>,
    /// The post it answers, once chosen; else the newest of the case that is not ours.
    pub to: Option<PostId>,
    /// What it says so far.
    pub text: String,
    /// Counts changes; who changes an older version is told.
    pub version: u32,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The post that is answered, as its network needs to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its id, with the network's name before it.
    pub id: PostId,
    /// Where it can be seen.
    pub url: Option<String>,
    /// Who said it.
    pub author: Option<Author>,
    /// Id of its thread.
    pub thread: Option<String>,
    /// Who may see it; the answer is seen by no more.
    pub visibility: Visibility,
}

/// What leaves: everything a network needs, the same for every attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// See [`Reply::key`].
    pub key: String,
    /// The post that is answered.
    pub to: Target,
    /// What is said, as the person wrote it.
    pub text: String,
    /// BCP 47 tag of its language, if it is known.
    pub lang: Option<String>,
    /// When it was put into the outbox; nothing older can be this answer.
    pub queued_at: Timestamp,
}

/// What an answer became on its network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its id, with the network's name before it: the same that capture gives it.
    pub id: PostId,
    /// Where it can be seen.
    pub url: Option<String>,
}

/// What a network makes of a text before it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// How long the network says it is.
    pub length: u32,
    /// How long it may be.
    pub limit: u32,
    /// What the network puts in front of it so that the author is addressed; empty where it does that by itself.
    pub lead: String,
    /// What of it people will be able to click, as it stands in the text: addresses, handles and tags.
    #[serde(default)]
    pub clickable: Vec<String>,
    /// Why it cannot leave like this, each with its remedy; empty if it can.
    pub problems: Vec<String>,
}

/// An account at work. Handles are cheap; one lives as long as the account's settings stay the same.
pub trait Publish: Send + Sync {
    /// What the network would say about a text. Nothing is asked of it.
    fn measure(&self, text: &str, to: &Target) -> Measured;

    /// Sends. Returns what it became, or an error that says whether it may be there all the same.
    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>>;

    /// Looks whether an earlier attempt arrived.
    fn find<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>>;

    /// Whether sending the same [`Outgoing`] again makes one post at most, by the network's own promise. Networks forget,
    /// so it matters when the first attempt was; and they may still be at work on an attempt that was given up here, so it
    /// matters until when the last one may have begun.
    fn repeats_safely<'a>(
        &'a self,
        first_sent_at: Timestamp,
        given_up_at: Timestamp,
    ) -> BoxFuture<'a, Result<bool, PublishError>>;

    /// Who the account is, asked of the network: handle and id as in [`Author`].
    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>>;
}

/// Why an answer did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PublishError {
    /// What to do about it.
    pub kind: PublishErrorKind,
    /// What is wrong and the remedy, for a person.
    pub message: String,
}

impl PublishError {
    /// An error of that kind.
    pub fn new(kind: PublishErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// What to do about an answer that did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishErrorKind {
    /// It certainly did not leave; the same again later may do.
    Retry,
    /// The network asked for this pause.
    RetryAfter(Duration),
    /// It certainly did not leave and will not: deleted or locked post, refused text.
    Refused,
    /// The account may not write (revoked token, suspended); other answers from it wait too.
    Account,
    /// It may be there: the network took it and did not answer. Look before anything else.
    Unsure,
}

//! Answering: the company's accounts, drafts, and the outbox through which a reply leaves at most once.
//!
//! On the data's way this is the last step: `account` keeps who we are on the networks, `draft` what somebody is writing,
//! `reply` puts an answer into the outbox with the entry of the case's history that tells of it, and `outbox` hands it to
//! its network and writes down what came of it. No operation waits for a network but those of accounts.

pub mod account;
pub mod draft;
pub mod outbox;
mod record;
pub mod reply;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use switchboard_model::{
    Account, AccountId, Case, CaseId, Draft, Measured, PostId, Publish, ReplyId, StoredPost, Target,
};
use switchboard_store::StoreError;
use tokio::sync::Notify;

use crate::rights::{Actor, Forbidden, Right};
use crate::secrets::Place;
use crate::{App, AppError};

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No case of that number.
    #[error("there is no case {0}")]
    UnknownCase(CaseId),
    /// No account of that id.
    #[error("there is no account '{0}'; see the list of accounts")]
    UnknownAccount(String),
    /// No reply of that id.
    #[error("there is no reply '{0}'")]
    UnknownReply(ReplyId),
    /// Not with these rights.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field cannot be used.
    #[error("{message}")]
    Bad {
        /// The field.
        field: &'static str,
        /// Why, and the remedy.
        message: String,
    },
    /// The network would not take the text.
    #[error("the answer cannot leave like this: {}", .0.problems.join("; "))]
    Unfit(Box<Measured>),
    /// Somebody saved another version of the draft.
    #[error("the draft was changed elsewhere meanwhile (version {}); look at both texts and save again", .0.version)]
    StaleDraft(Box<Draft>),
    /// Somebody answered or closed the case while this was written.
    #[error("the case was answered or closed while this was written; look at it, and send it again if it still fits")]
    StaleCase,
    /// The draft was sent already.
    #[error("this draft was sent already; write a new one if you want to say more")]
    AlreadySent,
    /// The post has an answer already.
    #[error("{who} answered this post already ({state}); say why a second answer has to leave")]
    Answered {
        /// The answer that is there.
        reply: ReplyId,
        /// Whose it is.
        who: String,
        /// `queued`, `sending` or `sent`.
        state: &'static str,
    },
    /// The reply has gone on.
    #[error("the reply is {0} by now; it can no longer be changed")]
    TooLate(&'static str),
    /// The account is there already.
    #[error("the account {0} is there already; change that one")]
    AccountTaken(String),
    /// The network does not let the account in, or cannot be asked.
    #[error("{0}")]
    NotLetIn(String),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for AnswerError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// An account that was opened, with the settings it was opened with.
type Opened = HashMap<AccountId, (Value, Arc<dyn Publish>)>;

/// What answering keeps in memory. Shared by the operations and the outbox.
#[derive(Clone, Default)]
pub struct Answering {
    /// All accounts, removed ones too, settings sealed; swapped after each change.
    accounts: Arc<arc_swap::ArcSwap<Vec<Account>>>,
    /// Accounts at work. Held for a look-up only.
    opened: Arc<Mutex<Opened>>,
    /// Held by whoever writes an account, so that each change decides on what the one before it left.
    accounts_turn: Arc<tokio::sync::Mutex<()>>,
    /// Something new lies in the outbox.
    wake: Arc<Notify>,
}

impl Answering {
    fn account(&self, id: AccountId) -> Option<Account> {
        self.accounts.load().iter().find(|account| account.id == id).cloned()
    }
}

impl App {
    /// Reads the accounts anew: who we are decides what of a conversation is ours.
    pub(crate) async fn read_accounts_anew(&self) -> Result<(), StoreError> {
        let accounts = self.store.list_accounts().await?;
        self.conversations.set_ours(accounts.iter().map(|account| account.author.clone()));
        self.answering.accounts.store(Arc::new(accounts));
        Ok(())
    }

    /// The account at work.
    fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, String> {
        let mut opened = self.answering.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((settings, publisher)) = opened.get(&account.id)
            && *settings == account.settings
        {
            return Ok(publisher.clone());
        }
        let keys = self.networks.secrets(account.network);
        let settings = self.secrets.open(Place::Account(account.id), keys, &account.settings);
        let unsealed = Account { settings: settings.map_err(|error| error.to_string())?, ..account.clone() };
        let publisher = self.networks.publisher(&unsealed)?;
        opened.insert(account.id, (account.settings.clone(), publisher.clone()));
        Ok(publisher)
    }

    /// A case that the actor may work on.
    async fn case_at_work(&self, actor: &Actor, id: CaseId) -> Result<Case, AnswerError> {
        actor.may(Right::Work)?;
        let case = self.store.find_case(id).await?.ok_or(AnswerError::UnknownCase(id))?;
        actor.may_work_on(&case)?;
        if let Some(into) = case.merged_into {
            let message = format!("case {id} went into case {into}; answer there");
            return Err(AnswerError::Bad { field: "case", message });
        }
        Ok(case)
    }

    /// The post of a case that is answered: the one named, else the newest that is not ours.
    async fn answered(&self, case: &Case, to: Option<&PostId>) -> Result<StoredPost, AnswerError> {
        let bad = |message: &str| AnswerError::Bad { field: "to", message: message.to_owned() };
        let post = match to {
            Some(id) => self.store.find_post(id).await?.ok_or_else(|| bad("there is no such post"))?,
            None => {
                let newest = self.store.find_posts(&[case.newest_post]).await?.pop();
                newest.ok_or_else(|| bad("the case has no post that could be answered"))?
            }
        };
        match self.store.find_case_of_post(post.seq).await? {
            Some(found) if found.id == case.id => Ok(post),
            _ => Err(bad("the post is not part of this case; answer one of its own")),
        }
    }
}

/// A post as its network needs to know it.
fn target(post: &StoredPost) -> Target {
    let post = &post.post;
    Target {
        id: post.id.clone(),
        url: post.url.clone(),
        author: post.author.clone(),
        thread: post.thread.clone(),
        visibility: post.visibility,
    }
}

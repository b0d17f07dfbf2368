//! Drafts: what somebody is writing on a case, kept on the server so that no closed window loses it.

use switchboard_model::{AccountId, CaseId, Draft, Measured, PostId};

use super::account::serves;
use super::{AnswerError, target};
use crate::App;
use crate::rights::Actor;

/// More bytes than this no network takes.
pub(super) const MAX_TEXT: usize = 100_000;

/// A draft as a person writes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DraftText {
    /// The account it is meant for, once chosen.
    pub account: Option<AccountId>,
    /// The post it answers, once chosen; else the newest of the case that is not ours.
    pub to: Option<PostId>,
    /// What it says so far.
    pub text: String,
}

impl App {
    /// What the actor is writing on a case. One that was sent or discarded is there with an empty text, for its version.
    pub async fn draft(&self, actor: &Actor, case: CaseId) -> Result<Option<Draft>, AnswerError> {
        self.case_at_work(actor, case).await?;
        Ok(self.store.find_draft(case, actor.user_id()).await?)
    }

    /// Saves what the actor is writing, over the version that was seen (`None`: whichever there is), and says what the
    /// network would make of it.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        id: CaseId,
        new: DraftText,
        seen: Option<u32>,
    ) -> Result<(Draft, Measured), AnswerError> {
        let case = self.case_at_work(actor, id).await?;
        let text = checked(new.text)?;
        let to = self.answered(&case, new.to.as_ref()).await?;
        let account = match new.account {
            Some(id) => Some(self.answering_account(&case, id, &to.post.network)?),
            None => self.usable_accounts(actor, &to.post.network, case.department).into_iter().next(),
        };
        let measured = match &account {
            Some(account) => self.measure(account.id, &text, &target(&to))?,
            None => Measured {
                length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
                limit: 0,
                lead: String::new(),
                clickable: Vec::new(),
                problems: vec![format!(
                    "no account of yours answers on {} for this department; an administrator can add one",
                    to.post.network
                )],
            },
        };
        for _ in 0..20 {
            let known = self.store.find_draft(id, actor.user_id()).await?;
            // Nothing to save, and nothing for another window to lose.
            if let Some(known) = known.as_ref().filter(|known| {
                (known.account, known.to.as_ref(), known.text.as_str()) == (new.account, new.to.as_ref(), text.as_str())
            }) {
                return Ok((known.clone(), measured));
            }
            let version = known.as_ref().map_or(0, |known| known.version);
            if let (Some(seen), Some(known)) = (seen, &known)
                && seen != version
            {
                return Err(AnswerError::StaleDraft(Box::new(known.clone())));
            }
            let mut draft = Draft {
                case: id,
                by: actor.user_id(),
                account: new.account,
                to: new.to.clone(),
                text: text.clone(),
                version,
                updated_at: self.now(),
            };
            if self.store.save_draft(&draft).await? {
                draft.version += 1;
                return Ok((draft, measured));
            }
        }
        Err(AnswerError::Bad { field: "text", message: "the draft is being changed all the time; try again".into() })
    }

    /// Throws away what the actor is writing. Nothing happens if there is nothing.
    pub async fn discard_draft(&self, actor: &Actor, id: CaseId) -> Result<(), AnswerError> {
        self.case_at_work(actor, id).await?;
        if let Some(known) = self.store.find_draft(id, actor.user_id()).await? {
            let emptied = Draft { account: None, to: None, text: String::new(), updated_at: self.now(), ..known };
            self.store.save_draft(&emptied).await?;
        }
        Ok(())
    }

    /// An account with which a case may be answered.
    pub(super) fn answering_account(
        &self,
        case: &switchboard_model::Case,
        id: AccountId,
        network: &str,
    ) -> Result<switchboard_model::Account, AnswerError> {
        let bad = |message: String| AnswerError::Bad { field: "account", message };
        let account = self.answering.account(id).filter(|account| account.is_enabled);
        let account = account.ok_or_else(|| AnswerError::UnknownAccount(id.to_string()))?;
        if account.network.as_str() != network {
            return Err(bad(format!(
                "{} is on {} and the post on {network}; choose an account of the post's network",
                account.handle,
                account.network.as_str()
            )));
        }
        if !serves(&account, case.department) {
            return Err(bad(format!(
                "{} does not answer for this department; choose another account, or ask an administrator",
                account.handle
            )));
        }
        Ok(account)
    }

    /// What the network of an account would make of a text.
    pub(super) fn measure(
        &self,
        id: AccountId,
        text: &str,
        to: &switchboard_model::Target,
    ) -> Result<Measured, AnswerError> {
        let account = self.answering.account(id).ok_or_else(|| AnswerError::UnknownAccount(id.to_string()))?;
        let publisher = self.publisher(&account).map_err(|message| AnswerError::Bad { field: "account", message })?;
        Ok(publisher.measure(text, to))
    }
}

/// One kind of line break, and not more than any network takes.
pub(super) fn checked(text: String) -> Result<String, AnswerError> {
    if text.len() > MAX_TEXT {
        let message = format!("the text has {} bytes; no network takes more than {MAX_TEXT}", text.len());
        return Err(AnswerError::Bad { field: "text", message });
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

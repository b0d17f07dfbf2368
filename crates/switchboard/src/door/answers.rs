//! What commands do with accounts and replies.

use serde_json::{Value, json};
use switchboard_app::answer::account::{AccountChange, NewAccount};
use switchboard_app::answer::reply::NewReply;
use switchboard_app::rights::Actor;
use switchboard_model::{Account, CaseId, Department, DepartmentId, Reply};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

impl Door {
    /// All accounts that are in use.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.accounts(&Actor::Operator)?),
            Self::Running { .. } => self.call(reqwest::Method::GET, "/api/v1/accounts", None).await,
        }
    }

    /// Adds an account after its network said who it is.
    pub(crate) async fn add_account(&self, new: NewAccount) -> Result<Account, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_account(&Actor::Operator, new).await?),
            Self::Running { .. } => {
                let NewAccount { network, settings, departments } = new;
                let body = json!({ "network": network, "settings": settings, "departments": departments });
                self.call(reqwest::Method::POST, "/api/v1/accounts", Some(body)).await
            }
        }
    }

    /// Changes an account.
    pub(crate) async fn change_account(&self, account: &Account, change: AccountChange) -> Result<Account, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.change_account(&Actor::Operator, account.id, change).await?),
            Self::Running { .. } => {
                let mut body = serde_json::Map::new();
                if let Some(settings) = change.settings {
                    body.insert("settings".into(), settings);
                }
                if let Some(departments) = change.departments {
                    body.insert("departments".into(), json!(departments));
                }
                let path = format!("/api/v1/accounts/{}", account.id);
                self.call(reqwest::Method::PATCH, &path, Some(body.into())).await
            }
        }
    }

    /// Asks an account's network whether it is let in.
    pub(crate) async fn check_account(&self, account: &Account) -> Result<Account, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.check_account(&Actor::Operator, account.id).await?),
            Self::Running { .. } => {
                let path = format!("/api/v1/accounts/{}/check", account.id);
                self.call(reqwest::Method::POST, &path, None).await
            }
        }
    }

    /// Removes an account.
    pub(crate) async fn remove_account(&self, account: &Account) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_account(&Actor::Operator, account.id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(reqwest::Method::DELETE, &format!("/api/v1/accounts/{}", account.id)).await
            }
        }
    }

    /// Puts an answer into the outbox, for the user of an e-mail address if one is given.
    pub(crate) async fn reply(&self, case: CaseId, new: NewReply, user: Option<&str>) -> Result<Reply, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.reply(&acting(app, user)?, case, new).await?),
            Self::Running { .. } => {
                let body = json!({
                    "account": new.account, "to": new.to, "text": new.text, "then": new.then, "version": new.seen,
                    "draft_version": new.draft_version, "key": new.client_key, "despite": new.despite, "send_after_s": new.send_after_s,
                });
                let path = acting_at(&format!("/api/v1/cases/{case}/replies"), user);
                self.call(reqwest::Method::POST, &path, Some(body)).await
            }
        }
    }
}

/// The departments that words name, by key or name.
pub(crate) fn departments(known: &[Department], words: &[String]) -> Result<Vec<DepartmentId>, Failure> {
    let find = |word: &String| {
        let wanted = word.trim().to_lowercase();
        let is_it = |one: &&Department| one.key == wanted || one.name.to_lowercase() == wanted;
        let keys = || known.iter().map(|one| one.key.as_str()).collect::<Vec<_>>().join(", ");
        let found = known.iter().find(is_it).map(|one| one.id);
        found.ok_or_else(|| Failure::usage(format_args!("there is no department '{word}'; there are: {}", keys())))
    };
    words.iter().map(find).collect()
}

/// Settings as they are typed: JSON, or `-` for JSON on standard input, where no list of processes shows a secret.
pub(crate) fn settings(text: &str) -> Result<Value, Failure> {
    let text = match text {
        "-" => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Failure::usage(format_args!("standard input cannot be read: {error}")))?,
        text => text.to_owned(),
    };
    serde_json::from_str(&text).map_err(|error| Failure::usage(format_args!("the settings are not JSON: {error}")))
}

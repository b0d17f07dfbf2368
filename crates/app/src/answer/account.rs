//! Adding, changing, looking after and removing the company's accounts.

use serde_json::Value;
use switchboard_model::{Account, AccountId, Author, DepartmentId, PublishErrorKind, SourceKind};
use switchboard_store::StoreError;

use super::AnswerError;
use crate::rights::{Actor, Right};
use crate::secrets::{self, Place};
use crate::{App, AppError};

/// What is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// The network it is on.
    pub network: SourceKind,
    /// Where and how it logs in.
    pub settings: Value,
    /// The departments that may answer with it; empty for all.
    pub departments: Vec<DepartmentId>,
}

/// What is to be different; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountChange {
    /// Other settings. A secret that they leave out stays if nothing else of them changes.
    pub settings: Option<Value>,
    /// Other departments.
    pub departments: Option<Vec<DepartmentId>>,
}

impl App {
    /// All accounts that are in use, oldest first. Secrets are left out of their settings.
    pub fn accounts(&self, actor: &Actor) -> Result<Vec<Account>, AnswerError> {
        actor.may(Right::Work)?;
        let accounts = self.answering.accounts.load();
        Ok(accounts.iter().filter(|account| account.is_enabled).map(|account| self.shown(account)).collect())
    }

    /// One account, also one that was removed.
    pub fn account(&self, actor: &Actor, id: AccountId) -> Result<Account, AnswerError> {
        actor.may(Right::Work)?;
        self.answering
            .account(id)
            .map(|account| self.shown(&account))
            .ok_or_else(|| AnswerError::UnknownAccount(id.to_string()))
    }

    /// The accounts with which somebody may answer a post of that network for a department.
    pub fn usable_accounts(&self, actor: &Actor, network: &str, department: DepartmentId) -> Vec<Account> {
        if actor.may(Right::Work).is_err() {
            return Vec::new();
        }
        let accounts = self.answering.accounts.load();
        let is_usable = |account: &&Account| {
            account.is_enabled && account.network.as_str() == network && serves(account, department)
        };
        accounts.iter().filter(is_usable).map(|account| self.shown(account)).collect()
    }

    /// Adds an account after asking its network who it is. One that was removed comes back.
    pub async fn add_account(&self, actor: &Actor, new: NewAccount) -> Result<Account, AnswerError> {
        actor.may(Right::Administer)?;
        self.check_settings(actor, new.network, &new.settings)?;
        let departments = self.known_departments(new.departments)?;
        let mut account = Account {
            id: AccountId(self.ids.next()),
            network: new.network,
            handle: String::new(),
            author: String::new(),
            settings: new.settings,
            departments,
            is_enabled: true,
            trouble: String::new(),
            created_at: self.now(),
        };
        let who = self.ask_who(&account).await?;
        (account.handle, account.author) = (who.handle, who.id);
        let keys = self.networks.secrets(account.network);
        let _turn = self.answering.accounts_turn.lock().await;
        let known = self.store.list_accounts().await?;
        if let Some(known) = known.into_iter().find(|known| is_same(known, &account)) {
            if known.is_enabled {
                return Err(AnswerError::AccountTaken(known.handle));
            }
            account.id = known.id;
            account.created_at = known.created_at;
            self.secrets.seal(Place::Account(account.id), keys, &mut account.settings);
            self.store.update_account(&account).await?;
        } else {
            self.secrets.seal(Place::Account(account.id), keys, &mut account.settings);
            match self.store.insert_account(&account).await {
                Ok(()) => {}
                Err(StoreError::Conflict { .. }) => return Err(AnswerError::AccountTaken(account.handle)),
                Err(error) => return Err(error.into()),
            }
        }
        self.accounts_changed().await?;
        Ok(self.shown(&account))
    }

    /// Changes an account. Its network is asked again who it is: another one is refused, and replies that waited go on.
    pub async fn change_account(
        &self,
        actor: &Actor,
        id: AccountId,
        change: AccountChange,
    ) -> Result<Account, AnswerError> {
        actor.may(Right::Administer)?;
        let mut account = self.enabled_account(id)?;
        let seen = account.clone();
        let keys = self.networks.secrets(account.network);
        if let Some(departments) = change.departments {
            account.departments = self.known_departments(departments)?;
        }
        if let Some(mut settings) = change.settings {
            secrets::kept(keys, &account.settings, &mut settings);
            let is_new_file = secrets::names_a_file(keys, &settings) && settings != account.settings;
            if is_new_file {
                self.check_settings(actor, account.network, &settings)?;
            }
            account.settings = settings;
            let who = self.ask_who(&account).await?;
            if who.id != account.author {
                let message = format!(
                    "these settings log in as {}, not as {}; add that account as a new one",
                    who.handle, account.handle
                );
                return Err(AnswerError::Bad { field: "settings", message });
            }
            account.handle = who.handle;
            account.trouble.clear();
            self.secrets.seal(Place::Account(id), keys, &mut account.settings);
        }
        let _turn = self.answering.accounts_turn.lock().await;
        let now = self.enabled_account(id)?;
        if (&now.settings, &now.departments) != (&seen.settings, &seen.departments) {
            let message = "somebody else has changed the account meanwhile; look at it again".to_owned();
            return Err(AnswerError::Bad { field: "settings", message });
        }
        self.store.update_account(&account).await?;
        self.accounts_changed().await?;
        Ok(self.shown(&account))
    }

    /// Asks an account's network whether it is let in, and notes what it says. Replies that waited go on if it is.
    pub async fn check_account(&self, actor: &Actor, id: AccountId) -> Result<Account, AnswerError> {
        actor.may(Right::Administer)?;
        let seen = self.enabled_account(id)?;
        let asked = self.ask_who(&seen).await;
        let _turn = self.answering.accounts_turn.lock().await;
        let mut account = self.enabled_account(id)?;
        if account.settings != seen.settings {
            // What was asked with is no longer what it logs in with; whoever changed that has asked as well.
            return Ok(self.shown(&account));
        }
        account.trouble = match asked {
            Ok(who) if who.id == account.author => {
                account.handle = who.handle;
                String::new()
            }
            Ok(who) => format!("the network says that this is {}; put that account's own settings in", who.handle),
            Err(AnswerError::NotLetIn(message)) => message,
            Err(error) => return Err(error),
        };
        self.store.update_account(&account).await?;
        self.accounts_changed().await?;
        Ok(self.shown(&account))
    }

    /// Removes an account: nothing leaves through it any more, what lies in the outbox fails with that reason, and what it
    /// said stays ours.
    pub async fn remove_account(&self, actor: &Actor, id: AccountId) -> Result<(), AnswerError> {
        actor.may(Right::Administer)?;
        let _turn = self.answering.accounts_turn.lock().await;
        let mut account = self.enabled_account(id)?;
        account.is_enabled = false;
        account.trouble.clear();
        let keys = self.networks.secrets(account.network);
        if let Value::Object(settings) = &mut account.settings {
            // What can no longer be used is not kept.
            keys.iter().for_each(|key| drop(settings.remove(*key)));
        }
        self.store.update_account(&account).await?;
        self.accounts_changed().await?;
        // What is missed here, because it was just being sent or is queued at this moment, the outbox fails.
        for reply in self.store.replies_under_way(id).await? {
            self.failed_with_its_account(actor.by(), &account, &reply).await?;
        }
        Ok(())
    }

    fn shown(&self, account: &Account) -> Account {
        let keys = self.networks.secrets(account.network);
        Account { settings: secrets::shown(keys, &account.settings), ..account.clone() }
    }

    fn enabled_account(&self, id: AccountId) -> Result<Account, AnswerError> {
        let account = self.answering.account(id).filter(|account| account.is_enabled);
        account.ok_or_else(|| AnswerError::UnknownAccount(id.to_string()))
    }

    fn check_settings(&self, actor: &Actor, network: SourceKind, settings: &Value) -> Result<(), AnswerError> {
        // A file of this machine is read with the rights of this process.
        if secrets::names_a_file(self.networks.secrets(network), settings) {
            actor.may(Right::Operate)?;
        }
        Ok(())
    }

    fn known_departments(&self, mut departments: Vec<DepartmentId>) -> Result<Vec<DepartmentId>, AnswerError> {
        departments.sort();
        departments.dedup();
        match departments.iter().find(|id| self.department(**id).is_none()) {
            Some(id) => {
                Err(AnswerError::Bad { field: "departments", message: format!("there is no department '{id}'") })
            }
            None => Ok(departments),
        }
    }

    /// Asks the network who an account is.
    async fn ask_who(&self, account: &Account) -> Result<Author, AnswerError> {
        let keys = self.networks.secrets(account.network);
        let opened = self.secrets.open(Place::Account(account.id), keys, &account.settings);
        let settings = opened.map_err(|error| AnswerError::Bad { field: "settings", message: error.to_string() })?;
        let publisher = self
            .networks
            .publisher(&Account { settings, ..account.clone() })
            .map_err(|message| AnswerError::Bad { field: "settings", message })?;
        let asked = tokio::select! {
            () = self.stop.cancelled() => return Err(AppError::Stopping.into()),
            asked = publisher.identify() => asked,
        };
        let who = asked.map_err(|error| match error.kind {
            PublishErrorKind::Account | PublishErrorKind::Refused => AnswerError::NotLetIn(error.message),
            _ => AnswerError::NotLetIn(format!("{}; nothing was changed, try again", error.message)),
        })?;
        if who.id.is_empty() || who.handle.is_empty() {
            return Err(AnswerError::NotLetIn("the network does not say who the account is; check its address".into()));
        }
        Ok(who)
    }

    async fn accounts_changed(&self) -> Result<(), AnswerError> {
        self.read_accounts_anew().await?;
        self.answering.wake.notify_one();
        Ok(())
    }

    /// Notes that an account may not write: its replies wait until somebody mends it.
    pub(super) async fn account_is_in_trouble(&self, account: &Account, why: &str) -> Result<(), StoreError> {
        tracing::warn!(account.handle = account.handle, why, "an account may not write; its replies wait");
        let _turn = self.answering.accounts_turn.lock().await;
        // Only if what it was refused with is still what it logs in with.
        if self.answering.account(account.id).is_some_and(|now| now.settings == account.settings) {
            self.store.trouble_account(account.id, why).await?;
            self.read_accounts_anew().await?;
        }
        Ok(())
    }
}

/// Whether an account may answer for a department.
pub(super) fn serves(account: &Account, department: DepartmentId) -> bool {
    account.departments.is_empty() || account.departments.contains(&department)
}

fn is_same(one: &Account, other: &Account) -> bool {
    one.network == other.network && one.author == other.author
}

//! Who works here: tables `users`, `preferences`, `members`, `departments`, `company`, `rules`, `packs`, and what lets users in.
//!
//! Readers take everything at once as a [`Household`]: it is small, changes seldom, and the application keeps it in
//! memory. Every change ends by asking the database whether what must always hold still does ([`Fault`]); if not, the
//! change is rolled back. Secrets come in as hashes; none is ever read out but the hash of a password.

mod company;
mod departments;
mod formulas;
mod keys;
mod links;
mod packs;
mod rules;
mod sessions;
mod sla;
mod users;

use std::fmt;

use switchboard_model::{Company, Department, FormulaVersion, Pack, Rule, SlaPolicy, User};

use crate::db::{Tx, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

pub use company::Founding;
pub use links::NewLink;
pub use sessions::{NewSession, Session};

/// SHA-256 of a secret.
pub type Hash = [u8; 32];

/// Everybody and everything that routing and rights go by, as of one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Household {
    /// The company; there is none before the set-up.
    pub company: Option<Company>,
    /// All users, active or not, oldest first.
    pub users: Vec<User>,
    /// All departments, active or not, in their order.
    pub departments: Vec<Department>,
    /// All rules in their order.
    pub rules: Vec<Rule>,
    /// The formula by which priorities are counted; none where nobody has changed it.
    pub formula: Option<FormulaVersion>,
    /// The packs of the company and those that it has adapted, by name.
    pub packs: Vec<Pack>,
    /// Which change of packs was the last.
    pub packs_revision: Option<String>,
    /// The service levels, in the order in which they are looked at.
    pub sla: Vec<SlaPolicy>,
}

/// What a change would have broken. It was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The department of that name would have a head who is not active.
    Head(String),
    /// The fallback would be the closed department of that name.
    Fallback(String),
    /// Nobody could administer the installation.
    Administrator,
    /// The department of that name still has this many open cases.
    OpenCases(String, u64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(name) => {
                write!(f, "the department '{name}' would have no active head; give it another head first")
            }
            Self::Fallback(name) => {
                write!(f, "'{name}' takes what nothing else decides; make another department the fallback first")
            }
            Self::Administrator => {
                f.write_str("nobody could administer switchboard any more; make somebody else an administrator first")
            }
            Self::OpenCases(name, 1) => {
                write!(f, "the department '{name}' still has a case that is not closed; close or transfer it first")
            }
            Self::OpenCases(name, cases) => write!(
                f,
                "the department '{name}' still has {cases} cases that are not closed; close or transfer them first"
            ),
        }
    }
}

impl Store {
    /// Everybody and everything that routing and rights go by.
    pub async fn load_household(&self) -> Result<Household, StoreError> {
        let mut tx = self.read().await?;
        Ok(Household {
            company: company::load(&mut tx).await?,
            users: users::load(&mut tx).await?,
            departments: departments::load(&mut tx).await?,
            rules: rules::load(&mut tx).await?,
            formula: formulas::load(&mut tx).await?,
            packs: packs::load(&mut tx).await?,
            packs_revision: packs::revision(&mut tx).await?,
            sla: sla::load(&mut tx).await?,
        })
    }
}

/// Commits a change of people if what must always hold still does.
async fn commit_sound(mut tx: Tx) -> Result<(), StoreError> {
    let fault: Option<(String, String)> =
        on!(&mut tx, |conn| sqlx::query_as(sql::BROKEN_PEOPLE).fetch_optional(&mut *conn).await?);
    if let Some((fault, name)) = fault {
        return Err(StoreError::Broken(match fault.as_str() {
            "head" => Fault::Head(name),
            "fallback" => Fault::Fallback(name),
            _ => Fault::Administrator,
        }));
    }
    tx.commit().await
}

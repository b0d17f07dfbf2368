//! All SQL: SQLite and PostgreSQL behind one set of statements.
//!
//! On the data's way this is where decided posts come to rest: [`Store::commit`] takes batches with the cursor that follows
//! them in one transaction, and everything else reads what it wrote. It knows no rule: what is wanted, matched and
//! understood was decided before. It reads no clock and makes no ids; both come in with what is stored.
//!
//! To add a table: a migration for both engines (`migrations.rs`), its statements in `statements.rs`, a module named after
//! the table with the functions that take and return types of `switchboard-model`, a test in `tests/it` that runs on both
//! engines, and a section in `docs/reference/schema.md`.

mod answers;
mod cases;
mod clean;
mod commit;
mod config;
mod db;
mod dialect;
mod error;
mod feed;
mod labels;
mod links;
mod load;
mod meta;
pub mod migrations;
mod notifications;
mod open;
mod operate;
mod outreach;
mod people;
mod posts;
mod push;
mod rows;
mod said;
mod searches;
mod sources;
pub mod statements;
mod tokens;
mod views;
mod volume;
mod words;

use std::sync::Arc;

pub use answers::{NewReply, ReplyMove};
pub use cases::{
    Also, CaseAround, CaseCheck, CaseClock, Dismissed, HandOpened, Joint, JointlyRecorded, ListedCase, NeedOf, Record,
    Recorded, Shift, Split, keys_for, keys_of,
};
pub use commit::Committed;
pub use config::{Engine, Location, StoreConfig};
pub use error::StoreError;
pub use feed::FeedEvent;
pub use load::{TakenTurn, Warning};
pub use meta::Installation;
pub use notifications::{NewDelivery, NewNotification, Notified, Storm};
pub use operate::{Check, Finding, Verified, verify};
pub use outreach::NewOutreach;
pub use people::{Fault, Founding, Hash, Household, NewLink, NewSession, Session};
pub use push::KeptSubscription;
pub use said::{Fold, SaidEvent};
pub use tokens::Token;
pub use words::PostWords;

use db::{Db, Tx};

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    place: Arc<str>,
    fold: Fold,
}

impl Store {
    fn new(db: Db, place: String) -> Self {
        Self { db, place: place.into(), fold: said::no_words }
    }

    /// Which engine stands behind it.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Path, or host and name of the database, for messages. Never a password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Ends all connections after what is under way.
    pub async fn close(&self) {
        self.db.close().await;
    }

    async fn read(&self) -> Result<Tx, StoreError> {
        self.db.read().await.map_err(|error| error.at(&self.place))
    }

    async fn write(&self) -> Result<Tx, StoreError> {
        self.db.write().await.map_err(|error| error.at(&self.place))
    }
}

//! The way into the store: batches of decided posts, with the cursor that follows them, in one transaction.
//!
//! Three steps, so that what a post's fate is depends only on what came before it and never on how posts were cut into
//! batches: everything stored that the batch may concern is loaded ([`load`]), the posts are settled one after the other
//! in memory without any SQL ([`ledger`]), and what has changed is written with few statements ([`write`]).

mod article;
mod author;
mod ledger;
mod load;
mod write;

use std::collections::BTreeSet;
use std::time::Duration;

use switchboard_model::{Decided, Delivery, FateReason, Settled, Signals, Whereabouts};

use crate::Store;
use crate::cases::open::{News, stir};
use crate::cases::past::{Before, Pasts};
use crate::cases::sweep::write_needs;
use crate::error::StoreError;
use crate::said::rename_said;
pub(crate) use author::author_key;
use ledger::{Ledger, Outcome};

/// How often a transaction is tried that another one was in the way of.
const TRIES: u32 = 6;

/// What became of batches that were stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// For each delivery the fate of each of its posts, in order.
    pub settled: Vec<Vec<Settled>>,
    /// Cases that were opened or have changed, each with its version.
    pub cases: Vec<Whereabouts>,
    /// What leads to a case from now on, see [`keys_of`](crate::keys_of).
    pub keys: Vec<String>,
}

impl Store {
    /// Stores batches with their cursors, settings and fates in one transaction: all of it or nothing. Cases are
    /// opened and joined in it.
    ///
    /// One that is given up (its future dropped) is either
    /// undone or, if it was at its very end, carried out whole.
    pub async fn commit(&self, deliveries: &[Delivery]) -> Result<Committed, StoreError> {
        let mut tried = 1;
        loop {
            match self.try_commit(deliveries).await {
                Err(Failure::Collision) if tried < TRIES => {
                    tokio::time::sleep(Duration::from_millis(5 << tried)).await;
                    tried += 1;
                }
                Err(Failure::Collision) => {
                    return Err(StoreError::Unavailable {
                        what: self.place().to_owned(),
                        reason: format!("other transactions were in the way {TRIES} times"),
                        remedy: "see which other program writes there".into(),
                    });
                }
                Err(Failure::Store(error)) => return Err(error.at(self.place())),
                Ok(settled) => return Ok(settled),
            }
        }
    }

    async fn try_commit(&self, deliveries: &[Delivery]) -> Result<Committed, Failure> {
        let mut tx = self.write().await?;
        let mut ledger = load::load(&mut tx, deliveries).await?;
        let outcomes: Vec<Vec<Outcome>> = deliveries
            .iter()
            .map(|delivery| delivery.posts.iter().map(|decided| ledger.settle(delivery, decided)).collect())
            .collect();
        for delivery in deliveries {
            ledger.count(delivery);
        }
        let (authors, again) = weighed(&ledger, deliveries, &outcomes);
        let mut pasts = Pasts::load(&mut tx, authors, &again).await?;
        write::write(&mut tx, &mut ledger, deliveries).await?;
        let news = news(&mut pasts, &ledger, deliveries, &outcomes);
        let stirred = stir(&mut tx, &news, &mut pasts, self.fold).await?;
        let renamed = ledger.authors.values().filter(|author| author.is_renamed).map(|author| author.row.key.as_str());
        rename_said(&mut tx, &renamed.collect::<Vec<_>>(), self.fold).await?;
        write_needs(&mut tx, &news, &stirred.held).await?;
        tx.commit().await?;
        let settled =
            |outcome: Outcome| Settled { reason: outcome.reason, seq: outcome.entry.map(|at| ledger.seq(at)) };
        let settled = outcomes.into_iter().map(|outcomes| outcomes.into_iter().map(settled).collect()).collect();
        Ok(Committed { settled, cases: stirred.cases, keys: stirred.keys })
    }
}

/// The authors of posts that may open a case, which counts by what they did before; and which of those posts, and of those of
/// which only this batch says who wrote them, are stored already.
fn weighed(ledger: &Ledger, deliveries: &[Delivery], outcomes: &[Vec<Outcome>]) -> (BTreeSet<String>, Vec<i64>) {
    let (mut authors, mut again) = (BTreeSet::new(), BTreeSet::new());
    for (decided, outcome) in deliveries.iter().flat_map(|delivery| &delivery.posts).zip(outcomes.iter().flatten()) {
        let is_weighed = decided.opening.is_some() && decided.weighing.is_some();
        if is_weighed {
            authors.extend(outcome.author.clone());
        }
        if is_weighed || outcome.names_author {
            again.extend(outcome.entry.map(|at| ledger.seq(at)).filter(|seq| *seq > 0));
        }
    }
    (authors, again.into_iter().collect())
}

/// The posts that may open or join a case, in the order of their arrival; each is laid over the past of its author.
fn news<'a>(
    pasts: &mut Pasts,
    ledger: &Ledger,
    deliveries: &'a [Delivery],
    outcomes: &[Vec<Outcome>],
) -> Vec<News<'a>> {
    let mut news = Vec::new();
    for (delivery, outcomes) in deliveries.iter().zip(outcomes) {
        for (decided, outcome) in delivery.posts.iter().zip(outcomes) {
            let Some(seq) = outcome.entry.map(|at| ledger.seq(at)) else { continue };
            let before = lay_over(pasts, seq, decided, outcome);
            // An edit may ask what the post did not ask before.
            let asks_now = outcome.reason == FateReason::Version && decided.need.is_some();
            if outcome.is_news || asks_now {
                news.push(News { seq, decided, at: delivery.captured_at, is_first: outcome.is_news, before });
            }
        }
    }
    news
}

fn lay_over(pasts: &mut Pasts, seq: i64, decided: &Decided, outcome: &Outcome) -> Before {
    let signals = match outcome.reason {
        FateReason::New | FateReason::Version => &decided.signals,
        // Nothing of it is taken over that tells anything of its author; but it may be wanted only now.
        _ if outcome.is_news => &Signals::default(),
        _ => return Before::default(),
    };
    pasts.lay(seq, outcome.author.as_deref(), signals, decided.opening.is_some())
}

/// Why an attempt failed.
pub(crate) enum Failure {
    /// Another transaction was in the way; the same again will do.
    Collision,
    Store(StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if crate::error::is_collision(&error) { Self::Collision } else { Self::Store(error.into()) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

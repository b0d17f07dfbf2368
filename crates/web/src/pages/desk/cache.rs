//! What the desk read last, kept as long as nothing that is stored has changed.
//!
//! Ten people who look at one queue cost one question to the store. Kept are rows and counts as data; names, ages and who
//! "you" is are rendered for each visitor. A question names everything that decides its answer, also whether private cases
//! are among it, so nobody is shown what was read for somebody else.

use std::sync::{Arc, Mutex, PoisonError};

use switchboard_app::App;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::view::CasePage;
use switchboard_app::rights::Actor;
use switchboard_model::{CaseFilter, QueueCount};

/// How many lists are kept: more than a shift of people has open.
const LISTS: usize = 64;

/// The last answers. The lock is held only to look and to put, never while the store is asked.
#[derive(Debug, Default)]
pub(crate) struct DeskCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// What the answers are true for.
    revision: u64,
    lists: Vec<(CaseFilter, Arc<CasePage>)>,
    /// With private cases, and without.
    queues: [Option<Arc<[QueueCount]>>; 2],
}

impl Kept {
    /// Forgets everything once something has changed.
    fn at(&mut self, revision: u64) -> &mut Self {
        if self.revision < revision {
            *self = Self { revision, ..Self::default() };
        }
        self
    }
}

impl DeskCache {
    fn with<T>(&self, revision: u64, look: impl FnOnce(&mut Kept) -> T) -> T {
        // Whoever panicked while holding the lock left answers that are whole.
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).at(revision))
    }

    /// A page of a list.
    pub(crate) async fn cases(&self, app: &App, actor: &Actor, filter: CaseFilter) -> Result<Arc<CasePage>, CaseError> {
        let revision = app.revision();
        let find =
            |kept: &mut Kept| kept.lists.iter().find(|(known, _)| *known == filter).map(|(_, page)| page.clone());
        if let Some(page) = self.with(revision, find) {
            return Ok(page);
        }
        let page = Arc::new(app.cases(actor, filter.clone()).await?);
        self.with(revision, |kept| {
            // An answer from before the last change is given once and not kept.
            if kept.revision == revision {
                if kept.lists.len() >= LISTS {
                    kept.lists.remove(0);
                }
                kept.lists.push((filter, page.clone()));
            }
        });
        Ok(page)
    }

    /// The counters of all queues.
    pub(crate) async fn queues(&self, app: &App, actor: &Actor) -> Result<Arc<[QueueCount]>, CaseError> {
        let revision = app.revision();
        let place = usize::from(actor.sees_private());
        if let Some(queues) = self.with(revision, |kept| kept.queues[place].clone()) {
            return Ok(queues);
        }
        let queues: Arc<[QueueCount]> = app.queues(actor).await?.into();
        self.with(revision, |kept| {
            if kept.revision == revision {
                kept.queues[place] = Some(queues.clone());
            }
        });
        Ok(queues)
    }
}

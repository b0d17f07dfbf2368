//! The context that operations work in.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::Timestamp;
use switchboard_model::{By, Clock, Ids, Randomness};
use switchboard_route::DepartmentConfig;
use switchboard_store::{Store, StoreError};
use switchboard_understand::Reader;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::access::Passwords;
use crate::access::key::Keys;
use crate::access::log_in::Strangers;
use crate::access::session::Sessions;
use crate::answer::Answering;
use crate::cases::CaseOptions;
use crate::cases::formula::Recount;
use crate::exclusions::PacksInForce;
use crate::experience::Experience;
use crate::notices::Notices;
use crate::notifications::Notifying;
use crate::people::People;
use crate::pictures::Pictures;
use crate::pipeline::conversations::Conversations;
use crate::pipeline::embedded::Line;
use crate::pipeline::look_back::{LookBack, LookBackConfig};
use crate::presence::Presence;
use crate::searches::back_fill::BackFills;
use crate::secrets::Secrets;
use crate::setup::site::Site;
use crate::sources::{HealthBoard, Networks, Wakeups};
use crate::triage::{Listening, Routing, Triage};

/// What an [`App`] is made of; the binary and tests bring their own.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// The networks that sources can be opened on.
    pub networks: Arc<dyn Networks>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn Ids>,
    /// Chance for jitter.
    pub randomness: Arc<dyn Randomness>,
    /// Departments and routing rules until the installation is set up and has its own.
    pub routing: Routing,
    /// How passwords are kept.
    pub passwords: Passwords,
    /// What seals the secrets of sources and accounts.
    pub secrets: Secrets,
    /// What is kept of posts that no search wants; `None` keeps nothing.
    pub look_back: Option<LookBackConfig>,
}

/// Everything an operation may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) networks: Arc<dyn Networks>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) notices: Notices,
    pub(crate) health: HealthBoard,
    pub(crate) wakeups: Wakeups,
    pub(crate) line: Line,
    pub(crate) conversations: Arc<Conversations>,
    pub(crate) look_back: LookBack,
    pub(crate) back_fills: BackFills,
    pub(crate) case_options: CaseOptions,
    pub(crate) recount: Recount,
    pub(crate) pictures: Pictures,
    /// Swapped whole when a search changes; batches already under way keep the one they began with.
    pub(crate) triage: Arc<ArcSwap<Triage>>,
    /// What routing has learnt.
    pub(crate) experience: Experience,
    /// Swapped whole when somebody changes people; requests keep what they began with.
    pub(crate) people: Arc<ArcSwap<People>>,
    /// Which change of packs the searches in memory were read with.
    pub(crate) heard_packs: Arc<ArcSwapOption<String>>,
    /// Held by whoever changes people, so that each change decides on what the one before it left.
    pub(crate) people_turn: Arc<tokio::sync::Mutex<()>>,
    pub(crate) passwords: Passwords,
    pub(crate) secrets: Secrets,
    pub(crate) answering: Answering,
    pub(crate) strangers: Strangers,
    pub(crate) sessions: Sessions,
    pub(crate) keys: Keys,
    pub(crate) presence: Presence,
    /// Held by whoever sweeps, so that no two do at once.
    pub(crate) sweeping: Arc<tokio::sync::Mutex<()>>,
    /// What the set-up offers, also after it.
    pub(crate) department_template: Arc<[DepartmentConfig]>,
    pub(crate) site: Site,
    pub(crate) notifying: Notifying,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// What any operation can fail with beside its own refusals.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The installation is stopping.
    #[error("switchboard is stopping; what was handed in and not acknowledged must be handed in again")]
    Stopping,
}

impl App {
    /// Reads the searches and starts the line. Sources are followed only after [`App::follow`](crate::sources::follow).
    pub async fn start(parts: Parts) -> Result<Self, AppError> {
        let Parts { store, networks, clock, ids, randomness, routing, passwords, secrets, look_back } = parts;
        let store = store.with_fold(crate::find::fold);
        let household = store.load_household().await?;
        let department_template = routing.router().departments().into();
        let packs = PacksInForce::new(&household.packs);
        let routing = Routing::of_household(&household, packs.compiled()).unwrap_or(routing);
        if household.company.is_some() {
            // They may have changed while nobody told: before they were kept, or in a copy that was put back.
            store.keep_rule_set(&household.rules, By::Operator, clock.now()).await?;
        }
        let people = People::with_packs(household, packs);
        let searches = store.list_searches().await?;
        let experience = Experience::default();
        let triage = Triage::new(
            Listening::new(searches, people.packs().compiled()),
            Arc::new(Reader::new()),
            Arc::new(routing),
        )
        .with_experience(experience.clone());
        let (notices, stop, tasks) = (Notices::default(), CancellationToken::new(), TaskTracker::new());
        let conversations = Arc::new(Conversations::load(&store).await?);
        let look_back = look_back.map_or_else(LookBack::off, |config| LookBack::open(config, clock.now()));
        let line = Line::start(
            store.clone(),
            notices.clone(),
            clock.clone(),
            conversations.clone(),
            look_back.clone(),
            &tasks,
        );
        let app = Self {
            store,
            networks,
            clock,
            ids,
            randomness,
            notices,
            health: HealthBoard::default(),
            wakeups: Wakeups::default(),
            line,
            conversations,
            look_back,
            back_fills: BackFills::default(),
            case_options: CaseOptions::default(),
            recount: Recount::default(),
            pictures: Pictures::default(),
            triage: Arc::new(ArcSwap::from_pointee(triage)),
            experience,
            heard_packs: Arc::new(ArcSwapOption::new(
                people.packs_revision().map(|revision| Arc::new(revision.to_owned())),
            )),
            people: Arc::new(ArcSwap::from_pointee(people)),
            people_turn: Arc::default(),
            passwords,
            secrets,
            answering: Answering::default(),
            strangers: Strangers::default(),
            sessions: Sessions::default(),
            keys: Keys::default(),
            presence: Presence::default(),
            sweeping: Arc::default(),
            department_template,
            site: Site::default(),
            notifying: Notifying::default(),
            stop,
            tasks,
        };
        app.read_accounts_anew().await?;
        app.seal_old_secrets().await?;
        app.read_unread_anew().await?;
        app.read_settings_anew().await?;
        app.recall().await?;
        Ok(app)
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What pages and streams are told.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The line from decided posts to the store.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The same with other options for cases.
    #[must_use]
    pub fn with_case_options(self, case_options: CaseOptions) -> Self {
        Self { case_options, ..self }
    }

    /// The conversations of cases, and who we are in them.
    pub fn conversations(&self) -> &Conversations {
        &self.conversations
    }

    /// Today's match, understand and route in one.
    pub fn triage(&self) -> Arc<Triage> {
        self.triage.load_full()
    }

    /// Cancelled when the installation stops; long answers (event streams) must end on it.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops following, lets the line finish what it holds, closes the store.
    pub async fn stop(self) {
        self.stop.cancel();
        self.line.close();
        self.tasks.close();
        self.tasks.wait().await;
        let look_back = self.look_back.clone();
        // What it still holds is small; should its thread be stuck, stopping goes on.
        drop(tokio::task::spawn_blocking(move || look_back.close()).await);
        self.store.close().await;
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Identifiers in order of time (UUID version 7, RFC 9562).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place where identifiers are made from the system clock")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Chance from the system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn unit(&self) -> f64 {
        // The low 62 bits of a version 4 identifier are random, and a double holds 53.
        let bits = Uuid::new_v4().as_u128() as u64 & ((1 << 53) - 1);
        bits as f64 / (1u64 << 53) as f64
    }
}

//! The set-up: an installation becomes a company's, with its first administrator, departments, rules, searches and
//! sources, in one transaction; what comes after it on the pages (searches, sources, departments, colleagues) is decided
//! step by step and can be decided again. It reaches into all areas and therefore stands beside them.

pub mod listen;
pub mod progress;
pub mod proposals;
pub mod site;
pub mod trim;

use jiff::Timestamp;
use switchboard_model::{
    By, Company, Department, DepartmentId, Duty, EscalateTo, EscalationStep, Health, Office, Preferences, Profile,
    Role, Rule, RuleId, SavedSearch, SlaPolicy, SlaPolicyId, SlaTargets, Source, SourceId, Team, User, UserId,
};
use switchboard_route::{DepartmentConfig, Router};
use switchboard_store::{Founding, StoreError};

use crate::access::{AccessError, NewSession, password, session};
use crate::cases::CaseError;
use crate::directory::{DirectoryError, company, user};
use crate::notices::Notice;
use crate::rights::Forbidden;
use crate::routing::RuleError;
use crate::searches::SearchError;
use crate::searches::change::SearchText;
use crate::sources::add::{NewSource, checked_name};
use crate::sources::{Proposal, SourceError};
use crate::{App, AppError, secret};

pub use proposals::{Proposals, ProposedSearch};

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// One of several searches cannot be listened to.
    #[error("{error}")]
    Search {
        /// Its place among them, from 0.
        at: usize,
        /// Why.
        error: SearchError,
    },
    /// A search cannot be changed.
    #[error(transparent)]
    Searches(#[from] SearchError),
    /// A department cannot be changed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A rule that leads to it cannot be changed.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// A case cannot be moved.
    #[error(transparent)]
    Cases(#[from] CaseError),
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for SetUpError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// What the set-up asks for.
#[derive(Clone, Default)]
pub struct SetUp {
    /// What colleagues call the first administrator.
    pub name: String,
    /// What they log in with.
    pub email: String,
    /// What they chose.
    pub password: String,
    /// IANA name.
    pub time_zone: String,
    /// What the company is called.
    pub company: String,
    /// Its handles.
    pub handles: Vec<String>,
    /// Its site.
    pub website: Option<String>,
    /// Keys of the departments to begin with, among [`App::department_template`].
    pub departments: Vec<String>,
    /// Searches to begin with.
    pub searches: Vec<SearchText>,
    /// Sources to begin with.
    pub sources: Vec<NewSource>,
}

impl App {
    /// The departments that the set-up offers: the data directory's own, else the shipped ones.
    pub fn department_template(&self) -> &[DepartmentConfig] {
        &self.department_template
    }

    /// Listens to public sources that need no key while the set-up goes on, and to the feeds of the company's site.
    pub async fn listen_meanwhile(&self) -> Result<(), SourceError> {
        let Some(company) = self.company() else { return Ok(()) };
        let (proposals, _) = self.keyless_sources(&company.name);
        for Proposal { name, kind, settings, .. } in self.spare_what_is_there(proposals).await? {
            self.add_source(NewSource { name, kind, settings }).await?;
        }
        if let Some(website) = &company.website {
            self.follow_site(website);
        }
        Ok(())
    }

    /// How many posts were heard and kept for later since the start, each once.
    pub fn posts_kept_back(&self) -> u64 {
        self.look_back.kept()
    }

    /// Makes the installation the company's. `token` is that of [`App::set_up_link`]; the owner of the machine needs none.
    pub async fn set_up(&self, token: Option<&str>, by: SetUp) -> Result<NewSession, AccessError> {
        if self.is_set_up() {
            return Err(AccessError::AlreadySetUp);
        }
        if let Some(token) = token {
            self.link(token).await?.ok_or(AccessError::LinkSpent)?;
        }
        let now = self.now();
        let name = user::checked_user_name(&by.name)?;
        let email = user::checked_email(&by.email)?;
        password::check(&by.password, &name, &email)?;
        let (searches, sources) = (self.first_searches(by.searches).await?, self.first_sources(by.sources, now).await?);
        let administrator = UserId(self.ids.next());
        let (departments, fallback, rules) = self.first_departments(&by.departments, administrator, now)?;
        let (session_token, session) = session::begin(administrator, now);
        let founding = Founding {
            link: token.map(secret::hash),
            company: Company {
                name: company::checked_company_name(&by.company)?,
                handles: company::checked_handles(&by.handles)?,
                website: company::checked_website(by.website.as_deref())?,
                fallback,
                team: Team { head: Some(administrator), ..Team::default() },
                holidays: Vec::new(),
            },
            administrator: User {
                id: administrator,
                name,
                email,
                role: Role::Administrator,
                is_active: true,
                has_password: true,
                departments: departments.iter().map(|department| department.id).collect(),
                languages: Vec::new(),
                time_zone: user::checked_time_zone(&by.time_zone)?,
                duty: Duty::default(),
                profile: Profile::default(),
                preferences: Preferences::default(),
                created_at: now,
                failures: 0,
                locked_until: None,
            },
            password: self.passwords.hash(&by.password).await?,
            departments,
            rules,
            sla: self.first_service_levels(),
            searches,
            sources,
            session,
            at: now,
        };
        let _turn = self.turn().await;
        if self.is_set_up() {
            return Err(AccessError::AlreadySetUp);
        }
        match self.store.found(&founding).await {
            Ok(true) => {}
            Ok(false) => return Err(AccessError::LinkSpent),
            Err(StoreError::Conflict { what }) if what.contains("company") => return Err(AccessError::AlreadySetUp),
            Err(error) => return Err(error.into()),
        }
        let people = self.read_people_anew().await?;
        self.store.keep_rule_set(people.rules(), By::Operator, self.now()).await?;
        self.listen_anew_to_all().await?;
        self.wakeups.list_changed();
        founding.sources.iter().for_each(|source| self.notices.tell(Notice::Source(source.id)));
        tracing::info!(company = founding.company.name, "switchboard is set up");
        let user = people.user(administrator).unwrap_or_else(|| founding.administrator.clone().into());
        Ok(NewSession { token: session_token, user })
    }

    /// The chosen departments, headed by the administrator, which of them is the fallback, and the rules.
    fn first_departments(
        &self,
        keys: &[String],
        head: UserId,
        now: Timestamp,
    ) -> Result<(Vec<Department>, DepartmentId, Vec<Rule>), AccessError> {
        let triage = self.triage();
        let router = triage.routing().router();
        if let Some(unknown) = keys.iter().find(|key| !router.departments().iter().any(|known| known.key == **key)) {
            let known: Vec<&str> = router.departments().iter().map(|department| department.key.as_str()).collect();
            let message = format!("there is no department '{unknown}'; choose among {}", known.join(", "));
            return Err(AccessError::bad("departments", message));
        }
        let department = |(place, config): (i64, &DepartmentConfig)| Department {
            id: DepartmentId(self.ids.next()),
            key: config.key.clone(),
            name: config.name.clone(),
            head,
            deputy: None,
            intents: config.intents.clone(),
            keywords: config.keywords.clone(),
            is_active: true,
            place,
            office: Office::default(),
            created_at: now,
        };
        let chosen = router.departments().iter().filter(|config| keys.contains(&config.key));
        let departments: Vec<Department> = (1..).zip(chosen).map(department).collect();
        let of_fallback = departments.iter().find(|department| department.key == router.fallback().key);
        let Some(fallback) = of_fallback.or(departments.first()).map(|department| department.id) else {
            return Err(AccessError::bad("departments", "choose at least one department; its desk takes what comes"));
        };
        let rules = self.first_rules(router, &departments);
        Ok((departments, fallback, rules))
    }

    /// What is promised to begin with: urgent cases within an hour, everything else within four.
    fn first_service_levels(&self) -> Vec<SlaPolicy> {
        let policy = |name: &str, least_priority, [first, next, resolution]: [u32; 3]| SlaPolicy {
            id: SlaPolicyId(self.ids.next()),
            name: name.to_owned(),
            departments: Vec::new(),
            networks: Vec::new(),
            least_priority,
            tag: None,
            targets: SlaTargets {
                first_response_min: Some(first),
                next_response_min: Some(next),
                resolution_min: Some(resolution),
                accept_min: None,
            },
            in_business_hours: true,
            warn_at_percent: 75,
            escalation: vec![
                EscalationStep { after_min: 0, to: EscalateTo::Head },
                EscalationStep { after_min: first, to: EscalateTo::TeamHead },
            ],
        };
        vec![policy("Urgent", 70, [60, 120, 24 * 60]), policy("Everything else", 0, [240, 480, 120 * 60])]
    }

    /// The rules of the template. One that leads to a department that was not chosen keeps its tags and points.
    fn first_rules(&self, router: &Router, departments: &[Department]) -> Vec<Rule> {
        let id_of = |key_or_name: &str| {
            let config = router.find(key_or_name)?;
            departments.iter().find(|department| department.key == config.key).map(|department| department.id)
        };
        let rule = |(place, rule): (i64, &switchboard_route::Rule)| {
            let department = rule.department.as_deref().and_then(id_of);
            let decides = department.is_some() || rule.dismisses || rule.stops;
            let does_something = decides || !rule.tags.is_empty() || rule.priority != 0;
            does_something.then(|| Rule {
                id: RuleId(self.ids.next()),
                place,
                name: rule.name.clone(),
                when: rule.when.clone(),
                intent: rule.intent.clone(),
                department,
                tags: rule.tags.clone(),
                priority: rule.priority,
                owner: None,
                dismisses: rule.dismisses,
                stops: rule.stops,
                is_enabled: true,
            })
        };
        (1..).zip(router.rules()).filter_map(rule).collect()
    }

    /// Searches to begin with, but for those that are there already in the same words.
    async fn first_searches(&self, texts: Vec<SearchText>) -> Result<Vec<SavedSearch>, AccessError> {
        let mut searches: Vec<SavedSearch> = Vec::new();
        for text in texts {
            let text = self.checked_search(text).map_err(|error| bad_search(&error))?;
            let taken = || bad_search(&SearchError::NameTaken(text.name.clone()));
            match self.store.find_search_by_name(&text.name).await? {
                Some(known) if known.query == text.query => continue,
                Some(_) => return Err(taken()),
                None if searches.iter().any(|search| search.name == text.name) => return Err(taken()),
                None => searches.push(self.new_search(text)),
            }
        }
        Ok(searches)
    }

    /// Sources to begin with, but for those that are there already with the same settings.
    async fn first_sources(&self, new: Vec<NewSource>, now: Timestamp) -> Result<Vec<Source>, AccessError> {
        let bad = |error: &SourceError| AccessError::bad("sources", error.to_string());
        let known = self.store.list_sources().await?;
        let mut sources: Vec<Source> = Vec::new();
        for NewSource { name, kind, settings } in new {
            let name = checked_name(&name).map_err(|error| bad(&error))?;
            if kind.is_followed() {
                let valid = self.networks.validate(kind, &settings);
                valid.map_err(|message| bad(&SourceError::BadSettings(format!("'{name}': {message}"))))?;
            }
            match known.iter().chain(&sources).find(|source| source.name == name) {
                Some(same) if same.kind == kind && same.settings == settings => continue,
                Some(_) => return Err(bad(&SourceError::NameTaken(name))),
                None => sources.push(Source {
                    id: SourceId(self.ids.next()),
                    name,
                    kind,
                    settings,
                    is_enabled: true,
                    created_at: now,
                    cursor: None,
                    health: Health::default(),
                }),
            }
        }
        Ok(sources)
    }
}

fn bad_search(error: &SearchError) -> AccessError {
    AccessError::bad("searches", error.to_string())
}

impl From<DirectoryError> for AccessError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Bad { field, message } | DirectoryError::Taken { field, message } => {
                Self::Bad { field, message }
            }
            DirectoryError::Forbidden(forbidden) => Self::Forbidden(forbidden),
            DirectoryError::App(error) => Self::App(error),
            other => Self::bad("departments", other.to_string()),
        }
    }
}

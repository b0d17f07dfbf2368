//! Everybody who works here, in memory. Requests ask this and never the store; it is swapped whole after each change.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use switchboard_model::{
    Company, Department, DepartmentId, Formula, FormulaVersion, LinkPurpose, Rule, RuleId, SlaPolicy, User, UserId,
};
use switchboard_route::calendar::Calendar;
use switchboard_store::{Household, NewLink, StoreError};
use tokio::sync::MutexGuard;

use crate::exclusions::PacksInForce;
use crate::notices::Notice;
use crate::triage::Routing;
use crate::{App, secret};

/// Company, departments, users, rules and packs as of one moment.
#[derive(Debug, Clone, Default)]
pub struct People {
    company: Option<Arc<Company>>,
    departments: Arc<[Department]>,
    users: Arc<[User]>,
    rules: Arc<[Rule]>,
    formula: Option<FormulaVersion>,
    packs: PacksInForce,
    packs_revision: Option<String>,
    sla: Arc<[SlaPolicy]>,
    by_id: HashMap<UserId, Arc<User>>,
}

impl People {
    pub(crate) fn new(household: Household) -> Self {
        let packs = PacksInForce::new(&household.packs);
        Self::with_packs(household, packs)
    }

    /// The same with the household's packs read already.
    pub(crate) fn with_packs(household: Household, packs: PacksInForce) -> Self {
        let Household { company, users, departments, rules, formula, sla, packs: _, packs_revision } = household;
        let by_id = users.iter().map(|user| (user.id, Arc::new(user.clone()))).collect();
        Self {
            company: company.map(Arc::new),
            departments: departments.into(),
            users: users.into(),
            rules: rules.into(),
            formula,
            packs,
            packs_revision,
            sla: sla.into(),
            by_id,
        }
    }

    /// The company; none before the set-up.
    pub fn company(&self) -> Option<&Arc<Company>> {
        self.company.as_ref()
    }

    /// All departments, active or not, in their order.
    pub fn departments(&self) -> &Arc<[Department]> {
        &self.departments
    }

    /// All users, active or not, oldest first.
    pub fn users(&self) -> &Arc<[User]> {
        &self.users
    }

    /// All rules in their order.
    pub fn rules(&self) -> &Arc<[Rule]> {
        &self.rules
    }

    /// The formula by which priorities are counted.
    pub fn formula(&self) -> Formula {
        self.formula.as_ref().map(|kept| kept.formula.clone()).unwrap_or_default()
    }

    /// The formula as somebody kept it; `None` where nobody has changed it.
    pub fn kept_formula(&self) -> Option<&FormulaVersion> {
        self.formula.as_ref()
    }

    /// The exclusion packs.
    pub fn packs(&self) -> &PacksInForce {
        &self.packs
    }

    /// Which change of packs was the last that is known here.
    pub(crate) fn packs_revision(&self) -> Option<&str> {
        self.packs_revision.as_deref()
    }

    /// The service levels, in the order in which they are looked at.
    pub fn sla(&self) -> &Arc<[SlaPolicy]> {
        &self.sla
    }

    /// When a department works. One that is not known always does.
    pub fn calendar_of_department(&self, id: DepartmentId) -> Calendar {
        let Some(department) = self.department(id) else { return Calendar::always() };
        let office = &department.office;
        let zone = office.time_zone.as_deref().unwrap_or("UTC");
        Calendar::new(&office.hours, zone, self.holidays(office.holidays.as_deref()))
    }

    /// When a user is on duty: in their hours, but for holidays and the days on which they are away.
    pub fn calendar_of_user(&self, user: &User) -> Calendar {
        let profile = &user.profile;
        let away = profile.absences.iter().flat_map(|absence| {
            absence.from.series(1.day()).take_while(|day| *day <= absence.until).take(MOST_DAYS_AWAY)
        });
        let off: Vec<Date> = self.holidays(profile.holidays.as_deref()).chain(away).collect();
        Calendar::new(&user.duty, &user.time_zone, off)
    }

    /// The days of a calendar of holidays; none of one that is not there.
    fn holidays(&self, key: Option<&str>) -> impl Iterator<Item = Date> + '_ {
        let calendars = self.company.iter().flat_map(|company| &company.holidays);
        let named = key.map(str::to_owned);
        calendars
            .filter(move |calendar| named.as_deref() == Some(calendar.key.as_str()))
            .flat_map(|calendar| calendar.days.iter().map(|day| day.date))
    }

    /// One user.
    pub fn user(&self, id: UserId) -> Option<Arc<User>> {
        self.by_id.get(&id).cloned()
    }

    /// The user who logs in with that address, in lower case.
    pub fn user_by_email(&self, email: &str) -> Option<Arc<User>> {
        self.users.iter().find(|user| user.email == email).and_then(|user| self.user(user.id))
    }

    /// One department.
    pub fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|department| department.id == id)
    }

    /// The department of that key or name, without regard to case.
    pub fn department_named(&self, key_or_name: &str) -> Option<&Department> {
        let wanted = key_or_name.trim().to_lowercase();
        let by_key = self.departments.iter().find(|department| department.key == wanted);
        by_key.or_else(|| self.departments.iter().find(|department| department.name.to_lowercase() == wanted))
    }

    /// One rule.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// Longer than this nobody is away by one entry.
const MOST_DAYS_AWAY: usize = 1_100;

/// How long a link works.
fn lasts(purpose: LinkPurpose) -> SignedDuration {
    match purpose {
        LinkPurpose::Setup | LinkPurpose::Reset => SignedDuration::from_hours(24),
        LinkPurpose::Invitation => SignedDuration::from_hours(7 * 24),
    }
}

/// A one-time link that is made now, with its token.
pub(crate) fn link(purpose: LinkPurpose, user: Option<UserId>, now: Timestamp) -> (String, NewLink) {
    let token = secret::fresh();
    let expires_at = now.checked_add(lasts(purpose)).unwrap_or(Timestamp::MAX);
    let link = NewLink { hash: secret::hash(&token), purpose, user, created_at: now, expires_at };
    (token, link)
}

impl App {
    /// Everybody, as of now.
    pub fn people(&self) -> Arc<People> {
        self.people.load_full()
    }

    /// Whether the installation belongs to a company.
    pub fn is_set_up(&self) -> bool {
        self.people.load().company.is_some()
    }

    /// The company; none before the set-up.
    pub fn company(&self) -> Option<Arc<Company>> {
        self.people.load().company.clone()
    }

    /// All departments, active or not, in their order.
    pub fn departments(&self) -> Arc<[Department]> {
        self.people.load().departments.clone()
    }

    /// All users, active or not, oldest first.
    pub fn users(&self) -> Arc<[User]> {
        self.people.load().users.clone()
    }

    /// One department.
    pub fn department(&self, id: DepartmentId) -> Option<Department> {
        self.people.load().department(id).cloned()
    }

    /// One user.
    pub fn user(&self, id: UserId) -> Option<Arc<User>> {
        self.people.load().user(id)
    }

    /// Waits for the turn to change people: whoever holds it decides on what is in memory, knowing that nobody else
    /// changes it meanwhile. Other processes are kept off by what the store checks.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.people_turn.lock().await
    }

    /// Reads everybody anew after a change, and routes by it from the next post on.
    pub(crate) async fn read_people_anew(&self) -> Result<Arc<People>, StoreError> {
        let household = self.store.load_household().await?;
        let packs = PacksInForce::new(&household.packs);
        if let Some(routing) = Routing::of_household(&household, packs.compiled()).map(Arc::new) {
            // Searches may be swapped at the same moment; neither may undo the other.
            self.triage.rcu(|triage| Arc::new(triage.with_routing(routing.clone())));
        }
        let people = Arc::new(People::with_packs(household, packs));
        self.people.store(people.clone());
        self.notices.tell(Notice::People);
        Ok(people)
    }
}

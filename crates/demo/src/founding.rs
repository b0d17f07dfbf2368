//! The company begins: its people, departments, accounts, searches and sources.

use std::collections::HashMap;

use jiff::civil::{Date, Weekday};
use switchboard_app::App;
use switchboard_app::answer::account::NewAccount;
use switchboard_app::directory::department::DepartmentChange;
use switchboard_app::directory::duty;
use switchboard_app::directory::sla::PolicyText;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_app::rights::Actor;
use switchboard_app::searches::change::SearchText;
use switchboard_app::setup::SetUp;
use switchboard_app::sources::add::NewSource;
use switchboard_model::{AccountId, DepartmentId, Duty, Role, Senior, SourceId, SourceKind, UserId};

use crate::data::{CompanyText, PersonText};
use crate::networks::sources;
use crate::reach;
use crate::seed::{SeedError, because};

/// What the files call things, and what they became.
#[derive(Debug, Default)]
pub(crate) struct Founded {
    pub(crate) people: HashMap<String, UserId>,
    pub(crate) departments: HashMap<String, DepartmentId>,
    /// Sources by the network of their posts.
    pub(crate) sources: HashMap<&'static str, SourceId>,
    /// Accounts by their network.
    pub(crate) accounts: HashMap<&'static str, AccountId>,
}

/// Founds it. Nobody knows the founder's password: the demonstration lets everybody in without one.
pub(crate) async fn found(
    app: &App,
    company: &CompanyText,
    start: Date,
    password: String,
) -> Result<Founded, SeedError> {
    let today = start.weekday();
    let founder = company.person.iter().find(|person| person.role == Role::Administrator);
    let founder = founder.ok_or_else(|| because("the company")("nobody administers it"))?;
    let session = app.set_up(None, set_up(company, founder, password)).await.map_err(because("the set-up"))?;
    // It promises what twenty people can keep.
    let mut policies: Vec<PolicyText> = app.sla().iter().cloned().map(PolicyText::from).collect();
    for (policy, (first, next)) in policies.iter_mut().zip([(4 * 60, 6 * 60), (16 * 60, 20 * 60)]) {
        policy.targets.first_response_min = Some(first);
        policy.targets.next_response_min = Some(next);
    }
    app.set_sla(&Actor::Operator, policies).await.map_err(because("the service levels"))?;
    let mut founded = Founded::default();
    for department in &company.department {
        let named = app.people().department_named(&department.shipped).map(|known| known.id);
        let id = named.ok_or_else(|| because(&department.key)("there is no such department"))?;
        founded.departments.insert(department.key.clone(), id);
    }
    founded.people.insert(founder.key.clone(), session.user.id);
    for person in company.person.iter().filter(|person| person.key != founder.key) {
        let id = founded.hire(app, person, today).await?;
        founded.people.insert(person.key.clone(), id);
    }
    founded.lead(app, company).await?;
    founded.name_seniors(app, company).await?;
    founded.settle(app, founder, session.user.id, today).await?;
    reach::reach(app, &founded, company, start).await?;
    founded.open_doors(app, company).await?;
    Ok(founded)
}

fn set_up(company: &CompanyText, founder: &PersonText, password: String) -> SetUp {
    let search = |search: &crate::data::SearchTextFile| SearchText {
        name: search.name.clone(),
        query: search.query.clone(),
        search_type: search.search_type,
        department: company.department(&search.department).map(|department| department.shipped.clone()),
        is_enabled: true,
    };
    SetUp {
        name: founder.name.clone(),
        email: founder.email.clone(),
        password,
        time_zone: founder.zone.clone(),
        company: company.name.clone(),
        handles: company.handles.clone(),
        website: Some(company.website.clone()),
        departments: company.department.iter().map(|department| department.shipped.clone()).collect(),
        searches: company.search.iter().map(search).collect(),
        sources: Vec::new(),
    }
}

impl Founded {
    /// Somebody begins to work.
    async fn hire(&self, app: &App, person: &PersonText, today: Weekday) -> Result<UserId, SeedError> {
        let new = NewUser {
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            departments: self.departments_of(person),
            languages: person.languages.clone(),
            time_zone: Some(person.zone.clone()),
            duty: hours(person, today)?,
        };
        let (user, _) = app.invite(&Actor::Operator, new).await.map_err(because(&person.name))?;
        Ok(user.id)
    }

    /// Who calls and writes to authors.
    async fn name_seniors(&self, app: &App, company: &CompanyText) -> Result<(), SeedError> {
        for text in &company.senior {
            let unknown = || because(&text.person)("nobody of that key");
            let departments = text.departments.iter().map(|key| self.departments.get(key).copied());
            let senior = Senior {
                user: self.people.get(&text.person).copied().ok_or_else(unknown)?,
                title: text.title.clone(),
                channels: text.channels.clone(),
                departments: departments.collect::<Option<_>>().ok_or_else(unknown)?,
                most_open: text.most_open,
            };
            app.set_senior(&Actor::Operator, senior).await.map_err(because(&text.person))?;
        }
        Ok(())
    }

    /// Who founded it headed everything until the others were there.
    async fn settle(&self, app: &App, founder: &PersonText, id: UserId, today: Weekday) -> Result<(), SeedError> {
        let change = UserChange {
            departments: Some(self.departments_of(founder)),
            languages: Some(founder.languages.clone()),
            duty: Some(hours(founder, today)?),
            ..UserChange::default()
        };
        app.change_user(&Actor::Operator, id, change).await.map_err(because(&founder.name))?;
        Ok(())
    }

    fn departments_of(&self, person: &PersonText) -> Vec<DepartmentId> {
        person.departments.iter().filter_map(|key| self.departments.get(key).copied()).collect()
    }

    async fn lead(&self, app: &App, company: &CompanyText) -> Result<(), SeedError> {
        for department in &company.department {
            let Some(id) = self.departments.get(&department.key).copied() else { continue };
            let shipped = app.department(id).map(|known| known.keywords).unwrap_or_default();
            let change = DepartmentChange {
                name: department.name.clone(),
                head: self.people.get(&department.head).copied(),
                deputy: Some(self.people.get(&department.deputy).copied()),
                keywords: Some(shipped.into_iter().chain(department.topics.iter().cloned()).collect()),
                ..DepartmentChange::default()
            };
            app.change_department(&Actor::Operator, id, change).await.map_err(because(&department.key))?;
            let done = app.set_assignment(&Actor::Operator, id, department.assignment).await;
            done.map_err(because(&department.key))?;
        }
        Ok(())
    }

    async fn open_doors(&mut self, app: &App, company: &CompanyText) -> Result<(), SeedError> {
        for source in sources() {
            let new = NewSource { name: source.name.to_owned(), kind: source.kind, settings: source.settings };
            let added = app.add_source(new).await.map_err(because(source.name))?;
            if let Some(network) = source.network {
                self.sources.insert(network, added.id);
            }
        }
        for account in &company.account {
            let settings = match account.network {
                SourceKind::Bluesky => {
                    serde_json::json!({ "handle": account.handle, "app_password": "none-is-needed" })
                }
                _ => serde_json::json!({ "instance": "https://mstdn.example", "token": "none is needed" }),
            };
            let new = NewAccount { network: account.network, settings, departments: Vec::new() };
            let added = app.add_account(&Actor::Operator, new).await.map_err(because(&account.handle))?;
            self.accounts.insert(account.network.as_str(), added.id);
        }
        Ok(())
    }
}

/// The history was written for a start on a Thursday; whichever day it is, people work as if it were one.
const WRITTEN_FOR: i8 = 4;

fn hours(person: &PersonText, today: Weekday) -> Result<Duty, SeedError> {
    shifted(&person.key, &person.hours, today)
}

/// Hours as they are on the day of the start.
pub(crate) fn shifted(key: &str, hours: &[String], today: Weekday) -> Result<Duty, SeedError> {
    let Duty(mut hours) = duty::parse(&hours.join(", ")).map_err(because(key))?;
    let later = today.to_monday_one_offset() - WRITTEN_FOR;
    for stretch in &mut hours {
        stretch.day = ((i16::from(stretch.day) - 1 + i16::from(later)).rem_euclid(7) + 1) as u8;
    }
    Ok(Duty(hours))
}

//! The company, and the one transaction that makes an installation belong to it.

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{
    Company, Department, DepartmentId, HolidayCalendar, Rule, SavedSearch, SlaPolicy, Source, Team, User,
};
use uuid::Uuid;

use super::users::cleaned_all;
use super::{Hash, NewSession, commit_sound, departments, links, rules, sessions, sla, users};
use crate::clean::cleaned;
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::{Store, statements::people as sql};

/// What the set-up stores in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct Founding {
    /// The link that allows it; `None` for the owner of the machine.
    pub link: Option<Hash>,
    /// The company.
    pub company: Company,
    /// The first administrator, with the hash of the password.
    pub administrator: User,
    /// Argon2id in the PHC string format.
    pub password: String,
    /// The departments.
    pub departments: Vec<Department>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The service levels.
    pub sla: Vec<SlaPolicy>,
    /// Searches to begin with.
    pub searches: Vec<SavedSearch>,
    /// Sources to begin with.
    pub sources: Vec<Source>,
    /// The administrator's first session.
    pub session: NewSession,
    /// Now.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct CompanyRow {
    name: String,
    handles: Json<Vec<String>>,
    website: Option<String>,
    fallback: Uuid,
    team: Json<Team>,
    holidays: Json<Vec<HolidayCalendar>>,
}

pub(super) async fn load(tx: &mut Tx) -> Result<Option<Company>, StoreError> {
    let row: Option<CompanyRow> = on!(tx, |conn| sqlx::query_as(sql::FIND_COMPANY).fetch_optional(&mut *conn).await?);
    Ok(row.map(|row| Company {
        name: row.name,
        handles: row.handles.0,
        website: row.website,
        fallback: DepartmentId(row.fallback),
        team: row.team.0,
        holidays: row.holidays.0,
    }))
}

impl Store {
    /// Stores what the set-up decided, all or nothing. False if its link does not work (any more). A second set-up is a
    /// conflict.
    pub async fn found(&self, founding: &Founding) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        if let Some(hash) = &founding.link
            && execute!(&mut tx, sql::USE_LINK, hash.as_slice(), founding.at.as_microsecond()) == 0
        {
            return Ok(false);
        }
        users::insert(&mut tx, &founding.administrator, Some(&founding.password)).await?;
        for department in &founding.departments {
            departments::insert(&mut tx, department).await?;
        }
        users::set_members(&mut tx, &founding.administrator).await?;
        let company = &founding.company;
        execute!(
            &mut tx,
            sql::INSERT_COMPANY,
            cleaned(&company.name),
            Json(cleaned_all(&company.handles)),
            company.website.as_deref().map(cleaned),
            company.fallback.0,
            founding.at.as_microsecond(),
            Json(&company.team),
            Json(&company.holidays),
        );
        for rule in &founding.rules {
            rules::insert(&mut tx, rule).await?;
        }
        sla::insert_all(&mut tx, &founding.sla).await?;
        for search in &founding.searches {
            crate::searches::insert(&mut tx, search).await?;
        }
        for source in &founding.sources {
            crate::sources::insert(&mut tx, source).await?;
        }
        sessions::insert(&mut tx, &founding.session).await?;
        links::delete_unused_setup(&mut tx).await?;
        commit_sound(tx).await?;
        Ok(true)
    }

    /// Changes the company. False before the set-up.
    pub async fn update_company(&self, company: &Company) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_COMPANY,
            cleaned(&company.name),
            Json(cleaned_all(&company.handles)),
            company.website.as_deref().map(cleaned),
            company.fallback.0,
            Json(&company.team),
            Json(&company.holidays),
        );
        commit_sound(tx).await?;
        Ok(rows > 0)
    }
}

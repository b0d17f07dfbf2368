//! Users, the departments that they work for, and what they prefer.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{By, DepartmentId, Duty, Preferences, Profile, Role, User, UserId, Whereabouts};
use uuid::Uuid;

use super::{Hash, NewLink, commit_sound, links};
use crate::cases::hand_back;
use crate::clean::{cleaned, micros, time, time_of};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements::people as sql};

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    name: String,
    email: String,
    role: String,
    is_active: bool,
    has_password: bool,
    languages: Json<Vec<String>>,
    time_zone: String,
    duty: Json<Duty>,
    profile: Json<Profile>,
    /// Their preferences, if they have any.
    chosen: Option<Json<Preferences>>,
    created_at: i64,
    failures: i64,
    locked_until: Option<i64>,
}

impl UserRow {
    fn into_user(self, departments: Vec<DepartmentId>) -> Result<User, StoreError> {
        Ok(User {
            id: UserId(self.id),
            name: self.name,
            email: self.email,
            role: Role::from_word(&self.role).ok_or_else(|| unknown("users.role", &self.role))?,
            is_active: self.is_active,
            has_password: self.has_password,
            departments,
            languages: self.languages.0,
            time_zone: self.time_zone,
            duty: self.duty.0,
            profile: self.profile.0,
            preferences: self.chosen.map(|chosen| chosen.0).unwrap_or_default(),
            created_at: time(self.created_at)?,
            failures: u32::try_from(self.failures).unwrap_or(u32::MAX),
            locked_until: time_of(self.locked_until)?,
        })
    }
}

pub(super) async fn load(tx: &mut Tx) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = on!(tx, |conn| sqlx::query_as(sql::LIST_USERS).fetch_all(&mut *conn).await?);
    let members: Vec<(Uuid, Uuid)> = on!(tx, |conn| sqlx::query_as(sql::LIST_MEMBERS).fetch_all(&mut *conn).await?);
    let mut departments: HashMap<Uuid, Vec<DepartmentId>> = HashMap::new();
    for (user, department) in members {
        departments.entry(user).or_default().push(DepartmentId(department));
    }
    rows.into_iter()
        .map(|row| {
            let departments = departments.remove(&row.id).unwrap_or_default();
            row.into_user(departments)
        })
        .collect()
}

/// Adds the row of a user, without the departments: those may be added later in the same transaction.
pub(super) async fn insert(tx: &mut Tx, user: &User, password: Option<&str>) -> Result<(), StoreError> {
    execute!(
        tx,
        sql::INSERT_USER,
        user.id.0,
        cleaned(&user.name),
        cleaned(&user.email),
        password,
        user.role.as_str(),
        user.is_active,
        Json(cleaned_all(&user.languages)),
        cleaned(&user.time_zone),
        Json(&user.duty),
        user.created_at.as_microsecond(),
        Json(&user.profile),
    );
    set_preferences(tx, user).await
}

async fn set_preferences(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    execute!(tx, sql::SET_PREFERENCES, user.id.0, Json(&user.preferences));
    Ok(())
}

pub(super) async fn set_members(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    execute!(tx, sql::DELETE_MEMBERS_OF_USER, user.id.0);
    for department in &user.departments {
        execute!(tx, sql::INSERT_MEMBER, user.id.0, department.0);
    }
    Ok(())
}

pub(super) fn cleaned_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| cleaned(text)).collect()
}

async fn update(tx: &mut Tx, user: &User) -> Result<bool, StoreError> {
    let rows = execute!(
        tx,
        sql::UPDATE_USER,
        user.id.0,
        cleaned(&user.name),
        cleaned(&user.email),
        user.role.as_str(),
        user.is_active,
        Json(cleaned_all(&user.languages)),
        cleaned(&user.time_zone),
        Json(&user.duty),
        Json(&user.profile),
    );
    if rows > 0 {
        set_preferences(tx, user).await?;
    }
    Ok(rows > 0)
}

impl Store {
    /// Adds a user with the link by which they choose a password. An e-mail address that is there already is a conflict.
    pub async fn invite_user(&self, user: &User, link: &NewLink) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, user, None).await?;
        set_members(&mut tx, user).await?;
        links::insert(&mut tx, link).await?;
        commit_sound(tx).await
    }

    /// Changes everything but password, failures and dates. False if there is no such user.
    pub async fn update_user(&self, user: &User) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        if !update(&mut tx, user).await? {
            return Ok(false);
        }
        set_members(&mut tx, user).await?;
        commit_sound(tx).await?;
        Ok(true)
    }

    /// Changes a user who can own nothing any more (is inactive, or only reads): their cases go to their desks, and
    /// whoever is inactive is logged out and has no link that works. Answers which cases changed.
    pub async fn retire_user(
        &self,
        user: &User,
        by: By,
        at: Timestamp,
        why: &str,
    ) -> Result<Vec<Whereabouts>, StoreError> {
        let mut tx = self.write().await?;
        if !update(&mut tx, user).await? {
            return Ok(Vec::new());
        }
        set_members(&mut tx, user).await?;
        if !user.is_active {
            execute!(&mut tx, sql::DELETE_SESSIONS_OF_USER, user.id.0);
            execute!(&mut tx, sql::DELETE_LINKS_OF_USER, user.id.0);
            execute!(&mut tx, sql::DELETE_KEYS_OF_USER, user.id.0);
            execute!(&mut tx, sql::DELETE_OTHER_PUSH_SUBSCRIPTIONS, user.id.0, Uuid::nil());
        }
        let changed = hand_back(&mut tx, user.id, by, at, why, self.fold).await?;
        commit_sound(tx).await?;
        Ok(changed)
    }

    /// The hash of a user's password, if they have chosen one.
    pub async fn find_password(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<(Option<String>,)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::FIND_PASSWORD).bind(user.0).fetch_optional(&mut *conn).await?);
        Ok(row.and_then(|(password,)| password))
    }

    /// Replaces a user's password, ends all their sessions but one, and forgets all their browsers but one: whoever has one
    /// of the others could act by what it is told. False if there is no such user.
    pub async fn set_password(
        &self,
        user: UserId,
        password: &str,
        keep: Option<&Hash>,
        keep_browser: Option<Uuid>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::DELETE_OTHER_PUSH_SUBSCRIPTIONS, user.0, keep_browser.unwrap_or_default());
        let rows = execute!(&mut tx, sql::SET_PASSWORD, user.0, password);
        match keep {
            Some(hash) => execute!(&mut tx, sql::DELETE_OTHER_SESSIONS, user.0, hash.as_slice()),
            None => execute!(&mut tx, sql::DELETE_SESSIONS_OF_USER, user.0),
        };
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Notes how many wrong passwords came in a row and until when none is looked at. False if there is no such user.
    pub async fn note_failures(
        &self,
        user: UserId,
        failures: u32,
        locked_until: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::NOTE_FAILURES, user.0, i64::from(failures), micros(locked_until));
        tx.commit().await?;
        Ok(rows > 0)
    }
}

//! Inviting, changing, deactivating users.

use std::sync::Arc;

use jiff::tz::TimeZone;
use switchboard_model::{Department, DepartmentId, Duty, LinkPurpose, Preferences, Profile, Role, User, UserId};
use switchboard_store::{Fault, StoreError};

use super::preferences::PreferencesChange;
use super::profile::ProfileChange;
use super::team::has_another_head;
use super::{DirectoryError, checked_name};
use crate::App;
use crate::notices::Notice;
use crate::people::People;
use crate::rights::{Actor, Right};

/// Somebody who is to work here.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// What colleagues call them.
    pub name: String,
    /// What they log in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The departments they work for.
    pub departments: Vec<DepartmentId>,
    /// The languages they answer in.
    pub languages: Vec<String>,
    /// IANA name; the actor's, else UTC, if missing.
    pub time_zone: Option<String>,
    /// When they are on duty.
    pub duty: Duty,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserChange {
    /// What colleagues call them.
    pub name: Option<String>,
    /// What they log in with.
    pub email: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// The departments they work for.
    pub departments: Option<Vec<DepartmentId>>,
    /// The languages they answer in.
    pub languages: Option<Vec<String>>,
    /// IANA name of the time zone.
    pub time_zone: Option<String>,
    /// When they are on duty.
    pub duty: Option<Duty>,
    /// How they can be reached, what they know, and when they are away.
    pub profile: ProfileChange,
    /// What they prefer about the pages.
    pub preferences: PreferencesChange,
}

impl UserChange {
    /// Whether it changes nothing but what everybody may say about themselves.
    fn is_personal(&self) -> bool {
        self.email.is_none() && self.role.is_none() && self.departments.is_none() && self.profile.is_personal()
    }
}

impl App {
    /// Adds a user and returns the token of the link by which they choose a password.
    pub async fn invite(&self, actor: &Actor, new: NewUser) -> Result<(User, String), DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        if people.company().is_none() {
            return Err(DirectoryError::NotSetUp);
        }
        let own_zone = || actor.user().map_or_else(|| "UTC".to_owned(), |user| user.time_zone.clone());
        let user = User {
            id: UserId(self.ids.next()),
            name: checked_name("name", &new.name)?,
            email: checked_email(&new.email)?,
            role: new.role,
            is_active: true,
            has_password: false,
            departments: checked_departments(&people, new.departments)?,
            languages: checked_languages(&new.languages)?,
            time_zone: checked_time_zone(&new.time_zone.unwrap_or_else(own_zone))?,
            duty: new.duty,
            profile: Profile::default(),
            preferences: Preferences::default(),
            created_at: self.now(),
            failures: 0,
            locked_until: None,
        };
        let (token, link) = crate::people::link(LinkPurpose::Invitation, Some(user.id), self.now());
        self.store.invite_user(&user, &link).await.map_err(|error| taken(error, &user.email))?;
        let people = self.read_people_anew().await?;
        Ok((people.user(user.id).map_or(user, Arc::unwrap_or_clone), token))
    }

    /// Changes a user. Everybody may change their own name, languages, time zone, duty, skills, holidays, absences and
    /// preferences; the rest is for administrators.
    pub async fn change_user(&self, actor: &Actor, id: UserId, change: UserChange) -> Result<User, DirectoryError> {
        if actor.user_id() != Some(id) || !change.is_personal() {
            actor.may(Right::Administer)?;
        }
        let _turn = self.turn().await;
        let people = self.people();
        let before = get(&people, id)?;
        let mut user = before.as_ref().clone();
        if let Some(name) = change.name {
            user.name = checked_name("name", &name)?;
        }
        if let Some(email) = change.email {
            user.email = checked_email(&email)?;
        }
        if let Some(role) = change.role {
            user.role = role;
        }
        if let Some(departments) = change.departments {
            user.departments = checked_departments(&people, departments)?;
            let led = |department: &&Department| department.head == id || department.deputy == Some(id);
            if let Some(led) = people
                .departments()
                .iter()
                .filter(|department| department.is_active)
                .filter(led)
                .find(|led| !user.departments.contains(&led.id))
            {
                let message = format!("{} leads '{}'; give it another head or deputy first", user.name, led.name);
                return Err(DirectoryError::InUse(message));
            }
        }
        if let Some(languages) = change.languages {
            user.languages = checked_languages(&languages)?;
        }
        if let Some(time_zone) = change.time_zone {
            user.time_zone = checked_time_zone(&time_zone)?;
        }
        if let Some(duty) = change.duty {
            user.duty = duty;
        }
        user.profile = change.profile.applied_to(&people, &before)?;
        user.preferences = change.preferences.applied_to(user.preferences);
        keeps_an_administrator(&people, &user)?;
        if user.role == Role::Observer && before.role != Role::Observer {
            has_another_head(&people, id)?;
            if let Some(led) = people.departments().iter().find(|led| led.is_active && led.head == id) {
                let message = format!("{} is the head of '{}'; give it another head first", user.name, led.name);
                return Err(DirectoryError::InUse(message));
            }
            let why = format!("{} only reads from now on", user.name);
            return self.retire(actor, user, &why).await;
        }
        self.save(user).await
    }

    /// Makes a user inactive: logged out, and owner of nothing that is not closed.
    pub async fn deactivate_user(&self, actor: &Actor, id: UserId) -> Result<User, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let people = self.people();
        let user = User { is_active: false, ..get(&people, id)?.as_ref().clone() };
        let why = format!("{} is not active any more", user.name);
        if let Some(led) = people.departments().iter().find(|led| led.is_active && led.head == id) {
            let message = format!("{} is the head of '{}'; give it another head first", user.name, led.name);
            return Err(DirectoryError::InUse(message));
        }
        keeps_an_administrator(&people, &user)?;
        has_another_head(&people, id)?;
        self.retire(actor, user, &why).await
    }

    /// Makes a user active again.
    pub async fn activate_user(&self, actor: &Actor, id: UserId) -> Result<User, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let user = User { is_active: true, ..get(&self.people(), id)?.as_ref().clone() };
        self.save(user).await
    }

    /// Lets a user try passwords again at once.
    pub async fn unlock_user(&self, actor: &Actor, id: UserId) -> Result<User, DirectoryError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let user = User { failures: 0, locked_until: None, ..get(&self.people(), id)?.as_ref().clone() };
        self.store.note_failures(id, 0, None).await?;
        self.read_people_anew().await?;
        Ok(user)
    }

    /// Saves a user who can own nothing any more.
    async fn retire(&self, actor: &Actor, user: User, why: &str) -> Result<User, DirectoryError> {
        let retired = self.store.retire_user(&user, actor.by(), self.now(), why).await;
        let changed = retired.map_err(|error| taken(error, &user.email))?;
        if !user.is_active {
            self.sessions.forget_user(user.id, None);
        }
        self.read_people_anew().await?;
        changed.into_iter().for_each(|case| self.notices.tell(Notice::Case(case)));
        Ok(user)
    }

    async fn save(&self, user: User) -> Result<User, DirectoryError> {
        self.store.update_user(&user).await.map_err(|error| taken(error, &user.email))?;
        let people = self.read_people_anew().await?;
        Ok(people.user(user.id).map_or(user, Arc::unwrap_or_clone))
    }
}

pub(super) fn get(people: &People, id: UserId) -> Result<Arc<User>, DirectoryError> {
    people.user(id).ok_or_else(|| DirectoryError::UnknownUser(id.to_string()))
}

fn taken(error: StoreError, email: &str) -> DirectoryError {
    match error {
        StoreError::Conflict { .. } => DirectoryError::Taken {
            field: "email",
            message: format!("somebody has the e-mail address '{email}' already; change that user instead"),
        },
        error => error.into(),
    }
}

/// Refuses a change after which nobody could administer.
fn keeps_an_administrator(people: &People, changed: &User) -> Result<(), DirectoryError> {
    let administers = |user: &User| user.is_active && user.role == Role::Administrator;
    let others = people.users().iter().any(|user| user.id != changed.id && administers(user));
    if others || administers(changed) { Ok(()) } else { Err(Fault::Administrator.into()) }
}

pub(crate) fn checked_user_name(name: &str) -> Result<String, DirectoryError> {
    checked_name("name", name)
}

pub(crate) fn checked_email(email: &str) -> Result<String, DirectoryError> {
    let email = email.trim().to_lowercase();
    let is_address = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    if !is_address || email.chars().count() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(DirectoryError::bad("email", "an e-mail address looks like name@company.example"));
    }
    Ok(email)
}

pub(crate) fn checked_time_zone(name: &str) -> Result<String, DirectoryError> {
    let name = name.trim();
    let message = "no such time zone; use an IANA name like Europe/Lisbon or UTC";
    let zone = TimeZone::get(name).map_err(|_| DirectoryError::bad("time_zone", message))?;
    // The name as the database of time zones writes it.
    Ok(zone.iana_name().unwrap_or(name).to_owned())
}

fn checked_departments(
    people: &People,
    mut departments: Vec<DepartmentId>,
) -> Result<Vec<DepartmentId>, DirectoryError> {
    departments.sort();
    departments.dedup();
    match departments.iter().find(|id| people.department(**id).is_none()) {
        Some(unknown) => Err(DirectoryError::UnknownDepartment(unknown.to_string())),
        None => Ok(departments),
    }
}

/// BCP 47 tags, as far as people write them: a language, and perhaps script or region.
pub(super) fn checked_languages(languages: &[String]) -> Result<Vec<String>, DirectoryError> {
    let mut checked: Vec<String> = Vec::new();
    for tag in languages.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        let mut parts = tag.split('-');
        let is_language = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
        let is_part = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if !parts.next().is_some_and(is_language) || !parts.all(is_part) {
            let message = format!("'{tag}' is no language; use tags like en, de or pt-BR");
            return Err(DirectoryError::bad("languages", message));
        }
        if !checked.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            checked.push(tag.to_owned());
        }
    }
    if checked.len() > 50 {
        return Err(DirectoryError::bad(
            "languages",
            "these are more languages than anybody answers in; name 50 at most",
        ));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowered_and_checked() {
        let check = |email: &str, expected: Option<&str>| {
            assert_eq!(checked_email(email).ok().as_deref(), expected, "{email}");
        };
        check(" Ada@Acme.Example ", Some("ada@acme.example"));
        check("ada@localhost", Some("ada@localhost"));
        check("ada", None);
        check("@acme.example", None);
        check("ada@", None);
        check("a da@acme.example", None);
        check("ada@acme@example", None);
        check("ada@.example", None);
        check(&format!("{}@acme.example", "a".repeat(300)), None);
    }

    #[test]
    fn languages_are_tags() {
        let check = |tags: &[&str], expected: Option<&[&str]>| {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let expected = expected.map(|tags| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
            assert_eq!(checked_languages(&tags).ok(), expected, "{tags:?}");
        };
        check(&["en", " pt-BR ", "", "EN"], Some(&["en", "pt-BR"]));
        check(&["zh-Hant-TW"], Some(&["zh-Hant-TW"]));
        check(&["english"], None);
        check(&["e"], None);
        check(&["en-"], None);
    }
}

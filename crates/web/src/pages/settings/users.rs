//! Users: inviting, changing, making links, deactivating.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::App;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::duty;
use switchboard_app::directory::preferences::PreferencesChange;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_model::{Department, DepartmentId, Duty, Role, User, UserId};

use super::form::{Act, Form, Shown};
use super::profile;
use super::{Place, Places, department_choices, frame, link_address};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::directory::duty_words;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/users.html")]
struct UsersPage {
    frame: Frame,
    places: Places,
    users: Vec<UserRow>,
}

struct UserRow {
    id: UserId,
    name: String,
    email: String,
    role: Cow<'static, str>,
    departments: String,
    duty: String,
    /// What keeps them from logging in, if anything does.
    state: Option<Cow<'static, str>>,
    is_active: bool,
}

impl UsersPage {
    fn new(frame: Frame, places: Places, users: &[User], departments: &[Department], now: Timestamp) -> Self {
        let of = |user: &User| {
            let names = departments.iter().filter(|department| user.departments.contains(&department.id));
            names.map(|department| department.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let row = |user: &User| UserRow {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
            role: role_name(user.role),
            departments: of(user),
            duty: duty_words(user),
            state: state(user, now),
            is_active: user.is_active,
        };
        let mut users: Vec<UserRow> = users.iter().map(row).collect();
        users.sort_by_key(|user| (!user.is_active, user.name.to_lowercase()));
        Self { frame, places, users }
    }
}

fn state(user: &User, now: Timestamp) -> Option<Cow<'static, str>> {
    if !user.is_active {
        Some(t!("settings-users-not-active"))
    } else if !user.has_password {
        Some(t!("settings-users-invited"))
    } else if user.locked_until.is_some_and(|until| until > now) {
        Some(t!("settings-users-locked"))
    } else {
        None
    }
}

/// What a role is called.
pub(super) fn role_name(role: Role) -> Cow<'static, str> {
    match role {
        Role::Observer => t!("settings-role-observer"),
        Role::Member => t!("settings-role-member"),
        Role::Administrator => t!("settings-role-administrator"),
    }
}

fn role_words(role: Role) -> Cow<'static, str> {
    match role {
        Role::Observer => t!("settings-role-observer-words"),
        Role::Member => t!("settings-role-member-words"),
        Role::Administrator => t!("settings-role-administrator-words"),
    }
}

/// The fields of a user: as typed, else as known.
fn entries(departments: &[Department], user: Option<&User>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: String| typed.map_or(known, |fields| fields.text(name).to_owned());
    let role = typed.and_then(|fields| Role::from_word(fields.text("role")));
    let role = role.or(user.map(|user| user.role)).unwrap_or(Role::Member);
    let is_chosen = |id: DepartmentId| match typed {
        Some(fields) => fields.all("departments").any(|chosen| chosen == id.to_string()),
        None => user.is_some_and(|user| user.departments.contains(&id)),
    };
    let roles = Role::ALL.map(|one| Choice::new(one.as_str(), role_words(one), one == role)).to_vec();
    let mut entries = vec![
        Entry::line("name", t!("settings-name"), value("name", user.map(|user| user.name.clone()).unwrap_or_default()))
            .required(),
        Entry::email(
            "email",
            t!("settings-users-email"),
            value("email", user.map(|user| user.email.clone()).unwrap_or_default()),
        )
        .required()
        .fills("off"),
        Entry::one("role", t!("settings-users-role"), roles),
        Entry::any("departments", t!("settings-users-departments"), department_choices(departments, is_chosen)),
    ];
    entries.extend(personal(user, typed));
    entries
}

/// What everybody may say about themselves.
pub(super) fn personal(user: Option<&User>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    vec![
        Entry::line(
            "languages",
            t!("settings-you-languages"),
            value("languages", user.map(|user| user.languages.join(", "))),
        )
        .note(t!("settings-may-stay-empty"))
        .help(t!("settings-you-languages-help")),
        Entry::line("time_zone", t!("settings-you-zone"), value("time_zone", user.map(|user| user.time_zone.clone())))
            .list("time-zones")
            .help(t!("settings-you-zone-help")),
        Entry::line("duty", t!("settings-users-duty"), value("duty", user.map(|user| duty::print(&user.duty))))
            .note(t!("settings-you-duty-note"))
            .help(t!("settings-you-duty-help")),
    ]
}

pub(super) fn read_duty(fields: &Fields) -> Result<Duty, Refusal> {
    duty::parse(fields.text("duty")).map_err(|message| Refusal::unprocessable("bad_duty", message).about("duty"))
}

fn read_role(fields: &Fields) -> Result<Role, Refusal> {
    Role::from_word(fields.text("role"))
        .ok_or_else(|| Refusal::unprocessable("bad_role", t!("settings-users-bad-role")).about("role"))
}

fn read_departments(fields: &Fields) -> Result<Vec<DepartmentId>, Refusal> {
    let ids = fields.all("departments").map(str::parse).collect::<Result<_, _>>();
    ids.map_err(|_| Refusal::unprocessable("unknown_department", t!("settings-no-department")).about("departments"))
}

/// `GET /settings/users`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (frame, places) = (frame(t!("settings-place-users"), &visitor), Places::new(&visitor, Place::Users));
    show(StatusCode::OK, &UsersPage::new(frame, places, &web.app.users(), &web.app.departments(), web.app.now()))
}

fn new_form(app: &App, visitor: &Visitor, typed: Option<&Fields>) -> Form {
    let mut entries = entries(&app.departments(), None, typed);
    // Most colleagues sit where the one who invites them sits.
    if let (None, Some(user)) = (typed, visitor.actor.user())
        && let Some(zone) = entries.iter_mut().find(|entry| entry.name == "time_zone")
    {
        zone.value.clone_from(&user.time_zone);
    }
    Form {
        title: t!("settings-users-invite").into_owned(),
        about: t!("settings-users-invite-about").into_owned(),
        action: "/settings/users".to_owned(),
        submit: t!("settings-users-invite-submit"),
        back: Some("/settings/users"),
        entries,
        has_zones: true,
        ..Form::default()
    }
}

/// `GET /settings/users/new`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    new_form(&web.app, &visitor, None).show(StatusCode::OK, &visitor, Place::Users)
}

/// `POST /settings/users`
pub(crate) async fn invite(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    match invited(&web.app, &visitor, &fields).await {
        Ok((user, token)) => {
            let shown = link_shown(&web, &headers, &user, &token);
            let form = Form { shown: Some(shown), ..one_form(&web.app, &user, None) };
            form.show(StatusCode::CREATED, &visitor, Place::Users)
        }
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            new_form(&web.app, &visitor, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Users)
        }
    }
}

async fn invited(app: &App, visitor: &Visitor, fields: &Fields) -> Result<(User, String), Refusal> {
    let new = NewUser {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        role: read_role(fields)?,
        departments: read_departments(fields)?,
        languages: fields.list("languages"),
        time_zone: fields.filled("time_zone"),
        duty: read_duty(fields)?,
    };
    Ok(app.invite(&visitor.actor, new).await?)
}

fn link_shown(web: &Web, headers: &HeaderMap, user: &User, token: &str) -> Shown {
    Shown {
        heading: t!("settings-users-hand", name = &user.name).into_owned(),
        secret: link_address(web, headers, token),
        about: t!("settings-users-hand-about"),
    }
}

fn one_form(app: &App, user: &User, typed: Option<&Fields>) -> Form {
    let act = |title, about: Cow<'static, str>, what: &str, submit| Act {
        title,
        about: about.into_owned(),
        action: format!("/settings/users/{}/{what}", user.id),
        submit,
        entries: Vec::new(),
    };
    let state = state(user, app.now());
    let mut entries = entries(&app.departments(), Some(user), typed);
    entries.extend(profile::kept(user, typed));
    entries.extend(profile::personal(app, user, typed));
    let mut acts = Vec::new();
    if user.is_active {
        let about = t!("settings-users-link-about");
        acts.push(act(t!("settings-users-link"), about, "link", t!("settings-users-link-submit")));
        if user.failures > 0 {
            let about = t!("settings-users-wrong-about");
            acts.push(act(t!("settings-users-wrong"), about, "unlock", t!("settings-users-wrong-submit")));
        }
        let about = t!("settings-users-leaving-about");
        acts.push(act(t!("settings-users-leaving"), about, "deactivate", t!("settings-users-leaving-submit")));
    } else {
        acts.push(act(
            t!("settings-users-back"),
            t!("settings-users-back-about"),
            "activate",
            t!("settings-users-back-submit"),
        ));
    }
    Form {
        title: user.name.clone(),
        about: state.map(|state| t!("settings-users-at-the-moment", state = state).into_owned()).unwrap_or_default(),
        action: format!("/settings/users/{}", user.id),
        submit: t!("settings-save"),
        back: Some("/settings/users"),
        links: vec![(format!("/settings/users/{}/absences", user.id), t!("settings-absences"))],
        entries,
        acts,
        has_zones: true,
        ..Form::default()
    }
}

fn get(app: &App, id: UserId) -> Result<User, DirectoryError> {
    app.user(id).map(|user| user.as_ref().clone()).ok_or_else(|| DirectoryError::UnknownUser(id.to_string()))
}

/// `GET /settings/users/{id}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    one_form(&web.app, &get(&web.app, id)?, None).show(StatusCode::OK, &visitor, Place::Users)
}

/// `POST /settings/users/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let user = get(&web.app, id)?;
    match changed(&web.app, &visitor, id, &fields).await {
        Ok(_) => Ok(go("/settings/users")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            one_form(&web.app, &user, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Users)
        }
    }
}

async fn changed(app: &App, visitor: &Visitor, id: UserId, fields: &Fields) -> Result<User, Refusal> {
    let change = UserChange {
        name: Some(fields.text("name").to_owned()),
        email: Some(fields.text("email").to_owned()),
        role: Some(read_role(fields)?),
        departments: Some(read_departments(fields)?),
        languages: Some(fields.list("languages")),
        time_zone: Some(fields.text("time_zone").to_owned()),
        duty: Some(read_duty(fields)?),
        profile: profile::read(fields)?,
        preferences: PreferencesChange::default(),
    };
    Ok(app.change_user(&visitor.actor, id, change).await?)
}

/// `POST /settings/users/{id}/link`: the answer is the only place where the link can ever be read.
pub(crate) async fn link(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let user = get(&web.app, id)?;
    let token = web.app.reset_link(&visitor.actor, id).await?;
    let shown = link_shown(&web, &headers, &user, &token);
    Form { shown: Some(shown), ..one_form(&web.app, &user, None) }.show(StatusCode::OK, &visitor, Place::Users)
}

fn done(web: &Web, visitor: &Visitor, id: UserId, done: Result<User, DirectoryError>) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(go(&format!("/settings/users/{id}"))),
        Err(error) => {
            let refusal = about_form(error)?;
            let form = one_form(&web.app, &get(&web.app, id)?, None);
            form.refused(&refusal).show(refusal.status, visitor, Place::Users)
        }
    }
}

/// `POST /settings/users/{id}/deactivate`
pub(crate) async fn deactivate(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let user = web.app.deactivate_user(&visitor.actor, id).await;
    done(&web, &visitor, id, user)
}

/// `POST /settings/users/{id}/activate`
pub(crate) async fn activate(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let user = web.app.activate_user(&visitor.actor, id).await;
    done(&web, &visitor, id, user)
}

/// `POST /settings/users/{id}/unlock`
pub(crate) async fn unlock(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let user = web.app.unlock_user(&visitor.actor, id).await;
    done(&web, &visitor, id, user)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let (frame, places) = (frame(t!("settings-place-users"), &visitor), Places::new(&visitor, Place::Users));
        let page = UsersPage::new(frame, places, &samples::users(), &samples::departments(), samples::now());
        vec![page.render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = samples().remove(0);
        samples::assert_harmless(&html);
        assert!(html.contains("not active") && html.contains("invited, no password yet"), "{html}");
    }
}

//! What everybody says about themselves, what they prefer, and their password.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::access::AccessError;
use switchboard_app::directory::user::UserChange;
use switchboard_model::User;

use super::form::{Act, Form};
use super::users::{personal, read_duty, role_name};
use super::{Place, preferences, profile};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::access::{push_browser, session_token};
use crate::pages::forms::{Entry, Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

fn form(app: &App, user: &User, typed: Option<&Fields>) -> Form {
    with(user, typed, profile::personal(app, user, typed))
}

fn with(user: &User, typed: Option<&Fields>, more: Vec<Entry>) -> Form {
    let name = typed.map_or_else(|| user.name.clone(), |fields| fields.text("name").to_owned());
    let mut entries = vec![Entry::line("name", t!("settings-name"), name).required().fills("name")];
    entries.extend(personal(Some(user), typed));
    entries.extend(more);
    Form {
        title: t!("settings-place-you").into_owned(),
        about: t!("settings-you-about", email = &user.email, role = role_name(user.role)).into_owned(),
        action: "/settings/you".to_owned(),
        submit: t!("settings-save"),
        links: vec![("/settings/you/absences".to_owned(), t!("settings-absences"))],
        entries,
        acts: vec![preferences::act(user.preferences), password_act()],
        has_zones: true,
        ..Form::default()
    }
}

fn password_act() -> Act {
    Act {
        title: t!("settings-you-password"),
        about: t!("settings-you-password-about").into_owned(),
        action: "/settings/you/password".to_owned(),
        submit: t!("settings-you-password-submit"),
        entries: vec![
            Entry::password("old_password", t!("settings-you-password-old"), "current-password"),
            Entry::password("password", t!("settings-you-password-new"), "new-password")
                .help(t!("settings-you-password-help")),
            Entry::password("again", t!("settings-you-password-again"), "new-password"),
        ],
    }
}

/// The page with a part of it refused.
pub(super) fn refused(app: &App, user: &User, visitor: &Visitor, refusal: &Refusal) -> Result<Response, PageError> {
    form(app, user, None).refused(refusal).show(refusal.status, visitor, Place::You)
}

pub(super) fn user(visitor: &Visitor) -> Result<&User, PageError> {
    Ok(visitor.actor.user().ok_or(AccessError::NotAUser)?)
}

/// `GET /settings/you`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    form(&web.app, user(&visitor)?, None).show(StatusCode::OK, &visitor, Place::You)
}

/// `POST /settings/you`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let user = user(&visitor)?;
    let change = read_duty(&fields).map(|duty| UserChange {
        name: Some(fields.text("name").to_owned()),
        languages: Some(fields.list("languages")),
        time_zone: Some(fields.text("time_zone").to_owned()),
        duty: Some(duty),
        profile: profile::read_personal(&fields),
        ..UserChange::default()
    });
    let changed = match change {
        Ok(change) => web.app.change_user(&visitor.actor, user.id, change).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => Ok(go("/settings/you")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            form(&web.app, user, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::You)
        }
    }
}

/// `POST /settings/you/password`
pub(crate) async fn password(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let user = user(&visitor)?;
    let (old, new) = (fields.text("old_password"), fields.text("password"));
    let refusal = if new == fields.text("again") {
        match web.app.change_password(&visitor.actor, old, new, session_token(&headers), push_browser(&headers)).await {
            Ok(()) => {
                let said = Some(t!("settings-you-password-changed").into_owned());
                return Form { said, ..form(&web.app, user, None) }.show(StatusCode::OK, &visitor, Place::You);
            }
            Err(error) => about_form(error)?,
        }
    } else {
        Refusal::unprocessable("bad_again", t!("settings-you-password-differs")).about("again")
    };
    refused(&web.app, user, &visitor, &refusal)
}

#[cfg(test)]
pub(crate) mod tests {
    use askama::Template;

    use super::*;
    use crate::pages::samples;

    /// As it is, and with what was typed refused.
    pub(crate) fn samples() -> Vec<String> {
        let (user, visitor) = (samples::users().swap_remove(0), samples::visitor());
        let typed = Fields(vec![("name".to_owned(), samples::HOSTILE.to_owned())]);
        let refusal = Refusal::unprocessable("bad", samples::HOSTILE).about("name");
        let forms = [with(&user, None, Vec::new()), with(&user, Some(&typed), Vec::new()).refused(&refusal)];
        forms.map(|form| form.page(&visitor, Place::You).render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

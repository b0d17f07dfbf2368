//! Whether people are told things in their browsers, and how.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_model::push::PushSettings;

use super::Place;
use super::form::{Act, Form};
use crate::error::PageError;
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form};
use crate::visitor::Visitor;

fn form(settings: &PushSettings, visitor: &Visitor) -> Form {
    let yours = visitor.actor.user().map(|user| user.email.clone()).unwrap_or_default();
    let contact = if settings.contact.is_empty() { yours } else { settings.contact.clone() };
    Form {
        title: t!("settings-place-push").into_owned(),
        about: t!("push-about").into_owned(),
        action: "/settings/push".to_owned(),
        submit: t!("settings-save"),
        entries: vec![
            Entry::tick("is_on", t!("push-is-on"), settings.is_on),
            Entry::tick("shows_texts", t!("push-shows-texts"), settings.shows_texts).help(t!("push-shows-texts-help")),
            Entry::line("contact", t!("push-contact"), contact).help(t!("push-contact-help")),
        ],
        acts: vec![Act {
            title: t!("push-key"),
            about: t!("push-key-about").into_owned(),
            action: "/settings/push/key".to_owned(),
            submit: t!("push-key-go"),
            entries: Vec::new(),
        }],
        ..Form::default()
    }
}

/// `POST /settings/push/key`
pub(crate) async fn renew_key(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.app.renew_push_key(&visitor.actor).await?;
    let form = form(&web.app.push_settings().await?, &visitor);
    Form { said: Some(t!("push-key-done").into_owned()), ..form }.show(StatusCode::OK, &visitor, Place::Push)
}

/// `GET /settings/push`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    form(&web.app.push_settings().await?, &visitor).show(StatusCode::OK, &visitor, Place::Push)
}

/// `POST /settings/push`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let wanted = PushSettings {
        is_on: fields.is_on("is_on"),
        shows_texts: fields.is_on("shows_texts"),
        contact: fields.text("contact").to_owned(),
    };
    match web.app.set_push_settings(&visitor.actor, wanted.clone()).await {
        Ok(settings) => {
            let form = Form { said: Some(t!("push-saved").into_owned()), ..form(&settings, &visitor) };
            form.show(StatusCode::OK, &visitor, Place::Push)
        }
        Err(error) => {
            let refusal = about_form(error)?;
            form(&wanted, &visitor).refused(&refusal).show(refusal.status, &visitor, Place::Push)
        }
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn samples_are_rendered_and_escaped() {
        let visitor = samples::visitor();
        let settings = PushSettings { is_on: true, contact: samples::HOSTILE.to_owned(), ..PushSettings::default() };
        for form in [form(&settings, &visitor), form(&PushSettings::default(), &visitor)] {
            samples::assert_harmless(&form.page(&visitor, Place::Push).render().expect("renders"));
        }
    }
}

//! The server for mail, a trial of it, and the messages that were given up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_model::mail::{MailSecurity, MailServer};
use switchboard_model::{LinkSettings, NotificationDelivery, User};
use uuid::Uuid;

use super::Place;
use super::form::{Act, Form};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

fn security_words(security: MailSecurity) -> std::borrow::Cow<'static, str> {
    match security {
        MailSecurity::Tls => t!("mail-security-tls"),
        MailSecurity::StartTls => t!("mail-security-starttls"),
        MailSecurity::Plain => t!("mail-security-plain"),
    }
}

fn form(
    server: Option<&MailServer>,
    typed: Option<&Fields>,
    dead: &[NotificationDelivery],
    users: &[User],
    links: LinkSettings,
    visitor: &Visitor,
) -> Form {
    let value = |name: &str, known: Option<String>| {
        let typed = typed.and_then(|fields| fields.find(name)).map(str::to_owned);
        typed.or(known).unwrap_or_default()
    };
    let of = |part: fn(&MailServer) -> String| server.map(part);
    let chosen = value("security", of(|server| server.security.as_str().to_owned()));
    let choice = |one: &MailSecurity| Choice::new(one.as_str(), security_words(*one), one.as_str() == chosen);
    let yours = visitor.actor.user().map(|user| user.email.clone()).unwrap_or_default();
    let mut acts = Vec::new();
    if server.is_some() {
        acts.push(Act {
            title: t!("mail-try"),
            about: t!("mail-try-about").into_owned(),
            action: "/settings/mail/try".to_owned(),
            submit: t!("mail-try-submit"),
            entries: vec![Entry::line("to", t!("mail-to"), value("to", Some(yours))).required()],
        });
    }
    let logs_in = [(false, t!("mail-links-without")), (true, t!("mail-links-with"))];
    let logs_in =
        logs_in.map(|(needs, words)| Choice::new(if needs { "1" } else { "0" }, words, needs == links.needs_log_in));
    acts.push(Act {
        title: t!("mail-links"),
        about: t!("mail-links-about").into_owned(),
        action: "/settings/mail/links".to_owned(),
        submit: t!("settings-save"),
        entries: vec![Entry::one("needs_log_in", t!("mail-links-who"), logs_in.into())],
    });
    acts.extend(dead.iter().map(|delivery| {
        Act {
            title: t!("mail-dead", channel = delivery.channel.as_str(), to = receiver(delivery, users)),
            about: t!(
                "mail-dead-about",
                when = delivery.created_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
                attempts = delivery.attempts,
                why = delivery.trouble.as_str()
            )
            .into_owned(),
            action: format!("/settings/mail/deliveries/{}/retry", delivery.id),
            submit: t!("mail-dead-submit"),
            entries: Vec::new(),
        }
    }));
    Form {
        title: t!("settings-place-mail").into_owned(),
        about: t!("mail-about").into_owned(),
        action: "/settings/mail".to_owned(),
        submit: t!("settings-save"),
        entries: vec![
            Entry::line("host", t!("mail-host"), value("host", of(|server| server.host.clone())))
                .help(t!("mail-host-help")),
            Entry::line(
                "port",
                t!("mail-port"),
                value("port", of(|server| server.port.to_string()).or(Some("465".to_owned()))),
            ),
            Entry::one("security", t!("mail-security"), MailSecurity::ALL.iter().map(choice).collect()),
            Entry::line("user", t!("mail-user"), value("user", server.and_then(|server| server.user.clone())))
                .note(t!("settings-may-stay-empty")),
            Entry { is_required: false, ..Entry::password("password", t!("mail-password"), "new-password") }
                .help(t!("mail-password-help")),
            Entry::line("from", t!("mail-from"), value("from", of(|server| server.from.clone())))
                .help(t!("mail-from-help")),
        ],
        acts,
        ..Form::default()
    }
}

/// Whom a message was for: somebody who works here, a room, or an address.
fn receiver(delivery: &NotificationDelivery, users: &[User]) -> String {
    let user = delivery.user.and_then(|id| users.iter().find(|user| user.id == id));
    user.map_or_else(|| delivery.target.clone(), |user| user.name.clone())
}

async fn page(web: &Web, visitor: &Visitor, typed: Option<&Fields>) -> Result<Form, PageError> {
    let server = web.app.mail_server(&visitor.actor).await?;
    let dead = web.app.dead_deliveries(&visitor.actor).await?;
    Ok(form(server.as_ref(), typed, &dead, &web.app.users(), web.app.link_settings().await?, visitor))
}

/// `GET /settings/mail`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, None).await?.show(StatusCode::OK, &visitor, Place::Mail)
}

fn read(fields: &Fields) -> Result<Option<MailServer>, Refusal> {
    if fields.filled("host").is_none() {
        return Ok(None);
    }
    let bad = |field: &'static str, words| Refusal::unprocessable("bad_field", words).about(field);
    let security = MailSecurity::from_word(fields.text("security"));
    Ok(Some(MailServer {
        host: fields.text("host").to_owned(),
        port: fields.text("port").trim().parse().map_err(|_| bad("port", t!("mail-bad-port")))?,
        security: security.ok_or_else(|| bad("security", t!("mail-bad-security")))?,
        user: fields.filled("user"),
        password: Some(fields.text("password").to_owned()).filter(|password| !password.is_empty()),
        from: fields.text("from").to_owned(),
    }))
}

/// `POST /settings/mail`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let done = match read(&fields) {
        Ok(server) => web.app.set_mail_server(&visitor.actor, server).await.map(drop).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(go("/settings/mail")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page(&web, &visitor, Some(&fields)).await?.refused(&refusal).show(refusal.status, &visitor, Place::Mail)
        }
    }
}

/// `POST /settings/mail/try`
pub(crate) async fn try_it(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match web.app.try_mail(&visitor.actor, fields.text("to")).await {
        Ok(answer) => {
            let said = Some(t!("mail-tried", answer = answer).into_owned());
            let form = Form { said, ..page(&web, &visitor, None).await? };
            form.show(StatusCode::OK, &visitor, Place::Mail)
        }
        Err(error) => {
            let refusal = about_form(error)?;
            page(&web, &visitor, None).await?.refused(&refusal).show(refusal.status, &visitor, Place::Mail)
        }
    }
}

/// `POST /settings/mail/links`
pub(crate) async fn set_links(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let settings = LinkSettings { needs_log_in: fields.text("needs_log_in") == "1" };
    web.app.set_link_settings(&visitor.actor, settings).await?;
    Ok(go("/settings/mail"))
}

/// `POST /settings/mail/deliveries/{id}/retry`
pub(crate) async fn retry(
    State(web): State<Web>,
    visitor: Visitor,
    axum::extract::Path(id): axum::extract::Path<String>,
) -> Result<Response, PageError> {
    let id: Uuid = id.parse().map_err(|_| Refusal::not_found(t!("mail-no-delivery")))?;
    web.app.retry_delivery(&visitor.actor, id).await?;
    Ok(go("/settings/mail"))
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use switchboard_model::{Channel, DeliveryState, Pace};

    use super::*;
    use crate::pages::samples;

    #[test]
    fn samples_are_rendered_and_escaped() {
        let hostile = || samples::HOSTILE.to_owned();
        let server = MailServer {
            host: hostile(),
            port: 587,
            security: MailSecurity::StartTls,
            user: Some(hostile()),
            password: None,
            from: hostile(),
        };
        let dead = NotificationDelivery {
            id: Uuid::nil(),
            user: None,
            channel: Channel::Mail,
            target: hostile(),
            pace: Pace::AtOnce,
            state: DeliveryState::Dead,
            due_at: samples::now(),
            attempts: 7,
            created_at: samples::now(),
            sent_at: None,
            trouble: hostile(),
            about: None,
        };
        let visitor = samples::visitor();
        let links = LinkSettings::default();
        for form in [
            form(Some(&server), None, &[dead], &samples::users(), links, &visitor),
            form(None, None, &[], &[], links, &visitor),
        ] {
            samples::assert_harmless(&form.page(&visitor, Place::Mail).render().expect("renders"));
        }
    }
}

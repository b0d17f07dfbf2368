//! Log-in and log-out, and what was being written when a session ended.

use std::borrow::Cow;

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{leave, local, with_session};
use crate::error::{PageError, Refusal};
use crate::extract::{PageQuery, media_type};
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form, complain};
use crate::pages::{Frame, go, show};

/// The longest form that is carried over a log-in.
const CARRIED_BYTES: usize = 64 << 10;

/// A form that was sent without a session: where to, and the fields as they were encoded.
#[derive(Debug, Clone)]
struct Carried {
    action: String,
    body: String,
}

impl Carried {
    /// From the hidden fields of the log-in page.
    fn of(fields: &Fields) -> Option<Self> {
        let (action, body) = (local(fields.text("carried_to"))?, fields.text("carried"));
        let is_carried = !body.is_empty() && body.len() <= CARRIED_BYTES;
        is_carried.then(|| Self { action: action.to_owned(), body: without_secrets(body) })
    }

    /// The fields, decoded.
    fn fields(&self) -> Vec<(String, String)> {
        decoded(&self.body)
    }
}

fn decoded(body: &str) -> Vec<(String, String)> {
    // The router's own decoder, so that what is sent again is what was sent.
    let uri = format!("/?{body}").parse::<axum::http::Uri>().ok();
    let fields = uri.and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    fields.map(|Query(fields)| fields).unwrap_or_default()
}

/// Passwords are typed again, never carried.
fn without_secrets(body: &str) -> String {
    let is_open = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        // A name that hides behind escapes is no name of ours.
        !name.contains("password") && !name.contains('%')
    };
    body.split('&').filter(is_open).collect::<Vec<_>>().join("&")
}

#[derive(Template)]
#[template(path = "access/log_in.html")]
struct LogInPage {
    frame: Frame,
    entries: Vec<Entry>,
    complaint: Option<String>,
    to: String,
    carried: Option<Carried>,
    /// A form was sent that is too long to be carried.
    is_too_long: bool,
    company: Option<String>,
    /// Where anybody can be somebody with one click.
    is_demonstration: bool,
}

impl LogInPage {
    fn new(web: &Web, email: &str, to: &str, carried: Option<Carried>, refusal: Option<&Refusal>) -> Self {
        let company = web.app.company().map(|company| company.name.clone());
        let is_demonstration = web.options.demonstration.is_some();
        Self { is_demonstration, ..Self::of(company, email, to, carried, refusal) }
    }

    fn of(company: Option<String>, email: &str, to: &str, carried: Option<Carried>, refusal: Option<&Refusal>) -> Self {
        let mut entries = vec![
            Entry::email("email", t!("access-email"), email).required(),
            Entry::password("password", t!("access-password"), "current-password"),
        ];
        Self {
            frame: Frame::new(t!("access-log-in")).with_style("people.css"),
            complaint: complain(&mut entries, refusal),
            entries,
            to: to.to_owned(),
            carried,
            is_too_long: false,
            company,
            is_demonstration: false,
        }
    }
}

#[derive(Template)]
#[template(path = "access/again.html")]
struct AgainPage {
    frame: Frame,
    action: String,
    fields: Vec<(String, String)>,
    /// What a person wrote, with what it is called.
    shown: Vec<(String, String)>,
}

impl AgainPage {
    fn new(carried: &Carried) -> Self {
        let fields = carried.fields();
        let is_written = |(_, value): &&(String, String)| value.chars().any(char::is_alphabetic);
        let shown = fields.iter().filter(is_written).map(|(name, value)| (called(name).into_owned(), value.clone()));
        Self {
            frame: Frame::new(t!("access-send-again")).with_style("people.css"),
            action: carried.action.clone(),
            shown: shown.collect(),
            fields,
        }
    }
}

/// What a field of some form is called. Those in which people write most have words; the others keep their names.
fn called(name: &str) -> Cow<'_, str> {
    match name {
        "text" => t!("access-again-text"),
        "why" => t!("access-again-why"),
        "note" => t!("access-again-note"),
        "tags" => t!("access-again-tags"),
        "name" => t!("settings-name"),
        name => name.replace('_', " ").into(),
    }
}

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    to: String,
}

/// `GET /log-in`
pub(crate) async fn ask(State(web): State<Web>, PageQuery(wanted): PageQuery<Wanted>) -> Result<Response, PageError> {
    if web.options.demonstration.is_some() {
        return Ok(go("/demo"));
    }
    show(StatusCode::OK, &LogInPage::new(&web, "", local(&wanted.to).unwrap_or_default(), None, None))
}

/// `POST /log-in`
pub(crate) async fn log_in(State(web): State<Web>, headers: HeaderMap, fields: Fields) -> Result<Response, PageError> {
    let (email, to, carried) = (fields.text("email"), local(fields.text("to")), Carried::of(&fields));
    let session = match web.app.log_in(email, fields.text("password")).await {
        Ok(session) => session,
        Err(error) => {
            let refusal = about_form(error)?;
            let page = LogInPage::new(&web, email, to.unwrap_or_default(), carried, Some(&refusal));
            return show(refusal.status, &page);
        }
    };
    // Whoever planted or watched the session before this one has nothing of it.
    leave(&web, &headers, Some(session.user.id)).await?;
    let response = match carried {
        Some(carried) => show(StatusCode::OK, &AgainPage::new(&carried))?,
        None => go(to.unwrap_or("/")),
    };
    Ok(with_session(&web, Some(&session), response))
}

/// `POST /log-out`
pub(crate) async fn log_out(State(web): State<Web>, headers: HeaderMap) -> Result<Response, PageError> {
    leave(&web, &headers, None).await?;
    Ok(with_session(&web, None, go("/log-in")))
}

/// What is answered to a page's form that came without a session: the log-in, with what was written carried along.
pub(crate) async fn interrupted(web: &Web, request: Request<Body>) -> Response {
    let action = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let is_form = media_type(request.headers()).as_deref() == Some("application/x-www-form-urlencoded");
    // Leaving is no work that could be lost.
    let is_work = is_form && action != "/log-out";
    let body = if is_work { to_bytes(request.into_body(), CARRIED_BYTES).await.ok() } else { Some(Default::default()) };
    let text = body.as_deref().and_then(|body| std::str::from_utf8(body).ok()).map(without_secrets);
    let carried = match (local(&action), text) {
        (Some(action), Some(body)) if !body.is_empty() => Some(Carried { action: action.to_owned(), body }),
        _ => None,
    };
    let mut page = LogInPage::new(web, "", "", carried, None);
    page.is_too_long = body.is_none();
    match show(StatusCode::UNAUTHORIZED, &page) {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{HOSTILE, assert_harmless};

    fn carried() -> Carried {
        Carried { action: "/cases/1/note".to_owned(), body: "text=a+%3Cscript%3Ealert%28%29&version=3".to_owned() }
    }

    /// Bare, and with everything that can be on it.
    pub(crate) fn samples() -> Vec<String> {
        let refusal = Refusal::unprocessable("wrong_password", HOSTILE);
        let bare = LogInPage::of(None, "", "/", None, None);
        let full = LogInPage::of(Some(HOSTILE.to_owned()), HOSTILE, "/\"'", Some(carried()), Some(&refusal));
        let too_long = LogInPage { is_too_long: true, ..LogInPage::of(None, "", "/", None, None) };
        [bare, full, too_long].map(|page| page.render().expect("renders")).into()
    }

    /// What was written before the session ended.
    pub(crate) fn samples_of_again() -> Vec<String> {
        vec![AgainPage::new(&carried()).render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        assert!(pages[1].contains("name=\"carried\""), "{}", pages[1]);
        let html = samples_of_again().remove(0);
        assert_harmless(&html);
        assert!(html.contains("a &#60;script&#62;alert()") && html.contains("name=\"version\""), "{html}");
    }

    #[test]
    fn passwords_are_never_carried() {
        let check = |body: &str, expected: &str| assert_eq!(without_secrets(body), expected);
        check("text=a&password=b&old_password=c&x=d", "text=a&x=d");
        check("p%61ssword=b&x=d", "x=d");
        check("", "");
    }
}

//! A one-time link: choosing a first password, or a new one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_app::access::{AccessError, LinkView};
use switchboard_model::{LinkPurpose, User};

use super::{leave, with_session};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form, complain};
use crate::pages::{Frame, go, show};

#[derive(Template)]
#[template(path = "access/link.html")]
struct LinkPage {
    frame: Frame,
    token: String,
    heading: String,
    /// For the browser's store of passwords.
    email: String,
    entries: Vec<Entry>,
    complaint: Option<String>,
}

impl LinkPage {
    fn new(token: &str, purpose: LinkPurpose, user: &User, refusal: Option<&Refusal>) -> Self {
        let title = match purpose {
            LinkPurpose::Reset => t!("access-choose-new"),
            LinkPurpose::Invitation | LinkPurpose::Setup => t!("access-choose"),
        };
        let mut entries = vec![
            Entry::password("password", t!("access-password"), "new-password").help(t!("access-password-help")),
            Entry::password("again", t!("access-password-again"), "new-password"),
        ];
        Self {
            frame: Frame::new(title).with_style("people.css"),
            token: token.to_owned(),
            heading: t!("access-welcome", name = &user.name).into_owned(),
            email: user.email.clone(),
            complaint: complain(&mut entries, refusal),
            entries,
        }
    }
}

async fn find(web: &Web, token: &str) -> Result<(LinkPurpose, User), PageError> {
    match web.app.link(token).await? {
        Some(LinkView { purpose, user: Some(user) }) => Ok((purpose, user.as_ref().clone())),
        _ => Err(AccessError::LinkSpent.into()),
    }
}

/// `GET /links/{token}`
pub(crate) async fn ask(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, PageError> {
    let (purpose, user) = find(&web, &token).await?;
    show(StatusCode::OK, &LinkPage::new(&token, purpose, &user, None))
}

/// `POST /links/{token}`
pub(crate) async fn follow(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let (purpose, user) = find(&web, &token).await?;
    let refusal = if fields.text("password") != fields.text("again") {
        Refusal::unprocessable("bad_again", t!("access-password-differs")).about("again")
    } else {
        match web.app.follow_link(&token, fields.text("password")).await {
            Ok(session) => {
                leave(&web, &headers, Some(session.user.id)).await?;
                return Ok(with_session(&web, Some(&session), go("/")));
            }
            Err(error) => about_form(error)?,
        }
    };
    show(refusal.status, &LinkPage::new(&token, purpose, &user, Some(&refusal)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// A link of each purpose, with something refused.
    pub(crate) fn samples() -> Vec<String> {
        let refusal = Refusal::unprocessable("bad", samples::HOSTILE).about("again");
        let page = |purpose| LinkPage::new(samples::HOSTILE, purpose, &samples::users()[0], Some(&refusal));
        LinkPurpose::ALL.map(|purpose| page(purpose).render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

//! What somebody does by a signed link out of a message. Opening one does nothing: scanners of mail open links.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::notifications::NotificationError;
use switchboard_app::notifications::link::{Act, Link};

use super::failure::sentence;
use super::forms::{Fields, about_form};
use super::{Frame, show};
use crate::error::{PageError, Refusal};
use crate::options::Web;

#[derive(Template)]
#[template(path = "act.html")]
struct ActPage {
    frame: Frame,
    token: String,
    heading: Cow<'static, str>,
    /// As whom it is done.
    name: String,
    /// The case, where it is about one.
    case: Option<String>,
    /// What the button says; none after it was pressed, or where nothing can be done.
    submit: Option<Cow<'static, str>>,
    /// Whether a reason is asked for.
    asks_why: bool,
    said: Option<Cow<'static, str>>,
    complaint: Option<String>,
}

impl ActPage {
    fn new(token: &str, link: &Link, name: &str) -> Self {
        let case = link.case.to_string();
        let (heading, submit) = match link.act {
            Act::Claim => (t!("act-claim", case = case.as_str()), t!("act-claim-submit")),
            Act::Accept => (t!("act-accept", case = case.as_str()), t!("act-accept-submit")),
            Act::Decline => (t!("act-decline", case = case.as_str()), t!("act-decline-submit")),
            Act::Unsubscribe(_) => (t!("act-unsubscribe"), t!("act-unsubscribe-submit")),
        };
        Self {
            frame: Frame::new(t!("act-title")).with_style("people.css"),
            token: token.to_owned(),
            heading,
            name: name.to_owned(),
            case: Some(case).filter(|_| !matches!(link.act, Act::Unsubscribe(_))),
            submit: Some(submit),
            asks_why: link.act == Act::Decline,
            said: None,
            complaint: None,
        }
    }

    fn done(link: &Link, page: Self) -> Self {
        let said = match link.act {
            Act::Claim | Act::Accept => t!("act-yours"),
            Act::Decline => t!("act-declined"),
            Act::Unsubscribe(_) => t!("act-unsubscribed"),
        };
        Self { submit: None, asks_why: false, said: Some(said), ..page }
    }

    fn gone(page: Self) -> Self {
        Self { submit: None, asks_why: false, complaint: Some(t!("act-gone").into_owned()), ..page }
    }
}

/// `GET /act/{token}`
pub(crate) async fn ask(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, PageError> {
    let (link, actor) = web.app.read_act(&token)?;
    let name = actor.user().map_or("", |user| user.name.as_str());
    let page = ActPage::new(&token, &link, name);
    if web.app.act_stands(&link).await? {
        show(StatusCode::OK, &page)
    } else {
        show(StatusCode::CONFLICT, &ActPage::gone(page))
    }
}

/// `POST /act/{token}`
pub(crate) async fn act(
    State(web): State<Web>,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (link, actor) = web.app.read_act(&token)?;
    let name = actor.user().map_or("", |user| user.name.as_str());
    let page = ActPage::new(&token, &link, name);
    if !web.app.act_stands(&link).await? {
        return show(StatusCode::CONFLICT, &ActPage::gone(page));
    }
    let done: Result<(), Refusal> = match link.act {
        Act::Claim => web.app.claim_case(&actor, link.case, None).await.map(drop).map_err(Refusal::from),
        Act::Accept => web.app.accept_case(&actor, link.case, None).await.map(drop).map_err(Refusal::from),
        Act::Decline => {
            let why = fields.text("note");
            web.app.decline_case(&actor, link.case, None, why).await.map(drop).map_err(Refusal::from)
        }
        Act::Unsubscribe(kind) => {
            let done: Result<(), NotificationError> = web.app.unsubscribe(&actor, kind).await;
            done.map_err(Refusal::from)
        }
    };
    match done {
        Ok(()) => show(StatusCode::OK, &ActPage::done(&link, page)),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let page = ActPage { complaint: Some(sentence(&refusal.message)), ..page };
            show(refusal.status, &page)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::{CaseId, NotificationKind, UserId};

    use super::*;
    use crate::pages::samples;

    /// Each act asked for, done, refused and too late.
    pub(crate) fn samples() -> Vec<String> {
        let acts = [Act::Claim, Act::Accept, Act::Decline, Act::Unsubscribe(NotificationKind::Offered)];
        let mut pages = Vec::new();
        for act in acts {
            let user = UserId(uuid::Uuid::nil());
            let link = Link { user, act, case: CaseId(7), event: 2, until: samples::now() };
            let page = || ActPage::new("claim.0.7", &link, samples::HOSTILE);
            let refused = ActPage { complaint: Some(samples::HOSTILE.to_owned()), ..page() };
            for page in [page(), ActPage::done(&link, page()), ActPage::gone(page()), refused] {
                pages.push(page.render().expect("renders"));
            }
        }
        pages
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

//! An outreach by its link: the one page for a senior who does not log in.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_app::cases::outreach::OutreachAct;
use switchboard_model::UserId;

use super::one::{Looks, OnePage, is_begun, lost, read, zone};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Fields, about_form};
use crate::pages::{Frame, go, show};
use crate::reader::{Reader, reading};
use crate::visitor::Visitor;

/// What is said where nothing can be done by the link any more, with what was typed.
#[derive(Template)]
#[template(path = "outreach/over.html")]
struct OverPage {
    frame: Frame,
    heading: Cow<'static, str>,
    complaint: String,
    lost: Vec<String>,
    /// Where somebody logs in who has to.
    log_in: Option<String>,
}

impl OverPage {
    fn new(complaint: String, lost: Vec<String>) -> Self {
        Self { frame: frame(), heading: t!("outreach-one-over"), complaint, lost, log_in: None }
    }

    /// Somebody has to log in first, or somebody else is. It tells nothing of the case.
    fn stranger(token: &str, is_somebody_else: bool, lost: Vec<String>) -> Self {
        let complaint = if is_somebody_else { t!("outreach-link-somebody-else") } else { t!("act-log-in") };
        let log_in = (!is_somebody_else).then(|| format!("/log-in?to=/outreach/link/{token}"));
        let heading = t!("outreach-one-title");
        Self { heading, log_in, ..Self::new(complaint.into_owned(), lost) }
    }
}

/// Where links need a log-in and the visitor is not the senior: what they are shown instead.
async fn stranger(
    web: &Web,
    token: &str,
    senior: UserId,
    visitor: Option<&Visitor>,
    lost: Vec<String>,
) -> Result<Option<Response>, PageError> {
    let user = visitor.and_then(|visitor| visitor.actor.user_id());
    if user == Some(senior) || !web.app.link_settings().await?.needs_log_in {
        return Ok(None);
    }
    let status = if user.is_some() { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
    show(status, &OverPage::stranger(token, user.is_some(), lost)).map(Some)
}

fn owned(lost: Vec<&str>) -> Vec<String> {
    lost.into_iter().map(str::to_owned).collect()
}

fn frame() -> Frame {
    Frame::new(t!("outreach-one-title")).with_style("people.css").with_style("lists.css")
}

async fn page(web: &Web, token: &str, typed: Fields) -> Result<OnePage, PageError> {
    let page = web.app.outreach_page(token).await?;
    let looks = Looks { is_logged_in: false, is_senior: true, may_act: true, may_withdraw: false };
    Ok(OnePage::new(frame(), &format!("/outreach/link/{token}"), page, looks, typed, web.app.now()))
}

/// `GET /outreach/link/{token}`, with `?saved` after something was written down.
pub(crate) async fn show_one(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    Path(token): Path<String>,
    PageQuery(pairs): PageQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (senior, user) = web.app.senior_of_link(&token)?;
    if let Some(shown) = stranger(&web, &token, senior, visitor.as_ref(), Vec::new()).await? {
        return Ok(shown);
    }
    // Whoever reads it is the senior, logged in or not: by their clock and in their language.
    reading(Reader::of_user(&headers, user.as_deref()), shown(&web, &token, &pairs)).await
}

async fn shown(web: &Web, token: &str, pairs: &[(String, String)]) -> Result<Response, PageError> {
    let is_saved = pairs.iter().any(|(name, _)| name == "saved");
    let outreach = web.app.outreach_of_link(token).await?;
    // Whoever has just said how it ended, or that they will not, is told that it was taken.
    if is_saved && !outreach.state.is_open() {
        let complaint = t!("outreach-one-saved").into_owned();
        return show(StatusCode::OK, &OverPage::new(complaint, Vec::new()));
    }
    show(StatusCode::OK, &page(web, token, Fields::default()).await?.saved(is_saved))
}

/// `POST /outreach/link/{token}`
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (senior, user) = web.app.senior_of_link(&token)?;
    if let Some(shown) = stranger(&web, &token, senior, visitor.as_ref(), owned(lost(&fields))).await? {
        return Ok(shown);
    }
    reading(Reader::of_user(&headers, user.as_deref()), done(&web, &token, fields)).await
}

async fn done(web: &Web, token: &str, fields: Fields) -> Result<Response, PageError> {
    // Taking back is for who asked.
    let done = match read(&fields, &zone()) {
        Ok(OutreachAct::Withdraw { .. }) => {
            Err(Refusal::unprocessable("bad_field", t!("outreach-bad-choice")).about("act"))
        }
        Ok(act) => web.app.act_by_outreach_link(token, act).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    if done.is_ok() && fields.text("act") == "accept" && is_begun(&fields) {
        // What was written below goes on being written.
        return show(StatusCode::OK, &page(web, token, fields).await?.saved(true));
    }
    let Err(refusal) = done else {
        // Loading that again sends nothing twice.
        return Ok(go(&format!("/outreach/link/{token}?saved")));
    };
    let refusal = about_form(refusal)?;
    if refusal.status == StatusCode::NOT_FOUND {
        return Err(refusal.into());
    }
    if refusal.status == StatusCode::GONE {
        return show(refusal.status, &OverPage::new(sentence(&refusal.message), owned(lost(&fields))));
    }
    show(refusal.status, &page(web, token, fields).await?.refused(&refusal))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn samples() -> Vec<String> {
        let page = |lost: Vec<String>| OverPage::new(samples::HOSTILE.to_owned(), lost);
        let lost = || vec![samples::HOSTILE.to_owned()];
        let strangers = [true, false].map(|is_somebody_else| OverPage::stranger("x.y", is_somebody_else, lost()));
        [page(Vec::new()), page(lost())].iter().chain(&strangers).map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

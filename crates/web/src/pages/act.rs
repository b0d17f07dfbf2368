//! What somebody does by a signed link out of a message. Opening one does nothing: scanners of mail open links.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::notifications::NotificationError;
use switchboard_app::notifications::link::{Act, Link, Standing};
use switchboard_app::rights::{Actor, Forbidden};
use switchboard_model::{DepartmentId, LinkAct, TransferReason, UserId};

use super::case::actions::{Destination, destinations};
use super::colleagues::Colleagues;
use super::failure::sentence;
use super::forms::{Choice, Fields, about_form};
use super::{Frame, case, show};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::visitor::Visitor;

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
    /// What is asked for a note, where one is asked for, and whether it may stay empty.
    note: Option<(Cow<'static, str>, bool)>,
    /// To whom a case can go and why, where it is to be transferred.
    transfer: Option<TransferForm>,
    /// What was typed for the note.
    typed: String,
    said: Option<Cow<'static, str>>,
    complaint: Option<String>,
    /// Where somebody logs in who has to.
    log_in: Option<String>,
    /// The version of the case for which all this holds.
    seen: Option<u32>,
}

struct TransferForm {
    destinations: Vec<Destination>,
    reasons: Vec<Choice>,
    watches: bool,
}

impl ActPage {
    fn new(token: &str, link: &Link, name: &str) -> Self {
        let case = link.case.to_string();
        let number = case.as_str();
        let (heading, submit) = match link.act {
            Act::Case(LinkAct::Claim) => (t!("act-claim", case = number), t!("act-claim-submit")),
            Act::Case(LinkAct::Accept) => (t!("act-accept", case = number), t!("act-accept-submit")),
            Act::Case(LinkAct::Decline) => (t!("act-decline", case = number), t!("act-decline-submit")),
            Act::Case(LinkAct::Transfer) => (t!("act-transfer", case = number), t!("act-transfer-submit")),
            Act::Unsubscribe(_) => (t!("act-unsubscribe"), t!("act-unsubscribe-submit")),
            Act::UnsubscribePace(_) => (t!("act-unsubscribe-digest"), t!("act-unsubscribe-submit")),
        };
        Self {
            frame: Frame::new(t!("act-title")).with_style("people.css"),
            token: token.to_owned(),
            heading,
            name: name.to_owned(),
            case: Some(case).filter(|_| matches!(link.act, Act::Case(_))),
            submit: Some(submit),
            note: match link.act {
                Act::Case(LinkAct::Accept) => Some((t!("act-note"), true)),
                Act::Case(LinkAct::Decline) => Some((t!("act-why"), false)),
                Act::Case(LinkAct::Transfer) => Some((t!("act-transfer-note"), false)),
                Act::Case(LinkAct::Claim) | Act::Unsubscribe(_) | Act::UnsubscribePace(_) => None,
            },
            transfer: None,
            typed: String::new(),
            said: None,
            complaint: None,
            log_in: None,
            seen: None,
        }
    }

    /// With nothing to press.
    fn over(self) -> Self {
        Self { submit: None, note: None, transfer: None, ..self }
    }

    fn done(link: &Link, page: Self) -> Self {
        let said = match link.act {
            Act::Case(LinkAct::Claim | LinkAct::Accept) => t!("act-yours"),
            Act::Case(LinkAct::Decline) => t!("act-declined"),
            Act::Case(LinkAct::Transfer) => t!("act-transferred"),
            Act::Unsubscribe(_) => t!("act-unsubscribed"),
            Act::UnsubscribePace(_) => t!("act-unsubscribed-digest"),
        };
        Self { said: Some(said), ..page.over() }
    }

    /// What stands in the way, if something does.
    fn standing(self, standing: Standing) -> Result<Self, Box<(StatusCode, Self)>> {
        let (status, words) = match standing {
            Standing::Stands(seen) => return Ok(Self { seen, ..self }),
            Standing::Spent(at) => {
                let at = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
                (StatusCode::GONE, t!("act-spent", at = at))
            }
            Standing::Gone => (StatusCode::CONFLICT, t!("act-gone")),
            Standing::Forbidden(Forbidden::Role(_)) => (StatusCode::FORBIDDEN, t!("act-forbidden-role")),
            Standing::Forbidden(_) => (StatusCode::FORBIDDEN, t!("act-forbidden-department")),
        };
        Err(Box::new((status, Self { complaint: Some(words.into_owned()), ..self.over() })))
    }

    /// Somebody has to log in first, or somebody else is.
    fn stranger(self, is_somebody_else: bool) -> Self {
        let words = if is_somebody_else { t!("act-somebody-else") } else { t!("act-log-in") };
        let log_in = (!is_somebody_else).then(|| format!("/log-in?to=/act/{}", self.token));
        Self { complaint: Some(words.into_owned()), log_in, ..self.over() }
    }
}

/// Whether somebody has to log in for this, and is not: what they are shown instead.
async fn stranger(web: &Web, link: &Link, visitor: Option<&Visitor>) -> Result<Option<bool>, NotificationError> {
    let needs_log_in = matches!(link.act, Act::Case(_)) && web.app.link_settings().await?.needs_log_in;
    let user = visitor.and_then(|visitor| visitor.actor.user_id());
    Ok((needs_log_in && user != Some(link.user)).then_some(user.is_some()))
}

/// Departments, and who of them is on duty.
fn form(web: &Web, actor: &Actor, from: Option<DepartmentId>, fields: Option<&Fields>) -> TransferForm {
    let (people, now) = (web.app.people(), web.app.now());
    let users = people.users().iter().filter(|user| people.is_on_duty(user, now)).cloned();
    let colleagues = Colleagues { users: users.collect(), departments: web.app.departments(), you: actor.user_id() };
    let text = |name: &str| fields.map_or("", |fields| fields.text(name));
    let reasons = case::reasons().map(|(word, words)| Choice::new(word, words, word == text("reason")));
    TransferForm {
        destinations: destinations(from, &colleagues, text("to")),
        reasons: reasons.into(),
        watches: fields.is_none_or(|fields| fields.is_on("watch")),
    }
}

fn read_transfer(fields: &Fields) -> Result<Transfer, Refusal> {
    let bad = |field: &'static str, words| Refusal::unprocessable("bad_field", words).about(field);
    let to = fields.text("to");
    let (department, user) = to.split_once('/').map_or((to, None), |(department, user)| (department, Some(user)));
    let department: Option<DepartmentId> = department.parse().ok();
    let user: Option<UserId> = user.map(str::parse).transpose().map_err(|_| bad("to", t!("act-bad-to")))?;
    Ok(Transfer {
        department: department.ok_or_else(|| bad("to", t!("act-bad-to")))?,
        user,
        reason: TransferReason::from_word(fields.text("reason")).ok_or_else(|| bad("reason", t!("act-bad-reason")))?,
        note: fields.text("note").to_owned(),
        accept_within_min: None,
        keeps_watching: fields.is_on("watch"),
    })
}

/// `GET /act/{token}`
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let (link, actor) = web.app.read_act(&token)?;
    page(&web, visitor.as_ref(), &token, &link, &actor, "")
        .await
        .map_or_else(|shown| shown, |page| show(StatusCode::OK, &page))
}

/// The page with what can be done; else the page that says why nothing can.
async fn page(
    web: &Web,
    visitor: Option<&Visitor>,
    token: &str,
    link: &Link,
    actor: &Actor,
    typed: &str,
) -> Result<ActPage, Result<Response, PageError>> {
    let name = actor.user().map_or("", |user| user.name.as_str());
    let page = ActPage { typed: typed.to_owned(), ..ActPage::new(token, link, name) };
    let stranger = stranger(web, link, visitor).await.map_err(|error| Err(error.into()))?;
    if let Some(is_somebody_else) = stranger {
        // Who has the letter and nothing else is not told for whom it is.
        let page = ActPage { name: String::new(), ..page.stranger(is_somebody_else) };
        let status = if is_somebody_else { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        return Err(show(status, &page));
    }
    let standing = web.app.act_standing(link, actor).await.map_err(|error| Err(error.into()))?;
    let mut page = page.standing(standing).map_err(|over| show(over.0, &over.1))?;
    if link.act == Act::Case(LinkAct::Transfer) {
        let case = web.app.case(actor, link.case).await.map_err(|error| Err(error.into()))?;
        page.transfer = Some(form(web, actor, Some(case.department), None));
    }
    Ok(page)
}

/// `POST /act/{token}`
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (link, actor) = web.app.read_act(&token)?;
    let note = fields.text("note");
    let page = match page(&web, visitor.as_ref(), &token, &link, &actor, note).await {
        Ok(page) => page,
        Err(shown) => return shown,
    };
    let done: Result<(), Refusal> = match link.act {
        Act::Case(LinkAct::Claim) => web.app.claim_case(&actor, link.case, None).await.map(drop).map_err(Refusal::from),
        Act::Case(LinkAct::Accept) => {
            web.app.accept_case_with(&actor, link.case, page.seen, note).await.map(drop).map_err(Refusal::from)
        }
        Act::Case(LinkAct::Decline) => {
            web.app.decline_case(&actor, link.case, page.seen, note).await.map(drop).map_err(Refusal::from)
        }
        Act::Case(LinkAct::Transfer) => match read_transfer(&fields) {
            Ok(transfer) => {
                web.app.transfer_case(&actor, link.case, page.seen, transfer).await.map(drop).map_err(Refusal::from)
            }
            Err(refusal) => Err(refusal),
        },
        Act::Unsubscribe(kind) => {
            let done: Result<(), NotificationError> = web.app.unsubscribe(&actor, kind).await;
            done.map_err(Refusal::from)
        }
        Act::UnsubscribePace(pace) => web.app.unsubscribe_pace(&actor, pace).await.map_err(Refusal::from),
    };
    match done {
        Ok(()) => show(StatusCode::OK, &ActPage::done(&link, page)),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let from = page.case.as_ref().filter(|_| page.transfer.is_some());
            let transfer = match from {
                Some(_) => {
                    let case = web.app.case(&actor, link.case).await?;
                    Some(form(&web, &actor, Some(case.department), Some(&fields)))
                }
                None => None,
            };
            let complaint = Some(sentence(&refusal.message));
            show(refusal.status, &ActPage { complaint, transfer, typed: note.to_owned(), ..page })
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::rights::Right;
    use switchboard_model::{CaseId, NotificationKind, Pace, Via};

    use super::*;
    use crate::pages::samples;

    /// Each act asked for, done, refused, too late, and for somebody who has to log in.
    pub(crate) fn samples() -> Vec<String> {
        let acts = LinkAct::ALL.iter().map(|act| Act::Case(*act));
        let mut pages = Vec::new();
        let out = [Act::Unsubscribe(NotificationKind::Offered), Act::UnsubscribePace(Pace::Daily)];
        for act in acts.chain(out) {
            let user = UserId(uuid::Uuid::nil());
            let link = Link { user, act, case: CaseId(7), event: 2, until: samples::now(), via: Via::Mail };
            let page = || {
                let colleagues = samples::colleagues();
                let reasons = case::reasons().map(|(word, words)| Choice::new(word, words, false));
                let form = TransferForm {
                    destinations: destinations(None, &colleagues, ""),
                    reasons: reasons.into(),
                    watches: true,
                };
                let transfer = Some(form).filter(|_| act == Act::Case(LinkAct::Transfer));
                ActPage { transfer, ..ActPage::new("claim.0.7", &link, samples::HOSTILE) }
            };
            let refused = ActPage { complaint: Some(samples::HOSTILE.to_owned()), ..page() };
            let standings = [
                Standing::Spent(samples::now()),
                Standing::Gone,
                Standing::Forbidden(Forbidden::Role(Right::Work)),
                Standing::Forbidden(Forbidden::NotYourDepartment),
            ];
            let late = standings.map(|standing| page().standing(standing).err().expect("it is over").1);
            let strangers = [page().stranger(true), page().stranger(false)];
            for page in [page(), ActPage::done(&link, page()), refused].into_iter().chain(late).chain(strangers) {
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

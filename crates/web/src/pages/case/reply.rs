//! Writing an answer: the draft that is kept on the server, and the reply that is put into the outbox.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use switchboard_app::answer::AnswerError;
use switchboard_app::answer::draft::DraftText;
use switchboard_app::answer::reply::NewReply;
use switchboard_model::{CaseId, PostId, ReplyId, Then};

use super::composer::Meter;
use super::forms::after;
use super::load;
use super::notice::Typed;
use crate::error::{PageError, Refusal};
use crate::extract::{PageForm, PageId};
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::go;
use crate::visitor::Visitor;

/// How long a reply can be taken back: long enough to see one's own mistake.
const REGRET_S: u32 = 10;

/// How much of a draft from another window is shown beside the one that is being written.
const SHOWN: usize = 600;

fn target(typed: &Typed) -> Option<PostId> {
    (!typed.to.is_empty()).then(|| PostId(typed.to.clone()))
}

/// `POST /cases/{id}/draft`: keeps what was written. The script asks quietly and gets back how long it is and what keeps
/// it from leaving.
pub(crate) async fn draft(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Result<Response, PageError> {
    let text = DraftText { account: typed.account.parse().ok(), to: target(&typed), text: typed.text.clone() };
    let saved = web.app.save_draft(&visitor.actor, id, text, typed.draft).await;
    let now = web.app.now();
    match (saved, typed.quiet.is_some()) {
        (Ok((draft, measured)), true) => {
            meter(StatusCode::OK, &Meter::new(Some(&measured), Some(draft.updated_at), draft.version, now))
        }
        (Ok(_), false) => Ok(go(&after(&typed.back, id))),
        (Err(AnswerError::StaleDraft(other)), true) => {
            let shown: String = other.text.chars().take(SHOWN).collect();
            let trouble =
                if shown.trim().is_empty() { t!("case-draft-emptied") } else { t!("case-draft-changed", text = shown) };
            let trouble = trouble.into_owned();
            meter(StatusCode::CONFLICT, &Meter { draft: other.version, trouble, ..Meter::default() })
        }
        (Err(error), true) => {
            let refusal = Refusal::from(error);
            meter(refusal.status, &Meter { trouble: sentence(&refusal.message), ..Meter::default() })
        }
        (Err(error), false) => load::refused(&web, &visitor, id, "draft", typed, error.into()).await,
    }
}

fn meter(status: StatusCode, meter: &Meter) -> Result<Response, PageError> {
    let html = meter.render().map_err(|error| Refusal::internal(&error))?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

/// `POST /cases/{id}/reply`: puts the reply into the outbox. The same draft leaves once, however often it is sent.
pub(crate) async fn send(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Result<Response, PageError> {
    let done = match typed.account.parse() {
        Ok(account) => {
            let new = NewReply {
                account,
                to: target(&typed),
                text: typed.text.clone(),
                then: Then::from_word(&typed.then).unwrap_or_default(),
                seen: typed.version,
                draft_version: typed.draft,
                client_key: None,
                despite: Some(typed.despite.clone()),
                send_after_s: REGRET_S,
            };
            web.app.reply(&visitor.actor, id, new).await.map_err(Refusal::from)
        }
        Err(_) => Err(Refusal::unprocessable("bad_field", "choose the account that answers").about("account")),
    };
    match done {
        Ok(reply) => Ok(go(&format!("{}#reply-{}", after(&typed.back, id), reply.id))),
        Err(refusal) => load::refused(&web, &visitor, id, "reply", typed, refusal).await,
    }
}

fn read_ids(case: &str, reply: &str) -> Result<(CaseId, ReplyId), Refusal> {
    let unknown = || Refusal::not_found("there is no such reply");
    Ok((case.parse().map_err(|_| unknown())?, reply.parse().map_err(|_| unknown())?))
}

/// `POST /cases/{id}/replies/{reply}/withdraw`
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    Path((case, reply)): Path<(String, String)>,
    PageForm(typed): PageForm<Typed>,
) -> Result<Response, PageError> {
    let (id, reply) = read_ids(&case, &reply)?;
    match web.app.withdraw_reply(&visitor.actor, reply).await {
        Ok(_) => Ok(go(&after(&typed.back, id))),
        Err(error) => load::refused(&web, &visitor, id, "withdraw", typed, error.into()).await,
    }
}

/// `POST /cases/{id}/replies/{reply}/retry`
pub(crate) async fn retry(
    State(web): State<Web>,
    visitor: Visitor,
    Path((case, reply)): Path<(String, String)>,
    PageForm(typed): PageForm<Typed>,
) -> Result<Response, PageError> {
    let (id, reply) = read_ids(&case, &reply)?;
    match web.app.retry_reply(&visitor.actor, reply).await {
        Ok(_) => Ok(go(&after(&typed.back, id))),
        Err(error) => load::refused(&web, &visitor, id, "retry", typed, error.into()).await,
    }
}

//! Asking somebody beside the owner, and answering in the case.

use axum::extract::State;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::question::NewQuestion;
use switchboard_model::{Asked, CaseId, Guest};

use super::forms::{Answer, bad, finish};
use super::notice::Typed;
use crate::error::Refusal;
use crate::extract::{PageForm, PageId};
use crate::options::Web;
use crate::visitor::Visitor;

/// The choice of somebody outside.
const GUEST: &str = "guest";

/// `POST /cases/{id}/question`
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match read_asked(&typed) {
        Ok(to) => {
            let shows_posts = Some(typed.shows.is_some());
            let new = NewQuestion { to, text: typed.text.clone(), shows_posts, waits: typed.waits.is_some() };
            web.app.ask_question(&visitor.actor, id, new).await.map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "question", typed, done).await
}

fn read_asked(typed: &Typed) -> Result<Asked, Refusal> {
    if typed.to == GUEST {
        return Ok(Asked::Guest(Guest { name: typed.name.clone(), email: typed.email.clone() }));
    }
    typed.to.parse().map(Asked::User).map_err(|_| bad("to", "choose who is asked"))
}

/// `POST /cases/{id}/answer-question`
pub(crate) async fn answer(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.answer_question(&visitor.actor, id, typed.question.unwrap_or_default(), &typed.text).await;
    finish(&web, &visitor, id, "answer-question", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/withdraw-question`
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.withdraw_question(&visitor.actor, id, typed.question.unwrap_or_default()).await;
    finish(&web, &visitor, id, "withdraw-question", typed, done.map_err(CaseError::into)).await
}

//! What the forms of a case do: one function each. What was typed comes back when it is refused.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::transfer::Transfer;
use switchboard_model::{Awaited, Case, CaseId, DepartmentId, Outcome, PostId, TransferReason, UserId};

use super::notice::Typed;
use super::{CasePage, actions, load, local, moments};
use crate::error::{PageError, Refusal};
use crate::extract::{PageForm, PageId, PagePostId};
use crate::options::Web;
use crate::pages::{go, show};
use crate::visitor::Visitor;

pub(super) type Answer = Result<Response, PageError>;

/// `GET /cases/{id}`
pub(crate) async fn show_one(State(web): State<Web>, visitor: Visitor, PageId(id): PageId<CaseId>) -> Answer {
    let case = load::pane(&web, &visitor, id, "", None).await?;
    web.app.see_case(&visitor.actor, id).await?;
    show(StatusCode::OK, &CasePage { frame: load::frame(case.title(), &visitor), case })
}

/// `POST /posts/{id}/case`: makes a case of a mention, or leads to the one it has.
pub(crate) async fn open(State(web): State<Web>, visitor: Visitor, PagePostId(id): PagePostId) -> Answer {
    let case = web.app.open_case(&visitor.actor, &PostId(id)).await?;
    Ok(go(&format!("/cases/{}", case.id)))
}

/// Back to where the form was, or the case with what was typed and why it was not done.
pub(super) async fn finish(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    verb: &'static str,
    typed: Typed,
    done: Result<Case, Refusal>,
) -> Answer {
    match done {
        Ok(_) => Ok(go(&after(&typed.back, id))),
        Err(refusal) => load::refused(web, visitor, id, verb, typed, refusal).await,
    }
}

/// Where a form leads.
pub(crate) fn after(back: &str, id: CaseId) -> String {
    local(back).map_or_else(|| format!("/cases/{id}"), str::to_owned)
}

/// A field of a form whose words are not among those it offers.
pub(super) fn bad(field: &'static str, message: &str) -> Refusal {
    Refusal::unprocessable("bad_field", message).about(field)
}

/// `POST /cases/{id}/claim`
pub(crate) async fn claim(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.claim_case(&visitor.actor, id, typed.version).await;
    finish(&web, &visitor, id, "claim", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/confirm`
pub(crate) async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.confirm_case(&visitor.actor, id, typed.version).await;
    finish(&web, &visitor, id, "confirm", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/assign`
pub(crate) async fn assign(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match typed.to.parse() {
        Ok(to) => web.app.assign_case(&visitor.actor, id, typed.version, to).await.map_err(Refusal::from),
        Err(_) => Err(bad("to", "choose the colleague who takes it")),
    };
    finish(&web, &visitor, id, "assign", typed, done).await
}

/// `POST /cases/{id}/release`
pub(crate) async fn release(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.release_case(&visitor.actor, id, typed.version, &typed.why).await;
    finish(&web, &visitor, id, "release", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/transfer`
pub(crate) async fn transfer(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match chosen(&web, &visitor, id, &typed).await {
        Ok(to) => match read_transfer(&Typed { to, ..typed.clone() }) {
            Ok(transfer) => {
                web.app.transfer_case(&visitor.actor, id, typed.version, transfer).await.map_err(Refusal::from)
            }
            Err(refusal) => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "transfer", typed, done).await
}

/// What was chosen; else whoever is meant by what was typed: an extension, a name, a topic.
async fn chosen(web: &Web, visitor: &Visitor, id: CaseId, typed: &Typed) -> Result<String, Refusal> {
    if !typed.to.is_empty() || typed.find.trim().is_empty() {
        return Ok(typed.to.clone());
    }
    let case = web.app.case(&visitor.actor, id).await?;
    let to = web.app.find_destination(&typed.find, Some(case.department)).await?;
    Ok(match to.user {
        Some(user) => format!("{}/{user}", to.department),
        None => to.department.to_string(),
    })
}

/// A destination is a department, or a department and one of its users.
fn read_transfer(typed: &Typed) -> Result<Transfer, Refusal> {
    let choose = || bad("to", "choose the department or the person who gets it");
    let (department, user) = match typed.to.split_once('/') {
        Some((department, user)) => (department, Some(user.parse().map_err(|_| choose())?)),
        None => (typed.to.as_str(), None),
    };
    Ok(Transfer {
        department: department.parse().map_err(|_| choose())?,
        user,
        reason: TransferReason::from_word(&typed.reason).ok_or_else(|| bad("reason", "choose why"))?,
        note: typed.note.clone(),
        accept_within_min: None,
        keeps_watching: typed.watch.is_some(),
    })
}

/// `POST /cases/{id}/accept`
pub(crate) async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.accept_case_with(&visitor.actor, id, typed.version, &typed.note).await;
    finish(&web, &visitor, id, "accept", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/decline`
pub(crate) async fn decline(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.decline_case(&visitor.actor, id, typed.version, &typed.note).await;
    finish(&web, &visitor, id, "decline", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/withdraw-offer`
pub(crate) async fn withdraw_offer(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.withdraw_offer(&visitor.actor, id, typed.version).await;
    finish(&web, &visitor, id, "withdraw-offer", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/note`: a note changes nothing that somebody else could have changed, so no version is asked for.
pub(crate) async fn note(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.note_on_case(&visitor.actor, id, None, &typed.text).await;
    finish(&web, &visitor, id, "note", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/tag`: the form holds all tags of the case.
pub(crate) async fn tag(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let known = web.app.case(&visitor.actor, id).await?.tags;
    let wanted = read_tags(&typed.tags);
    let added: Vec<String> = wanted.iter().filter(|tag| !known.contains(tag)).cloned().collect();
    let removed: Vec<String> = known.into_iter().filter(|tag| !wanted.contains(tag)).collect();
    let done = web.app.tag_case(&visitor.actor, id, typed.version, &added, &removed).await;
    finish(&web, &visitor, id, "tag", typed, done.map_err(CaseError::into)).await
}

/// Tags as the case keeps them, so that what is only written otherwise is no change.
pub(crate) fn read_tags(text: &str) -> Vec<String> {
    let plain = |tag: &str| tag.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut tags: Vec<String> = text.split(',').map(plain).filter(|tag| !tag.is_empty()).collect();
    tags.sort();
    tags.dedup();
    tags
}

/// `POST /cases/{id}/prioritise`
pub(crate) async fn prioritise(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match typed.score.trim().parse() {
        Ok(score) => {
            let done = web.app.prioritise_case(&visitor.actor, id, typed.version, score, &typed.why).await;
            done.map_err(Refusal::from)
        }
        Err(_) => Err(bad("score", "the priority is a number from 0 to 100")),
    };
    finish(&web, &visitor, id, "prioritise", typed, done).await
}

/// `POST /cases/{id}/snooze`
pub(crate) async fn snooze(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let zone = actions::zone(&load::colleagues(&web, &visitor));
    let until = match typed.until.as_str() {
        "own" => moments::read(&typed.own, &zone),
        word => moments::find(word, web.app.now(), &zone),
    };
    let done = match until {
        Some(until) => web.app.snooze_case(&visitor.actor, id, typed.version, until).await.map_err(Refusal::from),
        None => Err(bad("until", "choose until when it sleeps, as a day and a time")),
    };
    finish(&web, &visitor, id, "snooze", typed, done).await
}

/// `POST /cases/{id}/wait`
pub(crate) async fn wait(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let on = if typed.on == Awaited::Colleague.as_str() { Awaited::Colleague } else { Awaited::Author };
    let done = web.app.wait_case(&visitor.actor, id, typed.version, on).await;
    finish(&web, &visitor, id, "wait", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/watch`
pub(crate) async fn watch(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match read_follower(&typed) {
        Ok(user) => web.app.watch_case(&visitor.actor, id, user).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "watch", typed, done).await
}

/// `POST /cases/{id}/unwatch`
pub(crate) async fn unwatch(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match read_follower(&typed) {
        Ok(user) => web.app.unwatch_case(&visitor.actor, id, user).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "unwatch", typed, done).await
}

/// Whoever sends the form, where nobody is named.
fn read_follower(typed: &Typed) -> Result<Option<UserId>, Refusal> {
    let named = Some(typed.to.as_str()).filter(|to| !to.is_empty());
    named.map(|to| to.parse().map_err(|_| bad("to", "choose who follows it"))).transpose()
}

/// `POST /cases/{id}/involve`
pub(crate) async fn involve(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match read_department(&typed) {
        Ok(department) => web.app.involve(&visitor.actor, id, department, &typed.why).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "involve", typed, done).await
}

/// `POST /cases/{id}/excuse`
pub(crate) async fn excuse(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match read_department(&typed) {
        Ok(department) => web.app.excuse(&visitor.actor, id, department).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, id, "excuse", typed, done).await
}

fn read_department(typed: &Typed) -> Result<DepartmentId, Refusal> {
    typed.to.parse().map_err(|_| bad("to", "choose the department"))
}

/// `POST /cases/{id}/resume`
pub(crate) async fn resume(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.resume_case(&visitor.actor, id, typed.version, &typed.why).await;
    finish(&web, &visitor, id, "resume", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/close`
pub(crate) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = match Outcome::from_word(&typed.outcome) {
        Some(outcome) => {
            let (app, actor) = (&web.app, &visitor.actor);
            let done = match typed.withdraw {
                Some(_) => app.withdraw_and_close(actor, id, typed.version, outcome, &typed.reason).await,
                None => app.close_case(actor, id, typed.version, outcome, &typed.reason).await,
            };
            done.map_err(Refusal::from)
        }
        None => Err(bad("outcome", "choose how it ended")),
    };
    finish(&web, &visitor, id, "close", typed, done).await
}

/// `POST /cases/{id}/reopen`
pub(crate) async fn reopen(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.reopen_case(&visitor.actor, id, typed.version, &typed.why).await;
    finish(&web, &visitor, id, "reopen", typed, done.map_err(CaseError::into)).await
}

/// `POST /cases/{id}/undo`
pub(crate) async fn undo(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let done = web.app.undo(&visitor.actor, id, typed.version, typed.event).await;
    finish(&web, &visitor, id, "undo", typed, done.map_err(CaseError::into)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_kept() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read_tags(text), expected, "{text}");
        check("Lid, k4 ,, K4", &["k4", "lid"]);
        check("two  words", &["two words"]);
        check(" , ", &[]);
    }

    #[test]
    fn destinations_are_departments_and_their_people() {
        let id = uuid::Uuid::from_u128(7).to_string();
        let read = |to: &str, reason: &str| {
            read_transfer(&Typed { to: to.to_owned(), reason: reason.to_owned(), ..Typed::default() })
        };
        assert!(read(&id, "language").is_ok_and(|transfer| transfer.user.is_none()));
        assert!(read(&format!("{id}/{id}"), "language").is_ok_and(|transfer| transfer.user.is_some()));
        for (to, reason) in [("", "language"), ("x/y", "language"), (id.as_str(), "because")] {
            assert!(read(to, reason).is_err(), "{to} {reason}");
        }
    }
}

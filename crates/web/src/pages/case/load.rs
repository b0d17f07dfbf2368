//! Reading what a case page shows, and answering with it.

use axum::http::StatusCode;
use axum::response::Response;
use switchboard_model::{Account, By, CaseId, QuestionView};

use super::notice::{Refused, Typed};
use super::proposal::{self, ProposalView};
use super::{CasePage, CasePane, CaseParts, Shown, outreach};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::colleagues::Colleagues;
use crate::pages::{Frame, Section, show};
use crate::visitor::Visitor;

/// Everybody, as whoever looks calls them.
pub(crate) fn colleagues(web: &Web, visitor: &Visitor) -> Colleagues {
    Colleagues { users: web.app.users(), departments: web.app.departments(), you: visitor.actor.user_id() }
}

/// A case with everything around it.
pub(crate) async fn pane(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    back: &str,
    refused: Option<&Refused>,
) -> Result<CasePane, PageError> {
    let view = web.app.case_view(&visitor.actor, id).await?;
    let searches = web.app.searches().await?;
    let (app, actor) = (&web.app, &visitor.actor);
    let may_answer = actor.may_work_on(&view.case).is_ok();
    let usable = app.usable_accounts(actor, &view.case.network, view.case.department);
    // Nothing is written in a case that is in another one.
    let may_write = may_answer && view.case.merged_into.is_none();
    let draft = if may_write { app.draft(actor, id).await? } else { None };
    // Replies may have left from accounts that were removed since; they keep their names.
    let names = view.replies.iter().filter_map(|reply| app.account(actor, reply.account).ok());
    let accounts: Vec<Account> = names.collect();
    let may_hand_out = |by: By| may_answer || by == actor.by();
    let stories = view.merged.iter().map(|part| (part.case.id, part.events.as_slice()));
    let addresses = stories
        .chain([(id, view.events.as_slice())])
        .flat_map(|(case, events)| QuestionView::all(events).map(move |asked| (case, asked)))
        .filter(|(_, asked)| may_hand_out(asked.event.by) && asked.question.is_to_guest())
        .map(|(case, asked)| ((case, asked.event.number), app.question_address(case, asked.event.number)))
        .collect();
    let parts = CaseParts {
        case: &view.case,
        posts: &view.posts,
        events: &view.events,
        undoable: view.undoable,
        replies: &view.replies,
        accounts: &accounts,
        usable: &usable,
        draft: draft.as_ref(),
        measured: None,
        searches: &searches,
        clocks: &view.clocks,
        addresses: &addresses,
        merged: &view.merged,
    };
    let colleagues = colleagues(web, visitor);
    let shown = Shown {
        actor: &visitor.actor,
        colleagues: &colleagues,
        now: web.app.now(),
        with_pictures: web.app.shows_pictures(),
        back,
        refused,
    };
    let trace = app.case_trace(actor, id).await?;
    let asked = proposal::is_asked(trace.proposal.as_ref(), &view.case, &view.events, &shown);
    let proposal = trace.proposal.map(|proposal| ProposalView::new(&proposal, &colleagues, asked));
    let panel = outreach::panel(web, visitor, &view.case, &colleagues).await?;
    Ok(CasePane::new(&parts, &shown).with_trace(&trace.rules).with_proposal(proposal).with_outreach(panel))
}

/// The frame of the desk and of its cases.
pub(crate) fn frame(title: impl Into<String>, visitor: &Visitor) -> Frame {
    // The others listen to what desk.js says when it begins.
    let scripts = [
        "connection.js",
        "kept.js",
        "presence.js",
        "rows.js",
        "bulk.js",
        "desk.js",
        "act.js",
        "touch.js",
        "directory.js",
        "named.js",
    ];
    let frame = Frame::within(title, Section::Desk, visitor).with_style("desk.css").with_style("pictures.css");
    scripts.into_iter().fold(frame, Frame::with_script)
}

/// The case with what was typed and not done, and why.
pub(crate) async fn refused(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    verb: &'static str,
    typed: Typed,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let status = refusal.status;
    if status == StatusCode::NOT_FOUND || status.is_server_error() {
        return Err(PageError(refusal));
    }
    let refused = Refused { verb, refusal, typed };
    let case = pane(web, visitor, id, &refused.typed.back, Some(&refused)).await?;
    show(status, &CasePage { frame: frame(case.title(), visitor), case })
}

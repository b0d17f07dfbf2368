//! Many cases at once: those that were marked in the list, what can be done to them, and what became of each.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::bulk::{BulkAct, BulkResult, Chosen, MOST_CASES};
use switchboard_app::cases::transfer::Transfer;
use switchboard_model::{Awaited, CaseId, Outcome, Role, TransferReason};

use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::case::actions::{self, Destination};
use crate::pages::case::forms::read_tags;
use crate::pages::case::moments::{self, Moment};
use crate::pages::case::{load, local, wording};
use crate::pages::colleagues::Colleagues;
use crate::pages::failure::sentence;
use crate::pages::forms::Fields;
use crate::pages::{Frame, Section, show};
use crate::visitor::Visitor;

/// What can be done to the cases that were marked.
#[derive(Template)]
#[template(path = "desk/bulk.html")]
struct BulkPage {
    frame: Frame,
    /// Where the list is.
    back: String,
    chosen: Vec<ChosenView>,
    /// What was done, and to which it was not.
    outcome: Option<OutcomeView>,
    complaint: Option<String>,
    forms: Forms,
    typed: Fields,
}

/// A case that is marked.
struct ChosenView {
    id: CaseId,
    /// As the form sends it: number and version.
    value: String,
    /// "97, the desk of Service".
    about: String,
    /// Somebody has changed it since it was marked: done to it is nothing before somebody has looked.
    has_changed: bool,
}

/// What became of them.
struct OutcomeView {
    done: usize,
    /// How many needed nothing.
    unchanged: usize,
    /// Those that it was not done to, and why.
    refused: Vec<(CaseId, String)>,
    /// What can be taken back: number and event, as the form sends it.
    undo: Vec<String>,
}

/// What the forms offer.
struct Forms {
    destinations: Vec<Destination>,
    reasons: Vec<(&'static str, Cow<'static, str>)>,
    people: Vec<(String, String)>,
    outcomes: Vec<(&'static str, Cow<'static, str>)>,
    moments: Vec<Moment>,
}

impl Forms {
    fn new(now: Timestamp, colleagues: &Colleagues, typed: &Fields) -> Self {
        let working = colleagues.users.iter().filter(|user| user.is_active && user.role != Role::Observer);
        Self {
            destinations: actions::destinations(None, colleagues, typed.text("transfer-to")),
            reasons: crate::pages::case::reasons().into(),
            people: working.map(|user| (user.id.to_string(), user.name.clone())).collect(),
            outcomes: Outcome::ALL.map(|outcome| (outcome.as_str(), wording::outcome(outcome))).into(),
            moments: moments::moments(now, &actions::zone(colleagues)),
        }
    }
}

/// The cases of a form: "12.5" is case 12 as it was at version 5.
pub(crate) fn read_chosen(fields: &Fields) -> Result<Vec<Chosen>, Refusal> {
    let one = |text: &str| {
        let (case, seen) = text.split_once('.')?;
        Some(Chosen { case: case.parse().ok()?, seen: Some(seen.parse().ok()?) })
    };
    let unknown = || Refusal::bad_request(t!("desk-bulk-unknown"));
    let chosen: Vec<Chosen> = fields.all("case").map(|text| one(text).ok_or_else(unknown)).collect::<Result<_, _>>()?;
    if chosen.is_empty() { Err(Refusal::bad_request(t!("desk-bulk-none"))) } else { Ok(chosen) }
}

/// What the form asks for; `None` where it only asks what can be done.
fn read_act(fields: &Fields, web: &Web, colleagues: &Colleagues) -> Result<Option<BulkAct>, Refusal> {
    let bad =
        |field: &'static str, message: Cow<'static, str>| Refusal::unprocessable("bad_field", message).about(field);
    let zone = actions::zone(colleagues);
    let text = |name: &str| fields.text(name).to_owned();
    let verb = fields.text("verb");
    if let Some(word) = verb.strip_prefix("snooze ") {
        let until = moments::find(word, web.app.now(), &zone).ok_or_else(|| bad("verb", t!("desk-bulk-until")))?;
        return Ok(Some(BulkAct::Snooze { until }));
    }
    Ok(Some(match verb {
        "" => return Ok(None),
        "claim" => BulkAct::Claim,
        "watch" => BulkAct::Watch,
        "wait" => BulkAct::Wait { on: Awaited::Author },
        "release" => BulkAct::Release { why: text("release-why") },
        "note" => BulkAct::Note { text: text("note-text") },
        "assign" => {
            let to = fields.text("assign-to").parse().map_err(|_| bad("assign-to", t!("desk-bulk-who")))?;
            BulkAct::Assign { to }
        }
        "transfer" => {
            let (department, user) = match fields.text("transfer-to").split_once('/') {
                Some((department, user)) => (department, Some(user)),
                None => (fields.text("transfer-to"), None),
            };
            let choose = || bad("transfer-to", t!("desk-bulk-whose"));
            BulkAct::Transfer(Transfer {
                department: department.parse().map_err(|_| choose())?,
                user: user.map(|user| user.parse().map_err(|_| choose())).transpose()?,
                reason: TransferReason::from_word(fields.text("transfer-reason")).ok_or_else(choose)?,
                note: text("transfer-note"),
                accept_within_min: None,
                keeps_watching: fields.is_on("transfer-watch"),
            })
        }
        "tag" => {
            BulkAct::Tag { added: read_tags(fields.text("tag-add")), removed: read_tags(fields.text("tag-remove")) }
        }
        "prioritise" => {
            let score = fields.text("prioritise-score").trim().parse();
            let score = score.map_err(|_| bad("prioritise-score", t!("desk-bulk-score")))?;
            BulkAct::Prioritise { score, why: text("prioritise-why") }
        }
        "merge" => {
            let into = fields.text("merge-into").parse();
            BulkAct::Merge { into: into.map_err(|_| bad("merge-into", t!("desk-bulk-merge-which")))? }
        }
        "close" => BulkAct::Close {
            outcome: Outcome::from_word(fields.text("close-outcome"))
                .ok_or_else(|| bad("close-outcome", t!("desk-bulk-how")))?,
            reason: text("close-why"),
        },
        _ => return Err(bad("verb", t!("desk-bulk-verb"))),
    }))
}

fn outcome(results: Vec<BulkResult>, can_undo: bool) -> OutcomeView {
    let mut view = OutcomeView { done: 0, unchanged: 0, refused: Vec::new(), undo: Vec::new() };
    for BulkResult { case, done } in results {
        match done {
            Ok((now, true)) => {
                view.done += 1;
                view.undo.extend(can_undo.then(|| format!("{case}.{}", now.version)));
            }
            Ok((_, false)) => view.unchanged += 1,
            Err(error) => view.refused.push((case, sentence(&error.to_string()))),
        }
    }
    view
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    cases: &[Chosen],
    outcome: Option<OutcomeView>,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let colleagues = load::colleagues(web, visitor);
    let mut chosen = Vec::new();
    for &Chosen { case: id, seen } in cases.iter().take(MOST_CASES) {
        // One that is gone, or may not be seen, is named by what is done with it.
        let Ok(case) = web.app.case(&visitor.actor, id).await else { continue };
        // A mark counts for the case as it was when it was set, until an answer has said what became of each.
        let version = seen.filter(|_| outcome.is_none()).unwrap_or(case.version);
        let about =
            t!("desk-bulk-one", priority = u64::from(case.priority.score), owner = colleagues.owner(&case).full);
        let value = format!("{id}.{version}");
        chosen.push(ChosenView { id, value, about: about.into_owned(), has_changed: version != case.version });
    }
    let page = BulkPage {
        frame: Frame::within(t!("desk-bulk"), Section::Desk, visitor)
            .with_style("lists.css")
            .with_style("people.css")
            .with_script("named.js"),
        back: local(fields.text("back")).unwrap_or("/desk").to_owned(),
        chosen,
        outcome,
        complaint: refusal.map(|refusal| sentence(&refusal.message)),
        forms: Forms::new(web.app.now(), &colleagues, fields),
        typed: fields.clone(),
    };
    show(refusal.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// `POST /desk/bulk`: does to the marked cases what the form says; without a verb it asks what.
pub(crate) async fn act(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let chosen = read_chosen(&fields)?;
    let marked = chosen.clone();
    let colleagues = load::colleagues(&web, &visitor);
    let act = match read_act(&fields, &web, &colleagues) {
        Ok(None) => return page(&web, &visitor, &fields, &marked, None, None).await,
        Ok(Some(act)) => act,
        Err(refusal) => return page(&web, &visitor, &fields, &marked, None, Some(&refusal)).await,
    };
    // What a colleague follows is their own to end, with the button beside it.
    let can_undo = act != BulkAct::Watch;
    // The one that goes on is among those that are marked.
    let mut chosen = chosen;
    if let BulkAct::Merge { into } = act {
        chosen.retain(|one| one.case != into);
        if chosen.is_empty() {
            let refusal = Refusal::unprocessable("bad_field", t!("desk-bulk-merge-few"));
            return page(&web, &visitor, &fields, &marked, None, Some(&refusal)).await;
        }
    }
    match web.app.act_on_cases(&visitor.actor, &chosen, &act).await {
        Ok(results) => page(&web, &visitor, &fields, &marked, Some(outcome(results, can_undo)), None).await,
        Err(error) => {
            let refusal = Refusal::from(error);
            page(&web, &visitor, &fields, &marked, None, Some(&refusal)).await
        }
    }
}

/// `POST /desk/bulk/undo`: takes back what was done to them.
pub(crate) async fn undo(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let chosen = read_chosen(&fields)?;
    let events: Vec<(CaseId, u32)> = chosen.iter().filter_map(|one| Some((one.case, one.seen?))).collect();
    let results = web.app.undo_on_cases(&visitor.actor, &events).await?;
    page(&web, &visitor, &fields, &chosen, Some(outcome(results, false)), None).await
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn sample(outcome: Option<OutcomeView>, complaint: Option<&str>) -> String {
        let colleagues = samples::colleagues();
        let typed = Fields(vec![("close-why".to_owned(), samples::HOSTILE.to_owned())]);
        let page = BulkPage {
            frame: Frame::within(t!("desk-bulk"), Section::Desk, &samples::visitor()),
            back: "/desk?queue=all".to_owned(),
            chosen: [42, 43]
                .map(|id| ChosenView {
                    id: CaseId(id),
                    value: format!("{id}.7"),
                    about: samples::HOSTILE.to_owned(),
                    has_changed: id == 43,
                })
                .into(),
            outcome,
            complaint: complaint.map(str::to_owned),
            forms: Forms::new(samples::now(), &colleagues, &typed),
            typed,
        };
        page.render().expect("renders")
    }

    /// Asked, done, refused.
    pub(crate) fn samples() -> Vec<String> {
        let view = OutcomeView {
            done: 41,
            unchanged: 2,
            refused: vec![(CaseId(7), samples::HOSTILE.to_owned())],
            undo: vec!["42.8".to_owned()],
        };
        vec![sample(None, None), sample(Some(view), None), sample(None, Some(samples::HOSTILE))]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for html in samples() {
            samples::assert_harmless(&html);
            assert!(html.contains("name=\"case\" value=\"42.7\"") || html.contains("value=\"42.8\""), "{html}");
        }
    }

    #[test]
    fn what_is_marked_is_read_with_its_version() {
        let read = |values: &[&str]| {
            let fields = Fields(values.iter().map(|value| ("case".to_owned(), (*value).to_owned())).collect());
            read_chosen(&fields).map(|chosen| chosen.iter().map(|one| (one.case.0, one.seen)).collect::<Vec<_>>())
        };
        assert_eq!(read(&["12.5", "7.1"]).expect("read"), [(12, Some(5)), (7, Some(1))]);
        assert!(read(&[]).is_err() && read(&["12"]).is_err() && read(&["x.1"]).is_err());
    }
}

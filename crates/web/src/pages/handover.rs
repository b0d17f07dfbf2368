//! Hand-over: what becomes of one's cases when the shift ends, and giving them to a colleague or the desk before that.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::bulk::{BulkResult, Chosen};
use switchboard_app::cases::handover::{AtShiftEnd, HandOver, HandOverCase, HandOverTo, HandedOver};
use switchboard_model::{CaseId, UserId};

use super::case::load::colleagues;
use super::colleagues::Colleagues;
use super::desk::bulk::read_chosen;
use super::failure::sentence;
use super::forms::Fields;
use super::words::When;
use super::{Frame, Section, show};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::visitor::Visitor;

/// How many characters of a post are shown.
const WORDS: usize = 180;
/// What the names of the notes begin with; the number of the case follows.
const NOTE: &str = "note-";
/// The same of the versions that were shown.
const SEEN: &str = "seen-";

#[derive(Template)]
#[template(path = "handover.html")]
struct HandOverPage {
    frame: Frame,
    /// The shift never ends.
    is_always: bool,
    /// When it ends; `None` for who is off duty.
    ends: Option<When>,
    back: Option<When>,
    cases: Vec<CaseView>,
    /// How many of them go to the desk by themselves.
    returns: usize,
    colleagues: Vec<(UserId, String, bool)>,
    to_desk: bool,
    /// What was written for cases that are no longer here.
    lost: Vec<(CaseId, String)>,
    outcome: Option<OutcomeView>,
    complaint: Option<String>,
}

struct CaseView {
    id: CaseId,
    /// As the form sends it: number and version.
    value: String,
    version: u32,
    score: u8,
    department: String,
    words: String,
    due: Option<When>,
    /// Its clock has run out.
    is_over: bool,
    then: Cow<'static, str>,
    returns: bool,
    is_marked: bool,
    note: String,
}

/// What became of those that were handed over.
struct OutcomeView {
    done: usize,
    unchanged: usize,
    /// Those that could not be, and why.
    refused: Vec<(CaseId, String)>,
}

/// What was typed, without what is done by now: a note that was left is not left again, and every other one stays.
fn rest(fields: &Fields, results: &[BulkResult]) -> Fields {
    let version_of = |id: &str| {
        let done = results.iter().filter_map(|one| one.done.as_ref().ok());
        done.map(|(case, _)| case).find(|case| case.id.to_string() == id).map(|case| case.version)
    };
    let stays_marked = fields.text("verb") == "note";
    let field = |(name, value): &(String, String)| {
        if let Some(id) = name.strip_prefix(NOTE) {
            return version_of(id).is_none().then(|| (name.clone(), value.clone()));
        }
        let version = value.split_once('.').filter(|_| name == "case").and_then(|(id, _)| Some((id, version_of(id)?)));
        match version {
            None => Some((name.clone(), value.clone())),
            // One's own note is no reason to take a mark away.
            Some((id, version)) => stays_marked.then(|| (name.clone(), format!("{id}.{version}"))),
        }
    };
    Fields(fields.0.iter().filter_map(field).collect())
}

/// The cases for which something is written, and what.
fn notes(fields: &Fields) -> impl Iterator<Item = (CaseId, &str)> {
    fields.0.iter().filter_map(|(name, text)| {
        let case = name.strip_prefix(NOTE)?.parse().ok()?;
        (!text.trim().is_empty()).then_some((case, text.as_str()))
    })
}

fn outcome(results: Vec<BulkResult>) -> OutcomeView {
    let mut view = OutcomeView { done: 0, unchanged: 0, refused: Vec::new() };
    for BulkResult { case, done } in results {
        match done {
            Ok((_, true)) => view.done += 1,
            Ok((_, false)) => view.unchanged += 1,
            Err(error) => view.refused.push((case, sentence(&error.to_string()))),
        }
    }
    view
}

impl HandOverPage {
    fn new(
        list: &HandOver,
        typed: Option<&Fields>,
        colleagues: &Colleagues,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Self {
        let to = typed.map(|fields| fields.text("to")).unwrap_or_default();
        let marked: Vec<&str> = typed.map(|fields| fields.all("case").collect()).unwrap_or_default();
        let row = |one: &HandOverCase| case(one, typed, &marked, colleagues, now);
        let is_here = |id: CaseId| list.cases.iter().any(|one| one.row.case.id == id);
        let lost = typed.into_iter().flat_map(notes).filter(|(id, _)| !is_here(*id));
        let colleague = |id: &UserId| (*id, colleagues.full_name(*id), id.to_string() == to);
        let frame = Frame::within(t!("handover"), Section::Desk, visitor);
        Self {
            frame: frame.with_style("lists.css").with_style("people.css"),
            is_always: list.ends_at.is_none(),
            ends: list.ends_at.filter(|_| list.is_on_duty).map(|at| When::new(at, now)),
            back: list.back_at.map(|at| When::new(at, now)),
            cases: list.cases.iter().map(row).collect(),
            returns: list.cases.iter().filter(|one| one.then == AtShiftEnd::Returns).count(),
            colleagues: list.colleagues.iter().map(colleague).collect(),
            to_desk: to == "desk",
            lost: lost.map(|(id, text)| (id, text.to_owned())).collect(),
            outcome: None,
            complaint: None,
        }
    }
}

fn case(
    one: &HandOverCase,
    typed: Option<&Fields>,
    marked: &[&str],
    colleagues: &Colleagues,
    now: Timestamp,
) -> CaseView {
    let case = &one.row.case;
    let (returns, value) = (one.then == AtShiftEnd::Returns, format!("{}.{}", case.id, case.version));
    let text = one.row.post.as_ref().map(|post| post.post.text.as_str()).unwrap_or_default();
    let mut words: String = text.chars().take(WORDS).collect();
    if text.chars().count() > WORDS {
        words.push('…');
    }
    CaseView {
        id: case.id,
        score: case.priority.score,
        department: colleagues.department(case.department),
        words,
        is_over: one.row.due.is_some_and(|due| due.at <= now),
        due: one.row.due.map(|due| When::new(due.at, now)),
        then: match one.then {
            AtShiftEnd::Stays => t!("handover-then-stays"),
            AtShiftEnd::Returns => t!("handover-then-returns"),
            AtShiftEnd::Nothing => t!("handover-then-nothing"),
        },
        returns,
        // What goes to the desk by itself is better handed over: it is marked until somebody marks others.
        is_marked: if typed.is_some() { marked.contains(&value.as_str()) } else { returns },
        note: typed.map(|fields| fields.text(&format!("{NOTE}{}", case.id)).to_owned()).unwrap_or_default(),
        version: case.version,
        value,
    }
}

async fn page(web: &Web, visitor: &Visitor, typed: Option<&Fields>) -> Result<HandOverPage, PageError> {
    let list = web.app.hand_over_list(&visitor.actor).await?;
    Ok(HandOverPage::new(&list, typed, &colleagues(web, visitor), visitor, web.app.now()))
}

/// `GET /desk/handover`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    show(StatusCode::OK, &page(&web, &visitor, None).await?)
}

fn read(fields: &Fields) -> Result<(Vec<HandedOver>, HandOverTo), Refusal> {
    if fields.text("verb") == "note" {
        return Ok((read_notes(fields)?, HandOverTo::Nobody));
    }
    let to = match fields.text("to") {
        "desk" => HandOverTo::Desk,
        user => {
            let choose = |_| Refusal::unprocessable("bad_field", t!("handover-choose")).about("to");
            HandOverTo::User(user.parse().map_err(choose)?)
        }
    };
    let one = |chosen: Chosen| HandedOver { note: fields.text(&format!("{NOTE}{}", chosen.case)).to_owned(), chosen };
    Ok((read_chosen(fields)?.into_iter().map(one).collect(), to))
}

/// Every note that is written, whether its case is marked or not: marks say what is handed over.
fn read_notes(fields: &Fields) -> Result<Vec<HandedOver>, Refusal> {
    let seen = |case: CaseId| fields.text(&format!("{SEEN}{case}")).parse().ok();
    let one =
        |(case, text): (CaseId, &str)| HandedOver { chosen: Chosen { case, seen: seen(case) }, note: text.to_owned() };
    let noted: Vec<HandedOver> = notes(fields).map(one).collect();
    if noted.is_empty() {
        Err(Refusal::unprocessable("bad_field", t!("handover-no-note")).about("note"))
    } else {
        Ok(noted)
    }
}

/// `POST /desk/handover`
pub(crate) async fn hand_over(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let done = match read(&fields) {
        Ok((handed, to)) => web.app.hand_over_cases(&visitor.actor, &handed, to).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(results) => {
            let page = page(&web, &visitor, Some(&rest(&fields, &results))).await?;
            show(StatusCode::OK, &HandOverPage { outcome: Some(outcome(results)), ..page })
        }
        Err(refusal) => {
            let page = page(&web, &visitor, Some(&fields)).await?;
            show(refusal.status, &HandOverPage { complaint: Some(sentence(&refusal.message)), ..page })
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::cases::view::CaseRow;
    use switchboard_model::{ClockKind, Due};

    use super::*;
    use crate::pages::samples;

    pub(crate) fn sample() -> HandOver {
        let everybody = samples::colleagues();
        let due =
            Due { clock: ClockKind::FirstResponse, at: samples::at(-9_000), since: samples::at(60), warn_at: None };
        let (case, _) = samples::case();
        let row = CaseRow { case, post: samples::posts().into_iter().next(), first: None, due: Some(due) };
        let stays = HandOverCase { row: CaseRow { due: None, post: None, ..row.clone() }, then: AtShiftEnd::Stays };
        HandOver {
            ends_at: Some(samples::at(-1_200)),
            back_at: Some(samples::at(-86_400)),
            is_on_duty: true,
            cases: vec![
                HandOverCase { row, then: AtShiftEnd::Returns },
                stays.clone(),
                HandOverCase { then: AtShiftEnd::Nothing, ..stays },
            ],
            colleagues: everybody.users.iter().map(|user| user.id).collect(),
        }
    }

    /// Before the end of a shift, off duty, always on duty without a case, refused, and done.
    pub(crate) fn samples() -> Vec<String> {
        let new = |list: &HandOver, typed: Option<&Fields>| {
            HandOverPage::new(list, typed, &samples::colleagues(), &samples::visitor(), samples::now())
        };
        let mut off = HandOver { is_on_duty: false, ends_at: Some(samples::now()), colleagues: Vec::new(), ..sample() };
        if let Some(due) = &mut off.cases[0].row.due {
            due.at = samples::at(60);
        }
        let always = HandOver { ends_at: None, back_at: None, cases: Vec::new(), ..sample() };
        let note = |case: &str| (case.to_owned(), samples::HOSTILE.to_owned());
        let typed = Fields(vec![("to".into(), "desk".into()), note("note-42"), note("note-7")]);
        let refused =
            HandOverPage { complaint: Some(t!("handover-choose").into_owned()), ..new(&sample(), Some(&typed)) };
        let refused_ones = vec![(CaseId(42), samples::HOSTILE.to_owned())];
        let result = OutcomeView { done: 2, unchanged: 1, refused: refused_ones };
        let done = HandOverPage { outcome: Some(result), ..new(&sample(), None) };
        let pages = [new(&sample(), None), new(&off, None), new(&always, None), refused, done];
        pages.into_iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let [list, off, always, refused, done] = <[String; 5]>::try_from(samples()).expect("five");
        for page in [&list, &refused, &done] {
            samples::assert_harmless(page);
        }
        assert!(list.contains("runs out") && !list.contains("ran out"), "{list}");
        assert!(off.contains("ran out") && refused.contains("What you wrote for case 7"), "{off} {refused}");
        assert!(list.contains("goes to the desk") && list.contains("Hand over"), "{list}");
        assert!(off.contains("You are off duty until") && off.contains("No colleague"), "{off}");
        assert!(always.contains("always on duty") && always.contains("no open cases"), "{always}");
        assert!(refused.contains("role=\"alert\"") && done.contains("2 cases are done"), "{done}");
    }
}

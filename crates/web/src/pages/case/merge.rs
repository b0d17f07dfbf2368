//! Making one case of two, and taking them apart again.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::cases::similar::{Likeness, Similar};
use switchboard_app::cases::{CaseError, bulk};
use switchboard_app::find::Question;
use switchboard_model::{Case, CaseId, StoredPost};

use super::forms::{Answer, finish};
use super::notice::Typed;
use super::{load, wording};
use crate::error::{PageError, Refusal};
use crate::extract::{PageForm, PageId, PageQuery};
use crate::options::Web;
use crate::pages::colleagues::Colleagues;
use crate::pages::failure::sentence;
use crate::pages::marks::Piece;
use crate::pages::{Frame, Section, go, mention, show, words};
use crate::visitor::Visitor;

/// How many characters of a post a line holds.
const WORDS: usize = 160;
const LEAD: usize = 18;

#[derive(Template)]
#[template(path = "case/merge.html")]
struct MergePage {
    frame: Frame,
    id: CaseId,
    version: u32,
    /// Who has the case.
    owner: String,
    q: String,
    /// The case that is chosen, where neither list has it any more.
    chosen: Option<Line>,
    alike: Vec<Line>,
    found: Vec<Line>,
    /// The case that is chosen.
    other: CaseId,
    number: String,
    is_from: bool,
    why: String,
    complaint: Option<String>,
}

/// A case that can be chosen.
struct Line {
    number: CaseId,
    author: Option<String>,
    network: Option<String>,
    why: Vec<Cow<'static, str>>,
    words: Vec<Piece>,
    about: String,
}

impl Line {
    fn new(case: &Case, post: Option<&StoredPost>, why: &[Likeness], colleagues: &Colleagues) -> Self {
        let owner = colleagues.owner(case).full;
        let (priority, state) = (u64::from(case.priority.score), wording::state(&case.state));
        Self {
            number: case.id,
            author: post.map(|post| mention::author(&post.post).name),
            network: Some(words::network(&case.network).into_owned()),
            why: why.iter().map(|why| likeness(*why)).collect(),
            words: post.map(|post| mention::line(&post.post, &[], WORDS, LEAD)).unwrap_or_default(),
            about: t!("merge-one", priority = priority, state = state, owner = owner).into_owned(),
        }
    }
}

fn likeness(why: Likeness) -> Cow<'static, str> {
    match why {
        Likeness::Author => t!("merge-why-author"),
        Likeness::Thread => t!("merge-why-thread"),
        Likeness::Name => t!("merge-why-name"),
        Likeness::Words => t!("merge-why-words"),
    }
}

/// What the form brings, also where it only looks for the other case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    version: Option<u32>,
    q: String,
    other: String,
    number: String,
    way: String,
    why: String,
}

impl Chosen {
    /// A number that was typed says more than what stood chosen.
    fn other(&self) -> Option<CaseId> {
        let typed = self.number.trim().trim_start_matches('#');
        let said = if typed.is_empty() { self.other.as_str() } else { typed };
        said.parse().ok()
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    chosen: &Chosen,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let case = app.case(actor, id).await?;
    let colleagues = load::colleagues(web, visitor);
    let alike = app.similar_cases(actor, id).await?;
    let q = chosen.q.trim().to_owned();
    let fits = |one: &Case| one.id != id && one.merged_into.is_none() && actor.may_work_on(one).is_ok();
    let mut found = Vec::new();
    let mut complaint = refusal.map(|refusal| sentence(&refusal.message));
    if !q.is_empty() {
        match app.find(actor, &Question { text: q.clone(), before: None, limit: 50 }).await {
            Ok(all) => {
                let first = |one: &Case| all.first_posts.iter().find(|post| post.seq == one.post);
                found = all
                    .cases
                    .iter()
                    .filter(|one| fits(one))
                    .map(|one| Line::new(one, first(one), &[], &colleagues))
                    .collect();
            }
            Err(error) => complaint = complaint.or(Some(sentence(&Refusal::from(error).message))),
        }
    }
    let is_listed =
        |other: CaseId| found.iter().any(|line| line.number == other) || alike.iter().any(|one| one.case.id == other);
    let mut kept = None;
    if let Some(other) = chosen.other.parse().ok().filter(|other| !is_listed(*other)) {
        kept = app.case(actor, other).await.ok().filter(fits);
    }
    let like = |one: &Similar| Line::new(&one.case, one.post.as_ref(), &one.why, &colleagues);
    let page = MergePage {
        frame: frame(t!("merge"), visitor),
        id,
        version: case.version,
        owner: colleagues.owner(&case).full,
        q,
        chosen: kept.map(|case| Line::new(&case, None, &[], &colleagues)),
        alike: alike.iter().map(like).collect(),
        found,
        other: chosen.other.parse().unwrap_or(CaseId(0)),
        number: chosen.number.clone(),
        is_from: chosen.way == "from",
        why: chosen.why.clone(),
        complaint,
    };
    show(refusal.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// The frame of pages on which something is chosen about a case.
pub(super) fn frame(title: impl Into<String>, visitor: &Visitor) -> Frame {
    Frame::within(title, Section::Desk, visitor).with_style("lists.css").with_style("people.css")
}

/// `GET /cases/{id}/merge`, with what was chosen and written so far where somebody looks for the other case.
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageQuery(chosen): PageQuery<Chosen>,
) -> Answer {
    page(&web, &visitor, id, &chosen, None).await
}

/// `POST /cases/{id}/merge`
pub(crate) async fn merge(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(chosen): PageForm<Chosen>,
) -> Answer {
    let done = match chosen.other() {
        None => Err(Refusal::unprocessable("bad_field", t!("merge-choose")).about("other")),
        Some(other) => {
            let (into, from) = if chosen.way == "from" { (other, id) } else { (id, other) };
            // The version on the page is that of the case it is about, whichever way it goes.
            let (seen, seen_other) = if into == id { (chosen.version, None) } else { (None, chosen.version) };
            let from = bulk::Chosen { case: from, seen: seen_other };
            web.app.merge_case(&visitor.actor, into, seen, from, &chosen.why).await.map_err(Refusal::from)
        }
    };
    match done {
        Ok(case) => Ok(go(&format!("/cases/{}", case.id))),
        Err(refusal) if refusal.status.is_server_error() => Err(PageError(refusal)),
        Err(refusal) => page(&web, &visitor, id, &chosen, Some(&refusal)).await,
    }
}

/// `POST /cases/{id}/take-apart`: takes out the case that is named, or this one out of the case that it is in.
pub(crate) async fn take_apart(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(typed): PageForm<Typed>,
) -> Answer {
    let (app, actor) = (&web.app, &visitor.actor);
    let into = app.case(actor, id).await?.merged_into;
    let done = match (typed.to.parse(), into) {
        (Ok(other), _) => app.take_apart(actor, id, None, other).await.map_err(CaseError::into),
        // From the side of the case that went.
        (Err(_), Some(into)) => app.take_apart(actor, into, None, id).await.map_err(CaseError::into),
        (Err(_), None) => Err(Refusal::unprocessable("bad_field", t!("merge-choose")).about("to")),
    };
    finish(&web, &visitor, id, "take-apart", typed, done).await
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn sample(chosen: &Chosen, has_lines: bool) -> String {
        let colleagues = samples::colleagues();
        let (case, _) = samples::case();
        let posts = samples::posts();
        let all = [Likeness::Author, Likeness::Thread, Likeness::Name, Likeness::Words];
        let line = || Line::new(&case, posts.first(), &all, &colleagues);
        let page = MergePage {
            frame: frame(t!("merge"), &samples::visitor()),
            id: case.id,
            version: 7,
            owner: colleagues.owner(&case).full,
            q: chosen.q.clone(),
            chosen: (!chosen.other.is_empty()).then(line),
            alike: if has_lines { vec![line()] } else { Vec::new() },
            found: if has_lines { vec![line()] } else { Vec::new() },
            other: case.id,
            number: chosen.number.clone(),
            is_from: chosen.way == "from",
            why: chosen.why.clone(),
            complaint: (!chosen.why.is_empty()).then(|| samples::HOSTILE.to_owned()),
        };
        page.render().expect("renders")
    }

    /// Asked, looked for, refused.
    pub(crate) fn samples() -> Vec<String> {
        let hostile = Chosen {
            q: samples::HOSTILE.to_owned(),
            number: samples::HOSTILE.to_owned(),
            way: "from".to_owned(),
            why: samples::HOSTILE.to_owned(),
            other: "42".to_owned(),
            ..Chosen::default()
        };
        let looked = Chosen { q: "lid".to_owned(), ..Chosen::default() };
        vec![
            sample(&Chosen::default(), true),
            sample(&hostile, true),
            sample(&looked, false),
            sample(&Chosen::default(), false),
        ]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for html in samples() {
            samples::assert_harmless(&html);
            assert!(html.contains("action=\"/cases/42/merge\""), "{html}");
        }
        assert!(samples()[0].contains("the same author") && samples()[0].contains("checked"));
    }

    #[test]
    fn a_number_that_is_typed_is_meant() {
        let check = |other: &str, number: &str, expected: Option<i64>| {
            let chosen = Chosen { other: other.into(), number: number.into(), ..Chosen::default() };
            assert_eq!(chosen.other().map(|id| id.0), expected, "{other} {number}");
        };
        check("7", "", Some(7));
        check("7", " #12 ", Some(12));
        check("", "", None);
        check("", "x", None);
    }
}

//! Colleagues on the same case: a quiet line in its head, and a warning beside the answer where one of them writes too.
//!
//! The script of the page says what its reader does and gets this part of the page back; without it nobody is shown,
//! because what was true when the page was made is not true for long.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use switchboard_app::presence::{Doing, Present};
use switchboard_model::CaseId;

use super::load;
use crate::error::{PageError, Refusal};
use crate::extract::{PageForm, PageId};
use crate::options::Web;
use crate::pages::colleagues::Colleagues;
use crate::visitor::Visitor;

/// More names than these are counted.
const NAMED: usize = 3;

/// Who else is there.
#[derive(Template)]
#[template(path = "case/_presence.html")]
struct PresencePart {
    lines: Vec<Cow<'static, str>>,
    /// Who writes an answer too.
    writing: Option<Cow<'static, str>>,
}

impl PresencePart {
    fn new(present: &[Present], colleagues: &Colleagues) -> Self {
        let line = |present: &Present| {
            let name = colleagues.full_name(present.user);
            if present.is_writing { t!("case-is-writing", name = name) } else { t!("case-is-reading", name = name) }
        };
        let mut lines: Vec<_> = present.iter().take(NAMED).map(line).collect();
        if let Some(more) = present.len().checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(t!("case-are-here", count = more));
        }
        let mut writers = present.iter().filter(|present| present.is_writing);
        let writing = match (writers.next(), writers.count()) {
            (None, _) => None,
            (Some(one), 0) => Some(t!("case-writes-too", name = short(&colleagues.full_name(one.user)))),
            (Some(_), others) => Some(t!("case-write-too", count = others + 1)),
        };
        Self { lines, writing }
    }
}

/// What somebody is called where there is little room; in full they stand in the head of the case.
fn short(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}

/// What the reader of a page does.
#[derive(Debug, Deserialize)]
pub(crate) struct Sign {
    doing: String,
}

/// `POST /cases/{id}/presence`
pub(crate) async fn be(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    PageForm(sign): PageForm<Sign>,
) -> Result<Response, PageError> {
    let doing = Doing::from_word(&sign.doing).ok_or_else(|| {
        Refusal::unprocessable("bad_field", "say whether you are reading, writing or gone").about("doing")
    })?;
    web.app.be_present(&visitor.actor, id, doing).await?;
    if doing == Doing::Gone {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let present = web.app.presence(&visitor.actor, id).await?;
    let part = PresencePart::new(&present, &load::colleagues(&web, &visitor));
    let html = part.render().map_err(|error| Refusal::internal(&error))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

#[cfg(test)]
mod tests {
    use switchboard_model::UserId;
    use uuid::Uuid;

    use super::*;
    use crate::pages::samples;

    fn part(writing: &[bool]) -> String {
        let present = |(number, is_writing): (usize, &bool)| Present {
            user: UserId(Uuid::from_u128([3, 1, 2, 9, 10][number])),
            is_writing: *is_writing,
            since: samples::now(),
        };
        let present: Vec<Present> = writing.iter().enumerate().map(present).collect();
        PresencePart::new(&present, &samples::colleagues()).render().expect("renders")
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for writing in [&[][..], &[false], &[true], &[true, false], &[true, true, false, false, false]] {
            samples::assert_harmless(&part(writing));
        }
        let html = part(&[false, true]);
        assert!(html.contains("Ines Okafor is writing an answer") && html.contains("Ines is writing an answer too."));
        let html = part(&[true, true, false, false, false]);
        assert!(html.contains("2 more are here") && html.contains("2 colleagues are writing answers too."), "{html}");
        assert!(!part(&[false]).contains("too."));
    }
}

//! All sources, those in trouble first.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_model::{HealthState, Source, SourceId};

use super::failure::sentence;
use super::home::{is_troubled, summary, urgency};
use super::words::{self, When};
use super::{Frame, Section, show};
use crate::error::PageError;
use crate::options::Web;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    rows: Vec<Row>,
    summary: Cow<'static, str>,
    troubled: u64,
}

struct Row {
    id: SourceId,
    name: String,
    kind: String,
    state: &'static str,
    state_words: String,
    message: String,
    remedy: Cow<'static, str>,
    last_post: Option<When>,
    next: Option<When>,
    budget: Cow<'static, str>,
}

impl SourcesPage {
    fn new(mut sources: Vec<Source>, visitor: &Visitor, now: Timestamp) -> Self {
        sources.sort_by_key(|source| (urgency(source.health.state), source.name.to_lowercase()));
        Self {
            frame: Frame::within(t!("sources"), Section::Sources, visitor).with_style("lists.css"),
            summary: summary(&sources),
            troubled: sources.iter().filter(|source| is_troubled(source.health.state)).count() as u64,
            rows: sources.iter().map(|source| row(source, now)).collect(),
        }
    }
}

fn row(source: &Source, now: Timestamp) -> Row {
    let health = &source.health;
    let budget = health.budget.and_then(|budget| budget.left.zip(budget.limit));
    Row {
        id: source.id,
        name: source.name.clone(),
        kind: words::kind(source.kind).to_string(),
        state: health.state.as_str(),
        state_words: words::state(health.state, source.kind.is_followed()).to_string(),
        message: sentence(&health.message),
        remedy: match health.state {
            HealthState::Broken => t!("sources-remedy-broken"),
            HealthState::Failing => t!("sources-remedy-failing"),
            _ => Cow::Borrowed(""),
        },
        last_post: health.last_post_at.map(|at| When::new(at, now)),
        next: health.next_check_at.filter(|_| source.is_enabled).map(|at| When::new(at, now)),
        budget: budget.map_or(Cow::Borrowed(""), |(left, limit)| t!("sources-budget", left = left, limit = limit)),
    }
}

/// `GET /sources`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let sources = web.app.sources().await?;
    show(StatusCode::OK, &SourcesPage::new(sources, &visitor, web.app.now()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let page = |sources| SourcesPage::new(sources, &samples::visitor(), samples::now()).render().expect("renders");
        vec![page(samples::sources()), page(Vec::new())]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let [html, empty] = <[String; 2]>::try_from(samples()).expect("two");
        samples::assert_harmless(&html);
        let (broken, fine) = (html.find("source 0"), html.find("source 3"));
        assert!(broken < fine && broken.is_some(), "what is broken comes first: {html}");
        assert!(empty.contains("Nothing is followed yet"), "{empty}");
    }
}

//! All sources, those in trouble first.

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
    summary: String,
    troubled: u64,
}

struct Row {
    id: SourceId,
    name: String,
    kind: String,
    state: &'static str,
    state_words: String,
    message: String,
    remedy: &'static str,
    last_post: Option<When>,
    next: Option<When>,
    budget: String,
}

impl SourcesPage {
    fn new(mut sources: Vec<Source>, visitor: &Visitor, now: Timestamp) -> Self {
        sources.sort_by_key(|source| (urgency(source.health.state), source.name.to_lowercase()));
        Self {
            frame: Frame::within("Sources", Section::Sources, visitor).with_style("lists.css"),
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
            HealthState::Broken => "Mend its settings or remove it; it is asked again every hour.",
            HealthState::Failing => "It is tried again by itself.",
            _ => "",
        },
        last_post: health.last_post_at.map(|at| When::new(at, now)),
        next: health.next_check_at.filter(|_| source.is_enabled).map(|at| When::new(at, now)),
        budget: budget
            .map_or_else(String::new, |(left, limit)| format!("{} of {}", words::count(left), words::count(limit))),
    }
}

/// `GET /sources`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let sources = web.app.sources().await?;
    show(StatusCode::OK, &SourcesPage::new(sources, &visitor, web.app.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn sample_is_rendered_and_escaped() {
        let html = SourcesPage::new(samples::sources(), &samples::visitor(), samples::now()).render().expect("renders");
        samples::assert_harmless(&html);
        let (broken, fine) = (html.find("source 0"), html.find("source 3"));
        assert!(broken < fine && broken.is_some(), "what is broken comes first: {html}");
        let empty = SourcesPage::new(Vec::new(), &samples::visitor(), samples::now()).render().expect("renders");
        assert!(empty.contains("Nothing is followed yet"), "{empty}");
    }
}

//! All saved searches.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_model::{Department, SavedSearch, SearchId};

use super::chart::Spark;
use super::{Frame, Section, show, words};
use crate::error::PageError;
use crate::options::Web;
use crate::reader;
use crate::visitor::Visitor;

/// How far back the small pictures go.
const DAYS: u16 = 30;

#[derive(Template)]
#[template(path = "searches.html")]
struct SearchesPage {
    frame: Frame,
    rows: Vec<Row>,
    summary: Cow<'static, str>,
}

struct Row {
    id: SearchId,
    name: String,
    query: String,
    search_type: String,
    department: String,
    mentions: String,
    month: Spark,
    state: Cow<'static, str>,
    is_paused: bool,
    is_troubled: bool,
}

impl SearchesPage {
    fn new(
        searches: &[SavedSearch],
        volumes: &BTreeMap<SearchId, Vec<u64>>,
        unreadable: &[SearchId],
        departments: &[Department],
        visitor: &Visitor,
    ) -> Self {
        let silence = vec![0; usize::from(DAYS)];
        let name_of = |key: &str| {
            let department = departments.iter().find(|department| department.key == key);
            department.map_or_else(|| key.to_owned(), |department| department.name.clone())
        };
        let row = |search: &SavedSearch| {
            let is_unreadable = unreadable.contains(&search.id);
            Row {
                id: search.id,
                name: search.name.clone(),
                query: search.query.clone(),
                search_type: words::search_type(search.search_type).to_string(),
                department: search.department.as_deref().map(name_of).unwrap_or_default(),
                mentions: words::count(search.mentions),
                month: Spark::new(volumes.get(&search.id).unwrap_or(&silence)),
                state: match (is_unreadable, search.is_enabled) {
                    (true, _) => t!("searches-cannot-be-read"),
                    (false, true) => t!("searches-listens"),
                    (false, false) => t!("searches-paused"),
                },
                is_paused: !is_unreadable && !search.is_enabled,
                is_troubled: is_unreadable,
            }
        };
        let mut rows: Vec<Row> = searches.iter().map(row).collect();
        rows.sort_by_key(|row| (!row.is_troubled, row.name.to_lowercase()));
        let listening = searches.iter().filter(|search| search.is_enabled).count() as u64 - unreadable.len() as u64;
        Self {
            frame: Frame::within(t!("searches"), Section::Searches, visitor).with_style("lists.css"),
            rows,
            summary: t!("searches-listening", count = listening),
        }
    }
}

/// `GET /searches`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let searches = web.app.searches().await?;
    let triage = web.app.triage();
    let is_there = |id: &SearchId| searches.iter().any(|search| search.id == *id && search.is_enabled);
    let unreadable = triage.listening().unreadable().iter().map(|(id, _)| *id).filter(is_there).collect::<Vec<_>>();
    let volumes = web.app.volumes(DAYS, &reader::current().zone).await?;
    show(StatusCode::OK, &SearchesPage::new(&searches, &volumes, &unreadable, &web.app.departments(), &visitor))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// Some, some of which one cannot be read, and none.
    pub(crate) fn samples() -> Vec<String> {
        let (searches, visitor) = (samples::searches(), samples::visitor());
        let volumes = BTreeMap::from([(searches[0].id, (0..30).map(|day| day * day % 17).collect())]);
        let page = |searches: &[SavedSearch], unreadable: &[SearchId]| {
            SearchesPage::new(searches, &volumes, unreadable, &samples::departments(), &visitor)
                .render()
                .expect("renders")
        };
        vec![page(&searches, &[]), page(&searches, &[searches[0].id]), page(&[], &[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for (at, html) in samples().iter().enumerate() {
            samples::assert_harmless(html);
            assert_eq!((html.contains("cannot be read"), html.contains("Nothing is searched yet")), (at == 1, at == 2));
        }
    }
}

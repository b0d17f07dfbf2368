//! The page: what is heard, where from, and what for.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::pipeline::embedded::LineState;
use switchboard_app::rights::{Actor, Right};
use switchboard_app::{App, AppError};
use switchboard_model::{HealthState, PostFilter, SavedSearch, SearchId, Source, SourceId, StoredPost};

use super::failure::sentence;
use super::mention::{MentionView, SearchNames};
use super::words::{self, When};
use super::{Frame, Section, show};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

/// How many mentions one page holds.
const PAGE: u32 = 50;

/// Which mentions are asked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    search: Option<SearchId>,
    source: Option<SourceId>,
    network: Option<String>,
    before: Option<i64>,
    after: Option<i64>,
}

impl Asked {
    fn filter(&self, actor: &Actor) -> PostFilter {
        PostFilter {
            search: self.search,
            source: self.source,
            network: self.network.clone().filter(|network| !network.contains('\0')),
            with_private: actor.sees_private(),
            before: self.before,
            after: self.after,
            limit: PAGE + 1,
        }
    }

    /// The same choice without its place, as the beginning of an address.
    fn query(&self) -> String {
        let mut parts = Vec::new();
        if let Some(search) = self.search {
            parts.push(format!("search={search}"));
        }
        if let Some(source) = self.source {
            parts.push(format!("source={source}"));
        }
        if let Some(network) = &self.network {
            parts.push(format!("network={}", words::percent_encoded(network)));
        }
        parts.join("&")
    }

    fn at(&self, path: &str, place: &str) -> String {
        match (self.query(), place) {
            (query, "") if query.is_empty() => path.to_owned(),
            (query, place) if query.is_empty() => format!("{path}?{place}"),
            (query, "") => format!("{path}?{query}"),
            (query, place) => format!("{path}?{query}&{place}"),
        }
    }
}

/// Mentions, newest first.
#[derive(Template)]
#[template(path = "_mentions.html")]
pub(crate) struct Mentions {
    pub(crate) mentions: Vec<MentionView>,
    /// The `seq` of the first one.
    newest: i64,
    /// There are more than these since the asked place.
    has_more: bool,
    /// Address of the next page.
    older: Option<String>,
}

impl Mentions {
    fn new(asked: &Asked, mut posts: Vec<StoredPost>, searches: &[SavedSearch], now: Timestamp) -> Self {
        let has_more = posts.len() > PAGE as usize;
        posts.truncate(PAGE as usize);
        // What came after a place is read oldest first, so that nothing in between is skipped.
        posts.sort_by_key(|post| std::cmp::Reverse(post.seq));
        let names = SearchNames::new(searches);
        let last = posts.last().filter(|_| has_more && asked.after.is_none());
        Self {
            newest: posts.first().map_or(0, |post| post.seq),
            older: last.map(|post| asked.at("/mentions", &format!("before={}", post.seq))),
            mentions: posts.iter().map(|post| MentionView::listed(post, &names, now)).collect(),
            has_more,
        }
    }
}

/// Sources with health, searches with counts.
#[derive(Template)]
#[template(path = "_overview.html")]
pub(crate) struct Overview {
    sources: Vec<SourceRow>,
    searches: Vec<SearchRow>,
    all: String,
    is_all: bool,
    /// "12 of 13 sources answer".
    summary: Cow<'static, str>,
    /// Posts cannot be stored at the moment, and why.
    held: Option<String>,
    /// The visitor may add and change.
    may_change: bool,
}

struct SourceRow {
    id: SourceId,
    name: String,
    kind: String,
    state: &'static str,
    state_words: String,
    message: String,
    is_followed: bool,
    last_post: Option<When>,
    next: Option<When>,
    is_current: bool,
}

struct SearchRow {
    id: SearchId,
    name: String,
    search_type: String,
    mentions: String,
    is_enabled: bool,
    is_unreadable: bool,
    is_current: bool,
}

impl Overview {
    async fn load(app: &App, asked: &Asked, actor: &Actor) -> Result<(Self, Vec<Source>, Vec<SavedSearch>), PageError> {
        let (mut sources, searches) = (app.sources().await?, app.searches().await?);
        let posts = app.store().count_posts().await.map_err(AppError::from)?;
        let held = match app.line().state() {
            LineState::Flowing => None,
            LineState::Held(reason) => Some(reason),
        };
        let triage = app.triage();
        let unreadable: Vec<SearchId> = triage.listening().unreadable().iter().map(|(id, _)| *id).collect();
        sources.sort_by(|one, other| {
            (urgency(one.health.state), one.name.to_lowercase())
                .cmp(&(urgency(other.health.state), other.name.to_lowercase()))
        });
        let mut overview = Self::new(asked, &sources, &searches, &unreadable, posts, held, app.now());
        overview.may_change = actor.may(Right::Administer).is_ok();
        Ok((overview, sources, searches))
    }

    fn new(
        asked: &Asked,
        sources: &[Source],
        searches: &[SavedSearch],
        unreadable: &[SearchId],
        posts: u64,
        held: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            sources: sources.iter().map(|source| source_row(source, asked, now)).collect(),
            searches: searches
                .iter()
                .map(|search| SearchRow {
                    id: search.id,
                    name: search.name.clone(),
                    search_type: words::search_type(search.search_type).to_string(),
                    mentions: words::count(search.mentions),
                    is_enabled: search.is_enabled,
                    is_unreadable: unreadable.contains(&search.id),
                    is_current: asked.search == Some(search.id),
                })
                .collect(),
            all: words::count(posts),
            is_all: asked.search.is_none() && asked.source.is_none() && asked.network.is_none(),
            summary: summary(sources),
            held: held.map(|reason| sentence(&reason)),
            may_change: true,
        }
    }
}

fn source_row(source: &Source, asked: &Asked, now: Timestamp) -> SourceRow {
    let health = &source.health;
    let is_followed = source.kind.is_followed();
    SourceRow {
        id: source.id,
        name: source.name.clone(),
        kind: words::kind(source.kind).to_string(),
        state: health.state.as_str(),
        state_words: words::state(health.state, is_followed).to_string(),
        message: sentence(&health.message),
        is_followed,
        last_post: health.last_post_at.map(|at| When::new(at, now)),
        next: health.next_check_at.filter(|_| is_troubled(health.state)).map(|at| When::new(at, now)),
        is_current: asked.source == Some(source.id),
    }
}

pub(super) fn is_troubled(state: HealthState) -> bool {
    matches!(state, HealthState::Failing | HealthState::Broken)
}

pub(super) fn urgency(state: HealthState) -> u8 {
    match state {
        HealthState::Broken => 0,
        HealthState::Failing => 1,
        HealthState::New => 2,
        HealthState::Ok => 3,
        HealthState::Paused => 4,
    }
}

pub(super) fn summary(sources: &[Source]) -> Cow<'static, str> {
    let followed = sources.iter().filter(|source| source.kind.is_followed() && source.is_enabled);
    let (answering, all) = followed.fold((0_u64, 0_u64), |(answering, all), source| {
        (answering + u64::from(source.health.state == HealthState::Ok), all + 1)
    });
    match (answering, all) {
        (_, 0) => t!("sources-none-followed"),
        (answering, all) if answering == all => t!("sources-all-answering", all = all),
        (answering, all) => t!("sources-some-answering", answering = answering, all = all),
    }
}

/// What the middle of the page is about.
struct Heading {
    title: String,
    /// The query of a search, the state of a source.
    query: Option<String>,
    note: Option<String>,
    change: Option<String>,
    /// Posts may be hidden behind what is chosen.
    is_filtered: bool,
    is_older: bool,
    /// What to do where there is nothing to read.
    empty: Empty,
}

/// Why there is nothing to read, and the next useful thing.
enum Empty {
    NoSources,
    NoSearches,
    OfSearch,
    OfSource,
    Nothing,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    frame: Frame,
    heading: Heading,
    overview: Overview,
    list: Mentions,
    /// Where the script gets what is new.
    fragment: String,
    overview_fragment: String,
    newest_address: String,
}

impl Home {
    fn new(
        asked: &Asked,
        overview: Overview,
        sources: &[Source],
        searches: &[SavedSearch],
        posts: Vec<StoredPost>,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut heading = heading(asked, sources, searches)?;
        if visitor.actor.may(Right::Administer).is_err() {
            heading.change = heading.change.filter(|_| asked.search.is_none());
        }
        Ok(Self {
            frame: Frame::within(heading.title.clone(), Section::Mentions, visitor),
            heading,
            overview,
            list: Mentions::new(asked, posts, searches, now),
            fragment: asked.at("/mentions/list", ""),
            overview_fragment: asked.at("/mentions/overview", ""),
            newest_address: asked.at("/mentions", ""),
        })
    }
}

fn heading(asked: &Asked, sources: &[Source], searches: &[SavedSearch]) -> Result<Heading, Refusal> {
    let mut heading = Heading {
        title: t!("mentions-all").into_owned(),
        query: None,
        note: None,
        change: None,
        is_filtered: asked.search.is_some() || asked.source.is_some() || asked.network.is_some(),
        is_older: asked.before.is_some(),
        empty: match (sources.is_empty(), searches.is_empty()) {
            (true, _) => Empty::NoSources,
            (false, true) => Empty::NoSearches,
            (false, false) => Empty::Nothing,
        },
    };
    if let Some(network) = &asked.network {
        heading.title = t!("mentions-from", network = words::network(network)).into_owned();
    }
    if let Some(id) = asked.source {
        let source = sources.iter().find(|source| source.id == id);
        let source = source.ok_or_else(|| Refusal::not_found(t!("mentions-no-source", id = id.to_string())))?;
        heading.title.clone_from(&source.name);
        let state = words::state(source.health.state, source.kind.is_followed());
        heading.note = Some(t!("mentions-source-is", kind = words::kind(source.kind), state = state).into_owned());
        heading.change = Some(format!("/sources/{id}"));
        heading.empty = Empty::OfSource;
    }
    if let Some(id) = asked.search {
        let search = searches.iter().find(|search| search.id == id);
        let search = search.ok_or_else(|| Refusal::not_found(t!("mentions-no-search", id = id.to_string())))?;
        heading.title.clone_from(&search.name);
        heading.query = Some(search.query.clone());
        heading.note = (!search.is_enabled).then(|| t!("mentions-search-silent").into_owned());
        heading.change = Some(format!("/searches/{id}"));
        heading.empty = if sources.is_empty() { Empty::NoSources } else { Empty::OfSearch };
    }
    Ok(heading)
}

/// `GET /mentions`
pub(crate) async fn home(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let (overview, sources, searches) = Overview::load(&web.app, &asked, &visitor.actor).await?;
    let asked = Asked { after: None, ..asked };
    let posts = list(&web.app, &asked, &visitor.actor).await?;
    let page = Home::new(&asked, overview, &sources, &searches, posts, &visitor, web.app.now())?;
    show(StatusCode::OK, &page)
}

/// `GET /mentions/list`: the list alone, for the script.
pub(crate) async fn mentions(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let posts = list(&web.app, &asked, &visitor.actor).await?;
    let searches = web.app.searches().await?;
    show(StatusCode::OK, &Mentions::new(&asked, posts, &searches, web.app.now()))
}

/// `GET /mentions/overview`: sources and searches alone, for the script.
pub(crate) async fn overview(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let (overview, ..) = Overview::load(&web.app, &asked, &visitor.actor).await?;
    show(StatusCode::OK, &overview)
}

async fn list(app: &App, asked: &Asked, actor: &Actor) -> Result<Vec<StoredPost>, PageError> {
    Ok(app.store().list_posts(&asked.filter(actor)).await.map_err(AppError::from)?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn sample(asked: &Asked, is_empty: bool) -> String {
        let now = samples::now();
        let (sources, searches, posts) = if is_empty {
            (Vec::new(), Vec::new(), Vec::new())
        } else {
            (samples::sources(), samples::searches(), samples::posts())
        };
        let held = Some("the disk is <full>".to_owned());
        let overview = Overview::new(asked, &sources, &searches, &[], 1_234_567, held, now);
        Home::new(asked, overview, &sources, &searches, posts, &samples::visitor(), now)
            .expect("a page")
            .render()
            .expect("renders")
    }

    /// Everything, one network, one source, one search, and nothing at all.
    pub(crate) fn samples() -> Vec<String> {
        let asked = [
            Asked::default(),
            Asked { network: Some(samples::HOSTILE.to_owned()), ..Asked::default() },
            Asked { source: Some(samples::sources()[0].id), ..Asked::default() },
            Asked { search: Some(samples::searches()[1].id), ..Asked::default() },
        ];
        let full = asked.iter().map(|asked| sample(asked, false));
        full.chain([sample(&Asked::default(), true)]).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
        let html = sample(&Asked::default(), false);
        assert!(html.contains("1,234,567"));
        assert!(html.contains("<mark>acme</mark>"), "{html}");
        assert!(html.contains("rel=\"noopener noreferrer nofollow\""));
        assert!(!html.contains("javascript:"));
    }

    #[test]
    fn empty_page_says_what_to_do_next() {
        let html = sample(&Asked::default(), true);
        assert!(html.contains("href=\"/sources/new\"") && html.contains("href=\"/searches/new\""), "{html}");
    }

    #[test]
    fn addresses_keep_what_was_chosen() {
        let asked = Asked { network: Some("a b".to_owned()), ..Asked::default() };
        assert_eq!(asked.at("/", "before=5"), "/?network=a%20b&before=5");
        assert_eq!(Asked::default().at("/mentions", ""), "/mentions");
    }

    #[test]
    fn unknown_choices_are_not_found() {
        let asked = Asked { search: Some(SearchId(uuid::Uuid::nil())), ..Asked::default() };
        assert_eq!(heading(&asked, &[], &[]).err().map(|refusal| refusal.status), Some(StatusCode::NOT_FOUND));
    }

    #[test]
    fn the_summary_counts_followed_sources_only() {
        assert_eq!(summary(&[]), "no sources are followed");
        assert_eq!(summary(&samples::sources()), "1 of 4 sources answering");
    }
}

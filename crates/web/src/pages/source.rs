//! A source: finding what can be followed behind a link, adding it, and how it does.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use switchboard_app::AppError;
use switchboard_app::sources::Proposal;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{FateCount, FateReason, Source, SourceId, SourceKind};

use super::failure::sentence;
use super::words::{self, When};
use super::{Frame, Section, go, show};
use crate::error::{PageError, Refusal};
use crate::extract::{IsOperator, PageForm, PageId};
use crate::guard;
use crate::options::Web;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "source_new.html")]
struct NewSourcePage {
    frame: Frame,
    link: String,
    /// `None` before anybody looked.
    proposals: Option<Vec<ProposalView>>,
    complaint: Option<String>,
    /// Which form the complaint belongs to.
    is_about_name: bool,
    ingest_name: String,
}

struct ProposalView {
    name: String,
    kind: &'static str,
    kind_words: String,
    why: String,
    settings: String,
    /// What will be followed, in the settings' own words.
    what: String,
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    frame: Frame,
    id: SourceId,
    name: String,
    kind: String,
    state: &'static str,
    state_words: String,
    message: String,
    is_followed: bool,
    is_enabled: bool,
    takes_tokens: bool,
    moments: Vec<(&'static str, When)>,
    facts: Vec<(&'static str, String)>,
    settings: String,
    fates: Vec<(&'static str, &'static str, String)>,
    posts: String,
    /// A token that was just made; shown once.
    token: Option<String>,
}

impl SourcePage {
    fn new(source: &Source, fates: &[FateCount], token: Option<String>, visitor: &Visitor, now: Timestamp) -> Self {
        let health = &source.health;
        let is_followed = source.kind.is_followed();
        let named = [
            ("last asked", health.checked_at),
            ("last answered well", health.succeeded_at),
            ("last post", health.last_post_at),
            ("next try", health.next_check_at),
            ("added", Some(source.created_at)),
        ];
        let mut facts = Vec::new();
        if health.failures > 0 {
            facts.push(("failed in a row", words::counted(u64::from(health.failures), "time", "times")));
        }
        if let Some(budget) = health.budget {
            let left = budget.left.map_or_else(|| "unknown".to_owned(), words::count);
            let limit = budget.limit.map_or_else(|| "unknown".to_owned(), words::count);
            facts.push(("requests left", format!("{left} of {limit}")));
        }
        Self {
            frame: Frame::within(source.name.clone(), Section::Sources, visitor),
            id: source.id,
            name: source.name.clone(),
            kind: words::kind(source.kind).to_string(),
            state: health.state.as_str(),
            state_words: words::state(health.state, is_followed).to_string(),
            message: sentence(&health.message),
            is_followed,
            is_enabled: source.is_enabled,
            takes_tokens: source.kind == SourceKind::Ingest,
            moments: named.into_iter().filter_map(|(name, at)| Some((name, When::new(at?, now)))).collect(),
            facts,
            settings: settings(&guard::without_secrets(&source.settings)),
            fates: fates
                .iter()
                .map(|fate| (fate.reason.fate().as_str(), fate_words(fate.reason), words::count(fate.posts)))
                .collect(),
            posts: words::counted(fates.iter().map(|fate| fate.posts).sum(), "post came in", "posts came in"),
            token,
        }
    }
}

fn settings(settings: &Value) -> String {
    match settings {
        Value::Null => String::new(),
        Value::Object(object) if object.is_empty() => String::new(),
        settings => serde_json::to_string_pretty(settings).unwrap_or_default(),
    }
}

fn fate_words(reason: FateReason) -> &'static str {
    match reason {
        FateReason::New => "seen for the first time",
        FateReason::Version => "a new version",
        FateReason::Deletion => "deleted on its network",
        FateReason::SameId => "was there already",
        FateReason::SameUrl => "the same article came from another source",
        FateReason::NoSearch => "no search wanted it",
        FateReason::TooOld => "older than the beginning of the source",
        FateReason::UnknownDeletion => "the deletion of a post that was never wanted",
        FateReason::NoId => "no identifier",
        FateReason::Malformed => "not readable as a post",
        FateReason::TooLarge => "too large",
    }
}

/// What was pasted.
#[derive(Debug, Deserialize)]
pub(crate) struct LinkForm {
    link: String,
}

/// A proposal that was chosen, or a name for posts from elsewhere.
#[derive(Debug, Deserialize)]
pub(crate) struct AddForm {
    name: String,
    kind: String,
    #[serde(default)]
    settings: String,
    #[serde(default)]
    link: String,
}

impl NewSourcePage {
    fn new(link: String, proposals: Option<Vec<Proposal>>, complaint: Option<&Refusal>, visitor: &Visitor) -> Self {
        let view = |proposal: Proposal| ProposalView {
            what: what(&proposal.settings),
            settings: proposal.settings.to_string(),
            name: proposal.name,
            kind: proposal.kind.as_str(),
            kind_words: words::kind(proposal.kind).to_string(),
            why: sentence(&proposal.why),
        };
        Self {
            frame: Frame::within("Follow something", Section::Sources, visitor),
            link,
            proposals: proposals.map(|proposals| proposals.into_iter().map(view).collect()),
            complaint: complaint.map(|refusal| sentence(&refusal.message)),
            is_about_name: false,
            ingest_name: String::new(),
        }
    }
}

/// The settings as "instance social.example, hashtag acme".
fn what(settings: &Value) -> String {
    let Value::Object(object) = settings else { return String::new() };
    let words = |(key, value): (&String, &Value)| match value {
        Value::String(text) => format!("{key} {text}"),
        other => format!("{key} {other}"),
    };
    object.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// `GET /sources/new`
pub(crate) async fn new(visitor: Visitor) -> Result<Response, PageError> {
    show(StatusCode::OK, &NewSourcePage::new(String::new(), None, None, &visitor))
}

/// `POST /sources/find`: looks at a link. A form and not a link, because looking fetches from the network.
pub(crate) async fn find(
    State(web): State<Web>,
    visitor: Visitor,
    PageForm(form): PageForm<LinkForm>,
) -> Result<Response, PageError> {
    match web.app.propose_sources(form.link.trim()).await {
        Ok(proposals) => show(StatusCode::OK, &NewSourcePage::new(form.link, Some(proposals), None, &visitor)),
        Err(error) => refused(form.link, error.into(), None, &visitor),
    }
}

fn refused(
    link: String,
    refusal: Refusal,
    ingest_name: Option<String>,
    visitor: &Visitor,
) -> Result<Response, PageError> {
    if refusal.status.is_server_error() {
        return Err(refusal.into());
    }
    let mut page = NewSourcePage::new(link, None, Some(&refusal), visitor);
    page.is_about_name = ingest_name.is_some();
    page.ingest_name = ingest_name.unwrap_or_default();
    show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /sources`
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    IsOperator(is_operator): IsOperator,
    PageForm(form): PageForm<AddForm>,
) -> Result<Response, PageError> {
    let kind =
        SourceKind::from_word(&form.kind).ok_or_else(|| Refusal::bad_request("there is no such kind of source"))?;
    let settings = match form.settings.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|error| Refusal::bad_request(format!("settings: {error}")))?,
    };
    guard::may_use(kind, &settings, is_operator)?;
    let ingest_name = (kind == SourceKind::Ingest).then(|| form.name.clone());
    match web.app.add_source(NewSource { name: form.name, kind, settings }).await {
        Ok(source) if kind == SourceKind::Ingest => Ok(go(&format!("/sources/{}", source.id))),
        Ok(source) => Ok(go(&format!("/mentions?source={}", source.id))),
        Err(error) => refused(form.link, error.into(), ingest_name, &visitor),
    }
}

/// `GET /sources/{id}`
pub(crate) async fn show_one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SourceId>,
) -> Result<Response, PageError> {
    page(&web, id, None, &visitor).await
}

async fn page(web: &Web, id: SourceId, token: Option<String>, visitor: &Visitor) -> Result<Response, PageError> {
    let source = web.app.get_source(id).await?;
    let fates = web.app.store().fates(Some(id)).await.map_err(AppError::from)?;
    show(StatusCode::OK, &SourcePage::new(&source, &fates, token, visitor, web.app.now()))
}

/// `POST /sources/{id}/check`
pub(crate) async fn check(State(web): State<Web>, PageId(id): PageId<SourceId>) -> Result<Response, PageError> {
    web.app.check_source(id).await?;
    Ok(go(&format!("/sources/{id}")))
}

/// `POST /sources/{id}/pause`
pub(crate) async fn pause(State(web): State<Web>, PageId(id): PageId<SourceId>) -> Result<Response, PageError> {
    switch(&web, id, false).await
}

/// `POST /sources/{id}/resume`
pub(crate) async fn resume(State(web): State<Web>, PageId(id): PageId<SourceId>) -> Result<Response, PageError> {
    switch(&web, id, true).await
}

async fn switch(web: &Web, id: SourceId, is_enabled: bool) -> Result<Response, PageError> {
    let change = SourceChange { is_enabled: Some(is_enabled), ..SourceChange::default() };
    web.app.change_source(id, change).await?;
    Ok(go(&format!("/sources/{id}")))
}

/// `POST /sources/{id}/remove`
pub(crate) async fn remove(State(web): State<Web>, PageId(id): PageId<SourceId>) -> Result<Response, PageError> {
    web.app.remove_source(id).await?;
    Ok(go("/sources"))
}

/// `POST /sources/{id}/tokens`: the answer is the only place where the token can ever be read.
pub(crate) async fn token(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SourceId>,
) -> Result<Response, PageError> {
    let token = web.app.make_token(id).await?;
    page(&web, id, Some(token), &visitor).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn samples_are_rendered_and_escaped() {
        let fates = FateReason::ALL.map(|reason| FateCount { reason, posts: 1_000 });
        for source in samples::sources() {
            let page = SourcePage::new(
                &source,
                &fates,
                Some(samples::HOSTILE.to_owned()),
                &samples::visitor(),
                samples::now(),
            );
            let html = page.render().expect("renders");
            samples::assert_harmless(&html);
            assert!(html.contains("11,000 posts came in"), "{html}");
        }
    }

    #[test]
    fn proposals_are_rendered_and_escaped() {
        let proposal = Proposal {
            name: samples::HOSTILE.to_owned(),
            kind: SourceKind::Feed,
            settings: json!({"url": samples::HOSTILE}),
            why: samples::HOSTILE.to_owned(),
        };
        let refusal = Refusal::unprocessable("unreachable", samples::HOSTILE);
        for proposals in [None, Some(Vec::new()), Some(vec![proposal])] {
            let page = NewSourcePage::new(samples::HOSTILE.to_owned(), proposals, Some(&refusal), &samples::visitor());
            samples::assert_harmless(&page.render().expect("renders"));
        }
    }
}

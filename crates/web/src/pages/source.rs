//! A source: finding what can be followed behind a link, adding it, and how it does.

use std::borrow::Cow;

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
use switchboard_model::{Fate, FateCount, FateReason, Source, SourceId, SourceKind};

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
    moments: Vec<(Cow<'static, str>, When)>,
    facts: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    settings: String,
    fates: Vec<(Cow<'static, str>, Cow<'static, str>, String)>,
    /// "12 posts came in; each met one fate."
    posts: Cow<'static, str>,
    /// A token that was just made; shown once.
    token: Option<String>,
}

impl SourcePage {
    fn new(source: &Source, fates: &[FateCount], token: Option<String>, visitor: &Visitor, now: Timestamp) -> Self {
        let health = &source.health;
        let is_followed = source.kind.is_followed();
        let named = [
            (t!("sources-last-asked"), health.checked_at),
            (t!("sources-last-answered"), health.succeeded_at),
            (t!("sources-last-post-at"), health.last_post_at),
            (t!("sources-next-try-at"), health.next_check_at),
            (t!("sources-added"), Some(source.created_at)),
        ];
        let mut facts = Vec::new();
        if health.failures > 0 {
            facts.push((t!("sources-failed"), t!("sources-failed-times", count = health.failures)));
        }
        if let Some(budget) = health.budget {
            let or_unknown = |number: Option<u64>| {
                number.map_or_else(|| t!("sources-unknown"), |number| words::count(number).into())
            };
            let (left, limit) = (or_unknown(budget.left), or_unknown(budget.limit));
            facts.push((t!("sources-budget-left"), t!("sources-budget", left = left, limit = limit)));
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
                .map(|fate| (fate_words(fate.reason.fate()), why_words(fate.reason), words::count(fate.posts)))
                .collect(),
            posts: t!("sources-came-in", count = fates.iter().map(|fate| fate.posts).sum::<u64>()),
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

fn fate_words(fate: Fate) -> Cow<'static, str> {
    match fate {
        Fate::Stored => t!("sources-fate-stored"),
        Fate::Duplicate => t!("sources-fate-duplicate"),
        Fate::Dropped => t!("sources-fate-dropped"),
        Fate::Refused => t!("sources-fate-refused"),
    }
}

fn why_words(reason: FateReason) -> Cow<'static, str> {
    match reason {
        FateReason::New => t!("sources-why-new"),
        FateReason::Version => t!("sources-why-version"),
        FateReason::Deletion => t!("sources-why-deletion"),
        FateReason::SameId => t!("sources-why-same-id"),
        FateReason::SameUrl => t!("sources-why-same-url"),
        FateReason::NoSearch => t!("sources-why-no-search"),
        FateReason::TooOld => t!("sources-why-too-old"),
        FateReason::UnknownDeletion => t!("sources-why-unknown-deletion"),
        FateReason::NoId => t!("sources-why-no-id"),
        FateReason::Malformed => t!("sources-why-malformed"),
        FateReason::TooLarge => t!("sources-why-too-large"),
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
            frame: Frame::within(t!("sources-follow"), Section::Sources, visitor),
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
    let kind = SourceKind::from_word(&form.kind).ok_or_else(|| Refusal::bad_request(t!("sources-no-such-kind")))?;
    let settings = match form.settings.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text)
            .map_err(|error| Refusal::bad_request(t!("sources-bad-settings", why = error.to_string())))?,
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
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples;

    /// A source in each state.
    pub(crate) fn samples() -> Vec<String> {
        let fates = FateReason::ALL.map(|reason| FateCount { reason, posts: 1_000 });
        let page = |source: &Source| {
            let complaint = Some(samples::HOSTILE.to_owned());
            SourcePage::new(source, &fates, complaint, &samples::visitor(), samples::now()).render().expect("renders")
        };
        samples::sources().iter().map(page).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for html in samples() {
            samples::assert_harmless(&html);
            assert!(html.contains("11,000 posts came in"), "{html}");
        }
    }

    /// Before anything is looked for, with nothing found, and with something.
    pub(crate) fn samples_of_new() -> Vec<String> {
        let proposal = Proposal {
            name: samples::HOSTILE.to_owned(),
            kind: SourceKind::Feed,
            settings: json!({"url": samples::HOSTILE}),
            why: samples::HOSTILE.to_owned(),
        };
        let refusal = Refusal::unprocessable("unreachable", samples::HOSTILE);
        let page = |proposals, refusal| {
            NewSourcePage::new(samples::HOSTILE.to_owned(), proposals, refusal, &samples::visitor())
        };
        let pages =
            [page(None, None), page(Some(Vec::new()), Some(&refusal)), page(Some(vec![proposal]), Some(&refusal))];
        pages.map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn proposals_are_rendered_and_escaped() {
        samples_of_new().iter().for_each(|html| samples::assert_harmless(html));
    }
}

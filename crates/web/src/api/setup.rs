//! The set-up over the API.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_app::access::AccessError;
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::count::Count;
use switchboard_app::setup::proposals::Counted;
use switchboard_app::setup::{ProposedSearch, SetUp};
use switchboard_app::sources::add::NewSource;
use switchboard_model::{SearchType, SourceKind, User};
use utoipa::ToSchema;

use super::shapes::people::UserShape;
use super::shapes::{KindShape, ProposalShape, TypeShape};
use super::{BodyRefusals, One, Refusals, created, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::guard;
use crate::options::Web;
use crate::visitor::Visitor;

/// What the set-up asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteSetUp {
    /// The last part of the set-up link. The owner of the machine needs none.
    token: Option<String>,
    /// What colleagues call the first administrator.
    name: String,
    /// What they log in with.
    email: String,
    /// 10 to 200 characters.
    #[schema(min_length = 10, max_length = 200)]
    password: String,
    /// IANA name.
    #[serde(default = "utc")]
    #[schema(example = "Europe/Lisbon")]
    time_zone: String,
    /// What the company is called.
    company: String,
    #[serde(default)]
    handles: Vec<String>,
    website: Option<String>,
    /// Keys of the departments to begin with; all of the template if missing.
    departments: Option<Vec<String>>,
    #[serde(default)]
    searches: Vec<FirstSearch>,
    #[serde(default)]
    sources: Vec<FirstSource>,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// A search to begin with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstSearch {
    name: String,
    query: String,
    #[serde(default, rename = "type")]
    #[schema(value_type = TypeShape, required = false)]
    search_type: SearchType,
}

/// A source to begin with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstSource {
    name: String,
    #[schema(value_type = KindShape)]
    kind: SourceKind,
    #[serde(default)]
    settings: Value,
}

/// An installation that was just set up.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpDone {
    /// The first administrator.
    #[schema(value_type = UserShape)]
    user: User,
}

/// Of whom proposals are made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskProposals {
    /// What the company is called; the installation's own name, handles and site if missing.
    #[schema(max_length = 200)]
    company: Option<String>,
    #[serde(default)]
    handles: Vec<String>,
    website: Option<String>,
}

/// What could be listened for, and where.
#[derive(Serialize, ToSchema)]
#[schema(as = SetUpProposals)]
pub(crate) struct ProposalsShape {
    searches: Vec<ProposedSearchShape>,
    /// Sources that need no key.
    sources: Vec<ProposalShape>,
    /// What could not be found out or proposed, and why.
    notes: Vec<String>,
    /// How many posts the searches were counted on.
    heard: u64,
    /// Since when those were heard.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Time was up before all of them were looked at.
    is_cut: bool,
}

/// A search that could be added.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedSearch)]
pub(crate) struct ProposedSearchShape {
    name: String,
    query: String,
    #[serde(rename = "type")]
    #[schema(value_type = TypeShape)]
    search_type: SearchType,
    /// What it finds.
    why: String,
    /// What to beware of.
    #[schema(required)]
    warning: Option<String>,
    /// How many of the posts that were heard it would have found.
    found: u64,
    /// How many are to be expected a day; `null` where too little was heard to say.
    #[schema(required)]
    per_day: Option<f64>,
    /// How many the name alone would have found, where the search asks for more.
    #[schema(required)]
    found_by_name: Option<u64>,
}

impl ProposalsShape {
    fn new(counted: Counted, now: Timestamp) -> Self {
        let shape = |(search, count, bare): (&ProposedSearch, &Count, Option<&Count>)| ProposedSearchShape {
            name: search.name.clone(),
            query: search.query.clone(),
            search_type: search.search_type,
            why: search.why.clone(),
            warning: search.warning.clone(),
            found: count.found,
            per_day: counted.counts.per_day(count, now),
            found_by_name: bare.map(|bare| bare.found),
        };
        let searches = counted.searches().into_iter().map(shape).collect();
        let Counted { proposals, counts } = counted;
        Self {
            searches,
            sources: proposals.sources.into_iter().map(ProposalShape::from).collect(),
            notes: proposals.notes,
            heard: counts.heard,
            from: counts.from,
            is_cut: counts.is_cut,
        }
    }
}

/// What the set-up proposes
///
/// Searches made of a company's name, handles and site, each counted on what was heard lately, and sources that need no
/// key. Looks at the site. Nothing is added.
#[utoipa::path(post, path = "/api/v1/setup/proposals", tag = "people", operation_id = "propose_set_up",
    request_body = AskProposals,
    responses((status = 200, description = "What is proposed", body = One<ProposalsShape>), BodyRefusals, Refusals))]
pub(crate) async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(asked): ApiJson<AskProposals>,
) -> Result<Json<One<ProposalsShape>>, ApiError> {
    let AskProposals { company, handles, website } = asked;
    let counted = web.app.propose_counted(&visitor.actor, company.as_deref(), &handles, website.as_deref()).await?;
    Ok(one(ProposalsShape::new(counted, web.app.now())))
}

/// Set the installation up
///
/// Makes the first administrator, the company, its departments and rules, and the first searches and sources, all or
/// nothing. It works once.
#[utoipa::path(post, path = "/api/v1/setup", tag = "people", operation_id = "set_up", request_body = WriteSetUp,
    responses((status = 201, description = "It is set up", body = One<SetUpDone>),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 409, description = "It is set up already", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_up(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    ApiJson(written): ApiJson<WriteSetUp>,
) -> Result<Response, ApiError> {
    let is_operator = visitor.is_some_and(|visitor| matches!(visitor.actor, switchboard_app::rights::Actor::Operator));
    let token = written.token;
    if token.is_none() && !is_operator {
        return Err(if web.app.is_set_up() { AccessError::AlreadySetUp } else { AccessError::LinkSpent }.into());
    }
    for source in &written.sources {
        guard::may_use(source.kind, &source.settings, is_operator)?;
    }
    let template = || web.app.department_template().iter().map(|department| department.key.clone()).collect();
    let search = |search: FirstSearch| SearchText {
        name: search.name,
        query: search.query,
        search_type: search.search_type,
        department: None,
        is_enabled: true,
    };
    let source = |source: FirstSource| NewSource { name: source.name, kind: source.kind, settings: source.settings };
    let by = SetUp {
        name: written.name,
        email: written.email,
        password: written.password,
        time_zone: written.time_zone,
        company: written.company,
        handles: written.handles,
        website: written.website,
        departments: written.departments.unwrap_or_else(template),
        searches: written.searches.into_iter().map(search).collect(),
        sources: written.sources.into_iter().map(source).collect(),
    };
    let session = web.app.set_up(token.as_deref(), by).await?;
    // Nobody uses the session of a program that only sets up.
    web.app.log_out(&session.token).await?;
    Ok(created(SetUpDone { user: session.user.as_ref().clone() }))
}

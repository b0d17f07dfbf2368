//! Cases over the API: reading them, and making one of a mention. What is done to one stands in [`super::actions`].

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use switchboard_app::cases::trace::Trace;
use switchboard_app::cases::view::{CaseRow, CaseView};
use switchboard_app::rights::Actor;
use switchboard_model::{
    CaseFilter, CaseId, CaseOrder, CasePlace, CaseState, DepartmentId, PostId, QueueCount, UserId,
};
use utoipa::{IntoParams, ToSchema};

use super::shapes::cases::{CaseRowShape, CaseShape, CaseViewShape, QueueShape};
use super::shapes::rules::TraceShape;
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Characters of a tag, or of a network, that is asked for.
const MAX_TAG: usize = 200;
/// Departments that are asked for at once.
const MAX_DEPARTMENTS: usize = 100;

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cases<T> {
    data: Vec<T>,
    /// What to give as `after` for the next page; `null` on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// Which cases, most urgent first (closed ones last changed first) or newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCases {
    /// Only those of this department, or of any of several, with commas between them.
    #[param(value_type = Option<Vec<uuid::Uuid>>, nullable = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    department: Option<String>,
    /// Only those that this user owns.
    #[param(value_type = Option<uuid::Uuid>, nullable = false)]
    owner: Option<UserId>,
    /// Only those that a desk owns.
    #[serde(default)]
    #[param(required = false)]
    unclaimed: bool,
    /// Only those that are offered to you or to your departments.
    #[serde(default)]
    #[param(required = false)]
    offered: bool,
    /// Only those that you follow beside their owner.
    #[serde(default)]
    #[param(required = false)]
    watched: bool,
    /// Only those that your departments follow beside their own.
    #[serde(default)]
    #[param(required = false)]
    involving: bool,
    /// `open`, `waiting`, `snoozed` or `closed`; all that are not closed if left out.
    #[param(nullable = false, pattern = "^(open|waiting|snoozed|closed)$")]
    state: Option<String>,
    /// Only those with this tag.
    #[param(nullable = false, max_length = 200)]
    tag: Option<String>,
    /// Only those of conversations on this network.
    #[param(nullable = false, max_length = 200)]
    network: Option<String>,
    /// Only those whose newest post reads as this language: a primary tag of BCP 47.
    #[param(nullable = false, pattern = "^[a-z]{2,8}$", example = "de")]
    language: Option<String>,
    /// Only those of at least this priority.
    #[serde(default)]
    #[param(required = false, minimum = 0, maximum = 100)]
    least_priority: u8,
    /// `priority` or `newest`, whichever stands first.
    #[param(nullable = false, pattern = "^(priority|newest)$")]
    order: Option<String>,
    /// Also those that are not public.
    #[serde(default)]
    #[param(required = false)]
    private: bool,
    /// The next page: `next` of the page before.
    #[param(nullable = false, pattern = "^-?[0-9]{1,18}\\.[0-9]{1,18}$")]
    after: Option<String>,
    /// How many at most.
    #[serde(default = "fifty")]
    #[param(required = false, minimum = 1, maximum = 500, default = 50)]
    limit: u32,
}

fn fifty() -> u32 {
    50
}

impl ListCases {
    /// Whether it asks for what whoever asks cannot have: the operator of the machine is offered and follows nothing, and
    /// somebody without a department is in none that follows a case. That chooses nothing.
    fn is_of_nobody(&self, actor: &Actor) -> bool {
        match actor.user() {
            Some(user) => self.involving && user.departments.is_empty(),
            None => self.offered || self.watched || self.involving,
        }
    }

    fn filter(self, actor: &Actor) -> Result<CaseFilter, Refusal> {
        if !(1..=500).contains(&self.limit) {
            return Err(Refusal::bad_request("limit is a number from 1 to 500").about("limit"));
        }
        let state = match &self.state {
            None => None,
            Some(word) => Some(CaseState::WORDS.into_iter().find(|known| known == word).ok_or_else(|| {
                Refusal::bad_request("a state is one of open, waiting, snoozed, closed").about("state")
            })?),
        };
        for (name, text) in [("tag", &self.tag), ("network", &self.network)] {
            if text.as_ref().is_some_and(|text| text.contains('\0') || text.chars().count() > MAX_TAG) {
                let message = format!("a {name} has up to {MAX_TAG} characters, and no U+0000");
                return Err(Refusal::bad_request(message).about(name));
            }
        }
        let is_tag = |tag: &String| (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
        if self.language.as_ref().is_some_and(|tag| !is_tag(tag)) {
            return Err(Refusal::bad_request("a language is two or three letters, as de or en").about("language"));
        }
        if self.least_priority > 100 {
            return Err(Refusal::bad_request("a priority is a number from 0 to 100").about("least_priority"));
        }
        let order = match &self.order {
            None => CaseOrder::default(),
            Some(word) => CaseOrder::from_word(word)
                .ok_or_else(|| Refusal::bad_request("an order is one of priority, newest").about("order"))?,
        };
        let offered_to = match actor.user() {
            Some(user) if self.offered => user.departments.clone(),
            _ => Vec::new(),
        };
        Ok(CaseFilter {
            departments: self.department.as_deref().map(read_departments).transpose()?.unwrap_or_default(),
            owner: self.owner,
            is_unclaimed: self.unclaimed,
            offered_to,
            offered_to_user: actor.user_id().filter(|_| self.offered),
            watched_by: actor.user_id().filter(|_| self.watched),
            involving: match actor.user() {
                Some(user) if self.involving => user.departments.clone(),
                _ => Vec::new(),
            },
            state,
            tag: self.tag,
            network: self.network,
            language: self.language,
            least_priority: self.least_priority,
            order,
            with_private: self.private,
            after: self.after.as_deref().map(read_place).transpose()?,
            limit: self.limit,
        })
    }
}

fn read_departments(text: &str) -> Result<Vec<DepartmentId>, Refusal> {
    let read: Result<Vec<DepartmentId>, _> = text.split(',').map(str::parse).collect();
    let refused = || Refusal::bad_request("departments are ids, with commas between them").about("department");
    read.ok().filter(|read| read.len() <= MAX_DEPARTMENTS).ok_or_else(refused)
}

fn read_place(text: &str) -> Result<CasePlace, Refusal> {
    let read = || {
        let (rank, id) = text.split_once('.')?;
        Some(CasePlace { rank: rank.parse().ok()?, id: id.parse().ok()? })
    };
    read().ok_or_else(|| Refusal::bad_request("after is the next of the page before").about("after"))
}

/// Cases
///
/// Those that are not public are left out unless asked for with `private=true`.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", operation_id = "list_cases", params(ListCases),
    responses((status = 200, description = "A page of cases", body = Cases<CaseRowShape>), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<ListCases>,
) -> Result<Json<Cases<CaseRow>>, ApiError> {
    let is_of_nobody = asked.is_of_nobody(&visitor.actor);
    let filter = asked.filter(&visitor.actor)?;
    if is_of_nobody {
        return Ok(Json(Cases { data: Vec::new(), next: None }));
    }
    let page = web.app.cases(&visitor.actor, filter).await?;
    let next = page.next.map(|place| format!("{}.{}", place.rank, place.id));
    Ok(Json(Cases { data: page.cases, next }))
}

/// How many cases each queue holds
#[utoipa::path(get, path = "/api/v1/cases/queues", tag = "cases", operation_id = "list_queues",
    responses((status = 200, description = "The queues that hold any", body = Listed<QueueShape>), Refusals))]
pub(crate) async fn queues(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<QueueCount>>, ApiError> {
    Ok(listed(web.app.queues(&visitor.actor).await?, None))
}

/// One case with its conversation, history and answers
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", operation_id = "get_case",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "The case", body = One<CaseViewShape>),
        (status = 404, description = "There is none that you may see", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<One<CaseView>>, ApiError> {
    Ok(one(web.app.case_view(&visitor.actor, id).await?))
}

/// Why a case is where it is
///
/// Each rule as it was when the case was opened, whether it held, and why or why not.
#[utoipa::path(get, path = "/api/v1/cases/{id}/trace", tag = "cases", operation_id = "get_case_trace",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "What each rule made of its post", body = One<TraceShape>),
        (status = 404, description = "There is none that you may see", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn trace(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<One<Trace>>, ApiError> {
    Ok(one(web.app.case_trace(&visitor.actor, id).await?))
}

/// The post that becomes a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenCase {
    /// Id of a stored post.
    #[schema(value_type = String, example = "mastodon:https://social.example/@ana/1")]
    post: PostId,
}

/// Make a case of a mention
///
/// It goes where the rules send it. A post that belongs to a case already answers with that one.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", operation_id = "open_case", request_body = OpenCase,
    responses((status = 201, description = "The case", body = One<CaseShape>),
        (status = 404, description = "There is no such post", body = crate::error::ErrorBody),
        (status = 409, description = "There is no company yet", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(OpenCase { post }): ApiJson<OpenCase>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.open_case(&visitor.actor, &post).await?).into_response())
}

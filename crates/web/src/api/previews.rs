//! Trying a query, and filling a search from what was said before, over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use switchboard_app::searches::back_fill::BackFill;
use switchboard_app::searches::preview::{Looked, Preview};
use switchboard_model::{SearchId, Span, StoredPost};
use utoipa::ToSchema;

use super::searches::CheckQuery;
use super::shapes::{SpanShape, StoredPostShape};
use super::{BodyRefusals, One, Refusals, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson};
use crate::options::Web;
use crate::visitor::Visitor;

/// What a query would have found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preview)]
pub(crate) struct PreviewShape {
    /// The query as it is understood.
    parsed: String,
    /// Among stored posts of the last 30 days, which other searches kept.
    stored: LookedShape,
    /// Among everything that was heard lately and not kept; `null` if no such posts are kept.
    #[schema(required)]
    heard: Option<LookedShape>,
    /// How many on each day in UTC, oldest first.
    per_day: Vec<DayShape>,
    /// How many are to be expected; `null` where too little was looked at to say.
    #[schema(required)]
    estimate: Option<EstimateShape>,
    /// The newest of them.
    sample: Vec<ExampleShape>,
}

/// How much was looked through.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Looked)]
pub(crate) struct LookedShape {
    /// How many match.
    found: u64,
    /// Since when everything was looked at.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Time was up before all of it was looked at.
    is_cut: bool,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Day)]
pub(crate) struct DayShape {
    #[schema(value_type = String, format = Date)]
    day: jiff::civil::Date,
    posts: u64,
}

/// How many mentions are to be expected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Estimate)]
pub(crate) struct EstimateShape {
    per_day: f64,
    /// The hours that it rests on.
    hours: f64,
    /// Everything that was heard in those hours was looked at; otherwise only what other searches kept.
    is_of_everything: bool,
}

/// A post that the query would have found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Example)]
pub(crate) struct ExampleShape {
    /// One that is not stored has the `seq` 0.
    #[schema(value_type = StoredPostShape)]
    post: StoredPost,
    #[schema(value_type = Vec<SpanShape>)]
    spans: Vec<Span>,
    is_stored: bool,
}

/// How far a search is with what was said before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackFill)]
pub(crate) struct BackFillShape {
    /// Since when posts are taken in.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Posts that match.
    found: u64,
    /// Of those, stored for the first time.
    new: u64,
    /// Of those, stored already and mentions of this search as well now.
    joined: u64,
    is_done: bool,
    /// What ended it early.
    #[schema(required)]
    failure: Option<String>,
}

impl From<BackFill> for BackFillShape {
    fn from(fill: BackFill) -> Self {
        let BackFill { from, found, new, joined, is_done, failure } = fill;
        Self { from, found, new, joined, is_done, failure }
    }
}

impl From<Looked> for LookedShape {
    fn from(Looked { found, from, is_cut }: Looked) -> Self {
        Self { found, from, is_cut }
    }
}

impl From<Preview> for PreviewShape {
    fn from(preview: Preview) -> Self {
        let Preview { parsed, stored, heard, per_day, estimate, sample } = preview;
        Self {
            parsed,
            stored: stored.into(),
            heard: heard.map(LookedShape::from),
            per_day: per_day.into_iter().map(|(day, posts)| DayShape { day, posts }).collect(),
            estimate: estimate.map(|one| EstimateShape {
                per_day: one.per_day,
                hours: one.hours,
                is_of_everything: one.is_of_everything,
            }),
            sample: sample
                .into_iter()
                .map(|one| ExampleShape { post: one.post, spans: one.spans, is_stored: one.is_stored })
                .collect(),
        }
    }
}

/// What a query would have found lately
///
/// Looks through stored posts of the last 30 days and what was heard and not kept, for about two seconds at most.
#[utoipa::path(post, path = "/api/v1/searches/preview", tag = "searches", operation_id = "preview_search",
    request_body = CheckQuery,
    responses((status = 200, description = "What it would have found", body = One<PreviewShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(CheckQuery { query }): ApiJson<CheckQuery>,
) -> Result<Json<One<PreviewShape>>, ApiError> {
    Ok(one(web.app.preview_search(&visitor.actor, &query).await?.into()))
}

/// Let a search take in what it would have found lately
///
/// It goes on by itself; ask again to see how far it is. No cases are opened.
#[utoipa::path(post, path = "/api/v1/searches/{id}/back-fill", tag = "searches", operation_id = "back_fill_search",
    params(("id" = uuid::Uuid, Path, description = "Id of the search")),
    responses((status = 202, description = "It has begun", body = One<BackFillShape>),
        (status = 404, description = "There is no such search", body = crate::error::ErrorBody),
        (status = 409, description = "It is paused, or being filled already", body = crate::error::ErrorBody),
        Refusals))]
pub(crate) async fn back_fill(State(web): State<Web>, ApiId(id): ApiId<SearchId>) -> Result<Response, ApiError> {
    let fill = BackFillShape::from(web.app.back_fill(id).await?);
    Ok((StatusCode::ACCEPTED, one(fill)).into_response())
}

/// How far a search is with what was said before
#[utoipa::path(get, path = "/api/v1/searches/{id}/back-fill", tag = "searches", operation_id = "get_back_fill",
    params(("id" = uuid::Uuid, Path, description = "Id of the search")),
    responses((status = 200, description = "How far it is", body = One<BackFillShape>),
        (status = 404, description = "Nothing was begun since the start", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn back_fill_state(
    State(web): State<Web>,
    ApiId(id): ApiId<SearchId>,
) -> Result<Json<One<BackFillShape>>, ApiError> {
    let nothing = || Refusal::not_found("this search has taken in nothing from before since the start");
    Ok(one(web.app.find_back_fill(id).ok_or_else(nothing)?.into()))
}

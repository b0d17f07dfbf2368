//! Mentions of a search by the hour, over the API.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use switchboard_app::searches::volume::MOST_DAYS;
use switchboard_model::SearchId;
use utoipa::{IntoParams, ToSchema};

use super::{Listed, Refusals, listed};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiQuery};
use crate::options::Web;

/// How far back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// So many days before today.
    #[serde(default = "month")]
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: u16,
}

fn month() -> u16 {
    30
}

/// What was said in one hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HourShape {
    /// When the hour began.
    #[schema(value_type = String, format = DateTime)]
    hour: Timestamp,
    /// Posts published in it that the search matches.
    #[schema(minimum = 0)]
    mentions: u64,
}

/// Mentions of a search, hour for hour
///
/// From the midnight (UTC) that many days before today, without a gap. The last hour is not over yet.
#[utoipa::path(get, path = "/api/v1/searches/{id}/volume", tag = "searches", operation_id = "get_volume",
    params(("id" = uuid::Uuid, Path, description = "Id of the search"), Asked),
    responses((status = 200, description = "The hours", body = Listed<HourShape>),
        (status = 404, description = "There is no such search", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn hours(
    State(web): State<Web>,
    ApiId(id): ApiId<SearchId>,
    ApiQuery(Asked { days }): ApiQuery<Asked>,
) -> Result<Json<Listed<HourShape>>, ApiError> {
    if !(1..=MOST_DAYS).contains(&days) {
        let message = format!("days is {days}; ask for 1 to {MOST_DAYS}");
        return Err(Refusal::bad_request(message).about("days").into());
    }
    let volume = web.app.volume(id, days, &TimeZone::UTC).await?;
    Ok(listed(volume.hours.into_iter().map(|(hour, mentions)| HourShape { hour, mentions }).collect(), None))
}

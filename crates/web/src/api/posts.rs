//! Stored posts over the API.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::AppError;
use switchboard_model::{PostFilter, PostId, PostVersion, SearchId, SourceId, StoredPost};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{StoredPostShape, VersionShape};
use super::{Listed, One, Refusals, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiPostId, ApiQuery, no_post};
use crate::options::Web;
use crate::pages::pictures;
use crate::visitor::Visitor;

/// Which posts, newest first; with `after`, oldest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListPosts {
    /// Only mentions of this search.
    #[param(value_type = Option<uuid::Uuid>, nullable = false)]
    search: Option<SearchId>,
    /// Only posts that this source brought first.
    #[param(value_type = Option<uuid::Uuid>, nullable = false)]
    source: Option<SourceId>,
    /// Only posts of this network.
    #[param(nullable = false, example = "mastodon", max_length = 64, pattern = "^[a-z0-9_.-]+$")]
    network: Option<String>,
    /// Only posts that arrived before this place: `next` of the page before.
    #[param(nullable = false, minimum = 0)]
    before: Option<i64>,
    /// Only posts that arrived after this place, oldest first: `next` of the page before, or the last `seq` seen.
    #[param(nullable = false, minimum = 0)]
    after: Option<i64>,
    /// Also posts that are not public.
    #[serde(default)]
    #[param(required = false)]
    private: bool,
    /// How many at most.
    #[serde(default = "fifty")]
    #[param(required = false, minimum = 1, maximum = 500, default = 50)]
    limit: u32,
}

fn fifty() -> u32 {
    50
}

impl ListPosts {
    fn filter(self) -> Result<PostFilter, Refusal> {
        if !(1..=500).contains(&self.limit) {
            return Err(Refusal::bad_request("limit is a number from 1 to 500").about("limit"));
        }
        if self.before.is_some_and(|before| before < 0) || self.after.is_some_and(|after| after < 0) {
            return Err(Refusal::bad_request("before and after are numbers from 0"));
        }
        let is_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
        if self.network.as_ref().is_some_and(|name| name.is_empty() || name.len() > 64 || !name.bytes().all(is_name)) {
            return Err(Refusal::bad_request("a network's name is made of a-z, 0-9, '_', '.', '-'").about("network"));
        }
        Ok(PostFilter {
            search: self.search,
            source: self.source,
            network: self.network,
            with_private: self.private,
            before: self.before,
            after: self.after,
            limit: self.limit + 1,
        })
    }
}

/// Stored posts
///
/// Posts that are not public are left out unless asked for with `private=true`.
#[utoipa::path(get, path = "/api/v1/posts", tag = "posts", operation_id = "list_posts", params(ListPosts),
    responses((status = 200, description = "A page of posts", body = Listed<StoredPostShape>), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<ListPosts>,
) -> Result<Json<Listed<StoredPost>>, ApiError> {
    let mut filter = asked.filter()?;
    filter.with_private &= visitor.actor.sees_private();
    let limit = filter.limit as usize - 1;
    let mut posts = web.app.store().list_posts(&filter).await.map_err(AppError::from)?;
    let has_more = posts.len() > limit;
    posts.truncate(limit);
    let next = posts.last().filter(|_| has_more).map(|post| post.seq);
    Ok(listed(posts, next))
}

/// One post
#[utoipa::path(get, path = "/api/v1/posts/{id}", tag = "posts", operation_id = "get_post",
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1)),
    responses((status = 200, description = "The post", body = One<StoredPostShape>),
        (status = 404, description = "There is none", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPostId(id): ApiPostId,
) -> Result<Json<One<StoredPost>>, ApiError> {
    Ok(one(find(&web, &visitor, id).await?))
}

/// Earlier versions of a post
#[utoipa::path(get, path = "/api/v1/posts/{id}/versions", tag = "posts", operation_id = "list_versions",
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1)),
    responses((status = 200, description = "Its earlier versions, the first one first; the newest is the post itself", body = Listed<VersionShape>),
        (status = 404, description = "There is no such post", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn versions(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPostId(id): ApiPostId,
) -> Result<Json<Listed<PostVersion>>, ApiError> {
    let stored = find(&web, &visitor, id).await?;
    Ok(listed(web.app.store().versions(stored.seq).await.map_err(AppError::from)?, None))
}

/// The bytes of a picture.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct PictureShape(#[expect(dead_code, reason = "only described")] Vec<u8>);

/// A picture of a post
///
/// The picture at that place among the attachments of the post, counted from 0, as this installation fetched it. There is
/// none where the attachment is no image, cannot be fetched, is larger than 4 MiB or no PNG, JPEG, GIF, WebP or AVIF, and
/// where the installation shows no pictures.
#[utoipa::path(get, path = "/api/v1/posts/{id}/pictures/{index}", tag = "posts", operation_id = "get_picture",
    params(("id" = String, Path, description = "Id of the post, percent-encoded", min_length = 1),
        ("index" = u32, Path, description = "Place among `media` of the post")),
    responses((status = 200, description = "The picture", content(
            (PictureShape = "image/png"), (PictureShape = "image/jpeg"), (PictureShape = "image/gif"),
            (PictureShape = "image/webp"), (PictureShape = "image/avif"))),
        (status = 404, description = "There is none"), Refusals))]
pub(crate) async fn picture(
    State(web): State<Web>,
    visitor: Visitor,
    place: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    Ok(pictures::answer(pictures::find(&web, &visitor, place).await?))
}

/// What a visitor may not see is not there for them.
async fn find(web: &Web, visitor: &Visitor, id: String) -> Result<StoredPost, ApiError> {
    let stored = web.app.find_post(&visitor.actor, &PostId(id.clone())).await?;
    Ok(stored.ok_or_else(|| no_post(&id))?)
}

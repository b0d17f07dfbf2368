//! Looking for something in everything, over the API.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_app::find::{Found, FoundText, Question};
use switchboard_model::{Author, Case, ReplyId, Span, StoredPost};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::shapes::{AuthorShape, SpanShape, StoredPostShape};
use super::{One, Refusals, one};
use crate::error::{ApiError, Refusal};
use crate::extract::ApiQuery;
use crate::options::Web;
use crate::visitor::Visitor;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// In the saved-search language.
    #[param(example = "acme kettle")]
    q: String,
    /// Only posts that arrived before this place: `next` of the answer before.
    #[param(nullable = false, minimum = 0)]
    before: Option<i64>,
    /// How many posts at most.
    #[serde(default = "thirty")]
    #[param(required = false, minimum = 1, maximum = 200, default = 30)]
    limit: u32,
}

fn thirty() -> u32 {
    30
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Found)]
pub(crate) struct FoundShape {
    /// The query as it is understood.
    parsed: String,
    /// Posts, newest first.
    posts: Vec<FoundPostShape>,
    /// Where the next look goes on; `null` when everything was looked at.
    #[schema(required)]
    next: Option<i64>,
    /// How far back this look came, where it stopped before it had as many posts as were asked for.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    stopped_at: Option<Timestamp>,
    /// Cases by number, by tag, those that the texts are of, and those that the posts belong to.
    cases: Vec<FoundCaseShape>,
    /// What was said and written in those cases beside their posts, newest first; only in the first look. Observers are
    /// given no talk among colleagues.
    texts: Vec<FoundTextShape>,
    /// There may be more such texts: not everything was looked at.
    texts_are_cut: bool,
    /// Authors by the beginning of handle or name.
    #[schema(value_type = Vec<AuthorShape>)]
    authors: Vec<Author>,
    /// Users by name.
    users: Vec<NamedShape>,
    /// Departments by name.
    departments: Vec<NamedShape>,
}

/// A post with the words that made it match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundPost)]
pub(crate) struct FoundPostShape {
    #[schema(value_type = StoredPostShape)]
    post: StoredPost,
    #[schema(value_type = Vec<SpanShape>)]
    spans: Vec<Span>,
}

/// A case, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundCase)]
pub(crate) struct FoundCaseShape {
    /// Its number.
    id: i64,
    /// `open`, `waiting`, `snoozed`, `closed`.
    state: String,
    priority: u8,
    /// `seq` of the post that opened it.
    post: i64,
    tags: Vec<String>,
}

/// A text of a case with the words that made it match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundText)]
pub(crate) struct FoundTextShape {
    /// The case that it leads to.
    case: i64,
    /// The case in whose history it stands, which may have gone into that one.
    of: i64,
    /// The number of the event in that history.
    event: u32,
    /// The answer of ours that it is.
    #[schema(required)]
    reply: Option<Uuid>,
    /// `author`, `tag`, `reply`, `despite`, `note`, `question`, `question_answer`, `outreach`, `offer`, `decline`, `release`, `move`,
    /// `priority`, `close`, `reopen`, `merge`, `split`.
    place: &'static str,
    /// `user:` and an id, `operator`, `rules`, `author`, `guest`.
    by: String,
    /// What they are called; empty where nobody has a name.
    who: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    text: String,
    #[schema(value_type = Vec<SpanShape>)]
    spans: Vec<Span>,
    /// It was taken back since.
    is_undone: bool,
}

impl From<FoundText> for FoundTextShape {
    fn from(text: FoundText) -> Self {
        Self {
            case: text.case.0,
            of: text.of.0,
            event: text.event,
            reply: text.reply.map(|ReplyId(id)| id),
            place: text.place.as_str(),
            by: text.by.to_string(),
            who: text.who,
            at: text.at,
            text: text.text,
            spans: text.spans,
            is_undone: text.is_undone,
        }
    }
}

/// Somebody or something with a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Named)]
pub(crate) struct NamedShape {
    id: Uuid,
    name: String,
}

impl From<Case> for FoundCaseShape {
    fn from(case: Case) -> Self {
        Self {
            id: case.id.0,
            state: case.state.as_str().to_owned(),
            priority: case.priority.score,
            post: case.post,
            tags: case.tags,
        }
    }
}

impl From<Found> for FoundShape {
    fn from(found: Found) -> Self {
        let Found { parsed, posts, cases, authors, users, departments, texts, first_posts: _ } = found;
        Self {
            parsed,
            next: posts.next,
            stopped_at: posts.stopped_at,
            posts: posts.found.into_iter().map(|one| FoundPostShape { post: one.post, spans: one.spans }).collect(),
            cases: cases.into_iter().map(FoundCaseShape::from).collect(),
            texts_are_cut: texts.is_cut,
            texts: texts.found.into_iter().map(FoundTextShape::from).collect(),
            authors: authors.into_iter().map(|(_, author)| author).collect(),
            users: users.iter().map(|user| NamedShape { id: user.id.0, name: user.name.clone() }).collect(),
            departments: departments.into_iter().map(|one| NamedShape { id: one.id.0, name: one.name }).collect(),
        }
    }
}

/// Posts, cases and what was said in them, authors, users and departments that a text leads to
///
/// One look takes a short time only; `next` says where to go on.
#[utoipa::path(get, path = "/api/v1/find", tag = "posts", operation_id = "find", params(Asked),
    responses((status = 200, description = "What was found", body = One<FoundShape>),
        (status = 422, description = "The text cannot be read as a query", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn find(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(Asked { q, before, limit }): ApiQuery<Asked>,
) -> Result<Json<One<FoundShape>>, ApiError> {
    if !(1..=200).contains(&limit) {
        return Err(Refusal::bad_request("limit is a number from 1 to 200").about("limit").into());
    }
    if before.is_some_and(|before| before < 0) {
        return Err(Refusal::bad_request("before is `next` of the answer before, and not negative")
            .about("before")
            .into());
    }
    let question = Question { text: q, before, limit };
    Ok(one(web.app.find(&visitor.actor, &question).await?.into()))
}

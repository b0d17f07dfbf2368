//! Questions about a case over the API.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde::Deserialize;
use switchboard_app::cases::question::{CaseQuestion, NewQuestion};
use switchboard_model::{Asked, Case, CaseId, Guest, UserId};
use utoipa::ToSchema;

use super::actions::{As, CaseRefusals, acting};
use super::shapes::cases::CaseShape;
use super::shapes::questions::QuestionShape;
use super::{BodyRefusals, Listed, One, Refusals, listed, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// What was asked about a case, and what was answered
///
/// Colleagues and guests are asked beside the conversation; nothing of it leaves to the public.
#[utoipa::path(get, path = "/api/v1/cases/{id}/questions", tag = "cases", operation_id = "list_questions",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "Its questions, oldest first", body = Listed<QuestionShape>),
        (status = 404, description = "There is no such case that you may see", body = crate::error::ErrorBody), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<Listed<CaseQuestion>>, ApiError> {
    Ok(listed(web.app.case_questions(&visitor.actor, id).await?, None))
}

/// A question: to a user, or to somebody outside by their e-mail address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// The user who is asked.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = uuid::Uuid)]
    user: Option<UserId>,
    /// What somebody outside is called; their address if left out.
    #[serde(default)]
    #[schema(required = false, max_length = 100)]
    name: String,
    /// The e-mail address of somebody outside.
    #[serde(default)]
    #[schema(required = false, nullable = false, max_length = 254)]
    email: Option<String>,
    /// What is asked.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
    /// Whether the page of the link shows the conversation; only of public cases if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false)]
    shows_posts: Option<bool>,
    /// Whether the case waits for the answer.
    #[serde(default)]
    #[schema(required = false)]
    waits: bool,
}

/// Ask a colleague, or somebody outside
///
/// Whoever is asked gets a message, and answers in the case or by a link of their own without logging in.
#[utoipa::path(post, path = "/api/v1/cases/{id}/questions", tag = "cases", operation_id = "ask_question",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = Ask,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<Ask>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let to = match (body.user, body.email) {
        (Some(user), None) => Asked::User(user),
        (None, Some(email)) => Asked::Guest(Guest { name: body.name, email }),
        _ => {
            let message = "say who is asked: either 'user' or 'email'";
            return Err(Refusal::unprocessable("bad_field", message).about("user").into());
        }
    };
    let new = NewQuestion { to, text: body.text, shows_posts: body.shows_posts, waits: body.waits };
    Ok(one(web.app.ask_question(&actor, id, new).await?))
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerQuestion {
    /// What is answered.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

/// Answer a question
///
/// As the colleague who was asked, or for somebody who told it elsewhere.
#[utoipa::path(post, path = "/api/v1/cases/{id}/questions/{number}/answers", tag = "cases",
    operation_id = "answer_question",
    params(("id" = i64, Path, description = "Number of the case"),
        ("number" = u32, Path, description = "Number of the question"), As), request_body = AnswerQuestion,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It was taken back, or its time is over", body = crate::error::ErrorBody),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn answer(
    State(web): State<Web>,
    visitor: Visitor,
    path: Result<Path<(String, String)>, PathRejection>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<AnswerQuestion>,
) -> Result<Json<One<Case>>, ApiError> {
    let (id, number) = question(path)?;
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.answer_question(&actor, id, number, &body.text).await?))
}

/// Take a question back
///
/// Its link answers nothing any more.
#[utoipa::path(post, path = "/api/v1/cases/{id}/questions/{number}/withdraw", tag = "cases",
    operation_id = "withdraw_question",
    params(("id" = i64, Path, description = "Number of the case"),
        ("number" = u32, Path, description = "Number of the question"), As), request_body = Nothing,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    path: Result<Path<(String, String)>, PathRejection>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(Nothing {}): ApiJson<Nothing>,
) -> Result<Json<One<Case>>, ApiError> {
    let (id, number) = question(path)?;
    let actor = acting(&web, visitor, named)?;
    Ok(one(web.app.withdraw_question(&actor, id, number).await?))
}

/// An empty object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

fn question(path: Result<Path<(String, String)>, PathRejection>) -> Result<(CaseId, u32), Refusal> {
    let unknown = || Refusal::not_found("there is no such question");
    let Path((id, number)) = path.map_err(|_| unknown())?;
    Ok((id.parse().map_err(|_| unknown())?, number.parse().map_err(|_| unknown())?))
}

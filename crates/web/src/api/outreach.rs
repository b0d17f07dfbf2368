//! Calls and mails by seniors over the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::cases::outreach::senior::{MOST_OPEN, NewScript};
use switchboard_app::cases::outreach::{NewAsk, OutreachAct, OutreachQuery, OutreachView};
use switchboard_model::{
    Case, CaseId, DepartmentId, OutreachChannel, OutreachFigures, OutreachId, OutreachOutcome, OutreachScript,
    OutreachScriptId, OutreachSettings, Senior, UserId,
};
use utoipa::{IntoParams, ToSchema};

use super::actions::{As, CaseRefusals, acting};
use super::questions::Nothing;
use super::shapes::cases::CaseShape;
use super::shapes::outreach::{
    OutreachFiguresShape, OutreachScriptShape, OutreachSettingsShape, OutreachShape, SeniorShape, SeniorSuggestionShape,
};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody, Refusal};
use crate::extract::{ApiId, ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// Which outreaches.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListOutreaches {
    /// Only those that you are asked for.
    #[param(required = false)]
    mine: bool,
    /// `open`, `overdue` or `done`.
    #[param(required = false, nullable = false, pattern = "^(open|overdue|done)$")]
    state: Option<String>,
    /// E-mail address of the user for whom it is done; for the operator alone.
    #[serde(rename = "as")]
    #[param(rename = "as", required = false, nullable = false)]
    user: Option<String>,
}

/// A view for who asks: the address that needs no log-in is told to the senior alone, and not to who acts for them.
fn for_asker(view: OutreachView, asks: Option<UserId>) -> OutreachView {
    let address = view.address.filter(|_| asks == Some(view.outreach.ask.senior));
    OutreachView { address, ..view }
}

/// Calls and mails by seniors
///
/// Open ones by when they are due, those that have ended with the last one first; 500 at most.
#[utoipa::path(get, path = "/api/v1/outreaches", tag = "cases", operation_id = "list_outreaches",
    params(ListOutreaches),
    responses((status = 200, description = "The outreaches", body = Listed<OutreachShape>),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<ListOutreaches>,
) -> Result<Json<Listed<OutreachView>>, ApiError> {
    let asks = visitor.actor.user_id();
    let actor = acting(&web, visitor, As::of(asked.user))?;
    let (is_ended, is_overdue) = match asked.state.as_deref() {
        None | Some("open") => (false, false),
        Some("overdue") => (false, true),
        Some("done") => (true, false),
        Some(_) => return Err(Refusal::bad_request("state is open, overdue or done").about("state").into()),
    };
    let query = OutreachQuery { is_mine: asked.mine, is_ended, is_overdue };
    let found = web.app.outreaches(&actor, query).await?;
    Ok(listed(found.into_iter().map(|view| for_asker(view, asks)).collect(), None))
}

/// One call or mail by a senior
#[utoipa::path(get, path = "/api/v1/outreaches/{id}", tag = "cases", operation_id = "get_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As),
    responses((status = 200, description = "As it stands", body = One<OutreachShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 422, description = "The named user is not known", body = ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
) -> Result<Json<One<OutreachView>>, ApiError> {
    let asks = visitor.actor.user_id();
    let actor = acting(&web, visitor, named)?;
    Ok(one(for_asker(web.app.outreach(&actor, id).await?, asks)))
}

/// How the outreaches of the last 30 days went
#[utoipa::path(get, path = "/api/v1/outreaches/figures", tag = "cases", operation_id = "outreach_figures",
    responses((status = 200, description = "The figures", body = One<OutreachFiguresShape>), Refusals))]
pub(crate) async fn figures(State(web): State<Web>, visitor: Visitor) -> Result<Json<One<OutreachFigures>>, ApiError> {
    Ok(one(web.app.outreach_figures(&visitor.actor).await?))
}

/// The calls and mails by seniors of a case
#[utoipa::path(get, path = "/api/v1/cases/{id}/outreaches", tag = "cases", operation_id = "case_outreaches",
    params(("id" = i64, Path, description = "Number of the case")),
    responses((status = 200, description = "Its outreaches, oldest first", body = Listed<OutreachShape>),
        (status = 404, description = "There is no such case that you may see", body = ErrorBody), Refusals))]
pub(crate) async fn of_case(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
) -> Result<Json<Listed<OutreachView>>, ApiError> {
    Ok(listed(web.app.case_outreaches(&visitor.actor, id).await?, None))
}

/// What a senior is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskOutreach {
    /// The user who is asked; one of the seniors.
    #[schema(value_type = uuid::Uuid)]
    senior: UserId,
    /// `call` or `mail`.
    #[schema(value_type = String, pattern = "^(call|mail)$", example = "call")]
    channel: OutreachChannel,
    /// Id of the script; none if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = uuid::Uuid)]
    script: Option<OutreachScriptId>,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// How the person can be reached. Only the senior reads it.
    #[schema(min_length = 1, max_length = 500)]
    contact: String,
    /// Until when; as the settings say if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = String, format = DateTime)]
    due_at: Option<Timestamp>,
}

/// Ask a senior to call or write
///
/// For the owner of the case, who leads its department and who leads the team. The case keeps its owner, and is not closed
/// before there is an outcome.
#[utoipa::path(post, path = "/api/v1/cases/{id}/outreaches", tag = "cases", operation_id = "ask_outreach",
    params(("id" = i64, Path, description = "Number of the case"), As), request_body = AskOutreach,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<AskOutreach>,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(&web, visitor, named)?;
    let AskOutreach { senior, channel, script, reason, contact, due_at } = body;
    let new = NewAsk { senior, channel, script, reason, contact, due_at };
    Ok(one(web.app.ask_outreach(&actor, id, new).await?))
}

/// For what somebody is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Suggest {
    /// `call` or `mail`; a call if left out.
    #[param(required = false, nullable = false, pattern = "^(call|mail)$")]
    channel: Option<String>,
}

/// Whom to ask, and why
///
/// Who fits best stands first, who cannot be asked now last.
#[utoipa::path(get, path = "/api/v1/cases/{id}/outreaches/seniors", tag = "cases", operation_id = "suggest_seniors",
    params(("id" = i64, Path, description = "Number of the case"), Suggest),
    responses((status = 200, description = "The seniors", body = Listed<SeniorSuggestionShape>),
        (status = 404, description = "There is no such case that you may see", body = ErrorBody), Refusals))]
pub(crate) async fn suggest(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<CaseId>,
    ApiQuery(asked): ApiQuery<Suggest>,
) -> Result<Response, ApiError> {
    let channel = match asked.channel.as_deref() {
        None => OutreachChannel::default(),
        Some(word) => OutreachChannel::from_word(word)
            .ok_or_else(|| Refusal::bad_request("channel is call or mail").about("channel"))?,
    };
    let found = web.app.suggest_seniors(&visitor.actor, id, channel).await?;
    Ok(axum::response::IntoResponse::into_response(listed(found, None)))
}

/// Does something about an outreach.
async fn act(
    web: &Web,
    visitor: Visitor,
    named: As,
    id: OutreachId,
    act: OutreachAct,
) -> Result<Json<One<Case>>, ApiError> {
    let actor = acting(web, visitor, named)?;
    Ok(one(web.app.act_on_outreach(&actor, id, act).await?))
}

/// Say that it will be done
#[utoipa::path(post, path = "/api/v1/outreaches/{id}/accept", tag = "cases", operation_id = "accept_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As), request_body = Nothing,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It has ended", body = ErrorBody), CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(Nothing {}): ApiJson<Nothing>,
) -> Result<Json<One<Case>>, ApiError> {
    act(&web, visitor, named, id, OutreachAct::Accept).await
}

/// Why it will not be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineOutreach {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Decline a call or mail
#[utoipa::path(post, path = "/api/v1/outreaches/{id}/decline", tag = "cases", operation_id = "decline_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As), request_body = DeclineOutreach,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It has ended", body = ErrorBody), CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn decline(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<DeclineOutreach>,
) -> Result<Json<One<Case>>, ApiError> {
    act(&web, visitor, named, id, OutreachAct::Decline { why: body.why }).await
}

/// Why it is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawOutreach {
    /// Why; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    why: String,
}

/// Take a call or mail back
#[utoipa::path(post, path = "/api/v1/outreaches/{id}/withdraw", tag = "cases", operation_id = "withdraw_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As), request_body = WithdrawOutreach,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It has ended", body = ErrorBody), CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(body): ApiJson<WithdrawOutreach>,
) -> Result<Json<One<Case>>, ApiError> {
    act(&web, visitor, named, id, OutreachAct::Withdraw { why: body.why }).await
}

/// An attempt that another one follows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryOutreach {
    /// `not_reached` or `left_message`.
    #[schema(value_type = String, pattern = "^(not_reached|left_message)$", example = "not_reached")]
    result: OutreachOutcome,
    /// What there is to say about it.
    #[schema(min_length = 1, max_length = 5000)]
    note: String,
    /// Which steps were done, from 0. Those of before if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = Vec<u16>, max_items = 30, maximum = 65535)]
    ticked: Option<Vec<u16>>,
    /// When it is tried again; within the usual time if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = String, format = DateTime)]
    next_at: Option<Timestamp>,
}

/// Say that nobody was reached, and when it is tried again
#[utoipa::path(post, path = "/api/v1/outreaches/{id}/attempts", tag = "cases", operation_id = "attempt_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As), request_body = TryOutreach,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It has ended", body = ErrorBody), CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn attempt(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(TryOutreach { result, note, ticked, next_at }): ApiJson<TryOutreach>,
) -> Result<Json<One<Case>>, ApiError> {
    act(&web, visitor, named, id, OutreachAct::Try { result, note, ticked, next_at }).await
}

/// What came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndOutreach {
    /// `solved`, `not_solved`, `left_message`, `not_reached`, `mail_sent` or `refused`.
    #[schema(value_type = String, pattern = "^(solved|not_solved|left_message|not_reached|mail_sent|refused)$",
        example = "solved")]
    outcome: OutreachOutcome,
    /// What there is to say about it.
    #[schema(min_length = 1, max_length = 5000)]
    note: String,
    /// What was promised to the author.
    #[serde(default)]
    #[schema(required = false, max_length = 5000)]
    promised: String,
    /// Which steps were done, from 0. Those of before if left out.
    #[serde(default)]
    #[schema(required = false, nullable = false, value_type = Vec<u16>, max_items = 30, maximum = 65535)]
    ticked: Option<Vec<u16>>,
}

/// Say what came of a call or mail
#[utoipa::path(post, path = "/api/v1/outreaches/{id}/done", tag = "cases", operation_id = "end_outreach",
    params(("id" = uuid::Uuid, Path, description = "Id of the outreach"), As), request_body = EndOutreach,
    responses((status = 200, description = "The case as it is now", body = One<CaseShape>),
        (status = 410, description = "It has ended", body = ErrorBody), CaseRefusals, BodyRefusals, Refusals))]
pub(crate) async fn done(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachId>,
    ApiQuery(named): ApiQuery<As>,
    ApiJson(EndOutreach { outcome, note, promised, ticked }): ApiJson<EndOutreach>,
) -> Result<Json<One<Case>>, ApiError> {
    act(&web, visitor, named, id, OutreachAct::Done { outcome, note, promised, ticked }).await
}

/// The seniors who can be asked
#[utoipa::path(get, path = "/api/v1/outreaches/seniors", tag = "cases", operation_id = "list_seniors",
    responses((status = 200, description = "By name", body = Listed<SeniorShape>), Refusals))]
pub(crate) async fn seniors(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<Senior>>, ApiError> {
    Ok(listed(web.app.seniors(&visitor.actor).await?, None))
}

/// What a senior does.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetSenior {
    /// What they are to the outside.
    #[schema(min_length = 1, max_length = 100)]
    title: String,
    /// `call`, `mail`.
    #[schema(value_type = Vec<String>, min_items = 1, pattern = "^(call|mail)$")]
    channels: Vec<OutreachChannel>,
    /// The departments that they stand for; all if there are none.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<uuid::Uuid>)]
    departments: Vec<DepartmentId>,
    /// How many outreaches they can have open at once.
    #[schema(minimum = 1, maximum = 100)]
    most_open: u32,
}

/// Name a senior, or change what they do
#[utoipa::path(put, path = "/api/v1/outreaches/seniors/{id}", tag = "cases", operation_id = "set_senior",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")), request_body = SetSenior,
    responses((status = 200, description = "As it is now", body = One<SeniorShape>),
        (status = 404, description = "There is no such user", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_senior(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(user): ApiId<UserId>,
    ApiJson(body): ApiJson<SetSenior>,
) -> Result<Json<One<Senior>>, ApiError> {
    let SetSenior { title, channels, departments, most_open } = body;
    debug_assert_eq!(MOST_OPEN, 100, "as the document says");
    let senior = Senior { user, title, channels, departments, most_open };
    Ok(one(web.app.set_senior(&visitor.actor, senior).await?))
}

/// Ask somebody no more
///
/// What they have open comes back to whoever asked.
#[utoipa::path(delete, path = "/api/v1/outreaches/seniors/{id}", tag = "cases", operation_id = "remove_senior",
    params(("id" = uuid::Uuid, Path, description = "Id of the user")),
    responses((status = 204, description = "They are asked no more"),
        (status = 404, description = "They were not asked", body = ErrorBody), Refusals))]
pub(crate) async fn remove_senior(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(user): ApiId<UserId>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_senior(&visitor.actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The scripts of calls and mails
#[utoipa::path(get, path = "/api/v1/outreaches/scripts", tag = "cases", operation_id = "list_outreach_scripts",
    responses((status = 200, description = "By name", body = Listed<OutreachScriptShape>), Refusals))]
pub(crate) async fn scripts(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Json<Listed<OutreachScript>>, ApiError> {
    Ok(listed(web.app.outreach_scripts(&visitor.actor).await?, None))
}

/// A script.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetOutreachScript {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `call` or `mail`; both if left out or `null`.
    #[serde(default)]
    #[schema(required = false, value_type = Option<String>, pattern = "^(call|mail)$")]
    channel: Option<OutreachChannel>,
    /// BCP 47 tag.
    #[schema(min_length = 2, max_length = 35)]
    language: String,
    /// What it says. `{author}`, `{senior}`, `{title}`, `{company}`, `{case}` and `{summary}` are filled in.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
    /// What to do, in this order.
    #[serde(default)]
    #[schema(required = false, max_items = 30)]
    steps: Vec<String>,
    /// What may be promised.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    may: String,
    /// What may not.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    may_not: String,
}

impl From<SetOutreachScript> for NewScript {
    fn from(body: SetOutreachScript) -> Self {
        let SetOutreachScript { name, channel, language, text, steps, may, may_not } = body;
        Self { name, channel, language, text, steps, may, may_not }
    }
}

/// Add a script
#[utoipa::path(post, path = "/api/v1/outreaches/scripts", tag = "cases", operation_id = "add_outreach_script",
    request_body = SetOutreachScript,
    responses((status = 201, description = "The script", body = One<OutreachScriptShape>),
        (status = 409, description = "Another one has that name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add_script(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SetOutreachScript>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.set_outreach_script(&visitor.actor, None, body.into()).await?))
}

/// Change a script
///
/// What was asked with it keeps its words.
#[utoipa::path(put, path = "/api/v1/outreaches/scripts/{id}", tag = "cases", operation_id = "set_outreach_script",
    params(("id" = uuid::Uuid, Path, description = "Id of the script")), request_body = SetOutreachScript,
    responses((status = 200, description = "As it is now", body = One<OutreachScriptShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "Another one has that name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn set_script(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachScriptId>,
    ApiJson(body): ApiJson<SetOutreachScript>,
) -> Result<Json<One<OutreachScript>>, ApiError> {
    Ok(one(web.app.set_outreach_script(&visitor.actor, Some(id), body.into()).await?))
}

/// Remove a script
#[utoipa::path(delete, path = "/api/v1/outreaches/scripts/{id}", tag = "cases",
    operation_id = "remove_outreach_script", params(("id" = uuid::Uuid, Path, description = "Id of the script")),
    responses((status = 204, description = "It is removed"),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn remove_script(
    State(web): State<Web>,
    visitor: Visitor,
    ApiId(id): ApiId<OutreachScriptId>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_outreach_script(&visitor.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How outreaches are kept
#[utoipa::path(get, path = "/api/v1/outreaches/settings", tag = "cases", operation_id = "get_outreach_settings",
    responses((status = 200, description = "As it is", body = One<OutreachSettingsShape>), Refusals))]
pub(crate) async fn settings(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Json<One<OutreachSettings>>, ApiError> {
    Ok(one(web.app.outreach_settings(&visitor.actor).await?))
}

/// How outreaches are to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetOutreachSettings {
    /// Within how many minutes of the senior's working time one is due.
    #[schema(minimum = 15, maximum = 10080)]
    due_within_min: u32,
    /// How many such minutes before that it warns; fewer than those.
    #[schema(minimum = 0, maximum = 10079)]
    warn_before_min: u32,
    /// How many days after its end it is still known how the person can be reached.
    #[schema(minimum = 1, maximum = 365)]
    keep_contact_days: u32,
}

/// Say how outreaches are kept
#[utoipa::path(put, path = "/api/v1/outreaches/settings", tag = "cases", operation_id = "set_outreach_settings",
    request_body = SetOutreachSettings,
    responses((status = 200, description = "As it is now", body = One<OutreachSettingsShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn set_settings(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SetOutreachSettings>,
) -> Result<Json<One<OutreachSettings>>, ApiError> {
    let SetOutreachSettings { due_within_min, warn_before_min, keep_contact_days } = body;
    let settings = OutreachSettings { due_within_min, warn_before_min, keep_contact_days };
    Ok(one(web.app.set_outreach_settings(&visitor.actor, settings).await?))
}

/// A suggestion with everything, for the test of the shapes.
#[cfg(test)]
pub(crate) fn sample_suggestion(user: UserId) -> serde_json::Value {
    serde_json::json!({ "user": user, "score": 1, "why": ["speaks German"], "obstacle": "is away" })
}

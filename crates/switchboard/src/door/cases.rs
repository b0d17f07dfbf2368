//! What commands do to cases.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_app::App;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::bulk::{BulkAct, BulkResult, Chosen};
use switchboard_app::cases::question::NewQuestion;
use switchboard_app::cases::split::{Split, SplitOwner};
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::rights::Actor;
use switchboard_model::{Asked, Case, CaseId, Guest, PostId};

use super::Door;
use crate::failure::Failure;

impl Door {
    /// Makes a case of a stored post.
    pub(crate) async fn open_case(&self, post: PostId) -> Result<Case, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.open_case(&Actor::Operator, &post).await?),
            Self::Running { .. } => {
                self.call(reqwest::Method::POST, "/api/v1/cases", Some(json!({ "post": post }))).await
            }
        }
    }

    /// Why a case is where it is, as the API says it.
    pub(crate) async fn case_trace(&self, id: CaseId) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.case_trace(&Actor::Operator, id).await?)),
            Self::Running { .. } => self.call(reqwest::Method::GET, &format!("/api/v1/cases/{id}/trace"), None).await,
        }
    }

    /// Cases that may be about the same as one, as the API says them.
    pub(crate) async fn similar_cases(&self, id: CaseId) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.similar_cases(&Actor::Operator, id).await?)),
            Self::Running { .. } => self.call(reqwest::Method::GET, &format!("/api/v1/cases/{id}/similar"), None).await,
        }
    }

    /// Does one thing to a case, with the body that the API takes for it; for a user, if one is named by e-mail address.
    pub(crate) async fn act_on_case(
        &self,
        id: CaseId,
        verb: &str,
        body: Value,
        user: Option<&str>,
    ) -> Result<Case, Failure> {
        match self {
            Self::Own { app, .. } => act(app, &acting(app, user)?, id, verb, &body).await,
            Self::Running { .. } => {
                let path = acting_at(&format!("/api/v1/cases/{id}/{verb}"), user);
                self.call(reqwest::Method::POST, &path, Some(body)).await
            }
        }
    }

    /// Does one thing to many cases.
    pub(crate) async fn act_on_cases(
        &self,
        chosen: &[Chosen],
        act: &BulkAct,
        user: Option<&str>,
    ) -> Result<Vec<Bulked>, Failure> {
        match self {
            Self::Own { app, .. } => bulked(app.act_on_cases(&acting(app, user)?, chosen, act).await),
            Self::Running { .. } => {
                let case = |one: &Chosen| match one.seen {
                    Some(seen) => json!({ "id": one.case, "version": seen }),
                    None => json!({ "id": one.case }),
                };
                let cases: Vec<Value> = chosen.iter().map(case).collect();
                self.bulk("/api/v1/cases/bulk", json!({ "cases": cases, "act": act }), user).await
            }
        }
    }

    /// Takes back of each case the event of that number.
    pub(crate) async fn undo_on_cases(
        &self,
        events: &[(CaseId, u32)],
        user: Option<&str>,
    ) -> Result<Vec<Bulked>, Failure> {
        match self {
            Self::Own { app, .. } => bulked(app.undo_on_cases(&acting(app, user)?, events).await),
            Self::Running { .. } => {
                let events: Vec<Value> =
                    events.iter().map(|(case, event)| json!({ "case": case, "event": event })).collect();
                self.bulk("/api/v1/cases/bulk/undo", json!({ "events": events }), user).await
            }
        }
    }

    async fn bulk(&self, path: &str, body: Value, user: Option<&str>) -> Result<Vec<Bulked>, Failure> {
        self.call(reqwest::Method::POST, &acting_at(path, user), Some(body)).await
    }
}

fn bulked(results: Result<Vec<BulkResult>, CaseError>) -> Result<Vec<Bulked>, Failure> {
    Ok(results?.into_iter().map(Bulked::from).collect())
}

/// What became of one of many cases, as the API says it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Bulked {
    /// The case.
    pub(crate) case: CaseId,
    /// The version it has by now, if it was not refused.
    pub(crate) version: Option<u32>,
    /// Whether anything was changed.
    pub(crate) changed: bool,
    /// Why it was not done.
    pub(crate) error: Option<BulkRefusal>,
}

/// Why something was not done to one of many cases.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BulkRefusal {
    /// In a sentence.
    pub(crate) message: String,
}

impl From<BulkResult> for Bulked {
    fn from(BulkResult { case, done }: BulkResult) -> Self {
        match done {
            Ok((now, changed)) => Self { case, version: Some(now.version), changed, error: None },
            Err(error) => {
                let error = Some(BulkRefusal { message: error.to_string() });
                Self { case, version: None, changed: false, error }
            }
        }
    }
}

/// Who acts: the operator of the machine, or the user of an e-mail address.
pub(super) fn acting(app: &App, user: Option<&str>) -> Result<Actor, Failure> {
    let Some(email) = user else { return Ok(Actor::Operator) };
    let user = app.people().user_by_email(&email.trim().to_lowercase());
    let user = user.filter(|user| user.is_active);
    Ok(Actor::User(user.ok_or_else(|| Failure::usage("no active user has this e-mail address"))?))
}

/// The same as an address of the API says it.
pub(super) fn acting_at(path: &str, user: Option<&str>) -> String {
    let Some(email) = user else { return path.to_owned() };
    let query: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!("{path}?as={query}")
}

/// The number of a question and what is done about it, as the address of the API says it.
fn question_verb(verb: &str) -> Option<(u32, &str)> {
    let (number, verb) = verb.strip_prefix("questions/")?.split_once('/')?;
    Some((number.parse().ok()?, verb))
}

/// The same without a running `serve`: the fields stand in the body under the names of the API.
async fn act(app: &App, actor: &Actor, id: CaseId, verb: &str, body: &Value) -> Result<Case, Failure> {
    fn field<T: serde::de::DeserializeOwned>(body: &Value, name: &str) -> Result<T, Failure> {
        let value = body.get(name).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value).map_err(|error| Failure::usage(format_args!("{name}: {error}")))
    }
    let text = |name: &str| field::<String>(body, name);
    let seen: Option<u32> = field(body, "version")?;
    let done: Result<Case, CaseError> = match verb {
        "claim" => app.claim_case(actor, id, seen).await,
        "assign" => app.assign_case(actor, id, seen, field(body, "to")?).await,
        "confirm" => app.confirm_case(actor, id, seen).await,
        "release" => app.release_case(actor, id, seen, &text("why")?).await,
        "transfer" => {
            let transfer = Transfer {
                department: field(body, "department")?,
                user: field(body, "user")?,
                reason: field(body, "reason")?,
                note: text("note")?,
                accept_within_min: field(body, "accept_within_min")?,
                keeps_watching: field(body, "keeps_watching")?,
            };
            app.transfer_case(actor, id, seen, transfer).await
        }
        "accept" => app.accept_case_with(actor, id, seen, &text("note")?).await,
        "decline" => app.decline_case(actor, id, seen, &text("note")?).await,
        "withdraw" => app.withdraw_offer(actor, id, seen).await,
        "notes" => app.note_on_case(actor, id, seen, &text("text")?).await,
        "tags" => {
            let (added, removed): (Vec<String>, Vec<String>) = (field(body, "added")?, field(body, "removed")?);
            app.tag_case(actor, id, seen, &added, &removed).await
        }
        "priority" => app.prioritise_case(actor, id, seen, field(body, "score")?, &text("why")?).await,
        "snooze" => app.snooze_case(actor, id, seen, field(body, "until")?).await,
        "wait" => app.wait_case(actor, id, seen, field(body, "on")?).await,
        "watch" => app.watch_case(actor, id, field(body, "user")?).await,
        "unwatch" => app.unwatch_case(actor, id, field(body, "user")?).await,
        "involve" => app.involve(actor, id, field(body, "department")?, &text("why")?).await,
        "excuse" => app.excuse(actor, id, field(body, "department")?).await,
        "resume" => app.resume_case(actor, id, seen, &text("why")?).await,
        "close" => {
            let (outcome, reason) = (field(body, "outcome")?, text("reason")?);
            match field::<Option<bool>>(body, "withdraw_outreach")?.unwrap_or_default() {
                true => app.withdraw_and_close(actor, id, seen, outcome, &reason).await,
                false => app.close_case(actor, id, seen, outcome, &reason).await,
            }
        }
        "reopen" => app.reopen_case(actor, id, seen, &text("why")?).await,
        "undo" => app.undo(actor, id, seen, field(body, "event")?).await,
        "merge" => {
            let from = Chosen { case: field(body, "case")?, seen: field(body, "case_version")? };
            app.merge_case(actor, id, seen, from, &text("why")?).await
        }
        "merge/undo" => app.take_apart(actor, id, seen, field(body, "case")?).await,
        "split" => {
            let owner = match (field(body, "user")?, field(body, "to_desk")?) {
                (Some(user), _) => SplitOwner::User(user),
                (None, true) => SplitOwner::Desk,
                (None, false) => SplitOwner::Same,
            };
            let (posts, department) = (field(body, "posts")?, field(body, "department")?);
            app.split_case(actor, id, seen, &Split { posts, department, owner, why: text("why")? }).await
        }
        "questions" => {
            let to = match (field(body, "user")?, field::<Option<String>>(body, "email")?) {
                (Some(user), _) => Asked::User(user),
                (None, email) => Asked::Guest(Guest { name: text("name")?, email: email.unwrap_or_default() }),
            };
            let shows_posts = field(body, "shows_posts")?;
            let new = NewQuestion { to, text: text("text")?, shows_posts, waits: field(body, "waits")? };
            app.ask_question(actor, id, new).await
        }
        other => match question_verb(other) {
            Some((question, "answers")) => app.answer_question(actor, id, question, &text("text")?).await,
            Some((question, "withdraw")) => app.withdraw_question(actor, id, question).await,
            _ => return Err(Failure::usage(format_args!("nothing is called '{other}'"))),
        },
    };
    Ok(done?)
}

//! What commands do about calls and mails by seniors. What is read is handed on as the API says it.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_app::App;
use switchboard_app::cases::outreach::senior::NewScript;
use switchboard_app::cases::outreach::{NewAsk, OutreachAct, OutreachQuery};
use switchboard_app::rights::Actor;
use switchboard_model::{
    Case, CaseId, OutreachChannel, OutreachId, OutreachScript, OutreachScriptId, OutreachSettings, Senior, UserId,
};

use super::Door;
use super::cases::{acting, acting_at};
use crate::failure::Failure;

const OPERATOR: Actor = Actor::Operator;

fn who(app: &App, user: Option<&str>) -> Result<Actor, Failure> {
    acting(app, user)
}

impl Door {
    /// Outreaches: those of a case, or by how they stand.
    pub(crate) async fn outreaches(
        &self,
        case: Option<CaseId>,
        query: OutreachQuery,
        user: Option<&str>,
    ) -> Result<Value, Failure> {
        match (self, case) {
            (Self::Own { app, .. }, Some(case)) => Ok(json!(app.case_outreaches(&who(app, user)?, case).await?)),
            (Self::Own { app, .. }, None) => Ok(json!(app.outreaches(&who(app, user)?, query).await?)),
            (Self::Running { .. }, Some(case)) => {
                self.call(Method::GET, &format!("/api/v1/cases/{case}/outreaches"), None).await
            }
            (Self::Running { .. }, None) => {
                let state = match (query.is_ended, query.is_overdue) {
                    (true, _) => "done",
                    (false, true) => "overdue",
                    (false, false) => "open",
                };
                let path = acting_at("/api/v1/outreaches", user);
                let joint = if path.contains('?') { '&' } else { '?' };
                self.call(Method::GET, &format!("{path}{joint}mine={}&state={state}", query.is_mine), None).await
            }
        }
    }

    /// One outreach.
    pub(crate) async fn outreach(&self, id: OutreachId, user: Option<&str>) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.outreach(&who(app, user)?, id).await?)),
            Self::Running { .. } => {
                self.call(Method::GET, &acting_at(&format!("/api/v1/outreaches/{id}"), user), None).await
            }
        }
    }

    /// How those of the last 30 days went.
    pub(crate) async fn outreach_figures(&self) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.outreach_figures(&OPERATOR).await?)),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/outreaches/figures", None).await,
        }
    }

    /// Asks a senior.
    pub(crate) async fn ask_outreach(&self, id: CaseId, new: NewAsk, user: Option<&str>) -> Result<Case, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.ask_outreach(&who(app, user)?, id, new).await?),
            Self::Running { .. } => {
                let NewAsk { senior, channel, script, reason, contact, due_at } = new;
                let mut body = json!({ "senior": senior, "channel": channel, "reason": reason, "contact": contact });
                if let Value::Object(body) = &mut body {
                    body.extend(script.map(|id| ("script".to_owned(), json!(id))));
                    body.extend(due_at.map(|at| ("due_at".to_owned(), json!(at))));
                }
                let path = acting_at(&format!("/api/v1/cases/{id}/outreaches"), user);
                self.call(Method::POST, &path, Some(body)).await
            }
        }
    }

    /// Does something about an outreach.
    pub(crate) async fn act_on_outreach(
        &self,
        id: OutreachId,
        act: OutreachAct,
        user: Option<&str>,
    ) -> Result<Case, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.act_on_outreach(&who(app, user)?, id, act).await?),
            Self::Running { .. } => {
                let (verb, body) = match act {
                    OutreachAct::Accept => ("accept", json!({})),
                    OutreachAct::Decline { why } => ("decline", json!({ "why": why })),
                    OutreachAct::Withdraw { why } => ("withdraw", json!({ "why": why })),
                    OutreachAct::Try { result, note, ticked, next_at } => {
                        let mut body = json!({ "result": result, "note": note });
                        if let Value::Object(body) = &mut body {
                            body.extend(ticked.map(|ticked| ("ticked".to_owned(), json!(ticked))));
                            body.extend(next_at.map(|at| ("next_at".to_owned(), json!(at))));
                        }
                        ("attempts", body)
                    }
                    OutreachAct::Done { outcome, note, promised, ticked } => {
                        let mut body = json!({ "outcome": outcome, "note": note, "promised": promised });
                        if let Value::Object(body) = &mut body {
                            body.extend(ticked.map(|ticked| ("ticked".to_owned(), json!(ticked))));
                        }
                        ("done", body)
                    }
                };
                let path = acting_at(&format!("/api/v1/outreaches/{id}/{verb}"), user);
                self.call(Method::POST, &path, Some(body)).await
            }
        }
    }

    /// Whom to ask for a case, and why.
    pub(crate) async fn suggest_seniors(&self, id: CaseId, channel: OutreachChannel) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.suggest_seniors(&OPERATOR, id, channel).await?)),
            Self::Running { .. } => {
                let path = format!("/api/v1/cases/{id}/outreaches/seniors?channel={}", channel.as_str());
                self.call(Method::GET, &path, None).await
            }
        }
    }

    /// The seniors.
    pub(crate) async fn seniors(&self) -> Result<Vec<Senior>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.seniors(&OPERATOR).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/outreaches/seniors", None).await,
        }
    }

    /// Names a senior, or changes what they do.
    pub(crate) async fn set_senior(&self, senior: Senior) -> Result<Senior, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_senior(&OPERATOR, senior).await?),
            Self::Running { .. } => {
                let Senior { user, title, channels, departments, most_open } = senior;
                let body = json!({
                    "title": title, "channels": channels, "departments": departments, "most_open": most_open
                });
                self.call(Method::PUT, &format!("/api/v1/outreaches/seniors/{user}"), Some(body)).await
            }
        }
    }

    /// Asks somebody no more.
    pub(crate) async fn remove_senior(&self, user: UserId) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_senior(&OPERATOR, user).await.map(drop)?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::DELETE, &format!("/api/v1/outreaches/seniors/{user}")).await
            }
        }
    }

    /// The scripts.
    pub(crate) async fn outreach_scripts(&self) -> Result<Vec<OutreachScript>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.outreach_scripts(&OPERATOR).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/outreaches/scripts", None).await,
        }
    }

    /// Adds a script, or changes the one of an id.
    pub(crate) async fn set_outreach_script(
        &self,
        id: Option<OutreachScriptId>,
        new: NewScript,
    ) -> Result<OutreachScript, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_outreach_script(&OPERATOR, id, new).await?),
            Self::Running { .. } => {
                let NewScript { name, channel, language, text, steps, may, may_not } = new;
                let mut body = json!({
                    "name": name, "language": language, "text": text, "steps": steps, "may": may, "may_not": may_not
                });
                if let Value::Object(body) = &mut body {
                    body.extend(channel.map(|channel| ("channel".to_owned(), json!(channel))));
                }
                match id {
                    Some(id) => self.call(Method::PUT, &format!("/api/v1/outreaches/scripts/{id}"), Some(body)).await,
                    None => self.call(Method::POST, "/api/v1/outreaches/scripts", Some(body)).await,
                }
            }
        }
    }

    /// Removes a script.
    pub(crate) async fn remove_outreach_script(&self, id: OutreachScriptId) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_outreach_script(&OPERATOR, id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(Method::DELETE, &format!("/api/v1/outreaches/scripts/{id}")).await
            }
        }
    }

    /// How outreaches are kept.
    pub(crate) async fn outreach_settings(&self) -> Result<OutreachSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.outreach_settings(&OPERATOR).await?),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/outreaches/settings", None).await,
        }
    }

    /// Says how outreaches are kept.
    pub(crate) async fn set_outreach_settings(&self, settings: OutreachSettings) -> Result<OutreachSettings, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_outreach_settings(&OPERATOR, settings).await?),
            Self::Running { .. } => self.call(Method::PUT, "/api/v1/outreaches/settings", Some(json!(settings))).await,
        }
    }
}

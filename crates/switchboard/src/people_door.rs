//! The way to users, departments, rules and the set-up, through the running installation or its own store.

use reqwest::Method;
use serde_json::{Map, Value, json};
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::duty;
use switchboard_app::directory::sla::PolicyText;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_app::rights::Actor;
use switchboard_app::routing::dry_run::{Extent, Proposed};
use switchboard_app::routing::rule::RuleText;
use switchboard_app::setup::SetUp;
use switchboard_model::{Company, Department, DepartmentId, Rule, RuleId, SlaPolicy, User, UserId};

use crate::door::Door;
use crate::failure::Failure;

const OPERATOR: Actor = Actor::Operator;

/// What is done with a user by their id alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Deactivate,
    Activate,
    Unlock,
}

impl Door {
    /// Makes the installation the company's.
    pub(crate) async fn set_up(&self, by: SetUp) -> Result<User, Failure> {
        match self {
            Self::Own { app, .. } => {
                let session = app.set_up(None, by).await?;
                app.log_out(&session.token).await?;
                Ok(session.user.as_ref().clone())
            }
            Self::Running { .. } => {
                #[derive(serde::Deserialize)]
                struct Done {
                    user: User,
                }
                let body = json!({
                    "name": by.name, "email": by.email, "password": by.password, "time_zone": by.time_zone,
                    "company": by.company, "handles": by.handles, "website": by.website,
                    "departments": if by.departments.is_empty() { Value::Null } else { json!(by.departments) },
                });
                Ok(self.call::<Done>(Method::POST, "/api/v1/setup", Some(body)).await?.user)
            }
        }
    }

    /// What the set-up of this company, or of the installation's own, proposes, as the API answers it.
    pub(crate) async fn propose_set_up(
        &self,
        company: Option<String>,
        handles: Vec<String>,
        website: Option<String>,
    ) -> Result<Value, Failure> {
        let Self::Own { app, .. } = self else {
            let body = json!({ "company": company, "handles": handles, "website": website });
            return self.call(Method::POST, "/api/v1/setup/proposals", Some(body)).await;
        };
        let counted = app.propose_counted(&OPERATOR, company.as_deref(), &handles, website.as_deref()).await?;
        let now = app.now();
        let searches = counted.searches().into_iter().map(|(search, count, bare)| {
            json!({
                "name": search.name, "query": search.query, "type": search.search_type.as_str(), "why": search.why,
                "warning": search.warning, "found": count.found, "per_day": counted.counts.per_day(count, now),
                "found_by_name": bare.map(|bare| bare.found),
            })
        });
        Ok(json!({
            "searches": searches.collect::<Vec<_>>(), "sources": counted.proposals.sources,
            "notes": counted.proposals.notes, "heard": counted.counts.heard, "from": counted.counts.from,
            "is_cut": counted.counts.is_cut,
        }))
    }

    pub(crate) async fn users(&self) -> Result<Vec<User>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.users().to_vec()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/users", None).await,
        }
    }

    pub(crate) async fn departments(&self) -> Result<Vec<Department>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.departments().to_vec()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/departments", None).await,
        }
    }

    pub(crate) async fn rules(&self) -> Result<Vec<Rule>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.rules().to_vec()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/rules", None).await,
        }
    }

    /// The service levels, in the order in which they are looked at.
    pub(crate) async fn sla(&self) -> Result<Vec<SlaPolicy>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.sla().to_vec()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/sla", None).await,
        }
    }

    /// Replaces the service levels.
    pub(crate) async fn set_sla(&self, policies: Vec<SlaPolicy>) -> Result<Vec<SlaPolicy>, Failure> {
        match self {
            Self::Own { app, .. } => {
                let texts = policies.into_iter().map(PolicyText::from).collect();
                Ok(app.set_sla(&OPERATOR, texts).await?.to_vec())
            }
            Self::Running { .. } => {
                let mut policies = json!(policies);
                for policy in policies.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                    policy.remove("id");
                }
                self.call(Method::PUT, "/api/v1/sla", Some(json!({ "policies": policies }))).await
            }
        }
    }

    /// Adds a user; the path of the link by which they choose a password comes with them.
    pub(crate) async fn invite(&self, new: NewUser) -> Result<(User, String), Failure> {
        match self {
            Self::Own { app, .. } => {
                let (user, token) = app.invite(&OPERATOR, new).await?;
                Ok((user, format!("/links/{token}")))
            }
            Self::Running { .. } => {
                #[derive(serde::Deserialize)]
                struct Invited {
                    user: User,
                    link: String,
                }
                let body = json!({
                    "name": new.name, "email": new.email, "role": new.role, "departments": new.departments,
                    "languages": new.languages, "time_zone": new.time_zone, "duty": duty::print(&new.duty),
                });
                let invited: Invited = self.call(Method::POST, "/api/v1/users", Some(body)).await?;
                Ok((invited.user, invited.link))
            }
        }
    }

    pub(crate) async fn change_user(&self, id: UserId, change: UserChange) -> Result<User, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.change_user(&OPERATOR, id, change).await?),
            Self::Running { .. } => {
                let profile = &change.profile;
                let mut body = filled([
                    ("skills", json!(profile.skills)),
                    ("absences", json!(profile.absences)),
                    ("name", json!(change.name)),
                    ("email", json!(change.email)),
                    ("role", json!(change.role)),
                    ("departments", json!(change.departments)),
                    ("languages", json!(change.languages)),
                    ("time_zone", json!(change.time_zone)),
                    ("duty", json!(change.duty.as_ref().map(duty::print))),
                    ("preferences", json!(change.preferences)),
                ]);
                given(&mut body, "extension", &profile.extension);
                given(&mut body, "most_cases", &profile.most_cases);
                given(&mut body, "holidays", &profile.holidays);
                self.call(Method::PATCH, &format!("/api/v1/users/{id}"), Some(body)).await
            }
        }
    }

    pub(crate) async fn do_to_user(&self, id: UserId, deed: Deed) -> Result<User, Failure> {
        match self {
            Self::Own { app, .. } => Ok(match deed {
                Deed::Deactivate => app.deactivate_user(&OPERATOR, id).await?,
                Deed::Activate => app.activate_user(&OPERATOR, id).await?,
                Deed::Unlock => app.unlock_user(&OPERATOR, id).await?,
            }),
            Self::Running { .. } => {
                let word = match deed {
                    Deed::Deactivate => "deactivate",
                    Deed::Activate => "activate",
                    Deed::Unlock => "unlock",
                };
                self.call(Method::POST, &format!("/api/v1/users/{id}/{word}"), None).await
            }
        }
    }

    /// Path of a fresh link by which a user chooses a password.
    pub(crate) async fn reset_link(&self, id: UserId) -> Result<String, Failure> {
        match self {
            Self::Own { app, .. } => Ok(format!("/links/{}", app.reset_link(&OPERATOR, id).await?)),
            Self::Running { .. } => {
                #[derive(serde::Deserialize)]
                struct Made {
                    link: String,
                }
                Ok(self.call::<Made>(Method::POST, &format!("/api/v1/users/{id}/links"), None).await?.link)
            }
        }
    }

    pub(crate) async fn add_department(&self, new: NewDepartment) -> Result<Department, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_department(&OPERATOR, new).await?),
            Self::Running { .. } => {
                let body = json!({
                    "key": new.key, "name": new.name, "head": new.head, "deputy": new.deputy, "intents": new.intents,
                    "keywords": new.keywords,
                });
                self.call(Method::POST, "/api/v1/departments", Some(body)).await
            }
        }
    }

    pub(crate) async fn change_department(
        &self,
        id: DepartmentId,
        change: DepartmentChange,
    ) -> Result<Department, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.change_department(&OPERATOR, id, change).await?),
            Self::Running { .. } => {
                let mut body = filled([
                    ("key", json!(change.key)),
                    ("name", json!(change.name)),
                    ("head", json!(change.head)),
                    ("intents", json!(change.intents)),
                    ("keywords", json!(change.keywords)),
                    ("is_active", json!(change.reopen.then_some(true))),
                    ("place", json!(change.place)),
                    ("languages", json!(change.office.languages)),
                    ("hours", json!(change.office.hours.as_ref().map(duty::print))),
                    ("assignment", json!(change.office.assignment)),
                    ("unaccepted", json!(change.office.unaccepted)),
                ]);
                given(&mut body, "deputy", &change.deputy);
                given(&mut body, "extension", &change.office.extension);
                given(&mut body, "time_zone", &change.office.time_zone);
                given(&mut body, "holidays", &change.office.holidays);
                given(&mut body, "cover", &change.office.cover);
                given(&mut body, "accept_within_min", &change.office.accept_within_min);
                given(&mut body, "interest", &change.office.interest);
                self.call(Method::PATCH, &format!("/api/v1/departments/{id}"), Some(body)).await
            }
        }
    }

    pub(crate) async fn close_department(&self, id: DepartmentId) -> Result<Department, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.close_department(&OPERATOR, id).await?),
            Self::Running { .. } => self.call(Method::POST, &format!("/api/v1/departments/{id}/close"), None).await,
        }
    }

    pub(crate) async fn set_fallback(&self, id: DepartmentId) -> Result<Company, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.set_fallback(&OPERATOR, id).await?),
            Self::Running { .. } => self.call(Method::PATCH, "/api/v1/company", Some(json!({ "fallback": id }))).await,
        }
    }

    pub(crate) async fn add_rule(&self, text: RuleText) -> Result<Rule, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_rule(&OPERATOR, text).await?),
            Self::Running { .. } => self.call(Method::POST, "/api/v1/rules", Some(rule_body(&text))).await,
        }
    }

    pub(crate) async fn change_rule(&self, id: RuleId, text: RuleText) -> Result<Rule, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.change_rule(&OPERATOR, id, text).await?),
            Self::Running { .. } => {
                self.call(Method::PUT, &format!("/api/v1/rules/{id}"), Some(rule_body(&text))).await
            }
        }
    }

    /// What rules would have done in the last days, as the API says it.
    pub(crate) async fn try_rules(&self, proposed: Proposed, extent: Extent) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.try_rules(&OPERATOR, proposed, extent).await?)),
            Self::Running { .. } => {
                let Extent { days, most, within_s } = extent;
                let mut body = json!({ "days": days, "most": most, "within_s": within_s });
                let (name, value) = match &proposed {
                    Proposed::Rule { id, text } => {
                        body["id"] = json!(id);
                        ("rule", rule_body(text))
                    }
                    Proposed::All(texts) => ("rules", texts.iter().map(rule_body).collect()),
                };
                body[name] = value;
                self.call(Method::POST, "/api/v1/rules/try", Some(body)).await
            }
        }
    }

    /// Moves a rule among the others.
    pub(crate) async fn move_rule(&self, id: RuleId, place: u32) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.move_rule(&OPERATOR, id, place as usize).await.map(drop)?),
            Self::Running { .. } => {
                let body = json!({ "place": place });
                self.call::<Value>(Method::POST, &format!("/api/v1/rules/{id}/move"), Some(body)).await.map(drop)
            }
        }
    }

    pub(crate) async fn remove_rule(&self, id: RuleId) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_rule(&OPERATOR, id).await?),
            Self::Running { .. } => self.call_for_nothing(Method::DELETE, &format!("/api/v1/rules/{id}")).await,
        }
    }

    /// The user with that e-mail address or id.
    pub(crate) async fn get_user(&self, wanted: &str) -> Result<User, Failure> {
        let wanted = wanted.trim().to_lowercase();
        let found = self.users().await?.into_iter().find(|user| user.email == wanted || user.id.to_string() == wanted);
        found.ok_or_else(|| {
            Failure::usage(format_args!("there is no user '{wanted}'; switchboard user list shows the addresses"))
        })
    }

    /// The department of that key or name.
    pub(crate) async fn get_department(&self, wanted: &str) -> Result<Department, Failure> {
        let (text, departments) = (wanted.trim().to_lowercase(), self.departments().await?);
        let keys: Vec<&str> = departments.iter().map(|department| department.key.as_str()).collect();
        let known = match keys.is_empty() {
            true => "switchboard is not set up yet; run switchboard setup".to_owned(),
            false => format!("there are: {}", keys.join(", ")),
        };
        let is_it = |department: &&Department| department.key == text || department.name.to_lowercase() == text;
        let found = departments.iter().find(is_it).cloned();
        found.ok_or_else(|| Failure::usage(format_args!("there is no department '{wanted}'; {known}")))
    }

    /// The rule of that name.
    pub(crate) async fn get_rule(&self, wanted: &str) -> Result<Rule, Failure> {
        let found = self.rules().await?.into_iter().find(|rule| rule.name == wanted.trim());
        found.ok_or_else(|| {
            Failure::usage(format_args!("there is no rule '{wanted}'; switchboard rule list shows their names"))
        })
    }

    /// Where the running installation answers, if one runs.
    pub(crate) fn answers_at(&self) -> Option<&str> {
        match self {
            Self::Own { .. } => None,
            Self::Running { url, .. } => Some(url),
        }
    }
}

fn rule_body(text: &RuleText) -> Value {
    json!({
        "name": text.name, "when": text.when, "intent": text.intent, "department": text.department, "tags": text.tags,
        "priority": text.priority, "owner": text.owner, "dismisses": text.dismisses, "stops": text.stops, "is_enabled": text.is_enabled,
    })
}

/// Adds what is to change, also to nothing.
fn given<T: serde::Serialize>(body: &mut Value, name: &str, change: &Option<T>) {
    if let (Some(value), Some(object)) = (change, body.as_object_mut()) {
        object.insert(name.to_owned(), json!(value));
    }
}

/// An object of what is there; what is missing stays as it is.
fn filled<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let there = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(there.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

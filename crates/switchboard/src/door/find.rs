//! Trying, filling and finding, in the API's own shape whichever way the installation is reached.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_app::find::Question;
use switchboard_app::rights::Actor;
use switchboard_app::searches::preview::Looked;
use switchboard_app::searches::volume::Volume;
use switchboard_model::SavedSearch;
use switchboard_model::address::percent_encoded;

use super::Door;
use crate::failure::Failure;

/// An hour as the API says it.
#[derive(Deserialize)]
struct Hour {
    hour: Timestamp,
    mentions: u64,
}

impl Door {
    /// What a query would have found lately.
    pub(crate) async fn preview_search(&self, query: &str) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                let preview = app.preview_search(&Actor::Operator, query).await?;
                let looked = |one: &Looked| json!({ "found": one.found, "from": one.from, "is_cut": one.is_cut });
                let estimate = preview.estimate.map(|one| {
                    json!({ "per_day": one.per_day, "hours": one.hours, "is_of_everything": one.is_of_everything })
                });
                let days = preview.per_day.iter().map(|(day, posts)| json!({ "day": day, "posts": posts }));
                let sample = preview
                    .sample
                    .iter()
                    .map(|one| json!({ "post": one.post, "spans": one.spans, "is_stored": one.is_stored }));
                Ok(json!({
                    "parsed": preview.parsed,
                    "stored": looked(&preview.stored),
                    "heard": preview.heard.as_ref().map(looked),
                    "per_day": days.collect::<Vec<_>>(),
                    "estimate": estimate,
                    "sample": sample.collect::<Vec<_>>(),
                }))
            }
            Self::Running { .. } => {
                let body = json!({ "query": query });
                self.call(reqwest::Method::POST, "/api/v1/searches/preview", Some(body)).await
            }
        }
    }

    /// How often a search matched in each hour of the last days.
    pub(crate) async fn volume(&self, search: &SavedSearch, days: u16) -> Result<Volume, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.volume(search.id, days, &TimeZone::UTC).await?),
            Self::Running { .. } => {
                let path = format!("/api/v1/searches/{}/volume?days={days}", search.id);
                let hours: Vec<Hour> = self.call(reqwest::Method::GET, &path, None).await?;
                Ok(Volume { hours: hours.into_iter().map(|Hour { hour, mentions }| (hour, mentions)).collect() })
            }
        }
    }

    /// Lets a search take in what it would have found lately, and waits until it is done.
    pub(crate) async fn back_fill(&self, search: &SavedSearch) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.back_fill_whole(search.id).await?)),
            Self::Running { .. } => {
                let path = format!("/api/v1/searches/{}/back-fill", search.id);
                let mut fill: Value = self.call(reqwest::Method::POST, &path, None).await?;
                while fill["is_done"] == false {
                    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                    fill = self.call(reqwest::Method::GET, &path, None).await?;
                }
                Ok(fill)
            }
        }
    }

    /// What a text leads to.
    pub(crate) async fn find(&self, text: &str, before: Option<i64>, limit: u32) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                let question = Question { text: text.to_owned(), before, limit };
                let found = app.find(&Actor::Operator, &question).await?;
                let posts = found.posts.found.iter().map(|one| json!({ "post": one.post, "spans": one.spans }));
                let cases = found.cases.iter().map(|case| {
                    json!({
                        "id": case.id, "state": case.state.as_str(), "priority": case.priority.score,
                        "post": case.post, "tags": case.tags,
                    })
                });
                let texts = found.texts.found.iter().map(|one| {
                    json!({
                        "case": one.case, "of": one.of, "event": one.event, "reply": one.reply,
                        "place": one.place.as_str(), "by": one.by, "who": one.who, "at": one.at,
                        "text": one.text, "spans": one.spans, "is_undone": one.is_undone,
                    })
                });
                let users = found.users.iter().map(|user| json!({ "id": user.id, "name": user.name }));
                let departments = found.departments.iter().map(|one| json!({ "id": one.id, "name": one.name }));
                Ok(json!({
                    "parsed": found.parsed,
                    "posts": posts.collect::<Vec<_>>(),
                    "next": found.posts.next,
                    "stopped_at": found.posts.stopped_at,
                    "cases": cases.collect::<Vec<_>>(),
                    "texts": texts.collect::<Vec<_>>(),
                    "texts_are_cut": found.texts.is_cut,
                    "authors": found.authors.iter().map(|(_, author)| author).collect::<Vec<_>>(),
                    "users": users.collect::<Vec<_>>(),
                    "departments": departments.collect::<Vec<_>>(),
                }))
            }
            Self::Running { .. } => {
                let text = percent_encoded(text);
                let mut path = format!("/api/v1/find?q={text}&limit={limit}");
                if let Some(before) = before {
                    path.push_str(&format!("&before={before}"));
                }
                self.call(reqwest::Method::GET, &path, None).await
            }
        }
    }
}

//! What commands do about exclusion packs.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_app::packs::homonym::Homonym;
use switchboard_app::packs::{PackQuery, Packs};
use switchboard_app::rights::Actor;
use switchboard_match::Query;
use switchboard_model::PackText;

use super::Door;
use crate::failure::Failure;

/// What queries are read with, of a pack.
#[derive(Deserialize)]
struct Named {
    name: String,
    title: String,
    query: String,
}

impl Door {
    /// All packs, as the API says them.
    pub(crate) async fn packs(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.packs(&Actor::Operator)?.iter().map(|pack| json!(pack)).collect()),
            Self::Running { .. } => self.call(Method::GET, "/api/v1/packs", None).await,
        }
    }

    /// One pack with what names it.
    pub(crate) async fn pack(&self, name: &str) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                let mut pack = json!(app.pack(&Actor::Operator, name)?);
                pack["uses"] = json!(app.pack_uses(&Actor::Operator, name).await?);
                Ok(pack)
            }
            Self::Running { .. } => self.call(Method::GET, &at(name)?, None).await,
        }
    }

    /// The packs in force, for reading queries.
    pub(crate) async fn packs_in_force(&self) -> Result<Packs, Failure> {
        if let Self::Own { app, .. } = self {
            return Ok(app.packs_in_force());
        }
        let known = self.packs().await?;
        let named: Vec<Named> = known.into_iter().filter_map(|pack| serde_json::from_value(pack).ok()).collect();
        let queries = named.iter().map(|pack| PackQuery { name: &pack.name, title: &pack.title, query: &pack.query });
        Ok(Packs::compile(queries).0)
    }

    /// Whether a query can be read by the packs in force; the error shows where not.
    pub(crate) async fn check_query(&self, query: &str) -> Result<(), Failure> {
        let packs = self.packs_in_force().await?;
        Query::parse_with(query, &packs).map(drop).map_err(|error| Failure::usage(error.render(query)))
    }

    /// Adds a pack or replaces the one of its name.
    pub(crate) async fn set_pack(&self, text: PackText, is_there: bool) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } if is_there => {
                let name = text.name.clone();
                Ok(json!(app.change_pack(&Actor::Operator, &name, text).await?))
            }
            Self::Own { app, .. } => Ok(json!(app.add_pack(&Actor::Operator, text).await?)),
            Self::Running { .. } if is_there => {
                let path = at(&text.name)?;
                let mut body = json!(text);
                body.as_object_mut().map(|body| body.remove("name"));
                self.call(Method::PUT, &path, Some(body)).await
            }
            Self::Running { .. } => self.call(Method::POST, "/api/v1/packs", Some(json!(text))).await,
        }
    }

    /// Removes a pack.
    pub(crate) async fn remove_pack(&self, name: &str) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_pack(&Actor::Operator, name).await?),
            Self::Running { .. } => self.call_for_nothing(Method::DELETE, &at(name)?).await,
        }
    }

    /// Sets a pack back to what is shipped.
    pub(crate) async fn reset_pack(&self, name: &str) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => Ok(json!(app.reset_pack(&Actor::Operator, name).await?)),
            Self::Running { .. } => self.call(Method::POST, &format!("{}/reset", at(name)?), None).await,
        }
    }

    /// What a pack leaves out of each search, as the API says it.
    pub(crate) async fn try_pack(&self, text: PackText) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } => {
                let tried = app.try_pack(&Actor::Operator, &text).await?;
                Ok(json!(tried))
            }
            Self::Running { .. } => {
                let body = json!({ "name": text.name, "query": text.query });
                self.call(Method::POST, "/api/v1/packs/try", Some(body)).await
            }
        }
    }

    /// One pack, or all of them, as a file.
    pub(crate) async fn export_packs(&self, name: Option<&str>) -> Result<String, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.export_packs(&Actor::Operator, name)?),
            Self::Running { .. } => {
                #[derive(Deserialize)]
                struct Exported {
                    file: String,
                }
                let path = match name {
                    Some(name) => format!("/api/v1/packs/export?name={}", checked(name)?),
                    None => "/api/v1/packs/export".to_owned(),
                };
                Ok(self.call::<Exported>(Method::GET, &path, None).await?.file)
            }
        }
    }

    /// Takes over the packs of a file, or says what that would do.
    pub(crate) async fn import_packs(&self, file: &str, is_preview: bool) -> Result<Value, Failure> {
        match self {
            Self::Own { app, .. } if is_preview => Ok(json!(app.preview_pack_import(&Actor::Operator, file).await?)),
            Self::Own { app, .. } => Ok(json!(app.import_packs(&Actor::Operator, file).await?)),
            Self::Running { .. } => {
                let body = json!({ "file": file, "is_preview": is_preview });
                self.call(Method::POST, "/api/v1/packs/import", Some(body)).await
            }
        }
    }

    /// The query of a word's other meaning.
    pub(crate) fn homonym(word: String, others: Vec<String>, ours: Vec<String>) -> Result<String, Failure> {
        Ok(Homonym { word, others, ours }.query()?)
    }
}

/// A name that fits into an address.
fn checked(name: &str) -> Result<String, Failure> {
    switchboard_match::pack_name(name.trim()).ok_or_else(|| Failure::usage(format_args!("there is no pack '{name}'")))
}

fn at(name: &str) -> Result<String, Failure> {
    Ok(format!("/api/v1/packs/{}", checked(name)?))
}

//! Keys with which programs act for the one who is logged in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::access::AccessError;
use switchboard_model::{ApiKey, ApiKeyId};

use super::form::Shown;
use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form, complain};
use crate::pages::words::When;
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/keys.html")]
struct KeysPage {
    frame: Frame,
    places: Places,
    keys: Vec<KeyRow>,
    entries: Vec<Entry>,
    shown: Option<Shown>,
    complaint: Option<String>,
}

struct KeyRow {
    id: ApiKeyId,
    name: String,
    created: When,
    used: Option<When>,
}

impl KeysPage {
    fn new(visitor: &Visitor, keys: &[ApiKey], name: &str, shown: Option<Shown>, now: Timestamp) -> Self {
        let row = |key: &ApiKey| KeyRow {
            id: key.id,
            name: key.name.clone(),
            created: When::new(key.created_at, now),
            used: key.used_at.map(|at| When::new(at, now)),
        };
        Self {
            frame: frame(t!("settings-place-keys"), visitor),
            places: Places::new(visitor, Place::Keys),
            keys: keys.iter().map(row).collect(),
            entries: vec![Entry::line("name", t!("settings-keys-name"), name).required()],
            shown,
            complaint: None,
        }
    }
}

async fn page(web: &Web, visitor: &Visitor, name: &str, shown: Option<Shown>) -> Result<KeysPage, PageError> {
    let user = visitor.actor.user_id().ok_or(AccessError::NotAUser)?;
    let keys = web.app.list_keys(&visitor.actor, user).await?;
    Ok(KeysPage::new(visitor, &keys, name, shown, web.app.now()))
}

/// `GET /settings/keys`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    show(StatusCode::OK, &page(&web, &visitor, "", None).await?)
}

/// `POST /settings/keys`: the answer is the only place where the key can ever be read.
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match web.app.add_key(&visitor.actor, fields.text("name")).await {
        Ok((key, secret)) => {
            let heading = t!("settings-keys-shown", name = key.name).into_owned();
            let about = t!("settings-keys-shown-about");
            let shown = Shown { heading, secret, about };
            show(StatusCode::CREATED, &page(&web, &visitor, "", Some(shown)).await?)
        }
        Err(error) => {
            let refusal: Refusal = about_form(error)?;
            let mut page = page(&web, &visitor, fields.text("name"), None).await?;
            page.complaint = complain(&mut page.entries, Some(&refusal));
            show(refusal.status, &page)
        }
    }
}

/// `POST /settings/keys/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<ApiKeyId>,
) -> Result<Response, PageError> {
    let user = visitor.actor.user_id().ok_or(AccessError::NotAUser)?;
    web.app.remove_key(&visitor.actor, user, id).await?;
    Ok(go("/settings/keys"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// With a key that was just made and something refused, and without any.
    pub(crate) fn samples() -> Vec<String> {
        let key = |used_at| ApiKey {
            id: ApiKeyId(uuid::Uuid::nil()),
            user: samples::users()[0].id,
            name: samples::HOSTILE.to_owned(),
            created_at: samples::now(),
            used_at,
        };
        let keys = [key(None), key(Some(samples::now()))];
        let (heading, secret) = (samples::HOSTILE.to_owned(), "swb_0".to_owned());
        let shown = Shown { heading, secret, about: t!("settings-keys-shown-about") };
        let full = KeysPage::new(&samples::visitor(), &keys, samples::HOSTILE, Some(shown), samples::now());
        let empty = KeysPage::new(&samples::visitor(), &[], "", None, samples::now());
        [full, empty].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

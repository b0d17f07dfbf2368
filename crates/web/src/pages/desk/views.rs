//! Saving and removing views of the desk.

use axum::extract::State;
use axum::response::Response;
use switchboard_app::cases::views::ViewText;
use switchboard_model::ViewId;

use super::choice::{Asked, Choice};
use super::filter::Unsaved;
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::case::load;
use crate::pages::forms::{Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

/// `POST /desk/views`: what is filtered, under a name.
pub(crate) async fn save(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let colleagues = load::colleagues(&web, &visitor);
    let (name, is_shared) = (fields.text("name").to_owned(), fields.is_on("is_shared"));
    let asked = Asked::read(fields.0)?;
    let choice = Choice::of(&asked, &colleagues)?;
    let Some(filter) = choice.whole() else {
        return Err(Refusal::bad_request("what is offered to you is no view; choose another queue").into());
    };
    let text = ViewText { name: name.clone(), is_shared, filter };
    match web.app.add_view(&visitor.actor, text).await {
        Ok(view) => Ok(go(&Choice::of_view(&view, &colleagues).address())),
        Err(error) => {
            let unsaved = Unsaved { name, is_shared, refusal: about_form(error)? };
            super::shown(&web, &visitor, &choice, &asked, Some(&unsaved)).await
        }
    }
}

/// `POST /desk/views/{id}/remove`: what was filtered stays in sight, so that it can be saved again.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<ViewId>,
) -> Result<Response, PageError> {
    let view = web.app.remove_view(&visitor.actor, id).await?;
    let colleagues = load::colleagues(&web, &visitor);
    Ok(go(&Choice::of_filter(view.filter, &colleagues).address()))
}

//! Rooms of a chat that are told what happens.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_model::chat::{ChatFormat, ChatRoom};
use switchboard_model::{Department, DepartmentId, NotificationKind};

use super::Place;
use super::form::{Act, Form};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

fn format_words(format: ChatFormat) -> std::borrow::Cow<'static, str> {
    match format {
        ChatFormat::Slack => t!("chat-format-slack"),
        ChatFormat::Discord => t!("chat-format-discord"),
        ChatFormat::Teams => t!("chat-format-teams"),
    }
}

/// What happens, as it is said to a whole room.
fn kind_words(kind: NotificationKind) -> std::borrow::Cow<'static, str> {
    match kind {
        NotificationKind::Offered => t!("chat-kind-offered"),
        NotificationKind::Returned => t!("chat-kind-returned"),
        NotificationKind::ClockWarned => t!("chat-kind-clock-warned"),
        NotificationKind::ClockBreached => t!("chat-kind-clock-breached"),
        NotificationKind::PingPong => t!("chat-kind-ping-pong"),
        _ => t!("chat-kind-involved"),
    }
}

/// What a room hears, in words.
fn told(room: &ChatRoom, departments: &[Department]) -> String {
    let kinds: Vec<_> = room.kinds.iter().map(|kind| kind_words(*kind)).collect();
    let of = |id: &DepartmentId| departments.iter().find(|known| known.id == *id).map(|known| known.name.clone());
    let names: Vec<String> = room.departments.iter().filter_map(of).collect();
    let format = format_words(room.format);
    let (format, kinds) = (format.as_ref(), kinds.join("; "));
    if names.is_empty() {
        t!("chat-told-all", format = format, kinds = kinds).into_owned()
    } else {
        t!("chat-told", format = format, kinds = kinds, departments = names.join(", ")).into_owned()
    }
}

fn form(rooms: &[ChatRoom], departments: &[Department], typed: Option<&Fields>) -> Form {
    let value = |name: &str| typed.map(|fields| fields.text(name).to_owned()).unwrap_or_default();
    let is_ticked = |name: &str, value: &str| typed.is_some_and(|fields| fields.all(name).any(|one| one == value));
    let formats = ChatFormat::ALL
        .iter()
        .map(|format| Choice::new(format.as_str(), format_words(*format), value("format") == format.as_str()));
    let kinds = ChatRoom::KINDS.iter().map(|kind| {
        let is_chosen = typed.is_none() || is_ticked("kinds", kind.as_str());
        Choice::new(kind.as_str(), kind_words(*kind), is_chosen)
    });
    let open = departments.iter().filter(|department| department.is_active);
    let choices = open.map(|department| {
        let id = department.id.to_string();
        let is_chosen = is_ticked("departments", &id);
        Choice::new(id, department.name.clone(), is_chosen)
    });
    let acts = rooms.iter().flat_map(|room| {
        let act = |verb: &str, about: String, submit| Act {
            title: room.name.clone().into(),
            about,
            action: format!("/settings/chat/{}/{verb}", room.name),
            submit,
            entries: Vec::new(),
        };
        [act("try", told(room, departments), t!("chat-try")), act("remove", String::new(), t!("chat-remove"))]
    });
    Form {
        title: t!("settings-place-chat").into_owned(),
        about: t!("chat-about").into_owned(),
        action: "/settings/chat".to_owned(),
        submit: t!("chat-save"),
        acts: acts.collect(),
        entries: vec![
            Entry::line("name", t!("chat-name"), value("name")).required().help(t!("chat-name-help")),
            Entry::one("format", t!("chat-format"), formats.collect()),
            Entry::line("url", t!("chat-url"), "").help(t!("chat-url-help")),
            Entry::any("departments", t!("chat-departments"), choices.collect()).help(t!("chat-departments-help")),
            Entry::any("kinds", t!("chat-kinds"), kinds.collect()),
        ],
        ..Form::default()
    }
}

async fn page(web: &Web, visitor: &Visitor, typed: Option<&Fields>) -> Result<Form, PageError> {
    Ok(form(&web.app.chat_rooms(&visitor.actor).await?, &web.app.departments(), typed))
}

/// `GET /settings/chat`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, None).await?.show(StatusCode::OK, &visitor, Place::Chat)
}

fn read(fields: &Fields) -> Result<ChatRoom, Refusal> {
    let bad = |field: &'static str, words| Refusal::unprocessable("bad_field", words).about(field);
    let departments: Result<Vec<DepartmentId>, _> = fields.all("departments").map(str::parse).collect();
    Ok(ChatRoom {
        name: fields.text("name").to_owned(),
        format: ChatFormat::from_word(fields.text("format")).ok_or_else(|| bad("format", t!("chat-bad-format")))?,
        url: fields.filled("url"),
        departments: departments.map_err(|_| bad("departments", t!("chat-bad-department")))?,
        kinds: fields.all("kinds").filter_map(NotificationKind::from_word).collect(),
    })
}

/// `POST /settings/chat`
pub(crate) async fn set(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let done = match read(&fields) {
        Ok(room) => web.app.set_chat_room(&visitor.actor, room).await.map(drop).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(go("/settings/chat")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page(&web, &visitor, Some(&fields)).await?.refused(&refusal).show(refusal.status, &visitor, Place::Chat)
        }
    }
}

/// `POST /settings/chat/{name}/try`
pub(crate) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    match web.app.try_chat_room(&visitor.actor, &name).await {
        Ok(()) => {
            let said = Some(t!("chat-tried", name = name).into_owned());
            Form { said, ..page(&web, &visitor, None).await? }.show(StatusCode::OK, &visitor, Place::Chat)
        }
        Err(error) => {
            let refusal = about_form(error)?;
            page(&web, &visitor, None).await?.refused(&refusal).show(refusal.status, &visitor, Place::Chat)
        }
    }
}

/// `POST /settings/chat/{name}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    web.app.remove_chat_room(&visitor.actor, &name).await?;
    Ok(go("/settings/chat"))
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn samples_are_rendered_and_escaped() {
        let departments = samples::departments();
        let hostile = || samples::HOSTILE.to_owned();
        let room = |departments| ChatRoom {
            name: hostile(),
            format: ChatFormat::Slack,
            url: None,
            departments,
            kinds: ChatRoom::KINDS.to_vec(),
        };
        let rooms = [room(Vec::new()), room(departments.iter().map(|department| department.id).collect())];
        let typed = Fields(["name", "format", "kinds"].map(|name| (name.to_owned(), hostile())).into());
        let visitor = samples::visitor();
        for form in [form(&rooms, &departments, None), form(&[], &departments, Some(&typed))] {
            samples::assert_harmless(&form.page(&visitor, Place::Chat).render().expect("renders"));
        }
    }
}

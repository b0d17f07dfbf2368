//! Rooms of a chat: which there are, what each is told, and how it is written to.
//!
//! A room is told what a department has to do something about. Nobody in it is known to us, so its lines lead to the case,
//! where people log in; what many see is signed for nobody.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::Value;
use switchboard_model::chat::ChatRoom;
use switchboard_model::mail::Untaken;
use switchboard_model::{
    Case, CaseId, Channel, DepartmentId, Event, Happening, Notification, NotificationDelivery, NotificationKind, Pace,
    UserId,
};
use switchboard_store::{NewDelivery, StoreError};
use uuid::Uuid;

use super::NotificationError;
use crate::App;
use crate::rights::{Actor, Right};
use crate::secrets::Place;

/// Where the rooms stand in `meta`.
const ROOMS: &str = "chat_rooms";

/// What is secret of a room.
const SECRETS: &[&str] = &["url"];

/// The most rooms.
const MOST_ROOMS: usize = 50;

/// What happens within this time is told together.
const TOGETHER: SignedDuration = SignedDuration::from_secs(5);

/// The most lines of one message; what is more is counted.
const MOST_LINES: usize = 10;

impl App {
    /// The rooms, by name, without the addresses of their webhooks.
    pub async fn chat_rooms(&self, actor: &Actor) -> Result<Vec<ChatRoom>, NotificationError> {
        actor.may(Right::Administer)?;
        self.follow_settings().await?;
        let rooms = self.notifying.rooms.load();
        Ok(rooms.iter().map(|room| ChatRoom { url: None, ..room.clone() }).collect())
    }

    /// Adds a room, or changes the one of that name. An address that is left out stays.
    pub async fn set_chat_room(&self, actor: &Actor, room: ChatRoom) -> Result<Vec<ChatRoom>, NotificationError> {
        actor.may(Right::Administer)?;
        let _turn = self.notifying.turn.lock().await;
        // What another process added stays.
        self.follow_settings().await?;
        let mut rooms = self.notifying.rooms.load().as_ref().clone();
        let known = rooms.iter().position(|known| known.name == room.name.trim());
        let mut room = self.checked_room(room)?;
        if room.url.is_none() {
            room.url = known.and_then(|place| rooms.get(place)).and_then(|known| known.url.clone());
        }
        if room.url.is_none() {
            return Err(NotificationError::bad("url", "give the address of the webhook, as the chat shows it"));
        }
        if known.is_none() && rooms.len() >= MOST_ROOMS {
            let message = format!("{MOST_ROOMS} rooms are the most; remove one first");
            return Err(NotificationError::bad("name", message));
        }
        rooms.retain(|known| known.name != room.name);
        rooms.push(room);
        rooms.sort_by(|one, other| one.name.cmp(&other.name));
        self.write_rooms(rooms).await?;
        self.chat_rooms(actor).await
    }

    /// Removes a room; what waits for it is dropped.
    pub async fn remove_chat_room(&self, actor: &Actor, name: &str) -> Result<(), NotificationError> {
        actor.may(Right::Administer)?;
        let _turn = self.notifying.turn.lock().await;
        self.follow_settings().await?;
        let mut rooms = self.notifying.rooms.load().as_ref().clone();
        let before = rooms.len();
        rooms.retain(|room| room.name != name);
        if rooms.len() == before {
            return Err(NotificationError::UnknownRoom(name.to_owned()));
        }
        self.write_rooms(rooms).await?;
        Ok(())
    }

    /// Writes a line into a room to try it out.
    pub async fn try_chat_room(&self, actor: &Actor, name: &str) -> Result<(), NotificationError> {
        actor.may(Right::Administer)?;
        self.follow_settings().await?;
        let room = self.room(name).ok_or_else(|| NotificationError::UnknownRoom(name.to_owned()))?;
        let line = "This is a trial message of Switchboard. It came: this room will be told what happens.".to_owned();
        let sent = self.networks.send_chat(room.format, room.url.as_deref().unwrap_or_default(), &[line]).await;
        sent.map_err(|untaken| NotificationError::bad("url", format!("the chat did not take it: {}", untaken.why)))
    }

    pub(crate) async fn read_chat_rooms(&self) -> Result<(), StoreError> {
        let Some(written) = self.store.meta(ROOMS).await? else { return Ok(()) };
        let written: Vec<Value> = serde_json::from_str(&written).unwrap_or_default();
        let mut rooms: Vec<ChatRoom> = Vec::new();
        for room in &written {
            match self.secrets.open(Place::Chat, SECRETS, room) {
                Ok(room) => rooms.extend(serde_json::from_value::<ChatRoom>(room)),
                // It stays, so that an administrator sees it and gives its address anew.
                Err(error) => {
                    tracing::error!(%error, "the address of a chat's room cannot be read; it is told nothing");
                    rooms.extend(bare(room));
                }
            }
        }
        self.notifying.rooms.store(Arc::new(rooms));
        Ok(())
    }

    async fn write_rooms(&self, rooms: Vec<ChatRoom>) -> Result<(), StoreError> {
        let sealed = rooms.iter().map(|room| {
            let mut written = serde_json::to_value(room).unwrap_or_default();
            self.secrets.seal(Place::Chat, SECRETS, &mut written);
            written
        });
        self.keep_setting(ROOMS, &Value::Array(sealed.collect()).to_string()).await?;
        self.notifying.rooms.store(Arc::new(rooms));
        Ok(())
    }

    fn room(&self, name: &str) -> Option<ChatRoom> {
        self.notifying.rooms.load().iter().find(|room| room.name == name).cloned()
    }

    fn checked_room(&self, room: ChatRoom) -> Result<ChatRoom, NotificationError> {
        let bad = |field, message: &str| Err(NotificationError::bad(field, message));
        let name = room.name.trim().to_owned();
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || name.len() > 60 || !name.chars().all(is_plain) {
            return bad("name", "a room is called here by a-z, 0-9 and -, as service-desk");
        }
        let url = room.url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
        if url
            .as_ref()
            .is_some_and(|url| url.len() > 2_000 || !(url.starts_with("https://") || url.starts_with("http://")))
        {
            return bad("url", "the address of a webhook begins with https://");
        }
        let people = self.people();
        if !room.departments.iter().all(|id| people.department(*id).is_some()) {
            return bad("departments", "there is no such department; choose another");
        }
        let mut kinds = room.kinds;
        if kinds.is_empty() {
            return bad("kinds", "say at least one thing of which the room is told");
        }
        if !kinds.iter().all(|kind| ChatRoom::KINDS.contains(kind)) {
            let known: Vec<&str> = ChatRoom::KINDS.iter().map(|kind| kind.as_str()).collect();
            return bad("kinds", &format!("a room is told of {}", known.join(", ")));
        }
        kinds.sort_unstable();
        kinds.dedup();
        Ok(ChatRoom { name, format: room.format, url, departments: room.departments, kinds })
    }

    /// The messages to rooms that tell an event. `after` is the case with it.
    pub(super) fn room_news(&self, event: &Event, after: &Case) -> Vec<NewDelivery> {
        let rooms = self.notifying.rooms.load();
        let told = told_to_rooms(event, after);
        let hears = |room: &&ChatRoom| told.iter().any(|(kind, department)| room.hears(*kind, *department));
        let delivery = |room: &ChatRoom| NewDelivery {
            id: self.ids.next(),
            channel: Channel::Chat,
            target: room.name.clone(),
            pace: Pace::AtOnce,
            due_at: event.at + TOGETHER,
            created_at: self.now(),
            about: Some((event.case, event.number)),
        };
        rooms.iter().filter(hears).map(delivery).collect()
    }

    /// Writes what is due to a room, all of it in one message. `None`: there was nothing left to tell.
    pub(super) async fn write_into_room(
        &self,
        name: &str,
        due: &[NotificationDelivery],
    ) -> Result<Option<Result<(), Untaken>>, NotificationError> {
        let Some(room) = self.room(name) else { return Ok(None) };
        let mut histories: BTreeMap<CaseId, Vec<Event>> = BTreeMap::new();
        let mut lines = Vec::new();
        for (case, number) in due.iter().filter_map(|delivery| delivery.about) {
            if let Entry::Vacant(place) = histories.entry(case) {
                place.insert(self.store.case_events(case).await?);
            }
            let history = histories.get(&case).map(Vec::as_slice).unwrap_or_default();
            lines.extend(self.room_line(&room, history, number));
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let more = lines.len().saturating_sub(MOST_LINES);
        lines.truncate(MOST_LINES);
        if more > 0 {
            lines.push(format!("And {more} more: {}/desk", self.notifying.public_url()));
        }
        Ok(Some(self.networks.send_chat(room.format, room.url.as_deref().unwrap_or_default(), &lines).await))
    }

    /// What a room is told of the event of a number.
    fn room_line(&self, room: &ChatRoom, history: &[Event], number: u32) -> Option<String> {
        let place = history.iter().position(|event| event.number == number)?;
        let event = history.get(place)?;
        let after = Case::of_history(history.get(..=place)?).ok().flatten()?;
        let heard = told_to_rooms(event, &after).into_iter().find(|(kind, id)| room.hears(*kind, *id));
        let (kind, department) = heard?;
        let told = Notification {
            id: 0,
            user: UserId(Uuid::nil()),
            kind,
            department: Some(department),
            case: event.case,
            event: number,
            by: event.by,
            at: event.at,
            read_at: None,
            count: 1,
        };
        Some(format!("{}\n{}/cases/{}", self.sentence(&told), self.notifying.public_url(), event.case))
    }
}

/// A room without its address.
fn bare(written: &Value) -> Option<ChatRoom> {
    let mut written = written.clone();
    for secret in SECRETS {
        written.as_object_mut()?.remove(*secret);
    }
    serde_json::from_value(written).ok()
}

/// Of what kind an event is for the rooms of which departments.
fn told_to_rooms(event: &Event, after: &Case) -> Vec<(NotificationKind, DepartmentId)> {
    use NotificationKind as Kind;
    match &event.what {
        Happening::Offered(offer) => vec![(Kind::Offered, offer.department)],
        Happening::Released { .. } | Happening::Moved { .. } => vec![(Kind::Returned, after.department)],
        Happening::ClockWarned { .. } => vec![(Kind::ClockWarned, after.department)],
        Happening::ClockBreached { .. } => vec![(Kind::ClockBreached, after.department)],
        Happening::PingPong { between, .. } => between.iter().map(|department| (Kind::PingPong, *department)).collect(),
        Happening::Involved { department, .. } => vec![(Kind::Involved, *department)],
        Happening::Opened(opening) => opening.involved.iter().map(|department| (Kind::Involved, *department)).collect(),
        _ => Vec::new(),
    }
}

//! A row of `events`.

use serde_json::Value;
use sqlx::types::Json;
use switchboard_model::{CaseId, CaseState, Event, Happening, Standing, Via};

use crate::clean::{clean_json, time, to_micros};
use crate::error::StoreError;
use crate::rows::unknown;

/// By what somebody did it who was not logged in, among what else an event holds.
const VIA: &str = "via";

/// A row of `events`.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct EventRow {
    pub(crate) case_id: i64,
    pub(crate) number: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    /// The happening without its kind, and by what it was done.
    pub(crate) data: Json<Value>,
}

impl EventRow {
    pub(crate) fn of(event: &Event) -> Result<Self, StoreError> {
        let data = serde_json::to_value(&event.what).map_err(|error| StoreError::Other(error.to_string()))?;
        let Value::Object(mut data) = data else {
            return Err(StoreError::Other("an event is written as an object".into()));
        };
        data.remove("kind");
        if let Some(via) = event.via {
            data.insert(VIA.to_owned(), Value::String(via.as_str().to_owned()));
        }
        Ok(Self {
            case_id: event.case.0,
            number: i64::from(event.number),
            at: event.at.as_microsecond(),
            actor: event.by.to_string(),
            kind: event.what.kind().to_owned(),
            data: Json(Value::Object(data)),
        })
    }

    pub(crate) fn into_event(self) -> Result<Event, StoreError> {
        let Value::Object(mut data) = self.data.0 else { return Err(unknown("events.data", "no object")) };
        let via = data.remove(VIA).as_ref().and_then(Value::as_str).and_then(Via::from_word);
        data.insert("kind".to_owned(), Value::String(self.kind.clone()));
        let what = serde_json::from_value(Value::Object(data)).map_err(|error| {
            StoreError::damaged(format!("events.data of case {}, {}: {error}", self.case_id, self.kind))
        })?;
        Ok(Event {
            case: CaseId(self.case_id),
            number: u32::try_from(self.number).map_err(|_| unknown("events.number", &self.number.to_string()))?,
            at: time(self.at)?,
            by: self.actor.parse().map_err(|_| unknown("events.actor", &self.actor))?,
            via,
            what,
        })
    }
}

/// The event as both engines keep it, so that what it makes of a case is the same when it is read back: whole
/// microseconds, no U+0000.
pub(crate) fn clean_event(event: &Event) -> Result<Event, StoreError> {
    let mut event = event.clone();
    event.at = to_micros(event.at);
    match &mut event.what {
        Happening::Snoozed { until } => *until = to_micros(*until),
        Happening::Offered(offer) => offer.until = to_micros(offer.until),
        Happening::Undone { restored, .. } => clean_standing(restored),
        Happening::Merged(merged) => clean_standing(&mut merged.whole.standing),
        Happening::TakenApart(apart) => clean_standing(&mut apart.whole.standing),
        Happening::Separated(separated) => {
            clean_standing(&mut separated.restored);
            separated.replied_at = separated.replied_at.map(to_micros);
        }
        Happening::OutreachAsked(ask) => {
            (ask.warn_at, ask.due_at) = (to_micros(ask.warn_at), to_micros(ask.due_at));
        }
        Happening::OutreachTried(tried) => {
            (tried.warn_at, tried.next_at) = (to_micros(tried.warn_at), to_micros(tried.next_at));
        }
        Happening::OutreachWarned { due, .. } | Happening::OutreachOverdue { due, .. } => *due = to_micros(*due),
        Happening::SplitFrom { replied_at, .. } => *replied_at = replied_at.map(to_micros),
        _ => {}
    }
    let wrong = |error: serde_json::Error| StoreError::Other(error.to_string());
    let mut value = serde_json::to_value(&event.what).map_err(wrong)?;
    let before = value.clone();
    clean_json(&mut value);
    if value != before {
        event.what = serde_json::from_value(value).map_err(wrong)?;
    }
    Ok(event)
}

fn clean_standing(standing: &mut Standing) {
    if let CaseState::Snoozed { until } = &mut standing.state {
        *until = to_micros(*until);
    }
    if let Some(offer) = &mut standing.offer {
        offer.until = to_micros(offer.until);
    }
}

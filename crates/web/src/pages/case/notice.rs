//! What a case says when something was not done: why, what happened meanwhile, and what was typed.

use std::borrow::Cow;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_model::{Case, Event, Happening};

use super::wording::{EventLine, History};
use crate::error::Refusal;
use crate::pages::colleagues::Colleagues;
use crate::pages::failure::sentence;
use crate::pages::words::Age;

/// The fields of every form on a case. Each form has some of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    /// The version of the case that was seen.
    pub(crate) version: Option<u32>,
    /// The event that is taken back.
    pub(crate) event: Option<u32>,
    /// Where to go afterwards.
    pub(crate) back: String,
    pub(crate) to: String,
    /// What is typed for it instead: an extension, a name, a topic.
    pub(crate) find: String,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) text: String,
    pub(crate) tags: String,
    pub(crate) until: String,
    pub(crate) own: String,
    pub(crate) outcome: String,
    pub(crate) why: String,
    pub(crate) score: String,
    pub(crate) account: String,
    pub(crate) then: String,
    /// For whom it waits.
    pub(crate) on: String,
    /// Whether the sender follows it after it was accepted.
    pub(crate) watch: Option<String>,
    /// The number of a question.
    pub(crate) question: Option<u32>,
    /// Who outside is asked.
    pub(crate) name: String,
    pub(crate) email: String,
    /// Whether they see the conversation.
    pub(crate) shows: Option<String>,
    /// Whether the case waits for the answer.
    pub(crate) waits: Option<String>,
    /// What seniors were asked for is taken back before the case is closed.
    pub(crate) withdraw: Option<String>,
    /// Why a second answer leaves.
    pub(crate) despite: String,
    /// The version of the draft.
    pub(crate) draft: Option<u32>,
    /// The script saves by itself and wants no whole page.
    pub(crate) quiet: Option<String>,
}

/// Something that was not done.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    /// Which form.
    pub(crate) verb: &'static str,
    pub(crate) refusal: Refusal,
    pub(crate) typed: Typed,
}

#[derive(Debug, Clone)]
pub(crate) struct NoticeView {
    pub(crate) heading: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
    /// What happened since the page was loaded.
    pub(crate) meanwhile: Vec<EventLine>,
    /// What was typed into a form that does not fit the case any more, so that it can be taken elsewhere.
    pub(crate) kept: Vec<String>,
}

impl Typed {
    /// The words that somebody wrote, not what they chose from a list.
    fn words(&self, verb: &str) -> Vec<String> {
        let reason = if verb == "close" { &self.reason } else { "" };
        let words = [&self.text, &self.note, &self.why, &self.tags].map(String::as_str);
        words.into_iter().chain([reason]).filter(|words| !words.trim().is_empty()).map(str::to_owned).collect()
    }
}

impl NoticeView {
    pub(crate) fn new(
        refused: &Refused,
        has_form: bool,
        case: &Case,
        events: &[Event],
        colleagues: &Colleagues,
        now: Timestamp,
    ) -> Self {
        let kept = if has_form { Vec::new() } else { refused.typed.words(refused.verb) };
        let seen = refused.typed.version.unwrap_or(case.version);
        let since: Vec<&Event> = events.iter().filter(|event| event.number > seen).collect();
        let is_late = refused.refusal.status == StatusCode::CONFLICT && !since.is_empty();
        let meanwhile = if is_late { since } else { Vec::new() };
        let history = History::new(events);
        let heading = meanwhile.iter().rev().find_map(|event| faster(event, colleagues, now));
        Self {
            heading: match heading {
                Some(heading) => heading,
                None if is_late => t!("case-changed"),
                None => t!("case-not-done"),
            },
            message: match (is_late, kept.is_empty()) {
                // Nothing was typed, and why it holds says more than that there was a change.
                _ if refused.verb == "undo" => sentence(&refused.refusal.message).into(),
                (true, true) => t!("case-typed-is-here"),
                (true, false) => t!("case-typed-too-late"),
                (false, true) => sentence(&refused.refusal.message).into(),
                (false, false) => t!("case-typed-refused", why = sentence(&refused.refusal.message)),
            },
            kept,
            meanwhile: meanwhile.into_iter().map(|event| EventLine::new(event, &history, colleagues, now)).collect(),
        }
    }
}

/// Somebody else made themselves the owner.
fn faster(event: &Event, colleagues: &Colleagues, now: Timestamp) -> Option<Cow<'static, str>> {
    let who = event.by.user().filter(|id| !colleagues.is_you(*id))?;
    let is_taken = matches!(event.what, Happening::Claimed | Happening::Accepted);
    is_taken.then(|| t!("case-faster", name = colleagues.full_name(who), when = Age::new(event.at, now).age))
}

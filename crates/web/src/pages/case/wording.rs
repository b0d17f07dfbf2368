//! How cases are spoken of: states, outcomes, reasons, and what happened to them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use switchboard_app::cases::undo;
use switchboard_model::{Case, CaseState, Event, Happening, Outcome, TransferReason, taken_back};

use crate::pages::colleagues::Colleagues;
use crate::pages::words::When;

/// Where a case stands.
#[derive(Debug, Clone)]
pub(crate) struct StateView {
    /// `open`, `waiting`, `snoozed`, `closed`.
    pub(crate) word: &'static str,
    /// "waits", "sleeps until", "solved publicly".
    pub(crate) words: &'static str,
    /// Until when it sleeps.
    pub(crate) until: Option<When>,
    /// Why it was closed, where there is more to say.
    pub(crate) reason: String,
}

impl StateView {
    pub(crate) fn new(state: &CaseState, now: Timestamp) -> Self {
        let view = |words| Self { word: state.as_str(), words, until: None, reason: String::new() };
        match state {
            CaseState::Open => view("open"),
            CaseState::Waiting => view("waits for the author"),
            CaseState::Snoozed { until } => Self { until: Some(When::new(*until, now)), ..view("sleeps until") },
            CaseState::Closed { outcome: how, reason } => Self { reason: reason.clone(), ..view(outcome(*how)) },
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.word == "open"
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SolvedPublicly => "solved publicly",
        Outcome::SolvedPrivately => "solved privately",
        Outcome::Thanked => "thanked",
        Outcome::NoAnswer => "no answer",
    }
}

pub(crate) fn reason(reason: TransferReason) -> &'static str {
    match reason {
        TransferReason::NotOurs => "another department answers for this",
        TransferReason::Expertise => "somebody else knows more about it",
        TransferReason::Language => "it takes another language",
        TransferReason::OffDuty => "my duty ends",
        TransferReason::Workload => "I have more than I can do",
        TransferReason::Escalation => "it is too grave for where it is",
        TransferReason::Other => "something else, told in the note",
    }
}

/// How heavy the ink of a priority is.
pub(crate) fn level(score: u8) -> &'static str {
    match score {
        80.. => "urgent",
        60..=79 => "high",
        30..=59 => "normal",
        _ => "low",
    }
}

/// A history, with what of it was taken back.
pub(crate) struct History<'a> {
    events: &'a [Event],
    undone: BTreeSet<u32>,
}

impl<'a> History<'a> {
    pub(crate) fn new(events: &'a [Event]) -> Self {
        Self { events, undone: taken_back(events) }
    }

    /// Whether an event does not hold any more.
    pub(crate) fn is_undone(&self, event: &Event) -> bool {
        self.undone.contains(&event.number)
    }

    /// What the event of that number says that somebody did; its beginning may be cut off.
    fn deed(&self, number: u32) -> &'static str {
        let found = self.events.iter().find(|event| event.number == number);
        found.map_or("what they had done", |event| undo::deed(&event.what))
    }
}

/// One thing that happened, as a line.
#[derive(Debug, Clone)]
pub(crate) struct EventLine {
    pub(crate) when: When,
    pub(crate) who: String,
    /// What they did, after the name.
    pub(crate) what: String,
    /// What they said to it.
    pub(crate) said: String,
    /// A moment that belongs to it.
    pub(crate) until: Option<When>,
    /// It was taken back.
    pub(crate) is_undone: bool,
}

impl EventLine {
    pub(crate) fn new(event: &Event, history: &History<'_>, colleagues: &Colleagues, now: Timestamp) -> Self {
        let is_undone = history.is_undone(event);
        let (what, said) = match &event.what {
            // Whoever took a note back does not want it read.
            Happening::Noted { .. } if is_undone => ("noted something".to_owned(), String::new()),
            Happening::Undone { event, .. } => (format!("took back: {}", history.deed(*event)), String::new()),
            what => happened(what, colleagues),
        };
        let until = match &event.what {
            Happening::Snoozed { until } => Some(*until),
            Happening::Offered(offer) => Some(offer.until),
            _ => None,
        };
        Self {
            when: When::new(event.at, now),
            who: colleagues.doer(event.by),
            what,
            said,
            until: until.map(|until| When::new(until, now)),
            is_undone,
        }
    }
}

fn happened(what: &Happening, colleagues: &Colleagues) -> (String, String) {
    let plain = |words: &str| (words.to_owned(), String::new());
    let with = |words: &str, said: &str| (words.to_owned(), said.to_owned());
    match what {
        Happening::Opened(opening) => {
            let department = colleagues.department(opening.department);
            (format!("opened it for {department}"), join_reasons(&opening.why, &opening.why_here))
        }
        Happening::Joined { is_ours: true, .. } => plain("saw our own words come back from the network"),
        Happening::Joined { is_ours: false, .. } => plain("wrote again"),
        Happening::Claimed => plain("took it"),
        Happening::Assigned { to } => (format!("gave it to {}", colleagues.name(*to)), String::new()),
        Happening::Released { why } => with("gave it back to the desk", why),
        Happening::Offered(offer) => {
            let words = format!("offered it to {}: {}", colleagues.offered_to(offer), reason(offer.reason));
            (format!("{words}; the offer stands until"), offer.note.clone())
        }
        Happening::Accepted => plain("accepted it"),
        Happening::Declined { note } => with("declined it", note),
        Happening::OfferEnded { why } => with("ended the offer", why),
        Happening::Moved { department, why } => {
            (format!("moved it to the desk of {}", colleagues.department(*department)), why.clone())
        }
        Happening::Noted { text } => with("noted", text),
        Happening::Tagged { added, removed } => (tagged(added, removed), String::new()),
        Happening::Prioritised { priority, why } => (format!("set the priority to {}", priority.score), why.clone()),
        Happening::Waiting => plain("lets it wait for the author"),
        Happening::Snoozed { .. } => plain("put it to sleep until"),
        Happening::Resumed { why } => with("opened it again", why),
        Happening::Closed { outcome: how, reason } => (format!("closed it: {}", outcome(*how)), reason.clone()),
        Happening::Reopened { why } => with("reopened it", why),
        Happening::Undone { .. } => plain("took something back"),
        Happening::ReplyQueued { .. } => plain("put a reply into the outbox"),
        Happening::ReplySent { .. } => plain("sent the reply"),
        Happening::ReplyFailed { why, .. } => with("could not send the reply", why),
        Happening::ReplyWithdrawn { .. } => plain("took the reply back before it left"),
    }
}

fn tagged(added: &[String], removed: &[String]) -> String {
    match (added.is_empty(), removed.is_empty()) {
        (_, true) => format!("tagged it {}", added.join(", ")),
        (true, false) => format!("took the tag {} off", removed.join(", ")),
        (false, false) => format!("tagged it {}, and took {} off", added.join(", "), removed.join(", ")),
    }
}

fn join_reasons(why: &str, why_here: &str) -> String {
    match (why.trim(), why_here.trim()) {
        ("", here) => here.to_owned(),
        (why, "") => why.to_owned(),
        (why, here) => format!("{why}; {here}"),
    }
}

/// Why a row stands where it stands, in one sentence or two.
pub(crate) fn says(case: &Case) -> String {
    let mut says = case.priority.score.to_string();
    for (index, part) in case.priority.parts.iter().filter(|part| part.points != 0).take(8).enumerate() {
        let sign = match (index, part.points < 0) {
            (0, false) => " = ",
            (0, true) => " = −",
            (_, false) => " + ",
            (_, true) => " − ",
        };
        says.push_str(&format!("{sign}{} {}", part.name, part.points.unsigned_abs()));
    }
    for reason in [case.why.trim(), case.why_here.trim()] {
        if !reason.is_empty() {
            says.push_str(". ");
            says.push_str(&crate::pages::failure::sentence(reason));
            says.pop();
        }
    }
    says.push('.');
    says
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_follows_the_score() {
        let check = |score: u8, expected: &str| assert_eq!(level(score), expected);
        check(100, "urgent");
        check(80, "urgent");
        check(79, "high");
        check(60, "high");
        check(59, "normal");
        check(30, "normal");
        check(0, "low");
    }

    #[test]
    fn tags_are_told_in_words() {
        let check = |added: &[&str], removed: &[&str], expected: &str| {
            let own = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
            assert_eq!(tagged(&own(added), &own(removed)), expected);
        };
        check(&["k4", "lid"], &[], "tagged it k4, lid");
        check(&[], &["k4"], "took the tag k4 off");
        check(&["lid"], &["k4"], "tagged it lid, and took k4 off");
    }
}

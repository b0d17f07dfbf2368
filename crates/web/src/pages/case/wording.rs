//! How cases are spoken of: states, outcomes, reasons, and what happened to them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use switchboard_model::{
    Asked, Awaited, By, Case, CaseId, CaseState, ClockKind, Event, Happening, Outcome, OutreachChannel, QuestionView,
    TransferReason, Via, taken_back,
};

use crate::pages::colleagues::Colleagues;
use crate::pages::outreach;
use crate::pages::words::When;

/// Where a case stands.
#[derive(Debug, Clone)]
pub(crate) struct StateView {
    /// `open`, `waiting`, `snoozed`, `closed`.
    pub(crate) word: &'static str,
    /// "waits", "sleeps until", "solved publicly".
    pub(crate) words: Cow<'static, str>,
    /// Until when it sleeps.
    pub(crate) until: Option<When>,
    /// Why it was closed, where there is more to say.
    pub(crate) reason: String,
}

impl StateView {
    pub(crate) fn new(state: &CaseState, now: Timestamp) -> Self {
        let view = |words| Self { word: state.as_str(), words, until: None, reason: String::new() };
        match state {
            CaseState::Open => view(t!("case-state-open")),
            CaseState::Waiting { on: Awaited::Author } => view(t!("case-state-waiting")),
            CaseState::Waiting { on: Awaited::Colleague } => view(t!("case-state-waiting-colleague")),
            CaseState::Snoozed { until } => {
                Self { until: Some(When::new(*until, now)), ..view(t!("case-state-snoozed")) }
            }
            CaseState::Closed { outcome: how, reason } => Self { reason: reason.clone(), ..view(outcome(*how)) },
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.word == "open"
    }
}

pub(crate) fn outcome(outcome: Outcome) -> Cow<'static, str> {
    match outcome {
        Outcome::SolvedPublicly => t!("case-outcome-solved-publicly"),
        Outcome::SolvedPrivately => t!("case-outcome-solved-privately"),
        Outcome::Thanked => t!("case-outcome-thanked"),
        Outcome::NoAnswer => t!("case-outcome-no-answer"),
        Outcome::Merged => t!("merge-outcome"),
    }
}

pub(crate) fn reason(reason: TransferReason) -> Cow<'static, str> {
    match reason {
        TransferReason::NotOurs => t!("case-reason-not-ours"),
        TransferReason::Expertise => t!("case-reason-expertise"),
        TransferReason::Language => t!("case-reason-language"),
        TransferReason::OffDuty => t!("case-reason-off-duty"),
        TransferReason::Workload => t!("case-reason-workload"),
        TransferReason::Escalation => t!("case-reason-escalation"),
        TransferReason::Other => t!("case-reason-other"),
    }
}

/// What a clock runs to.
pub(crate) fn clock(kind: ClockKind) -> Cow<'static, str> {
    match kind {
        ClockKind::FirstResponse => t!("case-clock-first-response"),
        ClockKind::NextResponse => t!("case-clock-next-response"),
        ClockKind::Resolution => t!("case-clock-resolution"),
    }
}

/// The word for where a case stands.
pub(crate) fn state(state: &CaseState) -> Cow<'static, str> {
    match state {
        CaseState::Open => t!("words-state-open"),
        CaseState::Waiting { .. } => t!("words-state-waiting"),
        CaseState::Snoozed { .. } => t!("words-state-snoozed"),
        CaseState::Closed { .. } => t!("words-state-closed"),
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

    /// Who did something. Somebody outside has the name by which they were asked.
    fn doer(&self, event: &Event, colleagues: &Colleagues) -> String {
        let guest = match (event.by, &event.what) {
            (By::Guest, Happening::QuestionAnswered { question, of: None, .. }) => {
                QuestionView::find(self.events, *question)
            }
            _ => None,
        };
        guest.map_or_else(|| colleagues.doer(event.by), |asked| self::asked(&asked.question.to, colleagues))
    }

    /// What somebody did in the event of that number; the beginning of a history may be cut off.
    pub(crate) fn deed(&self, number: u32, colleagues: &Colleagues) -> Cow<'static, str> {
        match self.events.iter().find(|event| event.number == number).map(|event| &event.what) {
            None => t!("case-deed-unknown"),
            Some(Happening::Noted { .. }) => t!("case-deed-noted"),
            Some(Happening::Snoozed { .. }) => t!("case-deed-snoozed"),
            Some(Happening::Offered(_)) => t!("case-deed-offered"),
            Some(what) => happened(what, colleagues).0,
        }
    }
}

/// Who is asked.
pub(crate) fn asked(to: &Asked, colleagues: &Colleagues) -> String {
    match to {
        Asked::User(user) => colleagues.name(*user),
        Asked::Guest(guest) => guest.name.clone(),
    }
}

/// One thing that happened, as a line.
#[derive(Debug, Clone)]
pub(crate) struct EventLine {
    pub(crate) when: When,
    pub(crate) who: String,
    /// What they did, after the name.
    pub(crate) what: Cow<'static, str>,
    /// What they said to it.
    pub(crate) said: String,
    /// A moment that belongs to it.
    pub(crate) until: Option<When>,
    /// By what, where whoever did it was not logged in; else empty.
    pub(crate) via: Cow<'static, str>,
    /// It was taken back.
    pub(crate) is_undone: bool,
    /// The case in which it happened, where that one is in this.
    pub(crate) of: Option<CaseId>,
    /// Its place on the page, where it stands in the history.
    pub(crate) anchor: Option<String>,
}

impl EventLine {
    pub(crate) fn new(event: &Event, history: &History<'_>, colleagues: &Colleagues, now: Timestamp) -> Self {
        let is_undone = history.is_undone(event);
        let (what, said) = match &event.what {
            // Whoever took a note back does not want it read.
            Happening::Noted { .. } if is_undone => (t!("case-deed-noted"), String::new()),
            Happening::Undone { event, .. } => {
                (t!("case-event-took-back", deed = history.deed(*event, colleagues)), String::new())
            }
            what => happened(what, colleagues),
        };
        let until = match &event.what {
            Happening::Snoozed { until } => Some(*until),
            Happening::Offered(offer) => Some(offer.until),
            _ => None,
        };
        Self {
            when: When::new(event.at, now),
            who: history.doer(event, colleagues),
            what,
            said,
            until: until.map(|until| When::new(until, now)),
            via: match event.via {
                None => Cow::Borrowed(""),
                Some(Via::Mail) => t!("case-event-via-mail"),
                Some(Via::Push) => t!("case-event-via-push"),
            },
            is_undone,
            of: None,
            anchor: None,
        }
    }
}

/// What somebody did, and what they said to it.
fn happened(what: &Happening, colleagues: &Colleagues) -> (Cow<'static, str>, String) {
    let words = match what {
        Happening::Opened(opening) => {
            t!("case-event-opened", department = colleagues.department(opening.department))
        }
        Happening::Joined { is_ours: true, .. } => t!("case-event-came-back"),
        Happening::Joined { is_ours: false, .. } => t!("case-event-wrote-again"),
        Happening::Claimed => t!("case-event-claimed"),
        Happening::Assigned { to, .. } => t!("case-event-assigned", name = colleagues.name(*to)),
        Happening::Released { .. } => t!("case-event-released"),
        Happening::Offered(offer) => {
            let (name, reason) = (colleagues.offered_to(offer), reason(offer.reason));
            t!("case-event-offered", name = name, reason = reason)
        }
        Happening::Accepted => t!("case-event-accepted"),
        Happening::Declined { .. } => t!("case-event-declined"),
        Happening::OfferEnded { .. } => t!("case-event-offer-ended"),
        Happening::Moved { department, .. } => {
            t!("case-event-moved", department = colleagues.department(*department))
        }
        Happening::Noted { .. } => t!("case-event-noted"),
        Happening::Tagged { added, removed } => tagged(added, removed),
        Happening::Prioritised { priority, .. } => {
            t!("case-event-prioritised", score = priority.score.to_string())
        }
        Happening::Recounted { priority, .. } => {
            t!("case-event-recounted", score = priority.score.to_string())
        }
        Happening::Waiting { on: Awaited::Author } => t!("case-event-waiting"),
        Happening::Waiting { on: Awaited::Colleague } => t!("case-event-waiting-colleague"),
        Happening::Snoozed { .. } => t!("case-event-snoozed"),
        Happening::Resumed { .. } => t!("case-event-resumed"),
        Happening::Closed { outcome: how, .. } => t!("case-event-closed", outcome = outcome(*how)),
        Happening::Reopened { .. } => t!("case-event-reopened"),
        Happening::Undone { .. } => t!("case-event-undone"),
        Happening::Watched { user } => t!("case-event-watched", name = colleagues.name(*user)),
        Happening::Unwatched { user } => t!("case-event-unwatched", name = colleagues.name(*user)),
        Happening::Involved { department, .. } => {
            t!("case-event-involved", department = colleagues.department(*department))
        }
        Happening::Excused { department } => {
            t!("case-event-excused", department = colleagues.department(*department))
        }
        Happening::Assessed { .. } => t!("case-event-assessed"),
        Happening::PingPong { between: [one, other], hops, .. } => {
            let (one, other) = (colleagues.department(*one), colleagues.department(*other));
            t!("case-event-ping-pong", one = one, other = other, hops = u64::from(*hops))
        }
        Happening::ClockWarned { clock: kind, .. } => t!("case-event-clock-warned", clock = clock(*kind)),
        Happening::ClockBreached { clock: kind, .. } => t!("case-event-clock-breached", clock = clock(*kind)),
        Happening::Escalated { clock: kind, to, .. } => {
            t!("case-event-escalated", clock = clock(*kind), name = colleagues.name(*to))
        }
        Happening::QuestionAsked(question) => {
            t!("case-event-question-asked", name = asked(&question.to, colleagues))
        }
        Happening::QuestionAnswered { .. } => t!("case-event-question-answered"),
        Happening::QuestionWithdrawn { .. } => t!("case-event-question-withdrawn"),
        Happening::OutreachAsked(ask) => match ask.channel {
            OutreachChannel::Call => t!("case-event-outreach-asked-call", name = colleagues.name(ask.senior)),
            OutreachChannel::Mail => t!("case-event-outreach-asked-mail", name = colleagues.name(ask.senior)),
        },
        Happening::OutreachAccepted { .. } => t!("case-event-outreach-accepted"),
        Happening::OutreachDeclined { .. } => t!("case-event-outreach-declined"),
        Happening::OutreachTried(tried) => {
            t!("case-event-outreach-tried", result = outreach::outcome_words(tried.result))
        }
        Happening::OutreachDone(end) => t!("case-event-outreach-done", outcome = outreach::outcome_words(end.outcome)),
        Happening::OutreachWithdrawn { senior, .. } => {
            t!("case-event-outreach-withdrawn", name = colleagues.name(*senior))
        }
        Happening::OutreachReturned { .. } => t!("case-event-outreach-returned"),
        Happening::OutreachWarned { senior, .. } => t!("case-event-outreach-warned", name = colleagues.name(*senior)),
        Happening::OutreachOverdue { senior, .. } => t!("case-event-outreach-overdue", name = colleagues.name(*senior)),
        Happening::Merged(merged) => t!("merge-event-merged", number = merged.other.to_string()),
        Happening::TakenApart(apart) => t!("merge-event-taken-apart", number = apart.other.to_string()),
        Happening::MergedInto { into } => t!("merge-event-merged-into", number = into.to_string()),
        Happening::Separated(separated) => t!("merge-event-separated", number = separated.from.to_string()),
        Happening::Split { other, .. } => t!("merge-event-split", number = other.to_string()),
        Happening::SplitFrom { other, .. } => t!("merge-event-split-from", number = other.to_string()),
        Happening::ReplyQueued { .. } => t!("case-event-reply-queued"),
        Happening::ReplySent { .. } => t!("case-event-reply-sent"),
        Happening::ReplyFailed { .. } => t!("case-event-reply-failed"),
        Happening::ReplyWithdrawn { .. } => t!("case-event-reply-withdrawn"),
    };
    (words, said(what))
}

fn said(what: &Happening) -> String {
    match what {
        Happening::Opened(opening) => join_reasons(&opening.why, &opening.why_here),
        Happening::Offered(offer) => offer.note.clone(),
        Happening::Merged(merged) => merged.why.clone(),
        Happening::OutreachAsked(ask) => ask.reason.clone(),
        Happening::OutreachTried(tried) => tried.note.clone(),
        Happening::OutreachDone(end) if end.promised.is_empty() => end.note.clone(),
        Happening::OutreachDone(end) => format!("{} · {}", end.note, end.promised),
        Happening::Noted { text: said }
        | Happening::Declined { note: said }
        | Happening::Closed { reason: said, .. }
        | Happening::Assigned { why: said, .. }
        | Happening::Released { why: said }
        | Happening::OfferEnded { why: said }
        | Happening::Moved { why: said, .. }
        | Happening::Involved { why: said, .. }
        | Happening::Prioritised { why: said, .. }
        | Happening::Recounted { why: said, .. }
        | Happening::Resumed { why: said }
        | Happening::Reopened { why: said }
        | Happening::Split { why: said, .. }
        | Happening::ReplyQueued { despite: said, .. }
        | Happening::OutreachDeclined { why: said, .. }
        | Happening::OutreachWithdrawn { why: said, .. }
        | Happening::OutreachReturned { why: said, .. }
        | Happening::ReplyFailed { why: said, .. } => said.clone(),
        _ => String::new(),
    }
}

fn tagged(added: &[String], removed: &[String]) -> Cow<'static, str> {
    match (added.is_empty(), removed.is_empty()) {
        (_, true) => t!("case-event-tagged", tags = added.join(", ")),
        (true, false) => t!("case-event-untagged", tags = removed.join(", ")),
        (false, false) => t!("case-event-retagged", tags = added.join(", "), off = removed.join(", ")),
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

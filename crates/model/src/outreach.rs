//! Outreach: a senior of the company calls or writes to the author of a case. It is a task on the case with a script, a time
//! and an outcome; whoever owns the case stays its owner.
//!
//! What an outreach is follows from the events of the cases that it stood in: [`Outreach::apply`] is the only way to change
//! one. How the person can be reached is no part of it, because histories are kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::preferences::choice;
use crate::{By, CaseId, DepartmentId, Event, Happening, OutreachId, OutreachScriptId, UserId};

choice! {
    /// How a senior turns to the author.
    OutreachChannel {
        /// They call.
        Call = "call",
        /// They write a mail.
        Mail = "mail",
    }
}

choice! {
    /// Where an outreach stands.
    OutreachState {
        /// The senior was asked.
        Asked = "asked",
        /// The senior will do it.
        Accepted = "accepted",
        /// The senior will not.
        Declined = "declined",
        /// It has an outcome.
        Done = "done",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// The senior cannot do it any more, so it came back to whoever asked.
        Returned = "returned",
    }
}

choice! {
    /// What came of an outreach.
    OutreachOutcome {
        /// They spoke, and it is solved.
        Solved = "solved",
        /// They spoke, and it is not.
        NotSolved = "not_solved",
        /// A message was left.
        LeftMessage = "left_message",
        /// Nobody could be reached.
        NotReached = "not_reached",
        /// A mail was sent.
        MailSent = "mail_sent",
        /// The person does not want it.
        Refused = "refused",
    }
}

impl OutreachOutcome {
    /// Whether the person was reached by it.
    pub fn is_reached(self) -> bool {
        matches!(self, Self::Solved | Self::NotSolved | Self::MailSent | Self::Refused)
    }

    /// Whether it can stand for one attempt that another one follows.
    pub fn is_attempt(self) -> bool {
        matches!(self, Self::LeftMessage | Self::NotReached)
    }

    /// Whether it can come of a channel: nobody speaks in a mail.
    pub fn fits(self, channel: OutreachChannel) -> bool {
        match self {
            Self::MailSent => channel == OutreachChannel::Mail,
            Self::LeftMessage => channel == OutreachChannel::Call,
            _ => true,
        }
    }
}

impl OutreachState {
    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Accepted)
    }
}

/// Somebody of the company who calls or writes to authors when they are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Senior {
    /// Who.
    pub user: UserId,
    /// What they are to the outside, as `VP Customer Care`.
    pub title: String,
    /// What they do; at least one.
    pub channels: Vec<OutreachChannel>,
    /// The departments that they stand for; all if there are none.
    pub departments: Vec<DepartmentId>,
    /// How many outreaches they can have open at once.
    pub most_open: u32,
}

/// What a senior says, written once for many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachScript {
    /// Identifier in this installation.
    pub id: OutreachScriptId,
    /// What it is called. Unique.
    pub name: String,
    /// What it is for; both if missing.
    pub channel: Option<OutreachChannel>,
    /// BCP 47 tag of its language.
    pub language: String,
    /// What it says, with [`PLACEHOLDERS`] in braces.
    pub text: String,
    /// What to do, in this order.
    pub steps: Vec<String>,
    /// What may be promised.
    pub may: String,
    /// What may not.
    pub may_not: String,
}

/// What can stand in braces in a script.
pub const PLACEHOLDERS: [&str; 6] = ["author", "senior", "title", "company", "case", "summary"];

/// What stands for each of the [`PLACEHOLDERS`]; one without anything stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptFacts {
    /// What the author is called.
    pub author: Option<String>,
    /// What the senior is called.
    pub senior: Option<String>,
    /// What the senior is to the outside.
    pub title: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The number of the case.
    pub case: Option<String>,
    /// What the author said first, cut short.
    pub summary: Option<String>,
}

impl ScriptFacts {
    fn of(&self, placeholder: &str) -> Option<&str> {
        match placeholder {
            "author" => self.author.as_deref(),
            "senior" => self.senior.as_deref(),
            "title" => self.title.as_deref(),
            "company" => self.company.as_deref(),
            "case" => self.case.as_deref(),
            "summary" => self.summary.as_deref(),
            _ => None,
        }
    }
}

/// The first placeholder of a text that nobody knows, without its braces.
pub fn unknown_placeholder(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, then)) = after.split_once('}') else { return Some(after) };
        if !PLACEHOLDERS.contains(&name) {
            return Some(name);
        }
        rest = then;
    }
    None
}

/// A text with its placeholders filled in. What was filled in is not looked at again: braces in somebody's name are theirs.
pub fn filled(text: &str, facts: &ScriptFacts) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        match after.split_once('}').and_then(|(name, then)| Some((facts.of(name)?, then))) {
            Some((fact, then)) => {
                said.push_str(fact);
                rest = then;
            }
            None => {
                said.push('{');
                rest = after;
            }
        }
    }
    said.push_str(rest);
    said
}

/// A senior is asked to turn to the author of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachAsk {
    /// The outreach.
    pub id: OutreachId,
    /// Who is asked.
    pub senior: UserId,
    /// What they are to the outside.
    pub title: String,
    /// What they are asked for.
    pub channel: OutreachChannel,
    /// Why.
    pub reason: String,
    /// The name of the script; empty without one.
    pub script: String,
    /// What they can say. `{author}` and `{summary}` stay as they are: they are filled in when it is read, so that nothing is
    /// kept of a post that is deleted.
    pub text: String,
    /// What to do, in this order.
    pub steps: Vec<String>,
    /// What may be promised.
    pub may: String,
    /// What may not.
    pub may_not: String,
    /// When they and the owner are told that little time is left.
    pub warn_at: Timestamp,
    /// Until when it has to be done.
    pub due_at: Timestamp,
}

/// Nobody was reached, and it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachTry {
    /// The outreach.
    pub outreach: OutreachId,
    /// What came of it.
    pub result: OutreachOutcome,
    /// What there is to say about it.
    pub note: String,
    /// Which steps were done, counted from 0.
    pub ticked: Vec<u16>,
    /// When it warns of the next time.
    pub warn_at: Timestamp,
    /// When it is tried again. It is due by then.
    pub next_at: Timestamp,
}

/// An outreach has an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachEnd {
    /// The outreach.
    pub outreach: OutreachId,
    /// Which.
    pub outcome: OutreachOutcome,
    /// What there is to say about it.
    pub note: String,
    /// What was promised to the author; empty if nothing was.
    pub promised: String,
    /// Which steps were done, counted from 0.
    pub ticked: Vec<u16>,
}

/// One attempt of an outreach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachAttempt {
    /// When.
    pub at: Timestamp,
    /// Who wrote it down.
    pub by: By,
    /// What came of it.
    pub result: OutreachOutcome,
    /// What there is to say about it.
    pub note: String,
}

/// An outreach as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outreach {
    /// The case that it is about, by now.
    pub case: CaseId,
    /// The case in which it was asked for.
    pub asked_in: CaseId,
    /// The number of the event that asked for it.
    pub event: u32,
    /// Who asked.
    pub asked_by: By,
    /// When.
    pub asked_at: Timestamp,
    /// What was asked, with the time that it has by now.
    pub ask: OutreachAsk,
    /// Where it stands.
    pub state: OutreachState,
    /// Why it was declined, withdrawn or returned.
    pub why: String,
    /// When the senior said that they will do it.
    pub accepted_at: Option<Timestamp>,
    /// When the person was tried and not reached, oldest first.
    pub attempts: Vec<OutreachAttempt>,
    /// Which steps were done, counted from 0.
    pub ticked: Vec<u16>,
    /// Whether its warning was told.
    pub is_warned: bool,
    /// Whether it was told that its time ran out.
    pub is_overdue: bool,
    /// What came of it.
    pub outcome: Option<OutreachOutcome>,
    /// What there is to say about that.
    pub note: String,
    /// What was promised to the author.
    pub promised: String,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<By>,
}

impl Outreach {
    /// The outreach that an event asks for.
    pub fn asked(event: &Event) -> Option<Self> {
        let Happening::OutreachAsked(ask) = &event.what else { return None };
        Some(Self {
            case: event.case,
            asked_in: event.case,
            event: event.number,
            asked_by: event.by,
            asked_at: event.at,
            ask: (**ask).clone(),
            state: OutreachState::Asked,
            why: String::new(),
            accepted_at: None,
            attempts: Vec::new(),
            ticked: Vec::new(),
            is_warned: false,
            is_overdue: false,
            outcome: None,
            note: String::new(),
            promised: String::new(),
            ended_at: None,
            ended_by: None,
        })
    }

    /// Identifier in this installation.
    pub fn id(&self) -> OutreachId {
        self.ask.id
    }

    /// Changes it as an event says. Events that are about something else leave it as it is.
    pub fn apply(&mut self, event: &Event) {
        let is_this = event.what.outreach() == Some(self.id());
        match &event.what {
            Happening::Merged(merged) if merged.whole.outreaches.contains(&self.id()) => self.case = event.case,
            Happening::Separated(separated) if separated.outreaches.contains(&self.id()) => self.case = event.case,
            _ if !is_this => {}
            Happening::OutreachAccepted { .. } => {
                self.state = OutreachState::Accepted;
                self.accepted_at = Some(event.at);
            }
            Happening::OutreachTried(tried) => {
                let (result, note) = (tried.result, tried.note.clone());
                self.attempts.push(OutreachAttempt { at: event.at, by: event.by, result, note });
                self.state = OutreachState::Accepted;
                self.accepted_at.get_or_insert(event.at);
                self.ticked = tried.ticked.clone();
                (self.ask.warn_at, self.ask.due_at) = (tried.warn_at, tried.next_at);
                (self.is_warned, self.is_overdue) = (false, false);
            }
            Happening::OutreachDone(end) => {
                self.outcome = Some(end.outcome);
                (self.note, self.promised) = (end.note.clone(), end.promised.clone());
                self.ticked = end.ticked.clone();
                self.end(OutreachState::Done, "", event);
            }
            Happening::OutreachDeclined { why, .. } => self.end(OutreachState::Declined, why, event),
            Happening::OutreachWithdrawn { why, .. } => self.end(OutreachState::Withdrawn, why, event),
            Happening::OutreachReturned { why, .. } => self.end(OutreachState::Returned, why, event),
            // What rang for a time that it has no more is about nothing.
            Happening::OutreachWarned { due, .. } if *due == self.ask.due_at => self.is_warned = true,
            Happening::OutreachOverdue { due, .. } if *due == self.ask.due_at => {
                (self.is_warned, self.is_overdue) = (true, true)
            }
            _ => {}
        }
    }

    fn end(&mut self, state: OutreachState, why: &str, event: &Event) {
        self.state = state;
        why.clone_into(&mut self.why);
        (self.ended_at, self.ended_by) = (Some(event.at), Some(event.by));
    }

    /// When its clock rings next.
    pub fn ring_at(&self) -> Option<Timestamp> {
        match (self.state.is_open(), self.is_warned, self.is_overdue) {
            (false, ..) | (true, _, true) => None,
            (true, false, false) => Some(self.ask.warn_at.min(self.ask.due_at)),
            (true, true, false) => Some(self.ask.due_at),
        }
    }

    /// How often the person was tried, with the last time.
    pub fn tries(&self) -> usize {
        self.attempts.len() + usize::from(self.outcome.is_some())
    }
}

/// How the outreaches of a time went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachFigures {
    /// How many were asked for.
    pub asked: u32,
    /// How many reached the person.
    pub reached: u32,
    /// The median of the minutes from asking to reaching.
    pub median_min: Option<u32>,
}

impl OutreachFigures {
    /// Of these outreaches.
    pub fn of<'a>(outreaches: impl IntoIterator<Item = &'a Outreach>) -> Self {
        let mut figures = Self::default();
        let mut minutes = Vec::new();
        for outreach in outreaches {
            figures.asked += 1;
            if outreach.outcome.is_some_and(OutreachOutcome::is_reached) {
                figures.reached += 1;
                minutes.extend(outreach.ended_at.map(|at| at.duration_since(outreach.asked_at).as_mins()));
            }
        }
        minutes.sort_unstable();
        figures.median_min = match (minutes.len(), minutes.get(minutes.len() / 2)) {
            (0, _) | (_, None) => None,
            (count, Some(upper)) if count % 2 == 1 => Some(*upper),
            (count, Some(upper)) => minutes.get(count / 2 - 1).map(|lower| lower.midpoint(*upper)),
        }
        .map(|minutes| u32::try_from(minutes).unwrap_or_default());
        figures
    }
}

/// How outreaches are kept, as an administrator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OutreachSettings {
    /// Within how many minutes of the senior's hours one is due if nobody says otherwise.
    pub due_within_min: u32,
    /// How many minutes of the senior's hours before that they are warned.
    pub warn_before_min: u32,
    /// How many days after its end it is still known how the person can be reached.
    pub keep_contact_days: u32,
}

impl Default for OutreachSettings {
    fn default() -> Self {
        Self { due_within_min: 8 * 60, warn_before_min: 2 * 60, keep_contact_days: 14 }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const VERA: UserId = UserId(Uuid::from_u128(1));

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("a time")
    }

    fn id() -> OutreachId {
        OutreachId(Uuid::from_u128(9))
    }

    fn ask() -> Happening {
        Happening::OutreachAsked(Box::new(OutreachAsk {
            id: id(),
            senior: VERA,
            title: "VP".into(),
            channel: OutreachChannel::Call,
            reason: "many read it".into(),
            script: String::new(),
            text: String::new(),
            steps: Vec::new(),
            may: String::new(),
            may_not: String::new(),
            warn_at: at(60),
            due_at: at(120),
        }))
    }

    fn event(number: u32, minute: i64, what: Happening) -> Event {
        Event { case: CaseId(1), number, at: at(minute), by: By::User(VERA), via: None, what }
    }

    fn played(steps: &[(i64, Happening)]) -> Outreach {
        let mut outreach = Outreach::asked(&event(2, 0, ask())).expect("asked");
        for (number, (minute, what)) in (3..).zip(steps) {
            outreach.apply(&event(number, *minute, what.clone()));
        }
        outreach
    }

    fn done(outcome: OutreachOutcome) -> Happening {
        let (note, promised) = ("spoke".into(), "a new lid".into());
        Happening::OutreachDone(Box::new(OutreachEnd { outreach: id(), outcome, note, promised, ticked: vec![0] }))
    }

    #[test]
    fn its_clock_rings_in_order_and_once() {
        let warned = Happening::OutreachWarned { outreach: id(), senior: VERA, due: at(120), why: String::new() };
        let overdue = Happening::OutreachOverdue { outreach: id(), senior: VERA, due: at(120), why: String::new() };
        let tried = Happening::OutreachTried(Box::new(OutreachTry {
            outreach: id(),
            result: OutreachOutcome::NotReached,
            note: "engaged".into(),
            ticked: Vec::new(),
            warn_at: at(240),
            next_at: at(300),
        }));
        assert_eq!(played(&[]).ring_at(), Some(at(60)));
        assert_eq!(played(&[(60, warned.clone())]).ring_at(), Some(at(120)));
        assert_eq!(played(&[(60, warned.clone()), (120, overdue.clone())]).ring_at(), None);
        let again = played(&[(60, warned), (120, overdue), (130, tried)]);
        assert_eq!((again.ring_at(), again.tries(), again.state), (Some(at(240)), 1, OutreachState::Accepted));
        assert_eq!(played(&[(5, done(OutreachOutcome::Solved))]).ring_at(), None);
    }

    #[test]
    fn it_ends_once_and_says_by_whom() {
        let end = played(&[(7, done(OutreachOutcome::Solved))]);
        assert_eq!((end.state, end.ended_by, end.ended_at), (OutreachState::Done, Some(By::User(VERA)), Some(at(7))));
        assert_eq!((end.note.as_str(), end.promised.as_str(), end.ticked), ("spoke", "a new lid", vec![0]));
        let other = OutreachId(Uuid::from_u128(8));
        let stranger = Happening::OutreachWithdrawn { outreach: other, senior: VERA, why: "x".into() };
        assert!(played(&[(7, stranger)]).state.is_open(), "that was another one");
        let back = played(&[(7, Happening::OutreachReturned { outreach: id(), why: "they left".into() })]);
        assert_eq!((back.state, back.why.as_str()), (OutreachState::Returned, "they left"));
    }

    #[test]
    fn scripts_know_their_placeholders() {
        let facts =
            ScriptFacts { author: Some("{senior}".into()), senior: Some("Ada".into()), ..ScriptFacts::default() };
        assert_eq!(filled("Hello {author}, this is {senior}.", &facts), "Hello {senior}, this is Ada.");
        assert_eq!(filled("a { b {nobody} {", &facts), "a { b {nobody} {");
        for (text, unknown) in [("{author} {case}", None), ("{autor}", Some("autor")), ("{author", Some("author"))] {
            assert_eq!(unknown_placeholder(text), unknown, "{text}");
        }
    }

    #[test]
    fn figures_count_what_reached_somebody() {
        let list = [
            played(&[(10, done(OutreachOutcome::Solved))]),
            played(&[(30, done(OutreachOutcome::MailSent))]),
            played(&[(90, done(OutreachOutcome::NotReached))]),
            played(&[]),
        ];
        let figures = OutreachFigures::of(&list);
        assert_eq!(figures, OutreachFigures { asked: 4, reached: 2, median_min: Some(20) });
        assert_eq!(OutreachFigures::of([]).median_min, None);
    }

    #[test]
    fn it_is_written_and_read() {
        let outreach = played(&[(10, done(OutreachOutcome::Solved))]);
        let written = serde_json::to_string(&outreach).expect("JSON");
        assert_eq!(serde_json::from_str::<Outreach>(&written).expect("read"), outreach);
        let event = event(2, 0, ask());
        let written = serde_json::to_value(&event).expect("JSON");
        assert_eq!((&written["kind"], &written["channel"]), (&"outreach_asked".into(), &"call".into()));
        assert_eq!(serde_json::from_value::<Event>(written).expect("read"), event);
    }
}

//! Questions to somebody beside the owner of a case: a colleague, or a guest from outside who answers by a signed link.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CaseId, Event, Happening, UserId};

/// A question about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Who is asked.
    pub to: Asked,
    /// What is asked.
    pub text: String,
    /// Whether whoever answers by the link sees the conversation, too. Notes and names of colleagues they never see.
    pub shows_posts: bool,
    /// Until when it can be answered.
    pub until: Timestamp,
}

impl Question {
    /// Whether somebody without an account is asked.
    pub fn is_to_guest(&self) -> bool {
        matches!(self.to, Asked::Guest(_))
    }
}

/// Who is asked something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A user.
    User(UserId),
    /// Somebody without an account.
    Guest(Guest),
}

/// Somebody outside the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// What they are called.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

/// A question with what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuestionView<'a> {
    /// The event that asked it; its number is the question's.
    pub event: &'a Event,
    /// What was asked.
    pub question: &'a Question,
    /// The history that it stands in.
    events: &'a [Event],
}

impl<'a> QuestionView<'a> {
    /// All questions of a history, oldest first.
    pub fn all(events: &'a [Event]) -> impl Iterator<Item = Self> {
        events.iter().filter_map(move |event| match &event.what {
            Happening::QuestionAsked(question) => Some(Self { event, question, events }),
            _ => None,
        })
    }

    /// The question of a number.
    pub fn find(events: &'a [Event], number: u32) -> Option<Self> {
        Self::all(events).find(|view| view.event.number == number)
    }

    /// Its answers, oldest first: the event and what it says.
    pub fn answers(self) -> impl Iterator<Item = (&'a Event, &'a str)> {
        self.events.iter().filter_map(move |event| match &event.what {
            Happening::QuestionAnswered { question, text, of: None } if *question == self.event.number => {
                Some((event, text.as_str()))
            }
            _ => None,
        })
    }

    /// Whether it was taken back.
    pub fn is_withdrawn(self) -> bool {
        let number = self.event.number;
        self.events.iter().any(
            |event| matches!(event.what, Happening::QuestionWithdrawn { question, of: None } if question == number),
        )
    }

    /// Whether it waits for an answer at a moment.
    pub fn is_open(self, now: Timestamp) -> bool {
        !self.is_withdrawn() && now < self.question.until && self.answers().next().is_none()
    }
}

/// The history of a case that went into another one, with what was answered to its questions there since.
pub fn with_answers(history: &[Event], case: CaseId, there: &[Event]) -> Vec<Event> {
    let answered = there.iter().filter_map(|event| {
        let what = match &event.what {
            Happening::QuestionAnswered { question, text, of } if *of == Some(case) => {
                Happening::QuestionAnswered { question: *question, text: text.clone(), of: None }
            }
            Happening::QuestionWithdrawn { question, of } if *of == Some(case) => {
                Happening::QuestionWithdrawn { question: *question, of: None }
            }
            _ => return None,
        };
        Some(Event { what, ..event.clone() })
    });
    history.iter().cloned().chain(answered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::By;

    #[test]
    fn a_question_knows_its_answers() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("a time");
        let event =
            |number, what| Event { case: CaseId(1), number, at: at(number.into()), by: By::Operator, via: None, what };
        let guest = Guest { name: "Ann".into(), email: "ann@lab.example".into() };
        let asks =
            || Question { to: Asked::Guest(guest.clone()), text: "Is it?".into(), shows_posts: true, until: at(9) };
        let mut events = vec![
            event(1, Happening::QuestionAsked(asks())),
            event(2, Happening::QuestionAsked(asks())),
            event(3, Happening::QuestionAnswered { question: 1, text: "It is.".into(), of: None }),
        ];
        let open = |events: &[Event], now| {
            QuestionView::all(events).filter(|view| view.is_open(now)).map(|view| view.event.number).collect::<Vec<_>>()
        };
        assert_eq!(QuestionView::find(&events, 1).map(|view| view.answers().count()), Some(1));
        assert_eq!((open(&events, at(4)), open(&events, at(9))), (vec![2], vec![]));
        events.push(event(4, Happening::QuestionWithdrawn { question: 2, of: None }));
        assert_eq!(open(&events, at(5)), Vec::<u32>::new());
        assert_eq!(QuestionView::find(&events, 3), None);
        let said = serde_json::to_value(&events[0]).expect("JSON");
        assert_eq!(said["to"]["guest"]["email"], "ann@lab.example");
        assert_eq!(serde_json::from_value::<Event>(said).expect("read"), events[0]);
    }
}

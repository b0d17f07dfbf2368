//! Since when the author of a case has been waiting for us, from its history.
//!
//! The time begins with the first post that nobody has answered yet, ends with our answer, and begins anew when the author
//! writes again. Nobody waits for a case that sleeps, was closed, or lets its author act; when it goes on without an answer,
//! the time is what it was.

use jiff::Timestamp;
use switchboard_model::{Awaited, Case, CaseState, Contradiction, Event, Happening};

/// The case after its history, and since when its author has been waiting; `None` if they do not.
pub fn waits_since(history: &[Event]) -> Result<Option<(Case, Option<Timestamp>)>, Contradiction> {
    let Some((first, rest)) = history.split_first() else { return Ok(None) };
    let mut case = Case::open(first)?;
    let mut unanswered = Some(first.at);
    for event in rest {
        let was_closed = case.is_closed();
        case.apply(event)?;
        match event.what {
            // What was closed is over: the author begins anew.
            Happening::Joined { is_ours: false, .. } if was_closed => unanswered = Some(event.at),
            Happening::Joined { is_ours: false, .. } => {
                unanswered.get_or_insert(event.at);
            }
            Happening::ReplySent { .. } | Happening::Joined { is_ours: true, .. } => unanswered = None,
            _ => {}
        }
    }
    let waits = matches!(case.state, CaseState::Open | CaseState::Waiting { on: Awaited::Colleague });
    Ok(Some((case, unanswered.filter(|_| waits))))
}

#[cfg(test)]
mod tests {
    use switchboard_model::{By, CaseId, DepartmentId, Opening, Outcome, Priority, ReplyId, UserId, Visibility};
    use uuid::Uuid;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3_600).expect("a moment")
    }

    #[test]
    fn time_begins_with_what_nobody_answered() {
        let opening = Opening {
            post: 1,
            network: "x".into(),
            visibility: Visibility::Public,
            department: DepartmentId(Uuid::nil()),
            priority: Priority { score: 0, parts: Vec::new() },
            tags: Vec::new(),
            rules: Vec::new(),
            why: "w".into(),
            why_here: "w".into(),
            risk: Default::default(),
            involved: Vec::new(),
            owner: None,
            proposal: None,
        };
        let mut history = vec![Event {
            case: CaseId(1),
            number: 1,
            at: at(0),
            by: By::Rules,
            via: None,
            what: Happening::Opened(opening),
        }];
        let writes = |is_ours| Happening::Joined { post: 2, is_ours };
        let why = || String::from("w");
        let steps: Vec<(Happening, Option<i64>)> = vec![
            (Happening::Claimed, Some(0)),
            (writes(false), Some(0)),
            (Happening::Snoozed { until: at(99) }, None),
            (Happening::Resumed { why: why() }, Some(0)),
            (Happening::ReplySent { reply: ReplyId(Uuid::nil()), url: None }, None),
            (Happening::Waiting { on: Awaited::Author }, None),
            (writes(false), None),
            (Happening::Resumed { why: why() }, Some(7)),
            (Happening::Waiting { on: Awaited::Colleague }, Some(7)),
            (Happening::Closed { outcome: Outcome::NoAnswer, reason: why() }, None),
            (Happening::Reopened { why: why() }, Some(7)),
            (Happening::Closed { outcome: Outcome::NoAnswer, reason: why() }, None),
            (writes(false), None),
            (Happening::Reopened { why: why() }, Some(13)),
            (writes(true), None),
        ];
        for ((what, expected), number) in steps.into_iter().zip(2_u32..) {
            let by = By::User(UserId(Uuid::from_u128(1)));
            history.push(Event { case: CaseId(1), number, at: at(i64::from(number) - 1), by, via: None, what });
            let (_, since) = waits_since(&history).expect("follows").expect("a case");
            assert_eq!(since, expected.map(at), "{:?}", history.last());
        }
    }
}

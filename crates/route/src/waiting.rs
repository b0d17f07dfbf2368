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
    // What is written together with a beginning elsewhere was said before it.
    let mut answered_at = None;
    for event in rest {
        let was_closed = case.is_closed();
        case.apply(event)?;
        match event.what {
            Happening::Separated(ref separated) if separated.waits == Some(false) => {
                (unanswered, answered_at) = (None, Some((event.at, event.by)));
            }
            Happening::SplitFrom { waits: Some(false), .. } => {
                (unanswered, answered_at) = (None, Some((event.at, event.by)));
            }
            Happening::Joined { is_ours: false, .. } if answered_at == Some((event.at, event.by)) => {}
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
        let split = Happening::SplitFrom { other: CaseId(9), replied_at: Some(at(0)), waits: Some(false) };
        let part = |hour: i64, number, what| {
            let by = By::User(UserId(Uuid::from_u128(1)));
            Event { case: CaseId(1), number, at: at(hour), by, via: None, what }
        };
        let mut parts = vec![history[0].clone(), part(2, 2, split), part(2, 3, writes(false))];
        let since = |parts: &[Event]| waits_since(parts).expect("follows").expect("a case").1;
        assert_eq!(since(&parts), None, "what was answered before a split was answered");
        parts.push(part(3, 4, writes(false)));
        assert_eq!(since(&parts), Some(at(3)));
        for ((what, expected), number) in steps.into_iter().zip(2_u32..) {
            let by = By::User(UserId(Uuid::from_u128(1)));
            history.push(Event { case: CaseId(1), number, at: at(i64::from(number) - 1), by, via: None, what });
            let (_, since) = waits_since(&history).expect("follows").expect("a case");
            assert_eq!(since, expected.map(at), "{:?}", history.last());
        }
    }
}

//! Saying how urgent a case is, beside what the rules say.

use switchboard_model::formula::BY_HAND;
use switchboard_model::{Case, CaseId, Happening, Priority, PriorityPart};

use super::{CaseError, REASON, within};
use crate::App;
use crate::rights::Actor;

impl App {
    /// Gives the case a priority, 0 to 100.
    pub async fn prioritise_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        score: u8,
        why: &str,
    ) -> Result<Case, CaseError> {
        if score > 100 {
            return Err(CaseError::bad("score", format!("{score} is out of bounds; use 0 to 100")));
        }
        let why = within("why", why, REASON)?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            let priority = by_hand(&case.priority, score, &why);
            let is_same = priority == case.priority;
            Ok(if is_same { Vec::new() } else { vec![Happening::Prioritised { priority, why: why.clone() }] })
        })
        .await
    }
}

/// What the rules said stays visible; the part by hand makes up the difference.
fn by_hand(before: &Priority, score: u8, why: &str) -> Priority {
    let mut parts: Vec<PriorityPart> = before.parts.iter().filter(|part| part.name != BY_HAND).cloned().collect();
    let rest: i32 = parts.iter().map(|part| part.points).sum();
    let points = i32::from(score) - rest;
    if points != 0 {
        parts.push(PriorityPart { name: BY_HAND.to_owned(), points, why: why.to_owned() });
    }
    Priority { score, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_what_somebody_said() {
        let part = |name: &str, points| PriorityPart { name: name.into(), points, why: String::new() };
        let before = Priority { score: 30, parts: vec![part("need", 20), part("reach", 10)] };
        let raised = by_hand(&before, 80, "the press asks");
        assert_eq!(raised.parts.iter().map(|part| part.points).sum::<i32>(), 80);
        let lowered = by_hand(&raised, 5, "");
        assert_eq!((lowered.parts.len(), lowered.parts[2].points), (3, -25));
        assert_eq!(by_hand(&raised, 30, ""), before);
    }
}

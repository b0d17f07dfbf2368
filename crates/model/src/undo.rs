//! What of a history holds, and what was taken back. Nothing is ever removed from one: [`Happening::Undone`] is an entry
//! like any other, and restores how the case stood.

use std::collections::BTreeSet;

use crate::{Event, Happening};

/// The numbers of the events of a history that are taken back by now. What takes something back can be taken back
/// itself; then the first holds again.
///
/// The history may have gaps: what is missing is not answered.
pub fn taken_back(history: &[Event]) -> BTreeSet<u32> {
    let mut taken = BTreeSet::new();
    // Newest first: whether an event that takes something back holds itself is known before it is asked.
    for event in history.iter().rev() {
        let first = match &event.what {
            Happening::Undone { event: first, .. } => *first,
            Happening::TakenApart(apart) => apart.event,
            Happening::Separated(separated) => separated.event,
            _ => continue,
        };
        if !taken.contains(&event.number) {
            taken.extend(deed_of(history, first).iter().map(|event| event.number));
        }
    }
    taken
}

/// The event of that number with those that were written together with it. A case that begins again, or stands as it once
/// stood, may have needed another owner or department in the same moment; somebody did all of that with one deed.
pub fn deed_of(history: &[Event], number: u32) -> &[Event] {
    let Ok(mut first) = history.binary_search_by_key(&number, |event| event.number) else { return &[] };
    let is_consequence = |place: usize| match (history.get(place.wrapping_sub(1)), history.get(place)) {
        (Some(before), Some(event)) => follows(before, event),
        _ => false,
    };
    while is_consequence(first) {
        first -= 1;
    }
    let mut end = first + 1;
    while is_consequence(end) {
        end += 1;
    }
    history.get(first..end).unwrap_or_default()
}

/// Whether an event was written because of the one before it. Nobody moves a case by hand; what looks like a release by
/// hand is a consequence only where the case had just got an owner from its past.
fn follows(before: &Event, event: &Event) -> bool {
    let can_follow = match event.what {
        Happening::Moved { .. } => true,
        Happening::Released { .. } => matches!(before.what, Happening::Reopened { .. } | Happening::Undone { .. }),
        _ => false,
    };
    can_follow && event.number == before.number + 1 && event.by == before.by && event.at == before.at
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::{By, Case, CaseId, CaseState, DepartmentId, Opening, Outcome, Owner, Priority, UserId, Visibility};

    const INES: UserId = UserId(Uuid::from_u128(1));
    const TOM: UserId = UserId(Uuid::from_u128(2));

    fn case() -> (Case, Vec<Event>) {
        let opening = Opening {
            post: 7,
            network: "x".into(),
            visibility: Visibility::Public,
            department: DepartmentId(Uuid::from_u128(1)),
            priority: Priority { score: 40, parts: Vec::new() },
            tags: vec!["refund".into()],
            rules: Vec::new(),
            why: String::new(),
            why_here: String::new(),
            risk: crate::Assessment::default(),
            involved: Vec::new(),
            owner: None,
            proposal: None,
        };
        let what = Happening::Opened(opening);
        let event = Event { case: CaseId(1), number: 1, at: Timestamp::UNIX_EPOCH, by: By::Rules, via: None, what };
        (Case::open(&event).expect("an opening"), vec![event])
    }

    /// Appends what happens; each is done a second after the other.
    fn play(steps: Vec<Happening>) -> (Case, Vec<Event>) {
        let (mut case, mut history) = case();
        for what in steps {
            let at = Timestamp::from_second(i64::from(case.version)).expect("a time");
            let event = case.next_event(at, By::User(INES), what);
            case.apply(&event).expect("possible");
            history.push(event);
        }
        (case, history)
    }

    fn undone(event: u32) -> Happening {
        Happening::Undone { event, restored: case().0.standing() }
    }

    fn waits() -> Happening {
        Happening::Waiting { on: crate::Awaited::Author }
    }

    #[test]
    fn the_case_stands_as_it_stood() {
        let tagged = Happening::Tagged { added: vec!["lid".into()], removed: vec!["refund".into()] };
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        for steps in [vec![Happening::Claimed], vec![tagged], vec![closed, undone(2)], vec![waits()]] {
            let (before, mut history) = play(steps.clone());
            let (now, more) = play([steps, vec![undone(2)]].concat());
            history.extend(more.into_iter().last());
            assert_eq!(now.standing(), case().0.standing());
            assert_eq!((now.version, now.opened_at), (before.version + 1, before.opened_at));
            assert_eq!(Case::of_history(&history).expect("it replays"), Some(now));
        }
    }

    #[test]
    fn what_cannot_be_before_it_is_not_taken_back() {
        let check = |event: u32, is_possible: bool| {
            let (mut case, _) = play(vec![Happening::Claimed]);
            let before = case.clone();
            let event = case.next_event(Timestamp::UNIX_EPOCH, By::User(INES), undone(event));
            assert_eq!(case.apply(&event).is_ok(), is_possible);
            assert_eq!(case == before, !is_possible);
        };
        check(0, false);
        check(1, false);
        check(2, true);
        check(3, false);
        check(4, false);
    }

    #[test]
    fn what_was_taken_back_can_hold_again() {
        let check = |steps: Vec<Happening>, expected: &[u32]| {
            assert_eq!(taken_back(&play(steps).1), expected.iter().copied().collect());
        };
        check(vec![waits(), undone(2)], &[2]);
        check(vec![waits(), undone(2), undone(3)], &[3]);
        check(vec![waits(), undone(2), undone(3), undone(2)], &[2, 3]);
        check(vec![Happening::Claimed, waits(), undone(3), undone(2)], &[2, 3]);
        // Cut or with a gap, as observers read it.
        let (_, history) = play(vec![waits(), undone(2), waits(), undone(4)]);
        assert_eq!(taken_back(&history[2..]), [4].into());
    }

    #[test]
    fn a_deed_has_its_consequences() {
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        let reopened = Happening::Reopened { why: String::new() };
        let released = Happening::Released { why: "they left".into() };
        let steps = vec![Happening::Claimed, closed, reopened, released, undone(4)];
        let (_, mut history) = play(steps);
        let numbers = |history: &[Event], number| -> Vec<u32> {
            deed_of(history, number).iter().map(|event| event.number).collect()
        };
        assert_eq!(numbers(&history, 4), [4], "later, it is a deed of its own");
        history[4].at = history[3].at;
        assert_eq!((numbers(&history, 4), numbers(&history, 5)), (vec![4, 5], vec![4, 5]));
        assert_eq!((numbers(&history, 2), numbers(&history, 9)), (vec![2], vec![]));
        assert_eq!(taken_back(&history), [4, 5].into());
        history[4].by = By::User(TOM);
        assert_eq!(numbers(&history, 5), [5]);
    }

    #[test]
    fn entries_are_written_with_what_they_restore() {
        let (_, history) = play(vec![Happening::Snoozed { until: Timestamp::UNIX_EPOCH }, undone(2)]);
        let written = serde_json::to_value(&history[2]).expect("JSON");
        assert_eq!((&written["kind"], &written["event"]), (&"undone".into(), &2.into()));
        assert_eq!((&written["restored"]["owner"], &written["restored"]["state"]), (&"desk".into(), &"open".into()));
        for event in history {
            let written = serde_json::to_string(&event).expect("JSON");
            assert_eq!(serde_json::from_str::<Event>(&written).expect("read"), event);
        }
        let owned = crate::Standing {
            owner: Owner::User(TOM),
            state: CaseState::Snoozed { until: Timestamp::UNIX_EPOCH },
            ..case().0.standing()
        };
        let written = serde_json::to_string(&owned).expect("JSON");
        assert_eq!(serde_json::from_str::<crate::Standing>(&written).expect("read"), owned);
    }
}

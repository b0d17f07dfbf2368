//! The cord: who has had a case and for how long, who has it now, and who gets it next. A history has no gap, so the cord
//! has none.

use jiff::Timestamp;
use switchboard_app::cases::clocks::NextStep;
use switchboard_model::{Case, DepartmentId, Event, Happening, Owner};

use crate::pages::colleagues::Colleagues;
use crate::pages::words::{self, Age, When};

/// More stays than these are told as a number.
const SHOWN: usize = 6;

/// One stretch of the cord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stay {
    /// Who.
    pub(crate) who: String,
    /// How long, or until when.
    pub(crate) long: String,
    /// Since when, where it goes on.
    pub(crate) since: Option<When>,
    pub(crate) kind: StayKind,
    /// How much of the cord it takes, 1 to 9: minutes differ from weeks without hiding each other.
    pub(crate) share: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StayKind {
    /// Had it.
    Past,
    /// Several that had it.
    Gathered,
    /// Has it.
    Now,
    /// You have it.
    You,
    /// Is offered it.
    Offered,
    /// Is told if nothing happens.
    Next,
    /// Nobody any more: it is closed.
    Closed,
}

impl StayKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Gathered => "gathered",
            Self::Now => "now",
            Self::You => "you",
            Self::Offered => "offered",
            Self::Next => "next",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn is_now(self) -> bool {
        matches!(self, Self::Now | Self::You | Self::Closed)
    }
}

struct Stretch {
    who: String,
    is_you: bool,
    from: Timestamp,
    to: Timestamp,
}

/// The cord of a case with its whole history.
pub(crate) fn cord(
    case: &Case,
    events: &[Event],
    next: Option<NextStep>,
    colleagues: &Colleagues,
    now: Timestamp,
) -> Vec<Stay> {
    let stretches = stretches(case, events, colleagues);
    let last = stretches.len().saturating_sub(1);
    let mut stays: Vec<Stay> = Vec::with_capacity(stretches.len() + 1);
    for (index, stretch) in stretches.iter().enumerate() {
        let goes_on = index == last && !case.is_closed();
        let to = if goes_on { now } else { stretch.to };
        stays.push(Stay {
            who: stretch.who.clone(),
            long: long(stretch.from, to),
            since: goes_on.then(|| When::new(stretch.from, now)),
            kind: match (goes_on, stretch.is_you) {
                (true, true) => StayKind::You,
                (true, false) => StayKind::Now,
                (false, _) => StayKind::Past,
            },
            share: share(stretch.from, to),
        });
    }
    gather(&mut stays);
    if case.is_closed() {
        stays.push(Stay {
            who: t!("case-cord-closed").into_owned(),
            long: Age::new(case.changed_at, now).age,
            since: None,
            kind: StayKind::Closed,
            share: 2,
        });
    } else if let Some(offer) = &case.offer {
        let long = if offer.until > now {
            t!("case-cord-ends", when = Age::new(offer.until, now).age)
        } else {
            t!("case-cord-ending")
        };
        let long = long.into_owned();
        let who = t!("case-cord-offered", name = colleagues.offered_to(offer)).into_owned();
        stays.push(Stay { who, long, since: None, kind: StayKind::Offered, share: 5 });
    } else if let Some(next) = next {
        let who = t!("case-cord-told", name = colleagues.name(next.user)).into_owned();
        stays.push(Stay { who, long: When::new(next.at, now).clock, since: None, kind: StayKind::Next, share: 4 });
    }
    stays
}

fn stretches(case: &Case, events: &[Event], colleagues: &Colleagues) -> Vec<Stretch> {
    let who = |case: &Case| match case.owner {
        Owner::Desk => {
            let department = colleagues.department(case.department);
            (t!("case-cord-desk", department = department).into_owned(), false)
        }
        Owner::User(id) if colleagues.is_you(id) => (t!("words-you-first").into_owned(), true),
        Owner::User(id) => (colleagues.full_name(id), false),
    };
    let begin = |case: &Case, at: Timestamp| {
        let (who, is_you) = who(case);
        Stretch { who, is_you, from: at, to: at }
    };
    let replayed = events.split_first().and_then(|(first, rest)| Some((Case::open(first).ok()?, rest)));
    // A history that cannot be replayed is told by the operations; the picture then shows who has it.
    let Some((mut replayed, rest)) = replayed else { return vec![begin(case, case.opened_at)] };
    let mut stretches = vec![begin(&replayed, replayed.opened_at)];
    let mut holder = (replayed.department, replayed.owner);
    for event in rest {
        // Observers do not read notes, so numbers may be missing; notes change nothing.
        replayed.version = event.number.saturating_sub(1);
        let was_closed = replayed.is_closed();
        if replayed.apply(event).is_err() {
            return vec![begin(case, case.opened_at)];
        }
        let changed_hands = holder != held(&replayed);
        // It ended with an end, or with an end that holds again; one that was taken back was none.
        let ended = !was_closed && replayed.is_closed();
        if let Some(last) = stretches.last_mut()
            && (changed_hands || ended)
        {
            last.to = event.at;
        }
        // While it is closed nobody has it, so a case that begins again begins a new stay.
        if changed_hands || matches!(event.what, Happening::Reopened { .. } | Happening::Separated(_)) {
            holder = held(&replayed);
            stretches.push(begin(&replayed, event.at));
        }
    }
    stretches
}

fn held(case: &Case) -> (DepartmentId, Owner) {
    (case.department, case.owner)
}

/// Many stays become the first, the last ones, and a number between.
fn gather(stays: &mut Vec<Stay>) {
    if stays.len() <= SHOWN {
        return;
    }
    let gathered = stays.len() - (SHOWN - 1);
    let between = Stay {
        who: t!("case-cord-more", count = gathered).into_owned(),
        long: String::new(),
        since: None,
        kind: StayKind::Gathered,
        share: 2,
    };
    stays.splice(1..=gathered, [between]);
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    to.as_second().saturating_sub(from.as_second()).max(0).unsigned_abs()
}

fn long(from: Timestamp, to: Timestamp) -> String {
    words::long(seconds(from, to)).into_owned()
}

fn share(from: Timestamp, to: Timestamp) -> u8 {
    match seconds(from, to) {
        0..=59 => 1,
        60..=299 => 2,
        300..=899 => 3,
        900..=3_599 => 4,
        3_600..=14_399 => 5,
        14_400..=86_399 => 6,
        86_400..=259_199 => 7,
        259_200..=604_799 => 8,
        _ => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn shown(stays: &[Stay]) -> String {
        let words = stays.iter().map(|stay| format!("{} {} ({})", stay.who, stay.long, stay.kind.as_str()));
        words.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn the_cord_is_what_the_history_says() {
        let (case, events) = samples::case();
        let cord = cord(&case, &events, None, &samples::colleagues(), samples::now());
        assert_eq!(
            shown(&cord),
            "Service desk 4 min (past) | Ines Okafor 6 min (past) | You 9 min (you) | offered to Sales ends in 21 min (offered)"
        );
        assert_eq!(cord.iter().filter(|stay| stay.kind.is_now()).count(), 1, "exactly one has it");
    }

    #[test]
    fn who_is_told_next_stands_at_its_end() {
        let (case, events) = samples::unclaimed_case();
        let next = NextStep { at: samples::now(), user: case_head() };
        let cord = cord(&case, &events, Some(next), &samples::colleagues(), samples::now());
        let last = cord.last().expect("a stay");
        assert_eq!((last.kind, last.who.as_str()), (StayKind::Next, "then Ines Okafor is told"), "{last:?}");
    }

    fn case_head() -> switchboard_model::UserId {
        samples::colleagues().departments[0].head
    }

    #[test]
    fn a_closed_case_ends_its_cord() {
        let (case, events) = samples::closed_case();
        let cord = cord(&case, &events, None, &samples::colleagues(), samples::now());
        assert!(shown(&cord).ends_with("Closed 1 min ago (closed)"), "{}", shown(&cord));
    }

    #[test]
    fn an_end_that_was_taken_back_was_none() {
        let (mut case, mut events) = samples::closed_case();
        let undone = Happening::Undone {
            event: case.version,
            restored: Case::of_history(&events[..events.len() - 1]).expect("possible").expect("a case").standing(),
        };
        // An observer reads no notes; the numbers stay.
        events.retain(|event| !matches!(event.what, Happening::Noted { .. }));
        let event = case.next_event(case.changed_at, switchboard_model::By::Operator, undone);
        case.apply(&event).expect("possible");
        events.push(event);
        let open = cord(&samples::case().0, &samples::case().1, None, &samples::colleagues(), samples::now());
        let cord = cord(&case, &events, None, &samples::colleagues(), samples::now());
        assert_eq!(shown(&cord), shown(&open));
    }

    #[test]
    fn many_stays_are_gathered() {
        let stay = |who: usize| Stay {
            who: who.to_string(),
            long: String::new(),
            since: None,
            kind: StayKind::Past,
            share: 1,
        };
        let mut stays: Vec<Stay> = (1..=20).map(stay).collect();
        gather(&mut stays);
        let who: Vec<&str> = stays.iter().map(|stay| stay.who.as_str()).collect();
        assert_eq!(who, ["1", "15 more", "17", "18", "19", "20"]);
    }
}

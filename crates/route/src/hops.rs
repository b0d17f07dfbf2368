//! Who had a case, from its history: each department and owner in turn, and how much working time passed there.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Awaited, Case, CaseState, Contradiction, DepartmentId, Event, UserId};

use crate::calendar::Calendar;

/// Who had a case, and for how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// The department.
    pub department: DepartmentId,
    /// The user of it; `None` for its desk.
    pub owner: Option<UserId>,
    /// From when on.
    pub from: Timestamp,
    /// Until when; `None` for whoever has it.
    pub until: Option<Timestamp>,
    /// How much of that time counted by the hours of the department: neither closed nor waiting for the author.
    pub counted: SignedDuration,
}

/// Everybody who had a case, oldest first.
pub fn hops(
    history: &[Event],
    now: Timestamp,
    calendar: impl Fn(DepartmentId) -> Calendar,
) -> Result<Vec<Hop>, Contradiction> {
    let Some((first, rest)) = history.split_first() else { return Ok(Vec::new()) };
    let mut case = Case::open(first)?;
    let mut hops = vec![hop(&case, first.at)];
    let mut since = first.at;
    for event in rest {
        count(&mut hops, &case, since, event.at, &calendar);
        since = event.at;
        case.apply(event)?;
        let here = hop(&case, event.at);
        if let Some(last) = hops.last_mut()
            && (last.department, last.owner) != (here.department, here.owner)
        {
            last.until = Some(event.at);
            hops.push(here);
        }
    }
    count(&mut hops, &case, since, now, &calendar);
    Ok(hops)
}

fn hop(case: &Case, from: Timestamp) -> Hop {
    Hop { department: case.department, owner: case.owner.user(), from, until: None, counted: SignedDuration::ZERO }
}

fn count(
    hops: &mut [Hop],
    case: &Case,
    from: Timestamp,
    until: Timestamp,
    calendar: &impl Fn(DepartmentId) -> Calendar,
) {
    let waits = case.is_closed() || case.state == (CaseState::Waiting { on: Awaited::Author });
    if let Some(last) = hops.last_mut().filter(|_| !waits) {
        last.counted += calendar(case.department).between(from, until);
    }
}

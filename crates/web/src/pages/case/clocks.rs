//! Time on a case: clocks as they are drawn, and where the time went. A clock is a dial that empties and words; colour is
//! time alone: soon is amber, late the one filled red.

use std::borrow::Cow;

use jiff::Timestamp;
use switchboard_app::cases::clocks::{CaseClocks, CaseHop, RunningClock};
use switchboard_model::{Case, Due};

use super::wording;
use crate::pages::colleagues::Colleagues;
use crate::pages::words::{self, Age, When};

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClockView {
    /// "first answer".
    pub(crate) name: Cow<'static, str>,
    /// When it runs out.
    pub(crate) due: When,
    /// "6 min", "21 min late".
    pub(crate) left: String,
    /// Until when it is neither soon nor late, for the script.
    pub(crate) warn_at: String,
    pub(crate) since: String,
    /// `running`, `soon`, `late`.
    pub(crate) state: &'static str,
    /// How much of the dial is left, 0 to 100.
    pub(crate) share: i64,
}

impl ClockView {
    pub(crate) fn new(due: &Due, now: Timestamp) -> Self {
        let (at, since) = (due.at.as_second(), due.since.as_second());
        let left = at.saturating_sub(now.as_second());
        let long = words::long(left.unsigned_abs());
        let is_late = due.at <= now;
        Self {
            name: wording::clock(due.clock),
            due: When::new(due.at, now),
            left: if is_late { t!("case-clock-late", long = long) } else { long }.into_owned(),
            warn_at: due.warn_at.map(|at| at.to_string()).unwrap_or_default(),
            since: due.since.to_string(),
            state: match due.warn_at {
                _ if is_late => "late",
                Some(warn_at) if warn_at <= now => "soon",
                _ => "running",
            },
            share: (left.saturating_mul(100) / at.saturating_sub(since).max(1)).clamp(0, 100),
        }
    }

    /// The clock of a case that is drawn in its head: the one that runs out first.
    pub(crate) fn first(clocks: &CaseClocks, now: Timestamp) -> Option<Self> {
        clocks.running.iter().filter_map(due).min_by_key(|due| due.at).map(|due| Self::new(&due, now))
    }
}

fn due(clock: &RunningClock) -> Option<Due> {
    Some(Due { clock: clock.clock, at: clock.due_at?, since: clock.since, warn_at: clock.warn_at })
}

/// Everything about a case's time.
pub(crate) struct TimeView {
    /// The name of the service level.
    pub(crate) policy: Option<String>,
    pub(crate) running: Vec<ClockView>,
    /// Clocks that stand while somebody else has to act.
    pub(crate) standing: Vec<Cow<'static, str>>,
    /// Who had it, oldest first.
    pub(crate) hops: Vec<HopView>,
    /// How long of all that counted.
    pub(crate) counted: Cow<'static, str>,
}

/// Somebody who had it.
pub(crate) struct HopView {
    pub(crate) who: String,
    pub(crate) department: String,
    /// It is a user of a department other than the case's.
    pub(crate) is_elsewhere: bool,
    /// From the first to the last moment.
    pub(crate) long: Cow<'static, str>,
    /// What of it counted by the hours of the department.
    pub(crate) counted: Cow<'static, str>,
}

impl TimeView {
    pub(crate) fn new(case: &Case, clocks: &CaseClocks, colleagues: &Colleagues, now: Timestamp) -> Self {
        let stands = |clock: &&RunningClock| clock.due_at.is_none();
        let counted = clocks.hops.iter().map(|hop| hop.counted_s).sum::<i64>();
        Self {
            policy: clocks.policy.clone(),
            running: clocks.running.iter().filter_map(due).map(|due| ClockView::new(&due, now)).collect(),
            standing: clocks.running.iter().filter(stands).map(|clock| wording::clock(clock.clock)).collect(),
            hops: clocks.hops.iter().map(|hop| hop_view(case, hop, colleagues, now)).collect(),
            counted: words::long(counted.max(0).unsigned_abs()),
        }
    }
}

fn hop_view(case: &Case, hop: &CaseHop, colleagues: &Colleagues, now: Timestamp) -> HopView {
    let seconds = hop.until.unwrap_or(now).as_second().saturating_sub(hop.from.as_second());
    let department = colleagues.department(hop.department);
    HopView {
        who: match hop.owner {
            Some(user) if colleagues.is_you(user) => t!("words-you-first").into_owned(),
            Some(user) => colleagues.full_name(user),
            None => t!("case-cord-desk", department = department.as_str()).into_owned(),
        },
        department,
        is_elsewhere: hop.owner.is_some() && hop.department != case.department,
        long: words::long(seconds.max(0).unsigned_abs()),
        counted: words::long(hop.counted_s.max(0).unsigned_abs()),
    }
}

/// What the line below the list says of a clock: "First answer due 14:40."
pub(crate) fn says(due: &Due, now: Timestamp) -> Cow<'static, str> {
    let name = super::super::failure::sentence(&wording::clock(due.clock));
    let name = name.trim_end_matches('.');
    let when = When::new(due.at, now);
    if due.at <= now {
        t!("case-clock-was-due", clock = name, age = Age::new(due.at, now).age)
    } else {
        t!("case-clock-is-due", clock = name, clock_time = when.clock)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use switchboard_model::ClockKind;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn a_clock_says_how_much_is_left_and_how_late_it_is() {
        let now = samples::now();
        let check = |left_min: i64, state: &str, words: &str, share: i64| {
            let at = now + SignedDuration::from_mins(left_min);
            let due = Due {
                clock: ClockKind::FirstResponse,
                at,
                since: at - SignedDuration::from_mins(60),
                warn_at: Some(at - SignedDuration::from_mins(15)),
            };
            let view = ClockView::new(&due, now);
            assert_eq!((view.state, view.left.as_str(), view.share), (state, words, share), "{left_min} min");
        };
        check(30, "running", "30 min", 50);
        check(15, "soon", "15 min", 25);
        check(6, "soon", "6 min", 10);
        check(0, "late", "0 s late", 0);
        check(-21, "late", "21 min late", 0);
    }
}

//! The clocks of a case, from its history: what runs, since when, and when it runs out.
//!
//! A clock is a function of the history, the policies and the calendars as they are now. Nothing about it is kept but what
//! it did (a warning, a breach, a step further up), which stands in the history, so that each happens once. Time is lost
//! where it passes: what a case waited in one department counts by that department's hours, also after it has gone on.
//!
//! The clocks of a case that went into another one go on there: of each kind the one counts that runs out first.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{
    Awaited, Case, CaseId, CaseState, ClockKind, Contradiction, DepartmentId, EscalateTo, Event, Happening, SlaPolicy,
    UserId, taken_back,
};

use crate::calendar::Calendar;

/// A clock that runs on a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// The number of the event that started it.
    pub since: u32,
    /// When it was started.
    pub started_at: Timestamp,
    /// How long it may run.
    pub target: SignedDuration,
    /// When it runs out, or ran out. `None` while it stands before that, because somebody else has to act.
    pub due_at: Option<Timestamp>,
    /// When a warning is due.
    pub warn_at: Option<Timestamp>,
    /// What it has told already in another case, before that went into this one.
    rang: Rang,
    /// When each step of the chain is due.
    steps: Vec<(u32, EscalateTo, Option<Timestamp>)>,
}

/// All clocks of a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clocks {
    /// Those that run, by kind.
    pub running: Vec<Clock>,
    /// The name of the policy that they run by.
    pub policy: Option<String>,
}

/// Time that passed in one place.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    from: Timestamp,
    /// `None` for the last one, which goes on.
    until: Option<Timestamp>,
    department: DepartmentId,
    /// Nothing counts: it waits for the author.
    stands: bool,
}

#[derive(Debug, Clone)]
struct Run {
    since: u32,
    segments: Vec<Segment>,
    rang: Rang,
}

/// What a clock has told.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rang {
    warned: bool,
    breached: bool,
    steps: BTreeSet<u32>,
}

impl Rang {
    /// What a history tells of the clock of that kind that was started by the event of that number.
    fn add(&mut self, history: &[Event], of: ClockKind, started: u32) {
        for event in history {
            match event.what {
                Happening::ClockWarned { clock, since, .. } if (clock, since) == (of, started) => self.warned = true,
                Happening::ClockBreached { clock, since, .. } if (clock, since) == (of, started) => {
                    self.breached = true;
                }
                Happening::Escalated { clock, since, step, .. } if (clock, since) == (of, started) => {
                    self.steps.insert(step);
                }
                _ => {}
            }
        }
    }
}

/// One for each kind, in the order of [`ClockKind::ALL`].
type Runs = [Option<Run>; 3];

impl Clocks {
    /// The clocks of a history, as they stand after it. `merged` holds the histories of the cases that went into it.
    pub fn of(
        history: &[Event],
        merged: &Histories,
        policies: &[SlaPolicy],
        calendar: impl Fn(DepartmentId) -> Calendar,
    ) -> Result<Self, Contradiction> {
        let Some(played) = play(history, merged)? else { return Ok(Self::default()) };
        if played.case.merged_into.is_some() {
            return Ok(Self::default());
        }
        let find = |case: &Case| policies.iter().find(|policy| policy.is_about(case));
        let own = find(&played.case);
        let mut running: [Option<Clock>; 3] = [None, None, None];
        let stories = std::iter::once((own, &played.runs));
        let stories = stories.chain(played.carried.iter().map(|carried| (find(&carried.like), &carried.runs)));
        for (policy, runs) in stories {
            let Some(policy) = policy else { continue };
            for ((kind, run), known) in ClockKind::ALL.into_iter().zip(runs).zip(&mut running) {
                let Some(clock) = run.as_ref().and_then(|run| clock(kind, run, policy, &calendar)) else { continue };
                let is_first = known.as_ref().is_none_or(|known| match (clock.due_at, known.due_at) {
                    (Some(due), Some(known)) => due < known,
                    (due, known) => due.is_some() && known.is_none(),
                });
                if is_first {
                    *known = Some(clock);
                }
            }
        }
        Ok(Self { running: running.into_iter().flatten().collect(), policy: own.map(|policy| policy.name.clone()) })
    }

    /// The clock that runs out first.
    pub fn next(&self) -> Option<&Clock> {
        self.running.iter().filter(|clock| clock.due_at.is_some()).min_by_key(|clock| clock.due_at)
    }

    /// The next step further up that is still to come: when, and to whom.
    pub fn next_step(&self, now: Timestamp) -> Option<(Timestamp, EscalateTo)> {
        let steps = self.running.iter().flat_map(|clock| &clock.steps);
        let to_come = steps.filter_map(|(_, to, at)| at.filter(|at| *at > now).map(|at| (at, *to)));
        to_come.min_by_key(|(at, _)| *at)
    }

    /// What the clocks have to do by now that the history does not tell yet, and when they have something to do next.
    /// `who` names whom a step goes to; a step that goes to nobody is passed over.
    pub fn ring(
        &self,
        history: &[Event],
        now: Timestamp,
        who: impl Fn(EscalateTo) -> Option<UserId>,
    ) -> (Vec<Happening>, Option<Timestamp>) {
        let (mut happens, mut next): (Vec<(Timestamp, Happening)>, Option<Timestamp>) = (Vec::new(), None);
        let mut look = |at: Option<Timestamp>, is_done: bool, what: &dyn Fn() -> Option<Happening>| match at {
            Some(at) if !is_done && at <= now => happens.extend(what().map(|what| (at, what))),
            Some(at) if !is_done => next = Some(next.map_or(at, |next| next.min(at))),
            _ => {}
        };
        for clock in &self.running {
            let (kind, number) = (clock.kind, clock.since);
            let mut rang = clock.rang.clone();
            rang.add(history, kind, number);
            if let Some(due) = clock.due_at {
                // Who reads of the breach needs no warning of it.
                look(clock.warn_at, rang.warned || rang.breached || due <= now, &|| {
                    Some(Happening::ClockWarned { clock: kind, since: number, due })
                });
                look(Some(due), rang.breached, &|| Some(Happening::ClockBreached { clock: kind, since: number, due }));
            }
            for (step, to, at) in &clock.steps {
                let to = who(*to);
                look(*at, rang.steps.contains(step) || to.is_none(), &|| {
                    Some(Happening::Escalated { clock: kind, since: number, step: *step, to: to? })
                });
            }
        }
        happens.sort_by_key(|(at, _)| *at);
        (happens.into_iter().map(|(_, what)| what).collect(), next)
    }
}

/// The clock of a run by a policy.
fn clock(kind: ClockKind, run: &Run, policy: &SlaPolicy, calendar: impl Fn(DepartmentId) -> Calendar) -> Option<Clock> {
    let hours = |department| if policy.in_business_hours { calendar(department) } else { Calendar::always() };
    let target = SignedDuration::from_mins(i64::from(policy.targets.of(kind)?));
    let part = target.as_millis() * i128::from(policy.warn_at_percent.min(100)) / 100;
    let warning = SignedDuration::from_millis(i64::try_from(part).unwrap_or(i64::MAX));
    let steps = (1u32..).zip(&policy.escalation).map(|(number, step)| {
        let after = target + SignedDuration::from_mins(i64::from(step.after_min));
        (number, step.to, moment(&run.segments, after, &hours))
    });
    Some(Clock {
        kind,
        since: run.since,
        started_at: run.segments.first()?.from,
        target,
        due_at: moment(&run.segments, target, &hours),
        warn_at: moment(&run.segments, warning, &hours),
        rang: run.rang.clone(),
        steps: steps.collect(),
    })
}

/// What a history makes of a case and its clocks.
struct Played {
    case: Case,
    runs: Runs,
    author_waits: bool,
    /// What came with the cases that are in it.
    carried: Vec<Carried>,
}

/// The clocks of a case that went into another one.
struct Carried {
    /// The number of the event by which it came.
    event: u32,
    /// The case as it was then: what was promised of it.
    like: Case,
    runs: Runs,
}

impl Carried {
    /// They go on from an event by the hours of where the case is by now.
    fn go_on(&mut self, case: &Case, event: &Event) {
        // That the other one ended in a third is no end: there they go on, and here once it is taken apart.
        if case.merged_into.is_some() {
            return;
        }
        let is_answered = matches!(event.what, Happening::ReplySent { .. });
        for (kind, run) in ClockKind::ALL.into_iter().zip(&mut self.runs) {
            match run {
                Some(_) if case.is_closed() || (is_answered && kind != ClockKind::Resolution) => *run = None,
                Some(run) => run.go_on(case, event),
                None => {}
            }
        }
    }
}

impl Run {
    fn go_on(&mut self, case: &Case, event: &Event) {
        let stands = case.state == (CaseState::Waiting { on: Awaited::Author });
        let here = Segment { from: event.at, until: None, department: case.department, stands };
        match self.segments.last_mut() {
            Some(last) if (last.department, last.stands) == (here.department, here.stands) => {}
            Some(last) => {
                last.until = Some(event.at);
                self.segments.push(here);
            }
            None => self.segments.push(here),
        }
    }
}

/// The histories of cases that went into others.
pub type Histories = BTreeMap<CaseId, Vec<Event>>;

/// The case after its history, and the runs of its clocks.
fn play(history: &[Event], merged: &Histories) -> Result<Option<Played>, Contradiction> {
    let Some((first, rest)) = history.split_first() else { return Ok(None) };
    let case = Case::open(first)?;
    let mut played = Played { case, runs: [None, None, None], author_waits: false, carried: Vec::new() };
    turn(&mut played.runs, &played.case, false, first);
    // What is written together with the end of a merge or a split was said before it.
    let mut separated_at = None;
    // An end that was taken back was none: clocks went on.
    let taken_back = taken_back(history);
    let mut has_ended = false;
    for event in rest {
        let case = &mut played.case;
        case.apply(event)?;
        played.carried.iter_mut().for_each(|carried| carried.go_on(case, event));
        match &event.what {
            Happening::Closed { .. } if taken_back.contains(&event.number) => {
                has_ended = true;
                continue;
            }
            Happening::Undone { .. } => has_ended = false,
            Happening::Joined { is_ours: false, .. } if separated_at == Some((event.at, event.by)) => {}
            Happening::Joined { is_ours: false, .. } => played.author_waits = case.replied_at.is_some(),
            Happening::ReplySent { .. } | Happening::Closed { .. } => played.author_waits = false,
            Happening::Separated(separated) => {
                played.author_waits = separated.waits.unwrap_or(played.author_waits);
                separated_at = Some((event.at, event.by));
            }
            Happening::SplitFrom { waits: Some(waits), .. } => {
                played.author_waits = *waits;
                separated_at = Some((event.at, event.by));
            }
            Happening::Merged(other) => {
                let other_history = merged.get(&other.other).map(Vec::as_slice).unwrap_or_default();
                let end = other_history.partition_point(|event| event.number < other.version);
                if let Some(story) = play(other_history.get(..end).unwrap_or_default(), merged)? {
                    let own = Carried { event: event.number, like: story.case, runs: story.runs };
                    for mut carried in std::iter::once(own).chain(story.carried) {
                        carried.event = event.number;
                        // What rang there does not ring again here, where the clock has another number.
                        for (kind, run) in ClockKind::ALL.into_iter().zip(&mut carried.runs) {
                            let Some(run) = run else { continue };
                            run.rang.add(other_history.get(..end).unwrap_or_default(), kind, run.since);
                            run.since = event.number;
                        }
                        carried.go_on(case, event);
                        played.carried.push(carried);
                    }
                }
            }
            Happening::TakenApart(apart) => played.carried.retain(|carried| carried.event != apart.event),
            _ => {}
        }
        if !has_ended {
            turn(&mut played.runs, &played.case, played.author_waits, event);
        }
    }
    Ok(Some(played))
}

/// Starts, stops and stands clocks as the case is after an event. One that is in another case goes on: that it ended there
/// is no end.
fn turn(runs: &mut Runs, case: &Case, author_waits: bool, event: &Event) {
    let stands = case.state == (CaseState::Waiting { on: Awaited::Author });
    for (kind, run) in ClockKind::ALL.into_iter().zip(runs) {
        if case.merged_into.is_some() {
            continue;
        }
        let is_wanted = !case.is_closed()
            && match kind {
                ClockKind::FirstResponse => case.replied_at.is_none(),
                ClockKind::NextResponse => author_waits,
                ClockKind::Resolution => true,
            };
        let here = Segment { from: event.at, until: None, department: case.department, stands };
        match run {
            _ if !is_wanted => *run = None,
            None => *run = Some(Run { since: event.number, segments: vec![here], rang: Rang::default() }),
            Some(run) => run.go_on(case, event),
        }
    }
}

/// When so much time has been counted; `None` while nothing counts before that.
fn moment(segments: &[Segment], time: SignedDuration, hours: &impl Fn(DepartmentId) -> Calendar) -> Option<Timestamp> {
    let mut left = time;
    for segment in segments.iter().filter(|segment| !segment.stands) {
        let calendar = hours(segment.department);
        let Some(until) = segment.until else { return calendar.after(segment.from, left) };
        let worked = calendar.between(segment.from, until);
        if worked >= left {
            return calendar.after(segment.from, left);
        }
        left -= worked;
    }
    None
}

#[cfg(test)]
mod tests {
    use switchboard_model::{
        Assessment, By, CaseId, Duty, DutyHours, EscalationStep, Merged, Offer, Opening, Outcome, Owner, Priority,
        ReplyId, Separated, SlaPolicyId, SlaTargets, Standing, TakenApart, TransferReason, Visibility,
    };
    use uuid::Uuid;

    use super::*;

    const SERVICE: DepartmentId = DepartmentId(Uuid::from_u128(1));
    const SALES: DepartmentId = DepartmentId(Uuid::from_u128(2));
    const INES: UserId = UserId(Uuid::from_u128(1));
    const TOM: UserId = UserId(Uuid::from_u128(2));
    const HEAD: UserId = UserId(Uuid::from_u128(9));

    /// Minutes after Monday 2026-12-21, nine o'clock.
    fn at(minutes: i64) -> Timestamp {
        let monday: Timestamp = "2026-12-21T09:00:00Z".parse().expect("a time");
        monday + SignedDuration::from_mins(minutes)
    }

    fn policy() -> SlaPolicy {
        SlaPolicy {
            id: SlaPolicyId(Uuid::nil()),
            name: "everybody".into(),
            departments: Vec::new(),
            networks: Vec::new(),
            least_priority: 0,
            tag: None,
            targets: SlaTargets {
                first_response_min: Some(60),
                next_response_min: Some(120),
                resolution_min: Some(600),
                accept_min: None,
            },
            in_business_hours: true,
            warn_at_percent: 50,
            escalation: vec![EscalationStep { after_min: 30, to: EscalateTo::Head }],
        }
    }

    /// Sales works from nine to five, Service at all times.
    fn calendar(department: DepartmentId) -> Calendar {
        if department == SERVICE {
            return Calendar::always();
        }
        let hours = (1..=5).map(|day| DutyHours { day, from: 540, to: 1020 }).collect();
        Calendar::new(&Duty(hours), "UTC", [])
    }

    fn history(department: DepartmentId, steps: &[(i64, By, Happening)]) -> Vec<Event> {
        let opening = Happening::Opened(Opening {
            post: 1,
            network: "x".into(),
            visibility: Visibility::Public,
            department,
            priority: Priority { score: 40, parts: Vec::new() },
            tags: Vec::new(),
            rules: Vec::new(),
            why: String::new(),
            why_here: String::new(),
            risk: Assessment::default(),
            involved: Vec::new(),
            owner: None,
            proposal: None,
        });
        let all = std::iter::once((0, By::Rules, opening)).chain(steps.iter().cloned());
        all.zip(1..)
            .map(|((minutes, by, what), number)| Event {
                case: CaseId(1),
                number,
                at: at(minutes),
                by,
                via: None,
                what,
            })
            .collect()
    }

    fn due(history: &[Event]) -> Vec<(ClockKind, Option<Timestamp>)> {
        let clocks = Clocks::of(history, &Histories::new(), &[policy()], calendar).expect("a history");
        clocks.running.iter().map(|clock| (clock.kind, clock.due_at)).collect()
    }

    fn sent() -> Happening {
        Happening::ReplySent { reply: ReplyId(Uuid::nil()), url: None }
    }

    fn wrote() -> Happening {
        Happening::Joined { post: 2, is_ours: false }
    }

    fn waits() -> Happening {
        Happening::Waiting { on: Awaited::Author }
    }

    use ClockKind::{FirstResponse, NextResponse, Resolution};

    #[test]
    fn clocks_start_and_stop_with_what_is_said() {
        let ines = By::User(INES);
        let check = |steps: &[(i64, By, Happening)], expected: &[(ClockKind, Option<i64>)]| {
            let expected: Vec<_> = expected.iter().map(|(kind, minutes)| (*kind, minutes.map(at))).collect();
            assert_eq!(due(&history(SERVICE, steps)), expected, "{steps:?}");
        };
        check(&[], &[(FirstResponse, Some(60)), (Resolution, Some(600))]);
        check(&[(20, By::Outbox, sent())], &[(Resolution, Some(600))]);
        check(&[(5, By::Author, wrote())], &[(FirstResponse, Some(60)), (Resolution, Some(600))]);
        let answered = [(20, By::Outbox, sent()), (30, By::Author, wrote()), (40, By::Author, wrote())];
        check(&answered, &[(NextResponse, Some(150)), (Resolution, Some(600))]);
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        check(&[(20, ines, closed.clone())], &[]);
        let reopened = Happening::Reopened { why: String::new() };
        let again =
            [(20, By::Outbox, sent()), (25, ines, closed), (90, By::Author, wrote()), (90, By::Author, reopened)];
        check(&again, &[(NextResponse, Some(210)), (Resolution, Some(690))]);
    }

    #[test]
    fn an_end_that_was_taken_back_was_none() {
        let ines = By::User(INES);
        let closed = Happening::Closed { outcome: Outcome::Thanked, reason: String::new() };
        let restored = Standing {
            department: SERVICE,
            owner: Owner::Desk,
            state: CaseState::Open,
            priority: Priority { score: 40, parts: Vec::new() },
            tags: Vec::new(),
            offer: None,
        };
        let undone = |event| Happening::Undone { event, restored: restored.clone() };
        let waiting = [(20, By::Outbox, sent()), (30, By::Author, wrote())];
        let and = |more: &[(i64, By, Happening)]| history(SERVICE, &[&waiting, more].concat());
        let goes_on = due(&and(&[]));
        assert_eq!(goes_on, [(NextResponse, Some(at(150))), (Resolution, Some(at(600)))]);
        let (ends, back) = ((40, ines, closed.clone()), (45, ines, undone(4)));
        assert_eq!(due(&and(&[ends.clone(), back.clone()])), goes_on);
        // Closed again: now it is.
        assert_eq!(due(&and(&[ends, back, (50, ines, closed)])), []);
    }

    #[test]
    fn clocks_stand_while_the_author_is_waited_for() {
        let ines = By::User(INES);
        let resumed = Happening::Resumed { why: String::new() };
        let standing = history(SERVICE, &[(10, ines, waits())]);
        assert_eq!(due(&standing), [(FirstResponse, None), (Resolution, None)]);
        let resumed = history(SERVICE, &[(10, ines, waits()), (70, By::Author, resumed)]);
        assert_eq!(due(&resumed), [(FirstResponse, Some(at(120))), (Resolution, Some(at(660)))]);
        let late = history(SERVICE, &[(90, ines, waits())]);
        assert_eq!(due(&late)[0], (FirstResponse, Some(at(60))), "what ran out before stays so");
        let colleague = Happening::Waiting { on: Awaited::Colleague };
        assert_eq!(due(&history(SERVICE, &[(10, ines, colleague)]))[0], (FirstResponse, Some(at(60))));
    }

    #[test]
    fn each_department_counts_by_its_hours() {
        // Opened at 16:30 in Sales: half an hour until five, half an hour from nine on.
        let late = 450;
        let mut sales = history(SALES, &[]);
        sales[0].at = at(late);
        assert_eq!(due(&sales)[0], (FirstResponse, Some(at(24 * 60 + 30))));
        let offer = Offer {
            department: SERVICE,
            user: None,
            reason: TransferReason::NotOurs,
            note: "n".into(),
            until: at(900),
            keeps_watching: false,
        };
        let steps =
            [(late, By::User(INES), Happening::Offered(offer)), (late + 90, By::User(TOM), Happening::Accepted)];
        let mut moved = history(SALES, &steps);
        moved[0].at = at(late);
        // Half an hour was lost in Sales, the rest runs in Service, which never closes.
        assert_eq!(due(&moved)[0], (FirstResponse, Some(at(late + 90 + 30))));
        let hops = crate::hops::hops(&moved, at(late + 100), calendar).expect("a history");
        let told: Vec<_> = hops.iter().map(|hop| (hop.department, hop.owner, hop.counted.as_mins())).collect();
        assert_eq!(told, [(SALES, None, 30), (SERVICE, Some(TOM), 10)]);
    }

    #[test]
    fn what_a_clock_does_it_does_once_and_in_order() {
        let history = history(SERVICE, &[]);
        let clocks = Clocks::of(&history, &Histories::new(), &[policy()], calendar).expect("a history");
        let head = |_| Some(HEAD);
        let ring = |history: &[Event], minutes: i64| clocks.ring(history, at(minutes), head);
        assert_eq!(ring(&history, 10), (vec![], Some(at(30))));
        let (warned, next) = ring(&history, 30);
        assert_eq!(
            (warned.as_slice(), next),
            (&[Happening::ClockWarned { clock: FirstResponse, since: 1, due: at(60) }][..], Some(at(60)))
        );
        // After a long sleep nobody is warned of what is over; everything else comes in its order.
        let (all, next) = ring(&history, 95);
        let kinds: Vec<_> = all.iter().map(Happening::kind).collect();
        assert_eq!((kinds.as_slice(), next), (&["clock_breached", "escalated"][..], Some(at(300))));
        let mut told = history.clone();
        let mut case = Case::open(&history[0]).expect("opens");
        for what in all {
            let event = case.next_event(at(95), By::Timer, what);
            case.apply(&event).expect("follows");
            told.push(event);
        }
        assert_eq!(case.watchers, [HEAD], "whoever is told follows it");
        let after = Clocks::of(&told, &Histories::new(), &[policy()], calendar).expect("a history");
        assert_eq!(after.ring(&told, at(95), head), (vec![], Some(at(300))));
        assert_eq!(clocks.ring(&history, at(95), |_| None).0.len(), 1, "a step to nobody is passed over");
    }

    #[test]
    fn of_two_cases_that_are_one_the_earlier_clock_counts() {
        let sent = Happening::ReplySent { reply: ReplyId(Uuid::nil()), url: None };
        let other = history(SERVICE, &[]);
        let other: Vec<Event> = other.into_iter().map(|event| Event { case: CaseId(2), ..event }).collect();
        let merged_at = |minutes: i64, steps: &[(i64, By, Happening)]| {
            let mut late = history(SERVICE, &[]);
            late[0].at = at(40);
            let mut case = Case::open(&late[0]).expect("opens");
            let whole = case.with(&Case::open(&other[0]).expect("opens"));
            let merged = Merged { other: CaseId(2), version: 2, whole, why: String::new() };
            let merged = (minutes, By::User(INES), Happening::Merged(Box::new(merged)));
            for (minutes, by, what) in std::iter::once(merged).chain(steps.iter().cloned()) {
                let event = case.next_event(at(minutes), by, what);
                case.apply(&event).expect("possible");
                late.push(event);
            }
            (case, late)
        };
        let due = |history: &[Event]| -> Vec<_> {
            let merged = Histories::from([(CaseId(2), other.clone())]);
            let clocks = Clocks::of(history, &merged, &[policy()], calendar).expect("a history");
            clocks.running.iter().map(|clock| (clock.kind, clock.since, clock.due_at)).collect()
        };
        let (case, late) = merged_at(50, &[]);
        assert_eq!(due(&late), [(FirstResponse, 2, Some(at(60))), (Resolution, 2, Some(at(600)))]);
        assert_eq!(due(&late[..1]), [(FirstResponse, 1, Some(at(100))), (Resolution, 1, Some(at(640)))]);
        assert_eq!(due(&merged_at(50, &[(55, By::Outbox, sent)]).1), [(Resolution, 2, Some(at(600)))]);
        let whole = switchboard_model::without(&late, 2, 1).expect("known");
        let apart = TakenApart { event: 2, other: CaseId(2), whole };
        let apart = case.next_event(at(58), By::User(INES), Happening::TakenApart(Box::new(apart)));
        let apart: Vec<Event> = late.iter().cloned().chain([apart]).collect();
        assert_eq!(due(&apart), due(&late[..1]), "the clocks of each are its own again");
        // The other one stands still only where it is listed: taken out, its clocks have run all the time.
        let mut gone = other.clone();
        let mut case = Case::open(&gone[0]).expect("opens");
        let restored = case.standing();
        let separated = Separated {
            event: 2,
            from: CaseId(1),
            restored,
            newest_post: 1,
            replied_at: None,
            waits: None,
            outreaches: Vec::new(),
        };
        for (minutes, what) in
            [(50, Happening::MergedInto { into: CaseId(1) }), (58, Happening::Separated(Box::new(separated)))]
        {
            let event = case.next_event(at(minutes), By::User(INES), what);
            case.apply(&event).expect("possible");
            gone.push(event);
        }
        assert_eq!(due(&gone[..2]), []);
        assert_eq!(due(&gone), [(FirstResponse, 1, Some(at(60))), (Resolution, 1, Some(at(600)))]);
    }

    #[test]
    fn what_rang_in_a_case_that_went_into_another_rings_no_more() {
        let mut other: Vec<Event> =
            history(SERVICE, &[]).into_iter().map(|event| Event { case: CaseId(2), ..event }).collect();
        let mut gone = Case::open(&other[0]).expect("opens");
        let clocks = Clocks::of(&other, &Histories::new(), &[policy()], calendar).expect("a history");
        for what in clocks.ring(&other, at(95), |_| Some(HEAD)).0 {
            let event = gone.next_event(at(95), By::Timer, what);
            gone.apply(&event).expect("follows");
            other.push(event);
        }
        let mut history = history(SERVICE, &[]);
        history[0].at = at(90);
        let case = Case::open(&history[0]).expect("opens");
        let merged = Merged { other: gone.id, version: gone.version + 1, whole: case.with(&gone), why: String::new() };
        history.push(case.next_event(at(100), By::User(INES), Happening::Merged(Box::new(merged))));
        let merged = Histories::from([(CaseId(2), other)]);
        let clocks = Clocks::of(&history, &merged, &[policy()], calendar).expect("a history");
        assert_eq!(clocks.next().map(|clock| (clock.since, clock.due_at)), Some((2, Some(at(60)))));
        let (rings, next) = clocks.ring(&history, at(110), |_| Some(HEAD));
        assert_eq!((rings, next), (vec![], Some(at(300))), "it was told of all that");
    }

    #[test]
    fn a_part_that_was_answered_starts_no_clock_by_a_split() {
        let split = |waits| {
            let from = Happening::SplitFrom { other: CaseId(9), replied_at: Some(at(5)), waits };
            let joined = Happening::Joined { post: 8, is_ours: false };
            let split = [(40, By::User(INES), from), (40, By::User(INES), joined)];
            due(&history(SERVICE, &split)).iter().map(|(kind, _)| *kind).collect::<Vec<_>>()
        };
        assert_eq!(split(Some(false)), [Resolution]);
        assert_eq!(split(Some(true)), [NextResponse, Resolution]);
    }

    #[test]
    fn the_first_policy_that_is_about_a_case_counts() {
        let history = history(SERVICE, &[]);
        let of = |policies: &[SlaPolicy]| {
            Clocks::of(&history, &Histories::new(), policies, calendar).expect("a history").policy
        };
        let urgent = SlaPolicy { name: "urgent".into(), least_priority: 41, ..policy() };
        let other = SlaPolicy { name: "other".into(), departments: vec![SALES], ..policy() };
        let tagged = SlaPolicy { name: "tagged".into(), tag: Some("vip".into()), ..policy() };
        assert_eq!(of(&[urgent.clone(), other, tagged, policy()]).as_deref(), Some("everybody"));
        assert_eq!(of(&[urgent]), None);
    }
}

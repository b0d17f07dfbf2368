//! The clocks of cases: wound after whatever happens, and rung when they have something to do.
//!
//! What clocks there are follows from the history, the service levels and the calendars (`switchboard_route::sla`). It is
//! worked out anew after each event, by a consumer of the feed, and kept beside the case for lists and timers; so it may
//! lag behind a moment and never be wrong for long, also after a crash.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use switchboard_model::{
    By, CaseId, CaseState, ClockKind, DepartmentId, Due, EscalateTo, Event, Happening, Owner, UserId,
};
use switchboard_route::calendar::Calendar;
use switchboard_route::hops::{Hop, hops};
use switchboard_route::sla::{Clock, Clocks, Histories};
use switchboard_store::CaseClock;

use super::CaseError;
use super::wait::counts_at;
use crate::App;
use crate::notices::Notice;
use crate::people::People;

/// What it is called as a consumer of the feed.
const CONSUMER: &str = "clocks";

/// Events that are read together.
const EVENTS: u32 = 500;

/// Cases whose clocks are wound together.
const CASES: u32 = 200;

/// Somebody who has just done something on a case is at work, whatever their hours say.
const AT_WORK: jiff::SignedDuration = jiff::SignedDuration::from_mins(30);

/// The clocks of a case and where its time went, as they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CaseClocks {
    /// The name of the service level that they run by.
    pub policy: Option<String>,
    /// Those that run.
    pub running: Vec<RunningClock>,
    /// The next step further up, if nothing happens before.
    pub next_step: Option<NextStep>,
    /// Everybody who had it, oldest first.
    pub hops: Vec<CaseHop>,
}

/// A clock that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RunningClock {
    /// Which.
    pub clock: ClockKind,
    /// When it was started.
    pub since: Timestamp,
    /// How many minutes it may run.
    pub target_min: i64,
    /// When it runs out, or ran out; `None` while it stands because somebody else has to act.
    pub due_at: Option<Timestamp>,
    /// From when on it is soon.
    pub warn_at: Option<Timestamp>,
}

/// Who is told when, if nothing happens before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub user: UserId,
}

/// Somebody who had a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CaseHop {
    /// The department.
    pub department: DepartmentId,
    /// The user of it; `None` for its desk.
    pub owner: Option<UserId>,
    /// From when on.
    pub from: Timestamp,
    /// Until when; `None` for whoever has it.
    pub until: Option<Timestamp>,
    /// How many seconds of that counted: within the department's hours, and neither closed nor waiting for the author.
    pub counted_s: i64,
}

impl App {
    /// Winds the clocks of all cases that something has happened to since the last time. Answers how many those were.
    pub async fn wind_clocks(&self) -> Result<usize, CaseError> {
        let mut place = match self.store.feed_place(CONSUMER).await? {
            Some(place) => place,
            None => self.wind_all_clocks().await?,
        };
        let mut wound = 0;
        loop {
            let events = self.store.event_feed(place, EVENTS).await?;
            let Some(last) = events.last().map(|entry| entry.place) else { return Ok(wound) };
            let cases: Vec<CaseId> = events.iter().map(|entry| entry.event.case).collect();
            let clocks = self.read_clocks(&cases).await?;
            wound += clocks.len();
            for case in self.store.set_clocks(&clocks, Some((CONSUMER, last))).await? {
                self.notices.tell(Notice::Clock(case));
            }
            place = last;
        }
    }

    /// Winds the clocks of every case that is not closed: service levels, calendars or departments have changed, or nobody
    /// has ever done it. Answers the place in the feed up to which that counts.
    pub async fn wind_all_clocks(&self) -> Result<i64, CaseError> {
        let place = self.store.newest_feed_place().await?;
        let mut after = CaseId(0);
        loop {
            let cases = self.store.open_cases(after, CASES).await?;
            let Some(last) = cases.last() else { break };
            after = *last;
            let clocks = self.read_clocks(&cases).await?;
            self.store.set_clocks(&clocks, None).await?;
        }
        self.store.set_feed_place(CONSUMER, place).await?;
        Ok(place)
    }

    /// The clocks that run on a case, and who had it for how long.
    pub async fn clocks_of(&self, id: CaseId) -> Result<(Clocks, Vec<Hop>), CaseError> {
        let history = self.store.case_events(id).await?;
        self.read_history(&history).await
    }

    /// The clocks of a whole history that was read already, as they are shown.
    pub(super) async fn read_clocks_of(&self, history: &[Event]) -> Result<CaseClocks, CaseError> {
        let (clocks, hops) = self.read_history(history).await?;
        let people = self.people();
        let step = clocks.next_step(self.now());
        let next_step = step.and_then(|(at, to)| Some(NextStep { at, user: escalate_to(&people, history, to)? }));
        let running = clocks.running.iter().map(|clock| RunningClock {
            clock: clock.kind,
            since: clock.started_at,
            target_min: clock.target.as_mins(),
            due_at: clock.due_at,
            warn_at: clock.warn_at,
        });
        let hops = hops.into_iter().map(|hop| CaseHop {
            department: hop.department,
            owner: hop.owner,
            from: hop.from,
            until: hop.until,
            counted_s: hop.counted.as_secs(),
        });
        Ok(CaseClocks { running: running.collect(), hops: hops.collect(), policy: clocks.policy, next_step })
    }

    /// The same for a whole history that was read already.
    pub(crate) async fn read_history(&self, history: &[Event]) -> Result<(Clocks, Vec<Hop>), CaseError> {
        let merged = self.merged_histories([history]).await?;
        let people = self.people();
        let calendar = |department| people.calendar_of_department(department);
        let clocks = Clocks::of(history, &merged, people.sla(), calendar).map_err(CaseError::Cannot)?;
        let hops = hops(history, self.now(), calendar).map_err(CaseError::Cannot)?;
        Ok((clocks, hops))
    }

    /// The histories of the cases that went into those of these histories.
    async fn merged_histories<'a>(
        &self,
        histories: impl IntoIterator<Item = &'a [Event]>,
    ) -> Result<Histories, CaseError> {
        let mut wanted: Vec<CaseId> = histories.into_iter().flat_map(merged_in).collect();
        let mut known = Histories::new();
        while !wanted.is_empty() {
            wanted.sort();
            wanted.dedup();
            let found = self.store.histories(&wanted).await?;
            let more = found.values().flat_map(|history| merged_in(history));
            wanted = more.filter(|id| !known.contains_key(id) && !found.contains_key(id)).collect();
            known.extend(found);
        }
        Ok(known)
    }

    async fn read_clocks(&self, cases: &[CaseId]) -> Result<Vec<CaseClock>, CaseError> {
        let (people, now) = (self.people(), self.now());
        let mut calendars: BTreeMap<DepartmentId, Calendar> = BTreeMap::new();
        for department in people.departments().iter() {
            calendars.insert(department.id, people.calendar_of_department(department.id));
        }
        let calendar = |id| calendars.get(&id).cloned().unwrap_or_else(Calendar::always);
        let formula = people.formula();
        let mut wound = Vec::new();
        let histories = self.store.histories(cases).await?;
        let merged = self.merged_histories(histories.values().map(Vec::as_slice)).await?;
        for (case, history) in histories {
            // One history that contradicts itself is named and stops no other clock.
            let clocks = Clocks::of(&history, &merged, people.sla(), calendar).unwrap_or_else(|error| {
                tracing::error!(case.id = %case, %error, "the clocks of a case cannot be read");
                Clocks::default()
            });
            let who = |to| escalate_to(&people, &history, to);
            let (due_now, next) = clocks.ring(&history, now, who);
            wound.push(CaseClock {
                case,
                due: clocks.next().and_then(due),
                rings_at: if due_now.is_empty() { next } else { Some(now) },
                counts_at: counts_at(&formula, &history, now),
            });
        }
        Ok(wound)
    }

    /// Has the clocks do what they have to do by now. Answers how many cases that changed.
    pub async fn ring_clocks(&self) -> Result<usize, CaseError> {
        let mut changed = 0;
        loop {
            let now = self.now();
            let ringing = self.store.ringing_cases(now, CASES).await?;
            for id in &ringing {
                match self.ring_clocks_of(*id, now).await {
                    Ok(has_changed) => changed += usize::from(has_changed),
                    Err(error) => tracing::error!(case.id = %id, %error, "the clocks of a case cannot ring"),
                }
            }
            // Also those that had nothing to do are wound anew, so that none is looked at for ever.
            let clocks = self.read_clocks(&ringing).await?;
            let is_stuck = |clock: &CaseClock| clock.rings_at.is_some_and(|at| at <= now);
            let stuck = clocks.iter().filter(|clock| is_stuck(clock)).count();
            for case in self.store.set_clocks(&clocks, None).await? {
                self.notices.tell(Notice::Clock(case));
            }
            if ringing.len() < CASES as usize || stuck == ringing.len() {
                return Ok(changed);
            }
        }
    }

    /// Winds the clocks of cases whose priority was counted anew. Answers how many of them have to be counted at once again.
    pub(super) async fn wind_again(&self, cases: &[CaseId], now: Timestamp) -> Result<usize, CaseError> {
        let clocks = self.read_clocks(cases).await?;
        self.store.set_clocks(&clocks, None).await?;
        Ok(clocks.iter().filter(|clock| clock.counts_at.is_some_and(|at| at <= now)).count())
    }

    async fn ring_clocks_of(&self, id: CaseId, now: Timestamp) -> Result<bool, CaseError> {
        let history = self.store.case_events(id).await?;
        let merged = self.merged_histories([history.as_slice()]).await?;
        let people = self.people();
        let calendar = |department| people.calendar_of_department(department);
        let clocks = Clocks::of(&history, &merged, people.sla(), calendar).map_err(CaseError::Cannot)?;
        let (happens, _) = clocks.ring(&history, now, |to| escalate_to(&people, &history, to));
        let Some(seen) = history.last().map(|event| event.number).filter(|_| !happens.is_empty()) else {
            return Ok(false);
        };
        // If the case goes on meanwhile its clocks are wound, and rung, anew.
        let decide =
            |case: &switchboard_model::Case| Ok(if case.version == seen { happens.clone() } else { Vec::new() });
        let case = self.record_by(By::Timer, id, None, decide).await?;
        Ok(case.version != seen)
    }

    /// Gives back what its owner cannot do in time: a case whose next clock runs out before its owner is on duty again goes
    /// to the desk, or to whoever stands in for them. Answers how many those were.
    pub async fn hand_back_off_duty(&self) -> Result<usize, CaseError> {
        let (people, now) = (self.people(), self.now());
        let mut handed = 0;
        for user in people.users().iter().filter(|user| user.is_active) {
            let calendar = people.calendar_of_user(user);
            if calendar.is_open(now) {
                continue;
            }
            let back = calendar.next_open(now);
            let before = back.unwrap_or(Timestamp::MAX);
            for id in self.store.cases_due_before(user.id, before, CASES).await? {
                match self.hand_back_case(id, user.id, back, now).await {
                    Ok(has_changed) => handed += usize::from(has_changed),
                    Err(error) => tracing::error!(case.id = %id, %error, "a case cannot be handed back"),
                }
            }
        }
        Ok(handed)
    }

    async fn hand_back_case(
        &self,
        id: CaseId,
        user: UserId,
        back: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, CaseError> {
        let history = self.store.case_events(id).await?;
        let by_them = |event: &&Event| event.by == By::User(user);
        let acted = history.iter().rev().find(by_them).map(|event| event.at);
        if acted.is_some_and(|acted| now.duration_since(acted) < AT_WORK) {
            return Ok(false);
        }
        let seen = history.last().map(|event| event.number).unwrap_or_default();
        let why = match back {
            Some(back) => format!("{} is off duty until {back}, and time runs out before that", self.name_of(user)),
            None => format!("{} is off duty, and time runs out before they are back", self.name_of(user)),
        };
        let decide = |case: &switchboard_model::Case| {
            let is_theirs = case.owner == Owner::User(user) && !matches!(case.state, CaseState::Closed { .. });
            Ok(if is_theirs { vec![Happening::Released { why: why.clone() }] } else { Vec::new() })
        };
        let case = self.record_by(By::Timer, id, None, decide).await?;
        Ok(case.version != seen)
    }

    /// Winds all clocks if what they go by (service levels, hours, holidays) is not what they were last wound by, also if
    /// that was changed while nobody kept the clock. `wound_by` remembers it between two looks.
    pub(super) async fn wind_if_changed(&self, wound_by: &mut Option<String>) -> Result<(), CaseError> {
        let goes_by = goes_by(&self.people());
        if wound_by.is_none() {
            *wound_by = self.store.meta(WOUND_BY).await?;
        }
        if wound_by.as_deref() != Some(goes_by.as_str()) {
            self.wind_all_clocks().await?;
            self.store.set_meta(WOUND_BY, &goes_by).await?;
            *wound_by = Some(goes_by);
            // Pages show what runs out when.
            self.notices.tell(Notice::People);
        }
        Ok(())
    }
}

/// The cases that went into the one of a history.
fn merged_in(history: &[Event]) -> Vec<CaseId> {
    let other = |event: &Event| match &event.what {
        Happening::Merged(merged) => Some(merged.other),
        _ => None,
    };
    history.iter().filter_map(other).collect()
}

fn due(clock: &Clock) -> Option<Due> {
    Some(Due { clock: clock.kind, at: clock.due_at?, since: clock.started_at, warn_at: clock.warn_at })
}

/// The key in `meta` of what clocks were last wound by.
const WOUND_BY: &str = "clocks_wound_by";

/// What clocks go by, as a fingerprint.
fn goes_by(people: &People) -> String {
    let offices: Vec<_> = people.departments().iter().map(|department| (department.id, &department.office)).collect();
    let holidays = people.company().map(|company| &company.holidays);
    // Nothing in it cannot be written as JSON.
    let written = serde_json::to_vec(&(people.sla(), offices, holidays)).unwrap_or_default();
    Sha256::digest(written).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whom a step of the chain goes to, for the department that the case is with after its history.
fn escalate_to(people: &People, history: &[Event], to: EscalateTo) -> Option<UserId> {
    let case = switchboard_model::Case::of_history(history).ok().flatten()?;
    let department = people.department(case.department)?;
    let works = |user: UserId| people.user(user).is_some_and(|user| user.is_active).then_some(user);
    let team = people.company().map(|company| company.team.clone()).unwrap_or_default();
    match to {
        EscalateTo::Head => works(department.head),
        EscalateTo::Deputy => department.deputy.and_then(works).or_else(|| works(department.head)),
        EscalateTo::TeamHead => {
            team.head.and_then(works).or_else(|| team.deputy.and_then(works)).or_else(|| works(department.head))
        }
    }
}

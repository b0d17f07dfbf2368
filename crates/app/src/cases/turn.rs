//! Giving out what waits at the desks that give in turn: to whoever is on duty, speaks the language, knows what it takes and
//! has most room.
//!
//! It is looked at whenever the clock of cases is: after a case has changed, and often enough to see who comes on duty. Until
//! then, and whenever nobody fits, the desk has the case. Who is given it is decided by `switchboard_route::turn`; the event
//! is written like any other change of owner, with the room of whoever gets it counted in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use switchboard_model::{
    Assignment, By, Case, CaseId, CaseState, DepartmentId, Event, ExposureSettings, Happening, Owner, QueueCount, User,
    UserId, Waiting,
};
use switchboard_route::exposure::points;
use switchboard_route::turn::{Candidate, Turn, Wanted, turn};
use switchboard_store::{Also, Record, Recorded, TakenTurn};

use super::CaseError;
use crate::App;
use crate::notices::Notice;
use crate::people::People;

/// Cases that are looked at together.
const BATCH: u32 = 200;

/// So many of a desk's cases are looked at each time, the most urgent ones: where that many wait and nobody fits, the rest
/// has time.
const MOST_WAITING: usize = 1_000;

/// What everybody has while cases are given out.
struct Room {
    open: BTreeMap<UserId, u64>,
    turns: BTreeMap<UserId, Timestamp>,
    exposure: BTreeMap<UserId, f64>,
    settings: ExposureSettings,
}

impl App {
    /// Gives out what waits at desks that give in turn, as far as somebody fits. Answers how many cases those were.
    pub async fn give_out(&self) -> Result<usize, CaseError> {
        let people = self.people();
        let gives = |id: &DepartmentId| {
            people.department(*id).is_some_and(|one| one.is_active && one.office.assignment == Assignment::RoundRobin)
        };
        let queues = self.store.queues().await?;
        let waits = queues.iter().filter(|queue| queue.owner.is_none() && queue.state == "open" && has_any(queue));
        let desks: BTreeSet<DepartmentId> = waits.map(|queue| queue.department).filter(gives).collect();
        if desks.is_empty() {
            return Ok(0);
        }
        let (exposure, settings) = self.exposure_of_all().await?;
        let mut room = Room { open: open_cases(&queues), turns: self.store.turns().await?, exposure, settings };
        let mut given = 0;
        for desk in desks {
            given += self.give_out_at(desk, &people, &mut room).await?;
        }
        Ok(given)
    }

    async fn give_out_at(&self, desk: DepartmentId, people: &People, room: &mut Room) -> Result<usize, CaseError> {
        let now = self.now();
        let can_own = |user: &&User| self.may_own(user.id, desk).is_ok();
        let members: Vec<&User> = people.users().iter().filter(can_own).collect();
        let is_on_duty = |user: &&&User| people.calendar_of_user(user).is_open(now);
        let on_duty: Vec<&User> = members.iter().filter(is_on_duty).copied().collect();
        let has_room = |room: &Room| on_duty.iter().any(|user| room.has_room(user));
        let skills: BTreeSet<&str> = members.iter().flat_map(|user| &user.profile.skills).map(String::as_str).collect();
        let (mut given, mut seen, mut after) = (0, 0, None);
        while seen < MOST_WAITING && has_room(room) {
            let waiting = self.store.waiting_at(desk, after, BATCH).await?;
            let Some(last) = waiting.last() else { break };
            after = Some((last.case.priority.score, last.case.id));
            seen += waiting.len();
            let is_last = waiting.len() < BATCH as usize;
            let ids: Vec<CaseId> = waiting.iter().map(|one| one.case.id).collect();
            let histories = self.store.histories(&ids).await?;
            for one in &waiting {
                let back = histories.get(&one.case.id).map(|history| gave_back(history)).unwrap_or_default();
                let asked: Vec<&User> = on_duty.iter().filter(|user| !back.contains(&user.id)).copied().collect();
                match self.give_in_turn(one, &asked, &skills, room, now).await {
                    Ok(is_given) => given += usize::from(is_given),
                    // One case that cannot be given is named, and stops no other.
                    Err(error) => tracing::error!(case.id = %one.case.id, %error, "a case cannot be given in turn"),
                }
            }
            if is_last {
                break;
            }
        }
        Ok(given)
    }

    async fn give_in_turn(
        &self,
        waiting: &Waiting,
        asked: &[&User],
        skills: &BTreeSet<&str>,
        room: &mut Room,
        now: Timestamp,
    ) -> Result<bool, CaseError> {
        let Waiting { case, language, sentiment } = waiting;
        let needed: Vec<&str> = case.tags.iter().map(String::as_str).filter(|tag| skills.contains(tag)).collect();
        let is_hard = points(&case.tags, sentiment.as_deref(), &room.settings) > 0;
        let wanted = Wanted { language: language.as_deref(), skills: &needed, is_hard };
        // Whoever turns out to be full is not asked again, so this ends.
        for _ in 0..=asked.len() {
            let candidates: Vec<Candidate<'_>> = asked.iter().map(|user| room.candidate(user)).collect();
            let Some(chosen) = turn(wanted, &candidates) else { return Ok(false) };
            match self.record_turn(case, &chosen, now).await? {
                Recorded::Done(case) => {
                    room.took(chosen.user, now);
                    self.notices.tell(Notice::Case((&case).into()));
                    return Ok(true);
                }
                // They got one elsewhere meanwhile.
                Recorded::Overtaken | Recorded::Spent(_) => room.is_full(&chosen),
                // Somebody did something about it meanwhile; if it still waits it is looked at again.
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    async fn record_turn(&self, case: &Case, chosen: &Turn, now: Timestamp) -> Result<Recorded, CaseError> {
        let what = Happening::Assigned { to: chosen.user, why: chosen.why.clone() };
        let turn = TakenTurn { user: chosen.user, most: chosen.most, at: now };
        let record = Record {
            case: case.id,
            seen: case.version,
            events: vec![case.next_event(now, By::Rules, what)],
            also: vec![Also::Turn(turn)],
        };
        Ok(self.store.record(&record).await?)
    }
}

impl Room {
    fn candidate<'a>(&self, user: &'a User) -> Candidate<'a> {
        Candidate {
            user: user.id,
            is_on_duty: true,
            languages: &user.languages,
            skills: &user.profile.skills,
            open: self.open.get(&user.id).copied().unwrap_or_default(),
            most: user.profile.most_cases,
            exposure: self.exposure.get(&user.id).copied().unwrap_or_default(),
            last_turn: self.turns.get(&user.id).copied(),
        }
    }

    fn has_room(&self, user: &User) -> bool {
        let open = self.open.get(&user.id).copied().unwrap_or_default();
        user.profile.most_cases.is_none_or(|most| open < u64::from(most))
    }

    fn took(&mut self, user: UserId, at: Timestamp) {
        *self.open.entry(user).or_default() += 1;
        self.turns.insert(user, at);
    }

    fn is_full(&mut self, turn: &Turn) {
        self.open.insert(turn.user, turn.most.map_or(u64::MAX, u64::from));
    }
}

fn has_any(queue: &QueueCount) -> bool {
    queue.public + queue.private > 0
}

/// How many cases that are not closed everybody has.
pub(super) fn open_cases(queues: &[QueueCount]) -> BTreeMap<UserId, u64> {
    let mut open = BTreeMap::new();
    for queue in queues.iter().filter(|queue| queue.state != "closed") {
        if let Some(owner) = queue.owner {
            *open.entry(owner).or_default() += queue.public + queue.private;
        }
    }
    open
}

/// Who had a case and is not given it again in turn, because somebody put it back to the desk by hand. What a clock put
/// back may come again to whoever had it.
fn gave_back(history: &[Event]) -> BTreeSet<UserId> {
    let (mut back, mut case) = (BTreeSet::new(), None::<Case>);
    for event in history {
        let had = case.as_ref().filter(|case| !case.is_closed()).and_then(|case| case.owner.user());
        match &mut case {
            // What cannot follow is for the check of histories to tell.
            Some(case) => drop(case.apply(event)),
            none => *none = Case::open(event).ok(),
        }
        let is_by_hand = matches!(event.by, By::User(_) | By::Operator);
        let is_at_desk = case.as_ref().is_some_and(|case| case.owner == Owner::Desk && case.state == CaseState::Open);
        if is_by_hand && is_at_desk {
            back.extend(had);
        }
    }
    back
}

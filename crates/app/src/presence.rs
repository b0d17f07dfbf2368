//! Who looks at a case at the moment, and who writes on it. In memory only: it is true for seconds, and a restart learns
//! it anew from the next signs of life.
//!
//! Pages send signs; whoever sends none for 45 seconds has gone. A user counts once, in however many tabs, and writing wins.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_model::{CaseId, UserId};

use crate::App;
use crate::cases::CaseError;
use crate::notices::Notice;
use crate::rights::Actor;

/// A sign of life holds this long.
const LASTS: SignedDuration = SignedDuration::from_secs(45);

/// Those who have gone without a word are looked for at most this often.
const TIDIED_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// The most people on one case; whoever comes later is not shown.
const MOST_PEOPLE: usize = 200;

/// The most cases; one more is not watched.
const MOST_CASES: usize = 10_000;

/// What somebody does on a case, as they say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It is open before them.
    Reading,
    /// They write an answer.
    Writing,
    /// They have left it.
    Gone,
}

impl Doing {
    /// The word for it in forms and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Gone => "gone",
        }
    }

    /// What a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Reading, Self::Writing, Self::Gone].into_iter().find(|doing| doing.as_str() == word)
    }
}

/// Somebody who is on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Present {
    /// Who.
    pub user: UserId,
    /// Whether they write; else they read.
    pub is_writing: bool,
    /// Since when they do that.
    pub since: Timestamp,
}

/// The signs of one user on one case.
#[derive(Debug, Clone, Copy)]
struct Signs {
    came_at: Timestamp,
    seen_at: Timestamp,
    /// When the writing began, and its last sign.
    writing: Option<(Timestamp, Timestamp)>,
}

impl Signs {
    fn present(&self, user: UserId, now: Timestamp) -> Option<Present> {
        let holds = |at: Timestamp| now.duration_since(at) < LASTS;
        if let Some((since, _)) = self.writing.filter(|(_, last)| holds(*last)) {
            return Some(Present { user, is_writing: true, since });
        }
        // Whoever stopped writing reads since then.
        let since = self.writing.map_or(self.came_at, |(_, last)| last);
        holds(self.seen_at).then_some(Present { user, is_writing: false, since })
    }

    fn add(&mut self, is_writing: bool, now: Timestamp) {
        self.seen_at = now;
        if is_writing {
            let began = self.writing.filter(|(_, last)| now.duration_since(*last) < LASTS).map(|(since, _)| since);
            self.writing = Some((began.unwrap_or(now), now));
        }
    }
}

#[derive(Debug, Default)]
struct Seen {
    cases: HashMap<CaseId, HashMap<UserId, (Signs, bool)>>,
    tidied_at: Option<Timestamp>,
}

impl Seen {
    /// Takes a sign; tells whether it changed what others see.
    fn sign(&mut self, case: CaseId, user: UserId, doing: Doing, now: Timestamp) -> bool {
        if doing == Doing::Gone {
            let Some(people) = self.cases.get_mut(&case) else { return false };
            let was_there = people.remove(&user).is_some();
            if people.is_empty() {
                self.cases.remove(&case);
            }
            return was_there;
        }
        if self.cases.len() >= MOST_CASES && !self.cases.contains_key(&case) {
            return false;
        }
        let people = self.cases.entry(case).or_default();
        if people.len() >= MOST_PEOPLE && !people.contains_key(&user) {
            return false;
        }
        let fresh = Signs { came_at: now, seen_at: now, writing: None };
        let known = people.get(&user).filter(|(signs, _)| signs.present(user, now).is_some());
        let (mut signs, told) = known.copied().map_or((fresh, None), |(signs, told)| (signs, Some(told)));
        signs.add(doing == Doing::Writing, now);
        let is_writing = signs.present(user, now).is_some_and(|present| present.is_writing);
        people.insert(user, (signs, is_writing));
        told != Some(is_writing)
    }

    /// Forgets who has gone without a word; the cases on which that, or the end of somebody's writing, is to be seen.
    fn tidy(&mut self, now: Timestamp) -> BTreeSet<CaseId> {
        let mut changed = BTreeSet::new();
        if self.tidied_at.is_some_and(|at| (SignedDuration::ZERO..TIDIED_EVERY).contains(&now.duration_since(at))) {
            return changed;
        }
        self.tidied_at = Some(now);
        self.cases.retain(|case, people| {
            people.retain(|user, (signs, told)| {
                let present = signs.present(*user, now);
                if present.is_none_or(|present| present.is_writing != *told) {
                    changed.insert(*case);
                }
                *told = present.is_some_and(|present| present.is_writing);
                present.is_some()
            });
            !people.is_empty()
        });
        changed
    }

    fn on(&self, case: CaseId, now: Timestamp) -> Vec<Present> {
        let people = self.cases.get(&case).into_iter().flatten();
        people.filter_map(|(user, (signs, _))| signs.present(*user, now)).collect()
    }
}

/// Everybody who is on a case. The lock is held for a look-up only, and now and then to forget who has gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence(Arc<Mutex<Seen>>);

impl Presence {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Takes a sign of life on a case that the actor may read. Others are told if it changes what they see.
    pub async fn be_present(&self, actor: &Actor, case: CaseId, doing: Doing) -> Result<(), CaseError> {
        self.case(actor, case).await?;
        // The operator of the machine is nobody's colleague.
        let Some(user) = actor.user_id() else { return Ok(()) };
        let now = self.now();
        let changed = {
            let mut seen = self.presence.seen();
            let mut changed = seen.tidy(now);
            if seen.sign(case, user, doing, now) {
                changed.insert(case);
            }
            changed
        };
        changed.into_iter().for_each(|case| self.notices.tell(Notice::Presence { case }));
        Ok(())
    }

    /// Who else is on a case that the actor may read: those who write first, then by when they came.
    pub async fn presence(&self, actor: &Actor, case: CaseId) -> Result<Vec<Present>, CaseError> {
        self.case(actor, case).await?;
        let mut present = self.presence.seen().on(case, self.now());
        let is_here = |user: UserId| self.user(user).is_some_and(|user| user.is_active);
        present.retain(|present| Some(present.user) != actor.user_id() && is_here(present.user));
        present.sort_by_key(|present| (!present.is_writing, present.since, present.user));
        Ok(present)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const CASE: CaseId = CaseId(1);
    const RUI: UserId = UserId(Uuid::from_u128(1));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn present(is_writing: bool, since: i64) -> Vec<Present> {
        vec![Present { user: RUI, is_writing, since: at(since) }]
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for doing in [Doing::Reading, Doing::Writing, Doing::Gone] {
            assert_eq!(Doing::from_word(doing.as_str()), Some(doing));
        }
        assert_eq!(Doing::from_word("sleeping"), None);
    }

    #[test]
    fn only_what_others_see_is_a_change() {
        let mut seen = Seen::default();
        let mut check =
            |second, doing, expected| assert_eq!(seen.sign(CASE, RUI, doing, at(second)), expected, "{second}");
        check(0, Doing::Reading, true);
        check(20, Doing::Reading, false);
        check(25, Doing::Writing, true);
        // Another tab goes on reading; writing wins.
        check(30, Doing::Reading, false);
        check(35, Doing::Writing, false);
        check(36, Doing::Gone, true);
        check(37, Doing::Gone, false);
        check(38, Doing::Reading, true);
        // Nothing was heard for too long, so they come anew.
        check(90, Doing::Reading, true);
        assert_eq!(seen.on(CASE, at(90)), present(false, 90));
    }

    #[test]
    fn signs_end_after_three_quarters_of_a_minute() {
        let mut seen = Seen::default();
        seen.sign(CASE, RUI, Doing::Writing, at(0));
        seen.sign(CASE, RUI, Doing::Reading, at(40));
        assert_eq!(seen.on(CASE, at(44)), present(true, 0));
        assert_eq!(seen.on(CASE, at(45)), present(false, 0));
        assert!(seen.tidy(at(44)).is_empty());
        assert!(seen.tidy(at(46)).is_empty(), "not so often");
        assert_eq!(seen.tidy(at(50)), BTreeSet::from([CASE]), "the writing has ended");
        assert!(seen.tidy(at(60)).is_empty());
        assert_eq!(seen.on(CASE, at(85)), []);
        assert_eq!(seen.tidy(at(85)), BTreeSet::from([CASE]));
        assert!(seen.cases.is_empty(), "nothing is kept of them");
    }

    #[test]
    fn people_and_cases_are_bounded() {
        let mut seen = Seen::default();
        let somebody = |number: usize| UserId(Uuid::from_u128(number as u128 + 1));
        for number in 0..MOST_PEOPLE + 5 {
            let is_new = seen.sign(CASE, somebody(number), Doing::Reading, at(0));
            assert_eq!(is_new, number < MOST_PEOPLE);
        }
        assert!(seen.sign(CASE, RUI, Doing::Writing, at(1)), "those who are there are heard");
        for number in 2..MOST_CASES + 5 {
            seen.sign(CaseId(number as i64), RUI, Doing::Reading, at(0));
        }
        assert_eq!(seen.cases.len(), MOST_CASES);
        seen.tidy(at(100));
        assert!(seen.cases.is_empty());
    }
}

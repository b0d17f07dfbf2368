//! Two cases that are one, and one that is two.
//!
//! What a merge makes of the case that goes on is worked out here once and stands in its history, so that a replay needs
//! no other history than its own. Nobody gets another owner by a merge: the case that goes on keeps the one it has, and
//! the one that ended keeps its own for the day on which the two are taken apart.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::case::sorted;
use crate::{
    Assessment, Case, CaseId, CaseState, DepartmentId, Event, Happening, OutreachId, Priority, Standing, UserId,
};

/// Everything of a case that another one can add to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Whole {
    /// What is decided about it.
    pub standing: Standing,
    /// `seq` of the newest post of its conversation that is not ours.
    pub newest_post: i64,
    /// What is at stake in it.
    pub risk: Assessment,
    /// Departments beside its own that follow it.
    pub involved: Vec<DepartmentId>,
    /// Users beside its owner who follow it.
    pub watchers: Vec<UserId>,
    /// Calls and mails by seniors that have not ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outreaches: Vec<OutreachId>,
}

/// Another case went into this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// The other one.
    pub other: CaseId,
    /// The number of the event by which the other one ended: its history before that goes on here.
    pub version: u32,
    /// This case with the other one in it.
    pub whole: Whole,
    /// Why the two are one.
    pub why: String,
}

/// A case that went into this one stands alone again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakenApart {
    /// The number of the event by which it came.
    pub event: u32,
    /// The other one.
    pub other: CaseId,
    /// This case without the other one.
    pub whole: Whole,
}

/// A case that had gone into another one stands alone again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Separated {
    /// The number of the event by which it went.
    pub event: u32,
    /// The case that it was in.
    pub from: CaseId,
    /// How it stood before that, and stands again.
    pub restored: Standing,
    /// The newest of its posts that is not ours, by now.
    pub newest_post: i64,
    /// When it was answered meanwhile, if it was.
    pub replied_at: Option<Timestamp>,
    /// Whether its author waits for another answer; `None` where that is as it was.
    pub waits: Option<bool>,
    /// Calls and mails by seniors that came back with it, because they have not ended meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outreaches: Vec<OutreachId>,
}

impl Case {
    /// This case with another one in it: the higher priority, all tags and everybody who follows either. Whoever had the
    /// other one follows it from now on. Where somebody has to do something in the other one, they have to in this.
    ///
    /// Where only one of the two is private, it is told how much is at stake and how urgent it is, but not by which words:
    /// they were said in private, and those who may not read that may read this.
    pub fn with(&self, other: &Case) -> Whole {
        let hushed = Some(other).filter(|_| self.visibility.is_open() && !other.visibility.is_open()).map(Case::hushed);
        let other = hushed.as_ref().unwrap_or(other);
        let mut standing = self.standing();
        if other.state == CaseState::Open {
            standing.state = CaseState::Open;
        }
        if other.priority.score > standing.priority.score {
            standing.priority = other.priority.clone();
        }
        standing.tags = sorted(self.tags.iter().chain(&other.tags).cloned());
        let watchers = self.watchers.iter().copied().chain(other.watchers.iter().copied()).chain(other.owner.user());
        let involved = self.involved.iter().chain(&other.involved).chain([&other.department]);
        Whole {
            standing,
            newest_post: self.newest_post.max(other.newest_post),
            risk: self.risk.clone().highest(other.risk.clone()),
            involved: sorted(involved.copied().filter(|department| *department != self.department)),
            watchers: sorted(watchers.filter(|user| self.owner.user() != Some(*user))),
            outreaches: sorted(self.outreaches.iter().chain(&other.outreaches).copied()),
        }
    }

    /// The same without the words by which it was judged.
    fn hushed(&self) -> Self {
        Self { priority: self.priority.clone().hushed(), risk: self.risk.clone().hushed(), ..self.clone() }
    }

    fn whole(&self) -> Whole {
        Whole {
            standing: self.standing(),
            newest_post: self.newest_post,
            risk: self.risk.clone(),
            involved: self.involved.clone(),
            watchers: self.watchers.clone(),
            outreaches: self.outreaches.clone(),
        }
    }

    pub(crate) fn merge(&mut self, merged: &Merged) -> Result<(), &'static str> {
        if merged.other == self.id {
            return Err("it does not go into itself");
        }
        if self.is_closed() {
            return Err("it is closed");
        }
        self.take_whole(&merged.whole)
    }

    pub(crate) fn take_whole(&mut self, whole: &Whole) -> Result<(), &'static str> {
        let (now, then) = (self.standing(), &whole.standing);
        if (now.department, now.owner, &now.offer) != (then.department, then.owner, &then.offer) {
            return Err("two cases that become one, or one that becomes two, change no owner");
        }
        if now.is_closed() != then.is_closed() {
            return Err("two cases that become one, or one that becomes two, end none");
        }
        self.stand(then);
        self.newest_post = whole.newest_post;
        self.risk = whole.risk.clone();
        self.involved = sorted(whole.involved.iter().copied().filter(|department| *department != self.department));
        self.watchers = sorted(whole.watchers.iter().copied());
        self.outreaches = sorted(whole.outreaches.iter().copied());
        Ok(())
    }

    pub(crate) fn separate(&mut self, separated: &Separated) -> Result<(), &'static str> {
        if self.merged_into != Some(separated.from) {
            return Err("it did not go into that case");
        }
        if separated.restored.is_merged() {
            return Err("it would still be in that case");
        }
        if separated.restored.is_closed() && !separated.outreaches.is_empty() {
            return Err(crate::case::OUTREACH_OPEN);
        }
        self.stand(&separated.restored);
        self.merged_into = None;
        self.outreaches = sorted(separated.outreaches.iter().copied());
        self.newest_post = separated.newest_post;
        self.replied_at = self.replied_at.or(separated.replied_at);
        Ok(())
    }
}

/// The event by which a case came into the one of a history and is in it still.
pub fn merge_of(history: &[Event], case: CaseId) -> Option<(&Event, &Merged)> {
    let taken = crate::taken_back(history);
    history.iter().rev().find_map(|event| match &event.what {
        Happening::Merged(merged) if merged.other == case && !taken.contains(&event.number) => Some((event, &**merged)),
        _ => None,
    })
}

/// The case of a history without what came with the event of that number: what was added then and is still there goes,
/// what was changed since stays. `newest_post` is that of the posts that stay.
pub fn without(history: &[Event], number: u32, newest_post: i64) -> Option<Whole> {
    let split = history.partition_point(|event| event.number < number);
    let before = Case::of_history(history.get(..split)?).ok()??.whole();
    let after = Case::of_history(history.get(..=split)?).ok()??.whole();
    let mut now = Case::of_history(history).ok()??.whole();
    fn left<T: PartialEq>(now: &mut Vec<T>, before: &[T], after: &[T]) {
        now.retain(|one| before.contains(one) || !after.contains(one));
    }
    left(&mut now.standing.tags, &before.standing.tags, &after.standing.tags);
    left(&mut now.involved, &before.involved, &after.involved);
    left(&mut now.watchers, &before.watchers, &after.watchers);
    left(&mut now.outreaches, &before.outreaches, &after.outreaches);
    fn back<T: PartialEq>(now: &mut T, before: T, after: &T) {
        if now == after {
            *now = before;
        }
    }
    back::<Priority>(&mut now.standing.priority, before.standing.priority, &after.standing.priority);
    back::<CaseState>(&mut now.standing.state, before.standing.state, &after.standing.state);
    back(&mut now.risk, before.risk, &after.risk);
    now.newest_post = newest_post;
    Some(now)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Awaited, By, Opening, Outcome, Owner, Visibility};

    const INES: UserId = UserId(Uuid::from_u128(1));
    const TOM: UserId = UserId(Uuid::from_u128(2));
    const SERVICE: DepartmentId = DepartmentId(Uuid::from_u128(1));
    const SALES: DepartmentId = DepartmentId(Uuid::from_u128(2));

    fn open(id: i64, department: DepartmentId, score: u8, tag: &str) -> (Case, Vec<Event>) {
        let opening = Opening {
            post: id * 10,
            network: "x".into(),
            visibility: Visibility::Public,
            department,
            priority: Priority { score, parts: Vec::new() },
            tags: vec![tag.into()],
            rules: Vec::new(),
            why: String::new(),
            why_here: String::new(),
            risk: Assessment::default(),
            involved: Vec::new(),
            owner: None,
            proposal: None,
        };
        let what = Happening::Opened(opening);
        let event = Event { case: CaseId(id), number: 1, at: Timestamp::UNIX_EPOCH, by: By::Rules, via: None, what };
        (Case::open(&event).expect("an opening"), vec![event])
    }

    fn go_on(story: &mut (Case, Vec<Event>), by: UserId, what: Happening) -> bool {
        let event = story.0.next_event(Timestamp::UNIX_EPOCH, By::User(by), what);
        let is_possible = story.0.apply(&event).is_ok();
        story.1.extend(is_possible.then_some(event));
        assert_eq!(Case::of_history(&story.1).expect("it replays").as_ref(), Some(&story.0));
        is_possible
    }

    fn merge(one: &mut (Case, Vec<Event>), other: &mut (Case, Vec<Event>)) -> bool {
        let whole = one.0.with(&other.0);
        let version = other.0.version + 1;
        let merged = Merged { other: other.0.id, version, whole, why: String::new() };
        go_on(one, INES, Happening::Merged(Box::new(merged)))
            && go_on(other, INES, Happening::MergedInto { into: one.0.id })
    }

    #[test]
    fn the_owner_of_the_case_that_goes_on_stays() {
        let (mut one, mut other) = (open(1, SERVICE, 40, "lid"), open(2, SALES, 60, "refund"));
        assert!(go_on(&mut one, INES, Happening::Claimed));
        assert!(go_on(&mut one, INES, Happening::Waiting { on: Awaited::Author }));
        assert!(go_on(&mut other, TOM, Happening::Claimed));
        assert!(merge(&mut one, &mut other));
        assert_eq!((one.0.owner, one.0.department), (Owner::User(INES), SERVICE));
        assert_eq!((one.0.state.clone(), one.0.priority.score, one.0.newest_post), (CaseState::Open, 60, 20));
        assert_eq!(
            (one.0.tags.join(" "), one.0.watchers.clone(), one.0.involved.clone()),
            ("lid refund".into(), vec![TOM], vec![SALES])
        );
        assert!(other.0.is_closed() && other.0.merged_into == Some(CaseId(1)));
    }

    #[test]
    fn what_was_said_in_private_does_not_stand_in_public() {
        let (mut one, mut other) = (open(1, SERVICE, 40, "lid").0, open(2, SALES, 60, "refund").0);
        let quoted = || "it names a lawyer (\"my solicitor\")".to_owned();
        other.priority.parts = vec![crate::PriorityPart { name: "harm".into(), points: 30, why: quoted() }];
        other.risk.press = crate::Gauge { level: 80, why: vec![quoted()] };
        for (here, there, is_told) in [
            (Visibility::Public, Visibility::Public, true),
            (Visibility::Public, Visibility::Direct, false),
            (Visibility::Direct, Visibility::Direct, true),
            (Visibility::Direct, Visibility::Public, true),
        ] {
            (one.visibility, other.visibility) = (here, there);
            let whole = one.with(&other);
            let (score, level) = (whole.standing.priority.score, whole.risk.press.level);
            assert_eq!((score, level, whole.standing.priority.parts[0].points), (60, 80, 30));
            assert_eq!(format!("{whole:?}").contains("solicitor"), is_told, "{here:?} {there:?}");
        }
    }

    #[test]
    fn nothing_happens_to_a_case_that_went_into_another() {
        let (mut one, mut other) = (open(1, SERVICE, 40, "lid"), open(2, SALES, 60, "refund"));
        assert!(!go_on(&mut one, INES, Happening::MergedInto { into: CaseId(1) }));
        let merged = Happening::Closed { outcome: Outcome::Merged, reason: "x".into() };
        assert!(!go_on(&mut one, INES, merged));
        assert!(merge(&mut one, &mut other));
        for what in [
            Happening::Reopened { why: String::new() },
            Happening::Noted { text: "x".into() },
            Happening::Joined { post: 99, is_ours: false },
            Happening::Watched { user: INES },
            Happening::MergedInto { into: CaseId(3) },
            Happening::Undone { event: 2, restored: open(2, SALES, 60, "refund").0.standing() },
        ] {
            assert!(!go_on(&mut other, INES, what.clone()), "{what:?}");
        }
        assert!(!merge(&mut other, &mut open(3, SALES, 1, "x")));
    }

    #[test]
    fn what_came_with_a_case_goes_with_it() {
        let (mut one, mut other) = (open(1, SERVICE, 40, "lid"), open(2, SALES, 60, "refund"));
        let before = other.0.standing();
        assert!(go_on(&mut one, INES, Happening::Waiting { on: Awaited::Author }));
        assert!(merge(&mut one, &mut other));
        assert!(go_on(&mut one, INES, Happening::Tagged { added: vec!["k4".into()], removed: vec![] }));
        let (event, merged) = merge_of(&one.1, CaseId(2)).expect("it is in it");
        let (event, version) = (event.number, merged.version);
        let whole = without(&one.1, event, 10).expect("it is known");
        let apart = TakenApart { event, other: CaseId(2), whole };
        assert!(go_on(&mut one, INES, Happening::TakenApart(Box::new(apart))));
        assert_eq!((one.0.tags.join(" "), one.0.priority.score, one.0.newest_post), ("k4 lid".into(), 40, 10));
        assert_eq!(one.0.state, CaseState::Waiting { on: Awaited::Author });
        assert!(one.0.involved.is_empty() && merge_of(&one.1, CaseId(2)).is_none());
        let separated = Separated {
            event: version,
            from: CaseId(1),
            restored: before.clone(),
            newest_post: 20,
            replied_at: None,
            waits: None,
            outreaches: Vec::new(),
        };
        let elsewhere = Separated { from: CaseId(9), ..separated.clone() };
        assert!(!go_on(&mut other, INES, Happening::Separated(Box::new(elsewhere))));
        assert!(go_on(&mut other, INES, Happening::Separated(Box::new(separated))));
        assert_eq!((other.0.standing(), other.0.merged_into), (before, None));
        assert!(merge(&mut one, &mut other), "what was taken apart can be one again");
    }

    #[test]
    fn entries_are_written_and_read() {
        let (mut one, mut other) = (open(1, SERVICE, 40, "lid"), open(2, SALES, 60, "refund"));
        assert!(merge(&mut one, &mut other));
        assert!(go_on(
            &mut one,
            INES,
            Happening::Split { other: CaseId(7), posts: vec![20], newest_post: 10, why: "two".into() }
        ));
        for event in one.1.iter().chain(&other.1) {
            let written = serde_json::to_string(event).expect("JSON");
            assert_eq!(serde_json::from_str::<Event>(&written).expect("read"), *event);
        }
        let written = serde_json::to_value(&one.1[1]).expect("JSON");
        assert_eq!((&written["kind"], &written["whole"]["standing"]["state"]), (&"merged".into(), &"open".into()));
    }
}

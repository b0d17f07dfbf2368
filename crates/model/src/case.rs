//! The unit of work: a conversation with an author that needs a decision.
//!
//! A case is what its history says it is: [`Case::open`] and [`Case::apply`] are the only ways to one, so that a case
//! without an owner, or one that its history does not explain, cannot be written down.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Assessment, By, CaseId, CaseOrder, DepartmentId, Event, Happening, Offer, Outcome, OutreachId, Priority, UserId,
    Visibility,
};

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// `seq` of the post that opened it.
    pub post: i64,
    /// `seq` of the newest post of its conversation that is not ours.
    pub newest_post: i64,
    /// The network of the conversation.
    pub network: String,
    /// Who may see the post that opened it. Observers see public and unlisted ones only.
    pub visibility: Visibility,
    /// The department it belongs to. Its desk owns the case unless a user does.
    pub department: DepartmentId,
    /// Who owns it.
    pub owner: Owner,
    /// Where it stands.
    #[serde(flatten)]
    pub state: CaseState,
    /// How urgent it is, with its parts.
    pub priority: Priority,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// Ownership that is offered and not yet accepted.
    pub offer: Option<Offer>,
    /// What is at stake in it, for each interest of the company.
    #[serde(default)]
    pub risk: Assessment,
    /// Departments beside its own that follow it, sorted.
    #[serde(default)]
    pub involved: Vec<DepartmentId>,
    /// Users beside its owner who follow it, sorted.
    #[serde(default)]
    pub watchers: Vec<UserId>,
    /// Calls and mails by seniors that have not ended, sorted. It is not closed as long as there are any.
    #[serde(default)]
    pub outreaches: Vec<OutreachId>,
    /// Why it was opened.
    pub why: String,
    /// Why it went to its first department.
    pub why_here: String,
    /// When it was opened: when its first post reached us.
    pub opened_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// When our first answer was confirmed by the network.
    pub replied_at: Option<Timestamp>,
    /// The case that it went into. It is closed then, and stays so until the two are taken apart.
    #[serde(default)]
    pub merged_into: Option<CaseId>,
    /// How many events its history has. Whoever changes a case says which version was seen.
    pub version: u32,
}

/// Where a case is: enough to know whose lists it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Whereabouts {
    /// Its number.
    pub id: CaseId,
    /// Its version.
    pub version: u32,
    /// The department it belongs to.
    pub department: DepartmentId,
    /// The user who owns it; `None` for the desk.
    pub owner: Option<UserId>,
    /// Whom it is offered to.
    pub offered: Option<OfferedTo>,
}

/// Whom a case is offered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OfferedTo {
    /// The department.
    pub department: DepartmentId,
    /// One user of it, or whoever accepts first.
    pub user: Option<UserId>,
}

impl From<&Case> for Whereabouts {
    fn from(case: &Case) -> Self {
        let offered = case.offer.as_ref();
        Self {
            id: case.id,
            version: case.version,
            department: case.department,
            owner: case.owner.user(),
            offered: offered.map(|offer| OfferedTo { department: offer.department, user: offer.user }),
        }
    }
}

/// Who owns a case: exactly one of these, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The desk of its department, which answers to the department's head.
    Desk,
    /// A user.
    User(UserId),
}

impl Owner {
    /// The user, if it is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Desk => None,
            Self::User(id) => Some(id),
        }
    }
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum CaseState {
    /// Somebody has to do something.
    Open,
    /// Somebody else has to.
    Waiting {
        /// Who.
        #[serde(default)]
        on: Awaited,
    },
    /// It sleeps.
    Snoozed {
        /// When it wakes.
        until: Timestamp,
    },
    /// It ended.
    Closed {
        /// How.
        outcome: Outcome,
        /// Why, where the outcome wants a reason.
        reason: String,
    },
}

/// Who has to do something before a case goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Awaited {
    /// The author. Clocks stand meanwhile.
    #[default]
    Author,
    /// A colleague who was asked. Clocks go on: the author waits for us.
    Colleague,
}

impl Awaited {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Colleague => "colleague",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Author, Self::Colleague].into_iter().find(|awaited| awaited.as_str() == word)
    }
}

impl CaseState {
    /// The words for all states, in the order of lists.
    pub const WORDS: [&'static str; 4] = ["open", "waiting", "snoozed", "closed"];

    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting { .. } => "waiting",
            Self::Snoozed { .. } => "snoozed",
            Self::Closed { .. } => "closed",
        }
    }
}

/// What people and clocks decide about a case: everything of it that somebody can change and take back again. What was
/// said in its conversation is no part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The department it belongs to.
    pub department: DepartmentId,
    /// Who owns it.
    pub owner: Owner,
    /// Where it stands.
    #[serde(flatten)]
    pub state: CaseState,
    /// How urgent it is.
    pub priority: Priority,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// Ownership that is offered and not yet accepted.
    pub offer: Option<Offer>,
}

impl Standing {
    /// Whether a case that stands so has ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, CaseState::Closed { .. })
    }

    /// Whether it ended in another case.
    pub fn is_merged(&self) -> bool {
        matches!(self.state, CaseState::Closed { outcome: Outcome::Merged, .. })
    }
}

/// Why a case with an open outreach does not end.
pub(crate) const OUTREACH_OPEN: &str = "a senior is asked to call or write, and that has no outcome yet";

/// Something that cannot happen to a case as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("case {case}: {kind} cannot follow: {why}")]
pub struct Contradiction {
    /// The case.
    pub case: CaseId,
    /// Kind of the event.
    pub kind: &'static str,
    /// Why it cannot happen.
    pub why: &'static str,
}

impl Case {
    /// The case that an opening event makes.
    pub fn open(event: &Event) -> Result<Self, Contradiction> {
        let wrong = |why| Contradiction { case: event.case, kind: event.what.kind(), why };
        let Happening::Opened(opening) = &event.what else {
            return Err(wrong("a history begins with the opening"));
        };
        if event.number != 1 {
            return Err(wrong("the opening has the number 1"));
        }
        let mut tags = opening.tags.clone();
        tags.sort();
        tags.dedup();
        Ok(Self {
            id: event.case,
            post: opening.post,
            newest_post: opening.post,
            network: opening.network.clone(),
            visibility: opening.visibility,
            department: opening.department,
            owner: Owner::Desk,
            state: CaseState::Open,
            priority: opening.priority.clone(),
            tags,
            offer: None,
            risk: opening.risk.clone(),
            involved: sorted(opening.involved.iter().copied().filter(|other| *other != opening.department)),
            watchers: Vec::new(),
            outreaches: Vec::new(),
            why: opening.why.clone(),
            why_here: opening.why_here.clone(),
            opened_at: event.at,
            changed_at: event.at,
            replied_at: None,
            merged_into: None,
            version: 1,
        })
    }

    /// The case that a whole history makes.
    pub fn of_history(events: &[Event]) -> Result<Option<Self>, Contradiction> {
        let Some((first, rest)) = events.split_first() else { return Ok(None) };
        let mut case = Self::open(first)?;
        for event in rest {
            case.apply(event)?;
        }
        Ok(Some(case))
    }

    /// Whether it ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, CaseState::Closed { .. })
    }

    /// What is decided about it.
    pub fn standing(&self) -> Standing {
        Standing {
            department: self.department,
            owner: self.owner,
            state: self.state.clone(),
            priority: self.priority.clone(),
            tags: self.tags.clone(),
            offer: self.offer.clone(),
        }
    }

    /// Changes the case as the event says, or says why that cannot happen and leaves it as it was.
    pub fn apply(&mut self, event: &Event) -> Result<(), Contradiction> {
        let wrong = |why| Err(Contradiction { case: event.case, kind: event.what.kind(), why });
        if event.case != self.id {
            return wrong("it is of another case");
        }
        if event.number != self.version + 1 {
            return wrong("its number does not follow");
        }
        // What was said in it stands in the other case: nothing happens here until the two are taken apart.
        if self.merged_into.is_some() && !matches!(event.what, Happening::Separated(_)) {
            return wrong("it went into another case");
        }
        let by_user = event.by.user();
        match &event.what {
            Happening::Opened(_) => return wrong("it is open already"),
            // History, replies and notes go on whatever the state is.
            Happening::Joined { is_ours: true, .. }
            | Happening::Noted { .. }
            | Happening::QuestionAsked(_)
            | Happening::QuestionAnswered { .. }
            | Happening::QuestionWithdrawn { .. }
            | Happening::ReplyQueued { .. }
            | Happening::ReplyFailed { .. }
            | Happening::ReplyWithdrawn { .. }
            | Happening::ClockWarned { .. }
            | Happening::ClockBreached { .. } => {}
            Happening::OutreachAsked(_) if self.is_closed() => return wrong("it is closed"),
            Happening::OutreachAsked(ask) if self.outreaches.contains(&ask.id) => {
                return wrong("it is asked for already");
            }
            Happening::OutreachAsked(ask) => insert(&mut self.outreaches, ask.id),
            what if what.outreach().is_some_and(|id| !self.outreaches.contains(&id)) => {
                return wrong("the outreach has ended");
            }
            Happening::OutreachAccepted { .. }
            | Happening::OutreachTried(_)
            | Happening::OutreachWarned { .. }
            | Happening::OutreachOverdue { .. } => {}
            Happening::OutreachDone(_)
            | Happening::OutreachDeclined { .. }
            | Happening::OutreachWithdrawn { .. }
            | Happening::OutreachReturned { .. } => self.outreaches.retain(|id| event.what.outreach() != Some(*id)),
            Happening::Escalated { to, .. } => insert(&mut self.watchers, *to),
            Happening::PingPong { between, heads, .. } => {
                let here = self.department;
                between.iter().filter(|department| **department != here).for_each(|department| {
                    insert(&mut self.involved, *department);
                });
                heads.iter().for_each(|head| insert(&mut self.watchers, *head));
            }
            Happening::Watched { user } if self.watchers.contains(user) => return wrong("the user follows it already"),
            Happening::Watched { user } => insert(&mut self.watchers, *user),
            Happening::Unwatched { user } if !self.watchers.contains(user) => {
                return wrong("the user does not follow it");
            }
            Happening::Unwatched { user } => self.watchers.retain(|watcher| watcher != user),
            Happening::Involved { department, .. } if self.involved.contains(department) => {
                return wrong("the department follows it already");
            }
            Happening::Involved { department, .. } => insert(&mut self.involved, *department),
            Happening::Excused { department } if !self.involved.contains(department) => {
                return wrong("the department does not follow it");
            }
            Happening::Excused { department } => self.involved.retain(|involved| involved != department),
            Happening::Assessed { risk } => self.risk = risk.clone(),
            Happening::ReplySent { .. } => {
                self.replied_at.get_or_insert(event.at);
            }
            Happening::Joined { post, is_ours: false } => self.newest_post = self.newest_post.max(*post),
            Happening::Tagged { added, removed } => {
                self.tags.retain(|tag| !removed.contains(tag));
                self.tags.extend(added.iter().cloned());
                self.tags.sort();
                self.tags.dedup();
            }
            Happening::Recounted { .. } if self.priority.is_by_hand() => {
                return wrong("somebody said how urgent it is");
            }
            Happening::Prioritised { priority, .. } | Happening::Recounted { priority, .. } => {
                self.priority = priority.clone();
            }
            // The first event is the opening: without it there is no case.
            Happening::Undone { event: undone, .. } if *undone < 2 || *undone >= event.number => {
                return wrong("it takes back what comes before it, and never the opening");
            }
            Happening::Undone { restored, .. } if restored.is_closed() && restored.offer.is_some() => {
                return wrong("a closed case is not offered");
            }
            Happening::Undone { restored, .. } if restored.is_closed() && !self.outreaches.is_empty() => {
                return wrong(OUTREACH_OPEN);
            }
            Happening::Undone { restored, .. } if restored.is_merged() => {
                return wrong("it is merged anew, not by undoing");
            }
            Happening::Undone { restored, .. } => self.stand(restored),
            Happening::Merged(merged) => self.merge(merged).or_else(wrong)?,
            Happening::TakenApart(apart) => self.take_whole(&apart.whole).or_else(wrong)?,
            Happening::MergedInto { into } if *into == self.id => return wrong("it does not go into itself"),
            Happening::MergedInto { into } => {
                self.state = CaseState::Closed { outcome: Outcome::Merged, reason: String::new() };
                self.offer = None;
                // They go on where the case does.
                self.outreaches.clear();
                self.merged_into = Some(*into);
            }
            Happening::Separated(separated) => self.separate(separated).or_else(wrong)?,
            Happening::Split { other, .. } if *other == self.id => return wrong("it is not split into itself"),
            Happening::Split { newest_post, .. } => self.newest_post = *newest_post,
            Happening::SplitFrom { .. } if event.number != 2 => return wrong("it has begun already"),
            Happening::SplitFrom { replied_at, .. } => self.replied_at = *replied_at,
            Happening::Reopened { .. } if self.is_closed() => self.state = CaseState::Open,
            Happening::Reopened { .. } => return wrong("it is not closed"),
            _ if self.is_closed() => return wrong("it is closed"),
            Happening::Claimed => match by_user {
                Some(user) if self.owner != Owner::User(user) => self.hand_to(Owner::User(user)),
                Some(_) => return wrong("the user owns it already"),
                None => return wrong("only a user can claim"),
            },
            Happening::Assigned { to, .. } if self.owner == Owner::User(*to) => {
                return wrong("the user owns it already");
            }
            Happening::Assigned { to, .. } => self.hand_to(Owner::User(*to)),
            Happening::Released { .. } if self.owner == Owner::Desk => return wrong("the desk owns it already"),
            Happening::Released { .. } => self.hand_to(Owner::Desk),
            Happening::Offered(_) if self.offer.is_some() => return wrong("it is offered already"),
            Happening::Offered(offer) => self.offer = Some(offer.clone()),
            Happening::Accepted => match (self.offer.take(), by_user) {
                (Some(offer), Some(user)) if offer.user.is_none_or(|wanted| wanted == user) => {
                    if let (true, Owner::User(sender)) = (offer.keeps_watching, self.owner)
                        && sender != user
                    {
                        insert(&mut self.watchers, sender);
                    }
                    self.go_to(offer.department);
                    self.owner = Owner::User(user);
                }
                (offer, _) => {
                    self.offer = offer;
                    return wrong("it is not offered to them");
                }
            },
            Happening::Declined { .. } | Happening::OfferEnded { .. } => {
                if self.offer.take().is_none() {
                    return wrong("nothing is offered");
                }
            }
            Happening::Moved { department, .. } => {
                self.go_to(*department);
                self.hand_to(Owner::Desk);
            }
            Happening::Waiting { on } if self.state == (CaseState::Waiting { on: *on }) => {
                return wrong("it waits already");
            }
            Happening::Waiting { on } => self.state = CaseState::Waiting { on: *on },
            Happening::Snoozed { until } => self.state = CaseState::Snoozed { until: *until },
            Happening::Resumed { .. } if self.state == CaseState::Open => return wrong("it is open already"),
            Happening::Resumed { .. } => self.state = CaseState::Open,
            Happening::Closed { outcome: Outcome::NoAnswer, reason } if reason.trim().is_empty() => {
                return wrong("no answer wants a reason");
            }
            Happening::Closed { .. } if !self.outreaches.is_empty() => return wrong(OUTREACH_OPEN),
            Happening::Closed { outcome: Outcome::Merged, .. } => return wrong("say which case it goes into"),
            Happening::Closed { outcome, reason } => {
                self.state = CaseState::Closed { outcome: *outcome, reason: reason.clone() };
                self.offer = None;
            }
        }
        self.changed_at = self.changed_at.max(event.at);
        self.version = event.number;
        Ok(())
    }

    /// The next event of this case.
    pub fn next_event(&self, at: Timestamp, by: By, what: Happening) -> Event {
        Event { case: self.id, number: self.version + 1, at, by, via: None, what }
    }

    /// Stands as it stood once.
    pub(crate) fn stand(&mut self, standing: &Standing) {
        let Standing { department, owner, state, priority, tags, offer } = standing.clone();
        (self.department, self.owner, self.state) = (department, owner, state);
        (self.priority, self.tags, self.offer) = (priority, tags, offer);
        self.tags.sort();
        self.tags.dedup();
    }

    /// A department that owns a case does not follow it beside.
    fn go_to(&mut self, department: DepartmentId) {
        self.department = department;
        self.involved.retain(|involved| *involved != department);
    }

    /// A new owner within the department ends what was offered.
    fn hand_to(&mut self, owner: Owner) {
        self.owner = owner;
        self.offer = None;
    }
}

pub(crate) fn sorted<T: Ord>(list: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.collect();
    list.sort();
    list.dedup();
    list
}

/// Keeps a sorted list sorted; what is there already stays once.
fn insert<T: Ord>(list: &mut Vec<T>, one: T) {
    if let Err(place) = list.binary_search(&one) {
        list.insert(place, one);
    }
}

/// Which cases are asked for, most urgent first (closed ones: last changed first) or newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CaseFilter {
    /// Only those of any of these departments; of all if there are none.
    pub departments: Vec<DepartmentId>,
    /// Only those that this user owns.
    pub owner: Option<UserId>,
    /// Only those that a desk owns.
    pub is_unclaimed: bool,
    /// Only those that are offered to one of these departments (or to `offered_to_user`).
    pub offered_to: Vec<DepartmentId>,
    /// With `offered_to`: the user whose own offers count too.
    pub offered_to_user: Option<UserId>,
    /// Only those that this user follows beside their owner.
    pub watched_by: Option<UserId>,
    /// Only those that one of these departments follows beside their own.
    pub involving: Vec<DepartmentId>,
    /// One of [`CaseState::WORDS`]; `None` for all that are not closed.
    pub state: Option<&'static str>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those of conversations on this network.
    pub network: Option<String>,
    /// Only those whose newest post reads as this language: a primary tag of BCP 47, as `de`.
    pub language: Option<String>,
    /// Only those of at least this priority.
    pub least_priority: u8,
    /// What stands first.
    pub order: CaseOrder,
    /// Also those that are not public (never for observers).
    pub with_private: bool,
    /// The next page: only those after this place.
    pub after: Option<CasePlace>,
    /// How many at most.
    pub limit: u32,
}

impl CaseFilter {
    /// The place of a case in the list.
    pub fn place_of(&self, case: &Case) -> CasePlace {
        let rank = match (self.order, self.state) {
            (CaseOrder::Newest, _) => case.id.0,
            (CaseOrder::Priority, Some("closed")) => case.changed_at.as_microsecond(),
            (CaseOrder::Priority, _) => i64::from(case.priority.score),
        };
        CasePlace { rank, id: case.id }
    }

    /// Whether a place stands before another one in the list.
    pub fn is_before(&self, first: CasePlace, second: CasePlace) -> bool {
        match self.order {
            CaseOrder::Newest => first.id > second.id,
            CaseOrder::Priority => (first.rank, first.id) > (second.rank, second.id),
        }
    }

    /// Whether it may choose a case, wherever that stands in the list. True also where only the store can tell: a case does
    /// not know the language of its posts.
    pub fn may_choose(&self, case: &Case) -> bool {
        let is_one_of = |departments: &[DepartmentId], one| departments.is_empty() || departments.contains(&one);
        let is_offered = |offer: &Offer| match (offer.user, self.offered_to_user) {
            (Some(user), Some(asked)) => user == asked,
            _ => self.offered_to.contains(&offer.department),
        };
        let asks_for_offers = !self.offered_to.is_empty() || self.offered_to_user.is_some();
        let state = case.state.as_str();
        is_one_of(&self.departments, case.department)
            && self.owner.is_none_or(|owner| case.owner == Owner::User(owner))
            && (!self.is_unclaimed || case.owner == Owner::Desk)
            && (!asks_for_offers || case.offer.as_ref().is_some_and(is_offered))
            && self.watched_by.is_none_or(|user| case.watchers.contains(&user))
            && (self.involving.is_empty() || self.involving.iter().any(|one| case.involved.contains(one)))
            && self.state.map_or(state != "closed", |asked| asked == state)
            && self.tag.as_ref().is_none_or(|tag| case.tags.contains(tag))
            && self.network.as_ref().is_none_or(|network| *network == case.network)
            && case.priority.score >= self.least_priority
            && (self.with_private || case.visibility.is_open())
    }
}

/// A place in a list of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CasePlace {
    /// Priority of the last one, or microseconds of its last change where closed ones are listed; its number where the
    /// newest stand first.
    pub rank: i64,
    /// Its number.
    pub id: CaseId,
}

/// How many cases of a queue are late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateCount {
    /// The department.
    pub department: DepartmentId,
    /// The user who owns them; `None` for the desk.
    pub owner: Option<UserId>,
    /// Whether those are the ones that only who works here may see.
    pub is_private: bool,
    /// How many.
    pub cases: u64,
}

/// How many cases a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QueueCount {
    /// The department.
    pub department: DepartmentId,
    /// The owner in it; `None` for its desk.
    pub owner: Option<UserId>,
    /// One of [`CaseState::WORDS`].
    pub state: &'static str,
    /// How many of them are public.
    pub public: u64,
    /// How many are not.
    pub private: u64,
}

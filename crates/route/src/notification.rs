//! Who hears of an event, why, and when they are written to.
//!
//! Nobody hears of what they did themselves, nobody of a case that they may not work on, and each user hears of an event
//! once, for the reason that concerns them most.

use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use switchboard_model::{
    Asked, By, Case, Department, DepartmentId, Event, Happening, NotificationKind, NotificationSettings, Owner, Pace,
    QuestionView, QuietHours, Role, Team, User, UserId,
};

use crate::named::users_named;

/// Everybody who can be told.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// All users.
    pub users: &'a [User],
    /// All departments.
    pub departments: &'a [Department],
    /// The team across them.
    pub team: &'a Team,
}

/// One user who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub user: UserId,
    /// Why.
    pub kind: NotificationKind,
    /// The department that it is about.
    pub department: DepartmentId,
}

/// Who is told of the last event of a history. `before` is the case without it (`None`: it opened the case), `after` with
/// it; `asker` asked the question that it answers, or for the outreach that it is about, where that may stand in a case that went
/// into this one.
pub fn told(
    history: &[Event],
    before: Option<&Case>,
    after: &Case,
    asker: Option<UserId>,
    audience: Audience<'_>,
) -> Vec<Told> {
    let Some(event) = history.last() else { return Vec::new() };
    let mut list = List { audience, asker, actor: actor(history, event), told: Vec::new() };
    list.fill(history, event, before, after);
    list.told
}

/// Whose act an event is. What the outbox writes is the act of whoever wrote the reply.
fn actor(history: &[Event], event: &Event) -> Option<UserId> {
    if event.by != By::Outbox || matches!(event.what, Happening::ReplyFailed { .. }) {
        return event.by.user();
    }
    writer(history)
}

/// Who queued the newest reply.
fn writer(history: &[Event]) -> Option<UserId> {
    let queued = history.iter().rev().find(|event| matches!(event.what, Happening::ReplyQueued { .. }))?;
    queued.by.user()
}

/// Whether an event was written together with the end of a merge.
fn has_come_back(history: &[Event], event: &Event) -> bool {
    history.iter().any(|other| other.at == event.at && matches!(other.what, Happening::Separated(_)))
}

struct List<'a> {
    audience: Audience<'a>,
    asker: Option<UserId>,
    actor: Option<UserId>,
    told: Vec<Told>,
}

impl List<'_> {
    fn fill(&mut self, history: &[Event], event: &Event, before: Option<&Case>, after: &Case) {
        use NotificationKind as Kind;
        let here = after.department;
        let owner = after.owner.user();
        let was = before.and_then(|before| before.owner.user());
        match &event.what {
            Happening::Opened(_) => {
                let involved = after.involved.clone();
                involved.into_iter().for_each(|department| self.leaders(department, Kind::Involved));
                return;
            }
            Happening::Assigned { to, .. } => self.tell(*to, Kind::Assigned, here),
            Happening::Released { .. } | Happening::Moved { .. } => {
                self.tell_any(was, Kind::Returned, here);
                if event.by.user().is_none() {
                    self.leaders(here, Kind::Returned);
                }
            }
            Happening::Offered(offer) => match offer.user {
                Some(user) => self.tell(user, Kind::Offered, offer.department),
                None => self.members(offer.department, Kind::Offered),
            },
            Happening::Accepted | Happening::Declined { .. } | Happening::OfferEnded { .. } => {
                let about = before.and_then(|before| before.offer.as_ref()).map_or(here, |offer| offer.department);
                let is_offer = |event: &&Event| matches!(event.what, Happening::Offered(_));
                let sender = history.iter().rev().find(is_offer).and_then(|event| event.by.user());
                self.tell_any(sender, Kind::OfferEnded, about);
                self.tell_any(was, Kind::OfferEnded, about);
                // An offer that nobody accepted may have made somebody the owner.
                self.tell_any(owner.filter(|_| owner != was), Kind::Assigned, here);
            }
            Happening::Noted { text } => {
                for user in users_named(text, self.audience.users) {
                    self.tell(user, Kind::Mentioned, here);
                }
            }
            Happening::Watched { user } if was_addressed(history, *user, self.audience.users) => return,
            Happening::Watched { user } => {
                self.tell(*user, Kind::Changed, here);
                return;
            }
            Happening::Involved { department, .. } => {
                self.leaders(*department, Kind::Involved);
                return;
            }
            Happening::PingPong { heads, .. } => heads.iter().for_each(|head| self.tell(*head, Kind::PingPong, here)),
            Happening::ClockWarned { .. } => {
                self.clock(after, Kind::ClockWarned);
                return;
            }
            Happening::ClockBreached { .. } => {
                self.clock(after, Kind::ClockBreached);
                self.leaders(here, Kind::ClockBreached);
                return;
            }
            Happening::Escalated { to, .. } => {
                self.tell(*to, Kind::Escalated, here);
                return;
            }
            Happening::QuestionAsked(question) => {
                if let Asked::User(user) = question.to {
                    self.tell(user, Kind::Question, here);
                }
                return;
            }
            Happening::QuestionAnswered { of: Some(_), .. } => self.tell_any(self.asker, Kind::Answer, here),
            // Whoever asked was told when it was answered: it only came back from the case that this one was in.
            Happening::QuestionAnswered { .. } if has_come_back(history, event) => return,
            Happening::QuestionAnswered { question, .. } => {
                let asked = QuestionView::find(history, *question).and_then(|view| view.event.by.user());
                self.tell_any(asked, Kind::Answer, here);
            }
            Happening::OutreachAsked(ask) => {
                self.tell(ask.senior, Kind::Outreach, here);
                self.tell_any(owner, Kind::Changed, here);
                return;
            }
            Happening::OutreachWithdrawn { senior, .. } => {
                self.tell(*senior, Kind::OutreachCame, here);
                self.outreach_came(history, event, after);
                return;
            }
            Happening::OutreachAccepted { .. }
            | Happening::OutreachDeclined { .. }
            | Happening::OutreachReturned { .. }
            | Happening::OutreachTried(_)
            | Happening::OutreachDone(_) => {
                self.outreach_came(history, event, after);
                return;
            }
            Happening::OutreachWarned { senior, .. } => {
                self.tell(*senior, Kind::OutreachDue, here);
                self.clock(after, Kind::OutreachDue);
                return;
            }
            Happening::OutreachOverdue { senior, .. } => {
                self.tell(*senior, Kind::OutreachDue, here);
                self.clock(after, Kind::OutreachDue);
                self.leaders(here, Kind::OutreachDue);
                return;
            }
            // Whoever comes with the other case reads it there.
            Happening::Merged(_) => {
                self.tell_any(owner, Kind::Changed, here);
                let known = before.map(|before| before.watchers.clone()).unwrap_or_default();
                known.into_iter().for_each(|watcher| self.tell(watcher, Kind::Changed, here));
                return;
            }
            Happening::SplitFrom { .. } => return,
            Happening::ReplyFailed { .. } => self.tell_any(writer(history), Kind::Changed, here),
            // Nothing that anybody waits for.
            Happening::Joined { is_ours: true, .. }
            | Happening::Tagged { .. }
            | Happening::Unwatched { .. }
            | Happening::Excused { .. }
            | Happening::Assessed { .. }
            | Happening::Recounted { .. }
            | Happening::QuestionWithdrawn { .. }
            | Happening::ReplyQueued { .. }
            | Happening::ReplyWithdrawn { .. } => return,
            Happening::Claimed
            | Happening::Joined { is_ours: false, .. }
            | Happening::Prioritised { .. }
            | Happening::Waiting { .. }
            | Happening::Snoozed { .. }
            | Happening::Resumed { .. }
            | Happening::Closed { .. }
            | Happening::Reopened { .. }
            | Happening::Undone { .. }
            | Happening::TakenApart(_)
            | Happening::MergedInto { .. }
            | Happening::Separated(_)
            | Happening::Split { .. }
            | Happening::ReplySent { .. } => {}
        }
        self.tell_any(owner, Kind::Changed, here);
        self.tell_any(was, Kind::Changed, here);
        after.watchers.iter().for_each(|watcher| self.tell(*watcher, Kind::Changed, here));
    }

    /// What came of an outreach: whoever asked for it and whoever has the case; where neither is there, who leads the desk.
    fn outreach_came(&mut self, history: &[Event], event: &Event, case: &Case) {
        let outreach = event.what.outreach();
        let is_ask =
            |event: &&Event| matches!(event.what, Happening::OutreachAsked(_)) && event.what.outreach() == outreach;
        let found = history.iter().find(is_ask).and_then(|event| event.by.user());
        let concerned = [self.asker.or(found), case.owner.user()];
        for user in concerned.into_iter().flatten() {
            self.tell(user, NotificationKind::OutreachCame, case.department);
        }
        let users = self.audience.users;
        let is_there = |user: &UserId| users.iter().any(|known| known.id == *user && may_hear(known));
        if !concerned.iter().flatten().any(is_there) {
            self.leaders(case.department, NotificationKind::OutreachCame);
        }
    }

    /// Whom a clock concerns: the owner, or whoever leads the desk that has the case.
    fn clock(&mut self, case: &Case, kind: NotificationKind) {
        match case.owner {
            Owner::User(owner) => self.tell(owner, kind, case.department),
            Owner::Desk => self.leaders(case.department, kind),
        }
    }

    fn tell_any(&mut self, user: Option<UserId>, kind: NotificationKind, department: DepartmentId) {
        if let Some(user) = user {
            self.tell(user, kind, department);
        }
    }

    /// The first reason stands.
    fn tell(&mut self, user: UserId, kind: NotificationKind, department: DepartmentId) {
        let is_told = self.told.iter().any(|told| told.user == user);
        let known = self.audience.users.iter().find(|known| known.id == user);
        if !is_told && self.actor != Some(user) && known.is_some_and(may_hear) {
            self.told.push(Told { user, kind, department });
        }
    }

    /// Everybody who works for a department.
    fn members(&mut self, department: DepartmentId, kind: NotificationKind) {
        let users = self.audience.users;
        for user in users.iter().filter(|user| user.departments.contains(&department)) {
            self.tell(user.id, kind, department);
        }
        self.leaders(department, kind);
    }

    /// Who answers for a department: its head, and who speaks for it in the team.
    fn leaders(&mut self, department: DepartmentId, kind: NotificationKind) {
        let known = self.audience.departments.iter().find(|known| known.id == department);
        let seat = self.audience.team.seats.get(&department).copied();
        self.tell_any(known.map(|known| known.head), kind, department);
        self.tell_any(seat, kind, department);
    }
}

/// Whether somebody can be told of cases: who cannot work on one has nothing to do about it.
pub fn may_hear(user: &User) -> bool {
    user.is_active && user.role != Role::Observer
}

/// Whether a user follows a case because the note before named them, or they were asked: of which they hear already.
fn was_addressed(history: &[Event], user: UserId, users: &[User]) -> bool {
    let Some(last) = history.last() else { return false };
    let together = history.iter().rev().take_while(|event| event.at == last.at && event.by == last.by);
    together.into_iter().any(|event| match &event.what {
        Happening::Noted { text } => users_named(text, users).contains(&user),
        Happening::QuestionAsked(question) => question.to == Asked::User(user),
        _ => false,
    })
}

/// When something leaves that happened at a moment; never without a pace.
pub fn leaves_at(pace: Pace, settings: &NotificationSettings, zone: &str, at: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = at.to_zoned(zone.clone()).datetime();
    let moment = |local: DateTime| local.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
    let wanted = match pace {
        Pace::Never => return None,
        Pace::AtOnce => at,
        // In every zone of the world a quarter of an hour is the finest that hours are shifted by.
        Pace::Hourly => {
            let hour = local.with().minute(0).second(0).subsec_nanosecond(0).build().ok()?;
            moment(hour.checked_add(1.hour()).ok()?).filter(|next| *next > at).unwrap_or(at)
        }
        Pace::Daily => next_day(local, settings, |_| true).and_then(moment)?,
        Pace::Weekly => {
            let day = Weekday::from_monday_one_offset(i8::try_from(settings.digest_day).ok()?).ok()?;
            next_day(local, settings, |weekday| weekday == day).and_then(moment)?
        }
    };
    let Some(quiet) = settings.quiet else { return Some(wanted) };
    let local = wanted.to_zoned(zone.clone()).datetime();
    Some(end_of_quiet(local, quiet).and_then(moment).unwrap_or(wanted))
}

/// The next time that digests leave, on a day that fits.
fn next_day(local: DateTime, settings: &NotificationSettings, fits: impl Fn(Weekday) -> bool) -> Option<DateTime> {
    let time = time_of(settings.digest_at)?;
    (0..=7).find_map(|days| {
        let next = local.date().checked_add(days.days()).ok()?.to_datetime(time);
        (next > local && fits(next.weekday())).then_some(next)
    })
}

/// When the quiet hours end that a moment is in; none if it is in none.
fn end_of_quiet(local: DateTime, quiet: QuietHours) -> Option<DateTime> {
    let (from, to) = (time_of(quiet.from)?, time_of(quiet.to)?);
    let now = local.time();
    let (is_quiet, is_tomorrow) =
        if from <= to { (from <= now && now < to, false) } else { (now >= from || now < to, now >= from) };
    let day = if is_tomorrow { local.date().tomorrow().ok()? } else { local.date() };
    is_quiet.then(|| day.to_datetime(to))
}

fn time_of(minute: u16) -> Option<Time> {
    Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use switchboard_model::{
        CaseId, ClockKind, Duty, Offer, Office, Opening, Outcome, OutreachAsk, OutreachChannel, OutreachId,
        Preferences, Profile, ReplyId, TransferReason, Visibility,
    };
    use uuid::Uuid;

    use super::*;

    pub(crate) fn user(number: u128, name: &str) -> User {
        let local = name.to_lowercase().replace(' ', ".");
        User {
            id: id(number),
            name: name.to_owned(),
            email: format!("{local}@acme.example"),
            role: Role::Member,
            is_active: true,
            has_password: true,
            departments: vec![department(if number < 4 { 1 } else { 2 })],
            languages: Vec::new(),
            time_zone: "UTC".to_owned(),
            duty: Duty::default(),
            profile: Profile::default(),
            preferences: Preferences::default(),
            created_at: Timestamp::UNIX_EPOCH,
            failures: 0,
            locked_until: None,
        }
    }

    fn id(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn department(number: u128) -> DepartmentId {
        DepartmentId(Uuid::from_u128(0x100 + number))
    }

    /// Ada heads both departments, Ines and Tom are of service, Sam and Eva of sales, Olga looks on, Gone has left.
    fn people() -> (Vec<User>, Vec<Department>) {
        let names = ["Ada", "Ines", "Tom", "Sam", "Eva", "Olga", "Gone"];
        let mut users: Vec<User> = names.iter().zip(1..).map(|(name, number)| user(number, name)).collect();
        users[5].role = Role::Observer;
        users[6].is_active = false;
        let one = |number| Department {
            id: department(number),
            key: number.to_string(),
            name: number.to_string(),
            head: id(if number == 1 { 1 } else { 5 }),
            deputy: None,
            intents: Vec::new(),
            keywords: Vec::new(),
            is_active: true,
            place: 0,
            office: Office::default(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        (users, vec![one(1), one(2)])
    }

    fn opened() -> (Vec<Event>, Case) {
        let opening = Opening {
            post: 1,
            network: "x".into(),
            visibility: Visibility::Public,
            department: department(1),
            priority: switchboard_model::Priority { score: 10, parts: Vec::new() },
            tags: Vec::new(),
            rules: Vec::new(),
            why: String::new(),
            why_here: String::new(),
            risk: switchboard_model::Assessment::default(),
            involved: vec![department(2)],
            owner: None,
            proposal: None,
        };
        let event = Event {
            case: CaseId(1),
            number: 1,
            at: Timestamp::UNIX_EPOCH,
            by: By::Rules,
            via: None,
            what: Happening::Opened(opening),
        };
        let case = Case::open(&event).expect("an opening");
        (vec![event], case)
    }

    struct Play {
        history: Vec<Event>,
        case: Case,
        users: Vec<User>,
        departments: Vec<Department>,
        team: Team,
    }

    impl Play {
        fn new() -> Self {
            let ((history, case), (users, departments)) = (opened(), people());
            Self { history, case, users, departments, team: Team::default() }
        }

        /// Who hears of it, as numbers with the kind; nobody of what cannot happen.
        fn happens(&mut self, by: By, what: Happening) -> Vec<(u128, NotificationKind)> {
            let before = self.case.clone();
            let event = before.next_event(Timestamp::UNIX_EPOCH, by, what);
            if self.case.apply(&event).is_err() {
                return Vec::new();
            }
            self.history.push(event);
            self.told(Some(&before))
        }

        fn told(&self, before: Option<&Case>) -> Vec<(u128, NotificationKind)> {
            self.told_with(before, None)
        }

        fn told_with(&self, before: Option<&Case>, asker: Option<UserId>) -> Vec<(u128, NotificationKind)> {
            let audience = Audience { users: &self.users, departments: &self.departments, team: &self.team };
            let told = told(&self.history, before, &self.case, asker, audience);
            told.into_iter().map(|told| (told.user.0.as_u128(), told.kind)).collect()
        }
    }

    fn by(number: u128) -> By {
        By::User(id(number))
    }

    fn offer(user: Option<u128>) -> Happening {
        Happening::Offered(Offer {
            department: department(2),
            user: user.map(id),
            reason: TransferReason::Expertise,
            note: "n".into(),
            until: Timestamp::MAX,
            keeps_watching: true,
        })
    }

    #[test]
    fn each_hears_of_what_concerns_them() {
        use NotificationKind as Kind;
        let mut play = Play::new();
        assert_eq!(play.told(None), [(5, Kind::Involved)], "whoever leads a department that has something at stake");
        assert_eq!(play.happens(by(2), Happening::Claimed), []);
        let named = play.happens(by(1), Happening::Noted { text: "@tom and @olga, look".into() });
        assert_eq!(named, [(3, Kind::Mentioned), (2, Kind::Changed)], "an observer reads no notes");
        assert_eq!(play.happens(by(1), Happening::Watched { user: id(3) }), [], "they were named");
        assert_eq!(play.happens(by(2), offer(None)), [(4, Kind::Offered), (5, Kind::Offered), (3, Kind::Changed)]);
        let accepted = play.happens(by(4), Happening::Accepted);
        assert_eq!(accepted, [(2, Kind::OfferEnded), (3, Kind::Changed)]);
        let reply = ReplyId(Uuid::from_u128(1));
        assert_eq!(play.happens(by(4), Happening::ReplyQueued { reply, despite: String::new() }), []);
        let sent = play.happens(By::Outbox, Happening::ReplySent { reply, url: None });
        assert_eq!(sent, [(2, Kind::Changed), (3, Kind::Changed)], "who wrote it knows");
        let failed = play.happens(By::Outbox, Happening::ReplyFailed { reply, why: "no".into() });
        assert_eq!(failed.first(), Some(&(4, Kind::Changed)));
        let released = play.happens(By::Timer, Happening::Released { why: "off duty".into() });
        assert_eq!(released[..2], [(4, Kind::Returned), (5, Kind::Returned)]);
        assert_eq!(play.happens(by(5), Happening::assigned(id(4)))[0], (4, Kind::Assigned));
    }

    #[test]
    fn what_becomes_of_a_call_hears_whoever_asked_else_who_leads_the_desk() {
        use NotificationKind as Kind;
        let outreach = OutreachId(Uuid::from_u128(9));
        let (senior, why) = (id(4), String::new);
        let ask = Happening::OutreachAsked(Box::new(OutreachAsk {
            id: outreach,
            senior,
            title: "VP".into(),
            channel: OutreachChannel::Call,
            reason: "r".into(),
            script: String::new(),
            text: String::new(),
            steps: Vec::new(),
            may: String::new(),
            may_not: String::new(),
            warn_at: Timestamp::UNIX_EPOCH,
            due_at: Timestamp::UNIX_EPOCH,
        }));
        let mut play = Play::new();
        assert_eq!(play.happens(by(2), ask.clone()), [(4, Kind::Outreach)]);
        let due = Timestamp::UNIX_EPOCH;
        let warned = play.happens(By::Timer, Happening::OutreachWarned { outreach, senior, due, why: why() });
        assert!(warned.contains(&(4, Kind::OutreachDue)), "the senior is not asked anew: {warned:?}");
        assert_eq!(play.happens(by(4), Happening::OutreachAccepted { outreach }), [(2, Kind::OutreachCame)]);
        let withdrawn = play.happens(by(1), Happening::OutreachWithdrawn { outreach, senior, why: why() });
        assert_eq!(withdrawn, [(4, Kind::OutreachCame), (2, Kind::OutreachCame)], "so does who asked");
        // Asked by the operator: nobody has the case and nobody asked.
        let mut play = Play::new();
        play.happens(By::Operator, ask);
        let before = play.case.clone();
        let came = play.happens(by(4), Happening::OutreachAccepted { outreach });
        assert!(!came.is_empty() && came.iter().all(|(_, kind)| *kind == Kind::OutreachCame), "{came:?}");
        assert!(play.told_with(Some(&before), Some(id(3))) == [(3, Kind::OutreachCame)], "asked in another case");
    }

    fn any_happening() -> impl Strategy<Value = Happening> {
        prop_oneof![
            Just(Happening::Claimed),
            (1u128..8).prop_map(|to| Happening::assigned(id(to))),
            Just(Happening::Released { why: "w".into() }),
            prop::option::of(1u128..8).prop_map(offer),
            Just(Happening::Accepted),
            Just(Happening::Declined { note: "n".into() }),
            Just(Happening::OfferEnded { why: "w".into() }),
            Just(Happening::Moved { department: department(2), why: "w".into(), is_confirmed: false }),
            Just(Happening::Noted { text: "@ada @ines @tom @sam @eva @olga @gone".into() }),
            Just(Happening::Joined { post: 2, is_ours: false }),
            (1u128..8).prop_map(|user| Happening::Watched { user: id(user) }),
            Just(Happening::PingPong {
                between: [department(1), department(2)],
                hops: 3,
                heads: vec![id(1), id(5), id(7)]
            }),
            (1u128..8).prop_map(|to| Happening::Escalated {
                clock: ClockKind::FirstResponse,
                since: 1,
                step: 1,
                to: id(to)
            }),
            Just(Happening::ClockBreached { clock: ClockKind::Resolution, since: 1, due: Timestamp::UNIX_EPOCH }),
            Just(Happening::Closed { outcome: Outcome::SolvedPublicly, reason: String::new() }),
            Just(Happening::Reopened { why: "w".into() }),
        ]
    }

    fn any_by() -> impl Strategy<Value = By> {
        prop_oneof![(1u128..8).prop_map(by), Just(By::Timer), Just(By::Operator), Just(By::Author), Just(By::Outbox)]
    }

    proptest! {
        #[test]
        fn nobody_hears_twice_or_of_their_own_act_or_of_what_is_not_theirs_to_see(
            acts in prop::collection::vec((any_by(), any_happening()), 1..40),
        ) {
            let mut play = Play::new();
            for (by, what) in acts {
                let told = play.happens(by, what);
                let mut once: Vec<u128> = told.iter().map(|(user, _)| *user).collect();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), told.len(), "each at most once");
                prop_assert!(!told.iter().any(|(user, _)| by.user() == Some(id(*user))), "nobody of their own act");
                prop_assert!(!once.contains(&6) && !once.contains(&7), "nobody who does not work on cases");
            }
        }
    }

    #[test]
    fn what_is_told_leaves_at_the_hour_of_whoever_reads_it() {
        let settings = |quiet| NotificationSettings { quiet, ..NotificationSettings::default() };
        let night = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
        let lunch = Some(QuietHours { from: 12 * 60, to: 13 * 60 });
        let check = |pace, quiet, zone: &str, at: &str, expected: &str| {
            let found = leaves_at(pace, &settings(quiet), zone, at.parse().expect("a time"));
            assert_eq!(found.map(|at| at.to_string()).unwrap_or_default(), expected, "{pace:?} {quiet:?} {zone} {at}");
        };
        check(Pace::Never, None, "UTC", "2026-05-04T09:10:00Z", "");
        check(Pace::AtOnce, None, "UTC", "2026-05-04T09:10:00Z", "2026-05-04T09:10:00Z");
        check(Pace::AtOnce, night, "UTC", "2026-05-04T23:10:00Z", "2026-05-05T07:00:00Z");
        check(Pace::AtOnce, night, "UTC", "2026-05-04T06:59:00Z", "2026-05-04T07:00:00Z");
        check(Pace::AtOnce, lunch, "Europe/Berlin", "2026-05-04T10:30:00Z", "2026-05-04T11:00:00Z");
        check(Pace::AtOnce, lunch, "UTC", "2026-05-04T13:00:00Z", "2026-05-04T13:00:00Z");
        check(Pace::Hourly, None, "UTC", "2026-05-04T09:10:00Z", "2026-05-04T10:00:00Z");
        check(Pace::Hourly, None, "Asia/Kolkata", "2026-05-04T09:10:00Z", "2026-05-04T09:30:00Z");
        check(Pace::Hourly, night, "UTC", "2026-05-04T21:10:00Z", "2026-05-05T07:00:00Z");
        // Monday; eight o'clock in Berlin is six in summer.
        check(Pace::Daily, None, "Europe/Berlin", "2026-05-04T05:59:00Z", "2026-05-04T06:00:00Z");
        check(Pace::Daily, None, "Europe/Berlin", "2026-05-04T06:00:00Z", "2026-05-05T06:00:00Z");
        check(Pace::Weekly, None, "UTC", "2026-05-04T08:00:00Z", "2026-05-11T08:00:00Z");
        check(Pace::Weekly, None, "UTC", "2026-05-10T08:00:00Z", "2026-05-11T08:00:00Z");
        check(Pace::Daily, None, "Nowhere/Such", "2026-05-04T05:59:00Z", "2026-05-04T08:00:00Z");
    }
}

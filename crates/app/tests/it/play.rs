//! Someone always has it, whatever is done in whatever order: random sequences of everything that people, posts, clocks and
//! restarts do to cases, with a look at all of them after each step.

use std::sync::Arc;

use jiff::SignedDuration;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::outreach::{NewAsk, OutreachAct};
use switchboard_app::cases::split::{Split, SplitOwner};
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_app::directory::{DirectoryError, duty};
use switchboard_app::rights::Actor;
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{
    Assignment, Awaited, Case, CaseFilter, CaseId, CaseState, Clock, DepartmentId, DismissalReason, Happening, Outcome,
    OutreachChannel, OutreachOutcome, Owner, PostId, Role, Senior, SourceKind, TransferReason, Unaccepted, UserId,
};
use switchboard_testkit::app::{TestApp, heard};

use crate::access::{new_user, set_up};

/// Steps of one sequence.
const STEPS: u32 = 100;

/// Sequences on each engine; `SWITCHBOARD_TEST_PLAYS=1000` plays more, `200..300` those of these numbers.
const PLAYS: u64 = 12;

/// Chance that is the same in every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// One play: a company of four departments and seven people, and what happens to its cases.
struct Play {
    test: Option<TestApp>,
    dice: Dice,
    users: Vec<UserId>,
    departments: Vec<DepartmentId>,
    posts: u32,
    /// Those that a rule may have dismissed.
    coupons: Vec<u32>,
    /// What was done, for whoever has to find out why it went wrong.
    story: Vec<String>,
}

impl Play {
    async fn new(test: TestApp, seed: u64) -> Self {
        let ada = set_up(&test).await.user;
        test.search("brand", "acme").await;
        let mut departments: Vec<DepartmentId> = test.app.departments().iter().take(2).map(|one| one.id).collect();
        for name in ["Repairs", "Press"] {
            let new = NewDepartment {
                key: None,
                name: name.into(),
                head: ada.id,
                deputy: None,
                intents: Vec::new(),
                keywords: Vec::new(),
            };
            departments.push(test.app.add_department(&Actor::Operator, new).await.expect("added").id);
        }
        let mut users = vec![ada.id];
        for (place, name) in ["Ines", "Tom", "Sam", "Eva", "Kim", "Lou"].into_iter().enumerate() {
            let own = departments[place % departments.len()];
            let new = NewUser { departments: vec![own], ..new_user(name, Role::Member) };
            users.push(test.app.invite(&Actor::Operator, new).await.expect("invited").0.id);
        }
        Self {
            test: Some(test),
            dice: Dice(seed),
            users,
            departments,
            posts: 0,
            coupons: Vec::new(),
            story: Vec::new(),
        }
    }

    fn test(&self) -> &TestApp {
        self.test.as_ref().expect("it is there between two steps")
    }

    fn somebody(&mut self) -> Actor {
        let id = *self.dice.pick(&self.users);
        self.test().app.user(id).map_or(Actor::Operator, Actor::User)
    }

    fn department(&mut self) -> DepartmentId {
        *self.dice.pick(&self.departments)
    }

    async fn cases(&self) -> Vec<Case> {
        let mut all = Vec::new();
        for state in CaseState::WORDS {
            let filter = CaseFilter { state: Some(state), limit: 1_000, with_private: true, ..CaseFilter::default() };
            let page = self.test().app.cases(&Actor::Operator, filter).await.expect("listed");
            all.extend(page.cases.into_iter().map(|row| row.case));
        }
        all
    }

    async fn say(&mut self, answers: Option<u32>) {
        // Rules know some of them.
        let about = *self.dice.pick(&["", "", " coupon", " vip"]);
        self.say_about(about, answers).await;
    }

    async fn say_about(&mut self, about: &str, answers: Option<u32>) {
        self.posts += 1;
        if about == " coupon" {
            self.coupons.push(self.posts);
        }
        let text = format!("My acme kettle never arrived, I want a refund!{about}");
        let mut post = heard(&self.posts.to_string(), &text);
        if let (Ok(post), Some(first)) = (&mut post.post, answers) {
            post.in_reply_to = Some(format!("x:{first}"));
        }
        let app = &self.test().app;
        let source = app.source_named("door", SourceKind::Ingest).await.expect("a source");
        app.hand_in(&source, vec![post], None).await.expect("taken");
    }

    /// One step: most of what people try is refused, and that is part of it.
    async fn step(&mut self) {
        let kind = self.dice.roll(40);
        match kind {
            0..=2 => self.say(None).await,
            3 | 4 if self.posts > 0 => {
                let first = self.dice.roll(self.posts as usize) as u32 + 1;
                self.say(Some(first)).await;
            }
            5..=7 => self.let_time_pass().await,
            8 => {
                let test = self.test.take().expect("it is there");
                self.test = Some(test.resumed().await);
            }
            9 | 10 => self.change_people().await,
            11 => self.act_at_once().await,
            27 => self.change_rules().await,
            28 | 29 => self.answer_for_mentions().await,
            30 => self.change_load().await,
            31 => self.give_out().await,
            33..=35 => self.make_one_or_two().await,
            36..=39 => self.reach_out().await,
            _ => {
                let cases = self.cases().await;
                if cases.is_empty() {
                    return self.say(None).await;
                }
                // What is under way is where most can go wrong.
                let offered: Vec<&Case> = cases.iter().filter(|case| case.offer.is_some()).collect();
                let id = match offered.is_empty() || self.dice.roll(2) == 0 {
                    true => self.dice.pick(&cases).id,
                    false => self.dice.pick(&offered).id,
                };
                // The command line may do everything.
                let who = if self.dice.roll(3) == 0 { Actor::Operator } else { self.somebody() };
                let done = self.act(&who, id).await;
                self.story.push(format!("{:?} to {id}: {}", who.by(), told(&done)));
            }
        }
        self.story.push(format!("step {kind}"));
    }

    async fn let_time_pass(&mut self) {
        let minutes = *self.dice.pick(&[0, 1, 20, 45, 300, 1_500, 6_000]);
        let test = self.test();
        test.clock.advance(minutes * 60);
        test.app.ring().await.expect("rings");
        test.app.wind_clocks().await.expect("wound");
        test.app.ring_clocks().await.expect("rings");
        test.app.hand_back_off_duty().await.expect("handed back");
        test.app.ring_outreaches().await.expect("rings");
        test.app.return_outreaches().await.expect("given back");
        self.give_out().await;
        for case in self.cases().await {
            let now = self.test().clock.now();
            let is_over = |until: jiff::Timestamp| until <= now;
            assert!(!case.offer.is_some_and(|offer| is_over(offer.until)), "an offer has outlived its clock");
            assert!(!matches!(case.state, CaseState::Snoozed { until } if is_over(until)), "a case has overslept");
        }
    }

    /// What somebody does to a case.
    async fn act(&mut self, who: &Actor, id: CaseId) -> Result<Case, CaseError> {
        let (kind, other, department) = (self.dice.roll(22), *self.dice.pick(&self.users), self.department());
        let minutes = *self.dice.pick(&[1u32, 30, 600, 6_000]);
        let is_named = self.dice.roll(4) == 0;
        let note = *self.dice.pick(&["they know", "it is about the lid", " "]);
        let app = self.test().app.clone();
        let soon = app.now() + SignedDuration::from_mins(i64::from(minutes));
        match kind {
            0 | 1 => app.claim_case(who, id, None).await,
            2 => app.assign_case(who, id, None, other).await,
            3 => app.release_case(who, id, None, "my duty ends").await,
            4..=6 | 20 => {
                let transfer = Transfer {
                    department,
                    user: is_named.then_some(other),
                    reason: TransferReason::NotOurs,
                    note: note.into(),
                    accept_within_min: Some(minutes),
                    keeps_watching: is_named,
                };
                app.transfer_case(who, id, None, transfer).await
            }
            7 | 8 => app.accept_case(who, id, None).await,
            9 => app.decline_case(who, id, None, "not ours").await,
            10 => app.withdraw_offer(who, id, None).await,
            11 => app.wait_case(who, id, None, if is_named { Awaited::Author } else { Awaited::Colleague }).await,
            12 => app.snooze_case(who, id, None, soon).await,
            13 => app.resume_case(who, id, None, "").await,
            14 | 21 => app.close_case(who, id, None, Outcome::NoAnswer, "noise").await,
            15 => app.reopen_case(who, id, None, "after all").await,
            16 => app.undo(who, id, None, None).await,
            17 => app.watch_case(who, id, None).await,
            18 => app.involve(who, id, department, "a sale is at stake").await,
            _ => app.tag_case(who, id, None, &["lid".into()], &["refund".into()]).await,
        }
    }

    /// Two cases become one, one becomes two, or what became one is taken apart.
    async fn make_one_or_two(&mut self) {
        let cases = self.cases().await;
        if cases.is_empty() {
            return;
        }
        let (one, mut other) = (self.dice.pick(&cases).clone(), self.dice.pick(&cases).id);
        let parts: Vec<&Case> = cases.iter().filter(|case| case.merged_into.is_some()).collect();
        // What has parts already goes on into another one, and comes out of it with them.
        let whole = |part: &&Case| cases.iter().find(|case| part.merged_into == Some(case.id));
        let wholes: Vec<&Case> = parts.iter().filter_map(whole).collect();
        let goes_on = wholes.iter().find(|case| !case.is_closed());
        let goes_on = goes_on.filter(|_| self.dice.roll(2) == 0);
        if let Some(case) = goes_on {
            other = case.id;
        }
        let heir = cases.iter().find(|case| !case.is_closed() && case.id != other);
        let one = goes_on.and(heir).cloned().unwrap_or(one);
        let within: Vec<&Case> = wholes.iter().copied().filter(|case| case.merged_into.is_some()).collect();
        let parts = if within.is_empty() { parts } else { within };
        let who = if self.dice.roll(2) == 0 { Actor::Operator } else { self.somebody() };
        let (kind, user, department) = (self.dice.roll(4), *self.dice.pick(&self.users), self.department());
        let owner = *self.dice.pick(&[SplitOwner::Same, SplitOwner::Desk, SplitOwner::User(user)]);
        let app = self.test().app.clone();
        let done = match kind {
            0 => app.merge_case(&who, one.id, None, other, "the same").await,
            1 if !parts.is_empty() => {
                let part = *self.dice.pick(&parts);
                app.take_apart(&who, part.merged_into.expect("it went somewhere"), None, part.id).await
            }
            2 => app.undo(&who, one.id, None, None).await,
            _ => {
                let posts = app.store().case_posts(one.id, 100).await.expect("read");
                let posts: Vec<PostId> = posts.into_iter().map(|post| post.post.id).collect();
                let posts = if posts.is_empty() { Vec::new() } else { vec![self.dice.pick(&posts).clone()] };
                let department = Some(department).filter(|_| kind == 3);
                app.split_case(&who, one.id, None, &Split { posts, department, owner, why: "another matter".into() })
                    .await
            }
        };
        self.story.push(format!("{:?} one or two {kind} of {} and {other}: {}", who.by(), one.id, told(&done)));
    }

    /// Somebody is asked to call, answers, or can be asked no more; whoever owns the case stays its owner.
    async fn reach_out(&mut self) {
        let cases = self.cases().await;
        if cases.is_empty() {
            return;
        }
        let who = if self.dice.roll(2) == 0 { Actor::Operator } else { self.somebody() };
        let (kind, user, place) = (self.dice.roll(8), *self.dice.pick(&self.users), self.dice.roll(100));
        let asked: Vec<&Case> = cases.iter().filter(|case| !case.outreaches.is_empty()).collect();
        let case = match kind < 3 || asked.is_empty() {
            true => self.dice.pick(&cases).clone(),
            false => (*self.dice.pick(&asked)).clone(),
        };
        let app = self.test().app.clone();
        let act = async |act: OutreachAct| match case.outreaches.get(place % case.outreaches.len().max(1)) {
            Some(id) => app.act_on_outreach(&who, *id, act).await,
            None => Ok(case.clone()),
        };
        let note = || "we spoke".to_owned();
        let done = match kind {
            0..=2 => {
                let senior = Senior {
                    user,
                    title: "VP".into(),
                    channels: vec![OutreachChannel::Call],
                    departments: Vec::new(),
                    most_open: 3,
                };
                let _ = app.set_senior(&Actor::Operator, senior).await;
                let new = NewAsk {
                    senior: user,
                    channel: OutreachChannel::Call,
                    script: None,
                    reason: "many read it".into(),
                    contact: "by telephone".into(),
                    due_at: None,
                };
                app.ask_outreach(&who, case.id, new).await
            }
            3 => act(OutreachAct::Accept).await,
            4 => act(OutreachAct::Decline { why: "no time".into() }).await,
            5 => {
                let (outcome, promised, ticked) = (OutreachOutcome::Solved, String::new(), None);
                act(OutreachAct::Done { outcome, note: note(), promised, ticked }).await
            }
            6 => act(OutreachAct::Withdraw { why: String::new() }).await,
            _ => match app.remove_senior(&Actor::Operator, user).await {
                Ok(_) => Ok(case.clone()),
                Err(error) => Err(error),
            },
        };
        // Ownership moves where somebody is gone, and never by a call.
        if let Ok(after) = &done
            && after.id == case.id
            && after.owner != case.owner
        {
            let owner = case.owner.user().and_then(|owner| app.user(owner));
            assert!(owner.is_none_or(|owner| !owner.is_active || owner.role == Role::Observer), "{:#?}", self.story);
        }
        self.story.push(format!("{:?} outreach {kind} of {}: {}", who.by(), case.id, told(&done)));
    }

    /// Two people act on one case at the same instant.
    async fn act_at_once(&mut self) {
        let cases = self.cases().await;
        let Some(case) = cases.first() else { return };
        let (one, other) = (self.somebody(), self.somebody());
        let app = self.test().app.clone();
        let (first, second) = tokio::join!(app.claim_case(&one, case.id, None), app.claim_case(&other, case.id, None));
        if let (Ok(first), Ok(second)) = (&first, &second) {
            // Whoever may own nothing by now leaves it to the desk, where the other one finds it.
            let have_it = [first.owner.user(), second.owner.user()].into_iter().flatten().count();
            assert!(have_it < 2 || case.is_closed(), "both were told that they have it: {:#?}", self.story);
        }
    }

    async fn change_people(&mut self) {
        let (kind, mut user, mut department) = (self.dice.roll(9), *self.dice.pick(&self.users), self.department());
        // Whoever leaves is in the middle of something, and leads nothing.
        let owns = |case: Case| Some((case.id, case.department, case.owner.user()?)).filter(|_| !case.is_closed());
        let owned: Vec<_> = self.cases().await.into_iter().filter_map(owns).collect();
        let owned: Vec<_> = owned.into_iter().filter(|(.., owner)| *owner != self.users[0]).collect();
        if kind == 0 && !owned.is_empty() {
            let (id, home, owner) = *self.dice.pick(&owned);
            user = owner;
            let department = *self.departments.iter().find(|one| **one != home).expect("there are four");
            let note = "before I go".to_owned();
            let reason = TransferReason::NotOurs;
            let offer =
                Transfer { department, user: None, reason, note, accept_within_min: Some(60), keeps_watching: false };
            // Where one stands already, that one does.
            let _ = self.test().app.transfer_case(&Actor::Operator, id, None, offer).await;
        }
        // And a department that closes has work; it is not the one that takes what nobody else does.
        let open: Vec<Case> = self.cases().await.into_iter().filter(|case| !case.is_closed()).collect();
        if kind == 6 && !open.is_empty() {
            department = self.dice.pick(&open).department;
            let heir = *self.dice.pick(&self.departments);
            if heir != department {
                // One that is closed takes nothing.
                let _ = self.test().app.set_fallback(&Actor::Operator, heir).await;
            }
        }
        let hours = *self.dice.pick(&["", "mon-fri 09:00-17:00", "mon-sun 22:00-06:00", "tue 10:00-11:00"]);
        let app = self.test().app.clone();
        let by = Actor::Operator;
        let change = |change: UserChange| app.change_user(&by, user, change);
        let done: Result<(), DirectoryError> = match kind {
            0 => app.deactivate_user(&by, user).await.map(drop),
            1 => app.activate_user(&by, user).await.map(drop),
            2 => change(UserChange { role: Some(Role::Observer), ..UserChange::default() }).await.map(drop),
            3 => change(UserChange { role: Some(Role::Member), ..UserChange::default() }).await.map(drop),
            4 => change(UserChange { departments: Some(vec![department]), ..UserChange::default() }).await.map(drop),
            5 => {
                let duty = duty::parse(hours).expect("hours");
                change(UserChange { duty: Some(duty), ..UserChange::default() }).await.map(drop)
            }
            6 => app.close_department(&by, department).await.map(drop),
            7 => {
                let change = DepartmentChange { reopen: true, ..DepartmentChange::default() };
                app.change_department(&by, department, change).await.map(drop)
            }
            _ => {
                let change = DepartmentChange { head: Some(user), ..DepartmentChange::default() };
                app.change_department(&by, department, change).await.map(drop)
            }
        };
        self.story.push(format!("people {kind}: {}", done.map_or_else(|error| error.to_string(), |()| "done".into())));
    }

    /// Coupons are dismissed, or not; a user gets what is about guests of honour, or nobody does.
    async fn change_rules(&mut self) {
        let (kind, user, department) = (self.dice.roll(3), *self.dice.pick(&self.users), self.department());
        let app = self.test().app.clone();
        let by = Actor::Operator;
        let known = |name: &str| app.rules().iter().find(|rule| rule.name == name).map(|rule| rule.id);
        let set = async |rule: RuleText| match known(&rule.name) {
            Some(id) => app.change_rule(&by, id, rule).await.map(drop),
            None => app.add_rule(&by, rule).await.map(drop),
        };
        let done = match kind {
            0 => set(RuleText { dismisses: true, ..plain_rule("coupon") }).await,
            1 => set(RuleText { owner: Some(user), department: Some(department), ..plain_rule("vip") }).await,
            _ => match known("coupon") {
                Some(id) => app.remove_rule(&by, id).await,
                None => Ok(()),
            },
        };
        self.story.push(format!("rules {kind}: {}", done.map_or_else(|error| error.to_string(), |()| "done".into())));
    }

    /// How desks give, and how much people can have.
    async fn change_load(&mut self) {
        let (kind, user, department) = (self.dice.roll(3), *self.dice.pick(&self.users), self.department());
        let most = *self.dice.pick(&[None, Some(1), Some(2), Some(5)]);
        let app = self.test().app.clone();
        let by = Actor::Operator;
        let done = match kind {
            0 => app.set_most_cases(&by, user, most).await.map(drop),
            1 => app.set_assignment(&by, department, Assignment::Pull).await.map(drop),
            _ => app.set_assignment(&by, department, Assignment::RoundRobin).await.map(drop),
        };
        self.story.push(format!("load {kind}: {}", done.map_or_else(|error| error.to_string(), |()| "done".into())));
    }

    /// Desks give out what waits there: to nobody who is off duty or has no room.
    async fn give_out(&mut self) {
        let app = self.test().app.clone();
        let before: Vec<CaseId> =
            self.cases().await.iter().filter(|case| case.owner == Owner::Desk).map(|case| case.id).collect();
        let given = app.give_out().await.expect("given out");
        self.story.push(format!("gave out {given}"));
        let (now, people, cases) = (app.now(), app.people(), self.cases().await);
        let mut found = 0;
        for case in cases.iter().filter(|case| before.contains(&case.id)) {
            let Owner::User(owner) = case.owner else { continue };
            found += 1;
            let user = people.user(owner).expect("an owner who is there");
            assert!(people.calendar_of_user(&user).is_open(now), "off duty, after {:#?}", self.story);
            let department = people.department(case.department).expect("there");
            assert_eq!(department.office.assignment, Assignment::RoundRobin, "after {:#?}", self.story);
            let has = cases.iter().filter(|one| one.owner == Owner::User(owner) && !one.is_closed()).count();
            assert!(user.profile.most_cases.is_none_or(|most| has <= most as usize), "after {:#?}", self.story);
        }
        assert_eq!(found, given, "after {:#?}", self.story);
        app.count_exposure().await.expect("counted");
    }

    /// Dismisses a mention, takes that back, or sweeps.
    async fn answer_for_mentions(&mut self) {
        let who = self.somebody();
        let number = match self.coupons.is_empty() || self.dice.roll(2) == 0 {
            true => self.dice.roll(self.posts.max(1) as usize) as u32 + 1,
            false => *self.dice.pick(&self.coupons),
        };
        let post = PostId(format!("x:{number}"));
        let reason = *self.dice.pick(&DismissalReason::OF_PEOPLE);
        let kind = self.dice.roll(4);
        let app = self.test().app.clone();
        if kind == 3 {
            // A rule dismisses a mention, the next one with it is not heard of, and somebody takes that back.
            let coupon = || RuleText { dismisses: true, ..plain_rule("coupon") };
            let known = app.rules().iter().find(|rule| rule.name == "coupon").map(|rule| rule.id);
            let _ = match known {
                Some(id) => app.change_rule(&Actor::Operator, id, coupon()).await,
                None => app.add_rule(&Actor::Operator, coupon()).await,
            };
            self.say_about(" coupon", None).await;
            let post = PostId(format!("x:{}", self.posts));
            let done = app.reopen_mention(&Actor::Operator, &post).await.map(drop);
            self.story
                .push(format!("coupon {post}: {}", done.map_or_else(|error| error.to_string(), |()| "done".into())));
            return;
        }
        let done = match kind {
            0 => app.dismiss(&who, &post, reason, "seen").await.map(drop),
            1 => app.reopen_mention(&who, &post).await.map(drop),
            _ => app.sweep(&who).await.map(drop),
        };
        self.story.push(format!("mention {post}: {}", done.map_or_else(|error| error.to_string(), |()| "done".into())));
    }

    /// What the histories say at the end: whoever wrote after the end of a case was heard, and nothing stood offered that
    /// had found another owner, or its end. What came with a case that went into another one is where that one is.
    async fn look_back(&self) {
        let all = self.cases().await;
        for case in &all {
            for (post, home) in self.test().app.store().posts_with_homes(case.id).await.expect("read") {
                let stands = home.and_then(|home| Self::stands_in(&all, home));
                assert!(home.is_none() || stands == Some(case.id), "post {post}: {stands:?}, after {:#?}", self.story);
            }
            let history = self.test().app.store().case_events(case.id).await.expect("read");
            let newest = |is_meant: fn(&Happening) -> bool| history.iter().rposition(|event| is_meant(&event.what));
            let wrote = newest(|what| matches!(what, Happening::Joined { is_ours: false, .. }));
            let closed = newest(|what| matches!(what, Happening::Closed { .. }));
            // Whoever writes to one that is in another case is heard there.
            let is_elsewhere = case.merged_into.is_some();
            assert!(!case.is_closed() || is_elsewhere || wrote < closed, "an author is not heard: {:#?}", self.story);
            for (place, event) in history.iter().enumerate() {
                use Happening::{Assigned, Claimed, Closed, MergedInto, Moved, Released};
                let ends_offers = matches!(
                    event.what,
                    Claimed | Assigned { .. } | Released { .. } | Moved { .. } | Closed { .. } | MergedInto { .. }
                );
                if ends_offers {
                    let then = Case::of_history(&history[..=place]).expect("possible").expect("a case");
                    assert!(then.offer.is_none(), "an offer outlived {event:?}: {:#?}", self.story);
                }
            }
        }
    }

    /// The case in which one stands by now.
    fn stands_in(all: &[Case], id: CaseId) -> Option<CaseId> {
        let case = all.iter().find(|case| case.id == id)?;
        case.merged_into.map_or(Some(id), |into| Self::stands_in(all, into))
    }

    /// Whoever has each case can have it, and nobody who needs an answer is forgotten.
    async fn look(&self) {
        let app = &self.test().app;
        assert_eq!(app.store().orphans().await.expect("read"), [], "after {:#?}", self.story);
        let check = app.store().check_cases().await.expect("checked");
        assert_eq!(check.findings, [], "after {:#?}", self.story);
        let people = app.people();
        let open = app.store().open_outreaches(None, 10_000).await.expect("read");
        for case in self.cases().await {
            let mut here: Vec<_> = open.iter().filter(|one| one.case == case.id).map(|one| one.id()).collect();
            here.sort();
            assert_eq!(here, case.outreaches, "of case {}, after {:#?}", case.id, self.story);
            if case.is_closed() {
                assert!(case.offer.is_none(), "a closed case is offered: {:#?}", self.story);
                assert!(case.outreaches.is_empty(), "closed over a call: {:#?}", self.story);
                continue;
            }
            let department = people.department(case.department).expect("a department that is there");
            let head = people.user(department.head).expect("a head who is there");
            assert!(department.is_active && head.is_active && head.role != Role::Observer, "{:#?}", self.story);
            if let Owner::User(owner) = case.owner {
                let owner = people.user(owner).expect("an owner who is there");
                assert!(owner.is_active && owner.role != Role::Observer, "after {:#?}", self.story);
            }
            if let Some(offer) = &case.offer {
                assert!(!offer.note.is_empty(), "an offer without a note");
            }
        }
    }
}

/// A rule about a word that does nothing yet.
fn plain_rule(name: &str) -> RuleText {
    RuleText {
        name: name.into(),
        when: Some(name.into()),
        intent: None,
        department: None,
        tags: Vec::new(),
        priority: 0,
        owner: None,
        dismisses: false,
        stops: false,
        is_enabled: true,
    }
}

fn told(done: &Result<Case, CaseError>) -> String {
    match done {
        Ok(case) => format!("{} {:?}", case.state.as_str(), case.owner),
        Err(error) => error.to_string(),
    }
}

/// Departments differ in what becomes of offers to them.
async fn differ(play: &Play) {
    let app = &play.test().app;
    let mut second = app.department(play.departments[1]).expect("there");
    second.office.unaccepted = Unaccepted::Head;
    assert!(app.store().update_department(&second).await.expect("changed"));
    app.change_company(&Actor::Operator, Default::default()).await.expect("read anew");
}

fn wanted() -> std::ops::Range<u64> {
    let number = |text: &str| text.parse().expect("SWITCHBOARD_TEST_PLAYS is a number or two, as 200..300");
    match std::env::var("SWITCHBOARD_TEST_PLAYS") {
        Ok(plays) => match plays.split_once("..") {
            Some((first, end)) => number(first)..number(end),
            None => 0..number(&plays),
        },
        Err(_) => 0..PLAYS,
    }
}

async fn play_on(server: Option<Arc<str>>) {
    for seed in wanted() {
        let test = match &server {
            Some(server) => TestApp::on_postgres(server).await,
            None => TestApp::new().await,
        };
        let mut play = Play::new(test, seed).await;
        differ(&play).await;
        for _ in 0..STEPS {
            play.step().await;
            play.look().await;
        }
        play.look_back().await;
        if let Some(test) = play.test.take() {
            test.app.stop().await;
        }
    }
}

#[tokio::test]
async fn someone_always_has_it() {
    play_on(None).await;
}

#[tokio::test]
async fn someone_always_has_it_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    play_on(Some(server.into())).await;
}

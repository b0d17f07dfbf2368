//! Rules: what they do, what they would do, and why they did.

use std::collections::BTreeMap;

use switchboard_app::routing::RuleError;
use switchboard_app::routing::dry_run::{Extent, MOST_S, Proposed, Ruled};
use switchboard_app::routing::rule::RuleText;
use switchboard_app::triage::TracedState;
use switchboard_model::{By, Captured, CaseId, DismissalReason, Owner, Post, PostId, SourceKind};
use switchboard_testkit::app::{TestApp, heard};

use crate::cases::{Office, office, office_in};

fn rule(name: &str, when: &str) -> RuleText {
    RuleText {
        name: name.into(),
        when: Some(when.into()),
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

impl Office {
    async fn add(&self, text: RuleText) -> switchboard_model::Rule {
        self.test.app.add_rule(&self.ada, text).await.expect("added")
    }

    async fn dismissed(&self, id: &str) -> Option<(DismissalReason, String)> {
        let dismissal = self.test.app.dismissal(&self.ines, &PostId(id.into())).await.expect("read");
        dismissal.map(|dismissal| (dismissal.reason, dismissal.note))
    }
}

#[tokio::test]
async fn rules_give_cases_to_people_dismiss_and_stop() {
    let office = office().await;
    let app = &office.test.app;
    let sam = office.sam.user_id().expect("a user");
    let owned = RuleText { department: Some(office.sales), owner: Some(sam), ..rule("vip", "vip") };
    // Who does not work there gets nothing from there.
    let ines = office.ines.user_id();
    for wrong in [
        RuleText { owner: ines, ..owned.clone() },
        RuleText { department: None, ..owned.clone() },
        RuleText { dismisses: true, ..owned.clone() },
    ] {
        assert!(matches!(app.add_rule(&office.ada, wrong).await, Err(RuleError::Bad { .. })));
    }
    office.add(RuleText { dismisses: true, ..rule("coupons", "coupon") }).await;
    let stop = RuleText { stops: true, tags: vec!["urgent".into()], ..rule("stop", "urgent") };
    office.add(stop).await;
    office.add(owned).await;
    office.add(RuleText { tags: vec!["late".into()], ..rule("last", "acme") }).await;
    let told = "my kettle never arrived, I want a refund!";
    office
        .arrive(vec![
            heard("1", &format!("acme vip: {told}")),
            heard("2", &format!("acme coupon: {told}")),
            heard("3", &format!("acme urgent vip: {told}")),
        ])
        .await;
    let case = async |id: &str| {
        let post = app.store().find_post(&PostId(id.into())).await.expect("read").expect("there");
        app.store().find_case_of_post(post.seq).await.expect("read")
    };
    let first = case("x:1").await.expect("a case");
    assert_eq!((first.owner, first.department), (Owner::User(sam), office.sales));
    assert!(first.tags.contains(&"late".to_owned()));
    let history = app.case_view(&office.ada, first.id).await.expect("there").events;
    assert_eq!((history[1].by, history[1].what.kind()), (By::Rules, "assigned"));
    assert_eq!(case("x:2").await, None);
    assert_eq!(office.dismissed("x:2").await, Some((DismissalReason::Rule, "coupons".to_owned())));
    let third = case("x:3").await.expect("a case");
    assert_eq!((third.owner, third.department), (Owner::Desk, office.service), "the rules after it were not looked at");
    assert!(third.tags.contains(&"urgent".to_owned()) && !third.tags.contains(&"late".to_owned()));
    // The trace says so.
    let trace = app.case_trace(&office.ines, third.id).await.expect("told");
    let of = |name: &str| trace.rules.iter().find(|rule| rule.name == name).cloned().expect("told");
    assert_eq!((of("stop").state, of("stop").why.as_str()), (TracedState::Fired, "says \"urgent\""));
    assert_eq!((of("coupons").state, of("coupons").why.as_str()), (TracedState::Missed, "does not match coupon"));
    assert_eq!((of("vip").state, of("vip").why.as_str()), (TracedState::NotLookedAt, "rule 'stop' stops before it"));
    // Also after the rules are others: those of then are kept.
    let then = trace.rule_set.expect("kept");
    office.test.clock.advance(60);
    for rule in app.rules().iter() {
        app.remove_rule(&office.ada, rule.id).await.expect("removed");
    }
    let later = app.case_trace(&office.ines, third.id).await.expect("told");
    assert_eq!((later.rule_set, &later.rules), (Some(then), &trace.rules));
    assert!(app.case_trace(&office.ines, CaseId(99)).await.is_err());
    assert_eq!(app.store().orphans().await.expect("read"), []);
    office.is_sound().await;
}

#[tokio::test]
async fn who_left_gets_no_case_from_a_rule() {
    let office = office().await;
    let app = &office.test.app;
    let sam = office.sam.user_id().expect("a user");
    office.add(RuleText { department: Some(office.sales), owner: Some(sam), ..rule("vip", "acme") }).await;
    let first = office.complaint("1").await;
    assert_eq!(first.owner, Owner::User(sam));
    app.deactivate_user(&office.ada, sam).await.expect("deactivated");
    let second = office.complaint("2").await;
    assert_eq!((second.owner, second.department), (Owner::Desk, office.sales));
    assert_eq!(office.kinds(second.id).await, ["opened", "assigned", "released"]);
    office.is_sound().await;
}

/// All that is there, of which so many are named.
fn extent(most: usize) -> Extent {
    Extent { most, within_s: MOST_S, ..Extent::default() }
}

#[tokio::test]
async fn rules_are_tried_before_they_count_on_sqlite() {
    rules_are_tried_before_they_count(TestApp::new().await).await;
}

#[tokio::test]
async fn rules_are_tried_before_they_count_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    rules_are_tried_before_they_count(TestApp::on_postgres(&server).await).await;
}

async fn rules_are_tried_before_they_count(test: TestApp) {
    let office = office_in(test).await;
    let app = &office.test.app;
    office.complaint("1").await;
    office
        .arrive(vec![heard("2", "acme opened a shop"), heard("3", "My acme coupon never arrived, I want a refund!")])
        .await;
    let text = RuleText { dismisses: true, ..rule("coupons", "coupon") };
    let one = |id, text: &RuleText| Proposed::Rule { id, text: text.clone() };
    assert!(app.try_rules(&office.ines, one(None, &text), extent(10)).await.is_err());
    assert!(app.try_rules(&office.ada, one(None, &text), Extent { days: 91, ..extent(10) }).await.is_err());
    assert!(app.try_rules(&office.ada, one(None, &text), Extent { within_s: 0, ..extent(10) }).await.is_err());
    let run = app.try_rules(&office.ada, one(None, &text), extent(10)).await.expect("tried");
    assert_eq!((run.posts, run.changed, run.dismissed), (2, 1, [0, 1]));
    assert_eq!(run.changes[0].post, PostId("x:3".into()));
    assert_eq!(run.changes[0].after.dismissed.as_deref(), Some("coupons"));
    assert!(app.rules().iter().all(|rule| rule.name != "coupons"), "nothing was changed");
    // The same as a whole set; a set that sends in a circle is refused and named.
    let all = Proposed::All(vec![text.clone()]);
    let run = app.try_rules(&office.ada, all, extent(0)).await.expect("tried");
    assert_eq!((run.posts, run.changes.len()), (2, 0));
    let circle = Proposed::All(vec![
        RuleText { department: Some(office.sales), ..rule("a", "department:service") },
        RuleText { department: Some(office.service), ..rule("b", "department:sales") },
    ]);
    let refused = app.try_rules(&office.ada, circle, extent(10)).await.expect_err("a circle").to_string();
    assert!(refused.contains("'a'") && refused.contains("'b'"), "{refused}");
    // What is older is not looked at.
    office.test.clock.advance(15 * 24 * 3600);
    let run = app.try_rules(&office.ada, one(None, &text), extent(10)).await.expect("tried");
    assert_eq!(run.posts, 0);
}

/// How many posts are tried and then replayed.
const POSTS: usize = 10_000;

/// A post of each kind that rules tell apart, in an order that is the same in every run.
fn posts() -> Vec<Captured> {
    let brands = ["acme kettle", "acme lid", "acme toaster", "acme"];
    let asks = [
        "never arrived, I want a refund!",
        "is broken, terrible!",
        "how do I clean it?",
        "thanks, great help!",
        "opened a shop",
    ];
    let words = ["", "vip", "coupon", "urgent", "lawyer", "price"];
    (0..POSTS)
        .map(|number| {
            let (brand, ask) = (brands[number % brands.len()], asks[number / 3 % asks.len()]);
            heard(&number.to_string(), &format!("My {brand} {ask} {}", words[number / 7 % words.len()]))
        })
        .collect()
}

/// What the line has decided about every post that needs an answer.
async fn decided(test: &TestApp) -> BTreeMap<String, Ruled> {
    let (store, people) = (test.app.store(), test.app.people());
    let mut decided = BTreeMap::new();
    let mut after = 0;
    loop {
        let posts = store.posts_after(after, 500).await.expect("read");
        let Some(last) = posts.last() else { return decided };
        after = last.seq;
        for stored in posts {
            let (case, dismissal) = (
                store.find_case_of_post(stored.seq).await.expect("read"),
                store.find_dismissal(stored.seq).await.expect("read"),
            );
            let ruled = match (case, dismissal) {
                (Some(case), _) => Ruled {
                    department: people.department(case.department).expect("there").name.clone(),
                    priority: case.priority.score,
                    tags: case.tags,
                    owner: case.owner.user(),
                    dismissed: None,
                    rules: Vec::new(),
                },
                (None, Some(dismissal)) => Ruled {
                    department: String::new(),
                    priority: 0,
                    tags: Vec::new(),
                    owner: None,
                    dismissed: Some(dismissal.note),
                    rules: Vec::new(),
                },
                (None, None) => continue,
            };
            decided.insert(stored.post.id.0, ruled);
        }
    }
}

async fn replay(mut test: TestApp, restarts: usize) -> TestApp {
    let (posts, mut given) = (posts(), 0);
    for piece in posts.chunks(POSTS.div_ceil(restarts + 1)) {
        if given > 0 {
            test = test.resumed().await;
        }
        let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
        for batch in piece.chunks(500) {
            test.app.hand_in(&source, batch.to_vec(), None).await.expect("taken");
        }
        given += piece.len();
    }
    test
}

#[tokio::test]
async fn what_rules_would_have_done_is_what_they_do() {
    let before = office().await;
    let proposed = |office: &Office| {
        let sam = office.sam.user_id();
        vec![
            RuleText { dismisses: true, ..rule("coupons", "coupon -lawyer") },
            RuleText { tags: vec!["legal".into()], priority: 30, stops: true, ..rule("lawyers", "lawyer") },
            RuleText { department: Some(office.sales), owner: sam, ..rule("vip", "vip kettle") },
            RuleText { intent: Some("question".into()), department: Some(office.sales), ..rule("prices", "price") },
            RuleText { tags: vec!["seen".into()], priority: -5, ..rule("sales", "department:sales toaster") },
        ]
    };
    let all = proposed(&before);
    let test = replay(before.test, 0).await;
    let mut expected = decided(&test).await;
    let run = test.app.try_rules(&before.ada, Proposed::All(all), extent(POSTS)).await.expect("tried");
    assert_eq!(run.posts, expected.len() as u64);
    assert_eq!(run.changed, run.changes.len() as u64);
    assert!(run.changed > 1_000 && run.changed < run.posts, "{} of {}", run.changed, run.posts);
    let names: BTreeMap<_, _> = test.app.users().iter().map(|user| (user.id, user.name.clone())).collect();
    let named = |names: &BTreeMap<_, String>, ruled: &Ruled| {
        let Ruled { department, priority, tags, owner, dismissed, .. } = ruled.clone();
        match dismissed {
            Some(rule) => format!("dismissed by {rule}"),
            None => format!("{department} {priority} {tags:?} {:?}", owner.map(|owner| names[&owner].clone())),
        }
    };
    for change in &run.changes {
        let was = expected.insert(change.post.0.clone(), change.after.clone()).expect("it needed an answer");
        assert_eq!(named(&names, &was), named(&names, &change.before), "{}", change.post);
    }
    let expected: BTreeMap<String, String> =
        expected.iter().map(|(post, ruled)| (post.clone(), named(&names, ruled))).collect();
    test.app.stop().await;
    // The same posts in another installation that has these rules, with five restarts between them.
    let after = office().await;
    for rule in after.test.app.rules().iter() {
        after.test.app.remove_rule(&after.ada, rule.id).await.expect("removed");
    }
    for text in proposed(&after) {
        after.add(text).await;
    }
    let test = replay(after.test, 5).await;
    let names: BTreeMap<_, _> = test.app.users().iter().map(|user| (user.id, user.name.clone())).collect();
    let found: BTreeMap<String, String> =
        decided(&test).await.iter().map(|(post, ruled)| (post.clone(), named(&names, ruled))).collect();
    assert_eq!(found.len(), expected.len());
    for (post, ruled) in &expected {
        assert_eq!(found.get(post), Some(ruled), "{post}");
    }
    assert_eq!(test.app.store().orphans().await.expect("read"), []);
    println!("would have moved {} of {}; replayed with five restarts: the same", run.changed, run.posts);
}

#[tokio::test]
async fn an_edit_is_heard_though_a_rule_dismissed_what_it_was() {
    let office = office().await;
    let app = &office.test.app;
    office.add(RuleText { dismisses: true, ..rule("coupons", "coupon") }).await;
    let first = |id: &str| heard(id, "acme coupon: 20 % off, is that true?");
    let edited = |id: &str| {
        let text = "My acme kettle never arrived, I want a refund!";
        Captured::heard(Post { edited_at: Some(app.now()), ..Post::new("x", id, text) })
    };
    let is_held = async |id: &str| {
        let post = app.store().find_post(&PostId(id.into())).await.expect("read").expect("there");
        app.store().find_case_of_post(post.seq).await.expect("read").is_some()
    };
    // However the stream is cut.
    office.arrive(vec![first("1"), first("3")]).await;
    assert_eq!(office.dismissed("x:1").await.map(|(reason, _)| reason), Some(DismissalReason::Rule));
    app.dismiss(&office.ines, &PostId("x:3".into()), DismissalReason::Spam, "").await.expect("dismissed");
    office.arrive(vec![edited("1"), first("2"), edited("2"), edited("3")]).await;
    for id in ["x:1", "x:2"] {
        assert!(is_held(id).await, "{id}");
        let post = app.store().find_post(&PostId(id.into())).await.expect("read").expect("there");
        assert_eq!(app.store().find_dismissal(post.seq).await.expect("read"), None, "{id}");
    }
    assert!(!is_held("x:3").await, "what a person dismissed stays dismissed");
    assert_eq!(office.dismissed("x:3").await.map(|(reason, _)| reason), Some(DismissalReason::Spam));
    office.is_sound().await;
}

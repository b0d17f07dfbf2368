//! The formula: in force at once, tried before it is kept, laid over open cases where somebody wants that.

use std::time::Duration;

use switchboard_app::cases::CaseError;
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{Author, By, Captured, CaseId, Formula, Happening, Outcome, Post, TagPoints, WaitingPoints};

use crate::cases::{Office, office, reply};

const HOUR: i64 = 3_600;

fn waits() -> Formula {
    Formula { waiting: WaitingPoints { hours: 8, step: 4, most: 10 }, ..Formula::default() }
}

impl Office {
    async fn waited(&self, id: CaseId) -> i32 {
        self.case(id).await.priority.find("waiting").map_or(0, |part| part.points)
    }

    /// Time goes on, and the clock does what it has to.
    async fn pass(&self, hours: i64) -> usize {
        self.test.clock.advance(hours * HOUR);
        self.test.app.ring().await.expect("rang");
        self.test.app.wind_clocks().await.expect("wound");
        self.test.app.count_waiting().await.expect("counted")
    }
}

#[tokio::test]
async fn an_author_waits_in_steps_until_somebody_answers() {
    let office = office().await;
    let app = &office.test.app;
    let quiet = office.complaint("0").await;
    assert_eq!(office.pass(100).await, 0, "nothing grows by the usual points");
    app.set_formula(&office.ada, waits()).await.expect("kept");
    let case = office.complaint("1").await;
    let start = case.priority.score;
    assert_eq!(office.pass(7).await, 0);
    assert_eq!(office.pass(1).await, 1);
    assert_eq!((office.waited(case.id).await, office.case(case.id).await.priority.score), (4, start + 4));
    // One event for each step, also for those that nobody saw.
    assert_eq!(office.pass(60).await, 1);
    assert_eq!((office.waited(case.id).await, office.pass(500).await), (10, 0));
    assert_eq!(office.kinds(case.id).await.iter().filter(|kind| **kind == "recounted").count(), 2);
    assert_eq!(office.waited(quiet.id).await, 0, "it keeps its parts");
    // Asleep nobody waits; awake it is as it was.
    let until = app.now().checked_add(jiff::SignedDuration::from_hours(5)).expect("later");
    app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    app.snooze_case(&office.ines, case.id, None, until).await.expect("asleep");
    assert_eq!((office.pass(0).await, office.waited(case.id).await), (1, 0));
    assert_eq!((office.pass(6).await, office.waited(case.id).await), (1, 10));
    // It stops when we have closed it, and begins anew when the author writes.
    app.close_case(&office.ines, case.id, None, Outcome::NoAnswer, "done").await.expect("closed");
    assert_eq!(office.pass(100).await, 0);
    office.arrive(vec![reply("2", "1", "and what now?")]).await;
    assert_eq!((office.pass(0).await, office.waited(case.id).await), (1, 0));
    assert_eq!((office.pass(8).await, office.waited(case.id).await), (1, 4));
    // What somebody said stays said.
    app.prioritise_case(&office.ines, case.id, None, 77, "the press").await.expect("said");
    assert_eq!(office.pass(100).await, 0);
    assert_eq!(office.case(case.id).await.priority.score, 77);
    let history = app.case_view(&office.ines, case.id).await.expect("there").events;
    assert!(history.iter().all(|event| !matches!(event.what, Happening::Recounted { .. }) || event.by == By::Timer));
    office.is_sound().await;
}

#[tokio::test]
async fn a_formula_is_tried_kept_and_laid_over_open_cases() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other) = (office.complaint("1").await, office.complaint("2").await);
    app.prioritise_case(&office.ines, other.id, None, 99, "").await.expect("said");
    let mut formula = Formula::default();
    formula.need.complaint = 60;
    formula.need.most = 70;
    formula.customer.tags = vec![TagPoints { tag: "VIP ".into(), points: 15 }];
    for refused in [
        app.set_formula(&office.ines, formula.clone()).await.err(),
        app.preview_formula(&office.ines, formula.clone()).await.err(),
    ] {
        assert!(matches!(refused, Some(CaseError::Forbidden(_))), "{refused:?}");
    }
    let mut wrong = formula.clone();
    wrong.harm.first = 101;
    assert!(matches!(app.set_formula(&office.ada, wrong).await, Err(CaseError::Bad { field: "harm.first", .. })));
    let preview = app.preview_formula(&office.ada, formula.clone()).await.expect("tried");
    assert_eq!((preview.cases, preview.changed, preview.by_hand, preview.is_whole), (2, 1, 1, true));
    let first: Vec<_> = preview.after.iter().map(|one| (one.case, one.place_before, one.place_after)).collect();
    assert_eq!(first, [(other.id, 1, 1), (one.id, 2, 2)]);
    assert_eq!(preview.after[1].priority_after, one.priority.score + 35);
    assert_eq!(office.case(one.id).await.priority, one.priority, "nothing was changed");
    // In force from the next post on; open cases keep their parts.
    let kept = app.set_formula(&office.ada, formula).await.expect("kept");
    assert_eq!((kept.number, kept.formula.customer.tags[0].tag.as_str()), (1, "vip"));
    let third = office.complaint("3").await;
    assert_eq!(third.priority.score, one.priority.score + 35);
    assert_eq!(office.case(one.id).await.priority, one.priority);
    // A tag that somebody gives counts at once, and goes with it.
    let vip = ["vip".to_owned()];
    let tagged = app.tag_case(&office.ines, third.id, None, &vip, &[]).await.expect("tagged");
    assert_eq!(tagged.priority.find("customer").map(|part| part.points), Some(15));
    let plain = app.tag_case(&office.ines, third.id, None, &[], &vip).await.expect("untagged");
    assert_eq!(plain.priority, third.priority);
    // Counted anew: one event for each case that changes, by whoever wanted it.
    assert!(app.recount_cases(&office.ines).await.is_err());
    app.recount_cases(&office.ada).await.expect("begun");
    while app.recount_state(&office.ada).expect("told").is_running {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let state = app.recount_state(&office.ada).expect("told");
    assert_eq!((state.looked_at, state.changed, state.stopped.as_str()), (3, 1, ""));
    let counted = office.case(one.id).await;
    assert_eq!((counted.priority.score, counted.version), (one.priority.score + 35, one.version + 1));
    assert_eq!(office.case(other.id).await.priority.score, 99);
    let last = app.case_view(&office.ada, one.id).await.expect("there").events.pop().expect("an event");
    assert!(matches!(last.what, Happening::Recounted { .. }) && last.by == office.ada.by(), "{last:?}");
    assert_eq!(app.preview_formula(&office.ada, app.formula()).await.expect("tried").changed, 0);
    office.is_sound().await;
}

#[tokio::test]
async fn what_the_post_and_the_author_say_counts_in_the_line() {
    let office = office().await;
    let app = &office.test.app;
    let mut formula = Formula::suggested();
    formula.fan.posts = 2;
    formula.customer.tags = vec![TagPoints { tag: "vip".into(), points: 15 }];
    app.set_formula(&office.ada, formula).await.expect("kept");
    let rule = RuleText {
        name: "account".into(),
        when: Some("platinum".into()),
        intent: None,
        department: None,
        tags: vec!["vip".into()],
        priority: 0,
        owner: None,
        dismisses: false,
        stops: false,
        is_enabled: true,
    };
    app.add_rule(&office.ada, rule).await.expect("added");
    let by = |who: &str, id: &str, text: &str| {
        let author = Author { id: format!("x:{who}"), handle: who.into(), ..Author::default() };
        Captured::heard(Post { author: Some(author), ..Post::new("x", id, text) })
    };
    office
        .arrive(vec![
            by("a", "1", "I love my acme kettle, it is wonderful and perfect!"),
            by("a", "2", "The acme kettle is great, excellent, I love it!"),
            by("a", "3", "My platinum acme kettle never arrived, I want a refund! This is the third time I ask."),
            by("b", "4", "My acme kettle never arrived, I want a refund!"),
            by("a", "5", "My other acme kettle never arrived, I want a refund!"),
        ])
        .await;
    let parts = async |id: &str| {
        let post = app.store().find_post(&switchboard_model::PostId(id.into())).await.expect("read").expect("there");
        let case = app.store().find_case_of_post(post.seq).await.expect("read").expect("a case");
        let named = |name: &str| case.priority.find(name).map(|part| (part.points, part.why.clone()));
        [named("customer"), named("fan"), named("ignored")]
    };
    let why = |points: i32, why: &str| Some((points, why.to_owned()));
    assert_eq!(
        parts("x:3").await,
        [
            why(15, "tagged 'vip'"),
            why(5, "has spoken well of us 2 times before"),
            why(10, "says that we do not answer (\"third time i ask\")")
        ]
    );
    assert_eq!(parts("x:4").await, [None, None, None]);
    assert_eq!(
        parts("x:5").await,
        [why(15, "tagged 'vip' in an earlier case"), why(5, "has spoken well of us 2 times before"), None]
    );
    // By hand it counts as well.
    let by_hand = app.open_case(&office.ines, &switchboard_model::PostId("x:2".into())).await.expect("opened");
    assert_eq!(by_hand.priority.find("fan"), None, "one praise came before it");
}

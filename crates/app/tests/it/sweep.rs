//! Nobody is forgotten: what needs an answer is in a case, or was dismissed with a reason.

use switchboard_app::cases::CaseError;
use switchboard_model::{
    Author, By, Captured, CaseId, DismissalReason, Outcome, Post, PostId, SourceKind, SweepCounts,
};
use switchboard_testkit::app::{TestApp, heard};

use crate::access::set_up;
use crate::cases::{Office, office, reply};

const COMPLAINT: &str = "My acme kettle never arrived, I want a refund!";

impl Office {
    async fn swept(&self) -> [u64; 5] {
        let sweep = self.test.app.sweep(&self.ines).await.expect("swept");
        let SweepCounts { mentions, owned, answered, dismissed, orphans } = sweep.counts;
        [mentions, owned, answered, dismissed, orphans]
    }

    /// Removes a case from the database, as no operation can.
    async fn lose(&self, case: CaseId) {
        for table in ["events", "feed", "case_posts", "case_threads", "case_tags", "case_departments"] {
            self.test.run_sql(&format!("delete from {table} where case_id = {case}")).await;
        }
        self.test.run_sql("update queues set cases = cases - 1 where cases > 0").await;
        self.test.run_sql(&format!("delete from cases where id = {case}")).await;
    }
}

#[tokio::test]
async fn what_is_lost_is_found_and_gets_its_case() {
    let office = office().await;
    let app = &office.test.app;
    office.arrive(vec![heard("0", "acme opened a shop on Main Street")]).await;
    assert_eq!(office.swept().await, [0; 5], "nobody asks anything");
    let case = office.complaint("1").await;
    assert_eq!(office.swept().await, [1, 1, 0, 0, 0]);
    office.lose(case.id).await;
    let sweep = app.sweep(&office.ines).await.expect("swept");
    assert_eq!((sweep.counts.orphans, sweep.findings.len()), (1, 1));
    let found = sweep.findings[0].case.expect("a case");
    assert_eq!(sweep.findings[0].post, PostId("x:1".into()));
    let healed = app.case_view(&office.ada, found).await.expect("there");
    assert_eq!((healed.case.department, healed.events[0].by), (office.service, By::Timer));
    assert_eq!(healed.case.why, "found by the orphan sweep, nobody had it: reads as a complaint");
    assert_eq!(office.swept().await, [1, 1, 0, 0, 0]);
    office.is_sound().await;
    // The reports are kept, the newest first.
    let kept = app.sweeps(&office.ines, None, 10).await.expect("read");
    assert_eq!(kept.iter().map(|sweep| sweep.counts.orphans).collect::<Vec<_>>(), [0, 1, 0, 0]);
    assert!(app.sweeps(&office.olga, None, 10).await.is_err() && app.sweep(&office.olga).await.is_err());
    // An answer in the conversation finds the new case.
    office.arrive(vec![reply("2", "1", "hello?")]).await;
    assert_eq!(app.case_view(&office.ada, found).await.expect("there").posts.len(), 2);
    app.close_case(&office.ines, found, None, Outcome::SolvedPublicly, "").await.expect("closed");
    assert_eq!(office.swept().await[..3], [1, 0, 1]);
}

#[tokio::test]
async fn it_sweeps_every_hour_also_over_restarts() {
    let office = office().await;
    let app = &office.test.app;
    assert!(app.sweep_if_due().await.expect("swept").is_some(), "there was none before");
    assert!(app.sweep_if_due().await.expect("looked").is_none());
    office.test.clock.advance(59 * 60);
    assert!(app.sweep_if_due().await.expect("looked").is_none());
    let test = office.test.resumed().await;
    assert!(test.app.sweep_if_due().await.expect("looked").is_none());
    test.clock.advance(60);
    assert!(test.app.sweep_if_due().await.expect("swept").is_some());
    // A clock that was set back stops it for no longer than that.
    let test = test.restarted().await;
    assert!(test.app.sweep_if_due().await.expect("swept").is_some());
}

#[tokio::test]
async fn a_mention_is_dismissed_with_a_reason_and_back_again() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    office.arrive(vec![heard("2", "acme opened a shop on Main Street")]).await;
    let (one, two) = (PostId("x:1".into()), PostId("x:2".into()));
    let refused = app.dismiss(&office.ines, &one, DismissalReason::Spam, "").await;
    assert!(matches!(refused, Err(CaseError::InCase { case: id }) if id == case.id), "{refused:?}");
    assert!(app.dismiss(&office.olga, &two, DismissalReason::Spam, "").await.is_err());
    assert!(app.dismiss(&office.ines, &two, DismissalReason::Rule, "").await.is_err(), "no person's reason");
    assert!(app.dismiss(&office.ines, &two, DismissalReason::Other, " ").await.is_err(), "the note is missing");
    assert!(app.dismiss(&office.ines, &PostId("x:9".into()), DismissalReason::Spam, "").await.is_err());
    let done = app.dismiss(&office.ines, &two, DismissalReason::OffTopic, " an acme of wit ").await.expect("dismissed");
    assert_eq!((done.note.as_str(), done.by), ("an acme of wit", office.ines.by()));
    assert_eq!(app.dismissal(&office.tom, &two).await.expect("read"), Some(done));
    assert!(app.dismissal(&office.olga, &two).await.is_err(), "what colleagues note is theirs");
    assert_eq!(app.reopen_mention(&office.ines, &two).await.expect("done"), None, "it asks nothing");
    assert!(matches!(app.reopen_mention(&office.ines, &two).await, Err(CaseError::NotDismissed(_))));
    // One that needs an answer has its case at once.
    office.lose(case.id).await;
    app.dismiss(&office.ines, &one, DismissalReason::Handled, "by telephone").await.expect("dismissed");
    assert_eq!(office.swept().await, [1, 0, 0, 1, 0]);
    let again = app.reopen_mention(&office.ines, &one).await.expect("done").expect("a case");
    assert_eq!(again.department, office.service);
    assert_eq!(office.swept().await, [1, 1, 0, 0, 0]);
}

#[tokio::test]
async fn what_is_not_of_today_needs_nobody() {
    let test = TestApp::new().await;
    test.search("brand", "acme").await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    test.app.hand_in(&source, vec![heard("1", COMPLAINT)], None).await.expect("taken");
    set_up(&test).await;
    let reason = async |id: &str| {
        let stored = test.app.store().find_post(&PostId(id.into())).await.expect("read").expect("there");
        test.app.store().find_dismissal(stored.seq).await.expect("read").map(|dismissal| dismissal.reason)
    };
    assert_eq!(reason("x:1").await, Some(DismissalReason::BeforeSetUp));
    test.app.hand_in_as(&source, vec![heard("2", COMPLAINT)], None, false).await.expect("taken");
    assert_eq!(reason("x:2").await, Some(DismissalReason::BackFill));
    // What we say ourselves asks nobody.
    test.app.conversations().set_ours(["x:us".to_owned()]);
    let author = Author { id: "x:us".into(), handle: "us".into(), ..Author::default() };
    let ours = Post { author: Some(author), ..Post::new("x", "3", COMPLAINT) };
    test.app.hand_in(&source, vec![Captured::heard(ours)], None).await.expect("taken");
    assert_eq!(reason("x:3").await, None);
    let counts = test.app.store().count_needs().await.expect("counted");
    assert_eq!((counts.mentions, counts.dismissed, counts.orphans), (2, 2, 0));
}

//! Routing learns from what people do, at once, and the same after a restart.

use switchboard_app::cases::CaseError;
use switchboard_app::directory::department::NewDepartment;
use switchboard_app::rights::Actor;
use switchboard_app::routing::RuleError;
use switchboard_model::{Captured, Case, CaseId, LabelSource, Lesson, Outcome, Post, PostId, Proposal};
use switchboard_testkit::app::{TestApp, heard};

use crate::cases::{Office, office, office_in};

/// What belongs to Sales, in words that neither topics nor rules know.
const GLITTER: [&str; 6] = ["purple", "silver", "golden", "crimson", "azure", "emerald"];

impl Office {
    /// The case that a post opens.
    async fn opened(&self, identifier: &str, text: &str) -> Case {
        self.arrive(vec![Captured::addressed(Post::new("x", identifier, text))]).await;
        let id = PostId(format!("x:{identifier}"));
        let post = self.test.app.store().find_post(&id).await.expect("read").expect("stored");
        self.test.app.store().find_case_of_post(post.seq).await.expect("read").expect("a case")
    }

    async fn transferred(&self, case: CaseId) {
        let app = &self.test.app;
        app.claim_case(&self.ines, case, None).await.expect("claimed");
        app.transfer_case(&self.ines, case, None, self.transfer()).await.expect("offered");
        app.accept_case(&self.sam, case, None).await.expect("accepted");
    }

    async fn closed(&self, case: CaseId) {
        let app = &self.test.app;
        app.close_case(&self.ines, case, None, Outcome::SolvedPublicly, "").await.expect("closed");
    }

    /// Six cases of each department, put there by people.
    async fn taught(&self) -> Vec<CaseId> {
        let mut cases = Vec::new();
        for (number, word) in GLITTER.iter().enumerate() {
            let one = self.opened(&format!("s{number}"), &format!("a {word} glitterbox for the anniversary")).await;
            self.transferred(one.id).await;
            let other = self.opened(&format!("c{number}"), &format!("the {word} hinge squeaks every morning")).await;
            self.closed(other.id).await;
            cases.extend([one.id, other.id]);
        }
        cases
    }

    async fn proposal(&self, case: CaseId) -> Option<Proposal> {
        self.test.app.case_trace(&self.ines, case).await.expect("told").proposal
    }
}

#[tokio::test]
async fn a_transfer_changes_the_next_proposal_and_a_restart_does_not() {
    let office = office().await;
    let app = &office.test.app;
    let before = office.opened("0", "another glitterbox for the anniversary").await;
    assert_eq!(office.proposal(before.id).await, None, "nothing is known");
    office.taught().await;
    let unlearnt = office.opened("1", "another glitterbox for the anniversary").await;
    assert_eq!(office.proposal(unlearnt.id).await, None, "nobody has learnt yet");
    assert_eq!(app.learn().await.expect("learnt"), 12);
    assert_eq!(app.learn().await.expect("learnt"), 0, "once is enough");
    let asked = office.opened("2", "this glitterbox for our anniversary, please").await;
    let proposal = office.proposal(asked.id).await.expect("proposed");
    assert_eq!(proposal.proposed.department, office.sales, "{proposal:?}");
    assert_eq!(asked.department, office.service, "it is only shown");
    assert!(proposal.near.iter().all(|near| matches!(near.lesson, Lesson::Case(_)) && near.department == office.sales));
    let squeak = office.opened("3", "my hinge squeaks at night").await;
    assert_eq!(office.proposal(squeak.id).await.map(|one| one.proposed.department), Some(office.service));
    let report = app.routing_report(&office.ada).await.expect("told");
    assert_eq!((report.lessons, report.total.labels, report.total.first_right), (12, 12, 6), "{report:?}");
    // What is kept is enough to know the same again.
    let post = Post::new("x", "4", "two glitterbox sets for the anniversary, and a hinge");
    let said = app.triage().propose(&post).expect("proposed");
    let test = office.test.restarted().await;
    assert_eq!(test.app.triage().propose(&post), Some(said));
    assert_eq!(test.app.routing_report(&Actor::Operator).await.expect("told"), report);
}

#[tokio::test]
async fn what_is_taken_back_or_gone_was_never_learnt() {
    let office = office().await;
    let app = &office.test.app;
    let cases = office.taught().await;
    app.learn().await.expect("learnt");
    let post = Post::new("x", "q", "a glitterbox, or a hinge");
    let said = app.triage().propose(&post).expect("proposed");
    // One more of each kind, and both are taken away again.
    let more = office.opened("m", "one more glitterbox").await;
    office.transferred(more.id).await;
    let gone = office.opened("g", "one more hinge").await;
    office.closed(gone.id).await;
    app.learn().await.expect("learnt");
    assert_ne!(app.triage().propose(&post).map(|one| one.near), Some(said.near.clone()));
    app.undo(&office.sam, more.id, None, None).await.expect("undone");
    let deleted = Post { deleted: true, ..Post::new("x", "g", "") };
    office.arrive(vec![Captured::addressed(deleted)]).await;
    app.learn().await.expect("learnt");
    let now = app.triage().propose(&post).expect("proposed");
    assert_eq!((now.near, now.proposed.score), (said.near, said.proposed.score));
    assert!(!app.remembers(Lesson::Case(more.id)).await && !app.remembers(Lesson::Case(gone.id)).await);
    // A case that goes on to where it belongs is learnt anew, once.
    let label = async || app.store().labels_of(&[cases[1]]).await.expect("read").remove(0);
    assert_eq!(label().await.department, office.service);
    app.reopen_case(&office.ines, cases[1], None, "it was not").await.expect("reopened");
    office.transferred(cases[1]).await;
    app.learn().await.expect("learnt");
    assert_eq!((label().await.department, label().await.source), (office.sales, LabelSource::Transfer));
    assert_eq!(app.store().count_labels().await.expect("counted"), 12);
}

#[tokio::test]
async fn a_confidence_has_past_cases_decide_or_somebody() {
    let office = office().await;
    let app = &office.test.app;
    office.taught().await;
    app.learn().await.expect("learnt");
    for wrong in [0, 49, 100] {
        let refused = app.set_routing_confidence(&office.ada, Some(wrong)).await;
        assert!(matches!(refused, Err(RuleError::Bad { field: "confidence", .. })), "{wrong}");
    }
    assert!(app.set_routing_confidence(&office.ines, Some(60)).await.is_err());
    app.set_routing_confidence(&office.ada, Some(60)).await.expect("set");
    let sent = office.opened("1", "a purple glitterbox for the anniversary").await;
    assert_eq!(sent.department, office.sales, "{}", sent.why_here);
    assert!(sent.why_here.starts_with("past cases speak for Sales"), "{}", sent.why_here);
    // A topic that is not sure gives way; one that past cases agree with stays.
    app.set_routing_confidence(&office.ada, Some(99)).await.expect("set");
    let left = office.opened("2", "a glitterbox hinge").await;
    assert_eq!(left.department, office.service);
    assert!(left.why_here.contains("the fallback desk decides"), "{}", left.why_here);
    let proposal = office.proposal(left.id).await.expect("proposed");
    assert_eq!(proposal.confidence, Some(0.99));
    // Rules come first.
    office.is_sound().await;
    app.set_routing_confidence(&office.ada, None).await.expect("set");
    let shown = office.opened("3", "a purple glitterbox for the anniversary").await;
    assert_eq!(shown.department, office.service);
}

#[tokio::test]
async fn saying_yes_sends_a_case_and_teaches() {
    let office = office().await;
    let app = &office.test.app;
    let unknown = office.opened("0", "a glitterbox").await;
    let refused = app.confirm_case(&office.ines, unknown.id, None).await;
    assert!(matches!(refused, Err(CaseError::Bad { field: "proposal", .. })), "{refused:?}");
    office.taught().await;
    app.learn().await.expect("learnt");
    let case = office.opened("1", "a purple glitterbox for the anniversary").await;
    assert!(app.confirm_case(&office.sam, case.id, None).await.is_err(), "it is not his department");
    let sent = app.confirm_case(&office.ines, case.id, None).await.expect("sent");
    assert_eq!((sent.department, sent.owner.user()), (office.sales, None));
    assert!(app.confirm_case(&office.sam, case.id, None).await.is_err(), "it is there already");
    app.learn().await.expect("learnt");
    let label = app.store().labels_of(&[case.id]).await.expect("read").remove(0);
    assert_eq!((label.department, label.source), (office.sales, LabelSource::Confirmation));
    assert_eq!(label.proposed.map(|proposed| proposed.department), Some(office.sales));
    // Taken back, it says nothing.
    app.undo(&office.ines, case.id, None, None).await.expect("undone");
    assert_eq!(office.case(case.id).await.department, office.service);
    app.learn().await.expect("learnt");
    assert!(app.store().labels_of(&[case.id]).await.expect("read").is_empty());
    office.is_sound().await;
}

#[tokio::test]
async fn a_department_is_taught_by_five_examples() {
    let office = office().await;
    let app = &office.test.app;
    office.taught().await;
    app.learn().await.expect("learnt");
    let new = NewDepartment {
        key: None,
        name: "Press".into(),
        head: office.ada.user_id().expect("a user"),
        deputy: None,
        intents: Vec::new(),
        keywords: Vec::new(),
    };
    let other = app.add_department(&office.ada, new).await.expect("added").id;
    let texts: Vec<String> = ["moon", "mars", "venus", "saturn", "pluto"]
        .iter()
        .map(|place| format!("we film a documentary about {place} and want an interview"))
        .collect();
    assert!(app.add_examples(&office.ines, other, &texts).await.is_err(), "not hers to say");
    let refused = app.add_examples(&office.ada, other, &[" ".to_owned()]).await;
    assert!(matches!(refused, Err(RuleError::Bad { field: "texts", .. })), "{refused:?}");
    let kept = app.add_examples(&office.ada, other, &texts).await.expect("kept");
    let post = Post::new("x", "q", "an interview for our documentary about jupiter");
    let said = app.triage().propose(&post).expect("proposed");
    assert_eq!(said.proposed.department, other);
    assert!(matches!(said.near[0].lesson, Lesson::Example(_)), "{said:?}");
    let squeak = app.triage().propose(&Post::new("x", "r", "the hinge squeaks")).expect("proposed");
    assert_eq!(squeak.proposed.department, office.service, "the others keep theirs");
    app.remove_example(&office.ada, kept[0].id).await.expect("removed");
    assert!(matches!(app.remove_example(&office.ada, kept[0].id).await, Err(RuleError::UnknownExample(_))));
    let after = app.triage().propose(&post).expect("proposed");
    assert_ne!(after.proposed.department, other, "four are too few");
}

#[tokio::test]
async fn a_running_installation_learns_by_itself() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    app.watch_learning();
    office.taught().await;
    let post = Post::new("x", "q", "a glitterbox for the anniversary");
    for _ in 0..200 {
        if app.triage().propose(&post).is_some_and(|one| one.proposed.department == office.sales) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nothing was learnt: {:?}", heard("q", "x").post.map(|post| app.triage().propose(&post)));
}

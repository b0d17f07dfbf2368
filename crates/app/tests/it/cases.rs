//! Cases, from the post that opens one to its end.

use jiff::{SignedDuration, ToSpan};
use switchboard_app::cases::CaseError;
use switchboard_app::cases::bulk::{BulkAct, Chosen};
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_app::notices::Notice;
use switchboard_app::rights::{Actor, Forbidden};
use switchboard_model::{
    Author, Awaited, By, Captured, Case, CaseFilter, CaseId, CaseState, Clock, DepartmentId, FateReason, Outcome,
    Owner, Post, PostId, Role, SourceKind, TransferReason, Visibility,
};
use switchboard_testkit::app::{TestApp, heard};

use crate::access::{new_user, set_up};

/// Ada administers and heads both departments; Ines and Tom work in service, Sam in sales, Olga looks on.
pub(crate) struct Office {
    pub(crate) test: TestApp,
    pub(crate) ada: Actor,
    pub(crate) ines: Actor,
    pub(crate) tom: Actor,
    pub(crate) sam: Actor,
    pub(crate) olga: Actor,
    pub(crate) service: DepartmentId,
    pub(crate) sales: DepartmentId,
}

pub(crate) async fn office() -> Office {
    office_in(TestApp::new().await).await
}

/// The same in an installation that is there already.
pub(crate) async fn office_in(test: TestApp) -> Office {
    let ada = Actor::User(set_up(&test).await.user);
    test.search("brand", "acme").await;
    let departments = test.app.departments();
    let (service, sales) = (departments[0].id, departments[1].id);
    let hire = async |name: &str, role: Role, department: DepartmentId| {
        let new = NewUser { departments: vec![department], ..new_user(name, role) };
        let (user, _) = test.app.invite(&Actor::Operator, new).await.expect("invited");
        Actor::User(user.into())
    };
    let ines = hire("Ines", Role::Member, service).await;
    let tom = hire("Tom", Role::Member, service).await;
    let sam = hire("Sam", Role::Member, sales).await;
    let olga = hire("Olga", Role::Observer, service).await;
    Office { test, ada, ines, tom, sam, olga, service, sales }
}

impl Office {
    pub(crate) async fn arrive(&self, posts: Vec<Captured>) -> Vec<(FateReason, u64)> {
        let source = self.test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
        let outcome = self.test.app.hand_in(&source, posts, None).await.expect("taken");
        outcome.fates.into_iter().collect()
    }

    /// A complaint that opens the next case.
    pub(crate) async fn complaint(&self, identifier: &str) -> Case {
        self.arrive(vec![heard(identifier, "My acme kettle never arrived, I want a refund!")]).await;
        let filter = CaseFilter { limit: 1_000, with_private: true, ..CaseFilter::default() };
        let page = self.test.app.cases(&self.ada, filter).await.expect("listed");
        let newest = page.cases.into_iter().max_by_key(|row| row.case.id).expect("a case");
        newest.case
    }

    pub(crate) async fn case(&self, id: CaseId) -> Case {
        self.test.app.case(&self.ada, id).await.expect("there")
    }

    pub(crate) fn transfer(&self) -> Transfer {
        Transfer {
            department: self.sales,
            user: None,
            reason: TransferReason::NotOurs,
            note: "wants to buy three".into(),
            accept_within_min: None,
            keeps_watching: false,
        }
    }

    pub(crate) async fn kinds(&self, id: CaseId) -> Vec<&'static str> {
        let view = self.test.app.case_view(&self.ada, id).await.expect("there");
        view.events.iter().map(|event| event.what.kind()).collect()
    }

    pub(crate) async fn is_sound(&self) {
        let check = self.test.app.store().check_cases().await.expect("checked");
        assert_eq!(check.findings, [], "{check:?}");
    }
}

pub(crate) fn reply(identifier: &str, to: &str, text: &str) -> Captured {
    Captured::heard(Post { in_reply_to: Some(format!("x:{to}")), ..Post::new("x", identifier, text) })
}

#[tokio::test]
async fn what_needs_somebody_opens_a_case_and_the_rest_is_listed() {
    let office = office().await;
    let app = &office.test.app;
    let fates = office
        .arrive(vec![
            heard("1", "My acme kettle never arrived, I want a refund!"),
            heard("2", "acme opened a shop on Main Street"),
            Captured::addressed(Post::new("x", "3", "hello there")),
            Captured::addressed(Post { visibility: Visibility::Direct, ..Post::new("x", "4", "psst") }),
        ])
        .await;
    assert_eq!(fates, [(FateReason::New, 4)]);
    let all = CaseFilter { limit: 50, with_private: true, ..CaseFilter::default() };
    let page = app.cases(&office.ines, all.clone()).await.expect("listed");
    let why: Vec<(&str, &str)> = page
        .cases
        .iter()
        .map(|row| (row.post.as_ref().map_or("", |post| post.post.id.as_str()), row.case.why.as_str()))
        .collect();
    assert!(why.contains(&("x:1", "reads as a complaint")), "{why:?}");
    assert!(why.contains(&("x:3", "addressed to us")) && why.contains(&("x:4", "addressed to us")), "{why:?}");
    assert_eq!(why.len(), 3);
    let first = page.cases.iter().find(|row| row.case.why.contains("complaint")).expect("there");
    assert_eq!((first.case.department, first.case.owner), (office.service, Owner::Desk));
    assert!(first.case.priority.score > 0 && !first.case.priority.parts.is_empty());
    // An observer asks for everything and sees what is public.
    let seen = app.cases(&office.olga, all).await.expect("listed").cases;
    assert_eq!(seen.len(), 2);
    let private = page.cases.iter().find(|row| row.case.visibility == Visibility::Direct).expect("there").case.id;
    assert!(matches!(app.case_view(&office.olga, private).await, Err(CaseError::Unknown(_))));
    assert!(app.case_view(&office.ines, private).await.is_ok());
    let counted = |queues: Vec<switchboard_model::QueueCount>| {
        queues.iter().map(|queue| queue.public + queue.private).sum::<u64>()
    };
    assert_eq!(counted(app.queues(&office.ines).await.expect("counted")), 3);
    assert_eq!(counted(app.queues(&office.olga).await.expect("counted")), 2);
    // The listed one is made a case by hand, once.
    assert!(matches!(app.open_case(&office.olga, &PostId("x:2".into())).await, Err(CaseError::Forbidden(_))));
    let by_hand = app.open_case(&office.ines, &PostId("x:2".into())).await.expect("opened");
    assert_eq!(by_hand.why, "by hand");
    assert_eq!(app.open_case(&office.tom, &PostId("x:2".into())).await.expect("there").id, by_hand.id);
    assert!(matches!(app.open_case(&office.ines, &PostId("x:9".into())).await, Err(CaseError::UnknownPost(_))));
    office.is_sound().await;
}

#[tokio::test]
async fn answers_in_a_conversation_are_wanted_whoever_wants_them() {
    let office = office().await;
    let case = office.complaint("1").await;
    // No search wants these; they answer what we work on, or an answer to it.
    let fates = office.arrive(vec![reply("2", "1", "same here"), reply("9", "8", "other talk")]).await;
    assert_eq!(fates, [(FateReason::New, 1), (FateReason::NoSearch, 1)]);
    assert_eq!(office.arrive(vec![reply("3", "2", "me too")]).await, [(FateReason::New, 1)]);
    assert_eq!(office.kinds(case.id).await, ["opened", "joined", "joined"]);
    // All at once, in one batch: what begins and what answers it.
    let burst =
        vec![heard("20", "acme, where is my refund?"), reply("21", "20", "yes, where"), reply("22", "21", "where")];
    assert_eq!(office.arrive(burst).await, [(FateReason::New, 3)]);
    assert_eq!(office.kinds(CaseId(case.id.0 + 1)).await, ["opened", "joined", "joined"]);
    // The next start knows the conversations too.
    let Office { test, .. } = office;
    let test = test.restarted().await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let outcome = test.app.hand_in(&source, vec![reply("4", "3", "still")], None).await.expect("taken");
    assert_eq!(outcome.new.len(), 1);
    let joined = test.app.store().find_case_of_post(outcome.new[0]).await.expect("readable").expect("a case");
    assert_eq!(joined.id, case.id);
}

#[tokio::test]
async fn our_own_posts_open_nothing_and_join_as_ours() {
    let office = office().await;
    office.test.app.conversations().set_ours(["x:us".to_owned()]);
    let case = office.complaint("1").await;
    let ours = |captured: Captured| {
        let post =
            captured.post.map(|post| Post { author: Some(Author { id: "x:us".into(), ..Author::default() }), ..post });
        Captured { post, ..captured }
    };
    let closed = office.test.app.close_case(&office.ines, case.id, None, Outcome::Thanked, "").await.expect("closed");
    office.arrive(vec![ours(reply("2", "1", "we are sorry")), ours(heard("3", "acme is great, is it not?"))]).await;
    let now = office.case(case.id).await;
    assert_eq!((now.version, &now.state), (closed.version + 1, &closed.state));
    assert_eq!(office.test.app.store().find_case(CaseId(case.id.0 + 1)).await.expect("readable"), None);
    office.is_sound().await;
}

#[tokio::test]
async fn of_two_who_claim_one_has_it_and_the_other_knows_who() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    let mut notices = app.notices().listen();
    let (one, other) = tokio::join!(
        app.claim_case(&office.ines, case.id, Some(case.version)),
        app.claim_case(&office.tom, case.id, Some(case.version))
    );
    let (winner, refused) = if let Ok(case) = one { (case, other) } else { (other.expect("one of them"), one) };
    let owner = winner.owner.user().expect("a user");
    match refused {
        Err(CaseError::AlreadyOwned { by, name, .. }) => {
            assert_eq!(by, owner);
            assert_eq!(name, app.user(owner).expect("known").name);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(notices.recv().await.expect("told"), Notice::Case((&winner).into()));
    // What is another department's, an observer's or a machine's is refused.
    assert!(matches!(app.claim_case(&office.olga, case.id, None).await, Err(CaseError::Forbidden(Forbidden::Role(_)))));
    let second = office.complaint("2").await;
    let foreign = app.claim_case(&office.sam, second.id, None).await;
    assert!(matches!(foreign, Err(CaseError::Forbidden(Forbidden::NotYourDepartment))));
    assert!(matches!(app.claim_case(&Actor::Operator, second.id, None).await, Err(CaseError::Bad { .. })));
    assert!(matches!(app.claim_case(&office.ines, CaseId(99), None).await, Err(CaseError::Unknown(_))));
    office.is_sound().await;
}

#[tokio::test]
async fn what_was_not_seen_is_not_changed() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    app.note_on_case(&office.sam, case.id, None, "I can help").await.expect("noted");
    let stale = app.wait_case(&office.ines, case.id, Some(case.version), Awaited::Author).await;
    assert!(matches!(stale, Err(CaseError::Stale { seen: 1, now: 2, .. })), "{stale:?}");
    app.wait_case(&office.ines, case.id, Some(2), Awaited::Author).await.expect("waits");
    let again = app.wait_case(&office.ines, case.id, None, Awaited::Author).await;
    assert!(matches!(again, Err(CaseError::Cannot(_))), "{again:?}");
    // Those who name no version are not in each other's way.
    let notes = (0..12).map(|number| app.note_on_case(&office.tom, case.id, None, format!("note {number}").leak()));
    for note in futures_util::future::join_all(notes).await {
        note.expect("noted");
    }
    assert_eq!(office.case(case.id).await.version, 15);
    office.is_sound().await;
}

#[tokio::test]
async fn a_transfer_is_an_offer_until_it_is_accepted() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    let field = |refused: Result<Case, CaseError>| match refused {
        Err(CaseError::Bad { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let offer = async |transfer: Transfer| app.transfer_case(&office.ines, case.id, None, transfer).await;
    assert_eq!(field(offer(Transfer { note: " ".into(), ..office.transfer() }).await), "note");
    assert_eq!(field(offer(Transfer { department: office.service, ..office.transfer() }).await), "department");
    assert_eq!(field(offer(Transfer { user: office.tom.user_id(), ..office.transfer() }).await), "user");
    assert_eq!(field(offer(Transfer { accept_within_min: Some(0), ..office.transfer() }).await), "accept_within_min");
    let offered = offer(office.transfer()).await.expect("offered");
    assert_eq!(
        (offered.owner, offered.department),
        (Owner::User(office.ines.user_id().expect("a user")), office.service)
    );
    let until = offered.offer.as_ref().expect("offered").until;
    assert_eq!(until, office.test.clock.now().checked_add(30.minutes()).expect("a time"));
    let second = offer(office.transfer()).await;
    assert!(matches!(second, Err(CaseError::Cannot(_))), "{second:?}");
    let foreign = app.accept_case(&office.tom, case.id, None).await;
    assert!(matches!(foreign, Err(CaseError::Forbidden(Forbidden::NotYourDepartment))), "{foreign:?}");
    let listed = CaseFilter { offered_to: vec![office.sales], limit: 10, ..CaseFilter::default() };
    assert_eq!(app.cases(&office.sam, listed).await.expect("listed").cases.len(), 1);
    app.decline_case(&office.sam, case.id, None, "not a sale").await.expect("declined");
    assert_eq!(office.case(case.id).await.offer, None);
    // Offered again, to one user; a colleague of theirs cannot take it.
    offer(Transfer { user: office.sam.user_id(), ..office.transfer() }).await.expect("offered");
    assert_eq!(field(app.accept_case(&office.ada, case.id, None).await), "offer");
    let accepted = app.accept_case(&office.sam, case.id, None).await.expect("accepted");
    assert_eq!((accepted.department, accepted.owner.user()), (office.sales, office.sam.user_id()));
    // What an observer reads of it holds no word among colleagues.
    let seen = format!("{:?}", app.case_view(&office.olga, case.id).await.expect("public").events);
    assert!(!seen.contains("wants to buy three") && !seen.contains("not a sale"), "{seen}");
    office.is_sound().await;
}

#[tokio::test]
async fn clocks_run_out_once_and_say_when_they_are_late() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    let asleep = office.complaint("2").await;
    app.transfer_case(&office.ines, case.id, None, office.transfer()).await.expect("offered");
    let in_an_hour = office.test.clock.now().checked_add(SignedDuration::from_hours(1)).expect("a time");
    app.snooze_case(&office.ines, asleep.id, None, in_an_hour).await.expect("sleeps");
    for bad in [office.test.clock.now(), in_an_hour.checked_add(SignedDuration::from_hours(400 * 24)).expect("a time")]
    {
        assert!(matches!(
            app.snooze_case(&office.ines, case.id, None, bad).await,
            Err(CaseError::Bad { field: "until", .. })
        ));
    }
    assert_eq!(app.ring().await.expect("rings"), 0);
    office.test.clock.advance(30 * 60);
    assert_eq!(app.ring().await.expect("rings"), 1);
    assert_eq!(app.ring().await.expect("rings"), 0, "once");
    assert_eq!(office.case(case.id).await.offer, None);
    let late = app.accept_case(&office.sam, case.id, None).await;
    assert!(matches!(late, Err(CaseError::Bad { field: "offer", .. })), "{late:?}");
    office.test.clock.advance(90 * 60);
    assert_eq!(app.ring().await.expect("rings"), 1);
    let view = app.case_view(&office.ines, asleep.id).await.expect("there");
    let last = view.events.last().expect("events");
    assert_eq!((view.case.state, last.by), (CaseState::Open, By::Timer));
    let said = serde_json::to_string(&last.what).expect("JSON");
    assert!(said.contains("60 min late"), "{said}");
    office.is_sound().await;
}

#[tokio::test]
async fn a_running_clock_wakes_by_itself() {
    let office = office().await;
    let app = &office.test.app;
    app.watch_clock();
    let case = office.complaint("1").await;
    let soon = office.test.clock.now().checked_add(SignedDuration::from_secs(1)).expect("a time");
    app.snooze_case(&office.ines, case.id, None, soon).await.expect("sleeps");
    office.test.clock.advance(2);
    office.test.until("it wakes", async || office.case(case.id).await.state == CaseState::Open).await;
}

#[tokio::test]
async fn a_case_is_worked_on_and_ends() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    let (ines, id) = (&office.ines, case.id);
    let assigned = app.assign_case(&office.tom, id, None, ines.user_id().expect("a user")).await.expect("assigned");
    assert_eq!(assigned.owner.user(), ines.user_id());
    for wrong in [office.sam.user_id(), office.olga.user_id()] {
        let refused = app.assign_case(&office.tom, id, None, wrong.expect("a user")).await;
        assert!(matches!(refused, Err(CaseError::Bad { field: "user", .. })), "{refused:?}");
    }
    let tagged =
        app.tag_case(ines, id, None, &["Kettle ".into(), "kettle".into()], &["nothing".into()]).await.expect("tagged");
    assert!(tagged.tags.contains(&"kettle".to_owned()));
    let same = app.tag_case(ines, id, None, &["KETTLE".into()], &[]).await.expect("nothing to do");
    assert_eq!(same.version, tagged.version);
    let urgent = app.prioritise_case(ines, id, None, 95, "the press asks").await.expect("prioritised");
    assert_eq!(urgent.priority.score, 95);
    app.release_case(ines, id, None, "").await.expect("released");
    app.wait_case(ines, id, None, Awaited::Author).await.expect("waits");
    office.arrive(vec![reply("2", "1", "hello?")]).await;
    assert_eq!(office.case(id).await.state, CaseState::Open);
    let unsaid = app.close_case(ines, id, None, Outcome::NoAnswer, " ").await;
    assert!(matches!(unsaid, Err(CaseError::Bad { field: "reason", .. })), "{unsaid:?}");
    app.close_case(ines, id, None, Outcome::NoAnswer, "a joke").await.expect("closed");
    assert!(matches!(app.claim_case(ines, id, None).await, Err(CaseError::Cannot(_))));
    app.note_on_case(ines, id, None, "after all").await.expect("noted");
    app.reopen_case(ines, id, None, "it was none").await.expect("reopened");
    let closed = app.close_case(ines, id, None, Outcome::SolvedPublicly, "").await.expect("closed");
    assert!(closed.is_closed());
    office.arrive(vec![reply("3", "2", "it broke again")]).await;
    assert_eq!(office.case(id).await.state, CaseState::Open, "a new public reply reopens it");
    office.is_sound().await;
}

#[tokio::test]
async fn who_leaves_leaves_no_case_behind() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    app.deactivate_user(&office.ada, office.ines.user_id().expect("a user")).await.expect("deactivated");
    assert_eq!(office.case(case.id).await.owner, Owner::Desk);
    let gone = app.assign_case(&office.tom, case.id, None, office.ines.user_id().expect("a user")).await;
    assert!(matches!(gone, Err(CaseError::Bad { field: "user", .. })), "{gone:?}");
    office.is_sound().await;
}

#[tokio::test]
async fn who_only_reads_by_now_gets_no_case_back() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    app.close_case(&office.ines, case.id, None, Outcome::NoAnswer, "noise").await.expect("closed");
    let id = office.ines.user_id().expect("a user");
    let change = UserChange { role: Some(Role::Observer), ..UserChange::default() };
    app.change_user(&office.ada, id, change).await.expect("reads only");
    office.arrive(vec![reply("2", "1", "acme, are you there?")]).await;
    let case = office.case(case.id).await;
    assert_eq!((case.state, case.owner), (CaseState::Open, Owner::Desk));
    office.is_sound().await;
}

#[tokio::test]
async fn observers_read_no_words_between_colleagues() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    app.transfer_case(&office.ada, case.id, None, office.transfer()).await.expect("offered");
    let filter = CaseFilter { limit: 10, ..CaseFilter::default() };
    let list = app.cases(&office.olga, filter.clone()).await.expect("listed");
    assert!(!format!("{list:?}").contains("wants to buy three"), "{list:?}");
    let list = app.cases(&office.sam, filter).await.expect("listed");
    assert!(format!("{list:?}").contains("wants to buy three"), "{list:?}");
    let found = app.case_of_post(&office.olga, case.post).await.expect("read");
    assert!(!format!("{found:?}").contains("wants to buy three"), "{found:?}");
}

#[tokio::test]
async fn who_left_a_department_accepts_nothing_for_it() {
    let office = office().await;
    let app = &office.test.app;
    let case = office.complaint("1").await;
    let sam = office.sam.user_id().expect("a user");
    let transfer = Transfer { user: Some(sam), ..office.transfer() };
    app.transfer_case(&office.ada, case.id, None, transfer).await.expect("offered");
    let change = UserChange { departments: Some(vec![office.service]), ..UserChange::default() };
    app.change_user(&office.ada, sam, change).await.expect("moved");
    let sam = Actor::User(app.user(sam).expect("there"));
    assert!(app.accept_case(&sam, case.id, None).await.is_err());
    assert_eq!(office.case(case.id).await.owner, Owner::Desk);
}

#[tokio::test]
async fn posts_from_the_past_are_listed_and_open_nothing() {
    let office = office().await;
    let source = office.test.app.source_named("import", SourceKind::File).await.expect("a source");
    let posts = vec![heard("1", "My acme kettle never arrived, I want a refund!")];
    office.test.app.hand_in_as(&source, posts, None, false).await.expect("taken");
    assert_eq!(office.test.stored().await, ["x:1"]);
    assert_eq!(office.test.app.store().find_case(CaseId(1)).await.expect("readable"), None);
}

#[tokio::test]
async fn one_thing_is_done_to_many_cases_and_taken_back() {
    let office = office().await;
    let app = &office.test.app;
    let mut cases = Vec::new();
    for number in 0..5 {
        cases.push(office.complaint(&format!("many-{number}")).await);
    }
    app.claim_case(&office.tom, cases[1].id, None).await.expect("claimed");
    let mut chosen: Vec<Chosen> = cases.iter().map(|case| Chosen { case: case.id, seen: Some(case.version) }).collect();
    chosen.push(Chosen { case: CaseId(999), seen: None });
    let results = app.act_on_cases(&office.ines, &chosen, &BulkAct::Claim).await.expect("tried");
    let done: Vec<bool> = results.iter().map(|result| result.done.is_ok()).collect();
    // Tom was faster with one, and one is not there.
    assert_eq!(done, [true, false, true, true, true, false]);
    assert!(matches!(results[5].done, Err(CaseError::Unknown(_))));
    let events: Vec<(CaseId, u32)> = results
        .iter()
        .filter_map(|result| result.done.as_ref().ok().map(|(case, _)| (result.case, case.version)))
        .collect();
    app.note_on_case(&office.tom, cases[4].id, None, "looked at").await.expect("noted");
    app.release_case(&office.ines, cases[4].id, None, "not mine").await.expect("given back");
    let back = app.undo_on_cases(&office.ines, &events).await.expect("tried");
    assert_eq!(back.iter().map(|result| result.done.is_ok()).collect::<Vec<_>>(), [true, true, true, false]);
    for place in [0, 2, 3] {
        assert_eq!(office.case(cases[place].id).await.owner, Owner::Desk, "{place}");
    }
    // What needs nothing is no failure.
    let tag = BulkAct::Tag { added: vec!["k4".into()], removed: vec![] };
    let again = chosen[..1].iter().map(|one| Chosen { seen: None, ..*one }).collect::<Vec<_>>();
    for expected in [true, false] {
        let result = app.act_on_cases(&office.ines, &again, &tag).await.expect("tried").remove(0);
        assert_eq!(result.done.expect("done").1, expected);
    }
    for number in [0, 501] {
        let chosen = vec![chosen[0]; number];
        assert!(app.act_on_cases(&office.ines, &chosen, &BulkAct::Claim).await.is_err(), "{number}");
    }
    assert!(app.act_on_cases(&office.olga, &chosen, &BulkAct::Claim).await.is_err(), "observers do not work");
}

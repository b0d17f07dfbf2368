//! Two cases that become one, and one that becomes two.

use std::time::Duration;

use serde_json::json;
use switchboard_app::answer::AnswerError;
use switchboard_app::answer::account::NewAccount;
use switchboard_app::answer::draft::DraftText;
use switchboard_app::answer::outbox::OutboxConfig;
use switchboard_app::answer::reply::NewReply;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::bulk::{BulkAct, Chosen};
use switchboard_app::cases::question::NewQuestion;
use switchboard_app::cases::similar::Likeness;
use switchboard_app::cases::split::{Split, SplitOwner};
use switchboard_app::rights::{Actor, Forbidden};
use switchboard_model::{
    Asked, Author, Awaited, Captured, Case, CaseId, CaseState, Happening, NotificationKind, Outcome, Owner, Post,
    PostId, ReplyState, SourceKind, Then, Visibility,
};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office, office_in, reply};

impl Office {
    async fn merge(&self, actor: &Actor, into: CaseId, from: CaseId) -> Result<Case, CaseError> {
        self.test.app.merge_case(actor, into, None, from, "the same kettle").await
    }

    async fn apart(&self, actor: &Actor, case: CaseId, other: CaseId) -> Result<Case, CaseError> {
        self.test.app.take_apart(actor, case, None, other).await
    }

    /// The ids of the posts of a case.
    async fn posts(&self, id: CaseId) -> Vec<String> {
        let posts = self.test.app.store().case_posts(id, 100).await.expect("read");
        posts.into_iter().map(|post| post.post.id.to_string()).collect()
    }

    async fn all_is_well(&self) {
        self.is_sound().await;
        assert_eq!(self.test.app.store().orphans().await.expect("read"), []);
    }

    fn split(posts: &[&str]) -> Split {
        Split {
            posts: posts.iter().map(|id| PostId((*id).to_owned())).collect(),
            department: None,
            owner: SplitOwner::Same,
            why: "another matter".into(),
        }
    }
}

fn is_about(done: Result<Case, CaseError>, words: &str) {
    match done {
        Err(CaseError::Bad { message, .. }) if message.contains(words) => {}
        other => panic!("not about '{words}': {other:?}"),
    }
}

#[tokio::test]
async fn one_goes_on_with_what_was_said_in_both() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other) = (office.complaint("1").await.id, office.complaint("2").await.id);
    app.claim_case(&office.ines, one, None).await.expect("claimed");
    app.wait_case(&office.ines, one, None, Awaited::Author).await.expect("waits");
    app.claim_case(&office.tom, other, None).await.expect("claimed");
    app.tag_case(&office.tom, other, None, &["lid".into()], &[]).await.expect("tagged");
    app.note_on_case(&office.tom, other, None, "a note of Tom's").await.expect("noted");
    app.transfer_case(&office.tom, other, None, office.transfer()).await.expect("offered");
    let merged = office.merge(&office.ines, one, other).await.expect("merged");
    assert_eq!(merged.owner, Owner::User(office.ines.user_id().expect("a user")));
    assert_eq!(merged.state, CaseState::Open, "somebody had to do something in the other one");
    assert!(
        merged.tags.contains(&"lid".to_owned()) && merged.watchers.contains(&office.tom.user_id().expect("a user"))
    );
    assert_eq!(office.posts(one).await, ["x:1", "x:2"]);
    let ended = office.case(other).await;
    assert_eq!((ended.merged_into, ended.offer.as_ref(), ended.is_closed()), (Some(one), None, true));
    assert_eq!(&office.kinds(other).await[4..], ["offered", "offer_ended", "merged_into"]);
    // Who reads the one reads both; an observer reads no notes of either.
    let view = app.case_view(&office.ines, one).await.expect("there");
    assert_eq!(view.merged.len(), 1);
    assert!(view.merged[0].events.iter().any(|event| matches!(event.what, Happening::Noted { .. })));
    let seen = app.case_view(&office.olga, one).await.expect("there");
    assert!(seen.merged[0].events.iter().all(|event| !matches!(event.what, Happening::Noted { .. })));
    // Its address still shows what it was about.
    let gone = app.case_view(&office.ines, other).await.expect("there");
    assert_eq!(gone.posts.len(), 1);
    // Whoever answers in the threads of either is heard in the one.
    office.arrive(vec![reply("3", "2", "and the lid broke"), reply("4", "1", "hello?")]).await;
    assert_eq!(office.posts(one).await, ["x:1", "x:2", "x:3", "x:4"]);
    office.all_is_well().await;
    // Nothing happens to the other one any more.
    for done in [
        app.reopen_case(&office.tom, other, None, "after all").await,
        app.note_on_case(&office.tom, other, None, "x").await,
        app.watch_case(&office.ada, other, None).await,
    ] {
        assert!(matches!(done, Err(CaseError::Cannot(_))), "{done:?}");
    }
    // What came in its thread goes back with it.
    let apart = office.apart(&office.ines, one, other).await.expect("apart");
    assert!(!apart.tags.contains(&"lid".to_owned()) && apart.watchers.is_empty(), "{apart:?}");
    assert_eq!(
        (office.posts(one).await.join(" "), office.posts(other).await.join(" ")),
        ("x:1 x:4".into(), "x:2 x:3".into())
    );
    let back = office.case(other).await;
    assert_eq!(
        (back.merged_into, back.owner, &back.state),
        (None, Owner::User(office.tom.user_id().expect("a user")), &CaseState::Open)
    );
    assert!(back.tags.contains(&"lid".to_owned()));
    office.arrive(vec![reply("5", "3", "still broken")]).await;
    assert_eq!(office.posts(other).await, ["x:2", "x:3", "x:5"]);
    office.all_is_well().await;
}

#[tokio::test]
async fn what_is_no_merge_is_refused() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other, third) =
        (office.complaint("1").await.id, office.complaint("2").await.id, office.complaint("3").await.id);
    is_about(office.merge(&office.ines, one, one).await, "itself");
    assert!(matches!(office.merge(&office.ines, one, CaseId(99)).await, Err(CaseError::Unknown(_))));
    assert!(matches!(
        office.merge(&office.sam, one, other).await,
        Err(CaseError::Forbidden(Forbidden::NotYourDepartment))
    ));
    assert!(office.merge(&office.olga, one, other).await.is_err());
    let stale = app.merge_case(&office.ines, one, Some(9), other, "").await;
    assert!(matches!(stale, Err(CaseError::Stale { .. })), "{stale:?}");
    let stale = app.merge_case(&office.ines, one, None, Chosen { case: other, seen: Some(9) }, "").await;
    assert!(matches!(stale, Err(CaseError::Stale { case, .. }) if case == other), "{stale:?}");
    is_about(office.apart(&office.ines, one, other).await, "no part");
    office.merge(&office.ines, one, other).await.expect("merged");
    is_about(office.merge(&office.ines, third, other).await, "already");
    is_about(office.merge(&office.ines, other, third).await, "already");
    let closed = app.close_case(&office.ines, third, None, Outcome::Merged, "").await;
    is_about(closed, "merge");
    app.close_case(&office.ines, third, None, Outcome::NoAnswer, "noise").await.expect("closed");
    is_about(office.merge(&office.ines, third, one).await, "closed");
    // A closed one goes into an open one, and what is in it goes along.
    office.merge(&office.ines, one, third).await.expect("merged");
    office.all_is_well().await;
    // Observers see only what is public; the API of a case says where it went.
    assert_eq!(office.case(other).await.merged_into, Some(one));
}

#[tokio::test]
async fn of_many_that_are_in_one_each_gets_its_own_back() {
    let office = office().await;
    let app = &office.test.app;
    let mut ids = Vec::new();
    for number in 1..=62 {
        ids.push(office.complaint(&number.to_string()).await.id);
    }
    let (root, middle) = (ids[0], ids[1]);
    let chosen: Vec<Chosen> = ids[2..].iter().map(|id| Chosen::from(*id)).collect();
    let done = app.act_on_cases(&office.ines, &chosen, &BulkAct::Merge { into: middle }).await.expect("done");
    assert!(done.iter().all(|one| one.done.is_ok()));
    office.merge(&office.ines, root, middle).await.expect("merged");
    office.apart(&office.ines, root, middle).await.expect("apart");
    assert_eq!(office.posts(root).await, ["x:1"]);
    assert_eq!(office.posts(middle).await.len(), 61);
    let last = *ids.last().expect("many");
    office.apart(&office.ines, middle, last).await.expect("apart");
    assert_eq!(office.posts(last).await, ["x:62"]);
    office.all_is_well().await;
}

#[tokio::test]
async fn one_in_another_in_a_third_falls_where_it_belongs() {
    let office = office().await;
    let (one, two, three) =
        (office.complaint("1").await.id, office.complaint("2").await.id, office.complaint("3").await.id);
    office.merge(&office.ines, two, three).await.expect("merged");
    office.merge(&office.ines, one, two).await.expect("merged");
    office.arrive(vec![reply("4", "3", "in the third"), reply("5", "2", "in the second")]).await;
    assert_eq!(office.posts(one).await.len(), 5);
    let view = office.test.app.case_view(&office.ines, one).await.expect("there");
    assert_eq!(view.merged.iter().map(|part| part.case.id).collect::<Vec<_>>(), [two, three]);
    is_about(office.apart(&office.ines, one, three).await, "no part");
    office.all_is_well().await;
    office.apart(&office.ines, one, two).await.expect("apart");
    assert_eq!(office.posts(one).await, ["x:1"]);
    assert_eq!(office.posts(two).await, ["x:2", "x:3", "x:4", "x:5"]);
    office.all_is_well().await;
    office.apart(&office.ines, two, three).await.expect("apart");
    assert_eq!(
        (office.posts(two).await.join(" "), office.posts(three).await.join(" ")),
        ("x:2 x:5".into(), "x:3 x:4".into())
    );
    office.all_is_well().await;
}

#[tokio::test]
async fn undo_takes_apart_and_makes_one_again() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other) = (office.complaint("1").await.id, office.complaint("2").await.id);
    let merged = office.merge(&office.ines, one, other).await.expect("merged");
    let view = app.case_view(&office.ines, one).await.expect("there");
    assert_eq!(view.undoable, Some(merged.version));
    app.undo(&office.ines, one, None, None).await.expect("undone");
    assert_eq!((office.case(other).await.merged_into, office.posts(other).await.len()), (None, 1));
    // From the side of the one that went, too; and of many at once.
    office.merge(&office.ines, one, other).await.expect("merged");
    app.undo(&office.ines, other, None, None).await.expect("undone");
    let third = office.complaint("3").await.id;
    let chosen = [other, third].map(|case| Chosen { case, seen: None });
    let done = app.act_on_cases(&office.ines, &chosen, &BulkAct::Merge { into: one }).await.expect("done");
    let events: Vec<(CaseId, u32)> =
        done.iter().map(|one| (one.case, one.done.as_ref().expect("merged").0.version)).collect();
    assert_eq!(office.posts(one).await.len(), 3);
    office.all_is_well().await;
    let done = app.undo_on_cases(&office.ines, &events).await.expect("done");
    assert!(done.iter().all(|one| one.done.is_ok()), "{done:?}");
    assert_eq!(office.posts(one).await.len(), 1);
    // A split is taken back by making one of the two.
    office.arrive(vec![reply("4", "1", "another matter: the invoice")]).await;
    let part = app.split_case(&office.ines, one, None, &Office::split(&["x:4"])).await.expect("split").id;
    app.undo(&office.ines, one, None, None).await.expect("undone");
    assert_eq!(office.case(part).await.merged_into, Some(one));
    office.all_is_well().await;
}

#[tokio::test]
async fn a_part_becomes_a_case_of_its_own() {
    let office = office().await;
    let app = &office.test.app;
    let one = office.complaint("1").await.id;
    app.claim_case(&office.ines, one, None).await.expect("claimed");
    office
        .arrive(vec![
            reply("2", "1", "and my invoice is wrong"),
            reply("3", "2", "very wrong"),
            reply("4", "1", "well?"),
        ])
        .await;
    is_about(app.split_case(&office.ines, one, None, &Office::split(&["x:1"])).await, "stays");
    is_about(app.split_case(&office.ines, one, None, &Office::split(&["x:9"])).await, "no post");
    is_about(app.split_case(&office.ines, one, None, &Office::split(&[])).await, "at least one");
    let nobody = Split { why: " ".into(), ..Office::split(&["x:2"]) };
    assert!(app.split_case(&office.ines, one, None, &nobody).await.is_err());
    let elsewhere = Split { owner: SplitOwner::User(office.sam.user_id().expect("a user")), ..Office::split(&["x:2"]) };
    assert!(app.split_case(&office.ines, one, None, &elsewhere).await.is_err(), "Sam works elsewhere");
    assert!(app.split_case(&office.sam, one, None, &Office::split(&["x:2"])).await.is_err());
    let part = app.split_case(&office.ines, one, None, &Office::split(&["x:2"])).await.expect("split");
    assert_eq!((part.owner, part.department), (office.case(one).await.owner, office.service));
    assert_eq!(office.posts(part.id).await, ["x:2", "x:3"], "what answers it goes with it");
    assert_eq!(office.posts(one).await, ["x:1", "x:4"]);
    assert_eq!(&office.kinds(part.id).await[..2], ["opened", "split_from"]);
    // The thread goes on where it went; the rest stays.
    office.arrive(vec![reply("5", "3", "corrected?"), reply("6", "4", "hello?")]).await;
    assert_eq!(office.posts(part.id).await, ["x:2", "x:3", "x:5"]);
    assert_eq!(office.posts(one).await, ["x:1", "x:4", "x:6"]);
    office.all_is_well().await;
    // To another department: its desk has it.
    let sales = Split { department: Some(office.sales), ..Office::split(&["x:6"]) };
    let second = app.split_case(&office.ines, one, None, &sales).await.expect("split");
    assert_eq!((second.owner, second.department), (Owner::Desk, office.sales));
    office.all_is_well().await;
}

fn question(actor: &Actor) -> NewQuestion {
    let to = Asked::User(actor.user_id().expect("a user"));
    NewQuestion { to, text: "Is the lid safe?".into(), shows_posts: None, waits: true }
}

#[tokio::test]
async fn questions_go_on_where_the_case_does() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other) = (office.complaint("1").await.id, office.complaint("2").await.id);
    app.ask_question(&office.ines, other, question(&office.tom)).await.expect("asked");
    let number = app.case_questions(&office.ines, other).await.expect("listed")[0].number;
    // Ada merges: whoever asked follows neither, and is told of the answer all the same.
    office.merge(&office.ada, one, other).await.expect("merged");
    app.tell_events().await.expect("told");
    let answered = app.answer_question(&office.tom, other, number, "It is.").await.expect("answered");
    assert_eq!(answered.id, one, "the case that goes on hears it");
    app.tell_events().await.expect("told");
    let told = app.notifications(&office.ines, false, None, 20).await.expect("listed").notifications;
    assert!(told.iter().any(|one| one.kind == NotificationKind::Answer), "{told:?}");
    let answers = |questions: Vec<switchboard_app::cases::question::CaseQuestion>| questions[0].answers.len();
    assert_eq!(answers(app.case_questions(&office.ines, other).await.expect("listed")), 1);
    office.apart(&office.ines, one, other).await.expect("apart");
    assert_eq!(answers(app.case_questions(&office.ines, other).await.expect("listed")), 1, "it is its own again");
    office.all_is_well().await;
}

const QUICK: OutboxConfig = OutboxConfig { settle: Duration::from_secs(60), limit: Duration::from_millis(40) };

async fn said(test: &TestApp, number: u32) -> CaseId {
    let source = test.app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let address = format!("https://a.example/users/ana/statuses/{number}");
    let author = Author {
        id: "mastodon:https://a.example/users/ana".into(),
        handle: "ana@a.example".into(),
        ..Author::default()
    };
    let post = Post { author: Some(author), ..Post::new("mastodon", &address, "is the acme kettle broken?") };
    let id = post.id.clone();
    test.app.hand_in(&source, vec![Captured::addressed(post)], None).await.expect("taken");
    let stored = test.app.store().find_post(&id).await.expect("read").expect("stored");
    test.app.store().find_case_of_post(stored.seq).await.expect("read").expect("a case").id
}

async fn a_reply_leaves_from_the_case_that_goes_on(test: TestApp) {
    let office = office_in(test).await;
    let (app, operator) = (&office.test.app, Actor::Operator);
    let new = NewAccount {
        network: SourceKind::Mastodon,
        settings: json!({"instance": "https://social.example", "token": "hunter2"}),
        departments: vec![],
    };
    let account = app.add_account(&operator, new).await.expect("added");
    let (one, other) = (said(&office.test, 1).await, said(&office.test, 2).await);
    let text = NewReply {
        account: account.id,
        to: None,
        text: "Sorry".into(),
        then: Then::Wait,
        seen: None,
        draft_version: None,
        client_key: Some("first".into()),
        despite: None,
        send_after_s: 0,
    };
    let queued = app.reply(&operator, other, text.clone()).await.expect("queued");
    office.merge(&operator, one, other).await.expect("merged");
    let refused = app.reply(&operator, other, NewReply { client_key: None, ..text.clone() }).await;
    assert!(matches!(refused, Err(AnswerError::Bad { field: "case", .. })), "{refused:?}");
    for _ in 0..20 {
        app.send_due_replies(QUICK).await.expect("sent");
        office.test.clock.advance(30);
    }
    let sent = app.store().find_reply(queued.id).await.expect("read").expect("there");
    assert_eq!((sent.state, sent.case), (ReplyState::Sent, one), "{sent:?}");
    assert!(office.kinds(one).await.contains(&"reply_sent"));
    // Whoever answers our answer belongs where the answer does.
    let published = sent.published.expect("known").id;
    let source = app.source_named("mastodon", SourceKind::Ingest).await.expect("a source");
    let thanks = Post { in_reply_to: Some(published.0.clone()), ..Post::new("mastodon", "https://a.example/9", "ok") };
    app.hand_in(&source, vec![Captured::heard(thanks)], None).await.expect("taken");
    assert_eq!(office.posts(one).await.len(), 3);
    office.all_is_well().await;
    office.apart(&operator, one, other).await.expect("apart");
    assert_eq!(
        office.posts(other).await,
        ["mastodon:https://a.example/users/ana/statuses/2", "mastodon:https://a.example/9"]
    );
    let sent = app.store().find_reply(queued.id).await.expect("read").expect("there");
    let back = office.case(other).await;
    assert!(sent.case == other && back.replied_at.is_some() && back.state == CaseState::Open, "{back:?}");
    assert!(office.case(one).await.replied_at.is_some(), "its history says that it was answered from there");
    office.all_is_well().await;
}

#[tokio::test]
async fn a_reply_leaves_from_the_case_that_goes_on_here() {
    a_reply_leaves_from_the_case_that_goes_on(TestApp::new().await).await;
}

#[tokio::test]
async fn a_reply_leaves_from_the_case_that_goes_on_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    a_reply_leaves_from_the_case_that_goes_on(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn cases_that_look_alike_are_proposed() {
    let office = office().await;
    let by = |identifier: &str, network: &str, name: &str, text: &str| {
        let author = Author { id: format!("{network}:{name}"), handle: name.into(), ..Author::default() };
        Captured::addressed(Post { author: Some(author), ..Post::new(network, identifier, text) })
    };
    office
        .arrive(vec![
            by("1", "x", "ana@x.example", "The acme kettle lost its lid after two days"),
            by("2", "y", "ana.y.example", "hello acme people"),
            by("3", "y", "bob", "my acme kettle lost the lid after two days!"),
            by("4", "y", "eve", "opening hours of the acme shop?"),
            by("5", "x", "ana@x.example", "anybody?"),
        ])
        .await;
    let app = &office.test.app;
    let similar = app.similar_cases(&office.ines, CaseId(1)).await.expect("found");
    let found: Vec<(i64, Vec<Likeness>)> = similar.into_iter().map(|one| (one.case.id.0, one.why)).collect();
    let expected = [(5, vec![Likeness::Author]), (2, vec![Likeness::Name]), (3, vec![Likeness::Words])];
    assert_eq!(found, expected);
    assert!(app.similar_cases(&office.olga, CaseId(1)).await.is_err());
    office.merge(&office.ines, CaseId(1), CaseId(5)).await.expect("merged");
    assert_eq!(app.similar_cases(&office.ines, CaseId(1)).await.expect("found").len(), 2);
}

/// A post of an author, in public or not.
fn by(who: &str, id: &str, text: &str, visibility: Visibility, before: Option<&str>) -> Captured {
    let author = Some(Author { id: format!("x:{who}"), handle: who.into(), ..Author::default() });
    let in_reply_to = before.map(str::to_owned);
    Captured::addressed(Post { author, in_reply_to, visibility, ..Post::new("x", id, text) })
}

async fn what_is_said_in_private_is_told_to_nobody_else(test: TestApp) {
    let office = office_in(test).await;
    let app = &office.test.app;
    let (open, direct) = (Visibility::Public, Visibility::Direct);
    let harm = "my acme kettle burned my hand, my lawyer will sue you, I will go to the press!";
    let told = async |id: CaseId| {
        let view = app.case_view(&office.olga, id).await.expect("seen");
        serde_json::to_string(&(view.case, view.events)).expect("JSON")
    };
    // A public case that is joined by a direct message.
    office.arrive(vec![by("ann", "1", "Is the acme kettle broken?", open, None)]).await;
    office.arrive(vec![by("ann", "2", harm, direct, Some("x:1"))]).await;
    let joined = app.store().find_case(CaseId(1)).await.expect("read").expect("there");
    assert!(joined.risk.press.level > 0, "{:?}", joined.risk);
    assert!(!told(joined.id).await.contains("lawyer"), "{}", told(joined.id).await);
    // A public answer that is split from a direct conversation.
    office.arrive(vec![by("bo", "3", harm, direct, None)]).await;
    office.arrive(vec![by("bo", "4", "Is anybody there at acme?", open, Some("x:3"))]).await;
    let private = app.store().find_case(CaseId(2)).await.expect("read").expect("there");
    assert!(format!("{:?}", private.risk).contains("lawyer"), "{:?}", private.risk);
    let split = app.split_case(&office.ines, private.id, None, &Office::split(&["x:4"])).await.expect("split");
    assert_eq!(split.risk.press.level, private.risk.press.level);
    assert!(!told(split.id).await.contains("lawyer"), "{}", told(split.id).await);
    office.all_is_well().await;
}

#[tokio::test]
async fn what_is_said_in_private_is_told_to_nobody_else_on_sqlite() {
    what_is_said_in_private_is_told_to_nobody_else(TestApp::new().await).await;
}

#[tokio::test]
async fn what_is_said_in_private_is_told_to_nobody_else_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    what_is_said_in_private_is_told_to_nobody_else(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn what_is_being_written_goes_on_where_something_was_written_before() {
    let office = office().await;
    let app = &office.test.app;
    let (one, other) = (office.complaint("1").await.id, office.complaint("2").await.id);
    let save = async |id: CaseId, text: &str| {
        let text = DraftText { account: None, to: None, text: text.into() };
        app.save_draft(&office.ines, id, text, None).await.expect("saved");
    };
    save(one, "Sorry").await;
    save(one, "").await;
    save(other, "A long answer").await;
    office.merge(&office.ines, one, other).await.expect("merged");
    let draft = app.draft(&office.ines, one).await.expect("read").expect("there");
    assert_eq!(draft.text, "A long answer");
}

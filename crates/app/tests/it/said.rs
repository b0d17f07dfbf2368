//! Finding a case by anything that was said or written in it.

use serde_json::json;
use switchboard_app::answer::account::NewAccount;
use switchboard_app::answer::reply::NewReply;
use switchboard_app::cases::question::NewQuestion;
use switchboard_app::find::{Found, FoundText, Question};
use switchboard_app::rights::Actor;
use switchboard_model::{Asked, Author, Captured, CaseId, Guest, Outcome, Place, Post, SourceKind, Then, Visibility};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office, office_in};

impl Office {
    async fn ask(&self, actor: &Actor, text: &str) -> Found {
        let question = Question { text: text.into(), before: None, limit: 50 };
        self.test.app.find(actor, &question).await.expect("found")
    }

    async fn texts(&self, actor: &Actor, text: &str) -> Vec<FoundText> {
        self.ask(actor, text).await.texts.found
    }

    /// Case and place of what is found.
    async fn places(&self, actor: &Actor, text: &str) -> Vec<(i64, Place)> {
        self.texts(actor, text).await.into_iter().map(|found| (found.case.0, found.place)).collect()
    }

    async fn answer(&self, actor: &Actor, case: CaseId, text: &str) {
        let new = NewAccount {
            network: SourceKind::Mastodon,
            settings: json!({"instance": "https://social.example", "token": "hunter2"}),
            departments: vec![],
        };
        let account = self.test.app.add_account(&Actor::Operator, new).await.expect("added");
        let reply = NewReply {
            account: account.id,
            to: None,
            text: text.into(),
            then: Then::Wait,
            seen: None,
            draft_version: None,
            client_key: None,
            despite: None,
            send_after_s: 3_600,
        };
        self.test.app.reply(actor, case, reply).await.expect("queued");
    }
}

async fn every_word_leads_to_its_case(test: TestApp) {
    let office = office_in(test).await;
    let (app, ines, sam) = (&office.test.app, &office.ines, &office.sam);
    let id = office.complaint("1").await.id;
    office.complaint("2").await;
    app.claim_case(ines, id, None).await.expect("claimed");
    app.note_on_case(ines, id, None, "The courier lost it in Ghent.").await.expect("noted");
    app.tag_case(ines, id, None, &["late delivery".into()], &[]).await.expect("tagged");
    app.prioritise_case(ines, id, None, 90, "a journalist").await.expect("prioritised");
    let question = |to, text: &str| NewQuestion { to, text: text.into(), shows_posts: None, waits: false };
    let guest = Guest { name: "Ann".into(), email: "ann@lab.example".into() };
    let tom = Asked::User(office.tom.user_id().expect("a user"));
    app.ask_question(ines, id, question(tom, "Was it the gasket?")).await.expect("asked");
    app.ask_question(ines, id, question(Asked::Guest(guest), "Anything from the laboratory?")).await.expect("asked");
    let number = app.case_questions(ines, id).await.expect("listed")[0].number;
    app.answer_question(&office.tom, id, number, "A cracked thermostat.").await.expect("answered");
    app.transfer_case(ines, id, None, office.transfer()).await.expect("offered");
    app.decline_case(sam, id, None, "we have no stock").await.expect("declined");
    app.release_case(ines, id, None, "holiday from tomorrow").await.expect("released");
    app.close_case(ines, id, None, Outcome::NoAnswer, "spam after all").await.expect("closed");
    app.reopen_case(ines, id, None, "not spam, sorry").await.expect("opened");
    let check = async |text: &str, expected: &[Place], for_observers: bool| {
        let expected: Vec<(i64, Place)> = expected.iter().map(|place| (id.0, *place)).collect();
        assert_eq!(office.places(ines, text).await, expected, "{text}");
        let cases: Vec<i64> = office.ask(ines, text).await.cases.iter().map(|case| case.id.0).collect();
        assert_eq!(cases, [id.0], "{text}");
        let seen = office.places(&office.olga, text).await;
        assert_eq!(seen, if for_observers { expected } else { Vec::new() }, "{text}");
        assert_eq!(office.ask(&office.olga, text).await.cases.len(), usize::from(for_observers), "{text}");
    };
    check("ghent", &[Place::Note], false).await;
    check("\"lost it in\" courier", &[Place::Note], false).await;
    check("couri*", &[Place::Note], false).await;
    check("delivery", &[Place::Tag], true).await;
    check("journalist", &[Place::Priority], true).await;
    check("gasket", &[Place::Question], false).await;
    check("laboratory", &[Place::Question], false).await;
    check("thermostat", &[Place::QuestionAnswer], false).await;
    check("three", &[Place::Offer], false).await;
    check("stock", &[Place::Decline], false).await;
    check("holiday", &[Place::Release], true).await;
    check("spam", &[Place::Reopen, Place::Close], true).await;
    check("ghent network:x", &[Place::Note], false).await;
    assert!(office.places(ines, "ghent network:mastodon").await.is_empty(), "fields ask about the case's post");
    assert!(office.places(ines, "ghent -courier").await.is_empty());
    assert!(office.places(ines, "network:x").await.is_empty(), "a question without words finds posts");
    let note = office.texts(ines, "GHENT").await.remove(0);
    assert_eq!((note.who.as_str(), note.event, note.is_undone), ("Ines", 3, false));
    let marked: String = note.text.chars().skip(note.spans[0].start as usize).take(5).collect();
    assert_eq!(marked, "Ghent");
}

#[tokio::test]
async fn every_word_leads_to_its_case_on_sqlite() {
    every_word_leads_to_its_case(TestApp::new().await).await;
}

#[tokio::test]
async fn every_word_leads_to_its_case_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    every_word_leads_to_its_case(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn authors_and_our_answers_lead_to_cases() {
    let office = office().await;
    let app = &office.test.app;
    let by = |id: &str, handle: &str, name: &str| {
        let author = Author { id: handle.into(), handle: handle.into(), name: name.into(), ..Author::default() };
        let address = format!("https://a.example/{id}");
        Post { author: Some(author), ..Post::new("mastodon", &address, "it is broken, acme!") }
    };
    let hidden = by("2", "carl@a.example", "Carl Secret");
    let hidden = Post { visibility: Visibility::Direct, ..hidden };
    office.arrive(vec![Captured::addressed(by("1", "ana@a.example", "Ana Lopes")), Captured::addressed(hidden)]).await;
    assert_eq!(office.places(&office.ines, "lopes").await, [(1, Place::Author)]);
    assert_eq!(office.places(&office.olga, "ana").await, [(1, Place::Author)]);
    assert_eq!(office.places(&office.olga, "secret").await, []);
    assert_eq!(office.ask(&office.ines, "2").await.cases.iter().map(|case| case.id.0).collect::<Vec<_>>(), [2]);
    app.claim_case(&office.ines, CaseId(1), None).await.expect("claimed");
    office.answer(&office.ines, CaseId(1), "Please hold the valve shut").await;
    let queued = office.texts(&office.ines, "valve").await;
    assert_eq!((queued.len(), queued[0].place, queued[0].who.as_str()), (1, Place::Reply, "Ines"));
    assert_eq!(office.places(&office.olga, "valve").await, [], "observers read what was sent");
    let reply = queued[0].reply.expect("an answer");
    app.withdraw_reply(&office.ines, reply).await.expect("taken back");
    assert!(office.texts(&office.ines, "valve").await[0].is_undone);
}

#[tokio::test]
async fn what_was_taken_back_is_found_as_far_as_it_is_shown() {
    let office = office().await;
    let (app, ines) = (&office.test.app, &office.ines);
    let id = office.complaint("1").await.id;
    app.claim_case(ines, id, None).await.expect("claimed");
    app.note_on_case(ines, id, None, "wrong window").await.expect("noted");
    app.undo(ines, id, None, None).await.expect("taken back");
    assert_eq!(office.places(ines, "window").await, [], "nobody reads the note any more");
    app.close_case(ines, id, None, Outcome::NoAnswer, "a mere joke").await.expect("closed");
    app.undo(ines, id, None, None).await.expect("taken back");
    let found = office.texts(ines, "joke").await;
    assert_eq!(found.iter().map(|found| (found.place, found.is_undone)).collect::<Vec<_>>(), [(Place::Close, true)]);
}

#[tokio::test]
async fn words_of_a_merged_case_lead_to_the_one_that_goes_on() {
    let office = office().await;
    let (app, ines) = (&office.test.app, &office.ines);
    let (one, other) = (office.complaint("1").await.id, office.complaint("2").await.id);
    app.claim_case(ines, other, None).await.expect("claimed");
    app.note_on_case(ines, other, None, "walrus").await.expect("noted");
    let lead = async || {
        let found = office.texts(ines, "walrus").await.remove(0);
        (found.case, found.of)
    };
    assert_eq!(lead().await, (other, other));
    app.merge_case(ines, one, None, other, "the same zeppelin").await.expect("merged");
    assert_eq!(lead().await, (one, other));
    assert_eq!(office.places(ines, "zeppelin").await, [(one.0, Place::Merge)]);
    app.take_apart(ines, one, None, other).await.expect("taken apart");
    assert_eq!(lead().await, (other, other));
}

#[tokio::test]
async fn hostile_words_do_nothing() {
    let office = office().await;
    let (app, ines) = (&office.test.app, &office.ines);
    let id = office.complaint("1").await.id;
    app.claim_case(ines, id, None).await.expect("claimed");
    let long = "abc ".repeat(2_499);
    for text in ["<script>alert('x')</script>", "\" OR 1=1; --", "NEAR(a b) AND NOT *", "\u{202e}שלום", long.as_str()]
    {
        app.note_on_case(ines, id, None, text).await.expect("noted");
    }
    assert_eq!(office.places(ines, "script").await.len(), 1);
    assert_eq!(office.places(ines, "שלום").await.len(), 1);
    assert_eq!(office.places(ines, "abc").await.len(), 1);
    for asked in ["\"<script>alert\"", "\"OR 1\"", "'", "\"';--\"", "abc abc", &"x".repeat(8_000)] {
        let question = Question { text: (*asked).into(), before: None, limit: 10 };
        // Some are no query; none of them breaks anything.
        let _ = app.find(ines, &question).await.map_err(|error| assert!(error.to_string().len() < 2_000, "{error}"));
    }
}

#[tokio::test]
async fn a_look_ends_and_says_so() {
    let office = office().await;
    let app = &office.test.app;
    for number in 1..=22 {
        let id = office.complaint(&number.to_string()).await.id;
        for _ in 0..4 {
            app.note_on_case(&Actor::Operator, id, None, "gasket").await.expect("noted");
        }
    }
    let found = office.ask(&office.ines, "gasket").await;
    assert!(found.texts.is_cut);
    assert_eq!((found.cases.len(), found.texts.found.len()), (20, 60), "three of each");
    assert_eq!(found.cases[0].id, CaseId(22), "the newest first");
    assert!(!office.ask(&office.ines, "nothing").await.texts.is_cut);
}

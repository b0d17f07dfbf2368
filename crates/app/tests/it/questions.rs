//! Questions to somebody beside the owner.

use switchboard_app::cases::CaseError;
use switchboard_app::cases::question::NewQuestion;
use switchboard_app::rights::Actor;
use switchboard_model::mail::{MailSecurity, MailServer};
use switchboard_model::{
    Asked, Author, Awaited, By, Captured, Case, CaseState, Guest, Happening, NotificationKind, Post, PostId, Visibility,
};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office_in};

fn of_colleague(actor: &Actor) -> NewQuestion {
    let to = Asked::User(actor.user_id().expect("a user"));
    NewQuestion { to, text: "Is the lid safe?".into(), shows_posts: None, waits: true }
}

fn of_guest(email: &str) -> NewQuestion {
    let to = Asked::Guest(Guest { name: " Ann ".into(), email: email.into() });
    NewQuestion { to, text: "Is the lid safe?".into(), shows_posts: Some(true), waits: false }
}

async fn begun(test: TestApp) -> (Office, Case) {
    let office = office_in(test).await;
    office.test.app.tell_events().await.expect("told");
    let case = office.complaint("1").await;
    let case = office.test.app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    office.test.app.tell_events().await.expect("told");
    (office, case)
}

async fn told(office: &Office, actor: &Actor) -> Vec<NotificationKind> {
    office.test.app.tell_events().await.expect("told");
    let page = office.test.app.notifications(actor, true, None, 100).await.expect("listed");
    page.notifications.into_iter().map(|one| one.kind).collect()
}

async fn a_colleague_is_asked_and_answers(test: TestApp) {
    let (office, case) = begun(test).await;
    let app = &office.test.app;
    let asked = app.ask_question(&office.ines, case.id, of_colleague(&office.tom)).await.expect("asked");
    assert_eq!(asked.state, CaseState::Waiting { on: Awaited::Colleague });
    assert_eq!(asked.owner, case.owner, "who asks stays the owner");
    assert!(asked.watchers.contains(&office.tom.user_id().expect("a user")));
    assert_eq!(told(&office, &office.tom).await, [NotificationKind::Question], "once");
    let question = app.case_questions(&office.ines, case.id).await.expect("listed").remove(0);
    assert_eq!(question.address, None, "whoever had a colleague's address could answer as them");
    // Whoever was asked may answer though the case is not theirs; others may not.
    let number = question.number;
    let refused = app.answer_question(&office.sam, case.id, number, "yes").await;
    assert!(matches!(refused, Err(CaseError::Forbidden(_))), "{refused:?}");
    let answered = app.answer_question(&office.tom, case.id, number, " It is. ").await.expect("answered");
    assert_eq!(answered.state, CaseState::Open, "it waited for the answer");
    let heard = told(&office, &office.ines).await;
    assert!(heard.contains(&NotificationKind::Answer), "{heard:?}");
    let question = app.case_questions(&office.ines, case.id).await.expect("listed").remove(0);
    assert_eq!(question.answers[0].text, "It is.");
    // The public side knows nothing of it.
    let seen = app.case_view(&office.olga, case.id).await.expect("seen");
    assert!(seen.events.iter().all(|event| !event.what.kind().starts_with("question")), "{:?}", seen.events);
    assert!(matches!(app.case_questions(&office.olga, case.id).await, Err(CaseError::Forbidden(_))));
}

#[tokio::test]
async fn a_colleague_is_asked_and_answers_on_sqlite() {
    a_colleague_is_asked_and_answers(TestApp::new().await).await;
}

#[tokio::test]
async fn a_colleague_is_asked_and_answers_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    a_colleague_is_asked_and_answers(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn somebody_outside_answers_by_a_link_from_a_letter() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let server = MailServer {
        host: "mail.acme.example".into(),
        port: 25,
        security: MailSecurity::Plain,
        user: None,
        password: None,
        from: "Acme <desk@acme.example>".into(),
    };
    app.set_mail_server(&office.ada, Some(server)).await.expect("named");
    app.set_public_url("https://desk.acme.example");
    app.ask_question(&office.ines, case.id, of_guest(" Ann@Lab.example ")).await.expect("asked");
    app.tell_events().await.expect("told");
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("sent"), 1);
    let letter = office.test.networks.post().taken().pop().expect("a letter");
    assert_eq!(letter.to, "ann@lab.example");
    assert!(letter.reply_to.is_some_and(|address| address.contains('@')), "an answer by mail comes to who asks");
    let start = letter.text.find("https://desk.acme.example/question/").expect("a link");
    let token = letter.text[start..].split_whitespace().next().and_then(|url| url.rsplit('/').next()).expect("a token");
    let page = app.question_page(token).await.expect("shown");
    assert_eq!((page.asked.as_str(), page.posts.len()), ("Ann", 1));
    // What the author says in confidence after that is none of her business.
    let whisper = Post {
        visibility: Visibility::Direct,
        in_reply_to: Some(page.posts[0].post.id.to_string()),
        ..Post::new("x", "whisper", "my address is 4 Mill Lane")
    };
    office.arrive(vec![Captured::addressed(whisper)]).await;
    assert_eq!(app.case_view(&office.ines, case.id).await.expect("seen").posts.len(), 2, "it joined the case");
    assert_eq!(app.question_page(token).await.expect("shown").posts.len(), 1);
    app.answer_by_link(token, "It is, up to 90 degrees.").await.expect("answered");
    let history = app.case_view(&office.ines, case.id).await.expect("seen").events;
    let answer = history.last().expect("an event");
    assert_eq!(answer.by, By::Guest);
    assert!(matches!(&answer.what, Happening::QuestionAnswered { text, .. } if text.starts_with("It is")));
    // A forged link, an empty answer, a question that was taken back, one whose time is over.
    for forged in ["", "question.1.2", &token.replace("question", "act"), &format!("{token}0")] {
        assert!(matches!(app.question_page(forged).await, Err(CaseError::BadLink)), "{forged}");
    }
    assert!(matches!(app.answer_by_link(token, "  ").await, Err(CaseError::Bad { field: "text", .. })));
    let number = app.case_questions(&office.ines, case.id).await.expect("listed")[0].number;
    office.test.clock.advance(15 * 24 * 3_600);
    assert!(matches!(app.answer_by_link(token, "late").await, Err(CaseError::QuestionOver { .. })));
    app.withdraw_question(&office.ines, case.id, number).await.expect("taken back");
    app.withdraw_question(&office.ines, case.id, number).await.expect("nothing happens");
    assert!(matches!(app.question_page(token).await, Err(CaseError::QuestionOver { .. })));
}

#[tokio::test]
async fn a_question_that_was_taken_back_writes_no_letter() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let refused = app.ask_question(&office.sam, case.id, of_guest("ann@lab.example")).await;
    assert!(matches!(refused, Err(CaseError::Forbidden(_))), "only who works on it writes outside: {refused:?}");
    for email in ["ann", "ann@lab.example, bob@lab.example", "ann@lab.example\r\nBcc: bob@lab.example"] {
        let refused = app.ask_question(&office.ines, case.id, of_guest(email)).await;
        assert!(matches!(refused, Err(CaseError::Bad { field: "email", .. })), "{email}: {refused:?}");
    }
    let itself = app.ask_question(&office.ines, case.id, of_colleague(&office.ines)).await;
    assert!(matches!(itself, Err(CaseError::Bad { field: "to", .. })), "{itself:?}");
    app.ask_question(&office.ines, case.id, of_guest("ann@lab.example")).await.expect("asked");
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("nothing is queued"), 0, "no server for mail is named, so none is written");
}

#[tokio::test]
async fn a_guest_reads_nobody_else_where_authors_have_no_id() {
    let (office, _) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let direct = |id: &str, handle: &str, before: Option<&str>| {
        let author = Some(Author { handle: handle.into(), ..Author::default() });
        let in_reply_to = before.map(str::to_owned);
        let text = "My acme kettle never arrived, I want a refund!";
        let post = Post { author, in_reply_to, visibility: Visibility::Direct, ..Post::new("x", id, text) };
        Captured::addressed(post)
    };
    office.arrive(vec![direct("ann", "ann", None), direct("bo", "bo", Some("x:ann"))]).await;
    office.arrive(vec![direct("more", "Ann", Some("x:ann")), direct("nobody", "", Some("x:ann"))]).await;
    let opener = app.store().find_post(&PostId("x:ann".into())).await.expect("read").expect("there");
    let case = app.store().find_case_of_post(opener.seq).await.expect("read").expect("a case");
    app.ask_question(&Actor::Operator, case.id, of_guest("eve@lab.example")).await.expect("asked");
    let number = app.case_questions(&Actor::Operator, case.id).await.expect("listed")[0].number;
    let page = app.question_page(&app.question_token(case.id, number)).await.expect("shown");
    let shown: Vec<&str> = page.posts.iter().map(|post| post.post.id.as_str()).collect();
    assert_eq!(shown, ["x:ann", "x:more"]);
}

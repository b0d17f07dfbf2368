//! Calls and mails by seniors: asked for on a case, done by whoever was asked, with a clock and an outcome.

use jiff::SignedDuration;
use jiff::civil::Date;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::outreach::senior::NewScript;
use switchboard_app::cases::outreach::{NewAsk, OutreachAct, OutreachQuery, OutreachView};
use switchboard_app::directory::team::TeamChange;
use switchboard_app::rights::{Actor, Forbidden};
use switchboard_model::mail::{MailSecurity, MailServer};
use switchboard_model::{
    Absence, Author, By, Captured, Case, CaseId, Clock, NotificationKind, Outcome, OutreachChannel, OutreachOutcome,
    OutreachSettings, OutreachState, Post, PostId, Profile, Senior, Via, Visibility,
};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office_in};

const CONTACT: &str = "+49 30 1234567";

fn senior(actor: &Actor) -> Senior {
    Senior {
        user: actor.user_id().expect("a user"),
        title: "VP Customer Care".into(),
        channels: vec![OutreachChannel::Call],
        departments: Vec::new(),
        most_open: 2,
    }
}

fn ask(senior: &Actor) -> NewAsk {
    NewAsk {
        senior: senior.user_id().expect("a user"),
        channel: OutreachChannel::Call,
        script: None,
        reason: "a hundred thousand people read it".into(),
        contact: CONTACT.into(),
        due_at: None,
    }
}

fn done(outcome: OutreachOutcome) -> OutreachAct {
    OutreachAct::Done { outcome, note: "We spoke.".into(), promised: "a new lid".into(), ticked: Some(vec![0, 99]) }
}

/// Ines has a case; Sam can be asked to call.
async fn begun(test: TestApp) -> (Office, Case) {
    let office = office_in(test).await;
    let app = &office.test.app;
    app.tell_events().await.expect("told");
    app.set_senior(&office.ada, senior(&office.sam)).await.expect("named");
    let case = office.complaint("1").await;
    let case = app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    app.tell_events().await.expect("told");
    (office, case)
}

impl Office {
    async fn asked(&self, case: CaseId) -> OutreachView {
        let app = &self.test.app;
        app.ask_outreach(&self.ines, case, ask(&self.sam)).await.expect("asked");
        app.case_outreaches(&self.sam, case).await.expect("listed").pop().expect("one")
    }

    async fn of_case(&self, case: CaseId) -> OutreachView {
        self.test.app.case_outreaches(&self.ines, case).await.expect("listed").pop().expect("one")
    }

    async fn hears(&self, actor: &Actor) -> Vec<NotificationKind> {
        let app = &self.test.app;
        app.tell_events().await.expect("told");
        let page = app.notifications(actor, true, None, 100).await.expect("listed");
        app.read_notifications(actor, None).await.expect("read");
        page.notifications.into_iter().map(|one| one.kind).collect()
    }
}

async fn a_call_has_an_outcome(test: TestApp) {
    let (office, case) = begun(test).await;
    let app = &office.test.app;
    office.hears(&office.ines).await;
    let asked = office.asked(case.id).await;
    assert_eq!(asked.contact.as_deref(), Some(CONTACT), "the senior reads it");
    assert_eq!(office.of_case(case.id).await.contact, None, "and nobody else, not even who typed it");
    assert!(
        asked.address.is_some() && office.of_case(case.id).await.address.is_none(),
        "nor the address without a log-in"
    );
    assert_eq!(office.hears(&office.sam).await, [NotificationKind::Outreach]);
    // The owner stays, and the case is not closed over it.
    let now = office.case(case.id).await;
    assert_eq!((now.owner, now.outreaches.clone()), (case.owner, vec![asked.id]));
    let refused = app.close_case(&office.ines, case.id, None, Outcome::Thanked, "").await;
    assert!(matches!(&refused, Err(CaseError::OutreachOpen { name, .. }) if name == "Sam"), "{refused:?}");
    // Others may not answer for the senior.
    let outsider = app.act_on_outreach(&office.olga, asked.id, OutreachAct::Accept).await;
    assert!(matches!(outsider, Err(CaseError::Forbidden(_))), "{outsider:?}");
    app.act_on_outreach(&office.sam, asked.id, OutreachAct::Accept).await.expect("accepted");
    let version = app.act_on_outreach(&office.sam, asked.id, OutreachAct::Accept).await.expect("once").version;
    assert_eq!(version, office.case(case.id).await.version, "whoever presses twice has said it once");
    let again = OutreachAct::Try {
        result: OutreachOutcome::NotReached,
        note: "engaged".into(),
        ticked: None,
        next_at: Some(app.now() + SignedDuration::from_hours(30)),
    };
    app.act_on_outreach(&office.sam, asked.id, again).await.expect("tried");
    let tried = office.of_case(case.id).await.outreach;
    assert_eq!((tried.attempts.len(), tried.ask.due_at), (1, app.now() + SignedDuration::from_hours(30)));
    office.test.clock.advance(3_600);
    let ended = app.act_on_outreach(&office.sam, asked.id, done(OutreachOutcome::Solved)).await.expect("done");
    assert_eq!((ended.owner, ended.outreaches.len()), (case.owner, 0));
    let end = office.of_case(case.id).await.outreach;
    assert_eq!((end.state, end.outcome, end.tries()), (OutreachState::Done, Some(OutreachOutcome::Solved), 2));
    assert_eq!((end.note.as_str(), end.promised.as_str(), end.ticked.len()), ("We spoke.", "a new lid", 0));
    assert_eq!(end.ended_by, Some(By::User(office.sam.user_id().expect("a user"))));
    assert!(office.hears(&office.ines).await.contains(&NotificationKind::OutreachCame));
    let late = app.act_on_outreach(&office.sam, asked.id, done(OutreachOutcome::Refused)).await;
    assert!(matches!(late, Err(CaseError::OutreachOver { .. })), "{late:?}");
    let figures = app.outreach_figures(&office.ines).await.expect("counted");
    assert_eq!((figures.asked, figures.reached, figures.median_min), (1, 1, Some(60)));
    // It is forgotten how the person can be reached, some days later.
    assert_eq!(app.erase_outreach_contacts().await.expect("looked"), 0);
    office.test.clock.advance(15 * 24 * 3_600);
    assert_eq!(app.outreach(&office.sam, asked.id).await.expect("there").contact, None, "before it is erased, too");
    assert_eq!(app.erase_outreach_contacts().await.expect("erased"), 1);
    assert_eq!(app.outreach(&office.sam, asked.id).await.expect("there").contact, None);
    // It stands in no event, and observers read nothing of it.
    let events = app.store().case_events(case.id).await.expect("read");
    assert!(!serde_json::to_string(&events).expect("JSON").contains("1234567"), "{events:?}");
    let seen = app.case_view(&office.olga, case.id).await.expect("seen");
    assert!(seen.events.iter().all(|event| event.what.outreach().is_none()), "{:?}", seen.events);
    assert!(app.case_outreaches(&office.olga, case.id).await.is_err());
    app.close_case(&office.ines, case.id, None, Outcome::Thanked, "").await.expect("closed");
    office.is_sound().await;
}

#[tokio::test]
async fn a_call_has_an_outcome_on_sqlite() {
    a_call_has_an_outcome(TestApp::new().await).await;
}

#[tokio::test]
async fn a_call_has_an_outcome_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    a_call_has_an_outcome(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn who_may_ask_and_who_can_be_asked() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let refused = app.ask_outreach(&office.tom, case.id, ask(&office.sam)).await;
    assert!(matches!(refused, Err(CaseError::Forbidden(Forbidden::NotTheHead))), "a colleague has it: {refused:?}");
    let field = async |new: NewAsk| match app.ask_outreach(&office.ines, case.id, new).await {
        Err(CaseError::Bad { field, message }) => format!("{field}: {message}"),
        other => format!("{other:?}"),
    };
    assert!(field(ask(&office.tom)).await.starts_with("senior: this is no senior"));
    let mail = NewAsk { channel: OutreachChannel::Mail, ..ask(&office.sam) };
    assert!(field(mail).await.contains("Sam writes no mails"));
    assert!(field(NewAsk { reason: " ".into(), ..ask(&office.sam) }).await.starts_with("reason"));
    assert!(field(NewAsk { contact: " ".into(), ..ask(&office.sam) }).await.starts_with("contact"));
    let past = NewAsk { due_at: Some(app.now()), ..ask(&office.sam) };
    assert!(field(past).await.starts_with("due_at"));
    office.asked(case.id).await;
    let twice = field(ask(&office.sam)).await;
    assert!(twice.starts_with("senior: Sam is asked for that already"), "{twice}");
    let other = office.complaint("2").await;
    app.claim_case(&office.ines, other.id, None).await.expect("claimed");
    app.ask_outreach(&office.ada, other.id, ask(&office.sam)).await.expect("the head may");
    let case = office.complaint("3").await;
    let case = app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    let field = async |new: NewAsk| match app.ask_outreach(&office.ines, case.id, new).await {
        Err(CaseError::Bad { field, message }) => format!("{field}: {message}"),
        other => format!("{other:?}"),
    };
    assert!(field(ask(&office.sam)).await.contains("has 2 open already"));
    let best = app.suggest_seniors(&office.ines, case.id, OutreachChannel::Call).await.expect("looked").remove(0);
    assert!(best.obstacle.is_some_and(|why| why.contains("2 is the most")));
    // Keeping seniors and scripts is for administrators.
    let member = app.set_senior(&office.ines, senior(&office.tom)).await;
    assert!(matches!(member, Err(CaseError::Forbidden(_))), "{member:?}");
    let observer = app.set_senior(&office.ada, senior(&office.olga)).await;
    assert!(matches!(observer, Err(CaseError::Bad { field: "user", .. })), "{observer:?}");
    let settings = OutreachSettings { warn_before_min: 480, ..OutreachSettings::default() };
    let refused = app.set_outreach_settings(&office.ada, settings).await;
    assert!(matches!(refused, Err(CaseError::Bad { field: "warn_before_min", .. })), "{refused:?}");
}

#[tokio::test]
async fn a_script_is_filled_in_for_whoever_calls() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let first = app.outreach_scripts(&office.ines).await.expect("listed");
    assert_eq!(first.len(), 3, "some to begin with");
    let script = NewScript {
        name: "Short".into(),
        channel: Some(OutreachChannel::Call),
        language: "en".into(),
        text: "{senior}, {title}, about case {case}: {summary}".into(),
        steps: vec!["Read it.".into(), " ".into()],
        ..NewScript::default()
    };
    let wrong = NewScript { text: "Dear {autor}".into(), ..script.clone() };
    let refused = app.set_outreach_script(&office.ada, None, wrong).await;
    assert!(matches!(&refused, Err(CaseError::Bad { message, .. }) if message.contains("'{autor}'")), "{refused:?}");
    let kept = app.set_outreach_script(&office.ada, None, script.clone()).await.expect("kept");
    let twice = app.set_outreach_script(&office.ada, None, script).await;
    assert!(matches!(twice, Err(CaseError::ScriptTaken(_))), "{twice:?}");
    let new = NewAsk { script: Some(kept.id), ..ask(&office.sam) };
    app.ask_outreach(&office.ines, case.id, new).await.expect("asked");
    let asked = office.of_case(case.id).await.outreach.ask;
    assert!(asked.text.starts_with(&format!("Sam, VP Customer Care, about case {}: ", case.id)), "{}", asked.text);
    assert_eq!(asked.steps, ["Read it."]);
    for script in app.outreach_scripts(&office.ines).await.expect("listed") {
        app.remove_outreach_script(&office.ada, script.id).await.expect("removed");
    }
    assert!(app.outreach_scripts(&office.ines).await.expect("listed").is_empty(), "what was removed stays away");
}

#[tokio::test]
async fn its_clock_warns_and_tells_once_and_in_order() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let asked = office.asked(case.id).await.outreach.ask;
    office.hears(&office.ines).await;
    office.hears(&office.ada).await;
    office.hears(&office.sam).await;
    let until = |at: jiff::Timestamp| at.duration_since(app.now()).as_secs();
    assert!(asked.warn_at < asked.due_at);
    assert_eq!(app.ring_outreaches().await.expect("rings"), 0);
    office.test.clock.advance(until(asked.warn_at));
    assert_eq!(app.ring_outreaches().await.expect("rings"), 1);
    assert_eq!(app.ring_outreaches().await.expect("rings"), 0, "once");
    assert_eq!(office.hears(&office.sam).await, [NotificationKind::OutreachDue], "they are not asked anew");
    assert_eq!(office.hears(&office.ines).await, [NotificationKind::OutreachDue]);
    assert_eq!(office.hears(&office.ada).await, [], "the head hears when it is over");
    office.test.clock.advance(until(asked.due_at) + 3_600);
    assert_eq!(app.ring_outreaches().await.expect("rings"), 1);
    assert_eq!(office.hears(&office.ada).await, [NotificationKind::OutreachDue]);
    let overdue = OutreachQuery { is_overdue: true, ..OutreachQuery::default() };
    assert_eq!(app.outreaches(&office.ines, overdue).await.expect("listed").len(), 1);
    // Another attempt has a time of its own; both that passed while nothing ran are told in their order, and say so.
    let again = OutreachAct::Try {
        result: OutreachOutcome::LeftMessage,
        note: "on the machine".into(),
        ticked: None,
        next_at: Some(app.now() + SignedDuration::from_hours(4)),
    };
    let id = office.of_case(case.id).await.id;
    app.act_on_outreach(&office.sam, id, again).await.expect("tried");
    office.test.clock.advance(9 * 3_600);
    assert_eq!(app.ring_outreaches().await.expect("rings"), 1);
    let kinds = office.kinds(case.id).await;
    assert_eq!(kinds[kinds.len() - 3..], ["outreach_tried", "outreach_warned", "outreach_overdue"]);
    let last = app.store().case_events(case.id).await.expect("read").pop().expect("an event");
    assert!(serde_json::to_string(&last).expect("JSON").contains("min late"), "{last:?}");
}

#[tokio::test]
async fn what_a_senior_cannot_do_comes_back() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_senior(&office.ada, senior(&office.tom)).await.expect("named");
    office.asked(case.id).await;
    app.ask_outreach(&office.ines, case.id, ask(&office.tom)).await.expect("asked");
    office.hears(&office.ines).await;
    // Somebody who is away cannot be asked, and gives back what they have not accepted.
    let today: Date = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let absence = Absence { from: today, until: today.saturating_add(jiff::Span::new().days(9)), ..absence(today) };
    let profile = Profile { absences: vec![absence], ..Profile::default() };
    let tom = app.user(office.tom.user_id().expect("a user")).expect("there");
    let away = switchboard_model::User { profile, ..tom.as_ref().clone() };
    app.store().update_user(&away).await.expect("changed");
    app.change_company(&Actor::Operator, Default::default()).await.expect("read anew");
    let refused = app.ask_outreach(&office.ines, case.id, ask(&office.tom)).await;
    assert!(
        matches!(&refused, Err(CaseError::Bad { message, .. }) if message.contains("is away until")),
        "{refused:?}"
    );
    assert_eq!(app.return_outreaches().await.expect("looked"), 1);
    assert_eq!(app.return_outreaches().await.expect("looked"), 0, "once");
    // Who is asked no more gives back all of it, and the asker hears of it.
    assert_eq!(app.remove_senior(&office.ada, office.sam.user_id().expect("a user")).await.expect("removed"), 1);
    let all = app.case_outreaches(&office.ines, case.id).await.expect("listed");
    assert!(all.iter().all(|one| one.outreach.state == OutreachState::Returned && !one.outreach.why.is_empty()));
    assert!(office.hears(&office.ines).await.contains(&NotificationKind::OutreachCame));
    assert_eq!(office.case(case.id).await.outreaches, []);
    // Whoever leaves gives back what they had.
    app.set_senior(&office.ada, senior(&office.sam)).await.expect("named");
    office.asked(case.id).await;
    app.deactivate_user(&Actor::Operator, office.sam.user_id().expect("a user")).await.expect("gone");
    assert_eq!(app.return_outreaches().await.expect("looked"), 1);
    office.is_sound().await;
}

fn absence(day: Date) -> Absence {
    serde_json::from_value(serde_json::json!({ "from": day, "until": day, "stand_in": null, "reason": "" }))
        .expect("an absence")
}

#[tokio::test]
async fn a_case_that_goes_into_another_takes_its_call_along() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let other = office.complaint("2").await;
    app.claim_case(&office.ines, other.id, None).await.expect("claimed");
    let asked = office.asked(case.id).await;
    let into = app.merge_case(&office.ines, other.id, None, case.id, "the same").await.expect("merged");
    assert_eq!(into.outreaches, [asked.id]);
    assert_eq!(app.outreach(&office.sam, asked.id).await.expect("there").outreach.case, other.id);
    let refused = app.close_case(&office.ines, other.id, None, Outcome::Thanked, "").await;
    assert!(matches!(refused, Err(CaseError::OutreachOpen { .. })), "{refused:?}");
    app.act_on_outreach(&office.sam, asked.id, OutreachAct::Accept).await.expect("where it is now");
    let apart = app.take_apart(&office.ines, other.id, None, case.id).await.expect("apart");
    assert_eq!(apart.outreaches, []);
    assert_eq!(office.case(case.id).await.outreaches, [asked.id], "it came back with its case");
    // Taken back and closed in one; taking that back opens the case, and the call stays withdrawn.
    let closed = app.withdraw_and_close(&office.ines, case.id, None, Outcome::Thanked, "").await.expect("closed");
    assert!(closed.is_closed() && closed.outreaches.is_empty());
    let undone = app.undo(&office.ines, case.id, None, None).await.expect("open again");
    assert!(!undone.is_closed());
    assert_eq!(office.of_case(case.id).await.outreach.state, OutreachState::Withdrawn);
    office.is_sound().await;
}

#[tokio::test]
async fn a_case_does_not_close_by_taking_its_reopening_back() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.close_case(&office.ines, case.id, None, Outcome::Thanked, "").await.expect("closed");
    app.reopen_case(&office.ines, case.id, None, "after all").await.expect("open");
    office.asked(case.id).await;
    let refused = app.undo(&office.ines, case.id, None, None).await;
    assert!(matches!(refused, Err(CaseError::NotUndone { .. })), "{refused:?}");
    office.is_sound().await;
}

#[tokio::test]
async fn a_senior_does_it_by_a_link_from_a_letter() {
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
    let asked = office.asked(case.id).await;
    app.tell_events().await.expect("told");
    assert!(app.deliver().await.expect("sent") > 0);
    let letters = office.test.networks.post().taken();
    assert!(letters.iter().all(|letter| !letter.text.contains("1234567") && !letter.html.contains("1234567")));
    let letter = letters.into_iter().find(|letter| letter.text.contains("/outreach/link/")).expect("a letter");
    assert_eq!(letter.to, "sam@acme.example");
    let start = letter.text.find("https://desk.acme.example/outreach/link/").expect("a link");
    let token = letter.text[start..].split_whitespace().next().and_then(|url| url.rsplit('/').next()).expect("a token");
    assert!(asked.address.expect("an address").ends_with(token), "the senior reads the same in the list");
    let page = app.outreach_page(token).await.expect("shown");
    assert_eq!((page.senior.as_str(), page.contact.as_deref(), page.posts.len()), ("Sam", Some(CONTACT), 1));
    app.act_by_outreach_link(token, OutreachAct::Accept).await.expect("accepted");
    let last = app.store().case_events(case.id).await.expect("read").pop().expect("an event");
    assert_eq!((last.what.kind(), last.via), ("outreach_accepted", Some(Via::Mail)), "the history says by which way");
    // The letter that time runs out has the page as well, for the senior alone.
    office.test.clock.advance(page.outreach.ask.warn_at.duration_since(app.now()).as_secs());
    assert_eq!(app.ring_outreaches().await.expect("rings"), 1);
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let letters = office.test.networks.post().taken();
    let with_page: Vec<_> =
        letters.iter().filter(|one| one.text.contains("/outreach/link/")).map(|one| &one.to).collect();
    assert!(!with_page.is_empty() && with_page.iter().all(|to| *to == "sam@acme.example"), "{with_page:?}");
    let runs_out = letters.iter().find(|one| one.to == "sam@acme.example" && one.subject.contains("time runs out"));
    assert!(runs_out.is_some_and(|letter| letter.text.contains("/outreach/link/")), "{letters:?}");
    // A forged link, one for somebody else, and one that is too old.
    let stranger = app.outreach_token(case.id, asked.outreach.event, office.tom.user_id().expect("a user"));
    let elsewhere = app.outreach_token(case.id, 1, office.sam.user_id().expect("a user"));
    for forged in
        ["", "outreach.1.2", &token.replace("outreach", "question"), &format!("{token}0"), &stranger, &elsewhere]
    {
        assert!(matches!(app.outreach_page(forged).await, Err(CaseError::BadLink)), "{forged}");
    }
    office.test.clock.advance(60 * 24 * 3_600);
    let late = app.act_by_outreach_link(token, done(OutreachOutcome::Solved)).await;
    assert!(matches!(late, Err(CaseError::OutreachOver { .. })), "{late:?}");
    // Whoever logs in can still say how it ended; after that every link is spent.
    app.act_on_outreach(&office.sam, asked.id, done(OutreachOutcome::Solved)).await.expect("done");
    app.act_by_outreach_link(token, done(OutreachOutcome::Solved)).await.expect("the same again was said");
    let other = app.act_by_outreach_link(token, done(OutreachOutcome::Refused)).await;
    assert!(matches!(other, Err(CaseError::OutreachOver { .. })), "{other:?}");
    let spent = app.outreach_page(token).await;
    assert!(matches!(&spent, Err(CaseError::OutreachOver { why }) if why.contains("outcome")), "{spent:?}");
    assert!(office.test.clock.now() > page.outreach.ask.due_at);
}

#[tokio::test]
async fn who_leads_the_team_may_ask_whatever_their_own_department_is() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_senior(&office.ada, senior(&office.tom)).await.expect("named");
    let refused = app.ask_outreach(&office.sam, case.id, ask(&office.tom)).await;
    assert!(matches!(refused, Err(CaseError::Forbidden(_))), "{refused:?}");
    let head = office.sam.user_id();
    app.change_team(&office.ada, TeamChange { head, ..TeamChange::default() }).await.expect("changed");
    assert!(office.sam.may_work_on(&case).is_err(), "Sam works for another department");
    assert!(app.may_ask_outreach(&office.sam, &case), "it is offered");
    app.ask_outreach(&office.sam, case.id, ask(&office.tom)).await.expect("and not refused");
}

#[tokio::test]
async fn a_script_keeps_nothing_of_a_post_that_is_deleted() {
    let (office, _) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let author = Some(Author { name: "Jo Field".into(), ..Author::default() });
    let post = Post { author, ..Post::new("x", "7", "My acme kettle never arrived, I want a refund!") };
    office.arrive(vec![Captured::heard(post)]).await;
    let post = app.store().find_post(&PostId("x:7".into())).await.expect("read").expect("there");
    let case = app.case_of_post(&office.ada, post.seq).await.expect("read").expect("there");
    let case = app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    let script = NewScript {
        name: "Short".into(),
        language: "en".into(),
        text: "{author}: {summary} {senior}".into(),
        ..NewScript::default()
    };
    let script = app.set_outreach_script(&office.ada, None, script).await.expect("kept");
    let new = NewAsk { script: Some(script.id), ..ask(&office.sam) };
    app.ask_outreach(&office.ines, case.id, new).await.expect("asked");
    let said = post.excerpt(40);
    let asked = app.case_outreaches(&office.sam, case.id).await.expect("listed").remove(0);
    assert!(asked.outreach.ask.text.starts_with(&format!("Jo Field: {said}")), "{asked:?}");
    let page = app.outreach_page_for(&office.sam, asked.id).await.expect("shown");
    assert!(page.outreach.ask.text.contains(&said) && page.author.is_some(), "{page:?}");
    // What is kept for good has only the places for it.
    let events = app.store().case_events(case.id).await.expect("read");
    let row = app.store().find_outreach(asked.id).await.expect("read").expect("there");
    assert_eq!(row.ask.text, "{author}: {summary} Sam");
    assert!(!serde_json::to_string(&events).expect("JSON").contains("Jo Field"), "{events:?}");
    office.arrive(vec![Captured::heard(Post::deletion("x", "7"))]).await;
    let asked = app.outreach(&office.sam, asked.id).await.expect("there");
    assert_eq!(asked.outreach.ask.text, "{author}: {summary} Sam", "nothing of it is told");
    let page = app.outreach_page_for(&office.sam, asked.id).await.expect("shown");
    assert_eq!((page.author, page.posts.len()), (None, 0));
    let token = app.outreach_token(case.id, asked.outreach.event, office.sam.user_id().expect("a user"));
    let page = app.outreach_page(&token).await.expect("shown");
    assert_eq!((page.author, page.outreach.ask.text.as_str()), (None, "{author}: {summary} Sam"));
}

#[tokio::test]
async fn what_is_done_at_once_is_done_once() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let id = office.asked(case.id).await.id;
    let count = async |kind: &str| office.kinds(case.id).await.into_iter().filter(|one| *one == kind).count();
    let act = |act: OutreachAct| app.act_on_outreach(&office.sam, id, act);
    let (one, other) = tokio::join!(act(OutreachAct::Accept), act(OutreachAct::Accept));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(count("outreach_accepted").await, 1);
    let again = |ticked| OutreachAct::Try {
        result: OutreachOutcome::NotReached,
        note: "engaged ".into(),
        ticked,
        next_at: None,
    };
    let (one, other) = tokio::join!(act(again(None)), act(again(None)));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(count("outreach_tried").await, 1, "the form was sent twice");
    office.test.clock.advance(600);
    act(again(None)).await.expect("later it is another attempt");
    assert_eq!(count("outreach_tried").await, 2);
    // Two processes ring.
    let due = office.of_case(case.id).await.outreach.ask.due_at;
    office.test.clock.advance(due.duration_since(app.now()).as_secs() + 60);
    let (one, other) = tokio::join!(app.ring_outreaches(), app.ring_outreaches());
    assert_eq!(one.expect("rings") + other.expect("rings"), 1);
    assert_eq!((count("outreach_warned").await, count("outreach_overdue").await), (1, 1));
    // What came back and what ended in the same moment: one of them.
    let (ended, returned) = tokio::join!(
        act(done(OutreachOutcome::Solved)),
        app.remove_senior(&office.ada, office.sam.user_id().expect("a user"))
    );
    assert_eq!(usize::from(ended.is_ok()) + returned.expect("looked"), 1);
    let pressed_again = act(done(OutreachOutcome::Solved)).await;
    assert_eq!(pressed_again.is_ok(), ended.is_ok(), "{pressed_again:?} {ended:?}");
    if let Err(over) = pressed_again {
        assert!(matches!(over, CaseError::OutreachOver { .. }), "{over:?}");
    }
    assert_eq!(count("outreach_done").await + count("outreach_returned").await, 1);
    office.is_sound().await;
}

#[tokio::test]
async fn who_asked_hears_of_it_after_a_merge_too() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let other = office.complaint("2").await;
    app.claim_case(&office.ada, other.id, None).await.expect("claimed");
    let asked = office.asked(case.id).await;
    app.merge_case(&office.ada, other.id, None, case.id, "the same").await.expect("merged");
    office.hears(&office.ines).await;
    app.act_on_outreach(&office.sam, asked.id, OutreachAct::Accept).await.expect("accepted");
    assert!(office.hears(&office.ines).await.contains(&NotificationKind::OutreachCame));
    office.hears(&office.sam).await;
    let why = String::new();
    app.act_on_outreach(&office.ada, asked.id, OutreachAct::Withdraw { why }).await.expect("withdrawn");
    assert_eq!(office.hears(&office.ines).await, [NotificationKind::OutreachCame], "a colleague took it back");
    assert_eq!(office.hears(&office.sam).await, [NotificationKind::OutreachCame], "they are not asked anew");
}

#[tokio::test]
async fn observers_read_no_ids_of_calls() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let other = office.complaint("2").await;
    app.claim_case(&office.ines, other.id, None).await.expect("claimed");
    let id = office.asked(case.id).await.id.to_string();
    let reads = async |case: CaseId| {
        let view = app.case_view(&office.olga, case).await.expect("seen");
        let listed = app.cases(&office.olga, Default::default()).await.expect("listed");
        format!("{:?} {:?} {:?}", serde_json::to_value(&view), app.case(&office.olga, case).await, listed.cases)
    };
    app.merge_case(&office.ines, other.id, None, case.id, "the same").await.expect("merged");
    assert!(!office.case(other.id).await.outreaches.is_empty());
    for seen in [reads(case.id).await, reads(other.id).await] {
        assert!(!seen.contains(&id), "{seen}");
    }
    app.take_apart(&office.ines, other.id, None, case.id).await.expect("apart");
    for seen in [reads(case.id).await, reads(other.id).await] {
        assert!(!seen.contains(&id), "{seen}");
    }
}

#[tokio::test]
async fn the_last_place_is_lost_to_whoever_was_faster_and_said_so() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_senior(&office.ada, Senior { most_open: 1, ..senior(&office.sam) }).await.expect("named");
    let other = office.complaint("2").await;
    let other = app.claim_case(&office.ines, other.id, None).await.expect("claimed");
    let ask_for = |case: CaseId| app.ask_outreach(&office.ines, case, ask(&office.sam));
    let (one, two) = tokio::join!(ask_for(case.id), ask_for(other.id));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let lost = one.err().or(two.err()).expect("one of them");
    assert!(matches!(&lost, CaseError::Bad { field: "senior", message } if message.contains("1 open")), "{lost:?}");
    let (one, two) = tokio::join!(ask_for(case.id), ask_for(case.id));
    assert!(one.is_err() && two.is_err(), "{one:?} {two:?}");
}

#[tokio::test]
async fn a_warning_leaves_time_where_nobody_works_until_then() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let soon = app.now() + SignedDuration::from_secs(40);
    let new = NewAsk { due_at: Some(soon), ..ask(&office.sam) };
    app.ask_outreach(&office.ines, case.id, new).await.expect("asked");
    let asked = office.of_case(case.id).await.outreach.ask;
    assert_eq!(asked.warn_at, app.now() + SignedDuration::from_secs(20), "halfway, and not at once");
}

#[tokio::test]
async fn an_attempt_without_steps_leaves_those_of_before() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let first = app.outreach_scripts(&office.ines).await.expect("listed");
    let script = first.iter().find(|one| one.channel == Some(OutreachChannel::Call)).map(|one| one.id);
    app.ask_outreach(&office.ines, case.id, NewAsk { script, ..ask(&office.sam) }).await.expect("asked");
    let id = office.of_case(case.id).await.id;
    let again = async |note: &str, ticked| {
        let (result, note) = (OutreachOutcome::NotReached, note.to_owned());
        let act = OutreachAct::Try { result, note, ticked, next_at: None };
        app.act_on_outreach(&office.sam, id, act).await.expect("tried");
        office.of_case(case.id).await.outreach.ticked
    };
    assert_eq!(again("first", Some(vec![1, 0, 99])).await, [0, 1]);
    assert_eq!(again("second", None).await, [0, 1]);
    assert_eq!(again("third", Some(Vec::new())).await, [0u16; 0]);
}

#[tokio::test]
async fn a_senior_reads_the_person_to_be_called_though_the_case_went_into_another() {
    let office = office_in(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_senior(&office.ada, senior(&office.sam)).await.expect("named");
    let direct = |who: &str| {
        let author = Some(Author { id: format!("x:{who}"), handle: who.into(), ..Author::default() });
        let post = Post::new("x", who, "My acme kettle never arrived, I want a refund!");
        Captured::addressed(Post { author, visibility: Visibility::Direct, ..post })
    };
    office.arrive(vec![direct("ann"), direct("bo")]).await;
    let (ann, bo) = (CaseId(1), CaseId(2));
    app.claim_case(&office.ines, bo, None).await.expect("claimed");
    let asked = office.asked(bo).await;
    app.merge_case(&office.ines, ann, None, bo, "the same kettle").await.expect("merged");
    let token = app.outreach_token(bo, asked.outreach.event, office.sam.user_id().expect("a user"));
    let page = app.outreach_page(&token).await.expect("shown");
    let shown: Vec<&str> = page.posts.iter().map(|post| post.post.id.as_str()).collect();
    assert_eq!(shown, ["x:bo"]);
}

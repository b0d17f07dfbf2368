//! What people are told of what happens to cases.

use switchboard_app::cases::CaseError;
use switchboard_app::directory::user::UserChange;
use switchboard_app::notifications::NotificationError;
use switchboard_app::notifications::link::{Act, Standing};
use switchboard_app::rights::Actor;
use switchboard_model::chat::{ChatFormat, ChatRoom};
use switchboard_model::mail::{Letter, MailSecurity, MailServer, Untaken};
use switchboard_model::push::PushSettings;
use switchboard_model::{
    Case, Channel, Happening, LinkAct, LinkSettings, Notification, NotificationKind, NotificationSettings, Pace,
    QuietHours, Role, Via,
};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office_in};

async fn told(office: &Office, actor: &Actor) -> Vec<Notification> {
    office.test.app.tell_events().await.expect("told");
    office.test.app.notifications(actor, false, None, 100).await.expect("listed").notifications
}

async fn kinds(office: &Office, actor: &Actor) -> Vec<(NotificationKind, i64)> {
    told(office, actor).await.into_iter().map(|one| (one.kind, one.case.0)).collect()
}

/// An installation in which somebody listens, with a case that Ines has.
async fn begun(test: TestApp) -> (Office, Case) {
    let office = office_in(test).await;
    office.test.app.tell_events().await.expect("told");
    let case = office.complaint("1").await;
    let case = office.test.app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    (office, case)
}

async fn people_hear_of_what_concerns_them(test: TestApp) {
    use NotificationKind as Kind;
    let (office, case) = begun(test).await;
    let (app, id) = (&office.test.app, case.id.0);
    assert_eq!(kinds(&office, &office.ines).await, [], "she did it herself");
    app.note_on_case(&office.ines, case.id, None, "@tom, what do you say?").await.expect("noted");
    assert_eq!(kinds(&office, &office.tom).await, [(Kind::Mentioned, id)]);
    app.transfer_case(&office.ines, case.id, None, office.transfer()).await.expect("offered");
    assert_eq!(kinds(&office, &office.sam).await, [(Kind::Offered, id)]);
    assert_eq!(kinds(&office, &office.ada).await[0], (Kind::Offered, id), "the head");
    app.accept_case(&office.sam, case.id, None).await.expect("accepted");
    assert_eq!(kinds(&office, &office.ines).await[0], (Kind::OfferEnded, id));
    assert_eq!(kinds(&office, &office.olga).await, [], "an observer has nothing to do");
    // Nothing is told twice, also not by whoever looks again or starts anew.
    let before = told(&office, &office.tom).await;
    assert_eq!(app.tell_events().await.expect("told"), 0);
    assert_eq!(told(&office, &office.tom).await, before);
    // Reading.
    let sam = office.sam.user_id().expect("a user");
    assert_eq!(app.unread(sam), 1);
    app.see_case(&office.sam, case.id).await.expect("seen");
    assert_eq!(app.unread(sam), 0, "who looks at the case has read of it");
    let tom = office.tom.user_id().expect("a user");
    let unread = app.unread(tom);
    assert!(unread > 0, "named in a note, he follows the case");
    app.read_notification(&office.sam, before[0].id).await.expect("nothing happens");
    assert_eq!(app.unread(tom), unread, "it was not hers");
    app.read_notifications(&office.tom, None).await.expect("read");
    assert_eq!(app.unread(tom), 0);
    let unread = app.notifications(&office.tom, true, None, 10).await.expect("listed").notifications;
    assert_eq!(unread, []);
    assert!(matches!(app.notifications(&Actor::Operator, false, None, 10).await, Err(NotificationError::NotAUser)));
}

#[tokio::test]
async fn people_hear_of_what_concerns_them_on_sqlite() {
    people_hear_of_what_concerns_them(TestApp::new().await).await;
}

#[tokio::test]
async fn people_hear_of_what_concerns_them_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    people_hear_of_what_concerns_them(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn unread_ones_are_counted_also_after_a_restart() {
    let (office, case) = begun(TestApp::new().await).await;
    office.test.app.note_on_case(&office.ines, case.id, None, "@tom?").await.expect("noted");
    office.test.app.tell_events().await.expect("told");
    let tom = office.tom.user_id().expect("a user");
    let test = office.test.resumed().await;
    assert_eq!(test.app.unread(tom), 1);
    assert_eq!(test.app.tell_events().await.expect("told"), 0);
}

#[tokio::test]
async fn many_of_a_kind_are_one() {
    let (office, case) = begun(TestApp::new().await).await;
    for number in 0..37 {
        office.test.app.note_on_case(&office.ines, case.id, None, &format!("@tom {number}")).await.expect("noted");
    }
    let found = told(&office, &office.tom).await;
    assert_eq!(found.iter().map(|one| one.count).collect::<Vec<_>>(), [37]);
    assert_eq!(office.test.app.unread(office.tom.user_id().expect("a user")), 1);
}

#[tokio::test]
async fn each_says_what_they_want_to_hear() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let mut settings = app.notification_settings(&office.tom).await.expect("as usual");
    assert_eq!(settings, NotificationSettings::default());
    settings.set_pace(NotificationKind::Mentioned, Channel::Page, Pace::Never);
    settings.set_pace(NotificationKind::Offered, Channel::Page, Pace::AtOnce);
    let kept = app.set_notification_settings(&office.tom, settings.clone()).await.expect("kept");
    assert_eq!(kept.paces.len(), 1, "what is usual is not kept");
    app.note_on_case(&office.ines, case.id, None, "@tom").await.expect("noted");
    assert_eq!(kinds(&office, &office.tom).await, []);
    let field = |settings: NotificationSettings| async {
        match app.set_notification_settings(&office.tom, settings).await {
            Err(NotificationError::Bad { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    let usual = NotificationSettings::default;
    assert_eq!(field(NotificationSettings { digest_at: 1_440, ..usual() }).await, "digest_at");
    assert_eq!(field(NotificationSettings { digest_day: 0, ..usual() }).await, "digest_day");
    let quiet = Some(QuietHours { from: 60, to: 60 });
    assert_eq!(field(NotificationSettings { quiet, ..usual() }).await, "quiet");
    let mut hourly = usual();
    hourly.set_pace(NotificationKind::Offered, Channel::Page, Pace::Hourly);
    assert_eq!(field(hourly).await, "paces");
}

fn server() -> MailServer {
    MailServer {
        host: "mail.acme.example".into(),
        port: 587,
        security: MailSecurity::StartTls,
        user: Some("desk".into()),
        password: Some("hunter2".into()),
        from: "Acme <desk@acme.example>".into(),
    }
}

/// An installation that sends mail, with a case that Ines has offered to sales; Sam has had a letter of it.
async fn offered() -> (Office, Case, Letter) {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_mail_server(&office.ada, Some(server())).await.expect("named");
    app.set_public_url("https://desk.acme.example/");
    app.transfer_case(&office.ines, case.id, None, office.transfer()).await.expect("offered");
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let to = office.sam.user().expect("a user").email.clone();
    let letter = office.test.networks.post().taken().into_iter().find(|letter| letter.to == to).expect("a letter");
    (office, case, letter)
}

/// The tokens of the links in a letter, in their order.
fn tokens(letter: &Letter) -> Vec<String> {
    let links = letter.text.split_whitespace().filter_map(|word| word.strip_prefix("https://desk.acme.example/act/"));
    links.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_letter_says_what_happened_and_what_can_be_done() {
    let (office, case, letter) = offered().await;
    let app = &office.test.app;
    assert!(letter.subject.contains(&format!("Case {} is offered to", case.id)), "{}", letter.subject);
    assert_eq!(letter.thread, Some(format!("case-{}@acme.example", case.id)));
    assert!(letter.html.contains(&format!("href=\"https://desk.acme.example/cases/{}\"", case.id)), "{}", letter.html);
    let tokens = tokens(&letter);
    assert_eq!(tokens.len(), 3, "{tokens:?}");
    assert_eq!(letter.unsubscribe, Some(format!("https://desk.acme.example/act/{}", tokens[2])));
    let (accept, actor) = app.read_act(&tokens[0]).expect("ours");
    assert_eq!((accept.act, actor.user_id()), (Act::Case(LinkAct::Accept), office.sam.user_id()));
    let standing = app.act_standing(&accept, &actor).await.expect("known");
    assert_eq!(standing, Standing::Stands(Some(office.case(case.id).await.version)));
    // Somebody changes it, or it is of another installation, or old.
    let forged = tokens[0].replacen("accept", "claim", 1);
    for wrong in [forged.as_str(), "", "x", "accept.1", &tokens[0][1..]] {
        assert!(matches!(app.read_act(wrong), Err(NotificationError::BadLink)), "{wrong}");
    }
    app.accept_case(&office.sam, accept.case, None).await.expect("accepted");
    assert_eq!(app.act_standing(&accept, &actor).await.expect("known"), Standing::Gone, "answered on the page");
    app.transfer_case(&office.sam, case.id, None, {
        let mut back = office.transfer();
        back.department = office.service;
        back
    })
    .await
    .expect("offered");
    let standing = app.act_standing(&accept, &actor).await.expect("known");
    assert_eq!(standing, Standing::Gone, "a later offer is another one");
    office.test.clock.advance(4 * 24 * 3_600);
    assert!(matches!(app.read_act(&tokens[0]), Err(NotificationError::OldLink)));
    // One kind less.
    let (out, actor) = app.read_act(&tokens[2]).expect("it works for long");
    let Act::Unsubscribe(kind) = out.act else { panic!("{out:?}") };
    app.unsubscribe(&actor, kind).await.expect("done");
    let settings = app.notification_settings(&office.sam).await.expect("known");
    assert_eq!(settings.pace(NotificationKind::Offered, Channel::Mail), Pace::Never);
    assert_eq!(settings.pace(NotificationKind::Assigned, Channel::Mail), Pace::AtOnce);
}

#[tokio::test]
async fn what_is_not_taken_is_tried_for_a_day_and_then_shown() {
    let (office, case, letter) = offered().await;
    let (app, post) = (&office.test.app, office.test.networks.post());
    let before = post.taken().len();
    let down = Untaken::for_now("mail.acme.example: connection refused");
    post.refuse(Some(down));
    app.note_on_case(&office.ines, case.id, None, "@tom").await.expect("noted");
    app.tell_events().await.expect("told");
    for _ in 0..48 {
        assert_eq!(app.deliver().await.expect("tried"), 0);
        office.test.clock.advance(1_800);
    }
    assert_eq!(post.taken().len(), before);
    let dead = app.dead_deliveries(&office.ada).await.expect("listed");
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert!(dead[0].trouble.contains("connection refused") && dead[0].attempts > 5, "{dead:?}");
    assert!(matches!(app.dead_deliveries(&office.tom).await, Err(NotificationError::Forbidden(_))));
    // The server is there again, and somebody presses the button.
    post.refuse(None);
    app.retry_delivery(&office.ada, dead[0].id).await.expect("queued");
    assert_eq!(app.deliver().await.expect("sent"), 1);
    let sent = post.taken().pop().expect("a letter");
    assert_eq!(sent.id, format!("{}@acme.example", dead[0].id), "the same letter under the same name");
    assert_ne!(sent.id, letter.id);
    assert!(app.retry_delivery(&office.ada, dead[0].id).await.is_err());
}

#[tokio::test]
async fn digests_and_quiet_hours_hold_letters_back() {
    let (office, case, _) = offered().await;
    let (app, post) = (&office.test.app, office.test.networks.post());
    let before = post.taken().len();
    let mut settings = NotificationSettings::default();
    settings.set_pace(NotificationKind::Mentioned, Channel::Mail, Pace::Hourly);
    app.set_notification_settings(&office.tom, settings).await.expect("kept");
    // It is half past nine.
    for text in ["@tom one", "@tom two"] {
        app.note_on_case(&office.ines, case.id, None, text).await.expect("noted");
    }
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("none"), 0);
    office.test.clock.advance(1_800);
    assert_eq!(app.deliver().await.expect("one"), 1);
    let letter = post.taken().pop().expect("a letter");
    assert!(letter.subject.contains("2 things"), "{}", letter.subject);
    assert!(letter.text.contains("No more mail that gathers what happened"), "{}", letter.text);
    let out = letter.unsubscribe.clone().expect("a way out");
    let (link, tom) = app.read_act(out.rsplit('/').next().expect("a token")).expect("ours");
    assert_eq!(link.act, Act::UnsubscribePace(Pace::Hourly));
    let hourly = app.notification_settings(&office.tom).await.expect("known");
    app.unsubscribe_pace(&tom, Pace::Hourly).await.expect("ended");
    let settings = app.notification_settings(&office.tom).await.expect("known");
    assert_eq!(settings.pace(NotificationKind::Mentioned, Channel::Mail), Pace::Never);
    assert_ne!(settings.pace(NotificationKind::Offered, Channel::Mail), Pace::Never);
    app.set_notification_settings(&office.tom, hourly).await.expect("kept");
    assert_eq!(post.taken().len(), before + 1);
    // What was read on the pages meanwhile is not sent.
    app.note_on_case(&office.ines, case.id, None, "@tom three").await.expect("noted");
    app.tell_events().await.expect("told");
    app.read_notifications(&office.tom, None).await.expect("read");
    office.test.clock.advance(3_600);
    assert_eq!(app.deliver().await.expect("none"), 0);
    assert_eq!(post.taken().len(), before + 1);
}

#[tokio::test]
async fn quiet_hours_hold_also_for_what_comes_late() {
    let (office, case, _) = offered().await;
    let (app, post) = (&office.test.app, office.test.networks.post());
    let before = post.taken().len();
    post.refuse(Some(Untaken::for_now("mail.acme.example: connection refused")));
    app.note_on_case(&office.ines, case.id, None, "@tom").await.expect("noted");
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("tried"), 0);
    // The server comes back in Tom's quiet hours: it is half past nine.
    post.refuse(None);
    let quiet = Some(QuietHours { from: 9 * 60, to: 11 * 60 });
    app.set_notification_settings(&office.tom, NotificationSettings { quiet, ..NotificationSettings::default() })
        .await
        .expect("kept");
    office.test.clock.advance(600);
    assert_eq!(app.deliver().await.expect("held back"), 0);
    office.test.clock.advance(2 * 3_600);
    assert_eq!(app.deliver().await.expect("sent"), 1);
    assert_eq!(post.taken().len(), before + 1);
}

#[tokio::test]
async fn the_password_of_the_server_is_sealed_and_follows_no_change_of_host() {
    let (office, _) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    assert!(matches!(app.try_mail(&office.ada, "ada@acme.example").await, Err(NotificationError::NoMail)));
    let shown = app.set_mail_server(&office.ada, Some(server())).await.expect("named").expect("there");
    assert_eq!(shown.password, None);
    let stored = app.store().meta("mail_server").await.expect("readable").expect("there");
    assert!(!stored.contains("hunter2"), "{stored}");
    assert_eq!(app.try_mail(&office.ada, "ada@acme.example").await.expect("taken"), "250 taken");
    assert!(matches!(app.set_mail_server(&office.tom, None).await, Err(NotificationError::Forbidden(_))));
    for bad in [
        MailServer { host: "https://mail.acme.example/".into(), ..server() },
        MailServer { port: 0, ..server() },
        MailServer { from: "desk".into(), ..server() },
    ] {
        assert!(matches!(app.set_mail_server(&office.ada, Some(bad)).await, Err(NotificationError::Bad { .. })));
    }
    app.set_mail_server(&office.ada, Some(MailServer { password: None, ..server() })).await.expect("kept");
    let stored = app.store().meta("mail_server").await.expect("readable").expect("there");
    assert!(stored.contains("sealed"), "{stored}");
    let elsewhere = MailServer { host: "mail.thief.example".into(), password: None, ..server() };
    app.set_mail_server(&office.ada, Some(elsewhere)).await.expect("named");
    let stored = app.store().meta("mail_server").await.expect("readable").expect("there");
    assert!(!stored.contains("sealed"), "{stored}");
    let test = office.test.resumed().await;
    assert!(test.app.mail_server(&Actor::Operator).await.expect("read").is_some(), "also after a restart");
}

#[tokio::test]
async fn rooms_of_a_chat_hear_what_their_department_has_to_do() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    let room = |name: &str, departments| ChatRoom {
        name: name.into(),
        format: ChatFormat::Slack,
        url: Some(format!("https://chat.acme.example/hooks/{name}")),
        departments,
        kinds: vec![NotificationKind::Offered],
    };
    for wrong in [
        ChatRoom { name: "Not this".into(), ..room("x", Vec::new()) },
        ChatRoom { url: Some("ftp://chat".into()), ..room("x", Vec::new()) },
        ChatRoom { url: None, ..room("x", Vec::new()) },
        ChatRoom { kinds: vec![NotificationKind::Mentioned], ..room("x", Vec::new()) },
        ChatRoom { kinds: Vec::new(), ..room("x", Vec::new()) },
    ] {
        let refused = app.set_chat_room(&office.ada, wrong).await;
        assert!(matches!(refused, Err(NotificationError::Bad { .. })), "{refused:?}");
    }
    assert!(matches!(app.chat_rooms(&office.tom).await, Err(NotificationError::Forbidden(_))));
    app.set_chat_room(&office.ada, room("sales", vec![office.sales])).await.expect("kept");
    app.set_chat_room(&office.ada, room("service", vec![office.service])).await.expect("kept");
    let shown = app.set_chat_room(&office.ada, ChatRoom { url: None, ..room("sales", vec![office.sales]) }).await;
    assert!(shown.expect("the address stays").iter().all(|room| room.url.is_none()), "and is told to nobody");
    let stored = app.store().meta("chat_rooms").await.expect("readable").expect("there");
    assert!(!stored.contains("hooks"), "{stored}");
    for number in 0..12 {
        let other = if number == 0 { case.clone() } else { office.complaint(&format!("more-{number}")).await };
        app.transfer_case(&office.ada, other.id, None, office.transfer()).await.expect("offered");
    }
    app.tell_events().await.expect("told");
    // A process that begins anew knows the rooms, and tells what happened within seconds in one message.
    let test = office.test.resumed().await;
    test.clock.advance(10);
    assert_eq!(test.app.deliver().await.expect("written"), 12);
    let said = test.networks.post().said();
    assert_eq!(said.len(), 1, "{said:?}");
    let (url, lines) = &said[0];
    assert_eq!(url, "https://chat.acme.example/hooks/sales");
    assert_eq!(lines.len(), 11, "ten, and how many more");
    assert!(lines[0].contains("is offered to") && lines[0].contains("/cases/"), "{lines:?}");
    assert!(lines[10].starts_with("And 2 more"), "{lines:?}");
    test.app.remove_chat_room(&office.ada, "sales").await.expect("removed");
    let gone = test.app.try_chat_room(&office.ada, "sales").await;
    assert!(matches!(gone, Err(NotificationError::UnknownRoom(_))), "{gone:?}");
}

/// The letter that somebody had last.
fn last_letter(office: &Office, actor: &Actor) -> Letter {
    let to = actor.user().expect("a user").email.clone();
    office.test.networks.post().taken().into_iter().rfind(|letter| letter.to == to).expect("a letter")
}

/// What was done to a case last, and by what.
async fn last_deed(office: &Office, case: &Case) -> (&'static str, Option<Via>) {
    let events = office.test.app.store().case_events(case.id).await.expect("a history");
    let last = events.last().expect("an event");
    (last.what.kind(), last.via)
}

async fn a_link_acts_once_with_the_rights_of_its_user(test: TestApp) {
    let (office, case) = begun(test).await;
    let app = &office.test.app;
    app.set_mail_server(&office.ada, Some(server())).await.expect("named");
    app.set_public_url("https://desk.acme.example/");
    // Case back to its desk: Tom is told nothing, the head is; by her letter she claims it and passes it on.
    app.release_case(&office.ines, case.id, None, "enough for today").await.expect("released");
    app.assign_case(&office.ines, case.id, None, office.tom.user_id().expect("a user")).await.expect("assigned");
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let tokens = tokens(&last_letter(&office, &office.tom));
    let (link, tom) = app.read_act(&tokens[0]).expect("ours");
    assert_eq!(link.act, Act::Case(LinkAct::Transfer));
    // The same rules as on the page of the case.
    let mut nobody = office.transfer();
    nobody.note = String::new();
    assert!(matches!(
        app.transfer_case(&tom, link.case, None, nobody).await,
        Err(CaseError::Bad { field: "note", .. })
    ));
    let standing = app.act_standing(&link, &tom).await.expect("known");
    assert!(matches!(standing, Standing::Stands(Some(_))), "a refusal spends nothing");
    app.transfer_case(&tom, link.case, None, office.transfer()).await.expect("offered");
    assert_eq!(last_deed(&office, &case).await, ("offered", Some(Via::Mail)));
    // Once, also when the offer is over and by another letter of the same event.
    app.withdraw_offer(&office.tom, case.id, None).await.expect("withdrawn");
    let now = app.now();
    assert_eq!(app.act_standing(&link, &tom).await.expect("known"), Standing::Spent(now));
    let again = app.transfer_case(&tom, link.case, None, office.transfer()).await;
    assert!(matches!(again, Err(CaseError::SpentLink { at }) if at == now), "{again:?}");
    assert!(app.case(&office.tom, case.id).await.expect("there").offer.is_none());
    // An offer, answered with a note.
    app.transfer_case(&office.tom, case.id, None, office.transfer()).await.expect("offered");
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let offered = self::tokens(&last_letter(&office, &office.sam));
    let ((accept, sam), (decline, _)) =
        (app.read_act(&offered[0]).expect("ours"), app.read_act(&offered[1]).expect("ours"));
    app.accept_case_with(&sam, accept.case, None, "I know them").await.expect("accepted");
    let events = app.store().case_events(case.id).await.expect("a history");
    let said = events.iter().rev().find_map(|event| match &event.what {
        Happening::Noted { text } => Some((text.clone(), event.via)),
        _ => None,
    });
    assert_eq!(said, Some(("I know them".to_owned(), Some(Via::Mail))));
    let standing = app.act_standing(&decline, &sam).await.expect("known");
    assert_eq!(standing, Standing::Gone, "one answer to one offer");
    // Kept for as long as another letter of the event could come, and no longer.
    let spent = || {
        app.store().spent_link(match &sam {
            Actor::Link(_, link) => link,
            other => panic!("{other:?}"),
        })
    };
    assert!(spent().await.expect("known").is_some());
    assert_eq!(app.store().trim_spent_links(now).await.expect("trimmed"), 0);
    office.test.clock.advance(94 * 24 * 3_600);
    let old = app.now() - jiff::SignedDuration::from_hours(93 * 24);
    assert_eq!(app.store().trim_spent_links(old).await.expect("trimmed"), 2);
    assert!(spent().await.expect("known").is_none());
}

#[tokio::test]
async fn a_link_acts_once_with_the_rights_of_its_user_on_sqlite() {
    a_link_acts_once_with_the_rights_of_its_user(TestApp::new().await).await;
}

#[tokio::test]
async fn a_link_acts_once_with_the_rights_of_its_user_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    a_link_acts_once_with_the_rights_of_its_user(TestApp::on_postgres(&server).await).await;
}

async fn two_who_press_at_once_act_once(test: TestApp) {
    let (office, case) = begun(test).await;
    let app = &office.test.app;
    app.set_mail_server(&office.ada, Some(server())).await.expect("named");
    app.set_public_url("https://desk.acme.example/");
    app.assign_case(&office.ines, case.id, None, office.tom.user_id().expect("a user")).await.expect("assigned");
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let token = tokens(&last_letter(&office, &office.tom)).swap_remove(0);
    let press = || {
        let (app, token, transfer) = (app.clone(), token.clone(), office.transfer());
        tokio::spawn(async move {
            let (link, tom) = app.read_act(&token).expect("ours");
            app.transfer_case(&tom, link.case, None, transfer).await.is_ok()
        })
    };
    let pressed = [press(), press(), press(), press()];
    let mut done = 0;
    for one in pressed {
        done += usize::from(one.await.expect("it ends"));
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn two_who_press_at_once_act_once_on_sqlite() {
    two_who_press_at_once_act_once(TestApp::new().await).await;
}

#[tokio::test]
async fn two_who_press_at_once_act_once_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    two_who_press_at_once_act_once(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn a_link_of_somebody_without_the_right_does_nothing() {
    let (office, case) = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_mail_server(&office.ada, Some(server())).await.expect("named");
    app.set_public_url("https://desk.acme.example/");
    let tom = office.tom.user_id().expect("a user");
    app.assign_case(&office.ines, case.id, None, tom).await.expect("assigned");
    app.tell_events().await.expect("told");
    app.deliver().await.expect("sent");
    let token = tokens(&last_letter(&office, &office.tom)).swap_remove(0);
    // He looks on only, by now.
    let change = UserChange { role: Some(Role::Observer), ..UserChange::default() };
    app.change_user(&office.ada, tom, change).await.expect("changed");
    let (link, actor) = app.read_act(&token).expect("ours");
    let standing = app.act_standing(&link, &actor).await.expect("known");
    assert!(matches!(standing, Standing::Forbidden(_)), "{standing:?}");
    let done = app.transfer_case(&actor, link.case, None, office.transfer()).await;
    assert!(matches!(done, Err(CaseError::Forbidden(_))), "{done:?}");
    // He has left.
    app.deactivate_user(&office.ada, tom).await.expect("deactivated");
    assert!(matches!(app.read_act(&token), Err(NotificationError::LinkOfLeaver)));
    // Whether somebody has to log in is for administrators to say.
    let strict = LinkSettings { needs_log_in: true };
    assert!(app.set_link_settings(&office.ines, strict).await.is_err());
    app.set_link_settings(&office.ada, strict).await.expect("said");
    let test = office.test.resumed().await;
    assert_eq!(test.app.link_settings().await.expect("read"), strict);
}

async fn what_is_set_in_one_process_holds_in_the_other(test: TestApp) {
    let other = test.beside().await;
    let (office, case) = begun(test).await;
    let (app, beside) = (&office.test.app, &other.app);
    // The other one knows nobody of here; what it tells is up to who reads the feed first.
    app.set_mail_server(&office.ada, Some(server())).await.expect("named");
    let known = beside.mail_server(&Actor::Operator).await.expect("read").expect("known at once");
    assert_eq!(known.host, "mail.acme.example");
    let room = |name: &str| ChatRoom {
        name: name.into(),
        format: ChatFormat::Slack,
        url: Some(format!("https://chat.example/{name}")),
        departments: Vec::new(),
        kinds: ChatRoom::KINDS.to_vec(),
    };
    app.set_chat_room(&office.ada, room("one")).await.expect("added");
    let both = beside.set_chat_room(&Actor::Operator, room("two")).await.expect("added");
    let names: Vec<&str> = both.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["one", "two"], "none is lost");
    assert_eq!(app.chat_rooms(&office.ada).await.expect("read").len(), 2);
    beside.set_link_settings(&Actor::Operator, LinkSettings { needs_log_in: true }).await.expect("said");
    assert!(app.link_settings().await.expect("read").needs_log_in);
    let on = PushSettings { is_on: true, contact: "desk@acme.example".into(), ..PushSettings::default() };
    beside.set_push_settings(&Actor::Operator, on).await.expect("on");
    let (here, there) = (app.push_public_key().await.expect("read"), beside.push_public_key().await.expect("read"));
    assert!(here.is_some() && here == there, "one pair of keys");
    // A letter that one queues leaves by the server that the other names.
    app.note_on_case(&office.ines, case.id, None, "@tom").await.expect("noted");
    app.tell_events().await.expect("told");
    beside.set_mail_server(&Actor::Operator, None).await.expect("removed");
    assert_eq!(app.deliver().await.expect("tried"), 0, "there is no server by now");
    beside.set_mail_server(&Actor::Operator, Some(server())).await.expect("named");
    office.test.clock.advance(120);
    assert_eq!(app.deliver().await.expect("sent"), 1);
}

#[tokio::test]
async fn what_is_set_in_one_process_holds_in_the_other_on_sqlite() {
    what_is_set_in_one_process_holds_in_the_other(TestApp::new().await).await;
}

#[tokio::test]
async fn what_is_set_in_one_process_holds_in_the_other_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    what_is_set_in_one_process_holds_in_the_other(TestApp::on_postgres(&server).await).await;
}

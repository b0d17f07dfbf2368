//! What people are told in their browsers.

use jiff::SignedDuration;
use serde_json::Value;
use switchboard_app::notifications::NotificationError;
use switchboard_app::rights::Actor;
use switchboard_model::mail::Untaken;
use switchboard_model::push::{PushSettings, PushSubscription, PushTarget};
use switchboard_model::{Channel, NotificationKind, NotificationSettings, Pace, QuietHours, Via};
use switchboard_testkit::app::TestApp;

use crate::cases::{Office, office_in};

fn target(name: &str) -> PushTarget {
    PushTarget { endpoint: format!("https://push.example/{name}"), p256dh: "key".into(), auth: "auth".into() }
}

fn on() -> PushSettings {
    PushSettings { is_on: true, contact: "desk@acme.example".into(), ..PushSettings::default() }
}

async fn browser(office: &Office, actor: &Actor, name: &str) -> PushSubscription {
    office.test.app.add_push_browser(actor, target(name), name).await.expect("registered")
}

/// Messages to one browser, in their order.
fn pushed(office: &Office, name: &str) -> Vec<Value> {
    let all = office.test.networks.post().pushed();
    let of_it = all.iter().filter(|(endpoint, _)| *endpoint == target(name).endpoint);
    of_it.map(|(_, message)| serde_json::from_str(&message.bodies[0]).expect("JSON")).collect()
}

async fn told(office: &Office) -> usize {
    office.test.app.tell_events().await.expect("told");
    office.test.app.deliver().await.expect("sent")
}

async fn begun(test: TestApp) -> Office {
    let office = office_in(test).await;
    office.test.app.tell_events().await.expect("told");
    office.test.app.set_public_url("https://desk.acme.example");
    office
}

async fn browsers_are_told_once_an_administrator_wants_it(test: TestApp) {
    let office = begun(test).await;
    let app = &office.test.app;
    assert_eq!(
        (app.push_settings().await.expect("read").is_on, app.push_public_key().await.expect("read")),
        (false, None),
        "nothing leaves by itself"
    );
    let refused = app.add_push_browser(&office.sam, target("sam"), "Firefox").await;
    assert!(matches!(refused, Err(NotificationError::NoPush)), "{refused:?}");
    assert!(app.set_push_settings(&office.ines, on()).await.is_err(), "it is for administrators to say");
    for contact in ["nobody", "http://acme.example", "a b@acme.example", "mailto:a@acme.example"] {
        let wrong = app.set_push_settings(&office.ada, PushSettings { contact: contact.into(), ..on() }).await;
        assert!(matches!(wrong, Err(NotificationError::Bad { field: "contact", .. })), "{contact}: {wrong:?}");
    }
    app.set_push_settings(&office.ada, on()).await.expect("on");
    assert_eq!(app.push_public_key().await.expect("read").as_deref(), Some("public"));
    let kept = app.store().meta("push_key").await.expect("read").expect("made");
    assert!(kept.contains("sealed") && !kept.contains("\"private\":\"private\""), "{kept}");

    let sam = browser(&office, &office.sam, "sam").await;
    browser(&office, &office.ines, "ines").await;
    let stored = app.store().find_push_subscription(sam.id).await.expect("read").expect("kept");
    assert!(!stored.settings.to_string().contains("push.example"), "{}", stored.settings);
    let case = office.complaint("1").await;
    let case = app.claim_case(&office.ines, case.id, None).await.expect("claimed");
    app.transfer_case(&office.ines, case.id, None, office.transfer()).await.expect("offered");
    told(&office).await;
    assert_eq!(pushed(&office, "ines"), [] as [Value; 0], "nobody hears of what they did themselves");
    let message = pushed(&office, "sam").pop().expect("a message");
    assert_eq!(message["title"], format!("Case {} is offered to Sales", case.id));
    assert_eq!(
        (&message["place"], &message["tag"]),
        (&format!("/cases/{}", case.id).into(), &format!("case-{}", case.id).into())
    );
    let acts: Vec<&str> =
        message["acts"].as_array().expect("acts").iter().filter_map(|act| act["act"].as_str()).collect();
    assert_eq!(acts, ["accept", "decline"]);
    let listed = app.push_browsers(&office.sam).await.expect("listed");
    assert_eq!((listed.len(), listed[0].succeeded_at), (1, Some(app.now())));
    assert!(app.push_browsers(&Actor::Operator).await.is_err());
    // The act is done as by a link in a mail, and says by what.
    let token = message["acts"][0]["place"].as_str().and_then(|place| place.strip_prefix("/act/")).expect("a link");
    let (link, actor) = app.read_act(token).expect("ours");
    app.accept_case(&actor, link.case, None).await.expect("accepted");
    let events = app.store().case_events(case.id).await.expect("a history");
    assert_eq!(events.last().and_then(|event| event.via), Some(Via::Push));
    // Where others read along nothing is said.
    app.set_push_settings(&office.ada, PushSettings { shows_texts: false, ..on() }).await.expect("said");
    app.note_on_case(&office.ines, case.id, None, "@sam, look").await.expect("noted");
    told(&office).await;
    let bare = pushed(&office, "sam").pop().expect("a message");
    assert_eq!((&bare["title"], &bare["acts"]), (&"Something happened that concerns you".into(), &Value::Null));
    // Whoever takes the browser over is told what is theirs, and nobody else.
    let tom = app.add_push_browser(&office.tom, target("sam"), "Firefox").await.expect("registered");
    assert_eq!(app.push_browsers(&office.sam).await.expect("listed"), []);
    assert!(matches!(app.remove_push_browser(&office.sam, tom.id).await, Err(NotificationError::UnknownBrowser(_))));
    let before = pushed(&office, "sam").len();
    app.note_on_case(&office.ines, case.id, None, "@sam, again").await.expect("noted");
    told(&office).await;
    assert_eq!(pushed(&office, "sam").len(), before);
    app.remove_push_browser(&office.tom, tom.id).await.expect("removed");
    // The same keys after a new start; another turn on makes none.
    let test = office.test.resumed().await;
    assert_eq!(test.app.push_public_key().await.expect("read").as_deref(), Some("public"));
}

#[tokio::test]
async fn browsers_are_told_once_an_administrator_wants_it_on_sqlite() {
    browsers_are_told_once_an_administrator_wants_it(TestApp::new().await).await;
}

#[tokio::test]
async fn browsers_are_told_once_an_administrator_wants_it_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    browsers_are_told_once_an_administrator_wants_it(TestApp::on_postgres(&server).await).await;
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_and_one_that_is_busy_is_left_alone() {
    let office = begun(TestApp::new().await).await;
    let (app, post) = (&office.test.app, office.test.networks.post());
    app.set_push_settings(&office.ada, on()).await.expect("on");
    browser(&office, &office.tom, "tom").await;
    let case = office.complaint("1").await;
    let note = async |text: &str| drop(app.note_on_case(&office.ines, case.id, None, text).await.expect("noted"));
    let busy = Untaken { after: Some(SignedDuration::from_mins(30)), ..Untaken::for_now("push.example answered 429") };
    post.refuse(Some(busy));
    note("@tom one").await;
    assert_eq!(told(&office).await, 0);
    assert_eq!(app.push_browsers(&office.tom).await.expect("listed")[0].trouble, "push.example answered 429");
    post.refuse(None);
    office.test.clock.advance(20 * 60);
    assert_eq!(told(&office).await, 0, "it wants to be left alone for half an hour");
    office.test.clock.advance(11 * 60);
    assert_eq!(told(&office).await, 1);
    let browser = app.push_browsers(&office.tom).await.expect("listed").remove(0);
    assert_eq!((browser.trouble.as_str(), browser.succeeded_at), ("", Some(app.now())));
    post.refuse(Some(Untaken { is_gone: true, ..Untaken::for_good("push.example answered 410") }));
    note("@tom two").await;
    assert_eq!(told(&office).await, 0);
    assert_eq!(app.push_browsers(&office.tom).await.expect("listed"), []);
    assert_eq!(app.dead_deliveries(&office.ada).await.expect("listed"), [], "nobody is to look after it");
    // One that is refused for good is shown.
    post.refuse(None);
    self::browser(&office, &office.tom, "tom").await;
    post.refuse(Some(Untaken::for_good("push.example answered 403")));
    note("@tom three").await;
    assert_eq!(told(&office).await, 0);
    let dead = app.dead_deliveries(&office.ada).await.expect("listed");
    assert_eq!((dead.len(), dead[0].channel), (1, Channel::Push));
    let tried = app.try_push(&office.tom, app.push_browsers(&office.tom).await.expect("listed")[0].id).await;
    assert!(tried.is_err_and(|error| error.to_string().contains("answered 403")));
}

#[tokio::test]
async fn whoever_leaves_a_browser_is_told_nothing_there() {
    let office = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_push_settings(&office.ada, on()).await.expect("on");
    let names = async |actor: &Actor| -> Vec<String> {
        let browsers = app.push_browsers(actor).await.expect("listed");
        browsers.into_iter().map(|browser| browser.name).collect()
    };
    let desk = browser(&office, &office.tom, "desk").await;
    let phone = browser(&office, &office.tom, "phone").await;
    app.leave_push_browser(desk.id, office.tom.user_id()).await.expect("he logs in again");
    assert_eq!(names(&office.tom).await, ["desk", "phone"]);
    app.leave_push_browser(desk.id, office.sam.user_id()).await.expect("somebody else logs in there");
    assert_eq!(names(&office.tom).await, ["phone"]);
    browser(&office, &office.tom, "desk").await;
    app.leave_push_browser(phone.id, None).await.expect("he logs out");
    assert_eq!(names(&office.tom).await, ["desk"]);
    // A new key: nobody's browser can be written to any more.
    let before = app.push_public_key().await.expect("read");
    assert!(app.renew_push_key(&office.tom).await.is_err());
    app.renew_push_key(&office.ada).await.expect("renewed");
    assert_eq!((names(&office.tom).await, before), (Vec::new(), Some("public".to_owned())));
    // Whoever is not active any more is told nothing, also when they come back.
    browser(&office, &office.tom, "desk").await;
    let tom = office.tom.user_id().expect("a user");
    app.deactivate_user(&office.ada, tom).await.expect("gone");
    app.activate_user(&office.ada, tom).await.expect("back");
    assert_eq!(app.store().list_push_subscriptions(tom).await.expect("read").len(), 0);
}

#[tokio::test]
async fn quiet_hours_digests_and_storms_hold_in_browsers_as_well() {
    let office = begun(TestApp::new().await).await;
    let app = &office.test.app;
    app.set_push_settings(&office.ada, on()).await.expect("on");
    browser(&office, &office.tom, "tom").await;
    let case = office.complaint("1").await;
    for number in 0..37 {
        app.note_on_case(&office.ines, case.id, None, &format!("@tom {number}")).await.expect("noted");
    }
    told(&office).await;
    office.test.clock.advance(11 * 60);
    told(&office).await;
    let storm = pushed(&office, "tom");
    assert!(storm.len() <= 6, "{}", storm.len());
    assert!(storm.iter().any(|one| one["title"].as_str().is_some_and(|title| title.contains(" times: "))), "{storm:?}");
    // From nine to eleven nothing is told; it is about a quarter to ten.
    let quiet = Some(QuietHours { from: 9 * 60, to: 11 * 60 });
    let mut settings = NotificationSettings { quiet, ..NotificationSettings::default() };
    app.set_notification_settings(&office.tom, settings.clone()).await.expect("kept");
    office.test.clock.advance(15 * 60);
    app.note_on_case(&office.ines, case.id, None, "@tom quiet").await.expect("noted");
    assert_eq!(told(&office).await, 0);
    office.test.clock.advance(2 * 3_600);
    assert_eq!(told(&office).await, 1);
    settings.quiet = None;
    settings.set_pace(NotificationKind::Mentioned, Channel::Push, Pace::Never);
    app.set_notification_settings(&office.tom, settings).await.expect("kept");
    app.note_on_case(&office.ines, case.id, None, "@tom never").await.expect("noted");
    assert_eq!(told(&office).await, 0);
    // Turned off, nothing leaves that was queued.
    app.set_notification_settings(&office.tom, NotificationSettings::default()).await.expect("kept");
    app.note_on_case(&office.ines, case.id, None, "@tom off").await.expect("noted");
    app.tell_events().await.expect("told");
    app.set_push_settings(&office.ada, PushSettings { is_on: false, ..on() }).await.expect("off");
    assert_eq!(app.deliver().await.expect("dropped"), 0);
}

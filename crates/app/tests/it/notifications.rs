//! What people are told of what happens to cases.

use switchboard_app::notifications::NotificationError;
use switchboard_app::rights::Actor;
use switchboard_model::{
    Case, Channel, Notification, NotificationKind, NotificationSettings, Pace, QuietHours,
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
    app.read_notification(&office.sam, before[0].id).await.expect("nothing happens");
    assert_eq!(app.unread(tom), 1, "it was not hers");
    app.read_notifications(&office.tom, None).await.expect("read");
    assert_eq!(app.unread(tom), 0);
    let unread = app.notifications(&office.tom, true, None, 10).await.expect("listed").notifications;
    assert_eq!(unread, []);
    assert!(matches!(
        app.notifications(&Actor::Operator, false, None, 10).await,
        Err(NotificationError::NotAUser)
    ));
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

//! Who gets in: set-up, log-in, sessions, links, keys.

use switchboard_app::access::{AccessError, NewSession};
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_app::rights::Actor;
use switchboard_app::setup::SetUp;
use switchboard_model::{Duty, LinkPurpose, Role, User};
use switchboard_testkit::app::TestApp;

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn by_ada() -> SetUp {
    SetUp {
        name: "Ada".into(),
        email: "Ada@Acme.Example".into(),
        password: PASSWORD.into(),
        time_zone: "Europe/Lisbon".into(),
        company: "Acme".into(),
        departments: vec!["service".into(), "sales".into()],
        ..SetUp::default()
    }
}

pub(crate) async fn set_up(test: &TestApp) -> NewSession {
    test.app.set_up(None, by_ada()).await.expect("set up")
}

pub(crate) fn new_user(name: &str, role: Role) -> NewUser {
    NewUser {
        name: name.into(),
        email: format!("{}@acme.example", name.to_lowercase()),
        role,
        departments: Vec::new(),
        languages: vec!["en".into()],
        time_zone: None,
        duty: Duty::default(),
    }
}

async fn invited(test: &TestApp, name: &str) -> (User, NewSession) {
    let (user, link) = test.app.invite(&Actor::Operator, new_user(name, Role::Member)).await.expect("invited");
    let session = test.app.follow_link(&link, PASSWORD).await.expect("followed");
    (user, session)
}

#[tokio::test]
async fn the_set_up_link_works_once_and_makes_an_administrator() {
    let test = TestApp::new().await;
    assert!(!test.app.is_set_up());
    let first = test.app.set_up_link().await.expect("made").expect("a token");
    let token = test.app.set_up_link().await.expect("made").expect("a token");
    assert!(matches!(test.app.set_up(Some(&first), by_ada()).await, Err(AccessError::LinkSpent)), "a newer one is out");
    assert!(matches!(test.app.set_up(Some("guess"), by_ada()).await, Err(AccessError::LinkSpent)));
    let bad = |change: fn(&mut SetUp)| {
        let mut by = by_ada();
        change(&mut by);
        by
    };
    let refused = async |by: SetUp| match test.app.set_up(Some(&token), by).await {
        Err(AccessError::Bad { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(bad(|by| by.email = "ada".into())).await, "email");
    assert_eq!(refused(bad(|by| by.password = "short".into())).await, "password");
    assert_eq!(refused(bad(|by| by.company = " ".into())).await, "company");
    assert_eq!(refused(bad(|by| by.departments.clear())).await, "departments");
    assert_eq!(refused(bad(|by| by.departments.push("kitchen".into()))).await, "departments");
    assert_eq!(refused(bad(|by| by.time_zone = "Nowhere/Land".into())).await, "time_zone");
    assert_eq!(refused(bad(|by| by.website = Some("file:///etc".into()))).await, "website");

    let session = test.app.set_up(Some(&token), by_ada()).await.expect("set up");
    assert_eq!((session.user.email.as_str(), session.user.role), ("ada@acme.example", Role::Administrator));
    assert!(test.app.is_set_up());
    assert_eq!(test.app.set_up_link().await.expect("looked"), None);
    assert!(matches!(test.app.set_up(None, by_ada()).await, Err(AccessError::AlreadySetUp)));
    let departments = test.app.departments();
    assert_eq!(departments.iter().map(|department| department.key.as_str()).collect::<Vec<_>>(), ["service", "sales"]);
    assert!(departments.iter().all(|department| department.head == session.user.id));
    assert_eq!(test.app.company().expect("there").fallback, departments[0].id);
    let here = test.app.session(&session.token).await.expect("looked").expect("logged in");
    assert_eq!(here.id, session.user.id);
    let test = test.restarted().await;
    assert!(test.app.is_set_up() && test.app.session(&session.token).await.expect("looked").is_some());
}

#[tokio::test]
async fn wrong_passwords_lock_alike_whether_or_not_anybody_has_the_address() {
    let test = TestApp::new().await;
    set_up(&test).await;
    for email in ["ada@acme.example", "nobody@acme.example"] {
        for _ in 0..5 {
            assert!(matches!(test.app.log_in(email, "wrong password").await, Err(AccessError::WrongPassword)));
        }
        let locked = test.app.log_in(email, PASSWORD).await.expect_err("locked");
        assert!(matches!(locked, AccessError::Locked { for_s: 60, .. }), "{locked:?}");
        assert!(locked.to_string().starts_with("too many wrong passwords; try again in a minute"), "{locked}");
    }
    test.clock.advance(60);
    assert!(matches!(test.app.log_in("nobody@acme.example", PASSWORD).await, Err(AccessError::WrongPassword)));
    assert!(matches!(test.app.log_in("ada@acme.example", "wrong again").await, Err(AccessError::WrongPassword)));
    assert!(matches!(test.app.log_in("ada@acme.example", PASSWORD).await, Err(AccessError::Locked { for_s: 120, .. })));
    let ada = test.app.users()[0].id;
    test.app.unlock_user(&Actor::Operator, ada).await.expect("unlocked");
    let session = test.app.log_in(" ADA@acme.example", PASSWORD).await.expect("in");
    assert_eq!(session.user.id, ada);
    assert_eq!(test.app.user(ada).expect("there").failures, 0);
}

#[tokio::test]
async fn sessions_end_with_time_log_out_and_user() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let (user, session) = invited(&test, "Bea").await;
    let is_in = async |token: &str| test.app.session(token).await.expect("looked").is_some();
    assert!(is_in(&session.token).await && !is_in("guess").await);
    // In use, it lasts longer than the three idle days, but not longer than fourteen.
    for _ in 0..6 {
        test.clock.advance(2 * 24 * 3600);
        assert!(is_in(&session.token).await);
    }
    test.clock.advance(2 * 24 * 3600);
    assert!(!is_in(&session.token).await, "fourteen days");
    let session = test.app.log_in("bea@acme.example", PASSWORD).await.expect("in");
    test.clock.advance(3 * 24 * 3600);
    assert!(!is_in(&session.token).await, "idle");
    let session = test.app.log_in("bea@acme.example", PASSWORD).await.expect("in");
    test.app.log_out(&session.token).await.expect("out");
    assert!(!is_in(&session.token).await, "logged out");
    let session = test.app.log_in("bea@acme.example", PASSWORD).await.expect("in");
    assert!(is_in(&session.token).await);
    test.app.deactivate_user(&Actor::Operator, user.id).await.expect("deactivated");
    assert!(!is_in(&session.token).await, "inactive");
    assert!(matches!(test.app.log_in("bea@acme.example", PASSWORD).await, Err(AccessError::WrongPassword)));
    test.app.activate_user(&Actor::Operator, user.id).await.expect("activated");
    assert!(!is_in(&session.token).await, "it stays ended");
    assert!(test.app.log_in("bea@acme.example", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn links_are_used_once_and_end_all_other_log_ins() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let (user, link) = test.app.invite(&ada, new_user("Bea", Role::Member)).await.expect("invited");
    let view = test.app.link(&link).await.expect("looked").expect("works");
    assert_eq!((view.purpose, view.user.map(|user| user.id)), (LinkPurpose::Invitation, Some(user.id)));
    assert!(matches!(test.app.log_in("bea@acme.example", PASSWORD).await, Err(AccessError::WrongPassword)));
    assert!(matches!(test.app.follow_link(&link, "bea@acme.example").await, Err(AccessError::Bad { .. })));
    let first = test.app.follow_link(&link, PASSWORD).await.expect("followed");
    assert!(first.user.has_password);
    assert!(matches!(test.app.follow_link(&link, PASSWORD).await, Err(AccessError::LinkSpent)));
    let reset = test.app.reset_link(&ada, user.id).await.expect("made");
    assert_eq!(test.app.link(&reset).await.expect("looked").expect("works").purpose, LinkPurpose::Reset);
    test.app.follow_link(&reset, "another four words").await.expect("followed");
    assert!(test.app.session(&first.token).await.expect("looked").is_none());
    assert!(test.app.log_in("bea@acme.example", PASSWORD).await.is_err());
    let late = test.app.reset_link(&ada, user.id).await.expect("made");
    test.clock.advance(24 * 3600);
    assert!(test.app.link(&late).await.expect("looked").is_none());
    let bea = Actor::User(test.app.user(user.id).expect("there"));
    assert!(matches!(test.app.reset_link(&bea, user.id).await, Err(AccessError::Forbidden(_))));
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let test = TestApp::new().await;
    let ada = set_up(&test).await;
    let other = test.app.log_in("ada@acme.example", PASSWORD).await.expect("in");
    let actor = Actor::User(ada.user.clone());
    let change = async |old: &str, new: &str| test.app.change_password(&actor, old, new, Some(&ada.token), None).await;
    assert!(matches!(
        change("wrong one here", "four new words now").await,
        Err(AccessError::Bad { field: "old_password", .. })
    ));
    assert!(matches!(change(PASSWORD, "short").await, Err(AccessError::Bad { field: "password", .. })));
    change(PASSWORD, "four new words now").await.expect("changed");
    assert!(test.app.session(&ada.token).await.expect("looked").is_some());
    assert!(test.app.session(&other.token).await.expect("looked").is_none());
    assert!(test.app.log_in("ada@acme.example", "four new words now").await.is_ok());
}

#[tokio::test]
async fn a_key_acts_for_its_user() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let (user, _) = invited(&test, "Bea").await;
    let bea = Actor::User(test.app.user(user.id).expect("there"));
    let (key, text) = test.app.add_key(&bea, "export").await.expect("made");
    assert!(text.starts_with("swb_"));
    assert!(matches!(test.app.add_key(&bea, "export").await, Err(AccessError::Bad { field: "name", .. })));
    assert_eq!(test.app.key_holder(&text).await.expect("looked").expect("known").id, user.id);
    assert!(test.app.key_holder("swb_guess").await.expect("looked").is_none());
    test.app
        .change_user(&ada, user.id, UserChange { role: Some(Role::Observer), ..UserChange::default() })
        .await
        .expect("changed");
    assert_eq!(
        test.app.key_holder(&text).await.expect("looked").expect("known").role,
        Role::Observer,
        "rights are today's"
    );
    assert_eq!(test.app.list_keys(&bea, user.id).await.expect("listed").len(), 1);
    assert!(test.app.list_keys(&bea, ada.user_id().expect("a user")).await.is_err());
    test.app.remove_key(&ada, user.id, key.id).await.expect("removed");
    assert!(test.app.key_holder(&text).await.expect("looked").is_none());
    assert!(matches!(test.app.add_key(&Actor::Operator, "x").await, Err(AccessError::NotAUser)));
}

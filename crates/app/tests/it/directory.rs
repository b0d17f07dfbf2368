//! Users and departments: what may be changed, and what must always hold.

use proptest::prelude::*;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::department::{DepartmentChange, NewDepartment};
use switchboard_app::directory::preferences::PreferencesChange;
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::Actor;
use switchboard_app::routing::RuleError;
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{Department, DepartmentId, Preferences, Role, SingleKeys, SourceKind, Theme, User, UserId};
use switchboard_testkit::app::{TestApp, heard};

use crate::access::{new_user, set_up};

const OPERATOR: Actor = Actor::Operator;

fn new_department(name: &str, head: UserId) -> NewDepartment {
    NewDepartment { key: None, name: name.into(), head, deputy: None, intents: vec![], keywords: vec!["kettle".into()] }
}

fn rule(name: &str, when: &str, department: Option<DepartmentId>) -> RuleText {
    RuleText {
        name: name.into(),
        when: Some(when.into()),
        intent: None,
        department,
        tags: vec!["tag".into()],
        priority: 0,
        owner: None,
        dismisses: false,
        stops: false,
        is_enabled: true,
    }
}

fn in_use<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> String {
    match result {
        Err(DirectoryError::InUse(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn named(test: &TestApp, key: &str) -> Department {
    test.app.people().department_named(key).expect("there").clone()
}

async fn member(test: &TestApp, name: &str) -> User {
    test.app.invite(&OPERATOR, new_user(name, Role::Member)).await.expect("invited").0
}

#[tokio::test]
async fn what_is_in_use_is_kept_and_the_refusal_says_what_to_do_first() {
    let test = TestApp::new().await;
    let ada = set_up(&test).await.user;
    let (service, sales) = (named(&test, "service"), named(&test, "sales"));
    let bea = member(&test, "Bea").await;
    assert_eq!(
        in_use(test.app.deactivate_user(&OPERATOR, ada.id).await),
        "Ada is the head of 'Service'; give it another head first"
    );
    let head = |head| DepartmentChange { head: Some(head), ..DepartmentChange::default() };
    for department in [&service, &sales] {
        test.app.change_department(&OPERATOR, department.id, head(bea.id)).await.expect("changed");
    }
    let message = in_use(test.app.deactivate_user(&OPERATOR, ada.id).await);
    assert!(message.starts_with("nobody could administer"), "{message}");
    let observer = UserChange { role: Some(Role::Observer), ..UserChange::default() };
    assert!(in_use(test.app.change_user(&OPERATOR, ada.id, observer.clone()).await).starts_with("nobody could"));
    assert!(in_use(test.app.change_user(&OPERATOR, bea.id, observer).await).contains("head of 'Service'"));
    let nowhere = UserChange { departments: Some(vec![]), ..UserChange::default() };
    assert!(in_use(test.app.change_user(&OPERATOR, bea.id, nowhere).await).contains("leads"));

    let message = in_use(test.app.close_department(&OPERATOR, service.id).await);
    assert!(message.contains("fallback"), "{message}");
    test.app.set_fallback(&OPERATOR, sales.id).await.expect("set");
    let added = test.app.add_rule(&OPERATOR, rule("to service", "urgent", Some(service.id))).await.expect("added");
    let message = in_use(test.app.close_department(&OPERATOR, service.id).await);
    assert_eq!(message, "the rule 'to service' leads to 'Service'; change it first");
    test.app.remove_rule(&OPERATOR, added.id).await.expect("removed");
    let search = test.search("brand", "acme").await;
    let lean = switchboard_app::searches::change::SearchText {
        name: "brand".into(),
        query: "acme".into(),
        department: Some("SERVICE".into()),
        is_enabled: true,
        ..Default::default()
    };
    test.app.change_search(search.id, lean).await.expect("changed");
    let message = in_use(test.app.close_department(&OPERATOR, service.id).await);
    assert_eq!(message, "the search 'brand' leads to 'Service'; change it first");
    test.app.remove_search(search.id).await.expect("removed");
    test.app.close_department(&OPERATOR, service.id).await.expect("closed");
    assert!(!named(&test, "service").is_active);
    assert!(test.app.set_fallback(&OPERATOR, service.id).await.is_err(), "it is closed");
    let reopen = DepartmentChange { reopen: true, ..DepartmentChange::default() };
    assert!(test.app.change_department(&OPERATOR, service.id, reopen).await.expect("reopened").is_active);
}

#[tokio::test]
async fn everybody_changes_what_is_their_own_and_no_more() {
    let test = TestApp::new().await;
    set_up(&test).await;
    let user = member(&test, "Bea").await;
    let bea = Actor::User(test.app.user(user.id).expect("there"));
    let preferences = PreferencesChange { theme: Some(Theme::Dark), ..PreferencesChange::default() };
    let own = UserChange {
        name: Some("Bea B.".into()),
        time_zone: Some("asia/tokyo".into()),
        preferences,
        ..UserChange::default()
    };
    let changed = test.app.change_user(&bea, user.id, own.clone()).await.expect("changed");
    assert_eq!((changed.name.as_str(), changed.time_zone.as_str()), ("Bea B.", "Asia/Tokyo"));
    let later = PreferencesChange { keys: Some(SingleKeys::Off), ..PreferencesChange::default() };
    let later = UserChange { preferences: later, ..UserChange::default() };
    test.app.change_user(&bea, user.id, later.clone()).await.expect("changed");
    let expected = Preferences { theme: Theme::Dark, keys: SingleKeys::Off, ..Preferences::default() };
    assert_eq!(test.app.user(user.id).expect("there").preferences, expected, "what is not named stays");
    let promotion = UserChange { role: Some(Role::Administrator), ..UserChange::default() };
    assert!(matches!(test.app.change_user(&bea, user.id, promotion).await, Err(DirectoryError::Forbidden(_))));
    let other = test.app.users()[0].id;
    assert!(matches!(test.app.change_user(&bea, other, own).await, Err(DirectoryError::Forbidden(_))));
    assert!(matches!(test.app.change_user(&bea, other, later).await, Err(DirectoryError::Forbidden(_))));
    assert!(matches!(test.app.deactivate_user(&bea, other).await, Err(DirectoryError::Forbidden(_))));
    assert!(matches!(
        test.app.invite(&OPERATOR, new_user("Bea", Role::Member)).await,
        Err(DirectoryError::Taken { field: "email", .. })
    ));
    assert!(matches!(
        test.app.add_department(&OPERATOR, new_department("SALES", other)).await,
        Err(DirectoryError::Taken { .. })
    ));
    let found = test.app.directory("bea b").await.expect("looked for");
    assert!(matches!(found.people.as_slice(), [one] if one.user.id == user.id), "{found:?}");
    let found = test.app.directory("serv").await.expect("looked for");
    assert!(matches!(found.departments.first(), Some(one) if one.department.key == "service"), "{found:?}");
}

#[tokio::test]
async fn posts_go_by_the_installations_own_departments_and_rules() {
    let test = TestApp::new().await;
    let ada = set_up(&test).await.user;
    let kitchen = test.app.add_department(&OPERATOR, new_department("Kitchen", ada.id)).await.expect("added");
    assert_eq!(kitchen.key, "kitchen");
    test.search("all", "acme").await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let decide = |text: &str| test.app.triage().decide(&switchboard_model::Post::new("x", "1", text));
    assert_eq!(decide("acme kettle").department.label, "Kitchen");
    let sales = named(&test, "sales");
    let moved = test
        .app
        .add_rule(&OPERATOR, rule("kettles are sold", "department:kitchen buy", Some(sales.id)))
        .await
        .expect("added");
    assert_eq!(decide("acme kettle to buy").department.label, "Sales");
    match test.app.add_rule(&OPERATOR, rule("and cooked", "department:Sales kettle", Some(kitchen.id))).await {
        Err(RuleError::Circle(message)) => assert!(
            message.contains("'kettles are sold' sends from Kitchen to Sales") && message.contains("'and cooked'"),
            "{message}"
        ),
        other => panic!("{other:?}"),
    }
    let mut off = rule("and cooked", "department:Sales kettle", Some(kitchen.id));
    off.is_enabled = false;
    let off = test.app.add_rule(&OPERATOR, off).await.expect("one that is off moves nothing");
    let on = rule("and cooked", "department:Sales kettle", Some(kitchen.id));
    assert!(matches!(test.app.change_rule(&OPERATOR, off.id, on).await, Err(RuleError::Circle(_))));
    match test.app.change_rule(&OPERATOR, moved.id, rule("kettles are sold", "buy OR", None)).await {
        Err(RuleError::BadQuery(error)) => assert_eq!(error.column, 7),
        other => panic!("{other:?}"),
    }
    let order = test.app.move_rule(&OPERATOR, off.id, 1).await.expect("moved");
    assert_eq!(order[0].id, off.id);
    test.app.hand_in(&source, vec![heard("1", "acme kettle is broken, terrible")], None).await.expect("taken");
    let test = test.restarted().await;
    assert_eq!(
        test.app.triage().decide(&switchboard_model::Post::new("x", "1", "kettle buy")).department.label,
        "Sales"
    );
    assert_eq!(test.app.rules()[0].id, off.id);
}

/// Something that somebody does to people; numbers choose among those who are there.
#[derive(Debug, Clone)]
enum Change {
    Invite(Role),
    Deactivate(usize),
    Activate(usize),
    Role(usize, Role),
    Leave(usize),
    Add(usize),
    Head(usize, usize),
    Close(usize),
    Reopen(usize),
    Fallback(usize),
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Observer), Just(Role::Member), Just(Role::Administrator)]
}

fn change() -> impl Strategy<Value = Change> {
    let one = || 0..6_usize;
    prop_oneof![
        role().prop_map(Change::Invite),
        one().prop_map(Change::Deactivate),
        one().prop_map(Change::Activate),
        (one(), role()).prop_map(|(user, role)| Change::Role(user, role)),
        one().prop_map(Change::Leave),
        one().prop_map(Change::Add),
        (one(), one()).prop_map(|(department, user)| Change::Head(department, user)),
        one().prop_map(Change::Close),
        one().prop_map(Change::Reopen),
        one().prop_map(Change::Fallback),
    ]
}

async fn make(test: &TestApp, number: usize, change: &Change) -> Result<(), DirectoryError> {
    let people = test.app.people();
    let user = |number: usize| people.users()[number % people.users().len()].id;
    let department = |number: usize| people.departments()[number % people.departments().len()].id;
    let app = &test.app;
    match *change {
        Change::Invite(role) => app.invite(&OPERATOR, new_user(&format!("user{number}"), role)).await.map(drop),
        Change::Deactivate(one) => app.deactivate_user(&OPERATOR, user(one)).await.map(drop),
        Change::Activate(one) => app.activate_user(&OPERATOR, user(one)).await.map(drop),
        Change::Role(one, role) => {
            let change = UserChange { role: Some(role), ..UserChange::default() };
            app.change_user(&OPERATOR, user(one), change).await.map(drop)
        }
        Change::Leave(one) => {
            let change = UserChange { departments: Some(vec![]), ..UserChange::default() };
            app.change_user(&OPERATOR, user(one), change).await.map(drop)
        }
        Change::Add(one) => {
            app.add_department(&OPERATOR, new_department(&format!("department {number}"), user(one))).await.map(drop)
        }
        Change::Head(one, other) => {
            let change = DepartmentChange { head: Some(user(other)), ..DepartmentChange::default() };
            app.change_department(&OPERATOR, department(one), change).await.map(drop)
        }
        Change::Close(one) => app.close_department(&OPERATOR, department(one)).await.map(drop),
        Change::Reopen(one) => {
            let change = DepartmentChange { reopen: true, ..DepartmentChange::default() };
            app.change_department(&OPERATOR, department(one), change).await.map(drop)
        }
        Change::Fallback(one) => app.set_fallback(&OPERATOR, department(one)).await.map(drop),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_changed_the_company_can_go_on(changes in prop::collection::vec(change(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let test = TestApp::new().await;
            set_up(&test).await;
            for (number, change) in changes.iter().enumerate() {
                match make(&test, number, change).await {
                    Ok(()) | Err(DirectoryError::InUse(_) | DirectoryError::Bad { .. }) => {}
                    Err(error) => panic!("{change:?}: {error}"),
                }
                let people = test.app.people();
                for department in people.departments().iter().filter(|department| department.is_active) {
                    let head = people.user(department.head).expect("there");
                    assert!(head.is_active && head.role != Role::Observer, "{change:?}: {department:?}");
                    assert!(head.departments.contains(&department.id), "{change:?}: the head works there");
                }
                let fallback = people.company().expect("set up").fallback;
                assert!(people.department(fallback).expect("there").is_active, "{change:?}");
                let administers = |user: &User| user.is_active && user.role == Role::Administrator;
                assert!(people.users().iter().any(administers), "{change:?}");
                assert!(test.app.triage().routing().router().departments().len() == people.departments().iter().filter(|one| one.is_active).count());
            }
            test.app.stop().await;
        });
    }
}

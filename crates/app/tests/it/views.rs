//! Saved views of the desk: whose they are, who shares, and what they may be called.

use std::sync::Arc;

use switchboard_app::cases::CaseError;
use switchboard_app::cases::views::ViewText;
use switchboard_app::notices::Notice;
use switchboard_app::rights::Actor;
use switchboard_model::{Role, User, ViewFilter, ViewOwner};
use switchboard_testkit::app::TestApp;

use crate::access::{new_user, set_up};

fn called(name: &str, is_shared: bool) -> ViewText {
    ViewText { name: name.to_owned(), is_shared, filter: ViewFilter::default() }
}

async fn hire(test: &TestApp, name: &str, role: Role) -> Actor {
    let (user, _) = test.app.invite(&Actor::Operator, new_user(name, role)).await.expect("invited");
    let user: Arc<User> = user.into();
    Actor::User(user)
}

#[tokio::test]
async fn everybody_keeps_their_own_and_administrators_share() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let (ines, olga) = (hire(&test, "Ines", Role::Member).await, hire(&test, "Olga", Role::Observer).await);
    let app = &test.app;
    let mut notices = app.notices().listen();
    let department = app.departments()[0].id;
    let filter = ViewFilter {
        departments: vec![department, department],
        owner: ViewOwner::Nobody,
        tag: Some(" Refund".into()),
        ..ViewFilter::default()
    };
    let mine = app.add_view(&ines, ViewText { filter, ..called(" Unclaimed refunds ", false) }).await.expect("saved");
    assert_eq!((mine.name.as_str(), mine.user), ("Unclaimed refunds", ines.user_id()));
    assert_eq!((mine.filter.departments.len(), mine.filter.tag.as_deref()), (1, Some("refund")));
    assert_eq!(notices.try_recv().expect("told"), Notice::Views);
    let forbidden = |done: Result<_, CaseError>| assert!(matches!(done, Err(CaseError::Forbidden(_))), "{done:?}");
    forbidden(app.add_view(&ines, called("For all", true)).await.map(drop));
    forbidden(app.change_view(&ines, mine.id, called("For all", true)).await.map(drop));
    let shared = app.add_view(&ada, called("Attention", true)).await.expect("saved");
    let by_operator = app.add_view(&Actor::Operator, called("Brand", true)).await.expect("saved");
    assert!(matches!(app.add_view(&Actor::Operator, called("Mine", false)).await, Err(CaseError::Bad { .. })));
    app.add_view(&olga, called("Attention", false)).await.expect("an own one may be called like a shared one");
    let names = async |actor: &Actor| -> Vec<String> {
        app.views(actor).await.expect("listed").into_iter().map(|view| view.name).collect()
    };
    assert_eq!(names(&ines).await, ["Unclaimed refunds", "Attention", "Brand"]);
    assert_eq!(names(&olga).await, ["Attention", "Attention", "Brand"]);
    assert_eq!(names(&Actor::Operator).await, ["Attention", "Brand"]);
    // What is somebody's own is not there for anybody else, administrators included.
    for other in [&ada, &olga, &Actor::Operator] {
        assert!(matches!(app.view(other, mine.id).await, Err(CaseError::UnknownView(_))));
        assert!(matches!(app.remove_view(other, mine.id).await, Err(CaseError::UnknownView(_))));
        let changed = app.change_view(other, mine.id, called("Mine now", false)).await;
        assert!(matches!(changed, Err(CaseError::UnknownView(_))), "{changed:?}");
    }
    forbidden(app.remove_view(&ines, shared.id).await.map(drop));
    forbidden(app.change_view(&ines, shared.id, called("Attention", false)).await.map(drop));
    let own = app.change_view(&ada, shared.id, called("Attention", false)).await.expect("taken back");
    assert_eq!(own.user, ada.user_id());
    app.remove_view(&ada, by_operator.id).await.expect("removed");
    app.remove_view(&ines, mine.id).await.expect("removed");
    assert!(names(&ines).await.is_empty());
}

#[tokio::test]
async fn names_are_unique_and_nobody_keeps_more_than_a_hundred() {
    let test = TestApp::new().await;
    let ada = Actor::User(set_up(&test).await.user);
    let app = &test.app;
    let first = app.add_view(&ada, called("1", false)).await.expect("saved");
    assert!(matches!(app.add_view(&ada, called(" 1", false)).await, Err(CaseError::ViewTaken(_))));
    assert!(matches!(app.add_view(&ada, called("", false)).await, Err(CaseError::Bad { field: "name", .. })));
    for number in 2..=100 {
        app.add_view(&ada, called(&number.to_string(), false)).await.expect("saved");
    }
    assert!(matches!(app.add_view(&ada, called("101", false)).await, Err(CaseError::Bad { field: "name", .. })));
    assert!(matches!(app.change_view(&ada, first.id, called("2", false)).await, Err(CaseError::ViewTaken(_))));
    app.change_view(&ada, first.id, called("one", false)).await.expect("a change needs no room");
    app.add_view(&ada, called("101", true)).await.expect("shared ones are counted apart");
}

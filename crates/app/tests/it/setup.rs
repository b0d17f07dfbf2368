//! The set-up: what is proposed, listened to, trimmed.

use switchboard_app::rights::{Actor, Forbidden};
use switchboard_app::searches::change::SearchText;
use switchboard_app::setup::listen::Wanted;
use switchboard_app::setup::progress::{Decision, Step};
use switchboard_app::setup::{SetUp, SetUpError};
use switchboard_model::Role;
use switchboard_testkit::app::TestApp;

async fn founded() -> TestApp {
    let test = TestApp::new().await;
    let by = SetUp {
        name: "Mara".to_owned(),
        email: "mara@acme.example".to_owned(),
        password: "correct horse battery".to_owned(),
        time_zone: "UTC".to_owned(),
        company: "Acme".to_owned(),
        departments: test.app.department_template().iter().map(|department| department.key.clone()).collect(),
        ..SetUp::default()
    };
    test.app.set_up(None, by).await.expect("a company");
    test
}

fn wanted(key: &str, name: &str, query: &str, is_enabled: bool) -> Wanted {
    let text = SearchText { name: name.to_owned(), query: query.to_owned(), is_enabled, ..SearchText::default() };
    Wanted { key: key.to_owned(), id: None, text }
}

#[tokio::test]
async fn two_administrators_listen_to_the_same_proposals_at_once() {
    let test = founded().await;
    let both = || vec![wanted("brand", "Acme", "acme", true), wanted("handles", "Handles", "@acme", true)];
    let (one, other) =
        tokio::join!(test.app.listen_to(&Actor::Operator, both()), test.app.listen_to(&Actor::Operator, both()));
    assert_eq!((one.expect("done").len(), other.expect("done").len()), (2, 2));
    assert_eq!(test.app.searches().await.expect("searches").len(), 2);
}

#[tokio::test]
async fn what_came_in_another_way_stays_as_it_is() {
    let test = founded().await;
    let text = SearchText {
        name: "Acme".to_owned(),
        query: "acme jobs".to_owned(),
        is_enabled: true,
        ..SearchText::default()
    };
    let own = test.app.add_search(text).await.expect("a search");
    let refused = test
        .app
        .listen_to(&Actor::Operator, vec![wanted("x", "X", "x", true), wanted("brand", "Acme", "acme", true)])
        .await;
    assert!(matches!(refused, Err(SetUpError::Search { at: 1, .. })), "{refused:?}");
    assert_eq!(test.app.searches().await.expect("searches").len(), 1, "nothing was done");
    // The same search in the same words is taken over.
    test.app.listen_to(&Actor::Operator, vec![wanted("brand", "Acme", "acme jobs", true)]).await.expect("done");
    test.app.listen_to(&Actor::Operator, vec![wanted("brand", "Acme", "", false)]).await.expect("done");
    let searches = test.app.searches().await.expect("searches");
    assert_eq!((searches.len(), searches[0].id, searches[0].is_enabled), (1, own.id, false));
    assert_eq!(searches[0].query, "acme jobs", "what is turned off keeps its words");
    let mut observer = test.app.users()[0].clone();
    observer.role = Role::Observer;
    let nobody = Actor::User(std::sync::Arc::new(observer));
    let forbidden = test.app.decide_step(&nobody, Step::Sources, Decision::Kept).await;
    assert!(matches!(forbidden, Err(SetUpError::Forbidden(Forbidden::Role(_)))), "{forbidden:?}");
}

#[tokio::test]
async fn the_desk_that_takes_the_rest_is_not_trimmed() {
    let test = founded().await;
    let company = test.app.company().expect("a company");
    let refused = test.app.trim_department(&Actor::Operator, company.fallback).await.expect_err("it stays");
    assert!(refused.to_string().contains("takes what nothing else decides"), "{refused}");
    for department in test.app.departments().iter().filter(|department| department.id != company.fallback) {
        assert_eq!(test.app.trim_department(&Actor::Operator, department.id).await.expect("closed"), 0);
        assert_eq!(test.app.trim_department(&Actor::Operator, department.id).await.expect("closed already"), 0);
    }
    let open = test.app.departments().iter().filter(|department| department.is_active).count();
    assert_eq!(open, 1);
}

#[tokio::test]
async fn proposals_are_counted_without_a_look_back_buffer_too() {
    let test = founded().await;
    let counted =
        test.app.propose_counted(&Actor::Operator, Some("Apple"), &["@apple".to_owned()], None).await.expect("counted");
    let searches = counted.searches();
    assert_eq!(searches.len(), 2);
    assert!(searches[0].2.is_some() && searches[1].2.is_none(), "the bare name of the brand is counted");
    assert_eq!(counted.counts.heard, 0);
}

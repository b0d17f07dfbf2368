//! A company on a store of its own, founded before the program under test opens it.

use std::sync::Arc;

use switchboard_app::access::Passwords;
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_app::searches::change::SearchText;
use switchboard_app::setup::SetUp;
use switchboard_app::triage::Routing;
use switchboard_app::{App, Parts, Router, SystemClock, SystemIds};
use switchboard_model::{DepartmentId, Duty, Role, Source, SourceKind, UserId};
use switchboard_store::{Store, StoreConfig};

use crate::app::{FakeNetworks, FakeRandomness};

/// What everybody's password is.
pub const PASSWORD: &str = "correct horse battery";

/// Two departments, customer service and sales, with two members each; a search for acme; a source that posts are
/// handed in to.
#[derive(Debug, Clone)]
pub struct Office {
    /// Service, sales.
    pub departments: [DepartmentId; 2],
    /// Ada, who administers and heads both; Ines and Tom of service; Sam and Eva of sales.
    pub users: Vec<(UserId, String)>,
    /// Where posts are handed in.
    pub source: Source,
}

/// Founds the company.
pub async fn found(config: &StoreConfig) -> Office {
    let parts = Parts {
        store: Store::open(config).await.expect("a fresh store"),
        networks: Arc::new(FakeNetworks::default()),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        randomness: Arc::new(FakeRandomness),
        routing: Routing::new(Router::shipped()).expect("the shipped rules can be read"),
        passwords: Passwords::weak_for_tests(),
        secrets: switchboard_app::secrets::Secrets::new(&[7; 32]),
        look_back: None,
    };
    let app = App::start(parts).await.expect("it starts");
    let by = SetUp {
        name: "Ada".into(),
        email: "ada@acme.example".into(),
        password: PASSWORD.into(),
        time_zone: "UTC".into(),
        company: "Acme".into(),
        departments: vec!["service".into(), "sales".into()],
        searches: vec![SearchText {
            name: "brand".into(),
            query: "acme".into(),
            is_enabled: true,
            ..SearchText::default()
        }],
        ..SetUp::default()
    };
    let ada = app.set_up(None, by).await.expect("set up").user;
    let departments = [app.departments()[0].id, app.departments()[1].id];
    let mut users = vec![(ada.id, ada.email.clone())];
    for (name, department) in [("Ines", 0), ("Tom", 0), ("Sam", 1), ("Eva", 1)] {
        let new = NewUser {
            name: name.into(),
            email: format!("{}@acme.example", name.to_lowercase()),
            role: Role::Member,
            departments: vec![departments[department]],
            languages: vec!["en".into()],
            time_zone: None,
            duty: Duty::default(),
        };
        let (user, link) = app.invite(&Actor::Operator, new).await.expect("invited");
        app.follow_link(&link, PASSWORD).await.expect("a password is chosen");
        users.push((user.id, user.email));
    }
    let source = app.source_named("door", SourceKind::Ingest).await.expect("a source");
    app.stop().await;
    Office { departments, users, source }
}

//! The made-up company, played whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use switchboard_app::access::Passwords;
use switchboard_app::sources::Networks;
use switchboard_app::triage::Routing;
use switchboard_app::{App, Parts, Router, SystemIds};
use switchboard_demo::data::Deed;
use switchboard_demo::{Data, DemoClock, DemoNetworks, networks::World, seed};
use switchboard_store::{Store, StoreConfig};
use switchboard_testkit::app::{FakeNetworks, FakeRandomness};

mod words;

struct Demo {
    app: App,
    data: Data,
    refused: Vec<String>,
    _directory: tempfile::TempDir,
}

async fn play() -> Demo {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut config = StoreConfig::sqlite(directory.path().join("demo.db"));
    config.is_lasting = false;
    let (clock, world) = (DemoClock::default(), World::default());
    let parts = Parts {
        store: Store::open(&config).await.expect("a fresh store"),
        networks: Arc::new(DemoNetworks::new(world.clone(), Arc::new(FakeNetworks::default()))),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
        randomness: Arc::new(FakeRandomness),
        routing: Routing::new(Router::shipped()).expect("the shipped rules can be read"),
        passwords: Passwords::weak_for_tests(),
        secrets: switchboard_app::secrets::Secrets::new(&[7; 32]),
        look_back: None,
    };
    let app = App::start(parts).await.expect("it starts");
    let data = Data::read().expect("the files can be used");
    let seeded = seed(&app, &clock, &world, &data, "correct horse battery".into()).await.expect("it is played");
    Demo { app, data, refused: seeded.refused, _directory: directory }
}

#[tokio::test]
async fn the_whole_history_can_be_played() {
    let demo = play().await;
    assert!(demo.refused.is_empty(), "{}", demo.refused.join("\n"));
    assert!(demo.data.posts() >= 400, "{} posts", demo.data.posts());
    let events = demo.app.store().check_cases().await.expect("readable");
    assert!(events.findings.is_empty(), "{events:?}");
}

/// Every state, every outcome, offers and drafts occur.
#[tokio::test]
async fn cases_stand_in_every_state() {
    let demo = play().await;
    let mut states: BTreeMap<&'static str, u64> = BTreeMap::new();
    for queue in demo.app.queues(&switchboard_app::rights::Actor::Operator).await.expect("readable") {
        *states.entry(queue.state).or_default() += queue.public + queue.private;
    }
    for state in ["open", "waiting", "snoozed", "closed"] {
        assert!(states.get(state).is_some_and(|cases| *cases > 0), "{states:?}");
    }
}

#[test]
fn everything_said_is_said_once() {
    let data = Data::read().expect("the files can be used");
    let mut seen = BTreeSet::new();
    let posts = words::all(&data);
    for post in &posts {
        assert!(seen.insert(post.to_lowercase()), "twice: {post}");
    }
    assert!(posts.len() >= 500, "{} posts", posts.len());
}

#[tokio::test]
async fn pictures_come_out_of_the_program_and_from_nowhere_else() {
    let networks = DemoNetworks::new(World::default(), Arc::new(FakeNetworks::default()));
    let check = async |url: &str, expected: bool| assert_eq!(networks.picture(url).await.is_ok(), expected, "{url}");
    let data = Data::read().expect("the files can be used");
    let posts = data.threads.iter().flat_map(|thread| &thread.step).filter_map(|step| match &step.deed {
        Deed::Said(post) => Some(post),
        Deed::Done(_) => None,
    });
    let names: BTreeSet<&String> = posts.flat_map(|post| &post.media).map(|media| &media.picture).collect();
    assert!(names.len() > 5);
    for name in names {
        check(&format!("https://pictures.example/{name}.png"), true).await;
    }
    check("https://pictures.example/nothing.png", false).await;
    check("https://pictures.example/../data/company.toml", false).await;
    check("https://pictures.example/kettle", false).await;
    check("https://other.example/kettle.png", false).await;
}

//! Fresh databases on both engines, and short ways to say what arrives.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{Timestamp, ToSpan};
use sqlx::{Connection, Executor, PgConnection};
use switchboard_model::{
    Cursor, Decided, Delivery, FateReason, Health, Match, Post, SavedSearch, SearchId, SearchType, Settled, Signal,
    SignalName, Signals, Source, SourceId, SourceKind, Span, SpanPart,
};
use switchboard_store::{Engine, Store, StoreConfig};
use uuid::Uuid;

/// A URL of a superuser; each test makes a database of its own there and drops it.
const POSTGRES: &str = "SWITCHBOARD_TEST_POSTGRES";

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Runs one body on SQLite and on PostgreSQL.
macro_rules! contract {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: Store) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$doc])*
            async fn body($store: switchboard_store::Store) $body

            #[tokio::test]
            async fn sqlite() {
                crate::support::on_engine(switchboard_store::Engine::Sqlite, body).await;
            }

            #[tokio::test]
            async fn postgres() {
                crate::support::on_engine(switchboard_store::Engine::Postgres, body).await;
            }
        })*
    };
}
pub(crate) use contract;

/// Opens a store on a fresh database, runs the body, removes the database.
pub(crate) async fn on_engine<F>(engine: Engine, body: impl FnOnce(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    on_database(engine, async |config| {
        let store = Store::open(&config).await.expect("a fresh database opens");
        let done = tokio::spawn(body(store.clone())).await;
        store.close().await;
        done
    })
    .await;
}

/// Gives the body a fresh database and removes it afterwards, however the body ended.
pub(crate) async fn on_database(
    engine: Engine,
    body: impl AsyncFnOnce(StoreConfig) -> Result<(), tokio::task::JoinError>,
) {
    let done = match engine {
        Engine::Sqlite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            body(StoreConfig::sqlite(directory.path().join("switchboard.db"))).await
        }
        Engine::Postgres => {
            let Some(server) = postgres_url() else { return };
            let name = format!("sb_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            admin(&server, &format!("create database {name}")).await;
            let done = body(StoreConfig::postgres(with_database(&server, &name))).await;
            admin(&server, &format!("drop database {name} with (force)")).await;
            done
        }
    };
    if let Err(error) = done {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// The server's URL. Without one the PostgreSQL half is skipped, but not where everything must run.
pub(crate) fn postgres_url() -> Option<String> {
    let url = std::env::var(POSTGRES).ok();
    if url.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{POSTGRES} is not set, and CI must test both engines");
        eprintln!("skipped: {POSTGRES} is not set");
    }
    url
}

fn with_database(server: &str, name: &str) -> String {
    match server.rsplit_once('/') {
        Some((head, _)) if head.contains("//") && !head.ends_with('/') => format!("{head}/{name}"),
        _ => format!("{server}/{name}"),
    }
}

async fn admin(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server).await.expect("the PostgreSQL server for tests");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("create and drop databases");
}

pub(crate) fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-05-04T09:00:00Z".parse().expect("a time");
    start.checked_add(minute.minutes()).expect("a time")
}

pub(crate) fn source_id(number: u128) -> SourceId {
    SourceId(Uuid::from_u128(0x1000 + number))
}

pub(crate) fn search_id(number: u128) -> SearchId {
    SearchId(Uuid::from_u128(0x2000 + number))
}

pub(crate) fn source(number: u128) -> Source {
    Source {
        id: source_id(number),
        name: format!("source {number}"),
        kind: SourceKind::Mastodon,
        settings: serde_json::json!({"host": "social.example"}),
        is_enabled: true,
        created_at: at(0),
        cursor: None,
        health: Health::default(),
    }
}

pub(crate) fn search(number: u128) -> SavedSearch {
    SavedSearch {
        id: search_id(number),
        name: format!("search {number}"),
        query: "acme".into(),
        search_type: SearchType::Brand,
        department: None,
        is_enabled: true,
        created_at: at(i64::try_from(number).expect("small")),
        updated_at: at(0),
        mentions: 0,
    }
}

/// Sources and searches 1 to 3.
pub(crate) async fn furnish(store: &Store) {
    for number in 1..=3 {
        store.insert_source(&source(number)).await.expect("a source");
        store.insert_search(&search(number)).await.expect("a search");
    }
}

pub(crate) fn found(number: u128) -> Match {
    Match { search: search_id(number), spans: vec![Span { part: SpanPart::Text, start: 0, end: 4 }] }
}

pub(crate) fn sentiment(label: &str) -> Signals {
    Signals(vec![Signal {
        name: SignalName::Sentiment,
        label: label.into(),
        score: 0.75,
        scores: [("negative".to_owned(), 0.75), ("neutral".to_owned(), 0.25)].into(),
        evidence: vec![switchboard_model::Evidence { why: "\"never\" complains".into(), span: None, weight: 1.5 }],
        model: "rules-1".into(),
    }])
}

/// A post that search 1 wants.
pub(crate) fn wanted(post: Post) -> Decided {
    let words = format!("{} {}", post.title, post.text).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let signals = sentiment("negative");
    Decided {
        post,
        canonical_url: None,
        is_addressed: false,
        matches: vec![found(1)],
        signals,
        words,
        is_ours: false,
        opening: None,
        weighing: None,
        need: None,
    }
}

pub(crate) fn unwanted(post: Post) -> Decided {
    Decided { matches: Vec::new(), signals: Signals::default(), ..wanted(post) }
}

pub(crate) fn post(identifier: &str, text: &str) -> Post {
    Post::new("mastodon", identifier, text)
}

pub(crate) fn edited(identifier: &str, text: &str, minute: i64) -> Post {
    Post { edited_at: Some(at(minute)), ..post(identifier, text) }
}

/// A batch of source 1 that reached us at a minute.
pub(crate) fn batch(minute: i64, posts: Vec<Decided>) -> Delivery {
    Delivery {
        source: source_id(1),
        cursor: Some(Cursor(minute.to_string())),
        settings: None,
        captured_at: at(minute),
        posts,
        fates: Vec::new(),
    }
}

/// Commits one batch and tells the reasons.
pub(crate) async fn settle(store: &Store, delivery: Delivery) -> Vec<FateReason> {
    settled(store, delivery).await.into_iter().map(|settled| settled.reason).collect()
}

pub(crate) async fn settled(store: &Store, delivery: Delivery) -> Vec<Settled> {
    store.commit(&[delivery]).await.expect("a commit").settled.remove(0)
}

/// Looks for what cannot be right.
pub(crate) async fn assert_sound(store: &Store) {
    let check = store.check().await.expect("a check");
    assert_eq!(check.findings, [], "{check:?}");
}

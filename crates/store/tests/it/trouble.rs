//! What a store meets in bad times: no space, no right to write, no server, a newer or damaged database, a kill.

use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use switchboard_model::FateReason;
use switchboard_store::{Engine, Location, Store, StoreConfig, StoreError};

use crate::support::*;

/// A small disk of its own, where this user may make one.
struct Disk(PathBuf);

impl Disk {
    fn new(directory: &Path, size: &str) -> Option<Self> {
        let size = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(directory).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(directory.to_owned()));
        }
        eprintln!("skipped: this user may not mount a disk");
        None
    }

    fn read_only(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().expect("mount");
        assert!(status.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily, because a failed test may still hold files there.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_named_and_nothing_stored_is_lost() {
    let directory = tempfile::tempdir().expect("a directory");
    let Some(_disk) = Disk::new(directory.path(), "4m") else { return };
    let ballast = directory.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1_500_000]).expect("ballast");
    let store = Store::open(&StoreConfig::sqlite(directory.path().join("a.db"))).await.expect("opened");
    furnish(&store).await;
    let mut stored = 0;
    let big = |number: i64| batch(number, vec![wanted(post(&number.to_string(), &"acme ".repeat(10_000)))]);
    let error = loop {
        match store.commit(&[big(stored)]).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    assert!(error.is_passing());
    assert!(error.to_string().contains("a.db") && error.to_string().contains("free space"), "{error}");
    assert!(stored > 3);
    for _ in 0..3 {
        let again = store.commit(&[big(stored)]).await.expect_err("still full");
        assert!(matches!(again, StoreError::Full(_)), "{again:?}");
    }
    let found = store.posts_after(0, 1_000).await.expect("reading goes on");
    assert_eq!(i64::try_from(found.len()).expect("small"), stored);
    std::fs::remove_file(&ballast).expect("space is freed");
    for number in stored..stored + 3 {
        assert_eq!(settle(&store, big(number)).await, [FateReason::New], "it goes on by itself");
    }
    assert_sound(&store).await;
    store.close().await;
}

#[tokio::test]
async fn a_directory_that_may_not_be_written_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let Some(disk) = Disk::new(directory.path(), "4m") else { return };
    let config = StoreConfig::sqlite(directory.path().join("a.db"));
    let store = Store::open(&config).await.expect("opened");
    furnish(&store).await;
    settle(&store, batch(1, vec![wanted(post("1", "acme"))])).await;
    store.close().await;
    disk.read_only();
    let error = Store::open(&config).await.expect_err("read-only");
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    assert!(error.is_passing() && error.to_string().contains("a.db"), "{error}");
    let empty = StoreConfig::sqlite(directory.path().join("new.db"));
    let error = Store::open(&empty).await.expect_err("read-only");
    assert!(error.is_passing() && error.to_string().contains("new.db"), "{error:?}");
    // Reading goes on.
    let reader = Store::open_read_only(&config).await.expect("opened for reading");
    assert_eq!(reader.posts_after(0, 9).await.expect("read").len(), 1);
    let refused = reader.commit(&[batch(2, Vec::new())]).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly(_))), "{refused:?}");
    reader.close().await;
}

#[tokio::test]
async fn what_is_not_there_is_named_with_the_remedy() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = directory.path().join("missing/a.db");
    let error = Store::open(&StoreConfig::sqlite(&missing)).await.expect_err("no directory");
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("missing/a.db") && error.to_string().contains("make the directory"), "{error}");
    let error = Store::open_read_only(&StoreConfig::sqlite(&missing)).await.expect_err("no file");
    assert!(error.to_string().contains("there is no such file"), "{error}");

    let url = "postgres://ana:s3cret@127.0.0.1:1/switchboard";
    let error = Store::open(&StoreConfig::postgres(url)).await.expect_err("no server");
    assert!(matches!(error, StoreError::Unavailable { .. }) && error.is_passing(), "{error:?}");
    assert!(error.to_string().contains("'switchboard' on 127.0.0.1:1"), "{error}");
    let config = StoreConfig::postgres(url);
    for shown in [format!("{error}"), format!("{error:?}"), format!("{config:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
    let error = Store::open(&StoreConfig::postgres("postgres://ana:s3cret@host:no-port/x")).await.expect_err("no URL");
    assert!(!format!("{error:?}").contains("s3cret") && error.to_string().contains("postgres://"), "{error}");
    let Some(server) = postgres_url() else { return };
    let error = Store::open(&StoreConfig::postgres(format!("{server}_not_there"))).await.expect_err("no database");
    assert!(matches!(error, StoreError::Unavailable { .. }) && error.to_string().contains("create it"), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.db");
    std::fs::write(&path, b"this was once a database. ".repeat(500)).expect("written");
    for error in [
        Store::open(&StoreConfig::sqlite(&path)).await.expect_err("damaged"),
        Store::open_read_only(&StoreConfig::sqlite(&path)).await.expect_err("damaged"),
    ] {
        assert!(matches!(error, StoreError::Damaged(_)) && !error.is_passing(), "{error:?}");
        assert!(error.to_string().contains("a.db") && error.to_string().contains("backup"), "{error}");
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_an_older_one_is_not_read() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        on_database(engine, async |config| {
            let older = Store::open_read_only(&config).await.expect_err("empty");
            assert!(matches!(older, StoreError::Unavailable { .. }), "{older:?}");
            Store::open(&config).await.expect("opened").close().await;
            Store::open_read_only(&config).await.expect("opened for reading").close().await;
            let statement = match engine {
                Engine::Sqlite => {
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                     values (999901010000, 'tomorrow', true, x'00', 0)"
                }
                Engine::Postgres => {
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                     values (999901010000, 'tomorrow', true, '\\x00', 0)"
                }
            };
            match &config.location {
                Location::Sqlite(path) => {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                    let mut connection = SqliteConnection::connect_with(&options).await.expect("opened");
                    connection.execute(statement).await.expect("written");
                    connection.close().await.expect("closed");
                }
                Location::Postgres(url) => {
                    let mut connection = PgConnection::connect(url).await.expect("opened");
                    connection.execute(statement).await.expect("written");
                    connection.close().await.expect("closed");
                }
            }
            for refused in [Store::open(&config).await, Store::open_read_only(&config).await] {
                let refused = refused.expect_err("newer");
                assert!(matches!(refused, StoreError::Newer { found: 999_901_010_000, .. }), "{refused:?}");
            }
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn another_program_that_holds_the_file_does_not_stop_us_for_good() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.db");
    let store = Store::open(&StoreConfig::sqlite(&path)).await.expect("opened");
    furnish(&store).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut other = SqliteConnection::connect_with(&options).await.expect("opened");
    other.execute("begin immediate").await.expect("held");
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { settle(&store, batch(1, vec![wanted(post("1", "acme"))])).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    other.execute("rollback").await.expect("let go");
    assert_eq!(waiting.await.expect("done"), [FateReason::New]);
    store.close().await;
}

contract! {
    async fn a_commit_that_is_given_up_leaves_nothing(store: Store) {
        furnish(&store).await;
        let posts: Vec<_> = (0..400).map(|number| wanted(post(&number.to_string(), "acme"))).collect();
        for wait_us in [0, 200, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] {
            let wait = std::time::Duration::from_micros(wait_us);
            let given_up = tokio::time::timeout(wait, store.commit(&[batch(1, posts.clone())])).await.is_err();
            // One that was given up at its very end may still be carried out. The next writer comes after it.
            store.set_meta("turn", &wait_us.to_string()).await.expect("set");
            let found = store.posts_after(0, 1_000).await.expect("read").len();
            assert!(found == 0 || found == 400, "{found} of 400");
            let source = store.find_source(source_id(1)).await.expect("found").expect("there");
            assert_eq!(source.cursor.is_some(), found == 400, "cursor and posts move together");
            assert!(given_up || found == 400);
            assert_sound(&store).await;
        }
    }
}

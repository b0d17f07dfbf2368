//! Backup and the look for what cannot be right.

use std::path::Path;

use sqlx::{Connection, Executor, SqliteConnection};
use switchboard_model::Post;
use switchboard_store::{Engine, Location, Store, StoreConfig, StoreError, migrations, verify};

use crate::support::*;

async fn fill(store: &Store, posts: usize) {
    furnish(store).await;
    let posts = (0..posts).map(|number| wanted(post(&number.to_string(), "acme never delivers"))).collect();
    settle(store, batch(1, posts)).await;
}

async fn alter(path: &Path, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
    connection.execute(statement).await.expect("altered");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn a_backup_is_whole_while_writing_goes_on_and_replaces_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::open(&StoreConfig::sqlite(directory.path().join("a.db"))).await.expect("opened");
    fill(&store, 300).await;
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for number in 0..50_i64 {
                settle(&store, batch(2, vec![wanted(post(&format!("more {number}"), "acme"))])).await;
            }
        }
    });
    let path = directory.path().join("backup 'quoted'.db");
    let made = store.backup_to(&path).await.expect("a backup");
    writer.await.expect("the writer");
    assert!((300..=350).contains(&made.posts) && made.posts == made.mentions, "{made:?}");
    assert_eq!(made.schema_version, migrations::newest());
    assert_eq!(verify(&path).await.expect("verified"), made);
    assert!(matches!(store.backup_to(&path).await, Err(StoreError::Conflict { .. })));
    let missing = directory.path().join("missing/backup.db");
    assert!(matches!(store.backup_to(&missing).await, Err(StoreError::Unavailable { .. })), "no directory");
    let names: Vec<_> = std::fs::read_dir(directory.path())
        .expect("listed")
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .collect();
    assert!(!names.iter().any(|name| name.contains("partial")), "{names:?}");
    // The copy is an installation like any other.
    let copy = Store::open(&StoreConfig::sqlite(&path)).await.expect("opened");
    assert_eq!(copy.count_posts().await.expect("counted"), made.posts);
    assert_sound(&copy).await;
    settle(&copy, batch(3, vec![wanted(post("after", "acme"))])).await;
    copy.close().await;
    store.close().await;
}

#[tokio::test]
async fn a_damaged_or_foreign_backup_is_found_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::open(&StoreConfig::sqlite(directory.path().join("a.db"))).await.expect("opened");
    fill(&store, 500).await;
    let path = directory.path().join("backup.db");
    store.backup_to(&path).await.expect("a backup");
    store.close().await;
    let whole = std::fs::read(&path).expect("read");

    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2);
    std::fs::write(&path, &torn).expect("written");
    assert!(matches!(verify(&path).await, Err(StoreError::Damaged(_))));

    let mut scribbled = whole.clone();
    let middle = whole.len() / 2;
    scribbled[middle..middle + 8_192].fill(0xAA);
    std::fs::write(&path, &scribbled).expect("written");
    assert!(matches!(verify(&path).await, Err(StoreError::Damaged(_))));

    std::fs::write(&path, b"posts,mentions\n1,2\n".repeat(100)).expect("written");
    assert!(matches!(verify(&path).await, Err(StoreError::Damaged(_))));

    std::fs::remove_file(&path).expect("removed");
    alter_new(&path).await;
    assert!(matches!(verify(&path).await, Err(StoreError::Unsupported(_))), "somebody else's file");
    assert!(matches!(verify(&directory.path().join("none.db")).await, Err(StoreError::Unavailable { .. })));
}

async fn alter_new(path: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
    connection.execute("create table t (a integer)").await.expect("altered");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn postgres_is_backed_up_by_its_own_tools() {
    on_engine(Engine::Postgres, |store| async move {
        let refused = store.backup_to(Path::new("/nowhere/backup.db")).await;
        assert!(matches!(refused, Err(StoreError::Unsupported(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_check_names_what_is_wrong() {
    let check = async |statement: &'static str, part: &str, message: &str| {
        let directory = tempfile::tempdir().expect("a directory");
        let config = StoreConfig::sqlite(directory.path().join("a.db"));
        let store = Store::open(&config).await.expect("opened");
        fill(&store, 20).await;
        settle(&store, batch(2, vec![wanted(edited("1", "acme", 1)), unwanted(Post::deletion("mastodon", "2"))])).await;
        assert_sound(&store).await;
        store.close().await;
        let Location::Sqlite(path) = &config.location else { panic!("a file") };
        alter(path, statement).await;
        let store = Store::open(&config).await.expect("opened");
        let found = store.check().await.expect("checked").findings;
        assert!(found.iter().any(|finding| finding.part == part && finding.message.contains(message)), "{found:?}");
        store.close().await;
    };
    check("update searches set mentions = 7", "counters", "search 'search 1' counts 7 mentions and has 20").await;
    check("update volume set mentions = 3", "counters", "the hours of search 'search 1' count").await;
    check("delete from posts where id = 'mastodon:1'", "rows", "1 mentions without their post").await;
    check("delete from posts where id = 'mastodon:1'", "fates", "20 posts were counted and 19 are there").await;
    check("delete from post_versions", "rows", "1 posts whose versions are not all there").await;
    check("delete from post_versions", "fates", "1 earlier versions were counted and 0 are there").await;
    check(
        "update posts set text = 'back' where deleted_at is not null",
        "rows",
        "1 deleted posts that still hold text",
    )
    .await;
    check("update posts set deleted_at = null", "fates", "1 deleted posts were counted and 0 are there").await;
    check("delete from searches", "rows", "20 mentions without their search").await;
    check("delete from sources", "rows", "20 posts of a removed source").await;
}

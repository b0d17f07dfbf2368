//! PostgreSQL for tests: the server that `./test` starts, and a database of its own for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection;

/// The address of a server whose databases may be made and dropped; says so if there is none, and fails where there must
/// be one.
pub fn server() -> Option<String> {
    match std::env::var("SWITCHBOARD_TEST_POSTGRES") {
        Ok(url) => Some(url),
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("SWITCHBOARD_TEST_POSTGRES is not set; ./test starts a server and sets it")
        }
        Err(_) => {
            eprintln!("skipped: no PostgreSQL (SWITCHBOARD_TEST_POSTGRES is not set; ./test sets it)");
            None
        }
    }
}

/// Makes an empty database and returns its address.
pub async fn fresh_database(server: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test server answers");
    for statement in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect("allowed");
    }
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

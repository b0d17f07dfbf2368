//! Nothing is lost and nothing counts twice, whatever is killed when.
//!
//! A replay is killed with SIGKILL at random moments and started again, until it has come to its end; the store must
//! then equal that of an undisturbed run. Each kill freezes the process first, so that it can be told whether it hit a
//! transaction: on SQLite the write lock is taken then, on PostgreSQL its session has one open.

use std::process::Stdio;
use std::time::Duration;

use sqlx::{ConnectOptions, Connection, Row};
use switchboard_testkit::corpus::{self, Dice};

use crate::program::{Program, database, signal};

/// Kills in one run, and how many of them must have hit a transaction.
const KILLS: usize = 30;
const INSIDE: usize = 10;

/// Posts of the recording; `SWITCHBOARD_CRASH_POSTS` asks for more.
fn posts() -> usize {
    std::env::var("SWITCHBOARD_CRASH_POSTS").ok().and_then(|posts| posts.parse().ok()).unwrap_or(20_000)
}

enum Engine {
    Sqlite,
    Postgres(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_replay_equals_an_undisturbed_one_on_sqlite() {
    compare(|| async { (Program::new(), Engine::Sqlite) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_replay_equals_an_undisturbed_one_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    compare(|| async {
        let url = switchboard_testkit::postgres::fresh_database(&server).await;
        (Program::new().with("SWITCHBOARD__STORE__URL", &url), Engine::Postgres(url))
    })
    .await;
}

async fn compare<F: Future<Output = (Program, Engine)>>(fresh: impl Fn() -> F) {
    let lines = corpus::lines(posts(), 7, true);
    let searches: String = corpus::searches(100, 7).iter().map(|search| format!("{search}\n")).collect();
    let prepare = |program: &Program| {
        let searches = program.file("searches.jsonl", &searches);
        program.done(&["import", "--searches", searches.to_str().expect("text")]);
        program.file("posts.jsonl", &lines)
    };

    let (undisturbed, engine) = fresh().await;
    let recording = prepare(&undisturbed);
    let timed = |recording: &std::path::Path| {
        let began = std::time::Instant::now();
        undisturbed.done(&["replay", recording.to_str().expect("text"), "--speed", "max"]);
        began.elapsed()
    };
    // Start-up takes a moment in which nothing is written; kills are spread over the rest.
    let empty = undisturbed.file("empty.jsonl", "");
    let start = (0..3).map(|_| timed(&empty)).min().unwrap_or_default();
    let took = timed(&recording).saturating_sub(start);
    let expected = contents(&undisturbed, &engine).await;

    let (program, engine) = fresh().await;
    let recording = prepare(&program);
    let (mut dice, mut kills, mut inside) = (Dice::new(11), 0, 0);
    loop {
        let mut command = program.command(&["replay", recording.to_str().expect("text"), "--speed", "max"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let before = kills;
        if kills < KILLS {
            let most = (took.as_micros() as usize / KILLS).max(1_000);
            tokio::time::sleep(start + Duration::from_micros(dice.below(most) as u64)).await;
            // Every other kill is let off until it hits a transaction, because most of the time goes by between them.
            let hunts = if kills % 2 == 0 { 400 } else { 1 };
            for _ in 0..hunts {
                signal("-STOP", child.id());
                if child.try_wait().expect("known").is_some() {
                    break;
                }
                let is_inside = is_in_transaction(&program, &engine).await;
                if is_inside || hunts == 1 {
                    inside += usize::from(is_inside);
                    child.kill().expect("it runs");
                    kills += 1;
                    break;
                }
                signal("-CONT", child.id());
                tokio::time::sleep(Duration::from_micros(dice.below(3_000) as u64)).await;
            }
        }
        let status = child.wait().expect("ends");
        // What was killed after its last commit is done; run once more, a finished recording begins anew.
        if status.success() || is_done(&program, &engine).await {
            break;
        }
        assert!(kills > before, "a replay that was not killed ended with {status}");
    }
    let found = contents(&program, &engine).await;
    println!("{} posts, {kills} kills, {inside} of them inside a transaction", posts());
    assert_eq!(found.len(), expected.len(), "as many facts as undisturbed");
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    // On a machine that is busy at times the moments cannot be timed well, and a replay may be over sooner.
    let least = if std::env::var_os("SWITCHBOARD_CRASH_POSTS").is_some() { KILLS } else { KILLS / 2 };
    assert!(kills >= least, "the replay was over after {kills} kills");
    assert!(inside >= INSIDE * least / KILLS, "only {inside} of {kills} kills hit a transaction");
}

/// Every fact that must be equal: posts with versions and deletions, mentions, signals, counters, cursors, fates.
/// Moments of capture differ between runs and are left out.
async fn contents(program: &Program, engine: &Engine) -> Vec<String> {
    const FACTS: [&str; 7] = [
        "select p.id || ' ' || p.version || ' ' || p.text || ' ' || (case when p.deleted_at is null then '' else 'deleted' end) from posts p",
        "select p.id || ' ' || s.name || ' ' || cast(m.spans as text) from mentions m join posts p on p.seq = m.post join searches s on s.id = m.search",
        "select p.id || ' ' || g.name || ' ' || g.label || ' ' || g.score from signals g join posts p on p.seq = g.post",
        "select p.id || ' version ' || v.version || ' ' || v.text from post_versions v join posts p on p.seq = v.post",
        "select name || ' ' || mentions from searches",
        "select name || ' ' || coalesce(cursor, '') from sources where name not like 'replay empty%'",
        "select s.name || ' ' || f.reason || ' ' || sum(f.posts) from fates f join sources s on s.id = f.source group by s.name, f.reason",
    ];
    let mut all = Vec::new();
    for fact in FACTS {
        let mut rows = rows(program, engine, fact).await.expect(fact);
        rows.sort_unstable();
        all.extend(rows);
    }
    let posts_in = all.iter().filter(|fact| fact.starts_with("replay ")).filter_map(|fact| {
        let mut words = fact.rsplitn(3, ' ');
        let count = words.next()?.parse::<u64>().ok()?;
        words.next().filter(|reason| switchboard_model::FateReason::from_word(reason).is_some())?;
        Some(count)
    });
    assert_eq!(posts_in.sum::<u64>(), posts() as u64, "posts in = fates out");
    all
}

/// The first column of each row.
async fn rows(program: &Program, engine: &Engine, statement: &'static str) -> Result<Vec<String>, sqlx::Error> {
    match engine {
        Engine::Sqlite => {
            let path = database(&program.data());
            let mut connection =
                sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true).connect().await?;
            let rows = sqlx::query(statement).fetch_all(&mut connection).await?;
            rows.iter().map(|row| row.try_get(0)).collect()
        }
        Engine::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let rows = sqlx::query(statement).fetch_all(&mut connection).await?;
            rows.iter().map(|row| row.try_get(0)).collect()
        }
    }
}

/// Whether the recording has come to its end; before the first commit there is nothing that could say so.
async fn is_done(program: &Program, engine: &Engine) -> bool {
    let cursors = "select cursor from sources where name like 'replay posts%' and cursor is not null";
    let cursors = rows(program, engine, cursors).await.unwrap_or_default();
    cursors.iter().any(|cursor| cursor.contains("\"is_done\":true"))
}

async fn is_in_transaction(program: &Program, engine: &Engine) -> bool {
    match engine {
        Engine::Sqlite => {
            let path = database(&program.data());
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).busy_timeout(Duration::ZERO);
            let Ok(mut connection) = options.connect().await else { return false };
            let began = sqlx::query("begin immediate").execute(&mut connection).await;
            let is_locked = began.is_err();
            if began.is_ok() {
                sqlx::query("rollback").execute(&mut connection).await.expect("ours to end");
            }
            drop(connection.close().await);
            is_locked
        }
        Engine::Postgres(url) => {
            let Ok(mut connection) = sqlx::PgConnection::connect(url).await else { return false };
            let open = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (state like 'idle in transaction%' or (state = 'active' and backend_xid is not null))";
            let row = sqlx::query(open).fetch_one(&mut connection).await.expect("answers");
            row.get::<i64, _>(0) > 0
        }
    }
}

//! How many wanted posts a second the store takes, and how quickly it gives pages back.
//!
//! `cargo bench -p switchboard-store`; with `SWITCHBOARD_TEST_POSTGRES` set also on that server.
//! `SWITCHBOARD_BENCH_POSTS` sets how many posts (100,000 by default).

use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::{Connection, Executor, PgConnection};
use switchboard_model::{
    Author, Cursor, Decided, Delivery, Engagement, Evidence, Health, Match, Post, PostFilter, PostKind, SavedSearch,
    SearchId, SearchType, Signal, SignalName, Signals, Source, SourceId, SourceKind, Span, SpanPart,
};
use switchboard_store::{Store, StoreConfig};
use uuid::Uuid;

const BATCH: usize = 500;
const TEXT: &str = "@acme my order never arrived, third time I ask! The kettle was promised for Monday, then for \
    Wednesday, and nobody answers the phone. https://acme.example/orders";

fn main() {
    let posts = std::env::var("SWITCHBOARD_BENCH_POSTS").ok().and_then(|number| number.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        measure("sqlite", &StoreConfig::sqlite(directory.path().join("bench.db")), posts).await;
        let Ok(server) = std::env::var("SWITCHBOARD_TEST_POSTGRES") else {
            println!("postgres: skipped, SWITCHBOARD_TEST_POSTGRES is not set");
            return;
        };
        let name = format!("sb_bench_{}", std::process::id());
        let mut admin = PgConnection::connect(&server).await.expect("the server");
        admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("created");
        let url = server.rsplit_once('/').map_or_else(|| server.clone(), |(head, _)| format!("{head}/{name}"));
        measure("postgres", &StoreConfig::postgres(url), posts).await;
        admin.execute(sqlx::AssertSqlSafe(format!("drop database {name} with (force)"))).await.expect("dropped");
    });
}

async fn measure(engine: &str, config: &StoreConfig, posts: usize) {
    let store = Store::open(config).await.expect("opened");
    furnish(&store).await;
    let deliveries: Vec<Delivery> = (0..posts).step_by(BATCH).map(delivery).collect();
    let (began, worked) = (Instant::now(), cpu());
    for delivery in &deliveries {
        store.commit(std::slice::from_ref(delivery)).await.expect("a commit");
    }
    rate(engine, "new posts", posts, began.elapsed(), cpu() - worked);
    let again: Vec<&Delivery> = deliveries.iter().take(40).collect();
    let (began, worked) = (Instant::now(), cpu());
    for delivery in &again {
        store.commit(std::slice::from_ref(*delivery)).await.expect("a commit");
    }
    rate(engine, "known posts", again.len() * BATCH, began.elapsed(), cpu() - worked);
    let page = PostFilter { limit: 50, ..PostFilter::default() };
    let newest = store.list_posts(&page).await.expect("a page").first().map_or(0, |post| post.seq);
    let of_search = |number| PostFilter { search: Some(search_id(number)), ..page.clone() };
    let one = of_search(1);
    let middle = PostFilter { before: Some(newest / 2), ..of_search(3) };
    time(engine, "newest 50", || store.list_posts(&page)).await;
    time(engine, "newest 50 of a search", || store.list_posts(&one)).await;
    time(engine, "50 of a search from the middle", || store.list_posts(&middle)).await;
    time(engine, "all searches with counts", || store.list_searches()).await;
    time(engine, "count of posts", || store.count_posts()).await;
    let began = Instant::now();
    let check = store.check().await.expect("a check");
    println!(
        "{engine}: check of {} posts, {} mentions: {:.2?}, findings: {:?}",
        check.posts,
        check.mentions,
        began.elapsed(),
        check.findings
    );
    store.close().await;
    let began = Instant::now();
    let store = Store::open(config).await.expect("opened");
    println!("{engine}: open with {posts} posts: {:.2?}", began.elapsed());
    store.close().await;
}

fn rate(engine: &str, what: &str, posts: usize, took: Duration, worked: f64) {
    let posts = f64::from(u32::try_from(posts).expect("a number of posts"));
    let rate = posts / took.as_secs_f64();
    let of_core = if worked > 0.0 { format!("{:.0}", posts / worked) } else { "?".into() };
    println!(
        "{engine}: {posts} {what} in batches of {BATCH}: {took:.2?}, {rate:.0} posts/s; \
         this process worked {worked:.2} s, {of_core} posts per second of one core"
    );
}

/// Seconds that this process has worked, where the system tells: on a busy machine a better figure than those of the clock.
fn cpu() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| after_name.split_whitespace().nth(place).and_then(|ticks| ticks.parse::<f64>().ok());
    (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / TICKS_PER_SECOND
}

async fn time<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(engine: &str, what: &str, ask: impl Fn() -> F) {
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        ask().await.expect("an answer");
        times.push(began.elapsed());
    }
    times.sort();
    println!("{engine}: {what}: median {:.2?}, slowest {:.2?}", times[25], times[49]);
}

fn search_id(number: usize) -> SearchId {
    SearchId(Uuid::from_u128(number as u128))
}

async fn furnish(store: &Store) {
    let now: Timestamp = "2026-05-04T09:00:00Z".parse().expect("a time");
    let source = Source {
        id: SourceId(Uuid::from_u128(1)),
        name: "bench".into(),
        kind: SourceKind::Ingest,
        settings: serde_json::json!({}),
        is_enabled: true,
        created_at: now,
        cursor: None,
        health: Health::default(),
    };
    store.insert_source(&source).await.expect("a source");
    for number in 0..100 {
        let search = SavedSearch {
            id: search_id(number),
            name: format!("search {number}"),
            query: "acme".into(),
            search_type: SearchType::Brand,
            department: None,
            is_enabled: true,
            created_at: now,
            updated_at: now,
            mentions: 0,
        };
        store.insert_search(&search).await.expect("a search");
    }
}

fn delivery(first: usize) -> Delivery {
    let now: Timestamp = "2026-05-04T09:00:00Z".parse().expect("a time");
    Delivery {
        source: SourceId(Uuid::from_u128(1)),
        cursor: Some(Cursor(first.to_string())),
        settings: None,
        captured_at: now,
        posts: (first..first + BATCH).map(decided).collect(),
        fates: Vec::new(),
    }
}

/// One post in three matches a second search; ten posts an author; two signals.
fn decided(number: usize) -> Decided {
    let span = |start, end| Span { part: SpanPart::Text, start, end };
    let found = |search: usize, spans| Match { search: search_id(search), spans };
    let mut matches = vec![found(number % 3, vec![span(1, 5)])];
    if number.is_multiple_of(3) {
        matches.push(found(3 + number % 97, vec![span(9, 14), span(15, 20)]));
    }
    let signal = |name, label: &str| Signal {
        name,
        label: label.into(),
        score: 0.93,
        scores: [("negative".to_owned(), 0.93), ("neutral".to_owned(), 0.05), ("positive".to_owned(), 0.02)].into(),
        evidence: vec![Evidence { why: "\"never arrived\" complains".into(), span: Some(span(15, 28)), weight: 1.5 }],
        model: "rules-1".into(),
    };
    let author = Author {
        id: format!("mastodon:https://social.example/users/{}", number / 10),
        handle: format!("user{}@social.example", number / 10),
        name: "Ana".into(),
        bio: "I write about kettles.".into(),
        followers: Some(120),
        ..Author::default()
    };
    let post = Post {
        url: Some(format!("https://social.example/@ana/{number}")),
        lang: Some("en".into()),
        posted_at: Some("2026-05-04T08:59:00Z".parse().expect("a time")),
        kind: Some(PostKind::Post),
        author: Some(author),
        engagement: Engagement { likes: Some(0), replies: Some(0), reshares: Some(0), views: None },
        links: vec!["https://acme.example/orders".into()],
        ..Post::new("mastodon", &format!("https://social.example/users/ana/statuses/{number}"), TEXT)
    };
    let signals = Signals(vec![signal(SignalName::Sentiment, "negative"), signal(SignalName::Intent, "complaint")]);
    // About what the words of such a text come to; every post has some that few others have.
    let words = format!(
        "acme an and answers arrived ask example for from https i kettle monday my never nobody order orders phone promised \
         the then third time user{} w{} w{number} was wednesday",
        number / 10,
        number % 5_000
    );
    Decided {
        post,
        canonical_url: None,
        is_addressed: false,
        matches,
        signals,
        words,
        is_ours: false,
        opening: None,
        weighing: None,
        need: None,
    }
}

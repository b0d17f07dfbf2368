//! The line as a whole, measured from outside on the real binary: `cargo bench -p switchboard --bench line`.
//!
//! Prints a Markdown table for `docs/benchmarks.md`. `--quick` uses a tenth of everything. Nothing here asserts a time:
//! the figures are for people to read.

#[expect(dead_code, reason = "other benches use the rest")]
mod running;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use running::{Installation, get, request, text};
use switchboard_testkit::corpus;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = |count: usize| if quick { count / 10 } else { count };
    println!("| what | measured |\n| --- | --- |");
    cold_start_empty();
    replay("SQLite", scale(100_000), None);
    match std::env::var("SWITCHBOARD_TEST_POSTGRES") {
        Ok(server) => {
            let runtime = tokio::runtime::Runtime::new().expect("threads");
            let url = runtime.block_on(switchboard_testkit::postgres::fresh_database(&server));
            replay("PostgreSQL", scale(100_000), Some(url));
        }
        Err(_) => println!("| replay into PostgreSQL | not measured: SWITCHBOARD_TEST_POSTGRES is not set |"),
    }
    let memory = filled(scale(100_000));
    idle_memory(&memory, scale(100_000));
    visible(&memory, scale(2_000));
    drop(memory);
    let large = filled(scale(1_000_000));
    cold_start_large(&large, scale(1_000_000));
    pages(&large, scale(1_000_000));
    drop(large);
    stream(Duration::from_secs(if quick { 5 } else { 30 }));
}

fn searches(installation: &Installation, count: usize) {
    let lines: String = corpus::searches(count, 7).iter().map(|search| format!("{search}\n")).collect();
    let path = installation.file("searches.jsonl", &lines);
    installation.run(&["import", "--searches", text(&path)]);
}

fn cold_start_empty() {
    let mut took: Vec<Duration> = (0..10).map(|_| Installation::new().serve().took).collect();
    took.sort_unstable();
    println!("| cold start to ready, empty store, 10 runs | median {:.0?}, most {:.0?} |", took[5], took[9]);
}

fn replay(engine: &str, posts: usize, url: Option<String>) {
    let mut installation = Installation::new();
    if let Some(url) = url {
        installation.environment.push(("SWITCHBOARD__STORE__URL".into(), url));
    }
    searches(&installation, 100);
    let recording = installation.file("posts.jsonl", &corpus::lines(posts, 7, true));
    let took = installation.run(&["replay", text(&recording), "--speed", "max"]);
    let rate = posts as f64 / took.as_secs_f64();
    println!("| replay into {engine}, {posts} posts, 100 searches, one process | {rate:.0} posts/s |");
}

/// An installation in which every post is a mention.
fn filled(mentions: usize) -> Installation {
    let installation = Installation::new();
    let search = installation.file("searches.jsonl", "{\"name\":\"all\",\"query\":\"network:demo\"}\n");
    installation.run(&["import", "--searches", text(&search)]);
    let recording = installation.file("posts.jsonl", &corpus::lines(mentions, 9, false));
    installation.run(&["replay", text(&recording), "--speed", "max"]);
    std::fs::remove_file(recording).expect("there");
    installation
}

fn idle_memory(installation: &Installation, mentions: usize) {
    let serving = installation.serve();
    get(&serving.url, &serving.key, "/mentions").expect("a page");
    std::thread::sleep(Duration::from_secs(5));
    println!("| resident, idle, {mentions} mentions | {:.0} MiB |", serving.resident());
}

fn cold_start_large(installation: &Installation, mentions: usize) {
    let mut took: Vec<Duration> = (0..5).map(|_| installation.serve().took).collect();
    took.sort_unstable();
    println!("| cold start to ready, {mentions} mentions, 5 runs | median {:.0?}, most {:.0?} |", took[2], took[4]);
}

fn pages(installation: &Installation, mentions: usize) {
    let serving = installation.serve();
    for path in ["/mentions", "/api/v1/posts?limit=50"] {
        let mut took: Vec<Duration> = (0..300)
            .map(|_| {
                let began = Instant::now();
                get(&serving.url, &serving.key, path).expect("an answer");
                began.elapsed()
            })
            .collect();
        took.sort_unstable();
        println!("| `{path}`, {mentions} mentions | median {:.1?}, p99 {:.1?} |", took[150], took[297]);
    }
    println!("| resident after that | {:.0} MiB |", serving.resident());
}

/// From handing in a post to having it in hand on an open page: the page hears of it by its event stream and asks for
/// what is new, as the page's script does.
fn visible(installation: &Installation, posts: usize) {
    let serving = installation.serve();
    installation.run(&["source", "new", "bench", "ingest"]);
    let token = installation.command(&["source", "token", "bench"]).output().expect("runs").stdout;
    let token = String::from_utf8(token).expect("text").trim().to_owned();
    let (sender, seen) = std::sync::mpsc::channel();
    let (url, key) = (serving.url.clone(), serving.key.clone());
    std::thread::spawn(move || {
        use std::io::Write;
        let host = url.strip_prefix("http://").expect("an address").to_owned();
        let mut stream = std::net::TcpStream::connect(&host).expect("answers");
        write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n")
            .expect("sent");
        let newest =
            |answer: &str| answer.match_indices("\"seq\":").filter_map(|(at, _)| number(&answer[at + 6..])).max();
        let mut after = get(&url, &key, "/api/v1/posts?limit=1").and_then(|answer| newest(&answer)).unwrap_or(0);
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if !line.starts_with("data:") {
                continue;
            }
            let Some(answer) = get(&url, &key, &format!("/api/v1/posts?after={after}&limit=100")) else { continue };
            let now = Instant::now();
            for (at, _) in answer.match_indices("\"id\":\"demo:live-") {
                if let Some(number) = number(&answer[at + 16..]) {
                    sender.send((number, now)).expect("somebody counts");
                }
            }
            after = newest(&answer).unwrap_or(after).max(after);
        }
    });
    std::thread::sleep(Duration::from_millis(300));
    let mut sent: HashMap<i64, Instant> = HashMap::new();
    let began = Instant::now();
    for place in 0..posts {
        let due = began + Duration::from_millis(20) * place as u32;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let body =
            format!("{{\"id\":\"demo:live-{place}\",\"network\":\"demo\",\"text\":\"the kettle number {place}\"}}");
        sent.insert(place as i64, Instant::now());
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        request(&serving.url, "POST", "/api/v1/ingest", &headers, &body).expect("taken");
    }
    std::thread::sleep(Duration::from_secs(2));
    let mut took: Vec<Duration> =
        seen.try_iter().filter_map(|(place, at)| Some(at.saturating_duration_since(*sent.get(&place)?))).collect();
    took.sort_unstable();
    let at = |share: usize| took.get((took.len().max(1) - 1) * share / 100).copied().unwrap_or_default();
    println!(
        "| a post visible on an open page, 50 posts/s, {} of {posts} seen | median {:.1?}, p99 {:.1?} |",
        took.len(),
        at(50),
        at(99)
    );
}

fn number(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// A stream as large as Bluesky's, 2,000 events a second, through the source that follows it.
fn stream(length: Duration) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let jetstream = runtime.block_on(switchboard_testkit::jetstream::FakeJetstream::start());
    let mut installation = Installation::new();
    installation.environment.push(("SWITCHBOARD__CAPTURE__ALLOW".into(), "127.0.0.1".into()));
    searches(&installation, 100);
    let serving = installation.serve();
    let settings = serde_json::json!({ "what": "jetstream", "jetstream": jetstream.url() }).to_string();
    installation.run(&["source", "new", "stream", "bluesky", &settings]);
    std::thread::sleep(Duration::from_secs(2));
    let (before, began, mut place) = (serving.processor(), Instant::now(), 0_usize);
    while began.elapsed() < length {
        let due = (began.elapsed().as_secs_f64() * 2_000.0) as usize;
        while place < due {
            let post = corpus::post(place, 7);
            let did = format!("did:plc:{}", place % 5_000);
            let time_us = 1_767_225_600_000_000 + place as i64 * 500;
            jetstream.post(time_us, &did, &format!("k{place}"), post["text"].as_str().unwrap_or_default());
            place += 1;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_secs(1));
    let used = (serving.processor() - before) / began.elapsed().as_secs_f64();
    let stored = get(&serving.url, &serving.key, "/metrics").map(|answer| {
        let lines = answer.lines().filter(|line| line.starts_with("switchboard_posts_total"));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>()
    });
    println!(
        "| a stream of 2,000 events/s for {} s, {:.0} of {place} through the line | {:.0} % of one core |",
        length.as_secs(),
        stored.unwrap_or(0.0),
        used * 100.0
    );
}

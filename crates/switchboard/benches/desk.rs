//! The exchange, measured from outside on the real binary: `cargo bench -p switchboard --bench desk`.
//!
//! Prints a Markdown table for `docs/benchmarks.md`. `--quick` uses a tenth of everything. With
//! `SWITCHBOARD_BENCH_DJANGO` naming a Python that has Django and gunicorn (`tests/tools.sh django` makes one), the desk
//! is also compared with a bare Django page over the same file (`peer/page.py`). Nothing here asserts a time.

mod running;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use running::http::{Connection, spread};
use running::{Installation, Serving, processor, set_up, text};
use switchboard_testkit::corpus;

const EMAIL: &str = "ana@acme.example";
const PASSWORD: &str = "a kettle is not a password";

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = |count: usize| if quick { count / 10 } else { count };
    let (mentions, cases) = (scale(1_000_000), scale(100_000));
    println!("| what | measured |\n| --- | --- |");
    let installation = filled(mentions, cases);
    let serving = installation.serve();
    let cookie = log_in(&serving);
    let asked = |path| {
        let answer = running::get(&serving.url, &serving.key, path).expect("an answer");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        serde_json::from_str::<serde_json::Value>(body).expect("JSON")["data"].clone()
    };
    let sum = |rows: &serde_json::Value, names: &[&str]| -> u64 {
        let rows = rows.as_array().expect("a list").iter();
        rows.flat_map(|row| names.iter().filter_map(|name| row[*name].as_u64())).sum()
    };
    let (mentions, cases) =
        (sum(&asked("/api/v1/searches"), &["mentions"]), sum(&asked("/api/v1/cases/queues"), &["public", "private"]));
    let size = format!("{mentions} mentions, {cases} cases");
    println!("| from the start to ready, {size} | {:.0?} |", serving.took);
    println!("| resident after the start, {size} | {:.0} MiB |", serving.resident());
    pages(&serving, &cookie, &size);
    actions(&serving, &cookie, &size);
    visible(&installation, &serving, &cookie);
    println!("| resident after that | {:.0} MiB |", serving.resident());
    let ours = per_processor_second(&serving, &cookie, false);
    let changing = per_processor_second(&serving, &cookie, true);
    drop(serving);
    println!(
        "| `/desk`, logged in, 50 of {cases} cases | {:.0} pages per processor second, {} kB each |",
        ours.rate,
        ours.bytes / 1000
    );
    println!("| the same while ten cases a second change | {:.0} pages per processor second |", changing.rate);
    match std::env::var("SWITCHBOARD_BENCH_DJANGO") {
        Ok(python) => {
            let peer = django(&installation, &python, ours.bytes);
            println!(
                "| a bare Django page over the same file | {:.0} pages per processor second, {} kB each |",
                peer.rate,
                peer.bytes / 1000
            );
            println!(
                "| times as many | {:.0}, while cases change {:.0} |",
                ours.rate / peer.rate,
                changing.rate / peer.rate
            );
        }
        Err(_) => println!("| a bare Django page | not measured: SWITCHBOARD_BENCH_DJANGO is not set |"),
    }
}

/// A company with users, and a store in which one mention in ten is an open case.
fn filled(mentions: usize, cases: usize) -> Installation {
    let installation = Installation::new();
    set_up(&installation, EMAIL, PASSWORD);
    let search = installation.file("searches.jsonl", "{\"name\":\"all\",\"query\":\"network:demo OR network:live\"}\n");
    installation.run(&["import", "--searches", text(&search)]);
    // What is imported opens no cases; what is replayed does, where it reads as something to answer.
    let recording = installation.file("posts.jsonl", &corpus::lines(mentions - cases, 9, false));
    installation.run(&["import", text(&recording)]);
    let asked: String = (0..cases)
        .map(|place| {
            let mut post = corpus::post(place, 11);
            post["id"] = format!("demo:asked-{place}").into();
            let said = post["text"].as_str().unwrap_or_default().to_owned();
            post["text"] = format!("How can I get my money back? My kettle {place} broke. {said}").into();
            if let Some(object) = post.as_object_mut() {
                object.remove("thread");
                object.remove("in_reply_to");
            }
            format!("{post}\n")
        })
        .collect();
    let recording = installation.file("asked.jsonl", &asked);
    installation.run(&["replay", text(&recording), "--speed", "max"]);
    installation
}

/// Logs in by the form, as a browser does, and returns the cookie.
fn log_in(serving: &Serving) -> String {
    let body = format!("email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let form = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
    let answer = Connection::open(&serving.url).ask("POST", "/log-in", form, &body);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    cookie.unwrap_or_else(|| panic!("no session: {} {}", answer.status, answer.body)).to_owned()
}

/// Pages as a user finds them in a busy hour: before each one something on the desk has changed.
fn pages(serving: &Serving, cookie: &str, size: &str) {
    let mut connection = Connection::open(&serving.url);
    let cases = open_cases(&mut connection, cookie, 100);
    let of_cases: Vec<String> = cases.iter().map(|(case, _)| format!("/cases/{case}")).collect();
    let queues = queues(&mut connection, cookie);
    let one = |path: &str| vec![path.to_owned()];
    for (name, paths) in [
        ("/desk".to_owned(), one("/desk")),
        (format!("/desk of {} queues and states", queues.len()), queues),
        ("/cases/…".to_owned(), of_cases),
        ("/mentions".to_owned(), one("/mentions")),
        ("/api/v1/cases?limit=50".to_owned(), one("/api/v1/cases?limit=50")),
    ] {
        let took = |place: usize| {
            let case = cases[place % cases.len()].0;
            connection.post(&format!("/api/v1/cases/{case}/notes"), cookie, &serde_json::json!({ "text": "a word" }));
            let began = Instant::now();
            connection.get(&paths[place % paths.len()], cookie);
            began.elapsed()
        };
        let took = (0..500).map(took).collect();
        println!("| `{name}`, {size}, each after a change | {} |", spread(took));
    }
}

/// The addresses of the desk's queues, open and closed.
fn queues(connection: &mut Connection, cookie: &str) -> Vec<String> {
    let page = connection.get("/desk", cookie).body;
    let found = page.match_indices("href=\"/desk?queue=").filter_map(|(at, _)| {
        let address = page[at + 6..].split('"').next()?.replace("&amp;", "&");
        let queue = address.split('&').next()?.to_owned();
        Some([format!("{queue}&state=closed"), queue])
    });
    let found: std::collections::BTreeSet<String> = found.flatten().collect();
    assert!(found.len() > 4, "{found:?}");
    found.into_iter().collect()
}

/// Numbers and versions of the most urgent cases.
fn open_cases(connection: &mut Connection, cookie: &str, limit: usize) -> Vec<(i64, i64)> {
    let answer = connection.get(&format!("/api/v1/cases?limit={limit}"), cookie);
    let answer: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let cases = answer["data"].as_array().expect("a list").iter();
    cases.filter_map(|row| Some((row["case"]["id"].as_i64()?, row["case"]["version"].as_i64()?))).collect()
}

/// Claim, note and release, one after the other, over the API.
fn actions(serving: &Serving, cookie: &str, size: &str) {
    let mut connection = Connection::open(&serving.url);
    let cases = open_cases(&mut connection, cookie, 100);
    let mut took: [Vec<Duration>; 3] = Default::default();
    for round in 0..3 {
        for (case, _) in &cases {
            let steps = [
                ("claim", serde_json::json!({})),
                ("notes", serde_json::json!({ "text": format!("looked at it, round {round}") })),
                ("release", serde_json::json!({ "why": "back to the desk" })),
            ];
            for (place, (step, body)) in steps.iter().enumerate() {
                let began = Instant::now();
                connection.post(&format!("/api/v1/cases/{case}/{step}"), cookie, body);
                took[place].push(began.elapsed());
            }
        }
    }
    for (name, took) in ["claim", "note", "release"].into_iter().zip(took) {
        println!("| {name} of a case over the API, {size} | {} |", spread(took));
    }
}

/// From handing in a post to its case standing on the desk page: the page hears of it and asks for itself anew.
fn visible(installation: &Installation, serving: &Serving, cookie: &str) {
    const POSTS: usize = 1_000;
    installation.run(&["source", "new", "bench", "ingest"]);
    let token = installation.command(&["source", "token", "bench"]).output().expect("runs").stdout;
    let token = String::from_utf8(token).expect("text").trim().to_owned();
    let (sender, seen) = std::sync::mpsc::channel();
    let (url, watching) = (serving.url.clone(), cookie.to_owned());
    std::thread::spawn(move || {
        let host = url.strip_prefix("http://").expect("an address").to_owned();
        let mut stream = TcpStream::connect(&host).expect("answers");
        write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nCookie: {watching}\r\n\r\n").expect("sent");
        let mut connection = Connection::open(&url);
        let mut known = std::collections::HashSet::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if !line.starts_with("data:") {
                continue;
            }
            // What is new and most urgent stands first: the posts of this test are made to be the most urgent.
            let page = connection.get("/desk", &watching).body;
            let now = Instant::now();
            for (at, _) in page.match_indices("parcel number ") {
                let digits: String = page[at + 14..].chars().take_while(char::is_ascii_digit).collect();
                if let Some(number) = digits.parse::<usize>().ok().filter(|number| known.insert(*number)) {
                    sender.send((number, now)).expect("somebody counts");
                }
            }
            if known.len() == POSTS {
                break;
            }
        }
    });
    std::thread::sleep(Duration::from_millis(300));
    let (mut sent, began) = (Vec::with_capacity(POSTS), Instant::now());
    let mut connection = Connection::open(&serving.url);
    for place in 0..POSTS {
        let due = began + Duration::from_millis(20) * place as u32;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let body = serde_json::json!({
            "id": format!("live:{place}"), "network": "live",
            "text": format!("parcel number {place} never came. I want a refund, this is a fire hazard and a scam. Where is it?"),
            "author": { "id": "live:a", "name": "Ana", "followers": 5_000_000 },
        });
        sent.push(Instant::now());
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let answer = connection.ask("POST", "/api/v1/ingest", &headers, &body.to_string());
        assert!(answer.status < 300, "{}", answer.body);
    }
    std::thread::sleep(Duration::from_secs(2));
    let took: Vec<Duration> =
        seen.try_iter().filter_map(|(place, at)| Some(at.saturating_duration_since(*sent.get(place)?))).collect();
    let count = took.len();
    println!("| a post's case on an open desk, 50 posts/s, {count} of {POSTS} seen | {} |", spread(took));
}

struct Rate {
    rate: f64,
    bytes: usize,
}

/// How many desk pages a second of processor time gives, asked over kept connections.
fn per_processor_second(serving: &Serving, cookie: &str, is_changing: bool) -> Rate {
    let (length, stop) = (Duration::from_secs(10), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let changer = is_changing.then(|| {
        let (url, cookie, stop) = (serving.url.clone(), cookie.to_owned(), stop.clone());
        std::thread::spawn(move || {
            let mut connection = Connection::open(&url);
            let cases = open_cases(&mut connection, &cookie, 100);
            for (case, _) in cases.iter().cycle() {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                connection.post(
                    &format!("/api/v1/cases/{case}/notes"),
                    &cookie,
                    &serde_json::json!({ "text": "busy" }),
                );
                std::thread::sleep(Duration::from_millis(100));
            }
        })
    });
    let before = serving.processor();
    let (pages, bytes) = ask_for(&serving.url, "/desk", cookie, length);
    let used = serving.processor() - before;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    if let Some(changer) = changer {
        changer.join().expect("it ended well");
    }
    Rate { rate: pages as f64 / used, bytes }
}

/// Asks for a page over two connections as often as they answer.
fn ask_for(url: &str, path: &str, cookie: &str, length: Duration) -> (usize, usize) {
    let began = Instant::now();
    let asking = |_| {
        let (url, path, cookie) = (url.to_owned(), path.to_owned(), cookie.to_owned());
        std::thread::spawn(move || {
            let mut connection = Connection::open(&url);
            let (mut pages, mut bytes) = (0, 0);
            while began.elapsed() < length {
                bytes = connection.get(&path, &cookie).body.len();
                pages += 1;
            }
            (pages, bytes)
        })
    };
    let threads: Vec<_> = (0..2).map(asking).collect();
    let done: Vec<(usize, usize)> = threads.into_iter().map(|thread| thread.join().expect("it ended well")).collect();
    (done.iter().map(|(pages, _)| pages).sum(), done.first().map_or(0, |(_, bytes)| *bytes))
}

/// The same file, the same cases, a page of the same size, made by Django.
fn django(installation: &Installation, python: &str, bytes: usize) -> Rate {
    const ADDRESS: &str = "127.0.0.1:18765";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer");
    let start = |padding: usize| {
        let mut command = Command::new(python);
        command.args([
            "-m",
            "gunicorn",
            "--workers",
            "1",
            "--keep-alive",
            "60",
            "--worker-class",
            "gthread",
            "--threads",
            "2",
        ]);
        command.args(["--bind", ADDRESS, "--log-level", "error", "page:application"]).current_dir(&folder);
        command.env("STORE", installation.directory.path().join("data/switchboard.db"));
        command.env("PADDING", padding.to_string()).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
        let child = command.spawn().expect("Django runs");
        while TcpStream::connect(ADDRESS).is_err() {
            std::thread::sleep(Duration::from_millis(50));
        }
        Peer(child)
    };
    let url = format!("http://{ADDRESS}");
    let bare = {
        let peer = start(0);
        let bare = Connection::open(&url).get("/desk", "").body.len();
        drop(peer);
        bare
    };
    let peer = start(bytes.saturating_sub(bare));
    ask_for(&url, "/desk", "", Duration::from_secs(2));
    let before = peer.processor();
    let (pages, bytes) = ask_for(&url, "/desk", "", Duration::from_secs(10));
    Rate { rate: pages as f64 / (peer.processor() - before), bytes }
}

/// Gunicorn with its one worker.
struct Peer(Child);

impl Peer {
    fn processor(&self) -> f64 {
        let workers = format!("/proc/{0}/task/{0}/children", self.0.id());
        let workers = std::fs::read_to_string(workers).unwrap_or_default();
        workers.split_whitespace().filter_map(|id| id.parse().ok()).map(processor).sum()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Asked to stop, it stops its worker as well.
        drop(Command::new("kill").arg(self.0.id().to_string()).status());
        drop(self.0.wait());
    }
}

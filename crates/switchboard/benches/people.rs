//! A large company at work, measured from outside on the real binary: `cargo bench -p switchboard --bench people`.
//!
//! 300 people in 40 departments, 1,000,000 mentions, 200,000 cases of which 20,000 are open. 200 of the people work at once,
//! each with a desk open on a screen that hears what happens and reads its list anew as the page's script does. Prints a
//! Markdown table for `docs/benchmarks.md`; `--quick` uses a tenth of the mentions and cases. Nothing here asserts a time.

#[expect(dead_code, reason = "other benches use the rest")]
mod running;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use running::http::{Connection, spread};
use running::{Installation, Serving, set_up, text};
use serde_json::{Value, json};
use switchboard_testkit::corpus;
use switchboard_testkit::corpus::Dice;

const DEPARTMENTS: usize = 40;
const PEOPLE: usize = 300;
const AT_ONCE: usize = 200;
const LENGTH: Duration = Duration::from_secs(60);
const PASSWORD: &str = "a kettle is not a password";

/// A person takes a step this often on average: reads, claims, notes, transfers.
const STEP_EVERY_MS: usize = 3_000;

/// In so long they all come in, one after the other.
const COMING: Duration = Duration::from_secs(3);

/// The script of the desk reads a list again no sooner than this, and than three times what it took.
const PAUSE: Duration = Duration::from_millis(700);

/// Of what happens in other queues it reads the counters after two to five seconds.
const LATER: Duration = Duration::from_secs(2);

/// Somebody who works.
#[derive(Clone)]
struct Person {
    cookie: String,
    department: String,
    /// The address of the department's queue.
    desk: String,
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = |count: usize| if quick { count / 10 } else { count };
    let (mentions, cases, open) = (scale(1_000_000), scale(200_000), scale(20_000));
    println!("| what | measured |\n| --- | --- |");
    let installation = Installation::new();
    set_up(&installation, "ana@acme.example", PASSWORD);
    let people = staff(&installation.serve());
    fill(&installation, mentions, cases);
    let serving = installation.serve();
    close(&serving, cases - open);
    let size = format!("{mentions} mentions, {cases} cases, {PEOPLE} people, {DEPARTMENTS} departments");
    sweep(&serving, &size);
    views(&serving, &people, &size);
    acts(&serving, &people, &size);
    work(&serving, &people, &size);
    println!("| resident after that | {:.0} MiB |", serving.resident());
}

fn operator(serving: &Serving, method: &str, path: &str, body: &Value) -> Value {
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", serving.key);
    let answer = Connection::open(&serving.url).ask(method, path, &headers, &body.to_string());
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
    serde_json::from_str::<Value>(&answer.body).unwrap_or_default()["data"].take()
}

/// Departments with a rule each, and people, most of them logged in.
fn staff(serving: &Serving) -> Vec<Person> {
    let head = operator(serving, "GET", "/api/v1/users", &json!({}))[0]["id"].clone();
    let department = |place: usize| {
        let new = json!({ "name": format!("Department {place}"), "head": head });
        let made = operator(serving, "POST", "/api/v1/departments", &new);
        let rule = json!({
            "name": format!("to department {place}"), "when": format!("desk{place}"), "department": made["id"],
        });
        operator(serving, "POST", "/api/v1/rules", &rule);
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        (text("id"), format!("/desk?queue=desk:{}", text("key")))
    };
    let departments: Vec<(String, String)> = (0..DEPARTMENTS).map(department).collect();
    let person = |place: usize| {
        let (department, desk) = departments[place % DEPARTMENTS].clone();
        let new = json!({
            "name": format!("Person {place}"), "email": format!("p{place}@acme.example"), "role": "member",
            "departments": [department], "languages": ["en"], "time_zone": "UTC",
        });
        let link = operator(serving, "POST", "/api/v1/users", &new)["link"].clone();
        if place >= AT_ONCE {
            return None;
        }
        let form = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        let password = PASSWORD.replace(' ', "+");
        let fields = format!("password={password}&again={password}");
        let answer = Connection::open(&serving.url).ask("POST", link.as_str().expect("a link"), form, &fields);
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.unwrap_or_else(|| panic!("no session: {} {}", answer.status, answer.body)).to_owned();
        Some(Person { cookie, department, desk })
    };
    (0..PEOPLE).filter_map(person).collect()
}

/// What is imported opens no cases; what is replayed does, at the desk that its words name.
fn fill(installation: &Installation, mentions: usize, cases: usize) {
    let search = installation.file("searches.jsonl", "{\"name\":\"all\",\"query\":\"network:demo\"}\n");
    installation.run(&["import", "--searches", text(&search)]);
    let recording = installation.file("posts.jsonl", &corpus::lines(mentions - cases, 9, false));
    installation.run(&["import", text(&recording)]);
    let asked: String = (0..cases)
        .map(|place| {
            let mut post = corpus::post(place, 11);
            post["id"] = format!("demo:asked-{place}").into();
            let said = post["text"].as_str().unwrap_or_default().to_owned();
            let desk = place % DEPARTMENTS;
            post["text"] = format!("How can I get my money back? My kettle desk{desk} {place} broke. {said}").into();
            if let Some(object) = post.as_object_mut() {
                object.remove("thread");
                object.remove("in_reply_to");
            }
            format!("{post}\n")
        })
        .collect();
    let recording = installation.file("asked.jsonl", &asked);
    installation.run(&["replay", text(&recording), "--speed", "max"]);
}

/// The oldest cases end, as they would over the months.
fn close(serving: &Serving, cases: usize) {
    for first in (1..=cases).step_by(500) {
        let cases: Vec<Value> = (first..=cases.min(first + 499)).map(|id| json!({ "id": id })).collect();
        let act = json!({ "verb": "close", "outcome": "solved_publicly" });
        operator(serving, "POST", "/api/v1/cases/bulk", &json!({ "cases": cases, "act": act }));
    }
}

fn sweep(serving: &Serving, size: &str) {
    let took = (0..5).map(|_| {
        let began = Instant::now();
        operator(serving, "POST", "/api/v1/sweeps", &json!({}));
        began.elapsed()
    });
    println!("| orphan sweep over all, {size} | {} |", spread(took.collect()));
}

/// Every view of the desk as somebody finds it who is alone, each after a change.
fn views(serving: &Serving, people: &[Person], size: &str) {
    let mut connection = Connection::open(&serving.url);
    let page = connection.get("/desk", &people[0].cookie).body;
    let of_queue = |at: usize| Some(page.get(at + 6..)?.split('"').next()?.replace("&amp;", "&"));
    let queues: std::collections::BTreeSet<String> =
        page.match_indices("href=\"/desk?queue=").filter_map(|(at, _)| of_queue(at)).collect();
    let queues: Vec<String> = queues.into_iter().collect();
    let cases = cases_of(&mut connection, &people[0], 100);
    let took = |place: usize| {
        let person = &people[place % people.len()];
        let case = cases[place % cases.len()];
        connection.post(&format!("/api/v1/cases/{case}/notes"), &person.cookie, &json!({ "text": "a word" }));
        let began = Instant::now();
        connection.get(&queues[place % queues.len()], &person.cookie);
        began.elapsed()
    };
    let took = (0..1_000).map(took).collect();
    println!(
        "| {} views of the desk, {size}, each after a change, each for somebody else | {} |",
        queues.len(),
        spread(took)
    );
}

/// Acts of somebody who is alone with the server, each by somebody else, and how long it takes until a colleague's open desk
/// has heard of it and read its list again.
fn acts(serving: &Serving, people: &[Person], size: &str) {
    let mut connection = Connection::open(&serving.url);
    let colleague = &people[DEPARTMENTS];
    let heard = listen(&serving.url, colleague);
    let list = format!("{}&part=list", colleague.desk);
    let reason = json!({ "reason": "expertise", "note": "they know" });
    let verbs = ["claim", "notes", "transfer", "withdraw", "release"];
    let mut took = vec![Vec::new(); verbs.len()];
    let mut seen = Vec::new();
    for round in 0..200 {
        let place = round % people.len();
        let person = &people[place];
        let case = cases_of(&mut connection, person, 200)[round / people.len()];
        for (verb, took) in verbs.iter().zip(&mut took) {
            let body = match *verb {
                "notes" => json!({ "text": "looked at it" }),
                "transfer" => {
                    let mut body = reason.clone();
                    body["department"] = people[(place + 1) % people.len()].department.clone().into();
                    body
                }
                "release" => json!({ "why": "back to the desk" }),
                _ => json!({}),
            };
            let began = Instant::now();
            connection.post(&format!("/api/v1/cases/{case}/{verb}"), &person.cookie, &body);
            took.push(began.elapsed());
            while heard.recv().expect("it listens") != case {}
            connection.get(&list, &colleague.cookie);
            seen.push(began.elapsed());
        }
    }
    for (verb, took) in verbs.iter().zip(took) {
        println!("| {verb} of a case over the API, {size}, each by somebody else | {} |", spread(took));
    }
    println!(
        "| from any of these until a colleague's screen has heard of it and read its list again, {size} | {} |",
        spread(seen)
    );
}

/// The numbers of the cases of which somebody's open desk hears, until the server ends.
fn listen(url: &str, person: &Person) -> Receiver<i64> {
    let host = url.strip_prefix("http://").expect("an address").to_owned();
    let mut stream = TcpStream::connect(&host).expect("answers");
    write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\r\n", person.cookie).expect("sent");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let answer = lines.next().expect("an answer");
    assert!(answer.contains(" 200 "), "{answer}");
    let (heard, hears) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut is_case = false;
        for line in lines {
            if let Some(case) = line.strip_prefix("data: ").filter(|_| is_case) {
                let case: Value = serde_json::from_str(case).expect("JSON");
                if heard.send(case["id"].as_i64().expect("a number")).is_err() {
                    return;
                }
            }
            is_case = line.starts_with("event: case");
        }
    });
    hears
}

fn cases_of(connection: &mut Connection, person: &Person, limit: usize) -> Vec<i64> {
    let path = format!("/api/v1/cases?limit={limit}&department={}", person.department);
    let answer: Value = serde_json::from_str(&connection.get(&path, &person.cookie).body).expect("JSON");
    let cases = answer["data"].as_array().expect("a list").iter();
    cases.filter_map(|row| row["case"]["id"].as_i64()).collect()
}

/// What was asked of the server: how long each took, by what it was, and what was answered with a fault.
#[derive(Default)]
struct Seen {
    took: Mutex<Vec<(&'static str, Duration)>>,
    faults: AtomicUsize,
    /// Refused because somebody else was faster, which is part of it.
    refused: AtomicUsize,
    streams: AtomicUsize,
}

impl Seen {
    fn ask(
        &self,
        what: &'static str,
        connection: &mut Connection,
        method: &str,
        path: &str,
        who: &Person,
        body: &Value,
    ) -> String {
        let json = "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n";
        let headers = format!("Cookie: {}\r\n{}", who.cookie, if method == "GET" { "" } else { json });
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let began = Instant::now();
        let answer = connection.ask(method, path, &headers, &body);
        self.took.lock().expect("nobody panics").push((what, began.elapsed()));
        match answer.status {
            200..400 => {}
            403 | 409 | 422 => drop(self.refused.fetch_add(1, Ordering::Relaxed)),
            _ => drop(self.faults.fetch_add(1, Ordering::Relaxed)),
        }
        answer.body
    }
}

/// 200 people at work for a minute.
fn work(serving: &Serving, people: &[Person], size: &str) {
    let (seen, stop) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    // Which cases each of them works on is no part of the work: people see them on their desks.
    let mut connection = Connection::open(&serving.url);
    let cases: Vec<Vec<i64>> = people.iter().map(|person| cases_of(&mut connection, person, 50)).collect();
    let before = serving.processor();
    let mut threads = Vec::new();
    for (place, (person, cases)) in people.iter().zip(cases).enumerate() {
        let comes_in = COMING.mul_f64(place as f64 / AT_ONCE as f64);
        let (url, person, seen, stop) = (serving.url.clone(), person.clone(), seen.clone(), stop.clone());
        threads.push(std::thread::spawn({
            let (url, person, seen, stop) = (url.clone(), person.clone(), seen.clone(), stop.clone());
            move || {
                std::thread::sleep(comes_in);
                screen(&url, &person, place as u64, &seen, &stop);
            }
        }));
        let other = people[(place + 1) % people.len()].department.clone();
        threads.push(std::thread::spawn(move || {
            std::thread::sleep(comes_in);
            hands(&url, &person, &cases, &other, place as u64, &seen, &stop);
        }));
    }
    std::thread::sleep(LENGTH);
    let used = (serving.processor() - before) / LENGTH.as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    // Each step of anybody wakes the screens, so that they see that it is over.
    for thread in threads {
        drop(thread.join());
    }
    let took = seen.took.lock().expect("nobody panics");
    for what in ["desk", "list again", "case", "claim", "note", "transfer", "accept", "release"] {
        let of: Vec<Duration> = took.iter().filter(|(of, _)| *of == what).map(|(_, took)| *took).collect();
        println!("| {what}: {} of them, {AT_ONCE} people at once, {size} | {} |", of.len(), spread(of));
    }
    let all: Vec<Duration> = took.iter().map(|(_, took)| *took).collect();
    println!("| all of that, {} in {} s | {} |", all.len(), LENGTH.as_secs(), spread(all));
    println!(
        "| faults; refused because somebody was faster; screens that listened; processor | {}; {}; {}; {used:.2} cores |",
        seen.faults.load(Ordering::Relaxed),
        seen.refused.load(Ordering::Relaxed),
        seen.streams.load(Ordering::Relaxed)
    );
}

/// A desk that is open on a screen: it hears that a case has changed and reads its list again, as `desk.js` does: at once if
/// the case is in the list or belongs into it, after a while else.
fn screen(url: &str, person: &Person, seed: u64, seen: &Seen, stop: &AtomicBool) {
    let (mut connection, mut dice) = (Connection::open(url), Dice::new(seed));
    let own = &person.desk;
    let mut shown = seen.ask("desk", &mut connection, "GET", own, person, &Value::Null);
    let host = url.strip_prefix("http://").expect("an address").to_owned();
    let mut stream = TcpStream::connect(&host).expect("answers");
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a socket");
    write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\r\n", person.cookie).expect("sent");
    let mut lines = BufReader::new(stream);
    let (mut line, mut is_case, mut is_known) = (String::new(), false, false);
    // When the list is read again, and before when it is not.
    let (mut due, mut next) = (None::<Instant>, Instant::now());
    while !stop.load(Ordering::Relaxed) {
        // What was cut by the time-out goes on with the next read.
        if lines.read_line(&mut line).is_ok() && !line.is_empty() {
            if !is_known {
                is_known = true;
                seen.streams.fetch_add(1, Ordering::Relaxed);
            }
            if is_case && let Some(case) = line.strip_prefix("data: ") {
                let case: Value = serde_json::from_str(case).expect("JSON");
                let is_shown = shown.contains(&format!("data-id=\"{}\"", case["id"]));
                let wait = match is_shown || case["department"] == *person.department {
                    true => Duration::ZERO,
                    false => LATER + Duration::from_millis(dice.below(3_000) as u64),
                };
                let at = Instant::now() + wait;
                due = Some(due.map_or(at, |due| due.min(at)));
            }
            is_case = line.starts_with("event: case");
            line.clear();
        }
        if due.is_some_and(|due| due.max(next) <= Instant::now()) {
            due = None;
            let began = Instant::now();
            shown = seen.ask("list again", &mut connection, "GET", &format!("{own}&part=list"), person, &Value::Null);
            next = began + PAUSE.max(3 * began.elapsed());
        }
    }
}

/// What somebody does: looks at a case, takes it, writes a note, passes it on, accepts, gives back.
fn hands(url: &str, person: &Person, cases: &[i64], other: &str, seed: u64, seen: &Seen, stop: &AtomicBool) {
    let (mut connection, mut dice) = (Connection::open(url), Dice::new(seed));
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(dice.below(2 * STEP_EVERY_MS) as u64));
        let case = *dice.of(cases);
        let (verb, what, body) = match dice.below(10) {
            0..=3 => {
                seen.ask("case", &mut connection, "GET", &format!("/cases/{case}"), person, &Value::Null);
                continue;
            }
            4 | 5 => ("claim", "claim", json!({})),
            6 => ("notes", "note", json!({ "text": "looked at it" })),
            7 => {
                let body = json!({ "department": other, "reason": "expertise", "note": "they know" });
                ("transfer", "transfer", body)
            }
            8 => ("accept", "accept", json!({})),
            _ => ("release", "release", json!({ "why": "back to the desk" })),
        };
        seen.ask(what, &mut connection, "POST", &format!("/api/v1/cases/{case}/{verb}"), person, &body);
    }
}

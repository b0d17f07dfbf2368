//! Nothing is lost on its way: posts arrive and cases are transferred while the installation is killed five times with
//! SIGKILL. Afterwards no mention is with nobody, by statements that anybody can run; each transfer has its reason, its note
//! and its end in the history; and what nobody accepted came back within a minute of its time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use switchboard_testkit::corpus::Dice;
use switchboard_testkit::office::Office;

use crate::api::{so, until};
use crate::owners::{Caller, Installation, OWNERSHIP, caller, rows};

const KILLS: usize = 5;

/// Transfers in all, and ten times as many posts; `SWITCHBOARD_TEST_TRANSFERS` asks for another number.
fn transfers() -> usize {
    std::env::var("SWITCHBOARD_TEST_TRANSFERS").ok().and_then(|number| number.parse().ok()).unwrap_or(60)
}

/// Posts that are handed in together.
const BATCH: usize = 50;

/// What came back has to be there this long after its time.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

const ORPHANS: &str = include_str!("../../../../contrib/sql/orphans.sql");

const EVENTS: &str = "select case_id || ' ' || number || ' ' || at || ' ' || actor || ' ' || kind || ' ' || \
    cast(data as text) from events order by case_id, number";

const REASONS: [&str; 4] = ["not_ours", "expertise", "language", "workload"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_on_arrives_or_comes_back_on_sqlite() {
    pass_on(Installation::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_on_arrives_or_comes_back_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    pass_on(Installation::on_postgres(&server).await).await;
}

/// How much was acknowledged so far.
#[derive(Default)]
struct Done {
    batches: AtomicUsize,
    transfers: AtomicUsize,
}

async fn pass_on(installation: Installation) {
    let Installation { program, office, engine, .. } = &installation;
    let done = Arc::new(Done::default());
    let mut dice = Dice::new(5);
    for round in 0..=KILLS {
        let serving = program.serve();
        let mut workers = tokio::task::JoinSet::new();
        workers.spawn(speak(caller(&serving), office.clone(), done.clone()));
        for worker in 0..2 {
            let dice = Dice::new((round * 10 + worker) as u64);
            workers.spawn(transfer(caller(&serving), office.clone(), dice, done.clone()));
        }
        if round == KILLS {
            while workers.join_next().await.is_some() {}
            let offered = "select cast(id as text) from cases where offer_until is not null";
            until("every offer has come to its end", async || {
                let offered = rows(program, engine, offered).await.len();
                so(offered == 0, offered)
            })
            .await;
            assert!(serving.stop().success());
            break;
        }
        let enough = transfers() * (round + 1) / (KILLS + 1);
        while done.transfers.load(Ordering::Relaxed) < enough {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(400) as u64)).await;
        serving.kill();
        workers.shutdown().await;
    }

    assert_eq!(rows(program, engine, ORPHANS).await, [""; 0], "mentions that nobody has");
    assert_eq!(rows(program, engine, OWNERSHIP).await, [""; 0], "cases without exactly one owner");
    let posts = rows(program, engine, "select id from posts").await.len();
    assert!(posts >= 10 * transfers(), "{posts} posts");
    let ended = ends(rows(program, engine, EVENTS).await);
    let transfers = ended.values().sum::<usize>();
    println!("{posts} posts, {transfers} transfers, {KILLS} kills, 0 orphans: {ended:?}");
    assert!(transfers >= self::transfers());
    assert!(ended.contains_key("accepted") && ended.contains_key("offer_ended"), "{ended:?}");
}

/// How the transfers ended, each of which is looked at.
fn ends(events: Vec<String>) -> BTreeMap<String, usize> {
    let mut ended: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: Option<(String, Timestamp)> = None;
    for event in events {
        let mut parts = event.splitn(6, ' ');
        let mut part = || parts.next().expect("a part").to_owned();
        let (case, _, at, actor, kind, data) = (part(), part(), part(), part(), part(), part());
        let at = Timestamp::from_microsecond(at.parse().expect("a number")).expect("a time");
        if let Some((offered, _)) = &open {
            assert_eq!(*offered, case, "the offer of case {offered} has no end in its history");
        }
        match kind.as_str() {
            "offered" => {
                assert!(open.is_none(), "case {case} is offered twice at once");
                let offer: Value = serde_json::from_str(&data).expect("JSON");
                assert!(offer["note"].as_str().is_some_and(|note| note.starts_with("for you")), "{data}");
                assert!(offer["reason"].as_str().is_some_and(|reason| REASONS.contains(&reason)), "{data}");
                let until = offer["until"].as_str().and_then(|until| until.parse().ok()).expect("a time");
                open = Some((case, until));
            }
            "accepted" | "declined" | "offer_ended" => {
                let (_, until) = open.take().expect("an offer");
                let is_late = actor == "timer" && at.duration_since(until) > GRACE;
                assert!(!is_late, "case {case} came back at {at}, {until} was its time");
                *ended.entry(kind).or_default() += 1;
            }
            _ => {}
        }
    }
    assert!(open.is_none(), "{open:?} has no end in its history");
    ended
}

/// Hands in what is left, batch by batch.
async fn speak(caller: Caller, office: Office, done: Arc<Done>) {
    let url = format!("{}/api/v1/sources/{}/posts", caller.url, office.source.id);
    loop {
        let batch = done.batches.load(Ordering::Relaxed);
        if batch * BATCH >= 10 * transfers() {
            return;
        }
        let mut lines = String::new();
        for number in 0..BATCH {
            let id = format!("x:{}", batch * BATCH + number);
            let post = json!({ "id": id, "network": "x", "text": "My acme kettle never arrived, I want a refund!" });
            lines.push_str(&format!("{post}\n"));
        }
        let request = caller.client.post(&url).header("content-type", "application/x-ndjson").body(lines);
        match caller.ask(request).await {
            Some(_) => drop(done.batches.fetch_add(1, Ordering::Relaxed)),
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// Offers cases; two of five are accepted, one is declined, two are left alone.
async fn transfer(caller: Caller, office: Office, mut dice: Dice, done: Arc<Done>) {
    while done.transfers.load(Ordering::Relaxed) < transfers() {
        let list = caller.client.get(format!("{}/api/v1/cases?limit=200", caller.url));
        let cases = caller.ask(list).await.and_then(|page| page["data"].as_array().cloned()).unwrap_or_default();
        let free: Vec<&Value> = cases.iter().map(|row| &row["case"]).filter(|case| case["offer"].is_null()).collect();
        if free.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let case = *dice.of(&free);
        let other = office.departments.iter().find(|other| case["department"] != json!(other)).expect("another one");
        let id = case["id"].as_i64().expect("a number");
        let body = json!({
            "department": other, "reason": dice.of(&REASONS), "note": format!("for you, {id}"), "accept_within_min": 1,
        });
        if caller.ask(caller.client.post(caller.case(id, "transfer")).json(&body)).await.is_none() {
            continue;
        }
        done.transfers.fetch_add(1, Ordering::Relaxed);
        let receiver = if *other == office.departments[0] { &office.users[1].1 } else { &office.users[3].1 };
        let (verb, body) = match dice.below(5) {
            0 | 1 => ("accept", json!({})),
            2 => ("decline", json!({ "note": "not ours" })),
            _ => continue,
        };
        let url = format!("{}?as={receiver}", caller.case(id, verb));
        caller.ask(caller.client.post(url).json(&body)).await;
    }
}

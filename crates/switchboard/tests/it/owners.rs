//! Someone always has it: a running installation is killed with SIGKILL at random moments while posts arrive, rules route
//! them, users claim, transfer, accept, close and take back over the API, and replies leave. Afterwards each case that is not closed
//! has exactly one owner, by a statement that anybody can run, each is what its history says, whatever was acknowledged is
//! there, and the outbox and the network hold what they hold after a run that nobody disturbed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, Row};
use switchboard_model::{Case, CaseId};
use switchboard_route::notification::{Audience, told};
use switchboard_store::{Store, StoreConfig};
use switchboard_testkit::corpus::Dice;
use switchboard_testkit::mastodon::{ACCOUNT, FakeMastodon, TOKEN};
use switchboard_testkit::office::{self, Office};
use tokio::sync::Mutex;

use crate::api::{client, now, so, until};
use crate::program::{Program, Serving, database};

/// `SWITCHBOARD_CRASH_KILLS` asks for another number.
fn kills() -> usize {
    std::env::var("SWITCHBOARD_CRASH_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(8)
}

/// The statement in the repository.
pub(crate) const OWNERSHIP: &str = include_str!("../../../../contrib/sql/ownership.sql");

/// What the installation said it has done.
#[derive(Default)]
struct Acknowledged {
    posts: Vec<String>,
    /// Case, number of the event, kind of the event.
    events: Vec<(i64, i64, &'static str)>,
}

pub(crate) enum Engine {
    Sqlite,
    Postgres(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_has_one_owner_whatever_is_killed_when_on_sqlite() {
    let disturbed = survive(Arc::new(Installation::on_sqlite().await)).await;
    assert_eq!(disturbed, undisturbed(Arc::new(Installation::on_sqlite().await)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_has_one_owner_whatever_is_killed_when_on_postgres() {
    let Some(server) = switchboard_testkit::postgres::server() else { return };
    let disturbed = survive(Arc::new(Installation::on_postgres(&server).await)).await;
    assert_eq!(disturbed, undisturbed(Arc::new(Installation::on_postgres(&server).await)).await);
}

/// A company, and a network on which people have written to it.
pub(crate) struct Installation {
    pub(crate) program: Program,
    pub(crate) office: Office,
    pub(crate) engine: Engine,
    network: FakeMastodon,
    account: String,
    /// Local ids of what people wrote.
    mentions: Vec<String>,
}

/// What came of the replies: the rows of the outbox, and what the network holds below which of its posts.
#[derive(Debug, PartialEq, Eq)]
struct Answered {
    outbox: BTreeSet<String>,
    held: BTreeSet<(Option<String>, String)>,
}

impl Installation {
    pub(crate) async fn on_sqlite() -> Self {
        let program = program();
        std::fs::create_dir_all(program.data()).expect("a data directory");
        let office = office::found(&StoreConfig::sqlite(database(&program.data()))).await;
        Self::new(program, office, Engine::Sqlite).await
    }

    pub(crate) async fn on_postgres(server: &str) -> Self {
        let url = switchboard_testkit::postgres::fresh_database(server).await;
        let office = office::found(&StoreConfig::postgres(url.clone())).await;
        Self::new(program().with("SWITCHBOARD__STORE__URL", &url), office, Engine::Postgres(url)).await
    }

    async fn new(program: Program, office: Office, engine: Engine) -> Self {
        let network = FakeMastodon::start().await;
        let mention =
            |number| network.post("ana", &format!("@{ACCOUNT} my acme kettle leaks, number {number}"), &now());
        let mentions = (0..3 * kills()).map(mention).collect();
        let settings = json!({ "instance": network.origin(), "token": TOKEN });
        let added = program.piped(&["account", "add", "mastodon", "-", "--json"], &settings.to_string());
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let account: Value = serde_json::from_slice(&added.stdout).expect("JSON");
        let account = account["id"].as_str().expect("an id").to_owned();
        Self { program, office, engine, network, account, mentions }
    }

    fn post(&self, mention: &str) -> String {
        format!("mastodon:{}", self.network.uri("ana", mention))
    }

    /// Answers each mention that has no answer yet, until the installation has said that it will.
    async fn answer(self: Arc<Self>, caller: Caller, mut dice: Dice, answered: Arc<Mutex<BTreeSet<usize>>>) {
        for (number, mention) in self.mentions.iter().enumerate() {
            if answered.lock().await.contains(&number) {
                continue;
            }
            tokio::time::sleep(Duration::from_millis(50 + dice.below(200) as u64)).await;
            let then = ["stay", "wait", "close"][number % 3];
            let post = self.post(mention);
            let body = json!({
                "account": self.account, "to": post, "text": format!("We mend it, number {number}."), "then": then,
                "key": format!("answer {number}"),
            });
            loop {
                // It is handed in first: a post that is there already stays as it is.
                let url = format!("{}/api/v1/sources/{}/posts", caller.url, self.office.source.id);
                let author = json!({ "id": "mastodon:ana", "handle": "ana", "name": "Ana" });
                let said =
                    json!({ "id": post, "network": "mastodon", "text": "my acme kettle leaks", "author": author });
                caller.ask(caller.client.post(url).json(&said)).await;
                let url = format!("{}/api/v1/cases", caller.url);
                let case = caller.ask(caller.client.post(url).json(&json!({ "post": post }))).await;
                if let Some(case) = case.and_then(|case| case["data"]["id"].as_i64()) {
                    let url = format!("{}/api/v1/cases/{case}/replies", caller.url);
                    if caller.ask(caller.client.post(url).json(&body)).await.is_some() {
                        break;
                    }
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            answered.lock().await.insert(number);
        }
    }

    /// Answers what has no answer yet, waits until all have left, and tells what came of them.
    async fn finish(self: &Arc<Self>, answered: Arc<Mutex<BTreeSet<usize>>>) -> Answered {
        let serving = self.program.serve();
        self.clone().answer(caller(&serving), Dice::new(23), answered).await;
        let waiting = "select text from replies where state in ('queued', 'sending')";
        until("all replies come to their end", async || {
            let waiting = rows(&self.program, &self.engine, waiting).await.len();
            so(waiting == 0, waiting)
        })
        .await;
        let untold = "select place || '' from feed \
            where place > coalesce((select place from feed_places where consumer = 'notify'), 0)";
        until("everybody is told", async || {
            let untold = rows(&self.program, &self.engine, untold).await.len();
            so(untold == 0, untold)
        })
        .await;
        assert!(serving.stop().success());
        let outbox = "select client_key || ' to ' || substr(reply_to, length(reply_to) - 7) || ' ' || text || ' ' || state \
            || ' ' || next_step || ' ' || trouble from replies";
        let outbox = rows(&self.program, &self.engine, outbox).await;
        let held = self.network.said_by_us();
        let found = Answered { outbox: outbox.iter().cloned().collect(), held: held.iter().cloned().collect() };
        assert_eq!((found.outbox.len(), found.held.len()), (outbox.len(), held.len()), "something is there twice");
        assert_eq!(found.held.len(), self.mentions.len());
        found
    }
}

fn program() -> Program {
    Program::new()
        .with("SWITCHBOARD__CAPTURE__ALLOW", "127.0.0.1")
        .with("SWITCHBOARD__CAPTURE__HOST_GAP_MS", "10")
        .with("SWITCHBOARD__ANSWERS__SETTLE_S", "60")
        .with("SWITCHBOARD__ANSWERS__LIMIT_S", "4")
}

/// A run that nobody kills, in which nothing but the replies happens.
async fn undisturbed(installation: Arc<Installation>) -> Answered {
    installation.finish(Arc::default()).await
}

async fn survive(installation: Arc<Installation>) -> Answered {
    let Installation { program, office, engine, .. } = &*installation;
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let answered = Arc::new(Mutex::new(BTreeSet::new()));
    let mut dice = Dice::new(17);
    for round in 0..kills() {
        let serving = program.serve();
        let mut workers = tokio::task::JoinSet::new();
        workers.spawn(speak(caller(&serving), office.clone(), round, acknowledged.clone()));
        let of_answers = Dice::new(round as u64);
        workers.spawn(installation.clone().answer(caller(&serving), of_answers, answered.clone()));
        for number in 0..4 {
            let dice = Dice::new((round * 10 + number) as u64);
            workers.spawn(work(caller(&serving), office.clone(), dice, acknowledged.clone()));
        }
        // Any moment: before anything was stored, in the middle of transactions, between them. A busy machine answers late,
        // so every other round begins with the first answer.
        if round % 2 == 1 {
            something_new(&acknowledged).await;
        }
        tokio::time::sleep(Duration::from_millis(20 + dice.below(900) as u64)).await;
        serving.kill();
        workers.shutdown().await;
    }
    let told = Arc::into_inner(acknowledged).expect("nobody else is left").into_inner();
    let early = answered.lock().await.len();
    println!(
        "{} kills; acknowledged meanwhile: {} posts, {} events, {early} replies",
        kills(),
        told.posts.len(),
        told.events.len()
    );
    assert!(told.posts.len() > kills() && told.events.len() > kills(), "the rounds were too short to show anything");
    assert!(early > 0, "no reply was on its way when something was killed");
    let found = installation.finish(answered).await;
    everybody_was_told_once(program, engine).await;

    assert_eq!(rows(program, engine, OWNERSHIP).await, [""; 0], "cases without exactly one owner");
    let check: Value = serde_json::from_str(&program.done(&["case", "check", "--json"])).expect("JSON");
    assert_eq!(check["findings"], json!([]));
    assert!(check["cases"].as_u64().expect("a count") > 0);
    let events = rows(program, engine, "select case_id || ' ' || number || ' ' || kind from events").await;
    let events: BTreeSet<String> = events.into_iter().collect();
    for (case, number, kind) in told.events {
        assert!(events.contains(&format!("{case} {number} {kind}")), "case {case}, {number}: {kind} was acknowledged");
    }
    let posts = rows(program, engine, "select id from posts").await;
    let posts: BTreeSet<String> = posts.into_iter().collect();
    for post in told.posts {
        assert!(posts.contains(&post), "{post} was acknowledged");
    }
    found
}

/// What users were told is what the histories say they are to be told: nothing is lost, nothing stands there twice.
async fn everybody_was_told_once(program: &Program, engine: &Engine) {
    let config = match engine {
        Engine::Sqlite => StoreConfig::sqlite(database(&program.data())),
        Engine::Postgres(url) => StoreConfig::postgres(url.clone()),
    };
    let store = Store::open_read_only(&config).await.expect("readable");
    let newest = store.newest_feed_place().await.expect("readable");
    assert_eq!(store.feed_place("notify").await.expect("readable"), Some(newest), "the feed was read to its end");
    let household = store.load_household().await.expect("readable");
    let team = household.company.as_ref().expect("a company").team.clone();
    let audience = Audience { users: &household.users, departments: &household.departments, team: &team };
    let all = rows(program, engine, "select distinct case_id || '' from events").await;
    let all: Vec<CaseId> = all.iter().map(|id| CaseId(id.parse().expect("a number"))).collect();
    let mut expected = BTreeSet::new();
    for history in store.histories(&all).await.expect("readable").into_values() {
        let mut before = None;
        for (place, event) in history.iter().enumerate() {
            let after = match before.clone() {
                None => Case::open(event).expect("an opening"),
                Some(mut case) => {
                    Case::apply(&mut case, event).expect("it followed");
                    case
                }
            };
            for one in told(&history[..=place], before.as_ref(), &after, None, audience) {
                expected.insert(format!("{} {} {} {}", one.user, event.case, event.number, one.kind.as_str()));
            }
            before = Some(after);
        }
    }
    let mut found = BTreeSet::new();
    for user in &household.users {
        let told = store.list_all_notifications(user.id).await.expect("readable");
        let count = told.len();
        let keys: BTreeSet<String> = told
            .into_iter()
            .map(|one| format!("{} {} {} {}", one.user, one.case, one.event, one.kind.as_str()))
            .collect();
        assert_eq!(keys.len(), count, "something was told twice");
        found.extend(keys);
    }
    store.close().await;
    println!("{} notifications", found.len());
    assert!(!found.is_empty());
    assert_eq!(found, expected);
}

/// What a worker needs to ask the running installation.
pub(crate) struct Caller {
    pub(crate) client: reqwest::Client,
    pub(crate) url: String,
    key: String,
}

pub(crate) fn caller(serving: &Serving) -> Caller {
    Caller { client: client(), url: serving.url.clone(), key: serving.key.clone() }
}

impl Caller {
    /// Where something is done to a case.
    pub(crate) fn case(&self, id: i64, verb: &str) -> String {
        format!("{}/api/v1/cases/{id}/{verb}", self.url)
    }

    /// The answer, if there is one: a killed server gives none, and what is refused is not done.
    #[expect(clippy::disallowed_methods, reason = "the answers of the own server are small")]
    pub(crate) async fn ask(&self, request: reqwest::RequestBuilder) -> Option<Value> {
        let answer = request.bearer_auth(&self.key).send().await.ok()?;
        if !answer.status().is_success() {
            assert!(!answer.status().is_server_error() || answer.status() == 503, "{}", answer.status());
            return None;
        }
        answer.json().await.ok()
    }
}

/// Waits until one more event is acknowledged, a minute at most.
async fn something_new(acknowledged: &Mutex<Acknowledged>) {
    let before = acknowledged.lock().await.events.len();
    for _ in 0..1200 {
        if acknowledged.lock().await.events.len() > before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Posts arrive: complaints that open cases, and answers to what came before.
async fn speak(caller: Caller, office: Office, round: usize, acknowledged: Arc<Mutex<Acknowledged>>) {
    let url = format!("{}/api/v1/sources/{}/posts", caller.url, office.source.id);
    for batch in 0.. {
        let mut lines = String::new();
        let mut ids = Vec::new();
        for number in 0..5 {
            let id = format!("x:{round}-{batch}-{number}");
            let post = if number % 2 == 0 {
                json!({ "id": id, "network": "x", "text": "My acme kettle never arrived, I want a refund!" })
            } else {
                let to = format!("x:{round}-{}-0", batch - number % 3);
                json!({ "id": id, "network": "x", "text": "acme, the same here?", "in_reply_to": to })
            };
            lines.push_str(&post.to_string());
            lines.push('\n');
            ids.push(id);
        }
        let request = caller.client.post(&url).header("content-type", "application/x-ndjson").body(lines);
        if caller.ask(request).await.is_some() {
            acknowledged.lock().await.posts.extend(ids);
        }
    }
}

/// Users do whatever comes to their mind, to whatever case.
async fn work(caller: Caller, office: Office, mut dice: Dice, acknowledged: Arc<Mutex<Acknowledged>>) {
    loop {
        let list = caller.client.get(format!("{}/api/v1/cases?limit=20", caller.url));
        let Some(page) = caller.ask(list).await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let cases = page["data"].as_array().cloned().unwrap_or_default();
        if cases.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let case = &dice.of(&cases)["case"];
        let (id, version) = (case["id"].as_i64().expect("a number"), case["version"].clone());
        let (_, email) = dice.of(&office.users).clone();
        let (user, _) = dice.of(&office.users).clone();
        let department = *dice.of(&office.departments);
        let (verb, kind, mut body) = match dice.below(14) {
            0..=2 => ("claim", "claimed", json!({})),
            3 => ("assign", "assigned", json!({ "to": user })),
            4 => ("release", "released", json!({})),
            5 | 6 => {
                let body = json!({ "department": department, "reason": "not_ours", "note": "yours" });
                ("transfer", "offered", body)
            }
            7 | 8 => ("accept", "accepted", json!({})),
            9 => ("notes", "noted", json!({ "text": "a word" })),
            10 => ("close", "closed", json!({ "outcome": "no_answer", "reason": "noise" })),
            11 | 12 => ("undo", "undone", json!({})),
            _ => ("wait", "waiting", json!({})),
        };
        if dice.below(2) == 0 {
            body["version"] = version;
        }
        let url = format!("{}/api/v1/cases/{id}/{verb}?as={email}", caller.url);
        if let Some(done) = caller.ask(caller.client.post(url).json(&body)).await {
            let number = done["data"]["version"].as_i64().expect("a number");
            acknowledged.lock().await.events.push((id, number, kind));
        }
    }
}

/// The first column of each row, or all columns of a row together.
pub(crate) async fn rows(program: &Program, engine: &Engine, statement: &'static str) -> Vec<String> {
    match engine {
        Engine::Sqlite => {
            let path = database(&program.data());
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
            let mut connection = options.connect().await.expect("readable");
            let rows = sqlx::query(statement).fetch_all(&mut connection).await.expect("a statement");
            rows.iter().map(|row| row.try_get::<String, _>(0).unwrap_or_else(|_| row.get(1))).collect()
        }
        Engine::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.expect("reachable");
            let rows = sqlx::query(statement).fetch_all(&mut connection).await.expect("a statement");
            rows.iter().map(|row| row.try_get::<String, _>(0).unwrap_or_else(|_| row.get(1))).collect()
        }
    }
}

//! Answers leave once: the installation is killed between handing a reply to its network and hearing that it arrived.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use serde_json::{Value, json};
use switchboard_testkit::mastodon::{ACCOUNT, FakeMastodon, Posting, TOKEN};
use tokio::sync::watch;

use crate::api::{self, send, so, until};
use crate::program::{Program, Serving};

/// `SWITCHBOARD_ANSWER_KILLS` asks for another number.
fn kills() -> usize {
    std::env::var("SWITCHBOARD_ANSWER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(3)
}

/// A company that waits this many seconds before it gives an answer up.
fn company(settle_s: u32) -> Program {
    let program = Program::new()
        .with("SWITCHBOARD__CAPTURE__ALLOW", "127.0.0.1,localhost")
        .with("SWITCHBOARD__CAPTURE__HOST_GAP_MS", "10")
        .with("SWITCHBOARD__ANSWERS__SETTLE_S", &settle_s.to_string())
        .with("SWITCHBOARD__ANSWERS__LIMIT_S", "4");
    let arguments = ["setup", "--company", "Acme", "--name", "Ada", "--email", "ada@acme.example", "--password-stdin"];
    let done = program.piped(&arguments, "correct horse battery\n");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}

/// What the test asks of the running installation.
struct Office {
    client: Client,
    url: String,
    key: String,
}

impl Office {
    fn of(serving: &Serving) -> Self {
        let url = format!("{}/api/v1", serving.url.trim_end_matches('/'));
        Self { client: api::client(), url, key: serving.key.clone() }
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}/{path}", self.url)).bearer_auth(&self.key);
        api::json(send(request).await).await["data"].clone()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}/{path}", self.url)).bearer_auth(&self.key).json(&body);
        api::json(send(request).await).await["data"].clone()
    }

    /// The case about a post whose text holds these words, once it is there.
    async fn case(&self, words: &str) -> i64 {
        until("the mention opens a case", async || {
            let cases = self.get("cases?limit=200&private=true").await;
            let is_it = |row: &&Value| row["post"]["post"]["text"].as_str().is_some_and(|text| text.contains(words));
            let found = cases.as_array().and_then(|rows| rows.iter().find(is_it)).cloned();
            found.and_then(|row| row["case"]["id"].as_i64()).ok_or_else(|| cases.to_string())
        })
        .await
    }

    async fn reply(&self, case: i64, account: &str, text: &str) -> String {
        let body = json!({"account": account, "text": text, "key": text});
        let reply = self.post(&format!("cases/{case}/replies"), body).await;
        reply["id"].as_str().expect("an id").to_owned()
    }

    async fn ended(&self, reply: &str) -> Value {
        until("the reply comes to its end", async || {
            let reply = self.get(&format!("replies/{reply}")).await;
            let is_over = matches!(reply["state"].as_str(), Some("sent" | "failed" | "withdrawn"));
            if is_over { Ok(reply) } else { Err(reply.to_string()) }
        })
        .await
    }

    async fn kinds(&self, case: i64) -> Vec<String> {
        let view = self.get(&format!("cases/{case}")).await;
        let kind = |event: &Value| event["kind"].as_str().unwrap_or_default().to_owned();
        view["events"].as_array().expect("a history").iter().map(kind).collect()
    }
}

fn account_id(program: &Program, network: &str, settings: &Value) -> String {
    let done = program.piped(&["account", "add", network, "-", "--json"], &settings.to_string());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let account: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert!(!account.to_string().contains(TOKEN), "{account}");
    account["id"].as_str().expect("an id").to_owned()
}

/// Kills while the instance holds a reply that it has not confirmed. `posting` says whether it has taken it.
async fn survive_mastodon(is_another_kind: bool, posting: Posting) {
    let is_taken = matches!(posting, Posting::Silent);
    let server = Arc::new(FakeMastodon::start().await);
    server.misbehave(|faults| (faults.is_another_kind, faults.forgets_keys) = (is_another_kind, is_another_kind));
    // Mastodon keeps a key for certain only after some seconds: what it has not taken is sent again after those.
    let is_repeated = !is_taken && !is_another_kind;
    let (settle_s, rounds) = if is_repeated { (60, kills().div_ceil(3)) } else { (5, kills()) };
    let program = company(settle_s);
    let settings = json!({"what": "notifications", "instance": server.origin(), "token": TOKEN, "every_s": 10});
    program.done(&["source", "new", "notifications", "mastodon", &settings.to_string()]);
    let account = account_id(&program, "mastodon", &json!({"instance": server.origin(), "token": TOKEN}));
    let files = std::fs::read_dir(program.data()).expect("readable").filter_map(Result::ok);
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with("switchboard.db")) {
        let bytes = std::fs::read(file.path()).expect("readable");
        assert!(!bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()), "a token lies open in {file:?}");
    }
    let sent = || server.asked().iter().filter(|path| path.as_str() == "/api/v1/statuses").count();
    let mut serving = program.serve();
    for round in 0..rounds {
        let office = Office::of(&serving);
        until("the stream is open", async || so(server.listeners() == 1, server.listeners())).await;
        let words = format!("is it broken again, round {round}?");
        let local = server.post("ana", &format!("@{ACCOUNT} {words}"), &api::now());
        let case = office.case(&words).await;
        server.misbehave(|faults| faults.posting = posting.clone());
        let (before, text) = (sent(), format!("Sorry to hear that, round {round}."));
        let reply = office.reply(case, &account, &text).await;
        until("the instance has it", async || so(sent() > before, sent())).await;
        if is_taken {
            until("the instance has taken it", async || so(server.said_by_us().len() > round, server.said_by_us()))
                .await;
        }
        serving.kill();
        server.misbehave(|faults| faults.posting = Posting::Taken);
        serving = program.serve();
        let office = Office::of(&serving);
        let reply = office.ended(&reply).await;
        let ours = server.said_by_us().into_iter().filter(|(_, said)| said.contains(&text)).collect::<Vec<_>>();
        if is_taken || !is_another_kind {
            assert_eq!(reply["state"], "sent", "{reply}");
            assert_eq!(ours, [(Some(local), format!("@ana@social.example {text}"))], "once, below its post");
            let kinds = office.kinds(case).await;
            assert_eq!(kinds.iter().filter(|kind| *kind == "reply_sent").count(), 1, "{kinds:?}");
            assert!(kinds.iter().any(|kind| kind == "waiting"), "{kinds:?}");
        } else {
            assert_eq!(reply["state"], "failed", "nobody but a person may send it again: {reply}");
            assert!(reply["trouble"].as_str().is_some_and(|why| why.starts_with("not confirmed")), "{reply}");
            assert!(ours.is_empty(), "{ours:?}");
            let id = reply["id"].as_str().expect("an id");
            office.post(&format!("replies/{id}/retry"), json!({})).await;
            assert_eq!(office.ended(id).await["state"], "sent");
            let ours = server.said_by_us().into_iter().filter(|(_, said)| said.contains(&text)).count();
            assert_eq!(ours, 1);
        }
    }
    assert!(serving.stop().success());
    assert_eq!(program.run(&["doctor"]).status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_on_mastodon_when_killed_after_it_was_taken() {
    survive_mastodon(false, Posting::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_where_keys_are_forgotten_when_killed_after_it_was_taken() {
    survive_mastodon(true, Posting::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_on_mastodon_when_killed_before_it_was_taken() {
    survive_mastodon(false, Posting::Lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_decides_where_keys_are_forgotten_and_it_was_not_taken() {
    survive_mastodon(true, Posting::Lost).await;
}

/// A server between the installation and the PDS that can lose what the PDS says to a new record.
struct Between {
    client: Client,
    pds: String,
    loses: watch::Sender<bool>,
    lost: watch::Sender<usize>,
}

async fn pass_on(
    State(between): State<Arc<Between>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut request = between.client.request(method, format!("{}{path}", between.pds)).body(body);
    for name in ["authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = answer.status();
    let body = api::text(answer).await;
    if path.contains("createRecord") && *between.loses.borrow() {
        between.lost.send_modify(|lost| *lost += 1);
        return std::future::pending().await;
    }
    (status, [("content-type", "application/json")], body).into_response()
}

async fn between(pds: &str) -> (Arc<Between>, String) {
    let (loses, lost) = (watch::Sender::new(false), watch::Sender::new(0));
    let between = Arc::new(Between { client: api::client(), pds: pds.to_owned(), loses, lost });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = axum::Router::new().fallback(pass_on).with_state(between.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (between, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_on_a_real_bluesky_when_killed_before_the_answer_comes() {
    let Some(servers) = crate::bluesky::servers() else { return };
    let (us, them) = (api::word("us"), api::word("ana"));
    let ours = crate::bluesky::Account::new(&servers, &us).await;
    let ana = crate::bluesky::Account::new(&servers, &them).await;
    let (between, service) = between(servers["pds"].as_str().expect("a URL")).await;
    let program = company(5);
    program.done(&["search", "add", "brand", &them]);
    let settings = json!({"what": "jetstream", "jetstream": servers["jetstream"]});
    program.done(&["source", "new", "everything", "bluesky", &settings.to_string()]);
    let handle = ours.handle().to_owned();
    let settings = json!({"handle": handle, "app_password": us, "service": service});
    let account = account_id(&program, "bluesky", &settings);
    let mut serving = program.serve();
    let mut office = Office::of(&serving);
    let api = api::Api::of(&serving);
    until("the stream is heard", async || {
        ana.write("is anybody there").await;
        let fates = api.fates("everything").await;
        so(fates.all() > 0, fates)
    })
    .await;
    for round in 0..2 * kills() {
        let words = format!("round {round}");
        let post = ana.write(&format!("my {them} is broken, how do I get it repaired? {words}")).await;
        let case = office.case(&words).await;
        let is_killed = round % 2 == 0;
        between.loses.send_replace(is_killed);
        let lost = *between.lost.borrow();
        let text = format!("Sorry @{handle}, see https://acme.example/help/{round}.");
        let reply = office.reply(case, &account, &text).await;
        if is_killed {
            until("the PDS has it", async || so(*between.lost.borrow() > lost, lost)).await;
            serving.kill();
            between.loses.send_replace(false);
            serving = program.serve();
            office = Office::of(&serving);
        }
        let reply = office.ended(&reply).await;
        assert_eq!(reply["state"], "sent", "{reply}");
        let uri = post.strip_prefix("bluesky:").expect("an address");
        let records = ours.records().await;
        let found: Vec<&Value> =
            records.iter().filter(|record| record["value"]["reply"]["parent"]["uri"] == uri).collect();
        assert_eq!(found.len(), 1, "once, below its post: {records:?}");
        assert_eq!(found[0]["value"]["text"], json!(text));
        let features = found[0]["value"]["facets"].as_array().map_or(0, Vec::len);
        assert_eq!(features, 2, "a mention and a link: {}", found[0]);
        let id = format!("bluesky:{}", found[0]["uri"].as_str().expect("an address"));
        assert_eq!(reply["published"]["id"], json!(id), "the same id as capture gives it");
        until("our answer comes back into its case", async || {
            let kinds = office.kinds(case).await;
            so(kinds.iter().any(|kind| kind == "joined"), kinds)
        })
        .await;
    }
    // Somebody deletes what would be answered.
    let post = ana.write(&format!("my {them} is broken, how do I get it repaired? deleted")).await;
    let case = office.case("repaired? deleted").await;
    ana.delete(&post).await;
    let body = json!({"account": account, "text": "too late"});
    let asked = office.client.post(format!("{}/cases/{case}/replies", office.url)).bearer_auth(&office.key).json(&body);
    let answer = asked.send().await.expect("an answer");
    if answer.status().is_success() {
        // The stream has not told of the deletion yet: the network says it.
        let reply = api::json(answer).await["data"]["id"].as_str().expect("an id").to_owned();
        let failed = office.ended(&reply).await;
        assert!(
            failed["state"] == "failed" && failed["trouble"].as_str().is_some_and(|why| why.contains("delet")),
            "{failed}"
        );
    } else {
        assert!(api::text(answer).await.contains("deleted"));
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(serving.stop().success());
    assert_eq!(program.run(&["doctor"]).status.code(), Some(0));
}

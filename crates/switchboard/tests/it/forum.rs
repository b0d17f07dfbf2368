//! A real web forum: topics and answers are written while the installation follows two of its feeds that overlap.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::api::{self, Api, send, so, until};
use crate::program::Program;

/// All topics by their last answer, and those of one category.
const SOURCES: [&str; 2] = ["recent", "category"];
/// The category that everything is written in.
const CATEGORY: u32 = 2;
/// The forum's feeds show twenty topics, so no more may be written between two looks.
const ROUND: u32 = 6;

/// The forum that `./test` starts; says so if there is none, and fails where there must be one.
fn server() -> Option<String> {
    match std::env::var("SWITCHBOARD_TEST_FORUM") {
        Ok(url) => Some(url),
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("SWITCHBOARD_TEST_FORUM is not set; ./test starts a forum and sets it")
        }
        Err(_) => {
            eprintln!("skipped: no forum (SWITCHBOARD_TEST_FORUM is not set; ./test sets it)");
            None
        }
    }
}

/// The administrator of the forum, who may write as fast as he likes. NodeBB 1.4 takes posts only over socket.io, here
/// in its long-polling form.
struct Member {
    client: reqwest::Client,
    forum: String,
    cookie: String,
    socket: String,
    asked: u32,
}

impl Member {
    async fn new(forum: &str) -> Self {
        let client = api::client();
        let shown = send(client.get(format!("{forum}/api/config"))).await;
        let cookie = cookie(&shown).expect("a session");
        let config = api::json(shown).await;
        let token = config["csrf_token"].as_str().expect("a token");
        let login = client.post(format!("{forum}/login")).header(COOKIE, cookie).header("x-csrf-token", token);
        let let_in = send(login.json(&json!({"username": "admin", "password": "Switchboard-1"}))).await;
        let cookie = cookie_of(&let_in);
        let socket = format!("{forum}/socket.io/?EIO=3&transport=polling&b64=1");
        let opened = api::text(send(client.get(&socket).header(COOKIE, &cookie)).await).await;
        let sid = opened.split("\"sid\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a socket");
        let socket = format!("{socket}&sid={sid}");
        let member = Self { client, forum: forum.to_owned(), socket, cookie, asked: 0 };
        // What is sent before the forum has said that the socket is open is lost without a word.
        let mut told = opened;
        while !told.contains("2:40") {
            told = member.hear().await;
        }
        member
    }

    /// What the socket tells next.
    async fn hear(&self) -> String {
        api::text(send(self.client.get(&self.socket).header(COOKIE, &self.cookie)).await).await
    }

    /// Calls a method and returns its answer; what else the socket tells is passed over.
    async fn call(&mut self, method: &str, argument: Value) -> Value {
        self.asked += 1;
        let message = format!("42{}{}", self.asked, json!([method, argument]));
        let packet = format!("{}:{message}", message.chars().count());
        let post = self.client.post(&self.socket).header("content-type", "text/plain;charset=UTF-8");
        send(post.header(COOKIE, &self.cookie).body(packet)).await;
        let ours = format!("43{}[", self.asked);
        loop {
            let told = self.hear().await;
            let Some(at) = told.find(&ours) else { continue };
            // Further packets may follow; a stream of JSON values ends where the first one does.
            let mut values = serde_json::Deserializer::from_str(&told[at + ours.len() - 1..]).into_iter::<Value>();
            let answer = values.next().expect("an answer").expect("JSON");
            assert!(answer[0].is_null(), "{method}: {}", answer[0]);
            return answer[1].clone();
        }
    }

    /// Writes a topic; returns its address and number.
    async fn topic(&mut self, title: &str, content: &str) -> (String, String) {
        let topic = json!({"title": title, "content": content, "cid": CATEGORY, "tags": []});
        let topic = self.call("topics.post", topic).await;
        let text = |key: &str| topic[key].as_str().expect("text").to_owned();
        (format!("feed:{}/topic/{}", self.forum, text("slug")), text("tid"))
    }

    async fn answer(&mut self, topic: &str, content: &str) {
        self.call("posts.reply", json!({"tid": topic, "content": content})).await;
    }

    /// A topic about the word, one that names it only in its text, one that somebody answers, and one about nothing.
    /// Returns those that are mentions.
    async fn write(&mut self, word: &str, round: u32) -> BTreeMap<String, String> {
        let mut mentions = BTreeMap::new();
        for (number, title) in
            [(1, format!("The {word} broke, case {round}")), (2, format!("Help needed, case {round}"))]
        {
            let content = format!("My {word} makes noise, example {number}");
            mentions.insert(self.topic(&title, &content).await.0, title);
        }
        let title = format!("Question about the {word}, case {round}");
        let (id, topic) = self.topic(&title, "Does anybody know").await;
        self.answer(&topic, "I do not know either").await;
        mentions.insert(id, title);
        self.topic(&format!("The weather, case {round}"), "It rains again and again").await;
        mentions
    }
}

fn cookie(answer: &reqwest::Response) -> Option<String> {
    let set = answer.headers().get(SET_COOKIE)?.to_str().ok()?;
    set.split(';').next().map(str::to_owned)
}

fn cookie_of(answer: &reqwest::Response) -> String {
    cookie(answer).expect("a session after the log-in")
}

/// Asks both sources by the command until so many mentions are stored.
async fn until_stored(program: &Program, api: &Api, expected: usize) {
    until("the feeds have brought all topics", async || {
        for name in SOURCES {
            program.done(&["source", "check", name]);
        }
        let (mentions, newest) = (api.mentions().await, [api.source(SOURCES[0]).await, api.source(SOURCES[1]).await]);
        so(mentions >= expected as u64, (mentions, expected, newest.map(|source| source["health"].clone())))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_topic_counts_once_through_a_crash() {
    let Some(forum) = server() else { return };
    let word = api::word("forum");
    let mut member = Member::new(&forum).await;
    let mut written = member.write(&word, 0).await;
    let program = Program::new()
        .with("SWITCHBOARD__CAPTURE__ALLOW", "127.0.0.1,localhost")
        .with("SWITCHBOARD__CAPTURE__HOST_GAP_MS", "10")
        .with("SWITCHBOARD__CAPTURE__POLL_MIN_S", "5")
        .with("SWITCHBOARD__CAPTURE__POLL_MAX_S", "5");
    program.done(&["search", "add", "brand", &word]);
    for (name, path) in SOURCES.iter().zip(["recent.rss".to_owned(), format!("category/{CATEGORY}.rss")]) {
        program.done(&["source", "new", name, "feed", &json!({"url": format!("{forum}/{path}")}).to_string()]);
    }
    let serving = program.serve();
    let api = Api::of(&serving);
    until_stored(&program, &api, written.len()).await;

    for round in 1..ROUND {
        written.extend(member.write(&word, round).await);
        if round % 2 == 0 {
            until_stored(&program, &api, written.len()).await;
        }
    }
    // Killed right after it was told to look, while topics are written; more come while it is down.
    for name in SOURCES {
        program.done(&["source", "check", name]);
    }
    let (more, ()) = tokio::join!(member.write(&word, ROUND), async { serving.kill() });
    written.extend(more);
    written.extend(member.write(&word, ROUND + 1).await);
    let serving = program.serve();
    let api = Api::of(&serving);
    until_stored(&program, &api, written.len()).await;

    // A first answer changes what the feeds show of a topic that is known; it is no second topic.
    let title = format!("Last words about the {word}");
    let (id, topic) = member.topic(&title, "Is it any good").await;
    written.insert(id.clone(), title);
    until_stored(&program, &api, written.len()).await;
    member.answer(&topic, "It is the best that there is").await;
    until("the answer is a version of its topic", async || {
        for name in SOURCES {
            program.done(&["source", "check", name]);
        }
        let stored = api.post(&id).await.unwrap_or_default();
        so(stored["version"].as_u64() > Some(1), stored)
    })
    .await;

    let stored = api.posts().await;
    let text = |stored: &Value, key: &str| stored["post"][key].as_str().unwrap_or_default().to_owned();
    let found: BTreeMap<String, String> =
        stored.iter().map(|stored| (text(stored, "id"), text(stored, "title"))).collect();
    assert_eq!(stored.len(), written.len(), "each topic once");
    assert_eq!(found, written, "no topic is missing, none was invented");
    assert_eq!(api.mentions().await, written.len() as u64);
    let mut new = 0;
    for name in SOURCES {
        let fates = api.fates(name).await;
        println!("{name}: {fates:?}");
        assert_eq!(fates.of(&["no_id", "malformed", "too_large"]), 0, "{name}: {fates:?}");
        new += fates.of(&["new"]);
        let health = api.source(name).await["health"].clone();
        assert_eq!((&health["state"], &health["message"]), (&json!("ok"), &json!("")), "{name}");
    }
    assert_eq!(new, written.len() as u64, "what came in new is what is stored");
    assert!(serving.stop().success());
    assert_eq!(program.done(&["export", "posts"]).lines().count(), written.len());
    assert_eq!(program.run(&["doctor"]).status.code(), Some(0));
}

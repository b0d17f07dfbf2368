//! An instance that cuts its streams, refuses and breaks off, while three sources that overlap follow it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_testkit::mastodon::{ACCOUNT, FakeMastodon, TOKEN};

use crate::api::{self, Api, Fates, so, until};
use crate::program::{Program, Serving};

const SOURCES: [&str; 3] = ["hashtag", "public", "notifications"];
const WORD: &str = "kettlefish";

/// The instance, and what was said on it that has to arrive: id and text.
#[derive(Clone)]
struct Town {
    server: Arc<FakeMastodon>,
    said: BTreeMap<String, String>,
    to_us: Vec<String>,
    /// How many posts carry the tag, and how many nobody asked for.
    tagged: u64,
    idle: u64,
    number: u32,
}

impl Town {
    fn of(server: &Arc<FakeMastodon>) -> Self {
        Self { server: Arc::clone(server), said: BTreeMap::new(), to_us: Vec::new(), tagged: 0, idle: 0, number: 0 }
    }

    fn say(&mut self, text: String) -> String {
        let local = self.server.post("ana", &text, &api::now());
        let id = format!("mastodon:{}", self.server.uri("ana", &local));
        self.said.insert(id.clone(), text);
        id
    }

    /// Ten mentions, two of them to us; something to us without the word; and as much that nobody asked for.
    async fn talk(&mut self) {
        for turn in 0..10 {
            self.number += 1;
            let number = self.number;
            if turn % 5 == 0 {
                let id = self.say(format!("@{ACCOUNT} the {WORD} again {number} #{WORD}"));
                self.to_us.push(id);
            } else {
                self.say(format!("the {WORD} again {number} #{WORD}"));
            }
            self.server.post("bob", &format!("weather {number}"), &api::now());
            self.tagged += 1;
            self.idle += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.number += 1;
        let id = self.say(format!("@{ACCOUNT} is anybody there {}", self.number));
        self.to_us.push(id);
    }

    async fn until_listened(&self) {
        until("all streams are open", async || so(self.server.listeners() == SOURCES.len(), self.server.listeners()))
            .await;
    }

    /// Asks every source now rather than when its turn comes, until everything has arrived.
    async fn until_arrived(&self, api: &Api) {
        until("everything said is stored", async || {
            for name in SOURCES {
                api.check(name).await;
            }
            let stored = api.posts().await.len();
            so(stored >= self.said.len(), (stored, self.said.len()))
        })
        .await;
    }

    async fn until_failing(&self, api: &Api, words: &str) {
        for name in SOURCES {
            until("the source says what is wrong", async || {
                let health = api.source(name).await["health"].clone();
                let is_said = health["message"].as_str().is_some_and(|message| message.contains(words));
                so(is_said && health["state"] == "failing", health)
            })
            .await;
        }
    }
}

fn installation(server: &FakeMastodon) -> Program {
    let program =
        Program::new().with("SWITCHBOARD__CAPTURE__ALLOW", "127.0.0.1").with("SWITCHBOARD__CAPTURE__HOST_GAP_MS", "10");
    program.done(&["search", "add", "brand", WORD]);
    let settings = [
        json!({"what": "hashtag", "tag": WORD, "instance": server.origin(), "every_s": 10}),
        json!({"what": "public", "instance": server.origin(), "every_s": 10}),
        json!({"what": "notifications", "instance": server.origin(), "token": TOKEN, "every_s": 10}),
    ];
    for (name, settings) in SOURCES.iter().zip(settings) {
        program.done(&["source", "new", name, "mastodon", &settings.to_string()]);
    }
    program
}

/// Cuts the streams of an instance in trouble, talks meanwhile, and lets it recover.
async fn trouble(town: &mut Town, api: &Api, status: u16, body: &str, retry_after: Option<&str>, words: &str) {
    town.server.misbehave(|faults| {
        faults.answer = Some((status, body.to_owned()));
        faults.retry_after = retry_after.map(str::to_owned);
    });
    town.server.cut();
    town.talk().await;
    town.until_failing(api, words).await;
    town.server.misbehave(|faults| (faults.answer, faults.retry_after) = (None, None));
    town.until_arrived(api).await;
    town.until_listened().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_mention_counts_once_through_cuts_refusals_and_a_crash() {
    let server = Arc::new(FakeMastodon::start().await);
    let mut town = Town::of(&server);
    town.talk().await;
    let program = installation(&server);
    let serving = program.serve();
    let api = Api::of(&serving);
    town.until_listened().await;
    town.talk().await;
    town.until_arrived(&api).await;

    trouble(&mut town, &api, 429, "", Some("2"), "429").await;
    trouble(&mut town, &api, 503, "", None, "503").await;
    trouble(&mut town, &api, 200, "[{\"id\":\"1\",\"content\":\"<p>half", None, "breaks off").await;

    let serving = crash(&mut town, &program, serving, &api).await;
    let api = Api::of(&serving);
    town.until_arrived(&api).await;
    town.until_listened().await;
    compare(&town, &api).await;
    follow_changes(&mut town, &api).await;
    assert!(serving.stop().success());
    assert_eq!(program.done(&["export", "posts"]).lines().count(), town.said.len());
    assert_eq!(program.run(&["doctor"]).status.code(), Some(0));
}

/// Killed while people talk, down while they talk on.
async fn crash(town: &mut Town, program: &Program, serving: Serving, api: &Api) -> Serving {
    let before = api.posts().await.len();
    let talking = tokio::spawn({
        let mut town = town.clone();
        async move {
            for _ in 0..5 {
                town.talk().await;
            }
            town
        }
    });
    until("posts arrive", async || {
        let stored = api.posts().await.len();
        so(stored > before, stored)
    })
    .await;
    serving.kill();
    *town = talking.await.expect("no panic");
    town.talk().await;
    program.serve()
}

/// The store holds what was said, once, and knows what was said to us.
async fn compare(town: &Town, api: &Api) {
    until("what was said to us is marked, whichever source brought it first", async || {
        let stored = api.posts().await;
        let mut marked: Vec<_> = stored.iter().filter(|stored| stored["is_addressed"] == true).map(id).collect();
        let mut expected = town.to_us.clone();
        marked.sort();
        expected.sort();
        so(marked == expected, (marked.len(), expected.len()))
    })
    .await;
    until("each source for itself has missed nothing, so none only filled what another lost", async || {
        let [hashtag, public, notifications] =
            [api.fates(SOURCES[0]).await, api.fates(SOURCES[1]).await, api.fates(SOURCES[2]).await];
        let heard = |fates: &Fates| fates.of(&["new", "same_id"]);
        let all = town.said.len() as u64 + town.idle;
        let is_whole = heard(&hashtag) >= town.tagged
            && (public.all() >= all && heard(&public) >= town.tagged && public.of(&["no_search"]) >= town.idle)
            && heard(&notifications) >= town.to_us.len() as u64;
        so(is_whole, (hashtag, public, notifications))
    })
    .await;
    let stored = api.posts().await;
    let text = |stored: &Value| stored["post"]["text"].as_str().unwrap_or_default().to_owned();
    let found: BTreeMap<String, String> = stored.iter().map(|stored| (id(stored), text(stored))).collect();
    assert_eq!(stored.len(), town.said.len(), "each once");
    assert_eq!(found, town.said, "nothing is missing, nothing was invented");
    assert!(stored.iter().all(|stored| stored["version"] == 1), "what came twice is no version");
    let mut new = 0;
    for name in SOURCES {
        let fates = api.fates(name).await;
        println!("{name}: {fates:?}");
        assert_eq!(fates.beside(&["new", "same_id", "no_search"]), 0, "{name}: {fates:?}");
        new += fates.of(&["new"]);
    }
    assert_eq!(new, town.said.len() as u64, "what came in new is what is stored");
}

/// An edit is a version, a deletion takes the text and leaves the fact.
async fn follow_changes(town: &mut Town, api: &Api) {
    let text = format!("a late {WORD} #{WORD}");
    let local = town.server.post("zoe", &text, &api::now());
    let id = format!("mastodon:{}", town.server.uri("zoe", &local));
    town.said.insert(id.clone(), String::new());
    let stored = async |look: fn(&Value) -> bool| {
        let stored = api.post(&id).await.unwrap_or_default();
        so(look(&stored), stored)
    };
    until("the post is stored", async || stored(|stored| stored["version"] == 1).await).await;
    town.server.edit(&local, &format!("a late {WORD} that works #{WORD}"), &api::now());
    until("the edit is a version", async || stored(|stored| stored["version"] == 2).await).await;
    assert_eq!(api.earlier_versions(&id).await, [text]);
    town.server.delete(&local);
    until("the deletion is heard", async || stored(|stored| stored["deleted_at"].is_string()).await).await;
    let stored = api.post(&id).await.expect("the fact stays");
    assert!(stored["post"]["deleted"] == true && stored["post"]["text"] == "" && stored["version"] == 2, "{stored}");
    assert_eq!(api.earlier_versions(&id).await, [""], "no version keeps the text");
}

fn id(stored: &Value) -> String {
    stored["post"]["id"].as_str().unwrap_or_default().to_owned()
}

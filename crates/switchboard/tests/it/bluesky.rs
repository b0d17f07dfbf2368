//! A real Bluesky network: an account writes through its PDS while the installation listens on two streams that overlap.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::{self, Api, Fates, send, so, until};
use crate::program::Program;

const POSTS: &str = "app.bsky.feed.post";
/// The whole network, and only the account: what the account writes comes twice.
const SOURCES: [&str; 2] = ["everything", "ours"];

/// The servers that `./test` starts; says so if there are none, and fails where there must be some.
pub(crate) fn servers() -> Option<Value> {
    match std::env::var("SWITCHBOARD_TEST_BLUESKY") {
        Ok(urls) => Some(serde_json::from_str(&urls).expect("SWITCHBOARD_TEST_BLUESKY is JSON")),
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("SWITCHBOARD_TEST_BLUESKY is not set; ./test starts the servers and sets it")
        }
        Err(_) => {
            eprintln!("skipped: no Bluesky (SWITCHBOARD_TEST_BLUESKY is not set; ./test sets it)");
            None
        }
    }
}

/// An account on the PDS.
#[derive(Clone)]
pub(crate) struct Account {
    client: reqwest::Client,
    pds: String,
    did: String,
    handle: String,
    token: String,
    word: String,
}

impl Account {
    pub(crate) async fn new(servers: &Value, word: &str) -> Self {
        let (client, pds) = (api::client(), servers["pds"].as_str().expect("a URL").to_owned());
        // Handles have at most 18 letters.
        let name: String = word.chars().rev().take(16).collect();
        let body = json!({"handle": format!("{name}.test"), "email": format!("{name}@example.test"), "password": word});
        let made = send(client.post(format!("{pds}/xrpc/com.atproto.server.createAccount")).json(&body)).await;
        let made = api::json(made).await;
        let text = |key: &str| made[key].as_str().expect("text").to_owned();
        Self { client, pds, did: text("did"), handle: text("handle"), token: text("accessJwt"), word: word.to_owned() }
    }

    async fn call(&self, method: &str, mut body: Value) -> Value {
        body["repo"] = json!(self.did);
        body["collection"] = json!(POSTS);
        let url = format!("{}/xrpc/com.atproto.repo.{method}", self.pds);
        api::json(send(self.client.post(url).bearer_auth(&self.token).json(&body)).await).await
    }

    pub(crate) async fn write(&self, text: &str) -> String {
        let record = json!({"$type": POSTS, "text": text, "createdAt": api::now()});
        let made = self.call("createRecord", json!({"record": record})).await;
        format!("bluesky:{}", made["uri"].as_str().expect("an address"))
    }

    /// What it is called.
    pub(crate) fn handle(&self) -> &str {
        &self.handle
    }

    /// Deletes a post.
    pub(crate) async fn delete(&self, id: &str) {
        let rkey = id.rsplit('/').next().expect("a key");
        self.call("deleteRecord", json!({ "rkey": rkey })).await;
    }

    /// Everything it has written.
    pub(crate) async fn records(&self) -> Vec<Value> {
        let url = format!("{}/xrpc/com.atproto.repo.listRecords", self.pds);
        let query = [("repo", self.did.as_str()), ("collection", POSTS), ("limit", "100")];
        let listed = api::json(send(self.client.get(url).query(&query)).await).await;
        listed["records"].as_array().expect("a list").clone()
    }

    /// Writes posts with these numbers; every other one is a mention. Returns the mentions.
    async fn write_all(&self, numbers: std::ops::Range<u32>) -> BTreeMap<String, String> {
        let mut mentions = BTreeMap::new();
        for number in numbers {
            if number % 2 == 0 {
                let text = format!("the {} broke again, number {number}", self.word);
                mentions.insert(self.write(&text).await, text);
            } else {
                self.write(&format!("nothing to see, number {number}")).await;
            }
        }
        mentions
    }
}

/// Ends the pause of a source that was refused.
async fn ask_now(api: &Api) {
    for name in SOURCES {
        api.check(name).await;
    }
}

async fn fates(api: &Api) -> [Fates; 2] {
    [api.fates(SOURCES[0]).await, api.fates(SOURCES[1]).await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_mention_counts_once_through_a_crash_then_is_edited_and_deleted() {
    let Some(servers) = servers() else { return };
    let word = api::word("bsky");
    let account = Account::new(&servers, &word).await;
    let program = Program::new().with("SWITCHBOARD__CAPTURE__ALLOW", "127.0.0.1,localhost");
    program.done(&["search", "add", "brand", &word]);
    let stream = &servers["jetstream"];
    let settings = [
        json!({"what": "jetstream", "jetstream": stream}),
        json!({"what": "jetstream", "jetstream": stream, "authors": [account.did]}),
    ];
    for (name, settings) in SOURCES.iter().zip(settings) {
        program.done(&["source", "new", name, "bluesky", &settings.to_string()]);
    }
    let serving = program.serve();
    let api = Api::of(&serving);
    // A stream begins with what comes next, so something has to come until both hear it.
    let mut probes = 0;
    until("both streams are heard", async || {
        account.write("is anybody there").await;
        probes += 1;
        let fates = fates(&api).await;
        so(fates.iter().all(|fates| fates.all() > 0), fates)
    })
    .await;

    // Killed while posts are written, down while more are written, back while the last ones are.
    let mut written = account.write_all(0..60).await;
    let posting = tokio::spawn({
        let account = account.clone();
        async move { account.write_all(60..120).await }
    });
    until("posts of this part arrive", async || {
        let mentions = api.mentions().await;
        so(mentions > 30, mentions)
    })
    .await;
    serving.kill();
    written.extend(posting.await.expect("no panic"));
    written.extend(account.write_all(120..160).await);
    let posting = tokio::spawn({
        let account = account.clone();
        async move { account.write_all(160..200).await }
    });
    let serving = program.serve();
    let api = Api::of(&serving);
    // The relay cuts the streams that have just been taken up again, and refuses new ones for a while.
    let control = servers["control"].as_str().expect("a URL");
    send(account.client.post(format!("{control}/refuse?seconds=2"))).await;
    send(account.client.post(format!("{control}/cut"))).await;
    written.extend(posting.await.expect("no panic"));

    // Each source has to have come to the end, so that what would count twice has had the chance.
    until("both streams have brought all posts", async || {
        ask_now(&api).await;
        let (mentions, fates) = (api.mentions().await, fates(&api).await);
        so(mentions >= 100 && fates.iter().all(|fates| fates.all() >= 200), (mentions, fates))
    })
    .await;
    // The relay had all of them before this moment, so both streams have when their cursors are past it.
    let moment = api::microseconds();
    until("both streams have come so far", async || {
        account.write("that was all").await;
        ask_now(&api).await;
        let cursors = [api.source(SOURCES[0]).await["cursor"].clone(), api.source(SOURCES[1]).await["cursor"].clone()];
        let is_past =
            |cursor: &Value| cursor.as_str().and_then(|us| us.parse().ok()).is_some_and(|us: i64| us > moment);
        so(cursors.iter().all(is_past), cursors)
    })
    .await;
    let stored = api.posts().await;
    let texts: BTreeMap<String, String> = stored
        .iter()
        .map(|stored| {
            (stored["post"]["id"].as_str().unwrap_or_default(), stored["post"]["text"].as_str().unwrap_or_default())
        })
        .map(|(id, text)| (id.to_owned(), text.to_owned()))
        .collect();
    assert_eq!((stored.len(), written.len()), (100, 100), "each mention once");
    assert_eq!(texts, written, "no mention is missing, none was invented");
    assert!(stored.iter().all(|stored| stored["version"] == 1), "what came twice is no version");
    let told = fates(&api).await;
    println!("{probes} probes, fates {told:?}");
    assert_eq!(told.iter().map(|fates| fates.of(&["new"])).sum::<u64>(), 100, "{told:?}");
    for fates in &told {
        assert!(fates.of(&["new", "same_id"]) >= 100 && fates.of(&["no_search"]) >= 100, "{fates:?}");
    }
    assert_eq!(told[1].beside(&["new", "same_id", "no_search"]), 0, "only the account is heard: {told:?}");

    follow_changes(&account, &api, &written).await;
    assert!(serving.stop().success());
    let exported = program.done(&["export", "posts"]);
    assert_eq!(exported.lines().count(), 100);
    assert_eq!(program.run(&["doctor"]).status.code(), Some(0));
}

/// An edit is a version, a deletion takes the text and leaves the fact.
async fn follow_changes(account: &Account, api: &Api, written: &BTreeMap<String, String>) {
    let (id, text) = written.first_key_value().expect("100 mentions");
    let rkey = id.rsplit('/').next().expect("a key");
    let changed = format!("{text}, and now it works");
    let record = json!({"$type": POSTS, "text": changed, "createdAt": api::now()});
    account.call("putRecord", json!({"rkey": rkey, "record": record})).await;
    let heard = async |reason: &str| {
        let fates = fates(api).await;
        let by = [fates[0].of(&[reason]), fates[1].of(&[reason])];
        so(by.iter().sum::<u64>() >= 1, fates)
    };
    until("the edit is a version", async || heard("version").await).await;
    let stored = api.post(id).await.expect("stored");
    assert_eq!((&stored["version"], &stored["post"]["text"]), (&json!(2), &json!(changed)));
    assert_eq!(&api.earlier_versions(id).await, std::slice::from_ref(text));

    account.call("deleteRecord", json!({"rkey": rkey})).await;
    until("the deletion is heard", async || heard("deletion").await).await;
    let stored = api.post(id).await.expect("the fact stays");
    assert!(stored["deleted_at"].is_string() && stored["post"]["deleted"] == true, "{stored}");
    assert_eq!(stored["post"]["text"], "");
    assert_eq!(api.earlier_versions(id).await, [""], "no version keeps the text");
    let fates = fates(api).await;
    let sum = |reason: &str| fates.iter().map(|fates| fates.of(&[reason])).sum::<u64>();
    assert_eq!((sum("new"), sum("version"), sum("deletion")), (100, 1, 1), "two streams told, each counts once");
}

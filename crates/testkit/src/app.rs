//! An application on a throw-away store, with a clock that stands still and networks that say what the test tells them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use switchboard_app::pipeline::look_back::LookBackConfig;
use switchboard_app::searches::change::SearchText;
use switchboard_app::sources::{Networks, Proposal};
use switchboard_app::triage::Routing;
use switchboard_app::{App, Parts, Router};
use switchboard_model::chat::ChatFormat;
use switchboard_model::mail::{Letter, MailServer, Untaken};
use switchboard_model::push::{PushKey, PushMessage, PushTarget};
use switchboard_model::{
    Account, Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Clock, Cursor, Picture, Post,
    Publish, Randomness, SavedSearch, Source, SourceKind,
};
use switchboard_store::{Location, Store, StoreConfig};

use crate::outlet::FakeOutlet;
use crate::pictures::FakePictures;

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock at 2026-05-04T09:30:00Z.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_777_887_000))
    }

    /// Seconds since 1970.
    pub fn now_s(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Moves it on.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a test does not leave the calendar")
    }
}

/// Chance that always falls in the middle.
#[derive(Debug, Default)]
pub struct FakeRandomness;

impl Randomness for FakeRandomness {
    fn unit(&self) -> f64 {
        0.5
    }
}

/// What a source answers, call after call.
#[derive(Debug)]
pub enum Answer {
    /// These posts and this cursor.
    Posts(Vec<Captured>, &'static str),
    /// A failure.
    Fails(CaptureErrorKind, &'static str),
    /// A fault in the network's own code.
    Panics,
}

/// The name of a source that was asked, and from which cursor.
pub type Question = (String, Option<String>);

/// Networks on which each source plays the script that stands under its name. A script that is over stays silent.
#[derive(Debug, Default, Clone)]
pub struct FakeNetworks {
    scripts: Arc<Mutex<HashMap<String, VecDeque<Answer>>>>,
    asked: Arc<Mutex<Vec<Question>>>,
    outlet: FakeOutlet,
    pictures: FakePictures,
    post: FakePost,
}

impl FakeNetworks {
    /// Where letters go.
    pub fn post(&self) -> &FakePost {
        &self.post
    }

    /// Adds answers to the script of the source of that name.
    pub fn script(&self, name: &str, answers: impl IntoIterator<Item = Answer>) {
        self.scripts.lock().expect("no test panics in between").entry(name.to_owned()).or_default().extend(answers);
    }

    /// Where every account publishes.
    pub fn outlet(&self) -> &FakeOutlet {
        &self.outlet
    }

    /// Where pictures lie.
    pub fn pictures(&self) -> &FakePictures {
        &self.pictures
    }

    /// Which sources were asked, and from which cursor, in order.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().expect("no test panics in between").clone()
    }
}

/// What was written into a room: the address of its webhook, and the lines.
pub type Said = (String, Vec<String>);

/// A server for mail that keeps what it takes, or takes nothing.
#[derive(Debug, Default, Clone)]
pub struct FakePost {
    taken: Arc<Mutex<Vec<Letter>>>,
    refuses: Arc<Mutex<Option<Untaken>>>,
    said: Arc<Mutex<Vec<Said>>>,
    pushed: Arc<Mutex<Vec<Pushed>>>,
    carrier: Arc<Mutex<Option<Carrier>>>,
}

/// Carries letters to a real server.
#[derive(Clone)]
pub struct Carrier(Arc<dyn Fn(MailServer, Letter) -> Carried + Send + Sync>);

/// What comes of handing a letter over.
pub type Carried = BoxFuture<'static, Result<String, Untaken>>;

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Carrier(…)")
    }
}

/// What a browser was told: its endpoint, and the message.
pub type Pushed = (String, PushMessage);

impl FakePost {
    /// Hands letters to whoever carries them to a real server, from now on.
    pub fn hand_to(&self, carrier: impl Fn(MailServer, Letter) -> Carried + Send + Sync + 'static) {
        *self.carrier.lock().expect("no test panics in between") = Some(Carrier(Arc::new(carrier)));
    }

    /// What was taken, in its order.
    pub fn taken(&self) -> Vec<Letter> {
        self.taken.lock().expect("no test panics in between").clone()
    }

    /// Takes nothing from now on, or everything again.
    pub fn refuse(&self, why: Option<Untaken>) {
        *self.refuses.lock().expect("no test panics in between") = why;
    }

    /// What was written into rooms, in its order: the address of the webhook, and the lines.
    pub fn said(&self) -> Vec<Said> {
        self.said.lock().expect("no test panics in between").clone()
    }

    /// What browsers were told, in its order.
    pub fn pushed(&self) -> Vec<Pushed> {
        self.pushed.lock().expect("no test panics in between").clone()
    }

    fn take_push(&self, to: &PushTarget, message: &PushMessage) -> Result<(), Untaken> {
        if let Some(why) = self.refuses.lock().expect("no test panics in between").clone() {
            return Err(why);
        }
        self.pushed.lock().expect("no test panics in between").push((to.endpoint.clone(), message.clone()));
        Ok(())
    }

    fn take_chat(&self, url: &str, lines: &[String]) -> Result<(), Untaken> {
        if let Some(why) = self.refuses.lock().expect("no test panics in between").clone() {
            return Err(why);
        }
        self.said.lock().expect("no test panics in between").push((url.to_owned(), lines.to_vec()));
        Ok(())
    }

    fn take(&self, letter: &Letter) -> Result<String, Untaken> {
        if let Some(why) = self.refuses.lock().expect("no test panics in between").clone() {
            return Err(why);
        }
        self.taken.lock().expect("no test panics in between").push(letter.clone());
        Ok("250 taken".to_owned())
    }
}

impl Networks for FakeNetworks {
    fn send_mail<'a>(&'a self, server: &'a MailServer, letter: &'a Letter) -> BoxFuture<'a, Result<String, Untaken>> {
        let carrier = self.post.carrier.lock().expect("no test panics in between").clone();
        Box::pin(async move {
            match carrier {
                Some(Carrier(carry)) => carry(server.clone(), letter.clone()).await,
                None => self.post.take(letter),
            }
        })
    }

    fn send_chat<'a>(&'a self, _: ChatFormat, url: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(async move { self.post.take_chat(url, lines) })
    }

    fn make_push_key(&self) -> Option<PushKey> {
        Some(PushKey { private: "private".to_owned(), public: "public".to_owned() })
    }

    fn check_push_target(&self, to: &PushTarget) -> Result<(), String> {
        if to.endpoint.starts_with("https://") { Ok(()) } else { Err("it begins with https://".to_owned()) }
    }

    fn send_push<'a>(
        &'a self,
        _: &'a PushKey,
        _: &'a str,
        to: &'a PushTarget,
        message: &'a PushMessage,
    ) -> BoxFuture<'a, Result<(), Untaken>> {
        Box::pin(async move { self.post.take_push(to, message) })
    }

    fn open(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        Ok(Box::new(FakeCapture { name: source.name.clone(), networks: self.clone() }))
    }

    fn validate(&self, _: SourceKind, settings: &Value) -> Result<(), String> {
        match settings.get("bad") {
            Some(_) => Err("setting 'bad' is not known".to_owned()),
            None => Ok(()),
        }
    }

    fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, String> {
        match account.settings.get("token").or(account.settings.get("app_password")) {
            Some(Value::String(_)) => Ok(Arc::new(self.outlet.clone())),
            _ => Err("setting 'token': is missing".to_owned()),
        }
    }

    fn secrets(&self, _: SourceKind) -> &'static [&'static str] {
        &["token"]
    }

    fn propose<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Vec<Proposal>, CaptureError>> {
        Box::pin(async move {
            if link.contains("nothing") {
                return Err(CaptureError::new(CaptureErrorKind::Broken, format!("{link} has nothing to follow")));
            }
            let settings = serde_json::json!({ "url": link });
            let why = "the page names this feed".to_owned();
            Ok(vec![Proposal { name: link.to_owned(), kind: SourceKind::Feed, settings, why }])
        })
    }

    fn picture<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Picture, CaptureError>> {
        Box::pin(self.pictures.fetch(url))
    }
}

struct FakeCapture {
    name: String,
    networks: FakeNetworks,
}

impl Capture for FakeCapture {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(async move {
            let answer = {
                let mut scripts = self.networks.scripts.lock().expect("no test panics in between");
                scripts.get_mut(&self.name).and_then(VecDeque::pop_front)
            };
            if let Ok(mut asked) = self.networks.asked.lock() {
                asked.push((self.name.clone(), cursor.map(|cursor| cursor.0.clone())));
            }
            match answer {
                Some(Answer::Posts(posts, cursor)) => {
                    Ok(Batch { posts, cursor: Some(Cursor(cursor.to_owned())), ..Batch::default() })
                }
                Some(Answer::Fails(kind, message)) => Err(CaptureError::new(kind, message)),
                Some(Answer::Panics) => panic!("a planted fault"),
                None => std::future::pending().await,
            }
        })
    }
}

/// An application under test.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Its networks.
    pub networks: FakeNetworks,
    config: StoreConfig,
    directory: tempfile::TempDir,
}

impl TestApp {
    /// An empty one on SQLite.
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = StoreConfig::sqlite(directory.path().join("test.db"));
        Self::started(config, directory, FakeNetworks::default(), FakeClock::new()).await
    }

    /// An empty one on a database of its own on a PostgreSQL server.
    pub async fn on_postgres(server: &str) -> Self {
        let config = StoreConfig::postgres(crate::postgres::fresh_database(server).await);
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self::started(config, directory, FakeNetworks::default(), FakeClock::new()).await
    }

    async fn started(
        config: StoreConfig,
        directory: tempfile::TempDir,
        networks: FakeNetworks,
        clock: FakeClock,
    ) -> Self {
        let clock = Arc::new(clock);
        // Thrown away with the test; nobody cuts the power in between.
        let store = Store::open(&StoreConfig { is_lasting: false, ..config.clone() }).await.expect("a store");
        let parts = Parts {
            store,
            networks: Arc::new(networks.clone()),
            clock: clock.clone(),
            ids: Arc::new(switchboard_app::SystemIds),
            randomness: Arc::new(FakeRandomness),
            routing: Routing::new(Router::shipped()).expect("the shipped rules can be read"),
            passwords: switchboard_app::access::Passwords::weak_for_tests(),
            secrets: switchboard_app::secrets::Secrets::new(&[7; 32]),
            look_back: Some(LookBackConfig {
                directory: directory.path().join("look-back"),
                hours: 48,
                max_bytes: 1 << 30,
            }),
        };
        Self { app: App::start(parts).await.expect("it starts"), clock, networks, config, directory }
    }

    /// Another process beside it: on the same store, with the same networks, at the moment at which the clock of this one
    /// stands.
    pub async fn beside(&self) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let clock = FakeClock(AtomicI64::new(self.clock.now_s()));
        Self::started(self.config.clone(), directory, self.networks.clone(), clock).await
    }

    /// Stops it and starts it again on the same store, at the moment at which its clock began.
    pub async fn restarted(self) -> Self {
        let Self { app, networks, config, directory, .. } = self;
        app.stop().await;
        Self::started(config, directory, networks, FakeClock::new()).await
    }

    /// Stops it and starts it again on the same store at the same moment.
    pub async fn resumed(self) -> Self {
        let Self { app, networks, config, directory, clock } = self;
        app.stop().await;
        Self::started(config, directory, networks, FakeClock(AtomicI64::new(clock.now_s()))).await
    }

    /// Adds a search.
    pub async fn search(&self, name: &str, query: &str) -> SavedSearch {
        let text = SearchText { name: name.into(), query: query.into(), is_enabled: true, ..SearchText::default() };
        self.app.add_search(text).await.expect("a search")
    }

    /// Does something to the database that no operation does.
    pub async fn run_sql(&self, statement: &str) {
        use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
        let done = match &self.config.location {
            Location::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = options.connect().await.expect("the file opens");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.map(drop)
            }
            Location::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await.expect("the server answers");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.map(drop)
            }
        };
        done.expect("a statement");
    }

    /// The ids of all stored posts, oldest first.
    pub async fn stored(&self) -> Vec<String> {
        let posts = self.app.store().posts_after(0, 1_000).await.expect("readable");
        posts.into_iter().map(|stored| stored.post.id.0).collect()
    }

    /// Waits until a condition holds; a test that waits in vain fails.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, condition: impl Fn() -> F) {
        for _ in 0..500 {
            if condition().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("waited in vain: {what}");
    }
}

/// A heard post of the network `x`.
pub fn heard(identifier: &str, text: &str) -> Captured {
    Captured::heard(Post::new("x", identifier, text))
}

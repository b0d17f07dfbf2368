//! The world outside, as far as the demonstration has one: sources give what the stage lets happen, accounts publish into
//! it, pictures come out of the program. Nothing is fetched and nothing leaves.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_app::sources::{Networks, Proposal};
use switchboard_model::{
    Account, Author, Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, Measured, Outgoing,
    Picture, Post, PostId, PostKind, Publish, PublishError, Published, Source, SourceKind, Target,
};
use tokio::sync::Notify;

/// What the addresses of pictures begin with; their names in `pictures/` follow.
pub(crate) const PICTURES: &str = "https://pictures.example/";

/// A source of the demonstration.
#[derive(Debug, Clone)]
pub struct DemoSource {
    /// Its name.
    pub name: &'static str,
    /// What it looks like.
    pub kind: SourceKind,
    /// The network of its posts; `None` for the one that fails.
    pub network: Option<&'static str>,
    /// Its settings, for reading only.
    pub settings: Value,
}

/// The sources. One of them fails, since one always does.
pub fn sources() -> Vec<DemoSource> {
    let source = |name, kind, network, settings| DemoSource { name, kind, network, settings };
    vec![
        source(
            "Mastodon, all we can reach",
            SourceKind::Mastodon,
            Some("mastodon"),
            json!({ "instance": "https://mstdn.example", "what": "public" }),
        ),
        source("Bluesky, the whole stream", SourceKind::Bluesky, Some("bluesky"), json!({ "what": "jetstream" })),
        source(
            "The Herd, a forum",
            SourceKind::Feed,
            Some("discourse"),
            json!({ "url": "https://herd.example/posts.rss" }),
        ),
        source(
            "Press and blogs",
            SourceKind::Feed,
            Some("feed"),
            json!({ "url": "https://press.example/kitchen.xml" }),
        ),
        source(
            "Reviews of shops",
            SourceKind::Feed,
            Some("review"),
            json!({ "url": "https://reviews.example/fennel" }),
        ),
        source("Stovetop, a board", SourceKind::Feed, None, json!({ "url": "https://stovetop.example/new.rss" })),
    ]
}

/// An answer of ours that reached the world.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The post that was answered.
    pub to: Target,
    /// What our answer became.
    pub ours: Published,
    /// BCP 47 tag of its language, if it is known.
    pub lang: Option<String>,
}

/// What the networks hold for us. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct World(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// What each network gives next. Touched for a moment by stage, accounts and sources.
    queues: Mutex<HashMap<String, VecDeque<Captured>>>,
    /// Something was put into a queue.
    wake: Notify,
    answered: Mutex<Vec<Answered>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// Lets something be said. The network's source gives it next.
    pub fn say(&self, captured: Captured) {
        let Ok(post) = &captured.post else { return };
        lock(&self.0.queues).entry(post.network.clone()).or_default().push_back(captured);
        self.0.wake.notify_waiters();
    }

    /// What a network has to give.
    pub fn take(&self, network: &str) -> Vec<Captured> {
        lock(&self.0.queues).get_mut(network).map(|queue| queue.drain(..).collect()).unwrap_or_default()
    }

    /// What all networks have to give, with their names.
    pub fn take_all(&self) -> Vec<(String, Vec<Captured>)> {
        lock(&self.0.queues).iter_mut().map(|(network, queue)| (network.clone(), queue.drain(..).collect())).collect()
    }

    /// Our answers that nobody has looked at yet.
    pub fn answered(&self) -> Vec<Answered> {
        std::mem::take(&mut *lock(&self.0.answered))
    }
}

/// The networks as the application wants them. What a text would look like is asked of the real ones.
pub struct DemoNetworks {
    world: World,
    real: Arc<dyn Networks>,
}

impl DemoNetworks {
    /// The world, with the real networks for what needs no network.
    pub fn new(world: World, real: Arc<dyn Networks>) -> Self {
        Self { world, real }
    }
}

impl Networks for DemoNetworks {
    fn open(&self, source: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        let known = sources().into_iter().find(|known| known.name == source.name);
        let network = known.and_then(|known| known.network);
        Ok(Box::new(DemoCapture { network, world: self.world.clone(), has_begun: false }))
    }

    fn validate(&self, kind: SourceKind, settings: &Value) -> Result<(), String> {
        self.real.validate(kind, settings)
    }

    fn publisher(&self, account: &Account) -> Result<Arc<dyn Publish>, String> {
        let real = self.real.publisher(account)?;
        Ok(Arc::new(DemoPublish { account: account.clone(), world: self.world.clone(), real }))
    }

    fn secrets(&self, kind: SourceKind) -> &'static [&'static str] {
        self.real.secrets(kind)
    }

    fn propose<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Vec<Proposal>, CaptureError>> {
        let message =
            format!("the demonstration fetches nothing, so it cannot look at {link}; a real installation does");
        Box::pin(async move { Err(CaptureError::new(CaptureErrorKind::Broken, message)) })
    }

    fn picture<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Picture, CaptureError>> {
        let name = url.strip_prefix(PICTURES).and_then(|name| name.strip_suffix(".png"));
        let found = name.and_then(crate::data::picture).and_then(Picture::of_bytes);
        let message = format!("the demonstration fetches nothing, and there is no {url} in it");
        let found = found.ok_or_else(|| CaptureError::new(CaptureErrorKind::Broken, message));
        Box::pin(async move { found })
    }
}

struct DemoCapture {
    network: Option<&'static str>,
    world: World,
    has_begun: bool,
}

impl Capture for DemoCapture {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(async move {
            let Some(network) = self.network else {
                let message = "429 Too Many Requests: it asks for a pause of an hour (made up: the demonstration fetches \
                               nothing)";
                return Err(CaptureError::new(CaptureErrorKind::RetryAfter(Duration::from_secs(3600)), message));
            };
            // The first answer says that the network is there.
            let mut posts = self.world.take(network);
            while posts.is_empty() && self.has_begun {
                let woken = self.world.0.wake.notified();
                posts = self.world.take(network);
                if posts.is_empty() {
                    woken.await;
                    posts = self.world.take(network);
                }
            }
            self.has_begun = true;
            let place = cursor.and_then(|cursor| cursor.0.parse::<u64>().ok()).unwrap_or(0) + posts.len() as u64;
            Ok(Batch { posts, cursor: Some(Cursor(place.to_string())), ..Batch::default() })
        })
    }
}

struct DemoPublish {
    account: Account,
    world: World,
    real: Arc<dyn Publish>,
}

impl DemoPublish {
    fn who(&self) -> Author {
        let handle = self.account.settings.get("handle").and_then(Value::as_str).unwrap_or("FennelCare@mstdn.example");
        let name = "Fennel Care".to_owned();
        let (id, url) = match self.account.network {
            SourceKind::Bluesky => {
                ("bluesky:did:plc:fennelcare".to_owned(), format!("https://bsky.example/profile/{handle}"))
            }
            _ => (
                "mastodon:https://mstdn.example/users/FennelCare".to_owned(),
                "https://mstdn.example/@FennelCare".into(),
            ),
        };
        Author { id, handle: handle.to_owned(), name, url, ..Author::default() }
    }
}

impl Publish for DemoPublish {
    fn measure(&self, text: &str, to: &Target) -> Measured {
        self.real.measure(text, to)
    }

    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>> {
        Box::pin(async move {
            let who = self.who();
            let network = self.account.network.as_str();
            let (id, url) = match self.account.network {
                SourceKind::Bluesky => (
                    format!("at://did:plc:fennelcare/app.bsky.feed.post/{}", outgoing.key),
                    format!("{}/post/{}", who.url, outgoing.key),
                ),
                _ => (
                    format!("https://mstdn.example/users/FennelCare/statuses/{}", outgoing.key),
                    format!("{}/{}", who.url, outgoing.key),
                ),
            };
            let post = Post {
                url: Some(url.clone()),
                kind: Some(PostKind::Reply),
                posted_at: Some(outgoing.queued_at),
                lang: outgoing.lang.clone(),
                in_reply_to: Some(outgoing.to.id.0.clone()),
                thread: outgoing.to.thread.clone(),
                visibility: outgoing.to.visibility,
                author: Some(who),
                ..Post::new(network, &id, &outgoing.text)
            };
            let ours = Published { id: PostId::new(network, &id), url: Some(url) };
            lock(&self.world.0.answered).push(Answered {
                to: outgoing.to.clone(),
                ours: ours.clone(),
                lang: outgoing.lang.clone(),
            });
            self.world.say(Captured::addressed(post));
            Ok(ours)
        })
    }

    fn find<'a>(&'a self, _: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>> {
        Box::pin(async { Ok(None) })
    }

    fn repeats_safely<'a>(&'a self, _: Timestamp, _: Timestamp) -> BoxFuture<'a, Result<bool, PublishError>> {
        Box::pin(async { Ok(false) })
    }

    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>> {
        Box::pin(async move { Ok(self.who()) })
    }
}

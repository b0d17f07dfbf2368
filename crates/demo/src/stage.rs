//! What goes on after the history: posts keep arriving, the storm comes in chapters, authors answer us.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use switchboard_app::App;
use switchboard_model::{Captured, CaseId, Post, PostId, PostKind};

use crate::data::{Data, PostText};
use crate::networks::{Answered, World};
use crate::seed::Seeded;
use crate::writer::{Place, Writer};

/// A live post that names no pause comes after this one.
const PAUSE: Duration = Duration::from_secs(20);
/// How often the stage looks whether somebody was answered.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// An author reads what we wrote, and writes.
const ANSWERS_AFTER: Duration = Duration::from_secs(14);
/// So many answers of ours are answered; after that the authors have said what they had to say.
const MOST_ANSWERS: usize = 200;

/// The stage of one demonstration. Clones share it.
#[derive(Clone)]
pub struct Stage(Arc<Shared>);

struct Shared {
    app: App,
    world: World,
    data: Data,
    /// Taken for as long as a post is made.
    writer: Mutex<Writer>,
    /// How many chapters of the storm have begun.
    begun: AtomicUsize,
    is_playing: AtomicBool,
    answers: AtomicUsize,
}

/// Where the storm stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// How many chapters have begun.
    pub begun: usize,
    /// How many there are.
    pub chapters: usize,
    /// Whether one is being told at the moment.
    pub is_playing: bool,
    /// What comes next: title, and what happens in it.
    pub next: Option<(String, String)>,
}

impl Stage {
    /// The stage after a history.
    pub fn new(app: App, world: World, data: Data, seeded: Seeded) -> Self {
        Self(Arc::new(Shared {
            app,
            world,
            data,
            writer: Mutex::new(seeded.writer),
            begun: AtomicUsize::new(0),
            is_playing: AtomicBool::new(false),
            answers: AtomicUsize::new(0),
        }))
    }

    /// Lets posts arrive until the application stops. Returns at once.
    pub fn begin(&self) {
        let (stage, stop) = (self.clone(), self.0.app.stopping());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = stage.go_on() => {}
            }
        });
        let (stage, stop) = (self.clone(), self.0.app.stopping());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = stage.let_authors_answer() => {}
            }
        });
    }

    /// Where the storm stands.
    pub fn storm(&self) -> Storm {
        let begun = self.0.begun.load(Ordering::Relaxed);
        let chapters = &self.0.data.storm;
        Storm {
            begun,
            chapters: chapters.len(),
            is_playing: self.0.is_playing.load(Ordering::Relaxed),
            next: chapters.get(begun).map(|chapter| (chapter.title.clone(), chapter.about.clone())),
        }
    }

    /// Begins the next chapter of the storm, unless one is being told or all are. Returns at once, with how it stands.
    pub fn next_chapter(&self) -> Storm {
        if self.0.is_playing.swap(true, Ordering::AcqRel) {
            return self.storm();
        }
        let number = self.0.begun.load(Ordering::Relaxed);
        if number >= self.0.data.storm.len() {
            self.0.is_playing.store(false, Ordering::Release);
            return self.storm();
        }
        self.0.begun.store(number + 1, Ordering::Relaxed);
        let (stage, stop) = (self.clone(), self.0.app.stopping());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = stage.tell(number) => {}
            }
            stage.0.is_playing.store(false, Ordering::Release);
        });
        self.storm()
    }

    /// The case with which the tour begins: somebody who writes for the third time.
    pub async fn first_case(&self) -> Option<CaseId> {
        let post = {
            let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.first(&self.0.data.company.tour_begins_with)?.clone()
        };
        let store = self.0.app.store();
        let stored = store.find_post(&post).await.ok().flatten()?;
        store.find_case_of_post(stored.seq).await.ok().flatten().map(|case| case.id)
    }

    async fn tell(&self, number: usize) {
        let Some(chapter) = self.0.data.storm.get(number) else { return };
        for (place, post) in chapter.posts.iter().enumerate() {
            tokio::time::sleep(Duration::from_secs(post.after_s.unwrap_or(2))).await;
            self.say(post, &format!("storm-{number}-{place}"));
        }
    }

    async fn go_on(&self) {
        for (place, post) in self.0.data.live.iter().enumerate() {
            tokio::time::sleep(post.after_s.map_or(PAUSE, Duration::from_secs)).await;
            self.say(post, &format!("live-{place}"));
        }
    }

    fn say(&self, text: &PostText, name: &str) {
        let thread = text.answers.as_deref().unwrap_or(name);
        let network = text.on.as_deref().unwrap_or("mastodon");
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let captured = writer.say(&self.0.data, text, Place { thread, network, at: self.0.app.now() });
        self.0.world.say(captured);
    }

    async fn let_authors_answer(&self) {
        // What was answered in the history has its answers there.
        drop(self.0.world.answered());
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            for answered in self.0.world.answered() {
                let number = self.0.answers.fetch_add(1, Ordering::Relaxed);
                if number < MOST_ANSWERS {
                    let stage = self.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(ANSWERS_AFTER).await;
                        if let Some(post) = stage.answer_to(&answered, number, stage.0.app.now()) {
                            stage.0.world.say(Captured::heard(post));
                        }
                    });
                }
            }
        }
    }

    /// What an author writes back, in the language of what they read.
    fn answer_to(&self, answered: &Answered, number: usize, at: Timestamp) -> Option<Post> {
        let author = answered.to.author.clone()?;
        let network = answered.to.id.as_str().split(':').next()?;
        let lang = answered.lang.as_deref().and_then(|tag| tag.get(..2)).unwrap_or("en");
        let fitting: Vec<&str> =
            self.0.data.answers.iter().filter(|one| one.lang == lang).map(|one| one.text.as_str()).collect();
        let text = fitting.get(number % fitting.len().max(1))?;
        let id = PostId::new(network, &format!("{}/answer-{number}", author.id));
        Some(Post {
            lang: Some(lang.to_owned()),
            posted_at: Some(at),
            kind: Some(PostKind::Reply),
            in_reply_to: Some(answered.ours.id.0.clone()),
            thread: answered.to.thread.clone(),
            visibility: answered.to.visibility,
            author: Some(author),
            ..Post::new(network, id.as_str(), text)
        })
    }
}

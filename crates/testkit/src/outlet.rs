//! A network that answers can be published on, with switchable faults: it refuses, loses what it says, or never answers.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::{
    Author, BoxFuture, Measured, Outgoing, PostId, Publish, PublishError, PublishErrorKind, Published, Target,
};

/// What becomes of one sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// It is taken and confirmed.
    Taken,
    /// It is taken, and the confirmation is lost.
    Lost,
    /// It is not taken, and nobody can tell.
    Dropped,
    /// It is taken and never answered.
    Silent,
    /// It is taken by the network only when [`FakeOutlet::arrive`] says so, and nobody can tell.
    Late,
    /// It is not taken, with certainty.
    Refused(PublishErrorKind),
}

/// One post that the network holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The key it was sent with.
    pub key: String,
    /// The post it answers.
    pub to: PostId,
    /// What it says.
    pub text: String,
}

#[derive(Debug)]
struct State {
    held: Vec<Held>,
    late: Vec<Held>,
    script: VecDeque<Sending>,
    failing_looks: u32,
    looks: u32,
    sendings: u32,
    keeps_keys: bool,
    is_revoked: bool,
    limit: u32,
    used_keys: BTreeSet<String>,
}

/// The network with one account on it. Clones share it.
#[derive(Debug, Clone)]
pub struct FakeOutlet {
    // The test and every sending touch it for a moment each.
    state: Arc<Mutex<State>>,
}

impl Default for FakeOutlet {
    fn default() -> Self {
        let state = State {
            held: Vec::new(),
            late: Vec::new(),
            script: VecDeque::new(),
            failing_looks: 0,
            looks: 0,
            sendings: 0,
            keeps_keys: true,
            is_revoked: false,
            limit: 500,
            used_keys: BTreeSet::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }
}

impl FakeOutlet {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of the next sendings, one after the other; after them all are taken.
    pub fn script(&self, sendings: impl IntoIterator<Item = Sending>) {
        self.lock().script.extend(sendings);
    }

    /// Whether a second sending of a key makes no second post.
    pub fn keep_keys(&self, keeps: bool) {
        self.lock().keeps_keys = keeps;
    }

    /// The account may no longer write, or may again.
    pub fn revoke(&self, is_revoked: bool) {
        self.lock().is_revoked = is_revoked;
    }

    /// So many looks from now on get no answer.
    pub fn fail_looks(&self, looks: u32) {
        self.lock().failing_looks = looks;
    }

    /// What was on its way arrives.
    pub fn arrive(&self) {
        let mut state = self.lock();
        let late = std::mem::take(&mut state.late);
        for one in late {
            state.take(one);
        }
    }

    /// What the network holds, oldest first.
    pub fn held(&self) -> Vec<Held> {
        self.lock().held.clone()
    }

    /// How often something was sent, and how often it was looked.
    pub fn counts(&self) -> (u32, u32) {
        let state = self.lock();
        (state.sendings, state.looks)
    }
}

impl State {
    fn take(&mut self, one: Held) {
        if self.used_keys.insert(one.key.clone()) || !self.keeps_keys {
            self.held.push(one);
        }
    }
}

fn published(held: &Held) -> Published {
    let id = PostId(format!("mastodon:https://social.example/users/acme/statuses/{}", held.key));
    Published { url: Some(format!("https://social.example/@acme/{}", held.key)), id }
}

fn revoked() -> PublishError {
    PublishError::new(
        PublishErrorKind::Account,
        "social.example does not let this account write (401); make a new token",
    )
}

impl Publish for FakeOutlet {
    fn measure(&self, text: &str, to: &Target) -> Measured {
        let (length, limit) = (u32::try_from(text.chars().count()).unwrap_or(u32::MAX), self.lock().limit);
        let mut problems = Vec::new();
        if text.trim().is_empty() {
            problems.push("write something first".to_owned());
        }
        if length > limit {
            problems.push(format!("{} characters too long; shorten it", length - limit));
        }
        let lead = to.author.as_ref().map(|author| format!("@{} ", author.handle)).unwrap_or_default();
        Measured { length, limit, lead, clickable: Vec::new(), problems }
    }

    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>> {
        Box::pin(async move {
            let held = Held { key: outgoing.key.clone(), to: outgoing.to.id.clone(), text: outgoing.text.clone() };
            let sending = {
                let mut state = self.lock();
                state.sendings += 1;
                if state.is_revoked {
                    return Err(revoked());
                }
                let sending = state.script.pop_front().unwrap_or(Sending::Taken);
                match sending {
                    Sending::Taken | Sending::Lost | Sending::Silent => state.take(held.clone()),
                    Sending::Late => state.late.push(held.clone()),
                    Sending::Dropped | Sending::Refused(_) => {}
                }
                sending
            };
            // Something always lies between a sending and its answer.
            tokio::time::sleep(Duration::from_millis(1)).await;
            match sending {
                Sending::Taken => Ok(published(&held)),
                Sending::Lost | Sending::Dropped | Sending::Late => {
                    Err(PublishError::new(PublishErrorKind::Unsure, "social.example broke the connection off"))
                }
                Sending::Silent => std::future::pending().await,
                Sending::Refused(kind) => Err(PublishError::new(kind, "social.example refuses the answer")),
            }
        })
    }

    fn find<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>> {
        Box::pin(async move {
            let mut state = self.lock();
            state.looks += 1;
            if state.is_revoked {
                return Err(revoked());
            }
            if state.failing_looks > 0 {
                state.failing_looks -= 1;
                return Err(PublishError::new(PublishErrorKind::Retry, "social.example is in trouble (502)"));
            }
            let found = state.held.iter().find(|held| held.to == outgoing.to.id && held.text == outgoing.text);
            Ok(found.map(published))
        })
    }

    fn repeats_safely<'a>(&'a self, _: Timestamp, _: Timestamp) -> BoxFuture<'a, Result<bool, PublishError>> {
        Box::pin(async move { Ok(self.lock().keeps_keys) })
    }

    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>> {
        Box::pin(async move {
            if self.lock().is_revoked {
                return Err(revoked());
            }
            Ok(Author {
                id: "mastodon:https://social.example/users/acme".into(),
                handle: "acme@social.example".into(),
                name: "Acme".into(),
                ..Author::default()
            })
        })
    }
}

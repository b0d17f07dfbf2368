//! Where pictures lie: each address answers as the test says, and everything that is asked is counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use switchboard_model::{CaptureError, CaptureErrorKind, Picture};
use tokio::sync::watch;

/// What an address answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A GIF of so many bytes.
    Gif(usize),
    /// A failure.
    Fails(CaptureErrorKind),
    /// No answer, ever.
    Hangs,
}

#[derive(Debug, Default)]
struct State {
    shown: HashMap<String, Shown>,
    asked: Vec<String>,
    at_once: usize,
    most_at_once: usize,
}

/// Where pictures lie. Clones share it. An address that no test names has none.
#[derive(Debug, Default, Clone)]
pub struct FakePictures {
    // The test and every fetch touch it for a moment each.
    state: Arc<Mutex<State>>,
    is_held: Arc<watch::Sender<bool>>,
}

/// A fetch under way, also one that is given up.
struct UnderWay<'a>(&'a FakePictures);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().at_once -= 1;
    }
}

impl FakePictures {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an address answers from now on.
    pub fn show(&self, url: &str, shown: Shown) {
        self.lock().shown.insert(url.to_owned(), shown);
    }

    /// Which addresses were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.lock().asked.clone()
    }

    /// Whether whoever asks from now on waits until this is taken back.
    pub fn hold(&self, held: bool) {
        self.is_held.send_replace(held);
    }

    /// How many are being fetched.
    pub fn at_once(&self) -> usize {
        self.lock().at_once
    }

    /// How many were being fetched at the same time, at most.
    pub fn most_at_once(&self) -> usize {
        self.lock().most_at_once
    }

    pub(crate) async fn fetch(&self, url: &str) -> Result<Picture, CaptureError> {
        let shown = {
            let mut state = self.lock();
            state.asked.push(url.to_owned());
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
            state.shown.get(url).cloned().unwrap_or(Shown::Fails(CaptureErrorKind::Broken))
        };
        let _under_way = UnderWay(self);
        // Something always lies between a question and its answer.
        tokio::time::sleep(Duration::from_millis(5)).await;
        // The sender lives as long as `self`.
        let _ = self.is_held.subscribe().wait_for(|held| !held).await;
        match shown {
            Shown::Gif(bytes) => {
                let mut all = b"GIF89a".to_vec();
                all.resize(bytes.max(6), 0);
                Ok(Picture::of_bytes(all).expect("a GIF"))
            }
            Shown::Fails(kind) => Err(CaptureError::new(kind, "there is no such picture")),
            Shown::Hangs => std::future::pending().await,
        }
    }
}

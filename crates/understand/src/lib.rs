//! Signals read from a post's title and text: language, sentiment and intents, each with its evidence.
//!
//! Third step on the way of the data (capture → match → **understand** → route). The first version is made of
//! rules and lexicons (`data/`), called [`MODEL`] in every signal; a trained model may replace it behind
//! [`Reader`]. It reads no clock, no network and no store, looks at nothing but the one post, and decides
//! neither department nor priority (`route` does).
//!
//! To teach it a word or phrase, add a line to a file in `data/` (the README there gives the forms) and a post
//! to `testdata/posts.tsv`. To add a signal, give it a name in `model`, a module beside
//! `sentiment` and a row in [`TASKS`].

mod features;
mod fold;
mod intent;
mod language;
mod lexicon;
mod pattern;
mod sentiment;
mod tag;
mod task;
mod text;

pub use task::{Classified, TASKS, Task, UnknownTask};

use switchboard_model::{Features, Post, Signal, Signals};

use crate::lexicon::Lexicon;
use crate::text::Text;

/// What produced the signals: the name in [`Signal::model`].
pub const MODEL: &str = "rules-1";

/// Reads posts. Holds the compiled rules; build one and share it between threads.
#[derive(Debug)]
pub struct Reader {
    lexicon: Lexicon,
}

impl Reader {
    /// Compiles the shipped rules.
    pub fn new() -> Self {
        let lexicon = Lexicon::shipped().expect("the shipped lexicons are read in full by the tests of this crate");
        Self { lexicon }
    }

    /// Everything that can be understood about the post. A signal that cannot be told is absent.
    pub fn read(&self, post: &Post) -> Signals {
        let text = Text::of_post(post, &self.lexicon);
        let language = language::read(post.lang.as_deref(), &text, &self.lexicon);
        let tongues = language::speaks(language.as_ref());
        let hits = self.lexicon.hits(&text, tongues);
        let sentiment = sentiment::read(&text, tongues, &hits, &self.lexicon);
        let mood = sentiment.as_ref().map_or(0.0, sentiment::mood);
        let intents = intent::read(&text, &hits, mood, &self.lexicon);
        Signals(language.into_iter().chain(sentiment).chain(intents).collect())
    }

    /// The language of the post; `None` where it cannot be told.
    pub fn language(&self, post: &Post) -> Option<Signal> {
        let text = Text::of_post(post, &self.lexicon);
        language::read(post.lang.as_deref(), &text, &self.lexicon)
    }

    /// What the post is made of, for whoever compares it with others.
    pub fn features(&self, post: &Post) -> Features {
        features::of_post(post)
    }

    /// What [`Reader::classify`] can be asked.
    pub fn tasks(&self) -> &'static [Task] {
        TASKS
    }

    /// Answers one task for one text, always with a label.
    pub fn classify(&self, task: &str, text: &str) -> Result<Classified, UnknownTask> {
        task::classify(self, task, text)
    }

    /// The scores of all intents, also of those too weak to be signals.
    fn intent_scores(&self, post: &Post) -> Vec<(&'static str, f64)> {
        let text = Text::of_post(post, &self.lexicon);
        let tongues = language::speaks(language::read(post.lang.as_deref(), &text, &self.lexicon).as_ref());
        let hits = self.lexicon.hits(&text, tongues);
        let sentiment = sentiment::read(&text, tongues, &hits, &self.lexicon);
        intent::scores(&text, &hits, sentiment.as_ref().map_or(0.0, sentiment::mood), &self.lexicon)
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

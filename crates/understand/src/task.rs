//! Single questions about a bare text, for `switchboard classify`.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_model::{Post, SignalName};

use crate::intent::INTENTS;
use crate::{Reader, sentiment};

/// The answer that none of a task's labels fits.
pub(crate) const NONE: &str = "none";

/// The answer that the language cannot be told.
const UNDETERMINED: &str = "und";

/// One thing that a text can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its name.
    pub name: &'static str,
    /// Its labels; empty where they are open (languages).
    pub labels: &'static [&'static str],
    /// What it tells.
    pub about: &'static str,
}

/// All tasks.
pub const TASKS: &[Task] = &[
    Task { name: "language", labels: &[], about: "the language as BCP 47 code, `und` where it cannot be told" },
    Task { name: "sentiment", labels: &sentiment::LABELS, about: "the mood of the text" },
    Task {
        name: "intent",
        labels: &["complaint", "question", "thanks", "purchase", "job", NONE],
        about: "what the author wants; the strongest where there are several",
    },
    Task { name: "complaint", labels: &["complaint", NONE], about: "whether something broke the author's expectation" },
    Task { name: "question", labels: &["question", NONE], about: "whether the author expects an answer" },
    Task { name: "thanks", labels: &["thanks", NONE], about: "whether the author thanks somebody" },
    Task { name: "purchase", labels: &["purchase", NONE], about: "whether the author may buy" },
    Task { name: "job", labels: &["job", NONE], about: "whether the author looks for work" },
];

/// The answer to a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classified {
    /// The label with the highest score.
    pub label: String,
    /// All labels with their scores, 0–1.
    pub scores: BTreeMap<String, f64>,
}

/// There is no such task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown task '{0}': choose one of language, sentiment, intent, complaint, question, thanks, purchase, job")]
pub struct UnknownTask(pub String);

pub(crate) fn classify(reader: &Reader, task: &str, text: &str) -> Result<Classified, UnknownTask> {
    if !TASKS.iter().any(|known| known.name == task) {
        return Err(UnknownTask(task.to_owned()));
    }
    let post = Post::new("text", "0", text);
    let signals = reader.read(&post);
    let scores: BTreeMap<String, f64> = match task {
        "language" => match signals.find(SignalName::Language) {
            Some(signal) => BTreeMap::from([(signal.label.clone(), signal.score)]),
            None => BTreeMap::from([(UNDETERMINED.to_owned(), 1.0)]),
        },
        "sentiment" => match signals.find(SignalName::Sentiment) {
            Some(signal) => signal.scores.clone(),
            None => BTreeMap::from(sentiment::NOTHING_SAID.map(|(label, score)| (label.to_owned(), score))),
        },
        "intent" => {
            let all = reader.intent_scores(&post);
            let none = 1.0 - all.iter().map(|&(_, score)| score).fold(0.0, f64::max);
            all.into_iter().chain([(NONE, none)]).map(|(label, score)| (label.to_owned(), score)).collect()
        }
        _ => {
            let all = reader.intent_scores(&post);
            let score = all.iter().find(|(label, _)| *label == task).map_or(0.0, |&(_, score)| score);
            BTreeMap::from([(task.to_owned(), score), (NONE.to_owned(), 1.0 - score)])
        }
    };
    // Of equal scores the first in the task's own order wins, so that the answer does not hang on the alphabet.
    let order = |label: &str| INTENTS.iter().position(|intent| intent.as_str() == label).unwrap_or(usize::MAX);
    let label = scores
        .iter()
        .max_by(|one, other| one.1.total_cmp(other.1).then_with(|| order(other.0).cmp(&order(one.0))))
        .map_or_else(|| NONE.to_owned(), |(label, _)| label.clone());
    Ok(Classified { label, scores })
}

//! What was understood about a post, with its evidence and the version of what produced it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{PostId, Span};

/// The name of one thing that can be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignalName {
    /// The language of the text, BCP 47.
    Language,
    /// `positive`, `neutral` or `negative`.
    Sentiment,
    /// One intent of possibly several: `complaint`, `question`, `thanks`, `purchase`, `job`.
    Intent,
}

impl SignalName {
    /// All names.
    pub const ALL: [Self; 3] = [Self::Language, Self::Sentiment, Self::Intent];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Sentiment => "sentiment",
            Self::Intent => "intent",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }
}

/// One thing understood about a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// What was asked.
    pub name: SignalName,
    /// The answer.
    pub label: String,
    /// How sure, 0–1.
    pub score: f64,
    /// All labels with their scores, where there is more than one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<String, f64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What produced it, for example `rules-1`.
    pub model: String,
}

/// One reason for a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule or feature, in words a person understands, for example `"refund" asks for money back`.
    pub why: String,
    /// Where in the post, if the reason stands in its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// How much it weighed; above zero speaks for the label.
    pub weight: f64,
}

/// All signals of one post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signals(pub Vec<Signal>);

impl Signals {
    /// The first signal of that name.
    pub fn find(&self, name: SignalName) -> Option<&Signal> {
        self.0.iter().find(|signal| signal.name == name)
    }

    /// All signals of that name.
    pub fn all(&self, name: SignalName) -> impl Iterator<Item = &Signal> {
        self.0.iter().filter(move |signal| signal.name == name)
    }

    /// Whether a signal of that name has that label.
    pub fn has(&self, name: SignalName, label: &str) -> bool {
        self.all(name).any(|signal| signal.label == label)
    }
}

/// The department that a post is proposed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// Its name.
    pub label: String,
    /// How sure, 0–1.
    pub score: f64,
    /// Which rule, in words.
    pub why: String,
}

/// How urgent a post is, with the parts that add up to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// 0–100.
    pub score: u8,
    /// The parts; their points add up to the score (before the bounds 0 and 100).
    pub parts: Vec<PriorityPart>,
}

/// Stands for words that not everybody may read who sees what follows from them.
pub(crate) const SAID_IN_PRIVATE: &str = "what was said in private";

impl Priority {
    /// The same without the words by which it was judged: they were said in private.
    #[must_use]
    pub fn hushed(mut self) -> Self {
        self.parts.iter_mut().for_each(|part| part.why = SAID_IN_PRIVATE.to_owned());
        self
    }
}

/// One part of a priority.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorityPart {
    /// `harm`, `reach`, `need`…
    pub name: String,
    /// What it adds or takes.
    pub points: i32,
    /// Why, in words.
    pub why: String,
}

/// Everything decided about one post: matched, understood, routed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The post.
    pub id: PostId,
    /// Names or ids of the matching searches, in the order of the searches.
    pub matches: Vec<String>,
    /// The language, if it could be told.
    pub lang: Option<String>,
    /// What was understood.
    pub signals: Signals,
    /// Where it should go.
    pub department: Destination,
    /// How urgent it is.
    pub priority: Priority,
}

impl Decision {
    /// The line that `switchboard triage` prints: one-answer signals as one object, intents as a list, parts by name.
    pub fn to_wire(&self) -> serde_json::Value {
        let label = |signal: &Signal| serde_json::json!({ "label": signal.label, "score": rounded(signal.score) });
        let mut signals = serde_json::Map::new();
        for name in SignalName::ALL {
            let all: Vec<&Signal> = self.signals.all(name).collect();
            if name == SignalName::Intent {
                signals.insert("intents".to_owned(), all.into_iter().map(label).collect());
            } else if let Some(signal) = all.first() {
                let mut value = label(signal);
                if let Some(object) = value.as_object_mut().filter(|_| !signal.scores.is_empty()) {
                    let scores: BTreeMap<&String, f64> =
                        signal.scores.iter().map(|(label, score)| (label, rounded(*score))).collect();
                    object.insert("scores".to_owned(), serde_json::json!(scores));
                }
                signals.insert(name.as_str().to_owned(), value);
            }
        }
        let parts: BTreeMap<&str, i32> =
            self.priority.parts.iter().map(|part| (part.name.as_str(), part.points)).collect();
        serde_json::json!({
            "id": self.id,
            "matches": self.matches,
            "lang": self.lang,
            "signals": signals,
            "department": {
                "label": self.department.label, "score": rounded(self.department.score), "why": self.department.why,
            },
            "priority": { "score": self.priority.score, "parts": parts },
        })
    }
}

/// Four digits say more than any score is worth.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

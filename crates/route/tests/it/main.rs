//! The router as others use it: departments, priorities, and files that are wrong.

mod departments;
mod files;
mod priorities;

use switchboard_model::{Signal, SignalName, Signals};

/// Signals with these intents and this sentiment.
fn signals(intents: &[&str], sentiment: Option<&str>) -> Signals {
    let signal = |name, label: &str| Signal {
        name,
        label: label.to_owned(),
        score: 0.8,
        scores: Default::default(),
        evidence: Vec::new(),
        model: "rules-1".to_owned(),
    };
    let intents = intents.iter().map(|intent| signal(SignalName::Intent, intent));
    Signals(sentiment.map(|label| signal(SignalName::Sentiment, label)).into_iter().chain(intents).collect())
}

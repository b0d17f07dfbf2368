//! A fixed set of posts written for this purpose, with floors under what is read rightly.

use std::collections::BTreeMap;

use switchboard_model::{Post, SignalName};
use switchboard_understand::Reader;

struct Labelled {
    language: &'static str,
    sentiment: &'static str,
    intents: Vec<&'static str>,
    text: &'static str,
}

fn corpus() -> Vec<Labelled> {
    let lines = include_str!("../../testdata/posts.tsv").lines().filter(|line| !line.starts_with('#'));
    let read = |line: &'static str| {
        let columns: Vec<_> = line.split('\t').collect();
        let [language, sentiment, intents, text] = columns[..] else { panic!("four columns in '{line}'") };
        let intents = intents.split(',').filter(|intent| *intent != "-").collect();
        Labelled { language, sentiment, intents, text }
    };
    lines.map(read).collect()
}

#[test]
fn the_written_posts_are_read() {
    let reader = Reader::new();
    let corpus = corpus();
    let (mut languages, mut sentiments) = (0, 0);
    // intent → (labelled, read, both)
    let mut intents: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut misses = Vec::new();
    for post in &corpus {
        let signals = reader.read(&Post::new("x", "1", post.text));
        let label = |name| signals.find(name).map_or("-", |signal| signal.label.as_str());
        languages += usize::from(label(SignalName::Language) == post.language);
        sentiments += usize::from(label(SignalName::Sentiment) == post.sentiment);
        let found: Vec<&str> = signals.all(SignalName::Intent).map(|signal| signal.label.as_str()).collect();
        for intent in ["complaint", "question", "thanks", "purchase", "job"] {
            let (labelled, read) = (post.intents.contains(&intent), found.contains(&intent));
            let counts = intents.entry(intent).or_default();
            counts.0 += usize::from(labelled);
            counts.1 += usize::from(read);
            counts.2 += usize::from(labelled && read);
        }
        let is = (label(SignalName::Language), label(SignalName::Sentiment), found.clone());
        if is != (post.language, post.sentiment, post.intents.clone()) {
            misses.push(format!("{is:?} {}", post.text));
        }
    }
    println!("{} posts, language {languages}, sentiment {sentiments}, intents {intents:?}", corpus.len());
    println!("{}", misses.join("\n"));
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    assert!(corpus.len() >= 150);
    assert!(share(languages, corpus.len()) >= 0.97, "language {languages}");
    assert!(share(sentiments, corpus.len()) >= 0.9, "sentiment {sentiments}");
    for (intent, (labelled, read, both)) in intents {
        assert!(share(both, labelled) >= 0.9, "recall of {intent}: {both} of {labelled}");
        assert!(share(both, read) >= 0.85, "precision of {intent}: {both} of {read}");
    }
}

//! Single rules and what is said about them.

use switchboard_model::{Post, Signal, SignalName, Signals, SpanPart};
use switchboard_understand::{MODEL, Reader};

fn read(text: &str) -> Signals {
    Reader::new().read(&Post::new("x", "1", text))
}

fn intent<'s>(signals: &'s Signals, label: &str) -> Option<&'s Signal> {
    signals.all(SignalName::Intent).find(|signal| signal.label == label)
}

#[test]
fn hard_negatives_are_not_taken_for_the_real_thing() {
    let reader = Reader::new();
    let check = |text: &str, expected: &[&str], not_expected: &[&str]| {
        let signals = reader.read(&Post::new("x", "1", text));
        for label in expected {
            assert!(signals.has(SignalName::Intent, label), "{text}: no {label}");
        }
        for label in not_expected {
            assert!(!signals.has(SignalName::Intent, label), "{text}: {label}");
        }
    };
    check("thanks for nothing", &["complaint"], &["thanks"]);
    check("@acme thanks for losing my bag", &["complaint"], &["thanks"]);
    check("no thanks", &[], &["thanks", "purchase"]);
    check("thank god that is over", &[], &["thanks"]);
    check("thanks in advance for any help", &[], &["complaint"]);
    check("don't buy this", &[], &["purchase"]);
    check("I can't afford to buy a new phone", &[], &["purchase"]);
    check("good job team", &[], &["job"]);
    check("that's not my job", &[], &["job"]);
    check("are you kidding me?", &[], &["question"]);
    check("https://a.example/?q=1", &[], &["question"]);
    check("danke für nichts", &["complaint"], &["thanks"]);
    check("non merci", &[], &["thanks"]);
    check("gracias por nada", &["complaint"], &["thanks"]);
}

#[test]
fn mood_is_turned_by_what_stands_around_it() {
    let reader = Reader::new();
    let mood = |text: &str| {
        let signals = reader.read(&Post::new("x", "1", text));
        let scores = signals.find(SignalName::Sentiment).expect(text).scores.clone();
        scores["positive"] - scores["negative"]
    };
    let check = |worse: &str, better: &str| {
        assert!(mood(worse) < mood(better), "{worse} ({}) < {better} ({})", mood(worse), mood(better));
    };
    check("not good", "good");
    check("it is good", "it is very good");
    check("it is bad", "it is slightly bad");
    check("it is very bad", "it is bad");
    check("it is GREAT or not", "it is great!!!");
    check("it is great", "it is GREAT");
    check("it is good", "it is goooood");
    check("great food but terrible service", "terrible service but great food");
    check("fine 😡", "fine");
    check("fine", "fine 😍");
    check("bad", "not bad");
    check("das ist nicht gut", "das ist gut");
    check("ce n'est pas bon", "c'est très bon");
}

#[test]
fn evidence_points_at_the_original_characters() {
    let post = Post {
        title: "Größe 🙃".to_owned(), ..Post::new("x", "1", "Ça va 👩‍👩‍👧 — my order NEVER arrived…")
    };
    let signals = Reader::new().read(&post);
    let complaint = intent(&signals, "complaint").expect("a complaint");
    assert_eq!(complaint.model, MODEL);
    let evidence = complaint.evidence.first().expect("evidence");
    let span = evidence.span.expect("a span");
    assert_eq!(span.part, SpanPart::Text);
    let quoted: String = post.text.chars().skip(span.start as usize).take((span.end - span.start) as usize).collect();
    assert_eq!(quoted, "NEVER arrived");
    assert_eq!(evidence.why, "\"NEVER arrived\" was ordered and did not come");
    assert!(evidence.weight > 0.0);
}

#[test]
fn the_title_is_read_too() {
    let post = Post { title: "Where can I buy the kettle?".to_owned(), ..Post::new("x", "1", "See above.") };
    let signals = Reader::new().read(&post);
    let span = intent(&signals, "purchase").and_then(|signal| signal.evidence[0].span).expect("a span");
    assert_eq!(span.part, SpanPart::Title);
}

#[test]
fn what_cannot_be_told_is_absent() {
    assert_eq!(read(""), Signals::default());
    assert_eq!(read("https://a.example 12345 @ana"), Signals::default());
    let japanese = read("私の注文はまだ届いていません");
    assert!(japanese.find(SignalName::Language).is_some());
    assert!(japanese.find(SignalName::Sentiment).is_none(), "no lexicon, no mood");
}

#[test]
fn tasks_answer_with_their_labels() {
    let reader = Reader::new();
    for task in reader.tasks() {
        for text in ["", "my order never arrived", "Вопрос", "where can I buy it?"] {
            let answer = reader.classify(task.name, text).expect(task.name);
            assert!(answer.scores.contains_key(&answer.label), "{} {answer:?}", task.name);
            if !task.labels.is_empty() {
                assert!(task.labels.contains(&answer.label.as_str()), "{} {answer:?}", task.name);
                assert_eq!(answer.scores.len(), task.labels.len(), "{} {answer:?}", task.name);
            }
        }
    }
    assert_eq!(reader.classify("complaint", "my order never arrived").expect("a task").label, "complaint");
    assert_eq!(reader.classify("language", "ok").expect("a task").label, "und");
    let error = reader.classify("mood", "x").expect_err("no such task");
    assert!(error.to_string().starts_with("unknown task 'mood': choose one of language"));
}

#[test]
fn the_reader_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Reader::new());
}

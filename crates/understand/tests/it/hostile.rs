//! Whatever comes in: no panic, bounded work, spans that lie within the text.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use switchboard_model::{Post, SignalName, SpanPart};
use switchboard_understand::Reader;

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

fn holds(post: &Post) {
    let signals = READER.read(post);
    for signal in &signals.0 {
        assert!((0.0..=1.0).contains(&signal.score), "{signal:?}");
        assert_eq!(signal.model, "rules-1");
        assert!(signal.evidence.len() <= 8, "{signal:?}");
        if !signal.scores.is_empty() {
            let sum: f64 = signal.scores.values().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{signal:?}");
            assert!(signal.scores.values().all(|score| *score <= signal.score), "{signal:?}");
        }
        for evidence in &signal.evidence {
            assert!(evidence.weight.is_finite() && evidence.why.chars().count() <= 160, "{evidence:?}");
            assert!(!evidence.why.contains(char::is_control), "{evidence:?}");
            let Some(span) = evidence.span else { continue };
            let whole = if span.part == SpanPart::Title { &post.title } else { &post.text };
            assert!(span.start < span.end && span.end as usize <= whole.chars().count(), "{evidence:?}");
        }
    }
    assert!(signals.all(SignalName::Language).count() <= 1 && signals.all(SignalName::Sentiment).count() <= 1);
    assert_eq!(signals, READER.read(post), "the same post is read the same way");
}

#[test]
fn monsters_are_read_in_bounded_time() {
    let million = 1_000_000;
    let monsters: Vec<(&str, String)> = vec![
        ("one letter", "a".repeat(million)),
        ("words of one letter", "a ".repeat(million / 2)),
        ("one mark", "?".repeat(million)),
        ("marks and blanks", "? ! ".repeat(million / 4)),
        ("one emoji", "😡".repeat(million / 4)),
        ("control characters", "\u{0}\u{1b}\u{8}".repeat(million / 3)),
        ("stacked marks", format!("z{}", "\u{0335}\u{0321}".repeat(million / 4))),
        ("marks without a letter", "\u{0335}".repeat(million / 2)),
        ("apostrophes", "'".repeat(million)),
        ("elisions", "l'".repeat(million / 2)),
        ("handles", "@a ".repeat(million / 3)),
        ("at signs", "@".repeat(million)),
        ("hashtags", "#worstserviceever ".repeat(million / 18)),
        ("one hashtag", format!("#{}", "worst".repeat(million / 5))),
        ("beginnings of addresses", "http://".repeat(million / 7)),
        ("one address", format!("https://a.example/{}", "x".repeat(million))),
        ("denials", "not ".repeat(million / 4)),
        ("buts and goods", "good but ".repeat(million / 9)),
        ("beginnings of patterns", "thanks for ".repeat(million / 11)),
        ("waiting", "still waiting since # 5 days on hold ".repeat(million / 37)),
        ("patterns cut by handles", "thanks @a @b @c @d ".repeat(million / 19)),
        ("Chinese", "我的订单还没到".repeat(million / 21)),
        ("zero width", "\u{200b}\u{feff}\u{202e}".repeat(million / 9)),
        ("ligatures that grow", "ﷺ".repeat(million / 3)),
    ];
    for (name, text) in monsters {
        let title = text.clone();
        let post = Post { title, lang: Some(text.chars().take(50_000).collect()), ..Post::new("x", "1", &text) };
        let begin = Instant::now();
        READER.read(&post);
        let took = begin.elapsed();
        // A test build on a busy machine; the bound is what matters, not the figure.
        assert!(took < Duration::from_secs(3), "{name}: {took:?}");
        holds(&post);
    }
}

proptest! {
    #[test]
    fn any_text_is_read(title in ".{0,40}", text in any::<String>(), lang in proptest::option::of(".{0,12}")) {
        holds(&Post { title, lang, ..Post::new("x", "1", &text) });
    }

    #[test]
    fn any_mixture_of_its_own_words_is_read(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "not", "never", "arrived", "thanks", "for", "nothing", "@ana", "#worst", "but", "good", "bad", "?", "!!", "...",
                "😡", ":)", "5", "days", "waiting", "refund", "kaufen", "möchte", "n'est", "pas", "bon", "no", "gracias", "\n",
                ",", "http://a.example/?x", "SO", "sooooo", "are", "you", "hiring", "where", "can", "I", "buy", "'", "it's",
            ]),
            0..60,
        ),
    ) {
        holds(&Post::new("x", "1", &words.join(" ")));
    }
}

//! What holds for every query and every post.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use switchboard_match::{Frequencies, Matcher, PackQuery, Packs, Prepared, Query, Scratch, index_words};
use switchboard_model::{
    Author, IndexQuery, Media, MediaType, Post, PostKind, Signal, SignalName, Signals, Span, SpanPart,
};

/// Text in which everything the language looks at is frequent.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "acme", "Acme", "ACME's", "kettle", "cafe", "café", "cafe\u{301}", "Straße", "don't", "don’t", "a", "b", "s",
            "e-mail", "3.5", "½", "ﬁne", "新闻", "充电器", "サーバー", "บริการ", "한국", "भारत", "مُحَمَّد", "i\u{307}", "İ",
        ]),
        2 => prop::sample::select(vec![
            "#acme", "#新闻", "#a1", "#1", "$acm", "$AAPL", "@ana", "@ana.bsky.social", "@ana@x.example", "👍", "👍🏽", "👩‍💻",
            "🇩🇪", "1️⃣", "❤️", "https://t.co/a?b", "www.acme.example.", "http://", "＃acme", "＠ana", "™", "®",
        ]),
        2 => prop::sample::select(vec![
            " ", " ", " ", "\n", ".", ",", "-", "'", "’", "s", "_", "/", "&", "#", "@", "$", "?", "？", "\u{200B}", "\u{200D}",
            "\u{FE0F}", "\u{301}", "\u{E34}", "\u{20E3}", "\u{3099}", "1", "*", "x",
        ]),
        1 => any::<char>().prop_map(|_| "\u{AD}"),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

pub(crate) fn post() -> impl Strategy<Value = Post> {
    (text(), text(), text(), text(), 0u64..30, any::<bool>()).prop_map(
        |(title, text, alt, bio, followers, is_reply)| {
            let mut post = Post::new("x", "1", &text);
            post.title = title;
            post.lang = is_reply.then(|| "pt-BR".to_owned());
            post.kind = Some(if is_reply { PostKind::Reply } else { PostKind::Post });
            post.media = vec![Media { media_type: MediaType::Image, url: String::new(), alt }];
            let author =
                Author { handle: "Ana.bsky.social".into(), bio, followers: Some(followers), ..Author::default() };
            post.author = Some(author);
            post
        },
    )
}

/// A term that can stand alone.
pub(crate) fn term() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "acme",
        "Acme’s",
        "ac*",
        "kettle",
        "\"acme kettle\"",
        "\"acme ke*\"",
        "café",
        "strasse",
        "don't",
        "s",
        "e-mail",
        "1",
        "新闻",
        "新",
        "한국 OR a",
        "#acme",
        "#新*",
        "$aapl",
        "@ana",
        "@an*",
        "👍",
        "🇩🇪",
        "1️⃣",
        "x",
    ])
    .prop_map(|term| if term.contains(" OR ") { format!("({term})") } else { term.to_owned() })
}

pub(crate) fn query() -> impl Strategy<Value = String> {
    let field = prop::sample::select(vec![
        "exact:Acme",
        "exact:\"don’t\"",
        "raw:\"&\"",
        "raw:ac",
        "title:acme,ket*",
        "text:\"acme kettle\"",
        "alt:acme",
        "bio:a,b",
        "author:ana*",
        "author:\"@ana.bsky.social\"",
        "network:x,feed",
        "lang:pt",
        "link:acme.example",
        "link:t.co/a",
        "is:reply,question",
        "has:link,emoji",
        "has:hashtag",
        "followers:>=10",
        "followers:3..20",
        "posted:<2026-01-01",
        "sentiment:negative",
        "intent:complaint,question",
        "department:\"Customer Care\",sales",
        "influence:>=70",
    ]);
    let operand = prop_oneof![term(), (term(), term()).prop_map(|(a, b)| format!("({a} OR {b})"))];
    let near = (operand.clone(), prop::sample::select(vec!["NEAR", "NEAR/0", "ONEAR/3"]), operand)
        .prop_map(|(left, near, right)| format!("{left} {near} {right}"));
    let leaf = prop_oneof![3 => term(), 2 => field.prop_map(str::to_owned), 1 => near];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) AND NOT ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) --({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} OR {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b}) kettle")),
            inner.prop_map(|a| format!("acme -({a})")),
        ]
    })
}

/// A query that names packs, with the same query where each is written out in parentheses.
fn with_packs() -> impl Strategy<Value = (Packs, String, String)> {
    let shapes = prop::sample::select(vec![
        "$q -in:one",
        "$q NOT in:one,two",
        "in:two $q",
        "$q OR in:both",
        "in:one OR in:two",
        "in:one,both -($q)",
        "acme -($q in:two) -(in:one OR $q)",
        "acme --in:both",
        "(in:one) ($q)",
    ]);
    (query(), query(), query(), shapes).prop_map(|(one, two, asked, shape)| {
        let both = format!("in:one -in:two OR ({two}) kettle");
        let given = [("one", &one), ("two", &two), ("both", &both)];
        let given = given.map(|(name, query)| PackQuery { name, title: "", query });
        let (packs, errors) = Packs::compile(given);
        assert!(errors.is_empty(), "{errors:?}");
        let query = shape.replace("$q", &asked);
        let (one, two) = (format!("({one})"), format!("({two})"));
        let both = format!("({})", both.replace("in:one", &one).replace("in:two", &two));
        let written = query
            .replace("in:one,two", &format!("({one} OR {two})"))
            .replace("in:one,both", &format!("({one} OR {both})"))
            .replace("in:one", &one)
            .replace("in:two", &two)
            .replace("in:both", &both);
        (packs, query, written)
    })
}

fn characters(post: &Post, span: Span) -> Option<String> {
    let part = if span.part == SpanPart::Title { &post.title } else { &post.text };
    let length = part.chars().count();
    let is_inside = span.start < span.end && span.end as usize <= length;
    is_inside.then(|| part.chars().skip(span.start as usize).take((span.end - span.start) as usize).collect())
}

/// An index of words at its plainest.
fn is_found(asked: &IndexQuery, words: &BTreeSet<&str>) -> bool {
    match asked {
        IndexQuery::Everything => true,
        IndexQuery::Word(word) => words.contains(word.as_str()),
        IndexQuery::Beginning(beginning) => words.iter().any(|word| word.starts_with(beginning)),
        IndexQuery::All(parts) => parts.iter().all(|part| is_found(part, words)),
        IndexQuery::Any(parts) => parts.iter().any(|part| is_found(part, words)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_string_is_read_or_refused_in_a_column_of_it(query in "\\PC{0,40}") {
        if let Err(error) = Query::parse(&query) {
            prop_assert!((1..=query.chars().count() + 1).contains(&error.column));
            error.render(&query);
        }
    }

    #[test]
    fn pieces_of_syntax_are_read_or_refused(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "acme", " ", " ", "(", ")", "\"", "“", "-", "*", "AND", "OR", "NOT", "NEAR/3", "ONEAR", "NEAR/99", "lang:", "en",
            ",", "title:", "exact:", "raw:", "author:", "followers:", ">=5", "1..2", "posted:", "link:", "is:", "reply", "@", "#", "新",
            "👍", "\u{200B}", "\u{301}", "www.x.example", ":", "*\u{20E3}",
        ]), 0..14)
    ) {
        let query = pieces.concat();
        match Query::parse(&query) {
            Ok(parsed) => {
                let form = parsed.to_string();
                let again = Query::parse(&form);
                prop_assert_eq!(again.as_ref(), Ok(&parsed), "{} reads as {}", query, form);
                prop_assert_eq!(Query::parse(&form).map(|again| again.to_string()), Ok(form));
            }
            Err(error) => {
                prop_assert!((1..=query.chars().count() + 1).contains(&error.column), "{}: {}", query, error);
                error.render(&query);
            }
        }
    }

    #[test]
    fn any_text_is_its_own_phrase(text in text()) {
        // Wherever a text can be a phrase, a post of that text holds it, and written alike it holds it exactly.
        let post = Post::new("x", "1", &text);
        if let Ok(query) = Query::parse(&format!("\"{text}\"")) && !text.contains('*') {
            prop_assert!(query.matches(&Prepared::new(&post)), "{}", query);
            let exact = Query::parse(&format!("exact:\"{text}\"")).expect("a phrase can be exact");
            prop_assert!(exact.matches(&Prepared::new(&post)), "{}", exact);
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn the_parsed_form_means_the_same(query in query(), post in post()) {
        let parsed = Query::parse(&query).expect(&query);
        let again = Query::parse(&parsed.to_string()).expect("the parsed form is a query");
        prop_assert_eq!(&again, &parsed);
        let post = Prepared::new(&post);
        prop_assert_eq!(again.matches(&post), parsed.matches(&post));
        prop_assert_eq!(again.spans(&post), parsed.spans(&post));
    }

    #[test]
    fn the_matcher_finds_what_asking_each_finds(
        queries in prop::collection::vec(query(), 1..12),
        posts in prop::collection::vec(post(), 1..6),
    ) {
        let queries: Vec<Query> = queries.iter().map(|query| Query::parse(query).expect(query)).collect();
        let matcher = Matcher::new(queries.iter().cloned().enumerate());
        for post in &posts {
            let post = Prepared::new(post);
            let each: Vec<usize> = (0..queries.len()).filter(|&at| queries[at].matches(&post)).collect();
            prop_assert_eq!(matcher.matches(&post).into_iter().copied().collect::<Vec<_>>(), each);
            let each: Vec<usize> = (0..queries.len()).filter(|&at| queries[at].could_match(&post)).collect();
            let possible = matcher.possible(&post, &mut Scratch::default()).into_iter().copied();
            prop_assert_eq!(possible.collect::<Vec<_>>(), each);
        }
    }

    #[test]
    fn searches_come_and_go_without_a_trace(
        queries in prop::collection::vec(query(), 1..24),
        changes in prop::collection::vec((0usize..12, any::<bool>(), any::<bool>()), 1..60),
        posts in prop::collection::vec(post(), 1..4),
    ) {
        let queries: Vec<Query> = queries.iter().map(|query| Query::parse(query).expect(query)).collect();
        let mut frequencies = Frequencies::default();
        let mut matcher = Matcher::default();
        let mut scratch = Scratch::default();
        let mut kept: BTreeMap<usize, &Query> = BTreeMap::new();
        let empty = matcher.bytes();
        for (step, (key, is_kept, is_learnt)) in changes.into_iter().enumerate() {
            if is_learnt {
                posts.iter().for_each(|post| frequencies.learn(&Prepared::new(post)));
                matcher.set_frequencies(Arc::new(frequencies.clone()));
            }
            if is_kept {
                let query = &queries[step % queries.len()];
                matcher.insert(key, query);
                kept.insert(key, query);
            } else {
                prop_assert_eq!(matcher.remove(&key), kept.remove(&key).is_some());
            }
            prop_assert_eq!(matcher.len(), kept.len());
            for post in &posts {
                let post = Prepared::new(post);
                let mut found: Vec<usize> = matcher.matches_with(&post, &mut scratch).into_iter().copied().collect();
                found.sort_unstable();
                let each = kept.iter().filter(|(_, query)| query.matches(&post)).map(|(&key, _)| key);
                prop_assert_eq!(found, each.collect::<Vec<_>>());
                let mut possible: Vec<usize> = matcher.possible(&post, &mut scratch).into_iter().copied().collect();
                possible.sort_unstable();
                let each = kept.iter().filter(|(_, query)| query.could_match(&post)).map(|(&key, _)| key);
                prop_assert_eq!(possible, each.collect::<Vec<_>>());
                prop_assert_eq!(matcher.undecided(&scratch).count(), 0);
            }
        }
        for key in kept.into_keys() {
            prop_assert!(matcher.remove(&key));
        }
        prop_assert!(matcher.is_empty() && matcher.terms() == 0);
        prop_assert!(matcher.bytes() >= empty);
    }

    #[test]
    fn the_index_finds_whatever_matches(queries in prop::collection::vec(query(), 1..8), post in post(), link in any::<bool>()) {
        let mut post = post;
        if link {
            post.links = vec!["https://News.ACME.example:8443/a".into()];
        }
        let prepared = Prepared::new(&post);
        let words = index_words(&prepared);
        prop_assert!(words.chars().all(|c| c == ' ' || !c.is_ascii() || c.is_ascii_digit() || c.is_ascii_lowercase()));
        let words: BTreeSet<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        for query in &queries {
            let parsed = Query::parse(query).expect(query);
            if parsed.matches(&prepared) {
                prop_assert!(is_found(&parsed.index_query(), &words), "{} of {:?}: {:?}", query, post.text, words);
            }
        }
        // Whatever stands in the text is found when it is asked for as it stands.
        if let Ok(parsed) = Query::parse(&format!("\"{}\"", post.text)) && parsed.matches(&prepared) {
            prop_assert!(is_found(&parsed.index_query(), &words), "{:?}: {:?}", post.text, words);
        }
    }

    #[test]
    fn a_pack_means_what_its_text_in_parentheses_means(packs in with_packs(), posts in prop::collection::vec(post(), 1..6)) {
        let (packs, named, written) = packs;
        let query = Query::parse_with(&named, &packs).expect(&named);
        let plain = Query::parse(&written).expect(&written);
        prop_assert_eq!(&Query::parse_with(&query.to_string(), &packs).expect("its form is a query"), &query);
        let expanded = Query::parse(&query.expanded()).expect("it names no packs any more");
        prop_assert_eq!(query.needs_signals(), plain.needs_signals());
        prop_assert_eq!(query.departments(), plain.departments());
        prop_assert_eq!(query.wanted_words(), plain.wanted_words());
        let matcher = Matcher::new([(0, query.clone()), (1, plain.clone())]);
        for post in &posts {
            let prepared = Prepared::new(post);
            let is_match = plain.matches(&prepared);
            prop_assert_eq!(query.matches(&prepared), is_match, "{} for {}", named, written);
            prop_assert_eq!(expanded.matches(&prepared), is_match, "{} for {}", expanded, written);
            prop_assert_eq!(query.could_match(&prepared), plain.could_match(&prepared));
            prop_assert_eq!(query.spans(&prepared), plain.spans(&prepared));
            prop_assert_eq!(query.missing(&prepared).is_none(), is_match);
            let found: Vec<i32> = matcher.matches(&prepared).into_iter().copied().collect();
            prop_assert_eq!(found, if is_match { vec![0, 1] } else { Vec::new() });
            let words = index_words(&prepared);
            let words: BTreeSet<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
            prop_assert!(!is_match || is_found(&query.index_query(), &words), "{}", named);
        }
    }

    #[test]
    fn a_pack_is_refused_where_its_text_would_be(depth in 90..101usize, around in 0..8usize, leaves in 1..2_600usize, more in 0..2_600usize) {
        let pack = format!("{}{}{}", "(".repeat(depth), vec!["a"; leaves].join(" "), ")".repeat(depth));
        let (packs, errors) = Packs::compile([PackQuery { name: "p", title: "", query: &pack }]);
        prop_assert_eq!(errors.is_empty(), depth <= 100);
        let shape = |what: &str| format!("{}{} {what}{}", "(".repeat(around), "b ".repeat(more), ")".repeat(around));
        for (named, written) in [("in:p", format!("({pack})")), ("in:p,P", format!("(({pack}) OR ({pack}))"))] {
            let (query, plain) = (Query::parse_with(&shape(named), &packs), Query::parse(&shape(&written)));
            prop_assert_eq!(query.is_ok(), plain.is_ok(), "{} {} {} {}", depth, around, leaves, more);
        }
    }

    #[test]
    fn what_is_understood_later_never_surprises(query in query(), post in post(), label in 0..3usize, influence in 0..100u32) {
        let parsed = Query::parse(&query).expect(&query);
        let signal = |name, label: &str| Signal {
            name, label: label.into(), score: 1.0, scores: Default::default(), evidence: Vec::new(), model: "test".into(),
        };
        let signals = Signals(vec![
            signal(SignalName::Sentiment, ["positive", "neutral", "negative"][label]),
            signal(SignalName::Intent, ["complaint", "question", "thanks"][label]),
        ]);
        let bare = Prepared::new(&post);
        let known = Prepared::new(&post)
            .with_signals(&signals)
            .with_department(["sales", "customer  care", "press"][label])
            .with_influence(f64::from(influence));
        if parsed.matches(&known) || parsed.matches(&bare) {
            prop_assert!(parsed.could_match(&bare));
        }
        prop_assert_eq!(parsed.could_match(&known), parsed.matches(&known), "nothing is unknown any more");
        if !parsed.needs_signals() {
            prop_assert_eq!(parsed.could_match(&bare), parsed.matches(&bare));
        }
    }

    #[test]
    fn spans_lie_inside_and_in_order(query in query(), post in post()) {
        let parsed = Query::parse(&query).expect(&query);
        let prepared = Prepared::new(&post);
        let spans = parsed.spans(&prepared);
        if !parsed.matches(&prepared) {
            prop_assert!(spans.is_empty());
        }
        for span in &spans {
            prop_assert!(characters(&post, *span).is_some(), "{:?}", span);
        }
        prop_assert!(spans.is_sorted() && spans.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_stretch_of_a_term_holds_the_term(query in term(), post in post()) {
        let parsed = Query::parse(&query).expect(&query);
        for span in parsed.spans(&Prepared::new(&post)) {
            let stretch = characters(&post, span).expect("inside");
            let alone = Post::new("x", "1", &stretch);
            prop_assert!(parsed.matches(&Prepared::new(&alone)), "'{}' found in '{}'", query, stretch);
        }
    }

    #[test]
    fn unseen_characters_hide_nothing(query in query(), post in post(), at in any::<prop::sample::Index>(), unseen in
        prop::sample::select(vec!['\u{200B}', '\u{AD}', '\u{2060}', '\u{FEFF}', '\u{202E}', '\u{61C}', '\u{FE0F}'])
    ) {
        // `raw:` looks at the text as written, so it is meant to see them.
        prop_assume!(!query.contains("raw:"));
        let parsed = Query::parse(&query).expect(&query);
        let is_match = parsed.matches(&Prepared::new(&post));
        let mut hidden = post.clone();
        let mut characters: Vec<char> = post.text.chars().collect();
        characters.insert(at.index(characters.len() + 1), unseen);
        hidden.text = characters.into_iter().collect();
        prop_assert_eq!(parsed.matches(&Prepared::new(&hidden)), is_match, "{:?}", hidden.text);
    }
}

#[test]
fn the_longest_queries_are_read_fast() {
    let long = |piece: &str| -> String { piece.chars().cycle().take(32_768).collect() };
    let started = std::time::Instant::now();
    for piece in [
        "(",
        "-",
        "a ",
        "a OR ",
        "＊",
        "\"",
        "'s",
        "#a",
        "@a.",
        "https://a",
        "a NEAR b ",
        "title:",
        "é\u{301}",
        "👩\u{200D}",
        "*",
        "ﷺ",
    ] {
        let query = long(piece);
        if let Ok(parsed) = Query::parse(&query) {
            assert_eq!(Query::parse(&parsed.to_string()), Ok(parsed), "{piece}");
        }
        let post = Post::new("x", "1", &query);
        Prepared::new(&post);
    }
    // Far more than it takes even without optimisation; a quadratic step would take minutes.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn a_search_that_takes_too_long_for_a_post_is_named() {
    let long = format!("\"{}\"", "a ".repeat(4_000));
    let mut matcher = Matcher::new([("long", Query::parse(&long).expect("readable"))]);
    matcher.insert("plain", &Query::parse("x NEAR/0 a").expect("readable"));
    let nearly = Post::new("x", "1", &format!("{}x ", "a ".repeat(3_999)).repeat(20));
    let mut scratch = Scratch::default();
    assert_eq!(matcher.matches_with(&Prepared::new(&nearly), &mut scratch), [&"plain"]);
    assert_eq!(matcher.undecided(&scratch).collect::<Vec<_>>(), [&"long"]);
    let whole = Post::new("x", "2", &"a ".repeat(4_000));
    assert_eq!(matcher.matches_with(&Prepared::new(&whole), &mut scratch), [&"long"]);
    assert_eq!(matcher.undecided(&scratch).count(), 0);
}

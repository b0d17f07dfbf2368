//! What a person is told: stretches that matched, the parsed form, errors with their repair.

use switchboard_match::{PackQuery, Packs, Prepared, Query};
use switchboard_model::{Post, SpanPart};

/// The stretches, each as its part's letter and its text.
fn stretches(query: &str, title: &str, text: &str) -> Vec<String> {
    let mut post = Post::new("x", "1", text);
    post.title = title.to_owned();
    let spans = Query::parse(query).expect(query).spans(&Prepared::new(&post));
    let written = |part: SpanPart| if part == SpanPart::Title { title } else { text };
    spans
        .into_iter()
        .map(|span| {
            written(span.part).chars().skip(span.start as usize).take((span.end - span.start) as usize).collect()
        })
        .collect()
}

#[test]
fn spans() {
    let check =
        |query: &str, text: &str, expected: &[&str]| assert_eq!(stretches(query, "", text), expected, "{query}");
    check("acme", "the ACME's kettle, acme", &["ACME", "acme"]);
    check("\"acme kettle\"", "my Acme — kettle!", &["Acme — kettle"]);
    check("cafe", "un cafe\u{301} noir", &["cafe\u{301}"]);
    check("acme", "ac\u{200B}me\u{AD} x", &["ac\u{200B}me"]);
    check("fine", "so ﬁne", &["ﬁne"]);
    check("2", "½ cup", &["½"]);
    check("strasse", "Lange Straße 3", &["Straße"]);
    check("新闻", "看新闻网", &["新闻"]);
    check("👍", "ok 👍🏽 x", &["👍🏽"]);
    check("acme", "in #Acme we trust", &["Acme"]);
    check("#acme", "in #Acme we trust", &["#Acme"]);
    check("@ana", "hi @Ana.bsky.social", &["@Ana"]);
    check("serv*", "services, served", &["services", "served"]);
    check("red -green", "red car", &["red"]);
    check("red OR green", "green car", &["green"]);
    check("(red OR green) car", "green car", &["green", "car"]);
    check("red OR (green car)", "red car", &["red"]);
    check("acme -(red OR -car)", "acme car", &["acme"]);
    check("refund NEAR/1 broken", "refund a b broken c refund", &["broken", "refund"]);
    check("a ONEAR/0 b", "b a b a", &["a", "b"]);
    check("a NEAR/0 b NEAR/0 c", "a b x c b", &["a", "b", "c", "b"]);
    check("exact:Apple", "apple Apple", &["Apple"]);
    check("exact:@Ana.bsky.social", "@ana.bsky.social @Ana.bsky.social", &["@Ana.bsky.social"]);
    check("raw:\"C++ is\"", "so C++  is good", &["C++  is"]);
    check("raw:café", "so cafe\u{301}!", &["cafe\u{301}"]);
    check("text:acme has:link", "acme https://x.example", &["acme"]);
    check("acme is:verified", "acme", &[]);
    check("(acme acme) acme", "acme", &["acme"]);
    assert_eq!(stretches("title:acme", "Acme news", "acme"), ["Acme"]);
    assert_eq!(stretches("acme", "Acme news", "acme"), ["Acme", "acme"]);
    assert_eq!(stretches("\"news acme\"", "Acme news", "acme"), [""; 0]);
}

#[test]
fn missing() {
    let (packs, errors) = Packs::compile([PackQuery { name: "fruit", title: "", query: "pie (apple OR pear)" }]);
    assert_eq!(errors, []);
    let check = |query: &str, text: &str, expected: Option<&str>| {
        let mut post = Post::new("x", "1", text);
        post.title = "News".to_owned();
        let missing = Query::parse_with(query, &packs).expect(query).missing(&Prepared::new(&post));
        assert_eq!(missing.as_deref(), expected, "{query} in {text}");
    };
    check("acme", "Acme", None);
    check("Acme", "globex", Some("acme"));
    check("acme broken kettle", "my acme", Some("broken"));
    check("acme (broken (kettle lid))", "acme broken kettle", Some("lid"));
    check("red OR green", "blue", Some("red OR green"));
    check("acme (red OR green)", "acme blue", Some("red OR green"));
    check("red wide OR (green tall)", "red tall", Some("red AND wide OR green AND tall"));
    check("acme -job", "a job at acme", Some("-job"));
    check("acme -(job city) -news", "acme job", Some("-news"));
    check("acme -(job city)", "acme job city", Some("-(job city)"));
    check("acme --green", "acme", Some("--green"));
    check("refund NEAR/1 broken", "refund a broken", None);
    check("refund NEAR/1 broken", "refund a b broken", Some("refund NEAR/1 broken"));
    check("acme refund NEAR broken", "acme refund", Some("broken"));
    check("refund ONEAR broken", "broken refund", Some("refund ONEAR/5 broken"));
    check("a NEAR/0 b NEAR/0 (c OR \"d e\")", "a b d", Some("c OR \"d e\""));
    check("a NEAR/0 b NEAR/0 (c OR \"d e\")", "a b x c", Some("a NEAR/0 b NEAR/0 (c OR \"d e\")"));
    check("news NEAR acme", "acme", Some("news NEAR/5 acme"));
    check("acme OR refund NEAR/0 broken", "refund", Some("acme OR refund NEAR/0 broken"));
    check("acme -(refund NEAR/0 broken)", "acme refund broken", Some("-(refund NEAR/0 broken)"));
    check("acme title:acme,globex", "acme", Some("title:acme,globex"));
    check("acme has:link", "acme", Some("has:link"));
    check("acme sentiment:negative", "acme", Some("sentiment:negative"));
    check("acme in:fruit", "acme pie", Some("in:fruit"));
    check("acme -in:fruit", "acme pear pie", Some("-in:fruit"));
    check("(acme OR globex) -(job OR -city) lid", "globex city kettle", Some("lid"));
    check("(acme OR globex) -(job OR -city) lid", "globex lid", Some("-(job OR -city)"));
}

#[test]
fn parsed_form() {
    let check = |query: &str, expected: &str| assert_eq!(Query::parse(query).expect(query).to_string(), expected);
    check("ACME", "acme");
    check("AT&T", "\"at t\"");
    check("Acme's", "acme");
    check("\"or\"", "or");
    check("a AND b", "a b");
    check("a NOT b", "a -b");
    check("a b OR c", "a AND b OR c");
    check("((a) OR (b OR c)) d", "(a OR b OR c) d");
    check("red --green", "red --green");
    check("a -(b c)", "a -(b c)");
    check("a NEAR b", "a NEAR/5 b");
    check("\"New York\" NEAR/3 (hotel OR room*)", "\"new york\" NEAR/3 (hotel OR room*)");
    check("-b a", "-b a");
    check("新闻", "新闻");
    check("#Café", "#cafe");
    check("exact:“Apple  Pie”", "exact:\"Apple Pie\"");
    check("raw:\"P.C.  Richard & Son\"", "raw:\"P.C. Richard & Son\"");
    check("raw:C++", "raw:\"C++\"");
    check("Title:Acme,\"E Mail\"", "title:acme,\"e mail\"");
    check("LANG:PT-br,En", "lang:pt-br,en");
    check("followers:\">=10\" likes:=5", "followers:>=10 likes:=5");
    check("link:https://www.acme.example/Shop", "link:\"https://www.acme.example/Shop\"");
    check("link:\"a.example/b,c\"", "link:\"a.example/b,c\"");
    check("IS:Reply has:MEDIA", "is:reply has:media");
    check("department:\"Customer  Care\"", "department:\"customer care\"");
    check("\"re:invent\"", "\"re invent\"");
}

#[test]
fn errors_name_the_thing_and_the_repair() {
    let check = |query: &str, expected: &str| {
        assert_eq!(Query::parse(query).expect_err(query).to_string(), expected, "{query}");
    };
    check(
        "acme \"kettle",
        "column 6: unbalanced quote: expected a closing '\"': close it, or remove it: a quote itself cannot be searched",
    );
    check("langauge:en", "column 1: unknown field 'langauge': did you mean 'lang'?");
    check("site:acme.example", "column 1: unknown field 'site': did you mean 'link'?");
    check("re:invent", "column 1: unknown field 're': to search for words with a colon, put them in quotes");
    check("https://acme.example", "column 1: unknown field 'https': did you mean 'link'?");
    check(
        "www.acme.example",
        "column 1: found a URL, which is searched with 'link:' only: did you mean 'link:www.acme.example'?",
    );
    check(
        "a && b",
        "column 3: found '&&', which holds nothing to search for: expected a word: write AND, or only a space",
    );
    check("a || b", "column 3: found '||', which holds nothing to search for: expected a word: did you mean 'OR'?");
    check(
        "\"a b\"~5",
        "column 6: found '~' directly after a closing quote: expected a space: for words near each other write: a NEAR/5 b",
    );
    check(
        "a AND OR b",
        "column 7: expected a word, a phrase, a field or '(', found 'OR': to search for the word itself, write \"OR\"",
    );
    check(
        "a NEAR/99 b",
        "column 3: found 'NEAR/99': expected a number from 0 to 50 after the '/': did you mean 'NEAR/50'?",
    );
    check("(a", "column 1: found '(' that is not closed: expected a ')'");
    check("a)", "column 2: found ')' without a '(' before it");
    check(
        "lang:english",
        "column 6: unknown value 'english' of 'lang:': expected a language tag such as 'en' or 'pt-br': did you mean 'en'?",
    );
    check(
        "lang:pt_BR",
        "column 6: unknown value 'pt_BR' of 'lang:': expected a language tag such as 'en' or 'pt-br': did you mean 'pt-br'?",
    );
    check(
        "is:replay",
        "column 4: unknown value 'replay' of 'is:': expected one of post, reply, reshare, quote, review, comment, article, question, verified: did you mean 'reply'?",
    );
    check("followers:1,000", "column 11: expected a number or a comparison, found '1,000': did you mean '1000'?");
    check(
        "followers:50..10",
        "column 11: expected a range with the lower end first, found '50..10': did you mean '10..50'?",
    );
    check(
        "title:(a b)",
        "column 7: the value of 'title:' is missing: found '(': write title:\"some words\" or title:one,other",
    );
    check("lang: en", "column 6: the value of 'lang:' is missing: write the value without a space before it");
    check("a*", "column 2: misplaced '*': it needs at least 2 characters before it");
    check("ac*me", "column 3: misplaced '*': it can only end a word or a phrase");
    check("exact:Ac*", "column 9: misplaced '*': 'exact:' takes whole words only");
    check(
        "(a b) NEAR c",
        "column 1: NEAR takes words, phrases, prefixes, special tokens, or a parenthesised OR of those",
    );
}

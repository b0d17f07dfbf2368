//! What an attacker can make of a feed or a page: never a panic, never more than a bounded time.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use switchboard_capture::feed::{self, FeedError};
use switchboard_capture::text::{MAX_HTML, html_to_text};
use switchboard_capture::{discover, opml};
use url::Url;

fn here() -> Url {
    Url::parse("https://feed.example/feed").expect("a fixed address")
}

fn parse(bytes: &[u8]) -> Result<feed::ParsedFeed, FeedError> {
    let parsed = feed::parse(bytes, None, &here());
    if let Ok(feed) = &parsed {
        feed::captured(feed, &here());
    }
    parsed
}

fn rss(inside: &str) -> String {
    format!("<rss version='2.0'><channel><item><title>t</title>{inside}</item></channel></rss>")
}

/// Far above what is needed, even without optimisation on a busy machine; a quadratic reader needs hours.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn hostile_feeds_are_refused_or_read_in_bounded_time() {
    let mut bomb = String::from("<!DOCTYPE rss [<!ENTITY l0 'lol'>");
    for level in 1..12 {
        bomb.push_str(&format!("<!ENTITY l{level} '{}'>", format!("&l{};", level - 1).repeat(10)));
    }
    let flat = format!("<!DOCTYPE rss [<!ENTITY a '{}'>]>", "x".repeat(50_000));
    let many = |piece: &str| piece.repeat((1 << 19) / piece.len());
    let cases: Vec<(&str, String)> = vec![
        ("billion laughs", format!("{bomb}]>{}", rss("<description>&l11;</description>"))),
        (
            "one large entity, often",
            format!("{flat}{}", rss(&format!("<description>{}</description>", "&a;".repeat(5_000)))),
        ),
        ("entity of itself", format!("<!DOCTYPE rss [<!ENTITY a '&a;'>]>{}", rss("<link>&a;</link>"))),
        (
            "external entity",
            format!(
                "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>{}",
                rss("<description>[&a;]</description>")
            ),
        ),
        ("deep nesting", many("<a>")),
        ("deep nesting in a feed", format!("<rss><channel>{}", many("<item>"))),
        ("deep authors", format!("<feed><entry>{}", many("<author>"))),
        ("deep media", format!("<rss><channel><item>{}", many("<media:group>"))),
        ("deep markup in a text", rss(&format!("<description>{}</description>", many("<div>")))),
        ("deep escaped markup", rss(&format!("<description>{}</description>", many("&lt;div&gt;&lt;a href=x&gt;")))),
        ("attributes without end", rss(&format!("<link {}/>", many("a=b ")))),
        (
            "distinct attributes",
            rss(&format!(
                "<description><p {}/></description>",
                (0..50_000).map(|index| format!("a{index}=b ")).collect::<String>()
            )),
        ),
        (
            "escaped attributes",
            rss(&format!(
                "<description>&lt;p {}&gt;</description>",
                (0..50_000).map(|index| format!("a{index}=b ")).collect::<String>()
            )),
        ),
        (
            "namespaces without end",
            format!(
                "<rss {}><channel/></rss>",
                (0..25_000).map(|index| format!("xmlns:a{index}='b' ")).collect::<String>()
            ),
        ),
        ("end tags of nothing", rss(&format!("<description>{}</description>", many("</a></b>")))),
        ("lone angles", rss(&many("< "))),
        ("lone ampersands", rss(&format!("<description>{}</description>", many("&amp;#&amp;x&")))),
        ("comments that never end", rss(&format!("<description>{}</description>", many("&lt;!-- &gt;")))),
        ("unclosed quotes", rss(&many("<a b=\"'>"))),
        ("doctypes", rss(&many("<!DOCTYPE [>"))),
        (
            "links",
            rss(&format!(
                "<description>{}</description>",
                (0..50_000).map(|index| format!("&lt;a href='/{index}'&gt;x&lt;/a&gt;")).collect::<String>()
            )),
        ),
        (
            "long base, many links",
            format!(
                "<rss xml:base='https://x.example/{}/'>{}",
                "b".repeat(4_000),
                rss(&format!("<description>{}</description>", many("&lt;a href=c&gt;x&lt;/a&gt;")))
            ),
        ),
        ("categories", rss(&many("<category>a</category>"))),
        ("entries", format!("<rss><channel>{}", many("<item><title>a</title></item>"))),
        ("a title of megabytes", rss(&format!("<title>{}</title>", many("word ")))),
        ("json", format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}", many("["))),
        ("zeros", "\0".repeat(1 << 20)),
    ];
    for (name, source) in cases {
        let start = Instant::now();
        let outcome = match parse(source.as_bytes()) {
            Ok(feed) => format!("{} entries", feed.entries.len()),
            Err(error) => error.to_string(),
        };
        let took = start.elapsed();
        println!("{name:<28} {:>8} bytes {:>7} ms  {outcome}", source.len(), took.as_millis());
        assert!(took < PATIENCE, "{name} took {took:?}");
    }
}

#[test]
fn the_reasons_for_refusing_are_told() {
    let check = |source: &str, expected: &str| {
        let told = parse(source.as_bytes()).map(|feed| feed.format).unwrap_or_else(|error| error.to_string());
        assert_eq!(told, expected);
    };
    check("", "the answer is empty");
    check(&"<a>".repeat(1_000), "the feed nests elements deeper than 100 levels");
    check(
        "<!DOCTYPE r [<!ENTITY a '&a;'>]><rss><channel><title>&a;</title></channel></rss>",
        "the entities that the feed declares expand to more than a megabyte",
    );
    check(
        "<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/rss.xml'>",
        "this is a web page, not a feed; its feeds are: https://feed.example/rss.xml",
    );
    check("<html><body>404", "this is a web page, not a feed; it names no feed either");
    check(
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "this is XML of another kind (it begins with <svg>), not a feed (RSS, Atom or JSON Feed)",
    );
    check("<opml><body/></opml>", "this is an OPML list of feeds, not a feed (RSS, Atom or JSON Feed)");
    check("{\"error\": 1}", "this is JSON of another kind, not a feed (RSS, Atom or JSON Feed)");
    check("too many requests", "this is plain text, not a feed (RSS, Atom or JSON Feed)");
    let large = vec![b' '; feed::MAX_BYTES + 1];
    assert_eq!(parse(&large), Err(FeedError::TooLarge { bytes: large.len() }));
}

#[test]
fn ill_formed_feeds_give_what_they_have() {
    let check = |source: &str, expected: &[&str]| {
        let feed = parse(source.as_bytes()).expect(source);
        let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, expected, "{source}");
        assert!(feed.is_ill_formed, "{source}");
    };
    assert!(parse(b"<rss><channel><item><title>a</title></item>").is_ok_and(|feed| feed.is_cut));
    assert!(parse(b"<rss><channel><item><title>a</title></item></channel></rss>").is_ok_and(|feed| !feed.is_cut));
    check("<rss><channel><item><title>a</title></item><item><title>b</title><description>half a te", &["a"]);
    check("<rss><channel><item><title>a</title><link>x<guid>1</guid></item></channel></rss>", &["a"]);
    check("<rss><channel><item><title>a</title><item><title>b</title></item></channel></rss>", &["a", "b"]);
    check("<rss><channel><item><title>a < b & c</title></item></channel></rss>", &["a < b & c"]);
    check("<rss><channel><item><title>a<b>c</title></item><item><title>d</title></item></channel></rss>", &["ac", "d"]);
    check(
        "<br />\n<b>Warning</b>: x\n<?xml version='1.0'><rss><channel><item><title>a</title></item></channel></rss></b>",
        &["a"],
    );
    check("<rss><channel><item><title>a</titel></item><item><title>b</title></item></channel></rss>", &["a", "b"]);
    check("<rss><channel><item><title><![CDATA[a]]></title></item></rss>", &["a"]);
}

fn fixtures() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/feeds/feedparser");
    let mut files = Vec::new();
    for folder in ["encoding", "illformed", "wellformed/atom10", "wellformed/rss", "wellformed/namespace", "json"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            files.extend(fs::read(entry.path()));
        }
    }
    files
}

/// What is put into feeds to break them.
const PIECES: &[&[u8]] = &[b"<", b">", b"\"", b"&", b"]]>", b"<!--", b"<item>", b"</item>", b"\xff\xfe", b"\0", b""];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mutated_feeds_never_panic(
        file in 0usize..1_000,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, prop::sample::select(PIECES)), 1..8),
        content_type in prop::option::of("(text/xml|application/json)(; ?charset=[a-z0-9-]{0,12})?"),
    ) {
        let files = fixtures();
        prop_assume!(!files.is_empty());
        let mut bytes = files[file % files.len()].clone();
        for (at, length, put) in cuts {
            let from = at.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, put.iter().copied());
        }
        if let Ok(feed) = feed::parse(&bytes, content_type.as_deref(), &here()) {
            let arrival = feed::captured(&feed, &here());
            prop_assert_eq!(arrival.posts.len(), feed.entries.len());
        }
        opml::read(&bytes).ok();
    }

    #[test]
    fn html_is_bounded_and_hides_scripts(
        pieces in prop::collection::vec(prop_oneof![
            Just("<p>"), Just("</p>"), Just("<br>"), Just("<a href='/x'>"), Just("</a>"), Just("<b"), Just(">"), Just("<!--"), Just("-->"),
            Just("<pre>"), Just("</pre>"), Just("text "), Just("&lt;"), Just("&amp;"), Just("\n"), Just("<li>"), Just("é"), Just("<svg>"), Just("</svg>"),
            Just("<script>SECRET</script>"), Just("<style>SECRET</style>"), Just("<SCRIPT src=x>SECRET</SCRIPT >"), Just("<script>a<b>SECRET</b></script>"),
        ], 0..60),
    ) {
        let html: String = pieces.concat();
        let found = html_to_text(&html, Some(&here()));
        prop_assert!(!found.text.contains("SECRET") || !is_plain_outside(&html), "{:?}", found.text);
        prop_assert!(found.text.len() <= html.len() * 8 && html.len() < MAX_HTML);
        prop_assert_eq!(found.text.trim(), found.text.as_str());
        discover::feeds_of_page(&html, &here());
    }

    #[test]
    fn any_text_is_read(html in "\\PC{0,300}") {
        html_to_text(&html, None);
        parse(html.as_bytes()).ok();
        discover::feeds_of_page(&html, &here());
        opml::read(html.as_bytes()).ok();
    }
}

/// Whether no tag or comment is open where a script begins; within one, `<script>` is no script for a browser either.
fn is_plain_outside(html: &str) -> bool {
    !html.contains("<!--") && !html.replace("<br>", "").replace("<b>", "").contains("<b")
}

#[test]
fn time_grows_with_the_feed() {
    let item = |index: usize| {
        format!(
            "<item><title>Entry {index} &amp; more</title><link>https://x.example/{index}</link><guid>https://x.example/{index}</guid><pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><description>&lt;p&gt;Some &lt;a href=\"/y\"&gt;words&lt;/a&gt; of a text that goes on for a while.&lt;/p&gt;</description></item>"
        )
    };
    let mut measured = Vec::new();
    for entries in [1_000, 4_000] {
        let source =
            format!("<rss version='2.0'><channel>{}</channel></rss>", (0..entries).map(item).collect::<String>());
        let start = Instant::now();
        assert_eq!(parse(source.as_bytes()).expect("a well-formed feed").entries.len(), entries);
        let took = start.elapsed();
        println!("{entries} entries, {} bytes: {} ms", source.len(), took.as_millis());
        measured.push(took);
    }
    // Four times the input may take a little more than four times as long on a busy machine, never sixteen times.
    assert!(measured[1] < measured[0] * 12, "{measured:?}");
}

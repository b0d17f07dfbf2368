use serde_json::json;
use switchboard_model::{CaptureErrorKind, FateReason, SourceKind};
use switchboard_testkit::faults::{Fault, FaultServer};

use crate::{Line, config, networks, networks_with, refused, texts};

const KIND: SourceKind = SourceKind::Feed;

fn item(id: u32, text: &str, date: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{id}</guid><title>t{id}</title><description>{text}</description><pubDate>{date}</pubDate></item>"
    )
}

fn rss(items: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Blog</title>{}</channel></rss>",
        items.concat()
    )
}

const TODAY: &str = "Mon, 04 May 2026 09:00:00 GMT";

#[tokio::test]
async fn only_news_travels_and_only_changes_are_asked_for() {
    let server = FaultServer::start().await;
    let first = rss(&[item(2, "two", TODAY), item(1, "one", TODAY), item(0, "old", "Mon, 04 May 2020 09:00:00 GMT")]);
    server.set("/feed", Fault::Tagged("\"v1\"", "application/rss+xml", first.clone().into_bytes()));
    let networks = networks();
    let settings = json!({"url": server.url("/feed")});
    let mut line = Line::open(&networks, KIND, settings.clone());
    let batch = line.pull().await.expect("batch");
    assert_eq!((texts(&batch), refused(&batch)), (vec!["one", "two"], vec![FateReason::TooOld]));
    assert!(batch.wait.as_secs() >= 300);
    let mut line = line.reopen(&networks, KIND, settings);
    assert!(line.pull().await.expect("304").posts.is_empty());
    assert_eq!(server.asked()[1].headers.get("if-none-match").and_then(|tag| tag.to_str().ok()), Some("\"v1\""));
    let second = rss(&[item(3, "three", TODAY), item(2, "two, corrected", TODAY), item(1, "one", TODAY)]);
    server.set("/feed", Fault::Tagged("\"v2\"", "application/rss+xml", second.into_bytes()));
    let batch = line.pull().await.expect("batch");
    let mut news = texts(&batch);
    news.sort_unstable();
    assert_eq!(news, ["three", "two, corrected"]);
    let corrected =
        batch.posts.iter().filter_map(|post| post.post.as_ref().ok()).find(|post| post.text.starts_with("two"));
    assert!(corrected.is_some_and(|post| post.edited_at.is_some()), "a silent edit is a version");
}

#[tokio::test]
async fn a_feed_that_moved_for_good_is_followed() {
    let server = FaultServer::start().await;
    server.set("/old", Fault::Redirect(301, "/new".into()));
    server.set("/new", Fault::feed(&rss(&[item(1, "one", TODAY)])));
    server.set("/for-now", Fault::Redirect(302, "/new".into()));
    server.set("/into-nothing", Fault::Redirect(301, "/gone".into()));
    let networks = networks();
    let mut line = Line::open(&networks, KIND, json!({"url": server.url("/old"), "every_s": 900}));
    let batch = line.pull().await.expect("batch");
    assert_eq!(batch.settings, Some(json!({"url": server.url("/new"), "every_s": 900})));
    assert_eq!(batch.wait.as_secs(), 900);
    assert_eq!(line.pull().await.expect("batch").settings, None, "told once");
    assert_eq!(server.asked().last().map(|asked| asked.target.clone()).as_deref(), Some("/new"));
    let mut line = Line::open(&networks, KIND, json!({"url": server.url("/for-now")}));
    assert_eq!(line.pull().await.expect("batch").settings, None);
    let mut line = Line::open(&networks, KIND, json!({"url": server.url("/into-nothing")}));
    assert!(line.pull().await.is_err(), "a move into nothing is no move");
}

#[tokio::test]
async fn every_mishap_has_its_words() {
    let server = FaultServer::start().await;
    let page = "<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/real.xml'></head><body>hi</body></html>";
    let answer = |status: u16, name: &'static str, value: &str| {
        Fault::Answer(status, vec![(name, value.to_owned())], Vec::new())
    };
    use CaptureErrorKind::{Broken, Retry, RetryAfter};
    let minute = RetryAfter(std::time::Duration::from_secs(60));
    let cases: Vec<(&str, Fault, CaptureErrorKind, &str)> = vec![
        ("/401", Fault::status(401), Broken, "public address"),
        ("/403", Fault::status(403), Broken, "public address"),
        ("/404", Fault::status(404), Retry, "does not know this feed (404)"),
        ("/410", Fault::status(410), Broken, "gone for good"),
        ("/429", answer(429, "retry-after", "60"), minute, "slow down"),
        ("/500", Fault::status(500), Retry, "in trouble (500)"),
        ("/503", answer(503, "retry-after", "Mon, 04 May 2026 09:31:00 GMT"), minute, "asks for a pause"),
        ("/page", Fault::page(page), Broken, "/real.xml"),
        ("/empty", Fault::feed(""), Retry, "empty"),
        ("/json", Fault::feed("{\"version\": \"https://jsonfeed.org/version/1.1\", \"ite"), Retry, "cannot be read"),
        ("/other", Fault::feed("<?xml version=\"1.0\"?><svg/>"), Broken, "not a feed"),
        ("/loop", Fault::Redirect(302, "/loop".into()), Retry, "redirects more than"),
        ("/cut", Fault::Cut(b"<rss><channel>".to_vec()), Retry, "broke the connection off"),
        ("/huge", Fault::Huge(50_000_000), Broken, "max_body_mb"),
        ("/bomb", Fault::GzipBomb(50), Broken, "max_body_mb"),
    ];
    let networks = networks();
    for (path, fault, kind, words) in cases {
        server.set(path, fault);
        let error = Line::open(&networks, KIND, json!({"url": server.url(path)})).error().await;
        assert_eq!(error.kind, kind, "{path}: {error}");
        assert!(error.message.contains(words) && error.message.contains("127.0.0.1"), "{path}: {error}");
    }
}

#[tokio::test]
async fn mis_encoded_feeds_are_read() {
    let server = FaultServer::start().await;
    let body = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><item><guid>1</guid><title>K\xfcche</title></item></channel></rss>";
    server.set("/feed", Fault::Answer(200, vec![("content-type", "text/xml".into())], body.to_vec()));
    let mut line = Line::open(&networks(), KIND, json!({"url": server.url("/feed")}));
    assert_eq!(line.posts(1).await[0].title, "Küche");
}

#[tokio::test]
async fn a_clock_in_1970_does_not_stop_feeds() {
    let server = FaultServer::start().await;
    server.set("/feed", Fault::feed(&rss(&[item(1, "one", TODAY)])));
    let networks = networks_with(&config(), "1970-01-01T00:00:10Z");
    let mut line = Line::open(&networks, KIND, json!({"url": server.url("/feed")}));
    let batch = line.pull().await.expect("batch");
    assert_eq!(texts(&batch), ["one"]);
    assert!(batch.wait.as_secs() <= 24 * 3_600);
}

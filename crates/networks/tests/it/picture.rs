//! Pictures from hosts that are not what they seem.

use std::time::{Duration, Instant};

use switchboard_model::{CaptureErrorKind, Picture};
use switchboard_networks::{NetworkConfig, Networks};
use switchboard_testkit::faults::{Fault, FaultServer};
use url::Url;

use crate::{NOW, config, networks, networks_with};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn sent_as(media_type: &str, body: &[u8]) -> Fault {
    Fault::Answer(200, vec![("content-type", media_type.to_owned())], body.to_vec())
}

async fn kind(networks: &Networks, url: &str) -> Result<&'static str, CaptureErrorKind> {
    let found: Result<Picture, _> = networks.picture(url).await;
    found.map(|picture| picture.picture_type().as_str()).map_err(|error| error.kind)
}

#[tokio::test]
async fn only_the_bytes_say_what_a_picture_is() {
    let (server, networks) = (FaultServer::start().await, networks());
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let check = async |media_type: &str, body: &[u8], expected: Option<&str>| {
        server.set("/p", sent_as(media_type, body));
        let found = kind(&networks, &server.url("/p")).await;
        assert_eq!(found, expected.ok_or(CaptureErrorKind::Broken), "{media_type}: {}", String::from_utf8_lossy(body));
    };
    check("image/png", PNG, Some("image/png")).await;
    check("text/html", PNG, Some("image/png")).await;
    check("image/png", b"\xff\xd8\xff\xe1", Some("image/jpeg")).await;
    check("image/svg+xml", svg, None).await;
    check("image/png", svg, None).await;
    check("image/png", b"<!doctype html><script>alert(1)</script>", None).await;
    check("image/png", b"", None).await;
    let asked = server.asked().swap_remove(0).headers;
    assert!(asked.get("accept").is_some_and(|takes| takes.to_str().is_ok_and(|takes| !takes.contains("svg"))));
}

#[tokio::test]
async fn a_picture_is_bounded() {
    let (server, networks) = (FaultServer::start().await, networks());
    let of_size = |bytes: usize| {
        let mut body = PNG.to_vec();
        body.resize(bytes, 0);
        sent_as("image/png", &body)
    };
    server.set("/most", of_size(4 << 20));
    server.set("/more", of_size((4 << 20) + 1));
    server.set("/endless", Fault::Huge(8 << 20));
    server.set("/bomb", Fault::GzipBomb(8));
    assert_eq!(kind(&networks, &server.url("/most")).await, Ok("image/png"));
    for path in ["/more", "/endless", "/bomb"] {
        let error = networks.picture(&server.url(path)).await.expect_err("too large");
        assert_eq!(error.kind, CaptureErrorKind::Broken);
        assert!(error.message.contains("larger than 4 MiB"), "{error}");
    }
}

#[tokio::test]
async fn a_picture_comes_from_no_private_address_and_no_other_scheme() {
    let server = FaultServer::start().await;
    let port = Url::parse(server.origin()).expect("URL").port().expect("port");
    server.set("/inner", sent_as("image/png", PNG));
    server.set("/decimal", Fault::Redirect(302, format!("http://2130706433:{}/inner", port.wrapping_add(1))));
    server.set("/metadata", Fault::Redirect(302, "http://169.254.169.254/latest".into()));
    server.set("/file", Fault::Redirect(302, "file:///etc/passwd".into()));
    server.set("/there", Fault::Redirect(302, "/inner".into()));
    let strict = networks_with(&NetworkConfig::default(), NOW);
    assert_eq!(kind(&strict, &server.url("/inner")).await, Err(CaptureErrorKind::Broken));
    let allow = vec![format!("127.0.0.1:{port}")];
    let networks = networks_with(&NetworkConfig { allow, ..NetworkConfig::default() }, NOW);
    for path in ["/decimal", "/metadata", "/file"] {
        assert_eq!(kind(&networks, &server.url(path)).await, Err(CaptureErrorKind::Broken), "{path}");
    }
    assert_eq!(kind(&networks, &server.url("/there")).await, Ok("image/png"));
    for url in ["ws://127.0.0.1/", "file:///etc/passwd", "data:image/png;base64,AAAA", "/a.png", ""] {
        assert_eq!(kind(&networks, url).await, Err(CaptureErrorKind::Broken), "{url}");
    }
}

#[tokio::test]
async fn a_failure_is_about_the_picture_or_about_its_host() {
    let (server, networks) = (FaultServer::start().await, networks());
    let check = async |fault: Fault, expected: CaptureErrorKind| {
        server.set("/p", fault);
        assert_eq!(kind(&networks, &server.url("/p")).await, Err(expected));
    };
    check(Fault::status(404), CaptureErrorKind::Broken).await;
    check(Fault::status(500), CaptureErrorKind::Broken).await;
    check(Fault::Cut(PNG.to_vec()), CaptureErrorKind::Broken).await;
    let later = Fault::Answer(429, vec![("retry-after", "60".into())], Vec::new());
    check(later, CaptureErrorKind::RetryAfter(Duration::from_secs(60))).await;
    check(Fault::Redirect(302, "http://127.0.0.1:9/".into()), CaptureErrorKind::Broken).await;
    assert_eq!(kind(&networks, "http://127.0.0.1:9/a.png").await, Err(CaptureErrorKind::Retry));
}

#[tokio::test]
async fn pictures_wait_for_no_turn_and_take_none() {
    let server = FaultServer::start().await;
    server.set("/p", sent_as("image/png", PNG));
    let networks = networks_with(&NetworkConfig { host_gap_ms: 60_000, ..config() }, NOW);
    let start = Instant::now();
    for _ in 0..5 {
        assert_eq!(kind(&networks, &server.url("/p")).await, Ok("image/png"));
    }
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_given_up() {
    let server = FaultServer::start().await;
    server.set("/p", Fault::Drip(Duration::from_millis(500)));
    let start = Instant::now();
    let error = networks().picture(&server.url("/p")).await.expect_err("it never ends");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_eq!(error.kind, CaptureErrorKind::Retry);
    assert!(error.message.contains("within 10 s"), "{error}");
}

use std::time::{Duration, Instant};

use switchboard_model::{CaptureError, CaptureErrorKind};
use switchboard_networks::http::{FetchError, Request};
use switchboard_networks::{NetworkConfig, Networks};
use switchboard_testkit::faults::{Fault, FaultServer};
use url::Url;

use crate::{NOW, config, networks, networks_with};

async fn fetch(networks: &Networks, url: &str) -> Result<Vec<u8>, FetchError> {
    networks.http().send(Request::get(Url::parse(url).expect("URL"))).await.map(|answer| answer.body)
}

#[tokio::test]
async fn what_is_private_is_refused_wherever_it_hides() {
    let server = FaultServer::start().await;
    server.set("/", Fault::page("secret"));
    let port = Url::parse(server.origin()).expect("URL").port().expect("port");
    let strict = networks_with(&NetworkConfig { host_gap_ms: 0, ..NetworkConfig::default() }, NOW);
    for host in
        ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1"]
    {
        let error = fetch(&strict, &format!("http://{host}:{port}/")).await.expect_err(host);
        assert!(matches!(error, FetchError::Refused(_)), "{host}: {error}");
        assert_eq!(CaptureError::from(error).kind, CaptureErrorKind::Broken);
    }
    assert!(server.asked().is_empty(), "nothing was dialled");
}

#[tokio::test]
async fn a_redirect_is_looked_at_like_the_address_itself() {
    let server = FaultServer::start().await;
    let port = Url::parse(server.origin()).expect("URL").port().expect("port");
    server.set("/in", Fault::Redirect(302, format!("http://localhost:{port}/secret")));
    server.set("/file", Fault::Redirect(302, "file:///etc/passwd".into()));
    server.set("/decimal", Fault::Redirect(302, format!("http://2130706433:{}/", port.wrapping_add(1))));
    server.set("/secret", Fault::page("secret"));
    // Only this very address and port are allowed, not the name that leads to it.
    let allow = vec![format!("127.0.0.1:{port}")];
    let networks = networks_with(&NetworkConfig { allow, host_gap_ms: 0, ..NetworkConfig::default() }, NOW);
    assert!(matches!(fetch(&networks, &server.url("/file")).await, Err(FetchError::Refused(_))));
    assert!(matches!(fetch(&networks, &server.url("/decimal")).await, Err(FetchError::Refused(_))));
    let inner = fetch(&networks, &server.url("/in")).await.expect("the allowed address, by another name");
    assert_eq!(inner, b"secret");
}

#[tokio::test]
async fn a_name_is_allowed_for_its_port_only() {
    let server = FaultServer::start().await;
    server.set("/", Fault::page("hello"));
    let port = Url::parse(server.origin()).expect("URL").port().expect("port");
    let with = |entry: String| {
        networks_with(&NetworkConfig { allow: vec![entry], host_gap_ms: 0, ..NetworkConfig::default() }, NOW)
    };
    let url = format!("http://localhost:{port}/");
    assert_eq!(fetch(&with(format!("localhost:{port}")), &url).await.expect("allowed"), b"hello");
    assert!(fetch(&with(format!("localhost:{}", port.wrapping_add(1))), &url).await.is_err());
}

#[tokio::test]
async fn bodies_are_capped_after_decompression() {
    let server = FaultServer::start().await;
    server.set("/bomb", Fault::GzipBomb(50));
    server.set("/small", Fault::GzipBomb(1));
    server.set("/huge", Fault::Huge(50_000_000));
    let networks = networks_with(&NetworkConfig { max_body_mb: 4, ..config() }, NOW);
    for path in ["/bomb", "/huge"] {
        let error = fetch(&networks, &server.url(path)).await.expect_err(path);
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
        assert!(error.to_string().contains("more than 4 MB") && error.to_string().contains("max_body_mb"), "{error}");
    }
    assert_eq!(fetch(&networks, &server.url("/small")).await.expect("unpacked").len(), 1 << 20);
}

#[tokio::test]
async fn slow_answers_end() {
    let server = FaultServer::start().await;
    server.set("/drip", Fault::Drip(Duration::from_millis(50)));
    server.set("/hang", Fault::Hang(Duration::from_secs(60)));
    server.set("/pause", Fault::Drip(Duration::from_secs(60)));
    let networks = networks_with(&NetworkConfig { read_timeout_s: 1, total_timeout_s: 2, ..config() }, NOW);
    let start = Instant::now();
    assert!(matches!(fetch(&networks, &server.url("/drip")).await, Err(FetchError::TooSlow { .. })));
    assert!(matches!(fetch(&networks, &server.url("/hang")).await, Err(FetchError::TooSlow { .. })));
    assert!(matches!(fetch(&networks, &server.url("/pause")).await, Err(FetchError::Silent { .. })));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn redirects_end() {
    let server = FaultServer::start().await;
    server.set("/loop", Fault::Redirect(301, "/loop".into()));
    server.set("/nowhere", Fault::Redirect(301, "http://[".into()));
    let networks = networks();
    let error = fetch(&networks, &server.url("/loop")).await.expect_err("a loop");
    assert!(error.to_string().contains("redirects more than 10 times"), "{error}");
    assert!(matches!(fetch(&networks, &server.url("/nowhere")).await, Err(FetchError::BadRedirect { .. })));
}

#[tokio::test]
async fn nothing_secret_is_in_an_error() {
    let networks = networks();
    let url = "http://ana:hunter2@127.0.0.1:9/feed?token=hunter2";
    let error = fetch(&networks, url).await.expect_err("nobody listens there").to_string();
    assert!(error.contains("127.0.0.1:9") && !error.contains("hunter2") && !error.contains("ana"), "{error}");
}

#[tokio::test]
async fn we_say_who_we_are_and_wait_between_two_requests() {
    let server = FaultServer::start().await;
    server.set("/", Fault::page("hello"));
    let config = NetworkConfig { contact: "https://acme.example/bot".into(), host_gap_ms: 300, ..config() };
    let networks = networks_with(&config, NOW);
    let start = Instant::now();
    let url = server.url("/");
    let (first, second) = tokio::join!(fetch(&networks, &url), fetch(&networks, &url));
    assert!(first.is_ok() && second.is_ok());
    assert!(start.elapsed() >= Duration::from_millis(300));
    let agent = server.asked()[0].headers.get("user-agent").cloned().expect("an agent");
    let agent = agent.to_str().expect("text").to_owned();
    assert!(agent.starts_with("Switchboard/") && agent.ends_with("(+https://acme.example/bot)"), "{agent}");
}

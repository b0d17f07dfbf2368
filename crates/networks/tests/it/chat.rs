//! Rooms of a chat behind a web server that answers as badly as chats do.

use std::time::Duration;

use jiff::SignedDuration;
use switchboard_model::chat::ChatFormat;
use switchboard_model::mail::Untaken;
use switchboard_networks::{NetworkConfig, Networks};
use switchboard_testkit::faults::{Fault, FaultServer};

use crate::{NOW, config, networks, networks_with};

/// What nobody may read in a log.
const SECRET: &str = "T0/B0/hunter2";

async fn say(networks: &Networks, server: &FaultServer) -> Result<(), Untaken> {
    let url = server.url(&format!("/{SECRET}"));
    let said = networks.send_chat(ChatFormat::Slack, &url, &["Case 7 is offered to Sales".to_owned()]).await;
    if let Err(untaken) = &said {
        assert!(!untaken.why.contains("hunter2") && !untaken.why.is_empty(), "{untaken:?}");
    }
    said
}

#[tokio::test]
async fn a_room_is_written_to_once_wherever_its_webhook_points() {
    let (server, elsewhere) = (FaultServer::start().await, FaultServer::start().await);
    let path = format!("/{SECRET}");
    server.set(&path, Fault::status(200));
    say(&networks(), &server).await.expect("taken");
    assert_eq!(server.asked().len(), 1);
    // Nobody is followed elsewhere, least of all into the company's own network: what is said is for one room.
    for target in [elsewhere.url("/secret"), "http://10.0.0.1/".to_owned(), "http://169.254.169.254/".to_owned()] {
        for status in [301, 302, 307, 308] {
            server.set(&path, Fault::Redirect(status, target.clone()));
            assert!(say(&networks(), &server).await.expect_err("refused").is_final);
        }
    }
    assert!(elsewhere.asked().is_empty());
    // A webhook of this machine has to be allowed.
    let strict = networks_with(&NetworkConfig { host_gap_ms: 0, ..NetworkConfig::default() }, NOW);
    let before = server.asked().len();
    assert!(say(&strict, &server).await.is_err());
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn what_a_chat_answers_says_whether_it_is_tried_again() {
    let server = FaultServer::start().await;
    let path = format!("/{SECRET}");
    let networks = networks_with(&NetworkConfig { read_timeout_s: 1, total_timeout_s: 2, ..config() }, NOW);
    let check = async |fault: Fault, is_final: bool, after: Option<i64>| {
        server.set(&path, fault.clone());
        let untaken = say(&networks, &server).await.expect_err("not taken");
        let expected = (is_final, after.map(SignedDuration::from_secs));
        assert_eq!((untaken.is_final, untaken.after), expected, "{fault:?}: {untaken:?}");
    };
    let after = |seconds: &str| vec![("retry-after", seconds.to_owned())];
    check(Fault::Answer(429, after("90"), Vec::new()), false, Some(90)).await;
    check(Fault::status(429), false, None).await;
    check(Fault::Answer(503, after("5"), Vec::new()), false, Some(5)).await;
    check(Fault::status(404), true, None).await;
    check(Fault::status(403), true, None).await;
    check(Fault::Hang(Duration::from_secs(60)), false, None).await;
    check(Fault::Drip(Duration::from_millis(50)), false, None).await;
    check(Fault::Huge(50_000_000), false, None).await;
    check(Fault::Cut(b"ok".to_vec()), false, None).await;
}

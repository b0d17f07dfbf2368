//! Browsers are told things by a push service that looks at everything.

use jiff::SignedDuration;
use switchboard_model::push::{PushMessage, PushTarget};
use switchboard_networks::{NetworkConfig, Networks};
use switchboard_testkit::push::FakePushService;

use crate::{NOW, networks, networks_with, time};

fn message(bodies: &[&str]) -> PushMessage {
    PushMessage { bodies: bodies.iter().map(|body| (*body).to_owned()).collect(), is_urgent: true, ttl_s: 3_600 }
}

#[tokio::test]
async fn a_browser_reads_what_it_is_sent_and_the_service_knows_who_sends() {
    let (service, networks) = (FakePushService::start().await, networks());
    let key = Networks::make_push_key().expect("a key");
    let to = service.browser("one");
    assert_eq!(networks.check_push_target(&to), Ok(()));
    let body = r#"{"title":"Case 7 is offered to Sales"}"#;
    networks.send_push(&key, "desk@acme.example", &to, &message(&[body])).await.expect("taken");
    networks.send_push(&key, "https://desk.acme.example", &to, &message(&[body])).await.expect("taken");
    let taken = service.taken();
    assert_eq!(taken[0].text.as_deref(), Some(body));
    assert_eq!((taken[0].ttl.as_str(), taken[0].urgency.as_str()), ("3600", "high"));
    assert_eq!(taken[0].contact, "mailto:desk@acme.example");
    assert_eq!(taken[1].contact, "https://desk.acme.example");
    let until = taken[0].until - time(NOW).as_second();
    assert!(until > 0 && until <= 24 * 3_600, "a token works for a day at most: {until}");
    // Another key than the one that signs.
    let other = Networks::make_push_key().expect("a key");
    let mixed = switchboard_model::push::PushKey { public: other.public, ..key };
    let refused = networks.send_push(&mixed, "desk@acme.example", &to, &message(&[body])).await.expect_err("refused");
    assert!(refused.is_final && refused.why.ends_with(" answered 403"), "{refused:?}");
}

#[tokio::test]
async fn what_a_service_answers_says_what_becomes_of_a_message() {
    let (service, networks) = (FakePushService::start().await, networks());
    let key = Networks::make_push_key().expect("a key");
    let to = service.browser("secret-name");
    let send = async |bodies: &[&str]| networks.send_push(&key, "desk@acme.example", &to, &message(bodies)).await;
    service.fail(&[(413, None)]);
    send(&["the whole", "less"]).await.expect("taken");
    assert_eq!(service.taken()[0].text.as_deref(), Some("less"));
    service.fail(&[(413, None), (413, None)]);
    assert!(send(&["the whole", "less"]).await.expect_err("refused").is_final);
    service.fail(&[(429, Some("120"))]);
    let later = send(&["x"]).await.expect_err("not now");
    assert_eq!((later.is_final, later.after), (false, Some(SignedDuration::from_secs(120))));
    service.fail(&[(503, None)]);
    assert!(!send(&["x"]).await.expect_err("not now").is_final);
    service.fail(&[(302, None)]);
    assert!(send(&["x"]).await.expect_err("nobody is followed elsewhere").is_final);
    service.forget("secret-name");
    let gone = send(&["x"]).await.expect_err("gone");
    assert!(gone.is_gone && gone.is_final && !gone.why.contains("secret-name"), "{gone:?}");
}

#[tokio::test]
async fn private_addresses_and_odd_keys_are_refused() {
    let service = FakePushService::start().await;
    let strict = networks_with(&NetworkConfig::default(), NOW);
    let key = Networks::make_push_key().expect("a key");
    let to = service.browser("one");
    assert!(strict.check_push_target(&to).is_err(), "an address of this machine");
    let sent = strict.send_push(&key, "desk@acme.example", &to, &message(&["x"])).await;
    assert!(sent.is_err_and(|error| !error.why.contains("/push/one")));
    assert_eq!(service.taken(), []);
    let check = |change: fn(&mut PushTarget), expected: &str| {
        let mut to = PushTarget { endpoint: "https://push.example/x".into(), ..to.clone() };
        change(&mut to);
        let said = strict.check_push_target(&to).err().unwrap_or_default();
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{said}");
    };
    check(|_| {}, "");
    check(|to| to.endpoint = "http://push.example/x".into(), "begins with https://");
    check(|to| to.endpoint = "https://a:b@push.example/x".into(), "begins with https://");
    check(|to| to.endpoint = "x".into(), "cannot be read");
    check(|to| to.endpoint = "https://10.0.0.1/x".into(), "10.0.0.1");
    check(|to| to.p256dh = "AAAA".into(), "no point");
    check(|to| to.auth = "AAAA".into(), "16 bytes");
}

use switchboard_model::SourceKind;
use switchboard_testkit::faults::{Fault, FaultServer};
use switchboard_testkit::mastodon::FakeMastodon;

use crate::networks;

/// What is proposed, as `kind name settings`.
async fn proposed(text: &str) -> Vec<String> {
    let networks = networks();
    match networks.propose(text).await {
        Ok(proposals) => proposals
            .iter()
            .map(|proposal| {
                networks.validate(proposal.kind, &proposal.settings).expect("what is proposed can be used");
                format!("{} {} {}", proposal.kind.as_str(), proposal.name, proposal.settings)
            })
            .collect(),
        Err(error) => vec![format!("error {error}")],
    }
}

#[tokio::test]
async fn handles_hashtags_and_known_hosts_need_no_look() {
    let check = async |text: &str, expected: &[&str]| {
        let proposed = proposed(text).await;
        assert_eq!(proposed.len(), expected.len(), "{text}: {proposed:?}");
        for (proposed, expected) in proposed.iter().zip(expected) {
            assert!(proposed.contains(expected), "{text}: {proposed}");
        }
    };
    check("#acme", &["mastodon #acme on mastodon.social", "bluesky #acme on Bluesky"]).await;
    check("@acme@social.example", &["https://social.example/@acme.rss"]).await;
    check("acme.bsky.social", &["https://bsky.app/profile/acme.bsky.social/rss", "mentions:acme.bsky.social"]).await;
    check("https://bsky.app/profile/acme.example", &["/acme.example/rss", "mentions:acme.example"]).await;
    check("https://bsky.app/search?q=acme+kettle", &["'acme kettle' on Bluesky"]).await;
    check("https://news.ycombinator.com/", &["hackernews Hacker News"]).await;
    check("https://hn.algolia.com/?q=acme", &["hackernews 'acme' on Hacker News"]).await;
    check("just words", &["error this is neither"]).await;
    check("", &["error this is neither"]).await;
}

#[tokio::test]
async fn pages_lead_to_their_feeds() {
    let server = FaultServer::start().await;
    let feed = "<rss version='2.0'><channel><title>Acme news</title><item><title>t</title></item></channel></rss>";
    server.set("/feed.xml", Fault::feed(feed));
    server.set(
        "/named",
        Fault::page(
            "<html><head><link rel=alternate type='application/rss+xml' title='News' href='/feed.xml'></head></html>",
        ),
    );
    server.set("/", Fault::page("<html><body>hello</body></html>"));
    assert_eq!(
        proposed(&server.url("/feed.xml")).await,
        [format!("feed Acme news {{\"url\":\"{}\"}}", server.url("/feed.xml"))]
    );
    assert_eq!(
        proposed(&server.url("/named")).await,
        [format!("feed News {{\"url\":\"{}\"}}", server.url("/feed.xml"))]
    );
    assert_eq!(
        proposed(&server.url("/")).await,
        [format!("feed Acme news {{\"url\":\"{}\"}}", server.url("/feed.xml"))]
    );
    let error = proposed(&server.url("/missing")).await;
    assert!(error[0].contains("answers 404"), "{error:?}");
}

#[tokio::test]
async fn pages_of_an_instance_become_timelines() {
    let server = FakeMastodon::start().await;
    let proposals = networks().propose(&format!("{}/public/local", server.origin())).await;
    // The stand-in has no pages, but it says that it is an instance.
    match proposals {
        Ok(proposals) => assert_eq!(proposals[0].kind, SourceKind::Mastodon),
        Err(error) => panic!("{error}"),
    }
}

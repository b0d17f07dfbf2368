//! How much was said, by the days of whoever asks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use switchboard_app::searches::SearchError;
use switchboard_model::{Captured, Post, SearchId, SourceKind};
use switchboard_testkit::app::TestApp;

/// The clock stands at 2026-05-04T09:30:00Z.
async fn said(test: &TestApp, times: &[&str]) {
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let post = |(number, at): (usize, &&str)| {
        let posted_at: Timestamp = at.parse().expect("a time");
        Captured::heard(Post { posted_at: Some(posted_at), ..Post::new("x", &format!("{at}-{number}"), "acme") })
    };
    test.app.hand_in(&source, times.iter().enumerate().map(post).collect(), None).await.expect("taken");
}

#[tokio::test]
async fn hours_are_told_without_a_gap_and_days_by_the_zone() {
    let test = TestApp::new().await;
    let search = test.search("brand", "acme").await;
    test.search("other", "globex").await;
    said(&test, &["2026-05-02T18:29:00Z", "2026-05-02T19:00:00Z", "2026-05-03T18:29:00Z", "2026-05-04T09:29:59Z"])
        .await;

    let volume = test.app.volume(search.id, 2, &TimeZone::UTC).await.expect("counted");
    assert_eq!(volume.hours.len(), 48 + 10);
    assert!(volume.hours.windows(2).all(|pair| pair[1].0.duration_since(pair[0].0) == SignedDuration::from_hours(1)));
    let days = |zone: &TimeZone, volume: &switchboard_app::searches::volume::Volume| -> Vec<(String, u64)> {
        volume.days(zone).into_iter().map(|(day, mentions)| (day.to_string(), mentions)).collect()
    };
    let of_utc = [("2026-05-02".to_owned(), 2), ("2026-05-03".to_owned(), 1), ("2026-05-04".to_owned(), 1)];
    assert_eq!(days(&TimeZone::UTC, &volume), of_utc);

    // Five and a half hours ahead, the hour from 18:00 belongs to the day in which it begins.
    let kolkata = TimeZone::get("Asia/Kolkata").expect("a zone");
    let volume = test.app.volume(search.id, 1, &kolkata).await.expect("counted");
    assert_eq!(days(&kolkata, &volume), [("2026-05-03".to_owned(), 2), ("2026-05-04".to_owned(), 1)]);
    let all = test.app.volumes(2, &kolkata).await.expect("counted");
    assert_eq!(all.into_iter().collect::<Vec<_>>(), [(search.id, vec![2, 1])], "a search without mentions is left out");

    let unknown = SearchId(uuid::Uuid::from_u128(7));
    assert!(matches!(test.app.volume(unknown, 2, &TimeZone::UTC).await, Err(SearchError::Unknown(_))));
}

#[tokio::test]
async fn the_hour_that_is_there_twice_is_counted() {
    let test = TestApp::new().await;
    let search = test.search("brand", "acme").await;
    // To 2026-10-25T23:30:00Z; in Lisbon the clocks went back that day, which has 25 hours.
    test.clock.advance((174 * 24 + 14) * 3_600);
    said(&test, &["2026-10-24T23:30:00Z", "2026-10-25T23:15:00Z"]).await;
    let lisbon = TimeZone::get("Europe/Lisbon").expect("a zone");
    assert_eq!(test.app.volumes(1, &lisbon).await.expect("counted")[&search.id], [2]);
    let volume = test.app.volume(search.id, 0, &lisbon).await.expect("counted");
    assert_eq!(volume.hours.len(), 25);
}

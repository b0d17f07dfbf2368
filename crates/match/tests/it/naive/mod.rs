//! The contract a second time, slowly and without anything of the product: another reader of queries, another one of texts,
//! another evaluation. Random queries are asked of random posts by both.
//!
//! `SWITCHBOARD_TEST_PAIRS` says how many pairs of a query and a post are tried.

mod query;
mod text;

use jiff::Timestamp;
use proptest::prelude::*;
use switchboard_match::{Matcher, Prepared, Query};
use switchboard_model::{Post, PostKind};

use self::query::{Read, Reader};
use crate::properties;
use crate::vectors::Vector;

/// So many queries meet so many posts in each case.
const SIDE: usize = 8;

fn cases() -> u32 {
    let pairs = std::env::var("SWITCHBOARD_TEST_PAIRS").ok();
    let pairs: usize = pairs.map_or(20_000, |pairs| pairs.parse().expect("SWITCHBOARD_TEST_PAIRS is a number"));
    pairs.div_ceil(SIDE * SIDE) as u32
}

/// A phrase of whatever a text can hold, free or in a field.
fn phrase() -> impl Strategy<Value = String> {
    let place = prop::sample::select(vec!["", "exact:", "raw:", "title:", "text:", "alt:", "bio:"]);
    (place, properties::text()).prop_filter_map("it can be searched", |(place, text)| {
        let query = format!("{place}\"{text}\"");
        Query::parse(&query).is_ok().then_some(query)
    })
}

fn query() -> impl Strategy<Value = String> {
    let side = || prop_oneof![phrase(), properties::term()];
    prop_oneof![
        3 => properties::query(),
        2 => side(),
        1 => (side(), properties::query()).prop_map(|(phrase, query)| format!("{phrase} OR ({query})")),
        1 => (properties::term(), 0..6usize, properties::term()).prop_map(|(a, most, b)| format!("{a} NEAR/{most} {b}")),
        1 => (properties::term(), 0..6usize, properties::term()).prop_map(|(a, most, b)| format!("{a} ONEAR/{most} {b}")),
    ]
}

fn post() -> impl Strategy<Value = Post> {
    let link = prop::sample::select(vec!["https://www.acme.example/", "http://t.co/a?b", "https://x.acme.example:80"]);
    let kind = prop::sample::select(vec![PostKind::Post, PostKind::Reply, PostKind::Review]);
    let network = prop::sample::select(vec!["x", "feed", "mastodon"]);
    (properties::post(), prop::option::of(link), prop::option::of(kind), network, 0..3_000_000_000i64).prop_map(
        |(mut post, link, kind, network, posted)| {
            post.network = network.to_owned();
            post.links = link.into_iter().map(str::to_owned).collect();
            post.kind = kind;
            post.posted_at = Timestamp::from_second(posted).ok();
            post
        },
    )
}

#[test]
fn the_plain_evaluator_holds_the_vectors() {
    let (mut asked, mut failures) = (0, Vec::new());
    for vector in Vector::all() {
        let query = vector.query();
        // What it says is the product's to know; a pack is written out before anything is asked.
        let Ok(parsed) = Query::parse(&query) else { continue };
        // Ten thousand words take it too long.
        if query.len() > 5_000 || parsed.needs_signals() {
            continue;
        }
        let reader = Reader::read(&query);
        for post in vector.posts().iter().filter(|post| post.text.len() < 5_000) {
            asked += 1;
            if reader.holds(&Read::new(post)) != parsed.matches(&Prepared::new(post)) {
                failures.push(format!("{}: {query} for {}", vector.name, post.text));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {asked}: {failures:#?}", failures.len());
    assert!(asked > 1_000, "{asked}");
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn every_query_means_what_the_contract_says(
        queries in prop::collection::vec(query(), SIDE),
        posts in prop::collection::vec(post(), SIDE),
    ) {
        let asked: Vec<_> = queries.iter().map(|query| (Query::parse(query).expect(query), Reader::read(query))).collect();
        let matcher = Matcher::new(asked.iter().map(|(query, _)| query.clone()).enumerate());
        for post in &posts {
            let (prepared, read) = (Prepared::new(post), Read::new(post));
            let found: Vec<usize> = matcher.matches(&prepared).into_iter().copied().collect();
            for (at, (query, plain)) in asked.iter().enumerate() {
                let expected = plain.holds(&read);
                prop_assert_eq!(query.matches(&prepared), expected, "{} for {:?} {:?}", queries[at], post.title, post.text);
                prop_assert_eq!(found.contains(&at), expected, "among many: {}", queries[at]);
            }
        }
    }
}

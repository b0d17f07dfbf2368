//! Parts of the priority, and that they always add up.

use proptest::prelude::*;
use switchboard_model::{Author, Engagement, Formula, IgnoredPoints, Post, Priority, Signals};
use switchboard_route::{Departments, Router, Rule, Rules};

use crate::signals;

fn points(priority: &Priority, name: &str) -> i32 {
    priority.parts.iter().filter(|part| part.name == name).map(|part| part.points).sum()
}

#[test]
fn parts_have_points_and_words() {
    let router = Router::shipped();
    let author = Author { followers: Some(120_000), ..Author::default() };
    let post = Post {
        author: Some(author),
        engagement: Engagement { reshares: Some(10), ..Engagement::default() },
        rating: Some(1.0),
        ..Post::new("x", "1", "My kettle caught fire and I ended up in hospital, my lawyer will call")
    };
    let priority = router.route(&post, &signals(&["complaint", "question"], Some("negative")), &[], &[]).priority;
    let parts: Vec<_> =
        priority.parts.iter().map(|part| (part.name.as_str(), part.points, part.why.as_str())).collect();
    assert_eq!(
        parts,
        [
            (
                "harm",
                40,
                "names danger (\"caught fire\"), somebody hurt (\"ended up in hospital\"), the law (\"lawyer\")"
            ),
            ("need", 30, "complains, asks"),
            ("mood", 12, "negative, 80 % sure"),
            ("reach", 18, "120000 followers, 10 reshares and replies"),
            ("waiting", 0, "has just come in"),
            ("rating", 10, "1 of 5 stars"),
            ("bound", -10, "100 is the most"),
        ]
    );
    assert_eq!(priority.score, 100);
}

#[test]
fn a_small_friendly_post_is_at_the_bottom() {
    let priority =
        Router::shipped().route(&Post::new("x", "1", "nice"), &signals(&[], Some("positive")), &[], &[]).priority;
    assert_eq!(priority.score, 0);
    assert_eq!(points(&priority, "bound"), 4, "mood takes 4, which may not go below zero");
}

#[test]
fn order_of_urgency() {
    let router = Router::shipped();
    let score = |text: &str, intents: &[&str], sentiment: &str, followers: u64| {
        let author = Some(Author { followers: Some(followers), ..Author::default() });
        let post = Post { author, ..Post::new("x", "1", text) };
        router.route(&post, &signals(intents, Some(sentiment)), &[], &[]).priority.score
    };
    let ranked = [
        score("I was injured by it", &["complaint"], "negative", 100),
        score("never arrived", &["complaint"], "negative", 100_000),
        score("never arrived", &["complaint"], "negative", 100),
        score("where can I buy it", &["purchase", "question"], "neutral", 100),
        score("when do you open", &["question"], "neutral", 100),
        score("thank you", &["thanks"], "neutral", 100),
    ];
    assert!(ranked.is_sorted_by(|one, other| one > other), "{ranked:?}");
}

proptest! {
    #[test]
    fn parts_always_add_up_to_the_score(
        text in "(injured|lawyer|fraud|racist|exploded|hello| ){0,12}",
        intents in proptest::sample::subsequence(vec!["complaint", "question", "thanks", "purchase", "job"], 0..=5),
        sentiment in proptest::option::of(proptest::sample::select(vec!["positive", "neutral", "negative", "other"])),
        score in proptest::num::f64::ANY,
        followers in proptest::option::of(any::<u64>()),
        reshares in proptest::option::of(any::<u64>()),
        rating in proptest::option::of(proptest::num::f64::ANY),
        added in proptest::collection::vec(-100..=100, 0..8),
    ) {
        let rule = |(place, priority): (usize, i32)| Rule {
            name: format!("rule {place}"),
            when: Some("x".to_owned()),
            tags: vec!["t".to_owned()],
            priority,
            ..Rule::default()
        };
        let rules = Rules { rules: added.iter().copied().enumerate().map(rule).collect() };
        let router = Router::new(Departments::shipped(), rules).expect("valid");
        let mut signals = signals(&intents, sentiment);
        signals.0.iter_mut().for_each(|signal| signal.score = score);
        let post = Post {
            author: Some(Author { followers, ..Author::default() }),
            engagement: Engagement { reshares, replies: reshares, ..Engagement::default() },
            rating,
            ..Post::new("x", "1", &text)
        };
        let routed = router.route(&post, &signals, &vec![true; added.len()], &[]);
        let sum: i64 = routed.priority.parts.iter().map(|part| i64::from(part.points)).sum();
        prop_assert_eq!(sum, i64::from(routed.priority.score));
        prop_assert!(routed.priority.score <= 100);
        prop_assert!(routed.priority.parts.iter().all(|part| !part.why.is_empty()));
        let names: Vec<_> = routed.priority.parts.iter().map(|part| part.name.as_str()).collect();
        for name in ["harm", "reach", "need", "waiting", "mood"] {
            prop_assert!(names.contains(&name));
        }
    }

    #[test]
    fn any_post_is_routed(title in ".{0,40}", text in any::<String>(), holds in proptest::collection::vec(any::<bool>(), 0..9)) {
        let router = Router::shipped();
        let post = Post { title, ..Post::new("x", "1", &text) };
        let routed = router.route(&post, &signals(&[], None), &holds, &[&text]);
        prop_assert!(router.departments().iter().any(|department| department.name == routed.department.label));
    }
}

#[test]
fn who_says_that_nobody_answers_is_heard() {
    let formula = Formula { ignored: IgnoredPoints { says: 10, past: 0, most: 20 }, ..Formula::default() };
    let router = Router::shipped().with_formula(formula.into());
    let check = |text: &str, expected: bool| {
        let routed = router.route(&Post::new("x", "1", text), &Signals::default(), &[], &[]);
        assert_eq!(points(&routed.priority, "ignored"), if expected { 10 } else { 0 }, "{text}");
        assert_eq!(routed.says_ignored.is_some(), expected, "{text}");
    };
    check("This is the third time I ask!", true);
    check("Still no answer. Hello?", true);
    check("You DON'T answer", true);
    check("Immer noch keine Antwort von euch", true);
    check("Toujours pas de réponse, c'est la troisième fois que j'écris", true);
    check("Sigo sin respuesta", true);
    check("Ainda sem resposta", true);
    check("Ancora nessuna risposta", true);
    check("Nog steeds geen antwoord", true);
    check("Thanks for the quick answer", false);
    check("The answer was no", false);
    check("I still wait for the bus", false);
    check("Danke für die Antwort", false);
}

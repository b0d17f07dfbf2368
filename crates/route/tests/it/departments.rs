//! Which department a post is proposed to, and why.

use switchboard_model::Post;
use switchboard_route::{Hints, Learnt, Router};

use crate::signals;

struct Given<'a> {
    text: &'a str,
    intents: &'a [&'a str],
    rules: &'a [&'a str],
    leanings: &'a [&'a str],
}

#[test]
fn rules_come_before_intents_before_topics_before_leanings() {
    let router = Router::shipped();
    let check = |given: Given, label: &str, why: &str| {
        let holds: Vec<bool> = router.rules().iter().map(|rule| given.rules.contains(&rule.name.as_str())).collect();
        let post = Post::new("x", "1", given.text);
        let routed = router.route(&post, &signals(given.intents, None), &holds, given.leanings);
        assert_eq!((routed.department.label.as_str(), routed.department.why.as_str()), (label, why), "{}", given.text);
        assert!((0.0..=1.0).contains(&routed.department.score));
    };
    let given = Given { text: "hello", intents: &[], rules: &[], leanings: &[] };
    check(Given { ..given }, "Service", "nothing else decides: the fallback desk");
    check(Given { leanings: &["sales"], ..given }, "Sales", "a matching search leans to Sales");
    check(
        Given { leanings: &["nobody", "Public Relations"], ..given },
        "Public relations",
        "a matching search leans to Public relations",
    );
    check(
        Given { text: "the new firmware and the API", leanings: &["sales"], ..given },
        "Research and development",
        "names \"firmware\", \"api\", a topic of Research and development",
    );
    check(
        Given { text: "the new firmware", intents: &["thanks", "complaint"], ..given },
        "Service",
        "Service takes posts with the intent 'complaint'",
    );
    check(
        Given { intents: &["question", "purchase"], ..given },
        "Sales",
        "Sales takes posts with the intent 'purchase'",
    );
    check(
        Given { intents: &["question", "job"], ..given },
        "Human resources",
        "Human resources takes posts with the intent 'job'",
    );
    check(
        Given { intents: &["complaint"], rules: &["Press enquiry", "Feature request"], ..given },
        "Public relations",
        "rule 'Press enquiry'",
    );
}

#[test]
fn all_rules_that_hold_add_tags_and_points() {
    let router = Router::shipped();
    let post = Post::new("x", "1", "hello");
    let routed = router.route(&post, &signals(&[], None), &vec![true; router.rules().len()], &[]);
    assert_eq!(routed.rules.len(), router.rules().len());
    assert_eq!(routed.tags, ["press", "security", "partnership", "idea", "boycott"]);
    let points: i32 = routed.priority.parts.iter().filter(|part| part.name == "rule").map(|part| part.points).sum();
    assert_eq!(points, 55);
    let none = router.route(&post, &signals(&[], None), &[], &[]);
    assert!(none.rules.is_empty() && none.tags.is_empty(), "what is not told does not hold");
}

#[test]
fn a_rule_can_ask_for_an_intent() {
    let rules = "[[rules]]\nname = \"Buyers\"\nintent = \"purchase\"\ntags = [\"lead\"]\npriority = 7";
    let rules = switchboard_route::Rules::parse(rules).expect("readable");
    let router = Router::new(switchboard_route::Departments::shipped(), rules).expect("valid");
    let post = Post::new("x", "1", "hello");
    assert_eq!(router.route(&post, &signals(&["purchase"], None), &[], &[]).tags, ["lead"]);
    assert!(router.route(&post, &signals(&["question"], None), &[true], &[]).tags.is_empty());
}

#[test]
fn past_cases_decide_what_rules_and_topics_leave_open() {
    let router = Router::shipped();
    let check = |text: &str, learnt: Option<(&str, f64)>, department: &str, why: &str| {
        let post = Post::new("x", "1", text);
        let learnt = || {
            let (department, probability) = learnt?;
            Some(Learnt { department: department.to_owned(), probability, confidence: 0.8 })
        };
        let hints = Hints { leanings: &[], learnt: &learnt };
        let routed = router.route_twice(&post, &signals(&[], None), &[], &hints, &[], |_, _| false);
        assert_eq!((routed.department.label.as_str(), routed.department.why.as_str()), (department, why), "{text}");
    };
    let nothing = "nothing else decides: the fallback desk";
    check("hello", None, "Service", nothing);
    check("hello", Some(("nobody", 0.9)), "Service", nothing);
    check("hello", Some(("sales", 0.9)), "Sales", "past cases speak for Sales (90 %)");
    let unsure = "nothing is sure enough: the fallback desk decides (past cases speak for Sales, 70 %)";
    check("hello", Some(("sales", 0.7)), "Service", unsure);
    // A topic that is not sure gives way, unless past cases say the same.
    check("the firmware", Some(("sales", 0.9)), "Sales", "past cases speak for Sales (90 %)");
    let both = "names \"firmware\", a topic of Research and development, and past cases say so too (55 %)";
    check("the firmware", Some(("research-and-development", 0.55)), "Research and development", both);
    // One that is sure stays.
    let sure = "names \"firmware\", \"api\", \"beta\", a topic of Research and development";
    check("the firmware, its api and the beta", Some(("sales", 0.9)), "Research and development", sure);
}

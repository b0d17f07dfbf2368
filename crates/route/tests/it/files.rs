//! `departments.toml` and `rules.toml`: what is shipped, and what is said about mistakes.

use switchboard_route::{Departments, InvalidConfig, Router, Rules};

const TWO: &str =
    "[[departments]]\nname = \"Service\"\nkey = \"service\"\n[[departments]]\nname = \"Sales\"\nkey = \"sales\"\n";

fn problems(departments: &str, rules: &str) -> Vec<String> {
    let router =
        || -> Result<Router, InvalidConfig> { Router::new(Departments::parse(departments)?, Rules::parse(rules)?) };
    let problems = router().expect_err("invalid").0;
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_files_are_valid_and_complete() {
    let router = Router::shipped();
    let names: Vec<_> = router.departments().iter().map(|department| department.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Service",
            "Sales",
            "Public relations",
            "Research and development",
            "Human resources",
            "Business development",
            "Market research",
            "Other"
        ]
    );
    for intent in ["complaint", "question", "thanks", "purchase", "job"] {
        let takes =
            router.departments().iter().filter(|department| department.intents.iter().any(|taken| taken == intent));
        assert_eq!(takes.count(), 1, "{intent}");
    }
}

#[test]
fn files_survive_being_written_and_read() {
    let departments = Departments::shipped();
    assert_eq!(Departments::parse(&toml::to_string(&departments).expect("TOML")).expect("readable"), departments);
    let rules = Rules::shipped();
    assert_eq!(Rules::parse(&toml::to_string(&rules).expect("TOML")).expect("readable"), rules);
}

#[test]
fn mistakes_in_departments_are_named() {
    let check = |departments: &str, expected: &[&str]| assert_eq!(problems(departments, ""), expected, "{departments}");
    check("", &["departments.toml: no department; add at least one [[departments]]"]);
    check(
        "[[departments]]\nname = \"A\"\nkey = \"a\"\nkeyword = []\nintent = []",
        &[
            "departments.toml: departments[0].intent: unknown key: did you mean 'intents'?",
            "departments.toml: departments[0].keyword: unknown key: did you mean 'keywords'?",
        ],
    );
    check("fall_back = \"x\"", &["departments.toml: fall_back: unknown key: did you mean 'fallback'?"]);
    check(
        "fallback = \"servise\"\n[[departments]]\nname = \"Service\"\nkey = \"service\"\nintents = [\"complain\"]",
        &[
            "departments.toml: departments[0].intents: unknown intent 'complain': did you mean 'complaint'?",
            "departments.toml: fallback: unknown department 'servise': did you mean 'service'?",
        ],
    );
    check(
        "[[departments]]\nname = \"A\"\nkey = \"a\"\n[[departments]]\nname = \"a\"\nkey = \"a\"",
        &[
            "departments.toml: departments[1].key: 'a' is taken already; keys are unique",
            "departments.toml: departments[1].name: 'a' is taken already; names are unique",
        ],
    );
    check(
        "[[departments]]\nname = \" \"\nkey = \"Big Key\"\nkeywords = [\"?\"]",
        &[
            "departments.toml: departments[0].name: empty; give the name that people use",
            "departments.toml: departments[0].key: 'Big Key' is not a key; use a-z, 0-9 and -",
            "departments.toml: departments[0].keywords: '?' has no letter or digit; remove it",
        ],
    );
}

#[test]
fn mistakes_in_rules_are_named() {
    let check = |rules: &str, expected: &[&str]| assert_eq!(problems(TWO, rules), expected, "{rules}");
    check(
        "[[rules]]\nname = \"A\"\nwhen = \"x\"\ndepartment = \"salse\"",
        &["rules.toml: rules[0].department: unknown department 'salse': did you mean 'sales'?"],
    );
    check(
        "[[rules]]\nname = \"A\"\nwhen = \"x\"\ndepartment = \"warehouse\"",
        &["rules.toml: rules[0].department: unknown department 'warehouse': choose one of service, sales"],
    );
    check(
        "[[rules]]\nname = \"A\"\npriority = 5",
        &["rules.toml: rules[0].when: rule 'A' would always hold; give it 'when' or 'intent'"],
    );
    check(
        "[[rules]]\nname = \"A\"\nwhen = \" \"\nintent = \"purchases\"",
        &[
            "rules.toml: rules[0].when: empty; write a query or leave the key out",
            "rules.toml: rules[0].intent: unknown intent 'purchases': did you mean 'purchase'?",
            "rules.toml: rules[0]: rule 'A' does nothing; give it 'department', 'tags' or 'priority'",
        ],
    );
    check(
        "[[rules]]\nname = \"A\"\nwhen = \"x\"\npriority = 500",
        &["rules.toml: rules[0].priority: 500 is out of bounds; use -100 to 100"],
    );
    check("[[rules]]\nname = \"A\"\nwehn = \"x\"", &["rules.toml: rules[0].wehn: unknown key: did you mean 'when'?"]);
    check("rule = 1", &["rules.toml: rule: unknown key: did you mean 'rules'?"]);
}

#[test]
fn what_is_no_toml_or_has_wrong_types_is_said_with_its_line() {
    for source in ["[[rules", "rules = 1", "[[rules]]\nname = \"A\"\nwhen = 7", "[[rules]]\nwhen = \"x\""] {
        let problems = problems(TWO, source);
        assert_eq!(problems.len(), 1, "{source}");
        assert!(problems[0].starts_with("rules.toml: TOML parse error at line"), "{}", problems[0]);
        assert!(!problems[0].contains('\n'), "{}", problems[0]);
    }
}

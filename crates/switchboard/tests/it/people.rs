//! Users, departments and rules at the command line: on the data directory itself, and through a running `serve`.

use serde_json::Value;

use crate::program::Program;

const PASSWORD: &str = "correct horse battery\n";
const SET_UP: [&str; 8] =
    ["setup", "--company", "Acme", "--name", "Ada", "--email", "ada@acme.example", "--password-stdin"];

fn failed(program: &Program, arguments: &[&str]) -> String {
    let output = program.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Views, both ways.
fn keep_views(program: &Program) {
    let added = ["view", "add", "Press, urgent", "--department", "public-relations", "--least", "60", "--newest"];
    program.done(&added);
    assert!(failed(program, &added).contains("already"));
    let own = ["view", "add", "Mine", "--as", "ada@acme.example", "--owner", "me", "--tag", "Refund"];
    program.done(&own);
    let listed = program.done(&["view", "list", "--as", "ada@acme.example"]);
    let expected = "own     Mine: owner me, not closed, tag refund\n\
                    shared  Press, urgent: department public-relations, not closed, priority 60 and more, newest first\n";
    assert_eq!(listed, expected);
    let shared: Value = serde_json::from_str(&program.done(&["view", "list", "--json"])).expect("JSON");
    assert_eq!((shared.as_array().map(Vec::len), &shared[0]["filter"]["order"]), (Some(1), &Value::from("newest")));
    assert!(failed(program, &["view", "remove", "Mine"]).contains("there is no view"));
    program.done(&["view", "remove", "Mine", "--as", "ada@acme.example"]);
    program.done(&["view", "remove", "Press, urgent"]);
    assert_eq!(program.done(&["view", "list", "--as", "ada@acme.example"]), "");
    let found = program.done(&["case", "list", "--department", "sales", "--department", "service", "--language", "de"]);
    assert_eq!(found, "no cases here\n");
}

/// What holds both ways into an installation.
fn keep_people(program: &Program) {
    let proposed =
        ["setup", "--propose", "--company", "Fennel", "--handle", "@FennelCare", "--website", "fennel.example"];
    let proposed: Value = serde_json::from_str(&program.done(&[&proposed[..], &["--json"]].concat())).expect("JSON");
    assert_eq!(proposed["searches"].as_array().map(Vec::len), Some(3), "{proposed}");
    assert_eq!((&proposed["searches"][0]["found_by_name"], &proposed["heard"]), (&0.into(), &0.into()), "{proposed}");
    assert!(failed(program, &["setup", "--propose"]).contains("company"));
    let done = program.piped(&SET_UP, PASSWORD);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(program.piped(&SET_UP, PASSWORD).status.code(), Some(2), "it is set up once");
    let added =
        program.done(&["user", "add", "bea@acme.example", "Bea", "--department", "sales", "--duty", "mon 9-17"]);
    assert!(added.contains("/links/"), "{added}");
    assert!(failed(program, &["user", "add", "bea@acme.example", "Bea"]).contains("already"));
    let looks = ["user", "change", "bea@acme.example", "--theme", "dark", "--page-language", "ar-XB", "--json"];
    let bea: Value = serde_json::from_str(&program.done(&looks)).expect("JSON");
    assert_eq!((&bea["preferences"]["theme"], &bea["preferences"]["language"]), (&"dark".into(), &"ar-XB".into()));
    assert!(failed(program, &["user", "change", "bea@acme.example", "--clock", "13"]).contains("12"));
    program.done(&["department", "head", "sales", "bea@acme.example"]);
    let message = failed(program, &["user", "deactivate", "bea@acme.example"]);
    assert!(message.contains("is the head of 'Sales'"), "{message}");
    assert!(failed(program, &["department", "close", "service"]).contains("fallback"));
    program.done(&["rule", "add", "there", "--when", "department:service kettle", "--department", "sales"]);
    let circle = ["rule", "add", "and back", "--when", "department:sales lid", "--department", "service"];
    let message = failed(program, &circle);
    assert!(message.contains("'there'") && message.contains("'and back'"), "{message}");
    assert!(failed(program, &["rule", "add", "odd", "--when", "acme OR", "--tag", "x"]).contains('^'));
    program.done(&["rule", "change", "there", "--place", "1", "--priority", "-5"]);
    let rules: Value = serde_json::from_str(&program.done(&["rule", "list", "--json"])).expect("JSON");
    assert_eq!((&rules[0]["name"], &rules[0]["priority"]), (&Value::from("there"), &Value::from(-5)));
    program.done(&["department", "head", "sales", "ada@acme.example"]);
    program.done(&["user", "deactivate", "bea@acme.example"]);
    assert!(program.done(&["user", "list"]).contains("(not active)"));
    program.done(&["user", "activate", "bea@acme.example"]);
    assert!(program.done(&["user", "reset-link", "bea@acme.example"]).contains("/links/"));
    let directory = program.data().join("exported");
    program.done(&["export", "config", directory.to_str().expect("text")]);
    let exported = std::fs::read_to_string(directory.join("rules.toml")).expect("written");
    assert!(exported.contains("department:service kettle"), "{exported}");
    keep_views(program);
}

#[test]
fn people_are_kept_on_the_data_directory() {
    keep_people(&Program::new());
}

#[test]
fn people_are_kept_through_the_running_installation() {
    let program = Program::new();
    let serving = program.serve();
    keep_people(&program);
    drop(serving);
}

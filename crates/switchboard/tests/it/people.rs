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

/// What holds both ways into an installation.
fn keep_people(program: &Program) {
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

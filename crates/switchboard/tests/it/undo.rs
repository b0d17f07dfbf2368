//! Taking back at the command line: on the data directory itself, and through a running `serve`.

use serde_json::Value;

use crate::program::Program;

const SET_UP: [&str; 8] =
    ["setup", "--company", "Acme", "--name", "Ada", "--email", "ada@acme.example", "--password-stdin"];

fn refused(program: &Program, arguments: &[&str]) -> String {
    let output = program.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What holds both ways into an installation.
fn take_back(program: &Program) {
    let ada = ["--as", "ada@acme.example"];
    let of_ada = |arguments: &[&'static str]| [&["case"], arguments, &ada].concat();
    assert_eq!(program.done(&of_ada(&["claim", "1"])), "case 1: open, version 2\n");
    assert_eq!(program.done(&of_ada(&["wait", "1"])), "case 1: waiting, version 3\n");
    let message = refused(program, &["case", "undo", "1"]);
    assert!(message.contains("nothing that you did here"), "the operator is not Ada: {message}");
    assert_eq!(program.done(&of_ada(&["undo", "1"])), "case 1: open, version 4\n");
    assert!(refused(program, &of_ada(&["undo", "1", "--event", "3"])).contains("taken back already"));
    assert!(refused(program, &of_ada(&["undo", "1", "--seen", "3"])).contains("version 3"));
    program.done(&of_ada(&["undo", "1"]));
    assert_eq!(program.done(&of_ada(&["undo", "1", "--event", "5"])), "case 1: open, version 6\n");
    let shown: Value = serde_json::from_str(&program.done(&["case", "show", "1", "--json"])).expect("JSON");
    assert!(shown["case"]["owner"]["user"].is_string(), "{shown}");
    let bulk = |arguments: &[&'static str]| of_ada(&[&["bulk", "--cases", "1"], arguments].concat());
    let done = program.done(&bulk(&["tag", "seen-together", "urgent"]));
    assert_eq!(done, "case 1: done, version 7\ntake it back: switchboard case bulk-undo 1.7\n");
    assert_eq!(program.done(&["case", "list", "--tag", "seen-together", "--numbers"]), "1\n");
    assert_eq!(program.done(&of_ada(&["bulk-undo", "1.7"])), "case 1: done, version 8\n");
    assert_eq!(program.done(&["case", "list", "--tag", "seen-together", "--numbers"]), "");
    let some = program.run(&of_ada(&["bulk", "--cases", "1,99", "close", "no-answer"]));
    assert_eq!(some.status.code(), Some(1));
    let said = String::from_utf8_lossy(&some.stderr).into_owned();
    assert!(said.contains("case 1: ") && said.contains("case 99: "), "each by itself: {said}");
    assert!(refused(program, &bulk(&["assign", "nobody@acme.example"])).contains("nobody"));
    assert!(refused(program, &of_ada(&["bulk", "--cases", "one", "claim"])).contains("'one'"));
    assert!(refused(program, &bulk(&["claim", "--seen", "3"])).contains("12.5"));
    let shown = program.done(&["case", "show", "1"]);
    assert!(shown.contains("Ada: undone event 3") && shown.contains("Ada: undone event 5"), "{shown}");
    let check: Value = serde_json::from_str(&program.done(&["case", "check", "--json"])).expect("JSON");
    assert_eq!(check["findings"], serde_json::json!([]));
}

fn with_a_case() -> Program {
    let program = Program::new();
    let done = program.piped(&SET_UP, "correct horse battery\n");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program.done(&["search", "add", "brand", "acme"]);
    let post = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"my acme kettle broke, I want a refund\"}\n";
    let posts = program.file("posts.jsonl", post);
    program.done(&["replay", posts.to_str().expect("text"), "--speed", "max"]);
    program
}

#[test]
fn it_is_taken_back_on_the_data_directory() {
    take_back(&with_a_case());
}

#[test]
fn it_is_taken_back_through_the_running_installation() {
    let program = with_a_case();
    let serving = program.serve();
    take_back(&program);
    drop(serving);
}

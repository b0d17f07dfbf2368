//! The commands as scripts use them: what they print, what they refuse, how they end.

use switchboard_app::SystemClock;
use switchboard_model::Clock;

use crate::program::Program;

const SEARCHES: &str =
    "{\"name\":\"brand\",\"query\":\"acme\"}\n{\"name\":\"kettle\",\"query\":\"\\\"acme kettle\\\"\"}\n";

fn status(output: &std::process::Output) -> i32 {
    output.status.code().expect("ended by itself")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn match_prints_one_line_for_each_post() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let searches = searches.to_str().expect("text");
    let posts = "{\"id\":\"a\",\"network\":\"x\",\"text\":\"My Acme kettle\"}\n\n{\"id\":\"b\",\"network\":\"x\",\"text\":\"nothing\"}\n";
    let output = program.piped(&["match", "--searches", searches, "--explain"], posts);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let lines: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["matches"], serde_json::json!(["brand", "kettle"]));
    assert_eq!(lines[0]["spans"][1], serde_json::json!({"search": "kettle", "part": "text", "start": 3, "end": 14}));
    assert_eq!(lines[1], serde_json::json!({"id": "b", "matches": [], "spans": []}));
}

#[test]
fn match_says_why_not() {
    let program = Program::new();
    let searches = program.file(
        "searches.jsonl",
        "{\"name\":\"near\",\"query\":\"acme NEAR/1 kettle\"}\n{\"name\":\"brand\",\"query\":\"acme\"}\n{\"name\":\"sales\",\"query\":\"acme -(job OR hiring) -in:jobs\"}\n",
    );
    let searches = searches.to_str().expect("text");
    let posts = "{\"id\":\"a\",\"network\":\"x\",\"text\":\"Acme has a job for a kettle\"}\n{\"id\":\"b\",\"network\":\"x\",\"text\":\"nothing\"}\n{\"id\":\"c\",\"network\":\"x\",\"text\":\"acme kettle\"}\n";
    let output = program.piped(&["match", "--searches", searches, "--why-not"], posts);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let expected = [
        r#"{"id":"a","matches":["brand"],"why_not":[{"search":"near","clause":"acme NEAR/1 kettle"},{"search":"sales","clause":"-(job OR hiring)"}]}"#,
        r#"{"id":"b","matches":[],"why_not":[{"search":"near","clause":"acme"},{"search":"brand","clause":"acme"},{"search":"sales","clause":"acme"}]}"#,
        r#"{"id":"c","matches":["near","brand","sales"],"why_not":[]}"#,
    ];
    assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), expected);
    let both = program.piped(&["match", "--searches", searches, "--why-not", "--explain"], posts);
    let first = text(&both.stdout).lines().next().map(str::to_owned).expect("a line");
    let spans = r#""spans":[{"search":"brand","part":"text","start":0,"end":4}]"#;
    assert_eq!(first, expected[0].replace(r#""why_not""#, &format!(r#"{spans},"why_not""#)));
    assert_eq!(status(&program.run(&["match", "--why-not"])), 2, "without searches");
}

#[test]
fn match_names_broken_lines_and_goes_on() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let searches = searches.to_str().expect("text");
    let posts = "{\n{\"id\":7,\"network\":\"x\",\"text\":\"t\"}\n{\"id\":\"b\",\"network\":\"x\",\"text\":\"acme\"}\n";
    let output = program.piped(&["match", "--searches", searches], posts);
    assert_eq!(status(&output), 1);
    assert!(text(&output.stderr).contains("line 1:") && text(&output.stderr).contains("line 2:"));
    assert_eq!(text(&output.stdout), "{\"id\":\"b\",\"matches\":[\"brand\"]}\n");
    assert_eq!(status(&program.piped(&["match", "--searches", searches, "--lenient"], posts)), 0);
}

#[test]
fn match_refuses_unreadable_searches_all_at_once() {
    let program = Program::new();
    let bad =
        program.file("bad.jsonl", "{\"name\":\"one\",\"query\":\"(\"}\n{\"name\":\"two\",\"query\":\"langauge:en\"}\n");
    let output = program.piped(&["match", "--searches", bad.to_str().expect("text")], "");
    assert_eq!(status(&output), 2);
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    assert!(said.contains("'one'") && said.contains("'two'") && said.contains("lang"), "{said}");
}

#[test]
fn check_says_how_a_query_is_read_or_where_it_is_wrong() {
    let program = Program::new();
    assert_eq!(status(&program.run(&["match", "--check", "acme OR kettle"])), 0);
    let wrong = program.run(&["match", "--check=-acme"]);
    assert_eq!((status(&wrong), text(&wrong.stdout)), (2, String::new()));
    assert!(text(&wrong.stderr).starts_with("column 1: "), "{}", text(&wrong.stderr));
}

#[test]
fn match_knows_the_shipped_packs_and_those_of_a_file() {
    let program = Program::new();
    let packs = program.file("packs.toml", "[[pack]]\nname = \"pie\"\ntitle = \"Pie\"\nquery = \"pie OR in:jobs\"\n");
    let packs = packs.to_str().expect("text");
    let searches = program.file(
        "searches.jsonl",
        "{\"name\":\"plain\",\"query\":\"acme\"}\n{\"name\":\"jobs\",\"query\":\"acme -in:jobs\"}\n{\"name\":\"pie\",\"query\":\"acme -in:pie\"}\n",
    );
    let searches = searches.to_str().expect("text");
    let posts = "{\"id\":\"a\",\"network\":\"x\",\"text\":\"acme: we are hiring\"}\n{\"id\":\"b\",\"network\":\"x\",\"text\":\"acme pie\"}\n";
    let output = program.piped(&["match", "--searches", searches, "--packs", packs], posts);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let expected = "{\"id\":\"a\",\"matches\":[\"plain\"]}\n{\"id\":\"b\",\"matches\":[\"plain\",\"jobs\"]}\n";
    assert_eq!(text(&output.stdout), expected);
    let unknown = program.piped(&["match", "--searches", searches], posts);
    assert_eq!((status(&unknown), text(&unknown.stdout)), (2, String::new()));
    assert!(text(&unknown.stderr).contains("unknown pack 'pie'"), "{}", text(&unknown.stderr));
    let named = program.run(&["match", "--check", "acme NOT in:pie", "--packs", packs]);
    assert_eq!(text(&named.stdout), "acme -in:pie\n");
    let written = program.run(&["match", "--check", "acme -in:pie", "--packs", packs, "--expanded"]);
    assert!(text(&written.stdout).starts_with("acme -(pie OR #hiring OR "), "{}", text(&written.stdout));
    assert!(!program.data().exists(), "nothing was made");
}

#[test]
fn packs_are_kept_at_the_command_line_with_and_without_a_server() {
    let program = Program::new();
    let done = |arguments: &[&str]| {
        let output = program.run(arguments);
        assert_eq!(status(&output), 0, "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let word = ["pack", "set", "apple-pie", "--word", "apple", "--others", "pie,orange juice", "--ours", "iphone"];
    done(&word);
    assert!(done(&["pack", "show", "apple-pie"]).contains("(apple NEAR/8 (pie OR \"orange juice\")) -iphone"));
    done(&["search", "add", "Apple", "apple -in:apple-pie"]);
    let refused = program.run(&["pack", "remove", "apple-pie"]);
    assert_eq!(status(&refused), 2);
    assert!(text(&refused.stderr).contains("the search 'Apple'"), "{}", text(&refused.stderr));
    let serving = program.serve();
    let beside = done(&["--json", "pack", "show", "apple-pie"]);
    done(&["pack", "set", "jobs", "--query", "#hiring"]);
    assert!(done(&["pack", "list"]).contains("Jobs (adapted)"));
    done(&["pack", "reset", "jobs"]);
    assert!(done(&["pack", "try", "apple-pie"]).contains("'Apple' is spared 0 of 0"));
    let file = program.file("own.toml", &done(&["pack", "export", "apple-pie"]));
    let file = file.to_str().expect("text");
    assert_eq!(done(&["pack", "import", file, "--preview"]), "pack 'apple-pie': same\n");
    let bad = program.file("bad.toml", "[[pack]]\nname = \"bad\"\ntitle = \"Bad\"\nquery = \"(\"\n");
    let bad = program.run(&["pack", "import", bad.to_str().expect("text")]);
    assert_eq!(status(&bad), 1, "{}", text(&bad.stderr));
    assert!(text(&bad.stderr).contains("pack 'bad' cannot be used"));
    assert!(serving.stop().success(), "a graceful stop");
    assert_eq!(done(&["--json", "pack", "show", "apple-pie"]), beside);
}

#[test]
fn triage_decides_without_any_installation() {
    let program = Program::new();
    let posts = "{\"id\":\"a\",\"network\":\"x\",\"text\":\"My order never arrived, I want a refund!\"}\n";
    let output = program.piped(&["triage"], posts);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let decision: serde_json::Value = serde_json::from_str(&text(&output.stdout)).expect("JSON");
    assert_eq!(decision["id"], "a");
    assert_eq!(decision["signals"]["sentiment"]["label"], "negative");
    assert!(
        decision["signals"]["intents"].as_array().is_some_and(|all| all.iter().any(|one| one["label"] == "complaint"))
    );
    assert!(decision["department"]["label"].is_string() && decision["department"]["why"].is_string());
    let parts = decision["priority"]["parts"].as_object().expect("parts");
    let sum: i64 = parts.values().filter_map(serde_json::Value::as_i64).sum();
    assert_eq!(decision["priority"]["score"].as_i64(), Some(sum));
    assert!(!program.data().exists(), "nothing was made");
}

#[test]
fn importing_twice_changes_nothing() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let posts = program.file(
        "posts.jsonl",
        "{\"id\":\"1\",\"network\":\"forum\",\"text\":\"acme\"}\n{\"id\":\"2\",\"network\":\"forum\",\"text\":\"other\"}\nbroken\n",
    );
    let arguments = ["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")];
    let first = program.run(&arguments);
    assert_eq!(status(&first), 1, "{}", text(&first.stderr));
    assert!(text(&first.stderr).contains("line 3: not JSON"), "{}", text(&first.stderr));
    assert!(text(&first.stderr).contains("1 new") && text(&first.stderr).contains("1 no search"));
    let exported = program.done(&["export", "posts"]);
    assert_eq!(exported.lines().count(), 1);
    assert!(exported.contains("\"id\":\"forum:1\""), "an id carries its network: {exported}");
    let second = program.run(&arguments);
    assert!(text(&second.stderr).contains("1 same id"), "{}", text(&second.stderr));
    assert_eq!(program.done(&["export", "posts"]), exported);
    assert_eq!(program.done(&["export", "searches"]).lines().count(), 2);
}

#[test]
fn what_was_exported_can_be_imported_elsewhere() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let posts = program.file("posts.jsonl", "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"acme\",\"rating\":4.5}\n");
    program.done(&["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")]);
    let directory = program.data().join("exported");
    program.done(&["export", "config", directory.to_str().expect("text")]);
    let exported = program.done(&["export", "posts"]);

    let other = Program::new();
    let posts = other.file("posts.jsonl", &exported);
    let searches = directory.join("searches.jsonl");
    other.done(&["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")]);
    assert_eq!(other.done(&["export", "posts"]), exported);
    let decided = other.done(&["triage", "--config", directory.to_str().expect("text"), posts.to_str().expect("text")]);
    assert!(decided.contains("\"matches\":[\"brand\"]"), "{decided}");
}

#[test]
fn volume_is_told_alike_with_and_without_a_server() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let day = |days: i64| SystemClock.now() - jiff::SignedDuration::from_hours(24 * days);
    let line = |(number, at): (usize, jiff::Timestamp)| {
        serde_json::json!({"id": number.to_string(), "network": "x", "text": "acme", "posted_at": at}).to_string()
    };
    let lines: Vec<String> = [day(2), day(3), day(3), day(40)].into_iter().enumerate().map(line).collect();
    let posts = program.file("posts.jsonl", &lines.join("\n"));
    program.done(&["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")]);
    let check = || {
        let told = program.done(&["search", "volume", "brand", "--days", "10"]);
        let bars: Vec<usize> = told.lines().map(|line| line.matches('█').count()).filter(|bar| *bar > 0).collect();
        assert_eq!((bars.as_slice(), told.lines().count()), ([48, 24].as_slice(), 12), "{told}");
        let hours = program.done(&["search", "volume", "brand", "--days", "10", "--json"]);
        let mentions = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["mentions"].as_u64();
        assert_eq!(hours.lines().filter_map(mentions).sum::<u64>(), 3, "{hours}");
        let unknown = program.run(&["search", "volume", "nobody"]);
        assert!(status(&unknown) != 0 && text(&unknown.stderr).contains("'nobody'"), "{}", text(&unknown.stderr));
    };
    check();
    let _serving = program.serve();
    check();
}

#[test]
fn a_table_is_imported_with_a_mapping() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let table = program.file("posts.csv", "Nr;Body;User\n1;\"Acme, again\";ana\n2;;\n");
    let arguments = [
        "import",
        "--searches",
        searches.to_str().expect("text"),
        "--map",
        "id=Nr,text=Body,author.handle=User",
        "--network",
        "forum",
        table.to_str().expect("text"),
    ];
    let output = program.run(&arguments);
    let exported = program.done(&["export", "posts"]);
    assert!(
        exported.contains("\"handle\":\"ana\"") && exported.contains("forum:1"),
        "{exported}{}",
        text(&output.stderr)
    );
    let wrong =
        program.run(&["import", "--map", "id=Nr,txet=Body", "--network", "forum", table.to_str().expect("text")]);
    assert_eq!(status(&wrong), 2);
    assert!(text(&wrong.stderr).contains("text"), "{}", text(&wrong.stderr));
}

#[test]
fn a_backup_comes_back_and_a_damaged_one_is_refused() {
    let program = Program::new();
    let searches = program.file("searches.jsonl", SEARCHES);
    let posts = program.file("posts.jsonl", "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"acme\"}\n");
    program.done(&["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")]);
    let exported = program.done(&["export", "posts"]);
    let backup = program.file("x", "").with_file_name("backup.db");
    let backup = backup.to_str().expect("text");
    program.done(&["backup", backup]);
    assert_eq!(status(&program.run(&["backup", backup])), 2, "never overwrites");

    let other = Program::new();
    other.done(&["restore", backup]);
    assert_eq!(other.done(&["export", "posts"]), exported);
    assert_eq!(status(&other.run(&["restore", backup])), 2, "does not replace unasked");
    other.done(&["restore", backup, "--replace"]);

    let mut bytes = std::fs::read(backup).expect("there");
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xAA);
    let damaged = program.file("damaged.db", "");
    std::fs::write(&damaged, bytes).expect("writable");
    let refused = Program::new().run(&["restore", damaged.to_str().expect("text")]);
    assert_eq!(status(&refused), 3, "{}", text(&refused.stderr));
    assert!(!text(&refused.stderr).is_empty());
}

#[test]
fn doctor_explains_what_is_wrong() {
    let program = Program::new();
    let missing = program.run(&["doctor"]);
    assert_eq!(status(&missing), 3, "{}", text(&missing.stdout));
    let searches = program.file("searches.jsonl", SEARCHES);
    program.done(&["import", "--searches", searches.to_str().expect("text")]);
    let well = program.run(&["doctor"]);
    assert_eq!(status(&well), 0, "{}", text(&well.stdout));
    assert!(text(&well.stdout).contains("nothing out of place"), "{}", text(&well.stdout));
    std::fs::write(crate::program::database(&program.data()), b"this is no database at all").expect("writable");
    let damaged = program.run(&["doctor"]);
    assert_eq!(status(&damaged), 3);
    assert!(text(&damaged.stdout).contains("problem"), "{}", text(&damaged.stdout));
}

#[test]
fn a_configuration_with_an_unknown_key_is_refused_with_the_nearest_one() {
    let program = Program::new();
    let file = program.file("switchboard.toml", "[store]\nurll = \"\"\n");
    let output = program.run(&["--config", file.to_str().expect("text"), "config", "check"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("url"), "{}", text(&output.stderr));
    let unknown = Program::new().with("SWITCHBOARD__STORE__URLL", "x").run(&["config", "check"]);
    assert_eq!(status(&unknown), 2);
}

#[test]
fn a_second_serve_refuses_and_other_commands_work_through_the_first() {
    let program = Program::new();
    let serving = program.serve();
    let second = program.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(status(&second), 3);
    let said = text(&second.stderr);
    assert!(said.contains(&serving.id().to_string()) && said.contains(&serving.url), "names the first: {said}");

    let searches = program.file("searches.jsonl", SEARCHES);
    let posts = program.file("posts.jsonl", "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"acme\"}\n\nbroken\n");
    let imported =
        program.run(&["import", "--searches", searches.to_str().expect("text"), posts.to_str().expect("text")]);
    assert_eq!(status(&imported), 1, "{}", text(&imported.stderr));
    assert!(text(&imported.stderr).contains("line 3:"), "lines of the file: {}", text(&imported.stderr));
    assert!(program.done(&["search", "list"]).contains("acme kettle"));
    assert!(program.done(&["export", "posts"]).contains("x:1"), "readers read beside the writer");
    let token = {
        program.done(&["source", "new", "hatch", "ingest"]);
        assert!(program.done(&["source", "change", "hatch", "--name", "door"]).contains("door"));
        program.done(&["source", "token", "door"])
    };
    assert!(token.starts_with("sbi_"));
    let backup = program.file("x", "").with_file_name("backup.db");
    program.done(&["backup", backup.to_str().expect("text")]);
    assert!(serving.stop().success(), "a graceful stop");
    assert_eq!(status(&program.run(&["doctor"])), 0);
}

#[test]
fn a_query_is_tried_then_saved_takes_in_what_was_said_and_is_found() {
    let program = Program::new();
    let setup = ["setup", "--company", "Acme", "--name", "Ada", "--email", "ada@acme.example", "--password-stdin"];
    assert_eq!(status(&program.piped(&setup, "correct horse battery\n")), 0);
    program.done(&["search", "add", "kettles", "kettle"]);
    let posts = program.file(
        "posts.jsonl",
        "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"my acme kettle broke, I want a refund\"}\n\
         {\"id\":\"x:2\",\"network\":\"x\",\"text\":\"a nice kettle\"}\n",
    );
    program.done(&["replay", posts.to_str().expect("text"), "--speed", "max"]);

    let preview = program.done(&["search", "preview", "acme"]);
    assert!(preview.contains("1 stored post matches") && preview.contains("refund"), "{preview}");
    let wrong = program.run(&["search", "preview", "langauge:en"]);
    assert_eq!(status(&wrong), 2);
    assert!(text(&wrong.stderr).contains('^'), "{}", text(&wrong.stderr));
    program.done(&["search", "add", "brand", "acme"]);
    assert_eq!(program.done(&["search", "backfill", "brand"]), "'brand' took in 1 post: 0 new, 1 kept already\n");
    assert_eq!(status(&program.run(&["search", "backfill", "nobody"])), 2);

    let found = program.done(&["find", "acme"]);
    assert!(found.starts_with("case 1  open") && found.contains("my acme kettle"), "{found}");
    let found: serde_json::Value = serde_json::from_str(&program.done(&["find", "kettle", "--json"])).expect("JSON");
    assert_eq!((found["posts"].as_array().map(Vec::len), found["cases"][0]["id"].as_i64()), (Some(2), Some(1)));
}

#[test]
fn a_data_directory_that_cannot_be_made_is_named() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["--data", "/proc/switchboard", "serve", "--listen", "127.0.0.1:0"])
        .output()
        .expect("runs");
    assert_eq!(status(&output), 3);
    assert!(text(&output.stderr).contains("/proc/switchboard"), "{}", text(&output.stderr));
}

#[test]
fn serve_refuses_an_address_that_is_none() {
    let output = Program::new().run(&["serve", "--listen", "everywhere:8400"]);
    assert_eq!(status(&output), 2);
}

#[test]
fn every_shell_gets_completions_and_every_command_a_page() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(program.done(&["completions", shell]).contains("switchboard"), "{shell}");
    }
    let directory = program.data().join("man");
    program.done(&["man", "--directory", directory.to_str().expect("text")]);
    let pages = std::fs::read_dir(&directory).expect("made").count();
    assert!(pages >= 16, "{pages} pages");
}

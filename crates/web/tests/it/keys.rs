//! The page about keys lists what the pages listen to.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn page() -> String {
    read("../../docs/reference/keys.md")
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(inside, _)| inside).collect()
}

/// The keys of the list that `?` opens, each with what is said of it.
fn listed() -> Vec<(Vec<String>, String)> {
    let messages = read("messages/en/desk.ftl");
    let says = |name: &str| {
        let line = messages.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.unwrap_or_else(|| panic!("no message {name}")).to_owned()
    };
    let keys = |cell: &str| between(cell, "<kbd>", "</kbd>").into_iter().map(str::to_owned).collect();
    let template = read("templates/case/_keys.html");
    let rows = between(&template, "<dt>", "</dd>").into_iter().map(|row| {
        let (cell, said) = row.split_once("</dt>").expect("a key and what it does");
        let name = between(said, "t!(\"", "\")");
        (keys(cell), says(name.first().expect("a message")))
    });
    rows.collect()
}

/// The cells of the rows of all tables below a heading of the page, or of the whole page.
fn rows(page: &str, heading: Option<&str>) -> Vec<Vec<String>> {
    let part = heading.map_or(page, |heading| {
        let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
        rest.split("\n## ").next().expect("its part")
    });
    let tables = part.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = tables.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    cells.filter(|row| row.first().is_some_and(|first| first.starts_with('`'))).collect()
}

fn keys_of(cell: &str) -> Vec<String> {
    cell.split_whitespace().map(|key| key.trim_matches('`').to_owned()).collect()
}

/// A key as the page writes it.
fn written(key: &str) -> String {
    match key {
        "Escape" => "Esc".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        letter if letter.chars().count() == 1 => letter.to_uppercase(),
        other => other.to_owned(),
    }
}

#[test]
fn the_page_lists_what_the_dialog_lists() {
    let page = page();
    let told: Vec<_> = rows(&page, Some("What `?` lists"))
        .into_iter()
        .map(|row| (keys_of(&row[0]), row.get(1).expect("what is said of it").clone()))
        .collect();
    assert_eq!(told, listed());
}

#[test]
fn every_button_with_a_key_stands_in_the_dialog() {
    let listed: Vec<String> = listed().into_iter().flat_map(|(keys, _)| keys).collect();
    for file in ["templates/case/_case.html", "templates/case/_acts.html"] {
        let template = read(file);
        let fields = between(&template, "data-key=\"", "\"");
        // `act::one(id, version, back, verb, key, …)`
        let buttons = between(&template, "act::one(", ")").into_iter().filter_map(|call| call.split('"').nth(3));
        for key in fields.into_iter().chain(buttons).filter(|key| !key.is_empty()) {
            assert!(listed.iter().any(|known| known == key), "{file}: {key} is not in the dialog");
        }
    }
}

#[test]
fn the_page_names_every_key_that_a_script_asks_for() {
    let page = page();
    let told: Vec<String> = rows(&page, None).iter().flat_map(|row| keys_of(&row[0])).collect();
    let mut asked = 0;
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("static")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "js") {
            continue;
        }
        let script = std::fs::read_to_string(&path).expect("text");
        let ways = [
            "event.key === \"",
            "event.key !== \"",
            "event.key.toLowerCase() !== \"",
            "letter === \"",
            "letterOf(event) !== \"",
        ];
        for before in ways {
            for key in between(&script, before, "\"") {
                asked += 1;
                assert!(told.contains(&written(key)), "{}: {key} is not in keys.md", path.display());
            }
        }
    }
    assert!(asked > 8, "scripts ask for keys in another way by now: {asked}");
}

//! Messages and the pages that say them stay in step, and no template speaks past them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_bundle::{FluentBundle, FluentResource};

/// Attributes that people read or hear.
const READ: &[&str] = &["aria-label", "title", "placeholder", "alt", "label", "data-name"];

/// What is the same in every language: our name, keys, and what machines read.
const SAME: [&str; 3] = ["kbd", "code", "pre"];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of the endings: their path below it, and their text.
fn files(folder: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            let is_wanted = path.extension().is_some_and(|ending| endings.iter().any(|wanted| *wanted == ending));
            if path.is_dir() {
                folders.push(path);
            } else if is_wanted {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                found.push((name, std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing in {}", folder.display());
    found
}

/// Every message of English with the parts that it uses.
fn messages() -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    for (file, text) in files(&here().join("messages/en"), &["ftl"]) {
        let mut name = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((said, _)) = line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic)) {
                let is_new = messages.insert(said.to_owned(), BTreeSet::new()).is_none();
                assert!(is_new, "{file}: {said} stands twice");
                name = Some(said.to_owned());
            }
            let Some(parts) = name.as_ref().and_then(|name| messages.get_mut(name)) else { continue };
            let named = line.split('$').skip(1);
            parts.extend(named.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
        }
    }
    messages
}

/// One `t!` with the parts that it hands over.
#[derive(Debug)]
struct Call {
    file: String,
    name: String,
    parts: BTreeSet<String>,
}

/// Every `t!` in the code and the templates.
fn calls() -> Vec<Call> {
    let mut calls = Vec::new();
    for (file, text) in
        files(&here().join("src"), &["rs"]).into_iter().chain(files(&here().join("templates"), &["html"]))
    {
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let text: Vec<&str> = text.lines().filter(is_code).collect();
        let text = text.join("\n");
        for (at, opening) in text.match_indices("t!(") {
            let is_ours = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if is_ours {
                calls.push(call(&file, &text[at + opening.len()..]));
            }
        }
    }
    calls
}

/// Reads what stands behind `t!(`: the name, then `key = value` divided by commas.
fn call(file: &str, rest: &str) -> Call {
    let rest = rest.trim_start();
    let name = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (name, rest) = name.unwrap_or_else(|| panic!("{file}: a name is not written out: {:.60}", rest));
    let mut parts = BTreeSet::new();
    for part in arguments(rest) {
        let part = part.trim();
        if !part.is_empty() {
            let (key, _) = part.split_once('=').unwrap_or_else(|| panic!("{file}: {name}: {part}"));
            parts.insert(key.trim().to_owned());
        }
    }
    Call { file: file.to_owned(), name: name.to_owned(), parts }
}

/// What stands between commas up to the bracket that closes, each whole.
fn arguments(text: &str) -> Vec<String> {
    let (mut arguments, mut argument) = (Vec::new(), String::new());
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            ')' if depth == 0 => break,
            ',' if depth == 0 => {
                arguments.push(std::mem::take(&mut argument));
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        argument.push(character);
    }
    arguments.push(argument);
    arguments
}

#[test]
fn files_of_messages_are_read_whole_and_listed() {
    let list = std::fs::read_to_string(here().join("src/messages.rs")).expect("text");
    let mut bundle: FluentBundle<FluentResource> = FluentBundle::default();
    for (file, text) in files(&here().join("messages/en"), &["ftl"]) {
        assert!(
            list.contains(&format!("(\"{file}\", include_str!(\"../messages/en/{file}\"))")),
            "{file} is not listed"
        );
        let resource = FluentResource::try_new(text).unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{file}: {errors:?}"));
    }
    for name in messages().keys() {
        assert!(bundle.get_message(name).is_some_and(|message| message.value().is_some()), "{name} says nothing");
    }
}

#[test]
fn every_message_is_said_and_every_name_has_one() {
    let (messages, calls) = (messages(), calls());
    let said: BTreeSet<&str> = calls.iter().map(|call| call.name.as_str()).collect();
    let missing: Vec<_> = calls.iter().filter(|call| !messages.contains_key(&call.name)).collect();
    assert!(missing.is_empty(), "no such messages: {missing:#?}");
    // What scripts say is looked at where they get it (`src/script.rs`).
    let is_of_scripts = |name: &str| name.starts_with("script-");
    let idle: Vec<_> = messages.keys().filter(|name| !said.contains(name.as_str()) && !is_of_scripts(name)).collect();
    assert!(idle.is_empty(), "nothing says {idle:#?}");
}

#[test]
fn messages_get_the_parts_that_they_use() {
    let messages = messages();
    for call in calls() {
        let Some(parts) = messages.get(&call.name) else { continue };
        assert_eq!(parts, &call.parts, "{}: {}", call.file, call.name);
    }
}

/// What a template itself says: without expressions, and without what is the same in every language.
fn own_words(template: &str) -> Vec<String> {
    let mut text = opened(template);
    // The block `page` is a class of the style sheet.
    let marks = [("{% block page %}", "{% endblock %}"), ("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<!--", "-->")];
    for (opening, closing) in marks {
        text = without(&text, opening, closing);
    }
    let mut words = Vec::new();
    for name in READ {
        for (_, rest) in text.match_indices(&format!(" {name}=\"")).map(|(at, found)| (at, &text[at + found.len()..])) {
            words.extend(rest.split('"').next().map(str::to_owned));
        }
    }
    for name in SAME {
        text = without(&text, &format!("<{name}>"), &format!("</{name}>"));
        text = without(&text, &format!("<{name} "), &format!("</{name}>"));
    }
    words.extend(without(&text, "<", ">").replace("Switchboard", "").lines().map(str::to_owned));
    words.retain(|words| words.contains(char::is_alphabetic));
    words
}

/// A template whose macros that begin inside of a tag, with its attributes, have that tag opened.
fn opened(template: &str) -> String {
    let mut parts = template.split("{% macro ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (head, body) in parts.filter_map(|part| part.split_once("%}")) {
        let is_inside = body.split_whitespace().next().is_some_and(|first| first.contains("=\""));
        text.push_str(&format!("{{% macro {head}%}}{}{body}", if is_inside { "<form " } else { "" }));
    }
    text
}

/// A text without what stands between two marks; each is gone with a space left in its place.
fn without(text: &str, opening: &str, closing: &str) -> String {
    let mut parts = text.split(opening);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push(' ');
        left.push_str(part.split_once(closing).map_or("", |(_, rest)| rest));
    }
    left
}

#[test]
fn templates_have_no_words_of_their_own() {
    let mut spoken = Vec::new();
    for (file, text) in files(&here().join("templates"), &["html"]) {
        spoken.extend(own_words(&text).into_iter().map(|words| format!("{file}: {}", words.trim())));
    }
    assert!(spoken.is_empty(), "{spoken:#?}");
}

#[test]
fn words_are_found_where_people_read_them() {
    let check = |template: &str, expected: &[&str]| {
        let found = own_words(template);
        assert_eq!(found.iter().map(|words| words.trim()).collect::<Vec<_>>(), expected, "{template}");
    };
    check("<p class=\"a\">{{ t!(\"a\") }}: <kbd>k</kbd>, <code dir=\"auto\">a OR b</code></p>", &[]);
    check("<b title=\"{{ t!(\"a\") }}\">Switchboard</b>", &[]);
    check("<p>{% if a > b %}Save{% endif %}</p>", &["Save"]);
    check("<input placeholder=\"our {{ forum }}\">", &["our"]);
    check("{% macro a(b) %}method=\"post\" title=\"Send\"><p>Now{% endmacro %}", &["Send", "Now"]);
    check("{% macro a(b) %}<li aria-label=\"How\">·</li>{% endmacro %}", &["How"]);
}

#[test]
fn calls_are_read_with_their_parts() {
    let check = |text: &str, expected: &[&str]| {
        let call = call("a.rs", text);
        assert_eq!(
            (call.name.as_str(), call.parts.iter().map(String::as_str).collect::<Vec<_>>()),
            ("a-b", expected.to_vec())
        );
    };
    check("\"a-b\")", &[]);
    check("\n    \"a-b\",\n    one = f(x, \")\"),\n    two = t!(\"c\", d = e),\n)", &["one", "two"]);
    check("\"a-b\", count = self.list.len()) }} {{ x == y }}", &["count"]);
}

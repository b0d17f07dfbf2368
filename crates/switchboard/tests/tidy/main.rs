//! House rules that a program can check: who may use whom, what each file opens with, how large it may be, and that
//! documents and code do not drift apart.
//!
//! Every test lists all places that break its rule, each with the rule's reason. Standard library only, so that it
//! stays quick. To add a rule, write a test here that collects complaints and ends with [`none`].

mod markdown;
mod tree;

use std::collections::BTreeSet;

use tree::{File, files, folders, read};

/// Which crates a crate may use, and what it must never see. A new row or arrow is a decision that the table shows.
const ARROWS: [(&str, &[&str], &[&str]); 12] = [
    ("model", &[], &["tokio", "sqlx", "reqwest", "axum"]),
    ("capture", &["model"], &["tokio", "sqlx", "reqwest", "axum"]),
    ("match", &["model"], &["tokio", "sqlx", "reqwest", "axum"]),
    ("understand", &["model"], &["tokio", "sqlx", "reqwest", "axum"]),
    ("route", &["model"], &["tokio", "sqlx", "reqwest", "axum"]),
    ("store", &["model"], &["reqwest", "axum"]),
    ("networks", &["model", "capture"], &["sqlx", "axum"]),
    ("app", &["model", "capture", "match", "understand", "route", "store"], &["sqlx", "reqwest", "axum"]),
    ("web", &["model", "app"], &["sqlx", "reqwest"]),
    (
        "switchboard",
        &["model", "capture", "match", "understand", "route", "app", "networks", "store", "web", "demo"],
        &[],
    ),
    ("demo", &["model", "app"], &["sqlx", "reqwest", "axum"]),
    ("testkit", &["model", "store", "app"], &[]),
];

/// Parts of `app` that areas may use: where they meet.
const MEETING_PLACES: [&str; 1] = ["pipeline"];

/// Parts of `app` that stand beside the areas and reach into all of them; no area uses them.
const BESIDE: [&str; 1] = ["setup"];

/// Files below `cli` that are no commands: what a large one is told.
const NO_COMMANDS: [&str; 2] = ["mod", "case arguments"];

/// A file longer than this is several things.
const LONGEST_FILE: usize = 800;

#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The names under `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['=', '.', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn crates_use_only_whom_they_may() {
    let mut complaints = Vec::new();
    for name in folders("crates") {
        let Some((_, allowed, hidden)) = ARROWS.iter().find(|(known, ..)| *known == name) else {
            complaints.push(format!("crates/{name}: no row in ARROWS; a new crate is a decision, write it down there"));
            continue;
        };
        for dependency in dependencies(&read(&format!("crates/{name}/Cargo.toml"))) {
            let ours = dependency.strip_prefix("switchboard-");
            if ours.is_some_and(|ours| !allowed.contains(&ours)) || hidden.contains(&dependency.as_str()) {
                complaints.push(format!("crates/{name}/Cargo.toml: {name} must not see {dependency}"));
            }
        }
    }
    none(complaints);
}

#[test]
fn areas_of_app_do_not_import_each_other() {
    let areas = folders("crates/app/src");
    let mut complaints = Vec::new();
    let is_area = |folder: &&String| !MEETING_PLACES.contains(&folder.as_str()) && !BESIDE.contains(&folder.as_str());
    for area in areas.iter().filter(is_area) {
        for file in files(&format!("crates/app/src/{area}"), &["rs"]) {
            for (number, line) in file.numbered() {
                let code = line.split("//").next().unwrap_or("");
                let reached = areas.iter().filter(|other| *other != area && !MEETING_PLACES.contains(&other.as_str()));
                for other in reached {
                    if code.contains(&format!("crate::{other}")) || code.contains(&format!("super::super::{other}")) {
                        complaints.push(format!(
                            "{}:{number}: {area} reaches into {other}; areas meet in the model, in triage and in notices",
                            file.path
                        ));
                    }
                }
            }
        }
    }
    none(complaints);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        files(&format!("crates/store/migrations/{engine}"), &["sql"])
            .into_iter()
            .filter_map(|file| file.path.rsplit('/').next().map(str::to_owned))
            .collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert!(!sqlite.is_empty(), "no migrations found");
    let mut complaints: Vec<String> =
        sqlite.symmetric_difference(&postgres).map(|name| format!("migrations/{name}: only for one engine")).collect();
    for name in &sqlite {
        let (stamp, what) = name.split_once('_').unwrap_or((name, ""));
        if stamp.len() != 12 || !stamp.bytes().all(|byte| byte.is_ascii_digit()) || what.is_empty() {
            complaints.push(format!("migrations/{name}: call it YYYYMMDDHHMM_what_it_does.sql"));
        }
    }
    for engine in ["sqlite", "postgres"] {
        for file in files(&format!("crates/store/migrations/{engine}"), &["sql"]) {
            if !file.text.starts_with("--") {
                complaints.push(format!("{}: the first lines say why, as a comment", file.path));
            }
        }
    }
    none(complaints);
}

#[test]
fn libraries_and_folders_open_with_what_they_are_for() {
    let is_opening = |file: &File| {
        let name = file.path.rsplit('/').next().unwrap_or("");
        matches!(name, "lib.rs" | "mod.rs") || (name == "main.rs" && file.path.contains("/tests/"))
    };
    let complaints = files("crates", &["rs"])
        .into_iter()
        .filter(|file| is_opening(file) && !file.text.starts_with("//!"))
        .map(|file| {
            format!("{}: open it with `//!`: what it is for, what it does not do, how to add one more", file.path)
        })
        .collect();
    none(complaints);
}

#[test]
fn no_file_is_several_things() {
    let complaints = files("crates", &["rs"])
        .into_iter()
        .filter(|file| file.path.contains("/src/"))
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path}: {lines} lines, at most {LONGEST_FILE}: split it by what it does"))
        .collect();
    none(complaints);
}

/// Everything written by hand.
const WRITTEN: [&str; 11] = ["rs", "md", "toml", "sh", "mjs", "js", "html", "css", "sql", "service", "txt"];

#[test]
fn nothing_is_left_for_later() {
    // In pieces, so that this file keeps its own rule.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("to", "do!("),
        concat!("unimpl", "emented!("),
    ];
    let mut complaints = Vec::new();
    for file in files("", &WRITTEN) {
        for (number, line) in file.numbered() {
            for word in words {
                let is_whole = line.match_indices(word).any(|(start, _)| {
                    let around = [line[..start].chars().next_back(), line[start + word.len()..].chars().next()];
                    !around.iter().flatten().any(|neighbour| neighbour.is_alphanumeric() || *neighbour == '_')
                });
                if is_whole {
                    complaints.push(format!("{}:{number}: {word}: finish it or leave it out", file.path));
                }
            }
        }
    }
    none(complaints);
}

#[test]
fn no_path_of_a_machine() {
    let folders = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
    let mut complaints = Vec::new();
    for file in files("", &WRITTEN) {
        for (number, line) in file.numbered() {
            let is_absolute = |start: usize| {
                !line[..start]
                    .chars()
                    .next_back()
                    .is_some_and(|before| before.is_alphanumeric() || "._-}~".contains(before))
            };
            for folder in folders {
                if line.match_indices(folder).any(|(start, _)| is_absolute(start)) {
                    complaints.push(format!("{}:{number}: {folder}… is the path of one machine", file.path));
                }
            }
        }
    }
    none(complaints);
}

#[test]
fn links_lead_somewhere() {
    let mut complaints = Vec::new();
    for file in files("", &["md"]) {
        for (number, target) in markdown::links(&file.text) {
            if let Some(reason) = markdown::broken(&file, &target) {
                complaints.push(format!("{}:{number}: {target}: {reason}", file.path));
            }
        }
    }
    none(complaints);
}

#[test]
fn every_page_of_the_documents_is_listed() {
    let index = read("docs/README.md");
    let complaints = files("docs", &["md"])
        .into_iter()
        .filter(|file| file.path != "docs/README.md" && !file.path.starts_with("docs/decisions/"))
        .filter(|file| !index.contains(file.path.trim_start_matches("docs/")))
        .map(|file| format!("{}: docs/README.md does not lead to it", file.path))
        .collect();
    none(complaints);
}

#[test]
fn every_command_is_documented() {
    let documents: String = files("docs", &["md"]).into_iter().map(|file| file.text).collect();
    let complaints = files("crates/switchboard/src/cli", &["rs"])
        .into_iter()
        // `case/reply.rs` is `switchboard case reply`.
        .filter_map(|file| {
            Some(file.path.split_once("/cli/")?.1.strip_suffix(".rs")?.replace('_', "-").replace('/', " "))
        })
        .filter(|command| {
            !NO_COMMANDS.contains(&command.as_str()) && !documents.contains(&format!("switchboard {command}"))
        })
        .map(|command| format!("switchboard {command}: no page in docs/ shows it"))
        .collect();
    none(complaints);
}

/// A key that nothing reads is a promise that nobody keeps.
#[test]
fn every_key_of_the_configuration_is_used() {
    let sample = read("switchboard.example.toml");
    let code: String = files("crates/switchboard/src", &["rs"])
        .into_iter()
        .filter(|file| !file.path.contains("/config/"))
        .map(|file| file.text)
        .collect();
    let keys = sample.lines().filter_map(|line| line.strip_prefix('#')?.split_once(" = ")).map(|(key, _)| key);
    let complaints = keys
        .filter(|key| !key.contains(' ') && !code.contains(&format!(".{key}")) && !code.contains(&format!(" {key}")))
        .map(|key| format!("switchboard.example.toml: {key} is a key, but no code outside of config/ reads it"))
        .collect();
    none(complaints);
}

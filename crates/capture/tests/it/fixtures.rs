//! Runs over the feed fixtures: a selection that lies in `testdata`, and all of them where they are at hand.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use switchboard_capture::{encoding, feed};
use url::Url;

use crate::expect::{self, Term};
use crate::values::{Case, Outcome, judge};

/// What is counted per folder.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    files: usize,
    parsed: usize,
    refused: usize,
    agreeing: usize,
    not_comparable: usize,
    disagreeing: usize,
}

struct Report {
    folders: BTreeMap<String, Counts>,
    disagreements: Vec<String>,
    refusals: Vec<String>,
}

impl Report {
    fn total(&self, suite: &str) -> Counts {
        let mut total = Counts::default();
        for counts in self.folders.iter().filter(|(folder, _)| folder.starts_with(suite)).map(|(_, counts)| counts) {
            total.files += counts.files;
            total.parsed += counts.parsed;
            total.refused += counts.refused;
            total.agreeing += counts.agreeing;
            total.not_comparable += counts.not_comparable;
            total.disagreeing += counts.disagreeing;
        }
        total
    }

    fn print(&self) {
        println!(
            "{:<44} {:>6} {:>6} {:>7} {:>8} {:>14} {:>11}",
            "folder", "files", "parsed", "refused", "agreeing", "not comparable", "disagreeing"
        );
        let total = [("total".to_owned(), self.total(""))];
        for (folder, counts) in self.folders.clone().into_iter().chain(total) {
            println!(
                "{folder:<44} {:>6} {:>6} {:>7} {:>8} {:>14} {:>11}",
                counts.files, counts.parsed, counts.refused, counts.agreeing, counts.not_comparable, counts.disagreeing
            );
        }
        for line in self.disagreements.iter().chain(&self.refusals) {
            println!("{line}");
        }
    }
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_under(&path, found);
        } else if path.file_name().is_some_and(|name| name != "LICENSE" && name != "README.md") {
            found.push(path);
        }
    }
}

fn run(root: &Path) -> Report {
    let mut files = Vec::new();
    files_under(root, &mut files);
    files.sort();
    let mut report = Report { folders: BTreeMap::new(), disagreements: Vec::new(), refusals: Vec::new() };
    for path in files {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let depth = if name.starts_with("feedparser") { 3 } else { 2 };
        let parts: Vec<&str> = name.split('/').collect();
        let folder = parts[..depth.min(parts.len() - 1)].join("/");
        let bytes = fs::read(&path).expect("a listed file can be read");
        let (outcome, refusal) = check_file(&name, &bytes);
        let counts = report.folders.entry(folder).or_default();
        counts.files += 1;
        match refusal {
            Some(reason) => {
                counts.refused += 1;
                report.refusals.push(format!("refused   {name}: {reason}"));
            }
            None => counts.parsed += 1,
        }
        match outcome {
            Outcome::Agrees => counts.agreeing += 1,
            Outcome::NotComparable => counts.not_comparable += 1,
            Outcome::Disagrees(why) => {
                counts.disagreeing += 1;
                report.disagreements.push(format!("disagrees {name}: {why}"));
            }
        }
    }
    report
}

/// Values of `Name: value` lines in the comment at a fixture's head.
fn remarks<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| Some(line.trim_start().strip_prefix(name)?.strip_prefix(':')?.trim())).collect()
}

fn check_file(name: &str, bytes: &[u8]) -> (Outcome, Option<String>) {
    let text = encoding::decode(bytes, None).text.into_owned();
    let headers = remarks(&text, "Header");
    let header = |wanted: &str| {
        headers
            .iter()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let path = name.split_once('/').map_or(name, |(_, rest)| rest);
    let own = Url::parse(&format!("http://127.0.0.1:8097/tests/{path}")).expect("fixture names are plain");
    let url = header("Content-Location").and_then(|location| own.join(location).ok()).unwrap_or(own);
    let parsed = feed::parse(bytes, header("Content-type"), &url);
    if let Ok(parsed) = &parsed {
        let arrival = feed::captured(parsed, &url);
        assert_eq!(arrival.posts.len(), parsed.entries.len(), "{name}: every entry has a fate");
    }
    let expectation = remarks(&text, "Expect").first().map(|text| (*text).to_owned()).or_else(|| {
        let (_, rest) = text.split_once("Expect: ")?;
        Some(rest.split(" -->").next()?.to_owned())
    });
    let refusal = parsed.as_ref().err().map(ToString::to_string);
    let Some(expectation) = expectation else { return (Outcome::NotComparable, refusal) };
    let outcome = if name.starts_with("feedvalidator") {
        judge_valid(&expectation, &text, &parsed)
    } else {
        let terms = expect::read(&expectation);
        match &parsed {
            Ok(feed) => judge(&terms, &Case { feed, url: &url, is_ascii: bytes.is_ascii() }),
            Err(error) if terms.iter().flatten().any(|term| *term != Term::Other) => {
                Outcome::Disagrees(format!("refused: {error}"))
            }
            Err(_) => Outcome::NotComparable,
        }
    };
    let outcome = match outcome {
        Outcome::Disagrees(ours) => Outcome::Disagrees(format!("{expectation} | ours: {ours}")),
        other => other,
    };
    (outcome, refusal)
}

/// A feed that is right about something must be read, with its entries if it has any.
fn judge_valid(expectation: &str, text: &str, parsed: &Result<feed::ParsedFeed, feed::FeedError>) -> Outcome {
    if !expectation.starts_with('!') {
        return Outcome::NotComparable;
    }
    let has_entries =
        ["<item>", "<item ", "<entry>", "<entry ", ":entry>", ":item>", "<item\n", "<entry\n", "<entry\r", "<item\r"]
            .iter()
            .any(|tag| text.contains(tag));
    match parsed {
        Ok(feed) if !has_entries || !feed.entries.is_empty() => Outcome::Agrees,
        Ok(_) => Outcome::Disagrees("no entry".to_owned()),
        Err(error) => Outcome::Disagrees(format!("refused: {error}")),
    }
}

fn check_floors(report: &Report, suite: &str, floor_percent: usize) {
    let total = report.total(suite);
    let comparable = total.agreeing + total.disagreeing;
    println!("{suite}: {} of {comparable} comparable expectations agree", total.agreeing);
    assert!(total.agreeing * 100 >= comparable * floor_percent, "{suite}: {} of {comparable}", total.agreeing);
}

#[test]
fn the_selection_agrees() {
    let report = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/feeds"));
    report.print();
    assert!(report.total("").files >= 100);
    check_floors(&report, "feedparser", 98);
    check_floors(&report, "feedvalidator", 100);
}

#[test]
fn all_fixtures_agree_where_they_are_at_hand() {
    let root = env::var_os("SWITCHBOARD_FIXTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"), PathBuf::from);
    let root = root.join("feeds");
    if !root.is_dir() {
        println!("no fixtures at {}; only the selection was checked", root.display());
        return;
    }
    let report = run(&root);
    report.print();
    check_floors(&report, "feedparser", 98);
    check_floors(&report, "feedvalidator", 99);
}

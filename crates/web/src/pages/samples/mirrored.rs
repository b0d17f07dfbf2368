//! Every page read from right to left: what is the same there as in English was left in the code.

use std::collections::BTreeSet;
use std::path::Path;

use crate::messages::Locale;
use crate::pages::{case, desk, directory, failure, find};
use crate::reader::{Reader, as_reader};

/// A page's samples, as they look to who reads.
type Samples = fn() -> Vec<String>;

/// Every page with its samples.
const PAGES: &[(&str, Samples)] = &[
    ("case/case.html", case::tests::samples),
    ("desk/desk.html", desk::tests::samples),
    ("directory.html", directory::tests::samples),
    ("failure.html", failure::tests::samples),
    ("find.html", find::tests::samples),
];

/// Pages that are not looked at yet. Their tests give their samples as those above do, then they move there.
const NOT_YET: &[&str] = &[
    "access/",
    "home.html",
    "post.html",
    "search.html",
    "searches.html",
    "settings/",
    "source.html",
    "source_new.html",
    "sources.html",
];

/// Words of the samples, of keys, and our own name.
const DATA: &str = "\
    Acme Ana Ctrl Enter Esc Ines Kept Lindqvist Lisbon Mara Okafor Press Sales Service Switchboard The They UTC \
    acme akme alert ana author example gone kettl kettle know lid lids link long mine net order post recall say \
    script social sorry textarea the you";

/// What is said in English to programs as well: reasons of refusals, of a case and of its priority, hours of duty.
const OF_PROGRAMS: &str = "\
    Observers Product Reads Rule There administrator already answered are can colleague complaint faults harm make \
    member mon need negative not only read reads rule wrote yesterday";

/// Words of pages that do not speak through messages yet.
const OF_OTHERS: &str = "\
    Deleted How Matched Why edited followers here intent its language network new original picture reached \
    sentiment stars sure tab unknown version was";

/// Attributes that people read or hear.
const READ: [&str; 6] = ["aria-label", "title", "placeholder", "alt", "label", "data-says"];

/// Words of three letters and more that stand between tags and in attributes that are read.
fn words(html: &str) -> BTreeSet<String> {
    let mut texts: Vec<&str> = html.split('>').filter_map(|part| part.split('<').next()).collect();
    for name in READ {
        texts.extend(html.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    let words = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.len() > 2 && word.is_ascii()).map(str::to_owned).collect()
}

fn is_page(template: &str) -> bool {
    template.contains("{% extends \"base.html\" %}") || template.contains("{% extends \"settings/")
}

fn templates(folder: &Path, found: &mut Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            let name = path.strip_prefix(&root).expect("below").display().to_string();
            found.push((name, std::fs::read_to_string(&path).expect("text")));
        }
    }
}

#[test]
fn every_page_is_looked_at() {
    let mut found = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut found);
    for (name, text) in found.iter().filter(|(_, text)| is_page(text)) {
        let is_here = PAGES.iter().any(|(page, _)| page == name);
        let is_later = NOT_YET.iter().any(|later| name.starts_with(later));
        assert!(is_here != is_later, "{name} is looked at: {is_here}, and left for later: {is_later}: {}", text.len());
    }
}

#[test]
fn pages_say_nothing_past_the_messages() {
    let data: BTreeSet<&str> = [DATA, OF_PROGRAMS, OF_OTHERS].into_iter().flat_map(str::split_whitespace).collect();
    let mirrored = Reader { locale: Locale::Mirrored, ..Reader::default() };
    let mut same = BTreeSet::new();
    for (page, samples) in PAGES {
        let english: BTreeSet<String> = samples().iter().flat_map(|html| words(html)).collect();
        for html in as_reader(mirrored.clone(), samples) {
            assert!(html.contains("<html lang=\"ar-XB\" dir=\"rtl\""), "{page}: {html}");
            let left = words(&html).into_iter().filter(|word| english.contains(word));
            same.extend(left.filter(|word| !data.contains(word.as_str())).map(|word| (*page, word)));
        }
    }
    assert!(same.is_empty(), "in both languages: {same:?}");
}

//! Every page read from right to left: what is the same there as in English was left in the code.

use std::collections::BTreeSet;
use std::path::Path;

use crate::messages::Locale;
use crate::pages::access::{link, log_in};
use crate::pages::settings::{
    absences, accounts, departments, holidays, keys, notifications as notification_settings,
    outreach as outreach_settings, packs, priority, routing, rules, sla, style, team, users, you,
};
use crate::pages::setup::{
    colleagues, company, departments as set_up_departments, searches as set_up_searches, sources as set_up_sources,
};
use crate::pages::{
    act, case, demo, desk, directory, duty, failure, find, handover, home, load, notifications, outreach, post,
    question, search, searches, source, sources, sweep,
};
use crate::reader::{Reader, as_reader};

/// A page's samples, as they look to who reads.
type Samples = fn() -> Vec<String>;

/// Every page with its samples.
const PAGES: &[(&str, Samples)] = &[
    ("access/again.html", log_in::tests::samples_of_again),
    ("access/link.html", link::tests::samples),
    ("access/log_in.html", log_in::tests::samples),
    ("act.html", act::tests::samples),
    ("case/case.html", case::tests::samples),
    ("case/merge.html", case::merge::tests::samples),
    ("case/outreach.html", case::outreach::tests::samples),
    ("case/split.html", case::split::tests::samples),
    ("demo/again.html", demo::tests::samples_of_again),
    ("demo/people.html", demo::tests::samples),
    ("demo/tour.html", demo::tests::samples_of_tour),
    ("desk/bulk.html", desk::bulk::tests::samples),
    ("desk/desk.html", desk::tests::samples),
    ("directory.html", directory::tests::samples),
    ("duty.html", duty::tests::samples),
    ("failure.html", failure::tests::samples),
    ("find.html", find::tests::samples),
    ("handover.html", handover::tests::samples),
    ("home.html", home::tests::samples),
    ("load.html", load::tests::samples),
    ("notifications.html", notifications::tests::samples),
    ("outreach/list.html", outreach::tests::samples),
    ("outreach/one.html", outreach::one::tests::samples),
    ("outreach/over.html", outreach::link::tests::samples),
    ("post.html", post::tests::samples),
    ("question.html", question::tests::samples),
    ("search.html", search::tests::samples),
    ("searches.html", searches::tests::samples),
    ("settings/absences.html", absences::tests::samples),
    ("settings/accounts.html", accounts::tests::samples),
    ("settings/departments.html", departments::tests::samples),
    // The template of every form under Settings; the words of the other forms are not looked at here.
    ("settings/form.html", you::tests::samples),
    ("settings/holidays.html", holidays::tests::samples),
    ("settings/keys.html", keys::tests::samples),
    ("settings/notifications.html", notification_settings::tests::samples),
    ("settings/outreach.html", outreach_settings::tests::samples),
    ("settings/packs.html", packs::tests::samples),
    ("settings/priority.html", priority::tests::samples),
    ("settings/routing.html", routing::tests::samples),
    ("settings/rules.html", rules::tests::samples),
    ("settings/sla.html", sla::tests::samples),
    ("settings/style.html", style::tests::samples),
    ("settings/team.html", team::tests::samples),
    ("settings/users.html", users::tests::samples),
    ("setup/colleagues.html", colleagues::tests::samples),
    ("setup/company.html", company::tests::samples),
    ("setup/departments.html", set_up_departments::tests::samples),
    ("setup/searches.html", set_up_searches::tests::samples),
    ("setup/sources.html", set_up_sources::tests::samples),
    ("source.html", source::tests::samples),
    ("source_new.html", source::tests::samples_of_new),
    ("sources.html", sources::tests::samples),
    ("sweep.html", sweep::tests::samples),
];

/// What pages stand on; it is looked at with each of them.
const GROUNDS: [&str; 2] = ["settings/layout.html", "setup/layout.html"];

/// Words of the samples, names of networks and of their settings, and our own name.
const DATA: &str = "\
    Acme Agnieszka Ana Bluesky Ctrl Fennel FennelCare Ines Jana Kept Kowalczyk Lindqvist Lisbon Mara Mastodon Okafor Olga Press Refunds Sales Service Switchboard The They UTC Urgent \
    acme akme alert ana author chosen disk example full gone hostile https kettl kettle know lid lids link long \
    mastodon mine mstdn net press order orders post recall risk say script service social sorry source textarea the url you";

/// What is said in English to programs as well: reasons of refusals, of a case and of its priority, hours of duty.
const OF_PROGRAMS: &str = "\
    Observers Product Reads Rule There administrator already answered are can case colleague company complaint faults followers harm make \
    member mon names need negative not only price read reads rule senior summary sure title wrote yesterday";

/// Attributes that people read or hear.
const READ: [&str; 6] = ["aria-label", "title", "placeholder", "alt", "label", "data-says"];

/// What machines read, and what stands on keys.
const SAME: [&str; 3] = ["code", "kbd", "pre"];

/// A page without what is in an element.
fn without(html: &str, element: &str) -> String {
    let (opening, closing) = (format!("<{element}"), format!("</{element}>"));
    let mut parts = html.split(&opening);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tag, inside) = part.split_once('>').unwrap_or((part, ""));
        let rest = inside.split_once(&closing).filter(|_| tag.is_empty() || tag.starts_with(' '));
        left.push_str(&format!("{opening}{tag}>{}", rest.map_or(inside, |(_, rest)| rest)));
    }
    left
}

/// Words of three letters and more that stand between tags and in attributes that are read.
fn words(html: &str) -> BTreeSet<String> {
    let html = SAME.iter().fold(html.to_owned(), |html, element| without(&html, element));
    let mut texts: Vec<&str> = html.split('>').filter_map(|part| part.split('<').next()).collect();
    for name in READ {
        texts.extend(html.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    let words = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.len() > 2 && word.is_ascii()).map(str::to_owned).collect()
}

fn is_page(template: &str) -> bool {
    template.contains("{% extends \"base.html\" %}")
        || ["settings/", "setup/"].iter().any(|folder| template.contains(&format!("{{% extends \"{folder}")))
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
    let pages: BTreeSet<&str> = found
        .iter()
        .filter(|(_, text)| is_page(text))
        .map(|(name, _)| name.as_str())
        .filter(|name| !GROUNDS.contains(name))
        .collect();
    assert_eq!(pages, PAGES.iter().map(|(page, _)| *page).collect());
}

#[test]
fn pages_say_nothing_past_the_messages() {
    let data: BTreeSet<&str> = [DATA, OF_PROGRAMS].into_iter().flat_map(str::split_whitespace).collect();
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

//! Walks what was given (the file's tables, the variables, a flag) over the sections and collects what is wrong.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::{Place, Problem};
use super::value::Given;
use super::{Config, Origin, PREFIX};

/// A larger file is none that somebody wrote by hand.
const LONGEST_FILE: u64 = 1024 * 1024;
/// What a `…_file` of a secret ends with.
const FILE_SUFFIX: &str = "_file";

/// The known word that is most like this one, if one is.
fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase();
            // Jaro-Winkler finds no likeness in a word of three letters with two of them swapped.
            let is_one_slip = word.len() >= 3 && strsim::osa_distance(&word, &other) == 1;
            (strsim::jaro_winkler(&word, &other).max(if is_one_slip { 0.95 } else { 0.0 }), candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

/// All keys as `section.key`, those of secrets also as `…_file`.
fn known_keys(config: &Config) -> Vec<(&'static str, String)> {
    let mut known = Vec::new();
    for section in config.sections() {
        for (key, value) in section.entries() {
            known.push((section.name(), key.name.to_owned()));
            if value.is_secret() {
                known.push((section.name(), format!("{}{FILE_SUFFIX}", key.name)));
            }
        }
    }
    known
}

/// Finds the key and sets it. `from` is what a relative path of a secret's file starts at.
/// Answers false if there is no such key.
fn set(
    config: &mut Config,
    section: &str,
    word: &str,
    given: Given<'_>,
    from: &Path,
    origin: Origin,
) -> Result<bool, String> {
    let mut found = None;
    for candidate in config.sections_mut() {
        if candidate.name() != section {
            continue;
        }
        let name = candidate.name();
        for (key, value) in candidate.entries_mut() {
            let is_file = value.is_secret() && word.strip_suffix(FILE_SUFFIX) == Some(key.name);
            if !is_file && key.name != word {
                continue;
            }
            if is_file {
                let secret = secret_file(&given, from).map_err(|text| format!("{section}.{word}: {text}"))?;
                let path = given.describe();
                value
                    .read(&Given::Text(secret.trim_end_matches(['\r', '\n'])), &key.check)
                    .map_err(|text| format!("{section}.{word}: in the file that {path} names, {text}"))?;
            } else {
                value.read(&given, &key.check).map_err(|text| format!("{section}.{word}: {text}"))?;
            }
            found = Some((name, key.name));
        }
    }
    let Some(key) = found else { return Ok(false) };
    config.origins.insert(key, origin);
    Ok(true)
}

fn secret_file(given: &Given<'_>, from: &Path) -> Result<String, String> {
    let path = match given {
        Given::Text(text) => *text,
        Given::Toml(DeValue::String(text)) => text.as_ref(),
        Given::Toml(_) => return Err(format!("found {}, expected the path of a file", given.describe())),
    };
    let path = from.join(path);
    bounded_text(&path).map_err(|text| format!("{}: {text}", path.display()))
}

/// Reads a file as text, or says why not.
fn bounded_text(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    let mut bytes = Vec::new();
    file.take(LONGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err("longer than one megabyte".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        format!("line {} is not UTF-8", line_of(good, good.len()))
    })
}

fn line_of(text: &[u8], position: usize) -> usize {
    1 + text.iter().take(position).filter(|byte| **byte == b'\n').count()
}

/// Reads the file over the defaults.
pub(super) fn file(config: &mut Config, path: &Path, problems: &mut Vec<Problem>) {
    let text = match bounded_text(path) {
        Ok(text) => text,
        Err(text) => return problems.push(Problem { place: Place::File(path.to_owned(), None), text }),
    };
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut source = Source { path, text, found: Vec::new() };
    for error in &errors {
        source.complain(error.span().map_or(0, |span| span.start), error.message().replace('\n', ", "));
    }
    // What the parser made of a broken file is a guess, and complaints about a guess mislead.
    if errors.is_empty() {
        source.walk(config, table.get_ref());
    }
    source.found.sort();
    problems.extend(source.found);
}

/// A file that is being walked.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
    found: Vec<Problem>,
}

impl Source<'_> {
    fn line(&self, position: usize) -> usize {
        line_of(self.text.as_bytes(), position)
    }

    fn complain(&mut self, position: usize, text: String) {
        let place = Place::File(self.path.to_owned(), Some(self.line(position)));
        self.found.push(Problem { place, text });
    }

    fn walk(&mut self, config: &mut Config, table: &DeTable<'_>) {
        let names = config.sections().map(|section| section.name());
        for (word, value) in table {
            let position = word.span().start;
            let word = word.get_ref().as_ref();
            match value.get_ref() {
                DeValue::Table(entries) if names.contains(&word) => self.walk_section(config, word, entries),
                other if names.contains(&word) => {
                    let found = Given::Toml(other).describe();
                    self.complain(position, format!("{word}: found {found}, expected a section, written [{word}]"));
                }
                DeValue::Table(_) => {
                    let hint = match nearest(word, names) {
                        Some(name) => format!("did you mean [{name}]?"),
                        None => format!("there are {}", listed(names)),
                    };
                    self.complain(position, format!("unknown section [{word}], {hint}"));
                }
                _ => {
                    let hint = hint(config, "", word);
                    self.complain(position, format!("unknown key \"{word}\" before the first section, {hint}"));
                }
            }
        }
    }

    fn walk_section(&mut self, config: &mut Config, section: &str, entries: &DeTable<'_>) {
        let from = self.path.parent().unwrap_or(Path::new("")).to_owned();
        for (word, value) in entries {
            let position = word.span().start;
            let word = word.get_ref().as_ref();
            let twin = word.strip_suffix(FILE_SUFFIX).filter(|stem| entries.contains_key(*stem));
            if let Some(stem) = twin {
                self.complain(position, format!("{section}.{stem} and {section}.{word} are both given, keep one"));
            }
            let origin = Origin::File(self.path.to_owned(), self.line(position));
            match set(config, section, word, Given::Toml(value.get_ref()), &from, origin) {
                Ok(true) => {}
                Ok(false) => {
                    let hint = hint(config, section, word);
                    self.complain(position, format!("unknown key \"{word}\" in [{section}], {hint}"));
                }
                Err(text) => self.complain(value.span().start, text),
            }
        }
    }
}

/// What may have been meant by an unknown key: one of its section, else one of another section, else all of its own.
fn hint(config: &Config, section: &str, word: &str) -> String {
    let known = known_keys(config);
    let own = || known.iter().filter(|(name, _)| *name == section).map(|(_, key)| key.as_str());
    if let Some(key) = nearest(word, own()) {
        return format!("did you mean \"{key}\"?");
    }
    let elsewhere = nearest(word, known.iter().map(|(_, key)| key.as_str()))
        .and_then(|key| known.iter().find(|(_, candidate)| candidate == key));
    match elsewhere {
        Some((name, key)) => format!("did you mean \"{key}\" in [{name}]?"),
        None if section.is_empty() => format!("there are {}", listed(config.sections().map(|section| section.name()))),
        None => format!("there are {}", own().collect::<Vec<_>>().join(", ")),
    }
}

fn listed<const N: usize>(names: [&str; N]) -> String {
    names.map(|name| format!("[{name}]")).join(", ")
}

/// Reads the variables over what there is.
pub(super) fn environment(
    config: &mut Config,
    environment: impl IntoIterator<Item = (String, String)>,
    problems: &mut Vec<Problem>,
) {
    let variable_of = |section: &str, key: &str| format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase());
    let keys: BTreeMap<String, (&'static str, String)> =
        known_keys(config).into_iter().map(|(section, key)| (variable_of(section, &key), (section, key))).collect();
    let given: BTreeMap<String, String> =
        environment.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    for (name, text) in &given {
        let mut complain = |text| problems.push(Problem { place: Place::Variable(name.clone()), text });
        let Some((section, key)) = keys.get(name) else {
            let hint = match nearest(name, keys.keys().map(String::as_str)) {
                Some(known) => format!("did you mean {known}?"),
                None => "docs/reference/configuration.md lists them".to_owned(),
            };
            complain(format!("unknown variable, {hint}"));
            continue;
        };
        if let Some(stem) = name.strip_suffix(&FILE_SUFFIX.to_uppercase()).filter(|stem| given.contains_key(*stem)) {
            complain(format!("{stem} is given too, keep one"));
        }
        let origin = Origin::Variable(name.clone());
        if let Err(text) = set(config, section, key, Given::Text(text), Path::new(""), origin) {
            complain(text);
        }
    }
}

/// Reads one flag over what there is.
pub(super) fn flag(config: &mut Config, flag: &str, key: &str, text: &str, problems: &mut Vec<Problem>) {
    let (section, word) = key.split_once('.').unwrap_or(("", key));
    let origin = Origin::Flag(flag.to_owned());
    let outcome = match set(config, section, word, Given::Text(text), Path::new(""), origin) {
        Ok(true) => return,
        Ok(false) => format!("unknown key \"{key}\", {}", hint(config, section, word)),
        Err(text) => text,
    };
    problems.push(Problem { place: Place::Flag(flag.to_owned()), text: outcome });
}

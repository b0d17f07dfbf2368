//! The lexicon files compiled for reading: every word once, every pattern in one trie.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::fold::{fold, fold_words, without_umlauts};
use crate::intent::Intent;
use crate::pattern::{Pattern, Step};
use crate::text::{Kind, Text, Token};

/// The languages with a lexicon of their own. The first stands for all; of two that disagree about a word the earlier wins.
pub(crate) const TONGUES: [&str; 8] = ["any", "en", "de", "fr", "es", "pt", "it", "nl"];

const FILES: [(&str, &str); 8] = [
    ("any.tsv", include_str!("../data/any.tsv")),
    ("en.tsv", include_str!("../data/en.tsv")),
    ("de.tsv", include_str!("../data/de.tsv")),
    ("fr.tsv", include_str!("../data/fr.tsv")),
    ("es.tsv", include_str!("../data/es.tsv")),
    ("pt.tsv", include_str!("../data/pt.tsv")),
    ("it.tsv", include_str!("../data/it.tsv")),
    ("nl.tsv", include_str!("../data/nl.tsv")),
];

const STOPWORDS: (&str, &str) = ("stopwords.tsv", include_str!("../data/stopwords.tsv"));

/// A set of [`TONGUES`], one bit each.
pub(crate) type Tongues = u8;

/// All of them, for a text whose language cannot be told.
pub(crate) const ALL_TONGUES: Tongues = Tongues::MAX;

/// A word that some file knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct WordId(u32);

impl WordId {
    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

/// What the files say about a word alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word {
    /// Mood by tongue, −4 to 4.
    pub mood: [f32; TONGUES.len()],
    /// By how much it strengthens (or weakens) the next one, by tongue.
    pub degree: [f32; TONGUES.len()],
    /// The tongues in which it denies.
    pub not: Tongues,
    /// The tongues in which it turns to the other side (`but`).
    pub but: Tongues,
    /// The languages (by place in [`Lexicon::stop_languages`]) in which it is a word of grammar.
    pub stop: u64,
    /// Its classes.
    classes: Vec<u32>,
}

/// One line's rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub tongue: u8,
    pub target: Target,
    pub weight: f32,
    pub why: String,
    at_start: bool,
    at_end: bool,
}

/// What a pattern speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Mood,
    Intent(Intent),
}

/// A pattern found: tokens `first..=last`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub rule: usize,
    pub first: usize,
    pub last: usize,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {message}")]
pub(crate) struct LexiconError {
    file: String,
    line: usize,
    message: String,
}

/// All words and patterns.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ids: HashMap<Box<str>, u32, Quick>,
    words: Vec<Word>,
    symbols: HashMap<char, u32, Quick>,
    emoticons: Vec<(String, u32)>,
    classes: HashMap<String, u32>,
    /// (node, step) → node.
    edges: HashMap<(u32, u32), u32, Quick>,
    /// The rules that end at a node.
    ends: Vec<Vec<u32>>,
    rules: Vec<Rule>,
    /// Languages with a list of grammar words.
    pub stop_languages: Vec<&'static str>,
}

/// Steps of the trie besides words: below these a step is a word's id.
const CLASS: u32 = 1 << 30;
const NUMBER: u32 = 1 << 31;
const GAP: u32 = NUMBER + 1;
/// How many words a `..` may stand for.
const LONGEST_GAP: usize = 3;

impl Lexicon {
    /// Compiles the files in `data/`.
    pub(crate) fn shipped() -> Result<Self, LexiconError> {
        let mut lexicon = Self { ends: vec![Vec::new()], ..Self::default() };
        for (tongue, (file, content)) in FILES.iter().enumerate() {
            lexicon.add_file(tongue, file, content)?;
        }
        let (file, content) = STOPWORDS;
        for (line, columns) in lines(content) {
            let [language, words] = columns[..] else {
                return Err(LexiconError { file: file.to_owned(), line, message: "expected 2 columns".to_owned() });
            };
            let bit = lexicon.stop_languages.len();
            lexicon.stop_languages.push(language);
            for word in words.split_whitespace().flat_map(fold_words) {
                let id = lexicon.intern(&word);
                lexicon.words[id as usize].stop |= 1 << bit;
            }
        }
        lexicon.emoticons.sort_by_key(|(emoticon, _)| std::cmp::Reverse(emoticon.len()));
        Ok(lexicon)
    }

    /// The id of a folded word.
    pub(crate) fn word(&self, folded: &str) -> Option<WordId> {
        self.ids.get(folded).copied().map(WordId)
    }

    /// What is known of a token's word.
    pub(crate) fn entry(&self, token: &Token) -> Option<&Word> {
        token.word.and_then(|WordId(id)| self.words.get(id as usize))
    }

    /// The emoji that is this character.
    pub(crate) fn symbol(&self, c: char) -> Option<WordId> {
        self.symbols.get(&c).copied().map(WordId)
    }

    /// The emoticon that the text begins with, and its length.
    pub(crate) fn emoticon(&self, rest: &str) -> Option<(WordId, usize)> {
        let first = *rest.as_bytes().first()?;
        if !matches!(first, b':' | b';' | b'=' | b'<' | b'>' | b'-' | b'^' | b'(') {
            return None;
        }
        self.emoticons.iter().find_map(|(emoticon, id)| {
            let after = rest.strip_prefix(emoticon.as_str())?.chars().next();
            let goes_on = match emoticon.as_bytes().last() {
                Some(b'/') => after == Some('/'),
                Some(last) if last.is_ascii_alphanumeric() => after.is_some_and(char::is_alphanumeric),
                _ => false,
            };
            (!goes_on).then_some((WordId(*id), emoticon.len()))
        })
    }

    /// The lengths of the words in a hashtag of small letters: `worstservice` → 5, 7.
    pub(crate) fn cut_hashtag(&self, tag: &str) -> Option<Vec<usize>> {
        let is_plain = (5..=32).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_plain || self.ids.contains_key(tag) {
            return None;
        }
        // fewest[i]: the fewest words that make up the first i letters, and the length of the last one.
        let mut fewest: Vec<Option<(usize, usize)>> = vec![None; tag.len() + 1];
        fewest[0] = Some((0, 0));
        for end in 2..=tag.len() {
            for length in 2..=end.min(14) {
                let Some((count, _)) = fewest[end - length] else { continue };
                let is_better = fewest[end].is_none_or(|(known, _)| count + 1 < known);
                let is_word = |id: &u32| length > 2 || self.words[*id as usize].stop & 1 != 0;
                if is_better && self.ids.get(&tag[end - length..end]).is_some_and(is_word) {
                    fewest[end] = Some((count + 1, length));
                }
            }
        }
        let mut cuts = Vec::new();
        let mut end = tag.len();
        while end > 0 {
            let (_, length) = fewest[end]?;
            cuts.push(length);
            end -= length;
        }
        cuts.reverse();
        Some(cuts)
    }

    /// The rule that was hit.
    pub(crate) fn rule(&self, hit: &Hit) -> &Rule {
        &self.rules[hit.rule]
    }

    /// All patterns that hold in the text, in the order of their beginnings.
    pub(crate) fn hits(&self, text: &Text, tongues: Tongues) -> Vec<Hit> {
        let mut hits = Vec::new();
        for first in 0..text.tokens.len() {
            self.walk(text, tongues, 0, first, first, &mut hits);
        }
        hits
    }

    /// Follows the trie from `node` with the token at `at`. Depth and width are bounded by the longest pattern.
    fn walk(&self, text: &Text, tongues: Tongues, node: u32, first: usize, at: usize, hits: &mut Vec<Hit>) {
        let Some(token) = text.tokens.get(at) else { return };
        if token.sentence != text.tokens[first].sentence {
            return;
        }
        let go = |step: u32, hits: &mut Vec<Hit>| {
            if let Some(&next) = self.edges.get(&(node, step)) {
                self.arrive(text, tongues, next, first, at, hits);
            }
        };
        if let Some(WordId(id)) = token.word {
            go(id, hits);
            for &class in &self.words[id as usize].classes {
                go(CLASS + class, hits);
            }
        }
        match token.kind {
            Kind::Number => go(NUMBER, hits),
            // Whom a sentence addresses does not interrupt what it says.
            Kind::Handle if at > first => {
                let next = (at + 1..at + 4).find(|&next| text.tokens.get(next).is_some_and(|t| t.kind != Kind::Handle));
                if let Some(next) = next {
                    self.walk(text, tongues, node, first, next, hits);
                }
            }
            _ => {}
        }
    }

    fn arrive(&self, text: &Text, tongues: Tongues, node: u32, first: usize, at: usize, hits: &mut Vec<Hit>) {
        for &rule in &self.ends[node as usize] {
            let rule = rule as usize;
            if self.holds(text, tongues, &self.rules[rule], first, at) {
                hits.push(Hit { rule, first, last: at });
            }
        }
        self.walk(text, tongues, node, first, at + 1, hits);
        if let Some(&after_gap) = self.edges.get(&(node, GAP)) {
            for skipped in 0..=LONGEST_GAP {
                self.walk(text, tongues, after_gap, first, at + 1 + skipped, hits);
            }
        }
    }

    fn holds(&self, text: &Text, tongues: Tongues, rule: &Rule, first: usize, last: usize) -> bool {
        let sentence = text.sentence_of(&text.tokens[first]);
        let is_name = |token: &Token| matches!(token.kind, Kind::Handle | Kind::Address | Kind::Symbol);
        let begins = || text.tokens[sentence.first..first].iter().all(is_name);
        let ends = || text.tokens[last + 1..sentence.end].iter().all(is_name);
        tongues & (1 << rule.tongue) != 0 && (!rule.at_start || begins()) && (!rule.at_end || ends())
    }

    fn add_file(&mut self, tongue: usize, file: &str, content: &str) -> Result<(), LexiconError> {
        for (line, columns) in lines(content) {
            self.add_line(tongue, &columns).map_err(|message| LexiconError { file: file.to_owned(), line, message })?;
        }
        Ok(())
    }

    fn add_line(&mut self, tongue: usize, columns: &[&str]) -> Result<(), String> {
        // An intent says why before its patterns.
        let (kind, value, why, entries) = match *columns {
            [kind, value, entries] => (kind, value, None, entries),
            [kind, value, why, entries] => (kind, value, Some(why), entries),
            _ => return Err("expected 3 columns, or 4 with the reason of an intent".to_owned()),
        };
        let number = || value.parse::<f32>().map_err(|_| format!("'{value}' is not a number"));
        let entries = entries.split(", ").map(str::trim).filter(|entry| !entry.is_empty());
        let bit = 1 << tongue;
        match kind {
            "mood" => {
                let weight = number()?;
                entries.into_iter().try_for_each(|entry| self.add_mood(tongue, weight, entry))
            }
            "more" => {
                let weight = number()?;
                self.each_word(entries, |word| word.degree[tongue] = weight)
            }
            "not" => self.each_word(entries, |word| word.not |= bit),
            "but" => self.each_word(entries, |word| word.but |= bit),
            "class" => {
                let class = self.class(&format!("{tongue}/{value}"));
                self.each_word(entries, |word| word.classes.push(class))
            }
            _ => {
                let intent = Intent::from_word(kind).ok_or_else(|| format!("unknown kind of line '{kind}'"))?;
                let weight = number()?;
                let why = why.ok_or("an intent says why in its third column")?;
                entries
                    .into_iter()
                    .try_for_each(|entry| self.add_pattern(tongue, Target::Intent(intent), weight, why, entry))
            }
        }
    }

    fn each_word<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e str>,
        mut change: impl FnMut(&mut Word),
    ) -> Result<(), String> {
        for entry in entries {
            let folded = fold(entry);
            if folded.is_empty() || !folded.chars().all(char::is_alphanumeric) {
                return Err(format!("'{entry}' is not a word"));
            }
            for form in [Some(folded), without_umlauts(entry).map(|spelled| fold(&spelled))].into_iter().flatten() {
                let id = self.intern(&form);
                change(&mut self.words[id as usize]);
            }
        }
        Ok(())
    }

    fn add_mood(&mut self, tongue: usize, weight: f32, entry: &str) -> Result<(), String> {
        let mut symbols = entry.chars().filter(|&c| c != '\u{fe0f}');
        if let (Some(symbol), None) = (symbols.next(), symbols.next())
            && !symbol.is_ascii()
            && !symbol.is_alphanumeric()
        {
            let id = self.intern(entry);
            self.symbols.insert(symbol, id);
            self.words[id as usize].mood[tongue] = weight;
            return Ok(());
        }
        if entry.is_ascii() && entry.starts_with(|c: char| c.is_ascii_punctuation() && !matches!(c, '^' | '(')) {
            let id = self.intern(entry);
            self.emoticons.push((entry.to_owned(), id));
            self.words[id as usize].mood[tongue] = weight;
            return Ok(());
        }
        if entry.contains([' ', '(', '{']) {
            return self.add_pattern(tongue, Target::Mood, weight, "", entry);
        }
        self.each_word(std::iter::once(entry), |word| word.mood[tongue] = weight)
    }

    fn add_pattern(
        &mut self,
        tongue: usize,
        target: Target,
        weight: f32,
        why: &str,
        source: &str,
    ) -> Result<(), String> {
        let pattern = Pattern::parse(source)?;
        let rule = self.rules.len() as u32;
        let Pattern { sequences, at_start, at_end } = pattern;
        self.rules.push(Rule { tongue: tongue as u8, target, weight, why: why.to_owned(), at_start, at_end });
        for sequence in sequences {
            // The first step is written out word by word: that edge is looked for at every token.
            let heads = match &sequence[0] {
                Step::AnyOf(words) => words.iter().map(|word| Step::Word(word.clone())).collect(),
                step => vec![step.clone()],
            };
            for head in heads {
                let mut node = 0;
                for step in std::iter::once(&head).chain(&sequence[1..]) {
                    let step = self.edge(tongue, step)?;
                    let fresh = self.ends.len() as u32;
                    let next = *self.edges.entry((node, step)).or_insert(fresh);
                    if next == fresh {
                        self.ends.push(Vec::new());
                    }
                    node = next;
                }
                if !self.ends[node as usize].contains(&rule) {
                    self.ends[node as usize].push(rule);
                }
            }
        }
        Ok(())
    }

    fn edge(&mut self, tongue: usize, step: &Step) -> Result<u32, String> {
        Ok(match step {
            Step::Word(word) => self.intern(word),
            Step::Class(name) => {
                let known = self.classes.get(&format!("{tongue}/{name}"));
                CLASS + known.ok_or_else(|| format!("no class '{name}' above this line"))?
            }
            Step::AnyOf(words) => {
                let name = words.join("|");
                if let Some(known) = self.classes.get(&name) {
                    return Ok(CLASS + known);
                }
                let class = self.class(&name);
                for word in words {
                    let id = self.intern(word);
                    self.words[id as usize].classes.push(class);
                }
                CLASS + class
            }
            Step::Number => NUMBER,
            Step::Gap => GAP,
        })
    }

    fn class(&mut self, name: &str) -> u32 {
        let fresh = self.classes.len() as u32;
        *self.classes.entry(name.to_owned()).or_insert(fresh)
    }

    fn intern(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = self.words.len() as u32;
        self.ids.insert(word.into(), id);
        self.words.push(Word::default());
        id
    }
}

/// The lines that say something, numbered from 1, cut at tabs.
fn lines(content: &str) -> impl Iterator<Item = (usize, Vec<&str>)> + use<'_> {
    let numbered = content.lines().enumerate().map(|(index, line)| (index + 1, line));
    numbered
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("# "))
        .map(|(number, line)| (number, line.split('\t').collect()))
}

/// A quick hash for tables whose keys are all our own; what is looked up cannot make them slow.
type Quick = BuildHasherDefault<QuickHasher>;

#[derive(Debug, Default)]
struct QuickHasher(u64);

impl QuickHasher {
    fn mix(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.mix(chunk.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)));
        }
        self.mix(chunks.remainder().iter().fold(bytes.len() as u64, |value, &byte| value << 8 | u64::from(byte)));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_read_in_full() {
        let mut lexicon = Lexicon { ends: vec![Vec::new()], ..Lexicon::default() };
        let mut problems = Vec::new();
        for (tongue, (file, content)) in FILES.iter().enumerate() {
            for (line, columns) in lines(content) {
                problems.extend(
                    lexicon.add_line(tongue, &columns).err().map(|error| format!("{file}, line {line}: {error}")),
                );
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        let lexicon = Lexicon::shipped().unwrap_or_else(|error| panic!("{error}"));
        assert!(lexicon.rules.len() > 500, "{} rules", lexicon.rules.len());
        assert!(lexicon.words.len() > 4_000, "{} words", lexicon.words.len());
        assert!(lexicon.stop_languages.len() <= 64);
    }

    #[test]
    fn broken_lines_are_named() {
        let check = |line: &str, expected: &str| {
            let mut lexicon = Lexicon { ends: vec![Vec::new()], ..Lexicon::default() };
            let error = lexicon.add_file(1, "en.tsv", line).expect_err(line);
            assert_eq!(error.to_string(), format!("en.tsv, line 1: {expected}"));
        };
        check("mood\t1", "expected 3 columns, or 4 with the reason of an intent");
        check("mood\tmuch\tgood", "'much' is not a number");
        check("moods\t1\tgood", "unknown kind of line 'moods'");
        check("complaint\t1\tnever arrived", "an intent says why in its third column");
        check("complaint\t1\twhy\tmy {thing}", "no class 'thing' above this line");
    }

    #[test]
    fn hashtags_are_cut_where_the_words_are_known() {
        let lexicon = Lexicon::shipped().expect("lexicons");
        assert_eq!(lexicon.cut_hashtag("worstservice"), Some(vec![5, 7]));
        assert_eq!(lexicon.cut_hashtag("nothappy"), Some(vec![3, 5]));
        assert_eq!(lexicon.cut_hashtag("qqqqxzzz"), None);
        assert_eq!(lexicon.cut_hashtag("happy"), None, "one word needs no cut");
    }
}

//! The lexicon files compiled for reading: every word once, every pattern in one trie.
//!
//! To add a language, add its file to [`FILES`] and its code to [`TONGUES`], and a line to `data/stopwords.tsv`.

mod compile;
mod hits;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::fold::fold_words;
use crate::intent::Intent;
use crate::text::Token;

/// The languages with a lexicon of their own. The first stands for all; of two that disagree about a word the earlier wins.
pub(crate) const TONGUES: [&str; 8] = ["any", "en", "de", "fr", "es", "pt", "it", "nl"];

const FILES: [(&str, &str); 8] = [
    ("any.tsv", include_str!("../../data/any.tsv")),
    ("en.tsv", include_str!("../../data/en.tsv")),
    ("de.tsv", include_str!("../../data/de.tsv")),
    ("fr.tsv", include_str!("../../data/fr.tsv")),
    ("es.tsv", include_str!("../../data/es.tsv")),
    ("pt.tsv", include_str!("../../data/pt.tsv")),
    ("it.tsv", include_str!("../../data/it.tsv")),
    ("nl.tsv", include_str!("../../data/nl.tsv")),
];

const STOPWORDS: (&str, &str) = ("stopwords.tsv", include_str!("../../data/stopwords.tsv"));

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
    accented: HashMap<String, u32, Quick>,
    symbols: HashMap<char, u32, Quick>,
    emoticons: Vec<(String, u32)>,
    classes: HashMap<String, u32>,
    nodes: Vec<Node>,
    /// For each word the nodes that its step leads to from the root: this is looked at for every token.
    starts: Vec<Vec<u32>>,
    /// The node that a number leads to from the root.
    number_start: Option<u32>,
    rules: Vec<Rule>,
    /// Languages with a list of grammar words.
    pub stop_languages: Vec<&'static str>,
}

/// A place in the trie of patterns.
#[derive(Debug, Default)]
struct Node {
    /// (step, node), sorted by step.
    edges: Vec<(u32, u32)>,
    /// The rules that end here.
    ends: Vec<u32>,
}

impl Node {
    fn next(&self, step: u32) -> Option<u32> {
        let at = self.edges.binary_search_by_key(&step, |(known, _)| *known).ok()?;
        Some(self.edges[at].1)
    }
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
        let mut lexicon = Self { nodes: vec![Node::default()], ..Self::default() };
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
        for (tongue, (file, content)) in FILES.iter().enumerate() {
            lexicon.add_file(tongue, file, content)?;
        }
        lexicon.finish();
        lexicon.emoticons.sort_by_key(|(emoticon, _)| std::cmp::Reverse(emoticon.len()));
        Ok(lexicon)
    }

    /// The id of a folded word.
    pub(crate) fn word(&self, folded: &str) -> Option<WordId> {
        self.ids.get(folded).copied().map(WordId)
    }

    /// The id of a word that means something else without its accents: `schön` is not `schon`.
    pub(crate) fn accented(&self, original: &str) -> Option<WordId> {
        if original.is_ascii() || original.len() > 32 {
            return None;
        }
        self.accented.get(original.to_lowercase().as_str()).copied().map(WordId)
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
        let mut lexicon = Lexicon { nodes: vec![Node::default()], ..Lexicon::default() };
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
            let mut lexicon = Lexicon { nodes: vec![Node::default()], ..Lexicon::default() };
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

    #[test]
    fn accents_count_where_they_make_another_word() {
        let lexicon = Lexicon::shipped().expect("lexicons");
        let mood = |id: Option<WordId>| id.map_or(0.0, |WordId(id)| lexicon.words[id as usize].mood[2]);
        assert!(mood(lexicon.accented("Schön")) > 0.0);
        assert!(mood(lexicon.word("schoen")) > 0.0);
        assert_eq!(mood(lexicon.word("schon")), 0.0);
    }
}

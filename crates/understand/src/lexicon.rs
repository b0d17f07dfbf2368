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

    /// All patterns that hold in the text, in the order of their beginnings.
    pub(crate) fn hits(&self, text: &Text, tongues: Tongues) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (first, token) in text.tokens.iter().enumerate() {
            if let Some(WordId(id)) = token.word {
                for &node in &self.starts[id as usize] {
                    self.arrive(text, tongues, node, first, first, &mut hits);
                }
            }
            if token.kind == Kind::Number
                && let Some(node) = self.number_start
            {
                self.arrive(text, tongues, node, first, first, &mut hits);
            }
        }
        hits
    }

    /// Follows the trie from `node` with the token at `at`. Depth and width are bounded by the longest pattern.
    fn walk(&self, text: &Text, tongues: Tongues, node: u32, first: usize, at: usize, hits: &mut Vec<Hit>) {
        let Some(token) = text.tokens.get(at) else { return };
        let here = &self.nodes[node as usize];
        if here.edges.is_empty() || token.sentence != text.tokens[first].sentence {
            return;
        }
        match (token.kind, token.word) {
            // Whom a sentence addresses does not interrupt what it says.
            (Kind::Handle, _) => {
                let next = (at + 1..at + 4).find(|&next| text.tokens.get(next).is_some_and(|t| t.kind != Kind::Handle));
                if let Some(next) = next {
                    self.walk(text, tongues, node, first, next, hits);
                }
            }
            (kind, word) => {
                let classes = word.map_or(&[][..], |WordId(id)| &self.words[id as usize].classes);
                let mut go = |next: u32| self.arrive(text, tongues, next, first, at, hits);
                if here.edges.len() <= classes.len() {
                    let fits = |step: u32| {
                        word.is_some_and(|WordId(id)| id == step)
                            || (step == NUMBER && kind == Kind::Number)
                            || (CLASS..NUMBER).contains(&step) && classes.binary_search(&(step - CLASS)).is_ok()
                    };
                    here.edges.iter().filter(|(step, _)| fits(*step)).for_each(|(_, next)| go(*next));
                    return;
                }
                if let Some(next) = word.and_then(|WordId(id)| here.next(id)) {
                    go(next);
                }
                classes.iter().filter_map(|class| here.next(CLASS + class)).for_each(&mut go);
                if kind == Kind::Number
                    && let Some(next) = here.next(NUMBER)
                {
                    go(next);
                }
            }
        }
    }

    fn arrive(&self, text: &Text, tongues: Tongues, node: u32, first: usize, at: usize, hits: &mut Vec<Hit>) {
        let here = &self.nodes[node as usize];
        for &rule in &here.ends {
            let rule = rule as usize;
            if self.holds(text, tongues, &self.rules[rule], first, at) {
                hits.push(Hit { rule, first, last: at });
            }
        }
        if here.edges.is_empty() {
            return;
        }
        self.walk(text, tongues, node, first, at + 1, hits);
        if let Some(after_gap) = here.next(GAP) {
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
        if self.is_grammar(tongue, &fold(entry)) && !entry.is_ascii() {
            let id = self.intern(entry);
            self.accented.insert(entry.to_owned(), id);
            self.words[id as usize].mood[tongue] = weight;
            let spelled = without_umlauts(entry);
            return self.each_word(spelled.as_deref().into_iter(), |word| word.mood[tongue] = weight);
        }
        self.each_word(std::iter::once(entry), |word| word.mood[tongue] = weight)
    }

    /// Whether the folded word is a word of grammar in that tongue.
    fn is_grammar(&self, tongue: usize, folded: &str) -> bool {
        let bit = self.stop_languages.iter().position(|language| *language == TONGUES[tongue]);
        let stop = self.ids.get(folded).map_or(0, |&id| self.words[id as usize].stop);
        bit.is_some_and(|bit| stop & (1 << bit) != 0)
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
                    node = self.grow(node, step);
                }
                let ends = &mut self.nodes[node as usize].ends;
                if !ends.contains(&rule) {
                    ends.push(rule);
                }
            }
        }
        Ok(())
    }

    /// The node that a step leads to, made if there is none.
    fn grow(&mut self, node: u32, step: u32) -> u32 {
        let fresh = self.nodes.len() as u32;
        let edges = &mut self.nodes[node as usize].edges;
        match edges.binary_search_by_key(&step, |(known, _)| *known) {
            Ok(at) => edges[at].1,
            Err(at) => {
                edges.insert(at, (step, fresh));
                self.nodes.push(Node::default());
                fresh
            }
        }
    }

    /// Sorts what is searched and writes out the first steps.
    fn finish(&mut self) {
        let root = &self.nodes[0];
        for (id, word) in self.words.iter_mut().enumerate() {
            word.classes.sort_unstable();
            word.classes.dedup();
            let by_class = word.classes.iter().filter_map(|class| root.next(CLASS + class));
            self.starts.push(root.next(id as u32).into_iter().chain(by_class).collect());
        }
        self.number_start = root.next(NUMBER);
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

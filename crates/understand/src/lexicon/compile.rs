//! Compiling the lines of the lexicon files into words and trie.

use super::{CLASS, GAP, Lexicon, LexiconError, NUMBER, Node, Rule, TONGUES, Target, Word, lines};
use crate::fold::{fold, without_umlauts};
use crate::intent::Intent;
use crate::pattern::{Pattern, Step};

impl Lexicon {
    pub(super) fn add_file(&mut self, tongue: usize, file: &str, content: &str) -> Result<(), LexiconError> {
        for (line, columns) in lines(content) {
            self.add_line(tongue, &columns).map_err(|message| LexiconError { file: file.to_owned(), line, message })?;
        }
        Ok(())
    }

    pub(super) fn add_line(&mut self, tongue: usize, columns: &[&str]) -> Result<(), String> {
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
    pub(super) fn finish(&mut self) {
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

    pub(super) fn intern(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = self.words.len() as u32;
        self.ids.insert(word.into(), id);
        self.words.push(Word::default());
        id
    }
}

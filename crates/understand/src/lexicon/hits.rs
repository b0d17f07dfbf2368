//! Finding the patterns in a text: one step at a time through the trie, from every token.

use super::{CLASS, GAP, Hit, LONGEST_GAP, Lexicon, NUMBER, Rule, Tongues, WordId};
use crate::text::{Kind, Text, Token};

impl Lexicon {
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
}

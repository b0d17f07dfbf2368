//! The words that a query wants, for networks that can only be asked for words or hashtags.

use crate::field::Field;
use crate::phrase::Phrase;
use crate::query::{Node, Query};

impl Query {
    /// The words and phrases that the query wants (nothing below a negation, no fields but packs), each phrase joined to one word
    /// as people write hashtags: `"acme kettle"` gives `acmekettle`. A prefix is not a word and is left out.
    pub fn wanted_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        collect(self.root(), &mut words);
        words
    }
}

fn collect(node: &Node, words: &mut Vec<String>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| collect(node, words)),
        Node::Near(near) => near.operands.iter().flatten().for_each(|phrase| add(phrase, words)),
        Node::Term(phrase) => add(phrase, words),
        Node::Field(Field::In(packs)) => packs.iter().for_each(|pack| collect(pack.root(), words)),
        Node::Not(_) | Node::Field(_) => {}
    }
}

fn add(phrase: &Phrase, words: &mut Vec<String>) {
    let parts: Vec<(&str, bool)> = phrase.elements().iter().map(|element| element.text()).collect();
    if parts.iter().any(|(_, is_prefix)| *is_prefix) {
        return;
    }
    let word: String = parts.iter().map(|(text, _)| text.trim_start_matches(['#', '$', '@'])).collect();
    if !word.is_empty() && !words.contains(&word) {
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wanted_counts() {
        let check = |query: &str, expected: &[&str]| {
            assert_eq!(Query::parse(query).expect("readable").wanted_words(), expected, "{query}");
        };
        check("acme OR \"acme kettle\" OR #acme", &["acme", "acmekettle"]);
        check("acme -hiring lang:en ket*", &["acme"]);
        check("acme NEAR/3 (refund OR \"money back\")", &["acme", "refund", "moneyback"]);
        check("lang:en", &[]);
    }
}
